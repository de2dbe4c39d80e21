"""What an agent chose for his own console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

VIEW, ANSWER = "view", "answer"
KNOWN: Final[dict[str, tuple[Any, ...]]] = {
    "open_mode": (VIEW, ANSWER),
    "notify_screen": (True, False),
    "notify_bell": (False, True),
    "notify_desktop": ("", "9", "777"),
    "notify_mail": ("all", "mine", ""),
    "notify_note": (True, False),
    "notify_rest": (True, False),
}
"""What there is to choose, the first by itself: how Enter and a double click open a ticket, how he is told
of what concerns him: on screen, by the bell, on the desktop by the terminal's OSC 9 or 777; and of what: mail
in every ticket he may see or in his own, notes to him, reminders and changes."""

BAR: Final = "bar"
"""Names of the acts on his action bar, in order; none: the usual ones."""
MOST_ON_BAR: Final = 100


def get(work: Work, actor: Actor, name: str) -> Any:
    """What the agent chose, or what is so by itself."""
    c = t.agent_setting.c
    found = work.value(select(c.value).where(c.agent_id == actor.agent_id, c.name == name))
    return found if found in KNOWN[name] else KNOWN[name][0]


def everything(work: Work, actor: Actor) -> dict[str, Any]:
    """All he chose, or what is so by itself."""
    c = t.agent_setting.c
    there = {
        row.name: row.value for row in work.rows(select(c.name, c.value).where(c.agent_id == actor.agent_id))
    }
    found = {name: there[name] if there.get(name) in values else values[0] for name, values in KNOWN.items()}
    bar = there.get(BAR)
    return found | {BAR: tuple(str(act) for act in bar) if isinstance(bar, list) else ()}


def put_bar(work: Work, actor: Actor, names: Sequence[str]) -> None:
    """Choose what stands on the action bar; nothing: the usual acts."""
    if actor.agent_id is None or len(names) > MOST_ON_BAR:
        raise BadData(_("There is no such choice."))
    _put(work, actor, BAR, [str(name)[:40] for name in names])


def put(work: Work, actor: Actor, name: str, value: Any) -> None:
    """Choose it."""
    if name not in KNOWN or value not in KNOWN[name]:
        raise BadData(_("There is no such choice."))
    _put(work, actor, name, value)


def _put(work: Work, actor: Actor, name: str, value: Any) -> None:
    c = t.agent_setting.c
    if not work.update_where(t.agent_setting, (c.agent_id == actor.agent_id) & (c.name == name), value=value):
        work.insert(t.agent_setting, agent_id=actor.agent_id, name=name, value=value)
