"""A parser's child that dies on letters whose subject says so: `python -m tests.mail.deadly_reader`."""

from __future__ import annotations

import os
import signal

from deskterm.mail import limited
from deskterm.mail.letter import Letter


def _die_of(letter: Letter) -> str:
    if letter.subject == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return "survived"


if __name__ == "__main__":
    limited.serve(_die_of)
