"""`log`, `blacklist show|try|edit`, `letters list` and `doctor --repair`, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deskterm.config import Home
from deskterm.store import tables as t
from deskterm.store.opening import open_store
from tests.cli.conftest import Run

ACCOUNT = "support@example.org"


@pytest.fixture(autouse=True)
def fed(desk: str, run: Run, tmp_path: Path) -> None:
    """A desk that got a customer's letter and a blocked one."""
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--outgoing", "none")
    run("blacklist", "add", "spam.example")
    for number, sender in enumerate(("ann@acme.example", "bad@spam.example")):
        path = tmp_path / f"{number}.eml"
        path.write_text(f"From: {sender}\nSubject: Lottery \x1b[31m {number}\n\nYou have WON.\n")
        run("ingest", str(path), "--account", ACCOUNT)


def logged(run: Run, *filters: str) -> list[Any]:
    rows: list[Any] = run("log", *filters, "--json").json
    return rows


def test_the_log_is_listed_filtered_and_cleared(run: Run) -> None:
    rows = logged(run)
    assert [row["act"] for row in rows] == ["blocked", "created", "unanswered"]
    assert set(rows[0]) == {
        "id",
        "at",
        "act",
        "title",
        "account",
        "rule_id",
        "rule",
        "address",
        "subject",
        "ticket_id",
        "letter_id",
        "outgoing_id",
        "detail",
    }
    assert [row["address"] for row in logged(run, "--address", "@spam.example")] == ["bad@spam.example"]
    assert [row["act"] for row in logged(run, "--act", "created", "--account", ACCOUNT)] == ["created"]
    assert logged(run, "--rule", "1") == logged(run, "--until", "2001-01-01") == []
    assert len(logged(run, "--since", "2001-01-01", "--limit", "2")) == 2
    assert "\x1b" not in run("log").out
    assert run("log", "clear", "--before", "2001-01-01", "--json").json == {"removed": 0}
    assert "3 lines" in run("log", "clear").out
    assert logged(run) == []
    assert len(run("tickets", "list", "--json").json) == 1


def test_what_the_log_is_asked_must_make_sense(run: Run) -> None:
    assert "2026-11-02" in run("log", "--since", "yesterday", code=2).err
    assert "created" in run("log", "--act", "eaten", code=65).err
    assert "There is no account" in run("log", "--account", "x@example.org", code=65).err
    run("agents", "add", "cora", "--role", "agent")
    run("agents", "add", "vera", "--role", "viewer")
    run("--as", "cora", "log")
    assert "may not do this" in run("--as", "cora", "log", "clear", code=77).err
    assert "may not do this" in run("--as", "vera", "log", code=77).err


def test_an_entry_shows_what_it_blocked_and_is_tried_before_it_is_made(run: Run) -> None:
    shown = run("blacklist", "show", "spam.example", "--json").json
    assert (shown["value"], shown["hits"]) == ("spam.example", 1)
    [letter] = shown["letters"]
    assert (letter["from_address"], letter["tickets"]) == ("bad@spam.example", [])
    assert "bad@spam.example" in run("blacklist", "show", "1").out
    ticket = run("letters", "release", str(letter["id"]), "--json").json["ticket"]
    assert run("blacklist", "show", "1", "--json").json["letters"][0]["tickets"] == [ticket]

    tried = run("blacklist", "try", "have won", "--json").json
    assert (tried["kind"], tried["looked_at"], tried["all"]) == ("text", 2, True)
    assert len(tried["letters"]) == 2
    said = run("blacklist", "try", "have won", "--limit", "1").out
    assert "1 letter would have been blocked." in said and "--limit" in said and "\x1b" not in said
    assert len(run("blacklist", "list", "--json").json) == 1

    run("blacklist", "edit", "spam.example", "--value", "spam.test")
    assert run("blacklist", "show", "1", "--json").json["key"] == "spam.test"
    assert "There is no entry" in run("blacklist", "show", "spam.example", code=65).err


def test_letters_are_listed_by_what_became_of_them_account_and_words(run: Run) -> None:
    def subjects(*filters: str) -> list[str]:
        return [row["subject"][-1] for row in run("letters", "list", *filters, "--json").json]

    assert subjects() == []
    assert subjects("--state", "all") == ["1", "0"]
    assert subjects("--state", "blocked") == ["1"]
    assert subjects("--state", "all", "--words", "ACME lottery") == ["0"]
    assert subjects("--state", "all", "--account", ACCOUNT, "--limit", "1") == ["1"]
    [created] = run("letters", "list", "--state", "all", "--words", "acme", "--json").json
    assert created["tickets"] == [created["ticket_id"]]
    shown = run("letters", "show", str(created["id"]), "--json").json
    assert shown["tickets"] == [created["ticket_id"]]


def test_doctor_counts_the_sections_numbers_anew_for_an_administrator(run: Run) -> None:
    store = open_store(Home.find())
    with store.work(write=True) as work:
        work.execute(
            t.ticket_count.insert().values(responsible_id=9, rubric_id=0, status_class="active", number=3)
        )
    store.close()
    found = {one["check"]: one for one in run("doctor", "--json", code=65).json}
    assert found["counters"]["remedy"] == "deskterm doctor --repair"
    run("agents", "add", "cora", "--role", "agent")
    assert "may not do this" in run("--as", "cora", "doctor", "--repair", code=77).err
    mended = {one["check"]: one["state"] for one in run("doctor", "--repair", "--json").json}
    assert mended["repair"] == mended["counters"] == "good"
    assert "repair" not in {one["check"] for one in run("doctor", "--json").json}
