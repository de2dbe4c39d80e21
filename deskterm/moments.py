"""Moments as people type them: `2h`, `tomorrow 9:00`, `mon`, `2026-12-24 14:30`, in English and Russian.

And lengths of time as they are told in columns.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Final

MORNING: Final = time(9, 0)
"""What a day without an hour means."""

UNITS: Final[dict[str, timedelta]] = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "м": timedelta(minutes=1),
    "мин": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "ч": timedelta(hours=1),
    "d": timedelta(days=1),
    "д": timedelta(days=1),
    "дн": timedelta(days=1),
    "w": timedelta(weeks=1),
    "н": timedelta(weeks=1),
    "нед": timedelta(weeks=1),
}
SECONDS: Final[dict[str, int]] = {
    "d": 24 * 60 * 60,
    "д": 24 * 60 * 60,
    "h": 60 * 60,
    "ч": 60 * 60,
    "m": 60,
    "м": 60,
    "s": 1,
    "с": 1,
}
"""Units a length of time is written in, the longest first."""
DAYS: Final[dict[str, int]] = {
    "today": 0,
    "сегодня": 0,
    "tomorrow": 1,
    "завтра": 1,
    "послезавтра": 2,
}
WEEKDAYS: Final = (
    ("mon", "monday", "пн", "понедельник"),
    ("tue", "tuesday", "вт", "вторник"),
    ("wed", "wednesday", "ср", "среда", "среду"),
    ("thu", "thursday", "чт", "четверг"),
    ("fri", "friday", "пт", "пятница", "пятницу"),
    ("sat", "saturday", "сб", "суббота", "субботу"),
    ("sun", "sunday", "вс", "воскресенье"),
)
_SPAN: Final = re.compile(r"\+?\s*(\d{1,4})\s*([a-zа-я]+)\.?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(\d{1,2})[:.](\d{2})")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")


def length(seconds: int) -> str:
    """A length of time in hours and minutes, 1:05; what is not nothing is a minute at least."""
    minutes = max(1, round(seconds / 60)) if seconds else 0
    return f"{minutes // 60}:{minutes % 60:02}"


def seconds(text: str) -> int | None:
    """The seconds of `90s`, `3m`, `2h`, `1d`, or of a number alone; None where it is no length of time."""
    match = re.fullmatch(rf"(\d{{1,7}})\s*([{''.join(SECONDS)}]?)", text.strip().casefold())
    return None if match is None else int(match[1]) * SECONDS.get(match[2], 1)


def written(seconds: int) -> str:
    """A length of time as `seconds` reads it, in the largest unit that holds it whole."""
    unit = next(unit for unit, length in SECONDS.items() if seconds % length == 0)
    return f"{seconds // SECONDS[unit]}{unit}"


def read(text: str, now: datetime) -> datetime | None:
    """The aware moment a text means after `now`, in its time zone; None where it means none.

    A clock time alone that is over today means tomorrow; a day alone means nine o'clock.
    """
    words = text.casefold().split()
    if not words:
        return None
    span = _SPAN.fullmatch(" ".join(words))
    if span is not None and span[2] in UNITS:
        length = int(span[1]) * UNITS[span[2]]
        if UNITS[span[2]] < timedelta(days=1):  # hours pass, whatever the clock is set to meanwhile
            return (now.astimezone(UTC) + length).astimezone(now.tzinfo)
        return now + length
    clock = _clock(words[-1])
    if clock is not None:
        words = words[:-1]
    if not words:
        assert clock is not None
        moment = _at(now, clock)
        return moment if moment > now else _at(now + timedelta(days=1), clock)
    written = _written_out(text)
    if written is not None:
        return written if written.tzinfo is not None else written.replace(tzinfo=now.tzinfo)
    day = _day(" ".join(words), now)
    return None if day is None else _at(day, clock or MORNING)


def _written_out(text: str) -> datetime | None:
    """Day and time as one word, ISO 8601."""
    if "t" not in text.casefold():
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def here(text: str, now: datetime) -> datetime | None:
    """The same in the time zone of this machine, whose clock may be set meanwhile."""
    local = now.astimezone()
    moment = read(text, local)
    written = _written_out(text)
    if moment is None or _hours(text) or (written is not None and written.tzinfo is not None):
        return moment
    return moment.replace(tzinfo=None).astimezone()


def _hours(text: str) -> bool:
    span = _SPAN.fullmatch(" ".join(text.casefold().split()))
    return span is not None and UNITS.get(span[2], timedelta(days=1)) < timedelta(days=1)


def _day(text: str, now: datetime) -> datetime | None:
    if text in DAYS:
        return now + timedelta(days=DAYS[text])
    for number, names in enumerate(WEEKDAYS):
        if text in names:
            return now + timedelta(days=(number - now.weekday() - 1) % 7 + 1)
    try:
        return datetime.fromisoformat(text).replace(tzinfo=now.tzinfo)
    except ValueError:
        pass
    dotted = _DOTTED.fullmatch(text)
    if dotted is None:
        return None
    try:
        found = datetime(int(dotted[3] or now.year), int(dotted[2]), int(dotted[1]), tzinfo=now.tzinfo)
    except ValueError:
        return None
    if dotted[3] is None and found.date() < now.date():
        found = found.replace(year=now.year + 1)
    return found


def _clock(text: str) -> time | None:
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _at(day: datetime, clock: time) -> datetime:
    return day.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
