"""Merge, split, move, link, delete, undo, watch, favorite, tab and the Bin by the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_tickets import ACCOUNT, letter


@pytest.fixture
def three(desk: str, run: Run, tmp_path: Path) -> str:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    for number in (1, 2, 3):
        run("ingest", letter(tmp_path / "letters", number), "--account", ACCOUNT)
    return desk


def test_tickets_are_merged_split_moved_linked_and_it_is_undone(three: str, run: Run) -> None:
    def numbers() -> list[int]:
        return [row["id"] for row in run("tickets", "list", "--sort", "number", "--ascending", "--json").json]

    assert numbers() == [1, 2, 3]
    assert run("tickets", "merge", "2", "3", "--into", "1", "--json").json == {"tickets": [2, 3], "into": 1}
    assert numbers() == [1]
    assert run("tickets", "show", "3", "--json").json["id"] == 1
    refused = run("tickets", "merge", "2", "--into", "1", code=65)
    assert "was merged into 1 already" in refused.err
    split = run("tickets", "split", "3", "--subject", "Third again", "--json").json
    assert split == {"ticket": 4, "messages": [3]} and numbers() == [1, 4]
    assert run("tickets", "move", "2", "--to", "4", "--json").json == {"ticket": 4, "messages": [2]}
    assert run("tickets", "unlink", "1", "4", "--json").json == {"tickets": [1, 4]}
    assert run("tickets", "link", "4", "1", "--json").json == {"tickets": [4, 1]}
    listed = run("tickets", "undo", "--list", "--json").json
    assert [row["tickets"] for row in listed] == [2, 2, 2, 2, 3, 0]
    for _each in listed[:-1]:
        assert run("tickets", "undo", "--json").json["notes"] == []
    assert numbers() == [1, 2, 3]
    assert "uses it by now" in run("tickets", "undo", code=75).err, "the mailbox all three came by"


def test_the_bin_by_command(three: str, run: Run) -> None:
    run("tickets", "delete", code=2)
    run("tickets", "note", "3", "a wrong word")
    assert run("tickets", "delete", "1", "2", "--message", "4", "--json").json["tickets"] == [1, 2]
    rows = run("bin", "list", "--json").json
    assert {(row["ticket_id"], row["message_id"]) for row in rows} == {(1, None), (2, None), (3, 4)}
    assert "Printer 1" in run("bin", "list").out
    assert run("tickets", "restore", "1", "--message", "4", "--json").json["tickets"] == [1]
    purged = run("bin", "purge", "--all", "--json").json
    assert (purged["tickets"], purged["messages"]) == (1, 1)
    assert run("bin", "list", "--json").json == []
    run("bin", "purge", "2", code=65)
    assert run("tickets", "spam", "1", "--json").json == {"tickets": [1], "copies": 0}
    assert "Undone" in run("tickets", "undo").out


def test_what_is_ones_own_by_command(three: str, run: Run) -> None:
    for arguments in (
        ("watch", "1", "2"),
        ("watch", "1", "--off"),
        ("favorite", "1", "--shared"),
        ("tab", "1", "--name", "hot"),
        ("tab", "1"),
    ):
        assert run("tickets", *arguments, "--json").json["tickets"] == [
            int(one) for one in arguments if one.isdigit()
        ]
    assert [row["id"] for row in run("tickets", "list", "--section", "watching", "--json").json] == [2]
    assert [row["id"] for row in run("tickets", "list", "--section", "favorites", "--json").json] == [1]
