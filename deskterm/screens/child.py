"""A `deskterm` command run by the console as a process of its own: what may not be done in the console.

Passwords and mail servers belong to the worker and to the commands; the console only starts them.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
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


async def run(
    folder: Path,
    arguments: Sequence[str],
    given: str = "",
    seconds: float = SECONDS,
    told: Callable[[str], None] | None = None,
) -> Ended:
    """Run `deskterm ARGUMENTS` on the desk in `folder`; ends with whoever waits for it, if he gives up.

    `told` gets each line of its output as it comes.
    """
    process = await asyncio.create_subprocess_exec(
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
    try:
        output, errors = await asyncio.wait_for(_communicated(process, given, told), seconds)
    except TimeoutError:
        return Ended(75, "", _("It took longer than {count} seconds.").format(count=round(seconds)))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ended(
        process.returncode or 0, output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")
    )


async def _communicated(
    process: asyncio.subprocess.Process, given: str, told: Callable[[str], None] | None
) -> tuple[bytes, bytes]:
    """What a process says, its errors apart."""
    if told is None or process.stdout is None or process.stderr is None:
        return await process.communicate(given.encode())
    if process.stdin is not None:
        process.stdin.close()
    lines = []
    errors = asyncio.create_task(process.stderr.read())
    try:
        async for line in process.stdout:
            lines.append(line)
            told(line.decode("utf-8", "replace"))
        await process.wait()
        return b"".join(lines), await errors
    finally:
        errors.cancel()
