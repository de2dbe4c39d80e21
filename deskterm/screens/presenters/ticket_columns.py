"""The columns a list of tickets can have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from deskterm import limits
from deskterm.clean import clean
from deskterm.i18n import N_, _
from deskterm.screens.presenters import presence, signs, when
from deskterm.screens.presenters.columns import Column
from deskterm.screens.presenters.line import Piece

if TYPE_CHECKING:
    from deskterm.desk.views import TicketRow

SOON: Final = timedelta(minutes=limits.DUE_SOON_MINUTES)
"""So long before it is due a ticket is marked."""


def _sign(row: TicketRow, now: datetime) -> Piece:
    if row.trouble:
        return signs.TROUBLE, "trouble"
    if row.unread:
        return signs.UNREAD, "sign"
    if row.unverified:
        return signs.UNVERIFIED, "warning"
    return " ", ""


def _turn(row: TicketRow, now: datetime) -> Piece:
    if row.status_class == "closed":
        return " ", ""
    sign, _word, style = signs.TURNS.get(row.turn, (" ", "", ""))
    return sign, style


def _late(row: TicketRow, now: datetime) -> Piece:
    if row.due_at is None or row.status_class == "closed":
        return " ", ""
    if row.due_at <= now:
        return signs.LATE, "trouble"
    return (signs.SOON, "warning") if row.due_at - now <= SOON else (" ", "")


def _turn_in_words(row: TicketRow, now: datetime) -> Piece:
    if row.status_class == "closed":
        return "", ""
    _sign, word, style = signs.TURNS.get(row.turn, ("", "", ""))
    return _(word) if word else "", style


def _weight(row: TicketRow) -> str:
    if row.unread:
        return "unread"
    return "closed" if row.status_class == "closed" else ""


def _subject(row: TicketRow, now: datetime) -> Piece:
    return clean(presence.mark(row.here) + clean(row.subject)), _weight(row)


def _responsible(row: TicketRow, now: datetime) -> Piece:
    return (clean(row.responsible), "") if row.responsible else (_("nobody"), "faint")


def _text(key: str, title: str, least: int, most: int, read: Callable[[TicketRow], str]) -> Column:
    """A column that is not there unless the agent wants it."""
    return Column(
        key, title, least, most, 7, lambda row, now: (clean(read(row)), "faint"), grows=1, usual=False
    )


def _moment(
    key: str, title: str, name: str, read: Callable[[TicketRow], datetime | None], importance: int = 7
) -> Column:
    def show(row: TicketRow, now: datetime) -> Piece:
        at = read(row)
        return (when.short(at, now) if at is not None else ""), "faint"

    return Column(
        key, title, when.SHORT_CELLS, when.SHORT_CELLS, importance, show, right=True, name=name,
        usual=importance < 7, moment=read, sorts=True,
    )  # fmt: skip


TICKETS: Final[tuple[Column, ...]] = (
    Column("sign", "", 1, 1, 0, _sign, name=N_("Unread, trouble"), fixed=True),
    Column("turn", "", 1, 1, 0, _turn, name=N_("Whose turn"), fixed=True),
    Column("late", "", 1, 1, 0, _late, name=N_("Late"), fixed=True),
    Column(
        "number", N_("No."), 6, 7, 0, lambda row, now: (str(row.id), "faint"), right=True, grows=1, sorts=True
    ),
    Column("subject", N_("Subject"), 18, 90, 0, _subject, grows=9),
    Column(
        "customer",
        N_("Customer"),
        13,
        26,
        2,
        lambda row, now: (clean(row.customer or row.client), ""),
        grows=2,
    ),
    Column(
        "client",
        N_("Client"),
        12,
        26,
        6,
        lambda row, now: (clean(row.client), "faint"),
        grows=1,
        since=140,
        sorts=True,
    ),
    Column(
        "status",
        N_("Status"),
        19,
        34,
        3,
        lambda row, now: (clean(row.status), row.status_class),
        grows=4,
        since=78,
    ),
    Column("responsible", N_("Responsible"), 11, 18, 4, _responsible, grows=1, since=98, sorts=True),
    Column(
        "rubric", N_("Rubric"), 10, 16, 5, lambda row, now: (clean(row.rubric), "faint"), grows=1, since=124
    ),
    _text("contact", N_("Contact"), 12, 26, lambda row: row.contact),
    _text("team", N_("Team"), 8, 16, lambda row: row.team),
    _text("category", N_("Category"), 9, 18, lambda row: row.category),
    _text("kind", N_("Kind"), 8, 16, lambda row: row.kind),
    _text("criticality", N_("Criticality"), 8, 14, lambda row: row.criticality),
    _text("difficulty", N_("Difficulty"), 8, 14, lambda row: row.difficulty),
    _text("sla", N_("SLA level"), 8, 14, lambda row: row.sla),
    _text("source", N_("Source"), 8, 14, lambda row: row.source),
    _text("account", N_("Account"), 12, 30, lambda row: row.account),
    Column("indicator", N_("Indicator"), 9, 17, 7, _turn_in_words, usual=False),
    Column(
        "messages",
        N_("Msgs"),
        4,
        5,
        7,
        lambda row, now: (str(row.messages), "faint"),
        right=True,
        name=N_("Number of messages"),
        usual=False,
    ),
    _moment("due", N_("Due"), N_("Due"), lambda row: row.due_at),
    _moment("created", N_("Made"), N_("Created"), lambda row: row.created_at),
    _moment("changed", N_("Changed"), N_("Last change"), lambda row: row.changed_at),
    _moment("last_message", N_("Last"), N_("Last message"), lambda row: row.last_message_at, 1),
)
