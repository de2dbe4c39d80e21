"""What is done to the people on cards: an agent changed, duplicates made one, a person erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.doing import administration
from deskterm.screens.doing.asking_people import MOST

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.desk.notice_switches import OwnNotice
    from deskterm.screens.administration.area import Field
    from deskterm.screens.cards import Card
    from deskterm.store.work import Work

SCHEDULE: Final = ("hours", "days_off")
"""Fields of the form that are the schedule's."""
HIS_OWN: Final = ("extension", "signature", "language", "time_zone", "day_off", "days_off")
"""What an agent changes on his own card without being an administrator."""


# -- an agent


async def edit_agent(card: Card) -> bool:
    """The form of an agent, for himself only what is his own to set; whether it was saved."""
    from deskterm.screens.administration.form import Form

    actor = card.desk.actor
    rights = actor.rights if actor is not None else frozenset()
    own = actor is not None and actor.agent_id == card.subject_id
    if "administer" not in rights and not own:
        card.say(_("Only administrators change other agents."), "warning")
        return False
    fields = [each for each in _fields() if "administer" in rights or each.name in HIS_OWN]
    entries = await card.desk.read(administration.choices_of, fields)
    shown = card.card

    async def take(values: dict[str, Any]) -> None:
        await card.desk.act(change_agent, shown, values)

    form = Form(_("Agent: {name}").format(name=card.name_of_it), card.desk, fields, shown, entries, take)
    return await card.app.push_screen_wait(form) is True


def _fields() -> list[Field]:
    """The fields of an agent and of his schedule, read from his card."""
    from deskterm.screens.administration.people_areas import AGENTS, HOURS

    agents = [each for each in AGENTS.fields if "edit" in each.verbs]
    schedule = [each for each in HOURS.fields if each.name in SCHEDULE]
    return [
        *(replace(each, of=partial(_of, each, "agent")) for each in agents),
        *(replace(each, of=partial(_of, each, "schedule")) for each in schedule),
    ]


def _of(field: Field, part: str, card: Any) -> Any:
    there = getattr(card, part)
    return field.of(there) if field.of is not None else getattr(there, field.name)


def change_agent(work: Work, actor: Actor, card: Any, values: dict[str, Any]) -> None:
    """Change an agent and his schedule; undone as one where no right is given or taken with it."""
    from deskterm.desk import agents, undo
    from deskterm.screens.administration.people_areas import edit_agent as edit
    from deskterm.screens.administration.people_areas import edit_schedule

    his = {name: value for name, value in values.items() if name not in SCHEDULE}
    schedule = {name: value for name, value in values.items() if name in SCHEDULE}

    def change() -> None:
        if his:
            edit(work, actor, card.agent, his)
        if schedule:
            edit_schedule(work, actor, card.schedule, schedule)

    if agents.POWER & set(his):
        change()
    else:
        with undo.together(work, actor, "agent.edit"):
            change()


async def notices(card: Card) -> None:
    """Of which changes an agent is told by letter and on screen: his own choice, or an administrator's."""
    from deskterm.screens.administration.area import Field
    from deskterm.screens.administration.form import Form

    if card.kind != "agent" or card.card is None:
        card.say(_("Only agents choose what they are told of."), "warning")
        return
    there: list[OwnNotice] = await card.desk.read("notice_switches.own", card.subject_id)
    kinds = [(each.kind, each.title) for each in there]
    before = Channels(
        tuple(each.kind for each in there if each.mail), tuple(each.kind for each in there if each.screen)
    )
    fields = [
        Field("mail", N_("told by letter"), "several"),
        Field("screen", N_("told on screen"), "several"),
    ]

    async def take(values: dict[str, Any]) -> None:
        after = replace(before, **{name: tuple(value) for name, value in values.items()})
        await card.desk.act(set_notices, card.subject_id, before, after)

    title = _("{name} is told of").format(name=card.name_of_it)
    form = Form(title, card.desk, fields, before, {"mail": kinds, "screen": kinds}, take)
    if await card.app.push_screen_wait(form) is True:
        card.say(_("Changed; `z` undoes it."))


@dataclass(frozen=True, slots=True)
class Channels:
    """The kinds of changes an agent is told of by letter, and on screen."""

    mail: tuple[str, ...]
    screen: tuple[str, ...]


def set_notices(work: Work, actor: Actor, agent_id: int, before: Channels, after: Channels) -> None:
    """Choose of what an agent is told, undone as one."""
    from deskterm.desk import notice_switches, undo

    with undo.together(work, actor, "notice.own"):
        for kind in {*before.mail, *after.mail, *before.screen, *after.screen}:
            wanted = (kind in after.mail, kind in after.screen)
            if wanted != (kind in before.mail, kind in before.screen):
                notice_switches.set_own(
                    work, actor, kind, mail=wanted[0], screen=wanted[1], agent_id=agent_id
                )


# -- duplicates


async def merge(card: Card) -> None:
    """Make another contact or client the same as the one of the card; the other one is gone then."""
    if card.card is None or card.kind == "agent":
        card.say(_("Agents are not merged; their contacts are."), "warning")
        return
    kind, into, name = card.kind, card.subject_id, card.name_of_it
    contact = card.contact_here
    if kind == "client" and contact is not None:
        kind, into, name = "contact", contact.id, contact.name

    seen: dict[int, str] = {}

    async def look_up(words: str) -> Sequence[Choosable]:
        if kind == "contact":
            rows = await card.desk.read("contacts.listed", words=words, limit=MOST)
            details = {each.id: "  ".join([each.client, *each.addresses[:1]]) for each in rows}
        else:
            rows = await card.desk.read("clients.listed", words, limit=MOST)
            details = {each.id: each.status for each in rows}
        seen.update((each.id, each.name) for each in rows)
        return [Choosable(each.id, each.name, details[each.id]) for each in rows if each.id != into]

    entries = await look_up("")
    title = _("Who else is {name}?").format(name=name)
    other = await card.app.push_screen_wait(Choose(title, entries, look_up=look_up))
    if other is None:
        return
    if kind == "contact":
        told = _(
            "Addresses, telephones, tickets and messages of {other} become those of {name}; "
            "{other} stays, empty and out of use."
        )
    else:
        told = _(
            "Departments, contacts, mail domains and tickets of {other} become those of {name}; "
            "{other} stays, empty and out of use."
        )
    told = told.format(other=seen[other], name=name)
    answers = (("yes", "y", _("make them one")), ("no", "n", _("leave both")))
    if await card.app.push_screen_wait(Confirm(_("Merge?"), told, answers)) == "yes":
        await card.desk.act("contacts.merge" if kind == "contact" else "clients.merge", [other], into)
        card.say(_("They are one now; `z` undoes it."))
        card.read()


async def hand_over(card: Card) -> None:
    """Give a contact's place, addresses and telephones to another person; old tickets stay with the first."""
    contact = card.contact_here
    if contact is None:
        card.say(_("Put the cursor on a contact first."), "warning")
        return
    name = await card.app.push_screen_wait(
        Ask(
            _("Who follows {name}?").format(name=contact.name),
            _("His name. He gets place, addresses and telephones; old tickets stay with {name}.").format(
                name=contact.name
            ),
        )
    )
    if name and name.strip():
        await card.desk.act("contacts.hand_over", contact.id, name)
        card.say(_("Handed over to {name}; `z` undoes it.").format(name=name))
        card.read()


# -- erasing


async def erase(card: Card) -> None:
    """Erase the contact of the card at his request, after asking twice."""
    contact = card.contact_here
    if contact is None:
        card.say(_("Put the cursor on a contact first."), "warning")
        return
    told = (
        _("Texts and files of his tickets, what he wrote elsewhere, his name, addresses and telephones go.")
        + " "
        + _(
            "Not reached are: letters on mail servers, files saved in folders, backups, and what other "
            "people wrote of him."
        )
    )
    answers = (("yes", "y", _("go on")), ("no", "n", _("leave him")))
    if (
        await card.app.push_screen_wait(Confirm(_("Erase {name}?").format(name=contact.name), told, answers))
        != "yes"
    ):
        return
    told = _("This cannot be undone. {name} is erased for ever.").format(name=contact.name)
    answers = (("erase", "e", _("erase him")), ("no", "n", _("leave him")))
    if await card.app.push_screen_wait(Confirm(_("Are you sure?"), told, answers)) != "erase":
        return
    done = await card.desk.act("erasing.erase", contact.id)
    card.say(
        _("Erased. Tickets: {tickets}. Messages: {messages}. Files: {files}.").format(
            tickets=done.tickets, messages=done.messages, files=done.files
        )
    )
    card.read()
