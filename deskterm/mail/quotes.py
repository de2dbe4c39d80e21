"""Which runs of a plain text are quoted history or a signature, and fold away; nothing is ever cut out.

Every step looks at each line a bounded number of times and at no more than `LINE_CHARACTERS` of it, so the
time is linear whatever the text. The patterns are tables in `quote_patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from deskterm.mail import quote_patterns as patterns
from deskterm.mail.attributions import (
    ENDS_IN_COLON,
    FIELDS,
    HEADER_LINES,
    LINE_CHARACTERS,
    RULE,
    WROTE,
    any_of,
    attribution_first,
    begins_inside,
    certain,
    header_block_end,
    separates,
)
from deskterm.mail.letter import Fold

MOST_LINES: Final = 10_000
"""Lines looked at; where the last of them folds, all behind it folds with it."""

SIGNATURE_LINES: Final = 15

_QUOTED: Final = re.compile(r"[ \t]{0,3}(?:[^\W\d_]{1,4}>(?=[ >]|$)|>(?!From |>>>))")
_INITIALS: Final = re.compile(r"[ \t]{0,3}([^\W\d_]{1,4})>")
_QUOTE_SIGNS: Final = re.compile(r"^(?:[ \t]{0,3}(?:[^\W\d_]{0,4}>|\|))+[ \t]*")
_MARKER: Final = re.compile(any_of(patterns.MARKERS), re.IGNORECASE)
_SENT_FROM: Final = re.compile(
    rf"(?i)^[\s*_]{{0,3}}(?:{any_of(patterns.SENT_FROM)}|.{{0,40}}\bOutlook\b.{{0,24}}\b(?:iOS|Android)\b)"
)
_SIGNATURE: Final = re.compile(r"^(?:-- ?|—|--\xa0|–|__)\s*$")


def fold(
    text: str, html_quote_texts: Sequence[str] = (), cut: Sequence[tuple[int, int, str]] = ()
) -> tuple[Fold, ...]:
    """The runs of a plain text that fold away.

    `cut` are ranges already known from an HTML tree; `html_quote_texts` are the quoted texts of the HTML
    twin of this text, looked for where its own lines show no quote. Where nothing would remain,
    nothing folds.
    """
    lines = text.split("\n", MOST_LINES)
    rest = lines.pop() if len(lines) > MOST_LINES else ""
    starts: list[int] = []
    at = 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    lines = _with_plain_signs(lines)
    why: list[str] = [""] * len(lines)
    _take_cuts(lines, starts, why, cut)
    _take_marker(lines, why)
    _take_blocks(lines, why)
    _take_quoted_lines(lines, why)
    if not any(why) and html_quote_texts:
        _take_twins(lines, why, html_quote_texts)
    _take_signatures(lines, why)
    _take_blank_borders(lines, why)
    if not rest.strip() and not any(
        line.strip() and not reason for line, reason in zip(lines, why, strict=True)
    ):
        return ()
    folds = _runs(starts, at, why)
    if rest and folds and folds[-1].end == at:
        return (*folds[:-1], Fold(folds[-1].start, len(text), folds[-1].why))
    return tuple(Fold(each.start, min(each.end, len(text)), each.why) for each in folds)


def _with_plain_signs(lines: list[str]) -> list[str]:
    """The lines without byte order marks; `|` stands for `>` where an attribution is right above it."""
    lines = [line.lstrip("\ufeff") if line.startswith("\ufeff") else line for line in lines]
    dense = [line.startswith("|") and not line.rstrip().endswith("|") for line in lines]
    if any(
        dense[number] and not dense[number - 1] and attribution_first(lines, number - 1) is not None
        for number in range(1, len(lines))
    ):
        return [f">{line[1:]}" if piped else line for line, piped in zip(lines, dense, strict=True)]
    return lines


def _take_cuts(
    lines: list[str], starts: list[int], why: list[str], cut: Sequence[tuple[int, int, str]]
) -> None:
    for begin, end, reason in cut:
        first = bisect_left(starts, begin)
        for number in range(first, bisect_left(starts, end)):
            why[number] = reason
        _take_attribution_above(lines, why, first)


def _take_marker(lines: list[str], why: list[str]) -> None:
    """Fold what stands under our marker line, and the attribution above it; `>` lines fold by themselves."""
    for number, line in enumerate(lines):
        if len(line) > LINE_CHARACTERS or not _MARKER.search(line) or why[number]:
            continue
        if _is_quoted(line):
            _take_attribution_above(lines, why, number)
            continue
        quoted_below = any(_is_quoted(other) for other in lines[number + 1 :])
        last = len(lines)
        if quoted_below:
            last = next(at for at in range(number + 1, len(lines)) if _is_quoted(lines[at]))
        for at in range(number, last):
            why[at] = why[at] or "marker line"
        _take_attribution_above(lines, why, number)
        _take_header_block_above(lines, why, number)
        return


def _take_attribution_above(lines: list[str], why: list[str], number: int) -> None:
    """Fold the attribution that ends on the last line with text before that one."""
    last = number - 1
    while last >= 0 and number - last <= 3 and not lines[last].strip():
        last -= 1
    if last < 0 or why[last] or not lines[last].strip():
        return
    first = attribution_first(lines, last)
    if first is not None:
        for at in range(first, number):
            why[at] = why[at] or "attribution"


def _take_header_block_above(lines: list[str], why: list[str], number: int) -> None:
    for first in range(max(0, number - HEADER_LINES), number):
        if not why[first] and header_block_end(lines, first):
            for at in range(first, number):
                why[at] = "header block"
            return


def _take_blocks(lines: list[str], why: list[str]) -> None:
    """Fold to the end from a separator, a header block, or an attribution without `>` lines below it."""
    quoted_after = [False] * (len(lines) + 1)
    for number in range(len(lines) - 1, -1, -1):
        quoted_after[number] = quoted_after[number + 1] or _is_quoted(lines[number])
    for number, line in enumerate(lines):
        if why[number] or len(line) > LINE_CHARACTERS or not line.strip():
            continue
        if _is_quoted(line) and not (line.startswith(">>> ") and line.endswith(" >>>")):
            continue
        if separates(line):
            _to_the_end(lines, why, number, "original message")
            return
        if header_block_end(lines, number):
            begin = number
            while begin > 0 and any(
                pattern.match(lines[begin - 1][:LINE_CHARACTERS]) for pattern in FIELDS.values()
            ):
                begin -= 1
            above = begin - 1
            while above > 0 and begin - above < 3 and not lines[above].strip():
                above -= 1
            if above >= 0 and (
                RULE.match(lines[above])
                or separates(lines[above])
                or lines[above].strip() in patterns.SEPARATORS
            ):
                begin = above
            _to_the_end(lines, why, begin, "header block")
            return
        if not quoted_after[number] and begins_inside(line):
            _to_the_end(lines, why, number, "attribution")
            return
        if line.rstrip()[-1:] in ":：" or ENDS_IN_COLON.search(line[-40:]) or WROTE.search(line[-40:]):
            first = attribution_first(lines, number)
            if first is None:
                continue
            following = number + 1
            while following < len(lines) and not lines[following].strip():
                following += 1
            if following < len(lines) and (_is_quoted(lines[following]) or why[following]):
                for at in range(first, following):
                    why[at] = why[at] or "attribution"
            elif following < len(lines) and not quoted_after[number] and certain(lines, first, number):
                _to_the_end(lines, why, first, "attribution")
                return


def _to_the_end(lines: list[str], why: list[str], first: int, reason: str) -> None:
    for at in range(first, len(lines)):
        why[at] = why[at] or reason


def _is_quoted(line: str) -> bool:
    return line[:8].lstrip(" \t").startswith(">") and bool(_QUOTED.match(line[:40]))


def _take_quoted_lines(lines: list[str], why: list[str]) -> None:
    """Fold runs of `>` lines, of lines with initials (`IP> `), and the attribution above each."""
    initials: dict[str, int] = {}
    for line in lines:
        if line[:8].find(">") > 0 and (found := _INITIALS.match(line[:12])):
            initials[found[1]] = initials.get(found[1], 0) + 1
    signs = {sign for sign, count in initials.items() if count >= 2}
    begin = -1
    for number in range(len(lines) + 1):
        line = lines[number] if number < len(lines) else ""
        quoted = number < len(lines) and (
            _is_quoted(line) or bool(signs and (found := _INITIALS.match(line[:12])) and found[1] in signs)
        )
        if quoted and begin < 0:
            begin = number
        if not quoted and begin >= 0:
            _take_attribution_above(lines, why, begin)
            for at in range(begin, number):
                why[at] = why[at] or "quoted lines"
            begin = -1


def _take_twins(lines: list[str], why: list[str], html_quote_texts: Sequence[str]) -> None:
    """Fold the lines that the HTML twin of this text marks as quoted, where enough of them are found."""
    quoted = {_squeezed(line) for quote in html_quote_texts for line in quote.split("\n")}
    quoted.discard("")
    strong = {line for line in quoted if len(line) >= 12}
    hits = [number for number, line in enumerate(lines) if _squeezed(line) in strong]
    if not hits:
        return
    first = hits[0]
    found = [number for number in range(first, len(lines)) if _squeezed(lines[number]) in quoted]
    filled = sum(bool(line.strip()) for line in lines[first:])
    if 2 * len(found) >= filled:
        for number in range(first, len(lines)):
            why[number] = why[number] or "quote (HTML)"
        _take_attribution_above(lines, why, first)


def _squeezed(line: str) -> str:
    return "".join(_QUOTE_SIGNS.sub("", line[:LINE_CHARACTERS]).split()).casefold()


def _take_signatures(lines: list[str], why: list[str]) -> None:
    """Fold `-- ` signatures and the lines mobile programs add."""
    below = 0
    alone = [False] * len(lines)
    for number in range(len(lines) - 1, -1, -1):
        alone[number] = below <= 2
        below += bool(lines[number].strip()) and not why[number]
    for number, line in enumerate(lines):
        if why[number] or len(line) > LINE_CHARACTERS:
            continue
        if _SIGNATURE.match(line) and line.strip():
            exact = line.rstrip("\r") in ("-- ", "--\xa0")
            end = _signature_end(lines, why, number, SIGNATURE_LINES if exact else 8)
            above_quote = end < len(lines) and line.strip() == "--"
            if exact or above_quote or number == 0 or not lines[number - 1].strip() or why[number - 1]:
                for at in range(number, end):
                    why[at] = "signature"
        elif (
            len(line) < 100
            and (number == 0 or not lines[number - 1].strip() or bool(why[number - 1]))
            and _SENT_FROM.match(line)
            and (alone[number] or _between_blanks(lines, number))
        ):
            why[number] = "sent from"


def _signature_end(lines: list[str], why: list[str], number: int, most: int) -> int:
    """The line after a signature that begins here; `number` where it has too many lines to be one."""
    filled = 0
    end = number + 1
    while end < len(lines) and not why[end]:
        filled += bool(lines[end].strip())
        end += 1
        if filled > most or end - number > 100:
            return number
    return end


def _between_blanks(lines: list[str], number: int) -> bool:
    return (
        number > 0 and not lines[number - 1].strip() and not "".join(lines[number + 1 : number + 2]).strip()
    )


def _take_blank_borders(lines: list[str], why: list[str]) -> None:
    """Blank lines that touch a fold on both sides, or stand between it and the end, go with it."""
    number = 0
    while number < len(lines):
        if why[number] or lines[number].strip():
            number += 1
            continue
        end = number
        while end < len(lines) and not why[end] and not lines[end].strip():
            end += 1
        before = why[number - 1] if number else ""
        after = why[end] if end < len(lines) else ""
        if (before and (after or end == len(lines))) or (after and number > 0 and not before):
            for at in range(number, end):
                why[at] = before or after
        number = end


def _runs(starts: list[int], length: int, why: list[str]) -> tuple[Fold, ...]:
    folds: list[Fold] = []
    number = 0
    while number < len(why):
        if not why[number]:
            number += 1
            continue
        first = number
        while number < len(why) and why[number]:
            number += 1
        end = starts[number] if number < len(why) else length
        reason = next(
            (why[at] for at in range(first, number) if why[at] not in ("attribution", "sent from")),
            why[first],
        )
        folds.append(Fold(starts[first], end, reason))
    return tuple(folds)
