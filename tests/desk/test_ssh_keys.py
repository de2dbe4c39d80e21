"""Public keys of agents: checked, one restricting line each, in a file whose other lines are left alone."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from sqlalchemy import select

from deskterm.confinement import Confinement
from deskterm.desk import accounts, agents, authorized_keys, rules, ssh_keys
from deskterm.desk.actor import Actor, settle
from deskterm.desk.errors import BadData, NotAllowed, NotFound, Unavailable
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Desk
from tests.world.processes import missing

# made for this test, their private halves thrown away
ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFnOfe4Py8loKsRq5IitGwj+gsWAkA3GKWbpwhWK50Y"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / ".ssh" / "authorized_keys"


@pytest.fixture
def session(tmp_path: Path) -> ssh_keys.Session:
    return ssh_keys.Session(tmp_path / 'a desk\'s "home"')


def add(desk: Desk, file: Path, session: ssh_keys.Session, key: str = ED25519, login: str = "cora") -> str:
    with desk.store.work(write=True) as work:
        return ssh_keys.add(work, desk.boss, login, key, file, session)


def test_a_key_is_one_line_that_allows_one_thing(desk: Desk, file: Path, session: ssh_keys.Session) -> None:
    found = add(desk, file, session, ED25519 + ' cora@laptop ",command="sh')
    [line] = file.read_text().splitlines()
    assert line.startswith('restrict,pty,command="exec env -i ')
    assert line.endswith(f"{ED25519} deskterm:cora cora@laptop commandsh")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with desk.store.work() as work:
        [shown] = ssh_keys.listed(work, desk.boss, file)
        assert (shown.login, shown.fingerprint, shown.active) == ("cora", found, True)
        row = work.first(select(t.event).where(t.event.c.act == "agent.ssh-key.add"))
        assert row is not None and row.changes == [["key", None, found]]
    # what the shell makes of the line's command, whatever the path of the desk holds
    quoted = authorized_keys._OURS.fullmatch(line)
    assert quoted is not None
    command = quoted["command"].replace('\\"', '"').replace("\\\\", "\\")
    said = subprocess.run(
        ["sh", "-c", command.replace("exec env -i", "exec printf '%s\\n'", 1)],
        env={"SSH_ORIGINAL_COMMAND": '$(touch x); "', "HOME": "/h", "EVIL": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert 'SSH_ORIGINAL_COMMAND=$(touch x); "' in said and not any("EVIL" in each for each in said)
    assert said[said.index("--home") + 1] == str(session.home)
    assert said[-4:] == ["session", "cora", "--key", found]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "hello",
        ED25519.removeprefix("ssh-ed25519 "),
        f"no-pty {ED25519}",
        f'command="sh" {ED25519}',
        f"{ED25519}\n{ED25519}",
        f"{ED25519} comment\nssh-rsa AAAA",
        f"{ED25519}\r",
        f"{ED25519[:-8]}",
        ED25519.replace("ssh-ed25519 ", "ssh-rsa "),
        f"{ED25519}\x00",
        "ssh-dss AAAAB3NzaC1kc3MAAACBAIOO",
        "ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----",
    ],
)
def test_what_is_no_single_public_key_is_refused(
    desk: Desk, file: Path, session: ssh_keys.Session, key: str
) -> None:
    if key.endswith("\r"):
        key = key[:-1] + "\r x"
    with pytest.raises(BadData):
        add(desk, file, session, key)
    assert not file.exists()


def test_weak_rsa_is_refused_and_strong_and_ecdsa_are_taken(
    desk: Desk, file: Path, session: ssh_keys.Session, tmp_path: Path
) -> None:
    missing("ssh-keygen")
    for kind, bits in (("rsa", "1024"), ("rsa", "2048"), ("ecdsa", "521")):
        made = tmp_path / f"{kind}{bits}"
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-f", made], check=True)
        key = made.with_suffix(".pub").read_text()
        if bits == "1024":
            with pytest.raises(BadData, match="2048"):
                add(desk, file, session, key)
        else:
            found = add(desk, file, session, key)
            shown = subprocess.run(
                ["ssh-keygen", "-l", "-f", made], capture_output=True, text=True, check=True
            )
            assert shown.stdout.split()[1] == found


def test_lines_of_others_stay_as_they_are(desk: Desk, file: Path, session: ssh_keys.Session) -> None:
    theirs = b'# ours\n\ncommand="x",no-pty ssh-rsa AAAAB3NzaC1yc2EAAAAB root@x\r\n'
    theirs += b"broken \xff line\nssh-dss AAAA= deskterm:cora"
    file.parent.mkdir(mode=0o700)
    file.write_bytes(theirs)
    add(desk, file, session)
    assert file.read_bytes().startswith(theirs + b"\n")
    with desk.store.work(write=True) as work:
        assert len(ssh_keys.listed(work, desk.boss, file)) == 1
        assert len(ssh_keys.remove(work, desk.boss, "cora", None, file)) == 1
        with pytest.raises(NotFound):
            ssh_keys.remove(work, desk.boss, "cora", None, file)
    assert file.read_bytes() == theirs + b"\n"


def test_a_key_that_stands_there_already_is_not_given_twice(
    desk: Desk, file: Path, session: ssh_keys.Session
) -> None:
    file.parent.mkdir(mode=0o700)
    file.write_text(f"{ED25519} somebody\n")
    assert [one.walled for one in ssh_keys.others(file)] == [False]
    with pytest.raises(BadData, match="without restrictions"):
        add(desk, file, session)
    file.write_text("")
    add(desk, file, session)
    with pytest.raises(BadData, match="for cora"):
        add(desk, file, session, login="root" if desk.boss.login == "root" else desk.boss.login)
    assert ssh_keys.others(file) == []


def test_odd_editors_logins_and_passwords_are_refused(
    desk: Desk, file: Path, session: ssh_keys.Session
) -> None:
    for odd in (
        ssh_keys.Session(session.home, editor="vi; sh"),
        ssh_keys.Session(session.home, database="postgresql://desk:secret@db/desk"),
    ):
        with pytest.raises(BadData):
            add(desk, file, odd)
    with desk.store.work(write=True) as work:
        agents.add(work, desk.boss, "../evil")
    with pytest.raises(BadData, match="letters, digits"):
        add(desk, file, session, login="../evil")
    add(desk, file, ssh_keys.Session(session.home, "postgresql://desk@db/desk", "rnano -w"))
    line = file.read_text()
    assert "DESKTERM_DATABASE_URL=postgresql://desk@db/desk " in line
    with desk.store.work() as work:
        assert ssh_keys.listed(work, desk.boss, file)[0].editor == "rnano -w"


def test_a_linked_file_is_not_written_and_two_at_once_lose_nothing(
    desk: Desk, file: Path, session: ssh_keys.Session, tmp_path: Path
) -> None:
    file.parent.mkdir(mode=0o700)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("x\n")
    file.symlink_to(elsewhere)
    with pytest.raises(Unavailable, match="is a link"):
        add(desk, file, session)
    assert elsewhere.read_text() == "x\n"
    file.unlink()
    writers = [
        threading.Thread(target=authorized_keys.change, args=(file, lambda lines, n=n: [*lines, f"# {n}"]))
        for n in range(8)
    ]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    assert sorted(file.read_text().splitlines()) == [f"# {n}" for n in range(8)]
    assert [path.name for path in file.parent.iterdir()] == ["authorized_keys"]


def confined(desk: Desk, tmp_path: Path, login: str = "cora") -> Actor:
    from deskterm.config import Home

    home = Home.find(str(tmp_path), {"DESKTERM_DATABASE_URL": "sqlite"})
    return settle(desk.store, home.confined(Confinement.of(tmp_path, login, "SHA256:x")))


def test_an_administrator_in_a_session_names_no_path_of_the_server(desk: Desk, tmp_path: Path) -> None:
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"role": "administrator"})
    cora = confined(desk, tmp_path)
    assert cora.confined and cora.via == "ssh SHA256:x"
    tries = (
        lambda work: accounts.edit(work, cora, SUPPORT, {"attachments_folder": "/srv"}),
        lambda work: accounts.edit(work, cora, SUPPORT, {"ca_file": "/etc/passwd"}),
        lambda work: rules.add(work, cora, "R", effects={"attachments": "/srv"}),
    )
    for one in tries:
        with pytest.raises(NotAllowed, match="at the server itself"), desk.store.work(write=True) as work:
            one(work)
    with desk.store.work(write=True) as work:
        accounts.edit(work, cora, SUPPORT, {"name": "New"})
        assert len(work.values(select(t.refusal.c.act))) == len(tries)


def test_a_session_of_somebody_who_is_no_agent_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="no active agent"):
        confined(desk, tmp_path, "stranger")
    with desk.store.work(write=True) as work:
        work.execute(t.agent.update().values(owner=False))
    with pytest.raises(NotAllowed, match="owner of the store only"):
        confined(desk, tmp_path)


def test_the_folder_of_a_session_gives_plain_files_by_their_names_only(desk: Desk, tmp_path: Path) -> None:
    mine = Confinement.of(tmp_path, "cora", "x")
    mine.make()
    with mine.create("a b.txt") as file:
        file.write(b"x")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (mine.files / "link").symlink_to(secret)
    os.link(secret, mine.files / "hard")
    os.mkfifo(mine.files / "fifo")
    (mine.files / "folder").mkdir()
    assert mine.names() == ["a b.txt"]
    for name in (
        "link",
        "hard",
        "fifo",
        "folder",
        "../../../secret",
        str(secret),
        "..",
        ".",
        "",
        "a\x00b",
        "a\nb",
    ):
        with pytest.raises((OSError, ValueError)):
            mine.open(name).close()
    for name in ("link", "a b.txt", "../x", "/x", ".hidden"):
        with pytest.raises(OSError):
            mine.create(name)
    with pytest.raises(ValueError):
        Confinement.of(tmp_path, "../x", "x")
