"""A screen whose keys are acts of the table: the desk, a card, the mail log, the administration."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Coroutine, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingsMap
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input
from textual.worker import Worker

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import acts, pace
from deskterm.screens.acts import Act
from deskterm.screens.desk_link import DeskLink, Trouble
from deskterm.screens.frame import ActionBar, StatusBar
from deskterm.screens.lines import LineList
from deskterm.screens.running import Running, beside

if TYPE_CHECKING:
    from deskterm.screens.app import Console

Answer = TypeVar("Answer")


EVERYWHERE = re.compile(r"f\d+|ctrl\+p")
"""Keys that act while one types what to find, too."""


def key_bindings(
    keymap: Mapping[str, tuple[str, ...]], table: Iterable[Act], *, typing: bool = False
) -> BindingsMap:
    """Textual's bindings of these acts of the table; `typing` where they act while one writes, too."""
    found: dict[str, list[Binding]] = {}
    for key, act in acts.bindings(table, keymap):
        *modifiers, last = key.split("+") if len(key) > 1 else [key]
        name = "+".join([*modifiers, _character_to_key(last) if len(last) == 1 else last])
        # All keys act at the door, one after the other: what follows `/` is the search's, and `r` after
        # an arrow is for the ticket the arrow leads to
        action = f"{'act' if typing or EVERYWHERE.fullmatch(key) else 'type'}('{act.id}')"
        found.setdefault(name, []).append(Binding(name, action, show=False, priority=True))
    return BindingsMap.from_keys(found)


def missing(act: Act) -> str:
    """Says which right one lacks for an act."""
    from deskterm.desk.rights import RIGHTS  # its words stand where SQL is

    return _("Your role may not do this: the right “{right}” is missing.").format(right=_(RIGHTS[act.right]))


class ActingScreen(Screen[Answer]):
    """Does the acts that keys and action bar ask for, and says what went wrong."""

    app: Console
    desk: DeskLink
    keymap: Mapping[str, tuple[str, ...]]
    acts_on: ClassVar[frozenset[str]] = frozenset()
    """Keys of `acts.WHERES`."""
    takes_keys_ahead: ClassVar[bool] = True
    status_bar: StatusBar

    def things(self) -> frozenset[str]:
        """What is on screen for acts to apply to."""
        return self.acts_on

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "type" and isinstance(self.focused, Input):
            return False  # what is typed there is text, or moves in it
        if action in ("act", "type"):
            return acts.BY_ID[str(parameters[0])].where in self.things()
        return super().check_action(action, parameters)

    def action_act(self, name: str) -> None:
        """Do an act of the table, asked for by a key."""
        self.do(acts.BY_ID[name])

    def action_type(self, name: str) -> None:
        """Do an act of the table, asked for by a character."""
        self.do(acts.BY_ID[name])

    def do(self, act: Act) -> None:
        """Do an act to this screen, or to the list in focus."""
        if act.where == "desk" and not acts.allowed(act, self.desk.rights):
            # it would open a screen first, and be refused on it
            self.say(missing(act), "warning")
            return
        if act.does.startswith(acts.LIST):
            if isinstance(self.focused, LineList):
                getattr(self.focused, act.does.rsplit(".", 1)[1])()
            return
        running = acts.resolve(act.does)(self)
        if asyncio.iscoroutine(running):
            self.waited(running)

    def waited(self, running: Coroutine[Any, Any, None]) -> None:
        """Go on with an act that waits for the desk."""
        self.start(running)

    def start(
        self, running: Coroutine[Any, Any, None], group: str = "acts", *, exclusive: bool = False
    ) -> None:
        """Run something that waits for the desk; what goes wrong is said in a sentence."""
        waits = Running(running)
        beside(self, self._guarded(waits), holds=waits, group=group, exclusive=exclusive)

    async def painted(self, widget: Widget) -> None:
        """Wait until what was changed so far in a widget stands on the terminal."""
        done = asyncio.Event()
        # asked for by the widget: the screen does not know yet that it wants to be painted
        if widget.call_after_refresh(done.set):
            await done.wait()
            # Textual writes in a thread of its own, which takes its turn now
            await asyncio.sleep(pace.WRITTEN)

    async def _guarded(self, running: Running[None]) -> None:
        try:
            await running
        except Trouble as trouble:
            self.complain(trouble.sentence)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.app.background_ended(event)

    def say(self, sentence: str, style: str = "good") -> None:
        """Say what was done, or could not be."""
        self.status_bar.tell(((clean(sentence), style),))

    def complain(self, sentence: str) -> None:
        """Say what could not be done."""
        self.say(sentence, "trouble")

    @on(ActionBar.Pressed)
    def _acted(self, message: ActionBar.Pressed) -> None:
        self.clicked(acts.BY_ID[message.act])

    @on(StatusBar.Pressed)
    def _said_clicked(self, message: StatusBar.Pressed) -> None:
        for act in acts.ACTS:
            if act.where in self.things() and message.key in map(acts.shown_key, act.keys):
                self.do(act)
                return

    @on(LineList.MenuAsked)
    def _menu_asked(self, message: LineList.MenuAsked) -> None:
        self.set_focus(message.lines)
        self.show_menu()

    def show_menu(self) -> None:
        """What can be done here, asked for by a right click."""
        menu = f"{acts.DOING}.menus.menu"
        self.do(next(act for act in acts.ACTS if act.does == menu and act.where in self.things()))

    def offers(self, act: Act) -> bool:
        """Whether an act makes sense with what is shown."""
        return True

    def clicked(self, act: Act) -> None:
        """Do an act clicked on the action bar."""
        self.do(act)
