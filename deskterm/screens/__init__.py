"""What agents see: the console. No SQL and no mail here; it shows frozen values and asks the desk."""

import os
from typing import Final

FRAMES: Final = "240"
"""Frames Textual paints at most in a second. Of two that follow each other, as a typed letter and what it
finds, the second waits up to two of these: 33 ms of the usual sixty. What does not change is not painted."""

DIMMED: Final = "80"
"""Percent of its colour that what is dimmed keeps: with Textual's 66 it could not be read on every ground."""

# read when Textual is imported first; who serves the console elsewhere has said how many that place can take
os.environ.setdefault("TEXTUAL_FPS", FRAMES)
os.environ.setdefault("TEXTUAL_DIM_FACTOR", DIMMED)
