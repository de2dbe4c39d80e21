"""What looks at screens sees the faults it is there for."""

from __future__ import annotations

from typing import Any, cast

from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters.columns import Column
from tests.screens import looking, placing
from tests.screens.driven import Driven


def test_words_cut_at_an_ellipsis_are_seen_where_they_are_the_programs_own() -> None:
    assert looking.cut_texts(["│ wait  Responsi…  12"], set()) != []
    assert looking.cut_texts(["│ wait  Responsi…  12"], {"responsive"}) == [], "a word of the desk's"
    assert looking.cut_texts(["Set the status…  Responsible"], set()) == []
    assert looking.cut_texts(["│ Waiting for the customer's an…│"], set()) != []


class Faulty(ModalScreen[None]):
    """A dialog with every fault there is."""

    CSS = """
    Faulty > Vertical { width: 30; height: 12; border: round white; }
    #low { height: 1; }
    #over { offset: 0 -1; }
    Input { width: 10; border: none; }
    ColumnList { height: 3; }
    """

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static("a text of two lines where there is room for one", id="low")
            yield Static("under", id="under")
            yield Static("over it", id="over")
            yield Horizontal(Input(placeholder="what is typed here", compact=True))
            yield ColumnList(
                (
                    Column("name", "A long title", 4, 4, 0, lambda row, now: (row.name, "")),
                    Column("rest", "Rest", 4, 40, 0, lambda row, now: ("", ""), grows=1),
                ),
                id="silent",
            )


class FaultyApp(App[None]):
    """Shows it."""

    main: Any = None


async def test_overlaps_cut_titles_and_silent_panes_are_seen() -> None:
    app = FaultyApp()
    async with app.run_test(size=(60, 20)) as pilot:
        app.push_screen(Faulty())
        await pilot.pause()
        console = Driven(cast("Any", app), pilot)
        found = "\n".join(placing.misplaced(console))
        told = app.screen.query_one(ColumnList)
        assert "'low'" in found and "needs 2 lines" in found
        assert "'under'" in found and "overlap" in found
        assert "'what is typed here'" in found
        assert "is empty and says nothing" in found
        assert placing.cut_titles(console) == [], "a title is given the room it needs"
        told._fitted = tuple(type(each)(each.column, 4) for each in told.fitted())
        assert "A l…" in placing.cut_titles(console)[0]
