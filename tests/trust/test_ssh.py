"""An agent without an account comes in over real OpenSSH: to the tickets, and to nothing else."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from deskterm.desk import agents
from deskterm.store import tables as t
from tests.screens.desk import Desk, make_desk
from tests.terminal.pty_terminal import PtyTerminal
from tests.world.processes import LOOPBACK, wait_until
from tests.world.sshd import Sshd, running_sshd

SECONDS = 60
# what a client may try to bring along where the server accepts everything
HOSTILE = {
    "EDITOR": "/bin/sh",
    "VISUAL": "/bin/sh",
    "BROWSER": "/bin/sh",
    "PAGER": "/bin/sh",
    "TEXTUAL_DRIVER": "evil:Driver",
    "DESKTERM_DATABASE_URL": "postgresql://evil@127.0.0.1:1/evil",
    "DESKTERM_HOME": "/nowhere",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with running_sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


@pytest.fixture
def desk(server: Sshd, tmp_path: Path) -> Iterator[Desk]:
    """A desk with a ticket; anna may come in by her key, and nobody else."""
    made = make_desk(tmp_path / "deskterm")
    with made.store.work(write=True) as work:
        agents.add(work, made.actor, "anna", name="Anna Petrova", role="agent")
    made.ticket("Printer on fire", ["It burns."])
    server.authorized_keys.unlink(missing_ok=True)
    said = subprocess.run(
        [
            sys.executable, "-m", "deskterm", "--home", made.home.folder, "agents", "ssh-key", "add", "anna",
            server.public_key, "--file", server.authorized_keys,
        ],
        capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "deskterm:anna anna@laptop" in server.authorized_keys.read_text()
    yield made
    made.store.close()


def ran(server: Sshd, *command: str, given: bytes = b"", options: tuple[str, ...] = ()) -> tuple[int, bytes]:
    """(exit code, all that was said) of one `ssh`."""
    done = subprocess.run(
        server.command(*command, options=options),
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout


def test_an_agent_works_with_tickets_over_ssh_and_history_says_by_which_key(
    desk: Desk, server: Sshd, open_pty: Callable[..., PtyTerminal], tmp_path: Path
) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    marker = tmp_path / "evil was run"
    (evil / "sitecustomize.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (evil / "evil.py").write_text(f"open({str(marker)!r}, 'w')\n")
    hostile = {**HOSTILE, "PYTHONPATH": str(evil), "PYTHONSTARTUP": str(evil / "evil.py")}
    sent = tuple(part for name in hostile for part in ("-o", f"SendEnv={name}"))
    terminal = open_pty(
        server.command(options=("-tt", *sent)), columns=100, rows=30, environment={**os.environ, **hostile}
    )
    terminal.wait_for("Printer on fire")
    terminal.wait_for("1 of 1")
    wait_until(lambda: any("Anna Petrova" in line for line in terminal.lines()[-3:]), "who is here")
    # neither suspended nor a shell: the console takes the key for one of its own
    terminal.send("\x1a")
    terminal.send("\x1c")
    terminal.send("a")
    terminal.wait_for("It is yours.")
    assert responsible(desk) == "anna"
    terminal.send("i")
    terminal.wait_for("INTERNAL NOTE: agents only")
    terminal.send("\x07")
    terminal.wait_for("No editor is allowed")
    terminal.send("Looked into it\x13")
    terminal.wait_gone("INTERNAL NOTE: agents only")
    # a file to go with the answer: there is no path to type, only the names in her folder
    terminal.send("r")
    terminal.wait_for("PUBLIC ANSWER")
    terminal.send("\x14")
    terminal.wait_for("Your folder is empty")
    terminal.send("\r")
    terminal.wait_gone("Your folder is empty")
    terminal.send("A technician comes\x13")
    terminal.wait_for("takes it back")
    terminal.send("q")
    assert terminal.wait_for_exit() == 0

    fingerprint = subprocess.run(
        ["ssh-keygen", "-l", "-f", server.public_key], capture_output=True, text=True, check=True
    ).stdout.split()[1]
    with desk.store.work() as work:
        anna = work.value(select(t.agent.c.id).where(t.agent.c.login == "anna"))
        acts = work.rows(select(t.event.c.act, t.event.c.via).where(t.event.c.agent_id == anna))
        assert {row.via for row in acts} == {f"ssh {fingerprint}"}
        assert len(acts) >= 3
        assert work.value(select(t.outbox.c.id)) is not None
    assert not marker.exists()
    own = desk.home.folder / "agents" / "anna"
    assert stat.S_IMODE(own.stat().st_mode) == 0o700
    assert (own / "console.json").exists() and not (desk.home.folder / "console.json").exists()


def responsible(desk: Desk) -> str | None:
    with desk.store.work() as work:
        found: str | None = work.value(
            select(t.agent.c.login).join(t.ticket, t.ticket.c.responsible_id == t.agent.c.id)
        )
        return found


def test_no_command_reaches_a_shell_or_a_file_outside_her_folder(desk: Desk, server: Sshd) -> None:
    store = Path(desk.home.database)
    files = desk.home.folder / "agents" / "anna" / "files"
    assert ran(server, "put plan.txt", given=b"the plan") == (0, b"")
    assert ran(server, "get plan.txt") == (0, b"the plan")
    # even where somebody of the house made a way out of the folder
    (files / "link").symlink_to(store)
    os.link(store, files / "hard")
    for asked in ("get ../../../desk.sqlite", "get link", "put hard"):
        code, said = ran(server, asked, given=b"overwritten")
        assert code in (65, 73) and b"SQLite" not in said, asked
    assert store.read_bytes()[:16] == b"SQLite format 3\x00"
    for asked in ("sh -c id", "files; id", "deskterm --as root"):
        code, said = ran(server, asked)
        assert (code, b"uid=" in said, b"SQLite" in said) == (77, False, False), asked
    with desk.store.work() as work:
        noted = work.values(select(t.refusal.c.act).where(t.refusal.c.actor == "anna"))
    assert sorted(noted) == ["ssh: deskterm --as root", "ssh: files; id", "ssh: sh -c id"]


def test_no_transfer_no_forwarding_and_no_door_for_who_is_no_agent_any_more(desk: Desk, server: Sshd) -> None:
    target = desk.home.folder.parent / "stolen"
    sftp = ["sftp", *server.command()[1:-1], server.command()[-1]]
    sftp[sftp.index("-p")] = "-P"
    batch = f"get {desk.home.database} {target}\n"
    done = subprocess.run(sftp, input=batch.encode(), capture_output=True, timeout=SECONDS, check=False)
    assert done.returncode != 0 and not target.exists()
    # the console asks for a terminal, and says so
    assert ran(server)[0] == 2

    with listening() as (port, heard):
        # asked to reach a port through the server, and to listen on it
        code, _said = ran(server, options=("-W", f"{LOOPBACK}:{port}"))
        assert code != 0
        code, _said = ran(
            server, options=("-N", "-o", "ExitOnForwardFailure=yes", "-R", f"0:{LOOPBACK}:{port}")
        )
        assert code != 0
        assert not heard()
    assert b"SSH_AUTH_SOCK" not in ran(server, "files", options=("-A",))[1]

    with desk.store.work(write=True) as work:
        agents.remove(work, desk.actor, "anna")
    code, said = ran(server, "files")
    assert code == 77 and b"no active agent anna" in said


@contextmanager
def listening() -> Iterator[tuple[int, Callable[[], bool]]]:
    """A port somebody listens on, and whether anybody came."""
    with socket.create_server((LOOPBACK, 0)) as door:
        door.settimeout(0)

        def heard() -> bool:
            with suppress(BlockingIOError):
                door.accept()[0].close()
                return True
            return False

        yield door.getsockname()[1], heard


def test_another_key_of_the_account_would_have_been_let_in(desk: Desk, server: Sshd) -> None:
    """What the tests above are refused is refused by the line, not by this server."""
    server.authorized_keys.write_text(server.public_key.read_text())
    code, said = ran(server, "echo", "in", "a", "shell")
    assert (code, said) == (0, b"in a shell\n")
    with listening() as (port, heard):
        through = subprocess.Popen(
            server.command(options=("-W", f"{LOOPBACK}:{port}")), stdin=subprocess.PIPE
        )
        try:
            wait_until(heard, "somebody came through the server")
        finally:
            through.kill()
            through.communicate()
