"""How long screens wait before they follow a hand, in seconds."""

from __future__ import annotations

import time
from typing import Final

SETTLE: Final = 0.06
"""How long the cursor rests on a line before what is below it is read: a held key reads nothing."""
TYPING: Final = 0.03
"""How long nothing is typed before what was typed is looked for."""
AT_ONCE: Final = 0.012
"""How long a key that comes alone is painted before what it asks for is read."""
OFFERED: Final = 0.1
"""How long nothing is typed before what may follow is looked up: what was found is painted before."""
RESTS: Final = 0.25
"""How long nothing is typed before all that was found is read, beyond the first of it."""
TURN: Final = 0.001
"""How long a thread goes on while another waits for the interpreter: a thread writes what is painted."""
WRITTEN: Final = 0.002
"""How long what was painted takes to the terminal."""
SAID: Final = 6.0
"""How long the status line says what was done."""
SOON: Final = 0.2
"""After an event the rows come first, then the counts, once for all that happens meanwhile."""
AFTER_ROWS: Final = 0.35
"""What others did is counted after this: the rows of a whole team come first."""
SPREAD: Final = 0.4
"""And at a moment of one's own within this: a team does not count all at once."""
CALM: Final = 2.0
"""After a commit without an event, that changed what is shown, the counts are read anew."""
SURE: Final = 30.0
"""The same after any other commit: should something change that nobody tells of, it is not wrong for long."""
TICK: Final = 20.0
"""How often what is told as “5 min ago” is looked at."""
LATE: Final = 0.5
"""How long something is waited for before that is said."""


class Hand:
    """Tells a key that comes alone from one that is held."""

    def __init__(self) -> None:
        self._moved = 0.0

    def pause(self) -> float:
        """How long to wait before what this move asks for is read."""
        alone, self._moved = time.monotonic() - self._moved > SETTLE, time.monotonic()
        return AT_ONCE if alone else SETTLE
