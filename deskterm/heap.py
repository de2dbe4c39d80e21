"""The memory of a process that runs for weeks beside everything else: it keeps little of what it used."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from functools import lru_cache
from typing import Final

# malloc.h of the GNU C library
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_KEPT_BYTES: Final = 256 * 1024
_LARGE_BYTES: Final = 128 * 1024
_NEW_OBJECTS: Final = 5_000


def keep_one() -> None:
    """Have one heap for all threads, where the C library can: each would keep what it once needed."""
    with suppress(AttributeError, OSError):
        options = ((_ARENA_MAX, 1), (_TRIM_THRESHOLD, _KEPT_BYTES), (_MMAP_THRESHOLD, _LARGE_BYTES))
        for option, value in options:
            _c_library().mallopt(option, value)


def put_off() -> None:
    """Look for no garbage while a console begins: what it imports stays, but is gone through 220 times."""
    gc.disable()


def go_on() -> None:
    """Look for garbage again, not in what is there by now."""
    gc.freeze()
    gc.enable()


def settle() -> None:
    """What is there by now stays, and is never looked through for garbage again; what comes is less often."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)


def give_back() -> None:
    """Have the C library return the memory it holds though it is free (malloc_trim(3), glibc only)."""
    with suppress(AttributeError, OSError):
        _c_library().malloc_trim(0)


@lru_cache(maxsize=1)
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None)
