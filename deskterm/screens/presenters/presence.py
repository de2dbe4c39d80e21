"""Who else is at a ticket: a sign and a name in the list, words above the ticket and where one writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import _, n_
from deskterm.screens.presenters import signs
from deskterm.screens.presenters.line import Piece, cut

if TYPE_CHECKING:
    from deskterm.desk.views import Present

NAME_CELLS = 12


def mark(there: Sequence[Present]) -> str:
    """Before a ticket's subject: who answers it, else who looks at it, and how many more; '' for nobody."""
    if not there:
        return ""
    first = there[0]
    more = len({each.agent_id for each in there} - {first.agent_id})
    name = cut(_name(first), NAME_CELLS)
    return clean(f"{_sign(first)} {name}{f' +{more}' if more else ''}: ")


def words(there: Sequence[Present], *, short: bool = False) -> Piece:
    """Above an open ticket: everybody by name with what he does; of many only the number."""
    if not there:
        return "", ""
    style = "warning" if there[0].answering else "faint"
    names = {each.agent_id: each for each in reversed(there)}
    if short or len(names) > 3:
        more = n_("{count} more", "{count} more", len(names) - 1).format(count=len(names) - 1)
        told = f"{_sign(there[0])} {_name(there[0])}" + (f", {more}" if len(names) > 1 else "")
    else:
        told = ", ".join(
            f"{_sign(each)} "
            + (_("{name} answers") if each.answering else _("{name} looks")).format(name=_name(each))
            for each in sorted(names.values(), key=lambda one: not one.answering)
        )
    return clean(told), style


def warning(there: Sequence[Present]) -> str:
    """Where one writes an answer: who else answers the same ticket; '' for nobody."""
    names = {each.agent_id: _name(each) for each in there if each.answering}
    if not names:
        return ""
    told = n_(
        "{names} is answering this ticket too.", "{names} are answering this ticket too.", len(names)
    ).format(names=", ".join(names.values()))
    return clean(f"{signs.ANSWERING} {told}")


def _sign(one: Present) -> str:
    return signs.ANSWERING if one.answering else signs.VIEWING


def _name(one: Present) -> str:
    return _("you, elsewhere") if one.mine else clean(one.name)
