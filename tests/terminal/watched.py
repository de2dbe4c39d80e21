"""`watched.py FOLDER PROGRAM…` runs a program and writes its process id, then how it ended, into FOLDER.

tmux sometimes never learns how a program ended. When the terminal goes, the kernel tells the leader of the
session only, which is this process: it passes SIGHUP on.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def write(file: Path, number: int) -> None:
    """Make the file with its content at once, as others wait for it to be there."""
    new = file.with_suffix(".new")
    new.write_text(str(number))
    new.rename(file)


def main(folder: Path, command: list[str]) -> None:
    """Run the command to its end; a negative number is the signal that ended it."""
    process = os.fork()
    if process == 0:
        os.execvp(command[0], command)
    signal.signal(signal.SIGHUP, lambda number, _: os.kill(process, number))
    write(folder / "process", process)
    _, status = os.waitpid(process, 0)
    write(folder / "exit", os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
