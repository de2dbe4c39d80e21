"""The mail log: a line for whatever was done with a letter, and nothing that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from deskterm.desk import blacklist, dispatch, junk, letters, maillog, messages, settings, showing, triage
from deskterm.desk.errors import BadData, NotAllowed
from deskterm.desk.intake import receive
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Clock, Desk

STRANGER = "eve@evil.example"


@dataclass(frozen=True)
class Said:
    """What a server said of a recipient."""

    state: str
    code: int | None = None
    text: str = ""


def log(desk: Desk, **filters: Any) -> list[maillog.LogRow]:
    """The log as the boss sees it, the oldest first."""
    with desk.store.work() as work:
        return list(reversed(maillog.listed(work, desk.boss, **filters).rows))


def acts(desk: Desk, **filters: Any) -> list[str]:
    return [row.act for row in log(desk, **filters)]


def stolen(desk: Desk, number: int) -> bytes:
    """A stranger's letter with the token of somebody else's ticket."""
    return desk.letter(sender=STRANGER, subject=f"[{desk.row(number).token}] mine too")


def test_each_delivery_is_one_line_with_its_verdict_and_why(desk: Desk) -> None:
    first = desk.letter(Message_ID="<first@customer.example>")
    number = desk.receive(first)[0].ticket_id
    assert number is not None
    desk.receive(first, desk.letter(In_Reply_To="<first@customer.example>"), stolen(desk, number))
    with desk.store.work(write=True) as work:
        blacklist.add(work, desk.boss, "spam.example")
    desk.receive(desk.letter(sender="x@spam.example"))
    rows = log(desk)
    assert [row.act for row in rows] == ["created", "ignored", "appended", "unverified", "blocked"]
    assert [row.ticket_id for row in rows] == [number, number, number, number, None]
    assert (rows[0].account, rows[0].address, rows[0].subject) == (
        SUPPORT,
        "ann@customer.example",
        "The printer is on fire",
    )
    assert all(row.detail and row.letter_id for row in rows)
    assert "black list entry" in rows[-1].detail


def test_a_letter_nobody_could_read_is_a_line_too(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        arrived = receive.Arrived("a", b"\x00", work.now)
        [id] = receive.store(work, desk.account_id, "INBOX", "1", [arrived])
        receive.process(work, [receive.Prepared(id, None, "the reader was killed")])
    [row] = log(desk)
    assert row.act == "held" and "the reader was killed" in row.detail


def test_what_became_of_our_letters_is_logged_per_recipient_with_the_servers_words(desk: Desk) -> None:
    number = desk.ticket(Cc="bob@customer.example")
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Use water.", undo_seconds=0)
    with desk.store.work(write=True) as work:
        claimed = dispatch.claim(work, 1)
        answer = max(claimed, key=lambda one: one.outgoing_id)
        assert set(answer.recipients) == {"ann@customer.example", "bob@customer.example"}
        said = {
            "ann@customer.example": Said("sent", 250, "2.0.0 Ok"),
            "bob@customer.example": Said("failed", 550, "5.1.1 No such user"),
        }
        dispatch.settle(work, answer.outgoing_id, said)
        dispatch.settle(work, claimed[0].outgoing_id, {"ann@customer.example": Said("unknown")})
    rows = [row for row in log(desk) if row.outgoing_id]
    assert [(row.act, row.address, row.detail) for row in rows] == [
        ("sent", "ann@customer.example", "250 2.0.0 Ok"),
        ("failed", "bob@customer.example", "550 5.1.1 No such user"),
        ("unknown", "ann@customer.example", ""),
    ]
    assert {row.ticket_id for row in rows} == {number}


def test_a_server_that_is_away_for_long_is_one_line(desk: Desk, clock: Clock) -> None:
    desk.ticket()
    for _try in range(3):
        clock.forward(minutes=10)
        with desk.store.work(write=True) as work:
            assert len(dispatch.claim(work, 1)) == 1
            dispatch.put_off(work, desk.account_id, 1, "The server cannot be reached.", 300)
    assert acts(desk, act="deferred") == ["deferred"]
    with desk.store.work(write=True) as work:
        clock.forward(minutes=10)
        dispatch.claim(work, 1)
        dispatch.recover(work, 2)
    assert acts(desk, act="unknown") == ["unknown"]


def test_a_confirmation_that_was_stopped_says_why(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "automatic_per_address_hour", 1)
    desk.ticket(subject="one")
    desk.ticket(subject="two")
    [row] = log(desk, act="unanswered")
    assert row.subject == "two" and row.detail


def test_what_a_person_did_with_a_held_letter_names_him(desk: Desk) -> None:
    number = desk.ticket()
    held = [desk.receive(stolen(desk, number))[0] for _each in range(3)]
    with desk.store.work(write=True) as work:
        triage.accept(work, desk.boss, held[0].message_id or 0)
        triage.detach(work, desk.boss, held[1].message_id or 0)
        entry = triage.block(work, desk.boss, held[2].letter_id or 0)
        assert entry
    rows = [row for row in log(desk) if row.letter_id in [one.letter_id for one in held]][3:]
    assert [row.act for row in rows] == ["accepted", "detached", "blocked"]
    assert all(desk.boss.name in row.detail and row.address == STRANGER for row in rows)
    blocked = desk.receive(desk.letter(sender=STRANGER))[0]
    with desk.store.work(write=True) as work:
        triage.release(work, desk.boss, blocked.letter_id or 0)
    assert acts(desk)[-2:] == ["blocked", "released"]


def test_the_log_is_filtered_by_account_rule_address_and_period(desk: Desk, clock: Clock) -> None:
    desk.ticket(subject="early")
    noon = clock.now
    clock.forward(days=1)
    desk.ticket(subject="late", sender="Bob <Bob@Other.example>")
    with desk.store.work(write=True) as work:
        rule = work.insert(t.rule, conditions=[], effects={}, created_at=work.now)
        maillog.note(work, "filed", account_id=desk.account_id + 1, rule_id=rule, subject="ruled")
        work.execute(t.ticket.update().where(t.ticket.c.subject == "early").values(rule_id=rule))

    def subjects(**filters: Any) -> list[str]:
        return [row.subject for row in log(desk, **filters)]

    assert subjects(account=desk.account_id) == ["early", "late"]
    assert subjects(rule=rule) == ["early", "ruled"], "its letters, and what else befell its tickets"
    assert subjects(rule=rule + 1) == []
    assert subjects(address="BOB@other.example") == ["late"]
    assert subjects(address="@other.example") == ["late"]
    assert subjects(since=noon + timedelta(seconds=1)) == ["late", "ruled"]
    assert subjects(since=noon, until=noon + timedelta(hours=1)) == ["early"]
    assert subjects(act="created", until=noon) == []
    with pytest.raises(BadData):
        log(desk, act="eaten")


def test_the_log_is_read_by_pages(desk: Desk) -> None:
    for number in range(5):
        with desk.store.work(write=True) as work:
            maillog.note(work, "filed", account_id=desk.account_id, subject=str(number))
    found: list[str] = []
    after: tuple[Any, ...] | None = None
    with desk.store.work() as work:
        for _page in range(3):
            page = maillog.listed(work, desk.boss, after=after, limit=2)
            found += [row.subject for row in page.rows]
            after = page.after
    assert found == ["4", "3", "2", "1", "0"] and after is None


def test_clearing_touches_nothing_but_the_log(desk: Desk, clock: Clock) -> None:
    desk.ticket(subject="early")
    clock.forward(days=1)
    desk.ticket(subject="late")

    kept = (t.letter, t.delivery, t.ticket, t.message, t.outgoing, t.outbox, t.letter_ticket)

    def everything() -> list[int]:
        with desk.store.work() as work:
            return [work.value(select(func.count()).select_from(table)) for table in kept]

    before = everything()
    with desk.store.work(write=True) as work:
        assert maillog.clear(work, desk.boss, before=clock.now - timedelta(hours=1)) == 1
    assert [row.subject for row in log(desk)] == ["late"]
    with desk.store.work(write=True) as work:
        assert maillog.clear(work, desk.boss) == 1
    assert log(desk) == [] and everything() == before
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        maillog.clear(work, desk.colleague)


def test_the_log_and_the_letters_show_nothing_of_tickets_one_may_not_see(desk: Desk) -> None:
    hidden, own = desk.ticket(subject="hidden"), desk.ticket(subject="own")
    desk.receive(desk.letter(subject="spam", List_Id="<l.example>", sender="x@y.example"))
    with desk.store.work(write=True) as work:
        work.update(t.ticket, own, responsible_id=desk.colleague.agent_id)
        work.update(t.letter, 3, ticket_id=None, verdict="hold", triage="waiting")
        work.execute(t.letter_ticket.delete().where(t.letter_ticket.c.letter_id == 3))
        work.execute(t.mail_log.update().where(t.mail_log.c.letter_id == 3).values(ticket_id=None))
    narrow = replace(desk.colleague, rights=frozenset({"see own", "triage"}))
    with desk.store.work() as work:
        assert {row.subject for row in maillog.listed(work, narrow).rows} == {"own", "spam"}
        assert {row.subject for row in letters.listed(work, narrow).rows} == {"own", "spam"}
        assert letters.tickets_of(work, narrow, [1, 2, 3]) == {2: (own,)}
        assert {row.subject for row in letters.listed(work, desk.boss).rows} == {"hidden", "own", "spam"}
    assert hidden
    viewer = replace(desk.colleague, rights=frozenset({"see own", "see all"}))
    for act in (maillog.listed, letters.listed):
        with pytest.raises(NotAllowed), desk.store.work() as work:
            act(work, viewer)


def test_several_tickets_are_made_of_one_letter_and_it_shows_them_all(desk: Desk) -> None:
    machine = desk.letter(subject="Out of office", Auto_Submitted="auto-replied", text="Two things broke.")
    letter_id = desk.receive(machine)[0].letter_id or 0
    other = desk.ticket(subject="other")
    with desk.store.work(write=True) as work:
        first = triage.make_ticket(work, desk.boss, letter_id)
        second = triage.make_ticket(work, desk.boss, letter_id)
        triage.add_to(work, desk.boss, letter_id, other)
    assert len({first, second, other}) == 3
    with desk.store.work(write=True) as work:
        [line] = letters.listed(work, desk.boss, words="OFFICE out").rows
        assert line.tickets == tuple(sorted((first, second, other)))
        for number in (first, second, other):
            assert showing.messages(work, desk.boss, number)[-1].preview == "Two things broke."
        assert showing.letter_body(work, desk.boss, letter_id).text.strip() == "Two things broke."
        with pytest.raises(BadData):
            triage.add_to(work, desk.boss, letter_id, other)


def test_a_letter_taken_out_of_a_ticket_belongs_to_the_new_one_only(desk: Desk) -> None:
    number = desk.ticket()
    outcome = desk.receive(stolen(desk, number))[0]
    letter_id = outcome.letter_id or 0
    with desk.store.work(write=True) as work:
        assert letters.held(work, desk.boss).rows[0].tickets == (number,)
        other = triage.detach(work, desk.boss, outcome.message_id or 0)
        assert letters.tickets_of(work, desk.boss, [letter_id]) == {letter_id: (other,)}


def test_adding_an_unverified_letter_to_its_own_ticket_accepts_it_and_to_another_moves_it(desk: Desk) -> None:
    number, other = desk.ticket(), desk.ticket(subject="other")
    first, second = desk.receive(stolen(desk, number), stolen(desk, number))
    with desk.store.work(write=True) as work:
        assert triage.add_to(work, desk.boss, first.letter_id or 0, number) == first.message_id
        triage.add_to(work, desk.boss, second.letter_id or 0, other)
        assert [row.unverified for row in showing.messages(work, desk.boss, number)] == [False, False]
        assert len(showing.messages(work, desk.boss, other)) == 2
        assert letters.tickets_of(work, desk.boss, [second.letter_id or 0]) == {second.letter_id: (other,)}
        assert not letters.held(work, desk.boss).rows


def test_junk_is_logged(desk: Desk) -> None:
    outcome = desk.receive(desk.letter())[0]
    with desk.store.work(write=True) as work:
        junk.mark(work, desk.boss, letter_id=outcome.letter_id)
    assert acts(desk)[-1] == "junk"
    assert set(acts(desk)) <= set(maillog.ACTS)
