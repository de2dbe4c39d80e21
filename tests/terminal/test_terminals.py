"""Both kinds of terminal show what a program draws, type what they are told, and leave nothing running."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.pty_terminal import PtyTerminal
from tests.terminal.terminal import Terminal
from tests.world.processes import wait_until

OpenTerminal = Callable[..., Terminal]

ECHO = (sys.executable, "-u", "-c", "while True: print('you typed', repr(input('> ')))")
SIZE = (
    sys.executable, "-u", "-c",
    "import os, signal, sys\n"
    "show = lambda *_: print('size', *os.get_terminal_size())\n"
    "signal.signal(signal.SIGWINCH, show); show()\n"
    "while True: signal.pause()",
)  # fmt: skip


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_is_typed_reaches_the_program_and_its_answer_the_screen(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal(ECHO)
    terminal.wait_for(">")
    for typed in ("printer; paper;", "принтер не печатает", "--flag $HOME 'x'"):
        terminal.send(typed + "\r")
        terminal.wait_for(f"you typed {typed!r}")


def test_control_characters_arrive_as_bytes(open_terminal: OpenTerminal) -> None:
    program = (
        "import os, sys, tty; tty.setraw(0); print('ready', end='\\r\\n', flush=True)\n"
        "got = b''\n"
        "while not got.endswith(b'q'): got += os.read(0, 1)\n"
        "print(got.hex())"
    )
    terminal = open_terminal((sys.executable, "-u", "-c", program))
    terminal.wait_for("ready")
    terminal.send("\x1b[A\t\x7f\x01q")
    terminal.wait_for(b"\x1b[A\t\x7f\x01q".hex())


def test_the_program_is_told_of_a_new_size(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal(SIZE, columns=90, rows=20)
    terminal.wait_for("size 90 20")
    terminal.resize(60, 10)
    terminal.wait_for("size 60 10")


def test_the_exit_code_and_the_last_screen_are_kept(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal((sys.executable, "-c", "print('good bye'); raise SystemExit(69)"))
    assert terminal.wait_for_exit() == 69
    terminal.wait_for("good bye")


def test_the_signal_that_ended_a_program_is_told(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal(ECHO)
    terminal.wait_for(">")
    os.kill(terminal.process_id(), signal.SIGTERM)
    assert terminal.wait_for_exit() == -signal.SIGTERM


def test_waiting_for_what_never_comes_fails_and_shows_the_screen(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal((sys.executable, "-c", "print('something else')"))
    with pytest.raises(AssertionError, match="something else"):
        terminal.wait_for("a ticket")


def test_hanging_up_reaches_the_program_as_sighup(open_terminal: OpenTerminal, tmp_path: Path) -> None:
    listening, heard = tmp_path / "listening", tmp_path / "heard"
    program = (
        # blocked and waited for: one that came just before a pause would be slept through; and said by a
        # file, as a word on the terminal can be half written when the terminal goes
        "import pathlib, signal\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])\n"
        f"pathlib.Path({str(listening)!r}).touch()\n"
        f"pathlib.Path({str(heard)!r}).write_text(str(int(signal.sigwait([signal.SIGHUP]))))"
    )
    terminal = open_terminal((sys.executable, "-c", program))
    wait_until(listening.exists, "it listens")
    terminal.hang_up()
    wait_until(lambda: heard.exists() and heard.read_text() == str(int(signal.SIGHUP)), "SIGHUP is heard")
    assert terminal.wait_for_exit() == 0


def test_closing_ends_a_program_that_does_not_want_to(open_terminal: OpenTerminal) -> None:
    program = (
        "import signal\n"
        "for each in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT): signal.signal(each, signal.SIG_IGN)\n"
        "print('here to stay', flush=True)\n"
        "while True: signal.pause()"
    )
    terminal = open_terminal((sys.executable, "-c", program))
    terminal.wait_for("here to stay")
    process = terminal.process_id()
    terminal.close()
    wait_until(lambda: not alive(process), "the program is gone")


def test_a_textual_program_is_drawn(open_terminal: OpenTerminal) -> None:
    program = (
        "from textual.app import App\n"
        "from textual.widgets import Input, Label\n"
        "class Desk(App):\n"
        "    def compose(self):\n"
        "        yield Label('subject', id='l'); yield Input()\n"
        "    def on_input_changed(self, event): self.query_one('#l').update('is ' + event.value)\n"
        "Desk().run()\n"
    )
    terminal = open_terminal(
        (sys.executable, "-c", f"{program}import sys; sys.exit(3)"), columns=100, rows=30
    )
    terminal.wait_for("subject")
    terminal.send("Ärger mit Папка")
    terminal.wait_for("is Ärger mit Папка")
    terminal.send("\x11")
    assert terminal.wait_for_exit() == 3


def test_a_sequence_cut_in_two_is_still_one(open_pty: Callable[..., PtyTerminal]) -> None:
    parts = ("a\x1b[", ">1", "ub\x1b[?20", "26$", "pc\x1bPdcs", " here\x1b\\d\x1b[3", "1me\n")
    program = (
        "import os, sys\n"
        "os.system('stty -echo'); print('ready')\n"
        f"for part in {parts!r}: sys.stdout.write(part); sys.stdout.flush(); sys.stdin.readline()\n"
        "print('end')"
    )
    terminal = open_pty((sys.executable, "-c", program))
    terminal.wait_for("ready")
    for _ in parts:
        terminal.send("\n")
    terminal.wait_for("end")
    assert terminal.lines()[1] == "abcde"
    assert terminal.cell(1, 4).fg == "red"
