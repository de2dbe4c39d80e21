"""The console over a pty: first frame, first rows, each pane's keys, sections, finding, memory."""

from __future__ import annotations

import re
import statistics
import sys
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.terminal import Costs, Terminal, running
from deskterm.config import Home as Store
from deskterm.screens import layout

FRAME = b"Sections"
"""Stands in the console's first frame, before the store is open."""
ROWS = re.compile(rb"Customer \d")
"""Stands in the first ticket rows, not in the header above them."""
HOME, END, PAGE_UP, PAGE_DOWN, ESCAPE = b"\x1b[H", b"\x1b[F", b"\x1b[5~", b"\x1b[6~", b"\x1b"
STARTS = 9
PRESSES = 96
LIST = range(2, 13)
"""Lines of the tickets at this size."""
RESULTS = range(4, 13)
"""The same below the search line and its hint."""
TYPED = (
    "заявка на принтер",
    "письмо клиенту",
    "printer error",
    "договор поставки",
    "customer 4711",
    "server update",
)


def measure(home: Store) -> None:
    """Print everything that can be measured at a console on a filled store."""
    starts(home)
    # the console alone: no worker is started beside it
    with _console(home, "tests.terminal.console", str(home.folder)) as console:
        console.wait_for(ROWS)
        console.settle(2)
        panes(console)
        sections(console)
        finding(console)
        walking(console)
        _line("memory after a walk through all rows (PSS)", f"{console.memory():.0f} MiB", "≤ 100")


def _console(home: Store, *program: str):  # type: ignore[no-untyped-def]  # the context manager of `running`
    return _started(home, sys.executable, "-m", *program)


def _started(home: Store, *program: str):  # type: ignore[no-untyped-def]  # the context manager of `running`
    return running(program, {"DESKTERM_HOME": str(home.folder), "DESKTERM_LANG": "en"})


def _line(title: str, said: str, wanted: str) -> None:
    print(f"  {title:44} {said}   (wanted {wanted})", flush=True)


def starts(home: Store) -> None:
    """Warm starts; each is ended as soon as it shows its rows, before it would start a worker."""
    # whoever was there before may have left another section: what it shows are no tickets perhaps
    (home.folder / layout.FILE).unlink(missing_ok=True)
    begins = {FRAME: Moments(), ROWS: Moments()}
    for number in range(STARTS + 1):
        with _started(home, str(Path(sys.executable).with_name("deskterm"))) as console:
            for marker, moments in begins.items():
                seconds = console.wait_for(marker)
                if number:  # the first one is cold
                    moments.clock.append(seconds)
                    moments.processor.append(console.worked())
    _line("first frame", begins[FRAME].line(), "≤ 0.5 s")
    _line("first ticket rows", begins[ROWS].line(), "≤ 0.9 s")


@dataclass
class Moments:
    """Seconds from a start to what is waited for: by the clock, and of the program's processor time."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"p50 {statistics.median(self.clock):.2f}  slowest {max(self.clock):.2f} s;"
            f" processor p50 {statistics.median(self.processor):.2f}  least {min(self.processor):.2f} s"
        )


def panes(console: Terminal) -> None:
    """A key to the first byte of its repaint, in every pane and line one types in."""
    moves = [b"j" if number // 8 % 2 == 0 else b"k" for number in range(PRESSES)]
    pages = [PAGE_DOWN if number % 20 < 16 else PAGE_UP for number in range(PRESSES // 2)]
    for title, to, keys, back in (
        ("sections", (b"1", HOME), moves, HOME),
        ("list", (b"2", HOME), moves, HOME),
        ("list by pages", (b"2", HOME), pages, HOME),
        ("messages", (b"3", HOME), moves, b""),
        ("reader", (b"3", END, b"4"), moves, b""),
        ("composer", (b"2", b"r"), _signs("the printer works again " * 5), ESCAPE),
        ("filter", (b"5",), _signs("firm 47 " * 10), ESCAPE),
        ("search line", (b"2", b"/"), _signs("customer printer " * 6), ESCAPE),
    ):
        for key in to:
            console.type(key)
        costs = Costs()
        console.measure(keys, costs)
        _line(f"key to first byte, {title}", costs.line(), "p95 ≤ 16 ms")
        if back:
            console.type(back, 1.0)


def sections(console: Terminal) -> None:
    """The key that moves on to another section, to its tickets."""
    console.type(b"1")
    console.type(HOME, 1.0)
    costs = Costs()
    console.measure([b"j" if number // 16 % 2 == 0 else b"k" for number in range(64)], costs, LIST, 0.3)
    _line("section switch, key to its tickets", costs.line(), "p95 ≤ 100 ms")


def finding(console: Terminal) -> None:
    """Each sign of a query, to the tickets it finds."""
    console.type(b"2")
    costs = Costs()
    for query in TYPED:
        console.type(b"/")
        console.measure(_signs(query), costs, RESULTS, 0.3)
        console.type(ESCAPE, 1.0)
    _line(f"typing, key to results ({costs.without} changed none)", costs.line(), "p95 ≤ 50 ms")


def walking(console: Terminal) -> None:
    """Go through all there is, so that whatever is kept on the way is kept."""
    for key in (b"1", HOME, *[b"j"] * 9):  # to Closed, which holds most of all tickets
        console.type(key, 0.2)
    console.settle(2)
    console.type(b"2")
    for key in (END, *[PAGE_UP] * 60, HOME, *[PAGE_DOWN] * 60, END):
        console.type(key, 0.05)
    console.settle(1)


def _signs(text: str) -> list[bytes]:
    return [sign.encode() for sign in text]
