"""The console on a real store: what agents do all day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select
from textual.command import CommandList

from deskterm.desk import clients, drafts, listing, showing
from deskterm.screens.composer import Composer
from deskterm.store import tables as t
from tests.screens.conftest import Drive
from tests.screens.desk import Desk
from tests.screens.driven import Driven


def head(desk: Desk, number: int) -> object:
    with desk.store.work() as work:
        return showing.head(work, desk.actor, number)


async def test_a_new_desk_says_what_to_do_next(desk: Desk, drive: Drive) -> None:
    async with drive() as console:
        told = "\n".join(console.lines(console.main.tickets))
        assert "Nothing waits for you." in told


async def test_one_key_takes_a_ticket(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "a")
        await console.until(
            lambda: head(desk, number).responsible_id == desk.actor.agent_id, "the assignment"
        )
        await console.until(
            lambda: console.main.open.ticket is not None and console.main.open.ticket.responsible_id,
            "the head",
        )


async def test_a_status_is_chosen_by_typing_its_name(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "s")
        await console.screen("Choose")
        await console.type("being")
        await console.press("enter")
        await console.until(lambda: head(desk, number).status == "Being solved", "the status")


async def test_a_ticket_is_given_to_another_and_gets_a_rubric(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "A")
        await console.screen("Choose")
        await console.type("ольга")
        await console.press("enter")
        await console.until(lambda: head(desk, number).responsible == "Ольга Смирнова", "the responsible")
        await console.screen("MainScreen")
    async with drive() as console:
        console.main.find(str(number))
        await console.until(lambda: console.main.open.section == "search", "the search")
        await console.until(lambda: console.main.open.ticket is not None, "the ticket")
        await console.press("b")
        await console.screen("Choose")
        await console.type("hard")
        await console.press("enter")
        await console.until(lambda: head(desk, number).rubric == "Hardware", "the rubric")


async def test_many_marked_tickets_are_taken_at_once(desk: Desk, drive: Drive) -> None:
    numbers = [desk.ticket(f"Printer {each}") for each in range(4)]
    async with drive() as console:
        await console.press("2", "x", "x", "x", "a")
        await console.until(
            lambda: sum(head(desk, each).responsible_id is not None for each in numbers) == 3,
            "three of them taken",
        )
        await console.until(lambda: not console.main.tickets.marks, "no marks")


async def test_keys_typed_faster_than_acts_run_mean_what_they_meant(desk: Desk, drive: Drive) -> None:
    numbers = [desk.ticket(f"Printer {each}") for each in range(3)]
    async with drive() as console:
        await console.press("2", *"ajaja")
        await console.until(
            lambda: all(head(desk, each).responsible_id is not None for each in numbers), "all of them taken"
        )


async def test_a_message_counts_as_read_when_it_was_open_for_a_moment(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        assert console.main.section_rows["mine_new"].unread == 1
        await console.until(lambda: console.main.section_rows["mine_new"].unread == 0, "nothing unread")
        await console.until(lambda: not console.main.tickets.current().unread, "the ticket read")
        await console.press("2", "u")
        await console.until(lambda: console.main.section_rows["mine_new"].unread == 1, "unread again")


async def test_the_next_unread_is_one_key_away(desk: Desk, drive: Drive) -> None:
    older = desk.ticket("Older")
    desk.ticket("Newer")
    async with drive() as console:
        first = console.main.tickets.cursor
        await console.press("n")
        await console.until(lambda: console.main.tickets.cursor != first, "another ticket")
        assert console.main.tickets.cursor in (older, older + 1)


async def test_words_find_tickets_and_escape_brings_the_section_back(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer", ["PC LOAD LETTER"])
    desk.ticket("Принтер", ["Замятие бумаги"])
    async with drive() as console:
        await console.press("slash")
        await console.type("замятие")
        await console.until(
            lambda: console.main.open.section == "search" and list(console.main.tickets.ids) == [2],
            "the one found",
        )
        await console.press("escape")
        await console.until(
            lambda: console.main.open.section == "mine_new" and len(console.main.tickets.ids) == 2,
            "the section",
        )


async def test_a_private_message_is_for_one_agent(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "I")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("Composer")
        await console.type("between us")
        await console.press("ctrl+s")
        await console.screen("MainScreen")
        with desk.store.work() as work:
            row = work.rows(select(t.message).where(t.message.c.visibility == "private"))[0]
        assert row.body == "between us" and row.addressee_id == 2


async def test_escape_keeps_the_text_and_the_same_key_goes_on_with_it(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "r")
        await console.screen("Composer")
        await console.type("half")
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("r")
        await console.screen("Composer")
        assert isinstance(console.app.screen, Composer)
        assert console.app.screen.text == "half"


async def test_an_answer_that_crosses_with_a_newer_message_comes_back_for_a_decision(
    desk: Desk, drive: Drive
) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "r")
        await console.screen("Composer")
        await console.type("try this")
        with desk.store.work(write=True) as work:
            desk.customer_writes(work, number, "It works again, thank you!")
        await console.press("ctrl+s")
        await console.screen("Overtaken")
        await console.press("s")
        await console.screen("MainScreen")
        with desk.store.work() as work:
            rows = showing.messages(work, desk.actor, number)
        assert [row.preview for row in rows][-1] == "try this"


async def test_a_file_goes_with_a_note_and_is_saved_again(desk: Desk, drive: Drive, tmp_path: Path) -> None:
    desk.ticket("Printer")
    file = tmp_path / "log [red] oops.txt"
    file.write_text("paper jam", encoding="utf-8")
    async with drive() as console:
        await console.press("2", "i")
        await console.screen("Composer")
        await console.type("see")
        await console.press("ctrl+t")
        await console.screen("Ask")
        console.app.screen.query_one("Input").value = str(file)
        await console.press("enter")
        await console.until(
            lambda: isinstance(console.app.screen, Composer) and console.app.screen.files, "the file"
        )
        await console.press("ctrl+s")
        await console.screen("MainScreen")
        await console.until(lambda: len(console.main.messages.ids) == 2, "the note")
        await console.press("3", "end")
        await console.until(
            lambda: console.main.open.body is not None and console.main.open.body.attachments, "its file"
        )
        await console.press("w")
        await console.screen("Files")
        await console.press("w")
        await console.screen("Ask")
        console.app.screen.query_one("Input").value = str(tmp_path / "saved")
        await console.press("enter")
        await console.until(lambda: list((tmp_path / "saved").glob("*.txt")), "the file on disk")


async def test_what_comes_in_leaves_the_cursor_on_its_ticket(desk: Desk, drive: Drive) -> None:
    first = desk.ticket("First")
    desk.ticket("Second")
    async with drive() as console:
        await console.press("2", "end")
        mine = console.main.tickets.cursor
        desk.ticket("Third")
        await console.until(lambda: len(console.main.tickets.ids) == 3, "the new ticket")
        assert console.main.tickets.cursor == mine
        with desk.store.work(write=True) as work:
            desk.customer_writes(work, first, "News!")
        await console.until(lambda: console.main.tickets.ids[0] == first, "the ticket with news on top")
        assert console.main.tickets.cursor == mine


async def test_a_ticket_that_leaves_the_section_leaves_the_list(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("First", responsible_id=desk.actor.agent_id)
    desk.ticket("Second")
    async with drive() as console:
        console.main.sections.go_to("mine")
        await console.until(lambda: console.main.open.section == "mine", "the section")
        await console.until(lambda: list(console.main.tickets.ids) == [number], "its one ticket")
        await console.press("2", "s")
        await console.screen("Choose")
        await console.type("closed")
        await console.press("enter")
        await console.until(lambda: not console.main.tickets.ids, "an empty section")
        assert "No active ticket is yours." in "\n".join(console.lines(console.main.tickets))


async def test_the_layout_is_there_again_the_next_day(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "greater_than_sign", "greater_than_sign", "plus", "plus")
        kept = console.main.kept
        width = console.main.query_one("#tree_pane").size.width
    async with drive() as console:
        assert console.main.kept == kept
        await console.until(lambda: console.main.query_one("#tree_pane").size.width == width, "the width")


async def test_zoom_shows_one_pane_and_escape_all_of_them(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive(size=(80, 24)) as console:
        await console.press("4", "Z")
        await console.until(lambda: console.main.text.size.width > 75, "the text alone")
        for key, pane in (
            ("3", console.main.messages),
            ("2", console.main.tickets),
            ("1", console.main.sections),
        ):
            await console.press(key)
            await console.until(
                lambda pane=pane: pane.size.height >= 20 and pane.size.width > 75, "all of it"
            )
        await console.press("escape")
        await console.until(lambda: console.main.tickets.size.height > 2, "all panes")


async def test_a_section_unfolds_into_its_agents(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer", responsible_id=desk.actor.agent_id)
    async with drive() as console:
        console.main.sections.go_to("all_active")
        await console.press("1", "right")
        await console.until(lambda: "agent:1" in console.main.sections.ids, "the agents")
        await console.press("left")
        await console.until(lambda: "agent:1" not in console.main.sections.ids, "them folded")


async def test_help_menu_and_palette_know_every_act(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        await console.press("2", "question_mark")
        await console.screen("Help")
        await console.type("internal note")
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("m")
        await console.screen("Choose")
        await console.type("internal")
        await console.press("enter")
        await console.screen("Composer")
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("question_mark")
        await console.screen("Help")
        await console.type("internal note")
        await console.press("enter")
        await console.screen("Composer")
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("no")
        await console.press("tab", "enter")
        await console.screen("Composer")
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("colon")
        await console.screen("CommandLine")
        await console.type("1")
        await console.press("enter")
        await console.until(lambda: console.main.open.section == "search", "the ticket by its number")


async def test_the_palette_finds_sections_tickets_and_clients(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("[red]Printer[/]", ["It stands in the attic."], customer="[b]Anna[/")
    with desk.store.work(write=True) as work:
        clients.add(work, desk.actor, "[bold] Attic & sons [/")
    async with drive() as console:
        await console.press("ctrl+p")
        await console.screen("CommandPalette")
        await console.type("attic")
        for wanted in ("Attic & sons", f"{number} — [red]Printer[/]"):
            await console.until(
                lambda wanted=wanted: any(wanted in str(option.prompt) for option in options_of(console)),
                wanted,
            )
        await console.press("escape")
        await console.screen("MainScreen")
        await console.press("ctrl+p")
        await console.screen("CommandPalette")
        await console.type("section waiting")
        await console.until(
            lambda: [str(option.prompt) for option in options_of(console)[:1]] == [WAITING],
            "the section first",
        )
        await console.press("enter")
        await console.until(lambda: console.main.open.section == "waiting", "the section open")


WAITING = "Section: Waiting   0 unread of 0"


def options_of(console: Driven) -> list[Any]:
    return list(console.app.screen.query_one(CommandList).options)


async def test_an_error_of_the_desk_is_a_sentence(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    async with drive() as console:
        with desk.store.work(write=True) as work:
            work.execute(t.ticket.update().where(t.ticket.c.id == number).values(deleted_at=work.now))
        await console.press("2", "a")
        await console.until(lambda: console.app._notifications, "the notice")
        assert console.app.is_running


async def test_drafts_are_listed_and_gone_on_with(desk: Desk, drive: Drive) -> None:
    number = desk.ticket("Printer")
    with desk.store.work(write=True) as work:
        drafts.save(work, desk.actor, key="k", ticket_id=number, visibility="public", body="from yesterday")
    async with drive() as console:
        await console.press("d")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("Composer")
        assert isinstance(console.app.screen, Composer)
        assert console.app.screen.text == "from yesterday"
        await console.press("f8")
        await console.screen("Confirm")
        await console.press("н")
        await console.screen("MainScreen")
        with desk.store.work() as work:
            assert drafts.all_mine(work, desk.actor) == []


async def test_a_list_longer_than_a_page_is_read_as_one_goes(desk: Desk, drive: Drive) -> None:
    for each in range(5):
        desk.ticket(f"Printer {each}")
    with desk.store.work(write=True) as work:
        row = dict(work.rows(select(t.ticket).where(t.ticket.c.id == 1))[0]._mapping)
        row = {key: value for key, value in row.items() if key != "id"}
        work.execute(t.ticket.insert(), [row | {"subject": f"Copy {each}"} for each in range(600)])
    async with drive() as console:
        await console.until(lambda: len(console.main.tickets.ids) == 605, "all ids")
        await console.press("2", "end")
        await console.until(lambda: console.main.tickets.current() is not None, "the last row")
        with desk.store.work() as work:
            wanted = listing.ticket_ids(work, desk.actor, "mine_new")
        assert list(console.main.tickets.ids) == list(wanted)


async def test_a_mistake_of_the_program_is_a_sentence_and_its_trace_a_file(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:

        async def mistaken() -> None:
            raise KeyError("\x1b]52;secret")

        console.main.start(mistaken())
        await console.until(lambda: console.app.faults, "the mistake noticed")
        log = desk.home.folder / "console.log"
        assert "KeyError" in log.read_text(encoding="utf-8")
        assert "\x1b" not in log.read_text(encoding="utf-8")
        assert log.stat().st_mode & 0o777 == 0o600
        assert console.app.is_running
        console.app.faults.clear()


async def test_new_mail_is_told_as_text(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive() as console:
        desk.ticket("oops [/] [@click=app.quit]x[/]")
        await console.until(
            lambda: any(
                "oops [/] [@click=app.quit]x[/]" in each.message for each in console.app._notifications
            ),
            "the notice",
        )
        await console.pilot.pause()
        assert console.app.is_running


async def test_panes_are_dragged_wider_and_higher_with_the_mouse(desk: Desk, drive: Drive) -> None:
    desk.ticket("Printer")
    async with drive(size=(100, 30)) as console:
        main = console.main
        width, height = main.query_one("#tree_pane").size.width, main.query_one("#tickets_pane").size.height
        await console.pilot.mouse_down("#splitter", offset=(0, 5))
        await console.pilot.hover("#splitter", offset=(6, 5))
        await console.until(lambda: main.query_one("#tree_pane").size.width == width + 6, "wider sections")
        await console.pilot.mouse_up("#splitter", offset=(0, 5))
        await console.pilot.mouse_down("#messages_title", offset=(20, 0))
        await console.pilot.hover("#messages_title", offset=(20, 3))
        await console.until(
            lambda: main.query_one("#tickets_pane").size.height == height + 3, "higher tickets"
        )
        await console.pilot.mouse_up("#messages_title", offset=(20, 0))
        assert main.query_one("#tickets_pane").size.height == height + 3
