"""The customers: they write new letters while one looks and answer what an agent writes to them.

They know the desk only by its letters. Confirmations and all other automatic mail they read and
leave alone, as people do.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from deskterm.demo.attachments import make
from deskterm.demo.letters import answered_subject, build, new_message_id
from deskterm.demo.people import BY_ADDRESS, MAILBOXES, PEOPLE, Person
from deskterm.demo.programs import Draft, Quoted
from deskterm.demo.stories import Story, Telling, answers, stories

Post = Callable[[str, str, bytes], Awaitable[None]]
"""Sends (sender, recipient, letter)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How busy they are, in seconds; after `lively` new letters they write `later` apart."""

    first: float = 4.0
    between: tuple[float, float] = (20.0, 40.0)
    later: tuple[float, float] = (180.0, 420.0)
    lively: int = 60
    answer: tuple[float, float] = (3.0, 8.0)


@dataclass(slots=True)
class Conversation:
    """What a customer remembers of a ticket of his; `patience` is how often he asks on before he thanks."""

    writer: Person
    topic: str
    message_ids: list[str]
    patience: int
    over: bool = False
    said: set[str] = field(default_factory=set)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Conversation:
        """From the JSON that `row` made."""
        person = BY_ADDRESS[row["writer"]]
        return cls(person, row["topic"], list(row["message_ids"]), row["patience"], row["over"])

    def row(self) -> dict[str, Any]:
        """As JSON for the other process."""
        return {
            "writer": self.writer.address,
            "topic": self.topic,
            "message_ids": self.message_ids,
            "patience": self.patience,
            "over": self.over,
        }


@dataclass(frozen=True, slots=True)
class _Read:
    """A letter from the desk as its reader sees it."""

    quoted: Quoted
    to: tuple[str, str]
    subject: str
    automatic: bool


class Customers:
    """All of them; `post` is how their letters leave."""

    def __init__(self, post: Post, randomness: random.Random, pace: Pace | None = None) -> None:
        self._post = post
        self._randomness = randomness
        self._pace = pace or Pace()
        self._by_message_id: dict[str, Conversation] = {}
        self._seen: set[tuple[str, str]] = set()
        self._answering: set[asyncio.Task[None]] = set()

    def reseed(self, seed: int) -> None:
        """Start the dice anew."""
        self._randomness.seed(seed)

    def know(self, conversation: Conversation) -> None:
        """Remember a conversation that began before."""
        for message_id in conversation.message_ids:
            self._by_message_id[message_id] = conversation

    async def write(self) -> None:
        """Write new letters until cancelled."""
        await asyncio.sleep(self._pace.first)
        for number, (story, person) in enumerate(self._occasions()):
            await self._begin(story, person)
            pause = self._pace.between if number < self._pace.lively else self._pace.later
            await asyncio.sleep(self._randomness.uniform(*pause))

    def receive(self, address: str, letter: bytes) -> None:
        """Read a letter from the desk and, where a person would, answer it in a while."""
        read = _read(letter)
        reader = BY_ADDRESS.get(address)
        if read is None or reader is None or read.automatic:
            return
        if (address, read.quoted.message_id) in self._seen:
            return
        self._seen.add((address, read.quoted.message_id))
        conversation = self._conversation(reader, read)
        if conversation is None or conversation.writer is not reader:
            return
        text = self._choose(conversation, read.quoted.text)
        if text is None:
            return
        task = asyncio.create_task(self._answer(conversation, read, text))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    def _occasions(self) -> Iterator[tuple[Story, Person]]:
        """Story after story, each told once before any comes again, in both languages by turns."""
        people = {language: _shuffled(self._randomness, language) for language in ("en", "ru")}
        told: dict[str, list[Story]] = {"en": [], "ru": []}
        while True:
            for language in ("en", "ru"):
                if not told[language]:
                    told[language] = list(stories(language))
                    self._randomness.shuffle(told[language])
                yield told[language].pop(), next(people[language])

    async def _begin(self, story: Story, person: Person) -> None:
        telling = Telling(self._randomness, values(person, "", ""), person.woman)
        subject, turn = telling.fill(story.subject), story.turns[0]
        message_id = new_message_id(person, self._randomness)
        attached = tuple(
            make(kind, telling.fill(name), subject, self._randomness) for kind, name in turn.attached
        )
        to = (_name_of(person.company.writes_to), person.company.writes_to)
        draft = Draft(
            person, (to,), subject, telling.fill(turn.text), _now(), attached=attached, message_id=message_id
        )
        self.know(Conversation(person, story.topic, [message_id], self._randomness.choice((0, 1, 1, 2))))
        await self._post(person.address, to[1], build(draft, self._randomness))

    def _conversation(self, reader: Person, read: _Read) -> Conversation | None:
        for message_id in (*read.quoted.references[::-1], read.quoted.message_id):
            if message_id in self._by_message_id:
                return self._by_message_id[message_id]
        conversation = Conversation(reader, "any", [read.quoted.message_id], 1)
        self.know(conversation)
        return conversation

    def _choose(self, conversation: Conversation, text: str) -> str | None:
        """What he answers, or None where he has thanked already and is asked nothing."""
        asked = "?" in _own_words(text)
        if conversation.over and not asked:
            return None
        said = answers(conversation.writer.language)
        about = (said.get(conversation.topic, said["any"]), said["any"])
        offered = [each for pool in about for each in (pool.asked if asked else pool.told)]
        fresh = [each for each in offered[:3] if each not in conversation.said] or [
            each for each in offered if each not in conversation.said
        ]
        if (conversation.patience <= 0 and not asked) or not fresh:
            conversation.over = True
            return self._randomness.choice(said["thanks"].told)
        conversation.patience -= not asked
        chosen = self._randomness.choice(fresh)
        conversation.said.add(chosen)
        return chosen

    async def _answer(self, conversation: Conversation, read: _Read, text: str) -> None:
        await asyncio.sleep(self._randomness.uniform(*self._pace.answer))
        writer = conversation.writer
        telling = Telling(self._randomness, values(writer, read.quoted.name, read.subject), writer.woman)
        message_id = new_message_id(writer, self._randomness)
        conversation.message_ids.append(message_id)
        self._by_message_id[message_id] = conversation
        draft = Draft(
            writer,
            (read.to,),
            answered_subject(read.subject),
            telling.fill(text),
            _now(),
            answers=read.quoted,
            message_id=message_id,
        )
        await self._post(writer.address, read.to[1], build(draft, self._randomness))


def values(person: Person, agent: str, subject: str) -> dict[str, str]:
    """What every telling knows by name."""
    return {
        "first": person.first,
        "full": person.name,
        "call": person.call,
        "company": person.company.name,
        "city": person.company.city,
        "phone": person.phone,
        "agent": agent.split()[0] if agent else "",
        "subject": subject,
    }


def _shuffled(randomness: random.Random, language: str) -> Iterator[Person]:
    while True:
        found: Sequence[Person] = [person for person in PEOPLE if person.language == language]
        yield from randomness.sample(found, len(found))


def _name_of(address: str) -> str:
    return next(mailbox.name for mailbox in MAILBOXES if mailbox.address == address)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def _own_words(text: str) -> str:
    """The agent's own lines: no marker, no quotes, nothing after the first quoted line."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("##-"):
            continue
        if line.startswith(">"):
            break
        lines.append(line)
    return "\n".join(lines)


def _read(letter: bytes) -> _Read | None:
    """The parts of the desk's letter that matter to its reader; None without a Message-ID or text."""
    message = message_from_bytes(letter, policy=default)
    if not isinstance(message, EmailMessage):
        return None
    message_id = str(message.get("Message-ID", "")).strip().strip("<>")
    body = message.get_body(("plain",))
    if not message_id or body is None:
        return None
    name, address = parseaddr(str(message.get("From", "")))
    chain = f"{message.get('References', '')} {message.get('In-Reply-To', '')}"
    when = parsedate_to_datetime(str(message["Date"])) if message["Date"] else _now()
    quoted = Quoted(
        name or address,
        address,
        when,
        str(body.get_content()).replace("\r\n", "\n").rstrip(),
        message_id,
        tuple(dict.fromkeys(each.strip("<>") for each in chain.split())),
    )
    to = parseaddr(str(message.get("Reply-To", "") or message.get("From", "")))
    automatic = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().casefold() != "no"
    return _Read(quoted, to, str(message.get("Subject", "")), automatic)
