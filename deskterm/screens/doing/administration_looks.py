"""What belongs to an entry of the administration, and trying what an entry would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import _, p_
from deskterm.screens import reach
from deskterm.screens.dialogs import Choose, Read
from deskterm.screens.presenters import administration as presenter

if TYPE_CHECKING:
    from deskterm.screens.administration.screen import Administration


async def blocked_by(screen: Administration, row: Any) -> None:
    """The letters an entry blocked; choosing one goes there."""
    letters = await screen.desk.read("blacklist.blocked_by", row.id)
    if not letters:
        screen.say(_("It has blocked nothing yet: {name}").format(name=row.value), "warning")
        return
    await _go_to_letter(screen, _("Blocked by “{name}”").format(name=row.value), letters)


async def try_entry(screen: Administration, row: Any) -> None:
    """The stored letters an entry would block; nothing is changed."""
    tried = await screen.desk.read("blacklist.try_out", row.value, row.kind)
    if not tried.letters:
        screen.say(_("No stored letter falls under it: {name}").format(name=row.value), "warning")
        return
    await _go_to_letter(screen, _("“{name}” would block").format(name=row.value), tried.letters)


async def _go_to_letter(screen: Administration, title: str, letters: Sequence[Any]) -> None:
    entries = [Choosable(each.id, *presenter.letter(each)) for each in letters]
    chosen = await screen.app.push_screen_wait(Choose(title, entries))
    if chosen is not None:
        screen.dismiss(("letter", chosen))


async def client_card(screen: Administration, row: Any) -> None:
    """The card of the client."""
    await _card(screen, "client", row.id)


async def contact_card(screen: Administration, row: Any) -> None:
    """The card of the contact."""
    await _card(screen, "contact", row.id)


async def agent_card(screen: Administration, row: Any) -> None:
    """The card of the agent."""
    await _card(screen, "agent", row.id)


async def _card(screen: Administration, kind: str, id: int) -> None:
    from deskterm.screens.cards import Card

    went = await screen.app.push_screen_wait(Card(screen.desk, screen.keymap, kind, id))
    if went is not None and went.how in ("ticket", "made"):
        screen.dismiss(("ticket", went.id))
    else:
        await screen.reread()


async def try_rules(screen: Administration, row: Any) -> None:
    """Say which rule decides about a letter of a file, and what would become of it."""
    from deskterm.screens.administration import trying

    path = await reach.file_asked(
        screen.app,
        _("Try the rules on a letter"),
        _("A file with it: .eml, or an mbox, whose first letter is taken."),
    )
    if path is None:
        return
    own = await screen.desk.read(trying.own_addresses)
    letter = await screen.desk.aside(lambda: trying.read_file(path, own))
    found = await screen.desk.read(trying.tried, letter, row.account)
    text = presenter.tried(found.rules, p_("verdict", found.verdict), found.reasons)
    await screen.app.push_screen_wait(Read(f"{found.sender}: {found.subject}", text))


LOOKS: Final = {
    "blocked_by": blocked_by,
    "client_card": client_card,
    "contact_card": contact_card,
    "agent_card": agent_card,
}
TRIES: Final = {"try_entry": try_entry, "try_rules": try_rules}
