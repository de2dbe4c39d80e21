"""Reports in the console: chosen, gone into and back, stopped, saved."""

from __future__ import annotations

from pathlib import Path

from deskterm.desk import messages
from deskterm.screens.report import ReportScreen
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven


def rows(console: Driven) -> list[str]:
    screen = console.app.screen
    assert isinstance(screen, ReportScreen)
    return [] if screen.counting else [line.strip() for line in console.lines(screen.lines) if line.strip()]


async def test_the_time_spent_is_told_gone_into_and_saved(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    numbers = [desk.ticket("Printer jam"), desk.ticket("Invoice")]
    with desk.store.work(write=True) as work:
        for number, seconds in zip(numbers, (3600, 300), strict=True):
            messages.note(work, desk.actor, number, "Looked at it.", seconds_spent=seconds)
    async with drive() as console:
        await console.press("6")
        await console.screen("ReportScreen")
        await console.until(lambda: rows(console), "the agents")
        screen = console.app.screen
        assert isinstance(screen, ReportScreen)
        assert [line.split()[-4:-1] for line in rows(console)] == [["1:05", "2", "2"]]
        assert screen.total.render_line(0).text.split()[:4] == ["Total", "1:05", "2", "2"]
        # into the line, to the tickets it counts, and back
        await console.press("enter")
        await console.until(lambda: len(rows(console)) == 2, "its tickets")
        assert rows(console)[0].startswith(f"#{numbers[0]}  Printer jam") and "1:00" in rows(console)[0]
        await console.press("escape")
        await console.until(
            lambda: len(rows(console)) == 1 and screen.asked.by == "agent", "the agents again"
        )
        # another report, by another thing
        await console.press("b")
        await console.screen("Choose")
        await console.type("client")
        await console.press("enter")
        await console.screen("ReportScreen")
        await console.until(lambda: rows(console) and rows(console)[0].startswith("(no client)"), "clients")
        await console.press("p")
        await console.screen("Choose")
        await console.type("month before")
        await console.press("enter")
        await console.screen("ReportScreen")
        await console.until(lambda: rows(console) == ["There is nothing to count."], "nothing then")
        # saved where one says
        console.app.save_folder = tmp_path
        await console.press("w")
        await console.screen("Ask")
        await console.press("enter")
        await console.screen("ReportScreen")
        await console.until(lambda: list(tmp_path.glob("time-by-client-*.csv")), "the file")
        await console.press("escape")
        await console.screen("MainScreen")


async def test_counting_is_stopped_by_esc_and_a_ticket_of_the_report_is_gone_to(
    desk: Desk, drive: Drive
) -> None:
    number = desk.ticket("Printer jam")
    with desk.store.work(write=True) as work:
        messages.note(work, desk.actor, number, "Looked at it.", seconds_spent=60)
    async with drive() as console:
        await console.press("6")
        await console.screen("ReportScreen")
        screen = console.app.screen
        assert isinstance(screen, ReportScreen)
        await console.until(lambda: rows(console), "the agents")
        screen.count()
        assert screen.counting
        await console.press("escape")
        await console.until(lambda: not screen.counting, "that it stopped")
        assert console.app.screen is screen
        await console.press("f5")
        await console.until(lambda: rows(console), "the agents")
        await console.press("enter")
        await console.until(lambda: screen.asked.by == "ticket" and rows(console), "the ticket")
        await console.press("enter")
        await console.screen("MainScreen")
        await console.until(
            lambda: console.main.open.ticket and console.main.open.ticket.id == number, "the ticket itself"
        )
