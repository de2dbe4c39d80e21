"""Starting real programs for a test and leaving none of them behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

LOOPBACK = "127.0.0.1"


def missing(*programs: str) -> None:
    """Skip the test where a program is not installed; on CI, where all are installed, fail."""
    absent = [name for name in programs if find_program(name) is None]
    if absent:
        unavailable(f"not installed: {', '.join(absent)}")


def unavailable(reason: str) -> None:
    """Skip visibly with the reason; with DESKTERM_CI set, fail, because CI skips nothing."""
    if os.environ.get("DESKTERM_CI"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def find_program(name: str) -> str | None:
    """The path of a program; servers live in sbin, which is not on everybody's PATH."""
    path = os.environ.get("PATH", os.defpath)
    return shutil.which(name, path=os.pathsep.join((path, "/usr/local/sbin", "/usr/sbin", "/sbin")))


def free_port() -> int:
    """A port of the loopback address that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Return as soon as `true()` holds; fail with `what` when it never does."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.02)


def accepts(port: int) -> bool:
    """Does somebody accept connections on this port?"""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=5):
        return True
    return False


def greets(port: int) -> bool:
    """Does somebody on this port speak first, as IMAP, POP3, LMTP and SMTP servers do?"""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=5) as line:
        return bool(line.recv(1))
    return False


def end_group(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """End a process started in a session of its own, with all its children: SIGTERM, then SIGKILL."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running(
    command: Sequence[str | Path],
    log: Path,
    *,
    user: str | None = None,
    environment: dict[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in its own process group, its output in `log`; the whole group ends with the block."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user,
            group=user and _group_of(user),
            extra_groups=[] if user else None,
            env=environment,
        )
    try:
        yield process
    finally:
        end_group(process)


@contextmanager
def if_killed(script: str, *arguments: str | Path) -> Iterator[None]:
    """Run a shell script when the test process is gone before the block ends, as after SIGKILL."""
    watcher = subprocess.Popen(
        ["sh", "-c", f"cat > /dev/null\n{script}", "if_killed", *map(os.fspath, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(watcher.pid, signal.SIGKILL)
        watcher.communicate()


def ready(process: subprocess.Popen[bytes], ports: Sequence[int], log: Path, seconds: float = 60) -> None:
    """Wait until a server greets on all its ports; say what it logged if it ends or never does."""
    deadline = time.monotonic() + seconds
    waiting = list(ports)
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-4000:] if log.exists() else ""
            raise AssertionError(f"{process.args!r} does not answer on ports {waiting}:\n{said}")
        waiting = [port for port in waiting if not greets(port)]
        if waiting:
            time.sleep(0.02)


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid
