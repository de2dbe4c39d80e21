"""Texts to answer with: templates and their placeholders, articles, tickets that are alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from deskterm.desk import answer_templates, articles, clients, contacts, messages, placeholders, undo
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ann Baker", "Ann"),
        ("Baker, Ann", "Ann"),
        ("Иванов Иван Иванович", "Иван"),
        ("Иван Иванович Иванов", "Иван"),
        ("Иван Иванович", "Иван"),
        ("Петрова Анна", "Анна"),
        ("Анна Петрова", "Анна"),
        ("Ирина Петрова", "Ирина"),
        ("ann@customer.example", ""),
        ("", ""),
    ],
)
def test_the_first_name_is_found_in_names_as_people_write_them(name: str, first: str) -> None:
    assert placeholders.first_name(name) == first


def test_a_template_is_filled_from_the_ticket_in_either_language(desk: Desk, clock: Clock) -> None:
    with desk.store.work(write=True) as work:
        client = clients.add(work, desk.boss, "Acme {number}")
        contacts.add(
            work,
            desk.boss,
            client,
            "Petrova, Anna",
            points=[("email", "anna@acme.example", True)],
            language="ru",
        )
    number = desk.ticket(sender="anna@acme.example")
    body = (
        "{contact_first_name}, {клиент}: {number} / {номер}, {тема}. {today} {срок} {agent} {desk} {Status}"
    )
    with desk.store.work(write=True) as work:
        id = answer_templates.add(work, desk.boss, "Greeting", body)
        found = answer_templates.fill(work, desk.colleague, id, number)
    # a value brings no placeholder along, and what is not known stays and is named
    assert found.text == (
        f"Anna, Acme {{number}}: {number} / {number}, The printer is on fire."
        " November 2, 2026 {срок} Cora Colleague Support New"
    )
    assert found.unfilled == ("{срок}",)
    with desk.store.work() as work:
        bare = answer_templates.fill(work, desk.colleague, id, None)
    assert "{contact_first_name}" in bare.unfilled and "Cora Colleague" in bare.text


def test_templates_are_kept_by_administrators_and_used_by_who_may(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    with desk.store.work(write=True) as work:
        id = answer_templates.add(work, desk.boss, " Thanks ", "Thank you, {contact}.")
        with pytest.raises(BadData, match="already"):
            answer_templates.add(work, desk.boss, "THANKS", "x")
        with pytest.raises(BadData, match="{colour}"):
            answer_templates.edit(work, desk.boss, id, body="{colour}")
        answer_templates.edit(work, desk.boss, id, body="Спасибо, {контакт}.", language="ru")
        assert answer_templates.find(work, desk.colleague, "thanks").body == "Спасибо, {контакт}."
        answer_templates.remove(work, desk.boss, id)
        assert answer_templates.listed(work, desk.colleague) == []
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.boss)
        assert [one.name for one in answer_templates.listed(work, desk.colleague)] == ["Thanks"]
    viewer = make_agent("vic", "viewer")
    with desk.store.work(write=True) as work:
        for act in (
            lambda: answer_templates.add(work, desk.colleague, "Mine", "x"),
            lambda: answer_templates.remove(work, desk.colleague, id),
            lambda: answer_templates.listed(work, viewer),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_solved_answer_becomes_an_article_that_is_found_by_its_words(desk: Desk) -> None:
    number = desk.ticket(subject="Принтер не печатает")
    with desk.store.work(write=True) as work:
        answer = messages.reply(work, desk.boss, number, "Замените картридж и перезапустите принтер.")
        note = messages.note(work, desk.boss, number, "canary: he is stingy")
        question = work.value(select(t.message.c.id).where(t.message.c.ticket_id == number))
        id = articles.of_message(work, desk.boss, answer)
        assert articles.of_message(work, desk.boss, answer) == id
        for wrong in (note, question):
            with pytest.raises(BadData, match="public answer"):
                articles.of_message(work, desk.boss, wrong)
        with pytest.raises(NotFound):
            articles.of_message(work, desk.boss, 999)
        other = articles.add(work, desk.colleague, "Paper jams", "Open the printer and pull. 100% sure_thing")
    with desk.store.work(write=True) as work:
        for words, wanted in (
            ("картриджа", [id]),
            ("принтеры печатают", [id]),
            ("картр", [id]),
            ("jam", [other]),
            ("canary", []),
            ("printer paper unknownword", [other]),
            ("%", [id, other]),
        ):
            assert {one.id for one in articles.search(work, desk.colleague, words)} == set(wanted), words
        articles.use(work, desk.boss, other)
        assert [one.id for one in articles.search(work, desk.boss, "")] == [other, id]
        articles.edit(work, desk.colleague, id, title="Картридж", body="Другой текст о бумаге.")
        assert [one.id for one in articles.search(work, desk.boss, "бумага")] == [id]
        assert [one.id for one in articles.search(work, desk.boss, "перезапустите")] == []
        articles.remove(work, desk.colleague, other)
        assert [one.id for one in articles.listed(work, desk.boss)] == [id]
    with desk.store.work(write=True) as work, pytest.raises(NotAllowed):
        articles.remove(work, desk.colleague, id)
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.colleague)
        assert articles.show(work, desk.boss, other).active


def test_tickets_that_share_rare_words_are_found_and_hidden_ones_are_not(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    own = make_agent("olga", "agent_own")
    first = desk.ticket(subject="Сканер Epson пишет E-42", text="На столе мигает лампа, ошибка E-42.")
    for number in range(3):
        desk.ticket(subject=f"Счёт {number}", text="Пришлите счёт за ноябрь.")
    second = desk.ticket(subject="Ошибка сканера Epson", text="Лампа мигает.")
    with desk.store.work(write=True) as work:
        found = articles.similar_tickets(work, desk.boss, second)
        assert [one.id for one in found] == [first]
        assert "epson" in found[0].words
        work.update(t.ticket, second, responsible_id=own.agent_id)
        assert articles.similar_tickets(work, own, second) == []
        hidden = messages.note(
            work,
            desk.boss,
            second,
            "zebrafish xylophone",
            visibility="private",
            addressee_id=desk.boss.agent_id,
        )
    fourth = desk.ticket(subject="Zebrafish", text="xylophone")
    with desk.store.work() as work:
        assert hidden and [one.id for one in articles.similar_tickets(work, desk.boss, fourth)] == [second]
        assert articles.similar_tickets(work, desk.colleague, fourth) == []
