"""What the store answers to the steps' questions."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, exists, select

from deskterm.desk import addresses, blacklist, participants, rule_effects, rules, settings, tickets
from deskterm.desk.intake import folders, late
from deskterm.desk.intake.case import Blocked, Receiver, Ruling, Sender
from deskterm.desk.keys import keys
from deskterm.mail.letter import Letter
from deskterm.mail.message_ids import Keys
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work


class StoreDesk:
    """The desk of an open unit of work; lists that do not change within it are read once."""

    def __init__(self, work: Work) -> None:
        self._work = work

    @cached_property
    def keys(self) -> Keys | None:
        return keys(self._work)

    @cached_property
    def own_addresses(self) -> frozenset[str]:
        return addresses.own(self._work)

    @cached_property
    def _entries(self) -> list[blacklist.Entry]:
        return self._work.remembered("black list", lambda: blacklist.active(self._work))

    def duplicate_of(self, message_key: str, body_hash: str) -> int | None:
        found: int | None = self._work.value(_SAME, {"message_key": message_key, "body_hash": body_hash})
        return found

    def blocked_by(self, sender_key: str, subject: str, text: str) -> Blocked | None:
        entry = blacklist.match(self._entries, sender_key, subject, text)
        return Blocked(entry.id, entry.kind, entry.value) if entry is not None else None

    def ticket_of_reference(self, ref: str) -> int | None:
        found: int | None = self._work.value(_REFERENCE, {"ref": ref})
        return found

    def ticket_with_unverified(self, ref: str) -> int | None:
        found: int | None = self._work.value(_UNVERIFIED, {"ref": ref})
        return found

    def ticket_awaiting(self, ref: str) -> int | None:
        found: int | None = self._work.value(_AWAITED, {"ref": ref})
        return found

    def ticket_now(self, ticket_id: int) -> int | None:
        id = tickets.target(self._work, ticket_id)
        found: int | None = self._work.value(_THERE, {"id": id})
        return found

    def knows(self, ticket_id: int, sender_key: str) -> str | None:
        return participants.knows(self._work, ticket_id, sender_key)

    def sender(self, sender_key: str) -> Sender:
        found = addresses.customer(self._work, sender_key)
        return Sender(
            client_id=found.client_id,
            contact_id=found.contact_id,
            name=found.name,
            why=found.why,
            agent_id=addresses.staff(self._work, sender_key),
            # a contact of several clients is of none for sure, and still a contact
            listed=bool(found.why) or addresses.registered(self._work, sender_key),
        )

    def reopens(self, ticket_id: int) -> bool:
        days = int(settings.get(self._work, "reopen_days"))
        if not days:
            return True
        row = self._work.first(
            select(t.ticket.c.status_class, t.ticket.c.closed_at, t.ticket.c.last_message_at).where(
                t.ticket.c.id == ticket_id
            )
        )
        if row is None or row.status_class != "closed":
            return True
        return bool((row.closed_at or row.last_message_at) > self._work.now - timedelta(days=days))

    def late_ticket(self, ticket_id: int) -> int | None:
        return late.newest(self._work, ticket_id)

    def ruling(self, account_id: int | None, letter: Letter, registered: bool) -> Ruling | None:
        rule = rules.matching(self._work, account_id, letter, registered)
        if rule is None:
            return None
        shown = rule_effects.shown(self._work, rule.effects)
        return Ruling(rule.id, rule.name, rule.why, rule.effects, shown)


def receiver(work: Work, account_id: int, folder: str = "") -> Receiver:
    """The account as the steps see it, and the folder of it that the letter lay in."""
    row = account_row(work, account_id)
    if row is None:
        return Receiver()
    junk = row.reads_junk and folders.is_junk(work, account_id, folder)
    return Receiver(row.address, row.who_may_write, row.silent, account_id, junk)


def account_row(work: Work, account_id: int) -> Any | None:
    """An account, read once for all letters of a unit of work."""
    return work.remembered(
        ("account", account_id), lambda: work.first(select(t.account).where(t.account.c.id == account_id))
    )


_SAME = Query(
    select(t.letter.c.id).where(
        t.letter.c.message_key == bindparam("message_key"), t.letter.c.body_hash == bindparam("body_hash")
    )
)
_REFERENCE = Query(
    select(t.message_ref.c.ticket_id)
    .where(t.message_ref.c.ref == bindparam("ref"))
    # of a letter of ours nobody else's word counts
    .order_by(t.message_ref.c.kind != "ours", t.message_ref.c.kind == "mentioned", t.message_ref.c.id.desc())
)
_UNVERIFIED = Query(
    # nobody's word but that of its own id: what a stranger mentions must draw no letters here
    select(t.message.c.ticket_id)
    .join(t.letter, t.letter.c.id == t.message.c.letter_id)
    .where(
        t.letter.c.message_key == bindparam("ref"),
        t.message.c.unverified == "waiting",
        t.message.c.deleted_at.is_(None),
    )
    .order_by(t.message.c.id.desc())
)
_KNOWN = t.message_ref.alias()
_AWAITED = Query(
    # an id that came before is no letter's own any more: some mailers give all of theirs the same
    select(t.message_ref.c.ticket_id)
    .where(
        t.message_ref.c.ref == bindparam("ref"),
        ~exists().where(_KNOWN.c.ref == bindparam("ref"), _KNOWN.c.kind != "mentioned"),
    )
    .order_by(t.message_ref.c.id.desc())
)
_THERE = Query(select(t.ticket.c.id).where(t.ticket.c.id == bindparam("id"), t.ticket.c.deleted_at.is_(None)))
