"""`deskterm demo`: a working desk to look at, gone without a trace when the console is closed."""

from __future__ import annotations

import importlib.util
import sys

from deskterm.clean import clean
from deskterm.i18n import _

USAGE = 2
UNAVAILABLE = 69
CONFIGURATION = 78
_LIBRARIES = ("pymap", "aiosmtpd")


def run_demo() -> int:
    """Show the demo desk in this terminal; the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _complain(_("The demo needs a terminal."), USAGE)
    missing = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        return _complain(
            _("The demo's mail server needs {names}. Install them: pip install 'deskterm[demo]'").format(
                names=", ".join(missing)
            ),
            CONFIGURATION,
        )
    from deskterm.demo.run import DemoError, run

    try:
        return run()
    except DemoError as error:
        return _complain(str(error), UNAVAILABLE)


def _complain(sentence: str, code: int) -> int:
    print(f"deskterm: {clean(sentence)}", file=sys.stderr)
    return code
