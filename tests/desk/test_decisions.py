"""Every row of the table of decisions (LETTERS.md) holds for its letters, on a desk in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import select

from deskterm.desk import accounts, agents, blacklist, clients, merging, messages, settings, tickets
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Clock, Desk
from tests.desk.decisions import ADDRESS, OURS, PLUS_ADDRESS, TABLE, TOKEN, Row
from tests.mail.corpus import EXPECTED, raw_letter

OTHER: Final = "Zoe Other <zoe@elsewhere.example>"
PLUS_ADDRESS_HERE: Final = SUPPORT.encode().replace(b"@", b"+" + TOKEN + b"@")


class Scene:
    """A letter about to come to a desk, and the ticket it belongs to."""

    def __init__(self, desk: Desk, clock: Clock, name: str) -> None:
        self.desk = desk
        self.clock = clock
        own = SUPPORT.encode()
        self.raw = raw_letter(name).replace(ADDRESS, own).replace(PLUS_ADDRESS, PLUS_ADDRESS_HERE)
        self.ticket: int | None = None
        letter = read_letter(self.raw)
        self.id = letter.message_id
        self.sender = letter.sender.address if letter.sender else "nobody@romashka.example"

    def first(self, sender: str | None = None, **headers: str) -> int:
        """A ticket by a letter of somebody, the customer himself if nobody is named."""
        self.ticket = self.desk.ticket(
            sender=sender or self.sender, subject="The printer is jammed", **headers
        )
        return self.ticket

    def answer(self, sender: str | None = None) -> int:
        """A ticket we have answered; what the letter says of our answer is made true."""
        number = self.first(sender)
        with self.desk.store.work(write=True) as work:
            messages.reply(work, self.desk.boss, number, "Please open it.", undo_seconds=0)
        id = read_letter(self.desk.last_letter()).message_id
        token = self.desk.row(number).token.removeprefix("#")
        self.raw = self.raw.replace(OURS, id.encode()).replace(TOKEN, token.encode())
        return number


def _colleague(scene: Scene) -> None:
    with scene.desk.store.work(write=True) as work:
        client = clients.add(work, scene.desk.boss, "Orchard")
        for address in (scene.sender, "colleague@orchard.example"):
            clients.add_contact(work, scene.desk.boss, client, address.partition("@")[0], [address])
    scene.answer("colleague@orchard.example")


def _same_letter(scene: Scene) -> None:
    scene.ticket = scene.desk.receive(scene.raw)[0].ticket_id


def _same_id(scene: Scene) -> None:
    scene.first(OTHER, Message_ID=f"<{scene.id}>")


def _guessed(scene: Scene) -> None:
    number = scene.first()
    token = scene.desk.row(number).token.removeprefix("#")
    guessed = token[:-1] + ("a" if token[-1] != "a" else "b")
    scene.raw = scene.raw.replace(TOKEN, guessed.encode())


def _close(scene: Scene) -> None:
    number = scene.answer()
    with scene.desk.store.work(write=True) as work:
        closed = work.value(select(t.status.c.id).where(t.status.c.key == "closed"))
        tickets.set_status(work, scene.desk.boss, [number], closed)


def _close_long_ago(scene: Scene) -> None:
    with scene.desk.store.work(write=True) as work:
        settings.set(work, scene.desk.boss, "reopen_days", 30)
    _close(scene)
    scene.clock.forward(days=31)


def _merge(scene: Scene) -> None:
    number = scene.answer()
    for _time in range(2):
        target = scene.first(OTHER)
        with scene.desk.store.work(write=True) as work:
            merging.merge(work, scene.desk.boss, [number], target)
        number = target


def _account(**changes: str) -> Callable[[Scene], None]:
    def edit(scene: Scene) -> None:
        with scene.desk.store.work(write=True) as work:
            accounts.edit(work, scene.desk.boss, SUPPORT, changes)

    return edit


def _blocked(text: str = "") -> Callable[[Scene], None]:
    def add(scene: Scene) -> None:
        with scene.desk.store.work(write=True) as work:
            blacklist.add(work, scene.desk.boss, text or scene.sender, *(["text"] if text else []))

    return add


def _agent(scene: Scene) -> None:
    with scene.desk.store.work(write=True) as work:
        agents.edit(work, scene.desk.boss, "cora", {"addresses": (scene.sender,)})


BEFORE: Final[dict[str, Callable[[Scene], object]]] = {
    "nothing": lambda scene: None,
    "the same letter": _same_letter,
    "another letter with its Message-ID": _same_id,
    "our answer": lambda scene: scene.answer(),
    "our answer to another": lambda scene: scene.answer(OTHER),
    "our answer to a colleague": _colleague,
    "first letter of the customer": lambda scene: scene.first(Message_ID="<first.irina@romashka.example>"),
    "first letter of another": lambda scene: scene.first(OTHER, Message_ID="<first.irina@romashka.example>"),
    "a letter that mentions the same": lambda scene: scene.first(References="<never.seen@romashka.example>"),
    "a token that is guessed": _guessed,
    "a ticket of that subject": lambda scene: scene.first(),
    "our answer, closed": _close,
    "our answer, closed long ago": _close_long_ago,
    "our answer, merged": _merge,
    "its address on the black list": _blocked(),
    "its text on the black list": _blocked("printer"),
    "registered senders only": _account(who_may_write="registered"),
    "everything for review": _account(who_may_write="review"),
    "its sender is an agent": _agent,
}
"""What a desk has seen or is told before the letter comes."""


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.case)
def test_a_row_of_the_table_holds(desk: Desk, clock: Clock, row: Row) -> None:
    for name in row.letters:
        scene = Scene(desk, clock, name)
        BEFORE[row.there](scene)
        before = len(desk.sent())
        outcome = desk.receive(scene.raw)[0]
        assert outcome.verdict == row.verdict, (name, outcome.reasons)
        if row.ticket:
            assert outcome.ticket_id == scene.ticket, name
        elif row.verdict == "new":
            assert outcome.ticket_id not in (None, scene.ticket), name
        else:
            assert outcome.ticket_id is None, name
        automatic = [sent.kind for sent, _raw in desk.sent()[before:] if sent.automatic]
        assert bool(automatic) == row.answered, (name, automatic)


def test_each_state_is_used_by_some_row() -> None:
    assert {row.there for row in TABLE} == set(BEFORE)
    assert {name for row in TABLE for name in row.letters} <= set(EXPECTED)
