"""`deskterm export` and `import`: what one may see leaves, and letters of long ago come in quietly."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from deskterm.mail.mailbox_files import letters_in
from tests.cli.conftest import Run
from tests.cli.test_tickets import ACCOUNT, letter


@pytest.fixture
def tickets(desk: str, run: Run, tmp_path: Path) -> Path:
    """Two tickets, one with a note and one with something private between two others; their folder."""
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    for number in (1, 2):
        text = "It does not print.\nFrom here on it smells.\n>From the start."
        run("ingest", letter(tmp_path / "in", number, text), "--account", ACCOUNT)
    for login in ("vera", "otto"):
        run("agents", "add", login, "--role", "agent")
    run("tickets", "note", "1", "--text", "internalcanary")
    run("--as", "vera", "tickets", "note", "2", "--text", "privatecanary", "--private", "--to", "otto")
    run("tickets", "reply", "1", "Use water.")
    return tmp_path


def test_tickets_leave_as_letters_and_come_back_as_they_were(
    tickets: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = run("export", "mbox", str(tickets / "all.mbox"))
    assert "2 tickets, 3 letters, 2 messages without a letter left out" in said.out
    raw = [letter for _name, letter in letters_in(tickets / "all.mbox")]
    assert raw[0] == (tickets / "in" / "1.eml").read_bytes()
    assert b"Use water." in raw[1] and raw[2] == (tickets / "in" / "2.eml").read_bytes()
    assert "already" in run("export", "mbox", str(tickets / "all.mbox"), code=2).err
    run("export", "mbox", str(tickets / "one.mbox"), "2")
    assert [letter for _name, letter in letters_in(tickets / "one.mbox")] == raw[2:]

    monkeypatch.delenv("DESKTERM_DATABASE_URL", raising=False)
    other = ("--home", str(tickets / "other"))
    run(*other, "accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    counts = run(*other, "import", str(tickets / "all.mbox"), "--account", ACCOUNT, "--json").json
    assert counts["letters"] == 3 and counts["tickets"] == 2 and counts["unreadable"] == 0
    again = run(*other, "import", str(tickets / "all.mbox"), "--account", ACCOUNT)
    assert "3 letters (" in again.out and "there already: 3" in again.out


def test_letters_of_long_ago_keep_their_dates_and_nobody_is_written_to(
    desk: str, run: Run, tmp_path: Path
) -> None:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    box = tmp_path / "box"
    for number in range(1, 13):
        file = Path(letter(box, number))
        file.write_text("Date: Tue, 04 Feb 2020 10:30:00 +0000\n" + file.read_text())
    (box / "13.eml").write_bytes(b"")
    said = run("import", str(box), "--account", ACCOUNT, "--json", code=65)
    assert said.json["tickets"] == 12 and said.json["unreadable"] == 1 and "13.eml" in said.err
    shown = run("tickets", "show", "1", "--json").json
    assert shown["created_at"][:16] == shown["messages"][0]["at"][:16] == "2020-02-04T10:30"
    assert shown["card"]["source_id"] == "Import" and shown["muted"] == ""
    assert run("outbox", "list", "--json").json == []
    # one that is only ingested is answered as ever
    run("ingest", letter(tmp_path / "new", 99, sender="new@acme.example"), "--account", ACCOUNT)
    assert "new@acme.example" in str(run("outbox", "list", "--json").json)
    run("agents", "add", "vera", "--role", "agent")
    assert "administer" in run("--as", "vera", "import", str(box), "--account", ACCOUNT, code=77).err


def test_only_what_one_may_see_is_exported(tickets: Path, run: Run) -> None:
    exported = {}
    for who in ("vera", "otto", ""):
        for what in ("mbox", "json", "csv"):
            before = ("--as", who) if who else ()
            file = tickets / f"{who}.{what}"
            run(*before, "export", what, str(file))
            exported[who, what] = file.read_text()
            assert file.stat().st_mode & 0o777 == 0o600
    assert "internalcanary" in exported["vera", "json"] and "privatecanary" in exported["vera", "json"]
    assert "privatecanary" in exported["otto", "json"]
    run("agents", "add", "nora", "--role", "agent")
    run("agents", "add", "olga", "--role", "agent_own")
    run("tickets", "assign", "1", "--to", "olga")
    whole = run("--as", "nora", "export", "json", "-").out
    assert "internalcanary" in whole and "privatecanary" not in whole
    own = run("--as", "olga", "export", "json", "-").out
    assert [json.loads(line)["id"] for line in own.splitlines()] == [1]
    assert run("--as", "olga", "export", "mbox", "-", "2", code=65).out == ""
    for what in ("mbox", "csv"):
        text = "".join(exported[who, what] for who in ("vera", "otto", ""))
        assert "canary" not in text
    table = list(csv.DictReader(exported["", "csv"].splitlines()))
    assert [(row["id"], row["subject"]) for row in table] == [("1", "Printer 1"), ("2", "Printer 2")]


def test_a_query_says_what_is_exported(tickets: Path, run: Run) -> None:
    lines = run("export", "csv", "-", "--query", '"Printer 2"').out.splitlines()
    assert len(lines) == 2 and lines[1].startswith("2,")
    assert "no section" in run("export", "csv", "-", "--section", "nowhere", code=65).err
