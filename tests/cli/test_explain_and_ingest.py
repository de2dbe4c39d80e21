"""`explain` and `ingest`: the contract of their lines, and that nothing stops at a bad letter."""

from __future__ import annotations

import hashlib
import io
import mailbox
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from deskterm.cli import ingest, sources
from deskterm.cli.explain import KEYS
from deskterm.store.errors import StoreError
from tests.cli.conftest import Run

ACCOUNT = "support@example.org"
HOSTILE = "\x1b]52;c;aGk=\x07 [@click=app.quit]x[/] oops [/]"
LETTER = f"""From: "Иван" <ivan@acme.example>
To: {ACCOUNT}, other@acme.example
Cc: =?utf-8?B?0JDQvdC90LA=?= <anna@acme.example>
Subject: {HOSTILE} printer
Date: Sat, 03 Jan 2026 01:05:34 +0300
Message-ID: <one@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/html; charset=utf-8

<p>It does not <b>print</b>.</p>
--b
Content-Type: text/plain; name=log.txt
Content-Disposition: attachment; filename=log.txt

paper jam
--b--
""".encode()
REPLY = b"""From: ivan@acme.example
To: support@example.org
Subject: Re: printer
Message-ID: <two@acme.example>
In-Reply-To: <one@acme.example>
References: <one@acme.example>

Any news?
"""


@pytest.fixture
def letter(tmp_path: Path) -> str:
    path = tmp_path / "letter.eml"
    path.write_bytes(LETTER)
    return str(path)


def test_explain_prints_the_keys_of_the_contract_in_their_order(command: Run, letter: str) -> None:
    said = command("explain", letter, "--json")
    (line,) = said.lines
    assert tuple(line) == KEYS
    assert line["file"] == letter
    assert (line["kind"], line["verdict"], line["may_answer"], line["html"]) == ("person", "new", True, True)
    assert line["from"] == {"name": "Иван", "address": "ivan@acme.example"}
    assert [one["address"] for one in line["to"]] == [ACCOUNT, "other@acme.example"]
    assert line["cc"] == [{"name": "Анна", "address": "anna@acme.example"}]
    assert line["subject"].endswith("printer")
    assert line["date"] == "2026-01-03T01:05:34+03:00"
    assert line["message_id"] == "one@acme.example"
    assert line["text"].strip() == line["visible_text"].strip() == "It does not print."
    (file,) = line["attachments"]
    assert set(file) == {"name", "type", "size", "sha256", "inline"}
    assert (file["name"], file["type"], file["inline"]) == ("log.txt", "text/plain", False)
    assert file["sha256"] == hashlib.sha256(b"paper jam").hexdigest()
    assert line["reasons"]
    assert "\x1b" not in said.out and "\x07" not in said.out
    assert not Path(os.environ["DESKTERM_HOME"]).exists()


def test_explain_for_people_shows_a_hostile_subject_as_text(command: Run, letter: str) -> None:
    said = command("explain", letter).out
    assert "␛]52;c;aGk=␇ [@click=app.quit]x[/] oops [/] printer" in said
    assert all(character.isprintable() or character == "\n" for character in said)
    assert "1. " in said


def test_explain_goes_on_behind_what_it_cannot_read(command: Run, letter: str, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "archive")
    box.add(LETTER)
    box.add(REPLY)
    box.close()
    empty = tmp_path / "empty"
    empty.touch()
    said = command(
        "explain", "--json", str(tmp_path / "gone"), letter, str(empty), str(tmp_path / "archive"), code=65
    )
    assert [line["message_id"] for line in said.lines] == [
        "one@acme.example",
        "one@acme.example",
        "two@acme.example",
    ]
    assert said.err.count("\n") == 2 and "gone: No such file" in said.err


def test_explain_reads_standard_input(command: Run) -> None:
    (line,) = command("explain", "-", "--json", stdin=REPLY).lines
    assert (line["file"], line["references"]) == ("-", ["one@acme.example"])


def test_explain_judges_by_the_desk_where_there_is_one(desk: str, run: Run, letter: str) -> None:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--outgoing", "none")
    run("blacklist", "add", "acme.example")
    assert run("explain", letter, "--json").lines[0]["verdict"] == "blocked"
    assert run("explain", letter, "--json", "--account", ACCOUNT).lines[0]["verdict"] == "blocked"
    assert "There is no account" in run("explain", letter, "--account", "x@example.org", code=65).err
    assert run("tickets", "list", "--json").json == []


def fed(run: Run) -> None:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--outgoing", "none")


def test_ingest_prints_the_line_with_ticket_and_message(desk: str, run: Run, letter: str) -> None:
    fed(run)
    (line,) = run("ingest", letter, "--account", ACCOUNT, "--json").lines
    assert tuple(line) == (*KEYS, "ticket", "message")
    assert line["verdict"] == "new"
    shown = run("tickets", "show", str(line["ticket"]), "--json").json
    assert [message["id"] for message in shown["messages"]] == [line["message"]]


def test_a_letter_given_twice_is_one_and_gives_the_same_numbers(desk: str, run: Run, letter: str) -> None:
    fed(run)
    first, second = run("ingest", letter, letter, "--account", ACCOUNT, "--json").lines
    (third,) = run("ingest", letter, "--account", ACCOUNT, "--json").lines
    assert first["ticket"] == second["ticket"] == third["ticket"]
    assert first["message"] == third["message"]
    (ticket,) = run("tickets", "list", "--json").json
    assert ticket["messages"] == 1


def test_an_mbox_becomes_a_ticket_with_its_answer(desk: str, run: Run, tmp_path: Path) -> None:
    fed(run)
    box = mailbox.mbox(tmp_path / "archive")
    box.add(LETTER)
    box.add(REPLY)
    box.close()
    lines = run("ingest", str(tmp_path / "archive"), "--account", ACCOUNT, "--json").lines
    assert [line["verdict"] for line in lines] == ["new", "append"]
    assert lines[0]["ticket"] == lines[1]["ticket"]
    assert lines[0]["message"] != lines[1]["message"]


def test_more_letters_than_a_batch_all_come_in(
    own_world: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskterm.limits.INTAKE_BATCH_LETTERS", 4)
    fed(run)
    for number in range(11):
        path = tmp_path / "many" / f"{number:02}.eml"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"From: c{number}@acme.example\nSubject: s{number}\n\ntext\n".encode())
    lines = run("ingest", str(tmp_path / "many"), "--account", ACCOUNT, "--json").lines
    assert [line["subject"] for line in lines] == [f"s{number}" for number in range(11)]
    assert len(run("tickets", "list", "--json").json) == 11


def test_ingest_wants_an_account_that_is_there(desk: str, run: Run, letter: str) -> None:
    assert "--account is missing" in run("ingest", letter, code=2).err
    fed(run)
    assert "There is no account" in run("ingest", letter, "--account", "x@example.org", code=65).err


def test_what_an_agent_may_not_do_ends_with_77(desk: str, run: Run, letter: str) -> None:
    fed(run)
    run("agents", "add", "vera", "--role", "viewer")
    for command in (
        ("ingest", letter, "--account", ACCOUNT),
        ("agents", "add", "mallory"),
        ("accounts", "test", ACCOUNT),
        ("settings", "edit", "mail_on", "off"),
    ):
        assert "vera may not do this" in run("--as", "vera", *command, code=77).err


@pytest.mark.parametrize("code", [69, 73, 75])
def test_a_pipe_is_told_to_try_again_when_the_store_cannot_take_a_letter_now(
    desk: str, run: Run, letter: str, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    fed(run)

    def refuses(*_arguments: object) -> list[dict[str, object]]:
        raise StoreError("The store is busy.", code)

    monkeypatch.setattr(ingest, "take", refuses)
    monkeypatch.setattr(sources.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(LETTER)))
    assert "The store is busy." in run("ingest", "-", "--account", ACCOUNT, code=75).err
    assert "The store is busy." in run("ingest", letter, "--account", ACCOUNT, code=code).err


def test_a_pipe_of_the_mail_server_makes_a_ticket(desk: str, run: Run, command: Run) -> None:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--outgoing", "none")
    piped = b"From ivan@acme.example Sat Jan  3 01:05:34 1996\n" + LETTER
    (line,) = command("ingest", "-", "--account", ACCOUNT, "--json", stdin=piped).lines
    assert line["ticket"] == 1
    said = command("tickets", "list").out + run("tickets", "show", "1").out
    assert "␛]52;c;aGk=␇ [@click=app.quit]x[/] oops [/] printer" in said
    assert all(character.isprintable() or character == "\n" for character in said)
