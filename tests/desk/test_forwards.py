"""Letters that agents pass on to the desk, and how their first writer becomes the customer."""

from __future__ import annotations

import subprocess
from email.message import EmailMessage
from typing import NoReturn

import pytest

from deskterm.desk import agents, clients, forwards, messages, showing, undo
from deskterm.desk.errors import NotFound
from deskterm.mail.limited import LimitedReader
from deskterm.mail.parse import read_letter
from tests.desk.conftest import SUPPORT, Desk
from tests.mail.corpus import raw_letter

AGENT = "alice@orchard.example"
WRITER = "bob@timber.example"


@pytest.fixture
def passed_on(desk: Desk) -> int:
    """A ticket by a letter of Bob's that an agent passed on."""
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"addresses": (AGENT,)})
    outcome = desk.receive(raw_letter("forward-gmail-en"))[0]
    assert outcome.verdict == "new" and outcome.ticket_id is not None
    assert any(WRITER in reason for reason in outcome.reasons), outcome.reasons
    return outcome.ticket_id


def gets(desk: Desk, number: int) -> list[str]:
    with desk.store.work() as work:
        return messages.preview(work, desk.boss, number)


def forbidden(raw: bytes) -> NoReturn:
    raise AssertionError("a letter is read in the process that shows it")


def count_starts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The process of each limited reader that is started from now on."""
    started: list[int] = []
    start = LimitedReader._start

    def counted(reader: LimitedReader) -> subprocess.Popen[bytes]:
        child = start(reader)
        started.append(child.pid)
        return child

    monkeypatch.setattr(LimitedReader, "_start", counted)
    return started


def test_who_wrote_it_is_proposed_and_confirmed_by_one_act(desk: Desk, passed_on: int) -> None:
    with desk.store.work(write=True) as work:
        clients.add(work, desk.boss, "Timber")
        contact = clients.add_contact(work, desk.boss, "Timber", "Bob Hill", [WRITER])
    with desk.store.work() as work:
        assert showing.head(work, desk.boss, passed_on).passed_on == WRITER
    assert not any(WRITER in one for one in gets(desk, passed_on))
    with desk.store.work(write=True) as work:
        forwards.take(work, desk.boss, passed_on)
    row = desk.row(passed_on)
    assert (row.customer, row.customer_key, row.contact_id) == ("Bob Hill", WRITER, contact)
    assert any(WRITER in one for one in gets(desk, passed_on))
    assert not any(AGENT in one for one in gets(desk, passed_on))
    with desk.store.work(write=True) as work:
        assert showing.head(work, desk.boss, passed_on).passed_on == ""
        messages.reply(work, desk.boss, passed_on, "We pay it today.", undo_seconds=0)
    answer = read_letter(desk.last_letter())
    assert WRITER in [to.address for to in answer.to] and AGENT not in [to.address for to in answer.to]
    with pytest.raises(NotFound), desk.store.work(write=True) as work:
        forwards.take(work, desk.boss, passed_on)


def test_it_is_undone(desk: Desk, passed_on: int) -> None:
    before = desk.row(passed_on).customer_key, gets(desk, passed_on)
    with desk.store.work(write=True) as work:
        forwards.take(work, desk.boss, passed_on)
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.boss)
    assert (desk.row(passed_on).customer_key, gets(desk, passed_on)) == before


def test_an_attached_letter_names_its_writer_too(
    desk: Desk, passed_on: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read by the limited reader, and once."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = AGENT, SUPPORT, "Fwd: The door"
    letter["Message-ID"] = "<door@orchard.example>"
    letter.set_content("See attached.")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "Carl <carl@timber.example>", "The door"
    inner.set_content("It does not close.")
    letter.add_attachment(inner)
    number = desk.receive(letter.as_bytes())[0].ticket_id or 0
    monkeypatch.setattr("deskterm.mail.parse.read_letter", forbidden)
    monkeypatch.setattr(forwards, "_SENDERS", {})
    started = count_starts(monkeypatch)
    for _time in range(2):
        with desk.store.work() as work:
            assert showing.head(work, desk.boss, number).passed_on == "carl@timber.example"
    assert len(started) == 1


def test_nothing_is_proposed_of_a_customers_letter_or_one_of_our_own(desk: Desk, passed_on: int) -> None:
    text = "From: {}\nSent: Monday\nTo: us\nSubject: The door\n\nIt is shut."
    subject = "Fwd: The door"
    customers = desk.ticket(sender="carl@timber.example", subject=subject, text=text.format(WRITER))
    own = desk.ticket(sender=AGENT, subject=subject, text=text.format(SUPPORT))
    with desk.store.work() as work:
        for number in (customers, own):
            assert showing.head(work, desk.boss, number).passed_on == ""
