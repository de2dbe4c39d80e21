"""`python -m deskterm` is the command `deskterm`."""

import sys

from deskterm.cli.main import main

sys.exit(main())
