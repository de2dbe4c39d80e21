"""Templates, observers and muted addresses by the command, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def made(desk: str, run: Run) -> None:
    run("accounts", "add", "support@desk.example", "--incoming", "none", "--outgoing", "none")


def test_a_template_is_shown_set_from_a_file_and_reset(run: Run, tmp_path: Path) -> None:
    assert "registered as ticket {number}" in run("templates", "show", "confirmation").out
    file = tmp_path / "text.txt"
    file.write_text("Спасибо, номер {number}.\n", encoding="utf-8")
    mine = ("confirmation", "--language", "ru", "--account", "support@desk.example")
    run("templates", "set", *mine, "--file", str(file))
    assert run("templates", "show", *mine).out == "Спасибо, номер {number}.\n"
    listed = run("templates", "list", "--json").json
    assert [row["body"] for row in listed if row["origin"] == "account"] == ["Спасибо, номер {number}."]
    run("templates", "reset", *mine)
    assert "зарегистрировано" in run("templates", "show", *mine).out
    run("templates", "reset", *mine, code=65)


def test_a_wrong_placeholder_is_answered_with_those_there_are(run: Run) -> None:
    said = run("templates", "set", "confirmation", "Number {nummer}", code=65).err
    assert "{nummer}" in said and "{number}, {token}" in said
    assert "registered as ticket" in run("templates", "show", "confirmation").out


def test_an_observer_of_an_account_and_of_the_desk(run: Run) -> None:
    run("observers", "add", "boss@x.example")
    run("observers", "add", "boss@x.example", "--account", "support@desk.example")
    assert [row["scope"] for row in run("observers", "list", "--json").json] == ["account", "desk"]
    assert len(run("observers", "show", "BOSS@x.example", "--json").json) == 2
    assert "does not observe" in run("observers", "show", "other@x.example", code=65).err
    run("observers", "edit", "boss@x.example", "--to", "chief@x.example")
    assert len(run("observers", "show", "chief@x.example", "--json").json) == 2
    run("observers", "edit", "chief@x.example", "--to", "boss@x.example")
    run("observers", "remove", "boss@x.example")
    (left,) = run("observers", "list", "--json").json
    assert (left["address"], left["account"]) == ("boss@x.example", "support@desk.example")
    run("observers", "remove", "boss@x.example", code=65)
    assert "no ticket 17" in run("observers", "add", "boss@x.example", "--ticket", "17", code=65).err


def test_an_address_that_is_not_muted_cannot_be_unmuted(run: Run) -> None:
    assert run("outbox", "muted", "--json").json == []
    assert "are not stopped" in run("outbox", "unmute", "form@x.example", code=65).err
