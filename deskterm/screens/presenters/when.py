"""Moments as an agent reads them: short in lists, in full where there is room, in his own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from deskterm.i18n import N_, _, decimal, n_

MONTHS = (
    N_("Jan"),
    N_("Feb"),
    N_("Mar"),
    N_("Apr"),
    N_("May"),
    N_("Jun"),
    N_("Jul"),
    N_("Aug"),
    N_("Sep"),
    N_("Oct"),
    N_("Nov"),
    N_("Dec"),
)
DAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))

SHORT_CELLS = 7

YEAR = 60 * 24 * 365
SPANS = (
    (60 * 24 * 14, 60 * 24 * 7, N_("{count} wk")),
    (60 * 24, 60 * 24, N_("{count} d")),
    (60, 60, N_("{count} h")),
    (1, 1, N_("{count} min")),
)
"""From so many minutes on in this unit, by its minutes; years have plurals of their own."""
MOST_MINUTES = 100_000
HOW_SPENT_IS_TYPED = N_("Minutes, as 12, or hours and minutes, as 1:30")
HOW_MOMENTS_ARE_TYPED = N_("As 2h, 3d, 18:00, tomorrow 9:00, mon, 2026-12-24 14:30")


def now() -> datetime:
    """This moment, aware."""
    return datetime.now(UTC)


def short(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Today's as a time, this year's as a day, older ones with the year; at most SHORT_CELLS cells."""
    here, today = at.astimezone(zone), now.astimezone(zone)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    month = _(MONTHS[here.month - 1])
    if here.year == today.year or (today - here < timedelta(days=180) and here < today):
        return f"{here.day} {month}"
    return f"{here.year}-{here.month:02}"


def full(at: datetime, zone: tzinfo | None = None) -> str:
    """Day, date and time."""
    here = at.astimezone(zone)
    return f"{_(DAYS[here.weekday()])} {here.day} {_(MONTHS[here.month - 1])} {here.year} {here:%H:%M}"


def ago(at: datetime, now: datetime) -> str:
    """How long it is since, in one unit; a moment to come counts as now."""
    seconds = int((now - at).total_seconds())
    if seconds < 60:
        return _("just now")
    minutes = seconds // 60
    if minutes < 60:
        return n_("{count} minute ago", "{count} minutes ago", minutes).format(count=minutes)
    hours = minutes // 60
    if hours < 24:
        return n_("{count} hour ago", "{count} hours ago", hours).format(count=hours)
    days = hours // 24
    return n_("{count} day ago", "{count} days ago", days).format(count=days)


def since(at: datetime, now: datetime) -> str:
    """How long it is since, or till then with a sign before it; at most SHORT_CELLS cells."""
    seconds = int((now - at).total_seconds())
    sign = "+" if seconds <= -60 else ""
    minutes = abs(seconds) // 60
    if minutes >= YEAR:
        years = minutes // YEAR
        return sign + n_("{count} yr", "{count} yr", years).format(count=years)
    for least, size, told in SPANS:
        if minutes >= least:
            return sign + _(told).format(count=minutes // size)
    return _("now")


def until(at: datetime, now: datetime) -> str:
    """How long it is till then, in one unit."""
    seconds = max(0, int((at - now).total_seconds()))
    if seconds < 90:
        return n_("in {count} second", "in {count} seconds", seconds).format(count=seconds)
    minutes = seconds // 60
    if minutes < 90:
        return n_("in {count} minute", "in {count} minutes", minutes).format(count=minutes)
    hours = minutes // 60
    return n_("in {count} hour", "in {count} hours", hours).format(count=hours)


def spent(seconds: int) -> str:
    """A length of work: minutes, with hours before them; below a minute in seconds."""
    if seconds < 60:
        return n_("{count} second", "{count} seconds", seconds).format(count=seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    told = n_("{count} minute", "{count} minutes", minutes).format(count=minutes)
    if not hours:
        return told
    before = n_("{count} hour", "{count} hours", hours).format(count=hours)
    return f"{before} {told}" if minutes else before


def read_spent(text: str) -> int | None:
    """Seconds of a length of work as typed: `12` minutes, `1:30` hours and minutes, `45s`; None for none."""
    words = text.strip().casefold()
    hours, colon, minutes = words.partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal() and int(minutes) < 60:
        return int(hours) * 3600 + int(minutes) * 60
    if words.endswith(("s", "с")) and words[:-1].strip().isdecimal():
        return int(words[:-1])
    try:
        given = float(words.replace(",", "."))
    except ValueError:
        return None
    return round(given * 60) if 0 <= given < MOST_MINUTES else None


def size(octets: int) -> str:
    """A size in the unit that fits."""
    if octets < 1024:
        return _("{size} B").format(size=octets)
    if octets < 1024 * 1024:
        return _("{size} kB").format(size=max(1, octets // 1024))
    return _("{size} MB").format(size=decimal(octets / 1024 / 1024))
