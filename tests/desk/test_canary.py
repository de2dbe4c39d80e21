"""A word in a private note is found by nobody without the right: by no function of the desk, by no command.

Every public function of `desk/` that takes a unit of work and an actor is called, acts too, with the numbers
of the note, its ticket, its files and its author's draft; each call is rolled back.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

import deskterm.desk
from deskterm.cli.main import main
from deskterm.desk import agents, drafts, history, listing, messages, observers, showing, state, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.errors import DeskError
from deskterm.store import blobs
from deskterm.store import tables as t
from deskterm.store.work import Work
from tests.desk.conftest import Desk
from tests.desk.test_canary_mail import everything

CANARY = "plughcanary"
ACTED = "acted: "
_UNSTEADY = re.compile(
    r"[0-9a-f]{32}|datetime\([^)]*\)|0x[0-9a-f]+|<?[\w.+-]+@desk\.example>?|boundary=.*|--=_.*|[\d:]{8}"
)
WORDS = ("query", "words", "text", "subject", "name", "body", "title", "search")
"""Parameters that take what is looked for, or written."""
NONSENSE = "xyzzycanary"
"""As long as the canary, and in no message."""

Make = Callable[[str, str], Actor]


class _RolledBack(Exception):
    """Ends a call."""


@pytest.fixture
def olga(make_agent: Make) -> Actor:
    """Sees all tickets, and no private message of others."""
    return make_agent("olga", "agent")


class Note:
    """A private note of one agent to another, with a file, and a draft of its author."""

    def __init__(self, desk: Desk, number: int) -> None:
        with desk.store.work(write=True) as work:
            observers.add(work, desk.boss, "manager@boss.example")
            for login, address in (("cora", "cora@desk.example"), ("olga", "olga@desk.example")):
                agents.edit(work, desk.boss, login, {"addresses": (address,)})
            olga = work.value(select(t.agent.c.id).where(t.agent.c.login == "olga"))
            work.insert(t.watch, agent_id=olga, ticket_id=number, created_at=work.now)
            draft = self._draft(work, desk, number, "note")
            self.message_id = messages.note(
                work,
                desk.colleague,
                number,
                f"Between us: {CANARY}.",
                visibility="private",
                addressee_id=desk.boss.agent_id,
                draft_key=draft,
            )
            tickets.set_subject(work, desk.colleague, number, "The printer burns")
            self.draft_key = self._draft(work, desk, number, "next")
        self.ticket_id = number
        with desk.store.work() as work:
            self.attachment_ids = work.values(select(t.attachment.c.id))

    def _draft(self, work: Work, desk: Desk, number: int, key: str) -> str:
        drafts.save(
            work,
            desk.colleague,
            key=key,
            ticket_id=number,
            visibility="private",
            addressee_id=desk.boss.agent_id,
            body=f"Between us: {CANARY}.",
        )
        drafts.attach(work, desk.colleague, key, f"{CANARY}.txt", "text/plain", CANARY.encode())
        return key

    def values(self, tmp_path: Path, words: str) -> dict[str, Any]:
        """What parameters of these names are given."""
        return {
            "ticket_id": self.ticket_id,
            "ticket_ids": [self.ticket_id],
            "ids": [self.ticket_id],
            "into": self.ticket_id,
            "to_ticket_id": self.ticket_id,
            "other_id": self.ticket_id,
            "message_id": self.message_id,
            "message_ids": [self.message_id],
            "attachment_id": self.attachment_ids[0],
            "key": self.draft_key,
            "draft_key": self.draft_key,
            "section": "all_active",
            "field": "category",
            "value": None,
            "after": 0,
            "agent_id": 1,
            "client_id": 1,
            "contact_id": 1,
            "letter_id": 1,
            "outgoing_id": 1,
            "account_id": 1,
            "rule_id": 1,
            "article_id": 1,
            "tab_id": 1,
            "view_id": 1,
            "template_id": 1,
            "status_id": 1,
            "rubric_id": None,
            "folder": tmp_path,
            "at": datetime.now(UTC) + timedelta(days=1),
            "until": datetime.now(UTC) + timedelta(days=1),
            "unfolded": frozenset({"all_active", "rubrics"}),
            "states": {},
            **dict.fromkeys(WORDS, words),
        }


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the desk that takes a unit of work and an actor."""
    for module in pkgutil.walk_packages(deskterm.desk.__path__, "deskterm.desk."):
        there: ModuleType = importlib.import_module(module.name)
        for name, function in inspect.getmembers(there, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.name:
                continue
            parameters = list(inspect.signature(function).parameters)
            if parameters[:2] == ["work", "actor"]:
                yield f"{module.name.removeprefix('deskterm.desk.')}.{name}", function


def call(desk: Desk, actor: Actor, function: Callable[..., Any], values: dict[str, Any]) -> str | None:
    """What a function says to an actor, its letters and what it told on screen too; None: not callable so."""
    wanted = list(inspect.signature(function).parameters.values())[2:]
    given = {one.name: values[one.name] for one in wanted if one.name in values}
    if any(one.default is one.empty and one.kind not in (4,) and one.name not in given for one in wanted):
        return None
    said = ""
    with pytest.raises(_RolledBack), desk.store.work(write=True) as work:
        newest = work.value(select(t.outgoing.c.id).order_by(t.outgoing.c.id.desc())) or 0
        try:
            last = history.newest(work)
            said = repr(function(work, actor, **given))
            if history.newest(work) != last:
                said = ACTED + said
            for act in list(work.before_commit):
                act()
        except DeskError as problem:
            said = str(problem)
        except (TypeError, KeyError, AttributeError, ValueError, DBAPIError):
            raise _RolledBack from None  # a value it cannot take
        for row in work.rows(select(t.outgoing).where(t.outgoing.c.id > newest)):
            said += everything(blobs.get(work, row.blob_sha256))
        raise _RolledBack
    return said


def test_no_function_of_the_desk_tells_it_to_who_has_not_the_right(
    desk: Desk, olga: Actor, tmp_path: Path
) -> None:
    note = Note(desk, desk.ticket())
    plain, searched = note.values(tmp_path, "printer"), note.values(tmp_path, CANARY)
    nonsense = note.values(tmp_path, NONSENSE)
    told: dict[str, set[str]] = {"cora": set(), "olga": set()}
    called = 0
    for name, function in functions():
        mine = call(desk, desk.colleague, function, plain)
        if mine is None:
            continue
        called += 1
        told["cora"] |= {name} if CANARY in mine else set()
        his = call(desk, olga, function, plain) or ""
        told["olga"] |= {name} if CANARY in his else set()
        if not set(WORDS) & set(inspect.signature(function).parameters):
            continue
        found = (call(desk, olga, function, searched) or "").replace(CANARY, NONSENSE)
        missed = call(desk, olga, function, nonsense) or ""
        if _steady(found) != _steady(missed):
            told["olga"].add(f"{name} by what it finds")
    assert told["olga"] == set()
    # the same calls by who may: what shows nobody anything would show this test nothing
    assert {"showing.body", "drafts.find", "drafts.of_ticket", "attachments.read"} <= told["cora"], told
    assert called > 100, called


def _steady(said: str) -> str:
    """Without keys drawn at random, and moments; nothing of an act, which draws numbers and finds nothing."""
    return "" if said.startswith(ACTED) else _UNSTEADY.sub("", said)


def test_numbers_order_and_reading_do_not_tell_that_there_is_one(desk: Desk, olga: Actor) -> None:
    desk.ticket(subject="older")
    number = desk.ticket()
    desk.ticket(subject="newer")

    def seen() -> str:
        with desk.store.work() as work:
            head = showing.head(work, olga, number)
            numbers, _line = state.overview(work, olga)
            rows = showing.messages(work, olga, number)
            order = list(listing.ticket_ids(work, olga, "all_active"))
            # the version says that screens read again, not what
            lines = [
                replace(row, version=0) for _id, row in sorted(listing.ticket_rows(work, olga, order).items())
            ]
            return repr((numbers, rows, order, head.messages, lines))

    before = seen()
    with desk.store.work(write=True) as work:
        messages.note(
            work,
            desk.colleague,
            number,
            CANARY,
            visibility="private",
            addressee_id=desk.boss.agent_id,
        )
    assert seen() == before
    with desk.store.work() as work:
        assert len(showing.messages(work, desk.boss, number)) == 2
        assert list(listing.search_ids(work, desk.boss, CANARY)) == [number]
        assert list(listing.search_ids(work, olga, CANARY)) == []


def test_neither_history_nor_logs_nor_letters_hold_it(desk: Desk, olga: Actor) -> None:
    note = Note(desk, desk.ticket())
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, note.ticket_id, "Use water.", undo_seconds=0)
    with desk.store.work() as work:
        for table in (
            t.event,
            t.mail_log,
            t.refusal,
            t.notification,
            t.ticket,
            t.outgoing,
            t.outbox,
            t.letter,
        ):
            assert CANARY not in repr(work.rows(select(table))), table.name
    assert {row.kind for row, _raw in desk.sent()} >= {"answer", "notice", "staff"}
    for _row, raw in desk.sent():
        assert CANARY not in everything(raw)


def test_no_command_prints_it(
    desk: Desk, olga: Actor, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    note = Note(desk, desk.ticket())

    def run(login: str, *words: str) -> str:
        capsys.readouterr()
        main(["--as", login, *words])
        said = capsys.readouterr()
        return said.out + said.err

    number = str(note.ticket_id)
    shown = run("cora", "tickets", "show", number, "--json")
    assert CANARY in shown and json.loads(shown), "her own note"
    for words in _listings(number):
        assert CANARY not in run("olga", *words).replace(f"“{CANARY}”", "").replace(f"'{CANARY}'", ""), words


def _listings(number: str) -> Iterator[list[str]]:
    """Every `list` and `show` there is, the log and the search, as tables and as JSON."""
    from deskterm.cli import application

    for noun, group in sorted(application.tree().commands.items()):
        for verb in getattr(group, "commands", {}):
            if verb in ("list", "show", "history", "messages", "texts"):
                more = [number] if verb != "list" or noun == "participants" else []
                yield [noun, verb, *more]
                yield [noun, verb, *more, "--json"]
    yield ["search", CANARY, "--json"]
    yield ["tickets", "list", "--words", CANARY, "--json"]
    yield ["log", "--json"]
