"""Letters two agents treat at once, their sections, and their files before any ticket is made of them."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import pytest

from deskterm.desk import (
    accounts,
    attachments,
    blacklist,
    junk,
    letters,
    section_numbers,
    senders,
    triage,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Changed, NotAllowed, NotFound
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Desk


def held(desk: Desk) -> int:
    """A machine's letter, which waits in triage."""
    return desk.receive(desk.letter(Auto_Submitted="auto-replied"))[0].letter_id or 0


def stopped(desk: Desk) -> tuple[int, int]:
    """A refused letter and a blocked one."""
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"who_may_write": "registered"})
        blacklist.add(work, desk.boss, "bad.example")
    first, second = desk.receive(desk.letter(), desk.letter(sender="x@bad.example"))
    assert (first.verdict, second.verdict) == ("refused", "blocked")
    return first.letter_id or 0, second.letter_id or 0


def totals(desk: Desk, who: Actor | None = None) -> dict[str, tuple[int, int]]:
    with desk.store.work() as work:
        rows = {row.key: row for row in section_numbers.rows(work, who or desk.boss)}
        assert not rows["refused"].bold and not rows["blocked"].bold
        return {key: (rows[key].unread, rows[key].total) for key in ("triage", "refused", "blocked")}


@pytest.mark.parametrize(
    "act", [triage.make_ticket, triage.reviewed, triage.block, triage.review_and_close, junk.mark]
)
def test_an_act_on_a_letter_somebody_changed_since_says_who(desk: Desk, act: Callable[..., Any]) -> None:
    number = held(desk)
    with desk.store.work() as work:
        seen = letters.one(work, desk.boss, number).version
    with desk.store.work(write=True) as work:
        triage.reviewed(work, desk.colleague, number, seen)
    with pytest.raises(Changed) as told, desk.store.work(write=True) as work:
        act(work, desk.boss, number, seen_version=seen)
    assert told.value.who == desk.colleague.name
    with desk.store.work(write=True) as work:
        act(work, desk.boss, number)
        # what one did oneself is nothing to be warned of
        triage.reviewed(work, desk.boss, number, seen)


def test_stopped_letters_leave_their_sections_by_what_is_decided(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    refused, blocked = stopped(desk)
    again, _other = stopped(desk)
    assert totals(desk) == {"triage": (0, 0), "refused": (0, 2), "blocked": (0, 2)}
    assert totals(desk, make_agent("vera", "viewer")) == dict.fromkeys(
        ("triage", "refused", "blocked"), (0, 0)
    )
    with desk.store.work(write=True) as work:
        triage.release(work, desk.boss, blocked)
        junk.mark(work, desk.boss, again)
        senders.register_and_process(work, desk.boss, refused)
    assert totals(desk) == {"triage": (0, 0), "refused": (0, 0), "blocked": (0, 1)}


def test_letters_sorted_by_their_tickets_come_page_by_page(desk: Desk) -> None:
    numbers = [held(desk) for _each in range(4)]
    with desk.store.work(write=True) as work:
        for place, number in enumerate(numbers):
            for _each in range((1, 0, 2, 1)[place]):
                triage.make_ticket(work, desk.boss, number)
        work.execute(t.letter.update().values(triage="waiting"))
    with desk.store.work() as work:
        found: list[int] = []
        after = None
        while True:
            page = letters.held(work, desk.boss, sort="tickets", after=after, limit=2)
            found += [row.id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert found == [numbers[2], numbers[3], numbers[0], numbers[1]]
        for made, wanted in (("none", [1]), ("some", [3, 2, 0]), ("several", [2])):
            rows = letters.held(work, desk.boss, made=made).rows
            assert [row.id for row in rows] == [numbers[place] for place in wanted], made
    with desk.store.work(write=True) as work:
        triage.reviewed(work, desk.boss, numbers[3])
        for looked_at, count in ((False, 3), (True, 4)):
            assert len(letters.held(work, desk.boss, looked_at=looked_at).rows) == count


def test_a_file_of_a_held_letter_is_read_by_who_may_treat_letters_only(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    message: Any = message_from_bytes(desk.letter(Auto_Submitted="auto-replied"))
    text = message.as_string().replace(
        "\n\n", '\nContent-Disposition: attachment; filename="../jam.txt"\n\n', 1
    )
    number = desk.receive(text.encode())[0].letter_id or 0
    with desk.store.work() as work:
        name, _type, data = attachments.read_letter_part(work, desk.colleague, number, 0)
        assert "jam.txt" in name and data.startswith(b"It burns")
        with pytest.raises(NotFound):
            attachments.read_letter_part(work, desk.colleague, number, 7)
    with pytest.raises(NotAllowed), desk.store.work() as work:
        attachments.read_letter_part(work, make_agent("vera", "viewer"), number, 0)
