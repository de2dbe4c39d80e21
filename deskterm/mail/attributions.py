"""Lines that say who wrote what follows: attributions, header blocks, separators.

No line is looked at beyond `LINE_CHARACTERS`; the words of each language stand in `quote_patterns`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from deskterm.mail import quote_patterns as patterns

LINE_CHARACTERS: Final = 500
"""A longer line is prose: no mail program writes such a line above a quote."""

ATTRIBUTION_LINES: Final = 4
HEADER_LINES: Final = 10


def any_of(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True))


WROTE: Final = re.compile(rf"(?i)(?<!\w)(?:{any_of(patterns.WROTE)})(?!\w)")
_WROTE_LAST: Final = re.compile(rf"(?i)(?<!\w)(?:{any_of(patterns.WROTE)})$")
ENDS_IN_COLON: Final = re.compile(r"[:：]\s*(?:\*|_|\]|>|\"|»)*\s*$")
_LEAD: Final = re.compile(rf"^\W{{0,3}}(?:{any_of(patterns.LEADS)})", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?<!\d)\d{1,2}[:.hч]\d{2}(?!\d)|\d{1,2} ?(?:AM|PM)\b", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d\d|\d{1,2}\.? [^\W\d_]{3,})(?!\d)"
)
_DATE_FIRST: Final = re.compile(
    rf"(?i)^\W{{0,3}}(?:(?:{any_of(patterns.WEEKDAYS)})\.?,?\s+)?\d{{1,4}}(?:[./-]\d"
    rf"|(?:-[а-яa-z]+)?\.?,? (?:de )?[^\W\d_]{{3,}})"
)
_MAILBOX: Final = re.compile(r"[\w.+-]@[\w-]|<[^<>]{1,100}>|\[mailto:")
_FULL_DATE: Final = re.compile(r"(?<!\d)(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d\d)(?!\d)")
_FULL_MAILBOX: Final = re.compile(
    r"[<\[(][^<>()\[\]\s]{1,80}@[^<>()\[\]\s]{1,80}[>\])]|[\w.+-]@[\w-]{1,63}\.\w+:"
)
_QUOTING: Final = re.compile(rf"(?i)^\W{{0,3}}(?:{any_of(patterns.QUOTING)})")
_WORDS_ONLY: Final = re.compile(
    r"(?i)^\W{0,3}(?:Вы|Ви|You|Vous|Sie|Ihr|Usted|Tu) (?:писали|написали|wrote|schrieben|avez écrit|escribió)"
)
_WITHOUT_VERB: Final = re.compile(
    r"\d{4}/\d{1,2}/\d{1,2} .{1,100}<[^<>\s]{1,80}@[^<>\s]{1,80}>$"
    r"|\* .{1,100}<[^<>\s]{1,80}@[^<>\s]{1,80}> \[\d[\d.:/ -]{6,20}\]:$"
)
"""Attributions of old Gmail and of mutt that say neither `wrote` nor `on`."""
_RUNNING_ON: Final = re.compile(
    rf"^\W{{0,3}}(?:{any_of(patterns.LEADS)})[^<>]{{10,200}}<[^<>\s]{{3,80}}@[^<>\s]{{3,80}}>"
    rf"\s?(?:(?:{any_of(patterns.WROTE)})\s?)?:\s{{2,8}}(?=\S)"
)
SEPARATOR: Final = re.compile(
    rf"(?i)^[\s>*]{{0,4}}(?:[-=_*]{{2,}}\s*(?:{any_of(patterns.SEPARATORS)})[^-=_]{{0,80}}[-=_*]{{0,60}}\s*$"
    rf"|>>>\s(?=.{{0,200}}\d[:.]\d\d)(?:[^<>]{{0,80}}<[^<>]{{3,80}}>)?[^<>]{{0,160}}\s>>>\s*$"
    rf"|(?:Begin forwarded message|Начало переадресованного сообщения|Начало пересылаемого сообщения"
    rf"|Початок пересланого повідомлення|Anfang der weitergeleiteten Nachricht"
    rf"|Début du message réexpédié)\s*:?\s*$)"
)
RULE: Final = re.compile(r"^\s{0,3}[-_=*]{5,}\s*$")
FIELDS: Final = {
    role: re.compile(
        rf"^[\s*_\u200b\ufeff]{{0,4}}(?:{any_of(names)})[*_]{{0,2}}\s?[:：][*_]{{0,2}}(?:\s|$)",
    )
    for role, names in patterns.FIELDS.items()
}


def attribution_first(lines: list[str], last: int) -> int | None:
    """The first line of the attribution that ends on this line; None where it is none."""
    if _WITHOUT_VERB.match(lines[last][:LINE_CHARACTERS].strip()):
        return last
    if not ENDS_IN_COLON.search(lines[last][-40:]) and not WROTE.search(lines[last][:LINE_CHARACTERS]):
        return None
    joined = ""
    for first in range(last, max(-1, last - ATTRIBUTION_LINES), -1):
        line = lines[first].strip()
        if not line or len(line) > LINE_CHARACTERS:
            return None
        joined = f"{line} {joined}".strip()
        if len(joined) > LINE_CHARACTERS:
            return None
        if _is_attribution(joined):
            return _fields_above(lines, _begun_above(lines, first, last))
    return None


def _fields_above(lines: list[str], first: int) -> int:
    """Where Yandex's `----------------`, `Кому: …;`, `Тема: …;` above an attribution begin, else its line."""
    number = first
    while number > 0 and first - number < HEADER_LINES:
        above = lines[number - 1][:LINE_CHARACTERS].rstrip()
        if not above.endswith(";") or not any(pattern.match(above) for pattern in FIELDS.values()):
            break
        number -= 1
    return number - 1 if 0 < number < first and RULE.match(lines[number - 1]) else first


def separates(line: str) -> bool:
    """Whether a line parts an answer from the letter it answers, as `-----Original Message-----` does."""
    if SEPARATOR.match(line):
        return True
    if not line.startswith("---") or not line.rstrip().endswith("---"):
        return False
    return bool(_WROTE_LAST.search(line.rstrip(" -:\r")[-40:]))


def begins_inside(line: str) -> bool:
    """Whether the quoted text goes on in the line of its attribution, as Yahoo's mobile program writes it."""
    found = _RUNNING_ON.match(line)
    return found is not None and bool(_DATE.search(found[0]) and _CLOCK.search(found[0]))


def _begun_above(lines: list[str], first: int, last: int) -> int:
    """The line on which a wrapped attribution begins (`On Mon, 3 Feb 2025, X`): this one, or one above it."""
    if _LEAD.match(lines[first]) or _DATE_FIRST.match(lines[first]):
        return first
    for number in range(first - 1, max(-1, last - ATTRIBUTION_LINES), -1):
        above = lines[number].strip()
        if not above or len(above) > 120 or above.endswith((".", "!", "?", ":")):
            break
        if (_LEAD.match(above) or _DATE_FIRST.match(above)) and _DATE.search(above):
            return number
    return first


def _is_attribution(line: str) -> bool:
    """Whether a line says who wrote what follows."""
    colon = bool(ENDS_IN_COLON.search(line[-40:]))
    if colon and (_WORDS_ONLY.match(line) or (_QUOTING.match(line) and len(line) < 120)):
        return True
    wrote = WROTE.search(line)
    dated = bool(_DATE.search(line) or _CLOCK.search(line))
    mailbox = bool(_MAILBOX.search(line))
    if wrote and colon:
        if dated and (_LEAD.match(line) or _DATE_FIRST.match(line) or _CLOCK.search(line) or mailbox):
            return True
        return mailbox or (
            wrote.end() >= len(line.rstrip(" :*_\xa0\u202f")) - 1
            and len(line) < 60
            and line[:1].isupper()
            and len(line.split()) <= 5
        )
    if wrote and not colon:
        return (
            dated
            and bool(_CLOCK.search(line))
            and (mailbox or bool(_LEAD.match(line)))
            and wrote.end() >= len(line) - 3
        )
    return (
        colon
        and dated
        and bool(_CLOCK.search(line))
        and (mailbox or " от " in line)
        and bool(_DATE_FIRST.match(line) or _LEAD.match(line))
    )


def header_block_end(lines: list[str], first: int) -> int:
    """The line after a block like From: Sent: To: Subject:, 0 where none begins here."""
    if len(lines[first]) > LINE_CHARACTERS or not FIELDS["from"].match(lines[first]):
        return 0
    seen = {"from"}
    end = first + 1
    for number in range(first + 1, min(first + HEADER_LINES, len(lines))):
        line = lines[number][:LINE_CHARACTERS]
        if not line.strip():
            continue
        role = next((role for role, pattern in FIELDS.items() if role != "from" and pattern.match(line)), "")
        if role:
            seen.add(role)
            end = number + 1
        elif number > end + 1:
            break
    return end if len(seen) >= 3 and ("sent" in seen or "subject" in seen) else 0


def certain(lines: list[str], first: int, last: int) -> bool:
    """Whether an attribution can stand without quote signs below: it names a date or a mailbox."""
    joined = " ".join(line.strip() for line in lines[first : last + 1])
    dated = bool(_FULL_DATE.search(joined) and _CLOCK.search(joined))
    if _FULL_MAILBOX.search(joined) and (dated or WROTE.search(joined)):
        return True
    return dated and bool(WROTE.search(joined)) and (first == 0 or not lines[first - 1].strip())
