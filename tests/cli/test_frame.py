"""The frame of all commands: help, wrong arguments, exit codes, what is imported when."""

from __future__ import annotations

import errno
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from deskterm.cli import application
from deskterm.cli.application import build
from deskterm.cli.main import Opening, read_opening
from deskterm.store.errors import StoreError
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


def paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from paths(inner, (*path, name))


ALL = list(paths(typer.main.get_command(build())))


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "deskterm")
def test_every_command_has_help_with_an_example(run: Run, path: tuple[str, ...]) -> None:
    said = run(*path, "--help").out
    examples = said.partition("Examples:")[2]
    assert " ".join(("deskterm", *path)) in examples
    assert "\x1b" not in said
    assert "[" not in examples.replace("[TEXT]", "")
    assert "…..." not in said and "<list" not in said


def test_the_nouns_and_verbs_of_the_contract_are_there() -> None:
    usual = (
        "accounts blacklist rules senders agents roles teams branches clients departments contacts articles"
        " rubrics categories kinds criticalities difficulties sources ratings statuses sla schedules answers"
    )
    wanted = dict.fromkeys(usual.split(), "add list show edit remove") | {
        "letters": "list show retry release",
        "observers": "add list show edit remove",
        "report": "time tickets",
        "export": "mbox json csv",
        "outbox": "list retry withdraw",
        "secrets": "status set forget",
        "settings": "list show edit",
        "templates": "add list show edit remove set reset",
        "tickets": "list show new reply note assign status close history",
    }
    there = {" ".join(path) for path in ALL}
    missing = {f"{noun} {verb}" for noun, verbs in wanted.items() for verb in verbs.split()} - there
    assert not missing
    assert {"explain", "ingest", "search", "sync", "check", "migrate", "doctor", "demo"} <= there
    assert {"import", "backup", "restore"} <= there


def test_a_real_process_prints_help_and_ends_with_zero(command: Run) -> None:
    assert "deskterm accounts add" in command("--help").out
    assert "deskterm tickets reply" in command("tickets", "reply", "-h").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["tikets"], "There is no command 'tikets'. Did you mean 'tickets'?"),
        (["tickets", "show"], "NUMBER is missing."),
        (["tickets", "show", "many"], "NUMBER must be a whole number."),
        (["tickets", "show", "1", "2"], "Too many arguments: 2."),
        (["tickets", "list", "--colour"], "There is no option --colour."),
        (["tickets", "list", "--limit"], "--limit needs a value."),
        (["--home"], "--home needs a value."),
        (["tickets", "assign", "1"], "--to is missing."),
        (["tickets", "note", "1", "text", "--private"], "A private note needs an addressee"),
        (["sync", "--once", "--linger"], "--once and --linger exclude each other."),
        (["letters", "list", "--limit", "0"], "--limit is 1 or more."),
        (["tickets", "new", "--minutes", "x", "Hello"], "--minutes must be a number."),
        (["--lang", "fr", "doctor"], "The language is one of en, ru, not fr."),
    ],
)
def test_wrong_arguments_are_one_sentence_and_code_2(run: Run, arguments: list[str], sentence: str) -> None:
    said = run(*arguments, code=2)
    assert said.err.startswith("deskterm: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_a_wrong_argument_cannot_steer_the_terminal(run: Run) -> None:
    said = run("tickets", "\x1b]52;c;aGk=\x07", code=2)
    assert "\x1b" not in said.err and "\x07" not in said.err


def test_a_home_without_a_desk_is_said_and_not_made(run: Run) -> None:
    said = run("tickets", "list", code=78)
    assert "There is no desk at" in said.err
    assert not Path(os.environ["DESKTERM_HOME"]).exists()


def test_without_a_command_and_a_terminal_it_says_what_is_missing(command: Run) -> None:
    assert "needs a terminal" in command(code=2).err


@pytest.mark.parametrize(
    ("problem", "code", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/x"), 73, "/srv/x: No space left on device"),
        (StoreError("The store is busy.", 75), 75, "The store is busy."),
        (ValueError("\x1b]52;c;aGk=\x07"), 70, "A fault of deskterm itself: ValueError: ␛]52;c;aGk=␇"),
    ],
    ids=["full disk", "store", "fault of ours"],
)
def test_whatever_fails_is_one_harmless_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: int, sentence: str
) -> None:
    def fails(*_arguments: object, **_named: object) -> None:
        raise problem

    monkeypatch.setattr("deskterm.store.opening.open_store", fails)
    said = run("migrate", code=code)
    assert sentence in said.err and said.err.count("\n") == 1
    assert "\x1b" not in said.err
    if code == 70:
        monkeypatch.setenv("DESKTERM_DEBUG", "1")
        detailed = run("migrate", code=code).err
        assert "Traceback" in detailed and "\x1b" not in detailed


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = subprocess.run(
        f"{sys.executable} -m deskterm --help | true; echo ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "0"
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "opening"),
    [
        ([], Opening(None, None, None, True)),
        (["--home", "/srv/desk"], Opening("/srv/desk", None, None, True)),
        (["--home=/srv/desk", "--as", "anna"], Opening("/srv/desk", "anna", None, True)),
        (["--lang", "ru", "tickets", "list"], Opening(None, None, "ru", False)),
        (["--help"], Opening(None, None, None, False)),
        (["tickets", "--home", "x"], Opening(None, None, None, False)),
    ],
)
def test_what_stands_before_the_command_is_read_without_the_parser(
    arguments: list[str], opening: Opening
) -> None:
    assert read_opening(arguments) == opening


HEAVY = ("sqlalchemy", "sqlmodel", "imaplib", "imap_tools", "keyring", "cryptography", "rich.table")


def imported(code: str) -> set[str]:
    """The modules there are once a piece of Python has run in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_way_to_the_console_imports_no_parser_of_commands() -> None:
    there = imported("import deskterm.cli.main")
    assert not there & {*HEAVY, "typer", "rich", "textual", "pydantic"}


def test_help_imports_no_database_mail_or_keyring() -> None:
    assert not imported("from deskterm.cli.main import main\nmain(['--help'])") & set(HEAVY)


def test_completion_knows_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskterm"],
        env={
            **os.environ,
            "_DESKTERM_COMPLETE": "complete_bash",
            "COMP_WORDS": "deskterm ti",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["tickets"]


@pytest.mark.parametrize("how", ["end of input", "interrupt"])
def test_an_aborted_prompt_ends_with_130(how: str) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "deskterm", "secrets", "set", "support@example.org"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
        # shells start what is to run in the background with the signal ignored, the tests perhaps too
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(follower)
    seen = b""
    try:
        while not seen.endswith(b": "):
            seen += os.read(leader, 1024)
        if how == "interrupt":
            process.send_signal(signal.SIGINT)
        else:
            os.write(leader, b"\x04")
        assert process.wait(20) == 130
    finally:
        process.kill()
        os.close(leader)


GUIDES = ("administrators", "administration", "agents")
SAID = re.compile(r"`deskterm ([^`]+)`|^\s*deskterm ([^#\n]+)", re.MULTILINE)
"""A command as the docs give it, within a sentence or on a line of its own."""


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}.md" for name in GUIDES)])
def test_every_command_and_option_the_docs_name_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    seen, wrong = 0, []
    for found in SAID.finditer(text):
        seen += 1
        at = application.tree()
        options = set(_options(at))
        for word in (found[1] or found[2]).split():
            if word in getattr(at, "commands", ()):
                at = at.commands[word]
                options.update(_options(at))
            elif word.startswith("--") and word.split("=")[0].rstrip(".,;)") not in options:
                wrong.append(f"deskterm {found[1] or found[2]}: {word}")
            elif at is application.tree() and word.isalpha() and word.islower():
                wrong.append(f"deskterm {found[1] or found[2]}: {word}")
                break
    assert seen and wrong == []


def _options(command: Any) -> list[str]:
    return ["--help", *(name for each in command.params for name in (*each.opts, *each.secondary_opts))]
