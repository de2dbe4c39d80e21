"""A letter as it came, with all its codes: a long text to page through, safe to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from deskterm.clean import clean_lines
from deskterm.i18n import _, n_
from deskterm.screens.frame import ActionBar, TitleLine
from deskterm.screens.lines import Id, LineList
from deskterm.screens.presenters.line import Line, clip, shifted

if TYPE_CHECKING:
    from deskterm.screens.app import Console

ASIDE = 8


class SourceLines(LineList):
    """The lines of the source; only those in view are made safe and drawn."""

    cursor_shown: ClassVar[bool] = False

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(id="source")
        self._lines = lines
        self.aside = 0

    def draw(self, id: Id, width: int) -> Line | None:
        # a line may be as long as a letter: no more of it is made safe than is seen
        shown = clean_lines(self._lines[int(id)][: self.aside + 4 * width]).replace("\n", " ")
        return ((" ", ""), *clip(shifted(((shown, ""),), self.aside), width - 1))


class Original(ModalScreen[bool]):
    """The source of a letter over the whole screen; comes back with whether it is to be saved."""

    app: Console
    DEFAULT_CSS = """
    Original { background: $background; }
    Original > Vertical { width: 100%; height: 100%; background: $background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape,q,й", "leave(False)"),
        ("w,ц", "leave(True)"),
        ("down,j,о", "move('line_down')"),
        ("up,k,л", "move('line_up')"),
        ("pagedown,space,ctrl+f", "move('page_down')"),
        ("pageup,ctrl+b", "move('page_up')"),
        ("home", "move('first')"),
        ("end,G,П", "move('last')"),
        ("right,l,д", f"aside({ASIDE})"),
        ("left,h,р", f"aside({-ASIDE})"),
    ]

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._head = TitleLine(id="original_title")
        self._source = SourceLines(lines)
        self._bar = ActionBar(id="original_actions")
        self._count = len(lines)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self._head
            yield self._source
            yield self._bar

    def on_mount(self) -> None:
        for one in (self._head, self._source, self._bar):
            one.use(self.app.palette)
        told = n_("{count} line", "{count} lines", self._count).format(count=self._count)
        self._head.say(((" " + _("The letter as it came, with all its codes"), ""),), ((f"{told} ", ""),))
        self._bar.show(
            (
                ("save", "w", _("save it")),
                ("", "PgDn", _("read on")),
                ("", "← →", _("along long lines")),
                ("back", "Esc", _("back")),
            )
        )
        self._source.set_ids(range(self._count))
        self._source.focus()

    def action_leave(self, save: bool) -> None:
        self.dismiss(save)

    def action_move(self, how: str) -> None:
        getattr(self._source, f"action_{how}")()

    def action_aside(self, cells: int) -> None:
        self._source.aside = max(0, self._source.aside + cells)
        self._source.redraw()

    @on(ActionBar.Pressed)
    def _pressed(self, message: ActionBar.Pressed) -> None:
        if message.act:
            self.dismiss(message.act == "save")
