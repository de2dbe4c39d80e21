"""Tickets, search, letters and outbox by the command, on both databases."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run

ACCOUNT = "support@example.org"
TICKET_KEYS = {
    "id",
    "subject",
    "client",
    "customer",
    "status",
    "status_class",
    "responsible",
    "responsible_id",
    "rubric",
    "turn",
    "unread",
    "messages",
    "created_at",
    "changed_at",
    "last_message_at",
}


def letter(
    path: Path, number: int, text: str = "It does not print.", sender: str = "ivan@acme.example"
) -> str:
    path.mkdir(exist_ok=True)
    file = path / f"{number}.eml"
    head = f"From: {sender}\nTo: {ACCOUNT}\nSubject: Printer {number}\nMessage-ID: <{number}@acme.example>\n"
    file.write_text(f"{head}\n{text}\n")
    return str(file)


@pytest.fixture
def tickets(desk: str, run: Run, tmp_path: Path) -> str:
    """A desk with two tickets and a login of its administrator."""
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    for number in (1, 2):
        run("ingest", letter(tmp_path / "in", number), "--account", ACCOUNT)
    return str(run("agents", "list", "--json").json[0]["login"])


def test_tickets_are_listed_with_stable_keys(run: Run, tickets: str) -> None:
    rows = run("tickets", "list", "--json").json
    assert [row["id"] for row in rows] == [2, 1]
    assert set(rows[0]) >= TICKET_KEYS
    assert [
        row["id"] for row in run("tickets", "list", "--sort", "number", "--ascending", "--json").json
    ] == [1, 2]
    assert [row["id"] for row in run("tickets", "list", "--limit", "1", "--json").json] == [2]
    assert run("tickets", "list", "--section", "closed", "--json").json == []
    assert len(run("tickets", "list", "--section", "mine_new", "--json").json) == 2
    assert "Printer 2" in run("tickets", "list").out
    assert "There is no section" in run("tickets", "list", "--section", "agent:x", code=2).err
    assert "There is no section" in run("tickets", "list", "--section", "nowhere", code=65).err
    assert "one of last_message" in run("tickets", "list", "--sort", "colour", code=2).err


def test_a_ticket_is_shown_with_its_messages(run: Run, tickets: str) -> None:
    shown = run("tickets", "show", "1", "--json").json
    assert shown["subject"] == "Printer 1" and shown["number_of_messages"] == 1
    (message,) = shown["messages"]
    assert (message["text"], message["visible_text"]) == ("It does not print.", "It does not print.")
    said = run("tickets", "show", "1").out
    assert "It does not print." in said and "ivan@acme.example" in said
    assert "There is no ticket 99" in run("tickets", "show", "99", code=65).err


def test_an_answer_waits_in_the_outbox_with_its_attachment_and_can_be_taken_back(
    run: Run, tickets: str, tmp_path: Path
) -> None:
    file = tmp_path / "manual.pdf"
    file.write_bytes(b"%PDF-1.4 manual")
    said = run(
        "tickets", "reply", "1", "Turn it on.", "--attach", str(file), "--status", "closed", "--json"
    ).json
    assert said["ticket"] == 1 and said["to"] == ["ivan@acme.example"]
    shown = run("tickets", "show", "1", "--json").json
    assert shown["status_class"] == "closed"
    answer = shown["messages"][-1]
    assert (answer["id"], answer["visibility"], answer["delivery"]) == (said["message"], "public", "waiting")
    assert [(one["name"], one["size"]) for one in answer["attachments"]] == [("manual.pdf", 15)]
    assert "manual.pdf" in run("tickets", "show", "1").out
    (waiting,) = [row for row in run("outbox", "list", "--json").json if row["kind"] == "answer"]
    assert waiting["recipients"] == "ivan@acme.example"
    run("outbox", "withdraw", str(waiting["id"]))
    assert [message["text"] for message in run("tickets", "show", "1", "--json").json["messages"]] == [
        "It does not print."
    ]
    assert "taken back" in run("outbox", "withdraw", str(waiting["id"]), code=65).err
    assert "no other try" in run("outbox", "retry", str(waiting["id"]), code=65).err


@pytest.mark.parametrize("way", ["argument", "option", "standard input"])
def test_the_text_comes_from_where_it_is_given(
    run: Run, tickets: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Да, \n\nконечно.\n" if way == "standard input" else ""))
    said = {"argument": ("Yes.",), "option": ("--text", "Yes."), "standard input": ()}[way]
    run("tickets", "note", "1", *said)
    text = run("tickets", "show", "1", "--json").json["messages"][-1]["text"]
    assert text == ("Да, \n\nконечно." if way == "standard input" else "Yes.")


def test_an_empty_or_doubled_text_is_refused(run: Run, tickets: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(" \n"))
    assert "The text is empty." in run("tickets", "reply", "1", code=2).err
    assert "given twice" in run("tickets", "reply", "1", "a", "--text", "b", code=2).err
    assert "No such file" in run("tickets", "reply", "1", "a", "--attach", "/nowhere", code=65).err
    assert len(run("tickets", "show", "1", "--json").json["messages"]) == 1


def test_the_editor_writes_the_text(run: Run, tickets: str, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\necho "written in an editor" > "$1"\n')
    editor.chmod(0o700)
    leader, follower = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "deskterm", "tickets", "note", "1", "--json"],
            stdin=follower,
            capture_output=True,
            env={**os.environ, "EDITOR": str(editor)},
            timeout=60,
            check=True,
        )
    finally:
        os.close(leader)
        os.close(follower)
    assert b'"ticket": 1' in done.stdout
    assert run("tickets", "show", "1", "--json").json["messages"][-1]["text"] == "written in an editor"


def test_a_private_note_is_seen_by_its_two_only(run: Run, tickets: str) -> None:
    for login in ("anna", "boris"):
        run("agents", "add", login)
    run("--as", "anna", "tickets", "note", "1", "between us", "--to", "boris", "--private")
    assert "between us" in run("--as", "anna", "tickets", "show", "1").out
    run("agents", "add", "clara")
    assert "between us" not in run("--as", "clara", "tickets", "show", "1").out
    assert "between us" not in run("--as", "clara", "tickets", "show", "1", "--json").out
    shown = run("--as", "boris", "tickets", "list", "--section", "addressed", "--json").json
    assert [row["id"] for row in shown] == [1]


def test_several_tickets_are_assigned_and_closed_at_once(run: Run, tickets: str) -> None:
    run("agents", "add", "anna", "--name", "Anna")
    assert run("tickets", "assign", "1", "2", "--to", "anna", "--json").json == {
        "tickets": [1, 2],
        "responsible": "anna",
    }
    assert {row["responsible"] for row in run("tickets", "list", "--json").json} == {"Anna"}
    run("tickets", "assign", "2", "--to", "nobody")
    assert [row["responsible"] for row in run("tickets", "list", "--sort", "number", "--json").json] == [
        "",
        "Anna",
    ]
    run("tickets", "status", "1", "2", "--set", "Closed")
    assert {row["status_class"] for row in run("tickets", "list", "--json").json} == {"closed"}
    assert "no active agent nobody-here" in run("tickets", "assign", "1", "--to", "nobody-here", code=65).err
    assert "There is no status purple" in run("tickets", "status", "1", "--set", "purple", code=65).err
    assert "no ticket 99" in run("tickets", "status", "1", "99", "--set", "new", code=65).err
    assert run("tickets", "show", "1", "--json").json["status_class"] == "closed"


def test_search_finds_words_in_other_forms_and_numbers(run: Run, tickets: str, tmp_path: Path) -> None:
    run("ingest", letter(tmp_path / "in", 3, "Не печатает принтер в бухгалтерии"), "--account", ACCOUNT)
    assert [row["id"] for row in run("search", "принтеры", "бухгалтерия", "--json").json] == [3]
    assert [row["id"] for row in run("search", "2", "--json").json] == [2]
    assert run("search", "nothing-of-the-kind", "--json").json == []
    assert "Printer 3" in run("search", "бухгалтерия").out
    assert [row["id"] for row in run("search", "is:open бухгалтерия", "--json").json] == [3]
    assert run("search", "бухгалтерия", "-принтер", "--json").json == []
    listed = run("tickets", "list", "--query", "бухгалтерия OR number:2", "--sort", "number", "--json").json
    assert [row["id"] for row in listed] == [3, 2]
    for command in (("search", "{}"), ("tickets", "list", "--query", "{}")):
        for query, code, told in (("foo:x", 2, "status, client"), ("status:foo", 65, "closed")):
            assert told in run(*(part.format(query) for part in command), code=code).err


def test_a_blocked_letter_is_listed_shown_and_released(run: Run, tickets: str, tmp_path: Path) -> None:
    run("blacklist", "add", "spam.example")
    path = letter(tmp_path / "in", 4, "Buy now", "win@spam.example")
    run("ingest", path, "--account", ACCOUNT)
    assert run("letters", "list", "--json").json == []
    (blocked,) = run("letters", "list", "--state", "blocked", "--json").json
    assert blocked["from_address"] == "win@spam.example" and blocked["why"]
    number = str(blocked["id"])
    said = run("letters", "show", number).out
    assert "Buy now" in said and "1. " in said
    assert run("letters", "show", number, "--json").json["text"] == "Buy now"
    assert len(run("letters", "list", "--state", "all", "--json").json) == 3
    assert run("letters", "release", number, "--json").json == {"letter": int(number), "ticket": 3}
    assert "nothing to try again" in run("letters", "retry", number, code=65).err
    assert "no letter 99" in run("letters", "show", "99", code=65).err
    assert "one of held" in run("letters", "list", "--state", "odd", code=2).err


def test_the_original_of_a_letter_comes_out_byte_for_byte(desk: str, run: Run, tmp_path: Path) -> None:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--outgoing", "none")
    path = tmp_path / "odd.eml"
    path.write_bytes(b"From: a@acme.example\r\nSubject: \xff\r\n\r\ntext \xfe\r\n")
    run("ingest", str(path), "--account", ACCOUNT)
    done = subprocess.run(
        [sys.executable, "-m", "deskterm", "letters", "show", "1", "--original"],
        capture_output=True,
        check=True,
    )
    assert done.stdout == path.read_bytes()


def test_clients_and_contacts_are_kept(run: Run, tickets: str, tmp_path: Path) -> None:
    run("clients", "add", "Acme Ltd", "--note", "paid")
    acme = ("--client", "Acme Ltd", "--email", "pjotr@acme.example", "--phone", "+1-555-0100")
    run("contacts", "add", "Pjotr", *acme)
    shown = run("clients", "show", "acme ltd", "--json").json
    assert [contact["addresses"] for contact in shown["contacts"]] == [["pjotr@acme.example"]]
    run("ingest", letter(tmp_path / "in", 5, sender="pjotr@acme.example"), "--account", ACCOUNT)
    assert run("tickets", "list", "--json").json[0]["client"] == "Acme Ltd"
    run("clients", "edit", "Acme Ltd", "--name", "Acme")
    run("clients", "remove", "Acme")
    assert run("clients", "list", "--active-only", "--json").json == []
    assert [row["name"] for row in run("contacts", "list", "--client", "Acme", "--json").json] == ["Pjotr"]


def test_agents_are_added_changed_and_made_inactive(run: Run, tickets: str) -> None:
    run("agents", "add", "anna", "--name", "Anna P", "--email", "a@desk.example", "--role", "viewer")
    shown = run("agents", "show", "anna", "--json").json
    assert (shown["name"], shown["role"], shown["addresses"]) == ("Anna P", "viewer", ["a@desk.example"])
    run("agents", "edit", "anna", "--day-off", "--language", "ru")
    assert run("agents", "show", "anna", "--json").json["day_off"] is True
    run("agents", "remove", "anna")
    assert "anna" not in run("agents", "list", "--active-only").out
    assert "no active agent anna" in run("--as", "anna", "tickets", "list", code=77).err
    assert "no administrator left" in run("agents", "remove", tickets, code=65).err
