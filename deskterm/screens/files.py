"""The files of a message, a letter or a draft as a table: looked at in the terminal, saved, taken off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from deskterm.clean import clean, clean_lines
from deskterm.desk.views import AttachmentRow
from deskterm.desk.writing_views import FileRow
from deskterm.i18n import N_, _, n_
from deskterm.screens import reach
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.screens.dialogs import Dialog, keys_line
from deskterm.screens.frame import OneLine
from deskterm.screens.lines import Id, LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.presenters import when
from deskterm.screens.presenters.columns import Column
from deskterm.screens.presenters.line import Line, clip, wrap
from deskterm.screens.running import beside

if TYPE_CHECKING:
    from deskterm.desk.writing_views import Preview

File = AttachmentRow | FileRow
LINES_AROUND = 10
"""Lines of the screen that are not files, or not the text of one."""

COLUMNS: tuple[Column, ...] = (
    Column(
        "name", N_("Name"), 16, 80, 0, lambda row, now: (clean(row.name) or _("(no name)"), "file"), grows=5
    ),
    Column("type", N_("Type"), 12, 40, 1, lambda row, now: (clean(row.type), "faint"), grows=2),
    Column(
        "place", "", 11, 14, 3, lambda row, now: (_("in the text") if row.inline else "", "faint"), since=60
    ),
    Column("size", N_("Size"), 9, 10, 2, lambda row, now: (when.size(row.size), "faint"), right=True),
)


class FileList(ColumnList):
    """Files, one a line."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, id="file_list")


class Files(Dialog[None]):
    """Enter looks at a file, `w` saves the one or the marked ones, `a` all; of a draft Del takes it off."""

    DEFAULT_CSS = """
    Files > Vertical { width: 96; }
    Files FileList { background: $panel; height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j,о", "move('line_down')"),
        Binding("up,k,л", "move('line_up')"),
        Binding("pagedown", "move('page_down')"),
        Binding("pageup", "move('page_up')"),
        Binding("home", "move('first')"),
        Binding("end", "move('last')"),
        Binding("space,x,ч", "move('mark')"),
        Binding("enter", "look"),
        Binding("w,ц", "save(False)"),
        Binding("a,ф", "save(True)"),
        Binding("delete", "take_off"),
        Binding("q,й", "leave"),
    ]

    def __init__(
        self,
        link: DeskLink,
        files: Sequence[File],
        *,
        letter_id: int | None = None,
        current: int | None = None,
        take_off: Callable[[File], Awaitable[bool]] | None = None,
    ) -> None:
        """`letter_id` is the letter whose numbered files these are; `take_off` takes one off a draft."""
        super().__init__(_("Files"))
        self.desk = link
        self.files = list(files)
        self.letter_id = letter_id
        self.current = current
        self.take_off = take_off
        self.list = FileList()
        self.heading = OneLine()
        self.told = Static("", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield self.heading
            yield self.list
            yield self.told
            keys = _(
                "Enter looks at it · Space marks · w saves it or the marked · a saves all · Esc goes back"
            )
            if self.take_off is not None:
                keys = _("Enter looks at it · Del takes it off · w saves it · Esc goes back")
            yield keys_line(keys, Enter="look", w="save(False)", a="save(True)", Del="take_off")

    def on_mount(self) -> None:
        super().on_mount()
        self.heading.use(self.app.palette)
        self.list.use(self.app.palette)
        self._show(self.current)
        self.list.focus()
        self.call_after_refresh(self._head)

    def on_resize(self) -> None:
        self.call_after_refresh(self._head)

    def _head(self) -> None:
        self.heading.say(self.list.header())

    def _show(self, current: int | None = None) -> None:
        self.list.rows = {file.id: file for file in self.files}
        self.list.set_ids([file.id for file in self.files], cursor=current)
        self.list.styles.height = max(1, min(len(self.files), self.app.size.height - LINES_AROUND))

    def say(self, sentence: str) -> None:
        """Say what was done, or could not be."""
        self.told.update(clean(sentence))

    def action_move(self, how: str) -> None:
        """Move the cursor, or mark."""
        getattr(self.list, f"action_{how}")()

    @on(LineList.Opened)
    def _opened(self) -> None:
        self.action_look()

    # -- looking

    def action_look(self) -> None:
        """Show the file as text."""
        file = self.list.current()
        if file is not None:
            self.say(_("reading {name}…").format(name=file.name))
            beside(self, self._look(file), exclusive=True)

    async def _look(self, file: File) -> None:
        try:
            if file.id < 0:
                preview = await self.desk.read("previews.of_letter_part", self.letter_id, -file.id - 1)
            else:
                preview = await self.desk.read("previews.of_attachment", file.id)
        except Trouble as trouble:
            self.say(trouble.sentence)
            return
        if preview.why and not preview.text:
            self.say(f"{preview.name}: {preview.why}")
            return
        self.say("")
        self.app.push_screen(FileText(preview))

    # -- saving

    def action_save(self, every: bool) -> None:
        """Save the file under the cursor or the marked ones, or every one, where the agent says."""
        wanted = [file for file in self.files if every or file.id in self.list.marks]
        file = self.list.current()
        if not wanted and file is not None:
            wanted = [file]
        if wanted:
            beside(self, self._save(wanted), exclusive=True)

    async def _save(self, wanted: Sequence[File]) -> None:
        told = ", ".join(file.name for file in wanted[:3]) + ("…" if len(wanted) > 3 else "")
        folder = await reach.folder_asked(self.app, told)
        if folder is None:
            return
        paths: list[Path] = []
        try:
            for file in wanted:
                paths.append(await self._saved(file, folder))
        except Trouble as trouble:
            self.say(trouble.sentence)
            return
        self.list.clear_marks()
        if len(paths) == 1:
            self.say(reach.saved_as(self.app, paths[0]))
        else:
            many = n_("{count} file saved in {folder}", "{count} files saved in {folder}", len(paths))
            self.say(many.format(count=len(paths), folder=folder))

    async def _saved(self, file: File, folder: Path) -> Path:
        if file.id < 0:  # of a letter: it has no rows of files, they are numbered
            path = await self.desk.read("attachments.save_letter_part", self.letter_id, -file.id - 1, folder)
        else:
            path = await self.desk.read("attachments.save", file.id, folder)
        return Path(path)

    # -- a draft's

    def action_take_off(self) -> None:
        """Take the file off the draft."""
        file = self.list.current()
        if file is not None and self.take_off is not None:
            beside(self, self._taken_off(file, self.take_off), exclusive=True)

    async def _taken_off(self, file: File, take_off: Callable[[File], Awaitable[bool]]) -> None:
        if not await take_off(file):
            return
        self.files.remove(file)
        if self.files:
            self._show()
        else:
            self.dismiss(None)


class TextLines(LineList):
    """A text one only reads, wrapped to the width."""

    cursor_shown: ClassVar[bool] = False

    def __init__(self, text: str) -> None:
        super().__init__(id="file_text")
        self._text = clean_lines(text)
        self._lines: list[str] = []
        self._wrapped_to = -1

    def lay_out(self) -> None:
        """Wrap it to the width of now."""
        if self.line_width != self._wrapped_to:
            self._wrapped_to = self.line_width
            width = max(20, self.line_width - 1)
            self._lines = [piece for line in self._text.split("\n") for piece in wrap(line.rstrip(), width)]
            self.set_ids(range(len(self._lines)), keep=True)

    def on_resize(self, event: Any) -> None:
        super().on_resize(event)
        self.lay_out()

    def draw(self, id: Id, width: int) -> Line | None:
        return clip(((self._lines[int(id)], ""),), width)


class FileText(Dialog[None]):
    """A file as text, to read."""

    DEFAULT_CSS = """
    FileText > Vertical { width: 98%; height: 94%; max-height: 100%; }
    FileText TextLines { background: $panel; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j,о", "move('line_down')"),
        Binding("up,k,л", "move('line_up')"),
        Binding("pagedown,space", "move('page_down')"),
        Binding("pageup", "move('page_up')"),
        Binding("home,g,п", "move('first')"),
        Binding("end,G,П", "move('last')"),
        Binding("q,й,enter", "leave"),
    ]

    def __init__(self, preview: Preview) -> None:
        super().__init__(f"{preview.name}  {preview.kind}")
        self.lines = TextLines(preview.text)
        self._notes = [preview.why] if preview.why else []
        if preview.cut:
            self._notes.append(_("There is more of it than is shown; save it to see all."))

    def compose(self) -> ComposeResult:
        with Vertical():
            if self._notes:
                yield Static(clean("  ".join(self._notes)), classes="told", markup=False)
            yield self.lines
            yield keys_line(_("↓ ↑ Space move · Esc goes back"))

    def on_mount(self) -> None:
        super().on_mount()
        self.lines.use(self.app.palette)
        self.lines.focus()

    def action_move(self, how: str) -> None:
        """Scroll."""
        getattr(self.lines, f"action_{how}")()
