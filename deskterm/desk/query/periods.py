"""Days, months, spans as one types them in a query, in the time zone of who asks."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from deskterm import moments
from deskterm.desk.query.parse import QueryError
from deskterm.i18n import _
from deskterm.store.tokens import folded

Period = tuple[datetime | None, datetime | None]
"""From a moment on, up to before another."""

DAYS: Final = {"today": 0, "сегодня": 0, "yesterday": 1, "вчера": 1, "позавчера": 2}
SPANS: Final = {
    **{unit: moments.UNITS[unit] for unit in ("h", "ч", "d", "д", "дн", "w", "н", "нед")},
    # what is a minute to come is a month that has been
    "m": timedelta(days=30),
    "м": timedelta(days=30),
    "мес": timedelta(days=30),
    "y": timedelta(days=365),
    "г": timedelta(days=365),
}
_SPAN: Final = re.compile(r"(\d{1,4})([a-zа-я]+)")
_YEAR: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?")


def read(field: str, said: str, now: datetime) -> Period:
    """The period a value means for a field. Raises QueryError for what is no day."""
    said = folded(said.strip())
    span = _SPAN.fullmatch(said)
    if span is not None and span[2] in SPANS:
        try:
            ago = now - int(span[1]) * SPANS[span[2]]
        except OverflowError as error:
            raise no_day(said) from error
        return (None, ago) if field == "before" else (ago, None)
    first, dots, last = said.partition("..")
    start = _days(first, now)[0] if first else None
    end = _days(last or first, now)[1] if last or not dots else None
    if start is None and end is None:
        raise no_day(said)
    if field == "before":
        return None, start
    return (start, None) if field in ("after", "since") else (start, end)


def no_day(said: str) -> QueryError:
    """A value is no day: which ways there are to say one."""
    return QueryError(
        _(
            "{said} is no day. Possible: 2026-01-31, 31.01.2026, 31.01, 2026-01, 2026, today, yesterday, 7d,"
            " 2w, 3m, 2026-01-01..2026-01-31"
        ).format(said=said)
    )


def _days(said: str, now: datetime) -> tuple[datetime, datetime]:
    """The first moment of a day, month or year, and the first one after it."""
    try:
        if said in DAYS:
            first = (now - timedelta(days=DAYS[said])).date()
            return _midnight(first.year, first.month, first.day), _midnight(
                first.year, first.month, first.day + 1
            )
        year = _YEAR.fullmatch(said)
        if year is not None:
            number, month = int(year[1]), int(year[2] or 0)
            if month:
                return _midnight(number, month, 1), _midnight(number, month + 1, 1)
            return _midnight(number, 1, 1), _midnight(number + 1, 1, 1)
        dotted = _DOTTED.fullmatch(said)
        if dotted is not None:
            found = datetime(int(dotted[3] or now.year), int(dotted[2]), int(dotted[1]))
            if dotted[3] is None and found.date() > now.date():
                found = found.replace(year=found.year - 1)
        else:
            found = datetime.strptime(said, "%Y-%m-%d")
        return _midnight(found.year, found.month, found.day), _midnight(
            found.year, found.month, found.day + 1
        )
    except (ValueError, OverflowError) as error:
        raise no_day(said) from error


def _midnight(year: int, month: int, day: int) -> datetime:
    """The beginning of a day by the clock of this machine; a month of 13, or a day too many, goes over."""
    if month > 12:
        year, month = year + 1, 1
    first = datetime(year, month, 1) + timedelta(days=day - 1)
    return first.astimezone()
