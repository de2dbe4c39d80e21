"""What attackers write: to the terminal of an agent, into other people's tickets, and round in circles."""

from __future__ import annotations

import email
import json
import sys
from collections.abc import Callable, Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.cli.main import main
from deskterm.store import tables as t
from tests.sync.stage import ROOT, Stage, letter, open_stage
from tests.sync.test_worker import answer
from tests.terminal.pty_terminal import PtyTerminal
from tests.terminal.terminal import Terminal
from tests.terminal.tmux_terminal import TmuxTerminal
from tests.trust.attack import PAYLOADS, SEEN, controls_in, hostile, requests_in
from tests.trust.post import PythonPost
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

CUSTOMER = "anna@customers.test"
STRANGER = "mallory@attacker.test"


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage
        # Shown where the test failed
        for worker in stage.workers:
            print(worker.said)


@pytest.fixture
def desk(
    stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, new_address: Callable[[str], str]
) -> str:
    """A desk whose worker waits for mail."""
    address = new_address("desk")
    account = stage.add_account(address, **PythonPost(pymap_server, smtp_server).account(address))
    stage.worker()
    stage.wait_for_incoming(account, "idle")
    return address


@pytest.fixture
def attacked(stage: Stage, desk: str, pymap_server: PymapServer) -> str:
    """The desk after a letter with each of the payloads: all are tickets, and one is held."""
    for number, payload in enumerate(PAYLOADS):
        pymap_server.deliver(desk, hostile(number, payload, desk))
    pymap_server.deliver(desk, hostile(len(PAYLOADS), PAYLOADS[0], desk, sender=desk))
    wait_for_treated(stage, len(PAYLOADS) + 1)
    assert stage.count(t.ticket) == len(PAYLOADS)
    assert stage.count(t.letter, t.letter.c.triage == "waiting") == 1
    return desk


def wait_for_treated(stage: Stage, letters: int) -> None:
    """Every one of so many letters has been read and judged."""
    wait_until(
        lambda: stage.count(t.delivery, t.delivery.c.state == "done") == letters, "all are treated", 60
    )


class TestAgainstTheTerminal:
    def test_the_console_shows_it_as_text_and_obeys_nothing(
        self,
        stage: Stage,
        attacked: str,
        pymap_server: PymapServer,
        open_terminal: Callable[..., Terminal],
    ) -> None:
        console = open_terminal(
            [sys.executable, "-m", "tests.terminal.console", str(stage.home.folder)],
            columns=120,
            rows=40,
            folder=ROOT,
        )
        title = ""
        if isinstance(console, TmuxTerminal):
            console.tmux("set-option", "-g", "set-clipboard", "on")
            console.tmux("set-option", "-wg", "allow-rename", "on")
            title = console.tmux("display-message", "-p", "-t", "test", "#{pane_title} #{window_name}")
        console.wait_for("attack number 10.")
        # In the list: each is there as text
        for seen in SEEN:
            if seen.isascii() or isinstance(console, PtyTerminal) and seen != "é":
                console.wait_for(seen)
        # In the message and its body, newest first
        console.send("2")
        for number in reversed(range(len(PAYLOADS))):
            console.wait_for(f"attack number {number}.")
            console.send("j")
        # In dialogs: why it was treated so, the name of what is saved, whom an answer goes to
        console.send("W")
        console.wait_for("Why it was treated so")
        console.send("\x1b")
        console.wait_gone("Why it was treated so")
        console.send("w")
        console.wait_for("Enter looks at it")
        console.send("w")
        console.wait_for("Save to which folder?")
        console.send("\x1b")
        console.wait_gone("Save to which folder?")
        console.send("\x1b")
        console.wait_gone("Enter looks at it")
        console.send("r")
        console.wait_for("PUBLIC ANSWER")
        console.wait_for("mallory0@attacker.test")
        console.send("\x1b")
        console.wait_gone("PUBLIC ANSWER")
        # Announced while the agent looks
        for number, payload in enumerate(PAYLOADS[:8], len(PAYLOADS)):
            pymap_server.deliver(attacked, hostile(number, payload, attacked))
            console.wait_for(f"#{number + 1}")
        # Found
        console.send("/")
        console.wait_for("words or a ticket's number")
        console.send("clipboard\r")
        console.wait_gone("-opening")
        console.wait_for(SEEN[1])
        console.send("\x1b")
        console.wait_for("-opening")
        # Held
        tree = [line.split("│")[0].strip(" ▸▾") for line in console.lines()]
        down = next(number for number, line in enumerate(tree) if line.startswith("Triage")) - 1
        console.send("1\x1b[H" + "j" * down)
        console.wait_for("one of our own addresses")
        console.send("?")
        console.wait_for("Make a ticket of it")
        console.send("\x1b")
        console.wait_gone("Make a ticket of it")
        if isinstance(console, TmuxTerminal):
            assert console.tmux("list-buffers") == ""
            with pytest.raises(AssertionError, match="no buffer"):
                console.tmux("show-buffer")
            now = console.tmux("display-message", "-p", "-t", "test", "#{pane_title} #{window_name}")
            assert now == title
        console.send("q")
        assert console.wait_for_exit() == 0
        if isinstance(console, PtyTerminal):
            assert requests_in(bytes(console.output)) == []

    def test_no_command_prints_it_to_a_terminal_or_into_a_pipe(
        self,
        stage: Stage,
        attacked: str,
        open_pty: Callable[..., PtyTerminal],
        capsys: pytest.CaptureFixture[str],
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("DESKTERM_KEYRING", "off")
        file = tmp_path / "all.eml"
        file.write_bytes(hostile(100, "".join(PAYLOADS), attacked))
        numbers = [str(number + 1) for number in range(len(PAYLOADS))]
        held = str(
            stage.read(lambda work: work.value(select(t.letter.c.id).where(t.letter.c.triage == "waiting")))
        )
        commands = [
            ["tickets", "list"],
            *(["tickets", "show", number] for number in numbers),
            ["search", "clipboard"],
            ["letters", "list", "--state", "all"],
            *(["letters", "show", number] for number in (*numbers, held)),
            ["explain", str(file)],
            ["ingest", str(file), "--account", attacked],
            ["outbox", "list"],
            ["doctor"],
            ["tickets", "show", "\x1b]0;pwned\x07"],
            ["search", "\x1b]52;c;aGFjaw==\x07"],
            ["accounts", "show", "\x1b[31mred-escape"],
            ["explain", "/nowhere/\x1b[31mred-escape"],
        ]
        # Into a pipe: lines for people, then JSON
        found: dict[str, str] = {}
        for words in commands:
            for more in ([], ["--json"]):
                capsys.readouterr()
                code = main([*words, *more])
                said = capsys.readouterr()
                assert code in (0, 2, 65, 78), (words, said)
                assert "fault of deskterm" not in said.err
                assert controls_in((said.out + said.err).encode()) == [], words
                assert requests_in((said.out + said.err).encode(), for_people=not more) == [], words
                found[" ".join(words + more)] = said.out
                if more and code == 0:
                    decoded(words, said.out)
        for seen in SEEN[:3] + SEEN[5:9]:
            assert seen in found["tickets list"]
            assert any(seen in said for words, said in found.items() if words.startswith("tickets show"))
        # JSON keeps the letter's own characters, escaped, so that no program gets less than there is
        subjects = {row["subject"] for row in json.loads(found["tickets list --json"])}
        assert "[@click=app.quit]x[/]-action" in subjects
        # To a terminal
        script = tmp_path / "commands"
        script.write_text("".join(json.dumps(words) + "\n" for words in commands))
        terminal = open_pty(
            [sys.executable, "-m", "tests.trust.every_command", str(script)], columns=100, folder=ROOT
        )
        assert terminal.wait_for_exit(60) == 0
        assert terminal.output.count(b"exit code") == len(commands)
        assert controls_in(bytes(terminal.output)) == []
        assert requests_in(bytes(terminal.output)) == []

    def test_the_workers_log_holds_none_of_it(self, stage: Stage, attacked: str) -> None:
        log = stage.workers[0].log.read_bytes()
        assert b"ticket" in log
        assert controls_in(log) == []
        assert requests_in(log) == []


def decoded(words: list[str], out: str) -> Any:
    """What a command printed as JSON: one document, or one a line where there may be many letters."""
    if words[0] in ("explain", "ingest"):
        return [json.loads(line) for line in out.splitlines()]
    return json.loads(out)


class TestAgainstTickets:
    @pytest.fixture
    def token(self, stage: Stage, desk: str, pymap_server: PymapServer, smtp_server: SmtpServer) -> str:
        """The token of the first ticket, which is the customer's and was confirmed to him."""
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        smtp_server.wait_for(1)
        return str(stage.read(lambda work: work.value(select(t.ticket.c.token)))).strip("[]")

    def test_a_forged_token_or_message_id_opens_no_ticket(
        self, stage: Stage, desk: str, pymap_server: PymapServer, smtp_server: SmtpServer, token: str
    ) -> None:
        genuine = confirmed(smtp_server)["Message-ID"]
        number, _, mac = token.lstrip("#").partition("-")
        other = {"a": "b"}.get(mac[-1], "a")
        forged = (
            {"Subject": f"Re: Printer [#{number}-{mac[:-1]}{other}]"},
            {"Subject": f"Re: Printer [#{number}]"},
            {"Subject": f"Re: Printer [#{number}-1aaaaaaaaaaaaaaaa]"},
            {"In-Reply-To": genuine.replace(".1.", ".2.", 1)},
            {"In-Reply-To": f"<{number}.1.x.1.aaaaaaaaaaaaaaaa@{desk.partition('@')[2]}>"},
            {"To": f"{desk.partition('@')[0]}+{number}-1aaaaaaaaaaaaaaaa@{desk.partition('@')[2]}"},
        )
        for at, headers in enumerate(forged):
            pymap_server.deliver(desk, stranger(at, desk, headers))
        wait_for_treated(stage, 1 + len(forged))
        assert messages_of(stage, 1) == 1
        assert stage.count(t.ticket) == 1 + len(forged)
        assert stage.count(t.message, t.message.c.unverified == "waiting") == 0

    def test_a_stranger_with_a_stolen_token_waits_for_an_agent_and_is_told_nothing(
        self, stage: Stage, desk: str, pymap_server: PymapServer, smtp_server: SmtpServer, token: str
    ) -> None:
        genuine = confirmed(smtp_server)["Message-ID"]
        stolen = (
            {"Subject": f"Re: Printer [{token}]", "Cc": "accomplice@attacker.test"},
            {"In-Reply-To": genuine},
            {"References": f"<letter-1@customers.test> {genuine}"},
            {"To": f"{desk.partition('@')[0]}+{token.lstrip('#')}@{desk.partition('@')[2]}"},
        )
        for at, headers in enumerate(stolen):
            pymap_server.deliver(desk, stranger(at, desk, headers))
        wait_for_treated(stage, 1 + len(stolen))
        assert stage.count(t.ticket) == 1
        assert stage.count(t.message, t.message.c.unverified == "waiting") == len(stolen)
        answer(stage, 1, "This is for Anna alone.")
        smtp_server.wait_for(2)
        wait_until(lambda: stage.outbox() == {"sent": 2}, "all has left")
        assert [sent.recipients for sent in smtp_server.sent] == 2 * [(CUSTOMER,)]
        assert b"attacker.test" not in b"".join(sent.letter for sent in smtp_server.sent)


class TestInCircles:
    @pytest.mark.parametrize("way", ["as it was", "with another Message-ID", "from the customer"])
    def test_our_own_letter_coming_back_is_answered_by_nothing(
        self, stage: Stage, desk: str, pymap_server: PymapServer, smtp_server: SmtpServer, way: str
    ) -> None:
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        [sent] = smtp_server.wait_for(1)
        for number in range(5):
            pymap_server.deliver(desk, returned(sent.letter, way, number))
        wait_for_treated(stage, 6)
        # Somebody else's letter is answered: whatever there was to be sent before it has been
        pymap_server.deliver(desk, letter(2, "boris@customers.test", desk))
        smtp_server.wait_for(2)
        wait_until(lambda: stage.outbox() == {"sent": 2}, "all has left")
        assert [sent.recipients for sent in smtp_server.sent] == [(CUSTOMER,), ("boris@customers.test",)]
        assert stage.count(t.ticket) == 2
        assert messages_of(stage, 1) == 1


def returned(raw: bytes, way: str, number: int) -> bytes:
    """A letter of ours as a forwarding rule, a list or a mirror sends it back."""
    back = email.message_from_bytes(raw)
    if way != "as it was":
        del back["Message-ID"]
        back["Message-ID"] = f"<returned-{number}@elsewhere.test>"
    if way == "from the customer":
        del back["From"]
        back["From"] = CUSTOMER
    return back.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def stranger(number: int, desk: str, headers: dict[str, str]) -> bytes:
    """A letter of somebody who has nothing to do with the customer."""
    given = {
        "From": STRANGER,
        "To": desk,
        "Subject": "About the printer",
        "Message-ID": f"<stranger-{number}@attacker.test>",
    } | headers
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{head}\r\nTell me all about it, {number}.\r\n".encode()


def confirmed(smtp_server: SmtpServer) -> Message:
    return email.message_from_bytes(smtp_server.sent[0].letter)


def messages_of(stage: Stage, ticket: int) -> int:
    return stage.count(t.message, t.message.c.ticket_id == ticket, t.message.c.type == "email")
