"""`deskterm backup` and `restore`: everything comes back, and what is no backup changes nothing."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from deskterm.config import Home
from deskterm.desk import actor, presence
from deskterm.store import archive
from deskterm.store import lease as leases
from deskterm.store.alive import SignOfLife
from deskterm.store.feed import Feed
from deskterm.store.opening import open_store
from tests.cli.conftest import Run
from tests.cli.test_tickets import ACCOUNT, letter


@pytest.fixture
def backup(desk: str, run: Run, tmp_path: Path) -> Path:
    """A backup of a desk with a ticket, taken while its worker is at work."""
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    run("ingest", letter(tmp_path / "in", 1), "--account", ACCOUNT)
    run("tickets", "note", "1", "--text", "The fan.", "--attach", letter(tmp_path / "in", 2))
    (Path(desk) / "keymap.toml").write_text('reply = "f6"\n')
    (Path(desk) / "secrets.json").write_text("a password")
    store = open_store(Home.find())
    worker = leases.take(store, "worker", "another process", 60)
    assert worker is not None
    file = tmp_path / "desk.tar.gz"
    try:
        said = run("backup", str(file), "--json").json
    finally:
        leases.release(store, worker)
        store.close()
    assert [part["name"] for part in said["parts"]] == ["desk.sqlite", "keymap.toml"]
    assert file.stat().st_mode & 0o777 == 0o600 and not said["secrets"]
    assert "already" in run("backup", str(file), code=73).err
    assert {path.name for path in tmp_path.glob("*desk*.gz*")} == {file.name}
    return file


def tickets(run: Run, *before: str) -> object:
    rows = run(*before, "tickets", "list", "--json").json
    return rows, [run(*before, "tickets", "show", str(row["id"]), "--json").json for row in rows]


def test_a_desk_comes_back_whole_and_its_mail_waits_for_a_person(
    backup: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tickets(run)
    monkeypatch.delenv("DESKTERM_DATABASE_URL", raising=False)
    other = ("--home", str(tmp_path / "other"))
    said = run(*other, "restore", str(backup)).out
    assert "Mail is switched off" in said and "secrets set" in said
    assert tickets(run, *other) == before
    assert run(*other, "settings", "show", "mail_on", "--json").json["value"] is False
    assert (tmp_path / "other" / "keymap.toml").read_text() == 'reply = "f6"\n'
    assert not (tmp_path / "other" / "secrets.json").exists()
    saved = tmp_path / "saved"
    run(*other, "attachments", "save", "1", "--to", str(saved))
    assert (saved / "2.eml").read_bytes() == (tmp_path / "in" / "2.eml").read_bytes()
    checks = run(*other, "doctor", "--json", code=78).json
    assert [one["check"] for one in checks if one["state"] == "bad"] == ["password"]
    # what is there makes way when told, and is kept
    run(*other, "tickets", "note", "1", "--text", "Since then.")
    assert "--force" in run(*other, "restore", str(backup), code=73).err
    told = run(*other, "restore", str(backup), "--force", "--mail-on").out
    assert tickets(run, *other) == before and "is kept as" in told
    assert run(*other, "settings", "show", "mail_on", "--json").json["value"] is True
    (kept,) = (tmp_path / "other").glob("desk.sqlite.before-restore-*")
    assert kept.stat().st_size


def test_a_desk_is_replaced_where_it_stands_by_its_administrator_and_not_while_others_work(
    backup: Path, run: Run
) -> None:
    before = tickets(run)
    run("agents", "add", "vera", "--role", "viewer")
    run("tickets", "set", "1", "--subject", "Another name")
    assert "administer" in run("--as", "vera", "restore", str(backup), "--force", code=77).err
    assert "administer" in run("--as", "vera", "backup", "/tmp/never.tar.gz", code=77).err
    store = open_store(Home.find())
    worker = leases.take(store, "worker", "another process", 60)
    assert worker is not None
    assert "The worker runs" in run("restore", str(backup), "--force", code=75).err
    leases.release(store, worker)
    life = SignOfLife(store, "console")
    feed = Feed(store, life)
    with store.work(write=True) as work:
        presence.look(work, actor.settle(store, Home.find()), "console")
    assert "console open" in run("restore", str(backup), "--force", code=75).err
    feed.close()
    life.end()
    store.close()
    run("restore", str(backup), "--force")
    assert tickets(run) == before
    assert [row["login"] for row in run("agents", "list", "--json").json if row["login"] == "vera"] == []


def repacked(file: Path, target: Path, change: object) -> Path:
    """The archive with another manifest."""
    with tarfile.open(file) as packed, tarfile.open(target, "w:gz") as made:
        for member in packed:
            source = packed.extractfile(member)
            assert source is not None
            data = source.read()
            if member.name == archive.MANIFEST:
                data = json.dumps({**json.loads(data), **change}).encode()  # type: ignore[dict-item]
                member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    return target


def test_what_is_no_backup_is_said_and_changes_nothing(
    backup: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DESKTERM_DATABASE_URL", raising=False)
    whole = gzip.decompress(backup.read_bytes())
    place = whole.index(b"SQLite format 3") + 5000
    bad = {
        "flipped": gzip.compress(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], 1),
        "cut": backup.read_bytes()[: backup.stat().st_size // 2],
        "text": b"not a backup",
    }
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
        said = run("--home", str(tmp_path / "new"), "restore", str(tmp_path / name), code=65).err
        assert "is no backup" in said and said.count("\n") == 1, name
    newer = repacked(backup, tmp_path / "newer", {"format": 99})
    assert "newer deskterm" in run("--home", str(tmp_path / "new"), "restore", str(newer), code=78).err
    parts = [{"name": name, "size": 1, "sha256": ""} for name in ("desk.sqlite", "../../evil")]
    evil = repacked(backup, tmp_path / "evil", {"parts": parts})
    assert "is no backup" in run("--home", str(tmp_path / "new"), "restore", str(evil), code=65).err
    missing = run("--home", str(tmp_path / "new"), "restore", str(tmp_path / "nowhere"), code=65).err
    assert "cannot be read" in missing
    assert list((tmp_path / "new").iterdir()) == []


def test_a_full_disk_is_one_sentence_and_leaves_nothing(
    backup: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(archive.os, "fsync", full)
    folder = tmp_path / "full"
    folder.mkdir()
    said = run("backup", str(folder / "desk.tar.gz"), code=73).err
    assert "No space left" in said and said.count("\n") == 1
    assert list(folder.iterdir()) == []
    nowhere = run("backup", str(tmp_path / "none" / "desk.tar.gz"), code=73).err
    assert "cannot be written" in nowhere
