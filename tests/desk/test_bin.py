"""The Bin: what is deleted stands there, comes back whole, or is gone for good; spam goes with its letter."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

import deskterm.store.tables.models  # noqa: F401  fills the metadata
from deskterm.desk import (
    attachments,
    bin,
    counts,
    drafts,
    listing,
    merging,
    messages,
    notifications,
    purging,
    settings,
    showing,
    tickets,
    undo,
)
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.desk.intake import folders
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.tables.core import METADATA
from tests.desk.conftest import Clock, Desk
from tests.desk.test_moving import do, newest


def everything(desk: Desk) -> str:
    """Every value of every table, as one text."""
    with desk.store.work() as work:
        rows = [
            repr(tuple(row))
            for name in METADATA.tables
            if name not in ("blob", "setting", "secret")
            for row in work.rows(select(METADATA.tables[name]))
        ]
        raw = [
            blobs.get(work, sha256).decode("utf-8", "replace")
            for sha256 in work.values(select(t.blob.c.sha256))
        ]
    return "\n".join([*rows, *raw])


def test_a_deleted_ticket_stands_in_the_bin_and_comes_back_whole(desk: Desk) -> None:
    number = desk.ticket()
    do(desk, bin.delete, [number])
    with desk.store.work() as work:
        assert list(listing.ticket_ids(work, desk.boss, "all")) == []
        assert list(listing.ticket_ids(work, desk.boss, "bin")) == [number]
        assert list(listing.search_ids(work, desk.boss, "burns")) == []
        (one,) = bin.listed(work, desk.boss)
        assert (one.ticket_id, one.message_id, one.who) == (number, None, desk.boss.name)
        with pytest.raises(NotFound):
            showing.head(work, desk.boss, number)
        with pytest.raises(NotAllowed):
            bin.listed(work, desk.colleague)
    # an answer to it makes a new ticket: nothing a customer writes may get lost
    assert desk.receive(desk.letter(subject=f"[{desk.row(number).token}]"))[0].verdict == "new"
    do(desk, bin.restore, [number])
    with desk.store.work() as work:
        assert set(listing.search_ids(work, desk.boss, "burns")) == {number, number + 1}
    with pytest.raises(NotFound):
        do(desk, bin.restore, [number])


def test_a_deleted_message_stands_in_the_bin_without_its_ticket(desk: Desk) -> None:
    number = desk.ticket()
    with pytest.raises(BadData, match="Delete the ticket"):
        do(desk, bin.delete_messages, [newest(desk, number)])
    note = do(desk, messages.note, number, "a wrong word")
    answer = do(desk, messages.reply, number, "Use water.")
    with pytest.raises(BadData, match="not left yet"):
        do(desk, bin.delete_messages, [answer])
    do(desk, bin.delete_messages, [note])
    with desk.store.work() as work:
        assert [one.message_id for one in bin.listed(work, desk.boss)] == [note]
        assert list(listing.search_ids(work, desk.boss, "wrong")) == []
    assert desk.row(number).messages == 2
    do(desk, bin.restore, (), [note])
    with desk.store.work() as work:
        assert list(listing.search_ids(work, desk.boss, "wrong")) == [number]
    assert desk.row(number).messages == 3


def test_what_is_purged_is_gone_but_for_a_line_of_history(desk: Desk) -> None:
    raw = desk.letter(subject="canary subject", text="canary text", sender="canary@gone.example")
    number = desk.receive(raw)[0].ticket_id or 0
    merged = desk.ticket(subject="canary two", sender="canary@gone.example")
    stays = desk.ticket(subject="stays")
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="public", body="canary answer")
        drafts.attach(work, desk.boss, "k", "canary.txt", "text/plain", b"canary file")
        messages.reply(work, desk.boss, number, "canary answer", draft_key="k")
        messages.note(work, desk.colleague, number, "canary note")
        drafts.save(work, desk.boss, key="l", ticket_id=number, visibility="internal", body="canary half")
        tickets.set_subject(work, desk.boss, number, "canary renamed")
        work.update(t.delivery, 3, blob_sha256=work.value(select(t.delivery.c.blob_sha256)))
    do(desk, merging.merge, [merged], number)
    with pytest.raises(NotFound):
        do(desk, bin.purge, [number])
    do(desk, bin.delete, [number])
    with pytest.raises(NotAllowed):
        do(desk, bin.purge, [number], actor=desk.colleague)
    assert everything(desk).count("canary") > 10
    with desk.store.work(write=True) as work:
        # another letter uses the same bytes: they stay till that one goes
        shared = work.value(select(t.delivery.c.blob_sha256).where(t.delivery.c.id == 3))
    done = do(desk, bin.purge, [number])
    assert (done.tickets, done.messages) == (2, 4) and done.bytes > 0
    with desk.store.work(write=True) as work:
        assert b"canary text" in blobs.get(work, shared)
        work.execute(
            t.delivery.update().where(t.delivery.c.id == 3).values(blob_sha256=blobs.put(work, b"x"))
        )
        blobs.remove_unused(work, [shared])
    left = everything(desk)
    assert "canary" not in left.replace("'canary@gone.example'", ""), [
        line for line in left.split("\n") if "canary" in line
    ]
    with desk.store.work() as work:
        acts = work.values(select(t.event.c.act).where(t.event.c.ticket_id == number).order_by(t.event.c.id))
        assert acts[-1] == "ticket.purge" and "message.reply" in acts
        assert work.values(select(t.ticket.c.id)) == [stays]
    # the same letter, delivered again, does not come back
    assert desk.receive(raw)[0].verdict == "ignored"


def test_every_row_that_points_at_a_ticket_or_message_is_thought_of() -> None:
    known = {(table.name, "ticket_id") for table in purging.GO_WITH_TICKET}
    known |= {(table.name, "message_id") for table in purging.GO_WITH_MESSAGE}
    known |= {(table.name, column) for table, column in purging.LET_GO}
    known |= {
        ("message", "ticket_id"), ("draft", "ticket_id"), ("ticket", "merged_into"),
        ("ticket_link", "ticket_id"), ("ticket_link", "other_id"),
        ("outgoing", "ticket_id"), ("outgoing", "message_id"),
    }  # fmt: skip
    pointing = {
        (table.name, key.parent.name)
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname in ("ticket.id", "message.id")
    }
    assert pointing <= known
    bytes_of = {
        (table.name, key.parent.name)
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "blob.sha256"
    }
    assert bytes_of <= {(column.table.name, column.name) for column in blobs._USERS}


def test_the_bin_empties_itself_after_its_days(desk: Desk, clock: Clock) -> None:
    first, second = desk.ticket(), desk.ticket(subject="second")
    undone = do(desk, messages.note, second, "never said")
    do(desk, undo.undo)
    do(desk, bin.delete, [first])
    clock.forward(days=29)
    with desk.store.work(write=True) as work:
        assert bin.due(work) == 0 and not bin.waits(work)
    clock.forward(days=2)
    with desk.store.work(write=True) as work:
        assert bin.waits(work)
        settings.set(work, desk.boss, "bin_days", 0)
        assert bin.due(work) == 0
        settings.set(work, desk.boss, "bin_days", 30)
        assert bin.due(work) == 3  # the ticket with its message, and the note
        assert work.values(select(t.ticket.c.id)) == [second]
        assert undone not in work.values(select(t.message.c.id))
        assert counts.all_places(work) == counts.counted(work)
    assert "never said" not in everything(desk)


def test_notices_seen_long_ago_are_dropped_and_unseen_ones_stay(desk: Desk, clock: Clock) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
    with desk.store.work(write=True) as work:
        assert notifications.seen(work, desk.boss) == 1  # the new ticket of nobody
    clock.forward(days=29)
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "bin_days", 0)
        assert not bin.waits(work)
        settings.set(work, desk.boss, "notification_days", 28)
        assert bin.waits(work)
        bin.due(work)
        assert work.values(select(t.notification.c.agent_id)) == [desk.colleague.agent_id]
        assert not bin.waits(work)


def test_spam_goes_with_its_letter_and_comes_back_while_the_letter_is_where_it_was(desk: Desk) -> None:
    first, second = (
        desk.ticket(sender="spam@bad.example"),
        desk.ticket(subject="two", sender="spam@bad.example"),
    )
    done = do(desk, bin.spam, [first], actor=desk.colleague)
    assert (done.tickets, done.copies) == ((first,), 1)
    with desk.store.work() as work:
        assert [one.wish for one in folders.wished(work, desk.account_id, 10)] == ["junk"]
        assert [one.ticket_id for one in bin.listed(work, desk.boss)] == [first]
    undone = do(desk, undo.undo, actor=desk.colleague)
    assert undone.notes == ()
    with desk.store.work() as work:
        assert folders.wished(work, desk.account_id, 10) == []
        assert bin.listed(work, desk.boss) == []
    do(desk, bin.spam_message, newest(desk, second), actor=desk.colleague)
    with desk.store.work(write=True) as work:
        (wish,) = folders.wished(work, desk.account_id, 10)
        folders.fulfilled(work, wish)
    undone = do(desk, undo.undo, actor=desk.colleague)
    assert "stays where it is" in undone.notes[0]
    with desk.store.work() as work:
        assert set(listing.ticket_ids(work, desk.boss, "all")) == {first, second}


def test_spam_in_somebody_elses_ticket_takes_only_itself(desk: Desk) -> None:
    number = desk.ticket()
    outcome = desk.receive(desk.letter(sender="spam@bad.example", subject=f"[{desk.row(number).token}]"))[0]
    assert outcome.verdict == "append unverified"
    done = do(desk, bin.spam_message, outcome.message_id, actor=desk.colleague)
    assert (done.tickets, done.messages, done.copies) == ((), (outcome.message_id,), 1)
    assert desk.row(number).messages == 1


def test_a_file_of_a_purged_message_is_nowhere(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="internal", body="see")
        drafts.attach(work, desk.boss, "k", "plan.txt", "text/plain", b"the canary plan")
        note = messages.note(work, desk.boss, number, "see", draft_key="k")
        file = work.value(select(t.attachment.c.id))
    do(desk, bin.delete_messages, [note])
    with desk.store.work() as work, pytest.raises(NotFound):
        attachments.read(work, desk.boss, file)
    done = do(desk, bin.purge, (), [note])
    assert done.messages == 1 and "canary" not in everything(desk)
