"""Undo: any acts, taken back one by one, leave everything as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random, randrange
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st
from sqlalchemy import select

from deskterm.desk import (
    bin,
    blacklist,
    choices,
    counts,
    dispatch,
    drafts,
    junk,
    linking,
    listing,
    marks,
    merging,
    messages,
    moving,
    observers,
    participants,
    reading,
    section_numbers,
    statuses,
    tabs,
    tickets,
    triage,
    undo,
)
from deskterm.desk import settings as desk_settings
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Changed, DeskError, NotFound
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work
from tests.desk.conftest import Clock, Desk

Play = Callable[["World", Actor, int, int, int], Any]
WORDS = ("fire", "water", "printer", "note0", "note1")
IGNORED = {
    "ticket": {"version", "changed_at"},
    "message": {"delivery"},
    "letter": {"version"},
}


class RollBack(Exception):
    """Ends an example: nothing of it stays."""


class World:
    """A desk inside one unit of work, with acts chosen by numbers."""

    def __init__(self, desk: Desk, work: Work) -> None:
        self.desk = desk
        self.work = work
        self.notes = 0

    def actor(self, boss: bool) -> Actor:
        return self.desk.boss if boss else self.desk.colleague

    def ticket(self, actor: Actor, number: int) -> int:
        ids = list(listing.ticket_ids(self.work, actor, "all", "number", descending=False))
        if not ids:
            raise NotFound("no ticket is left")
        return ids[number % len(ids)]

    def some(self, actor: Actor, number: int) -> list[int]:
        """One, two or three tickets."""
        return list(dict.fromkeys(self.ticket(actor, number + step) for step in range(1 + number % 3)))

    def message(self, number: int) -> int:
        ids = self.work.values(
            select(t.message.c.id).where(t.message.c.deleted_at.is_(None)).order_by(t.message.c.id)
        )
        if not ids:
            raise NotFound("no message is left")
        return int(ids[number % len(ids)])

    def done(self) -> None:
        """What a commit would do."""
        for hook in self.work.before_commit:
            hook()
        self.work.before_commit.clear()
        self.work.forget()

    def picture(self, whole: bool = True) -> dict[str, Any]:
        """All that must be as it was; `whole` with what agents are shown of it."""
        work = self.work
        dead = {name: set(work.values(query)) for name, query in _DEAD.items()}
        # the name of a letter of ours that was withdrawn is known all the same
        withdrawn = set(work.values(_WITHDRAWN))
        found: dict[str, Any] = {"counts": counts.all_places(work)}
        for name, query in _ROWS.items():
            rows = [dict(row._mapping) for row in work.rows(query)]
            found[name] = sorted(
                (
                    tuple(
                        (column, value)
                        for column, value in row.items()
                        if column not in IGNORED.get(name, ()) and not isinstance(value, (list, dict))
                    )
                    for row in rows
                    if not (name in dead and row["id"] in dead[name])
                    and row.get("ticket_id") not in dead["ticket"]
                    and row.get("message_id") not in dead["message"]
                    and not (name == "outgoing" and not row["open"])
                    and row.get("ref") not in withdrawn
                ),
                key=repr,
            )
        if whole:
            found["shown"] = self._shown()
        return found

    def _shown(self) -> dict[str, Any]:
        """Numbers, what is bold, and what is found."""
        work = self.work
        found: dict[str, Any] = {}
        for actor in (self.desk.boss, self.desk.colleague):
            ids = list(listing.ticket_ids(work, actor, "all", "number"))
            bold = reading.unread_tickets_among(work, actor, ids)
            unread = {id: reading.unread_messages(work, actor, id) for id in ids}
            assert bold == {id for id in ids if unread[id]}, actor.login
            found[f"unread {actor.login}"] = unread
            found[f"hits {actor.login}"] = [list(listing.search_ids(work, actor, word)) for word in WORDS]
            found[f"sections {actor.login}"] = [
                (row.key, row.unread, row.total)
                for row in section_numbers.rows(work, actor)
                if row.key != "outbox"
            ]
        assert counts.all_places(work) == counts.counted(work)
        return found


_ROWS = {
    table.name: Query(select(table))
    for table in (
        t.ticket, t.message, t.participant, t.ticket_link, t.tab, t.tab_ticket, t.watch, t.favorite,
        t.read_mark, t.read_exception, t.addressed, t.message_ref, t.letter_ticket, t.letter,
        t.outgoing, t.attachment, t.reminder,
    )
}  # fmt: skip
_DEAD = {
    # what an undo marks as deleted: not in the Bin
    table.name: Query(select(table.c.id).where(table.c.deleted_at.is_not(None), table.c.binned_at.is_(None)))
    for table in (t.ticket, t.message)
}
_WITHDRAWN = Query(select(t.outgoing.c.message_key).where(t.outgoing.c.open.is_(False)))


def _note(world: World, actor: Actor, a: int, b: int, c: int) -> None:
    world.notes += 1
    other = world.desk.colleague if actor is world.desk.boss else world.desk.boss
    visibility = ("internal", "private")[b % 2]
    messages.note(
        world.work,
        actor,
        world.ticket(actor, a),
        f"note{world.notes % 2}",
        visibility=visibility,
        addressee_id=other.agent_id if b % 2 or c % 2 else None,
    )


def _choice(world: World, name: str, number: int) -> int | None:
    ids = [entry.id for entry in choices.active(world.work, name)]
    return (*ids, None)[number % (len(ids) + 1)]


def _participant(world: World, actor: Actor, a: int, b: int, c: int) -> None:
    ticket_id = world.ticket(actor, a)
    if c % 3 == 0:
        participants.add_address(world.work, actor, ticket_id, f"p{b % 4}@other.example")
        return
    there = participants.listed(world.work, actor, ticket_id)
    act = participants.exclude if c % 3 == 1 else participants.include
    if there:
        act(world.work, actor, ticket_id, [there[b % len(there)].id])


def _restore(world: World, actor: Actor, a: int, b: int, c: int) -> None:
    there = bin.listed(world.work, actor)
    if there:
        one = there[a % len(there)]
        if one.message_id is None:
            bin.restore(world.work, actor, [one.ticket_id])
        else:
            bin.restore(world.work, actor, (), [one.message_id])


def _tab(world: World, actor: Actor, a: int, b: int, c: int) -> None:
    there = tabs.listed(world.work, actor)
    match c % 4:
        case 0:
            tabs.add(world.work, actor, f"tab {b % 3}")
        case 1 if there:
            tabs.close(world.work, actor, there[b % len(there)].id)
        case 2 if there:
            tabs.rename(world.work, actor, there[b % len(there)].id, f"tab {a % 3}")
        case _:
            tab = (None, *(tab.id for tab in there))[b % (len(there) + 1)]
            tabs.put(world.work, actor, world.some(actor, a), tab)


def _with_new_tab(world: World, actor: Actor, a: int, b: int, c: int) -> None:
    with undo.together(world.work, actor, "ticket.tab"):
        tabs.put(world.work, actor, world.some(actor, a), tabs.add(world.work, actor, f"made {b % 2}"))


ACTS: dict[str, Play] = {
    "assign": lambda w, who, a, b, c: tickets.assign(
        w.work, who, w.some(who, a), (w.desk.boss.agent_id, w.desk.colleague.agent_id, None)[b % 3]
    ),
    "status": lambda w, who, a, b, c: tickets.set_status(
        w.work, who, w.some(who, a), (rows := statuses.listed(w.work))[b % len(rows)].id
    ),
    "subject": lambda w, who, a, b, c: tickets.set_subject(w.work, who, w.ticket(who, a), f"other {b % 3}"),
    "kind": lambda w, who, a, b, c: tickets.set_field(
        w.work, who, w.some(who, a), "kind", _choice(w, "kind", b)
    ),
    "note": _note,
    "move": lambda w, who, a, b, c: moving.move(w.work, who, [w.message(a)], w.ticket(who, b)),
    "split": lambda w, who, a, b, c: moving.split(w.work, who, [w.message(a)]),
    "merge": lambda w, who, a, b, c: merging.merge(w.work, who, w.some(who, a), w.ticket(who, b)),
    "link": lambda w, who, a, b, c: linking.link(w.work, who, w.ticket(who, a), w.ticket(who, b)),
    "unlink": lambda w, who, a, b, c: linking.unlink(w.work, who, w.ticket(who, a), w.ticket(who, b)),
    "watch": lambda w, who, a, b, c: marks.watch(w.work, who, w.some(who, a), bool(b % 3)),
    "favorite": lambda w, who, a, b, c: marks.favorite(w.work, who, w.some(who, a), bool(b % 3), bool(c % 2)),
    "tab": _tab,
    "new tab": _with_new_tab,
    "read": lambda w, who, a, b, c: reading.read_tickets(w.work, who, w.some(who, a)),
    "unread": lambda w, who, a, b, c: reading.unread(w.work, who, [w.message(a), w.message(b)]),
    "unread tickets": lambda w, who, a, b, c: reading.unread_tickets(w.work, who, w.some(who, a)),
    "delete": lambda w, who, a, b, c: bin.delete(w.work, who, w.some(who, a)),
    "delete message": lambda w, who, a, b, c: bin.delete_messages(w.work, who, [w.message(a)]),
    "restore": _restore,
    "spam": lambda w, who, a, b, c: bin.spam(w.work, who, [w.ticket(who, a)]),
    "spam message": lambda w, who, a, b, c: bin.spam_message(w.work, who, w.message(a)),
    "participant": _participant,
    "reply": lambda w, who, a, b, c: messages.reply(w.work, who, w.ticket(who, a), "Use water."),
}

numbers = st.integers(0, 11)


def steps(most: int) -> Any:
    """Acts by name, by whom, and with which numbers."""
    act = st.tuples(st.sampled_from(sorted(ACTS)), st.booleans(), numbers, numbers, numbers)
    return st.lists(act, min_size=1, max_size=most)


@pytest.fixture
def begun(desk: Desk, clock: Clock) -> Desk:
    """Four tickets of two customers, with answers, notes, a held letter; one agent has read some."""
    first = desk.ticket(Cc="dora@customer.example")
    second = desk.ticket(subject="It smokes", sender="bill@other.example", text="Much water came.")
    third, fourth = desk.ticket(subject="third"), desk.ticket(subject="fourth")
    for number, text in ((first, "And again."), (second, "Still smoking."), (third, "Hello?")):
        sender = "bill@other.example" if number == second else "Ann Baker <ann@customer.example>"
        desk.receive(desk.letter(sender=sender, subject=f"[{desk.row(number).token}]", text=text))
    with desk.store.work(write=True) as work:
        desk_settings.set(work, desk.boss, "undo_seconds", 60)
        choices.add(work, desk.boss, "rubric", "Printers")
        messages.reply(work, desk.colleague, first, "Pour water.", undo_seconds=0)
        messages.note(
            work, desk.boss, second, "hidden", visibility="private", addressee_id=desk.colleague.agent_id
        )
        reading.read_tickets(work, desk.boss, [first, fourth])
        reading.read(work, desk.colleague, [1, 3, 4])
        tabs.put(work, desk.boss, [third], tabs.add(work, desk.boss, "mine"))
        marks.watch(work, desk.colleague, [second])
        work.execute(t.reversal.delete())
    return desk


Chosen = tuple[str, bool, int, int, int]


def act(world: World, chosen: Chosen, before: dict[str, Any]) -> bool:
    """Do an act; whether anything is to undo: one that is refused or does nothing leaves all as it was."""
    name, boss, a, b, c = chosen
    actor = world.actor(boss)
    newest = undo.newest_id(world.work, actor)
    try:
        with world.work.savepoint():
            ACTS[name](world, actor, a, b, c)
            world.done()
    except DeskError:
        world.work.before_commit.clear()
    if undo.newest_id(world.work, actor) != newest:
        return True
    same(before, world.picture("shown" in before), name)
    return False


def same(before: dict[str, Any], now: dict[str, Any], name: str) -> None:
    for what, value in before.items():
        assert now[what] == value, (name, what)


def play(desk: Desk, chosen: list[Chosen]) -> int:
    """Do the acts, undo them newest first, and compare after each; how many were done."""
    done: list[tuple[Chosen, dict[str, Any]]] = []
    with pytest.raises(RollBack), desk.store.work(write=True) as work:
        world = World(desk, work)
        before = world.picture()
        for one in chosen:
            if act(world, one, before):
                done.append((one, before))
                before = world.picture()
        for (name, boss, *_numbers), before in reversed(done):
            undo.undo(work, world.actor(boss))
            world.done()
            same(before, world.picture(), name)
        raise RollBack
    return len(done)


def grow(world: World, chance: Random, forks: Sequence[int], path: tuple[Chosen, ...] = ()) -> int:
    """Sequences of acts as a tree, as deep as there are `forks`: how many ways go on from each act.

    An act is undone when all that goes on from it has been undone: each way to an end is a sequence of acts
    undone one by one. Of each third act all that is shown is compared, of all the rows. How many there are.
    """
    if not forks:
        return 1
    number = 0
    for _way in range(forks[0]):
        a, b, c = (chance.randrange(12) for _number in range(3))
        one: Chosen = (chance.choice(sorted(ACTS)), chance.random() < 0.5, a, b, c)
        here = (*path, one)
        whole = not chance.randrange(3)
        try:
            before = world.picture(whole)
            done = act(world, one, before)
            number += grow(world, chance, forks[1:], here)
            if done:
                undo.undo(world.work, world.actor(one[1]))
                world.done()
                same(before, world.picture(whole), one[0])
        except Exception as problem:
            if not getattr(problem, "__notes__", None):
                problem.add_note(f"play {here}")
            raise
    return number


QUICK = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUICK
@given(chosen=steps(7))
def test_acts_undone_one_by_one_leave_everything_as_it_was(begun: Desk, chosen: list[Chosen]) -> None:
    target(play(begun, chosen))


@pytest.mark.full
def test_many_acts_undone_one_by_one_leave_everything_as_it_was(begun: Desk) -> None:
    """Fifteen hundred sequences of sixteen acts."""
    seed = randrange(10**9)
    print("seed", seed)
    chance = Random(seed)
    for _tree in range(47):
        with pytest.raises(RollBack), begun.store.work(write=True) as work:
            assert grow(World(begun, work), chance, (1,) * 11 + (2,) * 5) == 32
            raise RollBack


def test_each_act_can_be_done_and_undone(begun: Desk) -> None:
    for name in ACTS:
        done = 0
        for a, b, c in ((0, 1, 1), (1, 0, 0), (5, 2, 2), (3, 3, 3), (6, 4, 1)):
            first = [("delete", True, a, b, c)] if name == "restore" else []
            first += [("link", True, a, b, c)] if name == "unlink" else []
            done = play(begun, [*first, (name, True, a, b, c)]) - len(first)
            if done:
                break
        assert done, name


def test_an_undo_of_what_somebody_changed_since_is_refused_with_his_name(begun: Desk) -> None:
    ids = [begun.row(number).id for number in (1, 2, 3)]
    with begun.store.work(write=True) as work:
        tickets.assign(work, begun.boss, ids, begun.colleague.agent_id)
    with begun.store.work(write=True) as work:
        tickets.assign(work, begun.colleague, ids[1:2], None)
        tickets.set_subject(work, begun.colleague, ids[0], "other words")
    with pytest.raises(Changed) as told, begun.store.work(write=True) as work:
        undo.undo(work, begun.boss)
    assert told.value.who == "Cora Colleague" and told.value.field == "responsible_id"
    assert [begun.row(id).responsible_id for id in ids] == [begun.colleague.agent_id, None, 2]
    with begun.store.work(write=True) as work:
        undo.undo(work, begun.colleague)
        undo.undo(work, begun.colleague)
        assert undo.undo(work, begun.boss).tickets == (2, 3)  # the first was hers before
        with pytest.raises(NotFound, match="nothing of yours"):
            undo.undo(work, begun.boss)
        assert counts.all_places(work) == counts.counted(work)
    with begun.store.work() as work:
        who = work.values(select(t.event.c.agent_id).where(t.event.c.act == "undo", t.event.c.ticket_id == 2))
        assert who == [begun.colleague.agent_id, begun.boss.agent_id]


def test_an_answer_within_its_delay_is_a_draft_again_and_one_that_left_stays_sent(
    begun: Desk, clock: Clock
) -> None:
    with begun.store.work(write=True) as work:
        drafts.save(work, begun.boss, key="k", ticket_id=3, visibility="public", body="Use sand.")
        drafts.attach(work, begun.boss, "k", "plan.txt", "text/plain", b"1. sand")
    with begun.store.work(write=True) as work:
        messages.reply(work, begun.boss, 3, "Use sand.", draft_key="k")
    # what is done meanwhile by others does not keep an answer from being stopped
    begun.receive(begun.letter(subject=f"[{begun.row(3).token}]", text="Wait!"))
    with begun.store.work(write=True) as work:
        undone = undo.undo(work, begun.boss)
        draft = drafts.find(work, begun.boss, undone.draft_key or "")
        assert (draft.body, [file.name for file in draft.attachments]) == ("Use sand.", ["plan.txt"])
        assert undone.notes == ()
    before = begun.row(3)
    assert before.responsible_id is None and before.messages == 3
    with begun.store.work(write=True) as work:
        message_id = messages.reply(work, begun.boss, 3, "Use sand.", draft_key=draft.key, undo_seconds=0)
    with begun.store.work(write=True) as work:
        assert dispatch.claim(work, 1)
    with begun.store.work(write=True) as work:
        undone = undo.undo(work, begun.boss)
    assert "stay" in undone.notes[0] and undone.draft_key is None
    row = begun.row(3)
    assert (row.status_id, row.turn, row.responsible_id) == (before.status_id, before.turn, None)
    assert row.messages == 4 and row.last_message_id == message_id


def test_notices_of_an_act_that_have_not_left_are_withdrawn_with_it(begun: Desk) -> None:
    with begun.store.work(write=True) as work:
        observers.add(work, begun.boss, "chief@watch.example")
        work.execute(t.reversal.delete())
    with begun.store.work(write=True) as work:
        tickets.set_status(work, begun.boss, [1], statuses.find(work, "solving").id)
    waiting = select(t.outbox.c.state).where(t.outbox.c.key == "chief@watch.example")
    with begun.store.work(write=True) as work:
        assert len(work.values(waiting)) == 1
        undo.undo(work, begun.boss)
    with begun.store.work() as work:
        assert work.values(waiting) == ["withdrawn"]


def test_what_is_rolled_back_within_an_act_is_not_undone(begun: Desk) -> None:
    with begun.store.work(write=True) as work:
        with undo.together(work, begun.boss, "ticket.assign"):
            tickets.assign(work, begun.boss, [1], begun.boss.agent_id)
            with pytest.raises(RollBack), work.savepoint():
                tickets.assign(work, begun.boss, [1, 2], None)
                messages.note(work, begun.boss, 2, "never")
                raise RollBack
        assert undo.undo(work, begun.boss).tickets == (1,)


def test_letters_treated_are_held_again(desk: Desk) -> None:
    number = desk.receive(desk.letter(Auto_Submitted="auto-replied"))[0].letter_id or 0
    other = desk.ticket()

    def state() -> tuple[Any, ...]:
        with desk.store.work() as work:
            row = work.first(select(t.letter).where(t.letter.c.id == number))
            assert row is not None
            assert counts.all_places(work) == counts.counted(work)
            open_ones = list(listing.ticket_ids(work, desk.boss, "all"))
            entries = [entry.key for entry in blacklist.active(work)]
        return row.triage, row.ticket_id, row.verdict, row.black_entry_id, open_ones, entries

    before = state()
    acts: list[Callable[[Work], Any]] = [
        lambda work: triage.make_ticket(work, desk.boss, number),
        lambda work: triage.add_to(work, desk.boss, number, other),
        lambda work: triage.reviewed(work, desk.boss, number),
        lambda work: triage.review_and_close(work, desk.boss, number),
        lambda work: triage.block(work, desk.boss, number),
        lambda work: junk.mark(work, desk.boss, number),
    ]
    for act in acts:
        with desk.store.work(write=True) as work:
            act(work)
        assert state() != before
        with desk.store.work(write=True) as work:
            undo.undo(work, desk.boss)
        assert state() == before
