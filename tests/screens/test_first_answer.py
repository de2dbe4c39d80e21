"""docs/first-answer.md, walked as it is written: each key it names is pressed, and what it says is seen."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from deskterm.desk import answer_templates
from deskterm.screens import acts
from deskterm.screens.acts import shown_key
from deskterm.screens.composer import Composer
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven, strips_of
from tests.screens.test_hands import bodies, row

PAGE = Path(__file__).parents[2] / "docs" / "first-answer.md"


def steps() -> dict[str, str]:
    """The steps of the page by their numbers, without what its pictures are called."""
    text = re.sub(r"!\[.*?\]\(.*?\)", "", PAGE.read_text(encoding="utf-8"))
    found = re.findall(r"^## (\d)\. .*?\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return dict(found)


def keys_named(step: str) -> set[str]:
    """The keys a step names; signs of the list of tickets stand in the same quotes."""
    return {word for word in re.findall(r"`([^`]+)`", step) if word not in ("●", "◀", "▷")}


class Walk:
    """Who follows the page by the keyboard."""

    def __init__(self, console: Driven) -> None:
        self.console = console
        self.pressed: set[str] = set()

    async def press(self, *keys: str, then: str = "") -> None:
        self.pressed |= {shown_key(key) for key in keys if key != "escape"}
        await self.console.press(*keys)
        if then:
            await self.console.screen(then)

    def followed(self, step: str) -> None:
        """All keys of the step were pressed, and no others."""
        assert self.pressed == keys_named(step)
        self.pressed = set()

    def said(self) -> str:
        bar = self.console.main.status_bar
        return "".join(text for text, _style in bar.line(300))


async def test_the_page_is_walked_as_it_is_written(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    first, second = desk.ticket("Printer", ago=timedelta(days=2)), desk.ticket("Scanner")
    with desk.store.work(write=True) as work:
        answer_templates.add(
            work, desk.actor, "First steps", "Dear {contact_first_name}, off and on, please."
        )
    (tmp_path / "steps.txt").write_text("One, two.", encoding="utf-8")
    page = steps()
    async with drive((120, 40)) as console:
        walk, main = Walk(console), console.main
        # 1
        await walk.press("2", "down", "up", "n")
        number = main.tickets.cursor
        assert number in (first, second)
        await console.until(lambda: main.open.ticket and main.open.ticket.id == number, "it is open")
        await walk.press("a")
        await console.until(lambda: "It is yours" in walk.said(), "that it is taken")
        await walk.press("z")
        await console.until(lambda: row(desk, number).responsible_id is None, "that undone")
        await walk.press("a")
        await console.until(lambda: row(desk, number).responsible_id == desk.actor.agent_id, "taken")
        walk.followed(page["1"])
        # 2
        await walk.press("r", then="Composer")
        await walk.press("f4", then="ChooseText")
        await walk.press("escape", then="Composer")
        await walk.press("f6", then="Choose")
        await walk.press("escape", then="Composer")
        await walk.press("f2", then="Choose")
        await walk.press("escape", then="Composer")
        await walk.press("escape", then="MainScreen")
        await walk.press("T", then="ChooseText")
        await walk.press("down", "up", "enter", then="Composer")
        composer = console.app.screen
        assert isinstance(composer, Composer)
        await console.until(lambda: composer.text.startswith("Dear Anna, off and on"), "its text")
        assert str(composer.query_one("#kind").render()).startswith("PUBLIC ANSWER")
        assert "**PUBLIC ANSWER**" in page["2"]
        walk.followed(page["2"])
        # 3
        await walk.press("ctrl+t", then="Ask")
        await console.type(f"{tmp_path}/ste")
        line = console.app.screen.query_one(Input)
        await console.until(lambda: line._suggestion.endswith("steps.txt"), "its name completed")
        await walk.press("right", "enter", then="Composer")
        await console.until(lambda: [each.name for each in composer.files] == ["steps.txt"], "the file")
        await walk.press("ctrl+o", then="Files")
        await walk.press("escape", then="Composer")
        walk.followed(page["3"])
        # 4
        await walk.press("ctrl+s", then="MainScreen")
        await console.until(lambda: "Ctrl+Z" in walk.said(), "that it can be taken back")
        assert "Waiting for the customer's answer" in page["4"]
        await walk.press("ctrl+z", then="Composer")
        assert "off and on" in console.app.screen.text
        await walk.press("ctrl+s", then="MainScreen")
        await console.until(lambda: "off and on" in bodies(desk, number)[-1], "answered")
        assert row(desk, number).status_class == "waiting"
        walk.followed(page["4"])
        # 5
        await walk.press("R", then="Composer")
        await walk.press("escape", then="MainScreen")
        await walk.press("r", then="Composer")
        await walk.press("f2", then="Choose")
        options = console.app.screen.query_one(OptionList).options
        assert any("close it with this" in str(option.prompt) for option in options)
        await walk.press("escape", then="Composer")
        await walk.press("escape", then="MainScreen")
        await walk.press("c")
        await console.until(lambda: row(desk, number).status_class == "closed", "closed")
        await console.until(lambda: number not in main.tickets.ids, "it leaves the list")
        await walk.press("z")
        await console.until(lambda: row(desk, number).status_class == "waiting", "it is back")
        walk.followed(page["5"])


def test_every_key_of_the_page_does_what_its_word_says() -> None:
    """`a` (*take*): the word stands beside the key on the bar, or in the table of acts."""
    told = re.findall(r"`([^`]+)` \(\*([^*]+)\*\)", PAGE.read_text(encoding="utf-8"))
    assert len(told) >= 4
    hints = {(shown_key(key), act.hint) for act in acts.ACTS for key in act.keys if act.hint}
    for key, word in told:
        assert (key, word) in hints or (key, word) == ("Ctrl+T", "add file")


@pytest.mark.full
async def test_the_page_is_walked_by_the_mouse_alone(
    desk: Desk, drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        answer_templates.add(
            work, desk.actor, "First steps", "Dear {contact_first_name}, off and on, please."
        )
    (tmp_path / "steps.txt").write_text("One, two.", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    async with drive((120, 40)) as console:

        def place(words: str) -> tuple[int, int] | None:
            """Where words stand on the screen: the last place, as bars are below."""
            lines = [strip.text for strip in strips_of(console.app.screen)]
            for y, line in reversed(list(enumerate(lines))):
                if words in line:
                    return line.rindex(words) + 1, y
            return None

        async def click(words: str, then: str = "", *, times: int = 1) -> None:
            await console.until(lambda: place(words), f"{words} on the screen")
            await console.pilot.click(offset=place(words), times=times)
            if then:
                await console.screen(then)

        await click("take")
        await console.until(lambda: row(desk, number).responsible_id == desk.actor.agent_id, "taken")
        await click("menu", "Choose")
        await click("Answer from a template", "ChooseText")
        await click("First steps", "Composer")
        composer = console.app.screen
        assert isinstance(composer, Composer)
        await console.until(lambda: composer.text.startswith("Dear Anna, off and on"), "its text")
        await click("add file", "Ask")
        await click("Enter takes it", "FileOpen")
        await click("steps.txt")
        await click("Take it", "Composer")
        await console.until(lambda: [each.name for each in composer.files] == ["steps.txt"], "the file")
        await click("send", "MainScreen")
        await console.until(lambda: "off and on" in bodies(desk, number)[-1], "answered")
        await click("close")
        await console.until(lambda: row(desk, number).status_class == "closed", "closed")
