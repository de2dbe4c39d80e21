"""A console that tells, in a file beside its terminal, what it believes to show; for walks through it.

`python -m tests.terminal.telling_console FOLDER FILE` opens the desk of this folder.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from deskterm import i18n
from deskterm.config import Home
from deskterm.screens import app
from deskterm.screens.administration.screen import Administration
from deskterm.screens.lines import LineList
from tests.screens import looking, placing
from tests.screens.driven import Driven
from tests.screens.every_screen import reading, text_of

EVERY_SECONDS = 0.1


class TellingConsole(app.Console):
    """Writes the file anew whenever something on the screen has changed."""

    def __init__(self, home: Home, file: Path) -> None:
        super().__init__(home, worker=False)
        self._file = file
        self._told = ""

    def on_mount(self) -> None:
        self.set_interval(EVERY_SECONDS, self._tell)

    def _tell(self) -> None:
        told = json.dumps(self._state())
        if told != self._told:
            self._told = told
            new = self._file.with_suffix(".new")
            new.write_text(told)
            new.rename(self._file)

    def _state(self) -> dict[str, Any]:
        screen, main = self.screen, self.main
        console = Driven(self, cast("Any", None))
        administration = screen if isinstance(screen, Administration) else None
        return {
            "screen": type(screen).__name__,
            "text": text_of(console).split("\n"),
            "box": looking.box_of(screen),
            "lists": looking.lists_of(screen),
            "rows": dict(rows_in_view(screen)),
            "way_out": None if screen is main else looking.way_out(console),
            "misplaced": placing.misplaced(console),
            "reads": bool(reading(console)) or main.state is None,
            "things": sorted(main.things()),
            "focus": main.focus_thing(),
            "rights": sorted(main.desk.rights),
            "section": main.open.section,
            "ticket": main.open.ticket.id if main.open.ticket is not None else None,
            "cursor": main.tickets.cursor,
            "sections": list(main.sections.ids),
            "areas": list(administration.areas.ids) if administration else [],
            "area": administration.area.key if administration and administration.area else "",
            "entries": len(administration.lines.ids) if administration else 0,
        }


def rows_in_view(screen: Any) -> list[tuple[str, tuple[int, int]]]:
    """The rows of all lists that are in view, with where to click on each."""
    found = []
    for each in screen.query(LineList).results():
        if each.is_on_screen:
            place = each.content_region
            found += [(str(id), (place.x + 2, place.y + y)) for y, id in enumerate(each.in_view())]
    return found


def main() -> None:
    i18n.use(i18n.language_of())
    console = TellingConsole(Home.find(sys.argv[1]), Path(sys.argv[2]))
    try:
        console.run()
    finally:
        console.ending.finish()


if __name__ == "__main__":
    main()
