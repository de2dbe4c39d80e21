"""The head of the form of a new ticket: who asks, how he is answered, where it goes, what is set with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deskterm.clean import clean
from deskterm.i18n import N_, _
from deskterm.screens.presenters.cards import packed, points_told
from deskterm.screens.presenters.line import cut, fit, wrap

if TYPE_CHECKING:
    from deskterm.screens.new_ticket_asked import Asked

LABEL: Final = 12
MOST_LINES: Final = 3
"""Of addresses and telephones, those in use first; the card has them all."""
FIELDS: Final[tuple[tuple[str, str], ...]] = (
    ("category", N_("category")),
    ("criticality", N_("criticality")),
    ("responsible", N_("responsible")),
    ("rubric", N_("rubric")),
    ("team", N_("team")),
    ("kind", N_("kind")),
    ("difficulty", N_("difficulty")),
    ("sla", N_("SLA level")),
)

ASKS: Final[tuple[tuple[str, str], ...]] = (
    (N_("who"), "who"),
    (N_("into"), "into"),
    (N_("letter"), "fields"),
    (N_("fields"), "fields"),
)
"""What the form asks for when the line of a label is clicked."""


def asked_by(label: str) -> str:
    """What a click on the line of this label asks for, '' for nothing."""
    return next((asks for name, asks in ASKS if _(name) == label.strip()), "")


def lines(asked: Asked, width: int) -> list[tuple[str, str, str]]:
    """(label, words, style) of each line, fitted to `width` cells."""
    found: list[tuple[str, str, str]] = []

    def add(label: str, words: str, style: str = "", *, most: int = 2) -> None:
        for number, piece in enumerate(wrap(clean(words), max(10, width - LABEL))[:most]):
            found.append((fit(label if not number else "", LABEL), cut(piece, width - LABEL), style))

    contact = asked.contact
    if contact is not None:
        department = f" ({contact.department})" if contact.department else ""
        add(_("who"), f"{contact.name} — {contact.client}{department}", "bold", most=1)
        pieces = points_told(contact.points) or [(_("no address and no telephone"), "")]
        for number, line in enumerate(packed(pieces, max(10, width - LABEL))[:MOST_LINES]):
            label = fit(_("reached by") if not number else "", LABEL)
            found.append((label, "".join(text for text, _style in line), ""))
        for other in asked.same_address[:1]:
            add("", "! " + _("the same address has {who}").format(who=other), most=1)
    elif asked.client is not None:
        add(
            _("who"), _("{client}, no contact; F3 takes one").format(client=asked.client.name), "bold", most=1
        )
    elif asked.known:
        told = (
            f"{asked.name} <{asked.address}>" if asked.name and asked.address else asked.name or asked.address
        )
        add(_("who"), told, "bold", most=1)
    else:
        add(_("who"), _("nobody yet; F2 finds client or contact"), most=1)
    if asked.into is not None:
        add(_("into"), asked.into_words, most=1)
    else:
        add(_("letter"), letter(asked), most=1)
    if asked.fields:
        titles = dict(FIELDS)
        add(
            _("fields"),
            "; ".join(f"{_(titles[name])}: {told}" for name, (_value, told) in asked.fields.items()),
        )
    return found


def letter(asked: Asked) -> str:
    """Whether a letter tells of the registration, and where it goes."""
    address = asked.address or next(iter(asked.contact.addresses if asked.contact is not None else ()), "")
    if not address:
        return _("none: no address to answer to")
    if not asked.confirm:
        return _("none, as chosen; answers go to {address}").format(address=address)
    return _("a confirmation goes to {address}").format(address=address)
