"""Acts of writing: answers, notes, private messages, drafts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from deskterm.desk.views import Body, Choosable, DraftView, TicketHead
from deskterm.i18n import _
from deskterm.screens import countdown, meanwhile
from deskterm.screens.composer import Composer, Written
from deskterm.screens.composer_form import AS_SET, CLOSE
from deskterm.screens.composer_texts import beginning
from deskterm.screens.dialogs import Choose, Confirm
from deskterm.screens.doing import people
from deskterm.screens.presenters import signs, when

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.screens.main_screen import MainScreen
    from deskterm.store.work import Work


async def reply(screen: MainScreen) -> None:
    """Write a public answer, or go on with the one begun."""
    visibility = await _visibility(screen)
    if visibility is not None:
        await _write(screen, visibility, None)


async def _visibility(screen: MainScreen) -> str | None:
    """Public; where the desk hides by default its author says so first, None where he leaves it."""
    if await screen.desk.read(opens_as) == "public":
        return "public"
    return await screen.app.push_screen_wait(
        Confirm(
            _("For whom?"),
            _("This desk keeps to itself what is not said to be public."),
            (("internal", "i", _("internal note: agents only")), ("public", "p", _("public answer"))),
        )
    )


def opens_as(work: Work, actor: Actor) -> str:
    """What a new message is on this desk unless its author says otherwise."""
    from deskterm.desk import answer_form

    return answer_form.opens_as(work)


async def reply_to(screen: MainScreen, number: int) -> None:
    """Write a public answer in a ticket, or go on with the one begun, and quote its newest message."""
    await _write(screen, "public", None, number, await _newest(screen, number))


async def _newest(screen: MainScreen, number: int) -> Body | None:
    """The customer's newest message in a ticket."""
    rows = await screen.desk.read("showing.messages", number)
    newest = next((row.id for row in reversed(rows) if row.author_kind == "customer"), None)
    body: Body | None = None if newest is None else await screen.desk.read("showing.body", newest)
    return body


async def reply_and_close(screen: MainScreen) -> None:
    """Write a public answer that closes the ticket."""
    await _write(screen, "public", None, status=CLOSE)


async def reply_from_template(screen: MainScreen) -> None:
    """Write a public answer that begins with one of the desk's texts."""
    await _write(screen, "public", None, first="template")


async def note(screen: MainScreen) -> None:
    """Write an internal note, or go on with the one begun."""
    await _write(screen, "internal", None)


async def private(screen: MainScreen) -> None:
    """Write to one agent only."""
    if not _may_write(screen, "private"):
        return
    actor = screen.desk.actor
    agents = [
        each
        for each in await screen.desk.read("listing.agents")
        if actor is None or each.id != actor.agent_id
    ]
    if not agents:
        screen.say(_("There is no other agent to write to."), "warning")
        return
    chosen = await screen.app.push_screen_wait(Choose(_("Private message to whom?"), agents))
    if chosen is not None:
        await _write(screen, "private", chosen)


def _may_write(screen: MainScreen, visibility: str) -> bool:
    """Whether the agent's role writes such messages; says so where it does not, before he has written one."""
    actor = screen.desk.actor
    right = "answer" if visibility == "public" else "note"
    if actor is None or actor.rights & {right, "administer"}:
        return True
    told = (
        _("Your role may not write to customers.") if right == "answer" else _("Your role writes no notes.")
    )
    screen.say(told, "warning")
    return False


async def drafts(screen: MainScreen) -> None:
    """Choose one of one's own drafts and go on with it."""
    mine: list[DraftView] = await screen.desk.read("drafts.all_mine")
    if not mine:
        screen.say(_("You have no drafts."), "faint")
        return
    entries = [
        Choosable(
            id=each.id,
            name=_of_what(each) + "  " + (beginning(each.subject or each.body) or _("(empty)")),
            detail=f"{_(signs.VISIBILITIES[each.visibility][0])}, {when.ago(each.updated_at, when.now())}"
            + (", " + _("came back") if each.returned_why else "")
            + (", " + _("put off") if each.deferred else ""),
        )
        for each in mine
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("My drafts"), entries))
    if chosen is not None:
        await open_draft(screen, next(each for each in mine if each.id == chosen))


def _of_what(draft: DraftView) -> str:
    return f"#{draft.ticket_id}" if draft.ticket_id is not None else _("new ticket:")


async def open_draft(screen: MainScreen, draft: DraftView) -> None:
    """Go on with a draft."""
    if draft.ticket_id is None:
        await people.open_new_ticket(screen, draft)
        return
    head = await screen.desk.read("showing.head", draft.ticket_id)
    await _compose(screen, head, draft.visibility, draft.addressee_id, draft)


async def open_draft_of(screen: MainScreen, key: str) -> None:
    """Go on with a draft by its key, as one taken back."""
    drafts: list[DraftView] = await screen.desk.read("drafts.all_mine")
    for draft in drafts:
        if draft.key == key:
            await open_draft(screen, draft)


async def _write(
    screen: MainScreen,
    visibility: str,
    addressee_id: int | None,
    number: int | None = None,
    quoted: Body | None = None,
    *,
    status: int = AS_SET,
    first: str = "",
) -> None:
    number = screen.target("ticket") if number is None else number
    if number is None:
        return
    head = await screen.desk.read("showing.head", number)
    begun: list[DraftView] = await screen.desk.read("drafts.of_ticket", head.id)
    draft = next(
        (each for each in begun if each.visibility == visibility and each.addressee_id == addressee_id), None
    )
    await _compose(screen, head, visibility, addressee_id, draft, quoted, status=status, first=first)


async def _compose(
    screen: MainScreen,
    head: TicketHead,
    visibility: str,
    addressee_id: int | None,
    draft: DraftView | None,
    quoted: Body | None = None,
    *,
    status: int = AS_SET,
    first: str = "",
) -> None:
    if not _may_write(screen, visibility):
        return
    recipients = await screen.desk.read("messages.preview", head.id) if visibility == "public" else []
    form_view = await screen.desk.read("answer_form.shown", head.id)
    addressee = ""
    if addressee_id is not None:
        agents = await screen.desk.read("listing.agents")
        addressee = next((each.name for each in agents if each.id == addressee_id), "")
    key = draft.key if draft is not None else secrets.token_hex(16)
    quoted = quoted or screen.open.body
    if quoted is None or quoted.ticket_id != head.id:
        # the ticket is not on the screen yet: what is answered is shown all the same
        quoted = await _newest(screen, head.id)
    if visibility == "public":
        screen.app.answers(head.id)
    try:
        written: Written | None = await screen.app.push_screen_wait(
            Composer(
                screen.desk,
                head=head,
                visibility=visibility,
                addressee_id=addressee_id,
                addressee=addressee,
                recipients=recipients,
                form_view=form_view,
                draft_key=key,
                draft=draft,
                quoted=quoted,
                status=status,
                first=first,
                seen=meanwhile.seen_message(screen, head, quoted if draft is None else None),
                there=screen.tickets.here.get(head.id, ()),
            )
        )
    finally:
        screen.app.answers(None)
    if written is None or written.how == "left":
        return
    if written.how == "kept":
        screen.say(
            _("Kept as a draft; `{key}` goes on with it.").format(key="r" if visibility == "public" else "d")
        )
    elif written.how == "deferred":
        screen.say(_("Put off; nothing of the ticket changed. `d` lists it among your drafts."))
    elif written.how == "dropped":
        screen.say(_("Thrown away."), "faint")
    elif visibility == "public":
        seconds = await screen.desk.read("outbox.seconds_left", written.message_id)
        countdown.begin(screen, written.message_id, head.id, seconds)
    else:
        screen.say(_("Noted."))
