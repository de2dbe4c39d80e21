"""Before a store is copied, backed up or replaced: who may, and that nobody is at work where that matters."""

from __future__ import annotations

from deskterm.desk import history, presence, settings
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import Busy
from deskterm.desk.rights import at_the_machine, require
from deskterm.i18n import _, n_
from deskterm.store import lease
from deskterm.store import tables as t
from deskterm.store.copying import LEASE
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


def back_up(work: Work, actor: Actor, file: str) -> None:
    """Note in history, and so in the backup, that one is made; others may be at work meanwhile."""
    require(work, actor, "administer", "store.backup")
    at_the_machine(work, actor, "store.backup", file)
    history.record(work, actor, "store.backup", changes=[("target", None, file)])


def replace(work: Work, actor: Actor) -> None:
    """Whether this store may make way for another one; Busy while consoles are open or the worker runs."""
    require(work, actor, "administer", "store.restore")
    there = len(presence.online(work))
    if there:
        raise Busy(
            n_(
                "{count} agent has a console open; it has to be closed first.",
                "{count} agents have consoles open; they have to be closed first.",
                there,
            ).format(count=there)
        )
    if lease.holder(work, LEASE) is not None:
        raise Busy(_("The worker runs: stop it first (`deskterm sync`, its service, open consoles)."))


def arrived(work: Work, *, mail_on: bool) -> None:
    """Make a store usable that comes out of a backup: nobody is at work on it, its mail is as said."""
    work.execute(t.lease.update().values(expires_at=work.now))
    work.execute(t.presence.delete())
    if not mail_on:
        settings.set(work, SYSTEM, "mail_on", False)
    history.record(work, SYSTEM, "store.restore")
