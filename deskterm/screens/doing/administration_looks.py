"""What belongs to an entry of the administration, and trying what an entry would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import _, p_
from deskterm.screens import reach
from deskterm.screens.administration import area as area_module
from deskterm.screens.dialogs import Choose, Confirm, Read
from deskterm.screens.presenters import administration as presenter

if TYPE_CHECKING:
    from deskterm.screens.administration.screen import Administration

TRIED_LETTERS: Final = 50
"""So many of the newest letters are offered at once; words find others."""


async def blocked_by(screen: Administration, row: Any) -> None:
    """The letters an entry blocked, the newest first; one of them is let in from here, or gone to."""
    while True:
        letters = await screen.desk.read("blacklist.blocked_by", row.id)
        if not letters:
            screen.say(_("It has blocked nothing yet: {name}").format(name=row.value), "warning")
            return
        title = _("Blocked by “{name}”").format(name=row.value)
        entries = [Choosable(each.id, *presenter.letter(each)) for each in letters]
        chosen = await screen.app.push_screen_wait(
            Choose(title, entries, keys=_("Enter goes on with one · Esc goes back"))
        )
        letter = next((each for each in letters if each.id == chosen), None)
        if letter is None or not await _let_in_or_gone_to(screen, letter):
            return


async def _let_in_or_gone_to(screen: Administration, letter: Any) -> bool:
    """What is done with a letter that was blocked; whether the list is shown again."""
    from deskterm.screens.administration.screen import Step

    told, detail = presenter.letter(letter)
    answers = (
        *((("release", "y", _("let it into normal processing")),) if letter.triage == "blocked" else ()),
        ("go", "g", _("go to the letter")),
        ("back", "n", _("leave it")),
    )
    answer = await screen.app.push_screen_wait(Confirm(told, f"{detail}\n{letter.why}", answers))
    if answer == "go":
        screen.dismiss(("letter", letter.id))
        return False
    if answer == "release":
        noted = await screen.desk.act(area_module.noted, "triage.release", letter.id)
        assert screen.area is not None
        screen.steps.append(Step(screen.area, told, noted.reversal))
        number = _("It is ticket {number} now; `z` undoes it.").format(number=noted.result)
        screen.say(number)
    return True


async def try_entry(screen: Administration, row: Any) -> None:
    """The stored letters an entry would block; nothing is changed."""
    await _would_block(screen, row.value, row.kind)


async def typed_entry(screen: Administration, values: dict[str, Any]) -> None:
    """The stored letters an entry that is being typed would block."""
    await _would_block(screen, values["value"], values.get("kind") or None)


async def _would_block(screen: Administration, value: str, kind: str | None) -> None:
    tried = await screen.desk.read("blacklist.try_out", value, kind)
    text = presenter.would_block(tried)
    await screen.app.push_screen_wait(Read(_("“{name}” would block").format(name=tried.value), text))


async def test_account(screen: Administration, row: Any) -> None:
    """Try the mailbox step by step."""
    from deskterm.screens.administration.account_test import AccountTest

    if screen.app.home.confinement is not None:
        screen.say(_("This is done at the server: deskterm accounts test"), "warning")
        return
    await screen.app.push_screen_wait(AccountTest(row.address))


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


FROM_A_FILE: Final = 0


async def try_rules(screen: Administration, row: Any) -> None:
    """Say which rule decides about a letter of the store or of a file, and what would become of it."""
    from deskterm.screens.administration import trying

    async def look_up(words: str) -> Sequence[Choosable]:
        found = (await screen.desk.read("letters.listed", words=words or None, limit=TRIED_LETTERS)).rows
        letters = [Choosable(each.id, *presenter.letter(each)) for each in found]
        return [Choosable(FROM_A_FILE, _("a letter of a file…")), *letters]

    title = _("Try the rules on a letter")
    chosen = await screen.app.push_screen_wait(Choose(title, await look_up(""), look_up=look_up))
    if chosen is None:
        return
    own = await screen.desk.read(trying.own_addresses)
    if chosen == FROM_A_FILE:
        told = _("A file with it: .eml, or an mbox, whose first letter is taken.")
        path = await reach.file_asked(screen.app, title, told)
        if path is None:
            return
        letter = await screen.desk.aside(lambda: trying.read_file(path, own))
    else:
        raw = await screen.desk.read("originals.raw", "letter", chosen)
        letter = await screen.desk.aside(lambda: trying.read_bytes(title, raw, own))
    found = await screen.desk.read(trying.tried, letter, row.account)
    text = presenter.tried(found.rules, p_("verdict", found.verdict), found.reasons)
    await screen.app.push_screen_wait(Read(f"{found.sender}: {found.subject}", text))


LOOKS: Final = {
    "blocked_by": blocked_by,
    "client_card": client_card,
    "contact_card": contact_card,
    "agent_card": agent_card,
}
TRIES: Final = {"test_account": test_account, "try_entry": try_entry, "try_rules": try_rules}
TYPED: Final = {"try_entry": typed_entry}
