"""Acts on the look of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.screens.arranging import height_of_panes

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

COLUMNS = 2


def zoom(screen: MainScreen) -> None:
    """Only the pane in focus, and back."""
    screen.zoomed = not screen.zoomed
    screen.lay_out()


def wider(screen: MainScreen) -> None:
    """The sections wider."""
    width = screen.size.width
    screen.keep(screen.kept.with_tree(screen.kept.tree_width(width) + COLUMNS, width))


def narrower(screen: MainScreen) -> None:
    """The sections narrower."""
    width = screen.size.width
    screen.keep(screen.kept.with_tree(screen.kept.tree_width(width) - COLUMNS, width))


def taller(screen: MainScreen) -> None:
    """The pane in focus a line taller."""
    _by(screen, 1)


def lower(screen: MainScreen) -> None:
    """The pane in focus a line lower."""
    _by(screen, -1)


def _by(screen: MainScreen, lines: int) -> None:
    height = height_of_panes(screen)
    tickets, messages, _body = screen.kept.heights(height)
    pane = screen.focused_pane
    if pane in ("tree", "tickets"):
        screen.keep(screen.kept.with_tickets(tickets + lines, height))
    elif pane == "messages":
        screen.keep(screen.kept.with_messages(messages + lines, height))
    else:
        screen.keep(screen.kept.with_messages(messages - lines, height))


def theme(screen: MainScreen) -> None:
    """The next theme."""
    screen.app.next_theme()
