"""How entries of the administration look: columns, values in words, what the areas' list says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from deskterm.clean import clean, clean_lines
from deskterm.i18n import N_, _, n_
from deskterm.screens.presenters import when
from deskterm.screens.presenters.columns import Column
from deskterm.screens.presenters.line import Line, Piece, spread

Read = Callable[[Any], Any]
LINE_CELLS = 400
"""A text of many lines is cut here before it becomes one line of the list."""
SHOWN_LETTERS = 200
"""So many letters an entry would block are named one by one."""


def _in_use(row: Any) -> bool:
    return bool(getattr(row, "active", True))


def one_line(value: Any) -> str:
    """A value as one line of words, safe to show."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return when.short(value, when.now())
    if isinstance(value, str):
        return " ".join(clean(value[:LINE_CELLS]).split())
    if isinstance(value, Iterable):
        return ", ".join(one_line(each) for each in value)
    return str(value)


def column(
    name: str,
    title: str,
    least: int,
    most: int = 0,
    importance: int = 0,
    *,
    of: Read | None = None,
    grows: int = 0,
    right: bool = False,
    style: str = "",
    since: int = 0,
) -> Column:
    """A column of an attribute, or of what `of` reads; entries out of use are faint."""

    def show(row: Any, now: datetime) -> Piece:
        told = one_line(of(row) if of is not None else getattr(row, name))
        return told, style if _in_use(row) else "faint"

    return Column(
        name,
        title,
        least,
        most or least,
        importance,
        show,
        right=right,
        grows=grows,
        since=since,
    )


def name_column(title: str = N_("Name"), name: str = "name", *, least: int = 12) -> Column:
    """What an entry is called by; it gets what width is left."""
    return column(name, title, least, 60, grows=3, style="strong")


def state_column(importance: int = 1) -> Column:
    """Says of entries out of use that they are."""
    return column(
        "active", N_("State"), 10, 14, importance, of=lambda row: "" if row.active else _("out of use")
    )


def translated(name: str) -> Read:
    """An attribute whose values are words of ours."""

    def read(row: Any) -> str:
        value = getattr(row, name)
        return _(value) if value else ""

    return read


def area_line(title: str, width: int) -> Line:
    """An area in the list at the left."""
    return spread(((" " + clean(title), ""),), (), width)


def count(shown: int, more: bool, of: int | None) -> str:
    """How many entries there are, or fit what is looked for."""
    told = n_("{count} entry", "{count} entries", shown).format(count=shown)
    if more:
        return _("more than {count}").format(count=told)
    return _("{count} of {all}").format(count=told, all=of) if of is not None and of != shown else told


def in_words(value: Any, kind: str) -> str:
    """A value of the form in words."""
    if kind == "switch":
        return _("yes") if value else _("no")
    if kind in ("several", "words"):
        return ", ".join(value)
    return "\n".join(value) if kind == "items" else str(value)


def in_full(facts: Sequence[tuple[str, str]]) -> Text:
    """An entry to read, where it cannot be changed."""
    text = Text()
    for title, value in facts:
        text.append(f"{title}: ", style="dim")
        lines = clean_lines(value).split("\n")
        text.append(("\n  " if len(lines) > 1 else "") + "\n  ".join(lines) + "\n")
    text.rstrip()
    return text


def letter(line: Any) -> tuple[str, str]:
    """A letter as an entry to choose: what it is, and from whom when."""
    told = clean(line.subject) or _("(no subject)")
    return told, f"{clean(line.from_address)}  {when.short(line.arrived_at, when.now())}"


def would_block(tried: Any) -> Text:
    """What an entry would have blocked, the newest letters first."""
    number = len(tried.letters)
    text = Text(_("as {kind}: “{value}”").format(kind=_(tried.kind), value=clean(tried.value)) + "\n", "dim")
    told = n_("{number} letter would have been blocked.", "{number} letters would have been blocked.", number)
    text.append(told.format(number=number) + "\n", "bold")
    if not tried.all:
        looked_at = n_(
            "Only the newest {number} letter was looked at.",
            "Only the newest {number} letters were looked at.",
            tried.looked_at,
        )
        text.append(looked_at.format(number=tried.looked_at) + "\n")
    for each in tried.letters[:SHOWN_LETTERS]:
        name, detail = letter(each)
        text.append(f"\n{name}  ")
        text.append(detail, "dim")
    if number > SHOWN_LETTERS:
        text.append("\n…")
    return text


def tried(rules: Sequence[Any], verdict: str, reasons: Sequence[str]) -> Text:
    """What the rules say of a letter, one after the other, and what would become of it."""
    text = Text()
    for one in rules:
        text.append("✓ " if one.matches else "· ", style="bold" if one.matches else "dim")
        text.append(clean(f"{one.rule_id} “{one.name}”  "))
        text.append(clean(one.why) + "\n", style="" if one.matches else "dim")
    if not any(one.matches for one in rules):
        text.append(_("No rule matches.") + "\n")
    text.append("\n" + _("verdict: {verdict}").format(verdict=verdict) + "\n", style="bold")
    for number, reason in enumerate(reasons, 1):
        text.append(f"{number}. ", style="dim")
        text.append(clean(reason) + "\n")
    text.rstrip()
    return text
