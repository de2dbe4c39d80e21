"""An opened message as lines: who and when, files, text with folded quotes, trouble of its delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from deskterm.clean import clean, clean_lines
from deskterm.desk.views import AttachmentRow, Body
from deskterm.i18n import N_, _, n_
from deskterm.screens.presenters import signs, when
from deskterm.screens.presenters.line import Line, clip, cut, wrap

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
    """'text', 'fold' (target: its number), 'file' (target: id of the attachment), 'pictures'."""
    target: int = 0


def body_lines(body: Body, width: int, unfolded: frozenset[int], now: datetime) -> list[BodyLine]:
    """The whole message in lines of `width` cells."""
    found = [BodyLine(line) for line in _head(body, width, now)]
    found += _files(body, width, unfolded)
    found.append(BodyLine(()))
    if body.text.strip():
        found += _text(body, width, unfolded)
    else:
        found.append(BodyLine(((_("(no text)"), "faint"),)))
    while len(found) > 1 and not found[-1].line:
        found.pop()
    return found


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
    for each in files:
        yield _file(each, width)
    if not pictures:
        return
    opened = PICTURES in unfolded
    text = n_("{count} picture", "{count} pictures", len(pictures)).format(count=len(pictures))
    yield BodyLine(
        ((f"{UNFOLDED if opened else FOLDED} {text}", "fold"), ("  " + _("in the text"), "faint")), "pictures"
    )
    if opened:
        for each in pictures:
            yield _file(each, width, "  ")


def _file(each: AttachmentRow, width: int, indent: str = "") -> BodyLine:
    told = f"{when.size(each.size)}, {clean(each.type)}"
    name = cut(clean(each.name) or _("(no name)"), max(10, width - len(indent) - len(told) - 4))
    return BodyLine(
        clip(((f"{indent}□ ", "file"), (name, "file"), (f"  {told}", "faint")), width), "file", each.id
    )


def _text(body: Body, width: int, unfolded: frozenset[int]) -> Iterator[BodyLine]:
    at = 0
    for number, (start, end, why) in enumerate(sorted(body.folds)):
        start, end = max(start, at), min(end, len(body.text))
        if end <= start:
            continue
        yield from _plain(body.text[at:start].rstrip("\n"), width, "", skip_blank=at == start)
        folded = clean_lines(body.text[start:end]).strip("\n")
        count = folded.count("\n") + 1
        opened = ALL in unfolded or number in unfolded
        words = _(WHYS.get(why, WHYS["quote"]))
        lines = n_("{count} line", "{count} lines", count).format(count=count)
        yield BodyLine(((f"{UNFOLDED if opened else FOLDED} {words}, {lines}", "fold"),), "fold", number)
        if opened:
            yield from _plain(folded, width, "quote")
        at = end
        if body.text[at : at + 1] == "\n":
            at += 1
    yield from _plain(body.text[at:].rstrip(), width, "", skip_blank=at > 0)


def _plain(text: str, width: int, style: str, *, skip_blank: bool = False) -> Iterator[BodyLine]:
    if skip_blank and not text.strip():
        return
    for line in clean_lines(text).split("\n"):
        looks = style or ("quote" if line.startswith(">") else "")
        for piece in wrap(line.rstrip(), width):
            yield BodyLine(((piece, looks),) if piece else ())
