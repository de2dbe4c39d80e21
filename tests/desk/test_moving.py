"""Messages and tickets that go elsewhere: moved, split off, merged; and where later letters land."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import (
    bin,
    counts,
    drafts,
    linking,
    listing,
    marks,
    merging,
    messages,
    moving,
    participants,
    reading,
    showing,
    statuses,
    tabs,
    tickets,
    triage,
    undo,
)
from deskterm.desk.errors import BadData, Changed, NotAllowed, NotFound
from deskterm.store import tables as t
from tests.desk.conftest import Desk

ANN = "Ann Baker <ann@customer.example>"


def name_of(raw: bytes) -> str:
    return str(email.message_from_bytes(raw, policy=email.policy.default)["Message-ID"])


def newest(desk: Desk, ticket_id: int) -> int:
    with desk.store.work() as work:
        found: int = work.value(
            select(t.message.c.id).where(t.message.c.ticket_id == ticket_id).order_by(t.message.c.id.desc())
        )
    return found


def keys(desk: Desk, ticket_id: int) -> set[str]:
    with desk.store.work() as work:
        return {row.key for row in participants.recipients(work, ticket_id)}


def close(desk: Desk, number: int) -> None:
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, [number], statuses.find(work, "closed").id)


def do(desk: Desk, act: Any, *args: Any, **more: Any) -> Any:
    with desk.store.work(write=True) as work:
        found = act(work, more.pop("actor", desk.boss), *args, **more)
    with desk.store.work() as work:
        assert counts.all_places(work) == counts.counted(work)
    return found


def test_a_moved_letter_takes_its_name_and_its_people_along(desk: Desk) -> None:
    first, other = desk.ticket(), desk.ticket(subject="other", sender="bill@other.example")
    token = desk.row(first).token
    wrong = desk.letter(
        sender="zoe@stranger.example", subject=f"[{token}]", Message_ID="<moved@x>", Cc="yan@stranger.example"
    )
    unverified = desk.receive(wrong)[0].message_id or 0
    with pytest.raises(BadData, match="unverified"):
        do(desk, moving.move, [unverified], other)
    do(desk, triage.accept, unverified)
    assert {"zoe@stranger.example", "yan@stranger.example"} <= keys(desk, first)
    do(desk, moving.move, [unverified], other)
    assert keys(desk, first) == {"ann@customer.example"}
    assert keys(desk, other) == {"bill@other.example", "zoe@stranger.example", "yan@stranger.example"}
    outcome = desk.receive(
        desk.letter(sender="zoe@stranger.example", subject="Re: it", In_Reply_To="<moved@x>")
    )[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append", other)
    assert (desk.row(first).messages, desk.row(other).messages) == (1, 3)
    with desk.store.work() as work:
        hits = list(listing.search_ids(work, desk.boss, "burns"))
        assert set(hits) == {first, other}


def test_a_reply_to_a_moved_answer_of_ours_lands_where_it_is_now(desk: Desk) -> None:
    first, other = desk.ticket(), desk.ticket(subject="other")
    answer = do(desk, messages.reply, first, "Use water.")
    name = next(name_of(raw) for row, raw in desk.sent() if row.kind == "answer")
    do(desk, moving.move, [answer], other)
    assert desk.receive(desk.letter(subject="quite another", In_Reply_To=name))[0].ticket_id == other
    with desk.store.work() as work:
        assert work.value(select(t.outgoing.c.ticket_id).where(t.outgoing.c.message_id == answer)) == other


def test_what_cannot_be_moved_is_said_in_plain_words(desk: Desk) -> None:
    first, other = desk.ticket(), desk.ticket(subject="other")
    only = newest(desk, first)
    with pytest.raises(BadData, match="Merge it into"):
        do(desk, moving.move, [only], other)
    with pytest.raises(BadData, match="no message left"):
        do(desk, moving.split, [only])
    desk.receive(desk.letter(subject=f"[{desk.row(first).token}]"))
    with pytest.raises(BadData, match="already"):
        do(desk, moving.move, [only], first)
    close(desk, other)
    with pytest.raises(BadData, match="closed"):
        do(desk, moving.move, [only], other)
    do(desk, bin.delete, [other])
    with pytest.raises(NotFound):
        do(desk, moving.move, [only], other)


def test_a_split_ticket_is_its_writers_own_and_linked(desk: Desk) -> None:
    first = desk.ticket(Cc="bill@other.example")
    token = desk.row(first).token
    letter = desk.letter(sender="Bill <bill@other.example>", subject=f"[{token}]", Message_ID="<bill@x>")
    message = desk.receive(letter)[0].message_id or 0
    do(desk, tickets.assign, [first], desk.colleague.agent_id)
    number = do(desk, moving.split, [message], "Bill's own")
    row = desk.row(number)
    assert (row.subject, row.customer_key, row.responsible_id, row.turn) == (
        "Bill's own",
        "bill@other.example",
        desk.colleague.agent_id,
        "ours",
    )
    assert keys(desk, number) == {"bill@other.example"}
    with desk.store.work() as work:
        assert [(one.id, one.kind) for one in linking.of(work, desk.boss, first)] == [(number, "split")]
        assert [one.id for one in linking.of(work, desk.boss, number)] == [first]
    later = desk.receive(desk.letter(sender="bill@other.example", subject="x", In_Reply_To="<bill@x>"))[0]
    assert later.ticket_id == number
    with pytest.raises(Changed) as told:
        do(desk, undo.undo)
    assert told.value.field == "messages" and desk.row(number).messages == 2


def test_merged_tickets_are_one_however_long_the_chain(desk: Desk) -> None:
    one, two, three = (
        desk.ticket(subject=name, Message_ID=f"<{name}@x>") for name in ("one", "two", "three")
    )
    close(desk, three)
    with pytest.raises(BadData, match="closed"):
        do(desk, merging.merge, [one], three)
    with pytest.raises(BadData, match="itself"):
        do(desk, merging.merge, [one], one)
    do(desk, undo.undo)
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.colleague, key="k", ticket_id=one, visibility="internal", body="half")
        marks.watch(work, desk.colleague, [one])
        marks.favorite(work, desk.boss, [one], shared=True)
        tabs.put(work, desk.colleague, [one], tabs.add(work, desk.colleague, "hot"))
        linking.link(work, desk.boss, one, three)
        reading.read_tickets(work, desk.colleague, [one])
    do(desk, merging.merge, [one], two)
    with pytest.raises(BadData, match=f"merged into {two} already"):
        do(desk, merging.merge, [one], three)
    with pytest.raises(BadData, match=f"merged into {two} already"):
        do(desk, merging.merge, [two], one)
    do(desk, merging.merge, [two], three)
    with desk.store.work() as work:
        assert list(listing.ticket_ids(work, desk.boss, "all")) == [three]
        assert showing.head(work, desk.boss, one).id == three
        assert list(listing.search_ids(work, desk.boss, str(one))) == [three]
        bodies = showing.messages(work, desk.colleague, one)
        assert [body.unread for body in bodies] == [False, True, True]
        assert drafts.find(work, desk.colleague, "k").ticket_id == three
        assert [agent.name for agent in marks.watchers(work, desk.boss, three)] == ["Cora Colleague"]
        assert marks.of(work, desk.boss, [three])[three].shared
        assert [tab.total for tab in tabs.listed(work, desk.colleague)] == [1]
        assert linking.of(work, desk.boss, three) == []
        with pytest.raises(NotFound, match=f"merged into {three}"):
            messages.note(work, desk.boss, one, "late")
    for token in (desk.row(one).token, desk.row(two).token):
        assert desk.receive(desk.letter(subject=f"[{token}] again"))[0].ticket_id == three
    assert desk.receive(desk.letter(subject="x", In_Reply_To="<one@x>"))[0].ticket_id == three


def test_a_customers_letter_merged_into_a_waiting_ticket_makes_it_ours(desk: Desk) -> None:
    waiting = desk.ticket()
    do(desk, messages.reply, waiting, "Well?", undo_seconds=0)
    assert (desk.row(waiting).status_class, desk.row(waiting).turn) == ("waiting", "theirs")
    do(desk, merging.merge, [desk.ticket(subject="again")], waiting)
    assert (desk.row(waiting).status_class, desk.row(waiting).turn) == ("active", "ours")
    do(desk, undo.undo)
    assert (desk.row(waiting).status_class, desk.row(waiting).turn) == ("waiting", "theirs")


def test_what_is_private_stays_so_when_it_is_moved(desk: Desk, make_agent: Any) -> None:
    first, other = desk.ticket(), desk.ticket(subject="other")
    third = make_agent("third", "agent")
    with desk.store.work(write=True) as work:
        note = messages.note(
            work, desk.boss, first, "canary", visibility="private", addressee_id=desk.colleague.agent_id
        )
        reading.read_tickets(work, third, [first, other])
    with pytest.raises(NotFound):
        do(desk, moving.move, [note], other, actor=third)
    do(desk, moving.move, [note], other)
    with desk.store.work() as work:
        assert reading.unread_tickets_among(work, third, [first, other]) == set()
        assert reading.unread_tickets_among(work, desk.colleague, [other]) == {other}
        assert [row.id for row in showing.messages(work, third, other)] == [newest(desk, other) - 1]


def test_who_may_not_change_moves_nothing(desk: Desk, make_agent: Any) -> None:
    first, other = desk.ticket(), desk.ticket(subject="other")
    viewer = make_agent("vera", "viewer")
    for act, args in (
        (moving.move, ([1], other)),
        (moving.split, ([1],)),
        (merging.merge, ([first], other)),
        (linking.link, (first, other)),
        (bin.delete, ([first],)),
        (bin.spam, ([first],)),
        (bin.purge, ([first],)),
    ):
        with pytest.raises(NotAllowed):
            do(desk, act, *args, actor=viewer)
    do(desk, tabs.add, "mine", actor=viewer)
    do(desk, marks.favorite, [first], actor=viewer)
