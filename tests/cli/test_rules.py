"""Rules and registered senders by the command, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("desk")

ADDRESS = "support@desk.example"


@pytest.fixture(autouse=True)
def made(desk: str, run: Run) -> None:
    run("accounts", "add", ADDRESS, "--incoming", "none", "--outgoing", "none")


@pytest.fixture
def letter(tmp_path: Path) -> str:
    path = tmp_path / "letter.eml"
    path.write_text(
        f"From: Ann <ann@customer.example>\nTo: {ADDRESS}\nSubject: Invoice \x1b]0;x\x07 42\n"
        "Message-ID: <one@customer.example>\n\nPlease pay.\n"
    )
    return str(path)


def test_a_rule_is_added_shown_changed_moved_and_removed(run: Run) -> None:
    run("rubrics", "add", "Accounts")
    added = run(
        "rules", "add", "Invoices", "--account", ADDRESS, "--if", "subject contains invoice",
        "--if", "size smaller 5 MB", "--set", "rubric=Accounts", "--set", "tag=paper", "--set", "tag=money",
        "--hold", "--json",
    ).json  # fmt: skip
    assert added["name"] == "Invoices"
    assert "Rule 2" in run("rules", "add", "Rest").out
    shown = run("rules", "show", "Invoices", "--json").json
    assert shown == {
        "id": added["id"],
        "account": ADDRESS,
        "position": 1,
        "name": "Invoices",
        "conditions": ["subject contains invoice", "size smaller 5242880"],
        "effects": {"rubric": "Accounts", "tag": "paper, money", "hold": "yes"},
        "hits": 0,
        "active": True,
    }
    number = str(added["id"])
    run("rules", "edit", number, "--no-hold", "--set", "rubric=", "--if", "body contains pay", "--silent")
    shown = run("rules", "show", number, "--json").json
    assert (shown["conditions"], shown["effects"]) == (
        ["body contains pay"],
        {"tag": "paper, money", "silent": "yes"},
    )
    run("rules", "add", "Earlier", "--account", ADDRESS, "--position", "1", "--inactive")
    table = run("rules", "list", "--account", ADDRESS).out
    assert table.index("Earlier") < table.index("Invoices") < table.index("Rest")
    assert run("rules", "move", "Earlier", "2", "--json").json["position"] == 2
    assert [row["name"] for row in run("rules", "list", "--json").json] == ["Invoices", "Earlier", "Rest"]
    assert run("rules", "remove", "Earlier", "--json").json["deleted"] is True
    assert [row["name"] for row in run("rules", "list", "--json").json] == ["Invoices", "Rest"]


def test_what_does_not_fit_is_said_in_one_sentence(run: Run) -> None:
    assert "no field colour" in run("rules", "add", "X", "--if", "colour is red", code=65).err
    assert "--set" in run("rules", "add", "X", "--set", "rubric", code=2).err
    assert "rubric: There is no entry" in run("rules", "add", "X", "--set", "rubric=Nowhere", code=65).err
    assert "held or filed" in run("rules", "add", "X", "--hold", "--file", code=65).err
    assert "Nothing to change" in run("rules", "edit", "X", code=2).err
    assert "There is no rule X" in run("rules", "show", "X", code=65).err
    assert "first place is 1" in run("rules", "add", "X", "--position", "0", code=65).err
    assert "no account" in run("rules", "add", "X", "--account", "a@b.example", code=65).err


def test_trying_a_letter_prints_the_rule_that_matches_and_why(run: Run, letter: str, tmp_path: Path) -> None:
    assert "no rule matches" in run("rules", "test", letter).out
    run("rules", "add", "Big", "--if", "size larger 1 MB")
    run("rules", "add", "Invoices", "--if", "subject contains invoice", "--file")
    out = run("rules", "test", letter, "--account", ADDRESS).out
    assert "rule 1 “Big” does not match: size larger 1048576" in out
    assert "rule 2 “Invoices” matches: subject contains invoice" in out
    assert "verdict: filed" in out and "\x1b" not in out
    line = run("rules", "test", letter, "--json").lines[0]
    assert (line["rule"], line["name"], line["verdict"]) == (2, "Invoices", "filed")
    assert [one["matches"] for one in line["tried"]] == [False, True]
    assert run("rules", "show", "2", "--json").json["hits"] == 0
    missing = str(tmp_path / "missing.eml")
    assert "missing.eml" in run("rules", "test", missing, letter, code=65).err


def test_a_refused_letter_is_listed_and_its_sender_registered(run: Run, letter: str) -> None:
    run("accounts", "edit", ADDRESS, "--who-may-write", "registered")
    assert run("ingest", letter, "--account", ADDRESS, "--json").lines[0]["verdict"] == "refused"
    refused = run("letters", "list", "--state", "refused", "--json").json
    assert [row["from_address"] for row in refused] == ["ann@customer.example"]
    done = run("senders", "register", str(refused[0]["id"]), "--json").json
    assert done == {"letter": refused[0]["id"], "ticket": 1}
    assert "ann@customer.example" in run("senders", "list").out
    assert "does not wait" in run("senders", "register", str(refused[0]["id"]), code=65).err


def test_senders_are_added_listed_and_removed(run: Run) -> None:
    run("senders", "add", "partner.example", "--name", "The partner")
    run("senders", "add", "guest@x.example")
    rows = run("senders", "list", "--json").json
    assert [(row["kind"], row["value"], row["name"]) for row in rows] == [
        ("domain", "partner.example", "The partner"),
        ("address", "guest@x.example", ""),
    ]
    run("senders", "edit", "partner.example", "--name", "Our partner")
    assert run("senders", "show", "partner.example", "--json").json["name"] == "Our partner"
    run("senders", "remove", "partner.example")
    assert len(run("senders", "list", "--json").json) == 1
    assert "not on the list" in run("senders", "remove", "partner.example", code=65).err


def test_help_shows_examples(run: Run) -> None:
    for verb in ("add", "edit", "list", "show", "remove", "move", "test"):
        assert f"deskterm rules {verb}" in run("rules", verb, "--help").out
    assert "deskterm senders register 12" in run("senders", "register", "--help").out
