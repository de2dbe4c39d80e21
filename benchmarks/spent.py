"""What a measured program spent: seconds of the clock and of processors, and on what machine."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock, and of processors by the program and by the server it spoke to."""

    wall: float
    cpu: float
    server_cpu: float = 0.0


def machine() -> str:
    """The machine and how busy it is, for the head of every table of figures."""
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load}"


def spent_by(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    server: int = 0,
    folder: Path | None = None,
    look: Callable[[int], None] | None = None,
    most: float | None = None,
) -> tuple[str, Spent]:
    """Run a program and give what it printed and what it and the server process `server` spent.

    `look` is given its process number several times a second while it runs; after `most` seconds it is
    ended. Raises CalledProcessError with what the program complained of.
    """
    before = cpu_of_tree(server)
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        ending = threading.Timer(most or 0.0, process.terminate)
        if most is not None:
            ending.start()
        with _looking(look, process.pid):
            printed = process.stdout.read()
            _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        ending.cancel()
    wall = time.perf_counter() - began
    if process.returncode and not (most is not None and process.returncode == -signal.SIGTERM):
        raise subprocess.CalledProcessError(process.returncode, command, printed)
    return printed, Spent(wall, usage.ru_utime + usage.ru_stime, cpu_of_tree(server) - before)


@contextmanager
def _looking(look: Callable[[int], None] | None, pid: int) -> Iterator[None]:
    """Call `look` now and then while the block runs, where there is one."""
    if look is None:
        yield
        return
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK_SECONDS):
            look(pid)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def cpu_of_tree(pid: int) -> float:
    """Processor seconds of a process, of those it waited for, and of its children that live; 0 for none."""
    if not pid:
        return 0.0
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        # utime, stime, cutime, cstime: fields 14 to 17 of proc(5)
        own = sum(int(fields[at]) for at in range(11, 15)) / _TICKS
    except OSError:
        return 0.0
    return own + sum(cpu_of_tree(child) for child in children_of(pid))


def children_of(pid: int) -> list[int]:
    """The living children of a process."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def pss_of(pid: int) -> float:
    """The proportional set size of a process in MiB; 0 where it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        return 0.0
    return 0.0
