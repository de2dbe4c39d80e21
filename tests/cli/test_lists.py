"""Lists, statuses, black list and settings by the command, on both databases."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def made(desk: str, run: Run) -> None:
    run("migrate")


@pytest.mark.parametrize(
    "noun", ["rubrics", "categories", "kinds", "criticalities", "difficulties", "sources"]
)
def test_an_entry_is_added_renamed_ordered_and_retired(run: Run, noun: str) -> None:
    assert run(noun, "add", "  Ремонт   [x] ", "--json").json["name"] == "Ремонт [x]"
    run(noun, "edit", "Ремонт [x]", "--name", "Repair", "--position", "0", "--default")
    shown = run(noun, "show", "Repair", "--json").json
    assert (shown["name"], shown["position"], shown["is_default"], shown["active"]) == (
        "Repair",
        0,
        True,
        True,
    )
    run(noun, "remove", "Repair")
    assert "Repair" not in run(noun, "list", "--active-only").out
    retired = [row for row in run(noun, "list", "--json").json if row["name"] == "Repair"]
    assert [row["active"] for row in retired] == [False]


def test_an_unknown_entry_is_bad_data(run: Run) -> None:
    assert "There is no entry Nothing" in run("rubrics", "show", "Nothing", code=65).err
    assert "Nothing to change" in run("rubrics", "edit", "Nothing", code=2).err


def test_the_statuses_that_come_with_the_program_can_be_renamed_and_more_added(run: Run) -> None:
    rows = run("statuses", "list", "--json").json
    assert [row["key"] for row in rows][:2] == ["new", "consideration"]
    assert {row["status_class"] for row in rows} == {"active", "waiting", "closed"}
    run("statuses", "edit", "new", "--name", "Fresh")
    run("statuses", "add", "At the supplier", "--class", "waiting")
    names = [row["name"] for row in run("statuses", "list", "--json").json]
    assert "Fresh" in names and "At the supplier" in names
    run("statuses", "remove", "At the supplier")
    assert "At the supplier" not in run("statuses", "list", "--active-only").out
    assert "class" in run("statuses", "add", "Odd", "--class", "purple", code=65).err


def test_a_class_keeps_its_last_status(run: Run) -> None:
    assert "no status left" in run("statuses", "remove", "closed", code=65).err


def test_the_black_list_takes_addresses_domains_and_texts(run: Run) -> None:
    run("blacklist", "add", "Spam@Example.org")
    run("blacklist", "add", "spam.example")
    run("blacklist", "add", "you have won", "--kind", "text")
    rows = run("blacklist", "list", "--json").json
    assert [row["kind"] for row in rows] == ["address", "domain", "text"]
    assert set(rows[0]) == {"id", "kind", "value", "key", "hits", "created_at"}
    run("blacklist", "remove", "spam.example")
    assert [row["value"] for row in run("blacklist", "list", "--json").json] == [
        "Spam@Example.org",
        "you have won",
    ]
    assert "spam.example" in run("blacklist", "remove", "spam.example", code=65).err


def test_settings_are_listed_changed_and_checked(run: Run) -> None:
    assert run("settings", "show", "undo_seconds", "--json").json["value"] == 10
    assert run("settings", "edit", "undo_seconds", "30", "--json").json == {
        "name": "undo_seconds",
        "value": 30,
    }
    rows = {row["name"]: row["value"] for row in run("settings", "list", "--json").json}
    assert rows["undo_seconds"] == 30
    run("settings", "edit", "mail_on", "off")
    assert "whole number" in run("settings", "edit", "undo_seconds", "soon", code=65).err
    assert "There is no setting colour" in run("settings", "edit", "colour", "red", code=65).err
