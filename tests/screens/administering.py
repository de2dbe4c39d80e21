"""How the administration is used in tests: what an area lists, its forms, what it says."""

from __future__ import annotations

from typing import Any

from deskterm.screens.administration import areas
from deskterm.screens.administration.area import function
from deskterm.screens.administration.form import Form
from deskterm.screens.administration.screen import Administration
from tests.screens.desk import Desk
from tests.screens.driven import Driven


def entries(desk: Desk, key: str) -> list[Any]:
    """What an area lists."""
    area = areas.BY_KEY[key]
    with desk.store.work() as work:
        if area.paged is not None:
            return list(function(area.listed)(work, desk.actor, "", None, 100))
        return list(function(area.listed)(work, desk.actor))


def names(desk: Desk, key: str) -> list[str]:
    return [areas.BY_KEY[key].name(row) for row in entries(desk, key)]


async def opened(console: Driven, key: str = "accounts") -> Administration:
    """The administration with the entries of an area."""
    await console.press("f8")
    await console.screen("Administration")
    screen = console.app.screen
    assert isinstance(screen, Administration)
    await go_to(console, screen, key)
    return screen


async def go_to(console: Driven, screen: Administration, key: str) -> None:
    screen.areas.go_to(key)
    await console.until(lambda: screen.area is areas.BY_KEY[key], f"the area {key}")
    screen.set_focus(screen.lines)
    await console.until(lambda: not told(screen).count("reading…"), f"the entries of {key}")


def told(screen: Administration) -> str:
    return "".join(text for line in screen.lines.empty for text, _style in line)


def status(screen: Administration) -> str:
    return "".join(text for text, _style in screen.status_bar.line(400))


async def form(console: Driven) -> Form:
    await console.screen("Form")
    found = console.app.screen
    assert isinstance(found, Form)
    await console.until(lambda: found.focused is not None, "a field with the focus")
    return found


def held(of: Form, name: str) -> Any:
    return of._widgets[name]


async def save(console: Driven, screen: Administration) -> None:
    await console.press("ctrl+s")
    await console.screen("Administration")
