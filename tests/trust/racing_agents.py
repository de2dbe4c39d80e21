"""Many agents at once on few tickets, each a process that asks the desk as the console does, by its link.

`python -m tests.trust.racing_agents FOLDER AGENTS ACTS SEED` imports once and forks an agent, a customer who
keeps writing, and a worker that sends for each order; each writes what it did as JSON into FOLDER.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

import deskterm.desk.messages
import deskterm.desk.since  # noqa: F401  imported once, before the agents are forked
from deskterm.config import Home
from deskterm.desk import dispatch, listing
from deskterm.desk.dispatch import Claimed
from deskterm.desk.errors import Changed, SeenNewer, TakenBack
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.errors import TRY_AGAIN, StoreError
from deskterm.store.opening import open_store
from deskterm.store.work import Work
from tests.screens.desk import Desk

ACTS = ("reply", "reply", "reply", "note", "status", "status", "assign", "assign", "rubric")
STOP = "stop"
"""The file that ends customer and worker."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a server says of a letter that it took."""

    state: str = "sent"
    code: int = 250
    text: str = "taken"


class Agent:
    """One agent's console without a screen."""

    def __init__(self, login: str, seed: int) -> None:
        self.link = DeskLink(Home.find(), login)
        asyncio.run(self.link.open())
        self.chance = random.Random(seed)
        self.login = login
        self.answers: list[dict[str, Any]] = []
        """Each answer by its draft: its message, and the newest message its author had been shown."""
        self.done = dict.fromkeys((*ACTS, "shown", "dropped", "asked", "yielded", "busy"), 0)
        with self.link.store.work() as work:
            self.tickets = work.values(select(t.ticket.c.id))
            self.choices: dict[str, list[int | None]] = {
                "assign": [None, *(one.id for one in listing.agents(work))],
                "status": [one.id for one in listing.statuses(work)],
                "rubric": [None, *(one.id for one in listing.rubrics(work))],
            }

    def ask(self, path: str, *arguments: Any, **named: Any) -> Any:
        return self.link.run(path, arguments, named, write=False)

    def do(self, path: str, *arguments: Any, **named: Any) -> Any:
        """Do an act; where the store says that it is busy, press the key again."""
        while True:
            try:
                return self.link.run(path, arguments, named, write=True)
            except Trouble as trouble:
                if not isinstance(trouble.cause, StoreError) or trouble.exit_code != TRY_AGAIN:
                    raise
                self.done["busy"] += 1

    def act(self, number: int) -> None:
        """Open a ticket, look at it, do one thing to it as somebody who saw it so."""
        ticket = self.chance.choice(self.tickets)
        head = self.ask("showing.head", ticket)
        shown = max((row.id for row in self.ask("showing.messages", ticket)), default=0)
        what = self.chance.choice(ACTS)
        self.done[what] += 1
        if what == "reply":
            self.do("presence.look", self.link.console, ticket, "answering")
            self.reply(ticket, f"{self.login}-{number}", shown, head.status_id)
        elif what == "note":
            self.do("messages.note", ticket, f"{self.login} notes {number}", draft_key=f"note-{number}")
        else:
            column = {"assign": "responsible_id", "status": "status_id", "rubric": "rubric_id"}[what]
            act = {"assign": "tickets.assign", "status": "tickets.set_status", "rubric": "tickets.set_rubric"}
            self.set(act[what], ticket, self.chance.choice(self.choices[what]), getattr(head, column))

    def set(self, act: str, ticket: int, value: int | None, seen: int | None) -> None:
        """Set a field; where somebody else set it meanwhile give way, or insist on what was told."""
        while True:
            try:
                self.do(act, [ticket], value, seen=seen)
                return
            except Trouble as trouble:
                if not isinstance(trouble.cause, Changed):
                    raise
                self.done["asked"] += 1
                if self.chance.random() < 0.5:
                    self.done["yielded"] += 1
                    return
                seen = trouble.cause.now

    def reply(self, ticket: int, key: str, shown: int, status: int) -> None:
        """Write, keep the draft, send; what is refused is looked at, then sent, changed or dropped."""
        text = f"An answer of {self.login}."
        self.do(
            "drafts.save", key=key, ticket_id=ticket, visibility="public", body=text, seen_message_id=shown
        )
        keep = False
        while True:
            try:
                message = self.send(ticket, key, text, shown, status, keep)
            except Trouble as trouble:
                if isinstance(trouble.cause, SeenNewer):
                    self.done["shown"] += 1
                    since = self.ask("since.opened", ticket, shown, {})
                    # what came may have gone back to its author since
                    shown = max((body.id for body in since.newer), default=shown)
                    if self.chance.random() < 0.3:
                        self.done["dropped"] += 1
                        self.do("drafts.drop", key)
                        return
                elif isinstance(trouble.cause, Changed):
                    self.done["asked"] += 1
                    status, keep = trouble.cause.now, self.chance.random() < 0.5
                else:
                    raise
            else:
                self.answers.append({"key": key, "ticket": ticket, "message": message, "shown": shown})
                return

    def send(self, ticket: int, key: str, text: str, shown: int, status: int, keep: bool) -> int:
        """Send a draft; now and then by a double key, or from two consoles at the same moment."""

        def once() -> int:
            return int(
                self.do(
                    "messages.reply",
                    ticket,
                    text,
                    draft_key=key,
                    seen_message_id=shown,
                    seen_fields={"status": status},
                    keep_status=keep,
                    undo_seconds=0,
                )
            )

        how = self.chance.random()
        if how < 0.7:
            return once()
        if how < 0.85:
            first = once()
            try:
                assert once() == first, "a draft was sent twice"
            except Trouble as trouble:
                # the worker may have found it overtaken in between, and given it back
                if not isinstance(trouble.cause, TakenBack):
                    raise
            return first
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(once), pool.submit(once)]
        results = [future for future in both if future.exception() is None]
        if not results:
            raise both[0].exception()
        assert len({future.result() for future in results}) == 1, "a draft was sent twice"
        return results[0].result()


def agent(login: str, acts: int, seed: int) -> dict[str, Any]:
    one = Agent(login, seed)
    for number in range(acts):
        one.act(number)
    one.link.close(30)
    return {"answers": one.answers, "done": one.done}


def customer(folder: Path, seed: int) -> dict[str, Any]:
    """Write into one ticket after another until told to stop."""
    home = Home.find()
    store = open_store(home)
    chance = random.Random(seed)
    desk = Desk(home, store, None)
    wrote = 0
    with store.work() as work:
        tickets = work.values(select(t.ticket.c.id))
    while not (folder / STOP).exists():
        with suppress(StoreError), store.work(write=True) as work:
            desk.customer_writes(work, chance.choice(tickets), f"One more thing, {wrote}.")
            wrote += 1
        time.sleep(0.1 + chance.random() / 5)
    store.close()
    return {"wrote": wrote}


def worker(folder: Path) -> dict[str, Any]:
    """Claim and settle as the worker does; of each letter, what was newest in its ticket at its claim."""
    store = open_store(Home.find())
    claims: list[dict[str, Any]] = []
    while True:
        stopping = (folder / STOP).exists()
        claimed, told = patiently(store, claim)
        claims += told
        for letter in claimed:
            results = dict.fromkeys(letter.recipients, Sent())
            patiently(store, partial(dispatch.settle, outgoing_id=letter.outgoing_id, results=results))
        if not claimed and stopping:
            store.close()
            return {"claims": claims}
        if not claimed:
            time.sleep(0.05)


def claim(work: Work) -> tuple[list[Claimed], list[dict[str, Any]]]:
    """What is claimed, with the newest message of each ticket in the same unit of work."""
    claimed = dispatch.claim(work, epoch=1)
    told = []
    for letter in claimed:
        c = t.outgoing.c
        row = work.first(select(c.message_id, c.ticket_id).where(c.id == letter.outgoing_id))
        assert row is not None
        newest = work.value(select(func.max(t.message.c.id)).where(t.message.c.ticket_id == row.ticket_id))
        told += [
            {"outgoing": letter.outgoing_id, "to": to, "message": row.message_id, "newest": newest}
            for to in letter.recipients
        ]
    return claimed, told


def patiently(store: Store, act: Callable[[Work], Any]) -> Any:
    """Do it, again where the store was busy."""
    while True:
        with suppress(StoreError), store.work(write=True) as work:
            return act(work)


def forked(folder: Path, name: str, run: Callable[[], dict[str, Any]]) -> int:
    """Run it in a process of its own that writes its report, or what went wrong."""
    pid = os.fork()
    if pid:
        return pid
    wrong = os.open(folder / f"{name}.wrong", os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(wrong, sys.stderr.fileno())
    code = 1
    try:
        (folder / f"{name}.json").write_text(json.dumps(run()))
        code = 0
    finally:
        if code:
            traceback.print_exc()
        os._exit(code)


def main() -> None:
    folder, agents, acts, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    others = [
        forked(folder, "customer", lambda: customer(folder, seed)),
        forked(folder, "worker", lambda: worker(folder)),
    ]
    racing = [
        forked(
            folder,
            f"agent{number}",
            lambda number=number: agent(f"agent{number}", acts, seed + number),
        )
        for number in range(agents)
    ]
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in racing]
    (folder / STOP).touch()
    codes += [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in others]
    sys.exit(any(codes))


if __name__ == "__main__":
    main()
