"""The desk's state in one look: worker, accounts, outbox, held letters."""

from __future__ import annotations

from sqlalchemy import exists, func, select

from deskterm.desk import section_numbers, settings
from deskterm.desk.actor import Actor
from deskterm.desk.rights import has
from deskterm.desk.views import AccountLine, SectionRow, StatusLine
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import CLOCK, Work

WORKER_LEASE = "worker"


def overview(
    work: Work, actor: Actor, unfolded: frozenset[str] = frozenset()
) -> tuple[list[SectionRow], StatusLine]:
    """The tree of sections and the status line, their numbers counted once for both."""
    rows = section_numbers.rows(work, actor, unfolded)
    return rows, _status_line(work, actor, rows)


def asked(actor: Actor, unfolded: frozenset[str] = frozenset()) -> list[Asked]:
    """What `overview` asks."""
    return [*section_numbers.asked(actor), *outside(), settings.asked()]


def outside() -> list[Asked]:
    """What `worker_runs` and `account_lines` ask."""
    return [(_WORKER, {}), (CLOCK, {}), (_ACCOUNTS, {})]


def status_line(work: Work, actor: Actor) -> StatusLine:
    """What the status line of a console shows."""
    return _status_line(work, actor, section_numbers.rows(work, actor))


def _status_line(work: Work, actor: Actor, found: list[SectionRow]) -> StatusLine:
    rows = {row.key: row for row in found}
    return StatusLine(
        agent=actor.name or actor.login,
        worker="running" if worker_runs(work) else "none",
        accounts=tuple(account_lines(work)),
        outbox=rows["outbox"].total,
        trouble=rows["outbox"].unread,
        held=rows["triage"].total,
        unread=rows["mine_new"].unread,
        mail_on=bool(settings.get(work, "mail_on")),
    )


def is_new(work: Work, actor: Actor) -> bool:
    """Whether the desk is new to one who may connect a mailbox: it has none, and no ticket."""
    if not has(actor, "administer"):
        return False
    return not any(
        work.value(select(exists(select(1).select_from(table)))) for table in (t.account, t.ticket)
    )


def worker_runs(work: Work) -> bool:
    """Whether somebody holds the worker's lease now."""
    expires = work.value(_WORKER)
    return expires is not None and expires > work.now


def account_lines(work: Work) -> list[AccountLine]:
    """Active accounts with what the worker last saw of them."""
    return [
        AccountLine(
            address=row.address,
            incoming="none" if row.way == "none" else row.incoming or "unknown",
            incoming_detail=row.incoming_detail or row.files_detail or "",
            outgoing="none" if row.out == "none" else row.outgoing or "unknown",
            outgoing_detail=row.outgoing_detail or "",
        )
        for row in work.rows(_ACCOUNTS)
    ]


def numbers(work: Work) -> dict[str, int]:
    """How many rows the main tables hold, for `doctor`."""
    return {
        table.name: int(work.value(select(func.count()).select_from(table)))
        for table in (t.ticket, t.message, t.letter, t.delivery, t.outgoing, t.event)
    }


_STATE = t.account_state.c
_ACCOUNTS = Query(
    select(
        t.account.c.address,
        t.account.c.incoming.label("way"),
        t.account.c.outgoing.label("out"),
        _STATE.incoming,
        _STATE.incoming_detail,
        _STATE.files_detail,
        _STATE.outgoing,
        _STATE.outgoing_detail,
    )
    .outerjoin(t.account_state, _STATE.account_id == t.account.c.id)
    .where(t.account.c.active)
    .order_by(t.account.c.id)
)
_WORKER = Query(select(t.lease.c.expires_at).where(t.lease.c.name == WORKER_LEASE))
