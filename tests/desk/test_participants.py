"""Who takes part in a ticket: added, excluded, brought back, and who is never written to."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import agents, clients, contacts, messages, participants, undo
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.desk.participants import ParticipantView
from deskterm.store import tables as t
from tests.desk.conftest import Desk

ANN = "ann@customer.example"


def listed(desk: Desk, number: int) -> dict[str, ParticipantView]:
    with desk.store.work() as work:
        return {one.address: one for one in participants.listed(work, desk.colleague, number)}


def answer(desk: Desk, number: int) -> list[str]:
    """An answer leaves; who it is addressed to."""
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Use water.")
    raw = next(raw for row, raw in reversed(desk.sent()) if row.kind == "answer")
    letter: Any = email.message_from_bytes(raw, policy=email.policy.default)
    return [one.addr_spec for name in ("To", "Cc") if letter[name] for one in letter[name].addresses]


def contact(desk: Desk, name: str, points: Sequence[tuple[str, bool]]) -> int:
    with desk.store.work(write=True) as work:
        client = work.value(select(t.client.c.id).where(t.client.c.name == "Acme"))
        client = client or clients.add(work, desk.boss, "Acme")
        return contacts.add(
            work, desk.boss, client, name, points=[("email", value, active) for value, active in points]
        )


def test_all_active_addresses_of_the_tickets_contact_take_part(desk: Desk) -> None:
    contact(desk, "Ann Baker", [(ANN, True), ("ann@home.example", True), ("ann@old.example", False)])
    number = desk.ticket()
    there = listed(desk, number)
    assert [(one.address, one.place, one.gets) for one in there.values()] == [
        (ANN, "author", True),
        ("ann@home.example", "author", True),
    ]
    assert answer(desk, number) == [ANN, "ann@home.example"]


def test_an_inactive_address_is_left_out_until_that_person_writes_from_it(desk: Desk) -> None:
    contact(desk, "Ann Baker", [(ANN, True)])
    contact(desk, "Dora", [("dora@customer.example", False), ("dora@new.example", True)])
    number = desk.ticket(Cc="dora@customer.example")
    dora = listed(desk, number)["dora@customer.example"]
    assert (dora.gets, dora.why) == (False, "marked inactive on the contact")
    assert answer(desk, number) == [ANN]
    token = desk.row(number).token
    desk.receive(desk.letter(sender="dora@customer.example", subject=f"me too [{token}]"))
    assert listed(desk, number)["dora@customer.example"].gets
    assert answer(desk, number) == [ANN, "dora@customer.example"]


def test_an_address_is_added_excluded_brought_back_and_each_is_undone(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        id = participants.add_address(work, desk.colleague, number, "bill@customer.example", "Bill Baker")
    assert answer(desk, number) == [ANN, "bill@customer.example"]
    with desk.store.work(write=True) as work:
        participants.exclude(work, desk.colleague, number, [id])
    bill = listed(desk, number)["bill@customer.example"]
    assert (bill.excluded, bill.gets, bill.why) == (True, False, "excluded")
    assert answer(desk, number) == [ANN]
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.colleague)
    assert listed(desk, number)["bill@customer.example"].gets
    with desk.store.work(write=True) as work:
        participants.exclude(work, desk.colleague, number, [id])
        participants.include(work, desk.colleague, number, [id])
    assert listed(desk, number)["bill@customer.example"].gets
    with desk.store.work(write=True) as work:
        for _act in range(3):
            undo.undo(work, desk.colleague)
    assert list(listed(desk, number)) == [ANN]
    with desk.store.work() as work:
        acts = work.values(
            select(t.event.c.act).where(
                t.event.c.ticket_id == number, t.event.c.subject_kind == "participant"
            )
        )
    assert acts == [
        "participant.add",
        "participant.exclude",
        "participant.exclude",
        "participant.include",
    ]


def test_a_contact_of_another_client_takes_part_with_all_his_addresses_also_new_ones(desk: Desk) -> None:
    eve = contact(desk, "Eve", [("eve@acme.example", True), ("eve@old.example", False)])
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        participants.add_contact(work, desk.colleague, number, eve)
    assert answer(desk, number) == [ANN, "eve@acme.example"]
    with desk.store.work(write=True) as work:
        work.insert(
            t.contact_point, contact_id=eve, kind="email", value="eve@new.example", key="eve@new.example"
        )
    there = listed(desk, number)
    assert there["eve@new.example"].id < 0 and there["eve@new.example"].gets
    with desk.store.work(write=True) as work:
        participants.exclude(work, desk.colleague, number, [there["eve@new.example"].id])
    assert answer(desk, number) == [ANN, "eve@acme.example"]
    assert listed(desk, number)["eve@new.example"].excluded
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.colleague)
    assert listed(desk, number)["eve@new.example"].gets


def test_neither_agents_nor_the_desk_itself_are_added(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"addresses": ("cora@desk.example",)})
    number = desk.ticket(Cc="cora@desk.example")
    for address in ("cora@desk.example", "Support@desk.example", "support+x@desk.example"):
        with pytest.raises(BadData), desk.store.work(write=True) as work:
            participants.add_address(work, desk.boss, number, address)
    with desk.store.work(write=True) as work:
        work.insert(
            t.participant,
            ticket_id=number,
            address="cora@desk.example",
            key="cora@desk.example",
            place="cc",
            created_at=work.now,
        )
    assert listed(desk, number)["cora@desk.example"].why == "an agent's address"
    assert answer(desk, number) == [ANN]


def test_an_agent_whose_own_request_it_is_gets_the_answers(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"addresses": ("cora@desk.example",)})
    number = desk.ticket(sender="Cora <cora@desk.example>")
    assert answer(desk, number) == ["cora@desk.example"]


def test_who_only_writes_gets_answers_once_he_is_added(desk: Desk) -> None:
    number = desk.ticket(Reply_To="office@customer.example")
    there = listed(desk, number)
    assert (there[ANN].gets, there["office@customer.example"].gets) == (False, True)
    with desk.store.work(write=True) as work:
        participants.add_address(work, desk.colleague, number, ANN)
    assert sorted(answer(desk, number)) == [ANN, "office@customer.example"]


def test_the_author_of_a_silent_ticket_is_said_to_get_nothing(desk: Desk) -> None:
    number = desk.ticket(Cc="dora@customer.example")
    with desk.store.work(write=True) as work:
        work.update(t.ticket, number, silent=True)
    there = listed(desk, number)
    assert there[ANN].why == "nothing is ever sent to the author of this ticket"
    assert answer(desk, number) == ["dora@customer.example"]


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b, c@d", "x@y\nBcc: z@z", "x@" + "y" * 400])
def test_what_is_no_address_takes_no_part(desk: Desk, wrong: str) -> None:
    number = desk.ticket()
    with pytest.raises(BadData), desk.store.work(write=True) as work:
        participants.add_address(work, desk.colleague, number, wrong)


def test_viewers_and_strangers_to_a_ticket_change_nothing(desk: Desk, make_agent: Any) -> None:
    number = desk.ticket()
    viewer, own = make_agent("viewer", "viewer"), make_agent("own", "agent_own")
    for actor, problem in ((viewer, NotAllowed), (own, NotFound)):
        with pytest.raises(problem), desk.store.work(write=True) as work:
            participants.add_address(work, actor, number, "x@customer.example")
        with pytest.raises(problem), desk.store.work(write=True) as work:
            participants.exclude(work, actor, number, [1])
    with pytest.raises(NotFound), desk.store.work() as work:
        participants.listed(work, own, number)
    with pytest.raises(NotFound), desk.store.work(write=True) as work:
        participants.exclude(work, desk.colleague, number, [999])
    assert answer(desk, number) == [ANN]
