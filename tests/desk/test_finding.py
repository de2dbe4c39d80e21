"""What a query finds, and that it is the same on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, select

from deskterm import limits
from deskterm.config import Home
from deskterm.desk import (
    accounts,
    actor,
    clients,
    listing,
    merging,
    messages,
    moving,
    posting,
    searching,
    statuses,
    tickets,
    undo,
)
from deskterm.desk.actor import SYSTEM, Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.opening import open_store
from deskterm.store.tokens import lemmas, runs
from deskterm.store.work import Work
from tests.desk.conftest import Clock, Desk
from tests.store.word_forms import desk_words
from tests.world import postgres


def found(desk: Desk, query: str, who: Actor | None = None) -> list[int]:
    with desk.store.work() as work:
        return list(searching.ids(work, who or desk.boss, query))


# -- words


def test_every_form_of_a_word_finds_the_others(desk: Desk) -> None:
    pairs = (("заявка", "заявок"), ("письмо", "писем"), ("день", "дня"), ("printer", "printers"))
    for one, other in pairs:
        first, second = desk.ticket(subject=one, text="x"), desk.ticket(subject="y", text=f"не {other}.")
        assert set(found(desk, one)) == set(found(desk, f"{other} ")) == {first, second}


def test_a_form_no_message_holds_finds_the_others_too(desk: Desk) -> None:
    number = desk.ticket(text="Пришлите заявку")
    assert found(desk, "заявками") == [number]


def test_of_nouns_and_adjectives_any_form_finds_its_mates_of_verbs_most() -> None:
    listed = list(desk_words())
    assert len(listed) >= 300
    for kinds, wanted, at_worst in ((("NOUN", "ADJF"), 0.95, 0.95), (("INFN",), 0.8, 0.8)):
        shares = []
        for word in listed:
            if word.kind in kinds:
                of = {form: set(lemmas(form)) for form in word.forms}
                mates = sum(1 for one in of.values() for other in of.values() if one & other)
                shares.append(mates / len(of) ** 2)
        assert sum(shares) / len(shares) >= wanted
        assert sum(share < at_worst for share in shares) <= 1


def test_in_quotes_words_stand_as_they_are_written_and_one_after_the_other(desk: Desk) -> None:
    number = desk.ticket(subject="Вопрос", text="Пять новых заявок без ответа")
    desk.ticket(subject="Вопрос", text="Новая заявка, заявок новых нет")
    assert found(desk, '"новых заявок"') == [number]
    assert found(desk, '"новая заявок"') == []
    assert len(found(desk, "новая заявка ")) == 2


def test_the_last_word_is_a_beginning_until_a_blank_follows(desk: Desk) -> None:
    number = desk.ticket(subject="Cartridge", text="Картриджа нет")
    assert found(desk, "cartr") == found(desk, "картрид") == found(desk, "cart* ") == [number]
    assert found(desk, "cartr ") == found(desk, "-картрид Cartridge nothing ") == []
    assert found(desk, "c") == []


def test_words_are_looked_for_in_one_message_and_what_is_excluded_in_all(desk: Desk) -> None:
    number = desk.ticket(subject="Alpha", text="one two")
    with desk.store.work(write=True) as work:
        messages.note(work, desk.boss, number, "three")
    assert found(desk, "one two ") == [number]
    assert found(desk, "one three ") == []
    assert found(desk, "one -three ") == []
    assert found(desk, "one -four ") == [number]
    assert found(desk, "(four OR three) alpha -four ") == []
    assert found(desk, "four OR three ") == [number]


def test_a_number_alone_finds_that_ticket_a_closed_one_too_else_it_is_a_word(desk: Desk) -> None:
    first = desk.ticket()
    second = desk.ticket(text=f"Like {first}, invoice 20441")
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, [first], _status(work, "closed"))
    assert found(desk, str(first)) == found(desk, f"#{first}") == [first]
    assert found(desk, "20441") == found(desk, "2044") == [second]


def test_a_renamed_ticket_is_found_by_its_new_subject_and_undone_no_more(desk: Desk) -> None:
    number = desk.ticket(subject="Alpha", text="one")
    with desk.store.work(write=True) as work:
        messages.note(work, desk.boss, number, "two")
    with desk.store.work(write=True) as work:
        tickets.set_subject(work, desk.boss, number, "Сломались принтеры")
        assert list(listing.search_ids(work, desk.boss, "two")) == [number], "before it is committed, too"
    assert found(desk, "принтер ") == found(desk, "subject:сломался two ") == [number]
    assert found(desk, "alpha one ") == [number]
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.boss)
    assert found(desk, "принтер ") == []
    assert found(desk, "alpha one ") == [number]


def test_what_agents_call_a_ticket_finds_what_is_in_it_and_no_more_once_it_has_gone(desk: Desk) -> None:
    alpha, beta = desk.ticket(subject="Alpha", text="one"), desk.ticket(subject="Beta", text="two")
    with desk.store.work(write=True) as work:
        merging.merge(work, desk.boss, [beta], alpha)
    with desk.store.work(write=True) as work:
        tickets.set_subject(work, desk.boss, alpha, "Gamma")
    assert found(desk, "subject:gamma two ") == [alpha]
    for gone in ("gamma ", "alpha two "):
        with desk.store.work(write=True) as work:
            undo.undo(work, desk.boss)
        assert found(desk, gone) == []
    assert (found(desk, "alpha "), found(desk, "beta ")) == ([alpha], [beta])
    with desk.store.work(write=True) as work:
        tickets.set_subject(work, desk.boss, alpha, "Gamma")
        second = messages_of(work, beta)
        messages.note(work, desk.boss, beta, "three")
        moving.move(work, desk.boss, second, alpha)
    assert (found(desk, "gamma two "), found(desk, "three ")) == ([alpha], [beta])
    with desk.store.work(write=True) as work:
        made = moving.split(work, desk.boss, second, "Delta")
    assert (found(desk, "delta "), found(desk, "gamma ")) == ([made], [alpha])
    for _act in range(2):
        with desk.store.work(write=True) as work:
            undo.undo(work, desk.boss)
    assert (found(desk, "delta "), found(desk, "gamma two "), found(desk, "two ")) == ([], [], [beta])


def messages_of(work: Work, ticket_id: int) -> list[int]:
    return work.values(select(t.message.c.id).where(t.message.c.ticket_id == ticket_id))


def test_a_letter_to_a_renamed_ticket_is_found_by_the_words_of_both_subjects(desk: Desk) -> None:
    number = desk.ticket(subject="Alpha", text="one")
    with desk.store.work(write=True) as work:
        tickets.set_subject(work, desk.boss, number, "Сломались принтеры")
        posting.post(work, number, subject="Re: Alpha", body="three", visibility="public", from_name="Ivan")
        messages.note(work, desk.boss, number, "four")
    assert found(desk, "принтер four ") == [number], "a note, which has no subject of its own, too"
    for query in ("alpha three ", "принтер three ", "subject:сломался subject:alpha three ", "ivan принтер "):
        assert found(desk, query) == [number], query
    assert found(desk, "from:принтер three ") == []


# -- on its way


WAYS = (
    "one OR status:closed",
    "two OR is:unread",
    "-two",
    "-two -status:closed",
    "one -two",
    "has:note",
    "has:note OR one",
    "one has:note",
    "one has:attachment",
    "to:ivan",
    "one to:ivan",
    "one before:2026-03-06",
    "one on:2026-03-04",
    "one created:2026-03-02..2026-03-05",
    "one closed:2020",
    "one responsible:nobody",
    "two status:closed",
    "is:snoozed OR is:overdue OR one",
)


def test_however_a_search_goes_it_finds_the_same_in_the_same_order(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(5)
    for number in range(24):
        sender = chance.choice(("Ivan <ivan@acme.example>", "Olga <olga@other.example>"))
        id = desk.ticket(sender=sender, text=chance.choice(("one", "one two", "three")))
        with desk.store.work(write=True) as work:
            if number % 5 == 0:
                messages.note(work, desk.boss, id, "one four")
            if number % 3 == 0:
                tickets.set_status(work, desk.boss, [id], _status(work, "closed"))
            if number % 7 == 0:
                messages.note(work, desk.boss, chance.randint(1, id), "two")
        clock.forward(hours=7)
    plain = [found(desk, query) for query in WAYS]
    assert all(plain[at] for at in range(8))
    for name in ("FIRST_BATCH", "FIRST_HITS", "FIRST_TICKETS"):
        monkeypatch.setattr(searching, name, 2)
    monkeypatch.setattr(searching, "MOST_AT_ONCE", 3)
    for few in (0, 5):
        monkeypatch.setattr(limits, "NARROWED_TICKETS", 0)
        monkeypatch.setattr(limits, "SIFTED_TICKETS", few)
        assert [found(desk, query) for query in WAYS] == plain


@pytest.mark.parametrize(
    ("query", "most"),
    [("one OR status:closed", 1), ("-two", 1), ("is:unread", 1), ("has:attachment", 2), ("-one OR to:i", 2)],
)
def test_a_first_page_without_words_looks_at_some_tickets_or_gathers_once(
    desk: Desk, query: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FIRST_TICKETS", 4)
    asked: list[str] = []
    with desk.store.work(write=True) as work:
        tickets_made = [desk_ticket(work, desk, f"one {n}") for n in range(30)]
    assert len(tickets_made) == 30
    with desk.store.work() as work:
        monkeypatch.setattr(work, "rows", counted(asked, work.rows))
        monkeypatch.setattr(work, "values", counted(asked, work.values))
        searching.ids(work, desk.boss, query, 3)
    of_tickets = [line for line in asked if "last_message_at" in line]
    assert 1 <= len(of_tickets) <= most
    assert "LIMIT" in of_tickets[0]


def test_a_ticket_with_many_hits_is_looked_through_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "FIRST_BATCH", 4)
    with desk.store.work(write=True) as work:
        several = [desk_ticket(work, desk, f"one {n}") for n in range(3)]
        for n in range(24):
            subject = f"one {n}"
            posting.post(work, several[n % 3], visibility="public", subject=subject, body=subject)
    asked: list[int] = []
    with desk.store.work() as work:
        values = work.values

        def noted(statement: Any, *rest: Any) -> Any:
            if isinstance(statement, Select):
                given = [value for value in statement.compile().params.values() if isinstance(value, list)]
                asked.extend(id for ids in given for id in ids if id in several)
            return values(statement, *rest)

        monkeypatch.setattr(work, "values", noted)
        assert sorted(searching.ids(work, desk.boss, "one -two ")) == several
    assert sorted(asked) == several


def counted(asked: list[str], call: Any) -> Any:
    """The same call, which notes each statement."""

    def noted(statement: Any, *rest: Any) -> Any:
        asked.append(str(statement))
        return call(statement, *rest)

    return noted


def desk_ticket(work: Any, desk: Desk, text: str) -> int:
    """A ticket with one message, without a letter."""
    number = tickets.make(work, SYSTEM, subject=text)
    posting.post(work, number, visibility="public", subject=text, body=text)
    return number


# -- fields


def test_each_field_finds_what_it_says(desk: Desk, clock: Clock) -> None:
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.boss, "Acme Ltd")
        clients.add_contact(work, desk.boss, acme, "Ivan Petrov", ["ivan@acme.example"])
    old = desk.ticket(sender="Olga <olga@other.example>", subject="Invoice", text="About a printer")
    clock.forward(days=10)
    new = desk.ticket(sender="Ivan Petrov <ivan@acme.example>", subject="Printer", text="Invoice, please")
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [old], desk.colleague.agent_id)
        tickets.set_status(work, desk.boss, [old], _status(work, "closed"))
    for query, wanted in (
        ("client:acme", [new]),
        ("клиент:ACME", [new]),
        ("client:none", [old]),
        ("from:ivan", [new]),
        ("from:ivan@acme.example ", [new]),
        ("от:olga", [old]),
        ("to:olga@", [old]),
        ("subject:invoice ", [old]),
        ("тема:printers ", [new]),
        ("printer invoice ", [new, old]),
        ("status:closed", [old]),
        ("статус:открытые", [new]),
        ("-status:closed", [new]),
        ("status:new,closed", [new, old]),
        ("responsible:cora", [old]),
        ("отв:никто", [new]),
        ("is:closed", [old]),
        ("is:unread", [new, old]),
        ("это:непрочитанные printer ", [new, old]),
        ("account:support", [new, old]),
        ("has:attachment", []),
        ("since:7d", [new]),
        ("before:7d", [old]),
        ("on:today invoice ", [new]),
        (f"number:{old}", [old]),
        (f"number:{old}-{new}", [new, old]),
        ("from:ivan -printer", []),
        ("from:ivan OR is:closed", [new, old]),
        ("(from:ivan has:note) OR subject:invoice ", [old]),
    ):
        assert found(desk, query) == wanted, query
        with desk.store.work() as work:
            by_condition = {id for id in (old, new) if _meets(work, desk.boss, query, id)}
        assert by_condition == set(wanted), query


def _meets(work: Any, who: Actor, query: str, id: int) -> bool:

    return (
        work.value(select(t.ticket.c.id).where(searching.found(work, who, query), t.ticket.c.id == id)) == id
    )


def _status(work: Any, key: str) -> int:
    return statuses.find(work, key).id


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("status:purple", "closed"),
        ("is:purple", "unread"),
        ("client:purple", "purple"),
        ("number:purple", "40-45"),
        ("before:purple", "31.01.2026"),
        ("purple:x", "status, client"),
    ],
)
def test_a_value_that_is_none_is_said_with_what_is_possible(desk: Desk, query: str, told: str) -> None:
    with pytest.raises((BadData, NotFound)) as refused:
        found(desk, query)
    assert "purple" in refused.value.sentence and told in refused.value.sentence


# -- who may see what


def test_no_word_and_no_field_tells_of_a_message_one_may_not_see(desk: Desk, make_agent: Any) -> None:
    number = desk.ticket()
    third = make_agent("third", "agent")
    with desk.store.work(write=True) as work:
        messages.note(
            work, desk.boss, number, "canary", visibility="private", addressee_id=desk.colleague.agent_id
        )
    for query in (
        "canary",
        "can*",
        '"canary"',
        "canary OR nothing",
        "canary is:open",
        f"canary number:{number}",
    ):
        assert found(desk, query, third) == [], query
        assert found(desk, query, desk.colleague) == [number], query
    assert found(desk, "-canary", third) == [number]
    assert found(desk, "-canary", desk.colleague) == []
    assert found(desk, "has:note", third) == []
    assert found(desk, "has:note", desk.colleague) == [number]


# -- both databases

WORDS = (
    "заявка заявки заявок письмо писем день дня printer printers printing мой мыть стали ёлка елок x1 42"
).split()
ODD = [
    "e-mail",
    "a@b.example",
    "İstanbul",
    "straße",
    "ﬁle",
    "и\u0306од",
    "½",
    "日本語",
    "\u00adsoft",
    "x_y",
    "'; --",
    '"',
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, new_sqlite: Path, new_postgres: str) -> Iterator[Any]:
    """The same messages in a store of either kind: [(store, actor)], and the messages."""
    import shutil

    folder = tmp_path_factory.mktemp("both")
    folder.chmod(0o700)
    shutil.copy2(new_sqlite, folder / "desk.sqlite")
    with postgres.fresh_postgres(new_postgres) as url:
        homes = (Home.find(str(folder), {}), Home.find(str(folder), {"DESKTERM_DATABASE_URL": url}))
        texts = _random_texts(random.Random(7))
        stores = [_filled(home, texts) for home in homes]
        yield stores, texts
        for store, _who in stores:
            store.close()


def _random_texts(chance: random.Random) -> list[tuple[int, str, str, str]]:
    """(ticket, subject, sender, body) of some messages."""
    return [
        (
            1 + number % 20,
            " ".join(chance.choices(WORDS, k=2)),
            chance.choice(("ivan", "olga")),
            " ".join(chance.choices([*WORDS, *ODD], k=chance.randrange(1, 7))),
        )
        for number in range(60)
    ]


def _filled(home: Home, texts: list[tuple[int, str, str, str]]) -> tuple[Store, Actor]:
    store = open_store(home)
    boss = actor.settle(store, home)
    with store.work(write=True) as work:
        account_id = accounts.add(
            work, boss, accounts.AccountInput(address="a@b.example", incoming="none", outgoing="none")
        )
        moments = {"created_at": work.now, "changed_at": work.now, "last_message_at": work.now}
        for number in range(1, 21):
            work.insert(
                t.ticket,
                id=number,
                token=str(number),
                subject="",
                status_id=1,
                account_id=account_id,
                **moments,
            )
        for number, subject, sender, body in texts:
            posting.post(
                work,
                number,
                at=work.now + timedelta(seconds=number),
                visibility="public",
                subject=subject,
                from_name=sender,
                body=body,
            )
    return store, boss


_atoms = st.one_of(
    st.sampled_from([*WORDS, *ODD]),
    st.sampled_from([f'"{word} {other}"' for word in WORDS[:6] for other in WORDS[:6]]),
    st.sampled_from(
        ["subject:заявка", "from:ivan", "from:ol*", "пис*", "prin*", "status:new", "-дня", "-from:olga"]
    ),
    st.text(max_size=8).map(lambda text: text.replace(":", " ")),
)
_queries = st.lists(st.one_of(_atoms, st.sampled_from(["OR", "(", ")", "НЕ"])), min_size=1, max_size=6).map(
    " ".join
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=_queries)
def test_the_same_query_finds_the_same_on_both_databases(both: Any, query: str) -> None:
    answers = []
    for store, who in both[0]:
        with store.work() as work:
            try:
                answers.append(list(listing.search_ids(work, who, query)))
            except (BadData, NotFound) as refused:
                answers.append(refused.sentence)
    assert answers[0] == answers[1]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), field=st.sampled_from(["", "subject:"])
)
def test_words_find_the_messages_that_hold_a_form_of_each(both: Any, asked: list[str], field: str) -> None:
    stores, texts = both
    wanted = set()
    for number, subject, sender, body in texts:
        there = runs(subject) if field else runs(f"{subject} {sender} {body}")
        forms = {lemma for word in there for lemma in lemmas(word)}
        if all(set(lemmas(runs(word)[0])) & forms for word in asked):
            wanted.add(number)
    query = " ".join(field + word for word in asked) + " "
    for store, who in stores:
        with store.work() as work:
            # a number alone is that of a ticket
            if query.strip() != "42":
                assert set(listing.search_ids(work, who, query)) == wanted
