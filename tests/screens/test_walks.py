"""Every screen is walked through in each size, by mouse, without colours, on a Russian keyboard.

What is looked for stands in `looking.py`, which screens there are in `every_screen.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from deskterm import i18n
from tests.screens import looking, placing
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven
from tests.screens.every_screen import FORMS, furnished, still, visits

LEFT_ELSEWHERE = {"somebody wrote meanwhile", *(f"administration: {key}" for key, _opens in FORMS)}
"""States of a screen that is left in another one."""
TYPED = ("contcat",)
"""Words of the walk's own."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How one goes through all screens; words are looked at in each."""

    size: tuple[int, int]
    language: str
    by_mouse: bool = False
    """Each screen is left by mouse alone."""
    russian: bool = False
    """On a Russian keyboard."""
    colours: bool = True


WALKS = {
    "80x24 by mouse": Walk((80, 24), "ru", by_mouse=True),
    "120x40 on a Russian keyboard": Walk((120, 40), "ru", russian=True),
    "200x60 without colours": Walk((200, 60), "en", colours=False),
}
LONGER_WALKS = {
    "80x24 in English by mouse": Walk((80, 24), "en", by_mouse=True),
    "80x24 in English on a Russian keyboard": Walk((80, 24), "en", russian=True),
    "120x40 in English without colours": Walk((120, 40), "en", colours=False),
}


@pytest.fixture(autouse=True)
def unseen_frames() -> None:
    """Here frames are seen: all are painted."""


@pytest.fixture
def speak() -> Iterator[Callable[[str], None]]:
    """`speak("ru")`: the console speaks this language."""
    yield i18n.use
    i18n.use("en")


@pytest.mark.parametrize(
    "walk",
    [
        *(pytest.param(walk, id=name) for name, walk in WALKS.items()),
        *(pytest.param(walk, id=name, marks=pytest.mark.full) for name, walk in LONGER_WALKS.items()),
    ],
)
async def test_nothing_is_wrong_with_any_screen(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch, speak: Callable[[str], None], walk: Walk
) -> None:
    """No word is cut, nothing stands over anything; and what this walk is for."""
    speak(walk.language)
    if not walk.colours:
        monkeypatch.setenv("NO_COLOR", "1")
    boris = furnished(desk)
    wrong: list[str] = []
    looked_at: set[object] = set()
    async with drive(walk.size) as console:
        async for name in visits(console, desk, boris, russian=walk.russian):
            found = words_cut(console, desk)
            if walk.russian:
                found += [f"no twin of {key}" for key in looking.keys_without_twins(console)]
            if not walk.colours:
                found += await told_by_colour(console, name)
                fields = (type(console.app.screen), *map(type, console.app.screen.focus_chain))
                found += await looking.focus_unseen(console) if fields not in looked_at else []
                looked_at.add(fields)
            if walk.by_mouse and name not in LEFT_ELSEWHERE and not await looking.left_by_mouse(console):
                found.append("is not left by mouse")
            wrong += [f"{name}: {each}" for each in found]
    assert not wrong, "\n".join(wrong)


def words_cut(console: Driven, desk: Desk) -> list[str]:
    """Words cut off, and what stands where it should not."""
    there = looking.words_in(desk) | set(TYPED)
    found = looking.cut_words(looking.own_part(console), there)
    found += looking.cut_texts(looking.own_part(console, lists=False), there)
    return found + placing.misplaced(console)


async def told_by_colour(console: Driven, name: str) -> list[str]:
    """Colours where there are none, what is unread or chosen and not seen without them."""
    found = [f"the colour {colour}" for colour in looking.colours(console)]
    found += looking.unread_untold(console)
    on_the_desk = console.app.screen is console.main
    if looking.chosen_line_of(console) is None or (on_the_desk and name != "desk"):
        return found
    if not (await looking.seen_to_move(console, "down") or await looking.seen_to_move(console, "up")):
        found.append("which line is chosen cannot be seen")
    if on_the_desk:
        await still(console)
        await console.press("3", "home", "2")
    return found
