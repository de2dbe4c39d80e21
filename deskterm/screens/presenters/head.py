"""What stands above an open ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens.presenters import presence, signs
from deskterm.screens.presenters.line import Line, cut, spread, width_of

if TYPE_CHECKING:
    from deskterm.desk.views import Present, TicketHead


def head(ticket: TicketHead, width: int, there: Sequence[Present] = ()) -> Line:
    """Number and subject at the left; who else is there, status, whose turn, responsible at the right."""
    right: Line = ()
    if ticket.status_class != "closed" and ticket.turn in signs.TURNS:
        sign, word, _style = signs.TURNS[ticket.turn]
        right = ((f"{sign} {_(word)}, " if width >= 90 else f"{sign} ", ""),)
    right = (*right, (clean(ticket.status), ""))
    if width >= 70:
        right = (*right, ("  " + (clean(ticket.responsible) if ticket.responsible else _("nobody")), ""))
    others, style = presence.words(there, short=width < 80)
    if others:
        right = ((f"{others}  ", style), *right)
    left: Line = ((f"#{ticket.id} ", ""), (clean(ticket.subject), ""))
    most = max(width * 45 // 100, width - width_of(left) - 2)
    if width_of(right) > most:
        right = ((cut("".join(text for text, _style in right), most), ""),)
    return spread(left, right, width)


def notes(ticket: TicketHead) -> list[tuple[str, str]]:
    """What an agent must know before he answers, each as a sentence and its style."""
    found: list[tuple[str, str]] = []
    if ticket.silent:
        found.append((_("Silent account: no answer is sent to this sender."), "warning"))
    if ticket.muted:
        found.append((clean(_("Automatic answers stopped: {why}").format(why=ticket.muted)), "warning"))
    if ticket.passed_on:
        said = _("Passed on by an agent; {address} wrote it.").format(address=ticket.passed_on)
        found.append((clean(said), "warning"))
    if ticket.client_why:
        found.append((clean(ticket.client_why), "faint"))
    return found
