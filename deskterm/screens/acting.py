"""A screen beside the desk whose keys are acts of the table: a card, the mail log, the administration."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.screen import Screen
from textual.widgets import Input
from textual.worker import Worker

from deskterm.clean import clean
from deskterm.screens import acts
from deskterm.screens.acts import Act
from deskterm.screens.desk_link import Trouble
from deskterm.screens.frame import ActionBar, StatusBar
from deskterm.screens.lines import LineList

if TYPE_CHECKING:
    from deskterm.screens.app import Console

Answer = TypeVar("Answer")


class ActingScreen(Screen[Answer]):
    """Does the acts of `acts_on` that keys and action bar ask for, and says what went wrong."""

    app: Console
    acts_on: ClassVar[frozenset[str]]
    """Keys of `acts.WHERES`."""
    status: StatusBar

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "type" and isinstance(self.focused, Input):
            return False  # what is typed there is text, or moves in it
        if action in ("act", "type"):
            return acts.BY_ID[str(parameters[0])].where in self.acts_on
        return super().check_action(action, parameters)

    def action_act(self, name: str) -> None:
        """Do an act of the table, asked for by a key."""
        self.do(acts.BY_ID[name])

    def action_type(self, name: str) -> None:
        """Do an act of the table, asked for by a character."""
        self.do(acts.BY_ID[name])

    def do(self, act: Act) -> None:
        """Do an act to this screen, or to the list in focus."""
        if act.does.startswith(acts.LIST):
            if isinstance(self.focused, LineList):
                getattr(self.focused, act.does.rsplit(".", 1)[1])()
            return
        running = acts.resolve(act.does)(self)
        if asyncio.iscoroutine(running):
            self.start(running)

    def start(self, running: Coroutine[Any, Any, None], group: str = "acts") -> None:
        """Run something that waits for the desk; of any group but acts only the newest goes on."""
        self.run_worker(self._guarded(running), group=group, exclusive=group != "acts", exit_on_error=False)

    async def _guarded(self, running: Coroutine[Any, Any, None]) -> None:
        try:
            await running
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.app.background_ended(event)

    def say(self, sentence: str, style: str = "good") -> None:
        """Say what was done, or could not be."""
        self.status.tell(((clean(sentence), style),))

    @on(ActionBar.Pressed)
    def _acted(self, message: ActionBar.Pressed) -> None:
        self.clicked(acts.BY_ID[message.act])

    def clicked(self, act: Act) -> None:
        """Do an act clicked on the action bar."""
        self.do(act)
