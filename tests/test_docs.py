"""The guides hang together: links and pictures lead somewhere, keys are those of the console."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deskterm.screens.acts import ACTS
from deskterm.screens.keys_page import shown_key

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
STEPS = ("tasks.md", "administration.md", "first-answer.md")
"""Guides of steps; what they tell to press is checked."""
LETTER = re.compile(r"`(\S)`")


def slug(heading: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w\- ]", "", heading.strip().casefold()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_of_a_page_is_there(page: Path) -> None:
    broken = []
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        file, _mark, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (page.parent / file) if file else page
        headings = (
            re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.M) if there.is_file() else []
        )
        if not there.is_file() or (anchor and anchor not in map(slug, headings)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", STEPS)
def test_every_letter_a_guide_tells_to_press_does_something(name: str) -> None:
    keys = {shown_key(key) for act in ACTS for key in act.keys} | {"●", "◀", "▷"}
    told = set(LETTER.findall((ROOT / "docs" / name).read_text(encoding="utf-8")))
    assert told and told - keys == set()


def test_every_guide_is_reached_from_the_readme() -> None:
    pages = {ROOT / "README.md"}
    waiting = list(pages)
    while waiting:
        page = waiting.pop()
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            found = (page.parent / target.partition("#")[0]).resolve()
            if found.suffix == ".md" and found.is_file() and found not in pages:
                pages.add(found)
                waiting.append(found)
    assert set(PAGES) - pages == set()
