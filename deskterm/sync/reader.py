"""The worker's reader: the parser's child, which makes a letter's search words too.

The dictionary of word forms takes as much memory as the rest of a letter's way; here the worker is spared it.
`python -m deskterm.sync.reader` is the child.
"""

from __future__ import annotations

from deskterm.desk import words
from deskterm.mail import limited

PROGRAM = "deskterm.sync.reader"

if __name__ == "__main__":
    limited.serve(words.of_letter)
