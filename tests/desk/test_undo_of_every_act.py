"""Every act that changes something is undone to the row, or stands in a list that says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, func, select, text

from deskterm.desk import (
    accounts,
    agents,
    articles,
    dispatch,
    drafts,
    messages,
    muting,
    outbox,
    resending,
    schedules,
    senders,
    undo,
)
from deskterm.desk import actor as actors
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, DeskError
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work
from tests.desk.conftest import SUPPORT, Clock, Desk
from tests.desk.matrix import ACTS, BEYOND_UNDO, World
from tests.desk.test_matrix import a_world_of_others

ENDS_HERE = frozenset(
    {
        "articles.of_message",
        "attachments.read_letter_part",
        "attachments.save_letter_part",
        "forwards.take",
        "messages.set_time_spent",
        "muting.lift",
        "outbox.arrived",
        "outbox.retry",
        "outbox.withdraw",
        "previews.of_letter_part",
        "resending.edit_and_resend",
        "round_trip.write",
        "senders.register_and_process",
        "ssh_keys.remove",
        "tabs.find",
        "templates.reset",
        "triage.try_again",
    }
)
"""Acts this world gives nothing to do; those of them that change something are undone elsewhere."""


class _Back(Exception):
    """Ends a trial."""


Rows = dict[tuple[str, Any], dict[str, Any]]


def _everything(work: Work) -> Rows:
    """All rows but those an undo never touches; what is marked as gone is not there.

    That a limit stopped a letter about a ticket stays written on it.
    """
    found: Rows = {}
    for table, query in _TABLES.items():
        ignored = undo.FOLLOWING.get(table.name, frozenset()) | {"muted"}
        for row in work.rows(query):
            columns = {name: value for name, value in row._mapping.items() if name not in ignored}
            if _gone(table.name, columns):
                continue
            found[table.name, tuple(columns[key.name] for key in table.primary_key.columns)] = columns
    return found


def _gone(table: str, row: dict[str, Any]) -> bool:
    if table in ("ticket", "message"):
        return row["deleted_at"] is not None and row["binned_at"] is None
    if table == "black_entry":
        return not row["active"]
    return table == "outgoing" and not row["open"]


_TABLES = {
    table: Query(select(table))
    for table in vars(t).values()
    if isinstance(table, Table) and table.name not in undo.LEFT_ALONE | {"outbox", "message_ref", "lease"}
}


def test_every_act_is_undone_or_known_to_be_beyond_it(
    desk: Desk, make_agent: Callable[[str, str], Actor], tmp_path: Path
) -> None:
    ids = a_world_of_others(desk, make_agent)
    with desk.store.work() as work:
        other = _agent(work, ids["other"])
        before = _everything(work)
    wrong: list[str] = []
    did_nothing: set[str] = set()
    undone = 0
    for name, act in ACTS.items():
        actor = other if act.about == "own" else desk.boss
        with pytest.raises(_Back), desk.store.work(write=True) as work:
            newest, changes = undo.newest_id(work, actor), _changes(work)
            try:
                act.call(work, actor, World(work, actor, ids["public"], ids, tmp_path))
            except DeskError:
                did_nothing.add(name)
                raise _Back from None
            if name in BEYOND_UNDO or name == "undo.undo" or _changes(work) == changes:
                raise _Back
            for hook in work.before_commit:
                hook()
            work.before_commit.clear()
            work.forget()
            while undo.newest_id(work, actor) > newest:
                undo.undo(work, actor)
                undone += 1
            for said in _differences(before, _everything(work)):
                # an answer taken back is a draft again
                if name != "messages.reply" or "'draft'" not in said:
                    wrong.append(f"{name}: {said}")
            raise _Back
    assert wrong == [], "\n" + "\n".join(wrong)
    assert did_nothing <= ENDS_HERE, did_nothing - ENDS_HERE
    assert undone > 100
    assert set(BEYOND_UNDO) <= set(ACTS)


def _differences(before: Rows, after: Rows) -> Iterator[str]:
    for place in sorted(before.keys() | after.keys(), key=repr):
        was, now = before.get(place) or {}, after.get(place) or {}
        if was != now:
            columns = [name for name in was.keys() | now.keys() if was.get(name) != now.get(name)]
            yield f"{place} {[(name, was.get(name), now.get(name)) for name in columns]}"


def test_what_was_decided_about_a_letter_is_undone_while_it_waits(desk: Desk, clock: Clock) -> None:
    message_id = _failed(desk)
    decisions: list[Callable[[Work, int], None]] = [
        lambda work, id: outbox.retry(work, desk.boss, id),
        lambda work, id: outbox.arrived(work, desk.boss, id),
    ]
    for decide in decisions:
        with desk.store.work(write=True) as work:
            letter = work.first(select(t.outgoing).where(t.outgoing.c.message_id == message_id))
            assert letter is not None
            before = _copies(work)
            decide(work, letter.id)
            assert _copies(work) != before
            assert undo.undo(work, desk.boss).notes == ()
            assert _copies(work) == before
            assert work.value(select(t.message.c.delivery).where(t.message.c.id == message_id)) == "failed"
    with desk.store.work(write=True) as work:
        outbox.retry(work, desk.boss, letter.id)
        assert dispatch.claim(work, 1)
        assert "stays sent" in undo.undo(work, desk.boss).notes[0]
        assert _copies(work) != before


def test_an_answer_taken_back_replaces_none_any_more(desk: Desk, clock: Clock) -> None:
    message_id = _failed(desk)
    with desk.store.work(write=True) as work:
        old = work.value(select(t.outgoing.c.id).where(t.outgoing.c.message_id == message_id))
        before = _copies(work)
        draft = resending.edit_and_resend(work, desk.boss, old)
        undo.undo(work, desk.boss)
        assert drafts.of_ticket(work, desk.boss, draft.ticket_id or 0) == []
        draft = resending.edit_and_resend(work, desk.boss, old)
        messages.reply(work, desk.boss, 1, draft.body, draft_key=draft.key, undo_seconds=60)
        assert _copies(work)[0] == "withdrawn"
        undone = undo.undo(work, desk.boss)
        assert _copies(work)[:1] == before
        again = drafts.find(work, desk.boss, undone.draft_key or "")
        messages.reply(work, desk.boss, 1, again.body, draft_key=again.key, undo_seconds=60)
        assert _copies(work)[0] == "withdrawn"


def test_who_changed_an_agent_since_is_named_and_an_administrator_always_stays(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    dora = make_agent("dora", "administrator")
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"extension": "1"})
        agents.edit(work, dora, "cora", {"extension": "2"})
        with pytest.raises(Changed, match="dora"):
            undo.undo(work, desk.boss)
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"role": "administrator"})
        agents.edit(work, dora, desk.boss.login, {"active": False})
        agents.edit(work, desk.boss, "dora", {"active": False})
        undone = work.value(select(func.max(t.reversal.c.id)).where(t.reversal.c.agent_id == 1)) - 2
        with pytest.raises(BadData, match="no administrator left"):
            undo.undo(work, desk.boss, undone)


def test_what_an_agent_may_do_for_himself_he_may_undo(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.colleague, "cora", {"signature": "Cora"})
        schedules.day_off(work, desk.colleague, desk.colleague.agent_id or 0, "2030-01-01")
        undo.undo(work, desk.colleague)
        undo.undo(work, desk.colleague)
        assert agents.show(work, desk.boss, "cora").signature == ""
        assert not work.rows(select(t.day_off))


def test_what_is_made_of_an_answer_is_undone(desk: Desk, clock: Clock) -> None:
    message_id = _failed(desk)
    with desk.store.work(write=True) as work:
        before = _everything(work)
        articles.of_message(work, desk.boss, message_id)
        messages.set_time_spent(work, desk.boss, message_id, 90)
        muting.mute(work, "ann@customer.example", "a machine", 1)
        muting.lift(work, desk.boss, "ann@customer.example")
        assert not muting.why(work, "ann@customer.example")
        undo.undo(work, desk.boss)
        assert muting.why(work, "ann@customer.example") == "a machine"
        work.execute(t.muted_address.delete())
        undo.undo(work, desk.boss)
        undo.undo(work, desk.boss)
        assert list(_differences(before, _everything(work))) == []


def test_a_sender_registered_from_a_refused_letter_waits_again(desk: Desk, clock: Clock) -> None:
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"who_may_write": "registered"})
    letter_id = desk.receive(desk.letter(sender="eve@elsewhere.example"))[0].letter_id or 0
    with desk.store.work(write=True) as work:
        before = _everything(work)
        senders.register_and_process(work, desk.boss, letter_id)
        undo.undo(work, desk.boss)
        assert [one for one in _differences(before, _everything(work)) if "'outgoing'" not in one] == []


def _failed(desk: Desk) -> int:
    """The message of an answer the server refused."""
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        message_id = messages.reply(work, desk.boss, number, "Use water.", undo_seconds=0)
    with desk.store.work(write=True) as work:
        for one in dispatch.claim(work, 9):
            outbox.set_state(work, one.outgoing_id, ("sending",), state="failed", settled_at=work.now)
            outbox.sum_up(work, one.outgoing_id)
    return message_id


def _copies(work: Work) -> list[str]:
    """The states of the answers' copies, the oldest first."""
    c = t.outbox.c
    answers = select(c.state).join(t.outgoing, t.outgoing.c.id == c.outgoing_id)
    return work.values(answers.where(t.outgoing.c.kind == "answer").order_by(c.id))


def _changes(work: Work) -> int:
    """How many rows this connection has ever written."""
    if work.dialect == "postgresql":
        said = "select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_xact_user_tables"
        return int(work.value(text(said)) or 0)
    driver: Any = work.connection.connection.driver_connection
    return int(driver.total_changes)


def _agent(work: Work, agent_id: int) -> Actor:
    login = work.value(select(t.agent.c.login).where(t.agent.c.id == agent_id))
    found = actors.of_agent(work, login, "console")
    assert found is not None
    return found
