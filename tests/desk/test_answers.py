"""Answers: what leaves, to whom, and what happens to it on its way."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import agents, dispatch, drafts, messages, outbox, showing, tickets
from deskterm.desk.errors import BadData, NotAllowed, NotFound, SeenNewer, TakenBack
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def reply(desk: Desk, number: int, text: str = "Use water.", **more: Any) -> int:
    with desk.store.work(write=True) as work:
        return messages.reply(work, more.pop("actor", desk.boss), number, text, **more)


def outgoing_of(desk: Desk, message_id: int) -> int:
    with desk.store.work() as work:
        found: int = work.value(select(t.outgoing.c.id).where(t.outgoing.c.message_id == message_id))
        return found


def claim(desk: Desk) -> list[dispatch.Claimed]:
    with desk.store.work(write=True) as work:
        return dispatch.claim(work, 1)


def said(state: str, code: int = 250) -> Any:
    return SimpleNamespace(state=state, code=code, text=f"said {code}")


def test_an_answer_is_a_real_reply_with_marker_first_and_history_last(desk: Desk) -> None:
    number = desk.ticket(Message_ID="<m1@customer.example>")
    reply(desk, number)
    letter = parsed(desk.last_letter())
    assert letter["In-Reply-To"] == "<m1@customer.example>"
    assert "<m1@customer.example>" in letter["References"]
    assert letter["Subject"] == f"Re: The printer is on fire [{desk.row(number).token}]"
    assert letter["Auto-Submitted"] is None and letter["X-Deskterm-Loop"] is None
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    lines = [line for line in text.splitlines() if line.strip()]
    assert lines[0].startswith("##-") and lines[1] == "Use water." and lines[-1] == "> It burns since noon."
    assert letter.get_body(("html",)) is not None


def test_all_who_took_part_get_the_answer_but_never_ourselves_or_agents(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"addresses": ("cora@desk.example",)})
    number = desk.ticket(
        To="support@desk.example, support+x@desk.example, bill@customer.example",
        Cc="cora@desk.example, Dora <dora@customer.example>",
    )
    reply(desk, number)
    letter = parsed(desk.last_letter())
    assert letter["To"] == "Ann Baker <ann@customer.example>, bill@customer.example"
    assert letter["Cc"] == "Dora <dora@customer.example>"


def test_the_answer_goes_to_reply_to_and_from_may_still_write(desk: Desk) -> None:
    number = desk.ticket(Reply_To="office@customer.example")
    reply(desk, number)
    assert parsed(desk.last_letter())["To"] == "office@customer.example"
    token = desk.row(number).token
    assert desk.receive(desk.letter(subject=f"[{token}]"))[0].verdict == "append"
    assert (
        desk.receive(desk.letter(sender="office@customer.example", subject=f"[{token}]"))[0].verdict
        == "append"
    )


def test_an_answer_waits_and_can_be_taken_back_with_all_it_set(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    before = desk.row(number)
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="public", body="Use water.")
        drafts.attach(work, desk.boss, "k", "plan.txt", "text/plain", b"1. water")
    message_id = reply(desk, number, draft_key="k")
    assert [one.automatic for one in claim(desk)] == [True]
    assert desk.row(number).status_class == "waiting"
    with desk.store.work(write=True) as work:
        draft = outbox.withdraw(work, desk.boss, outgoing_of(desk, message_id))
    assert draft.body == "Use water." and [file.name for file in draft.attachments] == ["plan.txt"]
    after = desk.row(number)
    for field in ("status_id", "responsible_id", "turn", "messages", "last_message_id"):
        assert getattr(after, field) == getattr(before, field), field
    clock.forward(minutes=1)
    assert claim(desk) == []


def test_an_answer_that_came_back_is_not_sent_again_from_its_old_draft(desk: Desk) -> None:
    number = desk.ticket()
    message_id = reply(desk, number, draft_key="one")
    with desk.store.work(write=True) as work:
        back = outbox.withdraw(work, desk.boss, outgoing_of(desk, message_id))
    with desk.store.work(write=True) as work, pytest.raises(TakenBack, match="among your drafts"):
        messages.reply(work, desk.boss, number, "Try again.", draft_key="one")
    with desk.store.work(write=True) as work:
        assert messages.reply(work, desk.boss, number, "Try again.", draft_key=back.key) > message_id


def test_after_its_undo_time_an_answer_leaves_and_cannot_be_taken_back(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    message_id = reply(desk, number)
    clock.forward(seconds=11)
    assert len(claim(desk)) == 2
    with desk.store.work(write=True) as work, pytest.raises(BadData, match="left already"):
        outbox.withdraw(work, desk.boss, outgoing_of(desk, message_id))


def test_one_draft_is_sent_once(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="public", body="Use water.")
    first = reply(desk, number, draft_key="k")
    assert reply(desk, number, draft_key="k") == first
    assert sum(1 for row, _raw in desk.sent() if row.kind == "answer") == 1
    with desk.store.work(write=True) as work, pytest.raises(BadData, match="sent already"):
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="public", body="late keystroke")


def test_an_author_who_has_not_seen_the_newest_message_is_stopped(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work() as work:
        seen = showing.head(work, desk.boss, number).last_message_id
    desk.receive(desk.letter(subject=f"[{desk.row(number).token}]", text="It went out by itself."))
    with pytest.raises(SeenNewer) as stopped:
        reply(desk, number, seen_message_id=seen)
    assert stopped.value.who == "Ann Baker"
    assert reply(desk, number, seen_message_id=seen, anyway=True)


def test_a_letter_that_comes_during_the_undo_time_brings_the_answer_back_as_a_draft(desk: Desk) -> None:
    number = desk.ticket()
    reply(desk, number, undo_seconds=0)
    desk.receive(desk.letter(subject=f"[{desk.row(number).token}]", text="It went out by itself."))
    assert [one.automatic for one in claim(desk)] == [True]
    with desk.store.work() as work:
        draft = drafts.of_ticket(work, desk.boss, number)[0]
    assert draft.body == "Use water." and "Ann Baker" in draft.returned_why


def test_each_recipient_has_a_state_of_its_own(desk: Desk, clock: Clock) -> None:
    number = desk.ticket(Cc="dora@customer.example")
    message_id = reply(desk, number, undo_seconds=0)
    answer = next(one for one in claim(desk) if not one.automatic)
    with desk.store.work(write=True) as work:
        dispatch.settle(
            work,
            answer.outgoing_id,
            {"ann@customer.example": said("sent"), "dora@customer.example": said("deferred", 451)},
        )
        states = {one.address: one.state for one in showing.body(work, desk.boss, message_id).recipients}
    assert states == {"ann@customer.example": "sent", "dora@customer.example": "deferred"}
    assert claim(desk) == []
    clock.forward(seconds=61)
    assert [one.recipients for one in claim(desk)] == [("dora@customer.example",)]


def test_a_refused_answer_brings_its_ticket_back_and_is_everybodys_trouble(desk: Desk) -> None:
    number = desk.ticket()
    message_id = reply(desk, number, undo_seconds=0)
    for one in claim(desk):
        with desk.store.work(write=True) as work:
            dispatch.settle(work, one.outgoing_id, {one.recipients[0]: said("failed", 550)})
    row = desk.row(number)
    assert (row.status_class, row.turn, row.responsible_id) == ("active", "ours", desk.boss.agent_id)
    with desk.store.work(write=True) as work:
        assert showing.body(work, desk.boss, message_id).delivery == "failed"
        assert {one.state for one in showing.outgoing(work, desk.colleague).rows} == {"failed"}
        outbox.retry(work, desk.boss, outgoing_of(desk, message_id))
    assert [one.automatic for one in claim(desk)] == [False]


def test_what_a_dead_worker_was_sending_is_unknown_and_its_author_decides(desk: Desk) -> None:
    number = desk.ticket()
    message_id = reply(desk, number, undo_seconds=0)
    assert len(claim(desk)) == 2
    with desk.store.work(write=True) as work:
        assert dispatch.recover(work, 1) == 0
        assert dispatch.recover(work, 2) == 2
        assert showing.body(work, desk.boss, message_id).delivery == "unknown"
        key = dispatch.unknown_answers(work, desk.account_id)
        assert [id for id, _key in key] == [outgoing_of(desk, message_id)]
        outbox.arrived(work, desk.boss, outgoing_of(desk, message_id))
        assert showing.body(work, desk.boss, message_id).delivery == "sent"


def test_a_server_that_cannot_be_reached_costs_no_attempt(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    reply(desk, number, undo_seconds=0)
    claimed = claim(desk)
    with desk.store.work(write=True) as work:
        assert dispatch.put_off(work, desk.account_id, 1, "the server is away", 30) == len(claimed)
    clock.forward(seconds=31)
    assert [one.attempts for one in claim(desk)] == [1, 1]


@pytest.mark.parametrize("visibility", ["internal", "private"])
def test_a_note_never_leaves(desk: Desk, visibility: str) -> None:
    number = desk.ticket()
    before = len(desk.sent())
    with desk.store.work(write=True) as work:
        messages.note(
            work, desk.boss, number, "canary", visibility=visibility, addressee_id=desk.colleague.agent_id
        )
    assert len(desk.sent()) == before
    reply(desk, number, undo_seconds=0)
    assert all(b"canary" not in raw for _row, raw in desk.sent())


def test_a_viewer_can_write_nothing_and_the_audit_knows_he_tried(desk: Desk, make_agent: Any) -> None:
    number = desk.ticket()
    viewer = make_agent("victor", "viewer")
    with pytest.raises(NotAllowed):
        reply(desk, number, actor=viewer)
    with desk.store.work() as work:
        rows = work.rows(select(t.refusal))
    assert [(row.actor, row.act, row.ticket_id) for row in rows] == [("victor", "message.reply", number)]


def test_an_agent_of_own_tickets_sees_no_other(desk: Desk, make_agent: Any) -> None:
    mine, other = desk.ticket(subject="one"), desk.ticket(subject="two")
    olga = make_agent("olga", "agent_own")
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [mine], olga.agent_id)
    assert reply(desk, mine, actor=olga)
    with pytest.raises(NotFound):
        reply(desk, other, actor=olga)
