"""How long screens wait before they follow a hand, in seconds."""

from __future__ import annotations

from typing import Final

SETTLE: Final = 0.06
"""How long the cursor rests on a line before what is below it is read: a held key reads nothing."""
TYPING: Final = 0.15
"""How long nothing is typed before what was typed is looked for."""
SAID: Final = 6.0
"""How long the status line says what was done."""
CALM: Final = 2.0
"""How often signs of life of others have the counts read anew."""
