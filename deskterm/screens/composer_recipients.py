"""Who gets an answer: all of them in words, ticks taken off and put on, somebody added as one types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.views import Choosable
from deskterm.i18n import _
from deskterm.screens.dialogs import Choose

if TYPE_CHECKING:
    from deskterm.desk.writing_views import AnswerFormView
    from deskterm.screens.composer import Composer
    from deskterm.screens.composer_form import Form

MOST: Final = 30
"""So many contacts are offered for what was typed."""
ADDRESS: Final = 0
"""The entry of an address typed out."""


def words(form: Form, view: AnswerFormView | None, everybody: list[str]) -> tuple[int, str]:
    """How many get it, and who, without those whose tick was taken off; these are named behind."""
    shown, left = everybody, []
    if view is not None:
        shown = [each.shown for each in view.recipients if each.address not in form.left_out]
        left = [each.shown for each in view.recipients if each.address in form.left_out]
    told = ", ".join(shown)
    if left:
        told += "  " + _("(without {names})").format(names=", ".join(left))
    return len(shown), told


async def recipients(composer: Composer) -> None:
    """Take ticks off recipients of this answer and put them on; add a contact or an address by typing."""
    if composer.form_view is None or composer.visibility != "public":
        return
    at: int | None = None
    while True:
        asking = _Asking(composer)
        chosen = await composer.app.push_screen_wait(
            Choose(
                _("Who gets this answer?"),
                await asking.look_up(""),
                current=at,
                look_up=asking.look_up,
                placeholder=_("type a name or an address to add somebody"),
                keys=_("Enter takes the tick off, puts it on, adds · Esc is done"),
            )
        )
        if chosen is None:
            return
        at = chosen if chosen > ADDRESS else None
        await asking.take(chosen)
        composer.form_changed()


class _Asking:
    """Those who get it, and whom what is typed would add."""

    def __init__(self, composer: Composer) -> None:
        assert composer.form_view is not None
        self._composer = composer
        self._there = composer.form_view.recipients
        self._typed = ""

    async def look_up(self, typed: str) -> Sequence[Choosable]:
        """Recipients that fit, above the contacts and the address that could be added."""
        self._typed = typed
        parts = typed.casefold().split()
        left_out = self._composer.form.left_out
        entries = [
            Choosable(
                number,
                f"[{' ' if each.address in left_out else 'x'}] {each.shown}",
                _("not this time") if each.address in left_out else "",
            )
            for number, each in enumerate(self._there, start=1)
            if all(part in each.shown.casefold() for part in parts)
        ]
        if not typed:
            return entries
        name, address = self._address()
        if address and all(each.address.casefold() != address.casefold() for each in self._there):
            shown = f"{name} <{address}>" if name else address
            entries.append(Choosable(ADDRESS, shown, group=_("Add to the ticket")))
        there = {each.address.casefold() for each in self._there}
        found: list[Any] = await self._composer.desk.read(
            "contacts.listed", words=typed, active_only=True, limit=MOST
        )
        for each in found:
            if not there.issuperset(one.casefold() for one in each.addresses):
                detail = "  ".join([each.client, *each.addresses[:1]])
                entries.append(Choosable(-each.id, each.name, detail, _("Add to the ticket")))
        return entries

    def _address(self) -> tuple[str, str]:
        """Name and address as they were typed; no address where it is none yet."""
        from email.utils import parseaddr  # not before the first frame

        name, address = parseaddr(self._typed)
        before, at, domain = address.rpartition("@")
        return (name, address) if before and at and "." in domain.strip(".") else ("", "")

    async def take(self, chosen: int) -> None:
        """Turn the tick of a recipient, or add somebody."""
        composer = self._composer
        if chosen > ADDRESS:
            composer.form.left_out ^= {self._there[chosen - 1].address}
            return
        if chosen == ADDRESS:
            name, address = self._address()
            await composer.desk.act("participants.add_address", composer.head.id, address, name)
        else:
            await composer.desk.act("participants.add_contact", composer.head.id, -chosen)
        composer.form_view = await composer.desk.read("answer_form.shown", composer.head.id)
        composer.recipients = await composer.desk.read("messages.preview", composer.head.id)
        composer.say(_("Takes part now; `z` undoes it."))
