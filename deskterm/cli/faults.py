"""What becomes of an error nobody met: one clean sentence on standard error and an exit code."""

from __future__ import annotations

import errno
import os
import sys
import traceback

from deskterm.clean import clean_lines
from deskterm.cli.main import complain
from deskterm.i18n import _

BAD_DATA = 65
SOFTWARE = 70
CANNOT_WRITE = 73

_CANNOT_WRITE = {errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EACCES, errno.EPERM}


def failed(problem: Exception) -> int:
    """Errors of desk, store and secrets carry their sentence; anything else is a fault of ours."""
    sentence = getattr(problem, "sentence", None)
    if isinstance(sentence, str):
        complain(sentence)
        return int(getattr(problem, "exit_code", BAD_DATA))
    if isinstance(problem, OSError):
        why = problem.strerror or str(problem)
        complain(f"{problem.filename}: {why}" if problem.filename else why)
        return CANNOT_WRITE if problem.errno in _CANNOT_WRITE else BAD_DATA
    if os.environ.get("DESKTERM_DEBUG"):
        print(clean_lines("".join(traceback.format_exception(problem))), file=sys.stderr)
    last = traceback.extract_tb(problem.__traceback__)[-1]
    complain(
        _("A fault of deskterm itself: {error} ({place}). With DESKTERM_DEBUG=1 it tells more.").format(
            error=f"{type(problem).__name__}: {problem}",
            place=f"{os.path.basename(last.filename)}:{last.lineno}",
        )
    )
    return SOFTWARE
