"""The forms of words messages hold: noted when a unit of work commits, asked for by any of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, select, text

from deskterm.config import Home
from deskterm.store import fulltext, postgres, sqlite, tokens, vocabulary, wiping
from deskterm.store.engine import Store
from deskterm.store.fulltext import Phrase, Words
from deskterm.store.opening import alembic_config, open_store

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def put(store: Store, id: int, line: str) -> None:
    with store.work(write=True) as work:
        fulltext.index_many(work, [(id, line)])


def test_any_form_gives_those_messages_hold(store: Store) -> None:
    put(store, 1, tokens.indexed(subject="Заявки", body="новых заявок: 12"))
    put(store, 2, tokens.with_lemmas(tokens.indexed(body="printers printed")))
    with store.work() as work:
        assert set(vocabulary.forms(work, "заявкой")) == {"заявкой", "заявки", "заявок"}
        assert set(vocabulary.forms(work, "printing")) == {"printing", "printed"}
        assert vocabulary.forms(work, "12") == ("12",)
        assert vocabulary.beginning(work, "зая") == ("заявки", "заявок")
        assert vocabulary.beginning(work, "1") is None, "numbers are asked of the index"


def test_what_is_rolled_back_is_noted_again_by_the_next(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.work(write=True) as work:
        fulltext.index_many(work, [(1, tokens.indexed(body="quokkas"))])
        for act in work.before_commit:
            act()
        raise ZeroDivisionError
    with store.work() as work:
        assert vocabulary.forms(work, "quokka") == ("quokka",)
    put(store, 1, tokens.indexed(body="quokkas"))
    with store.work() as work:
        assert vocabulary.forms(work, "quokka") == ("quokka", "quokkas")


def test_words_are_forgotten_with_the_last_message_that_held_them_and_come_back(
    store: Store, home: Home
) -> None:
    other = open_store(home)
    put(store, 1, tokens.indexed(body="quokkas and printers"))
    put(other, 2, tokens.indexed(body="printers"))
    put(other, 3, tokens.indexed(body="quokkas"))
    with store.work(write=True) as work:
        wiping.begin(work)
        fulltext.forget(work, [1, 3])
        wiping.end(work, [])
    with other.work() as work:
        assert vocabulary.forms(work, "quokka") == ("quokka",)
        assert vocabulary.forms(work, "printer") == ("printer", "printers")
    # another process knew the word, and learns that it was forgotten
    put(other, 4, tokens.indexed(body="quokkas"))
    with other.work() as work:
        assert vocabulary.forms(work, "quokka") == ("quokka", "quokkas")
    other.close()


def test_a_phrase_ends_with_the_part_of_the_message_and_a_part_can_be_asked_alone(store: Store) -> None:
    put(store, 1, tokens.indexed("red printer", "Ivan", "plan.pdf", "jam again"))
    for asked, wanted in (
        (Phrase(("red", "printer")), [1]),
        (Phrase(("printer", "ivan")), []),
        (Phrase(("jam", "ag"), open=True), [1]),
        (Words(("ivan",), part="sender"), [1]),
        (Words(("ivan",), part="body"), []),
        (Words((), "pri", "subject"), [1]),
        (Words((), "pri", "body"), []),
        (fulltext.All((Words(("jam",)), Words((), "iv"))), [1]),
        (fulltext.Either((Words(("nothing",)), Words(("pdf",), part="files"))), [1]),
    ):
        with store.work() as work:
            assert work.values(fulltext.matching(work, asked)) == wanted, asked
            there = fulltext.holds(work, asked, text("1"))  # type: ignore[arg-type]
            assert bool(work.values(select(text("1")).where(there))) == bool(wanted), asked


def test_a_store_of_before_is_indexed_anew(empty_database_url: str) -> None:
    home = Home.find()
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = (
        sqlite.make_engine(home.folder / "desk.sqlite")
        if home.is_local
        else postgres.make_engine(home.database)
    )
    with engine.connect().execution_options(deskterm_write=True) as connection, connection.begin():
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        old_row(connection, "ticket", id=1, status_id=1, subject="Новые принтеры")
        old_row(connection, "event", id=1, ticket_id=1, act="ticket.subject")
        old_row(
            connection,
            "message",
            id=7,
            ticket_id=1,
            visibility="public",
            subject="Привет",
            body="Пять заявок",
        )
        old_row(
            connection, "message", id=8, ticket_id=1, visibility="public", body="gone", deleted_at=LONG_AGO
        )
        old_row(connection, "attachment", message_id=7, name="план.pdf")
    engine.dispose()
    if home.is_local:
        (home.folder / "desk.sqlite").chmod(0o600)
    store = open_store(home)
    with store.work() as work:
        for asked in (
            Words(vocabulary.forms(work, "заявка")),
            Words(("план",), part="files"),
            Words(vocabulary.forms(work, "принтер"), part="subject"),
        ):
            assert work.values(fulltext.matching(work, asked)) == [7]
        assert work.values(fulltext.matching(work, Words(("gone",)))) == []
    store.close()


def old_row(connection: Connection, of: str, **given: Any) -> None:
    """A row of a table as it was, what must not be empty filled in."""
    table = Table(of, MetaData(), autoload_with=connection, resolve_fks=False)
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.name in given:
            values[column.name] = given[column.name]
        elif not column.nullable and column.name != "id":
            kinds = {str: "", int: 0, bool: False, datetime: LONG_AGO}
            values[column.name] = kinds[column.type.python_type]
    connection.execute(table.insert().values(**values))
