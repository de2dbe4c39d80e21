"""What the main screen reads from the desk, and in which order it shows what came."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from deskterm import limits
from deskterm.screens import finding, notices, pace, standing
from deskterm.screens.desk_link import Trouble
from deskterm.screens.empty import empty_lines
from deskterm.screens.letter_view import WHOLE
from deskterm.screens.lines import Id
from deskterm.screens.presenters import found, timeline
from deskterm.screens.presenters.when import now
from deskterm.screens.standing import ONE_LETTER, SEARCH, Standing

if TYPE_CHECKING:
    from deskterm.desk.saved_views import SavedView
    from deskterm.desk.views import LetterRow, MessageRow, Page, SectionRow
    from deskterm.screens.main_screen import MainScreen

FIRST_SECTION = "mine_new"
MOST_LETTERS = 5000
SHOWS = {
    "triage": "letters",
    "refused": "letters",
    "blocked": "letters",
    "letter": "letters",
    "outbox": "outgoing",
}


async def first(screen: MainScreen) -> None:
    """Everything, the section one left first; a section that is no more gives way to the first of all."""
    try:
        await section(screen, screen.open.section)
    except Trouble:
        await section(screen, FIRST_SECTION)
    finally:
        screen.app.first_page_read()
    screen.own = await screen.desk.read("own_settings.everything")
    screen.open_mode = screen.own["open_mode"]
    screen.show_actions()
    await tabs(screen)
    await notices.told(screen, await screen.desk.read("notifications.newest"))
    await counts(screen)
    screen.app.everything_read()
    # confined, nobody starts commands: a desk is set up at the server
    if screen.app.home.confinement is None and await screen.desk.read("state.is_new"):
        from deskterm.screens import first_run

        screen.start(first_run.welcome(screen))


async def tabs(screen: MainScreen) -> None:
    """The agent's own tabs of the list of tickets."""
    screen.tabs = await screen.desk.read("tabs.listed")
    if all(tab.id != screen.open.tab for tab in screen.tabs):
        screen.open.tab = None
    screen.say_titles()


async def letter_views(screen: MainScreen) -> None:
    """The agent's own views of the section of letters that is shown."""
    screen.open.views = await screen.desk.read("saved_views.listed", screen.open.section)
    screen.say_titles()


async def _letter_views(screen: MainScreen, key: str) -> list[SavedView]:
    """The agent's own views of a section that is about to be shown, those an undo brought back too."""
    found: list[SavedView] = []
    if SHOWS.get(key) == "letters":
        found = await screen.desk.read("saved_views.listed", key)
    return found


async def counts(screen: MainScreen) -> None:
    """The sections with their counts, and the desk's state; once more when asked for meanwhile."""
    screen.counting = True
    try:
        while True:
            screen.count_again = False
            rows: list[SectionRow]
            rows, screen.state = await screen.desk.read("state.overview", frozenset(screen.sections.unfolded))
            before = screen.section_rows.get(screen.open.section)
            told = screen.section_rows.get("addressed")
            screen.section_rows = {row.key: row for row in rows}
            if told is not None and "addressed" in screen.section_rows:
                notices.addressed(screen, told.unread, screen.section_rows["addressed"].unread)
            after = screen.section_rows.get(screen.open.section)
            if before is not None and after is not None and before.unread != after.unread:
                # what an agent has read is no event: another console of his may have marked it
                screen.start(in_view(screen), "view", exclusive=True)
            screen.sections.show(rows, cursor=screen.open.section if screen.sections.cursor is None else None)
            screen.show_state()
            if not screen.count_again:
                break
    finally:
        screen.counting = False
    due = await screen.desk.read("section_numbers.next_change_at")
    screen.recount_at(None if due is None else max(1.0, (due - now()).total_seconds()))


async def section(screen: MainScreen, key: str, *, keep: bool = False) -> None:
    """A section: its first page at once, its ids after it."""
    tickets = screen.tickets
    shows = SHOWS.get(key.split(":")[0], "tickets")
    if key != screen.open.section:
        screen.open.view = replace(WHOLE, sort=screen.open.view.sort)
    most = max(limits.FIRST_ROWS, tickets.size.height)
    sought = screen.open.words
    if key == SEARCH:
        if screen.search.has_focus:
            most = max(limits.TYPED_ROWS, tickets.size.height)
        page, marks = await screen.desk.read("listing.search_marked", sought, limit=most)
        marked = found.pattern(marks)
    elif shows != "tickets":
        page = await _page(screen, key, shows)
    else:
        page = await screen.desk.read(
            "listing.tickets",
            key,
            sort=tickets.sort,
            descending=tickets.descending,
            limit=most,
            tab=screen.open.tab,
        )
    if key != SEARCH:
        sought, marked = await finding.saved(screen, key)
    views = await _letter_views(screen, key)
    changed = key != screen.open.section or not keep
    rows = list(page.rows)
    if shows == "letters" and not changed:
        await _keep_open(screen, rows, page.after)
    stands = _stands(screen, key, keep=keep)
    whole = None
    if shows == "tickets" and page.after is not None:
        whole = await standing.whole(screen, key, rows, stands)
    while shows != "tickets" and page.after is not None and _is_behind(stands, rows):
        page = await _page(screen, key, shows, page.after)
        rows.extend(page.rows)
    ids = whole if whole is not None else [row.id for row in rows]
    if key != screen.open.section:
        standing.keep(screen)
    screen.open.section, screen.open.shows, screen.open.views = key, shows, views
    screen.coming = ""
    if key != SEARCH and not key.startswith(ONE_LETTER):
        screen.kept = replace(screen.kept, section=key)
    has_accounts = screen.state is None or bool(screen.state.accounts)
    tickets.empty = empty_lines(key, tickets.line_width, has_accounts=has_accounts)
    screen.open.sought = sought
    tickets.found = screen.messages.found = marked
    tickets.start(shows, rows, keep=not changed)
    if stands is not None and stands.id in ids:
        tickets.set_ids(ids, cursor=stands.id, below_top=stands.below_top)
    else:
        tickets.set_ids(ids, keep=keep)
    if tickets.cursor is None:
        screen.close_ticket()
    screen.say_titles()
    # reading further would take the processor from what paints the rows
    await screen.painted(tickets)
    screen.show_actions()
    opened = screen.open.ticket
    screen.text.mark_found(marked, stays=opened is not None and opened.id == tickets.cursor)
    if changed and tickets.cursor is not None:
        screen.open_under_cursor()
    if page.after is None or whole is not None:
        return
    if shows != "tickets":
        await _rest(screen, key, shows, page.after)
        return
    if key == SEARCH and screen.search.has_focus:
        await asyncio.sleep(pace.RESTS)
    tickets.set_ids(await standing.all_of(screen, key))


def _stands(screen: MainScreen, key: str, *, keep: bool) -> Standing | None:
    """Where the cursor is to stand: where it does in a list that is read again, else where it did."""
    tickets = screen.tickets
    if key != screen.open.section:
        return screen.stood.get(key)
    return Standing(tickets.cursor, tickets.below_top) if keep and tickets.cursor is not None else None


def _is_behind(stands: Standing | None, rows: list[Any]) -> bool:
    """Whether what one stands on is not among the letters read so far."""
    return stands is not None and len(rows) < MOST_LETTERS and all(row.id != stands.id for row in rows)


async def _page(screen: MainScreen, key: str, shows: str, after: object = None) -> Page:
    """A page of letters, or of ours on their way."""
    page: Page
    if shows == "outgoing":
        page = await screen.desk.read("showing.outgoing", after=after, limit=limits.PAGE_ROWS)
    elif key.startswith(ONE_LETTER):
        from deskterm.desk.views import Page  # not before the first frame: twenty classes are made there

        page = Page((await screen.desk.read("letters.one", int(key.removeprefix(ONE_LETTER))),), None)
    else:
        page = await screen.desk.read(
            "showing.letters",
            section=key,
            after=after,
            limit=limits.PAGE_ROWS,
            **screen.open.view.asked(),
        )
    return page


async def _keep_open(screen: MainScreen, rows: list[LetterRow], after: object) -> None:
    """Leave the open letter where it stands when somebody else took it out of the list by what he did.

    Were the next one to take its place, a key meant for the one would be done to the other.
    """
    opened = screen.open.body
    id = opened.letter_id if opened is not None and screen.open.shows == "letters" else None
    if id is None or after is not None or any(row.id == id for row in rows) or screen.tickets.cursor != id:
        return
    try:
        who = await screen.desk.read("letters.changed_by_another", id)
        row = await screen.desk.read("letters.one", id) if who else None
    except Trouble:
        return
    if row is not None:
        rows.insert(screen.tickets.place, replace(row, changed_by=who))


async def _rest(screen: MainScreen, key: str, shows: str, after: object) -> None:
    """The further pages of letters, which are few."""
    tickets = screen.tickets
    while after is not None and len(tickets.ids) < MOST_LETTERS:
        page = await _page(screen, key, shows, after)
        tickets.fill({row.id: row for row in page.rows})
        tickets.set_ids([*tickets.ids, *(row.id for row in page.rows)])
        after = page.after


async def ticket_rows(screen: MainScreen, ids: list[Id]) -> None:
    """The rows in view that are not here, and those around them."""
    tickets = screen.tickets
    top = max(0, tickets.scroll_offset.y - limits.PAGE_ROWS // 4)
    near = [int(id) for id in tickets.ids[top : top + limits.PAGE_ROWS] if id not in tickets.rows]
    tickets.fill(await screen.desk.read("listing.ticket_rows", near or [int(id) for id in ids]))


async def ticket(screen: MainScreen, id: int, *, keep: bool = False) -> None:
    """A ticket: its head and messages; then the newest hit of a search, the first unread, else the newest."""
    with_history = screen.open.history
    head, rows = await asyncio.gather(
        screen.desk.read("showing.head", id), screen.desk.read("showing.messages", id)
    )
    if with_history:
        happened = await screen.desk.read("timeline.events", id, messages=False)
        rows = timeline.among(rows, happened)
    hits = await finding.hits(screen, id)
    if screen.tickets.cursor != id or screen.open.shows != "tickets":
        return
    same = keep and screen.open.ticket is not None and screen.open.ticket.id == id
    screen.open.ticket = head
    screen.app.looking_at(id)
    unread = [row.id for row in rows if row.unread]
    written = [row.id for row in rows if row.id > 0]
    first = hits[-1:] or unread[:1] or written[-1:]
    cursor = first[0] if first and not same else None
    screen.messages.show(rows, cursor, keep=same)
    screen.say_titles()
    screen.show_actions()
    screen.open_message_under_cursor()


async def letter(screen: MainScreen, id: int) -> None:
    """A held letter, or one of ours on its way."""
    shows = screen.open.shows
    body = await screen.desk.read(
        "showing.letter_body" if shows == "letters" else "showing.outgoing_body", id
    )
    if screen.tickets.cursor != id or screen.open.shows != shows:
        return
    screen.open.ticket = screen.open.message = None
    screen.open.body = body
    screen.app.looking_at(None)
    screen.messages.empty = () if shows == "letters" else empty_lines("outgoing", screen.messages.line_width)
    screen.messages.show([], None, keep=False)
    screen.text.show(body)
    screen.say_titles()
    screen.show_actions()
    await hidden_links(screen)


async def message(screen: MainScreen, row: MessageRow, *, keep: bool) -> None:
    """A message; it counts as read when it has been open for a moment."""
    body = timeline.body(row) if row.id < 0 else await screen.desk.read("showing.body", row.id)
    if screen.open.message is None or screen.open.message.id != row.id:
        return
    screen.open.body = body
    screen.text.show(body, keep=keep)
    screen.say_titles()
    screen.show_actions()
    if row.unread and not keep:
        screen.read_soon(row.id)
    await hidden_links(screen)


async def hidden_links(screen: MainScreen) -> None:
    """The links behind words of a letter that came as HTML, numbered in its text once they are known."""
    body = screen.open.body
    if body is not None and not screen.text.links_known:
        kind = "letter" if screen.open.shows == "letters" else "message"
        links = await screen.desk.read("originals.links", kind, body.id)
        if screen.open.body is body:
            screen.text.use_links(links)


async def touched(screen: MainScreen, ids: list[int]) -> None:
    """Tickets somebody did something to: their rows, their places, and the open one of them."""
    key = screen.open.section
    tickets = screen.tickets
    if key == SEARCH:
        rows = await screen.desk.read("listing.ticket_rows", ids)
        if any(id in tickets.rows and id not in rows for id in ids):
            # one of them is gone, as by undoing what made it
            await section(screen, key, keep=True)
            return
        tickets.fill({id: row for id, row in rows.items() if id in tickets.rows})
    else:
        rows, belonging = await screen.desk.read("listing.touched", key, ids, screen.open.tab)
        if screen.open.section != key:
            return
        if not tickets.apply(rows, belonging, ids):
            tickets.set_ids(await standing.all_of(screen, key))
    opened = screen.open.ticket
    if opened is not None and opened.id in ids and tickets.cursor == opened.id:
        await ticket(screen, opened.id, keep=True)


async def in_view(screen: MainScreen) -> None:
    """The tickets that are in view, as they are now."""
    tickets = screen.tickets
    top = tickets.scroll_offset.y
    ids = [int(id) for id in tickets.ids[top : top + tickets.size.height] if id in tickets.rows]
    if screen.open.shows == "tickets" and ids:
        await touched(screen, ids)
