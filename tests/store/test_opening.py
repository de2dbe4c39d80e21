"""Opening a store: made, migrated, refused."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, text

from deskterm.config import Home
from deskterm.store import fulltext, postgres, sqlite, vocabulary
from deskterm.store.engine import Store
from deskterm.store.errors import StoreError
from deskterm.store.migrations import HEAD
from deskterm.store.migrations.own_objects import include_object
from deskterm.store.opening import alembic_config, open_store, revision
from deskterm.store.tables import core, generate
from deskterm.store.tables.models import METADATA


def test_a_store_is_made_from_nothing_and_opened_again(empty_database_url: str) -> None:
    for _time in range(2):
        store = open_store(Home.find())
        with store.engine.connect() as connection:
            assert revision(connection) == HEAD
        store.close()


def test_the_history_has_one_head_and_the_program_knows_it() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_the_history_makes_exactly_the_tables_of_the_program(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": include_object, "compare_type": False}
        )
        assert compare_metadata(context, METADATA) == []


def test_a_store_of_the_first_version_is_brought_up_to_date_after_a_backup(empty_database_url: str) -> None:
    home = Home.find()
    if home.is_local:
        sqlite.prepare_file(Path(home.database))
    engine = sqlite.make_engine(Path(home.database)) if home.is_local else postgres.make_engine(home.database)
    config = alembic_config()
    with engine.connect().execution_options(deskterm_write=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        status = connection.execute(text("select min(id) from status")).scalar()
        add_row(connection, "ticket", id=7, subject="Printer", status_id=status)
        said = {"subject": "Printer", "body": "Нет принтеров", "visibility": "public"}
        add_row(connection, "message", id=9, ticket_id=7, **said)
    engine.dispose()
    store = open_store(home)
    with store.work() as work:
        assert revision(work.connection) == HEAD
        for word in ("printer", "принтеров"):
            assert work.values(fulltext.matching(work, fulltext.Words((word,)))) == [9]
        assert "принтеров" in vocabulary.forms(work, "принтер")
    store.close()
    if home.is_local:
        backup = Path(f"{home.database}.before-{HEAD}")
        assert stat.S_IMODE(backup.stat().st_mode) & 0o077 == 0
        kept = sqlite.make_engine(backup)
        with kept.connect() as connection:
            assert revision(connection) == "0001"
            assert connection.execute(text("select body from message")).scalar() == "Нет принтеров"
        kept.dispose()


def add_row(connection: Connection, name: str, **given: object) -> None:
    """Add a row to a table as it is in this database; what is not given is empty."""
    table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
    empty = {int: 0, bool: False, str: "", bytes: b"", datetime: datetime(2026, 1, 1, tzinfo=UTC)}
    values = {
        column.name: empty.get(column.type.python_type, "[]")
        for column in table.columns
        if not column.nullable and not column.primary_key and column.name not in given
    }
    connection.execute(table.insert().values({**values, **given}))


def test_a_store_of_a_newer_version_stops_with_one_sentence(store: Store, home: Home) -> None:
    with store.work(write=True) as work:
        work.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(StoreError, match="newer deskterm") as refused:
        open_store(home)
    assert refused.value.exit_code == 78


def test_files_are_the_owners_alone(tmp_path: Path) -> None:
    home = Home.find(str(tmp_path / "fresh"), {})
    open_store(home).close()
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700
    for path in home.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_store_others_can_read_is_refused(tmp_path: Path) -> None:
    home = Home.find(str(tmp_path / "fresh"), {})
    open_store(home).close()
    os.chmod(home.database, 0o644)
    with pytest.raises(StoreError, match="chmod 600") as refused:
        open_store(home)
    assert refused.value.exit_code == 77


def test_a_file_that_is_no_store_is_said_so(tmp_path: Path) -> None:
    home = Home.find(str(tmp_path / "fresh"), {})
    home.folder.mkdir(mode=0o700)
    Path(home.database).write_bytes(b"this is no database at all" * 100)
    os.chmod(home.database, 0o600)
    with pytest.raises(StoreError, match="no store of deskterm") as refused:
        open_store(home)
    assert refused.value.exit_code == 65


def test_a_database_that_cannot_be_reached_is_said_so_without_its_password(tmp_path: Path) -> None:
    home = Home.find(str(tmp_path), {"DESKTERM_DATABASE_URL": "postgresql://desk:topsecret@127.0.0.1:1/desk"})
    with pytest.raises(StoreError) as refused:
        open_store(home)
    assert refused.value.exit_code == 69
    assert "127.0.0.1" in refused.value.sentence and "topsecret" not in refused.value.sentence


def test_the_tables_for_statements_are_the_models() -> None:
    written = Path(core.__file__).read_text(encoding="utf-8")
    assert written == generate.source(), "python -m deskterm.store.tables.generate says what it must be"
