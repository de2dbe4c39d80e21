"""What a row of the table of acts says.

`does` is resolved at first use. `deskterm.desk.…` is an act of the desk, called in a thread with the unit of
work, the actor and the things `where` names. `deskterm.screens.…` gets the main screen, or, for lists, is a
method of the list that has the focus.
"""

from __future__ import annotations

from dataclasses import dataclass

DOING = "deskterm.screens.doing"
LIST = "deskterm.screens.lines.LineList"


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `where` is the thing it is done to; it applies when that thing is on screen."""

    id: str
    keys: tuple[str, ...]
    where: str
    """A key of WHERES."""
    title: str
    does: str
    hint: str = ""
    """Its word on the action bar; acts without one are not there."""
    done: str = ""
    """What is said when an act of the desk has been done."""
    right: str = ""
    """Without this right it is not offered: the desk would refuse it."""
