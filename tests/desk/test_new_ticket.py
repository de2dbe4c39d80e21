"""A ticket made by hand: its contact's letter, the thread that grows from it, and what it may be added to."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import (
    choices,
    clients,
    contacts,
    dispatch,
    drafts,
    messages,
    new_ticket,
    showing,
    tickets,
    undo,
)
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.desk.new_ticket import NewContact, NewTicket
from deskterm.desk.writing_views import NewTicketDone
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def make(desk: Desk, new: NewTicket, into: int | None = None) -> NewTicketDone:
    with desk.store.work(write=True) as work:
        return new_ticket.make(work, desk.boss, new, into)


@pytest.fixture
def ivan(desk: Desk) -> int:
    """A contact with two addresses in use and one that is not."""
    with desk.store.work(write=True) as work:
        client = clients.add(work, desk.boss, "Acme")
        return contacts.add(
            work,
            desk.boss,
            client,
            "Иван Петров",
            points=[
                ("email", "ivan@acme.example", True),
                ("email", "ivan.home@acme.example", True),
                ("email", "old@acme.example", False),
                ("phone", "+7 495 1234567", True),
            ],
            language="ru",
        )


CALL = NewTicket(subject="No paper", text="He called: the printer has no paper.")


def test_everything_later_is_a_reply_to_the_letter_that_told_of_the_call(
    desk: Desk, clock: Clock, ivan: int
) -> None:
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.boss, key="c", ticket_id=None, visibility="public", body="x")
        drafts.attach(work, desk.boss, "c", "plan.txt", "text/plain", b"plan")
        high = choices.find(work, "criticality", "high").id
    new = replace(CALL, contact_id=ivan, fields={"criticality": high}, draft_key="c", seconds_spent=40)
    done = make(desk, new)
    assert make(desk, new) == done  # the key pressed twice
    row = desk.row(done.ticket_id)
    assert (row.contact_id, row.customer, row.customer_key) == (ivan, "Иван Петров", "ivan@acme.example")
    assert (row.creator_id, row.turn, row.criticality_id) == (desk.boss.agent_id, "ours", high)
    with desk.store.work() as work:
        assert row.source_id == tickets.source(work, "phone")
        body = showing.body(work, desk.boss, done.message_id)
    assert (body.type, body.visibility, body.author_kind) == ("phone", "public", "customer")
    assert [file.name for file in body.attachments] == ["plan.txt"]
    [(out, told)] = desk.sent()
    letter = parsed(told)
    assert out.kind == "confirmation" and letter["To"] == "Иван Петров <ivan@acme.example>"
    assert letter["Subject"] == f"No paper [{row.token}]" and letter["In-Reply-To"] is None
    assert letter["Auto-Submitted"] == "auto-replied"
    read = read_letter(told)
    assert f"заявку {done.ticket_id}" in read.text and "the printer has no paper" in read.text

    root = letter["Message-ID"]
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, done.ticket_id, "Bring some.", undo_seconds=0)
    first = parsed(desk.last_letter())
    assert first["In-Reply-To"] == root and first["References"] == root
    assert first["Subject"] == f"Re: No paper [{row.token}]"
    assert {one.strip() for one in first["To"].split(",")} == {
        "Иван Петров <ivan@acme.example>",
        "Иван Петров <ivan.home@acme.example>",
    }
    # his program answers the first letter, without the token in the subject
    back = desk.receive(
        desk.letter(
            sender="ivan@acme.example",
            subject="paper",
            In_Reply_To=root,
            Message_ID="<his@acme.example>",
            text="Thank you.",
        )
    )[0]
    assert (back.verdict, back.ticket_id) == ("append", done.ticket_id)
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, done.ticket_id, "Done.", undo_seconds=0)
    last = parsed(desk.last_letter())
    assert last["In-Reply-To"] == "<his@acme.example>"
    assert last["References"].split()[0] == root and last["References"].split()[-1] == "<his@acme.example>"


def test_contact_and_client_are_made_on_the_spot_and_undone_with_the_ticket(desk: Desk, clock: Clock) -> None:
    person = NewContact("Olga New", client="New Ltd", points=(("email", "olga@new.example", True),))
    done = make(desk, replace(CALL, contact=person))
    row = desk.row(done.ticket_id)
    assert row.contact_id is not None and row.client_id is not None and done.outgoing_id is not None
    with desk.store.work(write=True) as work:
        undone = undo.undo(work, desk.boss)
        assert done.ticket_id in undone.tickets
        assert work.value(select(t.contact.c.id).where(t.contact.c.id == row.contact_id)) is None
        state = work.value(select(t.outbox.c.state).where(t.outbox.c.outgoing_id == done.outgoing_id))
        clock.forward(minutes=1)
        assert state == "withdrawn" and dispatch.claim(work, 1) == []


def test_a_call_is_added_to_an_open_ticket_as_the_customers_message(desk: Desk, ivan: int) -> None:
    first = make(desk, replace(CALL, contact_id=ivan))
    make(desk, replace(CALL, contact_id=ivan, subject="Принтер шумит"))
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, first.ticket_id, "Bring some.")
        found = new_ticket.open_tickets(work, desk.boss, contact_id=ivan)
        assert [one.name for one in found][0] == f"{first.ticket_id} — No paper"
        assert [one.name[4:] for one in new_ticket.open_tickets(work, desk.boss, words="ПРИНТЕР")] == [
            "Принтер шумит"
        ]
        [choice] = new_ticket.contact_choices(work, desk.boss, desk.row(first.ticket_id).client_id)
        assert choice.inactive == ("old@acme.example",) and choice.phones == ("+7 495 1234567",)
    assert desk.row(first.ticket_id).status_class == "waiting"
    letters = len(desk.sent())
    done = make(desk, replace(CALL, contact_id=ivan, text="He called again."), first.ticket_id)
    row = desk.row(first.ticket_id)
    assert done.ticket_id == first.ticket_id and (row.status_class, row.turn) == ("active", "ours")
    assert len([one for one, _ in desk.sent()[letters:] if one.kind == "confirmation"]) == 0
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, [first.ticket_id], _closed(work))
    with pytest.raises(BadData, match="closed"):
        make(desk, replace(CALL, contact_id=ivan), first.ticket_id)


def _closed(work: Any) -> int:
    return int(work.value(select(t.status.c.id).where(t.status.c.key == "closed")))


def test_what_is_missing_or_wrong_is_said_and_nothing_is_made(desk: Desk, ivan: int) -> None:
    for wrong in (
        CALL,
        replace(CALL, contact_id=ivan, subject=" "),
        replace(CALL, contact_id=ivan, text=" "),
        replace(CALL, contact_id=ivan, type="pigeon"),
        replace(CALL, contact_id=999),
        replace(CALL, address="nobody"),
        replace(CALL, contact_id=ivan, fields={"criticality": 999}),
        replace(CALL, contact_id=ivan, account_id=999),
    ):
        with pytest.raises((BadData, NotFound)):
            make(desk, wrong)
    with desk.store.work() as work:
        assert work.value(select(t.ticket.c.id)) is None
    quiet = make(desk, replace(CALL, name="Somebody", confirm=False))
    mute = make(desk, replace(CALL, name="Somebody"))
    own = make(desk, replace(CALL, name="Us", address="support+x@desk.example"))
    assert all(one.outgoing_id is None and one.why for one in (quiet, mute, own)) and desk.sent() == []


def test_who_may_not_answer_makes_no_ticket(desk: Desk, ivan: int, make_agent: Any) -> None:
    viewer = make_agent("vic", "viewer")
    with desk.store.work(write=True) as work, pytest.raises(NotAllowed):
        new_ticket.make(work, viewer, replace(CALL, contact_id=ivan))
