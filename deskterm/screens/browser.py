"""The web browser of the machine the console runs on: whether there is one to open, and opening it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Final

_OPENERS: Final = ("xdg-open", "x-www-browser", "gio", "firefox", "chromium")
_ARGUMENTS: Final = {"gio": ("open",)}


def command(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Sequence[str]:
    """The command that opens an address, which comes behind it; none where nobody would see a window.

    Over SSH or on a console without windows a text browser would draw over ours.
    """
    for named in environment.get("BROWSER", "").split(os.pathsep):
        words = [word for word in shlex.split(named) if word != "%s"] if named else []
        if words and shutil.which(words[0]):
            return words
    if platform == "darwin":
        return ("open",) if "SSH_CONNECTION" not in environment else ()
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        for name in _OPENERS:
            if shutil.which(name):
                return (name, *_ARGUMENTS.get(name, ()))
    return ()


def open_address(opener: Sequence[str], address: str) -> None:
    """Start the browser and let it go; it has none of our terminal. Raises OSError."""
    started = subprocess.Popen(
        [*opener, address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=started.wait, name="browser", daemon=True).start()
