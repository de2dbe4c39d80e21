"""The lists of the main screen, each a virtual list of lines over values the desk gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableSequence, Sequence, Set
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from deskterm import limits
from deskterm.screens.lines import Id, LineList
from deskterm.screens.orders import DOWNWARDS, stands_before
from deskterm.screens.presenters import columns, found, lists, ticket_columns, tree, when
from deskterm.screens.presenters.columns import AS_DATES, Column, Fitted, Look
from deskterm.screens.presenters.line import Line, clip

if TYPE_CHECKING:
    from deskterm.desk.views import LetterRow, MessageRow, OutgoingRow, Present, SectionRow, TicketRow

KEPT_ROWS = 1000
MARKED = ("subject", "customer", "author", "preview")
"""Columns in which what a search looks for is marked."""
WALKED = 2_000_000
"""Steps along a list that finding a few tickets in it may cost; beyond, its ids are read anew."""


class TreeList(LineList):
    """The sections with their counts."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.rows: dict[Id, SectionRow] = {}
        self.unfolded: set[str] = set()

    def show(self, rows: Sequence[SectionRow], cursor: str | None = None) -> None:
        """Show these sections; only lines that changed are drawn anew."""
        keys: list[Id] = [row.key for row in rows]
        fresh: dict[Id, SectionRow] = {row.key: row for row in rows}
        if keys == list(self.ids):
            changed = [key for key in keys if fresh[key] != self.rows.get(key)]
            self.rows = fresh
            self.patch(changed)
            return
        self.rows = fresh
        self.set_ids(keys, cursor=cursor)

    def draw(self, id: Id, width: int) -> Line | None:
        row = self.rows.get(id)
        return None if row is None else clip(tree.section(row, width, row.key in self.unfolded), width)


class ColumnList(LineList):
    """Rows under columns that fit the width."""

    markable: ClassVar[bool] = True

    def __init__(self, there: tuple[Column, ...], *, id: str) -> None:
        super().__init__(id=id)
        self.there = there
        """Every column it can have."""
        self.columns = columns.chosen(there, ())
        self.look: Look = AS_DATES
        self.rows: dict[Id, Any] = {}
        self._fitted: tuple[Fitted, ...] = ()
        self._fitted_to = -1
        self.found: found.Pattern | None = None
        """What a search looks for, to be marked."""

    def use_columns(self, there: tuple[Column, ...], keys: Sequence[str] = ()) -> None:
        """Show these of the columns there are, in this order; none named: the usual ones."""
        self.there = there
        self.columns = columns.chosen(there, keys)
        self._fitted_to = -1

    def use_look(self, look: Look) -> None:
        """Tell times so."""
        self.look = look
        self.redraw()

    def fitted(self) -> tuple[Fitted, ...]:
        """The columns at the width of now."""
        if self._fitted_to != self.line_width:
            self._fitted_to = self.line_width
            self._fitted = columns.fit_columns(self.columns, self.line_width)
        return self._fitted

    def header(self, sorted_by: str = "", descending: bool = True) -> Line:
        """The titles of the columns."""
        return columns.header(self.fitted(), sorted_by, descending)

    def draw(self, id: Id, width: int) -> Line | None:
        row = self.rows.get(id)
        return None if row is None else self.row_of(row)

    def row_of(self, row: Any) -> Line:
        """A row under the columns of now, what a search looks for marked."""
        line = columns.row(row, self.fitted(), when.now(), self.look)
        if self.found is None:
            return line
        # between two columns stands a blank of its own
        places = [2 * place for place, each in enumerate(self.fitted()) if each.column.key in MARKED]
        return found.marked(line, places, self.found)

    def fill(self, rows: Mapping[Id, Any]) -> None:
        """Take rows that were asked for; far ones are forgotten when there are many."""
        if len(self.rows) + len(rows) > KEPT_ROWS:
            top = self.scroll_offset.y
            near = set(self.ids[max(0, top - limits.PAGE_ROWS) : top + self.size.height + limits.PAGE_ROWS])
            near.add(self.cursor or 0)
            self.rows = {id: row for id, row in self.rows.items() if id in near}
        self.rows.update(rows)
        self.patch(rows)

    def current(self) -> Any | None:
        """The row under the cursor, None while it is not here."""
        return None if self.cursor is None else self.rows.get(self.cursor)


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "tickets": ticket_columns.TICKETS,
    "letters": lists.LETTERS,
    "outgoing": lists.OUTGOING,
    "messages": lists.MESSAGES,
}
"""The columns of each list, by what it shows."""


class TicketList(ColumnList):
    """Tickets of a section; in Triage letters, in the Outbox letters of ours."""

    def __init__(self, *, id: str) -> None:
        super().__init__(ticket_columns.TICKETS, id=id)
        self.shows = "tickets"
        self.sort = "last_message"
        self.descending = True
        self.chosen: Mapping[str, Sequence[str]] = {}
        """Keys of the columns the agent chose, by what the list shows."""
        self.here: Mapping[Id, tuple[Present, ...]] = {}
        """Who else looks at or answers which ticket."""

    def draw(self, id: Id, width: int) -> Line | None:
        there = self.here.get(id) if self.shows == "tickets" else None
        row = self.rows.get(id)
        if not there or row is None:
            return super().draw(id, width)
        return self.row_of(replace(row, here=there))

    def start(
        self, shows: str, rows: Iterable[TicketRow | LetterRow | OutgoingRow], *, keep: bool = False
    ) -> None:
        """Show the first page of a section; marks stay where it is the same one again."""
        self.shows = shows
        self.use_columns(COLUMNS[shows], self.chosen.get(shows, ()))
        self.rows = {row.id: row for row in rows}
        if not keep:
            self.marks.clear()

    def apply(self, rows: Mapping[Id, TicketRow], belonging: set[int], touched: Sequence[int]) -> bool:
        """Take touched tickets: patch, move, add, remove. False when the ids must be read anew."""
        ids = self.ids
        if not isinstance(ids, MutableSequence) or len(touched) * len(ids) > WALKED:
            self.rows.update(rows)
            self.patch(rows)
            return False
        whole = True
        moved = False
        gone = {id for id in touched if id not in rows or id not in belonging}
        cursor, below_top = self._left_over(gone), self.below_top
        self.rows.update(rows)
        for id in touched:
            row = rows.get(id)
            there = id in ids
            if row is None or id not in belonging:
                if there:
                    ids.remove(id)
                    moved = True
                continue
            place = self._walk(ids, row)
            if place is None:
                whole = False
                continue
            if place < len(ids) and ids[place] == id:
                continue
            if there:
                at = ids.index(id)
                ids.pop(at)
                if place > at:
                    place -= 1
            ids.insert(place, id)
            moved = True
        if moved:
            self.set_ids(ids, cursor=cursor, below_top=below_top)
        else:
            self.patch(rows)
        return whole

    def _left_over(self, gone: Set[Id]) -> Id | None:
        """The ticket of the cursor, else the next after it that does not go, else the one before."""
        if self.cursor is None or self.cursor not in gone:
            return self.cursor
        after = (id for id in islice(self.ids, self.place + 1, None) if id not in gone)
        before = (id for id in reversed(self.ids[: self.place]) if id not in gone)
        return next(after, None) or next(before, None)

    def _walk(self, ids: Sequence[Id], row: TicketRow) -> int | None:
        """The place a ticket takes in `ids`; where it stands already when that is right."""
        for place, id in enumerate(ids):
            if id == row.id:
                following = ids[place + 1] if place + 1 < len(ids) else None
                other = self.rows.get(following) if following is not None else None
                if following is None or (other is not None and self._before(row, other)):
                    return place
                continue
            other = self.rows.get(id)
            if other is None:
                return None
            if self._before(row, other):
                return place
        return len(ids)

    def _before(self, row: TicketRow, other: TicketRow) -> bool:
        return stands_before(self.sort, self.descending, row, other)

    def sort_by(self, sort: str, *, turned: bool = False) -> None:
        """Stand in this order, `turned` against its natural direction."""
        self.sort = sort
        self.descending = (sort in DOWNWARDS) is not turned


class MessageList(ColumnList):
    """Messages of the open ticket, oldest first."""

    markable: ClassVar[bool] = False

    def __init__(self, *, id: str) -> None:
        super().__init__(lists.MESSAGES, id=id)

    def show(self, rows: Sequence[MessageRow], cursor: int | None, *, keep: bool) -> None:
        """Show these messages; where nothing came or went only what changed is drawn anew."""
        ids: list[Id] = [row.id for row in rows]
        fresh: dict[Id, Any] = {row.id: row for row in rows}
        if keep and ids == list(self.ids):
            changed = [id for id in ids if fresh[id] != self.rows.get(id)]
            self.rows = fresh
            self.patch(changed)
            return
        self.rows = fresh
        self.set_ids(ids, cursor=cursor, keep=keep)
