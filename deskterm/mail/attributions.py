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


_WORD_BEGINS: Final = r"(?:(?<!\w)|(?=[\u3040-\u9fff\uac00-\ud7ff]))"
"""Chinese, Japanese and Korean set no blank between words."""

WROTE: Final = re.compile(rf"(?i){_WORD_BEGINS}(?:{any_of(patterns.WROTE)})(?!\w)")
_WROTE_LAST: Final = re.compile(rf"(?i){_WORD_BEGINS}(?:{any_of(patterns.WROTE)})$")
ENDS_IN_COLON: Final = re.compile(r"[:：]\s*(?:\*|_|\]|>|\"|»)*\s*$")
_LEAD: Final = re.compile(rf"^\W{{0,3}}(?:{any_of(patterns.LEADS)})", re.IGNORECASE)
_CLOCK: Final = re.compile(
    r"(?<!\d)(?<!\d\.)\d{1,2}[:.hч]\d{2}(?!\d|\.\d)|\d{1,2} ?(?:AM|PM)\b", re.IGNORECASE
)
_NUMBERS: Final = r"\d{1,4}[./-] ?\d{1,2}[./-] ?\d{1,4}"
_DATE: Final = re.compile(
    rf"(?<!\d)(?:{_NUMBERS}|(?:19|20)\d\d|\d{{1,2}}\.? [^\W\d_]{{3,}})(?!\d)|\d{{4}}\s?[年년]"
)
_DATE_FIRST: Final = re.compile(
    rf"(?i)^\W{{0,3}}(?:(?:{any_of(patterns.WEEKDAYS)})\.?,?\s+)?\d{{1,4}}(?:[./-] ?\d|\s?[年년]"
    rf"|(?:-[а-яa-z]+)?\.?,? (?:de )?[^\W\d_]{{3,}})"
)
_MAILBOX: Final = re.compile(r"[\w.+-]@[\w-]|<[^<>]{1,100}>|\[mailto:")
_FULL_DATE: Final = re.compile(rf"(?<!\d)(?:{_NUMBERS}|(?:19|20)\d\d)(?!\d)")
_FULL_MAILBOX: Final = re.compile(
    r"[<\[(][^<>()\[\]\s]{1,80}@[^<>()\[\]\s]{1,80}[>\])]|[\w.+-]@[\w-]{1,63}\.\w+:"
)
_QUOTING: Final = re.compile(rf"(?i)^\W{{0,3}}(?:{any_of(patterns.QUOTING)})")
_ENDS_IN_MAILBOX: Final = re.compile(r"<[^<>\s]{1,80}@[^<>\s]{1,80}>$")
_WORDS_ONLY: Final = re.compile(
    r"(?i)^\W{0,3}(?:Вы|Ви|You|Vous|Sie|Ihr|Usted|Tu) (?:писали|написали|wrote|schrieben|avez écrit|escribió)"
)
_WITHOUT_VERB: Final = re.compile(
    r"\d{4}/\d{1,2}/\d{1,2} .{1,100}<[^<>\s]{1,80}@[^<>\s]{1,80}>$"
    r"|\* .{1,100}<[^<>\s]{1,80}@[^<>\s]{1,80}> \[\d[\d.:/ -]{6,20}\]:$"
    rf"|.{{1,100}}<[^<>\s]{{1,80}}@[^<>\s]{{1,80}}> (?:{any_of(patterns.WROTE)}): \([^()]{{6,80}}\)$",
    re.IGNORECASE,
)
"""Attributions of old Gmail and mutt that say neither `wrote` nor `on`, and of K-9 that end in the date."""
_DAY_ALONE: Final = re.compile(
    rf"(?i)(?:{any_of(patterns.LEADS)})(?:(?:{any_of(patterns.WEEKDAYS)})\.?,? )?"
    rf"(?:\d{{1,2}}\.? [^\W\d_]{{3,12}}\.?,? \d{{4}}|{_NUMBERS}),? "
    r"\d{1,2}:\d\d(?::\d\d)?(?: [+-]\d{4})?:?$"
)
"""What is left of an attribution of two lines where somebody took the one with the name away."""
_UNSEEN: Final = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks of direction that Hebrew and Arabic programs strew over an attribution."""
_RUNNING_ON: Final = re.compile(
    rf"^\W{{0,3}}(?:{any_of(patterns.LEADS)})[^<>]{{10,200}}<[^<>\s]{{3,80}}@[^<>\s]{{3,80}}>"
    rf"\s?(?:(?:{any_of(patterns.WROTE)})\s?)?:\s{{2,8}}(?=\S)"
)
_RUNS_ON: Final = re.compile(r":\s{2,8}\S|[^\W\d_]\)?:[^\W\d_]")
_VERB_RUNNING_ON: Final = re.compile(rf"(?i)(?<!\w)(?:{any_of(patterns.WROTE)}):(?=\w)")
SEPARATOR: Final = re.compile(
    rf"(?i)^[\s>*]{{0,4}}(?:[-=_*]{{2,}}\s*(?:{any_of(patterns.SEPARATORS)})[^-=_]{{0,80}}[-=_*]{{0,60}}\s*$"
    rf"|Original Message processed by david.{{0,20}}$"
    rf"|>>>\s(?=.{{0,200}}\d[:.]\d\d)(?:[^<>]{{0,80}}<[^<>]{{3,80}}>)?[^<>]{{0,160}}\s>>>\s*$"
    rf"|(?:{any_of(patterns.FORWARDS_BEGIN)})\s*:?\s*$)"
)
FORWARDS_BEGIN: Final = re.compile(rf"(?i)^[\s>*]{{0,4}}(?:{any_of(patterns.FORWARDS_BEGIN)})\s*:?\s*$")
RULE: Final = re.compile(r"^\s{0,3}[-_=*]{4,}\s*$")
_BETWEEN_DASHES: Final = re.compile(r"^[\s>]{0,4}[-_=*]{3,}[^-_=*]{1,60}[-_=*]{3,}\s*$")
FIELDS: Final = {
    role: re.compile(
        rf"^[\s*_\u200b\u200e\u200f\u202a-\u202e\ufeff]{{0,10}}(?:{any_of(names)})"
        rf"[*_\u200e\u200f]{{0,2}}\s?[:：]",
    )
    for role, names in patterns.FIELDS.items()
}


def attribution_first(lines: list[str], last: int, *, quoted_below: bool = False) -> int | None:
    """The first line of the attribution that ends on this line; None where it is none.

    Right above lines with quote signs less is asked of it.
    """
    ending = _UNSEEN.sub("", lines[last][:LINE_CHARACTERS]).strip()
    if _WITHOUT_VERB.match(ending):
        return last
    if not ENDS_IN_COLON.search(ending[-40:]) and not WROTE.search(ending):
        dated = _dated_mailbox(ending) and bool(_DATE_FIRST.match(ending))
        return last if quoted_below and (dated or _DAY_ALONE.match(ending)) else None
    joined = ""
    for first in range(last, max(-1, last - ATTRIBUTION_LINES), -1):
        line = _UNSEEN.sub("", lines[first][: LINE_CHARACTERS + 1]).strip()
        if not line or len(line) > LINE_CHARACTERS:
            return None
        joined = line + joined if line.endswith("<") else f"{line} {joined}".strip()
        if len(joined) > LINE_CHARACTERS:
            return None
        if _is_attribution(joined) or (quoted_below and _names_a_writer(joined)):
            return _fields_above(lines, _begun_above(lines, first, last))
    return None


def _dated_mailbox(line: str) -> bool:
    """Whether a line names a day, a time and, at its end, a mailbox: so it is in every language."""
    bare = line.rstrip(" :*")
    return bool(_ENDS_IN_MAILBOX.search(bare) and _FULL_DATE.search(bare) and _CLOCK.search(bare))


def _names_a_writer(line: str) -> bool:
    """Whether a line with a colon above a quote has a verb of writing, or a date with a time or a mailbox."""
    bare = line.rstrip(" :*_\xa0\u202f")
    if not ENDS_IN_COLON.search(line[-40:]) or len(line) > 200:
        return False
    if _FULL_MAILBOX.search(line) and (_FULL_DATE.search(line) or WROTE.search(line)):
        return True
    if _FULL_DATE.search(line) and _CLOCK.search(line):
        return True
    short = len(line) < 80 and len(line.split()) <= 8
    return (short or (len(line) < 120 and bool(_LEAD.match(line)))) and bool(_WROTE_LAST.search(bare))


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
    if ":" not in line or not _RUNS_ON.search(line):
        return False
    found = _RUNNING_ON.match(line)
    said = found[0] if found else ""
    if not said and _LEAD.match(line) and (verb := _VERB_RUNNING_ON.search(line)):
        said = line[: verb.end()]
    return 0 < len(said) < 300 and bool(_FULL_DATE.search(said) and _CLOCK.search(said))


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
    if colon and _dated_mailbox(line):
        return True
    wrote = WROTE.search(line)
    dated = bool(_DATE.search(line) or _CLOCK.search(line))
    mailbox = bool(_MAILBOX.search(line))
    if wrote and colon:
        if dated and (_LEAD.match(line) or _DATE_FIRST.match(line) or _CLOCK.search(line)):
            return True
        bare = line.rstrip(" :*_\xa0\u202f")
        if mailbox:
            return bool(_WROTE_LAST.search(bare) or _FULL_MAILBOX.search(line, max(0, len(bare) - 40)))
        return (
            wrote.end() >= len(bare) - 1 and len(line) < 60 and line[:1].isupper() and len(line.split()) <= 5
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
        and line.rfind(">") in (-1, len(line.rstrip(" :*")) - 1)
        and bool(_DATE_FIRST.match(line) or _LEAD.match(line))
    )


def header_block_end(lines: list[str], first: int) -> int:
    """The line after a block like From: Sent: To: Subject:, 0 where none begins here.

    A block that does not begin with its From: is one only where it names a mailbox; two lines are one where
    they stand alone under an answer, a sender with his mailbox and the day under him.
    """
    if len(lines[first]) > LINE_CHARACTERS or not (":" in lines[first] or "：" in lines[first]):
        return 0
    begins = _role(lines[first])
    if not begins or begins == "cc":
        return 0
    seen = {begins}
    end = first + 1
    for number in range(first + 1, min(first + HEADER_LINES, len(lines))):
        line = lines[number][:LINE_CHARACTERS]
        if not line.strip():
            continue
        role = _role(line, but=begins if begins == "from" else "")
        if role:
            seen.add(role)
            end = number + 1
        elif number > end + 1:
            break
    if len(seen) < 3 or "from" not in seen or not seen & {"sent", "subject"}:
        return end if begins == "from" and _stands_alone(lines, first, end) else 0
    named = begins == "from" or any(_MAILBOX.search(line[:LINE_CHARACTERS]) for line in lines[first:end])
    return end if named else 0


def _stands_alone(lines: list[str], first: int, end: int) -> bool:
    """Whether two header lines under an answer are a sender with his mailbox and a day."""
    return (
        end == first + 2
        and first > 0
        and (not lines[first - 1].strip() or bool(RULE.match(lines[first - 1])))
        and (end == len(lines) or not lines[end].strip())
        and bool(_FULL_MAILBOX.search(lines[first]))
        and _role(lines[first + 1], but="from") == "sent"
        and any(map(str.isdigit, lines[first + 1]))
    )


def _role(line: str, but: str = "") -> str:
    """What a header line of an Outlook block means, '' where it is none."""
    return next((role for role, pattern in FIELDS.items() if role != but and pattern.match(line)), "")


def titles_block(line: str) -> bool:
    """Whether a line belongs to the block of header lines under it: a rule, or words between dashes."""
    return bool(
        RULE.match(line)
        or separates(line)
        or _BETWEEN_DASHES.match(line[:LINE_CHARACTERS])
        or line.strip(" \t:：") in patterns.SEPARATORS
    )


def certain(lines: list[str], first: int, last: int) -> bool:
    """Whether an attribution can stand without quote signs below: it names a date or a mailbox."""
    joined = " ".join(_UNSEEN.sub("", line).strip() for line in lines[first : last + 1]).replace("< ", "<")
    day = bool(_FULL_DATE.search(joined))
    dated = day and bool(_CLOCK.search(joined))
    if _FULL_MAILBOX.search(joined) and (dated or WROTE.search(joined) or _QUOTING.match(joined)):
        return True
    if first > 0 and lines[first - 1].strip():
        return False
    if dated and WROTE.search(joined):
        return True
    bare = joined.rstrip(" :*_\xa0\u202f")
    return (
        day
        and len(joined) < 120
        and bool(_LEAD.match(joined) or _DATE_FIRST.match(joined))
        and bool(_WROTE_LAST.search(bare))
    )
