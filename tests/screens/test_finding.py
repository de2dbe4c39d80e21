"""Finding in the console: results and completion while one types, the filter, saved searches, marks."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console as RichConsole

from deskterm.desk import clients, saved_views, statuses, tickets
from deskterm.desk.query.marks import Marks
from deskterm.screens.doing.finding import how_to_ask
from deskterm.screens.presenters import found
from tests.screens.conftest import Drive
from tests.screens.desk import Desk


@pytest.mark.parametrize(
    ("marks", "text", "hits"),
    [
        (Marks(words=("заявок", "заявка")), "Заявка и ЗАЯВОК, заявление", ["Заявка", "ЗАЯВОК"]),
        (Marks(words=("еще",)), "Ещё раз", ["Ещё"]),
        (Marks(beginnings=("prin",)), "print, the printer; sprint", ["print", "printer"]),
        (Marks(phrases=(("new", "order"),)), "a new  order, new: orders", ["new  order"]),
        (Marks(words=("a",)), "a_b c", ["a"]),
        (Marks(), "anything", []),
    ],
)
def test_what_is_found_is_marked_as_it_is_written(marks: Marks, text: str, hits: list[str]) -> None:
    sought = found.pattern(marks)
    assert ([] if sought is None else [hit.group() for hit in sought.finditer(text)]) == hits
    if sought is not None:
        line = found.marked(((text, ""), ("zaявка", "faint")), [0], sought)
        assert [piece for piece, style in line if style == "found"] == hits
        assert "".join(piece for piece, _style in line) == text + "zaявка"


async def test_results_follow_each_sign_and_half_a_query_is_no_alarm(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = desk.ticket("Printer jam", ["Please help with the printers."])
    second = desk.ticket("Invoice", ["The invoice is wrong.", "Are you there?"])
    async with drive((100, 30)) as console:
        main = console.main
        await console.press("slash")
        await console.until(
            lambda: main.search.has_focus and main.text.body is not None, "a text, and the line"
        )
        await main.painted(main.search)
        read = main.desk.read
        asked: list[object] = []

        async def noted(path: Any, *arguments: Any, **named: Any) -> Any:
            asked.append(path)
            return await read(path, *arguments, **named)

        monkeypatch.setattr(main.desk, "read", noted)
        layouts: list[object] = []
        main.screen_layout_refresh_signal.subscribe(main, layouts.append, immediate=True)
        await console.type("pri")
        await console.until(lambda: list(main.tickets.ids) == [first], "the ticket that begins so")
        assert not layouts, "neither a key nor other rows move anything on the screen"
        assert "query.marking.marks" not in asked, "what is marked comes with what is found"
        await console.until(lambda: "1 ticket" in main.search_hint.render_line(0).text, "how many there are")
        await console.press("backspace", "backspace", "backspace")
        await console.type("foo:x")
        await console.until(lambda: "no field foo" in main.search_hint.render_line(0).text, "what is wrong")
        assert not console.app.screen.query("Toast")
        await console.press(*["backspace"] * 5)
        await console.type("sta")
        await console.until(lambda: "status:" in main.search_hint.render_line(0).text, "the field")
        await console.press("tab")
        await console.until(lambda: main.search.value == "status:", "the field in the line")
        await console.type("ope")
        await console.press("tab")
        await console.until(lambda: main.search.value == "status:open ", "the value in the line")
        await console.until(lambda: set(main.tickets.ids) == {first, second}, "all that are open")
        await console.type("invoices")
        await console.press("enter")
        await console.until(lambda: list(main.tickets.ids) == [second], "the other ticket")
        await console.until(lambda: bool(main.text.hits()), "marks in the text")
        assert main.tickets.found is not None and main.tickets.found.search("Invoice")
        assert main.open.message is not None and main.open.message.preview.startswith("The invoice is wrong")
        await console.press("f3")
        await console.until(lambda: main.text.hit >= 0, "the place of the word")
        await console.press("escape")
        await console.until(lambda: main.open.section != "search", "the section again")
        assert main.tickets.found is None and main.text.found is None


async def test_the_filter_finds_in_all_tickets_and_a_reset_brings_the_section_back(
    desk: Desk, drive: Drive
) -> None:
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.actor, "Acme Ltd")
    closed, other = desk.ticket("Old", ["The printer jams."]), desk.ticket("New", ["A printer, too."])
    with desk.store.work(write=True) as work:
        tickets.set_field(work, desk.actor, [closed], "client", acme)
        tickets.set_status(work, desk.actor, [closed], statuses.find(work, "closed").id)
    async with drive((80, 24)) as console:
        main = console.main
        section = main.open.section
        await console.press("5")
        await console.type("acm")
        await console.until(lambda: bool(main.filter_box.client._suggestion), "the client's name")
        await console.press("right", "home", "delete", "end")
        await console.type("x")
        await console.press("backspace")
        await console.until(lambda: main.filter_box.has_class("offering"), "a client that holds the words")
        await console.press("tab")
        assert main.filter_box.client.value == "Acme Ltd" and main.filter_box.words.has_focus
        await console.type("printers")
        await console.press("enter")
        await console.until(lambda: list(main.tickets.ids) == [closed], "the client's ticket")
        assert main.search.value == 'client:"Acme Ltd" printers'
        await console.press("5", "down", "down")
        await console.type(str(other))
        await console.press("enter")
        await console.until(lambda: list(main.tickets.ids) == [other], "the ticket of the number")
        await console.press("5", "escape")
        await console.until(lambda: main.open.section == section, "the section")
        assert not main.filter_box.applied and not main.open.words
        await console.until(lambda: other in main.tickets.ids, "its tickets")
        await console.press("5")
        await console.type("zzz")
        await console.press("enter")
        await console.until(lambda: not main.tickets.ids, "no ticket of another client")
        assert "No client has zzz in its name." in " ".join(console.lines(main.tickets))
        assert main.open.ticket is None and not main.messages.ids
        await console.press("slash", "ctrl+u")
        await console.type("printers ")
        await console.until(lambda: set(main.tickets.ids) == {closed, other}, "what words find")
        await console.type("foo:x")
        await console.until(lambda: main.search_hint.wrong, "what is wrong")
        assert main.tickets.ids, "half a query takes nothing away"
        await console.press("enter")
        await console.until(lambda: not main.tickets.ids, "nothing of a query that means nothing")
        assert "no field foo" in " ".join(console.lines(main.tickets))


async def test_a_search_is_kept_renamed_and_removed_as_a_section(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer", ["A paper jam."])
    async with drive((100, 30)) as console:
        main = console.main
        await console.press("slash")
        await console.type("jam")
        await console.press("enter")
        await console.until(lambda: list(main.tickets.ids) == [number], "the ticket")
        await console.press("left_parenthesis")
        await console.screen("Ask")
        await console.press("enter")
        await console.until(lambda: "saved:1" in main.section_rows, "the section")
        await console.press("escape", "1", "end")
        await console.until(lambda: main.open.section == "saved:1", "the saved search")
        await console.until(lambda: list(main.tickets.ids) == [number], "what it finds")
        await console.press("right_parenthesis")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("Ask")
        await console.press("ctrl+u")
        await console.type("Jams")
        await console.press("enter")
        await console.until(lambda: main.section_rows["saved:1"].title == "Jams", "its new name")
        await console.press("right_parenthesis")
        await console.screen("Choose")
        await console.press("down", "down", "enter")
        await console.until(lambda: "saved:1" not in main.section_rows, "its end")
    with desk.store.work() as work:
        assert not saved_views.searches(work, desk.actor)


async def test_how_to_find_is_one_key_away_while_one_types(desk: Desk, drive: Drive) -> None:
    async with drive((80, 24)) as console:
        await console.press("slash", "f12")
        await console.screen("Read")
        await console.press("escape")
        await console.screen("MainScreen")
    page = RichConsole(width=76)
    with page.capture() as printed:
        page.print(how_to_ask())
    told = printed.get()
    assert "status:" in told and "статус:" in told and "31.01.2026" in told
