"""What agents read: pure functions, so every case of a line is shown here without a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from deskterm import i18n
from deskterm.desk.views import (
    AccountLine,
    AttachmentRow,
    Body,
    RecipientRow,
    SectionRow,
    StatusLine,
    TicketHead,
    TicketRow,
)
from deskterm.screens.administration import areas
from deskterm.screens.presenters import body, columns, head, line, state, ticket_columns, tree, when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

TICKET = TicketRow(
    id=4711,
    subject="Printer is out of paper",
    client="ACME",
    customer="John Smith",
    status="Waiting for the customer's answer",
    status_class="waiting",
    responsible="",
    responsible_id=None,
    rubric="",
    turn="ours",
    unread=True,
    unverified=False,
    muted=False,
    trouble=False,
    messages=2,
    created_at=NOW,
    changed_at=NOW,
    last_message_at=NOW - timedelta(hours=1),
    due_at=None,
    version=1,
)

BODY = Body(
    id=1,
    ticket_id=4711,
    type="email",
    visibility="public",
    author="John Smith",
    address="john@acme.example",
    author_kind="customer",
    addressee="",
    subject="Printer",
    text="Please help.\n\nOn Monday Support wrote:\n> Restart it.\n> Thanks",
    folds=((14, 60, "quote"),),
    html=False,
    at=NOW,
    sent_at=None,
    attachments=(),
    recipients=(),
    unverified=False,
    delivery="",
    letter_id=1,
    reasons=(),
)

HOSTILE = "\x1b]52;c;aGk=\x07 \x1b[31m red [@click=app.quit]x[/] oops [/] \u202egnp.exe \x9b1m"


def shown(pieces: line.Line) -> str:
    return "".join(text for text, _style in pieces)


def ticket_line(row: TicketRow, width: int) -> str:
    return shown(
        columns.row(row, columns.fit_columns(columns.chosen(ticket_columns.TICKETS, ()), width), NOW)
    )


@pytest.mark.parametrize("width", [40, 57, 87, 120, 200])
def test_a_ticket_fills_its_line_exactly(width: int) -> None:
    for subject in ("short", "Очень длинная тема " * 9, "请帮我重置密码" * 12, "👩‍👩‍👧 family " * 9, HOSTILE):
        assert cell_len(ticket_line(replace(TICKET, subject=subject), width)) <= width


@given(st.text(max_size=200), st.integers(1, 80))
def test_text_is_fitted_to_cells_whatever_it_is(text: str, width: int) -> None:
    from deskterm.clean import clean

    assert cell_len(line.fit(clean(text), width)) == width


def test_number_subject_and_customer_are_there_at_eighty_columns() -> None:
    told = ticket_line(TICKET, 57)
    assert (
        "4711" in told
        and "Printer is out of" in told
        and "John Smith" in told
        and "●" in told
        and "◀" in told
    )


def test_the_status_is_whole_where_there_is_room() -> None:
    assert "Waiting for the customer's answer"[:19] in ticket_line(TICKET, 90)
    assert "nobody" in ticket_line(TICKET, 110)


def test_unread_is_a_sign_too_and_not_only_bold() -> None:
    assert "●" not in ticket_line(replace(TICKET, unread=False), 80)
    assert "!" in ticket_line(replace(TICKET, trouble=True), 80)


def test_a_hostile_subject_is_text() -> None:
    told = ticket_line(replace(TICKET, subject=HOSTILE), 200)
    assert "\x1b" not in told and "\x07" not in told and "\u202e" not in told and "\x9b" not in told
    assert "[@click=app.quit]x[/]" in told


def test_a_section_tells_unread_and_total() -> None:
    row = SectionRow("mine", "Mine", 0, unread=3, total=17, bold=True)
    assert shown(tree.section(row, 22)) == "  Mine          3 (17)"
    assert shown(tree.section(replace(row, unread=0, bold=False), 22)) == "  Mine            (17)"
    assert ("Mine", "unread") in tree.section(row, 22)
    assert ("Mine", "unread") not in tree.section(replace(row, unread=0, bold=False), 22)


def test_a_search_that_finds_more_than_is_counted_says_so() -> None:
    row = SectionRow("saved:1", "Fires", 0, unread=3, total=1000, bold=True, more=True)
    assert shown(tree.section(row, 22)) == "  Fires     3+ (1000+)"


def test_an_agent_online_has_a_sign() -> None:
    row = SectionRow("agent:3", "Olga", 1, unread=0, total=2, bold=False, mark="online")
    assert "● Olga" in shown(tree.section(row, 30))
    assert "○ Olga" in shown(tree.section(replace(row, mark="day off"), 30))


def test_a_long_section_keeps_its_counts() -> None:
    row = SectionRow("rubric:1", "Оборудование и периферия", 1, unread=120, total=4000, bold=True)
    told = shown(tree.section(row, 22))
    assert told.endswith("120 (4000)") and "…" in told and cell_len(told) == 22


def test_quotes_are_folded_and_unfold() -> None:
    folded = [shown(each.line) for each in body.body_lines(BODY, 60, NOW)]
    assert "▸ quoted text, 3 lines" in folded
    assert not any("Restart it." in each for each in folded)
    assert "Please help." in folded
    unfolded = [shown(each.line) for each in body.body_lines(BODY, 60, NOW, body.Reading(frozenset({0})))]
    assert "▾ quoted text, 3 lines" in unfolded
    assert "> Restart it." in unfolded


def test_pictures_of_the_text_are_folded_and_files_are_not() -> None:
    pictures = tuple(AttachmentRow(each, f"image{each}.png", "image/png", 2048, True) for each in range(12))
    files = (AttachmentRow(99, "invoice.pdf", "application/pdf", 123_000, False),)
    lines = body.body_lines(replace(BODY, attachments=files + pictures), 60, NOW)
    told = [shown(each.line) for each in lines]
    assert any("invoice.pdf" in each and "120 kB" in each for each in told)
    assert any("12 pictures" in each for each in told)
    assert not any("image3.png" in each for each in told)
    opened = body.body_lines(
        replace(BODY, attachments=files + pictures), 60, NOW, body.Reading(frozenset({body.PICTURES}))
    )
    assert any("image3.png" in shown(each.line) for each in opened)


def test_a_hostile_body_is_text() -> None:
    hostile = replace(BODY, text=HOSTILE, folds=(), author=HOSTILE, subject=HOSTILE)
    told = "\n".join(shown(each.line) for each in body.body_lines(hostile, 60, NOW))
    assert not any(sign in told for sign in "\x1b\x07\x9b\u202e")
    assert "[@click=app.quit]x[/]" in told


@given(st.text(max_size=400), st.integers(10, 100), st.tuples(st.integers(-5, 400), st.integers(-5, 400)))
def test_a_body_never_breaks_its_lines(text: str, width: int, fold: tuple[int, int]) -> None:
    lines = body.body_lines(
        replace(BODY, text=text, folds=((*fold, "quote"),)), width, NOW, body.Reading(frozenset({body.ALL}))
    )
    for each in lines:
        if each.kind == "text":
            assert "\n" not in shown(each.line)


def test_a_line_of_the_text_is_wrapped_at_words_and_a_long_address_at_cells() -> None:
    wrapped = line.wrap("see https://example.com/" + "x" * 70 + " now", 40)
    assert all(cell_len(each) <= 40 for each in wrapped)
    assert "".join(wrapped).replace(" ", "") == "seehttps://example.com/" + "x" * 70 + "now"
    assert line.wrap("    indented text that goes on", 18) == ["    indented text", "    that goes on"]


def test_an_unknown_delivery_is_told_with_its_recipient() -> None:
    sent = replace(BODY, recipients=(RecipientRow("a@b.example", "unknown", "connection lost"),))
    told = [shown(each.line) for each in body.body_lines(sent, 70, NOW)]
    assert "? unknown  a@b.example  connection lost" in told


def test_an_internal_note_says_so_in_words() -> None:
    note = replace(BODY, visibility="internal")
    assert shown(body.body_lines(note, 60, NOW)[0].line) == "INTERNAL NOTE, agents only"


HEAD = TicketHead(
    id=7,
    token="7.abc",
    subject="A long subject about the printer on the third floor",
    status_id=1,
    status="Under consideration",
    status_class="active",
    client="",
    customer="",
    responsible_id=None,
    responsible="",
    rubric_id=None,
    rubric="",
    account="",
    silent=True,
    turn="ours",
    muted="flood",
    client_why="",
    participants=(),
    excluded=(),
    messages=1,
    last_message_id=1,
    version=1,
    created_at=NOW,
)


@pytest.mark.parametrize("width", [30, 56, 86, 150])
def test_the_head_of_a_ticket_fits(width: int) -> None:
    told = shown(head.head(HEAD, width))
    assert cell_len(told) <= width and told.startswith("#7 A long")
    assert "◀" in told


def test_what_an_agent_must_know_before_he_answers() -> None:
    told = [text for text, _style in head.notes(HEAD)]
    assert any("Silent" in each for each in told) and any("flood" in each for each in told)


STATE = StatusLine(
    agent="Olga",
    worker="none",
    accounts=(AccountLine("support@desk.example", "failing", "the password is wrong", "unknown", ""),),
    outbox=2,
    trouble=1,
    held=3,
    unread=4,
    mail_on=True,
)


def test_the_status_line_says_what_is_wrong_first() -> None:
    told = shown(state.status_line(STATE, 200))
    assert "no worker runs: start `deskterm sync`" in told
    assert "1 letter in trouble" in told
    assert "support@desk.example failing: the password is wrong" in told
    assert told.index("no worker") < told.index("3 held")


@pytest.mark.parametrize("width", [20, 40, 79, 120])
def test_the_status_line_fits(width: int) -> None:
    assert cell_len(shown(state.status_line(STATE, width))) <= width


def test_a_calm_status_line_tells_each_account_in_a_word() -> None:
    calm = replace(
        STATE, worker="running", trouble=0, accounts=(AccountLine("a@b.example", "idle", "", "", ""),)
    )
    assert "a@b.example live" in shown(state.status_line(calm, 100))


@pytest.mark.parametrize(
    ("back", "told"),
    [
        (timedelta(hours=2), "10:00"),
        (timedelta(days=2), "20 Nov"),
        (timedelta(days=100), "14 Aug"),
        (timedelta(days=600), "2025-04"),
    ],
)
def test_moments_are_short_in_lists(back: timedelta, told: str) -> None:
    assert when.short(NOW - back, NOW, UTC) == told
    assert cell_len(told) <= when.SHORT_CELLS


def test_sizes_and_spans_are_words() -> None:
    assert when.size(900) == "900 B" and when.size(5 * 1024 * 1024) == "5.0 MB"
    assert when.ago(NOW - timedelta(hours=3), NOW) == "3 hours ago"
    assert when.until(NOW + timedelta(seconds=9), NOW) == "in 9 seconds"


def test_numbers_and_years_are_written_as_the_language_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_language", "ru")
    assert (i18n.decimal(1.5), i18n.grouped(12345)) == ("1,5", "12\N{NO-BREAK SPACE}345")
    assert when.size(5 * 1024 * 1024 + 1024 * 512).startswith("5,5")
    monkeypatch.setattr(i18n, "_language", "en")
    assert (i18n.decimal(1.5), i18n.grouped(12345)) == ("1.5", "12,345")


def test_titles_of_the_administration_stand_whole_in_russian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_", i18n.translator("ru").gettext)
    for area in areas.AREAS:
        for width in (56, 91):
            fitted = columns.fit_columns(area.columns, width)
            titles = "".join(text for text, _style in columns.header(fitted))
            assert fitted[0].column.key == area.columns[0].key, area.key
            assert "…" not in titles and len(titles) <= width, (area.key, titles)
