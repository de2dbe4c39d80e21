"""What a CSV file of clients and contacts would do, line by line, before it is brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from deskterm.clean import clean
from deskterm.i18n import N_, _, n_
from deskterm.screens.dialogs import Dialog, keys_line
from deskterm.screens.frame import OneLine
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters.columns import Column

if TYPE_CHECKING:
    from datetime import datetime

    from deskterm.desk.people_csv import Imported, ImportedLine
    from deskterm.screens.presenters.line import Piece

LINES_AROUND = 13
"""Lines of the screen that are not lines of the file."""


def _does(row: ImportedLine, now: datetime) -> Piece:
    from deskterm.desk.people_csv import DONE

    if row.error:
        return clean(row.error), "trouble"
    told = ", ".join(_(DONE[name]) for name in row.done)
    return told, "faint" if row.done == ("unchanged",) else ""


COLUMNS: tuple[Column, ...] = (
    Column("line", N_("Line"), 6, 7, 0, lambda row, now: (str(row.line), "faint"), right=True),
    Column("client", N_("Client"), 14, 34, 1, lambda row, now: (clean(row.client), ""), grows=2),
    Column("contact", N_("Contact"), 14, 34, 2, lambda row, now: (clean(row.contact), ""), grows=2),
    Column("does", N_("What it does"), 16, 80, 0, _does, grows=4),
)


def summary(tried: Imported) -> str:
    """What the whole file does, in numbers."""
    lines = n_("{number} line read.", "{number} lines read.", tried.rows).format(number=tried.rows)
    told = _(
        "Clients: {clients} new, {clients_changed} changed. Departments: {departments} new. "
        "Contacts: {contacts} new, {contacts_changed} changed. Unchanged: {unchanged}. "
        "With errors: {errors}."
    )
    return f"{lines} " + told.format(
        clients=tried.clients_added,
        clients_changed=tried.clients_changed,
        departments=tried.departments_added,
        contacts=tried.contacts_added,
        contacts_changed=tried.contacts_changed,
        unchanged=tried.unchanged,
        errors=len(tried.errors),
    )


class Lines(ColumnList):
    """The lines of the file."""

    markable: ClassVar[bool] = False

    def __init__(self, tried: Imported) -> None:
        super().__init__(COLUMNS, id="import_lines")
        self.rows = {row.line: row for row in tried.lines}


class WouldImport(Dialog[bool]):
    """The file as it was tried: Enter brings it in, Esc leaves everything as it is."""

    DEFAULT_CSS = """
    WouldImport > Vertical { width: 98%; }
    WouldImport Lines { background: $panel; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j,о", "move('line_down')"),
        Binding("up,k,л", "move('line_up')"),
        Binding("pagedown,space", "move('page_down')"),
        Binding("pageup", "move('page_up')"),
        Binding("home", "move('first')"),
        Binding("end", "move('last')"),
        Binding("enter,ctrl+s,ctrl+ы,f10", "take", priority=True),
    ]

    def __init__(self, name: str, tried: Imported) -> None:
        super().__init__(_("Import: {file}").format(file=name))
        self.tried = tried
        self.heading = OneLine()
        self.lines = Lines(tried)

    def compose(self) -> ComposeResult:
        told = summary(self.tried)
        if self.tried.ignored_columns:
            told += "  " + _("Columns passed over: {names}").format(
                names=", ".join(self.tried.ignored_columns)
            )
        with Vertical():
            yield Static(clean(told), classes="told", markup=False)
            yield self.heading
            yield self.lines
            keys = _("Nothing is changed yet. Enter brings it in · Esc leaves everything as it is")
            yield keys_line(keys, Enter="take")

    def on_mount(self) -> None:
        super().on_mount()
        self.heading.use(self.app.palette)
        self.lines.use(self.app.palette)
        self.lines.set_ids([row.line for row in self.tried.lines])
        room = max(3, self.app.size.height - LINES_AROUND)
        self.lines.styles.height = max(1, min(len(self.tried.lines), room))
        self.lines.focus()
        self.call_after_refresh(self._head)

    def on_resize(self, event: Any) -> None:
        self.call_after_refresh(self._head)

    def _head(self) -> None:
        self.heading.say(self.lines.header())

    def action_move(self, how: str) -> None:
        """Move along the lines."""
        getattr(self.lines, f"action_{how}")()

    def action_take(self) -> None:
        """Bring it in."""
        self.dismiss(True)
