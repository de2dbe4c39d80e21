"""A console on a desk, started as a program of its own; for tests that hold its terminal."""

from __future__ import annotations

import sys

from deskterm import i18n, late
from deskterm.cli.main import LATER


def main() -> int:
    late.put_off(LATER)  # as the command does
    i18n.use(i18n.language_of())
    from deskterm.config import Home
    from deskterm.screens.app import run

    return run(Home.find(sys.argv[1]), worker=False)


if __name__ == "__main__":
    sys.exit(main())
