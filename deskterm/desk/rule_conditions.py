"""What a rule may ask of a letter: tables of fields and operators, and how a condition reads as text.

A condition is `[field, operator, value]`; as text it is `subject contains invoice`. Texts are compared
case folded. `matches` takes wildcards (`*` any run, `?` one sign, `[0-9]` one of these) that must cover
the whole value; regular expressions are left out because a careless one can take for ever on a long text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from functools import lru_cache
from typing import Any

from deskterm import limits
from deskterm.desk.errors import BadData
from deskterm.i18n import _
from deskterm.mail.letter import Address, Kind, Letter

Condition = list[Any]
"""[field, operator, value]; the value is a text, a number, or a list of texts for `one of`."""

HEADER = "header:"
KINDS = (Kind.PERSON, Kind.AUTO_GENERATED, Kind.LIST, Kind.BULK)
"""Those that can make a new ticket: the others are decided before rules are asked."""

TEXT = ("contains", "is", "begins", "ends", "matches", "one of")
NUMBER = ("larger", "smaller", "is")
WORD = ("is", "one of")
YES_NO = ("yes", "no")
OPERATORS = tuple(dict.fromkeys((*TEXT, *NUMBER, *WORD, *YES_NO)))

_SIZE = re.compile(r"(\d{1,12})\s{0,3}([kmg]?)(i?b)?", re.IGNORECASE)
_UNITS = {"": 1, "k": limits.KIB, "m": limits.MIB, "g": limits.KIB * limits.MIB}


@dataclass(slots=True)
class Facts:
    """What is asked of one letter; texts are folded once, however many rules look at them."""

    letter: Letter
    registered: bool = False
    _folded: dict[str, list[str]] = field(default_factory=dict)

    def texts(self, name: str) -> list[str]:
        """The folded values of a field of texts; one that fits is enough."""
        if name not in self._folded:
            read = _header(name) if name.startswith(HEADER) else FIELDS[name].read
            self._folded[name] = [folded(text) for text in read(self.letter)]
        return self._folded[name]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a letter: which operators it takes and where its value stands."""

    operators: Sequence[str]
    read: Callable[[Letter], Any]


def _people(*addresses: Address | None) -> list[str]:
    """Address as compared, address as written, and name of each."""
    return [text for one in addresses if one for text in dict.fromkeys((one.key, one.address, one.name))]


def _header(name: str) -> Callable[[Letter], list[str]]:
    wanted = name.removeprefix(HEADER)
    return lambda letter: [value for header, value in letter.headers if header.casefold() == wanted]


FIELDS: dict[str, Field] = {
    "subject": Field(TEXT, lambda letter: [letter.subject]),
    "sender": Field(TEXT, lambda letter: _people(letter.sender)),
    "recipient": Field(TEXT, lambda letter: _people(*letter.to, *letter.cc)),
    "list-id": Field(TEXT, lambda letter: [letter.list_id] if letter.list_id else []),
    "body": Field(TEXT, lambda letter: [letter.text]),
    "size": Field(NUMBER, lambda letter: letter.size),
    "attachments": Field(NUMBER, lambda letter: len(letter.attachments)),
    "attachment-name": Field(TEXT, lambda letter: [part.name for part in letter.attachments]),
    "attachment-type": Field(TEXT, lambda letter: [part.type for part in letter.attachments]),
    "kind": Field(WORD, lambda letter: [str(letter.kind)]),
    "registered": Field(YES_NO, lambda letter: None),
}
"""Beside these `header:NAME` is any header."""


def folded(text: str) -> str:
    """A text as it is compared: composed and case folded."""
    return unicodedata.normalize("NFC", text).casefold()


def parse(text: str) -> Condition:
    """A condition as a person types it: `subject contains invoice`; BadData says what does not fit."""
    name, _blank, rest = text.strip().partition(" ")
    rest = rest.strip()
    for operator in sorted(OPERATORS, key=len, reverse=True):
        if rest == operator or rest.startswith(operator + " "):
            return checked([name, operator, rest[len(operator) :].strip()])
    raise BadData(
        _("“{text}” is no condition. Say it as FIELD OPERATOR VALUE; operators are {operators}.").format(
            text=text, operators=", ".join(OPERATORS)
        )
    )


def checked(condition: Sequence[Any]) -> Condition:
    """The condition as it is kept, numbers as numbers; BadData says what does not fit."""
    name, operator, value = condition
    name = str(name).strip().casefold()
    known = _field(name)
    if known is None or name == HEADER:
        raise BadData(
            _("There is no field {name}. Fields are {fields}, header:NAME.").format(
                name=name, fields=", ".join(FIELDS)
            )
        )
    if operator not in known.operators:
        raise BadData(
            _("{field} takes {operators}, not {operator}.").format(
                field=name, operators=", ".join(known.operators), operator=operator
            )
        )
    if known.operators is YES_NO:
        if value not in ("", None):
            raise BadData(_("{field} {operator} takes no value.").format(field=name, operator=operator))
        return [name, operator, ""]
    if known.operators is NUMBER:
        return [name, operator, _number(name, value)]
    if operator == "one of":
        items = value.split(",") if isinstance(value, str) else list(value)
        items = [str(item).strip() for item in items if str(item).strip()]
    else:
        items = [str(value).strip()]
    if not items or not items[0]:
        raise BadData(
            _("The condition {field} {operator} lacks its value.").format(field=name, operator=operator)
        )
    if any(len(item) > limits.RULE_VALUE_CHARACTERS for item in items):
        raise BadData(
            _("The value of a condition has at most {count} signs.").format(
                count=limits.RULE_VALUE_CHARACTERS
            )
        )
    if name == "kind" and (wrong := [item for item in items if item not in KINDS]):
        raise BadData(
            _("Rules are asked about letters of kind {kinds}, not {kind}.").format(
                kinds=", ".join(KINDS), kind=", ".join(wrong)
            )
        )
    return [name, operator, items if operator == "one of" else items[0]]


def written(condition: Sequence[Any]) -> str:
    """A condition as text that `parse` reads back."""
    name, operator, value = condition
    if isinstance(value, list):
        value = ", ".join(value)
    return f"{name} {operator} {value}".strip()


def holds(condition: Sequence[Any], facts: Facts) -> bool:
    """Whether a condition holds for a letter; one this program does not know never does."""
    name, operator, value = condition
    known = _field(name)
    if known is None or operator not in known.operators:
        return False
    if known.operators is YES_NO:
        return facts.registered is (operator == "yes")
    if known.operators is NUMBER:
        return _COMPARED[operator](known.read(facts.letter), value)
    if operator == "one of":
        wanted = {folded(item) for item in value}
        return any(text in wanted for text in facts.texts(name))
    return any(_FOUND[operator](text, folded(value)) for text in facts.texts(name))


def first_failing(conditions: Sequence[Sequence[Any]], facts: Facts) -> Sequence[Any] | None:
    """The first condition that does not hold; None where all do."""
    return next((condition for condition in conditions if not holds(condition, facts)), None)


def _field(name: str) -> Field | None:
    return Field(TEXT, _header(name)) if name.startswith(HEADER) else FIELDS.get(name)


def _number(name: str, value: Any) -> int:
    """A count, or a size with its unit: `300`, `200 kB`, `5MB`."""
    found = _SIZE.fullmatch(str(value).strip())
    if found is None or (name != "size" and (found[2] or found[3])):
        raise BadData(
            _("{field} is compared with a number, not with “{value}”.").format(field=name, value=value)
        )
    return int(found[1]) * _UNITS[found[2].casefold()]


@lru_cache(maxsize=512)
def _wildcards(pattern: str) -> re.Pattern[str]:
    # every run of this translation is an atomic group: nothing is tried twice
    return re.compile(translate(pattern))


def _matches(text: str, pattern: str) -> bool:
    return _wildcards(pattern).match(text[: limits.RULE_TEXT_CHARACTERS]) is not None


_FOUND: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, value: value in text,
    "is": lambda text, value: text.strip() == value,
    "begins": lambda text, value: text.lstrip().startswith(value),
    "ends": lambda text, value: text.rstrip().endswith(value),
    "matches": _matches,
}
_COMPARED: dict[str, Callable[[int, int], bool]] = {
    "larger": lambda number, value: number > value,
    "smaller": lambda number, value: number < value,
    "is": lambda number, value: number == value,
}
