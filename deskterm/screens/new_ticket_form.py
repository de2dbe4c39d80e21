"""What the form of a new ticket asks for: who, a contact of the card, where to add it, fields, a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens import composer_texts
from deskterm.screens.dialogs import Ask, Choose
from deskterm.screens.doing.asking_people import choose_whom, new_client, new_contact
from deskterm.screens.presenters.new_ticket import FIELDS

if TYPE_CHECKING:
    from deskterm.screens.new_ticket import NewTicketForm

NONE: Final = 0
LETTER, ADDRESS = 100, 101


async def who(form: NewTicketForm) -> None:
    """Find who asks, by name, address or telephone; of a client, take or make a contact then."""
    chosen = await choose_whom(form, _("Who asks? Name, address, telephone"), new=True)
    if chosen is None:
        return
    kind, id, words = chosen
    if kind == "contact":
        await use_contact(form, id)
    elif kind == "client":
        await use_client(form, id)
        await card(form)
    elif kind == "new":
        made = await new_client(form, words)
        if made is not None:
            await use_client(form, made)
            contact_id = await new_contact(form, made)
            if contact_id is not None:
                await use_contact(form, contact_id)
    else:
        await _unknown(form)
    form.subject_line.focus()


async def _unknown(form: NewTicketForm) -> None:
    name = await form.app.push_screen_wait(Ask(_("Who asks?"), _("His name"), form.asked.name))
    if name is None:
        return
    address = await form.app.push_screen_wait(
        Ask(_("Who asks?"), _("His e-mail address; empty where he gave none"), form.asked.address)
    )
    if address is None:
        return
    form.asked.client = form.asked.contact = None
    form.asked.name, form.asked.address = name.strip(), address.strip()
    form.asked_changed()


async def use_client(form: NewTicketForm, client_id: int) -> None:
    """It is a request of this client, the contact not yet said."""
    card = await form.desk.read("cards.client", client_id)
    form.asked.client, form.asked.contact, form.asked.same_address = card.client, None, ()
    form.asked.name = form.asked.address = ""
    form.asked_changed()


async def use_contact(form: NewTicketForm, contact_id: int) -> None:
    """It is a request of this contact."""
    card = await form.desk.read("cards.contact", contact_id)
    if form.asked.contact is not None and form.asked.contact.id != contact_id:
        form.asked.address = ""
    form.asked.client, form.asked.contact = card.client, card.contact
    form.asked.same_address = card.same_address
    form.asked.name = ""
    form.asked_changed()


async def card(form: NewTicketForm) -> None:
    """The client's card: Enter takes a contact, or one of its open tickets to add the request to."""
    from deskterm.screens.cards import Card

    if form.asked.client is None:
        await who(form)
        return
    client_id = form.asked.client.id
    went = await form.app.push_screen_wait(Card(form.desk, form.keymap, "client", client_id, choosing=True))
    if went is not None and went.how == "taken":
        await use_contact(form, went.id)
    elif went is not None and went.how == "ticket":
        form.asked.into, form.asked.into_words = went.id, f"{went.id} — {went.told}"
        form.asked_changed()
    elif form.asked.contact is not None:
        await use_contact(form, form.asked.contact.id)  # he may have been changed on the card
    form.subject_line.focus()


async def into(form: NewTicketForm) -> None:
    """One of the open tickets of who asks, filtered as one types, or a new one."""
    asked = form.asked
    whose: dict[str, int] = {}
    if asked.client is not None:
        whose = {"client_id": asked.client.id}

    async def look_up(words: str) -> Sequence[Choosable]:
        found: list[Any] = []
        if asked.contact is not None:
            found = await form.desk.read("new_ticket.open_tickets", contact_id=asked.contact.id, words=words)
        his = {each.id for each in found}
        others = await form.desk.read("new_ticket.open_tickets", words=words, **whose)
        rest = _("Others of the client") if whose else _("Open tickets")
        entries = [Choosable(each.id, each.name, group=_("His own")) for each in found]
        entries += [Choosable(each.id, each.name, each.detail, rest) for each in others if each.id not in his]
        new = Choosable(NONE, _("a new ticket"))
        # Enter after words is meant for what they found
        return [*entries, new] if words else [new, *entries]

    there = await look_up("")
    chosen = await form.app.push_screen_wait(
        Choose(_("Into which ticket?"), there, current=asked.into or NONE, look_up=look_up)
    )
    if chosen is None:
        return
    asked.into = chosen or None
    asked.into_words = ""
    if chosen:
        names = await form.desk.read("new_ticket.open_tickets", words=str(chosen), **whose)
        asked.into_words = next((each.name for each in names if each.id == chosen), str(chosen))
    form.asked_changed()


async def fields(form: NewTicketForm) -> None:
    """Choose what is set with the request: a field, whether a letter goes out, which address is answered."""
    asked = form.asked
    entries = [
        Choosable(number, _(title), asked.fields.get(name, (None, ""))[1])
        for number, (name, title) in enumerate(FIELDS)
    ]
    entries.append(
        Choosable(
            LETTER,
            _("send no letter of confirmation") if asked.confirm else _("send a letter of confirmation"),
        )
    )
    entries.append(Choosable(ADDRESS, _("answer to another address…"), asked.address))
    chosen = await form.app.push_screen_wait(Choose(_("Set what?"), entries))
    if chosen is None:
        return
    if chosen == LETTER:
        asked.confirm = not asked.confirm
    elif chosen == ADDRESS:
        await _address(form)
    else:
        await _field(form, *FIELDS[chosen])
    form.asked_changed()


async def _field(form: NewTicketForm, name: str, title: str) -> None:
    if name == "responsible":
        entries = await form.desk.read("listing.agents")
    else:
        entries = await form.desk.read("listing.choosable", name)
    current = form.asked.fields.get(name, (None, ""))[0]
    chosen = await form.app.push_screen_wait(
        Choose(_(title), [Choosable(NONE, _("as the desk sets it")), *entries], current=current or NONE)
    )
    if chosen is None:
        return
    form.asked.fields.pop(name, None)
    if chosen:
        shown = next(each.name for each in entries if each.id == chosen)
        form.asked.fields[name] = (chosen, shown)


async def _address(form: NewTicketForm) -> None:
    """The address this request is answered to; of a contact one of his, in use or not, or another."""
    typed = await form.app.push_screen_wait(
        Ask(
            _("Answer to which address?"),
            ", ".join(
                point.value
                for point in (form.asked.contact.points if form.asked.contact is not None else ())
                if point.kind == "email"
            ),
            form.asked.address,
        )
    )
    if typed is not None:
        form.asked.address = typed.strip()


async def template(form: NewTicketForm) -> None:
    """Put in one of the desk's texts; what it says of client, contact and subject is filled from the form."""

    def finish(text: str) -> str:
        for placeholder, value in _known(form).items():
            if value:
                text = text.replace(placeholder, value)
        return text

    filled = await composer_texts.choose_template(form, None, finish)
    if filled is None:
        return
    text = finish(filled.text)
    await composer_texts.put_in(form, text)
    left = [name for name in filled.unfilled if name in text]
    if left:
        form.say(_("Fill in: {names}").format(names=", ".join(left)), "warning")


def _known(form: NewTicketForm) -> dict[str, str]:
    asked = form.asked
    client = asked.client.name if asked.client is not None else ""
    contact = asked.contact.name if asked.contact is not None else asked.name
    department = asked.contact.department if asked.contact is not None else ""
    subject = form.subject_line.value.strip()
    values = (
        ("client", "клиент", client),
        ("contact", "контакт", contact),
        ("department", "отдел", department),
        ("subject", "тема", subject),
    )
    return {f"{{{name}}}": value for english, russian, value in values for name in (english, russian)}
