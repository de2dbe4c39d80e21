"""The rights there are, and the one place that checks them."""

from __future__ import annotations

from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotAllowed
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

RIGHTS: dict[str, str] = {
    "see own": N_("see tickets one is responsible for"),
    "see all": N_("see all tickets"),
    "see private": N_("see private messages of others"),
    "answer": N_("answer customers"),
    "note": N_("write notes"),
    "change": N_("change tickets"),
    "templates": N_("use templates"),
    "triage": N_("treat held letters"),
    "delete": N_("delete"),
    "report": N_("see reports"),
    "erase": N_("erase persons for ever"),
    "administer": N_("administer the desk"),
}


def has(actor: Actor, right: str) -> bool:
    """Whether the actor has a right; the system has them all, an administrator contains every other."""
    return actor.kind == "system" or right in actor.rights or "administer" in actor.rights


def require(work: Work, actor: Actor, right: str, act: str, ticket_id: int | None = None) -> None:
    """Raise NotAllowed, noted in the audit, where the actor has not the right."""
    if has(actor, right):
        return
    refuse(work, actor, right, act, ticket_id)


def at_the_machine(work: Work, actor: Actor, act: str, path: object) -> None:
    """Raise NotAllowed, noted in the audit, where a confined session names a path of the machine."""
    if not path or not actor.confined:
        return
    _note(work, actor, "files of the machine", act, None)
    raise NotAllowed(
        _("Files and folders of the server are named at the server itself, with the command `deskterm`.")
    )


def refuse(work: Work, actor: Actor, right: str, act: str, ticket_id: int | None = None) -> None:
    """Note a refused act in the audit and raise NotAllowed.

    The note is written by a unit of work of its own, once this one is rolled back: it must outlive it.
    """
    _note(work, actor, right, act, ticket_id)
    raise NotAllowed(
        _("{login} may not do this: the right “{right}” is missing. An administrator can give it.").format(
            login=actor.login, right=_(RIGHTS.get(right, right))
        )
    )


def _note(work: Work, actor: Actor, right: str, act: str, ticket_id: int | None) -> None:
    work.store.after_rollback(
        work,
        t.refusal.insert().values(at=work.now, actor=actor.login, act=act, right=right, ticket_id=ticket_id),
    )
