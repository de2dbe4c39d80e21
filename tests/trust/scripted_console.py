"""A console without a screen: follows the feed as one does, and acts as fast as the store lets it.

`python -m tests.trust.scripted_console LOGIN SECONDS SEED` prints one JSON object when its time is over.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from typing import Any

from sqlalchemy import select

from deskterm.config import Home
from deskterm.desk import actor as actors
from deskterm.desk import drafts, feed, listing, messages, presence, reading, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Changed
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.feed import Feed
from deskterm.store.opening import open_store

FIELDS = ("responsible_id", "status_id", "rubric_id")
ACTS = (*FIELDS, *FIELDS, "note", "reply", "read", "draft", "list", "beat")
LEAST_ACTS = 60
"""How many it does however slow the machine is."""

LOOK_SECONDS = 0.05


class Console:
    """What it did, and the events it saw."""

    def __init__(self, store: Store, actor: Actor, seed: int) -> None:
        self._store = store
        self._actor = actor
        self._chance = random.Random(seed)
        self._feed = Feed(store)
        self.first_event = self._feed.last
        self.events: list[int] = []
        self.done: dict[str, int] = dict.fromkeys({*ACTS, "changed"}, 0)
        with store.work() as work:
            self._choices = {
                "responsible_id": [None, *(one.id for one in listing.agents(work))],
                "status_id": [one.id for one in listing.statuses(work)],
                "rubric_id": [None, *(one.id for one in listing.rubrics(work))],
            }

    def follow(self, over: threading.Event) -> None:
        """Read what happened whenever the store says that something did."""
        while not over.wait(LOOK_SECONDS):
            if self._feed.poll():
                self.look()

    def look(self) -> None:
        """Read all events after the last one seen."""
        while True:
            with self._store.work() as work:
                changes = feed.changes(work, self._actor, self._feed.last)
            if not changes:
                return
            self.events += [change.event_id for change in changes]
            self._feed.last = changes[-1].event_id

    def act(self) -> None:
        """Do one thing to one ticket, with what a person would have seen of it before."""
        with self._store.work() as work:
            ids = work.values(select(t.ticket.c.id))
            if not ids:
                return
            ticket_id = self._chance.choice(ids)
            seen = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
        assert seen is not None
        what = self._chance.choice(ACTS)
        try:
            with self._store.work(write=what != "list") as work:
                self._do(work, what, ticket_id, seen)
        except Changed:
            self.done["changed"] += 1
        else:
            self.done[what] += 1

    def _do(self, work: Any, what: str, ticket_id: int, seen: Any) -> None:
        actor = self._actor
        text = f"{actor.login} {what} {self.done[what]}"
        if what == "responsible_id":
            agent = self._chance.choice(self._choices[what])
            tickets.assign(work, actor, [ticket_id], agent, seen=seen.responsible_id)
        elif what == "status_id":
            status = self._chance.choice(self._choices[what])
            tickets.set_status(work, actor, [ticket_id], status, seen=seen.status_id)
        elif what == "rubric_id":
            rubric = self._chance.choice(self._choices[what])
            tickets.set_rubric(work, actor, [ticket_id], rubric, seen=seen.rubric_id)
        elif what == "note":
            messages.note(work, actor, ticket_id, text)
        elif what == "reply":
            messages.reply(work, actor, ticket_id, text, seen_message_id=seen.last_message_id, undo_seconds=0)
        elif what == "read":
            reading.read_tickets(work, actor, [ticket_id])
        elif what == "draft":
            key = f"{actor.login}-{ticket_id}"
            drafts.save(work, actor, key=key, ticket_id=ticket_id, visibility="public", body=text)
        elif what == "list":
            listing.tickets(work, actor, "all_active")
        else:
            presence.look(work, actor, actor.login, ticket_id, presence.VIEWING)


def main() -> None:
    """Act and follow for so many seconds at least, then say what was done and seen."""
    login, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    home = Home.find()
    store = open_store(home)
    console = Console(store, actors.settle(store, home, as_login=login), seed)
    over = threading.Event()
    follower = threading.Thread(target=console.follow, args=(over,))
    follower.start()
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until or sum(console.done.values()) < LEAST_ACTS:
            console.act()
    finally:
        over.set()
        follower.join()
    print(json.dumps({"first": console.first_event, "events": console.events, "done": console.done}))
    store.close()


if __name__ == "__main__":
    main()
