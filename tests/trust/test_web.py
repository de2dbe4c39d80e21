"""The console in a browser: a real request, a real websocket, and who is not let in."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pyte
import pytest
from sqlalchemy import select

from deskterm.desk import agents
from deskterm.store import tables as t
from tests.cli.conftest import Run, run
from tests.screens.desk import Desk, make_desk
from tests.terminal.pty_terminal import _UNKNOWN_TO_PYTE
from tests.world.processes import LOOPBACK, accepts, free_port, running, wait_until

SECRET = "a secret of the proxy"
BY_PROXY = {"X-Remote-User": "anna", "X-Deskterm-Secret": SECRET}
SECONDS = 60
assert run  # a fixture


@dataclass(frozen=True, slots=True)
class Served:
    url: str
    desk: Desk
    process: int


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A desk with a ticket and an agent anna, its console served to a proxy of this machine."""
    desk = make_desk(tmp_path / "deskterm")
    with desk.store.work(write=True) as work:
        agents.add(work, desk.actor, "anna", name="Anna Petrova", role="agent")
    desk.ticket("Printer on fire", ["It burns."])
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    port = free_port()
    with running(
        [
            sys.executable, "-m", "deskterm", "--home", desk.home.folder, "web", "--port", str(port),
            "--agent-header", "X-Remote-User", "--secret-file", secret,
        ],
        tmp_path / "web.log",
    ) as process:  # fmt: skip
        wait_until(lambda: accepts(port) or process.poll() is not None, "the server listens")
        assert process.poll() is None, (tmp_path / "web.log").read_text()
        yield Served(f"http://{LOOPBACK}:{port}", desk, process.pid)
    desk.store.close()


async def test_a_browser_behind_the_proxy_works_with_tickets_and_nobody_else_comes_in(served: Served) -> None:
    limit = aiohttp.ClientTimeout(total=SECONDS)
    async with aiohttp.ClientSession(timeout=limit) as browser:
        for headers in (
            {},
            {"X-Remote-User": "anna"},
            {**BY_PROXY, "X-Deskterm-Secret": "guessed"},
            {**BY_PROXY, "X-Remote-User": "anna; sh"},
            {**BY_PROXY, "X-Remote-User": "--help"},
        ):
            for path in ("/", "/ws", "/download/x"):
                async with browser.get(served.url + path, headers=headers) as answer:
                    assert answer.status == 403, (headers, path)
        twice = [*BY_PROXY.items(), ("X-Remote-User", "root")]
        async with browser.get(served.url, headers=twice) as answer:
            assert answer.status == 403
        async with browser.get(served.url, headers=BY_PROXY) as answer:
            assert answer.status == 200 and "/ws" in await answer.text()
        for origin in ("http://evil.example", ""):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect(served.url + "/ws", headers={**BY_PROXY, "Origin": origin})
            assert refused.value.status == 403

        async with connected(browser, served) as page:
            await page.until("Printer on fire")
            await page.until("1 of 1")
            await page.type("a")
            await page.until("It is yours.")
            await page.type("i")
            await page.until("INTERNAL NOTE")
            await page.type("\x07")
            await page.until("No editor is allowed")
    with served.desk.store.work() as work:
        anna = work.value(select(t.agent.c.id).where(t.agent.c.login == "anna"))
        assert work.value(select(t.ticket.c.responsible_id)) == anna
        assert set(work.values(select(t.event.c.via).where(t.event.c.agent_id == anna))) == {"web"}
    # the page was closed: its console ends too
    wait_until(lambda: not children(served.process), "no console is left")


def children(process: int) -> list[str]:
    said = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True)
    return said.stdout.split()


@dataclass(frozen=True, slots=True)
class Page:
    """What a browser shows of the console."""

    socket: aiohttp.ClientWebSocketResponse
    screen: pyte.Screen
    stream: pyte.ByteStream

    async def until(self, text: str) -> None:
        try:
            async with asyncio.timeout(SECONDS):
                while not any(text in line for line in self.screen.display):
                    message = await self.socket.receive()
                    assert message.type in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT), "it ended"
                    if message.type is aiohttp.WSMsgType.BINARY:
                        self.stream.feed(_UNKNOWN_TO_PYTE.sub(b"", message.data))
        except TimeoutError:
            shown = "\n".join(self.screen.display)
            raise AssertionError(f"no {text!r} in {SECONDS} s:\n{shown}") from None

    async def type(self, keys: str) -> None:
        await self.socket.send_json(["stdin", keys])


@asynccontextmanager
async def connected(browser: aiohttp.ClientSession, served: Served) -> AsyncIterator[Page]:
    """The console's page of a browser the proxy let through."""
    screen = pyte.Screen(100, 30)
    async with browser.ws_connect(
        served.url + "/ws?width=100&height=30", headers={**BY_PROXY, "Origin": served.url}
    ) as socket:
        yield Page(socket, screen, pyte.ByteStream(screen))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "One of --agent and --agent-header"),
        (["--agent", "a", "--agent-header", "X"], "One of --agent and --agent-header"),
        (["--agent", "../a"], "odd signs"),
        (["--agent", "anna", "--host", "0.0.0.0"], "listens only to a proxy"),
        (["--agent-header", "X", "--host", "::"], "listens only to a proxy"),
        (["--agent-header", "X", "--trusted", "proxy.example"], "no IP address"),
    ],
)
def test_doors_that_would_stand_open_are_not_made(run: Run, arguments: list[str], sentence: str) -> None:
    assert sentence in run("web", *arguments, code=2).err


def test_the_plain_console_and_other_commands_import_nothing_of_it() -> None:
    script = (
        "import sys; from deskterm.cli.application import build; build(); import deskterm.screens.app;"
        "print([name for name in sys.modules if name.partition('.')[0] in ('aiohttp', 'textual_serve')])"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=os.environ)
    assert said.stdout == "[]\n", said.stderr
