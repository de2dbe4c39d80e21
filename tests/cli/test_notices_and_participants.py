"""Notices and participants by the command, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("desk")

LETTER = b"""From: Ann Baker <ann@customer.example>
To: support@desk.example
Subject: No toner
Message-ID: <1@customer.example>
Date: Mon, 02 Nov 2026 10:00:00 +0000

None at all.
"""


@pytest.fixture(autouse=True)
def made(desk: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "letter.eml"
    file.write_bytes(LETTER)
    run("accounts", "add", "support@desk.example", "--incoming", "none", "--outgoing", "none")
    run("ingest", str(file), "--account", "support@desk.example")


def test_switches_are_listed_changed_and_reset(run: Run) -> None:
    def row() -> dict[str, object]:
        return {one["kind"]: one for one in run("notices", "list", "--json").json}["category"]

    assert (row()["customer"], row()["administrators"], row()["changed"]) == (True, False, False)
    run("notices", "edit", "category", "--no-customer", "--administrators")
    assert (row()["customer"], row()["administrators"], row()["changed"]) == (False, True, True)
    assert "a new ticket" in run("notices", "list").out
    run("notices", "edit", "category", "--reset")
    assert row()["changed"] is False
    run("notices", "edit", "category", code=2)
    assert "never told" in run("notices", "edit", "internal", "--customer", code=65).err
    run("notices", "edit", "birthday", "--team", code=65)


def test_an_agent_says_how_he_is_told(run: Run) -> None:
    run("notices", "own", "wrote", "--no-mail")
    own = {one["kind"]: one for one in run("notices", "own", "--json").json}
    assert (own["wrote"]["mail"], own["wrote"]["screen"], own["new"]["mail"]) == (False, True, True)
    run("agents", "add", "cora", "--role", "agent")
    run("notices", "own", "new", "--no-screen", "--agent", "cora")
    others = {one["kind"]: one for one in run("notices", "own", "--agent", "cora", "--json").json}
    assert (others["new"]["screen"], others["wrote"]["mail"]) == (False, True)
    run("notices", "own", "new", code=2)
    run("--as", "cora", "notices", "own", "new", "--no-mail", "--agent", "cora")
    run("--as", "cora", "notices", "list", code=77)


def test_participants_are_listed_added_excluded_and_brought_back(run: Run) -> None:
    def gets() -> dict[str, bool]:
        return {one["address"]: one["gets"] for one in run("participants", "list", "1", "--json").json}

    assert gets() == {"ann@customer.example": True}
    run("participants", "add", "1", "bill@customer.example", "--name", "Bill Baker")
    run("participants", "exclude", "1", "Bill@customer.example")
    assert gets() == {"ann@customer.example": True, "bill@customer.example": False}
    assert "excluded" in run("participants", "list", "1").out
    run("participants", "include", "1", "bill@customer.example")
    assert gets()["bill@customer.example"]
    assert "the desk itself" in run("participants", "add", "1", "support@desk.example", code=65).err
    assert "takes no part" in run("participants", "exclude", "1", "x@customer.example", code=65).err
    run("participants", "add", "1", code=2)
    run("participants", "list", "17", code=65)
