"""Writing: what goes along with an answer, drafts, one mail for one draft, resending, guards."""

from __future__ import annotations

import email
import email.policy
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.config import Home
from deskterm.desk import (
    answer_form,
    answer_templates,
    choices,
    dispatch,
    drafts,
    messages,
    outbox,
    resending,
    sending,
    settings,
    showing,
    statuses,
    undo,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, NotAllowed, SeenNewer
from deskterm.mail.letter import Address
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def reply(desk: Desk, number: int, text: str = "Use water.", **more: Any) -> int:
    with desk.store.work(write=True) as work:
        return messages.reply(work, more.pop("actor", desk.boss), number, text, **more)


def draft(desk: Desk, key: str, number: int | None, kind: str = "public", **more: Any) -> None:
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.boss, key=key, ticket_id=number, visibility=kind, body="Use water.", **more)


def answers(desk: Desk) -> list[bytes]:
    return [raw for row, raw in desk.sent() if row.kind == "answer"]


def outgoing_of(desk: Desk, message_id: int) -> int:
    with desk.store.work() as work:
        found: int = work.value(select(t.outgoing.c.id).where(t.outgoing.c.message_id == message_id))
        return found


def send(desk: Desk, message_id: int, states: dict[str, str]) -> None:
    """The worker claims the letter and its server says so of each recipient."""
    with desk.store.work(write=True) as work:
        dispatch.claim(work, 1)
        dispatch.settle(
            work,
            outgoing_of(desk, message_id),
            {one: SimpleNamespace(state=state, code=250, text=state) for one, state in states.items()},
        )


def entry(desk: Desk, name: str, title: str) -> int:
    with desk.store.work(write=True) as work:
        return choices.add(work, desk.boss, name, title)


def test_an_answer_sets_fields_status_and_time_in_one_act_and_takes_all_of_it_back(
    desk: Desk, clock: Clock
) -> None:
    number = desk.ticket()
    before = desk.row(number)
    printers = entry(desk, "category", "Printers")
    with desk.store.work(write=True) as work:
        high = choices.find(work, "criticality", "high").id
        form = answer_form.shown(work, desk.boss, number)
    assert [one.address for one in form.recipients] == ["ann@customer.example"]
    assert form.visibility == "public" and form.close_status_id is not None and form.now["category"] is None
    assert (printers, "Printers") in [(one.id, one.name) for one in form.choices["category"]]
    message_id = reply(
        desk,
        number,
        close=True,
        fields={
            "responsible": desk.colleague.agent_id,
            "category": printers,
            "criticality": high,
            "auto_close_days": 3,
        },
        seen_fields={"category": None},
        seconds_spent=95,
    )
    row = desk.row(number)
    assert (row.category_id, row.criticality_id, row.auto_close_days) == (printers, high, 3)
    assert (row.responsible_id, row.status_class, row.turn) == (desk.colleague.agent_id, "closed", "theirs")
    with desk.store.work(write=True) as work:
        assert work.value(select(t.message.c.seconds_spent).where(t.message.c.id == message_id)) == 95
        again = undo.undo(work, desk.boss)
        assert again.draft_key is not None
        back = drafts.find(work, desk.boss, again.draft_key)
    after = desk.row(number)
    for field in ("category_id", "criticality_id", "auto_close_days", "responsible_id", "status_id", "turn"):
        assert getattr(after, field) == getattr(before, field), field
    assert back.form["fields"]["category"] == printers and back.form["seconds_spent"] == 95


def test_a_field_somebody_else_changed_stops_the_answer(desk: Desk) -> None:
    number = desk.ticket()
    printers, phones = entry(desk, "category", "Printers"), entry(desk, "category", "Phones")
    reply(desk, number, fields={"category": phones}, actor=desk.colleague)
    with pytest.raises(Changed) as stopped:
        reply(desk, number, fields={"category": printers}, seen_fields={"category": None})
    assert stopped.value.who == "Cora Colleague" and desk.row(number).category_id == phones
    assert len(answers(desk)) == 1


def test_what_an_answer_may_not_set_is_refused_and_nothing_is_sent(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        administrators = work.value(select(t.role.c.id).where(t.role.c.key == "administrator"))
        closed = statuses.find(work, "closed")
        statuses.edit(work, desk.boss, "closed", {"role_ids": [administrators]})
    for wrong in (
        {"close": True, "actor": desk.colleague},
        {"status_id": closed.id, "actor": desk.colleague},
        {"fields": {"category": 1}, "actor": make_agent("vic", "viewer")},
    ):
        with pytest.raises(NotAllowed):
            reply(desk, number, **wrong)
    for bad in (
        {"fields": {"colour": 1}},
        {"fields": {"category": 999}},
        {"fields": {"auto_close_days": -1}},
        {"close": True, "keep_status": True},
        {"recipients_left_out": ("nobody@customer.example",)},
        {"recipients_left_out": ("ann@customer.example",)},
        {"seconds_spent": -1},
    ):
        with pytest.raises(BadData):
            reply(desk, number, **bad)
    assert answers(desk) == []
    reply(desk, number, close=True)
    assert desk.row(number).status_class == "closed"


def test_a_recipient_is_left_out_of_one_answer_only(desk: Desk) -> None:
    number = desk.ticket(Cc="Dora <dora@customer.example>")
    reply(desk, number, recipients_left_out=("DORA@customer.example",))
    reply(desk, number)
    first, second = map(parsed, answers(desk))
    assert first["Cc"] is None and second["Cc"] == "Dora <dora@customer.example>"
    with desk.store.work() as work:
        assert messages.preview(work, desk.boss, number, ("dora@customer.example",)) == [
            "Ann Baker <ann@customer.example>"
        ]


def test_a_scheduled_answer_waits_is_seen_in_the_outbox_and_can_be_taken_back(
    desk: Desk, clock: Clock
) -> None:
    number = desk.ticket(Cc="dora@customer.example")
    tomorrow = clock.now + timedelta(days=1)
    message_id = reply(
        desk, number, send_at=tomorrow, recipients_left_out=("dora@customer.example",), undo_seconds=0
    )
    with desk.store.work(write=True) as work:
        rows = showing.outgoing(work, desk.boss).rows
        assert [(row.state, row.next_at) for row in rows if row.kind == "answer"] == [("waiting", tomorrow)]
        for wrong in (clock.now - timedelta(hours=1), clock.now + timedelta(days=800)):
            with pytest.raises(BadData):
                messages.reply(work, desk.boss, number, "No.", send_at=wrong)
    clock.forward(hours=23)
    with desk.store.work(write=True) as work:
        assert all(one.automatic for one in dispatch.claim(work, 1))
        back = outbox.withdraw(work, desk.boss, outgoing_of(desk, message_id))
    assert back.form["send_at"] == tomorrow.isoformat()
    assert back.form["recipients_left_out"] == ["dora@customer.example"]
    reply(desk, number, draft_key=back.key, send_at=tomorrow)
    clock.forward(hours=2)
    with desk.store.work(write=True) as work:
        assert [one.automatic for one in dispatch.claim(work, 1) if not one.automatic] == [False]


def test_two_consoles_that_send_one_draft_send_one_mail(desk: Desk) -> None:
    number = desk.ticket()
    draft(desk, "k", number)
    found: list[int] = []
    ready = threading.Barrier(4)

    def press() -> None:
        ready.wait(10)
        found.append(reply(desk, number, draft_key="k"))

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == 4 and len(set(found)) == 1 and len(answers(desk)) == 1


PRESS = """
import os, signal, sys
from deskterm.config import Home
from deskterm.desk import actor, messages
from deskterm.store.opening import open_store
home = Home.find()
store = open_store(home)
me = actor.settle(store, home)
dies = sys.stdin.readline().strip()
with store.work(write=True) as work:
    print(messages.reply(work, me, int(sys.argv[1]), "Use water.", draft_key="k"))
    if dies == "before the commit":
        os.kill(os.getpid(), signal.SIGKILL)
if dies == "after the commit":
    os.kill(os.getpid(), signal.SIGKILL)
store.close()
"""


def pressed(number: int) -> subprocess.Popen[str]:
    """A process that sends the draft once it is told to, and how it is to die."""
    return subprocess.Popen(
        [sys.executable, "-c", PRESS, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_two_processes_that_send_one_draft_send_one_mail(desk: Desk, home: Home) -> None:
    number = desk.ticket()
    draft(desk, "k", number)
    started = [pressed(number) for _ in range(2)]
    said = []
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in started:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        said.append(out.strip())
    assert said[0] == said[1] != "" and len(answers(desk)) == 1


def test_a_process_killed_after_the_key_and_started_again_sends_one_mail(desk: Desk, home: Home) -> None:
    number = desk.ticket()
    draft(desk, "k", number)
    for dies, sent in (("before the commit", 0), ("after the commit", 1), ("", 1)):
        process = pressed(number)
        process.communicate(f"{dies}\n", timeout=60)
        assert process.returncode == (-signal.SIGKILL if dies else 0)
        assert len(answers(desk)) == sent, dies
        with desk.store.work() as work:
            kept = work.values(select(t.draft.c.body).where(t.draft.c.key == "k"))
        assert kept == ([] if sent else ["Use water."])


def test_a_note_is_written_once_and_undoing_it_lets_it_be_written_again(desk: Desk) -> None:
    number = desk.ticket()
    draft(desk, "n", number, "internal")
    with desk.store.work(write=True) as work:
        first = messages.note(work, desk.boss, number, "He is angry.", draft_key="n")
        assert messages.note(work, desk.boss, number, "He is angry.", draft_key="n") == first
        with pytest.raises(BadData, match="sent already"):
            drafts.save(work, desk.boss, key="n", ticket_id=number, visibility="internal", body="late key")
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.boss)
        assert drafts.find(work, desk.boss, "n").body == "Use water."
        second = messages.note(work, desk.boss, number, "He is very angry.", draft_key="n")
    assert second != first


def test_nothing_but_public_reaches_the_composer(desk: Desk) -> None:
    number, other = desk.ticket(), desk.ticket(subject="Another")
    draft(desk, "n", number, "internal")
    with pytest.raises(BadData, match="note"):
        reply(desk, number, draft_key="n")
    with desk.store.work(write=True) as work:
        note_id = messages.note(work, desk.boss, number, "canary")
        ticket = work.first(select(t.ticket).where(t.ticket.c.id == number))
        account = sending.sending_account(work, ticket)
        of_other = work.value(select(t.message.c.id).where(t.message.c.ticket_id == other))
        for message_id in (note_id, of_other, 10_000):
            with pytest.raises(BadData, match="public"):
                sending.freeze(
                    work,
                    kind="answer",
                    ticket=ticket,
                    account=account,
                    recipients=[(Address("", "ann@customer.example"), "author")],
                    text="canary",
                    message_id=message_id,
                )
    assert answers(desk) == []
    assert not any(b"canary" in raw for _row, raw in desk.sent())


def test_a_note_sets_fields_without_touching_whose_turn_it_is(desk: Desk) -> None:
    number = desk.ticket()
    printers = entry(desk, "category", "Printers")
    letters = len(desk.sent())
    with desk.store.work(write=True) as work:
        assert answer_form.opens_as(work) == "public"
        settings.set(work, desk.boss, "hidden_by_default", "on")
        assert answer_form.shown(work, desk.boss, number).visibility == "internal"
        messages.note(work, desk.boss, number, "Mine.", fields={"category": printers}, seconds_spent=7)
    row = desk.row(number)
    assert (row.category_id, row.turn) == (printers, "ours")
    assert not [one for one, _raw in desk.sent()[letters:] if one.kind in ("told", "notice")]


def test_time_spent_is_corrected_by_its_author_or_an_administrator(desk: Desk) -> None:
    number = desk.ticket()
    mine = reply(desk, number, seconds_spent=60)
    with desk.store.work(write=True) as work:
        first = work.value(select(t.message.c.id).where(t.message.c.ticket_id == number))
        messages.set_time_spent(work, desk.boss, mine, 600)
        with pytest.raises(BadData, match="agent"):
            messages.set_time_spent(work, desk.boss, first, 600)
    with desk.store.work(write=True) as work, pytest.raises(NotAllowed):
        messages.set_time_spent(work, desk.colleague, mine, 1)
    with desk.store.work(write=True) as work:
        assert work.value(select(t.message.c.seconds_spent).where(t.message.c.id == mine)) == 600
        undo.undo(work, desk.boss)
        assert work.value(select(t.message.c.seconds_spent).where(t.message.c.id == mine)) == 60


def test_drafts_keep_their_form_and_can_be_put_off_without_changing_the_ticket(desk: Desk) -> None:
    number = desk.ticket()
    before = desk.row(number)
    draft(desk, "k", number, form={"close": True, "seconds_spent": 30})
    draft(desk, "new", None, subject="A call", form={"contact_id": 4})
    with desk.store.work(write=True) as work:
        drafts.attach(work, desk.boss, "k", "plan.txt", "text/plain", b"1. water")
        assert drafts.defer(work, desk.boss, "k").deferred
        assert [one.key for one in drafts.deferred(work, desk.boss)] == ["k"]
        assert [(one.key, one.subject) for one in drafts.of_new_tickets(work, desk.boss)] == [
            ("new", "A call")
        ]
        assert drafts.deferred(work, desk.colleague) == []
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="public", body="Use foam.")
        kept = drafts.find(work, desk.boss, "k")
        assert kept.form == {"close": True, "seconds_spent": 30} and kept.deferred
        with pytest.raises(BadData):
            drafts.save(
                work, desk.boss, key="k", ticket_id=number, visibility="public", body="", form={"x": desk}
            )
        drafts.drop(work, desk.boss, "k")
    assert desk.row(number) == before
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.boss)
        assert [one.name for one in drafts.find(work, desk.boss, "k").attachments] == ["plan.txt"]


def test_a_failed_answer_is_edited_and_goes_to_whom_it_did_not_reach(desk: Desk, clock: Clock) -> None:
    number = desk.ticket(Cc="dora@customer.example")
    draft(desk, "k", number)
    with desk.store.work(write=True) as work:
        drafts.attach(work, desk.boss, "k", "plan.txt", "text/plain", b"1. water")
    old = reply(desk, number, draft_key="k", undo_seconds=0)
    send(desk, old, {"ann@customer.example": "sent", "dora@customer.example": "failed"})
    with desk.store.work(write=True) as work:
        trouble = resending.of_message(work, desk.boss, old)
        assert trouble is not None
        assert (trouble.failed, trouble.reached) == (("dora@customer.example",), ("ann@customer.example",))
        assert trouble.may_edit and trouble.may_retry
        begun = resending.edit_and_resend(work, desk.boss, trouble.outgoing_id)
        assert resending.edit_and_resend(work, desk.boss, trouble.outgoing_id).key == begun.key
        assert begun.body == "Use water." and [one.name for one in begun.attachments] == ["plan.txt"]
        assert resending.of_message(work, desk.boss, old) is not None  # nothing is settled before it leaves
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        resending.edit_and_resend(work, desk.colleague, trouble.outgoing_id)
    new = reply(
        desk,
        number,
        "Use foam.",
        draft_key=begun.key,
        seen_message_id=begun.seen_message_id,
        recipients_left_out=begun.form["recipients_left_out"],
    )
    first, second = map(parsed, answers(desk))
    assert second["Cc"] == "dora@customer.example" and second["To"] is None
    assert first["Message-ID"] != second["Message-ID"]
    assert [part.get_filename() for part in second.iter_attachments()] == ["plan.txt"]
    with desk.store.work(write=True) as work:
        assert resending.of_message(work, desk.boss, old) is None
        assert showing.body(work, desk.boss, old).delivery == "sent"
        assert not work.value(select(t.outgoing.c.open).where(t.outgoing.c.id == trouble.outgoing_id))
        assert showing.body(work, desk.boss, new).delivery == "waiting"


def test_a_resent_answer_is_stopped_where_the_customer_wrote_since(desk: Desk) -> None:
    number = desk.ticket()
    old = reply(desk, number, undo_seconds=0)
    send(desk, old, {"ann@customer.example": "unknown"})
    desk.receive(desk.letter(subject=f"[{desk.row(number).token}]", text="It went out by itself."))
    with desk.store.work(write=True) as work:
        begun = resending.edit_and_resend(work, desk.boss, outgoing_of(desk, old))
    with pytest.raises(SeenNewer):
        reply(desk, number, draft_key=begun.key, seen_message_id=begun.seen_message_id)
    with desk.store.work(write=True) as work:
        assert resending.of_message(work, desk.boss, old) is not None


def test_unfilled_placeholders_stop_an_answer_until_its_author_says_so(desk: Desk) -> None:
    number = desk.ticket()
    with pytest.raises(answer_templates.Unfilled) as stopped:
        reply(desk, number, "Dear {contact_first_name}, see {agent} and {клиент}, not {this}.")
    assert stopped.value.names == ("{contact_first_name}", "{agent}", "{клиент}")
    assert answers(desk) == []
    reply(desk, number, "The field is called {number}.", unfilled=True)
    assert len(answers(desk)) == 1
