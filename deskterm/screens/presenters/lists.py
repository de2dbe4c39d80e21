"""Rows of the lists beside the tickets: held letters, outgoing letters, messages of a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import N_, _
from deskterm.screens.presenters import signs, timeline, when
from deskterm.screens.presenters.columns import Column
from deskterm.screens.presenters.line import Line, Piece, wrap

if TYPE_CHECKING:
    from deskterm.desk.views import LetterRow, MessageRow, OutgoingRow


def _letter_tickets(row: LetterRow, now: datetime) -> Piece:
    return clean(", ".join(f"#{each.id} {each.detail}".rstrip() for each in row.made)), "sign"


def _letter_subject(row: LetterRow, now: datetime) -> Piece:
    style = "unread" if row.state == "waiting" else ""
    return clean(row.subject or _("(no subject)")), style


def _letter_sign(row: LetterRow, now: datetime) -> Piece:
    if row.changed_by:
        return signs.TROUBLE, "trouble"
    return (signs.UNVERIFIED, "warning") if row.ticket_id and row.state == "waiting" else (" ", "")


def _letter_why(row: LetterRow, now: datetime) -> Piece:
    if row.changed_by:
        return clean(_("{who} changed it").format(who=row.changed_by)), "trouble"
    return clean(row.why), "warning" if row.state == "waiting" else "faint"


LETTER_STATES = {
    "waiting": N_("It waits: {why}"),
    "refused": N_("Refused: {why}"),
    "blocked": N_("Blocked: {why}"),
    "reviewed": N_("Looked at; it waited: {why}"),
    "done": N_("Dealt with; it waited: {why}"),
}


def letter_told(row: LetterRow, width: int) -> tuple[Line, ...]:
    """What stands beside an open letter: who changed it, why it is here, the tickets made of it."""
    told: list[Piece] = []
    if row.changed_by:
        told.append((_("{who} changed it since you opened it.").format(who=row.changed_by), "trouble"))
    if row.why and row.state in LETTER_STATES:
        told.append((_(LETTER_STATES[row.state]).format(why=row.why), "warning"))
    for each in row.made:
        told.append((f"{each.name}  {each.detail}".rstrip(), "sign"))
    told.append(
        (_("`f` opens its ticket."), "faint")
        if row.made
        else (_("Of no ticket yet: `t` makes one of it, `T` adds it to one."), "faint")
    )
    return tuple((("  ", ""), (piece, style)) for text, style in told for piece in wrap(clean(text), width))


LETTERS: tuple[Column, ...] = (
    Column(
        "sign",
        "",
        1,
        1,
        0,
        _letter_sign,
        fixed=True,
    ),
    Column("sender", N_("From"), 15, 32, 0, lambda row, now: (clean(row.sender or row.address), ""), grows=2),
    Column("subject", N_("Subject"), 15, 70, 0, _letter_subject, grows=4),
    Column("why", N_("Why it is here"), 14, 70, 2, _letter_why, grows=3),
    Column(
        "tickets",
        "#",
        3,
        6,
        3,
        lambda row, now: (str(len(row.tickets)) if row.tickets else "", "sign"),
        right=True,
        name=N_("Number of tickets"),
    ),
    Column("made", N_("Tickets"), 12, 30, 4, _letter_tickets, grows=2, since=86),
    Column(
        "files",
        N_("Files"),
        5,
        5,
        5,
        lambda row, now: (str(row.attachments) if row.attachments else "", "faint"),
        right=True,
    ),
    Column(
        "arrived",
        N_("Came"),
        when.SHORT_CELLS,
        when.SHORT_CELLS,
        1,
        lambda row, now: (when.short(row.arrived_at, now), "faint"),
        right=True,
        moment=lambda row: row.arrived_at,
        sorts=True,
    ),
)


def _delivery(state: str) -> Piece:
    sign, word, style = signs.DELIVERIES.get(state, ("", state, ""))
    return f"{sign} {_(word)}", style


def _next(row: OutgoingRow, now: datetime) -> Piece:
    if row.next_at is None:
        return "", ""
    return when.until(row.next_at, now), "warning"


OUTGOING: tuple[Column, ...] = (
    Column("state", N_("State"), 11, 12, 0, lambda row, now: _delivery(row.state)),
    Column("recipients", N_("To"), 16, 40, 0, lambda row, now: (clean(row.recipients), ""), grows=3),
    Column("subject", N_("Subject"), 16, 70, 0, lambda row, now: (clean(row.subject), ""), grows=4),
    Column(
        "detail",
        N_("Server said"),
        16,
        60,
        3,
        lambda row, now: (clean(row.detail), "faint"),
        grows=3,
        name=N_("What the server said"),
    ),
    Column("next", N_("Leaves"), 14, 16, 1, _next),
    Column("author", N_("Author"), 10, 20, 4, lambda row, now: (clean(row.author), "faint"), grows=1),
)


def _message_sign(row: MessageRow, now: datetime) -> Piece:
    if row.type == timeline.HISTORY:
        return signs.ACTS["system" if row.author_kind == "system" else "agent"], "faint"
    if row.unread:
        return signs.UNREAD, "sign"
    if row.unverified:
        return signs.UNVERIFIED, "warning"
    return " ", ""


def _message_kind(row: MessageRow, now: datetime) -> Piece:
    if row.visibility != "public":
        word, style = signs.VISIBILITIES[row.visibility]
        return _(word), style
    return _(signs.TYPES.get(row.type, row.type)), "faint"


def _message_author(row: MessageRow, now: datetime) -> Piece:
    author = clean(row.author)
    if row.addressee:
        author = clean(f"{author} → {clean(row.addressee)}")
    if row.author_kind == "system":
        return author, "system"
    style = "unread" if row.unread else ("active" if row.author_kind == "agent" else "strong")
    return author, style


def _message_preview(row: MessageRow, now: datetime) -> Piece:
    text = clean(row.preview)
    if row.type == timeline.HISTORY:
        return text, "system" if row.author_kind == "system" else "faint"
    if row.unverified:
        text = clean(_("unverified: {text}").format(text=text))
    return text, "unread" if row.unread else ("system" if row.author_kind == "system" else "")


def _message_delivery(row: MessageRow, now: datetime) -> Piece:
    return _delivery(row.delivery) if row.delivery else ("", "")


def _message_privacy(row: MessageRow, now: datetime) -> Piece:
    word, style = signs.VISIBILITIES[row.visibility]
    return _(word), style


def _message_type(row: MessageRow, now: datetime) -> Piece:
    return _(signs.TYPES.get(row.type, row.type)), "faint"


MESSAGES: tuple[Column, ...] = (
    Column("sign", "", 1, 1, 0, _message_sign, fixed=True),
    Column("author", N_("Author"), 14, 26, 0, _message_author, grows=1),
    Column("kind", N_("Kind"), 8, 12, 2, _message_kind, grows=1),
    Column("type", N_("Type"), 8, 12, 7, _message_type, usual=False),
    Column("privacy", N_("Privacy"), 8, 12, 7, _message_privacy, usual=False),
    Column("to", N_("To"), 10, 30, 7, lambda row, now: (clean(row.to), "faint"), grows=2, usual=False),
    Column("contact", N_("Contact"), 10, 26, 7, lambda row, now: (clean(row.contact), "faint"), usual=False),
    Column("client", N_("Client"), 10, 26, 7, lambda row, now: (clean(row.client), "faint"), usual=False),
    Column("preview", N_("Text"), 12, 200, 0, _message_preview, grows=8),
    Column("delivery", N_("Delivery"), 10, 12, 3, _message_delivery, since=72),
    Column(
        "files",
        N_("Files"),
        5,
        5,
        4,
        lambda row, now: (str(row.attachments) if row.attachments else "", "faint"),
        right=True,
        since=84,
    ),
    Column(
        "at",
        N_("When"),
        when.SHORT_CELLS,
        when.SHORT_CELLS,
        1,
        lambda row, now: (when.short(row.at, now), "faint"),
        right=True,
        moment=lambda row: row.at,
    ),
)
