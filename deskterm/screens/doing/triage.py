"""Acts on held, refused and blocked letters, and on unverified messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from deskterm.desk.errors import Changed
from deskterm.desk.views import Choosable, LetterRow
from deskterm.i18n import _, n_
from deskterm.screens import loading
from deskterm.screens.desk_link import Trouble
from deskterm.screens.dialogs import Choose, Confirm
from deskterm.screens.doing import writing

if TYPE_CHECKING:
    from deskterm.screens.main_screen import MainScreen


def _letter(screen: MainScreen) -> LetterRow | None:
    row = screen.tickets.current()
    return row if isinstance(row, LetterRow) else None


def _letters(screen: MainScreen) -> list[LetterRow]:
    """The marked letters, else the one under the cursor."""
    tickets = screen.tickets
    rows = [tickets.rows.get(id) for id in tickets.ids if id in tickets.marks] or [tickets.current()]
    return [row for row in rows if isinstance(row, LetterRow)]


def _seen(screen: MainScreen, letter: LetterRow) -> int:
    """The version of a letter the agent saw: as it was opened, else as the list shows it."""
    opened = screen.open.body
    return opened.version if opened is not None and opened.letter_id == letter.id else letter.version


async def _do(screen: MainScreen, path: str, letter: LetterRow, *arguments: Any) -> tuple[bool, Any]:
    """Do an act to a letter; (False, None) where somebody changed it and the agent reads it anew."""
    seen = _seen(screen, letter)
    try:
        return True, await screen.desk.act(path, letter.id, *arguments, seen_version=seen)
    except Trouble as trouble:
        if not isinstance(trouble.cause, Changed):
            raise
        told = trouble.sentence
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Changed meanwhile"),
            told,
            (("reload", "r", _("reload")), ("on", "g", _("go on all the same"))),
        )
    )
    if answer == "on":
        return True, await screen.desk.act(path, letter.id, *arguments)
    if answer == "reload":
        screen.open.body = None
        await loading.section(screen, screen.open.section, keep=True)
        screen.open_under_cursor()
    return False, None


async def _made(screen: MainScreen, path: str, letter: LetterRow) -> int | None:
    """Do an act that makes a ticket and say its number."""
    done, number = await _do(screen, path, letter)
    if not done:
        return None
    screen.say(_("It is ticket {number} now.").format(number=number))
    return int(number)


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
    await _made(screen, "triage.make_ticket", letter)


async def release(screen: MainScreen) -> None:
    """Let a refused or blocked letter into normal processing."""
    letter = _letter(screen)
    if letter is not None:
        await _made(screen, "triage.release", letter)


async def register(screen: MainScreen) -> None:
    """Register the sender of a refused letter and process it."""
    letter = _letter(screen)
    if letter is None:
        return
    number = await _made(screen, "senders.register_and_process", letter)
    if number is not None:
        told = _("{address} is registered now; the letter is ticket {number}.")
        screen.say(told.format(address=letter.address, number=number))


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
    if chosen is None:
        return
    done, _message_id = await _do(screen, "triage.add_to", letter, chosen)
    if done:
        screen.say(_("Added to ticket {number}.").format(number=chosen))


async def reviewed(screen: MainScreen) -> None:
    """Mark the letters as looked at."""
    await _each(screen, "triage.reviewed", _("Marked reviewed."))


async def spam(screen: MainScreen) -> None:
    """Have the letters moved to the Junk folder of their mailbox."""
    await _each(screen, "junk.mark", _("Spam: the worker moves it to the Junk folder."))


async def _each(screen: MainScreen, path: str, told: str) -> None:
    letters = _letters(screen)
    count = 0
    for letter in letters:
        done, _nothing = await _do(screen, path, letter)
        count += done
    screen.tickets.clear_marks()
    if count == 1:
        screen.say(told)
    elif count:
        many = n_("{count} letter", "{count} letters", count).format(count=count)
        screen.say(f"{told} ({many})")


async def review_and_close(screen: MainScreen) -> None:
    """Mark the letter as looked at and close the tickets made of it, after asking."""
    letter = _letter(screen)
    if letter is None:
        return
    numbers: Sequence[int] = await screen.desk.read("triage.open_tickets", letter.id)
    if numbers:
        told = n_(
            "Ticket {numbers} is closed with it.", "Tickets {numbers} are closed with it.", len(numbers)
        )
        answer = await screen.app.push_screen_wait(
            Confirm(
                _("Review and close?"),
                told.format(numbers=", ".join(f"#{number}" for number in numbers)),
                (("yes", "y", _("review and close")), ("no", "n", _("leave it"))),
            )
        )
        if answer != "yes":
            return
    done, _closed = await _do(screen, "triage.review_and_close", letter)
    if done:
        screen.say(_("Marked reviewed."))


async def block(screen: MainScreen) -> None:
    """Block the sender, after asking."""
    letter = _letter(screen)
    if letter is None:
        return
    answer = await screen.app.push_screen_wait(
        Confirm(
            _("Block the sender?"),
            _("Letters of {address} will be kept in Blocked, and nothing is made of them.").format(
                address=letter.address
            ),
            (("yes", "y", _("block")), ("no", "n", _("leave it"))),
        )
    )
    if answer != "yes":
        return
    done, _entry = await _do(screen, "triage.block", letter)
    if done:
        screen.say(_("Blocked; `z` undoes it. Whom the desk blocks: `F8`, Black list."))


async def reply(screen: MainScreen) -> None:
    """Answer a letter in the ticket it is in; where there is none, one is made of it."""
    letter = _letter(screen)
    if letter is None:
        return
    if letter.tickets:
        number = await _which_ticket(screen, letter)
    else:
        number = await _made(screen, "triage.make_ticket", letter)
    if number is not None:
        await writing.reply_to(screen, number)


async def go_to_ticket(screen: MainScreen) -> None:
    """Go to the ticket made of the letter; of several, ask which."""
    letter = _letter(screen)
    if letter is None:
        return
    if not letter.tickets:
        screen.say(_("No ticket was made of it yet; `t` makes one."), "warning")
        return
    number = await _which_ticket(screen, letter)
    if number is not None:
        screen.find(str(number))


async def _which_ticket(screen: MainScreen, letter: LetterRow) -> int | None:
    if len(letter.tickets) == 1:
        return letter.tickets[0]
    return await screen.app.push_screen_wait(Choose(_("Which ticket?"), letter.made))


async def detach(screen: MainScreen) -> None:
    """Detach the unverified message into a ticket of its own."""
    message = screen.open.message
    if message is not None:
        number = await screen.desk.act("triage.detach", message.id)
        screen.say(_("It is ticket {number} now.").format(number=number))
