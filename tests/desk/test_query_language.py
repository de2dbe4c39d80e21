"""The query language: what is read out of what is typed, and what is said of what means nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm import limits
from deskterm.desk import clients
from deskterm.desk.query import completion, periods
from deskterm.desk.query.parse import And, Not, Or, QueryError, Term, parse
from tests.desk.conftest import Desk

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC).astimezone()


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("", And(())),
        ("printer", Term("printer", begins=True)),
        ("printer ", Term("printer")),
        ("prin* jam ", And((Term("prin", begins=True), Term("jam")))),
        ('"new order"', Term("new order", quoted=True)),
        ("«новых заявок»", Term("новых заявок", quoted=True)),
        ('"new ord', Term("new ord", quoted=True, begins=True)),
        ("a OR b ", Or((Term("a"), Term("b")))),
        ("a ИЛИ b c ", Or((Term("a"), And((Term("b"), Term("c")))))),
        ("(a OR b) c ", And((Or((Term("a"), Term("b"))), Term("c")))),
        ("-a b ", And((Not(Term("a")), Term("b")))),
        ("НЕ a ", Not(Term("a"))),
        ("--a ", Term("a")),
        ("e-mail ", Term("e-mail")),
        ("a -b", And((Term("a"), Not(Term("b"))))),
        ("-(a b) ", Not(And((Term("a"), Term("b"))))),
        ("status:waiting ", Term("waiting", "status")),
        ("статус:новая ", Term("новая", "status")),
        ('клиент:"Рога и копыта"', Term("Рога и копыта", "client", quoted=True)),
        ("-От:ivan ", Not(Term("ivan", "from"))),
        ("from: a ", Term("a")),
        ("Re: a ", And((Term("Re"), Term("a")))),
        ("http://a.b/c ", Term("http://a.b/c")),
        ("12:30 ", Term("12:30")),
        ("((( a", Term("a", begins=True)),
        (") OR a ) ", Term("a")),
        ("- -", And(())),
    ],
)
def test_what_is_typed_is_read_as_it_is_meant(typed: str, tree: object) -> None:
    assert parse(typed) == tree


def test_an_unknown_field_is_named_with_those_there_are_and_the_way_to_find_it_as_text() -> None:
    with pytest.raises(QueryError) as told:
        parse("foo:bar")
    assert "foo" in told.value.sentence and "status, client, from" in told.value.sentence
    assert '"foo:…"' in told.value.sentence


def test_what_no_person_types_is_refused_with_a_sentence() -> None:
    for typed in ("x" * (limits.QUERY_CHARACTERS + 1), "a " * 100, "(" * 100 + "a"):
        with pytest.raises(QueryError):
            parse(typed)


@given(st.text(alphabet='ab:-() "«»*OR НЕ|&.\x00\n', max_size=300) | st.text(max_size=100))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        parse(typed)
    except QueryError as refused:
        assert refused.sentence


@pytest.mark.parametrize(
    ("field", "said", "start", "end"),
    [
        ("on", "2026-11-05", (2026, 11, 5), (2026, 11, 6)),
        ("on", "05.11.2026", (2026, 11, 5), (2026, 11, 6)),
        ("on", "5.12", (2025, 12, 5), (2025, 12, 6)),
        ("on", "2026-12", (2026, 12, 1), (2027, 1, 1)),
        ("on", "2026", (2026, 1, 1), (2027, 1, 1)),
        ("on", "вчера", (2026, 11, 27), (2026, 11, 28)),
        ("created", "2026-01..2026-02", (2026, 1, 1), (2026, 3, 1)),
        ("created", "..2026-02", None, (2026, 3, 1)),
        ("before", "2026-11-05", None, (2026, 11, 5)),
        ("after", "2026-11-05", (2026, 11, 5), None),
        ("since", "today", (2026, 11, 28), None),
    ],
)
def test_days_months_years_and_ranges(field: str, said: str, start: object, end: object) -> None:
    def moment(day: object) -> datetime | None:
        return None if day is None else datetime(*day).astimezone()  # type: ignore[misc]

    assert periods.read(field, said, NOW) == (moment(start), moment(end))


def test_spans_count_back_from_now() -> None:
    assert periods.read("since", "7d", NOW) == (NOW - timedelta(days=7), None)
    assert periods.read("before", "2н", NOW) == (None, NOW - timedelta(weeks=2))


@pytest.mark.parametrize(
    "said", ["soon", "2026-02-30", "99.99.2026", "9999-12-31", "0000", "..", "9999y", "1x"]
)
def test_what_is_no_day_is_said_with_the_ways_to_say_one(said: str) -> None:
    with pytest.raises(QueryError) as told:
        periods.read("on", said, NOW)
    assert "31.01.2026" in told.value.sentence


def test_fields_and_values_are_completed_in_the_language_they_are_typed_in(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        clients.add(work, desk.boss, "Acme Ltd")
    for typed, wanted in (
        ("prin", []),
        ("sta", ["status:"]),
        ("jam -ста", ["jam -статус:"]),
        ("status:ope", ["status:open "]),
        ("статус:зак", ["статус:закрыта "]),
        ("status:open,clo", ["status:open,closed "]),
        ("client:acm", ['client:"Acme Ltd" ']),
        ('(client:"Acme', ['(client:"Acme Ltd" ']),
        ("responsible:col", ['responsible:"Cora Colleague" ']),
        ("since:7", ["since:7d "]),
        ("foo:b", []),
        ("", []),
    ):
        with desk.store.work() as work:
            offered = completion.complete(work, desk.boss, typed)
        assert [one.query for one in offered][:1] == wanted, typed
        for one in offered:
            parse(one.query)
