"""What has happened at the demo desk up to now: threads planned from the stories, step by step.

`threads` is pure: the same seed and moment give the same past. `seed` plays it on a real desk.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from deskterm.demo import strange
from deskterm.demo.customers import values
from deskterm.demo.people import COLLEAGUES, PEOPLE, Colleague, Person
from deskterm.demo.stories import Story, Telling, Turn, stories

DAYS = 45
OPEN_DAYS = 5
_FIRST_HOUR, _LAST_HOUR = 8, 18


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in a thread; `writer` is the customer of a letter, None for the desk's own."""

    when: datetime
    kind: str
    """'letter', 'reply', 'note', 'close'."""
    text: str = ""
    writer: Person | None = None
    attached: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket's past; `end` is how it stands now, `agent` None is nobody."""

    number: int
    language: str
    topic: str
    rubric: str
    end: str
    subject: str
    customer: Person
    agent: Colleague | None
    steps: tuple[Step, ...]
    strange: strange.Strange | None = None


def threads(count: int, now: datetime, seed: int) -> tuple[Thread, ...]:
    """`count` threads that end before `now`, by their first letter's time."""
    randomness = random.Random(seed)
    told = _programme(count - len(strange.STRANGE), randomness)
    planned: list[Thread] = []
    subjects: set[str] = set()
    for number, (story, person) in enumerate(zip(told, _people(told, randomness), strict=True)):
        for _attempt in range(8):
            thread = _thread(number, story, person, now, randomness)
            if thread.subject not in subjects:
                break
        subjects.add(thread.subject)
        planned.append(thread)
    for number, each in enumerate(strange.STRANGE, len(planned)):
        planned.append(_strange_thread(number, each, now, randomness))
    planned.sort(key=lambda thread: thread.steps[0].when)
    return tuple(replace(thread, number=number) for number, thread in enumerate(planned, 1))


def _programme(count: int, randomness: random.Random) -> list[Story]:
    """The stories in the order of their telling: all once as written, then again, some cut short."""
    everything = [*stories("en"), *stories("ru")]
    told = list(everything)
    while len(told) < count:
        again = list(everything)
        randomness.shuffle(again)
        told += [_cut_short(story, randomness) for story in again]
    chosen = told[:count]
    randomness.shuffle(chosen)
    return chosen


def _cut_short(story: Story, randomness: random.Random) -> Story:
    """A later telling: some have not come to their end yet, few are quite new, most need fewer words."""
    if story.end == "new" and randomness.random() < 0.6:
        return replace(story, end="working")
    if story.end in ("waiting", "working") and randomness.random() < 0.6:
        story = replace(story, end="closed")
    elif len(story.turns) > 2 and randomness.random() < 0.25:
        return _unfinished(story, randomness.randint(2, len(story.turns) - 1))
    if story.end == "closed" and randomness.random() < 0.8:
        spoken = tuple(turn for turn in story.turns if turn.speaker != "note")
        return replace(story, turns=spoken[:3])
    return story


def _unfinished(story: Story, turns: int) -> Story:
    """The story up to a turn, standing as it stood then."""
    told = story.turns[:turns]
    last = [turn.speaker for turn in told if turn.speaker != "note"][-1]
    end = "waiting" if last == "agent" else "working" if turns > 1 else "new"
    return replace(story, turns=told, end=end)


def _people(told: list[Story], randomness: random.Random) -> Iterator[Person]:
    pools: dict[str, list[Person]] = {"en": [], "ru": []}
    for story in told:
        pool = pools[story.language]
        if not pool:
            pool += [person for person in PEOPLE if person.language == story.language]
            randomness.shuffle(pool)
        yield pool.pop()


def _thread(number: int, story: Story, person: Person, now: datetime, randomness: random.Random) -> Thread:
    agent = randomness.choice([each for each in COLLEAGUES if each.language == story.language])
    telling = Telling(randomness, values(person, agent.name, ""), person.woman)
    colleague = randomness.choice(
        [each for each in PEOPLE if each.company is person.company and each is not person]
    )
    subject = telling.fill(story.subject, person.woman)
    moments = _moments(story, now, randomness)
    steps = [
        _step(turn, when, person, colleague, telling)
        for turn, when in zip(story.turns, moments, strict=False)
    ]
    if story.end == "closed":
        steps.append(Step(moments[-1], "close"))
    responsible = None if story.end == "new" and randomness.random() < 0.7 else agent
    return Thread(
        number,
        story.language,
        story.topic,
        story.rubric,
        story.end,
        subject,
        person,
        responsible,
        tuple(steps),
    )


def _step(turn: Turn, when: datetime, person: Person, colleague: Person, telling: Telling) -> Step:
    writer = {"customer": person, "colleague": colleague}.get(turn.speaker)
    kind = {"agent": "reply", "note": "note"}.get(turn.speaker, "letter")
    text = telling.fill(turn.text, writer.woman if writer is not None else False)
    attached = tuple((kind_of, telling.fill(name)) for kind_of, name in turn.attached)
    return Step(when, kind, text, writer, attached)


def _moments(story: Story, now: datetime, randomness: random.Random) -> list[datetime]:
    """A moment for each turn and one for the closing, in office hours where the past has room."""
    recent = {"new": 1.2, "working": OPEN_DAYS, "waiting": OPEN_DAYS, "closed": DAYS}[story.end]
    age = timedelta(days=recent * randomness.random() ** (1.0 if story.end != "new" else 2.0))
    at = _office_hours(now - max(age, timedelta(minutes=12)), randomness)
    if at >= now - timedelta(minutes=8):
        at = now - timedelta(minutes=randomness.randint(8, 90))
    offsets = [0.0]
    for turn in story.turns[1:]:
        most = 40000 if turn.speaker in ("customer", "colleague") else 9000
        offsets.append(offsets[-1] + randomness.uniform(240, most))
    offsets.append(offsets[-1] + randomness.uniform(120, 5000))
    room = (now - timedelta(minutes=2) - at).total_seconds()
    scale = min(1.0, room / offsets[-1])
    return [at + timedelta(seconds=offset * scale) for offset in offsets]


def _office_hours(moment: datetime, randomness: random.Random) -> datetime:
    if _FIRST_HOUR <= moment.hour < _LAST_HOUR:
        return moment
    return moment.replace(
        hour=randomness.randint(_FIRST_HOUR, _LAST_HOUR - 1), minute=randomness.randint(0, 59)
    )


def _strange_thread(number: int, each: strange.Strange, now: datetime, randomness: random.Random) -> Thread:
    when = now - timedelta(minutes=randomness.randint(20, 60 * 30))
    person = randomness.choice([found for found in PEOPLE if found.language == each.language])
    step = Step(when, "letter", each.text, person)
    return Thread(number, each.language, "any", "", "new", each.subject, person, None, (step,), each)
