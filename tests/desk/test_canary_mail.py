"""Whatever happens to tickets, no letter of ours holds what was not public in its ticket.

Random histories: each message carries a canary of its own; after every step the canaries of what customers
may know of a ticket are noted, and every letter that leaves is read wholly. They grow as trees: some have
their first steps in common, and each branch is taken back before the next one. A tree runs in one
transaction that is rolled back: thousands need one store.
"""

from __future__ import annotations

import email
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from random import Random, randrange

import pytest
from sqlalchemy import bindparam, event, select

from deskterm.desk import (
    agents,
    bin,
    choices,
    dispatch,
    merging,
    messages,
    moving,
    observers,
    outbox,
    participants,
    tickets,
    triage,
    undo,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import DeskError
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived
from deskterm.mail.parse import read_letter
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work
from tests.desk.conftest import SUPPORT, Desk

CANARY = re.compile(r"canary\d+x")
HIDDEN = "hidden.example"
WRITERS = ("ann@customer.example", "bill@customer.example", "cora@desk.example")
STRANGER = "eve@elsewhere.example"
NOON = datetime.fromisoformat("2026-11-02T12:00:00+00:00")

SEEN: Counter[str] = Counter()
"""What the histories of this run held, so that a test that shows nothing fails."""


class _RolledBack(Exception):
    """Ends a history."""


_TICKETS = Query(select(t.ticket.c.id).where(t.ticket.c.deleted_at.is_(None)).order_by(t.ticket.c.id))
_TOKEN = Query(select(t.ticket.c.token).where(t.ticket.c.id == bindparam("id")))
_MESSAGES = Query(select(t.message.c.id).where(t.message.c.deleted_at.is_(None)).order_by(t.message.c.id))
_PUBLIC = Query(
    select(t.message.c.ticket_id, t.message.c.body).where(
        t.message.c.visibility == "public",
        t.message.c.unverified.is_distinct_from("waiting"),
        t.message.c.deleted_at.is_(None),
    )
)
_EXCLUDED = Query(select(t.participant.c.ticket_id, t.participant.c.key).where(t.participant.c.excluded))
_LETTERS = Query(select(t.outgoing).where(t.outgoing.c.id > bindparam("id")).order_by(t.outgoing.c.id))
_RECIPIENTS = Query(select(t.outbox.c.key).where(t.outbox.c.outgoing_id == bindparam("id")))


@dataclass
class History:
    """A desk in the middle of one history."""

    desk: Desk
    work: Work
    number: int = 0
    """Of the last canary, letter or hidden address."""
    public: set[tuple[int, str]] = field(default_factory=set)
    """(ticket, canary) of all that was ever public there."""
    checked: int = 0
    path: tuple[str, ...] = ()
    """What was done."""

    def next(self) -> int:
        self.number += 1
        return self.number

    def canary(self) -> str:
        return f"canary{self.next()}x"

    def tickets(self) -> list[int]:
        return self.work.values(_TICKETS)

    def ticket(self, at: int) -> int:
        there = self.tickets()
        return there[at % len(there)] if there else 0

    def message(self, at: int) -> int:
        there = self.work.values(_MESSAGES)
        return int(there[at % len(there)]) if there else 0

    def arrive(self, sender: str, subject: str, **headers: str) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = sender, SUPPORT, subject
        letter["Bcc"] = f"bcc{self.next()}@{HIDDEN}"
        letter["Message-ID"] = f"<{self.next()}.letter@customer.example>"
        for name, value in headers.items():
            letter[name] = value
        letter.set_content(f"It burns. {self.canary()}")
        raw = letter.as_bytes()
        arrived = [Arrived(str(self.next()), raw, self.work.now)]
        (id,) = receive.store(self.work, self.desk.account_id, "INBOX", "1", arrived)
        receive.process(self.work, [receive.prepare(id, read_letter(raw))])

    def token(self, at: int) -> str:
        return str(self.work.value(_TOKEN, {"id": self.ticket(at)}) or "")

    def check(self) -> None:
        """Read every letter of ours that is new since the last time."""
        for row in self.work.rows(_PUBLIC):
            self.public.update((row.ticket_id, word) for word in CANARY.findall(row.body))
        excluded = {(row.ticket_id, row.key) for row in self.work.rows(_EXCLUDED)}
        for row in self.work.rows(_LETTERS, {"id": self.checked}):
            self.checked = row.id
            said = everything(blobs.get(self.work, row.blob_sha256))
            canaries = set(CANARY.findall(said))
            secret = {word for word in canaries if (row.ticket_id, word) not in self.public}
            assert not secret, f"{row.kind} letter of ticket {row.ticket_id} holds {secret}\n{said}"
            assert HIDDEN not in said
            keys = set(self.work.values(_RECIPIENTS, {"id": row.id}))
            assert not any(HIDDEN in key for key in keys)
            if row.kind in ("answer", "told"):
                assert not {(row.ticket_id, key) for key in keys} & excluded
                assert STRANGER not in keys or self._took_part(row.ticket_id)
            SEEN[row.kind] += 1
            SEEN["quoted"] += len(canaries) > 1

    def _took_part(self, ticket_id: int) -> bool:
        c = t.participant.c
        return bool(self.work.value(select(c.id).where(c.ticket_id == ticket_id, c.key == STRANGER)))


def everything(raw: bytes) -> str:
    """All a reader or his program can find in a letter: bytes, headers, every part decoded."""
    letter = email.message_from_bytes(raw)
    found = [raw.decode("utf-8", "replace")]
    for part in letter.walk():
        found += [str(make_header(decode_header(value))) for value in part.values()]
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            found.append(content.decode("utf-8", "replace"))
    return "\n".join(found)


Step = Callable[[History, Actor, int, int], None]


def new_letter(history: History, actor: Actor, a: int, b: int) -> None:
    history.arrive(WRITERS[a % 3], f"request {a}", Cc=WRITERS[b % 3])


def customer_answers(history: History, actor: Actor, a: int, b: int) -> None:
    history.arrive(WRITERS[b % 2], f"Re: it [{history.token(a)}]", Cc="dora@customer.example")


def stranger_writes(history: History, actor: Actor, a: int, b: int) -> None:
    history.arrive(STRANGER, f"Re: it [{history.token(a)}]")


def answer(history: History, actor: Actor, a: int, b: int) -> None:
    messages.reply(
        history.work,
        actor,
        history.ticket(a),
        f"Use water. {history.canary()}",
        keep_status=b % 3 == 0,
        undo_seconds=b % 2 * 10,
    )


def internal(history: History, actor: Actor, a: int, b: int) -> None:
    to = history.desk.colleague.agent_id if b % 2 else None
    messages.note(history.work, actor, history.ticket(a), history.canary(), addressee_id=to)
    SEEN["internal"] += 1


def private(history: History, actor: Actor, a: int, b: int) -> None:
    messages.note(
        history.work,
        actor,
        history.ticket(a),
        history.canary(),
        visibility="private",
        addressee_id=(history.desk.boss if b % 2 else history.desk.colleague).agent_id,
    )
    SEEN["private"] += 1


def set_status(history: History, actor: Actor, a: int, b: int) -> None:
    ids = history.work.values(select(t.status.c.id).order_by(t.status.c.id))
    tickets.set_status(history.work, actor, [history.ticket(a)], ids[b % len(ids)])


def assign(history: History, actor: Actor, a: int, b: int) -> None:
    who = (None, history.desk.boss.agent_id, history.desk.colleague.agent_id)[b % 3]
    tickets.assign(history.work, actor, [history.ticket(a)], who)


def categorise(history: History, actor: Actor, a: int, b: int) -> None:
    id = choices.find(history.work, "category", "Printers").id
    values = {"category_id": id if b % 2 else None}
    tickets.change(history.work, actor, "ticket.category", history.ticket(a), values)


def exclude(history: History, actor: Actor, a: int, b: int) -> None:
    there = participants.of_ticket(history.work, history.ticket(a))
    if there:
        participants.exclude(history.work, actor, history.ticket(a), [there[b % len(there)].id])
        SEEN["excluded"] += 1


def include(history: History, actor: Actor, a: int, b: int) -> None:
    there = participants.of_ticket(history.work, history.ticket(a))
    if there:
        participants.include(history.work, actor, history.ticket(a), [there[b % len(there)].id])


def accept(history: History, actor: Actor, a: int, b: int) -> None:
    triage.accept(history.work, actor, history.message(a))


def detach(history: History, actor: Actor, a: int, b: int) -> None:
    triage.detach(history.work, actor, history.message(a))


def move(history: History, actor: Actor, a: int, b: int) -> None:
    moving.move(history.work, actor, [history.message(a)], history.ticket(b))
    SEEN["moved"] += 1


def split(history: History, actor: Actor, a: int, b: int) -> None:
    moving.split(history.work, actor, [history.message(a)])
    SEEN["moved"] += 1


def merge(history: History, actor: Actor, a: int, b: int) -> None:
    merging.merge(history.work, actor, [history.ticket(a)], history.ticket(b))
    SEEN["merged"] += 1


def delete_message(history: History, actor: Actor, a: int, b: int) -> None:
    bin.delete_messages(history.work, actor, [history.message(a)])


def take_back(history: History, actor: Actor, a: int, b: int) -> None:
    undo.undo(history.work, actor)
    SEEN["undone"] += 1


def deliver(history: History, actor: Actor, a: int, b: int) -> None:
    history.work._now = history.work.now + timedelta(seconds=a % 3 * 10)
    for one in dispatch.claim(history.work, 1):
        outbox.set_state(history.work, one.outgoing_id, ("sending",), state="sent")


STEPS: tuple[Step, ...] = (
    new_letter, customer_answers, stranger_writes, answer, answer, internal, private, set_status, assign,
    categorise, exclude, include, accept, detach, move, split, merge, delete_message, take_back, deliver,
)  # fmt: skip

Steps = list[tuple[Step, bool, int, int]]
Tree = tuple[Steps, Sequence["Tree"]]
"""Steps, and how it goes on from there."""

BEGINNING: Steps = [(new_letter, True, 0, 1), (new_letter, True, 1, 0), (private, True, 0, 0)]
"""Every history begins with two tickets, in one of them a private note."""


def tree(chance: Random) -> Tree:
    """Twenty ways from the trunk to the end of a twig: each a history of six to twelve steps."""

    def some(most: int) -> Steps:
        return [
            (chance.choice(STEPS), chance.random() < 0.5, chance.randrange(12), chance.randrange(12))
            for _step in range(chance.randint(1, most))
        ]

    return some(4), [(some(3), [(some(2), ()) for _twig in range(5)]) for _bough in range(4)]


def go_on(history: History, steps: Steps) -> None:
    """Do steps, each told of as if it had been committed, and read what they sent."""
    work = history.work
    for step, by_boss, a, b in steps:
        history.path += (f"{step.__name__}({a}, {b}) by {'boss' if by_boss else 'colleague'}",)
        try:
            with work.savepoint():
                step(history, history.desk.boss if by_boss else history.desk.colleague, a, b)
        except DeskError:
            SEEN["refused"] += 1
        for act in list(work.before_commit):
            act()
        work.forget()
        try:
            history.check()
        except AssertionError as found:
            found.add_note(f"after {', '.join(history.path)}")
            raise
    failed = work.values(select(t.event.c.changes).where(t.event.c.act == "notice.failed"))
    assert not failed, failed


def grow(history: History, tree: Tree) -> Iterator[tuple[str, ...]]:
    """Live the histories of a tree, taking each branch back; what was done in each."""
    steps, branches = tree
    go_on(history, steps)
    if not branches:
        yield history.path
    now = history.work.now
    for branch in branches:
        with pytest.raises(_RolledBack), history.work.savepoint():
            yield from grow(replace(history, public=set(history.public)), branch)
            raise _RolledBack
        history.work._now = now


def prepare(desk: Desk) -> History:
    """A desk at the beginning of every history."""
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"addresses": ("cora@desk.example",)})
        agents.edit(work, desk.boss, desk.boss.login, {"addresses": ("boss@desk.example",)})
        choices.add(work, desk.boss, "category", "Printers")
        observers.add(work, desk.boss, "manager@boss.example")
    with desk.store.work(write=True) as work:
        work._now = NOON
        history = History(desk, work)
        go_on(history, BEGINNING)
    return history


def run(desk: Desk, wanted: int, seed: int) -> None:
    """At least so many different histories, none of which tells what it must not."""
    event.listen(desk.store.engine, "connect", lambda raw, record: raw.execute("pragma synchronous=off"))
    begun = prepare(desk)
    SEEN.clear()
    lived: set[tuple[str, ...]] = set()
    chance = Random(seed)
    while len(lived) < wanted:
        with pytest.raises(_RolledBack), desk.store.work(write=True) as work:
            work._now = NOON
            history = replace(begun, work=work, public=set(begun.public))
            lived.update(grow(history, tree(chance)))
            raise _RolledBack
    kinds = {"answer", "told", "staff", "notice", "confirmation", "quoted", "internal", "private"}
    assert kinds | {"excluded", "moved", "merged", "undone", "refused"} <= set(SEEN), SEEN
    assert SEEN["answer"] > wanted / 10 and SEEN["quoted"] > wanted / 20, SEEN


def test_no_letter_holds_what_was_not_public(desk: Desk) -> None:
    run(desk, 100, seed=1)


@pytest.mark.full
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_letter_of_ten_thousand_histories_holds_what_was_not_public(desk: Desk) -> None:
    seed = randrange(10**9)
    print("seed", seed)
    run(desk, 10_000, seed)


def test_the_search_for_canaries_finds_them(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this file rests on: were an internal note quoted, the check would say so."""
    begun = prepare(desk)
    with pytest.raises(AssertionError, match="holds"), desk.store.work(write=True) as work:
        history = replace(begun, work=work)
        work.insert(
            t.message,
            ticket_id=history.ticket(0),
            visibility="internal",
            body=history.canary(),
            at=work.now,
        )
        work.execute(t.message.update().values(visibility="public"))
        messages.reply(work, desk.boss, history.ticket(0), "Use water.")
        work.execute(
            t.message.update()
            .where(t.message.c.author_agent_id.is_(None), t.message.c.letter_id.is_(None))
            .values(visibility="internal")
        )
        history.check()


def test_the_composer_takes_nothing_but_public_messages() -> None:
    from deskterm.mail import compose
    from deskterm.mail.letter import Address

    for visibility in ("internal", "private", "", None):
        with pytest.raises(ValueError, match="only a public message"):
            compose.Outgoing(
                visibility=visibility,  # type: ignore[arg-type]
                sender=Address("", SUPPORT),
                to=(Address("", WRITERS[0]),),
                subject="x",
                message_id="1@desk.example",
                date=datetime.fromisoformat("2026-11-02T12:00:00+00:00"),
                text="canary",
            )
