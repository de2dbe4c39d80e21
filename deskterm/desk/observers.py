"""Observers: addresses told of what happens to tickets of the desk, of an account, of a rule, or to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from deskterm.desk import addresses, history, participants, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.letter import Address
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Scope:
    """What is observed: an account, a rule or a ticket by its id; the whole desk where none is named."""

    account_id: int | None = None
    rule_id: int | None = None
    ticket_id: int | None = None

    @property
    def name(self) -> str:
        named = {"account": self.account_id, "rule": self.rule_id, "ticket": self.ticket_id}
        return next((name for name, id in named.items() if id is not None), "desk")


DESK = Scope()


@dataclass(frozen=True, slots=True)
class ObserverView:
    """An observer and what he is told of."""

    id: int
    address: str
    scope: str
    account: str
    rule: str
    ticket_id: int | None
    created_at: datetime
    rule_id: int | None = None


@undoable("observer.add")
def add(work: Work, actor: Actor, address: str, scope: Scope = DESK) -> int:
    """Tell an address from now on; the observer's id, the one there is where he is one already."""
    _may(work, actor, "observer.add", scope)
    _there(work, actor, scope)
    address = participants.usable(address).address
    key = Address("", address).key
    there = work.value(select(t.observer.c.id).where(_is(key, scope)))
    if there is not None:
        return int(there)
    id = work.insert(
        t.observer,
        scope=scope.name,
        account_id=scope.account_id,
        rule_id=scope.rule_id,
        ticket_id=scope.ticket_id,
        address=address,
        key=key,
        created_at=work.now,
    )
    work.forget()
    history.record(
        work,
        actor,
        "observer.add",
        ticket_id=scope.ticket_id,
        subject=("observer", id),
        changes=[("observer", None, address)],
    )
    return id


@undoable("observer.remove")
def remove(work: Work, actor: Actor, address: str, scope: Scope = DESK) -> None:
    """Tell an address no longer of this; other things it observes stay."""
    _may(work, actor, "observer.remove", scope)
    _there(work, actor, scope)
    row = work.first(select(t.observer).where(_is(Address("", address).key, scope)))
    if row is None:
        raise NotFound(_("{address} does not observe this.").format(address=address))
    work.delete_where(t.observer, t.observer.c.id == row.id)
    work.forget()
    history.record(
        work,
        actor,
        "observer.remove",
        ticket_id=scope.ticket_id,
        subject=("observer", row.id),
        changes=[("observer", row.address, None)],
    )


def listed(work: Work, actor: Actor, scope: Scope | None = None) -> list[ObserverView]:
    """All observers, or those of one scope; who does not administer sees those of his tickets."""
    if scope is not None:
        _there(work, actor, scope)
    require(work, actor, "change", "observer.list")
    statement = (
        select(t.observer, t.account.c.address.label("account"), t.rule.c.name.label("rule"))
        .outerjoin(t.account, t.account.c.id == t.observer.c.account_id)
        .outerjoin(t.rule, t.rule.c.id == t.observer.c.rule_id)
        .outerjoin(t.ticket, t.ticket.c.id == t.observer.c.ticket_id)
        .where(or_(t.observer.c.ticket_id.is_(None), visibility.tickets(actor)))
        .order_by(t.observer.c.scope, t.observer.c.id)
    )
    if scope is not None:
        statement = statement.where(_in(scope))
    return [
        ObserverView(
            id=row.id,
            address=row.address,
            scope=row.scope,
            account=row.account or "",
            rule=row.rule or "",
            ticket_id=row.ticket_id,
            created_at=row.created_at,
            rule_id=row.rule_id,
        )
        for row in work.rows(statement)
    ]


def of_address(work: Work, actor: Actor, address: str) -> list[ObserverView]:
    """What one address is told of; NotFound where that is nothing."""
    key = addresses.key(Address("", address).key)
    found = [row for row in listed(work, actor) if addresses.key(Address("", row.address).key) == key]
    if not found:
        raise NotFound(_("{address} does not observe this.").format(address=address))
    return found


ANY = Query(select(t.observer.c.id).limit(1))


def anybody(work: Work) -> bool:
    """Whether there is any observer at all; asked once per unit of work."""
    return work.remembered("observers", lambda: work.value(ANY) is not None)


def of_ticket(work: Work, ticket: Any) -> list[Address]:
    """Whoever is told of a ticket, each address once."""
    c = t.observer.c
    scopes = [Scope(), Scope(ticket_id=ticket.id)]
    if ticket.account_id is not None:
        scopes.append(Scope(account_id=ticket.account_id))
    if ticket.rule_id is not None:
        scopes.append(Scope(rule_id=ticket.rule_id))
    rows = work.rows(select(c.key, c.address).where(or_(*map(_in, scopes))).order_by(c.id.desc()))
    # the first of them says how the address is written
    return list({row.key: Address("", row.address) for row in rows}.values())[::-1]


def _in(scope: Scope) -> ColumnElement[bool]:
    c = t.observer.c
    match scope.name:
        case "account":
            return and_(c.scope == "account", c.account_id == scope.account_id)
        case "rule":
            return and_(c.scope == "rule", c.rule_id == scope.rule_id)
        case "ticket":
            return and_(c.scope == "ticket", c.ticket_id == scope.ticket_id)
        case _:
            return c.scope == "desk"


def _is(key: str, scope: Scope) -> ColumnElement[bool]:
    return and_(_in(scope), t.observer.c.key == addresses.key(key))


def _may(work: Work, actor: Actor, act: str, scope: Scope) -> None:
    """A ticket's observers are named by who may change it, all others by administrators."""
    require(work, actor, "administer" if scope.ticket_id is None else "change", act, scope.ticket_id)


def _there(work: Work, actor: Actor, scope: Scope) -> None:
    """NotFound where what is to be observed does not exist or the actor may not see it."""
    named = [scope.account_id, scope.rule_id, scope.ticket_id]
    if len([id for id in named if id is not None]) > 1:
        raise BadData(_("An observer has one scope: the desk, an account, a rule or a ticket."))
    if scope.ticket_id is not None and not work.value(
        select(t.ticket.c.id).where(t.ticket.c.id == scope.ticket_id, visibility.tickets(actor))
    ):
        raise NotFound(_("There is no ticket {number}.").format(number=scope.ticket_id))
    if scope.rule_id is not None and not work.value(select(t.rule.c.id).where(t.rule.c.id == scope.rule_id)):
        raise NotFound(_("There is no rule {number}.").format(number=scope.rule_id))
    if scope.account_id is not None and not work.value(
        select(t.account.c.id).where(t.account.c.id == scope.account_id)
    ):
        raise NotFound(_("There is no such account."))
