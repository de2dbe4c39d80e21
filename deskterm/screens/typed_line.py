"""A line one types in, of a width and height of its own."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class TypedLine(Input):
    """Textual's Input, where a key repaints this line and lays out nothing.

    Textual lays the whole screen out whenever the size of what a widget scrolls over changes, and an
    Input's changes with every key: its text is that size. Only a line as wide as its text would need it.
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), layout=False)

    def watch_virtual_size(self) -> None:
        """A text that became shorter is not left scrolled beyond its end."""
        self.scroll_x = self.validate_scroll_x(self.scroll_x)
