"""Which runs of a plain text are quoted history or a signature, and fold away; nothing is ever cut out.

Every step looks at each line a bounded number of times and at no more than `LINE_CHARACTERS` of it, so the
time is linear whatever the text. The patterns are tables in `quote_patterns`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import Final

from deskterm.mail import quote_patterns as patterns
from deskterm.mail.attributions import (
    ENDS_IN_COLON,
    FIELDS,
    FORWARDS_BEGIN,
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
    titles_block,
)
from deskterm.mail.html import MAYBE_QUOTED
from deskterm.mail.letter import Fold

MOST_LINES: Final = 10_000
"""Lines looked at; where the last of them folds, all behind it folds with it."""

MOST_CANDIDATES: Final = 2000
"""Lines looked at that could end an attribution and have no quote signs below: no letter has as many."""

SIGNATURE_LINES: Final = 15

WRAPPED_AT: Final = 72
WRAPPED_CHARACTERS: Final = 40
"""Where programs wrap a quoted line again, and how long what is left of it may be."""

_QUOTED: Final = re.compile(r"[ \t]{0,3}>(?!From |>>>)")
_INITIALS: Final = re.compile(r"[ \t]{0,3}([^\W\d_]{1,4})>")
_QUOTE_SIGNS: Final = re.compile(r"^(?:[ \t]{0,3}(?:[^\W\d_]{0,4}>|\|))+[ \t]*")
_DAY_OR_ADDRESS: Final = re.compile(r"[\d@<]")
_DIFFERENCE: Final = re.compile(r"^\d{1,7}(?:,\d{1,7})?[acd]\d{1,7}(?:,\d{1,7})?\s*$")
_MARKER: Final = re.compile(any_of(patterns.MARKERS), re.IGNORECASE)
_MARKER_WORDS: Final = tuple(marker.casefold() for marker in patterns.MARKERS)
_SENT_FROM: Final = re.compile(
    rf"(?i)^(?:-- ?)?[\s*_]{{0,3}}"
    rf"(?:{any_of(patterns.SENT_FROM)}|.{{0,40}}\bOutlook\b.{{0,24}}\b(?:iOS|Android)\b)"
)
_LONG_RULE: Final = re.compile(r"^\s{0,3}[-_=*~—─]{5,80}\s*$")
_REACHED_AT: Final = re.compile(
    r"[\w.+-]@[\w-]|https?://|www\.|(?:\d[ ()./-]{0,2}){7}|(?i:mailing list|список рассылки)"
)
_WEAK: Final = {"attribution": 1, "signature": 2, "sent from": 3}
"""Reasons that name a run only where it has no other: a signature above a quote is folded for the quote."""
_SIGNATURE: Final = re.compile(
    rf"^(?:(?:-- ?|—|--\xa0|–|__)\s*$|-- (?:{any_of(patterns.CLOSINGS)})\b)", re.IGNORECASE
)


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
    lines = _with_deep_signs(_with_plain_signs(lines))
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
    """The lines without byte order marks, with `>` for other quote signs.

    These are initials (`IP> `) that stand before two lines or more, and `|` right under an attribution.
    """
    lines = [line.lstrip("\ufeff") if line.startswith("\ufeff") else line for line in lines]
    initials = [_INITIALS.match(line[:12]) if line[:8].find(">") > 0 else None for line in lines]
    often = Counter(found[1] for found in initials if found)
    lines = [
        line[found.end(1) :] if found and often[found[1]] >= 2 else line
        for line, found in zip(lines, initials, strict=True)
    ]
    dense = [line.startswith("|") and not line.rstrip().endswith("|") for line in lines]
    if any(
        dense[number] and not dense[number - 1] and attribution_first(lines, number - 1) is not None
        for number in range(1, len(lines))
    ):
        return [f">{line[1:]}" if piped else line for line, piped in zip(lines, dense, strict=True)]
    return lines


def _with_deep_signs(lines: list[str]) -> list[str]:
    """The lines with `> >>>` for four signs and more beside a quoted line; alone a program has made them."""
    deep = [number for number, line in enumerate(lines) if line.startswith(">>>>")]
    if not deep:
        return lines
    lines = list(lines)
    for numbers, beside in ((deep, -1), (reversed(deep), 1)):
        for number in numbers:
            other = number + beside
            if 0 <= other < len(lines) and _is_quoted(lines[other]):
                lines[number] = f"> {lines[number][1:]}"
    return lines


def _take_cuts(
    lines: list[str], starts: list[int], why: list[str], cut: Sequence[tuple[int, int, str]]
) -> None:
    for begin, end, reason in cut:
        first, last = bisect_left(starts, begin), bisect_left(starts, end)
        if reason == MAYBE_QUOTED:
            if not _attributed(lines, first, last):
                continue
            reason = "quote"
        for number in range(first, last):
            why[number] = reason
        if reason not in ("signature", "sent from"):
            _take_attribution_above(lines, why, first)


def _attributed(lines: list[str], first: int, last: int) -> bool:
    """Whether an indented run says who wrote it, in the lines above it or in its own first lines."""
    above = first - 1
    while above >= 0 and first - above <= 3 and not lines[above].strip():
        above -= 1
    if above >= 0 and lines[above].strip() and attribution_first(lines, above, quoted_below=True) is not None:
        return True
    begins = _next_filled(lines, first)
    inside = range(begins, min(begins + 3, last))
    return any(
        header_block_end(lines, number)
        or separates(lines[number])
        or attribution_first(lines, number, quoted_below=True) is not None
        for number in inside
    )


def _take_marker(lines: list[str], why: list[str]) -> None:
    """Fold what stands under our marker line, and the attribution above it; `>` lines fold by themselves."""
    if not _may_hold_marker("\n".join(lines)):
        return
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


def _may_hold_marker(text: str) -> bool:
    """Whether a marker's words stand anywhere: line by line the pattern takes as long as all the rest."""
    # a dotted capital i of Turkish, which the pattern takes for i, casefolds to i with a dot of its own
    folded = text.casefold().replace("i\u0307", "i")
    return any(words in folded for words in _MARKER_WORDS)


def _take_attribution_above(lines: list[str], why: list[str], number: int) -> None:
    """Fold the attribution that ends on the last line with text before that one."""
    last = number - 1
    while last >= 0 and number - last <= 3 and not lines[last].strip():
        last -= 1
    if last < 0 or why[last] or not lines[last].strip():
        return
    first = attribution_first(lines, last, quoted_below=True)
    if first is None and FORWARDS_BEGIN.match(lines[last][:LINE_CHARACTERS]):
        first = last
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
    looked_at = 0
    for number, line in enumerate(lines):
        if why[number] or len(line) > LINE_CHARACTERS or not line.strip():
            continue
        if _is_quoted(line) and not (line.startswith(">>> ") and line.endswith(" >>>")):
            continue
        if separates(line):
            following = _next_filled(lines, number + 1)
            if following < len(lines) and not _is_quoted(line) and _is_quoted(lines[following]):
                for at in range(number, following):
                    why[at] = why[at] or "original message"
                continue
            _to_the_end(lines, why, number, "original message")
            return
        if header_block_end(lines, number):
            begin = number
            while begin > 0 and any(
                pattern.match(lines[begin - 1][:LINE_CHARACTERS]) for pattern in FIELDS.values()
            ):
                begin -= 1
            for _ in range(2):
                above = begin - 1
                while above > 0 and begin - above < 3 and not lines[above].strip():
                    above -= 1
                if above >= 0 and lines[above].strip() and titles_block(lines[above]):
                    begin = above
            begin = _attributed_at(lines, begin)
            _to_the_end(lines, why, begin, "header block")
            return
        if not quoted_after[number] and begins_inside(line):
            _to_the_end(lines, why, number, "attribution")
            return
        if (
            line.rstrip()[-1:] in ":："
            or ENDS_IN_COLON.search(line[-40:])
            or (_DAY_OR_ADDRESS.search(line) and WROTE.search(line[-40:]))
        ):
            if looked_at >= MOST_CANDIDATES:
                continue
            looked_at += 1
            first = attribution_first(lines, number)
            if first is None:
                continue
            following = _next_filled(lines, number + 1)
            if following < len(lines) and (_is_quoted(lines[following]) or why[following]):
                for at in range(first, following):
                    why[at] = why[at] or "attribution"
            elif (
                # some programs leave the attribution where its quote was taken away
                (following < len(lines) or WROTE.search(line[-40:]))
                and not quoted_after[number]
                and certain(lines, first, number)
            ):
                _to_the_end(lines, why, first, "attribution")
                return


def _attributed_at(lines: list[str], number: int) -> int:
    """Where the attribution right above a header block begins, as Yahoo writes one; else the block's line."""
    if number == 0 or not lines[number - 1].strip():
        return number
    first = attribution_first(lines, number - 1, quoted_below=True)
    return number if first is None else first


def _next_filled(lines: list[str], number: int) -> int:
    """The first line with text from here on; their count where there is none."""
    while number < len(lines) and not lines[number].strip():
        number += 1
    return number


def _to_the_end(lines: list[str], why: list[str], first: int, reason: str) -> None:
    for at in range(first, len(lines)):
        why[at] = why[at] or reason


def _is_quoted(line: str) -> bool:
    return line[:8].lstrip(" \t").startswith(">") and bool(_QUOTED.match(line[:40]))


def _take_quoted_lines(lines: list[str], why: list[str]) -> None:
    """Fold runs of `>` lines, and the attribution above each."""
    begin = -1
    for number in range(len(lines) + 1):
        quoted = number < len(lines) and _is_quoted(lines[number])
        if quoted and begin < 0:
            begin = number
        if not quoted and begin >= 0 and _differs(lines, begin):
            begin = -1
        if not quoted and begin >= 0:
            _take_attribution_above(lines, why, begin)
            _take_rule_above(lines, why, begin)
            for at in range(begin, number):
                why[at] = why[at] or "quoted lines"
            if number < len(lines) and _only_fields(lines[begin:number]):
                _to_the_end(lines, why, number, "header block")
                return
            if number + 1 < len(lines) and _is_quoted(lines[number + 1]) and _wrapped(lines, number):
                why[number] = why[number] or "quoted lines"
            begin = -1


def _wrapped(lines: list[str], number: int) -> bool:
    """Whether a line between quoted ones is the end of the one above it, wrapped without its quote sign.

    It goes on in the middle of a sentence, and would not have had room in that line.
    """
    above = _QUOTE_SIGNS.sub("", lines[number - 1][:LINE_CHARACTERS]).rstrip()
    end = lines[number][:LINE_CHARACTERS].strip()
    return (
        end[:1].islower()
        and len(end) <= WRAPPED_CHARACTERS
        and above[-1:] not in ("", *".!?:;…")
        and len(lines[number - 1].rstrip()) + 1 + len(end.split(" ", 1)[0]) > WRAPPED_AT
    )


def _only_fields(quoted: list[str]) -> bool:
    """Whether only the header lines of what follows have quote signs, as Orange and La Poste write them."""
    if not 3 <= len(quoted) <= HEADER_LINES or not quoted[0].strip(" >\t"):
        return False
    bare = [_QUOTE_SIGNS.sub("", line[:LINE_CHARACTERS]) for line in quoted]
    filled = [line for line in bare if line.strip()]
    begins = 0 if FIELDS["from"].match(filled[0]) else 1
    block = filled[begins:]
    return len(block) > 2 and header_block_end(block, 0) == len(block)


def _differs(lines: list[str], begin: int) -> bool:
    """Whether a run of `>` lines is the new half of what `diff` found: `8a9`, or `---` under `<` lines."""
    above = lines[begin - 1][:LINE_CHARACTERS] if begin else ""
    return bool(_DIFFERENCE.match(above)) or (
        begin > 1 and above.rstrip() == "---" and lines[begin - 2].startswith("<")
    )


def _take_rule_above(lines: list[str], why: list[str], begin: int) -> None:
    """Fold the rule that web mailers draw above quoted header lines (`> Od: …`, `> Komu: …`)."""
    first = _QUOTE_SIGNS.sub("", lines[begin][:LINE_CHARACTERS])
    above = begin - 1
    if above >= 0 and not why[above] and RULE.match(lines[above]) and FIELDS["from"].match(first):
        why[above] = "header block"


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
    """Fold `-- ` signatures, the lines mobile programs add, and beside a quote what stands under a rule."""
    quotes = any(reason not in ("", "signature", "sent from") for reason in why)
    below = written_below = 0
    alone = [False] * len(lines)
    added = [
        len(line) < 100 and not reason and bool(_SENT_FROM.match(line))
        for line, reason in zip(lines, why, strict=True)
    ]
    for number in range(len(lines) - 1, -1, -1):
        alone[number] = below <= 2 or not written_below
        below += bool(lines[number].strip()) and not why[number]
        written_below += bool(lines[number].strip()) and not why[number] and not added[number]
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
        elif added[number]:
            begins = number == 0 or not lines[number - 1].strip() or bool(why[number - 1])
            if (begins and (alone[number] or _between_blanks(lines, number))) or _ends_above_a_fold(
                lines, why, number
            ):
                why[number] = "sent from"
        elif quotes and _LONG_RULE.match(line):
            end = _signature_end(lines, why, number, 8)
            if end > number + 1 and _is_footer(lines[number + 1 : end]):
                for at in range(number, end):
                    why[at] = "signature"


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


def _is_footer(lines: list[str]) -> bool:
    """Whether short lines under a rule are a signature or a list's foot: they say where to reach somebody."""
    return all(len(line) <= 100 for line in lines) and bool(_REACHED_AT.search("\n".join(lines)))


def _ends_above_a_fold(lines: list[str], why: list[str], number: int) -> bool:
    """Whether a line is the last with text before a quote."""
    following = _next_filled(lines, number + 1)
    return (
        following < len(lines) and bool(why[following]) and why[following] not in ("signature", "sent from")
    )


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
        reason = min(why[first:number], key=lambda one: _WEAK.get(one, 0))
        if reason == "quoted lines" and "attribution" in why[first:number]:
            reason = "quote"
        folds.append(Fold(starts[first], end, reason))
    return tuple(folds)
