"""The cards of clients, contacts and agents: what is known of them on top, all their tickets below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Input

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk.views import TicketRow
from deskterm.i18n import N_, _
from deskterm.screens import acts, pace
from deskterm.screens.acting import ActingScreen, key_bindings
from deskterm.screens.acts import ACTS
from deskterm.screens.desk_link import DeskLink
from deskterm.screens.frame import ActionBar, OneLine, StatusBar, TitleLine
from deskterm.screens.lines import Id, LineList
from deskterm.screens.lists import ColumnList
from deskterm.screens.live import Stirred
from deskterm.screens.presenters import cards as card_presenter
from deskterm.screens.presenters import ticket_columns
from deskterm.screens.presenters.cards import Fact
from deskterm.screens.presenters.line import Line
from deskterm.screens.search_line import SearchLine, SearchRow

if TYPE_CHECKING:
    from deskterm.screens.app import Console

THINGS: Final = frozenset({"card", "list"})
MORE: Final = 0
"""Stands at the end of the tickets while there are older ones: where it comes into view they are read."""
LINES_AROUND: Final = 5
"""Lines of the screen that are neither facts nor tickets."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a card of one kind shows, and by which name its tickets are asked for."""

    read: str
    facts: Callable[[Any, int], list[Fact]]
    title: str
    whose: str


KINDS: Final[Mapping[str, Kind]] = {
    "client": Kind("cards.client", card_presenter.client_facts, N_("Client: {name}"), "client_id"),
    "contact": Kind("cards.contact", card_presenter.contact_facts, N_("Contact: {name}"), "contact_id"),
    "agent": Kind("cards.agent", card_presenter.agent_facts, N_("Agent: {name}"), "agent_id"),
}


@dataclass(frozen=True, slots=True)
class Went:
    """Where an agent went from a card: 'ticket', 'made' (a new one), 'taken' (the contact, when choosing)."""

    how: str
    id: int
    told: str = ""


class FactList(LineList):
    """The facts of a card."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.facts: list[Fact] = []

    def show(self, facts: list[Fact], cursor: int | None) -> None:
        """Show these; the cursor stays on its line unless told where to go."""
        self.facts = facts
        self.set_ids(range(len(facts)), cursor=cursor)

    def draw(self, id: Id, width: int) -> Line | None:
        return self.facts[int(id)].line if int(id) < len(self.facts) else None

    @property
    def current(self) -> Fact | None:
        """The fact under the cursor."""
        return self.facts[int(self.cursor)] if self.cursor is not None else None


class CardTickets(ColumnList):
    """All the tickets of somebody, the latest first."""

    markable: ClassVar[bool] = False

    def __init__(self, *, id: str) -> None:
        super().__init__(ticket_columns.TICKETS, id=id)


class Card(ActingScreen[Went]):
    """A card. While `choosing`, Enter on a contact takes it."""

    acts_on = THINGS
    app: Console
    CSS_PATH = "cards.tcss"
    AUTO_FOCUS = "#facts"

    def __init__(
        self,
        link: DeskLink,
        keymap: Mapping[str, tuple[str, ...]],
        kind: str,
        id: int,
        *,
        choosing: bool = False,
    ) -> None:
        super().__init__()
        self.desk = link
        self.keymap = keymap
        self.kind = kind
        self.subject_id = id
        self.choosing = choosing
        self.card: Any = None
        """A ClientCard, ContactCard or AgentCard, once it was read."""
        self.open_only = False
        self.title_line = TitleLine(id="card_title")
        self.facts = FactList(id="facts")
        self.tickets_title = TitleLine(id="card_tickets_title")
        self.search = SearchLine(id="search", placeholder=_("words or a ticket's number; Esc shows all"))
        self.columns = TitleLine(id="card_columns")
        self.tickets = CardTickets(id="tickets")
        self.status_bar = StatusBar(id="card_status")
        self.bar = ActionBar(id="card_actions")
        self._after: Any = None
        self._typing: Timer | None = None
        self._bindings = key_bindings(keymap, [act for act in ACTS if act.where in THINGS])

    def compose(self) -> ComposeResult:
        yield self.title_line
        yield self.facts
        yield self.tickets_title
        yield SearchRow(self.search)
        yield self.columns
        yield self.tickets
        yield self.status_bar
        yield self.bar

    def on_mount(self) -> None:
        palette = self.app.palette
        for one in self.query(OneLine):
            one.use(palette)
        for lines in (self.facts, self.tickets):
            lines.use(palette)
        self.bar.show(
            [
                (act.id, acts.first_key(act, self.keymap), _(act.hint))
                for act in ACTS
                if act.where == "card" and act.hint and acts.allowed(act, self.desk.rights)
            ],
            kept=3,  # the way back among them
        )
        self.read()

    def on_resize(self, event: events.Resize) -> None:
        self.call_after_refresh(self._show)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.title_line.show_focus(self.focused is self.facts)
        self.tickets_title.show_focus(self.focused is not self.facts)

    # -- reading

    def read(self) -> None:
        """Read the card and its tickets anew."""
        self.start(self._first(), "card", exclusive=True)

    @on(Stirred)
    def _stirred(self, message: Stirred) -> None:
        # where one read on, the place is worth more than the newest: F5 reads anew
        if len(self.tickets.ids) <= limits.PAGE_ROWS + 1:
            self.read()

    async def _first(self) -> None:
        first = self.card is None
        self.card = await self.desk.read(KINDS[self.kind].read, self.subject_id)
        self._show(first=first)
        self.start(self._page(), "tickets", exclusive=True)

    async def _page(self) -> None:
        page = await self._tickets(None)
        self.tickets.rows = {}
        self.tickets.empty = self._nothing()
        self._take(page, [])

    async def _more(self) -> None:
        if self._after is not None:
            page = await self._tickets(self._after)
            self._take(page, [id for id in self.tickets.ids if id != MORE])

    async def _tickets(self, after: Any) -> Any:
        return await self.desk.read(
            "cards.tickets_of",
            **{KINDS[self.kind].whose: self.subject_id},
            words=self.search.value.strip(),
            open_only=self.open_only,
            after=after,
            limit=limits.PAGE_ROWS,
        )

    def _take(self, page: Any, before: list[Id]) -> None:
        self._after = page.after
        self.tickets.rows.update({row.id: row for row in page.rows})
        at_end = self.tickets.cursor == MORE and bool(page.rows)
        ids = [*before, *(row.id for row in page.rows), *([MORE] if page.after is not None else [])]
        self.tickets.set_ids(ids, cursor=page.rows[0].id if at_end else None, keep=True)

    @on(LineList.Wanted, "#tickets")
    def _wanted(self, message: LineList.Wanted) -> None:
        self.start(self._more(), "tickets", exclusive=True)

    def _nothing(self) -> tuple[Line, ...]:
        if self.search.value.strip():
            told = _("No ticket here holds these words.")
        elif self.open_only:
            told = _("No open tickets. `o` shows the closed ones too.")
        else:
            told = _("No tickets.")
        return ((), (("  ", ""), (told, "faint")))

    # -- what stands on the screen

    def _show(self, *, first: bool = False) -> None:
        if self.card is None:
            return
        width = self.facts.line_width
        facts = KINDS[self.kind].facts(self.card, max(30, width))
        cursor = None
        if first and self.choosing:
            cursor = next((number for number, fact in enumerate(facts) if fact.what == "contact"), None)
        room = max(6, self.size.height - LINES_AROUND)
        share = room * (7 if self.choosing else 11) // (10 if self.choosing else 20)
        self.facts.styles.height = max(1, min(len(facts), max(3, share)))
        self.facts.show(facts, cursor)
        self.title_line.say(((" " + clean(self._title()), ""),), self._chosen())
        self._say_tickets()

    def _title(self) -> str:
        return _(KINDS[self.kind].title).format(name=self.name_of_it)

    def _chosen(self) -> Line:
        return ((_("Enter takes the contact") + " ", ""),) if self.choosing else ()

    def _say_tickets(self) -> None:
        told = card_presenter.numbers(self.card.tickets)
        words = self.search.value.strip()
        if self.kind == "agent":
            told = _("Responsible for {tickets}").format(tickets=told)
        if self.open_only:
            told += " · " + _("open only")
        if words:
            told += " · " + _("with “{words}”").format(words=clean(words))
        self.tickets_title.say(((" " + clean(told), ""),))
        self.columns.say(self.tickets.header())

    @property
    def name_of_it(self) -> str:
        """The name of whom the card is about, '' until it was read."""
        return "" if self.card is None else str(getattr(self.card, self.kind).name)

    @property
    def client_id(self) -> int | None:
        """The client the card is about or whose contact it is about."""
        if self.card is None or self.kind == "agent":
            return None
        return self.subject_id if self.kind == "client" else int(self.card.client.id)

    @property
    def contact_here(self) -> Any | None:
        """The contact of the card, or under the cursor of a client's."""
        if self.card is None or self.kind == "agent":
            return None
        if self.kind == "contact":
            return self.card.contact
        fact = self.facts.current
        if fact is None or fact.what != "contact":
            return None
        return next((each for each in self.card.contacts if each.id == fact.target), None)

    @property
    def department_here(self) -> int | None:
        """The department under the cursor of a client's card, or of the contact there."""
        fact = self.facts.current if self.kind == "client" else None
        if fact is not None and fact.what == "department":
            return fact.target
        contact = self.contact_here
        return None if contact is None else contact.department_id

    # -- the tickets

    @on(Input.Changed, "#search")
    def _words_typed(self, message: Input.Changed) -> None:
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(pace.TYPING, self.find)

    @on(Input.Submitted, "#search")
    def _words_given(self, message: Input.Submitted) -> None:
        self.set_focus(self.tickets)
        self.find()

    def find(self) -> None:
        """Show the tickets that hold the words typed."""
        if self.card is not None:
            self._say_tickets()
            self.start(self._page(), "tickets", exclusive=True)

    @on(LineList.Opened, "#tickets")
    def _ticket_opened(self, message: LineList.Opened) -> None:
        row = self.tickets.current()
        if isinstance(row, TicketRow):
            self.dismiss(Went("ticket", row.id, row.subject))

    @on(LineList.Opened, "#facts")
    def _fact_opened(self, message: LineList.Opened) -> None:
        fact = self.facts.current
        if fact is not None and fact.what:
            self.start(acts.resolve("deskterm.screens.doing.cards.opened")(self, fact))
