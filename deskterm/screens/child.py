"""A `deskterm` command run by the console as a process of its own: what may not be done in the console.

Passwords and mail servers belong to the worker and to the commands; the console only starts them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deskterm.i18n import _, language

SECONDS: Final = 180
"""No command asked for by a screen takes longer; one that does is ended."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    output: str
    errors: str


@dataclass(slots=True)
class Ending:
    """How a command ended whose lines were read one by one."""

    code: int = 75
    errors: str = ""


async def lines(
    folder: Path, arguments: Sequence[str], ending: Ending, seconds: float = SECONDS
) -> AsyncGenerator[str, None]:
    """What `deskterm ARGUMENTS` prints, each line as soon as it is there; then `ending` says how it ended."""
    process = await _started(folder, arguments)
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.close()
    errors = asyncio.create_task(process.stderr.read())
    try:
        async with asyncio.timeout(seconds):
            async for line in process.stdout:
                yield line.decode("utf-8", "replace").rstrip("\n")
            ending.code = await process.wait()
            ending.errors = (await errors).decode("utf-8", "replace")
    except TimeoutError:
        ending.errors = _("It took longer than {count} seconds.").format(count=round(seconds))
    finally:
        errors.cancel()
        await _ended(process)


async def run(folder: Path, arguments: Sequence[str], given: str = "", seconds: float = SECONDS) -> Ended:
    """Run `deskterm ARGUMENTS` on the desk in `folder`; ends with whoever waits for it, if he gives up."""
    process = await _started(folder, arguments)
    try:
        output, errors = await asyncio.wait_for(process.communicate(given.encode()), seconds)
    except TimeoutError:
        return Ended(75, "", _("It took longer than {count} seconds.").format(count=round(seconds)))
    finally:
        await _ended(process)
    return Ended(
        process.returncode or 0, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")
    )


async def _started(folder: Path, arguments: Sequence[str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deskterm",
        "--home",
        str(folder),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "DESKTERM_LANG": language(), "NO_COLOR": "1", "COLUMNS": "200"},
        start_new_session=True,
    )


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
