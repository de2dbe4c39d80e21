"""The card of the open message: who wrote it, who gets it, how it came, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from deskterm.clean import clean
from deskterm.desk.views import Choosable
from deskterm.i18n import N_, _
from deskterm.screens import acts
from deskterm.screens.dialogs import Ask, Choose, Confirm
from deskterm.screens.doing import people, writing
from deskterm.screens.presenters import signs, when

if TYPE_CHECKING:
    from deskterm.desk.message_card import MessageCard
    from deskterm.desk.views import Body
    from deskterm.screens.main_screen import MainScreen

Doing = Callable[[], Coroutine[Any, Any, None]]
WRITER, RECEIVERS, ABOUT, DO = N_("Who wrote it"), N_("Who gets it"), N_("About it"), N_("What can be done")


async def show(screen: MainScreen) -> None:
    """Open the card; what is chosen on it is done."""
    message, body = screen.open.message, screen.open.body
    if message is None or body is None or body.id != message.id:
        return
    card: MessageCard = await screen.desk.read("message_card.shown", message.id)
    lines = [*_writer(screen, card), *_receivers(screen, card, body), *_about(screen, card, body)]
    lines += _doing(screen, card)
    entries = [
        Choosable(number, name, detail, group) for number, (group, name, detail, _do) in enumerate(lines)
    ]
    chosen = await screen.app.push_screen_wait(Choose(_("Message"), entries))
    if chosen is not None:
        done = lines[chosen][3]
        if done is not None:
            await done()


Entry = tuple[str, str, str, Doing | None]
"""(group, name, detail, what Enter does)."""


def _writer(screen: MainScreen, card: MessageCard) -> list[Entry]:
    sender = card.sender
    name = f"{sender.name} <{sender.address}>" if sender.name and sender.address else sender.name
    found: list[Entry] = [
        (
            WRITER,
            name or sender.address or _("the desk itself"),
            _("agent: his card") if sender.agent_id is not None else _("his card"),
            partial(people.sender_card, screen),
        )
    ]
    if card.client_id is not None:
        found.append(
            (
                WRITER,
                card.client,
                _("client: its card"),
                partial(people.show, screen, "client", card.client_id),
            )
        )
    return found


def _receivers(screen: MainScreen, card: MessageCard, body: Body) -> list[Entry]:
    found: list[Entry] = []
    if body.addressee:
        found.append((RECEIVERS, body.addressee, _("nobody else"), None))
    for recipient in body.recipients:
        sign, word, _style = signs.DELIVERIES.get(recipient.state, ("", recipient.state, ""))
        told = f"{sign} {_(word)}  {recipient.detail}".rstrip()
        found.append((RECEIVERS, recipient.address, told, partial(delivery, screen)))
    found += [(RECEIVERS, address, _("To"), None) for address in body.to]
    found += [(RECEIVERS, address, _("Cc"), None) for address in body.cc]
    return found


def _about(screen: MainScreen, card: MessageCard, body: Body) -> list[Entry]:
    kind = _(signs.TYPES.get(body.type, body.type))
    shown = _(signs.VISIBILITIES[body.visibility][0])
    found: list[Entry] = [(ABOUT, f"{kind}, {shown}", when.full(body.at), None)]
    if card.account:
        found.append((ABOUT, card.account, _("mailbox"), None))
    if card.rule:
        found.append((ABOUT, card.rule, _("the rule that decided"), partial(_act, screen, "why")))
    if card.seconds_spent is not None or card.may_correct_time:
        told = when.spent(card.seconds_spent) if card.seconds_spent is not None else _("not measured")
        correct = _("Enter corrects it") if card.may_correct_time else ""
        found.append(
            (ABOUT, _("time spent: {time}").format(time=told), correct, partial(_time, screen, card))
        )
    if body.attachments:
        names = ", ".join(file.name or _("(no name)") for file in body.attachments)
        found.append(
            (ABOUT, _("files: {names}").format(names=clean(names)), "", partial(_act, screen, "save"))
        )
    return found


def _doing(screen: MainScreen, card: MessageCard) -> list[Entry]:
    found: list[Entry] = []
    troubled = card.troubled
    if troubled is not None and troubled.may_retry:
        found.append((DO, _("send it again as it is"), "", partial(_retry, screen, card)))
        found.append((DO, _("it has arrived, or needs nothing more"), "", partial(_arrived, screen, card)))
    elif card.may_hurry:
        found.append((DO, _("try it again now"), "", partial(_retry, screen, card)))
    if troubled is not None and troubled.may_edit:
        found.append((DO, _("edit it and send it again…"), "", partial(_edit, screen, card)))
    if card.may_withdraw:
        found.append((DO, _("take it back as a draft"), "", partial(_withdraw, screen, card)))
    keys = [("whose", _("whose message it is…")), ("move_message", ""), ("split", ""), ("delete_message", "")]
    if screen.open.message is not None and screen.open.message.unverified:
        keys[:0] = [("accept", ""), ("detach", "")]
    for name, title in keys:
        act = acts.BY_ID[name]
        key = acts.first_key(act, screen.keymap)
        found.append((DO, title or _(act.title), key, partial(_act, screen, name)))
    return found


async def _act(screen: MainScreen, name: str) -> None:
    screen.do(acts.BY_ID[name])


# -- its delivery


async def delivery(screen: MainScreen) -> None:
    """What became of the letter for each recipient; sending it again, editing it, settling it."""
    message, body = screen.open.message, screen.open.body
    if message is None or body is None or body.id != message.id:
        return
    if not body.recipients:
        screen.say(_("No letter carries this message."), "faint")
        return
    card: MessageCard = await screen.desk.read("message_card.shown", message.id)
    told = []
    for recipient in body.recipients:
        sign, word, _style = signs.DELIVERIES.get(recipient.state, ("", recipient.state, ""))
        told.append(f"{sign} {_(word)}  {recipient.address}  {recipient.detail}".rstrip())
    answers: list[tuple[str, str, str]] = []
    if card.troubled is not None and card.troubled.may_retry:
        answers.append(("retry", "r", _("send it again as it is")))
        answers.append(("arrived", "y", _("it has arrived, or needs nothing more")))
    elif card.may_hurry:
        answers.append(("retry", "r", _("try it again now")))
    if card.troubled is not None and card.troubled.may_edit:
        answers.append(("edit", "e", _("edit it and send it again…")))
    if card.may_withdraw:
        answers.append(("withdraw", "t", _("take it back as a draft")))
    answers.append(("leave", "q", _("leave it")))
    answer = await screen.app.push_screen_wait(Confirm(_("Delivery"), "\n".join(map(clean, told)), answers))
    doing = {"retry": _retry, "arrived": _arrived, "edit": _edit, "withdraw": _withdraw}.get(answer or "")
    if doing is not None:
        await doing(screen, card)


async def _retry(screen: MainScreen, card: MessageCard) -> None:
    await screen.desk.act("outbox.retry", card.outgoing_id)
    screen.say(_("It is sent again; `z` undoes it."))


async def _arrived(screen: MainScreen, card: MessageCard) -> None:
    await screen.desk.act("outbox.arrived", card.outgoing_id)
    screen.say(_("Marked as arrived; `z` undoes it."))


async def _edit(screen: MainScreen, card: MessageCard) -> None:
    draft = await screen.desk.act("resending.edit_and_resend", card.outgoing_id)
    await writing.open_draft(screen, draft)


async def _withdraw(screen: MainScreen, card: MessageCard) -> None:
    await writing.open_draft(screen, await screen.desk.act("outbox.withdraw", card.outgoing_id))


# -- the time spent on it


async def time_spent(screen: MainScreen) -> None:
    """Correct the time spent on the open message."""
    message = screen.open.message
    if message is not None:
        await _time(screen, await screen.desk.read("message_card.shown", message.id))


async def _time(screen: MainScreen, card: MessageCard) -> None:
    if not card.may_correct_time:
        screen.say(_("Only its author corrects the time spent on a message."), "warning")
        return
    now = (
        ""
        if card.seconds_spent is None
        else f"{card.seconds_spent // 3600}:{card.seconds_spent // 60 % 60:02}"
    )
    answer = await screen.app.push_screen_wait(Ask(_("Time spent"), _(when.HOW_SPENT_IS_TYPED), now))
    if answer is None or answer.strip() == now:
        return
    seconds = when.read_spent(answer)
    if seconds is None:
        screen.say(_("This is no length of time: {text}").format(text=answer), "trouble")
        return
    await screen.desk.act("messages.set_time_spent", card.id, seconds)
    screen.say(_("Time spent: {time}; `z` undoes it.").format(time=when.spent(seconds)))
