"""Placeholders of the texts agents answer with: {client}, {contact_first_name} …, in English or Russian.

Each is replaced once by plain text; there is nothing else to learn and nothing to compute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.i18n import N_, _


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A placeholder: its names in both languages and what it stands for."""

    name: str
    russian: str
    title: str

    @property
    def shown(self) -> str:
        return _(self.title)


ALL: Final[tuple[Placeholder, ...]] = (
    Placeholder("client", "клиент", N_("client of the ticket")),
    Placeholder("department", "отдел", N_("department of the contact")),
    Placeholder("contact", "контакт", N_("name of the contact, or of who wrote")),
    Placeholder("contact_first_name", "имя", N_("first name of the contact")),
    Placeholder("number", "номер", N_("number of the ticket")),
    Placeholder("subject", "тема", N_("subject of the ticket")),
    Placeholder("status", "статус", N_("status of the ticket")),
    Placeholder("category", "категория", N_("category of the ticket")),
    Placeholder("criticality", "критичность", N_("criticality of the ticket")),
    Placeholder("sla", "уровень", N_("SLA level of the ticket")),
    Placeholder("responsible", "ответственный", N_("responsible agent")),
    Placeholder("created", "создана", N_("day the ticket was made")),
    Placeholder("due", "срок", N_("day and time the ticket is due")),
    Placeholder("agent", "агент", N_("your name")),
    Placeholder("agent_first_name", "имя_агента", N_("your first name")),
    Placeholder("desk", "служба", N_("name of the desk")),
    Placeholder("account", "адрес", N_("address the letter goes out from")),
    Placeholder("today", "сегодня", N_("today's date")),
)

_NAMES: Final[dict[str, str]] = {
    **{one.name: one.name for one in ALL},
    **{one.russian: one.name for one in ALL},
}
_BRACED: Final = re.compile(r"\{[ \t]{0,3}([^\W\d][\w]{0,39})[ \t]{0,3}\}")


def fill(text: str, values: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """(the text with every known value in place, the placeholders that stayed, each once).

    A placeholder nobody knows stays too: it may be a slip of the pen.
    """
    stayed: dict[str, None] = {}

    def value(found: re.Match[str]) -> str:
        name = _NAMES.get(found[1].casefold())
        filled = values.get(name, "") if name is not None else ""
        if filled:
            return filled
        stayed["{" + found[1] + "}"] = None
        return found[0]

    return _BRACED.sub(value, text), tuple(stayed)


def standing(text: str) -> tuple[str, ...]:
    """The placeholders of ours that stand in a text, as written there; other braces are the author's own."""
    return tuple(dict.fromkeys(_known(text)))


def unknown(text: str) -> tuple[str, ...]:
    """What looks like a placeholder and is none of ours."""
    found = (match[1] for match in _BRACED.finditer(text) if match[1].casefold() not in _NAMES)
    return tuple(dict.fromkeys("{" + name + "}" for name in found))


def _known(text: str) -> Iterator[str]:
    for found in _BRACED.finditer(text):
        if found[1].casefold() in _NAMES:
            yield "{" + found[1] + "}"


_PATRONYMIC: Final = re.compile(r"(?:вич|вна|ична|оглы|кызы)$", re.IGNORECASE)
_SURNAME: Final = re.compile(
    r"(?:ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|енко|чук|ук|юк|ян|швили|дзе)$", re.IGNORECASE
)
_NAMES_LIKE_SURNAMES: Final = frozenset(
    "валентин валентина константин мартин августин марина арина карина ирина полина алина нина екатерина "
    "ангелина галина регина кристина дина зина инна лина рина лев".split()
)


def first_name(name: str) -> str:
    """The first name in a name as people write it, '' where there is none to be sure of.

    “Ann Baker”, “Baker, Ann”, “Иванов Иван Иванович”, “Иван Иванович”, “Петрова Анна”.
    """
    name = " ".join(name.split())
    if "@" in name or not name:
        return ""
    if "," in name:
        name = name.partition(",")[2].strip()
        return name.split()[0] if name else ""
    words = name.split()
    for before, word in zip(words, words[1:], strict=False):
        if _PATRONYMIC.search(word) and not _PATRONYMIC.search(before):
            return before
    if len(words) == 2 and _looks_like_surname(words[0]) and not _looks_like_surname(words[1]):
        return words[1]
    return words[0]


def _looks_like_surname(word: str) -> bool:
    return bool(_SURNAME.search(word)) and word.casefold() not in _NAMES_LIKE_SURNAMES
