"""Templates: built-in texts, the desk's and the accounts' own, and what may stand in them."""

from __future__ import annotations

import email
import email.policy
import re

import pytest

from deskterm.desk import accounts, templates
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from tests.desk.conftest import SUPPORT, Desk


def confirmation(desk: Desk) -> str:
    row, raw = next((row, raw) for row, raw in reversed(desk.sent()) if row.kind == "confirmation")
    part = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def put(desk: Desk, kind: str, language: str, body: str, account_id: int | None = None) -> None:
    with desk.store.work(write=True) as work:
        templates.set(work, desk.boss, kind, language, body, account_id)


def test_every_kind_has_a_text_in_both_languages_with_placeholders_it_may_use() -> None:
    assert set(templates.BUILT_IN) == set(templates.KINDS)
    for kind, texts in templates.BUILT_IN.items():
        assert set(texts) == {"en", "ru"}
        for body in texts.values():
            assert templates.checked(kind, body) == body
        assert set(templates.KINDS[kind].placeholders) <= set(templates.PLACEHOLDERS)
    assert all(re.search("[а-я]{5}", texts["ru"]) for texts in templates.BUILT_IN.values())


def test_a_confirmation_says_what_the_desk_wants_it_to_say(desk: Desk) -> None:
    put(desk, "confirmation", "en", "Hello {customer}, “{subject}” is number {number}. {desk}")
    number = desk.ticket(subject="No toner")
    assert f"Hello Ann Baker, “No toner” is number {number}. Support" in confirmation(desk)


def test_an_accounts_text_goes_before_the_desks_and_that_before_the_built_in_one(desk: Desk) -> None:
    put(desk, "confirmation", "en", "Of the desk: {number}")
    put(desk, "confirmation", "en", "Of the account: {number}", desk.account_id)
    desk.ticket()
    assert "Of the account: 1" in confirmation(desk)
    with desk.store.work(write=True) as work:
        templates.reset(work, desk.boss, "confirmation", "en", desk.account_id)
    desk.ticket(subject="two")
    assert "Of the desk: 2" in confirmation(desk)
    with desk.store.work(write=True) as work:
        templates.reset(work, desk.boss, "confirmation", "en")
        with pytest.raises(NotFound):
            templates.reset(work, desk.boss, "confirmation", "en")
    desk.ticket(subject="three")
    assert "It is registered as ticket 3" in confirmation(desk)


def test_a_customer_is_written_to_in_the_accounts_language(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"language": "ru"})
    put(desk, "confirmation", "en", "English only")
    number = desk.ticket()
    assert f"зарегистрировано как заявка {number}" in confirmation(desk)


def test_what_a_customer_writes_into_his_subject_is_no_placeholder(desk: Desk) -> None:
    put(desk, "confirmation", "en", "About {subject}")
    number = desk.ticket(subject="{token} {number} {0.__class__} {subject}")
    said = confirmation(desk)
    assert "About {token} {number} {0.__class__} {subject}" in said
    assert desk.row(number).token not in said


@pytest.mark.parametrize(
    "wrong", ["{password}", "{number!r}", "{number:>9}", "{number.__class__}", "{}", "{ number }", "{text}"]
)
def test_an_unknown_placeholder_is_refused_with_those_there_are(desk: Desk, wrong: str) -> None:
    with pytest.raises(BadData, match=r"\{number\}, \{token\}"):
        put(desk, "confirmation", "en", f"Number {wrong}")


@pytest.mark.parametrize(
    ("kind", "language", "body"),
    [
        ("confirmation", "en", " \n"),
        ("birthday", "en", "x"),
        ("refusal", "fr", "x"),
        ("refusal", "en", "x" * 20_001),
    ],
)
def test_what_is_no_template_is_refused(desk: Desk, kind: str, language: str, body: str) -> None:
    with pytest.raises(BadData):
        put(desk, kind, language, body)


def test_only_administrators_edit_templates(desk: Desk) -> None:
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        templates.set(work, desk.colleague, "confirmation", "en", "Mine")


def test_the_list_says_where_each_text_comes_from(desk: Desk) -> None:
    put(desk, "refusal", "ru", "Нет.")
    put(desk, "refusal", "ru", "Никак нет.", desk.account_id)
    with desk.store.work() as work:
        listed = {(one.kind, one.language, one.account): one for one in templates.listed(work, desk.boss)}
        shown = templates.show(work, desk.boss, "refusal", "ru", desk.account_id)
    assert listed["refusal", "ru", ""].origin == "desk"
    assert listed["refusal", "en", ""].origin == "built in"
    assert listed["refusal", "ru", SUPPORT].body == "Никак нет." == shown.body
    assert len(listed) == 2 * len(templates.KINDS) + 1
