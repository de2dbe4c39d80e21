"""Opening a store: made when new, migrated when old, refused when newer or readable by others."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from deskterm.config import Home
from deskterm.i18n import _
from deskterm.store import postgres, sqlite
from deskterm.store import tables as t
from deskterm.store.engine import Store, known
from deskterm.store.errors import CONFIGURATION, UNAVAILABLE, StoreError
from deskterm.store.migrations import HEAD


def open_store(home: Home, *, create: bool = True) -> Store:
    """The store of a home, ready for use.

    Raises StoreError where it cannot be: newer than this program, readable by others, unreachable,
    not there and `create` is False.
    """
    if home.is_local:
        path = Path(home.database)
        if not create and not path.exists():
            raise StoreError(
                _(
                    "There is no desk at {path}. Start `deskterm` once to make it, or name another: --home"
                ).format(path=path),
                CONFIGURATION,
            )
        sqlite.prepare_file(path)
        store = Store(sqlite.make_engine(path), str(path))
    else:
        if create:
            home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = postgres.make_engine(home.database)
        store = Store(engine, engine.url.render_as_string(hide_password=True))
    try:
        prepare(store, home)
    except DBAPIError as error:
        store.close()
        raise known(error, store.name) or StoreError(
            _("The database {name} cannot be opened: {why}.").format(
                name=store.name, why=str(error.orig).strip().splitlines()[0]
            ),
            UNAVAILABLE,
        ) from error
    except BaseException:
        store.close()
        raise
    return store


def prepare(store: Store, home: Home) -> None:
    """Bring the schema to this program's, after a backup of a local file."""
    with store.engine.connect() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    if found is not None and not _knows(found):
        raise StoreError(
            _("The store {name} was written by a newer deskterm ({revision}). Update this program.").format(
                name=store.name, revision=found
            ),
            CONFIGURATION,
        )
    if found is not None and home.is_local:
        sqlite.back_up(store.engine, Path(f"{home.database}.before-{HEAD}"))
    _upgrade(store.engine)


def revision(connection: Connection) -> str | None:
    """The schema's revision; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    value = connection.execute(text("select version_num from alembic_version")).scalar()
    return str(value) if value is not None else None


def alembic_config() -> Any:
    """Alembic's settings with the history that is shipped in the package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _knows(found: str) -> bool:
    from alembic.script import ScriptDirectory

    return any(
        script.revision == found for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()
    )


def _upgrade(engine: Engine) -> None:
    from alembic import command

    config = alembic_config()
    with engine.connect().execution_options(deskterm_write=True) as connection, ExitStack() as left_off:
        if connection.dialect.name == "sqlite":
            # with foreign keys on, a table rebuilt in batch mode would take its child rows with it
            left_off.enter_context(sqlite.without_foreign_keys(connection))
        with connection.begin():
            if revision(connection) == HEAD:
                return  # another process migrated while this one waited for the writers' lock
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            if (
                connection.dialect.name == "sqlite"
                and connection.exec_driver_sql("pragma foreign_key_check").first()
            ):
                raise StoreError(_("The store's rows do not fit together; nothing was changed."), 65)
            if connection.execute(select(t.signing_key.c.kid)).first() is None:
                connection.execute(
                    t.signing_key.insert().values(
                        kid="1", secret=secrets.token_bytes(32), created_at=datetime.now(UTC)
                    )
                )
