"""The way in: bytes first, understood later, decided in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import InterfaceError, OperationalError

from deskterm.desk import addresses, history, maillog, notices, words
from deskterm.desk.actor import SYSTEM
from deskterm.desk.intake import folders
from deskterm.desk.intake.apply import apply
from deskterm.desk.intake.case import Verdict
from deskterm.desk.intake.pipeline import judge
from deskterm.desk.intake.store_desk import StoreDesk, account_row, receiver
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.errors import StoreError
from deskterm.store.prepared import Query
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Arrived:
    """A letter as a server gave it: its key there, its bytes, when it arrived there (aware).

    The digest of the bytes is made with it: by whoever fetches, while others write.
    """

    key: str
    raw: bytes
    arrived_at: datetime
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", blobs.digest(self.raw))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored letter that was not understood yet."""

    delivery_id: int
    account_id: int
    sha256: str
    size: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A stored letter, read outside the transaction; `problem` says why it could not be."""

    delivery_id: int
    letter: Letter | None
    problem: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery."""

    delivery_id: int
    verdict: str
    ticket_id: int | None
    message_id: int | None
    letter_id: int | None
    reasons: tuple[str, ...]


def store(
    work: Work, account_id: int, folder: str, epoch: str, items: Sequence[Arrived], placed: bool = False
) -> list[int]:
    """Keep the bytes of letters before anything is understood; delivery ids in the order given.

    A key that was stored before in this folder and epoch gives its delivery again. `placed` says that the
    letters stay where they are on the server.
    """
    ids = folders.known_keys(work, account_id, folder, epoch, [item.key for item in items])
    new: dict[str, Arrived] = {}
    for item in items:
        if item.key not in ids:
            new.setdefault(item.key, item)
    if new:
        blobs.put_many(work, {item.sha256: item.raw for item in new.values()})
        rows = [
            {
                "account_id": account_id,
                "folder": folder,
                "epoch": epoch,
                "key": item.key,
                "blob_sha256": item.sha256,
                "size": len(item.raw),
                "arrived_at": item.arrived_at,
                "stored_at": work.now,
                # an observer's copy in a mailbox of ours stays as it is there: unread, in its place
                "placed": placed or notices.is_copy(work, item.raw),
            }
            for item in new.values()
        ]
        work.insert_many(t.delivery, rows)
        ids |= folders.known_keys(work, account_id, folder, epoch, list(new))
    return [ids[item.key] for item in items]


def waiting(work: Work, limit: int, after: int = 0) -> list[Waiting]:
    """The oldest letters that were stored and not understood yet, of those after a delivery."""
    c = t.delivery.c
    return [
        Waiting(row.id, row.account_id, row.blob_sha256, row.size, row.attempts)
        for row in work.rows(
            select(c.id, c.account_id, c.blob_sha256, c.size, c.attempts)
            .where(c.state == "stored", c.id > after)
            .order_by(c.id)
            .limit(limit)
        )
    ]


def own_addresses(work: Work) -> frozenset[str]:
    """The desk's own addresses."""
    return addresses.own(work)


def untreated(work: Work, ids: Sequence[int]) -> set[int]:
    """Those of the deliveries that still wait: a repeated one was treated, or a worker was faster."""
    c = t.delivery.c
    return set(work.values(select(c.id).where(c.id.in_(list(ids)), c.state == "stored")))


def outcome(work: Work, delivery_id: int) -> Outcome | None:
    """What became of a delivery that was treated earlier; None where there is none of that number."""
    row = work.first(
        select(t.delivery.c.verdict, t.delivery.c.reasons, t.delivery.c.letter_id, t.letter.c.ticket_id)
        .select_from(t.delivery.outerjoin(t.letter, t.letter.c.id == t.delivery.c.letter_id))
        .where(t.delivery.c.id == delivery_id)
    )
    if row is None:
        return None
    message_id = None
    if row.letter_id is not None:
        message_id = work.value(
            select(t.message.c.id).where(t.message.c.letter_id == row.letter_id).order_by(t.message.c.id)
        )
    return Outcome(
        delivery_id=delivery_id,
        verdict=row.verdict or str(Verdict.HOLD),
        ticket_id=row.ticket_id,
        message_id=message_id,
        letter_id=row.letter_id,
        reasons=tuple(row.reasons or ()),
    )


def prepare(delivery_id: int, letter: Letter) -> Prepared:
    """A letter that was read, with its search words made outside the transaction."""
    return Prepared(delivery_id, letter, "", words.of_letter(letter))


def process(work: Work, prepared: Sequence[Prepared]) -> list[Outcome]:
    """Decide on letters and carry the verdicts out, a savepoint each.

    A letter whose verdict cannot be carried out is held with the reason; the next one goes on.
    """
    outcomes: list[Outcome] = []
    for item in prepared:
        delivery = work.first(_DELIVERY, {"id": item.delivery_id})
        if delivery is None or delivery.state != "stored":
            continue  # another process was first
        if item.letter is None:
            outcomes.append(_broken(work, delivery, item.problem))
            continue
        try:
            with work.savepoint():
                outcomes.append(_decide(work, delivery, item))
        except (StoreError, OperationalError, InterfaceError):
            raise  # the store cannot be used: every letter waits
        except Exception as error:  # noqa: BLE001  one letter's mistake must not stop those behind it
            outcomes.append(_broken(work, delivery, f"{type(error).__name__}: {error}"))
    return outcomes


def _decide(work: Work, delivery: Any, item: Prepared) -> Outcome:
    letter = item.letter
    assert letter is not None
    account = account_row(work, delivery.account_id)
    assert account is not None
    judgement = judge(letter, StoreDesk(work), receiver(work, delivery.account_id, delivery.folder))
    line = item.words or words.of_letter(letter)
    done = apply(work, account, delivery, letter, judgement, line)
    return Outcome(
        delivery_id=delivery.id,
        verdict=str(judgement.verdict),
        ticket_id=done.ticket_id,
        message_id=done.message_id,
        letter_id=done.letter_id,
        reasons=done.reasons,
    )


def _broken(work: Work, delivery: Any, problem: str) -> Outcome:
    """A letter nobody could read: kept as it came, held for a person, tried again on request."""
    reasons = [_("not readable as it should be: {problem}").format(problem=problem)]
    letter_id = delivery.letter_id or work.insert(
        t.letter,
        account_id=delivery.account_id,
        blob_sha256=delivery.blob_sha256,
        message_key=f"{delivery.blob_sha256}@unreadable",
        body_hash=delivery.blob_sha256,
        verdict=str(Verdict.HOLD),
        reasons=reasons,
        subject="",
        arrived_at=delivery.arrived_at,
        size=delivery.size,
        triage="waiting",
        triage_why=reasons[0],
        may_answer=False,
    )
    work.update(
        t.delivery,
        delivery.id,
        state="broken",
        attempts=delivery.attempts + 1,
        letter_id=letter_id,
        verdict=str(Verdict.HOLD),
        reasons=reasons,
    )
    history.record(
        work, SYSTEM, "letter.received", subject=("letter", letter_id), changes=[("verdict", None, "hold")]
    )
    maillog.note(work, "held", account_id=delivery.account_id, letter_id=letter_id, detail=reasons[0])
    return Outcome(delivery.id, str(Verdict.HOLD), None, None, letter_id, tuple(reasons))


def again(work: Work, letter_id: int) -> int:
    """Put a letter that could not be read back among the waiting ones; how many deliveries."""
    rows = work.rows(
        select(t.delivery.c.id).where(t.delivery.c.letter_id == letter_id, t.delivery.c.state == "broken")
    )
    for row in rows:
        work.update(t.delivery, row.id, state="stored", letter_id=None)
    if rows:
        work.update(t.letter, letter_id, triage="done")
    return len(rows)


_DELIVERY = Query(select(t.delivery).where(t.delivery.c.id == bindparam("id")))
