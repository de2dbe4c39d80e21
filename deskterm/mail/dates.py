"""The date a sender wrote, however he wrote it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Final

FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2200

_COMMENT: Final = re.compile(r"\([^()]*\)")


def read_date(text: str) -> datetime | None:
    """The aware time of a Date field (RFC 5322, ISO 8601 and their usual mistakes); None where unreadable.

    A time without a zone counts as UTC.
    """
    text = _COMMENT.sub(" ", text[:200]).strip()
    if not text:
        return None
    try:
        found = parsedate_tz(text)
        if found is not None:
            offset = found[9] or 0
            zone = timezone(timedelta(seconds=offset)) if abs(offset) < 86400 else UTC
            second = min(found[5], 59)
            return _believable(
                datetime(found[0], found[1], found[2], found[3], found[4], second, tzinfo=zone)
            )
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _believable(written if written.tzinfo else written.replace(tzinfo=UTC))


def _believable(moment: datetime) -> datetime | None:
    return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
