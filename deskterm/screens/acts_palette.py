"""The palette: acts that apply now, sections, tickets, clients and contacts, found by their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from deskterm.clean import clean
from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import Act
from deskterm.screens.desk_link import Trouble
from deskterm.screens.main_screen import MainScreen

if TYPE_CHECKING:
    from deskterm.desk.views import SectionRow

MOST: Final = 8
"""Tickets, clients and contacts of each kind that are offered."""

FOUND: Final = 0.4
"""How well what the desk found matches: behind acts and sections that hold the letters themselves."""


class OfMain(Provider):
    """A provider of the main screen; elsewhere it offers nothing."""

    @property
    def main(self) -> MainScreen | None:
        return self.screen if isinstance(self.screen, MainScreen) else None


class ActsProvider(OfMain):
    """The acts of the table."""

    def _acts(self) -> list[tuple[Act, str]]:
        main = self.main
        if main is None:
            return []
        return [
            (act, _(act.title)) for act in acts.applying(main.things(), main.focus_thing(), main.desk.rights)
        ]

    def _keys(self, act: Act) -> tuple[str, str]:
        keymap = self.main.keymap if self.main is not None else {}
        return "   " + "  ".join(acts.shown_key(key) for key in acts.keys_of(act, keymap)), "dim"

    def _do(self, act: Act) -> None:
        if self.main is not None:
            self.main.do(act)

    async def discover(self) -> Hits:
        for act, title in self._acts():
            shown = Text.assemble(title, self._keys(act))
            yield DiscoveryHit(shown, partial(self._do, act), text=title)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for act, title in self._acts():
            score = matcher.match(title)
            if score > 0:
                shown = matcher.highlight(title) + Content.styled(*self._keys(act))
                yield Hit(score, shown, partial(self._do, act), text=title)


class SectionsProvider(OfMain):
    """The sections of the tree."""

    def _go(self, row: SectionRow) -> None:
        main = self.main
        if main is not None:
            main.sections.go_to(row.key)
            main.set_focus(main.tickets)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for row in list(self.main.section_rows.values()) if self.main is not None else []:
            title = clean(_("Section: {name}").format(name=row.title))
            score = matcher.match(title)
            if score > 0:
                told = _("{unread} unread of {total}").format(unread=row.unread, total=row.total)
                shown = Text.assemble(title, (f"   {told}", "dim"))
                yield Hit(score, shown, partial(self._go, row), text=title)


class ThingsProvider(OfMain):
    """Tickets by number or words, clients and contacts by name, address or telephone."""

    async def search(self, query: str) -> Hits:
        main = self.main
        words = query.strip()
        if main is None or len(words) < 2:
            return
        for entry in await self._read("listing.ticket_choices", words):
            yield self._hit(str(entry.name), str(entry.detail), partial(main.find, str(entry.id)))
        for kind, path in (("client", "clients.listed"), ("contact", "contacts.listed")):
            for each in await self._read(path, words=words, active_only=True, limit=MOST):
                detail = each.status if kind == "client" else each.client
                yield self._hit(each.name, detail, partial(self._card, kind, each.id))

    async def _read(self, path: str, *arguments: Any, **named: Any) -> list[Any]:
        try:
            assert self.main is not None
            return list(await self.main.desk.read(path, *arguments, **named))[:MOST]
        except Trouble:
            return []  # what one may not see, or a store that is busy: the palette offers the rest

    def _hit(self, name: str, detail: str, then: Any) -> Hit:
        shown = Text.assemble(clean(name), (f"   {clean(detail)}", "dim"))
        return Hit(FOUND, shown, then, text=clean(name))

    def _card(self, kind: str, id: int) -> None:
        from deskterm.screens.doing import people  # brings much that the first frame must not wait for

        if self.main is not None:
            self.main.start(people.show(self.main, kind, id))


PROVIDERS: Final = frozenset({ActsProvider, SectionsProvider, ThingsProvider})
