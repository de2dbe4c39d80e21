"""The administration as a screen: areas at the left, their entries at the right, acts by keys."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static

from deskterm import limits
from deskterm.i18n import _
from deskterm.screens import acts, pace
from deskterm.screens.acting import ActingScreen, key_bindings
from deskterm.screens.acts import ACTS, Act
from deskterm.screens.administration import areas
from deskterm.screens.administration.area import Area
from deskterm.screens.desk_link import DeskLink
from deskterm.screens.frame import ActionBar, OneLine, StatusBar, TitleLine
from deskterm.screens.lines import Id, LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters import administration as presenter
from deskterm.screens.presenters import columns as columns_presenter
from deskterm.screens.presenters import when
from deskterm.screens.presenters.line import Line, clip
from deskterm.screens.search_line import SearchLine, SearchRow

if TYPE_CHECKING:
    from deskterm.screens.app import Console

THINGS: Final = frozenset({"administration", "list"})
MORE: Final = 0
"""Stands at the end while there are more entries: where it comes into view they are read. Keys are texts."""
NARROW: Final = 52
"""So many cells of a sentence stand beside the areas on the narrowest screen."""
WIDE: Final = 100
"""From this width on the areas get more room."""
KEPT: Final = ("adm_menu", "adm_back", "adm_help")
"""Acts that stay on the bar of the narrowest screen."""


@dataclass(frozen=True, slots=True)
class Step:
    """An act done here: how the desk undoes it, else the act that puts back what was there."""

    area: Area
    name: str
    reversal: int | None = None
    key: str = ""
    back: Mapping[str, Any] | None = None
    """Fields to give their values of before."""
    after: Mapping[str, Any] | None = None
    """What they were given: where they are something else now, nothing is put back."""
    place: int = 0
    """Where it stood before it was moved."""


class AreaList(LineList):
    """The areas one may see."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.areas: dict[Id, Area] = {}

    def show(self, shown: Sequence[Area]) -> None:
        """Show these."""
        self.areas = {area.key: area for area in shown}
        self.set_ids([area.key for area in shown])

    def draw(self, id: Id, width: int) -> Line | None:
        return presenter.area_line(_(self.areas[id].title), width)


class EntryList(ColumnList):
    """The entries of an area."""

    markable: ClassVar[bool] = False


class Administration(ActingScreen[tuple[str, int]]):
    """All the desk is made of; what it comes back with is where to go: ('ticket' | 'letter', number)."""

    acts_on = THINGS
    app: Console
    CSS_PATH = "administration.tcss"
    AUTO_FOCUS = "#adm_areas"

    def __init__(self, link: DeskLink, keymap: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.desk = link
        self.keymap = keymap
        self.area: Area | None = None
        self.steps: list[Step] = []
        self.left_title = TitleLine(id="adm_left_title")
        self.areas = AreaList(id="adm_areas")
        self.title_line = TitleLine(id="adm_title")
        self.search = SearchLine(id="adm_find", results="#adm_entries", placeholder=_("words; Esc shows all"))
        self.columns = TitleLine(id="adm_columns")
        self.lines = EntryList((), id="adm_entries")
        self.status_bar = StatusBar(id="adm_status")
        self.bar = ActionBar(id="adm_actions")
        self._rows: list[Any] = []
        self._more = False
        self._typing: Timer | None = None
        self._said: Timer | None = None
        self._bindings = key_bindings(keymap, [act for act in ACTS if act.where in THINGS])

    def compose(self) -> ComposeResult:
        with Horizontal(id="adm_panes"):
            with Vertical(id="adm_left"):
                yield self.left_title
                yield self.areas
            yield Static("", id="adm_split")
            with Vertical(id="adm_right"):
                yield self.title_line
                yield SearchRow(self.search)
                yield self.columns
                yield self.lines
        yield self.status_bar
        yield self.bar

    def on_mount(self) -> None:
        palette = self.app.palette
        for one in self.query(OneLine):
            one.use(palette)
        for lines in (self.areas, self.lines):
            lines.use(palette)
        self.left_title.say(((" " + _("Administration"), ""),))
        self.left_title.show_focus(True)
        self._fit()
        seen = areas.seen_with(self.rights)
        self.areas.show(seen)
        if seen:
            self.use_area(seen[0])
        else:
            self.lines.empty = _told(
                _("Your role lets you see nothing here; an administrator can change it.")
            )
            self.lines.redraw()
            self._say_keys()

    def on_resize(self, event: events.Resize) -> None:
        self._fit()
        self.call_after_refresh(self._say_title)

    def _fit(self) -> None:
        self.query_one("#adm_left").styles.width = 28 if self.size.width >= WIDE else 23

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.left_title.show_focus(self.focused is self.areas)
        self.title_line.show_focus(self.focused is not self.areas)

    @property
    def rights(self) -> frozenset[str]:
        """What the agent may do."""
        return frozenset(self.desk.actor.rights) if self.desk.actor is not None else frozenset()

    @property
    def may_change(self) -> bool:
        """Whether he may change the entries of this area."""
        return self.area is not None and areas.may(self.rights, self.area.right)

    # -- reading

    def use_area(self, area: Area) -> None:
        """Show the entries of an area."""
        self.area = area
        self.search.close()
        self._rows, self._more = [], False
        self.lines.use_columns(area.columns)
        self.lines.rows = {}
        self.lines.empty = _told(_("reading…"))
        self.lines.set_ids([], keep=False)
        self._say_title()
        self._say_keys()
        self.read(keep=False)

    def read(self, *, cursor: str | None = None, keep: bool = True) -> None:
        """Read the entries anew."""
        self.start(self.reread(cursor, keep=keep), "read", exclusive=True)

    async def reread(self, cursor: str | None = None, *, keep: bool = True) -> None:
        """Read the entries anew, and stand on this one then."""
        area = self.area
        if area is None:
            return
        if area.paged is None:
            rows = list(await self.desk.read(area.listed))
            more = False
        else:
            page = limits.PAGE_ROWS
            rows = list(await self.desk.read(area.listed, self._words, None, page))
            more = len(rows) == page
        if area is self.area:
            self._rows, self._more = rows, more
            self.show(cursor, keep=keep)

    async def _read_on(self) -> None:
        area = self.area
        if area is None or area.paged is None or not self._more:
            return
        page = limits.PAGE_ROWS
        rows = await self.desk.read(area.listed, self._words, area.paged(self._rows[-1]), page)
        if area is self.area:
            self._rows += rows
            self._more = len(rows) == page
            # who went to the end goes on from there, not on and on to ever further ends
            self.show(area.id(rows[0]) if rows and self.lines.cursor == MORE else None)

    @property
    def _words(self) -> str:
        return self.search.value.strip()

    def show(self, cursor: str | None = None, *, keep: bool = True) -> None:
        """Show the entries that hold the words typed."""
        area = self.area
        if area is None:
            return
        parts = self._words.casefold().split() if area.paged is None else []
        shown = [row for row in self._rows if not parts or _holds(area, row, parts)]
        self.lines.rows = {area.id(row): row for row in shown}
        self.lines.empty = _told(self._nothing(area))
        ids: list[Id] = [*self.lines.rows, *([MORE] if self._more else [])]
        self.lines.set_ids(ids, cursor=cursor if cursor in self.lines.rows else None, keep=keep)
        self._say_title()

    def _nothing(self, area: Area) -> str:
        if self._words:
            return _("Nothing here holds these words. Esc shows all.")
        if area.add is not None and self.may_change:
            return _("Nothing here yet. `n` adds the first.")
        return _("Nothing here.")

    def row_of(self, key: str) -> Any:
        """The entry of a key, None where it is not here."""
        area = self.area
        return None if area is None else next((row for row in self._rows if area.id(row) == key), None)

    def neighbours(self, row: Any) -> list[str]:
        """Keys of the entries it can change places with, itself among them, in their order."""
        area = self.area
        assert area is not None
        return [area.id(each) for each in self._rows if area.group(each) == area.group(row)]

    @on(LineList.Wanted, "#adm_entries")
    def _wanted(self, message: LineList.Wanted) -> None:
        self.start(self._read_on(), "read", exclusive=True)

    @on(LineList.Selected, "#adm_areas")
    def _area_chosen(self, message: LineList.Selected) -> None:
        area = self.areas.areas.get(message.id or "")
        if area is not None and area is not self.area:
            self.use_area(area)

    @on(LineList.Opened, "#adm_areas")
    def _area_opened(self, message: LineList.Opened) -> None:
        self.set_focus(self.lines)

    @on(LineList.Selected, "#adm_entries")
    def _entry_chosen(self) -> None:
        self._say_entry()

    @on(LineList.Opened, "#adm_entries")
    def _entry_opened(self, message: LineList.Opened) -> None:
        self.start(acts.resolve(f"{acts.DOING}.administration.edit")(self))

    @on(Input.Changed, "#adm_find")
    def _words_typed(self, message: Input.Changed) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(pace.TYPING, self.find_now)

    @on(Input.Submitted, "#adm_find")
    def _words_given(self, message: Input.Submitted) -> None:
        self.set_focus(self.lines)
        self.find_now()

    def find_now(self) -> None:
        """Show the entries that hold the words typed; of a long area the desk is asked."""
        if self.area is not None and self.area.paged is not None:
            self.read()
        else:
            self.show()

    # -- what stands on the screen

    def _say_title(self) -> None:
        area = self.area
        if area is None:
            return
        shown = len(self.lines.rows)
        told = presenter.count(shown, self._more, len(self._rows) if area.paged is None else None)
        self.title_line.say(((f" {_(area.title)}", ""), (f"   {told}", "")))
        self.columns.say(self.lines.header())
        self._say_entry()

    def _say_entry(self) -> None:
        """On the status line, what the chosen entry's line has no room for."""
        row = self.lines.current()
        told: Line = ()
        if row is not None:
            told = columns_presenter.not_whole(row, self.lines.columns, self.lines.fitted(), when.now())
        self.status_bar.show(lambda width: clip(told, width))

    def _say_keys(self) -> None:
        hints = [("open", "Enter", _("edit") if self._offers("edit") else _("open"))]
        for act in ACTS:
            if act.where == "administration" and act.hint and self.offers(act):
                hints.append((act.id, acts.first_key(act, self.keymap), self._hint(act)))
        hints.sort(key=lambda hint: hint[0] in KEPT)
        self.bar.show(hints, kept=len(KEPT))

    def _hint(self, act: Act) -> str:
        if act.id == "adm_look" and self.area is not None and self.area.look_title:
            return _(self.area.look_title)
        return _(act.hint)

    def offers(self, act: Act) -> bool:
        return self._offers(act.id.removeprefix("adm_"))

    def _offers(self, what: str) -> bool:
        """Whether an act makes sense in this area, for this agent."""
        area = self.area
        offered = {"add", "edit", "remove", "up", "down", "look", "try", "import"}
        if area is None or what not in offered:
            return what not in offered
        if what == "import":
            return area.imported and self.may_change
        if what in ("look", "try"):
            return bool(area.look if what == "look" else area.try_out)
        return self.may_change and getattr(area, "move" if what in ("up", "down") else what) is not None

    # -- doing

    def say(self, sentence: str, style: str = "good") -> None:
        super().say(sentence, style)
        if self._said is not None:
            self._said.stop()
        self._said = self.set_timer(pace.SAID, partial(self.status_bar.tell, None))

    def clicked(self, act: Act) -> None:
        """The bar speaks of the entry, also while the areas have the focus."""
        if act.id == "open":
            self.set_focus(self.lines)
        super().clicked(act)


def _told(sentence: str) -> tuple[Line, ...]:
    return ((), *((("  ", ""), (line, "faint")) for line in textwrap.wrap(sentence, NARROW)))


def _holds(area: Area, row: Any, parts: Sequence[str]) -> bool:
    now = when.now()
    told = " ".join([area.name(row), *(column.show(row, now)[0] for column in area.columns)]).casefold()
    return all(part in told for part in parts)
