"""Asking for people: a client, his department, a contact, found by words or made on the spot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens.dialogs import Ask, Choose

if TYPE_CHECKING:
    from deskterm.screens.app import Console
    from deskterm.screens.desk_link import DeskLink

MOST: Final = 50
NONE: Final = 0
NEW: Final = -1


class Asks(Protocol):
    """A screen that asks an agent and speaks with the desk: the main one, a card, where one writes."""

    @property
    def app(self) -> Console: ...

    @property
    def desk(self) -> DeskLink: ...

    def say(self, sentence: str, style: str = "good") -> None:
        """Say what was done."""


class Opens(Asks, Protocol):
    """One that opens another screen with the agent's own keys: the main one, a card."""

    @property
    def keymap(self) -> Mapping[str, tuple[str, ...]]: ...


async def choose_contact(screen: Asks, title: str) -> int | None:
    """A contact of any client, found by name, client or address."""

    async def look_up(words: str) -> Sequence[Choosable]:
        found: list[Any] = await screen.desk.read(
            "contacts.listed", words=words, active_only=True, limit=MOST
        )
        return [
            Choosable(each.id, each.name, "  ".join([each.client, *each.addresses[:1]])) for each in found
        ]

    return await screen.app.push_screen_wait(Choose(title, await look_up(""), look_up=look_up))


async def choose_client(screen: Asks, title: str, contact: Any | None = None) -> int | None:
    """A client found by words, made on the spot where there is none; a contact's own comes first."""
    typed = ""

    async def look_up(words: str) -> Sequence[Choosable]:
        nonlocal typed
        typed = words
        found = await screen.desk.read("clients.listed", words, active_only=True, limit=MOST)
        entries = [Choosable(each.id, each.name, each.status) for each in found]
        if contact is not None and not words:
            first = Choosable(contact.client_id, contact.client, _("as now"))
            entries = [first, *(each for each in entries if each.id != contact.client_id)]
        made = _("new client “{name}”…").format(name=words) if words else _("new client…")
        return [*entries, Choosable(NEW, made)]

    chosen = await screen.app.push_screen_wait(Choose(title, await look_up(""), look_up=look_up))
    return await new_client(screen, typed) if chosen == NEW else chosen


async def choose_whom(
    screen: Asks, title: str, *, new: bool = False, agents: bool = False
) -> tuple[str, int, str] | None:
    """('client' | 'contact', number, words typed) found by name, address or telephone.

    With `new` also 'new', a client to be made, and 'unknown', a name and an address; with `agents` also
    'agent', by name or login.
    """
    staff: list[Choosable] = await screen.desk.read("listing.agents") if agents else []
    found: list[tuple[str, int, str]] = []

    async def look_up(words: str) -> Sequence[Choosable]:
        entries: list[Choosable] = []

        def add(kind: str, id: int, name: str, detail: str, group: str) -> None:
            entries.append(Choosable(len(found), name, detail, group))
            found.append((kind, id, words))

        contacts = await screen.desk.read("contacts.listed", words=words, active_only=True, limit=MOST // 2)
        clients = await screen.desk.read("clients.listed", words, active_only=True, limit=MOST // 2)
        found.clear()
        for each in clients:
            add("client", each.id, each.name, each.status, _("Clients"))
        for each in contacts:
            detail = "  ".join([each.client, *each.addresses[:1], *each.phones[:1]])
            add("contact", each.id, each.name, detail, _("Contacts"))
        parts = words.casefold().split()
        for agent in staff:
            if all(part in f"{agent.name} {agent.detail}".casefold() for part in parts):
                add("agent", agent.id, agent.name, agent.detail, _("Agents"))
        if new:
            name = _("a new client “{name}”…").format(name=words) if words else _("a new client…")
            add("new", 0, name, "", _("Nobody known"))
            add("unknown", 0, _("only a name and an address…"), "", _("Nobody known"))
        return entries

    chosen = await screen.app.push_screen_wait(Choose(title, await look_up(""), look_up=look_up))
    return found[chosen] if chosen is not None else None


async def new_client(screen: Asks, name: str = "") -> int | None:
    """Make a client; None where the agent left it."""
    given = await screen.app.push_screen_wait(Ask(_("New client"), _("Its name"), name))
    if not given or not given.strip():
        return None
    made: int = await screen.desk.act("clients.add", given)
    return made


async def choose_department(screen: Asks, client_id: int, current: int | None) -> int | None:
    """A department of a client, 0 for none; asks nothing where there are none."""
    there = await screen.desk.read("departments.listed", client_id, active_only=True)
    if not there:
        return NONE
    entries = [
        Choosable(NONE, _("without a department")),
        *(Choosable(each.id, each.name) for each in there),
        Choosable(NEW, _("new department…")),
    ]
    chosen = await screen.app.push_screen_wait(
        Choose(_("Which department?"), entries, current=current or NONE)
    )
    if chosen != NEW:
        return chosen
    name = await screen.app.push_screen_wait(Ask(_("New department"), _("Its name")))
    if not name or not name.strip():
        return None
    made: int = await screen.desk.act("departments.add", client_id, name)
    return made


async def new_contact(
    screen: Asks, client_id: int, department_id: int | None = None, name: str = "", points: str = ""
) -> int | None:
    """Make a contact of a client: his name, then addresses and telephones; None where the agent left it."""
    given = await screen.app.push_screen_wait(Ask(_("New contact"), _("His name"), name))
    if given is None:
        return None
    typed = await screen.app.push_screen_wait(
        Ask(
            _("New contact"),
            _("Addresses and telephones, separated by commas, as anna@example.com, +7 495 123-45-67"),
            points,
        )
    )
    if typed is None or not (given.strip() or typed.strip()):
        return None
    made: int = await screen.desk.act(
        "contacts.add", client_id, given, department_id=department_id, points=points_typed(typed)
    )
    return made


def points_typed(text: str) -> list[tuple[str, str, bool]]:
    """Addresses and telephones as typed: what holds an @ is an address."""
    words = [word.strip() for word in re.split(r"[,;\n]", text)]
    return [("email" if "@" in word else "phone", word, True) for word in words if word]
