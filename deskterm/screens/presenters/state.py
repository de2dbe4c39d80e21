"""The status line: who I am, how each account is, what waits, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import _, n_
from deskterm.screens.presenters import signs
from deskterm.screens.presenters.line import Line, Piece, clip, width_of

if TYPE_CHECKING:
    from deskterm.desk.views import AccountLine, StatusLine

GAP: Piece = ("  ", "")


def status_line(state: StatusLine, width: int) -> Line:
    """The most urgent at the left; what does not fit at the right is left out whole, not cut."""
    parts: list[Line] = [((clean(state.agent), "strong"),)]
    if state.worker == "none":
        parts.append(((_("no worker runs: start `deskterm sync`"), "trouble"),))
    if not state.mail_on:
        parts.append(((_("mail is switched off"), "trouble"),))
    if state.trouble:
        told = n_("{count} letter in trouble", "{count} letters in trouble", state.trouble)
        parts.append(((told.format(count=state.trouble), "trouble"),))
    failing = [each for each in state.accounts if _failing(each)]
    parts += [account(each, full=True) for each in failing]
    if state.unread:
        parts.append(((_("{count} unread").format(count=state.unread), "unread"),))
    if state.held:
        parts.append(((_("{count} held").format(count=state.held), "warning"),))
    if state.outbox:
        parts.append(((_("{count} leaving").format(count=state.outbox), "sign"),))
    well = [each for each in state.accounts if not _failing(each)]
    parts += [account(each, full=False) for each in well]
    if not state.accounts:
        parts.append(((_("no account yet: `F8` adds one"), "faint"),))
    line: Line = ()
    for part in parts:
        longer = (*line, GAP, *part) if line else part
        if width_of(longer) <= width:
            line = longer
        elif any(style == "trouble" for _text, style in part):
            return clip(longer, width)
    return line


def _failing(each: AccountLine) -> bool:
    return each.incoming == "failing" or each.outgoing == "failing"


def account(each: AccountLine, *, full: bool) -> Line:
    """An account and its state in a word, with the reason where it fails."""
    if each.outgoing == "failing" and each.incoming != "failing":
        word, style, detail = _("cannot send"), "trouble", each.outgoing_detail
    else:
        word, style = signs.INCOMING.get(each.incoming, (each.incoming, ""))
        word, detail = _(word), each.incoming_detail
    line: Line = ((f"{clean(each.address)} ", "faint"), (word, style))
    if full and detail:
        line = (*line, (f": {clean(detail)}", style))
    return line
