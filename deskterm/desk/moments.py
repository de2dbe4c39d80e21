"""A moment as an agent types it in a command, in his own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from deskterm import moments
from deskterm.desk.errors import BadData
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


def read(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """The moment a text means, in UTC; `zone` is the writer's, this machine's where it is None.

    BadData for what means none.
    """
    try:
        found = moments.here(text, now) if zone is None else moments.read(text, now.astimezone(zone))
    except OverflowError:
        found = None
    if found is None:
        raise BadData(
            _("“{text}” is no time. Say 2h, 3d, 9:00, tomorrow 9:00, monday or 2026-12-24 9:00.").format(
                text=text
            )
        )
    return found.astimezone(UTC)


def zone_of(work: Work, agent_id: int | None) -> tzinfo | None:
    """The time zone an agent types and reads in; None is this machine's."""
    name = work.value(select(t.agent.c.time_zone).where(t.agent.c.id == agent_id))
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
