"""Every screen is walked through in each size, by mouse, without colours, on a Russian keyboard.

What is looked for stands in `looking.py`, which screens there are in `every_screen.py`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deskterm import i18n
from tests.screens import looking
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.every_screen import FORMS, furnished, still, visits

LEFT_ELSEWHERE = {"somebody wrote meanwhile", *(f"administration: {key}" for key, _opens in FORMS)}
"""States of a screen that is left in another one."""
TYPED = ("contcat",)
"""Words of the walk's own."""


@pytest.fixture(autouse=True)
def unseen_frames() -> None:
    """Here frames are seen: all are painted."""


@pytest.fixture
def language(request: pytest.FixtureRequest) -> Iterator[None]:
    """The console speaks this language."""
    i18n.use(request.param)
    yield
    i18n.use("en")


@pytest.mark.parametrize(
    ("size", "language"),
    [
        pytest.param((80, 24), "en", marks=pytest.mark.full),  # Russian words are longer
        ((80, 24), "ru"),
        ((120, 40), "ru"),
        ((200, 60), "en"),
    ],
    indirect=["language"],
)
async def test_no_word_is_cut_and_nothing_stands_over_anything(
    desk: Desk, drive: Drive, size: tuple[int, int], language: None
) -> None:
    boris = furnished(desk)
    wrong: list[str] = []
    async with drive(size) as console:
        async for name in visits(console, desk, boris):
            lines = looking.own_part(console)
            there = looking.words_in(desk) | set(TYPED)
            found = looking.cut_words(lines, there)
            found += looking.cut_texts(looking.own_part(console, lists=False))
            found += looking.without_room(console)
            wrong += [f"{name}: {each}" for each in found]
    assert not wrong, "\n".join(wrong)


async def test_every_screen_is_left_by_mouse_alone(desk: Desk, drive: Drive) -> None:
    boris = furnished(desk)
    stuck = []
    async with drive((80, 24)) as console:
        async for name in visits(console, desk, boris):
            if name not in LEFT_ELSEWHERE and not await looking.left_by_mouse(console):
                stuck.append(name)
    assert not stuck


async def test_nothing_is_told_by_colour_alone(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    boris = furnished(desk)
    wrong = []
    async with drive((120, 40)) as console:
        async for name in visits(console, desk, boris):
            if found := looking.colours(console):
                wrong.append(f"{name}: {found}")
            on_the_desk = console.app.screen is console.main
            if looking.chosen_line_of(console) is None or (on_the_desk and name != "desk"):
                continue
            moved = await looking.seen_to_move(console, "down") or await looking.seen_to_move(console, "up")
            if not moved:
                wrong.append(f"{name}: which line is chosen cannot be seen")
            if on_the_desk:
                await still(console)
                await console.press("3", "home", "2")
    assert not wrong, "\n".join(wrong)


async def test_every_screen_is_reached_on_a_russian_keyboard(desk: Desk, drive: Drive) -> None:
    boris = furnished(desk)
    wrong = []
    async with drive((80, 24)) as console:
        async for name in visits(console, desk, boris, russian=True):
            wrong += [f"{name}: {key}" for key in looking.keys_without_twins(console)]
    assert not wrong, "\n".join(wrong)
