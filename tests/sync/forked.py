"""Worker processes that begin in a moment: forked off one that has imported all a worker needs.

Each is a process of its own all the same, which is killed, frozen and limited like any other. That a worker
begins from nothing is shown where a command or a console starts it.
"""

from __future__ import annotations

import atexit
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

_ROOT = Path(__file__).resolve().parents[2]
_nursery: subprocess.Popen[bytes] | None = None


class Forked:
    """A worker process, with what `subprocess.Popen` has for one."""

    def __init__(
        self,
        log: Path,
        how: tuple[str, ...],
        crash_at: str,
        limits: dict[str, float],
        environment: dict[str, str],
    ) -> None:
        self._exit = log.with_suffix(".exit")
        order = {
            "how": how,
            "crash_at": crash_at,
            "limits": limits,
            "environment": environment,
            "log": str(log),
            "slept": str(log.with_suffix(".slept")),
            "exit": str(self._exit),
        }
        begun = _begun()
        assert begun.stdin is not None and begun.stdout is not None
        begun.stdin.write(json.dumps(order).encode() + b"\n")
        begun.stdin.flush()
        self.pid = int(begun.stdout.readline())

    def poll(self) -> int | None:
        """The exit code, or the signal that killed it with a minus; None while it runs."""
        return int(self._exit.read_text()) if self._exit.exists() else None

    def wait(self, seconds: float = 60) -> int:
        deadline = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("worker", seconds)
            time.sleep(0.01)
        return code

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _begun() -> subprocess.Popen[bytes]:
    """The process workers are forked off, one for all tests of this process; it ends with it."""
    global _nursery
    if _nursery is None:
        _nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.sync.forked"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        atexit.register(_nursery.communicate)
    return _nursery


def _serve(orders: IO[bytes], answers: IO[bytes]) -> dict[str, Any] | None:
    """Fork a process for each order and write down how it ended; in the child, its order."""
    exits: dict[int, Path] = {}
    ended, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        selector.register(orders, selectors.EVENT_READ)
        selector.register(ended, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if ended in ready:
                os.read(ended, 4096)
                _reap(exits)
            if orders.fileno() not in ready:
                continue
            line = orders.readline()
            if not line:
                for pid in exits:
                    os.kill(pid, signal.SIGKILL)
                return None
            order: dict[str, Any] = json.loads(line)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(ended)
                os.close(wakes)
                return order
            exits[pid] = Path(order["exit"])
            answers.write(b"%d\n" % pid)
            answers.flush()


def _reap(exits: dict[int, Path]) -> None:
    for pid in list(exits):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            path = exits.pop(pid)
            # The test may be over, its folder gone
            with suppress(FileNotFoundError):
                path.with_suffix(".ending").write_text(str(os.waitstatus_to_exitcode(status)))
                path.with_suffix(".ending").rename(path)


def _work(order: dict[str, Any]) -> int:
    """Be the worker that was ordered."""
    from deskterm import crash, limits
    from deskterm.config import Home
    from deskterm.mail.wire import slept
    from deskterm.sync.worker import run

    os.environ.clear()
    os.environ.update(order["environment"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number, file in enumerate((nothing, log, log)):
        os.dup2(file, number)
    for file in (nothing, log):
        os.close(file)
    sys.stdout, sys.stderr = (TextIOWrapper(open(n, "wb", 0), write_through=True) for n in (1, 2))
    for name, value in order["limits"].items():
        setattr(limits, name, value)
    slept.lag = lambda: 3600.0 * os.path.exists(order["slept"])
    crash.arm(order["crash_at"])
    return run(Home.find(), once="once" in order["how"], linger="linger" in order["how"])


def main() -> None:
    import deskterm.mail.limited
    import deskterm.store.opening
    import deskterm.sync.worker  # noqa: F401  what workers need, once for all of them

    order = _serve(sys.stdin.buffer.raw, sys.stdout.buffer)  # type: ignore[attr-defined]
    if order is not None:
        sys.exit(_work(order))


if __name__ == "__main__":
    main()
