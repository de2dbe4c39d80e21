"""The history of a ticket: every act has a name people understand, and values are words."""

from __future__ import annotations

import ast
from pathlib import Path

from sqlalchemy import select

from deskterm.desk import act_titles, marks, messages, tickets, timeline
from deskterm.store import tables as t
from tests.desk.conftest import Desk

DESK = Path(timeline.__file__).parent
WRITERS = ("record", "record_many", "undoable", "together", "change", "change_all")


def acts_of_the_desk() -> set[str]:
    """The names of acts that stand in calls which write history."""
    found = set()
    for file in DESK.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in WRITERS:
                found.update(
                    each.value
                    for argument in node.args
                    for each in ast.walk(argument)
                    if isinstance(each, ast.Constant)
                    and isinstance(each.value, str)
                    and "." in each.value.strip(".")
                    and " " not in each.value
                )
    return found


def test_every_act_has_a_title() -> None:
    acts = acts_of_the_desk()
    assert {"ticket.assign", "message.note", "ticket.merge"} <= acts
    assert acts - set(act_titles.TITLES) == set()


def test_the_history_says_who_did_what_in_words(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        closed = work.value(select(t.status.c.id).where(t.status.c.key == "closed"))
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
        tickets.set_status(work, desk.boss, [number], closed)
        marks.watch(work, desk.colleague, [number])
    with desk.store.work() as work:
        happened = timeline.events(work, desk.boss, number, messages=False)
    by_act = {each.act: each for each in happened}
    assert by_act["ticket.new"].who_kind == "customer"
    assigned = by_act["ticket.assign"]
    assert assigned.who == desk.boss.name
    assert assigned.changes[0] == timeline.Altered("responsible", "", desk.colleague.name)
    status = by_act["ticket.status"].changes[0]
    assert (status.field, status.before, status.after) == ("status", "New", "Closed")
    assert by_act["ticket.watch"].changes[0].after == desk.colleague.name


def test_a_private_note_is_no_history_to_others(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        messages.note(
            work,
            desk.boss,
            number,
            "Between us.",
            visibility="private",
            addressee_id=desk.boss.agent_id,
        )
        mine = {each.act for each in timeline.events(work, desk.boss, number)}
        his = {each.act for each in timeline.events(work, desk.colleague, number)}
    assert "message.note" in mine and "message.note" not in his
