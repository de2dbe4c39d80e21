"""Pictures of what shows only when others do something, and of dialogs that lie several steps deep."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from deskterm.config import Home
from deskterm.i18n import _

SECONDS = 60
SECOND = "dana"
"""Another administrator of the demo desk, who does what the pictures are taken of."""

CSV = (
    "client,department,contact,e-mail,phone,note\n"
    "Harbour Hotel,Reception,Ann Baker,ann@harbour.example,+44 20 7946 0101,Speaks French\n"
    "Harbour Hotel,Kitchen,Bill Cook,bill@harbour.example,,\n"
    "Old Mill,,Carl Miller,carl@,,\n"
)

NOTE = "What it wrote last night."
LOG = """20:58:11 spooler: job 4711 accepted from finance-02
20:58:12 spooler: tray 2 is empty, tray 3 is taken
20:58:40 engine: fuser at 182 C, wanted 190 C
20:59:02 engine: paper jam behind flap B, job 4711 held
21:14:30 panel: flap B opened, flap B closed
21:14:41 spooler: job 4711 printed, 12 pages
"""

Shoot = Callable[..., Coroutine[Any, Any, None]]


class Moments:
    """The console and, beside it, the store where others act."""

    def __init__(self, pilot: Any, app: Any, shoot: Shoot, home: Home) -> None:
        self.pilot, self.app, self.main, self.shoot, self.home = pilot, app, app.main, shoot, home

    async def until(self, seen: Callable[[], object]) -> None:
        """Wait for a state of the console."""
        deadline = time.monotonic() + SECONDS
        while not seen():
            if time.monotonic() > deadline:
                raise TimeoutError("the screen never showed what was waited for")
            await self.pilot.pause()
            await asyncio.sleep(0.05)

    async def screen(self, name: str) -> None:
        await self.until(lambda: type(self.app.screen).__name__ == name)

    async def press(self, *keys: str, then: str) -> None:
        await self.pilot.press(*keys)
        await self.screen(then)

    async def chosen(self, words: str, then: str) -> None:
        """Choose the entry of these words in the list that is open."""
        await self.screen("Choose")
        await self.type(words)
        await self.press("enter", then=then)

    async def type(self, words: str) -> None:
        await self.pilot.press(*("space" if sign == " " else sign for sign in words))

    def other(self, act: Callable[[Any, Any, Any], Any]) -> None:
        """Have the other administrator do something: `act(work, she, the console's agent)`."""
        from deskterm.desk import actor, agents
        from deskterm.desk.errors import NotFound
        from deskterm.store.opening import open_store

        store = open_store(self.home)
        me = actor.settle(store, self.home)
        with store.work(write=True) as work:
            try:
                agents.find(work, SECOND)
            except NotFound:
                agents.add(work, me, SECOND, name="Dana Ruiz", role="administrator")
        with store.work(write=True) as work:
            she = actor.of_agent(work, SECOND, "console")
            act(work, she, me)
        store.close()

    async def home_again(self) -> None:
        for _screen in range(6):
            if self.app.screen is self.main:
                return
            await self.pilot.press("escape")
            await asyncio.sleep(0.3)
        await self.screen("MainScreen")

    # -- others write and set

    async def send_guard(self) -> None:
        """A colleague wrote, and set the status, while the answer was written."""
        await self.overtaken("note")
        await self.shoot("written-meanwhile")
        await self.press("ctrl+s", then="Overtaken")
        await self.shoot("send-guard")
        await self.press("escape", then="Composer")
        await self.home_again()

    async def same_field_answer(self) -> None:
        """A colleague set the status that the answer would set too."""
        await self.overtaken()
        await self.press("ctrl+s", then="Confirm")
        await self.shoot("same-field-answer")
        await self.press("escape", then="Composer")
        await self.home_again()

    async def overtaken(self, done: str = "") -> None:
        """Begin an answer, and have the other one do something to its ticket."""
        from deskterm.desk import messages, statuses, tickets

        number = self.main.open.ticket.id
        await self.press("r", then="Composer")
        if not self.app.screen.text:  # else a draft of the picture before
            await self.type("Restart it")

        def meanwhile(work: Any, she: Any, me: Any) -> None:
            if done == "note":
                messages.note(work, she, number, "I know this one: it is the cable.")
            wanted = [statuses.find(work, key).id for key in ("solving", "consideration")]
            there = tickets.find(work, she, number).status_id
            tickets.set_status(work, she, [number], next(id for id in wanted if id != there))

        self.other(meanwhile)
        await self.until(lambda: self.app.screen.meanwhile.has_class("shown"))

    async def same_field(self) -> None:
        """The status was set while its list was open."""
        from deskterm.desk import statuses, tickets

        number, before = self.main.open.ticket.id, self.main.open.ticket.status_id
        await self.press("s", then="Choose")

        def elsewhere(work: Any, she: Any, me: Any) -> None:
            other = next(row.id for row in statuses.listed(work) if row.id != before and row.key != "closed")
            tickets.set_status(work, she, [number], other)

        self.other(elsewhere)
        await self.press("end", "enter", then="Confirm")
        await self.shoot("same-field")
        await self.press("t", then="MainScreen")

    async def link(self) -> None:
        """A link in a colleague's note."""
        from deskterm.desk import messages

        number = self.main.open.ticket.id
        notes: list[int] = []
        self.other(
            lambda work, she, me: notes.append(
                messages.note(work, she, number, "See https://status.northwind.example/api for it.")
            )
        )
        await self.newest(notes)
        await self.press("f4", then="AskAbout")
        await self.shoot("link")
        await self.press("escape", then="MainScreen")
        await self.pilot.press("2")

    # -- several steps deep

    async def file_text(self) -> None:
        """A text file of a colleague's note."""
        from deskterm.desk import drafts, messages

        number = self.main.open.ticket.id
        notes: list[int] = []

        def noted(work: Any, she: Any, me: Any) -> None:
            key = f"log {work.now}"
            drafts.save(work, she, key=key, ticket_id=number, visibility="internal", body=NOTE)
            drafts.attach(work, she, key, "printer.log", "text/plain", LOG.encode())
            notes.append(messages.note(work, she, number, NOTE, draft_key=key))

        self.other(noted)
        await self.newest(notes)
        await self.press("w", then="Files")
        await self.until(lambda: self.app.screen.list.current() is not None)
        await self.press("enter", then="FileText")
        await self.shoot("file-text")
        await self.home_again()
        await self.pilot.press("2")

    async def newest(self, notes: list[int]) -> None:
        """Open the message that was just written."""
        await self.until(lambda: notes[0] in self.main.messages.ids)
        await self.pilot.press("3", "end")
        await self.until(lambda: self.main.open.body is not None and self.main.open.body.id == notes[0])

    async def client_note(self) -> None:
        await self.press("C", then="Card")
        await self.pilot.press("e")
        await self.chosen(_("note"), "SeveralLines")
        await self.shoot("client-note")
        await self.home_again()

    async def erasing(self) -> None:
        from deskterm.screens.acts import BY_ID

        await self.press("V", then="Card")
        await self.until(lambda: self.app.screen.card is not None)
        self.app.screen.do(BY_ID["card_erase"])
        await self.screen("Confirm")
        await self.shoot("erasing")
        await self.home_again()

    async def rights_of_a_role(self) -> None:
        await self.press("f8", then="Administration")
        administration = self.app.screen
        administration.areas.go_to("roles")
        await self.until(lambda: administration.area is not None and administration.area.key == "roles")
        await asyncio.sleep(0.5)
        await self.press("right", "enter", then="Form")
        await self.press("tab", "enter", then="ChooseSeveral")
        await self.shoot("rights-of-a-role")
        await self.home_again()

    async def account_test(self) -> None:
        """The steps a real server would give; the picture's desk has none."""
        from deskterm.screens import child

        host, port = "imap.northwind.example", 993
        said = (
            (_("The name {host} is known.").format(host=host), ""),
            (_("{host} takes connections on port {port}.").format(host=host, port=port), ""),
            (_("The connection is encrypted and the certificate of {host} is valid.").format(host=host), ""),
            (
                _("{host} does not accept the login {thing} with this password.").format(
                    host=host, thing="support@northwind.example"
                ),
                _("Set the password again; some providers want an app password, or IMAP switched on first."),
            ),
        )

        async def lines(folder: Any, arguments: Any, ending: Any, seconds: float = 0) -> Any:
            for sentence, remedy in said:
                yield json.dumps({"ok": not remedy, "sentence": sentence, "remedy": remedy})
            ending.code = 77

        before, child.lines = child.lines, lines
        try:
            await self.press("f8", then="Administration")
            await self.until(lambda: self.app.screen.lines.ids)
            await self.press("right", "t", then="AccountTest")
            await self.until(lambda: self.app.screen.ended)
            await self.shoot("account-test")
        finally:
            child.lines = before
        await self.home_again()

    async def importing(self) -> None:
        await self.press("f8", then="Administration")
        await self.press("i", then="Ask")
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            file = Path(folder) / "clients.csv"
            file.write_text(CSV)
            await self.type(str(file))
            await self.press("enter", then="WouldImport")
        await self.shoot("would-import")
        await self.home_again()

    # -- an administrator changes what one may do

    async def rights_changed(self) -> None:
        from deskterm.desk import agents

        self.other(lambda work, she, me: agents.edit(work, she, me.login, {"role": "viewer"}))
        await self.until(lambda: "answer" not in self.main.desk.actor.rights)
        await self.shoot("rights-changed", wait=False)
        self.other(lambda work, she, me: agents.edit(work, she, me.login, {"role": "administrator"}))
        await self.until(lambda: "answer" in self.main.desk.actor.rights)

    async def shut_out(self) -> None:
        """The last of all: it ends the console."""
        from deskterm.desk import agents

        login = self.main.desk.actor.login
        self.other(lambda work, she, me: agents.edit(work, she, login, {"active": False}))
        await self.screen("Sorry")
        await self.shoot("shut-out")
        await self.pilot.press("enter")
        self.other_back(login)

    def other_back(self, login: str) -> None:
        """Let the console's agent in again, for the next pictures."""
        from deskterm.desk import actor, agents
        from deskterm.store.opening import open_store

        store = open_store(self.home)
        with store.work(write=True) as work:
            agents.edit(work, actor.of_agent(work, SECOND, "console"), login, {"active": True})
        store.close()

    def parts(self) -> list[tuple[str, Coroutine[Any, Any, None]]]:
        """Every picture's story by name, in the order they are taken."""
        return [
            ("same-field", self.same_field()),
            ("send-guard", self.send_guard()),
            ("same-field-answer", self.same_field_answer()),
            ("link", self.link()),
            ("file-text", self.file_text()),
            ("client-note", self.client_note()),
            ("erasing", self.erasing()),
            ("rights-of-a-role", self.rights_of_a_role()),
            ("would-import", self.importing()),
            ("account-test", self.account_test()),
            ("rights-changed", self.rights_changed()),
            ("shut-out", self.shut_out()),
        ]
