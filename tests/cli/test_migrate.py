"""`deskterm migrate`: a store moves into another database, and PostgreSQL's roles get what they need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import psycopg
import pytest
import typer

import deskterm
from deskterm.cli.application import build
from deskterm.config import Home
from deskterm.desk import actor, agents, choices, drafts, messages, presence, statuses, tickets
from deskterm.store.alive import SignOfLife
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from deskterm.sync.worker import run as work_once
from tests.cli.conftest import Run
from tests.world import postgres

ACCOUNT = "support@example.org"
NO_SERVERS = ("--incoming", "none", "--outgoing", "none")


@pytest.fixture
def target(new_postgres: str) -> Iterator[str]:
    with postgres.fresh_postgres(new_postgres) as url:
        yield url


def test_a_desk_moves_to_another_database_and_back(
    own_world: Path, run: Run, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    said = run("migrate", "copy", "--to", target, "--retire", "--json").json
    assert said["retired"] is True and said["rows"] == sum(table["rows"] for table in said["tables"])
    password = target.split(":")[2].partition("@")[0]
    assert password not in str(said)
    assert run("settings", "show", "mail_on", "--json").json["value"] is False
    assert "in use already" in run("migrate", "copy", "--to", target, code=73).err

    monkeypatch.setenv("DESKTERM_DATABASE_URL", target)
    assert [row["address"] for row in run("accounts", "list", "--json").json] == [ACCOUNT]
    assert run("settings", "show", "mail_on", "--json").json["value"] is True
    back = Path(os.environ["DESKTERM_HOME"]).parent / "back"
    told = run("migrate", "copy", "--to", str(back / "desk.sqlite")).out
    assert "copied to" in told and "start no worker on both" in told
    assert {path.name for path in back.iterdir()} == {"desk.sqlite", "desk.sqlite-writers"}


def test_a_store_in_use_is_not_copied_and_only_administrators_may(own_world: Path, run: Run) -> None:
    run("accounts", "add", ACCOUNT, *NO_SERVERS)
    run("agents", "add", "vera", "--role", "viewer")
    to = str(Path(os.environ["DESKTERM_HOME"]).parent / "other")
    assert "administer" in run("--as", "vera", "migrate", "copy", "--to", to, code=77).err
    store = open_store(Home.find())
    life = SignOfLife(store, "a console")
    with store.work(write=True) as work:
        me = actor.of_agent(work, actor.system_login(), "console")
        assert me is not None
        presence.look(work, me, "a console")
    assert "console open" in run("migrate", "copy", "--to", to, code=75).err
    life.end()
    store.close()
    assert not Path(to).exists()


def test_an_unreachable_target_is_one_sentence(own_world: Path, run: Run) -> None:
    run("migrate")
    said = run("migrate", "copy", "--to", "postgresql://desk:topsecret@127.0.0.1:1/desk", code=69)
    assert said.err.count("\n") == 1 and "topsecret" not in said.err


@pytest.fixture
def roles(target: str, run: Run) -> Iterator[tuple[str, str]]:
    """Two login roles that got what `migrate roles` prints: (agents, worker)."""
    agents, worker = (f"{target.rsplit('/', 1)[-1]}_{name}" for name in ("agents", "worker"))
    with psycopg.connect(target, autocommit=True) as connection:
        for name in (agents, worker):
            connection.execute(f"create role {name} login password 'secret'".encode())
        for statement in run("migrate", "roles", "--agents", agents, "--worker", worker, "--json").json:
            connection.execute(statement.encode())
        yield agents, worker
        for name in (agents, worker):
            connection.execute(f"drop owned by {name}".encode())
            connection.execute(f"drop role {name}".encode())


def test_agents_work_by_a_role_that_cannot_make_itself_administrator(
    target: str, roles: tuple[str, str], tmp_path: Path
) -> None:
    owner_home = Home.find(str(tmp_path / "owner"), {"DESKTERM_DATABASE_URL": target})
    owner = open_store(owner_home)
    boss = actor.settle(owner, owner_home)
    with owner.work(write=True) as work:
        agents.add(work, boss, "anna", role="agent")
        choices.add(work, boss, "rubric", "Net")
    ticket = a_ticket(owner)

    address = target.partition("://")[2].partition("@")[2]
    home = Home.find(
        str(tmp_path / "agent"), {"DESKTERM_DATABASE_URL": f"postgresql://{roles[0]}:secret@{address}"}
    )
    store = open_store(home)
    with store.work(write=True) as work:
        anna = actor.of_agent(work, "anna", "console")
        assert anna is not None
        tickets.assign(work, anna, [ticket], anna.agent_id)
        drafts.save(work, anna, key="k", ticket_id=ticket, visibility="internal", body="x")
        messages.note(work, anna, ticket, "looked into it")
        agents.edit(work, anna, "anna", {"signature": "Anna"})
        presence.look(work, anna, "c")
    for forbidden in (
        "update agent set role_id = 6",
        "update role set rights = '[\"administer\"]'",
        "delete from event",
        "update event set agent_id = 1",
        "insert into account select * from account",
        "update signing_key set secret = 'x'",
        "update lease set epoch = 99",
        "drop table ticket",
        "create table mine (a int)",
    ):
        with store.engine.connect() as connection, pytest.raises(Exception, match="permission|must be owner"):
            connection.exec_driver_sql(forbidden)
    store.close()

    worker_home = Home.find(
        str(tmp_path / "worker"), {"DESKTERM_DATABASE_URL": f"postgresql://{roles[1]}:secret@{address}"}
    )
    assert work_once(worker_home, once=True) == 0
    owner.close()


def a_ticket(store: Store) -> int:
    with store.work(write=True) as work:
        new = statuses.find(work, "new")
        return tickets.make(
            work,
            actor.customer("Ann"),
            subject="Fire",
            customer="Ann",
            customer_key="ann@example.com",
            status_id=new.id,
            status_class=new.status_class,
            created_at=work.now,
            last_message_at=work.now,
            changed_at=work.now,
        )


@pytest.mark.parametrize("name", ["deskterm-sync", "deskterm-web"])
def test_the_units_of_systemd_start_commands_there_are_and_stay_walled(name: str) -> None:
    unit = RawConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string((Path(deskterm.__file__).parent / "systemd" / f"{name}.service").read_text())
    service = unit["Service"]
    program, verb, *options = service["ExecStart"].split()
    command = typer.main.get_command(build()).commands[verb]  # type: ignore[attr-defined]
    assert Path(program).name == "deskterm"
    known = {flag for parameter in command.params for flag in parameter.opts}
    assert {option for option in options if option.startswith("--")} <= known
    assert service["User"] != "root" and service["UMask"] == "0077"
    for wall in ("NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "RestrictNamespaces"):
        assert service[wall] == "yes"
    assert service["ProtectSystem"] == "strict" and service["StateDirectory"] == "deskterm"
