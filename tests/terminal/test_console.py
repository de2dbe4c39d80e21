"""The console in a real terminal: what a letter cannot do to it, and how it ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from deskterm.desk import drafts
from deskterm.store import tables as t
from tests.screens.desk import Desk
from tests.terminal.pty_terminal import PtyTerminal
from tests.terminal.terminal import Terminal
from tests.terminal.tmux_terminal import TmuxTerminal

ROOT = Path(__file__).parents[2]
END_SECONDS = 30.0
HOSTILE = (
    "\x1b]52;c;aGFja2Vk\x07 osc",
    "\x1b[2J\x1b[31m esc",
    "[@click=app.quit]x[/]",
    "oops [/] [red]",
    "\x9b31m c1 \u202egnp.exe",
    "a\rb\nc\td\x00e\x08f",
)


def command(desk: Desk) -> list[str]:
    return [sys.executable, "-m", "tests.terminal.console", str(desk.home.folder)]


def unwrapped(lines: Sequence[str]) -> str:
    """What a dialog says, without its frame and its line ends."""
    return " ".join(" ".join(line.strip(" │╭╮╰╯─") for line in lines).split())


def opened(terminal: Terminal, subject: str) -> None:
    """Wait until the desk is on screen and its first ticket open."""
    terminal.wait_for(subject)
    terminal.wait_for("1 of 1")


Open = Callable[..., PtyTerminal]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_four_panes_status_and_actions_are_on_screen(
    desk: Desk, open_pty: Open, columns: int, rows: int
) -> None:
    desk.ticket("Printer is out of paper", ["It says PC LOAD LETTER."])
    terminal = open_pty(command(desk), columns=columns, rows=rows, folder=ROOT)
    opened(terminal, "Printer is out of")
    terminal.wait_for("It says PC LOAD LETTER.")
    lines = terminal.wait_for("no worker runs: start `deskterm sync`")
    assert "Sections" in lines[0] and "Subject" in lines[0] and "Customer" in lines[0]
    assert any("Mine + New" in line and "1 (1)" in line for line in lines)
    assert any("#1 Printer" in line for line in lines)
    assert "no worker runs: start `deskterm sync`" in lines[-2]
    assert "r reply" in lines[-1] and "? help" in lines[-1]
    assert max(len(line) for line in lines) <= columns


def test_what_is_typed_before_the_console_is_there_is_done_once_it_is(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), folder=ROOT)
    terminal.send("2rIt is the cable.")
    terminal.wait_for("PUBLIC ANSWER")
    terminal.wait_for("It is the cable.")


def test_a_letter_can_do_nothing_to_the_terminal(desk: Desk, open_terminal: Callable[..., Terminal]) -> None:
    for subject in HOSTILE:
        desk.ticket(subject, [subject], customer=subject)
    terminal = open_terminal(command(desk), columns=120, rows=40, folder=ROOT)
    terminal.wait_for("[@click=app.quit]x[/]")
    terminal.wait_for("oops [/] [red]")
    terminal.send("2")
    for _subject in HOSTILE:
        terminal.send("j")
    terminal.send("m")
    terminal.wait_for("Answer the customer")
    terminal.send("\x1b")
    terminal.wait_gone("Answer the customer")
    terminal.send("s")
    terminal.wait_for("Being solved")
    terminal.send("\x1b")
    terminal.wait_gone("Being solved")
    if isinstance(terminal, TmuxTerminal):
        assert terminal.tmux("list-buffers") == ""
    terminal.send("q")
    assert terminal.wait_for_exit() == 0
    if isinstance(terminal, PtyTerminal):
        # what the letters asked the terminal for was never written to it
        assert b"\x1b]52" not in terminal.output and b"\x1b[31m esc" not in terminal.output


def test_letters_act_on_a_russian_keyboard(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), folder=ROOT)
    opened(terminal, "Printer")
    terminal.send("ш")
    terminal.wait_for("INTERNAL NOTE")
    terminal.send("\x1b")
    terminal.wait_gone("INTERNAL NOTE")
    terminal.send("й")
    assert terminal.wait_for_exit() == 0


def test_a_note_and_an_answer_go_into_the_ticket(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), columns=100, rows=30, folder=ROOT)
    opened(terminal, "Printer")
    terminal.send("i")
    terminal.wait_for("INTERNAL NOTE: agents only")
    terminal.send("Ask accounting\x13\x13")  # pressed twice, as hands do
    terminal.wait_for("Ask accounting")
    terminal.wait_gone("INTERNAL NOTE: agents only")
    terminal.send("r")
    terminal.wait_for("PUBLIC ANSWER")
    terminal.wait_for("To 1 person: Anna Petrova <anna@example.com>")
    terminal.send("A technician comes\x13\x13\x13")
    terminal.wait_for("Ctrl+Z takes it back")
    terminal.wait_for("A technician comes")
    with desk.store.work() as work:
        c = t.message.c
        written = work.values(select(c.body).where(c.author_agent_id.is_not(None)).order_by(c.id))
        assert written == ["Ask accounting", "A technician comes"]
        assert len(work.values(select(t.outgoing.c.id).where(t.outgoing.c.kind == "answer"))) == 1
    terminal.send("\x1a")
    terminal.wait_for("PUBLIC ANSWER")
    lines = terminal.wait_for("A technician comes")
    assert any("#1 Printer" in line for line in lines)


def test_what_another_does_appears_without_a_key(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), folder=ROOT)
    opened(terminal, "Printer")
    desk.ticket("The scanner too")
    terminal.wait_for("The scanner too")
    terminal.wait_for("2 (2)")


def bodies(desk: Desk) -> list[str]:
    with desk.store.work() as work:
        return [each.body for each in drafts.all_mine(work, desk.actor)]


@pytest.mark.parametrize("how", ["SIGHUP", "SIGTERM", "terminal gone"])
def test_an_end_from_outside_saves_what_is_being_written(desk: Desk, open_pty: Open, how: str) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), folder=ROOT)
    opened(terminal, "Printer")
    terminal.send("r")
    terminal.wait_for("PUBLIC ANSWER")
    terminal.send("half an answ")
    terminal.wait_for("half an answ")
    began = time.monotonic()
    if how == "terminal gone":
        terminal.hang_up()
    else:
        os.kill(terminal.process_id(), getattr(signal, how))
    terminal.wait_for_exit(END_SECONDS)
    assert time.monotonic() - began < END_SECONDS
    assert bodies(desk) == ["half an answ"]


def test_a_killed_console_has_lost_nothing_older_than_a_moment(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), folder=ROOT)
    opened(terminal, "Printer")
    terminal.send("r")
    terminal.wait_for("PUBLIC ANSWER")
    terminal.send("half an answ")
    terminal.wait_for("Draft saved.")
    os.kill(terminal.process_id(), signal.SIGKILL)
    terminal.wait_for_exit(END_SECONDS)
    assert bodies(desk) == ["half an answ"]


def test_a_store_of_a_newer_version_is_one_sentence_and_its_exit_code(desk: Desk, open_pty: Open) -> None:
    from sqlalchemy import text

    with desk.store.work(write=True) as work:
        work.execute(text("update alembic_version set version_num = '9999_from_the_future'"))
    terminal = open_pty(command(desk), folder=ROOT)
    terminal.wait_for("The desk cannot be opened")
    terminal.wait_until(lambda lines: "newer deskterm" in unwrapped(lines), "why it cannot")
    terminal.send("\r")
    assert terminal.wait_for_exit() == 78
    assert b"Traceback" not in terminal.output


def test_a_smaller_screen_shows_all_panes_again(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    terminal = open_pty(command(desk), columns=120, rows=40, folder=ROOT)
    opened(terminal, "Printer")
    terminal.resize(80, 24)
    lines = terminal.wait_until(
        lambda lines: len(lines) == 24 and "? help" in lines[-1] and "Mine + New" in lines[1],
        "the smaller screen",
    )
    assert any("#1 Printer" in line for line in lines)


def test_the_mouse_opens_a_ticket_and_acts_from_the_bar(desk: Desk, open_pty: Open) -> None:
    desk.ticket("Printer", ["Help."])
    desk.ticket("Scanner", ["It hums."])
    terminal = open_pty(command(desk), columns=100, rows=30, folder=ROOT)
    terminal.wait_for("1 of 1")
    row = next(number for number, line in enumerate(terminal.lines(), 1) if "Printer" in line)
    terminal.send(f"\x1b[<0;60;{row}M\x1b[<0;60;{row}m")
    terminal.wait_for("#1 Printer")
    column = terminal.lines()[-1].index("i note") + 3
    terminal.send(f"\x1b[<0;{column};30M\x1b[<0;{column};30m")
    terminal.wait_for("INTERNAL NOTE")
