"""A calendar part (RFC 5545) as one line: what, when, where."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

_UNFOLD: Final = re.compile(r"\r?\n[ \t]")
_PROPERTY: Final = re.compile(
    r"(?im)^(METHOD|SUMMARY|DTSTART|DTEND|LOCATION|STATUS)((?:;[^:\r\n]{0,200})?):([^\r\n]*)"
)
_ZONE: Final = re.compile(r"TZID=\"?([^;:\"]+)", re.IGNORECASE)
_ESCAPE: Final = re.compile(r"\\(.)")
_MOST: Final = 64 * 1024


def summary_line(text: str) -> str:
    """`Meeting: SUMMARY, 2025-03-12 10:00–11:00 (zone), LOCATION`; '' where it names no event."""
    unfolded = _UNFOLD.sub("", text[:_MOST])
    event = unfolded.upper().find("BEGIN:VEVENT")
    found: dict[str, tuple[str, str]] = {}
    for match in _PROPERTY.finditer(unfolded):
        name = match[1].upper()
        if name == "METHOD" or match.start() > event >= 0:
            found.setdefault(name, (match[2], match[3].strip()))
    summary = _plain(found.get("SUMMARY", ("", ""))[1])
    start = _moment(*found.get("DTSTART", ("", "")))
    if not summary and not start:
        return ""
    end = _moment(*found.get("DTEND", ("", "")))
    if end[:10] == start[:10] and len(end) > 11:
        end = end[11:]
    when = f"{start} – {end}" if end and end != start else start
    where = _plain(found.get("LOCATION", ("", ""))[1])
    cancelled = "CANCEL" in (found.get("METHOD", ("", ""))[1] + found.get("STATUS", ("", ""))[1]).upper()
    title = "✗ " if cancelled else ""
    return "📅 " + title + ", ".join(piece for piece in (summary, when, where) if piece)


def _plain(value: str) -> str:
    value = _ESCAPE.sub(lambda match: " " if match[1] in "nN" else match[1], value)
    return " ".join(value.split())[:300]


def _moment(parameters: str, value: str) -> str:
    """A DATE or DATE-TIME as people write it, with its zone's name."""
    for form, shown in (
        ("%Y%m%dT%H%M%SZ", "%Y-%m-%d %H:%M UTC"),
        ("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"),
        ("%Y%m%d", "%Y-%m-%d"),
    ):
        try:
            written = datetime.strptime(value, form).strftime(shown)
        except ValueError:
            continue
        zone = _ZONE.search(parameters)
        return f"{written} ({zone[1][:60]})" if zone and "UTC" not in written else written
    return ""
