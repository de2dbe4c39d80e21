"""Moments as people type them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deskterm import moments

SUNDAY = datetime(2026, 11, 22, 17, 30, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30m", "2026-11-22 18:00"),
        ("2 h", "2026-11-22 19:30"),
        ("2ч", "2026-11-22 19:30"),
        ("+3d", "2026-11-25 17:30"),
        ("1w", "2026-11-29 17:30"),
        ("tomorrow", "2026-11-23 09:00"),
        ("завтра 14:15", "2026-11-23 14:15"),
        ("18:00", "2026-11-22 18:00"),
        ("9:00", "2026-11-23 09:00"),
        ("mon", "2026-11-23 09:00"),
        ("sunday", "2026-11-29 09:00"),
        ("ПТ 16.30", "2026-11-27 16:30"),
        ("2026-12-24 14:30", "2026-12-24 14:30"),
        ("24.12", "2026-12-24 09:00"),
        ("2.3", "2027-03-02 09:00"),
        ("1.02.2027 8:05", "2027-02-01 08:05"),
    ],
)
def test_a_moment_is_read_as_it_is_meant(text: str, meant: str) -> None:
    assert f"{moments.read(text, SUNDAY):%Y-%m-%d %H:%M}" == meant


@pytest.mark.parametrize("text", ["", "soon", "25:00", "31.02", "5 parsecs", "\x1b[2J", "9999999h"])
def test_what_means_no_moment_is_none(text: str) -> None:
    assert moments.read(text, SUNDAY) is None


def test_hours_pass_whatever_the_clock_is_set_to_and_days_keep_the_hour() -> None:
    before = datetime(2026, 10, 24, 17, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    assert f"{moments.read('24h', before):%d %H:%M}" == "25 16:00"
    assert f"{moments.read('1d', before):%d %H:%M}" == "25 17:00"


def test_lengths_of_time_are_written_as_they_are_read() -> None:
    for seconds, written in ((90, "90s"), (180, "3m"), (7200, "2h"), (86400, "1d"), (5, "5s")):
        assert moments.written(seconds) == written and moments.seconds(written) == seconds
    assert moments.seconds("2 ч") == 7200 and moments.seconds("45") == 45
    assert moments.seconds("often") is None and moments.seconds("") is None
