"""Colours: two calm themes of our own, one of the terminal's palette, and the styles lines are drawn in.

A line names what it means ("unread", "ours"), never a colour; `palette()` says how that looks in a theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.style import Style
from textual.theme import Theme

from deskterm.i18n import N_

DARK: Final = "deskterm-dark"
LIGHT: Final = "deskterm-light"
TERMINAL: Final = "deskterm-terminal"
NAMES: Final = (DARK, LIGHT, TERMINAL)
TITLES: Final[Mapping[str, str]] = {
    DARK: N_("dark"),
    LIGHT: N_("light"),
    TERMINAL: N_("those of the terminal"),
}
SHORT: Final[Mapping[str, str]] = {DARK: "dark", LIGHT: "light", TERMINAL: "terminal"}
"""What a theme is called on the command line, in every language."""

# name: (dark, light, terminal); a colour, then "bold", "italic", "underline", "dim", "reverse"
STYLES: Final[Mapping[str, tuple[str, str, str]]] = {
    "": ("#c3c9d1 on #15191d", "#30363d on #fbfbfa", ""),
    "strong": ("bold #dfe4ea", "bold #1b2026", "bold"),
    "unread": ("bold #eef2f7", "bold #0d1117", "bold"),
    "faint": ("#99a0aa", "#5e6671", "bright_black"),
    "ghost": ("#4d5560", "#a5adb8", "bright_black"),
    "sign": ("#82aad6", "#2d68a0", "blue"),
    "ours": ("#e08e7d", "#b13f2a", "red"),
    "theirs": ("#8dbb8a", "#2c7337", "green"),
    "active": ("#a9c3dd", "#2c5f8f", ""),
    "waiting": ("#d3b878", "#835f13", "yellow"),
    "closed": ("#99a0aa", "#5e6671", "bright_black"),
    "public": ("#8dbb8a", "#2c7337", "green"),
    "internal": ("#c2a5dc", "#7446a0", "magenta"),
    "private": ("#dc9fbc", "#a03868", "bright_magenta"),
    "system": ("italic #98a0aa", "italic #5d6670", "italic"),
    "good": ("#8dbb8a", "#2c7337", "green"),
    "warning": ("#dcb86c", "#885d00", "yellow"),
    "trouble": ("bold #e88378", "bold #b0281a", "bold red"),
    "quote": ("#97a0ab", "#5b6672", "bright_black"),
    "fold": ("#82aad6", "#2d68a0", "blue"),
    "file": ("#b7c9a0", "#4c6a26", "cyan"),
    "link": ("underline #82aad6", "underline #2d68a0", "underline blue"),
    "key": ("bold #dcb86c", "bold #885d00", "bold yellow"),
    "found": ("bold #15191d on #dcb86c", "bold #0d1117 on #f0d890", "bold reverse"),
    "online": ("#8dbb8a", "#2c7337", "green"),
    "day off": ("#e08e7d", "#b13f2a", "red"),
}

# backgrounds of whole lines
GROUNDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "cursor": ("on #253749", "on #d9e7f5", "reverse"),
    "cursor blurred": ("on #23292f", "on #e6e9ed", "underline"),
    "marked": ("on #38331f", "on #f6ecc9", "bold"),
    "title": ("#98a2ae on #1d2228", "#4f5965 on #e9ecef", "bold"),
    "title focused": ("bold #e6ebf1 on #2f4a66", "bold #ffffff on #3f6f9f", "bold reverse"),
    "bar": ("#98a2ae on #1d2228", "#4f5965 on #e9ecef", ""),
    "trouble": ("bold #ffffff on #7e3a33", "bold #ffffff on #b0483c", "bold reverse red"),
}

_PLACE: Final = {DARK: 0, LIGHT: 1, TERMINAL: 2}

THEMES: Final = (
    Theme(
        name=DARK,
        primary="#82aad6",
        secondary="#8dbb8a",
        accent="#dcb86c",
        warning="#dcb86c",
        error="#e88277",
        success="#8dbb8a",
        foreground="#c3c9d1",
        background="#15191d",
        surface="#15191d",
        panel="#1d2228",
        boost="#23292f",
        dark=True,
        variables={
            "input-cursor-background": "#c3c9d1",
            "block-cursor-background": "#253749",
            "block-cursor-foreground": "#eef2f7",
            "block-cursor-blurred-background": "#253749",
            "block-cursor-blurred-foreground": "#eef2f7",
            "text-disabled": "#99a0aa",
            "scrollbar": "#2c333b",
            "scrollbar-hover": "#3d4752",
            "scrollbar-active": "#82aad6",
            "scrollbar-background": "#15191d",
            "scrollbar-background-hover": "#15191d",
            "scrollbar-background-active": "#15191d",
            "border": "#3d5066",
            "border-blurred": "#2c333b",
            "split": "#2c333b",
        },
    ),
    Theme(
        name=LIGHT,
        primary="#2d68a0",
        secondary="#2c7337",
        accent="#885d00",
        warning="#885d00",
        error="#b0281a",
        success="#2c7337",
        foreground="#30363d",
        background="#fbfbfa",
        surface="#fbfbfa",
        panel="#eef0f2",
        boost="#e6e9ed",
        dark=False,
        variables={
            "block-cursor-background": "#d9e7f5",
            "block-cursor-foreground": "#0d1117",
            "block-cursor-blurred-background": "#d9e7f5",
            "block-cursor-blurred-foreground": "#0d1117",
            "text-disabled": "#5e6671",
            "scrollbar": "#d4d8dd",
            "scrollbar-hover": "#b9c0c8",
            "scrollbar-active": "#2f6ea8",
            "scrollbar-background": "#fbfbfa",
            "scrollbar-background-hover": "#fbfbfa",
            "scrollbar-background-active": "#fbfbfa",
            "border": "#9fb4c9",
            "border-blurred": "#d4d8dd",
            "split": "#d4d8dd",
        },
    ),
    Theme(
        name=TERMINAL,
        primary="ansi_blue",
        secondary="ansi_cyan",
        accent="ansi_yellow",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        dark=True,
        ansi=True,
        variables={
            "ansi-background": "ansi_default",
            "ansi-foreground": "ansi_default",
            "border": "ansi_blue",
            "border-blurred": "ansi_bright_black",
            "split": "ansi_bright_black",
            "block-cursor-foreground": "ansi_black",
            "block-cursor-background": "ansi_white",
            "input-cursor-background": "ansi_white",
            "input-cursor-foreground": "ansi_black",
            "input-cursor-text-style": "reverse",
            "input-selection-background": "ansi_blue",
            "input-selection-foreground": "ansi_white",
            "screen-selection-background": "ansi_blue",
            "screen-selection-foreground": "ansi_white",
            "scrollbar": "ansi_bright_black",
            "scrollbar-hover": "ansi_white",
            "scrollbar-active": "ansi_blue",
            "scrollbar-background": "ansi_default",
            "scrollbar-background-hover": "ansi_default",
            "scrollbar-background-active": "ansi_default",
        },
    ),
)

Palette = Mapping[str, Style]


def palette(theme: str, *, colours: bool = True) -> Palette:
    """The styles of a theme by what they mean; grounds carry the prefix 'on '.

    Without colours only bold, underline and reverse are left, so nothing rests on colour.
    """
    place = _PLACE.get(theme, 0)
    if not colours:
        place = 2
    found = {name: Style.parse(looks[place]) for name, looks in STYLES.items()}
    found |= {f"on {name}": Style.parse(looks[place]) for name, looks in GROUNDS.items()}
    if not colours:
        found = {name: style.without_color for name, style in found.items()}
    return found
