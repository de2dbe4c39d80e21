"""Machines that answer each other fall silent by themselves: desks, vacations, bouncers, forwarders.

The letters are carried by the test; on the way everything is taken off that tells a machine, as bad
relays and forwarders do: only what a person sees of a letter stays.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from deskterm.config import Home
from deskterm.desk import accounts, actor, dispatch, muting, observers, settings
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived, Outcome
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from tests.desk.conftest import Clock

ROUNDS = 40
STAYS = ("from", "to", "subject", "date", "mime-version", "content-type", "content-transfer-encoding")
NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class Sent:
    state: str = "sent"
    code: int | None = 250
    text: str = "ok"


@dataclass
class Side:
    """One desk: its store, its mailbox, and what it has sent by itself."""

    store: Store
    boss: Actor
    address: str
    account_id: int
    automatic: list[bytes] = field(default_factory=list)

    def post(self) -> list[tuple[str, bytes]]:
        """What is due leaves: (recipient, bytes)."""
        with self.store.work(write=True) as work:
            claimed = dispatch.claim(work, 1)
        for one in claimed:
            with self.store.work(write=True) as work:
                dispatch.settle(work, one.outgoing_id, {address: Sent() for address in one.recipients})
            if one.automatic:
                self.automatic.append(one.raw)
        return [(address, one.raw) for one in claimed for address in one.recipients]

    def get(self, raw: bytes) -> Outcome:
        with self.store.work(write=True) as work:
            (id,) = receive.store(
                work, self.account_id, "INBOX", "1", [Arrived(str(next(NUMBERS)), raw, work.now)]
            )
        with self.store.work(write=True) as work:
            return receive.process(work, [receive.prepare(id, read_letter(raw))])[0]

    def flags(self) -> list[str]:
        """Why automatic answers stopped, ticket by ticket, '' where they did not."""
        with self.store.work() as work:
            return list(work.values(select(t.ticket.c.muted).order_by(t.ticket.c.id)))

    def muted(self) -> list[str]:
        with self.store.work() as work:
            return [one.address for one in muting.listed(work, self.boss)]


@contextmanager
def opened(home: Home, address: str, clock: Clock) -> Iterator[Side]:
    store = open_store(home)
    store.clock = clock
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        account_id = accounts.add(
            work,
            boss,
            accounts.AccountInput(
                address=address, name=address, incoming_host="localhost", outgoing_host="localhost"
            ),
        )
    yield Side(store, boss, address, account_id)
    store.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 2, 12, 0, tzinfo=UTC))


@pytest.fixture
def desk(home: Home, clock: Clock) -> Iterator[Side]:
    with opened(home, "support@one.example", clock) as side:
        yield side


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Side]:
    folder = tmp_path / "other"
    folder.mkdir(mode=0o700)
    with opened(Home.find(str(folder), {}), "help@two.example", clock) as side:
        yield side


def letter(sender: str, to: str, subject: str, text: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    second = next(NUMBERS)  # no two letters are the same to the byte
    message["Date"] = f"Mon, 02 Nov 2026 11:{second // 60 % 60:02}:{second % 60:02} +0000"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def stripped(raw: bytes) -> bytes:
    """The letter without anything that tells where it belongs or that a machine wrote it."""
    message = email.message_from_bytes(raw)
    for name in list(message):
        if name.casefold() not in STAYS:
            del message[name]
    return message.as_bytes()


def as_it_is(raw: bytes) -> bytes:
    return raw


def subject_of(raw: bytes) -> str:
    return str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"])


def text_of(raw: bytes) -> str:
    part = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def let_them_write(
    sides: list[Side],
    clock: Clock,
    relay: Callable[[bytes], bytes] = stripped,
    seconds: float = 3,
    machines: dict[str, Callable[[bytes], bytes]] | None = None,
) -> None:
    """Carry letters until nobody writes any more; a machine answers to the desk whatever it gets."""
    answers = machines or {}
    by_address = {side.address: side for side in sides}
    for _round in range(ROUNDS):
        on_the_way = [(side, *one) for side in sides for one in side.post()]
        if not on_the_way:
            return
        for side, to, raw in on_the_way:
            clock.forward(seconds=seconds)
            if to in by_address:
                by_address[to].get(relay(raw))
            elif to in answers:
                side.get(relay(answers[to](raw)))
    raise AssertionError(f"they still write after {ROUNDS} rounds")


@pytest.mark.parametrize(("relay", "most"), [(stripped, 3), (as_it_is, 2)])
def test_two_desks_fall_silent(
    desk: Side, other: Side, clock: Clock, relay: Callable[[bytes], bytes], most: int
) -> None:
    desk.get(letter(f"Two <{other.address}>", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk, other], clock, relay)
    total = len(desk.automatic) + len(other.automatic)
    assert 1 <= total <= most
    if relay is stripped:
        assert any(desk.flags() + other.flags()), "a ticket says why"
        assert desk.muted() or other.muted()


def test_two_slow_desks_fall_silent_too(desk: Side, other: Side, clock: Clock) -> None:
    desk.get(letter(f"Two <{other.address}>", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk, other], clock, seconds=400)
    assert len(desk.automatic) + len(other.automatic) <= 8
    assert any(desk.flags() + other.flags())


def test_desks_that_observe_each_other_fall_silent(desk: Side, other: Side, clock: Clock) -> None:
    for side, watcher in ((desk, other.address), (other, desk.address)):
        with side.store.work(write=True) as work:
            observers.add(work, side.boss, watcher)
            settings.set(work, side.boss, "automatic_per_address_hour", 0)
    desk.get(letter("ann@customer.example", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk, other], clock)
    assert len(desk.automatic) + len(other.automatic) <= 4
    assert desk.muted() or other.muted()


def test_a_vacation_responder_nothing_marks(desk: Side, clock: Clock) -> None:
    def on_holiday(raw: bytes) -> bytes:
        return letter("ann@customer.example", desk.address, "Back on Monday", "I am away until Monday.")

    desk.get(letter("ann@customer.example", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk], clock, machines={"ann@customer.example": on_holiday})
    assert len(desk.automatic) == 2
    assert desk.flags()[:2] == ["", ""] and "machines" in desk.flags()[2]
    assert desk.muted() == ["ann@customer.example"]


def test_a_responder_that_quotes_and_counts(desk: Side, clock: Clock) -> None:
    def numbered(raw: bytes) -> bytes:
        quoted = "".join(f"> {line}\n" for line in text_of(raw).splitlines())
        words = f"Your request REQ-{next(NUMBERS)} is in our queue.\n\n{quoted}"
        return letter("desk@vendor.example", desk.address, f"Re: {subject_of(raw).partition('[')[0]}", words)

    desk.get(letter("desk@vendor.example", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk], clock, machines={"desk@vendor.example": numbered})
    assert len(desk.automatic) <= 3
    assert desk.muted() == ["desk@vendor.example"]


@pytest.mark.parametrize("bouncer", ["MAILER-DAEMON@mx.example", "mailsystem@mx.example", "jane@mx.example"])
def test_a_bouncing_address(desk: Side, clock: Clock, bouncer: str) -> None:
    def bounce(raw: bytes) -> bytes:
        words = f"Your message could not be delivered to gone@mx.example.\n\n{text_of(raw)}"
        return letter(bouncer, desk.address, "Undelivered Mail Returned to Sender", words)

    desk.get(letter("gone@mx.example", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk], clock, machines={"gone@mx.example": bounce, bouncer: bounce})
    assert 1 <= len(desk.automatic) <= 3


@pytest.mark.parametrize("keeps_sender", [True, False])
def test_a_ring_of_forwarders(desk: Side, clock: Clock, keeps_sender: bool) -> None:
    def forward(raw: bytes) -> bytes:
        """One forwards to the next, and that one to the desk."""
        sender = desk.address if keeps_sender else "b@forwarder.example"
        return letter(sender, desk.address, subject_of(raw), text_of(raw))

    ring = {"a@forwarder.example": forward, "b@forwarder.example": forward}
    desk.get(letter("a@forwarder.example", desk.address, "Invoice", "Please look at our invoice."))
    let_them_write([desk], clock, machines=ring)
    assert 1 <= len(desk.automatic) <= 3


def test_two_desks_a_vacation_a_bouncer_and_a_forwarder_in_one_ring(
    desk: Side, other: Side, clock: Clock
) -> None:
    """Each believes what it gets to be a customer's and passes it on to the next."""
    away, forwarder = "ann@customer.example", "all@forwarder.example"
    gone, daemon = "gone@mx.example", "mailsystem@mx.example"
    sides = {desk.address: desk, other.address: other}

    def on_holiday(raw: bytes) -> tuple[str, bytes]:
        return forwarder, letter(away, forwarder, "Back on Monday", "I am away until Monday.")

    def forward(raw: bytes) -> tuple[str, bytes]:
        return other.address, letter(gone, other.address, subject_of(raw), text_of(raw))

    def bounce(raw: bytes) -> tuple[str, bytes]:
        words = f"Your message could not be delivered to {gone}.\n\n{text_of(raw)}"
        return desk.address, letter(daemon, desk.address, "Undelivered Mail Returned to Sender", words)

    machines = {away: on_holiday, forwarder: forward, gone: bounce, daemon: bounce}
    on_the_way = [(desk.address, letter(away, desk.address, "Invoice", "Please look at our invoice."))]
    steps = 0
    while on_the_way:
        to, raw = on_the_way.pop(0)
        clock.forward(seconds=3)
        if to in machines:
            on_the_way.append(machines[to](raw))
        elif to in sides:
            sides[to].get(stripped(raw))
            on_the_way += sides[to].post()
        steps += 1
        assert steps <= 6 * ROUNDS, "they still write"
    assert 2 <= len(desk.automatic) + len(other.automatic) <= 3


def test_a_person_who_writes_the_same_thing_again_is_no_machine(desk: Side, clock: Clock) -> None:
    for _again in range(5):
        desk.get(letter("ann@customer.example", desk.address, "Help", "Please call me back."))
        desk.post()
        clock.forward(seconds=5)
    for number in range(5):
        desk.get(letter("bo@customer.example", desk.address, f"Post {number}", f"Please post bill {number}."))
        desk.post()
        clock.forward(seconds=5)
    assert len(desk.automatic) == 10
    assert desk.muted() == []


def test_too_many_letters_to_one_ticket_mute_their_sender_until_it_is_lifted(
    desk: Side, clock: Clock
) -> None:
    number = desk.get(letter("ann@customer.example", desk.address, "Help", "One")).ticket_id
    with desk.store.work() as work:
        token = work.value(select(t.ticket.c.token).where(t.ticket.c.id == number))
    for n in range(5):
        desk.get(letter("ann@customer.example", desk.address, f"Help [{token}]", f"And {n}"))
    assert desk.muted() == ["ann@customer.example"] and desk.flags()[0] != ""
    desk.get(letter("ann@customer.example", desk.address, "Another", "matter"))
    assert len(desk.post()) == 1, "only the first letter was confirmed"
    assert "stopped" in desk.flags()[1]
    clock.forward(hours=2)
    with desk.store.work(write=True) as work:
        muting.lift(work, desk.boss, "Ann@customer.example")
        with pytest.raises(NotFound):
            muting.lift(work, desk.boss, "ann@customer.example")
    assert desk.flags() == ["", ""]
    desk.get(letter("ann@customer.example", desk.address, "A third", "matter"))
    assert len(desk.post()) == 1


def test_too_many_tickets_of_one_address_mute_it(desk: Side) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "automatic_per_address_hour", 100)
    for n in range(23):
        desk.get(letter("form@site.example", desk.address, f"Order {n}", f"An order of {n} things"))
    flags = desk.flags()
    assert flags[:20] == [""] * 20 and all(flags[20:])
    assert desk.muted() == ["form@site.example"]
