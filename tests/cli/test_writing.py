"""Writing by the command: new tickets, answers with all that goes along, templates, articles, files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_tickets import ACCOUNT, letter


@pytest.fixture
def tickets(desk: str, run: Run, tmp_path: Path) -> str:
    """A desk with two tickets and a login of its administrator."""
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    for number in (1, 2):
        run("ingest", letter(tmp_path / "in", number), "--account", ACCOUNT)
    return str(run("agents", "list", "--json").json[0]["login"])


def test_an_answer_takes_all_that_goes_along(run: Run, tickets: str, tmp_path: Path) -> None:
    run("categories", "add", "Printers")
    run("answers", "add", "Thanks", "--text", "Thank you, {contact_first_name}. Ticket {number}, {agent}.")
    run("answers", "add", "Thanks", "--text", "x", code=65)
    run("answers", "edit", "thanks", "--text", "Ticket {number} is done. {agent}")
    [kept] = run("answers", "list", "--json").json
    assert (kept["name"], kept["language"]) == ("Thanks", "en")
    said = run(
        "tickets", "reply", "1", "--template", "Thanks", "And {number}", "--close", "--category", "Printers",
        "--auto-close", "5", "--minutes", "2.5", "--at", "3d", "--json", code=65,
    )  # fmt: skip
    assert "{number}" in said.err
    said = run(
        "tickets", "reply", "1", "--template", "Thanks", "--close", "--category", "Printers",
        "--assign", tickets, "--auto-close", "5", "--minutes", "2.5", "--at", "3d", "--json",
    )  # fmt: skip
    assert said.json["to"] == ["ivan@acme.example"] and said.json["send_at"]
    shown = run("tickets", "show", "1", "--json").json
    assert shown["status_class"] == "closed" and shown["responsible"]
    assert shown["messages"][-1]["text"].startswith("Ticket 1 is done.")
    assert [row["state"] for row in run("outbox", "list", "--json").json if row["kind"] == "answer"] == [
        "waiting"
    ]
    message = shown["messages"][-1]["id"]
    assert run("tickets", "time", str(message), "--minutes", "4", "--json").json["seconds_spent"] == 240
    assert run("tickets", "show", "1", "--json").json["card"]["seconds_spent"] == "0:04"
    run("tickets", "reply", "2", "x", "--without", "nobody@acme.example", code=65)
    run("tickets", "reply", "2", "x", "--close", "--keep-status", code=65)
    run("tickets", "reply", "2", "x", "--auto-close", "soon", code=2)
    run("tickets", "note", "2", "Mine.", "--category", "Printers", "--status", "solving")
    assert run("tickets", "show", "2", "--json").json["status"] == "Being solved"
    assert [row["id"] for row in run("tickets", "similar", "2", "--json").json] in ([], [1])
    run("answers", "remove", "Thanks")
    assert run("answers", "list", "--json").json == []


def test_a_ticket_is_made_by_hand_and_added_to(run: Run, tickets: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("1. water\x1b[2J\n")
    run("clients", "add", "Acme")
    made = run(
        "tickets", "new", "She needs toner.", "--subject", "Toner", "--client", "Acme", "--name", "Olga New",
        "--address", "olga@acme.example", "--phone", "+7 495 1", "--save-contact", "--criticality", "high",
        "--attach", str(plan), "--json",
    ).json  # fmt: skip
    assert made["letter"] and not made["why"]
    shown = run("tickets", "show", str(made["ticket"]), "--json").json
    assert (shown["client"], shown["customer"]) == ("Acme", "Olga New")
    assert shown["messages"][0]["type"] == "phone"
    more = run(
        "tickets", "new", "Again.", "--contact", "olga@acme.example", "--into", str(made["ticket"]), "--json"
    ).json
    assert more["ticket"] == made["ticket"] and more["letter"] is None
    run("tickets", "new", "x", "--subject", "y", code=65)
    run("tickets", "new", "x", "--subject", "y", "--type", "pigeon", code=2)
    [file] = run("attachments", "list", str(made["ticket"]), "--json").json
    assert file["name"] == "plan.txt" and file["message_id"] == made["message"]
    assert run("attachments", "show", str(file["id"])).out == "1. water␛[2J\n\n"
    [path] = run(
        "attachments", "save", "--ticket", str(made["ticket"]), "--to", str(tmp_path / "o"), "--json"
    ).json
    assert Path(path).read_bytes() == plan.read_bytes()
    run("attachments", "show", "999", code=65)
    run("attachments", "save", code=2)


def test_articles_are_kept_and_found(run: Run, tickets: str, tmp_path: Path) -> None:
    text = tmp_path / "jams.txt"
    text.write_text("Open the printer and pull the paper.")
    id = run("articles", "add", "Paper jams", "--file", str(text), "--json").json["article"]
    message = run("tickets", "reply", "1", "Change the cartridge.", "--json").json["message"]
    other = run("articles", "add", "--message", str(message), "--json").json["article"]
    assert [row["id"] for row in run("articles", "search", "cartridges", "--json").json] == [other]
    run("articles", "edit", str(id), "--title", "Jams")
    assert run("articles", "show", str(id), "--json").json["title"] == "Jams"
    run("tickets", "reply", "2", "--article", str(id))
    assert run("articles", "list", "--json").json[0]["used"] == 1
    run("articles", "remove", str(id))
    assert [row["id"] for row in run("articles", "list", "--json").json] == [other]
    assert len(run("articles", "list", "--all", "--json").json) == 2
    run("articles", "add", code=2)
    run("articles", "show", "99", code=65)
