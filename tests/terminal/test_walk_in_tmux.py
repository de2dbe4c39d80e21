"""Every screen walked in tmux: in three sizes, without colours, on a Russian keyboard, by the mouse alone.

The screens and the keys to them are those of `tests/screens/every_screen.py`; a real terminal shows them.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deskterm import i18n
from deskterm.desk import messages, statuses, tickets
from deskterm.desk.actor import Actor
from deskterm.i18n import _
from tests.screens import looking
from tests.screens.desk import Desk
from tests.screens.every_screen import CSV, FORMS, SECTIONS, SHOTS, WITHOUT_KEYS, Shot, furnished
from tests.screens.test_pictures import screens
from tests.screens.test_walks import LEFT_ELSEWHERE, TYPED
from tests.terminal.test_console import ROOT
from tests.terminal.tmux_terminal import TmuxTerminal
from tests.terminal.walker import Walker
from tests.world.processes import missing


@dataclass(frozen=True, slots=True)
class Way:
    """How one goes through all screens."""

    size: tuple[int, int]
    language: str = "en"
    russian: bool = False
    by_mouse: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)


WAYS = {
    "80x24": Way((80, 24), "ru"),
    "120x40": Way((120, 40)),
    "200x60": Way((200, 60), "ru"),
    "no colour": Way((120, 40), environment={"NO_COLOR": "1"}),
    "Cyrillic keyboard": Way((80, 24), "ru", russian=True),
    "mouse alone": Way((80, 24), by_mouse=True),
}
OFFERED_AT = {"import": "clients"}
"""Areas of the administration whose bar offers what a key does in all of them."""
FEW = ("answer", "template", "menu", "zoom", "mail log")


@pytest.fixture
def walkers(tmp_path: Path) -> Iterator[object]:
    """Opens a console on a desk, in tmux, for one who walks there so."""
    missing("tmux")
    opened: list[TmuxTerminal] = []

    def begin(folder: Path, way: Way) -> Walker:
        i18n.use(way.language)
        file = tmp_path / "told.json"
        terminal = TmuxTerminal(
            [sys.executable, "-m", "tests.terminal.telling_console", folder, file],
            columns=way.size[0],
            rows=way.size[1],
            environment={"DESKTERM_LANG": way.language, **way.environment},
            folder=ROOT,
        )
        opened.append(terminal)
        return Walker(terminal, file, way.size, way.russian, way.by_mouse)

    yield begin
    i18n.use("en")
    for terminal in opened:
        terminal.close()


@pytest.mark.full
@pytest.mark.parametrize("way", [pytest.param(way, id=name) for name, way in WAYS.items()])
def test_every_screen_is_walked(desk: Desk, walkers: object, way: Way) -> None:
    boris = furnished(desk)
    walk = walkers(desk.home.folder, way)  # type: ignore[operator]
    begin_at_the_desk(walk)
    assert_nothing_wrong(walk, words_in(desk), way, every_state(walk, desk, boris))


@pytest.mark.full
@pytest.mark.parametrize("way", [pytest.param(way, id=name) for name, way in WAYS.items()])
def test_the_first_minutes_are_walked(walkers: object, way: Way) -> None:
    # a short path: a long one is broken where no word ends
    with tempfile.TemporaryDirectory(prefix="first-") as folder:
        walk_the_first_minutes(Path(folder) / "desk", walkers, way)


def walk_the_first_minutes(folder: Path, walkers: object, way: Way) -> None:
    there = {*looking.words_of(str(folder)), "gmail"}
    walk = walkers(folder, way)  # type: ignore[operator]
    assert_nothing_wrong(walk, lambda: there, way, first_minutes(walk))
    (folder / "desk.sqlite").write_bytes(b"no store at all" * 100)
    for rest in ("-wal", "-shm"):
        (folder / f"desk.sqlite{rest}").unlink(missing_ok=True)
    walk = walkers(folder, way)  # type: ignore[operator]
    assert_nothing_wrong(walk, lambda: there, way, sorry(walk))


def test_a_few_screens_are_walked(desk: Desk, walkers: object) -> None:
    furnished(desk)
    way = WAYS["Cyrillic keyboard"]
    walk = walkers(desk.home.folder, way)  # type: ignore[operator]
    begin_at_the_desk(walk)
    shots = [shot for shot in SHOTS if shot.name in FEW]
    assert_nothing_wrong(walk, words_in(desk), way, shown(walk, shots))


def words_in(desk: Desk) -> Callable[[], set[str]]:
    """What the desk holds, each time anew, and what the walk types."""
    return lambda: looking.words_in(desk) | set(TYPED)


def begin_at_the_desk(walk: Walker) -> None:
    walk.until(lambda told: told["screen"] == "MainScreen" and told["ticket"], "the desk")
    walk.press("2", "home")


def assert_nothing_wrong(
    walk: Walker, there: Callable[[], set[str]], way: Way, states: Iterator[str]
) -> None:
    wrong = []
    for name in states:
        found = walk.wrong(there())
        if "NO_COLOR" in way.environment:
            found += walk.colours()
        if way.by_mouse and name not in LEFT_ELSEWHERE and walk.told["screen"] != "MainScreen":
            found += [] if walk.told["way_out"] else ["no way out by the mouse"]
        wrong += [f"{name}: {each}" for each in found]
    assert not wrong, "\n".join(wrong)


def every_state(walk: Walker, desk: Desk, boris: Actor) -> Iterator[str]:
    """Each screen in turn, open and at rest while its name is given."""
    walk.still()
    yield "desk"
    yield from shown(walk, SHOTS)
    for name, opened in WITHOUT_KEYS:
        walk.on_the_way = name
        if walk.by_mouse:
            walk.from_menu(name)
        else:
            walk.press(":")
            walk.screen("CommandLine")
            walk.terminal.send(name)
            walk.press("enter")
        walk.screen(opened)
        yield name
        walk.do("escape")
        walk.screen("MainScreen")
    yield from administration(walk)
    yield from deeper(walk, desk)
    for section in SECTIONS:
        walk.on_the_way = section
        go_to_section(walk, section)
        yield section
    go_to_section(walk, "mine_new")
    walk.press("2", "home")
    yield from collisions(walk, desk, boris)


def shown(walk: Walker, shots: Sequence[Shot]) -> Iterator[str]:
    """What keys lead to."""
    for shot in shots:
        walk.on_the_way = shot.name
        key, through = shot.through
        if key:
            walk.do(key)
            walk.screen(through)
        if walk.by_mouse and shot.name in OFFERED_AT:
            walk.row(OFFERED_AT[shot.name])
        before = walk.still()[0]["text"]
        for each in shot.keys:
            walk.do(each)
        if shot.asks:
            walk.screen(shot.asks)
            walk.do("escape")
        walk.screen(shot.screen)
        if shot.screen == "MainScreen":
            walk.until(lambda told, before=before: told["text"] != before, "another look of the desk")  # type: ignore[misc]
        if shot.typed:
            walk.terminal.send(shot.typed)
        yield shot.name
        go_back(walk, shot)
        if key:
            walk.until(lambda told, through=through: told["screen"] in (through, "MainScreen"), through)  # type: ignore[misc]
            if walk.told["screen"] != "MainScreen":
                walk.do("escape")
        walk.screen("MainScreen")


def go_back(walk: Walker, shot: Shot) -> None:
    """The way back of a screen; by mouse also from what is shown on the desk itself."""
    if not walk.by_mouse or shot.screen != "MainScreen":
        for each in shot.back:
            walk.do(each)
            walk.still()
    elif shot.back == (shot.keys[-1],):
        walk.do(shot.keys[-1])
    else:
        # a search and a filter are left by going to a section
        walk.row("mine_new")
        walk.until(lambda told: told["section"] == "mine_new" and told["ticket"], "the section")


def go_to_section(walk: Walker, section: str) -> None:
    if walk.by_mouse:
        walk.row(section)
    else:
        walk.press("1", "home")
        walk.press(*["down"] * walk.told["sections"].index(section))
    walk.until(lambda told: told["section"] == section, section)


def go_to_area(walk: Walker, key: str) -> None:
    if walk.by_mouse:
        walk.row(key)
    else:
        walk.press("home")
        walk.press(*["down"] * walk.still()[0]["areas"].index(key))
    walk.until(lambda told: told["area"] == key, key)


def administration(walk: Walker) -> Iterator[str]:
    """The areas of the administration whose form of an entry, else of a new one, is one of its own."""
    walk.do("f8")
    walk.screen("Administration")
    for key, opens in FORMS:
        walk.on_the_way = key
        go_to_area(walk, key)
        told, _lines = walk.still()
        yield f"administration: {key}"
        if not walk.by_mouse:
            walk.press("right")
        walk.do(opens if told["entries"] else "n")
        walk.screen("Form")
        yield f"administration: a form of {key}"
        walk.do("escape")
        walk.screen("Administration")
        if key == "accounts":
            walk.do("t")
            walk.screen("AccountTest")
            walk.until(lambda told: not any(_("Trying…") in line for line in told["text"]), "its end")
            yield "test of an account"
            walk.do("escape")
            walk.screen("Administration")
        if not walk.by_mouse:
            walk.press("left")
    walk.do("escape")
    walk.screen("MainScreen")


def deeper(walk: Walker, desk: Desk) -> Iterator[str]:
    """What is several steps away: the note of a client, the rights of a role, a file to import."""
    walk.on_the_way = "deeper"
    walk.do("C")
    walk.screen("Card")
    walk.still()
    walk.do("e")
    walk.screen("Choose")
    if walk.by_mouse:
        walk.choose(rf"\s*({re.escape(_('note'))})")
    else:
        walk.type_and_take(_("note"))
    walk.screen("SeveralLines")
    yield "note of a client"
    walk.do("escape")
    walk.screen("Card")
    walk.do("escape")
    walk.screen("MainScreen")
    walk.do("f8")
    walk.screen("Administration")
    go_to_area(walk, "roles")
    if not walk.by_mouse:
        walk.press("right")
    walk.do("enter")
    walk.screen("Form")
    walk.open_field(_("rights"), "ChooseSeveral")
    yield "rights of a role"
    walk.do("escape")
    walk.screen("Form")
    walk.do("escape")
    walk.screen("Administration")
    if not walk.by_mouse:
        walk.press("left")
    go_to_area(walk, "clients")
    file = desk.home.folder / "clients.csv"
    file.write_text(CSV)
    walk.do("i")
    walk.screen("Ask")
    walk.type_and_take(str(file))
    walk.screen("WouldImport")
    yield "what an import would do"
    walk.do("escape")
    walk.screen("Administration")
    walk.do("escape")
    walk.screen("MainScreen")


def first_minutes(walk: Walker) -> Iterator[str]:
    """What a new desk asks, and the form that connects a mailbox."""
    walk.on_the_way = "first minutes"
    walk.screen("Confirm")
    yield "welcome"
    walk.do("c")
    walk.screen("Connect")
    walk.terminal.send("help@gmail.com")
    yield "connect"
    walk.do("escape")
    walk.until(lambda told: told["screen"] == "MainScreen" and not told["reads"], "the desk")
    yield "an empty desk"


def sorry(walk: Walker) -> Iterator[str]:
    """What is said where a desk cannot be opened."""
    walk.screen("Sorry")
    yield "sorry"


def collisions(walk: Walker, desk: Desk, boris: Actor) -> Iterator[str]:
    """What is asked before a text leaves, and where two do something at the same ticket."""
    walk.on_the_way = "collisions"
    walk.until(lambda told: told["ticket"] and told["ticket"] == told["cursor"], "a ticket")
    number = walk.still()[0]["ticket"]
    walk.do("r")
    walk.screen("Composer")
    walk.terminal.send("It is attached, {contcat}.")
    walk.do("ctrl+s")
    walk.screen("Confirm")
    yield "doubts about a text"
    walk.do("escape")
    walk.screen("Composer")
    walk.do("f8")
    walk.screen("Confirm")
    yield "throw it away"
    walk.do("n")
    walk.screen("Composer")
    walk.press("ctrl+u")
    walk.until(lambda told: not any("contcat" in line for line in told["text"]), "an empty text")
    walk.terminal.send("Restart it.")
    walk.do("f2")
    walk.screen("Choose")
    walk.press("enter")
    walk.screen("Composer")
    with desk.store.work(write=True) as work:
        messages.note(work, boris, number, "I know this one: the cable.")
    walk.until(lambda told: any("Boris" in line for line in told["text"]), "that Boris wrote")
    yield "somebody wrote meanwhile"
    walk.do("ctrl+s")
    walk.screen("Overtaken")
    yield "send guard"
    walk.do("e")
    walk.screen("Composer")
    with desk.store.work(write=True) as work:
        found = statuses.find(work, "solving")
        tickets.set_status(work, boris, [number], found.id)
    walk.do("ctrl+s")
    walk.screen("Confirm")
    yield "the same field"
    walk.do("escape")
    walk.screen("Composer")
    walk.do("f8")
    walk.screen("Confirm")
    walk.do("y")
    walk.screen("MainScreen")


def test_every_screen_there_is_is_walked() -> None:
    """Screens are named where they are waited for, here or in the lists of ways to them."""
    named = {
        node.value
        for node in ast.walk(ast.parse(Path(__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    named |= {name for shot in SHOTS for name in (shot.screen, shot.asks, shot.through[1])}
    named |= {opened for _name, opened in WITHOUT_KEYS}
    assert screens() - named == set(), "screens that are not walked in tmux"
