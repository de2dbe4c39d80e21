"""What happens at the demo desk: hand-written threads in text files, varied for each telling.

A file holds stories one after another:

    === printer-jams topic=printer rubric=Hardware end=closed
    Subject: {Paper jam|The printer jams}, {floor=second|third} floor
    --- customer +png panel.png
    Hello, the printer on the {floor} floor …
    --- agent
    …

Speakers: customer, agent, note (internal), colleague (another person of the same client). In the
text `{a|b}` is a choice, `{#10-99}` a number, `{name=…}` keeps what it gave for a later `{name}`,
`{*ил|ила}` goes by the speaker's sex; fields may stand in fields. Given names:
first, full, company, city, phone, agent, call.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_FILES = {
    "en": ("en_equipment.txt", "en_business.txt", "en_software.txt"),
    "ru": ("ru_equipment.txt", "ru_business.txt", "ru_software.txt"),
}
SPEAKERS = ("customer", "agent", "note", "colleague")
ENDS = ("new", "working", "waiting", "closed")
_FIELD = re.compile(r"\{([^{}]*)\}")
_NAMED = re.compile(r"([a-z_]+)=(.*)", re.DOTALL)
_NUMBER = re.compile(r"#(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One letter or note of a story; `attached` are (kind, file name) of `attachments`."""

    speaker: str
    text: str
    attached: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A thread with its variations still open; `end` is how the ticket stands today."""

    name: str
    language: str
    topic: str
    rubric: str
    end: str
    subject: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """What a customer may answer on a topic: to a question, to advice."""

    asked: tuple[str, ...]
    told: tuple[str, ...]


class StoryError(ValueError):
    """A story file that cannot be read, with the place."""


class Telling:
    """One telling of a story: every choice is made once and kept."""

    def __init__(self, randomness: random.Random, values: Mapping[str, str], woman: bool = False) -> None:
        self._randomness = randomness
        self._values = dict(values)
        self._woman = woman

    def fill(self, text: str, woman: bool | None = None) -> str:
        """The text with its fields filled; raises StoryError for a name that nothing gave."""
        sex = self._woman if woman is None else woman
        while _FIELD.search(text):
            text = _FIELD.sub(lambda found: self._field(found.group(1), sex), text)
        return text

    def _field(self, body: str, woman: bool) -> str:
        named = _NAMED.fullmatch(body)
        if named is not None:
            name, rest = named.groups()
            if name not in self._values:
                self._values[name] = self._value(rest, woman)
            return self._values[name]
        if "|" not in body and not body.startswith("#"):
            if body not in self._values:
                raise StoryError(f"nothing gives {{{body}}} a value")
            return self._values[body]
        return self._value(body, woman)

    def _value(self, body: str, woman: bool) -> str:
        number = _NUMBER.fullmatch(body)
        if number is not None:
            return str(self._randomness.randint(int(number.group(1)), int(number.group(2))))
        if body.startswith("*"):
            return body[1:].split("|")[woman]
        return self._randomness.choice(body.split("|"))


def _read(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


def _blocks(text: str, mark: str) -> Iterator[tuple[str, str]]:
    """The heads (rest of the line after the mark) and bodies of a text, in order."""
    pieces = re.split(rf"^{re.escape(mark)} (.*)$", text, flags=re.MULTILINE)
    for at in range(1, len(pieces), 2):
        yield pieces[at].strip(), pieces[at + 1].strip("\n")


def _turn(head: str, body: str, where: str) -> Turn:
    speaker, *rest = head.split()
    if speaker not in SPEAKERS:
        raise StoryError(f"{where}: nobody is called {speaker!r}")
    attached = []
    for at in range(0, len(rest), 2):
        attached.append((rest[at].removeprefix("+"), rest[at + 1]))
    return Turn(speaker, body.strip(), tuple(attached))


def _story(head: str, body: str, language: str) -> Story:
    name, *pairs = head.split()
    about = dict(pair.split("=", 1) for pair in pairs)
    first, _, rest = body.partition("\n")
    if not first.startswith("Subject: ") or about.get("end", "closed") not in ENDS:
        raise StoryError(f"{name}: no subject, or an unknown end")
    turns = tuple(_turn(head, text, name) for head, text in _blocks(rest, "---"))
    return Story(
        name, language, about["topic"], about["rubric"].replace("_", " "), about.get("end", "closed"),
        first.removeprefix("Subject: "), turns,
    )  # fmt: skip


@cache
def stories(language: str) -> tuple[Story, ...]:
    """All stories of a language, in the order of the files."""
    found = []
    for name in _FILES[language]:
        found += [_story(head, body, language) for head, body in _blocks(_read(name), "===")]
    return tuple(found)


@cache
def answers(language: str) -> dict[str, Answers]:
    """By topic what customers answer; `any` serves every topic, `thanks` (as told) ends a conversation."""
    found: dict[str, Answers] = {}
    for topic, body in _blocks(_read(f"{language}_answers.txt"), "==="):
        by_head: dict[str, list[str]] = {"asked": [], "told": []}
        for head, text in _blocks(body, "---"):
            by_head[head].append(text.strip())
        found[topic] = Answers(tuple(by_head["asked"]), tuple(by_head["told"]))
    return found
