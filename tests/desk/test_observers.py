"""Observers: who is told of what, when, and in which thread."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import accounts, dispatch, messages, observers, outbox, tickets
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.desk.intake import folders
from deskterm.desk.observers import Scope
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Clock, Desk

MANAGER = "manager@boss.example"


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def notices(desk: Desk) -> list[tuple[Any, EmailMessage]]:
    return [(row, parsed(raw)) for row, raw in desk.sent() if row.kind == "notice"]


def text(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def observe(desk: Desk, address: str = MANAGER, scope: Scope = observers.DESK) -> None:
    with desk.store.work(write=True) as work:
        observers.add(work, desk.boss, address, scope)


def status(desk: Desk, key: str) -> int:
    with desk.store.work() as work:
        return int(work.value(select(t.status.c.id).where(t.status.c.key == key)))


def reply(desk: Desk, number: int, words: str, **more: Any) -> int:
    with desk.store.work(write=True) as work:
        return messages.reply(work, desk.colleague, number, words, **more)


def test_a_manager_sees_a_ticket_from_registration_to_end_as_one_thread(desk: Desk) -> None:
    observe(desk)
    number = desk.ticket(Message_ID="<first@customer.example>", subject="No toner")
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
    reply(desk, number, "It is on its way.")
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, [number], status(desk, "closed"))
    told = notices(desk)
    assert [letter["To"] for _row, letter in told] == [MANAGER] * 4
    assert {letter["In-Reply-To"] for _row, letter in told} == {"<first@customer.example>"}
    assert {letter["References"] for _row, letter in told} == {"<first@customer.example>"}
    assert {letter["Auto-Submitted"] for _row, letter in told} == {"auto-replied"}
    assert all(row.automatic and row.sender == "" for row, _letter in told)
    registered, assigned, answered, closed = (text(letter) for _row, letter in told)
    assert f"Ticket {number} was registered" in registered and "ann@customer.example" in registered
    assert "It burns since noon" not in registered, "automatic mail quotes nothing"
    assert "responsible: — → Cora Colleague" in assigned
    assert "Cora Colleague answered" in answered and "It is on its way." in answered
    assert f"Ticket {number} was closed" in closed


def test_what_one_act_does_is_told_once(desk: Desk) -> None:
    number = desk.ticket()
    observe(desk)
    reply(desk, number, "Done.", status_id=status(desk, "closed"))
    (told,) = notices(desk)
    assert "was closed by Cora Colleague" in text(told[1]) and "Done." in text(told[1])


def test_several_changes_of_one_unit_of_work_are_one_notice(desk: Desk) -> None:
    number = desk.ticket()
    observe(desk)
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
        tickets.set_status(work, desk.boss, [number], status(desk, "solving"))
    (told,) = notices(desk)
    assert "responsible:" in text(told[1]) and "status: New → Being solved" in text(told[1])


def test_notes_and_what_is_changed_with_them_are_never_told(desk: Desk) -> None:
    number = desk.ticket()
    observe(desk)
    with desk.store.work(write=True) as work:
        messages.note(work, desk.colleague, number, "The customer is a nuisance.")
        tickets.set_status(work, desk.colleague, [number], status(desk, "solving"))
    with desk.store.work(write=True) as work:
        assert desk.boss.agent_id is not None
        messages.note(
            work, desk.colleague, number, "Secret.", visibility="private", addressee_id=desk.boss.agent_id
        )
    assert notices(desk) == []


def test_every_observer_is_told_once_however_many_scopes_match(desk: Desk) -> None:
    number = desk.ticket()
    observe(desk)
    observe(desk, MANAGER.upper(), Scope(account_id=desk.account_id))
    observe(desk, "other@boss.example", Scope(ticket_id=number))
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
    assert sorted(letter["To"] for _row, letter in notices(desk)) == [MANAGER, "other@boss.example"]
    desk.ticket(subject="another")
    assert [letter["To"] for _row, letter in notices(desk)].count("other@boss.example") == 1


def test_the_observers_of_another_account_are_not_told(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        sales = accounts.add(
            work,
            desk.boss,
            accounts.AccountInput(address="sales@desk.example", incoming="none", outgoing="none"),
        )
    observe(desk, MANAGER, Scope(account_id=sales))
    desk.ticket()
    assert notices(desk) == []


def test_a_ticket_without_a_letter_threads_on_its_registered_notice(desk: Desk) -> None:
    observe(desk)
    with desk.store.work(write=True) as work:
        number = tickets.make(work, desk.colleague, subject="A call", account_id=desk.account_id)
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
    (first, registered), (_row, assigned) = notices(desk)
    assert registered["In-Reply-To"] is None
    assert assigned["In-Reply-To"] == f"<{first.message_key}>" == assigned["References"]


def test_an_answer_taken_back_was_never_told(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    observe(desk)
    reply(desk, number, "Too early.", undo_seconds=30)
    answer = next(row for row, _raw in desk.sent() if row.kind == "answer")
    ((told, _letter),) = notices(desk)
    assert told.not_before == answer.not_before > clock.now
    with desk.store.work(write=True) as work:
        outbox.withdraw(work, desk.colleague, answer.id)
    clock.forward(minutes=5)
    with desk.store.work(write=True) as work:
        claimed = {one.outgoing_id for one in dispatch.claim(work, 1)}
    assert told.id not in claimed and answer.id not in claimed
    assert len(notices(desk)) == 1, "taking it back is not told either"


def test_an_answer_overtaken_by_the_customer_takes_its_notice_with_it(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    observe(desk)
    reply(desk, number, "Crossing letters.", undo_seconds=30)
    clock.forward(seconds=5)
    desk.receive(desk.letter(subject=f"wait [{desk.row(number).token}]", text="It is not the toner."))
    clock.forward(minutes=5)
    with desk.store.work(write=True) as work:
        claimed = [one for one in dispatch.claim(work, 1) if MANAGER in one.recipients]
    assert [b"Crossing letters." in one.raw for one in claimed] == [False], "only what the customer changed"


def test_no_limit_counts_for_observers(desk: Desk) -> None:
    observe(desk)
    for n in range(25):
        desk.receive(desk.letter(sender=f"c{n}@customer.example", subject=f"letter {n}"))
    assert len(notices(desk)) == 25
    assert sum(1 for row, _raw in desk.sent() if row.kind == "confirmation") == 25


@pytest.mark.parametrize("after", ["seen", "delete"])
def test_the_desks_own_mailbox_observes_without_looping(desk: Desk, after: str) -> None:
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"after": after})
    observe(desk, SUPPORT)
    desk.ticket()
    ((_row, _letter),) = notices(desk)
    copy = next(raw for row, raw in desk.sent() if row.kind == "notice")
    before = len(desk.sent())
    outcome = desk.receive(b"Received: from relay.example\r\n" + copy)[0]
    assert (outcome.verdict, outcome.ticket_id) == ("ignored", None)
    assert len(desk.sent()) == before
    with desk.store.work() as work:
        wanting = {one.delivery_id for one in folders.unplaced(work, desk.account_id, "INBOX", "1", 100)}
    assert outcome.delivery_id not in wanting, "it is left untouched on the server"
    assert len(wanting) == 1, "the customer's letter is not"


def test_a_confirmation_that_comes_back_is_no_observers_copy(desk: Desk) -> None:
    desk.ticket()
    outcome = desk.receive(desk.last_letter())[0]
    assert outcome.verdict == "ignored"
    with desk.store.work() as work:
        wanting = {one.delivery_id for one in folders.unplaced(work, desk.account_id, "INBOX", "1", 100)}
    assert outcome.delivery_id in wanting


def test_a_notice_that_cannot_be_written_stops_nothing(desk: Desk) -> None:
    observe(desk)
    with desk.store.work(write=True) as work:
        work.execute(t.observer.update().values(address="@"))
    number = desk.ticket()
    assert notices(desk) == []
    with desk.store.work() as work:
        acts = work.values(select(t.event.c.act).where(t.event.c.ticket_id == number))
    assert "ticket.confirmed" in acts and "notice.failed" in acts


def test_observers_are_added_once_listed_and_removed(desk: Desk) -> None:
    number = desk.ticket()
    observe(desk)
    observe(desk)
    observe(desk, MANAGER, Scope(ticket_id=number))
    with desk.store.work() as work:
        listed = observers.listed(work, desk.boss)
    assert [(one.address, one.scope, one.ticket_id) for one in listed] == [
        (MANAGER, "desk", None),
        (MANAGER, "ticket", number),
    ]
    with desk.store.work(write=True) as work:
        observers.remove(work, desk.boss, MANAGER)
        assert [one.scope for one in observers.listed(work, desk.boss)] == ["ticket"]
        with pytest.raises(NotFound):
            observers.remove(work, desk.boss, MANAGER)


def test_an_agent_names_observers_of_a_ticket_but_not_of_the_desk(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        observers.add(work, desk.colleague, MANAGER, Scope(ticket_id=number))
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        observers.add(work, desk.colleague, MANAGER)


@pytest.mark.parametrize("wrong", ["", "nobody", "a@b, c@d", "x@y\nBcc: z@z"])
def test_what_is_no_address_cannot_observe(desk: Desk, wrong: str) -> None:
    with pytest.raises(BadData), desk.store.work(write=True) as work:
        observers.add(work, desk.boss, wrong)
