"""All that is true of SQLite only: transactions, pragmas, file rights, full text."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from deskterm.i18n import _
from deskterm.store import turn
from deskterm.store.errors import CANNOT_WRITE, NOT_ALLOWED, TRY_AGAIN, StoreError

BUSY_MILLISECONDS = 20_000
CREATE_WORDS = (
    "create virtual table message_words"
    " using fts5(words, tokenize='unicode61 remove_diacritics 0', prefix='1 2 3')"
)
"""The full text of the first schema."""
CREATE_FULL_TEXT = (
    "drop table message_words",
    # Our words have blanks between and no other ASCII signs: whatever is not ASCII belongs to a word, so
    # that words are the same ones as on PostgreSQL
    "create virtual table message_words"
    " using fts5(subject, sender, files, body, tokenize='ascii', prefix='2 3 4', columnsize=0)",
    # columns in the order of the key: SQLite 3.40's quick_check finds NULLs where they stand otherwise
    "create table word_form (form text not null, lemma text not null, primary key (form, lemma))"
    " without rowid",
    "create index word_form_lemma on word_form (lemma, form)",
)
FORGET_WORDS = (
    "create virtual table temp.words_held using fts5vocab(main, message_words, row)",
    "delete from word_form where form <> '' and form not in (select term from temp.words_held)",
    "drop table temp.words_held",
)


class Straight:
    """The driver within a unit of work, without SQLAlchemy in between; see `prepared.Driver`."""

    returns_rows = False

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect
        self._driver: Any = connection.connection.driver_connection

    def run(self, text: str, bound: Sequence[Any] = ()) -> Any:
        try:
            return self._driver.execute(text, bound)
        except sqlite3.Error as error:
            raise self._said(text, bound, error) from error

    def run_many(self, text: str, bound: Sequence[Sequence[Any]]) -> Any:
        try:
            return self._driver.executemany(text, bound)
        except sqlite3.Error as error:
            raise self._said(text, bound, error) from error

    def together(self, asked: Sequence[tuple[str, Sequence[Any]]]) -> list[list[Any]]:
        return [self.run(text, bound).fetchall() for text, bound in asked]

    def leave(self, cursor: Any) -> None:
        # a statement that is left in the middle would keep its transaction open
        cursor.close()

    @contextmanager
    def nested(self, name: str) -> Iterator[None]:
        """A savepoint; SQLAlchemy takes longer over one than over ten statements."""
        self.run(f"savepoint {name}")
        try:
            yield
        except BaseException:
            # a full disk may have ended the whole transaction, and the savepoint with it
            if self._driver.in_transaction:
                self.run(f"rollback to {name}")
                self.run(f"release {name}")
            raise
        self.run(f"release {name}")

    def _said(self, text: str, bound: Any, error: sqlite3.Error) -> BaseException:
        return DBAPIError.instance(text, bound, error, sqlite3.Error, dialect=self.dialect)


class InLine(sqlite3.Connection):
    """A connection whose writing transactions wait for their turn, see `turn`."""

    _turn: int | None = None

    def stand_in_line(self, store: Path, patience: float) -> None:
        """Wait until it is this connection's turn; it is over with the transaction."""
        self.leave_line()
        try:
            self._turn = turn.take(store, patience)
        except turn.Held as held:
            raise StoreError(_busy(store, held.process), TRY_AGAIN) from held

    def leave_line(self) -> None:
        """The next one's turn, if this connection had its own."""
        if self._turn is not None:
            turn.leave(self._turn)
            self._turn = None

    def commit(self) -> None:
        super().commit()
        self.leave_line()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.leave_line()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.leave_line()


def _busy(store: Path, process: int | None) -> str:
    if process is None or process == os.getpid():
        return _("The store {name} is busy. Try again.").format(name=store)
    return _(
        "The store {name} is busy: process {number} has been writing all the time. Try again, or end it."
    ).format(name=store, number=process)


def make_engine(path: Path) -> Engine:
    """An engine on a file that takes its transactions from `begin` below, not from the driver."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": BUSY_MILLISECONDS / 1000,
            "factory": InLine,
        },
        pool_size=8,
        max_overflow=8,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def _on_connect(connection: Any, record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=wal",
        "synchronous=full",
        "foreign_keys=on",
        "temp_store=memory",
        "cache_size=-16000",
        "mmap_size=268435456",
        "trusted_schema=off",
    ):
        cursor.execute(f"pragma {pragma}")
    cursor.close()
    connection.create_function("holds_words", -1, _holds_words, deterministic=True)


def _holds_words(*texts: str) -> bool:
    """Whether one of some texts of words holds one of the words, or runs of words, said a line each last."""
    *lines, wanted = texts
    # two blanks between: no run of words goes on in the next text
    padded = f" {'  '.join(lines)} "
    return any(needle in padded for needle in wanted.split("\n"))


def keep_little(engine: Engine, cache_kib: int) -> None:
    """Connections made from here on map nothing of the file, have a small cache and a longer log."""
    event.listen(engine, "connect", partial(_on_small_connect, cache_kib))
    engine.dispose()


def _on_small_connect(cache_kib: int, connection: Any, record: Any) -> None:
    # 4,000 pages: a block of letters alone fills the usual 1,000, and each would wait for the file, too
    for pragma in ("mmap_size=0", f"cache_size=-{cache_kib}", "wal_autocheckpoint=4000"):
        connection.execute(f"pragma {pragma}")


def _on_begin(connection: Connection) -> None:
    # A writer that begins as a reader meets "locked" when another wrote in between: it takes the lock at once
    options = connection.get_execution_options()
    write = options.get("deskterm_write", False)
    patience = options.get("deskterm_patience")
    driver: Any = connection.connection.driver_connection
    if write:
        store = Path(connection.engine.url.database or "")
        driver.stand_in_line(store, BUSY_MILLISECONDS / 1000 if patience is None else patience)
    try:
        if patience is not None:
            connection.exec_driver_sql(f"pragma busy_timeout={int(patience * 1000)}")
        connection.exec_driver_sql("begin immediate" if write else "begin")
    except BaseException:
        driver.leave_line()
        raise
    finally:
        if patience is not None:
            connection.exec_driver_sql(f"pragma busy_timeout={BUSY_MILLISECONDS}")


def prepare_file(path: Path) -> None:
    """Make the folder 0700 and the file 0600, or refuse a store that others can read."""
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        pass
    except OSError as error:
        raise StoreError(
            _("The store {path} cannot be made: {why}. Choose another folder with --home.").format(
                path=path, why=error.strerror
            ),
            CANNOT_WRITE,
        ) from error
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise StoreError(
            _("Others can read the store {path} (mode {mode:o}). Run: chmod 600 {path}").format(
                path=path, mode=mode
            ),
            NOT_ALLOWED,
        )
    if not os.access(path, os.R_OK | os.W_OK):
        raise StoreError(
            _("The store {path} belongs to somebody else. Use your own with --home.").format(path=path),
            NOT_ALLOWED,
        )


def faults(connection: Connection) -> tuple[str, str]:
    """(what the file's own check found, '' for nothing; a table with a row that points nowhere, or '')."""
    found = [str(row[0]) for row in connection.exec_driver_sql("pragma quick_check(5)")]
    astray = connection.exec_driver_sql("pragma foreign_key_check").first()
    return "" if found == ["ok"] else "; ".join(found), str(astray[0]) if astray is not None else ""


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection commits."""
    return int(connection.execute("pragma data_version").fetchone()[0])


def wipe_deleted(connection: Connection) -> None:
    """From here on this connection overwrites with zeros what it deletes or replaces."""
    connection.exec_driver_sql("pragma secure_delete=on")


def back_up(engine: Engine, target: Path) -> None:
    """Write all that is committed into a file of its own, in place of what stood there.

    Copying the file would leave out the log beside it, and closing the copied file would let go of the
    locks this process holds on it (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    made = target.with_name(f"{target.name}.making")
    made.unlink(missing_ok=True)
    os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(made)) as copy, engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.backup(copy)
    made.replace(target)


def merge_words(connection: Connection) -> None:
    """Merge the segments of the full text: words of deleted messages are only marked as gone until then.

    What no message holds any more is forgotten among the forms of words, too.
    """
    connection.exec_driver_sql("insert into message_words(message_words) values ('optimize')")
    for statement in FORGET_WORDS:
        connection.exec_driver_sql(statement)


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Foreign keys are off in the transactions begun inside; must itself begin between two transactions."""
    # within a transaction the pragma does nothing, and SQLAlchemy would begin one for it
    driver: Any = connection.connection.driver_connection
    driver.execute("pragma foreign_keys=off")
    try:
        yield
    finally:
        driver.execute("pragma foreign_keys=on")


def word_lines(connection: Connection, after: int, most: int) -> list[tuple[int, str]]:
    """(message, token string) of the full-text index, by message, those after one."""
    rows = connection.execute(
        text(
            "select rowid, subject || char(10) || sender || char(10) || files || char(10) || body"
            " from message_words where rowid > :after order by rowid limit :most"
        ),
        {"after": after, "most": most},
    )
    return [(int(row[0]), str(row[1])) for row in rows]


def numbers_given(connection: Connection) -> dict[str, int]:
    """The highest number each table ever gave out, of those that give none out twice."""
    return {
        str(name): int(last)
        for name, last in connection.execute(text("select name, seq from sqlite_sequence"))
    }


def give_numbers_after(connection: Connection, last: Mapping[str, int]) -> None:
    """Have tables give out numbers after these; the others go by their highest row."""
    known = connection.execute(
        text("select name from sqlite_master where type = 'table' and sql like '%AUTOINCREMENT%'")
    )
    for name in set(known.scalars()) & set(last):
        connection.execute(text("delete from sqlite_sequence where name = :name"), {"name": name})
        connection.execute(
            text("insert into sqlite_sequence (name, seq) values (:name, :last)"),
            {"name": name, "last": last[name]},
        )
