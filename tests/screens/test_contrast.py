"""What is written can be read: every style on every ground of ours, and the screens as they are painted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.containers import Vertical
from textual.filter import dim_color
from textual.screen import ModalScreen

from deskterm.screens import DIMMED, theme
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven, strips_of

LEAST = 4.5
"""WCAG 2.2, 1.4.3: text against its ground."""
OWN = tuple(each for each in theme.THEMES if each.name in (theme.DARK, theme.LIGHT))


def brightness(colour: ColorTriplet) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [value / 255 for value in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(style: Style) -> float:
    assert style.color is not None and style.bgcolor is not None
    one, other = sorted(brightness(each.get_truecolor()) for each in (style.color, style.bgcolor))
    return (other + 0.05) / (one + 0.05)


def test_the_measure_is_that_of_wcag() -> None:
    assert round(contrast(Style.parse("#000000 on #ffffff")), 1) == 21.0
    assert round(contrast(Style.parse("#777777 on #ffffff")), 2) == 4.48


@pytest.mark.parametrize("ours", OWN, ids=lambda each: each.name)
def test_every_style_can_be_read_on_every_ground(ours: theme.Theme) -> None:
    palette = theme.palette(ours.name)
    assert ours.boost is not None and ours.panel is not None
    grounds = {name: palette[f"on {name}"] for name in ("cursor", "cursor blurred", "marked", "bar")}
    grounds |= {
        name: Style.parse(f"on {colour}") for name, colour in (("panel", ours.panel), ("boost", ours.boost))
    }
    grounds["text"] = palette[""]
    # what only stands for a line that is not read yet, and the line between panes, are no text
    styles = [name for name in theme.STYLES if name not in ("ghost", "found")]
    pale = {
        (style, name): round(contrast(palette[""] + ground + palette[style]), 2)
        for name, ground in grounds.items()
        for style in styles
        if contrast(palette[""] + ground + palette[style]) < LEAST
    }
    assert pale == {}
    for whole in ("found", "on title", "on title focused", "on trouble"):
        assert contrast(palette[whole]) >= LEAST, whole


def pieces(console: Driven) -> Iterator[tuple[str, Style]]:
    """What is painted, as the console colours it."""
    app = console.app
    front = app.screen.region
    if isinstance(app.screen, ModalScreen):
        # what is behind a dialog is veiled
        front = app.screen.query_one(Vertical).region
    for strip in strips_of(app.screen)[front.y : front.bottom]:
        for segment in strip.crop(front.x, front.right):
            if segment.style is not None and any(sign.isalnum() for sign in segment.text):
                yield segment.text, segment.style


SCREENS = (
    ((), "MainScreen"),
    (("m",), "Choose"),
    (("?",), "Help"),
    (("colon",), "CommandLine"),
    (("r",), "Composer"),
    (("i",), "Composer"),
    (("B",), "Choose"),
    (("J",), "Confirm"),
    (("f8",), "Administration"),
    (("N",), "Choose"),
)


@pytest.mark.parametrize("name", [theme.DARK, theme.LIGHT])
async def test_what_is_painted_can_be_read(
    desk: Desk, drive: Drive, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the program says how much is dimmed before Textual is imported, for which a test comes too late
    monkeypatch.setattr(dim_color.__wrapped__, "__defaults__", (int(DIMMED) / 100,))
    dim_color.cache_clear()
    desk.ticket("Printer", ["Good day.\n\n> an older word"], folds=[(11, 26, "quote")])
    desk.ticket("Scanner", status="closed")
    pale: dict[tuple[str, str], float] = {}
    async with drive((100, 30)) as console:
        console.app.theme = name

        def measure() -> None:
            screen = type(console.app.screen).__name__
            for text, style in pieces(console):
                if style.color is not None and style.bgcolor is not None and contrast(style) < LEAST:
                    pale[(screen, text.strip())] = round(contrast(style), 2)

        for keys, screen in SCREENS:
            await console.press("2", *keys)
            await console.screen(screen)
            await console.pilot.pause()
            measure()
            while (front := console.app.screen) is not console.main:
                await console.press("escape")
                await console.until(lambda front=front: console.app.screen is not front, "what is behind it")
                measure()
    assert pale == {}
