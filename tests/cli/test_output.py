"""What is printed: tables and JSON that no foreign text can break."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from deskterm.cli import output
from deskterm.cli.output import Column, json_text

HOSTILE = (
    "\x1b]52;c;aGk=\x07",
    "\x9b31m",
    "oops [/]",
    "[@click=app.quit]x[/]",
    "\u202egnp.exe",
    "a\nb\tc\x00",
    "\ud800 lone",
    "tag \U000e0041",
)


@dataclass(frozen=True)
class Row:
    id: int
    subject: str
    at: datetime | None = None


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_table_shows_hostile_text_on_one_harmless_line(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    output.table(
        (Column("id", "Number", right=True), Column("subject", "Subject", wide=True)), [Row(1, text)]
    )
    said = capsys.readouterr().out
    assert len(said.splitlines()) == 2
    assert all(character.isprintable() for line in said.splitlines() for character in line)
    if "[" in text and text.isprintable():
        assert text in said


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_json_keeps_the_text_and_escapes_what_steers_a_terminal(text: str) -> None:
    printed = json_text({"subject": text})
    assert json.loads(printed)["subject"] == text
    assert printed.isprintable()


def test_json_leaves_letters_readable_and_says_moments_in_utc() -> None:
    moscow = timezone(timedelta(hours=3))
    printed = json_text(Row(1, "Не печатает", datetime(2026, 1, 2, 3, 4, tzinfo=moscow)))
    assert printed == '{"id": 1, "subject": "Не печатает", "at": "2026-01-02T00:04:00+00:00"}'


def test_a_table_in_a_pipe_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    long = "word " * 100
    output.table((Column("subject", "Subject", wide=True), Column("id", "Number")), [Row(7, long)])
    assert capsys.readouterr().out.splitlines()[1].split() == [*long.split(), "7"]


def test_an_empty_listing_is_an_empty_array(capsys: pytest.CaptureFixture[str]) -> None:
    output.listing((Column("id", "Number"),), [], as_json=True)
    assert json.loads(capsys.readouterr().out) == []


def test_a_record_shows_every_field_with_its_title(capsys: pytest.CaptureFixture[str]) -> None:
    output.record(Row(1, "x\ny", datetime(2026, 1, 2, 3, 4, tzinfo=UTC)), False, {"subject": "Subject"})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["id", "1"]
    assert lines[1].split() == ["Subject", "x", "y"]
    assert len(lines) == 3


def test_one_thing_is_shown_in_words_of_the_language(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass(frozen=True)
    class Days:
        first: str
        last: str

    monkeypatch.setattr(output, "_", lambda text: text.upper() or "the head of the catalogue")
    thing = {"id": 7, "client_id": 3, "note": "x", "of_nobody": True, "days_off": [Days("1 May", "9 May")]}
    output.record(thing, False, {"id": "Number"})
    said = capsys.readouterr().out
    assert [line.split("  ", 1)[0] for line in said.splitlines()] == [
        "NUMBER",
        "NOTE",
        "of nobody",
        "DAYS OFF",
    ]
    assert "1 May 9 May" in said and "catalogue" not in said
    output.record(thing, True)
    assert json.loads(capsys.readouterr().out)["client_id"] == 3
