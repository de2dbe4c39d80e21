"""The console as a program: it paints, then opens the desk, and ends well however it ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from deskterm import heap
from deskterm.clean import clean
from deskterm.config import Home
from deskterm.i18n import _
from deskterm.screens import arranging, faults, following, keymap, layout, pace, theme
from deskterm.screens.acts_palette import PROVIDERS
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.screens.ending import Ending
from deskterm.screens.live import Follower
from deskterm.screens.main_screen import MainScreen
from deskterm.screens.running import beside
from deskterm.screens.type_ahead import TypeAhead
from deskterm.screens.wall import Wall
from deskterm.screens.worker_start import start_worker

if TYPE_CHECKING:
    from deskterm.desk.views import StatusLine

LEAVE_SECONDS = 1.5
LATER_STYLES: Final = Path(__file__).with_name("later.tcss")
"""Of what stands on no first frame."""


class Console(App[int]):
    """The console on one desk."""

    TITLE = "deskterm"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = ""
    COMMANDS: ClassVar = set(PROVIDERS)
    BINDINGS: ClassVar = []
    NOTIFICATION_TIMEOUT = 5

    def __init__(
        self,
        home: Home,
        as_login: str | None = None,
        *,
        worker: bool = True,
        driver_class: type[Driver] | None = None,
    ) -> None:
        self.no_colours = bool(os.environ.get("NO_COLOR"))
        super().__init__(driver_class=driver_class)
        self.home = home
        self.link = DeskLink(home, as_login)
        self.may_start_worker = worker and home.is_local and home.confinement is None
        self.exit_code = 0
        self.sentence = ""
        """What is printed after the end: why the desk could not be opened."""
        self.follower: Follower | None = None
        self._viewed: int | None = None
        self._answered: int | None = None
        self.faults: list[BaseException] = []
        self.given = ""
        """Words typed behind an act on the command line: they answer the first question it asks."""
        self.connecting: dict[str, str] = {}
        """What was typed of a mailbox that is not connected yet."""
        self.lines_given: list[str] = []
        """What was typed on the command line, the newest last."""
        self.everything_read: Callable[[], None] = lambda: None
        """Called once all that a console shows at first is there."""
        self.ending = Ending(self)
        self.ahead = TypeAhead(self, super().on_event)
        self._wall = Wall()
        self._worker_started = False
        kept = layout.read(home.own)
        keys, self._keymap_troubles = keymap.read(home.keymap)
        for each in theme.THEMES:
            self.register_theme(each)
        self.theme = (
            theme.TERMINAL if self.no_colours else (kept.theme if kept.theme in theme.NAMES else theme.DARK)
        )
        # nothing was read for Textual's own theme yet
        self.stylesheet.set_variables(self.get_css_variables())
        self.palette = theme.palette(self.theme, colours=not self.no_colours)
        self.save_folder = home.downloads
        self.main = MainScreen(self.link, kept, keys)
        self.link.on_late = partial(arranging.show_waiting, self.main)
        self.animation_level = "none"

    # -- the walls

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and as the last one that which drops control characters from every segment."""
        filters: list[LineFilter] = []
        for each in super().get_line_filters():
            if isinstance(each, Monochrome) and self.no_colours:
                each = NoColor()
            if not (isinstance(each, ANSIToTruecolor) and self.native_ansi_color):
                filters.append(each)
        return [*filters, self._wall]

    # -- keys

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded and self.ahead.keeps(event):
            return
        await super().on_event(event)

    # -- starting

    def get_default_screen(self) -> Screen[None]:
        return self.main

    def on_mount(self) -> None:
        self.ending.watch()
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        # after the first frame: opening the desk imports the database's libraries
        self.call_after_refresh(self._begin)

    def refresh_css(self, animate: bool = True) -> None:
        if self.main.is_mounted:
            super().refresh_css(animate)
        else:  # the theme one starts with: the style sheets are yet to be read
            self.stylesheet.update(self, animate=animate)

    def _begin(self) -> None:
        self.stylesheet.add_source(LATER_STYLES.read_text(encoding="utf-8"), (str(LATER_STYLES), ""))
        beside(self, self._open(), name="open")

    async def _open(self) -> None:
        try:
            await self.link.open()
            await self.link.follow()
        except Trouble as trouble:
            self.exit_code = trouble.exit_code
            self.sentence = trouble.sentence
            from deskterm.screens.dialogs import Sorry

            await self.push_screen_wait(Sorry(_("The desk cannot be opened"), trouble.sentence))
            self.exit(trouble.exit_code)
            return
        finally:
            heap.go_on()
        self.follower = Follower(self.link, self.main.post_message)
        self.link.after_act = partial(following.recount_in, self.main, pace.CALM)
        self.set_interval(pace.TICK, partial(following.tick, self.main))
        self.main.desk_opened()
        for sentence in self._keymap_troubles:
            self.main.complain(sentence)

    def _theme_changed(self, _theme: object) -> None:
        self.palette = theme.palette(self.theme, colours=not self.no_colours)
        self.main.use_palette()

    def to_terminal(self, sequence: str) -> None:
        """Say something to the terminal itself, beside what is drawn."""
        if self._driver is not None:
            self._driver.write(sequence)
            self._driver.flush()

    def read_keys(self) -> list[str]:
        """Use the agent's own keys as their file stands now; what is wrong with it, as sentences."""
        keys, troubles = keymap.read(self.home.keymap)
        self.main.use_keys(keys)
        return troubles

    def take_given(self) -> str:
        """The words that answer what is asked now; they answer once."""
        given, self.given = self.given, ""
        return given

    def next_theme(self) -> None:
        """The next theme of ours, or the one whose name was typed."""
        if self.no_colours:
            self.main.say(_("Colours are switched off by NO_COLOR."), "warning")
            return
        names = theme.NAMES
        words = self.take_given().casefold()
        if words:
            meant = [each for each in names if words in (theme.SHORT[each], _(theme.SHORT[each]))]
            if not meant:
                self.main.say(
                    _("The themes are: {names}.").format(names=", ".join(theme.SHORT.values())), "warning"
                )
                return
            self.theme = meant[0]
        else:
            at = names.index(self.theme) + 1 if self.theme in names else 0
            self.theme = names[at % len(names)]
        self.main.kept = replace(self.main.kept, theme=self.theme)
        self.main.say(_("Colours: {theme}").format(theme=_(theme.TITLES[self.theme])), "faint")

    # -- what the main screen tells

    def first_page_read(self) -> None:
        """Follow what others do: since the desk was opened, and beside nothing one waits for."""
        if self.follower is not None and not self.follower.is_alive():
            self.follower.start()

    def state_read(self, state: StatusLine) -> None:
        """Start a worker where none runs and this console may."""
        if state.worker == "none" and self.may_start_worker and not self._worker_started:
            self._worker_started = True
            self.run_worker(partial(self._start_worker), thread=True, exit_on_error=False)

    def _start_worker(self) -> None:
        try:
            start_worker(self.home.folder)
        except OSError as error:
            sentence = _("The worker could not be started: {why}. Start it: deskterm sync").format(why=error)
            self.call_from_thread(self.main.complain, sentence)

    def looking_at(self, ticket_id: int | None) -> None:
        """Tell the others which ticket is on this screen; while it answers one, it is that one."""
        self._viewed = ticket_id
        self._tell_others()

    def answers(self, ticket_id: int | None) -> None:
        """Tell the others which ticket is being answered here; None: none any more."""
        self._answered = ticket_id
        self._tell_others()

    def _tell_others(self) -> None:
        if self.follower is None:
            return
        if self._answered is not None:
            self.follower.looks_at(self._answered, "answering")
        else:
            self.follower.looks_at(self._viewed, "idle" if self._viewed is None else "viewing")

    # -- mistakes of our own

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.background_ended(event)

    def background_ended(self, event: Worker.StateChanged) -> None:
        """What fails in the background fails alone, and is said; every screen tells this one."""
        error = event.worker.error
        if event.state is not WorkerState.ERROR or error is None:
            return
        if isinstance(error, Trouble):
            self.main.complain(error.sentence)
            return
        self.faults.append(error)
        self.main.complain(faults.write(self.home.folder, error))

    def _handle_exception(self, error: Exception) -> None:
        self.sentence = faults.write(self.home.folder, error)
        self.exit_code = faults.EXIT_CODE
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without Textual's picture of the stack: it would show customers' words as they came."""
        self._close_messages_no_wait()

    def panic(self, *renderables: object) -> None:
        """As a fatal error: nothing is printed but our own sentence."""
        self._close_messages_no_wait()

    # -- ending

    async def action_quit(self) -> None:
        self.leave()

    def leave(self, code: int = 0) -> None:
        """End; texts are saved, the layout kept, presence withdrawn once the screen was given back."""
        self.exit(code)

    def action_help_quit(self) -> None:
        self.main.say(_("`q` quits; nothing being written is lost."), "faint")

    def get_system_commands(self, screen: Screen[object]) -> Sequence[SystemCommand]:
        """None of Textual's own: every act is in our table."""
        return ()


def run(home: Home, as_login: str | None = None, *, worker: bool = True) -> int:
    """Run the console; gives the exit code. The language must have been fixed before this is imported."""
    heap.keep_one()
    sys.setswitchinterval(pace.TURN)
    console = Console(home, as_login, worker=worker)
    console.everything_read = heap.settle
    try:
        console.run()
    finally:
        console.ending.finish()
    if console.sentence:
        print(clean(console.sentence), file=sys.stderr)
    if console.ending.code is not None:
        return console.ending.code
    if console.exit_code:
        return console.exit_code
    return int(console.return_value if console.return_value is not None else (console.return_code or 0))
