"""`doctor`, `migrate`, `sync`, `check`: what keeps a desk running, and faults named in one sentence."""

from __future__ import annotations

import io
import os
import sqlite3
from pathlib import Path

import pytest

from deskterm import i18n
from deskterm.cli import doctor
from deskterm.config import Home
from deskterm.store import tables as t
from deskterm.store.opening import open_store
from tests.cli.conftest import Run

ACCOUNT = "support@example.org"
NO_SERVERS = ("--incoming", "none", "--outgoing", "none")


def findings(run: Run, code: int = 0) -> dict[str, str]:
    found = run("doctor", "--json", code=code).json
    assert all(set(one) == {"check", "state", "detail", "remedy", "exit_code"} for one in found)
    return {one["check"]: one["state"] for one in found}


def test_a_healthy_desk_has_nothing_bad(desk: str, run: Run) -> None:
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    states = findings(run)
    assert "bad" not in states.values()
    assert {"folder", "files", "disk", "store", "access", "counters", "worker", "letters", "clock"} <= set(
        states
    )
    assert states["worker"] == "warning"
    assert states["counters"] == states["clock"] == "good"


def test_a_missing_password_is_named_with_what_to_do(desk: str, run: Run) -> None:
    run("accounts", "add", ACCOUNT, "--in-host", "imap.example.org", "--out-host", "smtp.example.org")
    assert findings(run, 78)["password"] == "bad"
    assert f"deskterm secrets set {ACCOUNT}" in run("doctor", code=78).out


def test_counters_that_differ_from_the_tickets_are_found(desk: str, run: Run) -> None:
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    store = open_store(Home.find())
    with store.work(write=True) as work:
        work.execute(
            t.ticket_count.insert().values(responsible_id=0, rubric_id=0, status_class="active", number=3)
        )
    store.close()
    assert findings(run, 65)["counters"] == "bad"


def test_a_damaged_store_is_one_sentence(own_world: Path, run: Run) -> None:
    run("migrate")
    path = Path(Home.find().database)
    for name in (f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)
    path.write_bytes(b"this is no database at all" * 1000)
    said = run("tickets", "list", code=65)
    assert said.err.count("\n") == 1 and "damaged" in said.err
    assert findings(run, 65)["store"] == "bad"


def test_a_store_that_others_can_read_is_refused_and_found(own_world: Path, run: Run) -> None:
    run("migrate")
    path = Path(Home.find().database)
    path.chmod(0o644)
    assert "chmod 600" in run("tickets", "list", code=77).err
    states = findings(run, 78)
    assert states["files"] == states["store"] == "bad"


def test_a_store_of_a_newer_program_ends_with_78(own_world: Path, run: Run) -> None:
    run("migrate")
    with sqlite3.connect(Home.find().database) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    for command in (("tickets", "list"), ("migrate",), ("sync", "--once"), ("doctor",)):
        said = run(*command, code=78)
        assert "newer" in said.err + said.out


def test_a_full_disk_is_found(own_world: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    monkeypatch.setattr(doctor, "DISK_BAD_BYTES", 2**80)
    assert findings(run, 73)["disk"] == "bad"


def test_migrate_makes_a_store_and_says_its_version(desk: str, run: Run) -> None:
    made = run("migrate", "--json").json
    assert run("migrate", "--json").json == made
    assert made["version"]
    assert run("statuses", "list", "--json").json


def test_sync_once_runs_the_worker_on_a_desk_without_servers(desk: str, run: Run) -> None:
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    run("sync", "--once")


def test_check_asks_the_worker_and_says_when_there_is_none(desk: str, run: Run) -> None:
    run("migrate")
    assert "No worker runs" in run("check").out
    assert run("settings", "show", "check_now", "--json").json["value"] == 1
    run("settings", "edit", "mail_on", "off")
    assert run("check", "--json").json == {"worker": None, "mail_on": False}
    assert "switched off" in run("check").out


def test_secrets_are_set_shown_and_forgotten(
    own_world: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    run("accounts", "add", ACCOUNT, "--in-host", "mail", "--out-host", "mail")

    def keep(secret: str, *more: str, code: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(secret))
        said = run("secrets", "set", ACCOUNT, *more, code=code)
        return said.out + said.err

    def place() -> list[str]:
        return [row["place"] for row in run("secrets", "status", "--json").json["accounts"]]

    assert "Kept in: file." in keep("s3cret\n", "--stdin")
    assert place() == ["file"]
    assert "s3cret" not in run("secrets", "status").out + run("secrets", "status", "--json").out
    monkeypatch.setenv("DESKTERM_PASSWORD_SUPPORT_EXAMPLE_ORG", "other")
    assert place() == ["environment"]
    assert "from environment is still asked first" in keep("newer\n", "--stdin")
    assert "file" in run("secrets", "forget", ACCOUNT).out
    assert "There was none." in run("secrets", "forget", ACCOUNT).out
    assert "empty" in keep("\n", "--stdin", code=2)
    assert "No terminal" in keep("", code=2)
    assert "switched off" in keep("x\n", "--stdin", "--to", "keyring", code=78)


@pytest.mark.skipif(
    not list((Path(i18n.__file__).parent / "locale").glob("ru/LC_MESSAGES/*.mo")),
    reason="the Russian catalogue is not compiled",
)
def test_russian_is_spoken_where_it_is_asked_for(own_world: Path, command: Run) -> None:
    for said in (command("--lang", "ru", "--help"), command("--help", LC_ALL="ru_RU.UTF-8")):
        assert "Команды:" in said.out and "Usage" not in said.out
    assert "Нет команды" in command("tikets", DESKTERM_LANG="ru", code=2).err


def test_who_else_can_read_the_store_is_said(desk: str, own_world: Path, run: Run) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFnOfe4Py8loKsRq5IitGwj+gsWAkA3GKWbpwhWK50Y"
    keys = own_world / ".ssh" / "authorized_keys"
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    assert "sessions" not in findings(run)
    run("agents", "add", "anna")
    (own_world / "anna.pub").write_text(key)
    by_key = ("agents", "ssh-key", "add", "anna", str(own_world / "anna.pub"))
    if "DESKTERM_DATABASE_URL" in os.environ:
        assert "(superuser)" in run("doctor").out
        assert "~/.pgpass" in run(*by_key, code=65).err
        return
    run(*by_key)
    assert findings(run)["sessions"] == "good"
    keys.write_text(keys.read_text() + key.replace("IGFn", "IGFo") + " somebody\n")
    assert findings(run)["sessions"] == "warning"
    assert "opens a shell" in run("doctor").out
