"""What an agent chose for his own console."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

VIEW, ANSWER = "view", "answer"
KNOWN: Final[dict[str, tuple[Any, ...]]] = {"open_mode": (VIEW, ANSWER)}
"""What there is to choose, the first by itself: how Enter and a double click open a ticket."""


def get(work: Work, actor: Actor, name: str) -> Any:
    """What the agent chose, or what is so by itself."""
    c = t.agent_setting.c
    found = work.value(select(c.value).where(c.agent_id == actor.agent_id, c.name == name))
    return found if found in KNOWN[name] else KNOWN[name][0]


def put(work: Work, actor: Actor, name: str, value: Any) -> None:
    """Choose it."""
    if name not in KNOWN or value not in KNOWN[name]:
        raise BadData(_("There is no such choice."))
    c = t.agent_setting.c
    if not work.update_where(t.agent_setting, (c.agent_id == actor.agent_id) & (c.name == name), value=value):
        work.insert(t.agent_setting, agent_id=actor.agent_id, name=name, value=value)
