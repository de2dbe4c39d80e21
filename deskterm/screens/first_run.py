"""The first minutes with an empty desk: see the demo, or connect a mailbox and see at once that it works."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.text import Text
from textual import on
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Label, Static

from deskterm.clean import clean
from deskterm.i18n import N_, _
from deskterm.screens import child
from deskterm.screens.administration.account_test import steps_told
from deskterm.screens.dialogs import Confirm, Dialog
from deskterm.screens.frame import ActionBar
from deskterm.screens.providers import provider_of
from deskterm.screens.running import beside

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen

FIELDS: Final = (
    ("address", N_("Address of the mailbox")),
    ("password", N_("Its password")),
    ("name", N_("Name customers see")),
    ("login", N_("Login, if not the address")),
    ("incoming", N_("Incoming server")),
    ("outgoing", N_("Outgoing server")),
)


async def welcome(screen: MainScreen) -> None:
    """Ask what to do with a desk that has no mailbox yet, and do it."""
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Welcome to deskterm"),
            _("This desk is new: it has no mailbox and no ticket."),
            (
                ("demo", "d", _("see the demo: a desk with customers who write and answer")),
                ("connect", "c", _("connect my mailbox, and test it at once")),
                ("later", "l", _("look around first")),
            ),
        )
    )
    if answer == "demo":
        demo(screen)
    elif answer == "connect":
        await connect(screen)


async def connect(screen: MainScreen) -> None:
    """Connect a mailbox; its letters become tickets."""
    asked = Connect()
    if await screen.app.push_screen_wait(asked):
        screen.reread()
        screen.say(_("The mailbox is connected; its letters become tickets now."))
    elif asked.added:
        screen.reread()
        screen.say(
            _("Kept, but it does not work yet: `:` connect_mailbox goes on with it."),
            "warning",
        )


def demo(screen: MainScreen) -> None:
    """Show the demo in the place of this console, and come back."""
    try:
        with screen.app.suspend():
            subprocess.run([sys.executable, "-m", "deskterm", "demo"], check=False)
    except SuspendNotSupported:
        screen.say(_("Type this in a shell: deskterm demo"), "warning")


class Connect(Dialog[bool]):
    """A form whose servers fill in by themselves; it adds the account and tries it step by step."""

    DEFAULT_CSS = """
    Connect > Vertical { width: 78; }
    Connect Horizontal { height: 1; }
    Connect Label { width: 28; color: $foreground 80%; }
    Connect Input { width: 1fr; margin-bottom: 0; }
    Connect VerticalScroll { height: auto; max-height: 10; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "try", priority=True)]

    def __init__(self) -> None:
        super().__init__(_("Connect a mailbox"))
        self._told = Static("", markup=False, id="connect_told")
        self._bar = ActionBar(id="connect_actions")
        self._filled = ""
        """The address the servers were filled in for."""
        self.added = ""
        """The address of the account once it was made."""
        self.works = False

    def compose(self) -> ComposeResult:
        with Vertical():
            for name, title in FIELDS:
                with Horizontal():
                    yield Label(_(title), markup=False)
                    yield Input(id=f"connect_{name}", compact=True, password=name == "password")
            with VerticalScroll(can_focus=False):
                yield self._told
            yield self._bar

    def on_mount(self) -> None:
        super().on_mount()
        self._bar.use(self.app.palette)
        self._show_keys()
        self._tell(Text(_("Type the address; the servers are filled in by themselves."), "dim"))
        for name, value in self.app.connecting.items():
            self._field(name).value = value
        self._field("address").focus()

    def _field(self, name: str) -> Input:
        return self.query_one(f"#connect_{name}", Input)

    def _value(self, name: str) -> str:
        value = self._field(name).value
        return value if name == "password" else value.strip()

    def _is_there(self, address: str) -> bool:
        """Whether the desk has such an account, made here or before."""
        state = self.app.main.state
        there = {each.address.casefold() for each in state.accounts} if state is not None else set()
        return address.casefold() in there | {self.added.casefold()}

    def _show_keys(self) -> None:
        last = (("leave", "Esc", _("done") if self.works else _("leave")),)
        self._bar.show((("try", "Ctrl+S", _("connect and test")), ("next", "Enter", _("next field")), *last))

    def _tell(self, text: Text) -> None:
        self._told.update(text)

    @on(Input.Changed, "#connect_address")
    def _address_typed(self) -> None:
        address = self._value("address")
        domain = address.rpartition("@")[2]
        if "@" not in address or "." not in domain or domain == self._filled:
            return
        provider = provider_of(address)
        old = provider_of(f"x@{self._filled}") if self._filled else None
        for name, server in (("incoming", provider.incoming), ("outgoing", provider.outgoing)):
            field = self._field(name)
            if not field.value or (old is not None and field.value == getattr(old, name)):
                field.value = clean(server)
        self._filled = domain
        known = (
            _("{provider}: its servers are known.").format(provider=provider.name) if provider.name else ""
        )
        told = known or _("These are the usual names; correct them where your provider says otherwise.")
        self._tell(Text(f"{told} {_(provider.note) if provider.note else ''}".strip(), "dim"))

    @on(Input.Submitted)
    def _next(self, message: Input.Submitted) -> None:
        if message.input.id == "connect_outgoing":
            self.action_try()
        else:
            self.focus_next()

    @on(ActionBar.Pressed)
    def _pressed(self, message: ActionBar.Pressed) -> None:
        if message.act == "try":
            self.action_try()
        elif message.act == "leave":
            self.action_leave()

    def action_leave(self) -> None:
        """What still runs ends with the screen; what was typed is there again the next time."""
        typed = {name: self._field(name).value for name, _title in FIELDS}
        self.app.connecting = {} if self.works else typed
        self.workers.cancel_group(self, "trying")
        self.dismiss(self.works)

    def action_try(self) -> None:
        """Make the account, or correct it, and try its servers."""
        if "@" not in self._value("address"):
            self._tell(Text(_("An address is needed: name@domain."), "bold"))
            return
        beside(self, self._try(), group="trying", exclusive=True)

    async def _try(self) -> None:
        address = self._value("address")
        self._tell(Text(_("Making the account…"), "dim"))
        made = await self._command(
            ["accounts", "edit" if self._is_there(address) else "add", address, *self._options()],
            self._value("password") + "\n",
        )
        if made.code:
            self._tell(Text(clean(made.errors.strip() or made.output.strip()), "bold"))
            return
        self.added = address
        self._tell(Text(_("Trying its servers; this may take a minute. Esc leaves it as it is."), "dim"))
        steps: list[dict[str, Any]] = []
        ending = child.Ending()
        arguments = ["accounts", "test", address, "--json-steps"]
        async with aclosing(child.lines(self.app.home.folder, arguments, ending)) as lines:
            async for line in lines:
                steps.append(json.loads(line))
                self._tell(told(steps, ended=False))
        if not steps:
            self._tell(Text(clean(ending.errors.strip()), "bold"))
            return
        self.works = not ending.code
        self._tell(told(steps))
        self._show_keys()

    async def _command(self, arguments: list[str], given: str = "") -> child.Ended:
        return await child.run(self.app.home.folder, arguments, given)

    def _options(self) -> list[str]:
        found = ["--password-stdin"] if self._value("password") else []
        for name, option in (
            ("name", "--name"),
            ("login", "--login"),
            ("incoming", "--in-host"),
            ("outgoing", "--out-host"),
        ):
            if self._value(name):
                found += [option, self._value(name)]
        if provider_of(self._value("address")).files_sent:
            found += ["--files-sent", "provider"]
        return found


def told(steps: Sequence[Mapping[str, Any]], *, ended: bool = True) -> Text:
    """What the test saw, a line a step; where one failed, what to do."""
    text = steps_told(steps)
    if not ended:
        text.append(_("Going on… Esc leaves it as it is."), "dim")
    elif all(step["ok"] for step in steps):
        text.append(_("All works. Letters become tickets now."), "bold")
    else:
        text.append(_("Correct it above, then Ctrl+S tries again. The account is kept."), "dim")
    return text
