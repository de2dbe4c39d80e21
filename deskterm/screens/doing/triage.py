"""Acts on held letters and unverified messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from deskterm.desk.views import Choosable, LetterRow
from deskterm.i18n import _
from deskterm.screens.dialogs import Choose, Confirm

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


def _letter(screen: MainScreen) -> LetterRow | None:
    row = screen.tickets.current()
    return row if isinstance(row, LetterRow) else None


async def make_ticket(screen: MainScreen) -> None:
    """Make a ticket of the letter; of one that made tickets already, only when told so."""
    letter = _letter(screen)
    if letter is None:
        return
    if letter.tickets:
        numbers = ", ".join(f"#{number}" for number in letter.tickets)
        answer = await screen.app.push_screen_wait(
            Confirm(
                _("One more ticket?"),
                _("This letter is in {tickets} already.").format(tickets=numbers),
                (("yes", "y", _("make one more")), ("no", "n", _("leave it"))),
            )
        )
        if answer != "yes":
            return
    number = await screen.desk.act("triage.make_ticket", letter.id)
    screen.say(_("It is ticket {number} now.").format(number=number))


async def add_to(screen: MainScreen) -> None:
    """Choose the ticket the letter belongs to."""
    letter = _letter(screen)
    if letter is None:
        return

    async def look_up(words: str) -> Sequence[Choosable]:
        found: Sequence[Choosable] = await screen.desk.read("listing.ticket_choices", words)
        return found

    chosen = await screen.app.push_screen_wait(
        Choose(_("Which ticket does it belong to?"), await look_up(""), look_up=look_up)
    )
    if chosen is not None:
        await screen.desk.act("triage.add_to", letter.id, chosen)
        screen.say(_("Added to ticket {number}.").format(number=chosen))


async def block(screen: MainScreen) -> None:
    """Block the sender, after asking."""
    letter = _letter(screen)
    if letter is None:
        return
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Block the sender?"),
            _("Letters of {address} will be kept, but nobody will see them here.").format(
                address=letter.address
            ),
            (("yes", "y", _("block")), ("no", "n", _("leave it"))),
        )
    )
    if answer == "yes":
        await screen.desk.act("triage.block", letter.id)
        screen.say(_("Blocked. Whom the desk blocks: deskterm blacklist list"))


async def go_to_ticket(screen: MainScreen) -> None:
    """Go to the ticket made of the letter; of several, ask which."""
    letter = _letter(screen)
    if letter is None:
        return
    numbers = list(letter.tickets) or ([letter.ticket_id] if letter.ticket_id is not None else [])
    if not numbers:
        screen.say(_("No ticket was made of it yet; `t` makes one."), "warning")
        return
    number: int | None = numbers[0]
    if len(numbers) > 1:
        entries = [Choosable(id=each, name=f"#{each}") for each in numbers]
        number = await screen.app.push_screen_wait(Choose(_("Which ticket?"), entries))
    if number is not None:
        screen.find(str(number))


async def detach(screen: MainScreen) -> None:
    """Detach the unverified message into a ticket of its own."""
    message = screen.open.message
    if message is not None:
        number = await screen.desk.act("triage.detach", message.id)
        screen.say(_("It is ticket {number} now.").format(number=number))
