"""The agent's own keys: `keymap.toml`, a line `act = "key,key"` for each act that gets other keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from deskterm.i18n import _
from deskterm.screens.acts import BY_ID


def read(file: Path) -> tuple[Mapping[str, tuple[str, ...]], list[str]]:
    """The keymap of a file and what is wrong with it, each as a sentence. No file: no keymap."""
    try:
        written = file.read_text(encoding="utf-8")
        entries = tomllib.loads(written)
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [_("{file} cannot be read and was left out: {why}").format(file=file, why=error)]
    keymap: dict[str, tuple[str, ...]] = {}
    troubles: list[str] = []
    for act, keys in entries.items():
        if act not in BY_ID:
            troubles.append(_("{file}: there is no act '{act}'; `?` lists them.").format(file=file, act=act))
        elif not isinstance(keys, str) or not keys.strip():
            troubles.append(_("{file}: the keys of '{act}' must be a text.").format(file=file, act=act))
        else:
            keymap[act] = tuple(key.strip() or "," for key in keys.split(","))
    return keymap, troubles
