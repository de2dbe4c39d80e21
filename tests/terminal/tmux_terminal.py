"""A program in tmux, a terminal that other people's programs are used to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from tests.terminal.terminal import SECONDS, Terminal
from tests.world.processes import wait_until

_LOOK_AGAIN_SECONDS = 0.02
_WATCHED = Path(__file__).with_name("watched.py")


class TmuxTerminal(Terminal):
    """Runs a program in a tmux server of its own, without anybody's configuration."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        columns: int = 80,
        rows: int = 24,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        # A short path: the server's socket lies in it.
        self._folder = Path(tempfile.mkdtemp(prefix="tmux-"))
        self._environment = {**os.environ, **(environment or {}), "TMUX_TMPDIR": str(self._folder)}
        for name in ("TMUX", "TMUX_PANE"):
            self._environment.pop(name, None)
        # Without this tmux would be gone with the program, its last screen and exit code with it.
        self.tmux("start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";",
                  "set-option", "-g", "status", "off", ";",
                  "set-option", "-g", "default-terminal", "tmux-256color", ";",
                  "set-option", "-g", "escape-time", "0", ";",
                  # A window with a name keeps it: tmux would else name it after what runs there.
                  "new-session", "-d", "-s", "test", "-n", "window", "-x", str(columns), "-y", str(rows),
                  *(["-c", str(folder)] if folder else []),
                  "--", sys.executable, "-IS", str(_WATCHED), str(self._folder),
                  *(os.fspath(part) for part in command))  # fmt: skip
        self._server = int(self.tmux("display-message", "-p", "-t", "test", "#{pid}"))
        self._hung_up = self._closed = False

    def tmux(self, *words: str) -> str:
        """Run a tmux command against this terminal's server and return what it prints."""
        done = subprocess.run(
            ["tmux", "-u", "-L", "test", "-f", "/dev/null", *words],
            capture_output=True,
            text=True,
            env=self._environment,
        )
        if done.returncode:
            raise AssertionError(f"tmux {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def lines(self) -> list[str]:
        if self._hung_up:
            return []
        state, *lines = self.tmux(
            "display-message", "-p", "-t", "test", "#{pane_dead} #{pane_height}", ";",
            "capture-pane", "-p", "-t", "test", "-S", "-1",
        ).split("\n")[:-1]  # fmt: skip
        dead, height = state.split(" ")
        if dead == "1":
            # When the program ends, tmux moves its screen up by a line and writes a notice of its own.
            lines = lines[:-1]
        return [line.rstrip() for line in lines[-int(height) :]]

    def send(self, keys: str) -> None:
        for plain, run in groupby(keys, key=lambda character: character >= " " and character != "\x7f"):
            text = "".join(run)
            if plain:
                # tmux would take a semicolon at the end for its own separator of commands.
                text = text[:-1] + "\\;" if text.endswith(";") else text
                self.tmux("send-keys", "-t", "test", "-l", "--", text)
            else:
                self.tmux("send-keys", "-t", "test", "-H", *(f"{ord(character):02x}" for character in text))

    def resize(self, columns: int, rows: int) -> None:
        self.tmux("resize-window", "-t", "test", "-x", str(columns), "-y", str(rows))

    def hang_up(self) -> None:
        self._hung_up = True
        with suppress(AssertionError):
            self.tmux("kill-session", "-t", "test")

    def process_id(self) -> int:
        written = self._folder / "process"
        wait_until(written.exists, "the program has begun")
        return int(written.read_text())

    def wait_for_exit(self, seconds: float = SECONDS) -> int:
        deadline = time.monotonic() + seconds
        while not self._has_ended():
            if time.monotonic() > deadline:
                frame = "\n".join(f"|{line}" for line in self.lines())
                raise AssertionError(f"the program still runs after {seconds:g} s:\n{frame}")
            time.sleep(_LOOK_AGAIN_SECONDS)
        return int((self._folder / "exit").read_text())

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        process = self.process_id()
        with suppress(AssertionError):
            self.tmux("kill-server")
        for each in (process, self._server):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_for_change(self, seconds: float) -> bool:
        ended = self._has_ended()
        time.sleep(min(seconds, _LOOK_AGAIN_SECONDS))
        return not ended

    def _has_ended(self) -> bool:
        return (self._folder / "exit").exists()
