"""Acts on a card: what Enter on a line does, editing, adding, moving, taking out of use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import LANGUAGES, N_, _
from deskterm.screens.dialogs import Ask, Choose
from deskterm.screens.doing import card_people, people
from deskterm.screens.doing.asking_people import (
    NONE,
    choose_client,
    choose_contact,
    choose_department,
    new_contact,
    points_typed,
)
from deskterm.screens.help import show_help
from deskterm.screens.several_lines import SeveralLines

if TYPE_CHECKING:
    from deskterm.screens.cards import Card
    from deskterm.screens.presenters.cards import Fact

FIELDS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "client": (
        ("name", N_("name")),
        ("status", N_("status")),
        ("note", N_("note")),
        ("sla", N_("SLA level")),
        ("responsible", N_("responsible for its new tickets")),
        ("team", N_("team of its new tickets")),
        ("domains", N_("mail domains")),
        ("contacts_see_all", N_("whether its contacts get answers of each other's tickets")),
        ("active", N_("whether it is in use")),
    ),
    "contact": (
        ("name", N_("name")),
        ("points", N_("addresses and telephones")),
        ("note", N_("note")),
        ("language", N_("language of letters to him")),
        ("sla", N_("SLA level")),
        ("active", N_("whether he is in use")),
    ),
}
CHOSEN: Final = {"status": "client_status", "sla": "sla", "team": "team"}
"""Fields chosen from what `listing.choosable` gives under this name."""
UNDOES: Final = N_("`z` undoes it.")


# -- going on from a card


async def opened(card: Card, fact: Fact) -> None:
    """What Enter on a line of the card does: go there, or change what it says."""
    if fact.what == "contact":
        if card.choosing:
            await _take(card)
        else:
            await _go(card, "contact", fact.target)
    elif fact.what in ("client", "agent"):
        await _go(card, fact.what, fact.target)
    elif fact.what == "department":
        await _department(card, fact.target)
    elif fact.what == "department_of":
        await move(card)
    elif fact.what == "point":
        await _edit_point(card, fact.target)
    elif fact.what in ("serving", "see_all", "field"):
        await edit(card)
    elif fact.what == "points":
        await add(card)
    else:
        await _edit_field(card, fact.what)


async def _take(card: Card) -> None:
    from deskterm.screens.cards import Went

    contact = card.contact_here
    if contact is None:
        return
    if not contact.active:
        card.say(_("{name} is inactive; `i` brings him back.").format(name=contact.name), "warning")
        return
    card.dismiss(Went("taken", contact.id, contact.name))


async def _go(card: Card, kind: str, id: int) -> None:
    from deskterm.screens.cards import Card as AnotherCard

    went = await card.app.push_screen_wait(AnotherCard(card.desk, card.keymap, kind, id))
    if went is None:
        card.read()
    else:
        card.dismiss(went)


async def look(card: Card) -> None:
    """Open the card of the contact under the cursor, of a contact's client from his."""
    contact = card.contact_here
    if card.kind == "contact":
        await _go(card, "client", card.card.client.id)
    elif contact is not None:
        await _go(card, "contact", contact.id)
    elif card.kind == "agent" and card.card.contact is not None:
        await _go(card, "contact", card.card.contact.id)


async def new_ticket(card: Card) -> None:
    """Make a ticket for the contact or client of the card."""
    from deskterm.screens.cards import Went

    if card.card is None or card.kind == "agent" or card.choosing:
        return
    contact = card.contact_here
    made = await people.compose_ticket(
        card, client_id=card.client_id, contact_id=contact.id if contact is not None else None
    )
    if made is not None:
        card.dismiss(Went("made", made.ticket_id, made.told))
    else:
        card.read()


def search(card: Card) -> None:
    """Find among the tickets of the card."""
    card.search.open()


def open_only(card: Card) -> None:
    """Show only open tickets, or all again."""
    card.open_only = not card.open_only
    card.find()


def next_pane(card: Card) -> None:
    """From the facts to the tickets, and back."""
    card.set_focus(card.tickets if card.focused is card.facts else card.facts)


def refresh(card: Card) -> None:
    """Read the card anew."""
    card.read()


def back(card: Card) -> None:
    """Drop the search, then leave the card."""
    if card.search.has_class("shown"):
        card.search.close()
    else:
        card.dismiss(None)


def help(card: Card) -> None:
    """Every act on a card."""
    show_help(card, frozenset({"card", "list"}), "card", card.keymap)


async def undo(card: Card) -> None:
    """Take back one's newest act."""
    done = await card.desk.act("undo.undo", None)
    card.say("  ".join([_("Undone: {act}.").format(act=done.title), *done.notes]))
    card.read()


# -- changing


async def edit(card: Card) -> None:
    """Choose a field of the contact or client, then what it becomes; an agent's are in one form."""
    if card.card is None:
        return
    if card.kind == "agent":
        if await card_people.edit_agent(card):
            card.say(_("Changed."))
            card.read()
        return
    fields = FIELDS[card.kind]
    entries = [Choosable(number, _(title)) for number, (_name, title) in enumerate(fields)]
    chosen = await card.app.push_screen_wait(Choose(_("Change what?"), entries))
    if chosen is not None:
        await _edit_field(card, fields[chosen][0])


async def _edit_field(card: Card, field: str) -> None:
    titles = dict(FIELDS.get(card.kind, ()))
    if field not in titles:
        return
    there = getattr(card.card, card.kind)
    value = await _value(card, there, field, _(titles[field]))
    if value is None:
        return
    seen = {} if field == "points" else {field: getattr(there, field)}
    await card.desk.act(f"{card.kind}s.edit", card.subject_id, {field: value}, seen=seen)
    _said(card, _("Changed: {field}.").format(field=_(titles[field])))


async def _value(card: Card, there: Any, field: str, title: str) -> Any:
    """The new value of a field, None where the agent left it."""
    if field == "note":
        return await card.app.push_screen_wait(SeveralLines(title, there.note))
    if field == "active":
        return not there.active
    if field == "contacts_see_all":
        return not there.contacts_see_all
    if field == "points":
        told = ", ".join(point.value for point in there.points)
        typed = await card.app.push_screen_wait(
            Ask(title, _("Separated by commas; in use or not stays."), told)
        )
        return None if typed is None else _kept_in_use(points_typed(typed), there.points)
    if field == "domains":
        typed = await card.app.push_screen_wait(
            Ask(title, _("As acme.example, separated by commas."), ", ".join(there.domains))
        )
        return None if typed is None else tuple(word for word in re.split(r"[,;\s]+", typed) if word)
    if field == "language":
        languages = list(LANGUAGES)
        entries = [
            Choosable(NONE, _("as the desk's")),
            *map(_language, range(1, len(languages) + 1), languages),
        ]
        chosen = await card.app.push_screen_wait(Choose(title, entries))
        return None if chosen is None else "" if chosen == NONE else languages[chosen - 1]
    if field == "responsible":
        agents = await card.desk.read("listing.agents")
        chosen = await card.app.push_screen_wait(Choose(title, [Choosable(NONE, _("none")), *agents]))
        return None if chosen is None else next((each.detail for each in agents if each.id == chosen), "")
    if field in CHOSEN:
        entries = [Choosable(NONE, _("none")), *await card.desk.read("listing.choosable", CHOSEN[field])]
        chosen = await card.app.push_screen_wait(Choose(title, entries))
        return None if chosen is None else str(chosen or "")
    typed = await card.app.push_screen_wait(Ask(title, "", str(getattr(there, field))))
    return typed if typed is None or typed.strip() else None


def _language(number: int, language: str) -> Choosable:
    return Choosable(number, language)


async def _edit_point(card: Card, point_id: int) -> None:
    """Correct an address or telephone; an empty one is taken away."""
    points = card.card.contact.points
    old = next((point for point in points if point.id == point_id), None)
    if old is None:
        return
    typed = await card.app.push_screen_wait(
        Ask(
            _("Address or telephone"),
            _("Empty takes it away; `i` takes it out of use and keeps it."),
            old.value,
        )
    )
    if typed is None or typed.strip() == old.value:
        return
    changed = [
        (point.kind, typed.strip(), point.active) if point.id == point_id else point.point
        for point in points
        if point.id != point_id or typed.strip()
    ]
    await card.desk.act("contacts.set_points", card.subject_id, changed)
    _said(card, _("Changed.") if typed.strip() else _("Taken away."))


async def add(card: Card) -> None:
    """Add a contact or department to a client, an address or telephone to a contact."""
    if card.kind == "contact":
        typed = await card.app.push_screen_wait(
            Ask(
                _("Add addresses and telephones"),
                _("Separated by commas, as anna@example.com, +7 495 123-45-67"),
            )
        )
        if typed and typed.strip():
            points = [*(point.point for point in card.card.contact.points), *points_typed(typed)]
            await card.desk.act("contacts.set_points", card.subject_id, points)
            _said(card, _("Added."))
    elif card.kind == "client":
        entries = [Choosable(1, _("a contact…")), Choosable(2, _("a department…"))]
        entries.append(Choosable(3, _("a contact of another client: move him here…")))
        chosen = await card.app.push_screen_wait(Choose(_("Add what?"), entries))
        if chosen == 1:
            await _add_contact(card)
        elif chosen == 2:
            await _add_department(card)
        elif chosen == 3:
            await bring(card)


async def _add_contact(card: Card) -> None:
    department = card.department_here
    id = await new_contact(card, card.subject_id, department)
    if id is None:
        return
    _said(card, _("Added."))
    if card.choosing:
        from deskterm.screens.cards import Went

        card.dismiss(Went("taken", id))


async def _add_department(card: Card) -> None:
    name = await card.app.push_screen_wait(Ask(_("New department"), _("Its name")))
    if name and name.strip():
        await card.desk.act("departments.add", card.subject_id, name)
        _said(card, _("Added."))


async def _department(card: Card, department_id: int) -> None:
    """Rename a department."""
    there = next(each for each in card.card.departments if each.id == department_id)
    name = await card.app.push_screen_wait(
        Ask(_("Department"), _("Its name; `i` takes it out of use."), there.name)
    )
    if name and name.strip() and name.strip() != there.name:
        await card.desk.act("departments.edit", department_id, {"name": name}, seen={"name": there.name})
        _said(card, _("Changed."))


async def in_use(card: Card) -> None:
    """Take out of use, or bring back, what the cursor stands on, else whom the card is about."""
    if card.card is None or card.kind == "agent":
        return
    fact = card.facts.current
    what = fact.what if fact is not None else ""
    if what == "point" and fact is not None:
        points = [
            (point.kind, point.value, point.active ^ (point.id == fact.target))
            for point in card.card.contact.points
        ]
        now = next(point.active for point in card.card.contact.points if point.id == fact.target)
        await card.desk.act("contacts.set_points", card.subject_id, points)
    elif what == "department" and fact is not None:
        now = True  # only those in use are shown
        await card.desk.act("departments.edit", fact.target, {"active": False})
    elif card.contact_here is not None:
        now = card.contact_here.active
        await card.desk.act("contacts.edit", card.contact_here.id, {"active": not now}, seen={"active": now})
    else:
        now = card.card.client.active
        await card.desk.act("clients.edit", card.subject_id, {"active": not now}, seen={"active": now})
    _said(card, _("Out of use.") if now else _("In use again."))


async def move(card: Card) -> None:
    """Move the contact to another client or department."""
    contact = card.contact_here
    if contact is None:
        card.say(_("Put the cursor on a contact first."), "warning")
        return
    client_id = await choose_client(
        card, _("Move {name} to which client?").format(name=contact.name), contact
    )
    if client_id is None:
        return
    department = await choose_department(card, client_id, contact.department_id)
    if department is not None:
        await card.desk.act("contacts.move", contact.id, client_id, department or None)
        _said(card, _("Moved; his tickets stay with the client they were for."))


async def bring(card: Card) -> None:
    """Move a contact of another client to the client of the card."""
    contact_id = await choose_contact(card, _("Move whom here?"))
    if contact_id is None:
        return
    department = await choose_department(card, card.subject_id, card.department_here)
    if department is not None:
        await card.desk.act("contacts.move", contact_id, card.subject_id, department or None)
        _said(card, _("Moved; his tickets stay with the client they were for."))


def _said(card: Card, sentence: str) -> None:
    card.say(f"{sentence} {_(UNDOES)}")
    card.read()


def _kept_in_use(points: list[tuple[str, str, bool]], before: Sequence[Any]) -> list[tuple[str, str, bool]]:
    used = {point.value: point.active for point in before}
    return [(kind, value, used.get(value, active)) for kind, value, active in points]
