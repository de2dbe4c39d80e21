"""`make pictures`: the pictures of the guides, taken from the console on a demo desk."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from forms_shown import FORMS
from picture_moments import Moments

from deskterm.config import Home
from deskterm.demo.run import prepared

FOLDER = Path(__file__).parent / "pictures"
SIZES = ((120, 40), (80, 24))
SECONDS = 60
MISSED: list[str] = []
"""Pictures that could not be taken."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: the keys that lead to its screen from the desk, and those that lead back."""

    name: str
    keys: tuple[str, ...]
    screen: str = "MainScreen"
    back: tuple[str, ...] = ("escape",)
    typed: str = ""
    asks: str = ""
    """A screen that asks something first and is left by Esc."""
    through: tuple[str, str] = ("", "")
    """A key and the screen it leads to, from which `keys` are pressed; Esc leaves it at the end."""


WRITING = ("r", "Composer")
SHOTS = (
    Shot("files", ("w",), "Files"),
    Shot("answer", ("r",), "Composer", typed="Good day"),
    Shot("note", ("i",), "Composer", typed="Ask Tom, he was there on Monday."),
    Shot("private", ("I",), "Choose"),
    Shot("templates", ("f4",), "ChooseText", through=WRITING),
    Shot("status-after", ("f2",), "Choose", through=WRITING),
    Shot("recipients", ("f6",), "Choose", through=WRITING),
    Shot("fields-after", ("f7",), "Choose", through=WRITING),
    Shot("send-later", ("f9",), "Ask", through=WRITING),
    Shot("add-file", ("ctrl+t",), "Ask", through=WRITING),
    Shot("writing-keys", ("f1",), "Choose", through=WRITING),
    Shot("history", ("H",), back=("H",)),
    Shot("status", ("s",), "Choose"),
    Shot("assign", ("A",), "Choose"),
    Shot("fields", ("e",), "Choose"),
    Shot("participants", ("E",), "Choose"),
    Shot("snooze", ("B",), "Choose"),
    Shot("remind", ("!",), "Choose"),
    Shot("tabs", ("t",), "Choose"),
    Shot("merge", ("M",), "Choose"),
    Shot("move-message", ("O",), "Choose"),
    Shot("split", ("X",), "Ask"),
    Shot("similar", ("'",), "Choose"),
    Shot("why", ("W",), "Read"),
    Shot("undo", ("Y",), "Choose"),
    Shot("told", ("f7",), "Choose"),
    Shot("menu", ("m",), "Choose"),
    Shot("command-line", (":",), "CommandLine", typed="snooze"),
    Shot("palette", ("ctrl+p",), "CommandPalette"),
    Shot("columns", ("#",), "Arrange"),
    Shot("order", ("S",), "Choose"),
    Shot("jump", ("ctrl+g",), "Jump"),
    Shot("finding", ("/",), typed="invoice"),
    Shot("how-to-find", ("f12",), "Read"),
    Shot("filter", ("5",)),
    Shot("zoom", ("Z",), back=("Z",)),
    Shot("message-card", ('"',), "Choose"),
    Shot("original", ("%",), "Original"),
    Shot("client", ("C",), "Card"),
    Shot("contact", ("V",), "Card"),
    Shot("find-card", ("@",), "Choose"),
    Shot("new-ticket", ("N",), "NewTicketForm", asks="Choose"),
    Shot("mail-log", ("L",), "MailLog"),
    Shot("report", ("6",), "ReportScreen"),
    Shot("report-by", ("b",), "Choose", through=("6", "ReportScreen")),
    Shot("report-period", ("p",), "Choose", through=("6", "ReportScreen")),
    Shot("administration", ("f8",), "Administration"),
    Shot("import", ("i",), "Ask", through=("f8", "Administration")),
    Shot("help", ("?",), "Help"),
    Shot("spam", ("J",), "Confirm"),
    Shot("did-not-help", ("Q",), "Choose"),
    Shot("log-line", ("enter",), "LineOfLog", through=("L", "MailLog")),
)
ACTS = (
    ("notifying", "Choose"),
    ("bar", "Arrange"),
    ("open_mode", "Choose"),
    ("watchers", "Choose"),
)
"""Acts without a key, and the screen each opens."""

SECTIONS = ("triage", "outbox", "bin", "favorites")


async def take(home: Home, size: tuple[int, int], language: str, wanted: Sequence[str] = ()) -> None:
    """Every screen in one size, or the `wanted` ones of SHOTS."""
    from deskterm import i18n

    i18n.use(language)
    from deskterm.screens.acts import BY_ID
    from deskterm.screens.app import Console
    from deskterm.screens.doing import people

    suffix = f"{size[0]}x{size[1]}" + ("" if language == "en" else f"-{language}")
    app = Console(home, worker=False)
    async with app.run_test(size=size) as pilot:
        main = app.main

        async def screen(name: str) -> None:
            await until(pilot, lambda: type(app.screen).__name__ == name)

        async def shoot(name: str, *, wait: bool = True) -> None:
            await (still(pilot, app) if wait else pilot.pause())
            save(app, f"{name}-{suffix}")

        await until(pilot, lambda: main.state is not None and main.open.body is not None)
        await pilot.press("2")
        for _line in range(len(main.tickets.ids)):  # a ticket of a known client, with a file, shows more
            ticket, body = main.open.ticket, main.open.body
            if ticket is not None and ticket.client and body is not None and body.attachments:
                break
            if main.tickets.cursor == main.tickets.ids[-1]:
                break
            await pilot.press("down")
            await until(pilot, lambda before=ticket: main.open.ticket not in (None, before))
            await until(pilot, lambda: main.open.body and main.open.body.ticket_id == main.open.ticket.id)
        await shoot("console")

        async def taken(shot: Shot) -> None:
            key, through = shot.through
            if key:
                await pilot.press(key)
                await screen(through)
            await pilot.press(*shot.keys)
            if shot.asks:
                await screen(shot.asks)
                await pilot.press("escape")
            await screen(shot.screen)
            await pilot.press(*("space" if sign == " " else sign for sign in shot.typed))
            await shoot(shot.name)
            await pilot.press(*shot.back)
            if key:
                await screen(through)
                await pilot.press("escape")
            await screen("MainScreen")

        async def opened(name: str, opens: Callable[[], object], there: str) -> None:
            opens()
            await screen(there)
            await shoot(name)
            await pilot.press("escape")
            await screen("MainScreen")

        async def section(name: str) -> None:
            main.sections.go_to(name)
            await until(pilot, lambda: main.open.section == name)
            await shoot(name)

        def agent() -> None:
            main.start(people.show(main, "agent", 1))

        parts: list[tuple[str, Coroutine[Any, Any, None]]] = [
            *((shot.name, taken(shot)) for shot in SHOTS),
            *(
                (act, opened(act.replace("_", "-"), partial(main.do, BY_ID[act]), there))
                for act, there in ACTS
            ),
            ("agent", opened("agent", agent, "Card")),
            ("forms", forms(pilot, app, shoot)),
            *((name, section(name)) for name in SECTIONS),
            ("first-answer", first_answer(pilot, app, shoot)),
            *Moments(pilot, app, shoot, home).parts(),
        ]
        for name, part in parts:
            if wanted and name not in wanted:
                part.close()
                continue
            try:
                await part
            except TimeoutError:
                MISSED.append(f"{name}-{suffix}")
                for _screen in range(6):  # whatever is open, back to the desk
                    await pilot.press("escape")


async def forms(pilot: Any, app: Any, shoot: Any) -> None:
    """An entry of each area of the administration whose form is one of its own."""
    from deskterm.screens.administration.areas import AREAS

    await pilot.press("f8")
    await until(pilot, lambda: type(app.screen).__name__ == "Administration")
    administration = app.screen
    for key, opens in FORMS:
        administration.areas.go_to(key)
        await until(pilot, lambda key=key: administration.area is not None and administration.area.key == key)
        await still(pilot, app)
        await pilot.press("right", opens)
        await until(pilot, lambda: type(app.screen).__name__ == "Form")
        await shoot(f"administration-{key}")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is administration)
        await pilot.press("left")
    assert {key for key, _opens in FORMS} <= {area.key for area in AREAS}
    await pilot.press("escape")
    await until(pilot, lambda: type(app.screen).__name__ == "MainScreen")


async def first_answer(pilot: Any, app: Any, shoot: Any) -> None:
    """The steps of docs/first-answer.md."""
    main = app.main
    main.sections.go_to("mine_new")
    await until(pilot, lambda: main.open.section == "mine_new" and main.open.ticket is not None)
    await pilot.press("2", "home", "a")
    await until(pilot, lambda: main.open.ticket is not None and main.open.ticket.responsible)
    await shoot("first-1-taken")
    await pilot.press("T")
    await until(pilot, lambda: type(app.screen).__name__ == "ChooseText")
    await pilot.press("enter")
    await until(pilot, lambda: type(app.screen).__name__ == "Composer" and app.screen.text)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        file = Path(folder) / "first-steps.txt"
        file.write_text("1. Switch it off. 2. Wait a minute. 3. Switch it on.\n")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: type(app.screen).__name__ == "Ask")
        await pilot.press(*str(file))
        await pilot.press("enter")
        await until(pilot, lambda: type(app.screen).__name__ == "Composer" and app.screen.files)
    await shoot("first-2-written")
    await pilot.press("ctrl+s")
    await until(pilot, lambda: type(app.screen).__name__ == "MainScreen")
    await until(pilot, lambda: main.sent is not None)
    await shoot("first-3-sent", wait=False)
    closed = main.open.ticket.id
    await pilot.press("c")
    # it leaves the list, and the next one is open
    await until(pilot, lambda: main.open.ticket is not None and main.open.ticket.id != closed)
    await shoot("first-4-closed")


async def first_run(size: tuple[int, int], language: str) -> None:
    """What a new desk asks, and the form that connects a mailbox."""
    from deskterm import i18n

    i18n.use(language)
    from deskterm.screens.app import Console

    suffix = f"{size[0]}x{size[1]}" + ("" if language == "en" else f"-{language}")
    with tempfile.TemporaryDirectory() as folder:
        app = Console(Home.find(str(Path(folder) / "desk"), dict(os.environ)), worker=False)
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: type(app.screen).__name__ == "Confirm")
            await still(pilot, app)
            save(app, f"welcome-{suffix}")
            await pilot.press("c")
            await until(pilot, lambda: type(app.screen).__name__ == "Connect")
            await pilot.press(*"help@gmail.com")
            await still(pilot, app)
            save(app, f"connect-{suffix}")
        app.ending.finish()


async def until(pilot: Any, seen: Callable[[], object]) -> None:
    """Wait for a state of the console."""
    deadline = time.monotonic() + SECONDS
    while not seen():
        if time.monotonic() > deadline:
            raise TimeoutError("the screen never showed what was waited for")
        await pilot.pause()
        await asyncio.sleep(0.05)


async def still(pilot: Any, app: Any) -> None:
    """Wait until nothing changes on the screen any more."""
    before = ""
    deadline = time.monotonic() + SECONDS
    while (now := shown(app)) != before and time.monotonic() < deadline:
        before = now
        await pilot.pause()
        await asyncio.sleep(0.4)


def shown(app: Any) -> str:
    """The text on the screen."""
    from textual._context import visible_screen_stack

    visible_screen_stack.set(app._background_screens)  # else nothing would be behind a dialog, then and later
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def save(app: Any, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(smaller(app.export_screenshot(title="deskterm")))


def smaller(picture: str) -> str:
    """The picture without what only makes it long: fonts fetched from elsewhere, a frame for each line."""
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    picture = re.sub(r"terminal-\d+-", "t", picture)
    picture = re.sub(r'<clipPath id="tline-\d+">.*?</clipPath>\s*', "", picture, flags=re.DOTALL)
    picture = re.sub(r' clip-path="url\(#tline-\d+\)"', "", picture)
    return grounds_together(picture.replace("&#160;", "\N{NO-BREAK SPACE}"))


CELLS = re.compile(
    r'<rect fill="(#\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"'
    r'(?: shape-rendering="crispEdges")?/>'
)


def grounds_together(picture: str) -> str:
    """One rectangle for what lies side by side in one colour, none for the ground most of it has."""
    cells = [(found[1], *(float(found[at]) for at in (2, 3, 4, 5))) for found in CELLS.finditer(picture)]
    if not cells:
        return picture
    areas: dict[str, float] = {}
    for colour, _left, _top, width, _height in cells:
        areas[colour] = areas.get(colour, 0) + width
    ground = max(areas, key=areas.__getitem__)
    right = max(left + width for _colour, left, _top, width, _height in cells)
    bottom = max(top + height for _colour, _left, top, _width, height in cells)
    runs: list[list[Any]] = [[ground, 0.0, 0.0, right, bottom]]
    for colour, left, top, width, height in cells:
        last = runs[-1]
        if colour == ground:
            continue
        if (last[0], last[2]) == (colour, top) and abs(last[1] + last[3] - left) < 0.1:
            last[3] += width
        else:
            runs.append([colour, left, top, width, height])
    drawn = "".join(
        f'<rect fill="{colour}" x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}"'
        ' shape-rendering="crispEdges"/>'
        for colour, left, top, width, height in runs
    )
    at = CELLS.search(picture)
    assert at is not None
    return picture[: at.start()] + drawn + CELLS.sub("", picture[at.start() :])


def name_owner(home: Home) -> None:
    """The picture shows a person, not the login of whoever takes it."""
    from deskterm.desk import actor, agents
    from deskterm.store.opening import open_store

    store = open_store(home)
    owner = actor.settle(store, home)
    with store.work(write=True) as work:
        agents.edit(work, owner, owner.login, {"name": "Robin Hale"})
    store.close()


def list_pictures() -> None:
    """docs/screens.md: every screen there is a picture of."""
    variants = [
        (f"{width}×{height}{told}", f"-{width}x{height}{suffix}")
        for suffix, told in (("", ""), ("-ru", " по-русски"))
        for width, height in SIZES
    ]
    names = {path.name.partition("-120x40")[0] for path in FOLDER.glob("*-120x40.svg")}
    lines = [
        "# Every screen",
        "",
        "Taken by `make pictures` from the console on the demo desk.",
        "",
        "| screen |" + " |" * len(variants),
        "| --- |" + " --- |" * len(variants),
    ]
    for name in sorted(names):
        cells = [
            f" [{told}](pictures/{name}{ending}.svg) |" if (FOLDER / f"{name}{ending}.svg").exists() else " |"
            for told, ending in variants
        ]
        lines.append(f"| {name.replace('-', ' ')} |{''.join(cells)}")
    (FOLDER.parent / "screens.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    """Take all pictures, or those named; a language is fixed per process, so the caller names it first."""
    import sys

    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    with prepared() as home:
        name_owner(home)
        for size in SIZES:
            asyncio.run(take(home, size, language, sys.argv[2:]))
    for size in SIZES if not sys.argv[2:] else ():
        asyncio.run(first_run(size, language))
    list_pictures()
    if MISSED:
        sys.exit(f"not taken: {', '.join(MISSED)}")


if __name__ == "__main__":
    main()
