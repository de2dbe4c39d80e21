"""What may follow what was typed of a query: names of fields, and values where a field stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from deskterm.desk.actor import Actor
from deskterm.desk.query import fields, values
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store.tokens import folded
from deskterm.store.work import Work

MOST: Final = 8
_LAST: Final = re.compile(r"(?:^|[\s(])-?(?:([^\W\d_]+):)?(\"[^\"]*|[^\s()\"]*)$")
_PLAIN: Final = re.compile(r"[^\s()\",]+")
DAYS: Final = ("today", "yesterday", "7d", "30d")
RUSSIAN: Final = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: the whole query with it, the word it adds, and what that means."""

    query: str
    word: str
    told: str = ""


def complete(work: Work, actor: Actor, typed: str) -> list[Completion]:
    """How the last word of what was typed may go on, the likeliest first."""
    require(work, actor, "see own", "query.complete")
    found = _LAST.search(typed)
    if found is None:
        return []
    name, begun = found[1], found[2]
    if name is None:
        wanted = folded(begun)
        before = typed[: len(typed) - len(begun)]
        named = [] if not wanted or begun.startswith('"') else _names(wanted)
        return [Completion(f"{before}{word}:", f"{word}:", _(field.title)) for word, field in named][:MOST]
    field = fields.BY_NAME.get(folded(name))
    if field is None:
        return []
    *others, last = begun.lstrip('"').split(",") if not begun.startswith('"') else [begun[1:]]
    before = typed[: len(typed) - len(begun)] + "".join(f"{one}," for one in others)
    russian = bool(RUSSIAN.search(name + last))
    words = [word for word in _values(work, field.name, last, russian=russian) if word != last]
    return [Completion(f"{before}{_written(word)} ", word) for word in words[:MOST]]


def _names(wanted: str) -> Iterable[tuple[str, fields.Field]]:
    """Names of fields that begin so, in the language they are typed in."""
    for field in fields.FIELDS:
        for name in (field.name, *field.aliases):
            if name.startswith(wanted) and len(name) > 1:
                yield name, field
                break


def _values(work: Work, name: str, begun: str, *, russian: bool) -> list[str]:
    wanted = folded(begun)
    field = fields.BY_NAME[name]
    if name == "client":
        return [one.name for one in values.clients(work, begun, MOST + 1)]
    words = list(_known(name, russian=russian))
    if field.kind == "name":
        words += [one.name for one in values.all_of(work, name)]
    elif field.kind == "period":
        words += DAYS
    begin = [word for word in words if folded(word).startswith(wanted)]
    inside = [word for word in words if wanted in folded(word) and word not in begin]
    return list(dict.fromkeys(begin + inside))


def _known(name: str, *, russian: bool) -> Iterable[str]:
    for word, others in fields.VALUES.get(name, {}).items():
        yield next((other for other in others if RUSSIAN.search(other)), word) if russian else word


def _written(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else '"' + word.replace('"', " ") + '"'


def clients(work: Work, actor: Actor, begun: str) -> list[str]:
    """Names of clients that hold what was typed, those that begin so first."""
    require(work, actor, "see own", "query.complete")
    return [one.name for one in values.clients(work, begun, MOST)] if begun.strip() else []
