"""The black list: what an entry blocked, and what a new one would have blocked."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.desk import blacklist, triage
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.store import tables as t
from tests.desk.conftest import Desk


def tried(desk: Desk, value: str, kind: str | None = None, **more: Any) -> list[str]:
    """The subjects of the letters an entry would have blocked, the newest first."""
    with desk.store.work() as work:
        return [row.subject for row in blacklist.try_out(work, desk.boss, value, kind, **more).letters]


def test_an_entry_lists_the_letters_it_blocked_and_one_of_them_is_let_in(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        by_domain = blacklist.add(work, desk.boss, "spam.example")
        by_text = blacklist.add(work, desk.boss, "you have won", "text")
    desk.receive(
        desk.letter(sender="a@spam.example", subject="one"),
        desk.letter(sender="b@mail.spam.example", subject="two"),
        desk.letter(subject="YOU have won!"),
        desk.letter(subject="none of them"),
    )
    with desk.store.work(write=True) as work:
        blocked = blacklist.blocked_by(work, desk.boss, by_domain)
        assert [(row.subject, row.verdict, row.tickets) for row in blocked] == [
            ("two", "blocked", ()),
            ("one", "blocked", ()),
        ]
        assert [row.subject for row in blacklist.blocked_by(work, desk.boss, by_text)] == ["YOU have won!"]
        number = triage.release(work, desk.boss, blocked[1].id)
        assert [row.tickets for row in blacklist.blocked_by(work, desk.boss, by_domain)] == [(), (number,)]


def test_an_entry_is_tried_on_stored_mail_and_changes_nothing(desk: Desk) -> None:
    desk.receive(
        desk.letter(sender="Ann@Customer.example", subject="address"),
        desk.letter(sender="x@mail.customer.example", subject="below"),
        desk.letter(sender="x@notcustomer.example", subject="beside", text="Скидка 50%_ сегодня"),
    )
    before = len(desk.sent())
    assert tried(desk, "ann@CUSTOMER.example") == ["address"]
    assert tried(desk, "@customer.example") == ["below", "address"]
    assert tried(desk, "скидка 50%_", "text") == ["beside"]
    assert tried(desk, "скидка 50__", "text") == []
    assert tried(desk, "Below", "text") == ["below"]
    with desk.store.work() as work:
        assert blacklist.active(work) == []
        assert set(work.values(select(t.letter.c.verdict))) == {"new"}
    assert len(desk.sent()) == before


def test_a_text_is_looked_for_in_letters_that_became_no_message_too(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        blacklist.add(work, desk.boss, "spam.example")
    [blocked] = desk.receive(desk.letter(sender="a@spam.example", subject="s", text="deep " * 100 + "secret"))
    assert blocked.verdict == "blocked"
    assert tried(desk, "SECRET", "text") == ["s"]


def test_trying_looks_at_the_newest_letters_and_says_when_it_left_some_out(desk: Desk) -> None:
    desk.receive(*(desk.letter(subject=f"toner {number}") for number in range(3)))
    with desk.store.work() as work:
        some = blacklist.try_out(work, desk.boss, "toner", "text", limit=2)
        assert (some.looked_at, some.all) == (2, False)
        assert [row.subject for row in some.letters] == ["toner 2", "toner 1"]
        every = blacklist.try_out(work, desk.boss, "toner", "text", limit=3)
        assert (every.looked_at, every.all, len(every.letters)) == (3, True, 3)
    assert limits.TRY_OUT_LETTERS >= 1000


def test_an_entry_is_changed_and_keeps_what_it_blocked(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        entry = blacklist.add(work, desk.boss, "spam.example")
        blacklist.add(work, desk.boss, "other.example")
    desk.receive(desk.letter(sender="a@spam.example", subject="one"))
    with desk.store.work(write=True) as work:
        blacklist.edit(work, desk.boss, "spam.example", {"value": "B@spam.example"})
        changed = blacklist.show(work, desk.boss, str(entry))
        assert (changed.kind, changed.value, changed.key) == ("address", "B@spam.example", "b@spam.example")
        assert [row.subject for row in blacklist.blocked_by(work, desk.boss, entry)] == ["one"]
        for value in ("other.example", " "):
            with pytest.raises(BadData):
                blacklist.edit(work, desk.boss, str(entry), {"value": value})
    first, second = desk.receive(desk.letter(sender="a@spam.example"), desk.letter(sender="b@spam.example"))
    assert (first.verdict, second.verdict) == ("new", "blocked")


def test_who_may_not_treat_held_letters_sees_nothing_of_it(desk: Desk, make_agent: Any) -> None:
    viewer = make_agent("vera", "viewer")
    with desk.store.work(write=True) as work:
        entry = blacklist.add(work, desk.boss, "spam.example")
    for act in (
        lambda work: blacklist.blocked_by(work, viewer, entry),
        lambda work: blacklist.try_out(work, viewer, "spam.example"),
        lambda work: blacklist.show(work, viewer, "spam.example"),
        lambda work: blacklist.edit(work, viewer, "spam.example", {"kind": "text"}),
    ):
        with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
            act(work)
    with pytest.raises(NotFound), desk.store.work() as work:
        blacklist.show(work, desk.boss, "nobody.example")
