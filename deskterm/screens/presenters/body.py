"""An opened message as lines: who and when, files, text with folded quotes, trouble of its delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from deskterm.clean import clean, clean_lines
from deskterm.i18n import N_, _, n_
from deskterm.screens.presenters import signs, text, when
from deskterm.screens.presenters.line import Line, clip, cut, fit, width_of, wrap
from deskterm.screens.presenters.reading import AS_IT_IS, Reading

if TYPE_CHECKING:
    from deskterm.desk.views import AttachmentRow, Body

FOLDED = "▸"
UNFOLDED = "▾"

WHYS = {
    "quote": N_("quoted text"),
    "signature": N_("signature"),
    "marker": N_("earlier correspondence"),
    "forward": N_("forwarded letter"),
}

ALL = -1
"""In the set of unfolded ones: every fold."""
PICTURES = -2


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A line of an opened message; `kind` and `target` say what a click or Enter on it does."""

    line: Line
    kind: str = "text"
    """'text', 'fold' (target: its number), 'file' (target: id of the attachment), 'pictures', 'link'
    (target: its number)."""
    target: int = 0
    hit: bool = False
    """Whether what is looked for stands on it."""


def body_lines(body: Body, width: int, now: datetime, reading: Reading = AS_IT_IS) -> list[BodyLine]:
    """The whole message in lines of `width` cells."""
    found = head(body, width, now, reading)
    found += _files(body, width, reading.unfolded)
    found.append(BodyLine(()))
    if body.text.strip():
        found += _text(body, width, reading)
    else:
        found.append(BodyLine(((_("(no text)"), "faint"),)))
    while len(found) > 1 and not found[-1].line:
        found.pop()
    return found


def head(body: Body, width: int, now: datetime, reading: Reading = AS_IT_IS) -> list[BodyLine]:
    """The first lines of a message: who, when, what became of it; or every field of its head."""
    lines = _fields(reading.fields, width) if reading.fields else _head(body, width, now)
    return [BodyLine(line) for line in lines]


def title(body: Body, width: int) -> Line:
    """The line above the pane: author and what kind of message it is."""
    word, style = signs.VISIBILITIES.get(body.visibility, ("", ""))
    kind = _(signs.TYPES.get(body.type, body.type))
    pieces: Line = ((clean(body.author or body.address), ""),)
    if body.visibility == "public":
        pieces += ((f"  {kind}", ""),)
    else:
        pieces += ((f"  {_(word)}", style),)
    return clip(pieces, width)


def _labelled(label: str, value: str, width: int, style: str = "") -> Iterator[Line]:
    lead = f"{label}  "
    lines = wrap(value, width - len(lead))
    yield (lead, "faint"), (lines[0], style)
    for line in lines[1:4]:
        yield (" " * len(lead), ""), (line, style)
    if len(lines) > 4:
        yield (" " * len(lead), ""), ("…", "faint")


def _fields(fields: tuple[tuple[str, str], ...], width: int) -> Iterator[Line]:
    """Every header field of the letter, whole."""
    for name, value in fields:
        lead = clean(f"{name}: ")
        lines = wrap(clean(value), max(20, width - len(lead)))
        yield (lead, "strong"), (lines[0], "faint")
        for line in lines[1:]:
            yield ("    ", ""), (line, "faint")


def _head(body: Body, width: int, now: datetime) -> Iterator[Line]:
    if body.visibility != "public":
        word, style = signs.VISIBILITIES[body.visibility]
        told = (
            _("INTERNAL NOTE, agents only")
            if body.visibility == "internal"
            else _("PRIVATE, author and addressee only")
        )
        yield ((told, style),)
    labels = {"from": _("From"), "to": _("To"), "cc": _("Cc"), "date": _("Date"), "subject": _("Subject")}
    longest = max(len(label) for label in labels.values())
    labels = {key: label.ljust(longest) for key, label in labels.items()}
    author = clean(body.author)
    if body.address and body.address != body.author:
        author = clean(f"{author} <{clean(body.address)}>" if author else body.address)
    yield from _labelled(labels["from"], author, width, "strong")
    if body.addressee:
        yield from _labelled(labels["to"], clean(body.addressee), width)
    elif body.to:
        yield from _labelled(labels["to"], clean(", ".join(body.to)), width)
    if body.cc:
        yield from _labelled(labels["cc"], clean(", ".join(body.cc)), width)
    date = f"{when.full(body.at)}  ({when.ago(body.at, now)})"
    if body.sent_at is not None and abs((body.at - body.sent_at).total_seconds()) > 3600:
        date += "  " + _("sender's clock: {date}").format(date=when.full(body.sent_at))
    yield from _labelled(labels["date"], date, width, "faint")
    if body.subject and body.visibility == "public":
        yield from _labelled(labels["subject"], clean(body.subject), width, "faint")
    if body.unverified:
        told = _(
            "Unverified: this sender was not part of the ticket. It went to nobody; accept it or detach it."
        )
        for line in wrap(f"{signs.UNVERIFIED} {told}", width):
            yield ((line, "warning"),)
    for recipient in body.recipients:
        sign, word, style = signs.DELIVERIES.get(recipient.state, ("", recipient.state, ""))
        line = f"{sign} {_(word)}  {clean(recipient.address)}"
        if recipient.detail:
            line += f"  {clean(recipient.detail)}"
        for piece in wrap(line, width):
            yield ((piece, style),)


def _files(body: Body, width: int, unfolded: frozenset[int]) -> Iterator[BodyLine]:
    files = [each for each in body.attachments if not each.inline]
    pictures = [each for each in body.attachments if each.inline]
    yield from _table(files, width)
    if not pictures:
        return
    opened = PICTURES in unfolded
    text = n_("{count} picture", "{count} pictures", len(pictures)).format(count=len(pictures))
    yield BodyLine(
        ((f"{UNFOLDED if opened else FOLDED} {text}", "fold"), ("  " + _("in the text"), "faint")), "pictures"
    )
    if opened:
        yield from _table(pictures, width, "  ")


def _table(files: list[AttachmentRow], width: int, indent: str = "") -> Iterator[BodyLine]:
    """A line for each file: name, size, type, each under the other."""
    if not files:
        return
    named = [clean(each.name) or _("(no name)") for each in files]
    sizes = [when.size(each.size) for each in files]
    types = [clean(each.type) for each in files]
    size_cells = max(width_of(((size, ""),)) for size in sizes)
    type_cells = min(max(width_of(((kind, ""),)) for kind in types), width // 3)
    room = max(10, width - len(indent) - 2 - size_cells - type_cells - 4)
    name_cells = min(room, max(width_of(((name, ""),)) for name in named))
    for each, name, size, kind in zip(files, named, sizes, types, strict=True):
        told = f"  {fit(size, size_cells, right=True)}  {cut(kind, type_cells)}"
        line = ((f"{indent}□ ", "file"), (fit(name, name_cells), "file"), (told, "faint"))
        yield BodyLine(clip(line, width), "file", each.id)


def _text(body: Body, width: int, reading: Reading) -> Iterator[BodyLine]:
    at = 0
    for number, (start, end, why) in enumerate(sorted(body.folds)):
        start, end = max(start, at), min(end, len(body.text))
        if end <= start:
            continue
        yield from _plain(body, at, start, width, reading, skip_blank=at == start)
        # without the line ends around it, which no line of the fold is
        inner = start + len(body.text[start:end]) - len(body.text[start:end].lstrip("\n"))
        stop = start + len(body.text[start:end].rstrip("\n"))
        count = clean_lines(body.text[inner:stop]).count("\n") + 1
        opened = (
            ALL in reading.unfolded
            or number in reading.unfolded
            or text.found_in(body.text[inner:stop], reading.sought)
        )
        words = _(WHYS.get(why, WHYS["quote"]))
        lines = n_("{count} line", "{count} lines", count).format(count=count)
        yield BodyLine(((f"{UNFOLDED if opened else FOLDED} {words}, {lines}", "fold"),), "fold", number)
        if opened:
            yield from _plain(body, inner, stop, width, reading, "quote")
        at = end
        if body.text[at : at + 1] == "\n":
            at += 1
    yield from _plain(body, at, len(body.text.rstrip()), width, reading, skip_blank=at > 0)


def _plain(
    body: Body,
    start: int,
    end: int,
    width: int,
    reading: Reading,
    style: str = "",
    *,
    skip_blank: bool = False,
) -> Iterator[BodyLine]:
    end = start + len(body.text[start:end].rstrip("\n"))
    if skip_blank and not body.text[start:end].strip():
        return
    room = None if reading.text_width is None else min(width, reading.text_width or width)
    for each in text.lines(body.text, start, end, reading.links, reading.sought, room, style):
        if each.links:
            yield BodyLine(each.line, "link", each.links[0], each.hit)
        else:
            yield BodyLine(each.line, hit=each.hit)
