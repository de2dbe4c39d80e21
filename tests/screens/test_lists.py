"""Lists as an agent has them: columns, orders, marks, how times are told; the cursor stays on its ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from deskterm.desk import clients, ordering
from deskterm.desk.views import TicketRow
from deskterm.screens.frame import TitleLine
from deskterm.screens.lists import COLUMNS
from deskterm.screens.orders import DOWNWARDS, TITLES, stands_before
from deskterm.screens.presenters import columns, signs, ticket_columns, when
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.test_presenters import NOW, TICKET, shown


def line(row: TicketRow, keys: tuple[str, ...] = (), width: int = 120, **look: Any) -> str:
    fitted = columns.fit_columns(columns.chosen(ticket_columns.TICKETS, keys), width)
    return shown(columns.row(row, fitted, NOW, columns.Look(**look)))


def test_the_screen_and_the_desk_know_the_same_orders() -> None:
    assert set(TITLES) == set(ordering.SORTS)
    assert {key for key, order in ordering.SORTS.items() if order.descending} == DOWNWARDS
    assert {"subject", "contact", "criticality", "indicator", "due"} <= {
        column.key for column in COLUMNS["tickets"]
    }
    assert {"type", "privacy", "to", "contact", "client", "at"} <= {
        column.key for column in COLUMNS["messages"]
    }


@pytest.mark.parametrize("sort", sorted(TITLES))
@pytest.mark.parametrize("descending", [True, False])
def test_a_ticket_stands_before_or_behind_every_other(sort: str, descending: bool) -> None:
    rows = [
        replace(TICKET, id=1, client="Яхта", client_id=1, due_at=NOW, responsible="Ann", responsible_id=1),
        replace(TICKET, id=2, client="ёлка", client_id=2, last_message_at=NOW),
        replace(TICKET, id=3, client="ёлка", client_id=3, due_at=NOW + timedelta(1)),
        replace(TICKET, id=4),
    ]
    for one, other in permutations(rows, 2):
        assert stands_before(sort, descending, one, other) is not stands_before(sort, descending, other, one)
    never = rows[3]
    if sort in ("due", "client"):
        assert stands_before(sort, descending, rows[0], never), "who has none stands last either way"


def test_columns_are_there_in_the_order_chosen_and_signs_always() -> None:
    row = replace(TICKET, client="ACME", criticality="High", due_at=NOW - timedelta(minutes=5))
    told = line(row, ("criticality", "number"))
    assert told.index("High") < told.index("4711")
    assert "Printer" not in told and signs.UNREAD in told and signs.LATE in told and "◀" in told
    assert "Printer" in line(row, ("no such column", "subject"))
    assert "Printer" in line(row, ("subject", "client", "status", "contact", "team", "sla"), width=30)


def test_lateness_needs_no_colour_and_closed_tickets_are_never_late() -> None:
    late = replace(TICKET, due_at=NOW - timedelta(minutes=1))
    assert signs.LATE in line(late) and signs.SOON not in line(late)
    assert signs.SOON in line(replace(TICKET, due_at=NOW + timedelta(minutes=50)))
    assert signs.LATE not in line(replace(late, status_class="closed"))
    assert "our turn" in line(TICKET, ("subject", "indicator"))


@pytest.mark.parametrize(
    ("ago", "told"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=23), "23 h"),
        (timedelta(days=13), "13 d"),
        (timedelta(days=30), "4 wk"),
        (timedelta(days=800), "2 yr"),
        (-timedelta(hours=3), "+3 h"),
    ],
)
def test_times_are_told_as_how_long_ago(ago: timedelta, told: str) -> None:
    assert when.since(NOW - ago, NOW) == told and len(told) <= when.SHORT_CELLS
    assert line(replace(TICKET, last_message_at=NOW - ago), relative=True).endswith(told)


async def test_an_agent_chooses_columns_order_and_dates_and_finds_them_again(
    desk: Desk, drive: Drive
) -> None:
    numbers = [desk.ticket(f"Printer {each}") for each in range(3)]
    with desk.store.work(write=True) as work:
        for number, name in zip(numbers, ("Beta", "Alpha", "Gamma"), strict=True):
            work.update(t.ticket, number, client_id=clients.add(work, desk.actor, name))
    async with drive((150, 40)) as console:
        main = console.main
        await console.press("2", "S")
        await console.screen("Choose")
        await console.type("client")
        await console.press("enter")
        await console.until(
            lambda: list(main.tickets.ids) == [numbers[1], numbers[0], numbers[2]], "by client"
        )
        # a click on the title of the column turns it round
        header = main.query_one("#tickets_title", TitleLine)
        await console.press("number_sign")
        await console.screen("Arrange")
        await console.press("u")
        await console.screen("MainScreen")
        at = shown(header.line(header.size.width)).index("No.")
        await console.pilot.click(header, offset=(at, 0))
        await console.until(lambda: list(main.tickets.ids) == numbers[::-1], "by number, the latest first")
        await console.pilot.click(header, offset=(at, 0))
        await console.until(lambda: list(main.tickets.ids) == numbers, "turned round")
        assert "↑" in shown(header.line(header.size.width))

        await console.press("number_sign")
        await console.screen("Arrange")
        await console.press("shift+down", "space", "enter")
        await console.screen("MainScreen")
        chosen = main.kept.columns["tickets"]
        assert chosen[0] == "subject" and "number" not in chosen
        await console.press("grave_accent")
        assert main.kept.relative and "2 d" in "\n".join(console.lines(main.tickets))

        await console.press("ctrl+a")
        await console.until(
            lambda: "3 marked" in shown(header.line(header.size.width)), "how many are marked"
        )
        assert all(each.startswith(signs.MARK) for each in console.lines(main.tickets)[:3])
        await console.press("ctrl+a")
        assert not main.tickets.marks
    async with drive((150, 40)) as console:
        kept = console.main.kept
        assert (kept.sort, kept.turned, kept.relative) == ("number", True, True)
        assert list(console.main.tickets.ids) == numbers
        assert "number" not in [each.key for each in console.main.tickets.columns]


async def test_the_cursor_stays_on_its_ticket_when_rows_move(desk: Desk, drive: Drive) -> None:
    numbers = [desk.ticket(f"Printer {each}", ago=timedelta(days=9 - each)) for each in range(4)]
    async with drive() as console:
        main = console.main
        await console.press("2", "down")
        assert main.tickets.cursor == numbers[2]
        with desk.store.work(write=True) as work:
            desk.customer_writes(work, numbers[0], "Still broken.", at=datetime.now(UTC))
        await console.until(lambda: main.tickets.ids[0] == numbers[0], "the row on top")
        assert main.tickets.cursor == numbers[2] and main.tickets.place == 2


async def test_letters_lead_to_any_line_on_either_keyboard(desk: Desk, drive: Drive) -> None:
    numbers = [desk.ticket(f"Printer {each}", ["See https://acme.example/"]) for each in range(3)]
    async with drive((100, 30)) as console:
        main = console.main
        await console.until(lambda: main.text.links, "the link")
        await console.press("ctrl+g")
        await console.screen("Jump")
        told = console.lines(main.tickets)
        labels_shown = [each.split()[0] for each in told[:3]]
        assert labels_shown == ["a", "s", "d"]
        await console.press("в")  # `d` on a Russian keyboard
        await console.screen("MainScreen")
        assert main.tickets.cursor == numbers[0] and main.focused is main.tickets
        assert not console.lines(main.tickets)[0].startswith("a")
        await console.until(lambda: main.open.ticket and main.open.ticket.id == numbers[0], "the ticket")
        await console.until(lambda: main.text.links, "its link")
        place = next(line for line in range(len(main.text.ids)) if main.text.line_at(line).kind == "link")
        await console.press("ctrl+g")
        await console.screen("Jump")
        await console.press(console.lines(main.text)[place - main.text.scroll_offset.y][0])
        await console.screen("AskAbout")
        await console.press("escape")
        await console.press("ctrl+g")
        await console.screen("Jump")
        await console.press("escape")
        await console.screen("MainScreen")
