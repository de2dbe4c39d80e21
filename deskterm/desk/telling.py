"""Telling of what a unit of work did: observers, the customer, agents; each once, by mail or on screen.

Nothing internal or private is ever in a letter: agents are told that there is a note, not what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DataError, IntegrityError

from deskterm.desk import (
    addresses,
    automatic,
    happenings,
    history,
    notice_kinds,
    notice_switches,
    notice_texts,
    notifications,
    observers,
    participants,
    schedules,
    settings,
    staff,
    visibility,
)
from deskterm.desk.actor import SYSTEM
from deskterm.desk.happenings import Happened, Item
from deskterm.desk.rights import has
from deskterm.desk.staff import Member
from deskterm.mail.letter import Address
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work


@dataclass(slots=True)
class _Desk:
    """What is asked of the desk once, however many tickets are told of."""

    work: Work
    members: list[Member]
    switches: Mapping[str, notice_kinds.NoticeKind]
    accounts: dict[int, Any]
    undo_seconds: int
    stand_in: bool
    _absent: frozenset[int] | None = None

    def account(self, id: int | None) -> Any | None:
        return self.accounts.get(id) if id is not None else None

    def stand_ins(self, responsible_id: int | None) -> set[int]:
        """Who is told beside the responsible, or in his place where there is none.

        Administrators where nobody is responsible; for somebody absent those of his team who are there, else
        administrators too.
        """
        administrators = {one.id for one in self.members if has(one.actor, "administer")}
        responsible = next((one for one in self.members if one.id == responsible_id), None)
        if responsible is None:
            return administrators
        if not self.stand_in or responsible.id not in self.absent():
            return set()
        team_id = responsible.team_id
        team = {one.id for one in self.members if team_id is not None and one.team_id == team_id}
        return team - self.absent() or administrators

    def absent(self) -> frozenset[int]:
        if self._absent is None:
            self._absent = schedules.absent(self.work, [one.id for one in self.members])
        return self._absent


def tell(work: Work, told: Mapping[int, Sequence[int]]) -> None:
    """Tell of events, given by ticket."""
    work.forget()  # what acts before this remembered may have been changed by later ones
    desk = _Desk(
        work,
        staff.active(work),
        notice_switches.in_force(work),
        {row.id: row for row in work.rows(ACCOUNTS)},
        int(settings.get(work, "undo_seconds")),
        bool(settings.get(work, "stand_in")),
    )
    for ticket_id, event_ids in told.items():
        try:
            with work.savepoint():
                _tell(desk, ticket_id, event_ids)
        except (ValueError, LookupError, TypeError, IntegrityError, DataError) as error:
            # a notice that cannot be written must not undo what it tells of
            history.record(
                work,
                SYSTEM,
                "notice.failed",
                ticket_id=ticket_id,
                changes=[("why", None, f"{type(error).__name__}: {error}"[:500])],
            )


def _tell(desk: _Desk, ticket_id: int, event_ids: Sequence[int]) -> None:
    work = desk.work
    ticket = work.first(_TICKET, {"id": ticket_id})
    if ticket is None:
        return
    happened = happenings.of_ticket(work, ticket, event_ids)
    leaves_at = _leaves_at(desk, happened)
    by_mail = _tell_observers(desk, happened, leaves_at) if observers.anybody(work) else set()
    if happened.items:
        by_mail |= _tell_customer(desk, happened, leaves_at)
        _tell_agents(desk, happened, leaves_at, by_mail)


def _tell_observers(desk: _Desk, happened: Happened, leaves_at: datetime | None) -> set[str]:
    """A notice to each observer, as a reply in the ticket's thread; the keys of those who got one."""
    work, ticket = desk.work, happened.ticket
    kind = _observed(happened)
    to = [one for one in observers.of_ticket(work, ticket) if _knows(work, happened, one)] if kind else []
    if not to:
        return set()
    answer = _answer(work, happened.answer_id)
    text = notice_texts.to_observer(work, kind, desk.account(ticket.account_id), happened, answer)
    parent = _first_letter(work, ticket.id)
    for address in to:
        automatic.notify(
            work,
            ticket,
            address,
            text,
            parent=parent,
            not_before=leaves_at,
            tells_of=happened.answer_id or 0,
            event_id=happened.last_event,
        )
        # without a letter of the customer the first notice is what the next ones answer
        parent = parent if parent[0] else _first_letter(work, ticket.id)
    return {address.key for address in to}


def _observed(happened: Happened) -> str:
    """The template of the notice to observers; '' where there is nothing to tell them."""
    if happened.registered:
        return "notice.registered"
    if not happened.noted and any(item.kind == "closed" for item in happened.items):
        return "notice.closed"
    if happened.answer_id is not None:
        return "notice.answered"
    return "notice.changed" if happened.changes else ""


def _tell_customer(desk: _Desk, happened: Happened, leaves_at: datetime | None) -> set[str]:
    """A letter to the ticket's author of what was changed that he may know; his key, where he got one.

    The confirmation is his notice of a new ticket, the answer itself that of an answer.
    """
    if happened.registered or happened.noted or happened.answer_id is not None:
        return set()
    items = [
        item
        for item in happened.items
        if desk.switches[item.kind].customer
        and not item.by_customer
        and item.event.act not in notice_kinds.OURS_ALONE
        # that somebody is no longer responsible is nothing to a customer
        and not (item.kind == "responsible" and item.after is None)
    ]
    if not items:
        return set()
    work, ticket = desk.work, happened.ticket
    to = next((one for one in participants.recipients(work, ticket.id) if one.place == "author"), None)
    if to is None:
        return set()
    address = Address(to.name, to.address)
    himself = addresses.staff(work, address.key)
    items = [
        item
        for item in items
        if (himself is None or item.agent_id != himself) and _told_before(work, ticket.id, item, address.key)
    ]
    if not items:
        return set()
    if automatic.may_tell_customer(work, ticket, address):
        return set()
    text = notice_texts.letter(
        work, "customer", desk.account(ticket.account_id), ticket, items, ticket.language
    )
    automatic.tell_customer(work, ticket, address, text, not_before=leaves_at, event_id=happened.last_event)
    return {address.key}


def _tell_agents(desk: _Desk, happened: Happened, leaves_at: datetime | None, by_mail: set[str]) -> None:
    """A letter and a line on screen for each agent whom something of it concerns."""
    work, ticket = desk.work, happened.ticket
    watchers = set(work.values(_WATCHERS, {"ticket_id": ticket.id}))
    team_id = ticket.team_id
    if team_id is None:
        team_id = next((one.team_id for one in desk.members if one.id == ticket.responsible_id), None)
    falls = any(desk.switches[item.kind].falls for item in happened.items)
    stand_ins = desk.stand_ins(ticket.responsible_id) if falls else set()
    for member in desk.members:
        items = [
            item
            for item in happened.items
            if item.agent_id != member.id
            and _concerns(desk.switches[item.kind], item, member, ticket, stand_ins, team_id, watchers)
        ]
        if any(item.kind == "note" for item in items):
            items = [item for item in items if item.kind != "internal"]
        if items and _may_see(work, member, ticket):
            items = [item for item in items if _may_see_message(work, member, item)]
            _tell_agent(desk, happened, member, items, leaves_at, by_mail)


def _concerns(
    switch: notice_kinds.NoticeKind,
    item: Item,
    member: Member,
    ticket: Any,
    stand_ins: set[int],
    team_id: int | None,
    watchers: set[int],
) -> bool:
    """Whether an agent is among those who are told of an item."""
    if item.kind == "note":
        return switch.responsible and item.message is not None and item.message.addressee_id == member.id
    is_administrator = has(member.actor, "administer")
    return (
        (switch.responsible and member.id == ticket.responsible_id)
        or (switch.responsible and switch.falls and member.id in stand_ins)
        or (switch.administrators and is_administrator)
        or (switch.team and team_id is not None and member.team_id == team_id)
        or (switch.watchers and member.id in watchers)
    )


def _tell_agent(
    desk: _Desk,
    happened: Happened,
    member: Member,
    items: Sequence[Item],
    leaves_at: datetime | None,
    by_mail: set[str],
) -> None:
    work, ticket = desk.work, happened.ticket
    on_screen = [
        item
        for item in items
        if notice_switches.on_screen(member, item.kind) and _seen_before(work, member, item)
    ]
    if on_screen:
        notifications.add(
            work,
            member.id,
            on_screen[0].kind,
            ticket_id=ticket.id,
            message_id=on_screen[0].event.message_id if on_screen[0].message is not None else None,
            event_id=max(item.event.id for item in on_screen),
        )
    address = Address(member.actor.name, member.address)
    if not member.address or address.key in by_mail:
        return  # he has it as an observer or as the customer
    mailed = [
        item
        for item in items
        if notice_switches.by_mail(member, item.kind) and _told_before(work, ticket.id, item, address.key)
    ]
    if not mailed:
        return
    account = desk.account(ticket.account_id)
    language = member.language or ticket.language
    automatic.tell_agent(
        work,
        ticket,
        address,
        notice_texts.subject_to_agent(ticket, mailed[0], notice_kinds.KINDS[mailed[0].kind].title, language),
        notice_texts.letter(work, "agent", account, ticket, mailed, language),
        language=language,
        not_before=leaves_at,
        event_id=happened.last_event,
        tells_of=happened.answer_id or 0,
    )


def _leaves_at(desk: _Desk, happened: Happened) -> datetime | None:
    """When notices leave: with the answer they tell of, else when the time to undo is over; None: now."""
    moments: list[datetime] = []
    if happened.answer_id is not None:
        moment = desk.work.value(_LEAVES_AT, {"message_id": happened.answer_id})
        moments += [moment] if moment is not None else []
    elif happened.by_agent:
        moments.append(desk.work.now + timedelta(seconds=desk.undo_seconds))
    return max(moments, default=None)


def _may_see(work: Work, member: Member, ticket: Any) -> bool:
    if has(member.actor, "see all"):
        return True
    seen = select(t.ticket.c.id).where(t.ticket.c.id == ticket.id, visibility.tickets(member.actor))
    return work.value(seen) is not None


def _may_see_message(work: Work, member: Member, item: Item) -> bool:
    if item.message is None or item.message.visibility != "private":
        return True
    return (
        work.value(
            select(t.message.c.id).where(t.message.c.id == item.message.id, visibility.messages(member.actor))
        )
        is not None
    )


def _told_before(work: Work, ticket_id: int, item: Item, key: str) -> bool:
    """Whether an address may be told of an item: an undo only where what it undid had reached it."""
    if item.undone is None:
        return True
    first, last = item.undone
    c = t.outgoing.c
    return (
        work.value(
            select(c.id)
            .join(t.outbox, t.outbox.c.outgoing_id == c.id)
            .where(
                c.ticket_id == ticket_id,
                c.event_id >= first,
                c.event_id <= last,
                t.outbox.c.key == key,
                t.outbox.c.state != "withdrawn",
            )
            .limit(1)
        )
        is not None
    )


def _seen_before(work: Work, member: Member, item: Item) -> bool:
    """The same on screen: what an agent had not seen yet was taken away by the undo."""
    if item.undone is None:
        return True
    first, last = item.undone
    c = t.notification.c
    return (
        work.value(
            select(c.id).where(c.agent_id == member.id, c.event_id >= first, c.event_id <= last).limit(1)
        )
        is not None
    )


def _knows(work: Work, happened: Happened, address: Address) -> bool:
    """Whether an observer is told: always, but of an undo alone only if he was told of what it undid."""
    ticket_id = happened.ticket.id
    undone = [item for item in happened.items if item.undone is not None]
    if len(undone) < len(happened.items) or not happened.items:
        return True
    return any(_told_before(work, ticket_id, item, address.key) for item in undone)


def _answer(work: Work, message_id: int | None) -> Any | None:
    """The public answer, or None; nothing internal or private ever gets into a notice."""
    if message_id is None:
        return None
    c = t.message.c
    return work.first(
        select(c.id, c.body).where(c.id == message_id, c.visibility == "public", c.deleted_at.is_(None))
    )


def _first_letter(work: Work, ticket_id: int) -> tuple[str, tuple[str, ...]]:
    """(parent, references) of a ticket's notices: its first letter, else the first notice of it."""
    c = t.message.c
    key = work.value(
        select(c.message_key)
        .where(
            c.ticket_id == ticket_id,
            c.type == "email",
            c.visibility == "public",
            c.author_agent_id.is_(None),
            c.message_key != "",
            c.deleted_at.is_(None),
            c.unverified.is_distinct_from("waiting"),
        )
        .order_by(c.id)
        .limit(1)
    ) or work.value(
        select(t.outgoing.c.message_key)
        .where(t.outgoing.c.ticket_id == ticket_id, t.outgoing.c.kind == automatic.OBSERVERS)
        .order_by(t.outgoing.c.id)
        .limit(1)
    )
    return (str(key), (str(key),)) if key else ("", ())


ACCOUNTS = Query(select(t.account))
_TICKET = Query(select(t.ticket).where(t.ticket.c.id == bindparam("id"), t.ticket.c.deleted_at.is_(None)))
_LEAVES_AT = Query(select(t.outgoing.c.not_before).where(t.outgoing.c.message_id == bindparam("message_id")))
_WATCHERS = Query(select(t.watch.c.agent_id).where(t.watch.c.ticket_id == bindparam("ticket_id")))
