"""What the worker must know of the desk: mail switch, wish to look now, accounts, who is there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from deskterm.desk import presence, settings
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class MailAccount:
    """An active account as the worker uses it; its password is in the secret store under `address`."""

    id: int
    address: str
    login: str
    incoming: str
    incoming_host: str
    incoming_port: int
    incoming_security: str
    folders: tuple[str, ...]
    outgoing: str
    outgoing_host: str
    outgoing_port: int
    outgoing_security: str
    outgoing_login: bool
    ca_file: str
    files_sent: str
    sent_folder: str
    after: str
    after_folder: str
    junk_folder: str
    reads_junk: bool
    poll_seconds: int

    @property
    def receives(self) -> bool:
        return self.incoming != "none" and bool(self.incoming_host)

    @property
    def sends(self) -> bool:
        return self.outgoing != "none" and bool(self.outgoing_host)


@dataclass(frozen=True, slots=True)
class Orders:
    """What the desk wants of its worker now."""

    mail_on: bool
    check_now: int
    """A counter: whoever wants the mail looked for now raises it."""
    accounts: tuple[MailAccount, ...]
    wishes: frozenset[tuple[int, int]]
    """Account and delivery of each letter that somebody wants elsewhere on its server."""
    console_seen_at: datetime | None
    """When the last console gave a sign of life; None where none is there."""
    now: datetime


_delivery = t.delivery.c
_COLUMNS = [t.account.c[field.name] for field in fields(MailAccount)]


def orders(work: Work) -> Orders:
    """Read them all in one go."""
    rows = work.rows(select(*_COLUMNS).where(t.account.c.active.is_(True)).order_by(t.account.c.id))
    return Orders(
        mail_on=bool(settings.get(work, "mail_on")),
        check_now=int(settings.get(work, "check_now")),
        accounts=tuple(_account(row) for row in rows),
        wishes=frozenset(
            (row.account_id, row.id)
            for row in work.rows(
                select(t.delivery.c.account_id, t.delivery.c.id).where(t.delivery.c.wish != "")
            )
        ),
        console_seen_at=presence.last_seen_at(work),
        now=work.now,
    )


def _account(row: Row[Any]) -> MailAccount:
    values = dict(row._mapping)
    values["folders"] = tuple(row.folders or ("INBOX",))
    return MailAccount(**values)


def next_letter_at(work: Work, account_id: int) -> datetime | None:
    """When the next letter of an account wants to leave; None where none waits."""
    found: datetime | None = work.value(
        select(func.min(t.outbox.c.next_at))
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(
            t.outgoing.c.open,
            t.outgoing.c.account_id == account_id,
            t.outbox.c.state.in_(("waiting", "queued", "deferred")),
        )
    )
    return found


def half_sent(work: Work, account_id: int, epoch: int) -> dict[int, list[str]]:
    """Recipients of an account's letters that stand as `sending` by this epoch, by outgoing letter."""
    rows = work.rows(
        select(t.outbox.c.outgoing_id, t.outbox.c.address)
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(
            t.outgoing.c.account_id == account_id,
            t.outbox.c.state == "sending",
            t.outbox.c.claimed_by == epoch,
        )
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.outgoing_id, []).append(row.address)
    return found
