"""Before a store is copied into another database: who may, and that nobody is at work on it."""

from __future__ import annotations

from deskterm.desk import history, presence
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Busy
from deskterm.desk.rights import require
from deskterm.i18n import n_
from deskterm.store.work import Work


def begin(work: Work, actor: Actor, target: str) -> None:
    """Note in history, and so in the copy, that the store is copied; Busy while consoles are open."""
    require(work, actor, "administer", "store.copy")
    there = len(presence.online(work))
    if there:
        raise Busy(
            n_(
                "{count} agent has a console open: what he does now would be missing in the copy.",
                "{count} agents have consoles open: what they do now would be missing in the copy.",
                there,
            ).format(count=there)
        )
    history.record(work, actor, "store.copy", changes=[("target", None, target)])
