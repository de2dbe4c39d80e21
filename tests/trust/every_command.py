"""Runs several command lines one after the other, as a script of an administrator would: JSON lists of words,
one a line on standard input or in the file named; each is followed by a line with its exit code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from deskterm.cli.main import main

for line in Path(sys.argv[1]).read_text().splitlines():
    code = main(json.loads(line))
    print(f"exit code {code}", flush=True)
