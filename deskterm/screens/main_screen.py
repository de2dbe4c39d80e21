"""The main screen: sections, tickets, messages, text, and what its events lead to."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from deskterm import limits
from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import acts, arranging, finding, following, here, layout, loading, pace
from deskterm.screens.acting import ActingScreen, key_bindings
from deskterm.screens.acts import Act
from deskterm.screens.arranging import PANES
from deskterm.screens.body_text import BodyText
from deskterm.screens.desk_link import DeskLink
from deskterm.screens.filter_box import FilterBox
from deskterm.screens.frame import ActionBar, OneLine, Splitter, StatusBar, TabLine, TitleLine
from deskterm.screens.kept_lines import Pane, Row
from deskterm.screens.lines import LineList
from deskterm.screens.lists import MessageList, TicketList, TreeList
from deskterm.screens.live import Following, RightsChanged, ShutOut, Stirred, Unreachable
from deskterm.screens.opened import Open
from deskterm.screens.presenters import body as body_presenter
from deskterm.screens.presenters import state as state_presenter
from deskterm.screens.search_line import SearchHint, SearchLine, SearchRow
from deskterm.screens.standing import Standing

if TYPE_CHECKING:
    from deskterm.desk.query.completion import Completion
    from deskterm.desk.views import MessageRow, SectionRow, StatusLine
    from deskterm.screens.app import Console
    from deskterm.screens.countdown import Sent


OF_THE_DESK: Final = tuple(act for act in acts.ACTS if act.where not in acts.ELSEWHERE)


class MainScreen(ActingScreen[None]):
    """Four panes on one desk."""

    app: Console
    CSS_PATH = "main_screen.tcss"
    AUTO_FOCUS = "#tree"
    BLANK = True  # its widgets cover it

    def __init__(self, link: DeskLink, kept: layout.Layout, keymap: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self.desk = link
        self.kept = kept
        self.keymap = keymap
        self.open = Open(section=kept.section)
        self.sections = TreeList(id="tree")
        self.tickets = TicketList(id="tickets")
        self.messages = MessageList(id="messages")
        self.text = BodyText(id="body")
        self.titles = {pane: TitleLine(id=f"{pane}_title") for pane in PANES}
        self.splitter = Splitter(id="splitter")
        self.tab_line = TabLine(id="tabs")
        self.search = SearchLine(self._complete, id="search")
        self.search_hint = SearchHint(
            self._complete, partial(self.do, acts.BY_ID["how_to_find"]), id="search_hint"
        )
        self.filter_box = FilterBox(self._filtered, link, id="filter")
        self.status_bar = StatusBar(id="status")
        self.action_bar = ActionBar(id="actions")
        self.state: StatusLine | None = None
        self.own: Mapping[str, Any] = {}
        """What the agent chose for himself, by name."""
        self.zoomed = False
        self.sent: Sent | None = None
        self._bindings = key_bindings(keymap, OF_THE_DESK)
        self._hand = pace.Hand()
        self.stood: dict[str, Standing] = {}
        """Where the agent stood in each section he left."""
        self.coming = ""
        """The section that is asked for and not yet read."""
        self.following = Following()
        self.open_mode = "view"
        self._settle: dict[str, Timer] = {}
        self.counting = False
        self.count_again = False
        self.section_rows: dict[str, SectionRow] = {}
        self.tabs: list[Any] = []
        self.told_upto: int | None = None
        """The newest notification the agent was shown; None before the desk is open."""
        self._due: Timer | None = None
        self._laid_out = False

    # -- what it is made of

    def compose(self) -> ComposeResult:
        with Row(id="desk"):
            with Pane(id="tree_pane", classes="pane"):
                yield self.titles["tree"]
                yield self.sections
                yield self.filter_box
            yield self.splitter
            with Pane(id="right"):
                with Pane(id="tickets_pane", classes="pane"):
                    yield self.tab_line
                    yield self.titles["tickets"]
                    yield SearchRow(self.search)
                    yield self.search_hint
                    yield self.tickets
                with Pane(id="messages_pane", classes="pane"):
                    yield self.titles["messages"]
                    yield self.messages
                with Pane(id="body_pane", classes="pane"):
                    yield self.titles["body"]
                    yield self.text
        yield self.status_bar
        yield self.action_bar

    def on_mount(self) -> None:
        self.sections.unfolded = set(self.kept.unfolded)
        arranging.use_kept(self)
        self.use_palette()
        self.status_bar.tell(((_("Opening the desk…"), "faint"),))
        self.say_titles()
        self.show_actions()

    def use_keys(self, keymap: Mapping[str, tuple[str, ...]]) -> None:
        """Act by these keys from now on."""
        self.keymap = keymap
        self._bindings = key_bindings(keymap, OF_THE_DESK)
        self.show_actions()

    def use_palette(self) -> None:
        """Draw everything in the theme of now."""
        styles = self.app.palette
        for lines in self.query(LineList):
            lines.use(styles)
        for one in self.query(OneLine):
            one.use(styles)
        self.splitter.use(styles)

    # -- layout

    def update_node_styles(self, animate: bool = True) -> None:
        # before the first frame each widget has just been given its styles, when it was mounted
        if self._laid_out:
            super().update_node_styles(animate)

    def on_resize(self, event: events.Resize) -> None:
        self._laid_out = True
        arranging.lay_out(self)

    @property
    def focused_pane(self) -> str:
        """Which pane has the focus; the search line counts to the tickets."""
        focused = self.focused
        if focused is None:
            return "tree"
        return "tickets" if focused is self.search else (focused.id if focused.id in PANES else "tree")

    def keep(self, kept: layout.Layout) -> None:
        """Use this layout and remember it."""
        self.kept = kept
        arranging.lay_out(self)

    def say_titles(self) -> None:
        """Say what is open above each pane."""
        arranging.say_titles(self)

    def lay_out(self) -> None:
        """Share the screen among the panes."""
        arranging.lay_out(self)

    @on(TitleLine.Dragged)
    def _title_dragged(self, message: TitleLine.Dragged) -> None:
        height = arranging.height_of_panes(self)
        if message.title.id == "messages_title":
            self.keep(self.kept.with_tickets(message.row, height))
        elif message.title.id == "body_title":
            self.keep(self.kept.with_messages(message.row - self.kept.heights(height)[0], height))

    @on(TitleLine.Pressed, "#tickets_title")
    def _header_pressed(self, message: TitleLine.Pressed) -> None:
        acts.resolve(f"{acts.DOING}.ordering.by_header")(self, message.column)

    @on(Splitter.Dragged)
    def _splitter_dragged(self, message: Splitter.Dragged) -> None:
        self.keep(self.kept.with_tree(message.column, self.size.width))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        focused = self.focused_pane
        for pane in PANES:
            self.titles[pane].show_focus(pane == focused)
        if self.zoomed:
            arranging.lay_out(self)
        self.show_actions()

    # -- what is here, and what can be done to it

    def things(self) -> frozenset[str]:
        """What is on screen for acts to apply to."""
        return here.things(self)

    def focus_thing(self) -> str:
        """The kind of thing whose acts come first."""
        return here.focus_thing(self)

    def ticket_ids(self) -> list[int]:
        """The tickets an act is for."""
        return here.ticket_ids(self)

    def target(self, where: str) -> int | None:
        """The id an act of the desk gets."""
        return here.target(self, where)

    def show_actions(self) -> None:
        """Put on the action bar what can be done now."""
        self.action_bar.show(here.hints(self))

    # -- doing

    def do(self, act: Act) -> None:
        """Do an act to what is on screen."""
        if act.does.startswith("deskterm.desk."):
            self.start(self._desk_act(act))
        else:
            super().do(act)

    def waited(self, running: Coroutine[Any, Any, None]) -> None:
        self.start(self.app.ahead.during(running))

    async def _desk_act(self, act: Act) -> None:
        target = self.target(act.where)
        if target is not None:
            await self.desk.act(act.does.removeprefix("deskterm.desk."), target)
            if act.done:
                self.say(_(act.done))

    def say(self, sentence: str, style: str = "good") -> None:
        """Say what was done, for some seconds, on the status line."""
        self.status_bar.tell(((clean(sentence), style),))
        self.later("said", pace.SAID, self._unsay)

    def complain(self, sentence: str) -> None:
        self.say(sentence, "trouble")
        self.app.notify(clean(sentence), severity="error", timeout=8, markup=False)

    def _unsay(self) -> None:
        self.status_bar.tell(None)

    def later(self, what: str, seconds: float, then: Any) -> None:
        """Do `then` when nothing else was asked under this name for so long."""
        waiting = self._settle.pop(what, None)
        if waiting is not None:
            waiting.stop()
        self._settle[what] = self.set_timer(seconds, then)

    def find(self, words: str) -> None:
        """Show what is found by these words."""
        self.search.value = words
        self.search.appear()
        self.set_focus(self.tickets)

    # -- opening the desk

    def desk_opened(self) -> None:
        """The store is open: read everything."""
        self._unsay()
        self.start(loading.first(self))

    def reread(self) -> None:
        """Read everything anew."""
        self.recount()
        self.read_again()

    # -- sections

    def to_section(self, key: str) -> None:
        """Go to a section."""
        self.coming = key
        self.start(self._read_section(key, keep=False), "section", exclusive=True)

    def read_again(self) -> None:
        """Read the section that is open anew, or the one that is on its way: it is not given up for this."""
        key = self.coming or self.open.section
        self.start(self._read_section(key, keep=True), "section", exclusive=True)

    async def _read_section(self, key: str, *, keep: bool) -> None:
        try:
            await loading.section(self, key, keep=keep)
        except Exception:
            self.coming = ""
            raise

    def recount(self) -> None:
        """Read the counts, once however often it is asked for meanwhile."""
        if self.counting:
            self.count_again = True
            return
        self.start(loading.counts(self), "count")

    def recount_at(self, seconds: float | None) -> None:
        """Count again after so long: a section that is bound to time changes then."""
        if self._due is not None:
            self._due.stop()
        come = partial(following.time_came, self)
        self._due = None if seconds is None else self.set_timer(seconds, come)

    def show_state(self) -> None:
        """Put the desk's state on the status line."""
        state = self.state
        if state is not None:
            self.status_bar.show(lambda width: state_presenter.status_line(state, width))
            self.app.state_read(state)

    @on(LineList.Selected, "#tree")
    def _section_selected(self, message: LineList.Selected) -> None:
        if message.id is not None and message.id != self.open.section:
            self.later("section", self._hand.pause(), self._open_section)

    def _open_section(self) -> None:
        key = self.sections.cursor
        if key is not None and (key != self.open.section or self.open.words):
            self.open.words = ""
            self.search.close()
            self.to_section(str(key))

    @on(LineList.Opened, "#tree")
    def _section_opened(self, message: LineList.Opened) -> None:
        row = self.section_rows.get(str(message.id))
        if str(message.id).startswith("agent:") and message.id != "agent:0":
            self.do(acts.BY_ID["agent_card"])
        elif row is not None and row.foldable and row.key not in self.sections.unfolded:
            self.fold(row.key, False)
        else:
            self._open_section()
            self.set_focus(self.tickets)

    @on(LineList.Pressed, "#tree")
    def _section_pressed(self, message: LineList.Pressed) -> None:
        self._open_section()

    def fold(self, key: str, folded: bool) -> None:
        """Fold or unfold a section."""
        unfolded = self.sections.unfolded
        (unfolded.discard if folded else unfolded.add)(key)
        self.sections.redraw()
        self.recount()

    @on(TabLine.Pressed)
    def _tab_pressed(self, message: TabLine.Pressed) -> None:
        if self.open.shows == "letters":
            self.start(
                acts.resolve(f"{acts.DOING}.letter_views.turn_to")(self, message.tab),
                "section",
                exclusive=True,
            )
            return
        self.open.tab = message.tab
        self.to_section(self.open.section)

    @on(LineList.Wanted, "#tickets")
    def _rows_wanted(self, message: LineList.Wanted) -> None:
        self.start(loading.ticket_rows(self, message.ids), "rows")

    # -- a ticket

    @on(LineList.Selected, "#tickets")
    def _ticket_selected(self, message: LineList.Selected) -> None:
        if message.id is None:
            self.close_ticket()
        else:
            self.later("ticket", pace.SETTLE, self.open_under_cursor)

    def open_under_cursor(self) -> None:
        """Open what the cursor of the tickets stands on."""
        id = self.tickets.cursor
        if id is None:
            self.close_ticket()
        elif self.open.shows == "tickets":
            self.start(loading.ticket(self, int(id)), "ticket", exclusive=True)
        else:
            self.start(loading.letter(self, int(id)), "ticket", exclusive=True)

    @on(LineList.Opened, "#tickets")
    def _ticket_opened(self, message: LineList.Opened) -> None:
        if self.open.shows == "tickets":
            acts.resolve(f"{acts.DOING}.opening.opened")(self)
        else:
            self.set_focus(self.text)

    def close_ticket(self) -> None:
        """Nothing is open."""
        self.open.ticket = self.open.message = self.open.body = None
        self.app.looking_at(None)
        self.messages.empty = ()
        self.messages.show([], None, keep=False)
        self.text.show(None)
        self.say_titles()
        self.show_actions()

    # -- a message

    @on(LineList.Selected, "#messages")
    def _message_selected(self, message: LineList.Selected) -> None:
        self.later("message", pace.SETTLE, self.open_message_under_cursor)

    @on(LineList.Opened, "#messages")
    def _message_opened(self, message: LineList.Opened) -> None:
        self.set_focus(self.text)

    def open_message_under_cursor(self) -> None:
        """Open the message its cursor stands on, unless it is open as it is now."""
        row = self.messages.current()
        if row is None:
            return
        same = self.open.message is not None and self.open.message.id == row.id
        if not same or self.open.message != row:
            self.open.message = row
            self.start(loading.message(self, row, keep=same), "message", exclusive=True)

    def read_soon(self, message_id: int) -> None:
        """The message counts as read when it stays open for a moment."""
        self.later("read", limits.READ_AFTER_SECONDS, lambda: self._read_now(message_id))

    def stop_reading(self) -> None:
        """What is open does not come to count as read."""
        waiting = self._settle.pop("read", None)
        if waiting is not None:
            waiting.stop()

    def _read_now(self, message_id: int) -> None:
        message = self.open.message
        if message is not None and message.id == message_id:
            self.start(self._read(message))

    async def _read(self, message: MessageRow) -> None:
        await self.desk.act("reading.read", [message.id])
        await loading.touched(self, [message.ticket_id])

    @on(LineList.Opened, "#body")
    @on(LineList.Pressed, "#body")
    def _text_pressed(self, message: LineList.Told) -> None:
        line = self.text.line_at(message.id) if isinstance(message, LineList.Pressed) else None
        if line is None:
            if isinstance(message, LineList.Opened):
                self.do(acts.BY_ID["unfold"])
        elif line.kind == "fold":
            self.text.toggle(line.target)
        elif line.kind == "pictures":
            self.text.toggle(body_presenter.PICTURES)
        elif line.kind == "file":
            self.start(acts.resolve(f"{acts.DOING}.reading.files")(self, line.target))
        elif line.kind == "link":
            self.start(acts.resolve(f"{acts.DOING}.links.about")(self, line.target))

    # -- the search

    @on(Input.Changed, "#search")
    def _words_typed(self) -> None:
        finding.typed(self)

    @on(Input.Submitted, "#search")
    def _words_given(self) -> None:
        finding.given(self)

    def _complete(self, completion: Completion | None = None) -> None:
        finding.complete(self, completion)

    def _filtered(self, query: str) -> None:
        finding.filtered(self, query)

    # -- others

    def clicked(self, act: Act) -> None:
        if act.where in self.things():
            self.do(act)

    @on(LineList.Marked)
    def _marked(self) -> None:
        self.say_titles()

    def show_menu(self) -> None:
        self.do(acts.BY_ID["menu"])

    @on(Stirred)
    @on(Unreachable)
    @on(RightsChanged)
    @on(ShutOut)
    def _told(self, message: Message) -> None:
        following.told(self, message)
