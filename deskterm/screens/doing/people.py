"""People of a ticket: who takes part, the cards of client and contact; a new ticket for one who phones."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from deskterm.desk.views import Choosable, DraftView
from deskterm.i18n import _, n_
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.doing.asking_people import Asks, Opens, choose_client, choose_contact, new_contact

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen
    from deskterm.screens.new_ticket_asked import Made

ADD_ADDRESS, ADD_CONTACT, ADD_AGENT = -1, -2, -3
AGENT_LINE = "agent:"
"""How the key of an agent's line in the tree begins."""


async def participants(screen: MainScreen) -> None:
    """Who takes part and who gets the next answer: add, exclude, bring back."""
    ids = screen.ticket_ids()
    if not ids:
        return
    there: list[Any] = await screen.desk.read("participants.listed", ids[0])
    entries = [
        Choosable(
            each.id,
            f"{each.name} <{each.address}>" if each.name else each.address,
            each.why or (_("gets every answer") if each.gets else ""),
            _("Excluded: Enter brings back") if each.excluded else _("Takes part: Enter excludes"),
        )
        for each in sorted(there, key=lambda each: each.excluded)
    ]
    more = _("More")
    entries.append(Choosable(ADD_ADDRESS, _("add an address…"), group=more))
    entries.append(Choosable(ADD_CONTACT, _("add a contact…"), group=more))
    chosen = await screen.app.push_screen_wait(Choose(_("Who takes part"), entries))
    if chosen is None:
        return
    if chosen in (ADD_ADDRESS, ADD_CONTACT):
        await add_to(screen, ids[0], chosen)
    else:
        row = next(each for each in there if each.id == chosen)
        path = "participants.include" if row.excluded else "participants.exclude"
        await screen.desk.act(path, ids[0], [chosen])
        screen.say(_("Brought back.") if row.excluded else _("Gets nothing of this ticket any more."))


async def add_participant(screen: MainScreen) -> None:
    """Add somebody by an address, or a contact of any client, to who takes part."""
    ids = screen.ticket_ids()
    if not ids:
        return
    answers = (("address", "a", _("an address…")), ("contact", "c", _("a contact…")))
    answer = await screen.app.push_screen_wait(
        Confirm(_("Add whom?"), _("He gets every public message of the ticket from now on."), answers)
    )
    if answer is not None:
        await add_to(screen, ids[0], ADD_ADDRESS if answer == "address" else ADD_CONTACT)


async def add_to(screen: Asks, number: int, how: int) -> None:
    """Add somebody to who takes part in a ticket, as ADD_ADDRESS or ADD_CONTACT says."""
    if how == ADD_ADDRESS:
        address = await screen.app.push_screen_wait(
            Ask(_("Add an address"), _("Name and address, as in a letter"))
        )
        if address and address.strip():
            from email.utils import parseaddr  # not before the first frame

            name, alone = parseaddr(address)
            await screen.desk.act("participants.add_address", number, alone or address, name)
            screen.say(_("Takes part now; `z` undoes it."))
        return
    contact = await choose_contact(screen, _("Add which contact?"))
    if contact is not None:
        await screen.desk.act("participants.add_contact", number, contact)
        screen.say(_("Takes part now; `z` undoes it."))


async def watchers(screen: MainScreen) -> None:
    """Who watches the tickets; a colleague is added or removed by who may change tickets."""
    ids = screen.ticket_ids()
    if not ids:
        return
    actor = screen.desk.actor
    me = None if actor is None else actor.agent_id
    may = actor is not None and bool(actor.rights & {"change", "administer"})
    there: list[Choosable] = await screen.desk.read("marks.watchers", ids[0])
    entries = [
        Choosable(
            each.id,
            each.name,
            _("Enter: watches it no more") if may or each.id == me else "",
            _("They watch it"),
        )
        for each in there
    ]
    if all(each.id != me for each in there):
        entries.append(Choosable(me or 0, _("watch it myself"), group=_("More")))
    if may:
        entries.append(Choosable(ADD_AGENT, _("a colleague is to watch it…"), group=_("More")))
    chosen = await screen.app.push_screen_wait(Choose(_("Who watches it"), entries))
    if chosen is None or (not may and chosen != me):
        return
    on = all(each.id != chosen for each in there)
    if chosen == ADD_AGENT:
        watching = {each.id for each in there}
        others = [each for each in await screen.desk.read("listing.agents") if each.id not in watching]
        chosen = await screen.app.push_screen_wait(Choose(_("Who is to watch it?"), others))
    if chosen is not None:
        await screen.desk.act("marks.watch", ids, on, chosen)
        screen.say(_("Watches it now; `z` undoes it.") if on else _("Watches it no more; `z` undoes it."))


# -- cards


async def set_client(screen: MainScreen) -> None:
    """Set the client of a ticket that has none; its sender's domain may suggest one."""
    ids = screen.ticket_ids()
    if ids:
        await _set_client(screen, ids[0])


async def client_card(screen: MainScreen) -> None:
    """Open the card of the ticket's client; where it has none, choose it."""
    ids = screen.ticket_ids()
    if not ids:
        return
    client_id = (await _of_ticket(screen, ids[0]))[0]
    if client_id is not None:
        await show(screen, "client", client_id)
        return
    await _set_client(screen, ids[0])


async def _set_client(screen: MainScreen, number: int) -> None:
    suggested = await screen.desk.read("cards.suggested", number)
    title = _("Ticket {number} has no client. Whose is it?").format(number=number)
    chosen: int | None = None
    if suggested is not None:
        told = _("{domain} is a mail domain of {client}.").format(
            domain=suggested.domain, client=suggested.client
        )
        answers = (("yes", "y", _("set this client")), ("other", "o", _("choose another one")))
        answer = await screen.app.push_screen_wait(Confirm(title, told, answers))
        if answer is None:
            return
        chosen = suggested.client_id if answer == "yes" else None
    chosen = chosen or await choose_client(screen, title)
    if chosen is not None:
        await screen.desk.act("tickets.set_field", [number], "client", chosen)
        screen.say(_("The client is set; `z` undoes it."))


async def contact_card(screen: MainScreen) -> None:
    """Open the card of the contact whose ticket it is; where there is none, choose him."""
    ids = screen.ticket_ids()
    if not ids:
        return
    contact_id = (await _of_ticket(screen, ids[0]))[1]
    if contact_id is not None:
        await show(screen, "contact", contact_id)
        return
    chosen = await choose_contact(
        screen, _("Ticket {number} has no contact. Whose is it?").format(number=ids[0])
    )
    if chosen is not None:
        await screen.desk.act("tickets.set_field", [ids[0]], "contact", chosen)
        screen.say(_("The contact is set; `z` undoes it."))


async def sender_card(screen: MainScreen) -> None:
    """Open the card of who wrote the message, agent or contact; somebody unknown can be made a contact."""
    message = screen.open.message
    if message is None:
        return
    sender = await screen.desk.read("cards.of_message", message.id)
    if sender.agent_id is not None:
        await show(screen, "agent", sender.agent_id)
    elif sender.contact_id is not None:
        await show(screen, "contact", sender.contact_id)
    elif not sender.address:
        screen.say(_("Nobody wrote this message: the desk did."), "warning")
    else:
        await _unknown_sender(screen, message.id, sender)


async def whose(screen: MainScreen) -> None:
    """Say whose message it is; of the first message, whose ticket. There a client alone will do."""
    message = screen.open.message
    if message is None:
        return
    answers = (("contact", "c", _("a contact's")), ("client", "l", _("only the client is known")))
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Whose message is it?"),
            _("What the first message of a ticket says becomes the ticket's."),
            answers,
        )
    )
    if answer == "contact":
        contact_id = await choose_contact(screen, _("Whose message is it?"))
        if contact_id is not None:
            await screen.desk.act("tickets.set_author", message.id, contact_id=contact_id)
            screen.say(_("The contact is set; `z` undoes it."))
    elif answer == "client":
        client_id = await choose_client(screen, _("Which client's message is it?"))
        if client_id is not None:
            await screen.desk.act("tickets.set_author", message.id, client_id=client_id)
            screen.say(_("The client is set; `z` undoes it."))


async def agent_card(screen: MainScreen) -> None:
    """Open the card of the agent on whose line of the tree the cursor stands."""
    key = str(screen.sections.cursor or "")
    if key.startswith(AGENT_LINE):
        await show(screen, "agent", int(key.removeprefix(AGENT_LINE)))


async def find_card(screen: MainScreen) -> None:
    """Find a client, contact or agent by words, whatever ticket is open, and open the card."""
    from deskterm.screens.doing.asking_people import choose_whom

    chosen = await choose_whom(screen, _("Whose card?"), agents=True)
    if chosen is not None:
        await show(screen, *chosen[:2])


async def _of_ticket(screen: MainScreen, number: int) -> tuple[int | None, int | None]:
    head = await screen.desk.read("showing.head", number)
    return head.client_id, head.contact_id


async def show(screen: MainScreen, kind: str, id: int) -> None:
    """Open a card, and go where the agent goes from it."""
    from deskterm.screens.cards import Card

    went = await screen.app.push_screen_wait(Card(screen.desk, screen.keymap, kind, id))
    if went is None:
        return
    screen.find(str(went.id))
    if went.told and went.how == "made":
        screen.say(went.told)


async def _unknown_sender(screen: MainScreen, message_id: int, sender: Any) -> None:
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Not a contact yet"),
            f"{sender.name} <{sender.address}>" if sender.name else sender.address,
            (
                ("new", "n", _("make him a contact")),
                ("known", "k", _("he is a contact that is there")),
                ("no", "q", _("leave it")),
            ),
        )
    )
    contact_id = None
    if answer == "new":
        client_id = await choose_client(screen, _("Contact of which client?"))
        if client_id is not None:
            contact_id = await new_contact(screen, client_id, name=sender.name, points=sender.address)
    elif answer == "known":
        contact_id = await choose_contact(screen, _("Whose message is it?"))
    if contact_id is not None:
        await screen.desk.act("tickets.set_author", message_id, contact_id=contact_id)
        screen.say(_("The contact is set; `z` undoes it."))


# -- a new ticket by hand


async def new_ticket(screen: MainScreen) -> None:
    """Write down what somebody asks by telephone, and make a ticket of it."""
    begun: list[DraftView] = await screen.desk.read("drafts.of_new_tickets")
    if begun:
        told = n_(
            "{count} new ticket is kept as a draft; `d` lists it.",
            "{count} new tickets are kept as drafts; `d` lists them.",
            len(begun),
        )
        screen.say(told.format(count=len(begun)), "faint")
    await _made(screen, await compose_ticket(screen))


async def open_new_ticket(screen: MainScreen, draft: DraftView) -> None:
    """Go on with the draft of a new ticket."""
    await _made(screen, await compose_ticket(screen, draft=draft))


async def compose_ticket(
    screen: Opens,
    *,
    client_id: int | None = None,
    contact_id: int | None = None,
    draft: DraftView | None = None,
) -> Made | None:
    """Open the form of a new ticket; what was made, None where nothing was."""
    from deskterm.screens.new_ticket import NewTicketForm

    actor = screen.desk.actor
    if actor is not None and not actor.rights & {"answer", "administer"}:
        screen.say(_("Your role may not write to customers, so it makes no tickets."), "warning")
        return None
    key = draft.key if draft is not None else secrets.token_hex(16)
    made: Made | None = await screen.app.push_screen_wait(
        NewTicketForm(
            screen.desk, screen.keymap, key, client_id=client_id, contact_id=contact_id, draft=draft
        )
    )
    if made is None or made.how == "made":
        return made
    if made.how == "left":
        return None
    screen.say(
        _("Kept as a draft; `d` goes on with it.") if made.how == "kept" else _("Thrown away."), "faint"
    )
    return None


async def _made(screen: MainScreen, made: Made | None) -> None:
    if made is not None:
        screen.find(str(made.ticket_id))
        screen.say(made.told)
