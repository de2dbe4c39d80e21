"""What `doctor` asks of the store, and the one thing it mends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from deskterm.desk import counts, history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BAD_DATA
from deskterm.desk.rights import require
from deskterm.desk.views import BAD, GOOD, WARNING, Check
from deskterm.i18n import _, n_
from deskterm.store import lease
from deskterm.store import tables as t
from deskterm.store.integrity import faults, readers
from deskterm.store.migrations import HEAD
from deskterm.store.opening import revision
from deskterm.store.work import Work

CLOCK_SECONDS = 5
WAITING_LETTER_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An active account as `doctor` looks at it."""

    address: str
    wants_password: bool
    state: str
    failing: str
    """What fails about it, '' for nothing."""


def checks(work: Work) -> Iterator[Check]:
    """Every check that needs nothing but the store, one after the other."""
    for check in _CHECKS:
        yield from check(work)


def mailboxes(work: Work) -> list[Mailbox]:
    """The active accounts and how the worker last saw them."""
    a, s = t.account.c, t.account_state.c
    return [
        Mailbox(
            address=row.address,
            wants_password=row.receives != "none" or (row.sends != "none" and row.outgoing_login),
            state=row.incoming or "unknown",
            failing=" ".join(
                detail
                for state, detail in (
                    (row.incoming, row.incoming_detail),
                    (row.outgoing, row.outgoing_detail),
                )
                if state == "failing"
            ),
        )
        for row in work.rows(
            select(
                a.address,
                a.incoming.label("receives"),
                a.outgoing.label("sends"),
                a.outgoing_login,
                s.incoming,
                s.incoming_detail,
                s.outgoing,
                s.outgoing_detail,
            )
            .select_from(t.account.outerjoin(t.account_state, s.account_id == a.id))
            .where(a.active)
            .order_by(a.id)
        )
    ]


def repair(work: Work, actor: Actor) -> int:
    """Count the sections' numbers anew from the tickets; how many places were wrong."""
    require(work, actor, "administer", "doctor.repair")
    wrong = counts.recount(work)
    if wrong:
        history.record(work, actor, "doctor.repair", changes=[("counters", wrong, 0)])
    return wrong


def _store(work: Work) -> Iterator[Check]:
    yield Check(
        "store",
        GOOD,
        _("{name} ({dialect}), version {version} of {head}.").format(
            name=work.store.name, dialect=work.dialect, version=revision(work.connection), head=HEAD
        ),
    )
    if work.dialect == "sqlite":
        yield Check("access", GOOD, _("A file of one user: only who may read it sees the desk."))
        return
    yield Check(
        "access",
        GOOD,
        _("PostgreSQL: an agent who holds the database's address is trusted with everything in it."),
        _("For walls between agents let them come over SSH: deskterm agents ssh-key add"),
    )
    read_by = readers(work)
    yield Check(
        "readers",
        GOOD if len(read_by) == 1 else WARNING,
        n_(
            "{count} role can log in and read the messages: {names}.",
            "{count} roles can log in and read the messages: {names}.",
            len(read_by),
        ).format(
            count=len(read_by),
            names=", ".join(
                _("{name} (superuser)").format(name=name) if power else name for name, power in read_by
            ),
        ),
        "" if len(read_by) == 1 else _("Take rights away that nobody needs: deskterm migrate roles"),
    )


def _integrity(work: Work) -> Iterator[Check]:
    found = faults(work)
    if found is None:
        return
    if found.broken:
        yield Check("integrity", BAD, found.broken, _("Restore a backup."), BAD_DATA)
    elif found.astray:
        yield Check(
            "integrity",
            BAD,
            _("A row of {table} points to one that is not there.").format(table=found.astray),
            _("Restore a backup, or report it."),
            BAD_DATA,
        )
    else:
        yield Check("integrity", GOOD, _("The file is whole and its rows fit together."))


def _counters(work: Work) -> Iterator[Check]:
    kept, counted = counts.all_places(work), counts.counted(work)
    wrong = {place for place, _number in set(kept.items()) ^ set(counted.items())}
    if wrong:
        yield Check(
            "counters",
            BAD,
            n_(
                "{number} place of the sections' numbers differs from the tickets.",
                "{number} places of the sections' numbers differ from the tickets.",
                len(wrong),
            ).format(number=len(wrong)),
            "deskterm doctor --repair",
            BAD_DATA,
        )
    else:
        yield Check(
            "counters",
            GOOD,
            n_(
                "{number} ticket, counted and kept alike.",
                "{number} tickets, counted and kept alike.",
                sum(counted.values()),
            ).format(number=sum(counted.values())),
        )


def _worker(work: Work) -> Iterator[Check]:
    holder = lease.holder(work, "worker")
    if holder is None:
        yield Check(
            "worker", WARNING, _("No worker runs: mail is neither received nor sent."), "deskterm sync"
        )
    else:
        yield Check("worker", GOOD, _("Runs as {holder}.").format(holder=holder))


def _letters(work: Work) -> Iterator[Check]:
    delivery = t.delivery.c
    number = select(func.count())
    broken = work.value(number.select_from(t.delivery).where(delivery.state == "broken"))
    late = work.value(
        number.select_from(t.delivery).where(
            delivery.state == "stored",
            delivery.stored_at < work.now - timedelta(minutes=WAITING_LETTER_MINUTES),
        )
    )
    trouble = work.value(number.select_from(t.outbox).where(t.outbox.c.state.in_(("failed", "unknown"))))
    if broken:
        yield Check(
            "letters",
            WARNING,
            n_(
                "{number} letter could not be read.",
                "{number} letters could not be read.",
                broken,
            ).format(number=broken),
            "deskterm letters list --state broken",
        )
    if late:
        yield Check(
            "letters",
            WARNING,
            n_(
                "{number} letter waits to be treated.",
                "{number} letters wait to be treated.",
                late,
            ).format(number=late),
            "deskterm sync --once",
        )
    if trouble:
        yield Check(
            "outbox",
            WARNING,
            n_(
                "{number} letter of ours did not surely arrive.",
                "{number} letters of ours did not surely arrive.",
                trouble,
            ).format(number=trouble),
            "deskterm outbox list",
        )
    if not (broken or late or trouble):
        yield Check("letters", GOOD, _("All letters were treated, none of ours is in trouble."))


def _clock(work: Work) -> Iterator[Check]:
    apart = abs((work.now - datetime.now(UTC)).total_seconds())
    newest = work.value(select(func.max(t.event.c.at)))
    if apart > CLOCK_SECONDS:
        yield Check(
            "clock",
            WARNING,
            n_(
                "This machine's clock and the database's are {seconds} second apart.",
                "This machine's clock and the database's are {seconds} seconds apart.",
                round(apart),
            ).format(seconds=round(apart)),
            _("Switch on time synchronisation."),
        )
    elif newest is not None and newest > work.now + timedelta(seconds=CLOCK_SECONDS):
        yield Check(
            "clock",
            WARNING,
            _("The newest event of the store lies in the future."),
            _("Switch on time synchronisation."),
        )
    else:
        yield Check("clock", GOOD, work.now.astimezone().strftime("%Y-%m-%d %H:%M"))


_CHECKS: tuple[Callable[[Work], Iterator[Check]], ...] = (
    _store,
    _integrity,
    _counters,
    _worker,
    _letters,
    _clock,
)
