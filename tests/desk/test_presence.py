"""Who is at a ticket, as others may know it; and what a console is told when something goes out of sight."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from deskterm.config import Home
from deskterm.desk import actor as actors
from deskterm.desk import agents, feed, messages, outbox, presence, tickets
from deskterm.desk.actor import Actor
from deskterm.store import tables as t
from deskterm.store.alive import FOLDER, SignOfLife
from deskterm.store.engine import Store
from deskterm.store.feed import Feed
from tests.screens.desk import Desk

HOLDER = """
import sys
from deskterm.config import Home
from deskterm.store.alive import SignOfLife
from deskterm.store.feed import Feed
from deskterm.store.opening import open_store
store = open_store(Home.find())
feed = Feed(store, SignOfLife(store, sys.argv[1]))
print("here", flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Team:
    desk: Desk
    store: Store
    olga: Actor
    """Sees everything."""
    ivan: Actor
    """Sees his own tickets only."""

    def there(self, actor: Actor) -> list[tuple[int, str, bool]]:
        with self.store.work() as work:
            there, _elsewhere, _living = presence.others(work, actor, "mine")
        return [(one.ticket_id, one.name, one.answering) for one in there]

    def glance(self, actor: Actor, after: int) -> list[tuple[str, int | None]]:
        with self.store.work() as work:
            seen = feed.glance(work, actor, after, "mine")
        return [(change.act, change.ticket_id) for change in seen.changes]

    def newest(self) -> int:
        with self.store.work() as work:
            return feed.newest(work)


@pytest.fixture
def team(store: Store, home: Home) -> Iterator[Team]:
    desk = Desk(home, store, actors.settle(store, home))
    with store.work(write=True) as work:
        agents.add(work, desk.actor, "olga", name="Ольга Смирнова")
        agents.add(work, desk.actor, "ivan", name="Ivan", role="agent_own")
        olga, ivan = (actors.of_agent(work, login, "console") for login in ("olga", "ivan"))
    assert olga is not None and ivan is not None
    yield Team(desk, store, olga, ivan)


def test_others_are_seen_at_visible_tickets_until_their_process_ends(team: Team) -> None:
    hers, his = team.desk.ticket("Hers"), team.desk.ticket("His", responsible_id=team.ivan.agent_id)
    console = subprocess.Popen(
        [sys.executable, "-c", HOLDER, "a console"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "DESKTERM_HOME": str(team.desk.home.folder)},
    )
    try:
        assert console.stdout is not None and console.stdout.readline() == b"here\n"
        with team.store.work(write=True) as work:
            presence.look(work, team.olga, "a console", hers, presence.ANSWERING)
        assert team.there(team.desk.actor) == [(hers, "Ольга Смирнова", True)]
        assert team.there(team.ivan) == [], "a ticket he may not see"
        with team.store.work() as work:
            assert presence.online(work) == {team.olga.agent_id}
            assert presence.others(work, team.olga, "mine")[1]
        with team.store.work(write=True) as work:
            presence.look(work, team.olga, "a console", his, presence.VIEWING)
        assert team.there(team.ivan) == [(his, "Ольга Смирнова", False)]
    finally:
        console.kill()
        console.communicate()
    wait_until_gone(team)
    with team.store.work(write=True) as work:
        presence.look(work, team.ivan, "another", None)
        assert work.values(t.presence.select()) == ["another"], "what a crash left is cleared away"


def wait_until_gone(team: Team) -> None:
    """The server of PostgreSQL takes a moment to see that a client is gone."""
    from tests.world.processes import wait_until

    wait_until(lambda: team.there(team.desk.actor) == [], "that she has gone", 60)


def test_a_console_that_ends_well_leaves_no_file(team: Team) -> None:
    life = SignOfLife(team.store, "../../a console")
    feed = Feed(team.store, life)
    if team.store.dialect == "sqlite":
        assert [path.name for path in (team.desk.home.folder / FOLDER).iterdir()] == ["------a-console"]
    with team.store.work(write=True) as work:
        presence.look(work, team.olga, "../../a console", None)
        assert presence.online(work) == {team.olga.agent_id}
        assert presence.last_seen_at(work) == work.now
    feed.close()
    life.end()
    if team.store.dialect == "sqlite":
        assert not list((team.desk.home.folder / FOLDER).iterdir())


def test_who_loses_a_ticket_is_told_that_it_is_gone_and_nothing_else(team: Team) -> None:
    his = team.desk.ticket("His", responsible_id=team.ivan.agent_id)
    other = team.desk.ticket("Not his")
    after = team.newest()
    with team.store.work(write=True) as work:
        tickets.assign(work, team.olga, [his], team.olga.agent_id)
        messages.note(work, team.olga, his, "He did not manage.")
        messages.note(work, team.olga, other, "Nothing for him.")
    assert team.glance(team.ivan, after) == [("", his)]
    with team.store.work() as work:
        assert feed.glance(work, team.ivan, after, "mine").upto == feed.newest(work), "read once, seen or not"


def test_an_answer_taken_back_goes_from_the_screens_of_others(team: Team) -> None:
    number = team.desk.ticket("Printer")
    with team.store.work(write=True) as work:
        message = messages.reply(work, team.olga, number, "Try this.")
    after = team.newest()
    with team.store.work(write=True) as work:
        outgoing = work.value(t.outgoing.select().where(t.outgoing.c.message_id == message))
        outbox.withdraw(work, team.olga, outgoing)
    with team.store.work(write=True) as work:
        agents.add(work, team.desk.actor, "boris", name="Boris")
        boris = actors.of_agent(work, "boris", "console")
    assert boris is not None
    assert number in {ticket for _act, ticket in team.glance(boris, after)}, "his list is read again"


def test_rights_are_those_of_now_and_a_blocked_agent_has_none(team: Team) -> None:
    with team.store.work(write=True) as work:
        assert actors.refresh(work, team.olga) is team.olga, "the same where nothing changed"
        agents.edit(work, team.desk.actor, "olga", {"role": "viewer"})
        now = actors.refresh(work, team.olga)
        assert "answer" in team.olga.rights and "answer" not in now.rights
        agents.edit(work, team.desk.actor, "olga", {"role": "none"})
        with pytest.raises(actors.NotAllowed, match="no access"):
            actors.refresh(work, team.olga)
        agents.edit(work, team.desk.actor, "olga", {"active": False})
        with pytest.raises(actors.NotAllowed, match="no longer active"):
            actors.refresh(work, team.olga)
