"""The agent's own keys: `keymap.toml`, a line `act = "key,key"` for each act that gets other keys."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from deskterm.i18n import _
from deskterm.screens import acts
from deskterm.screens.acts import ACTS, BY_ID, Act

Keymap = Mapping[str, tuple[str, ...]]

MODIFIERS: Final = frozenset({"ctrl", "shift", "alt"})
_FUNCTION_KEYS: Final = frozenset(f"f{number}" for number in range(1, 25))
NAMED: Final = _FUNCTION_KEYS | frozenset(
    {
        "enter", "escape", "space", "tab", "up", "down", "left", "right", "pageup", "pagedown", "delete",
        "home", "end", "insert", "backspace",
    }
)  # fmt: skip
"""Keys that are no character."""


def read(file: Path) -> tuple[Keymap, list[str]]:
    """The keymap of a file and what is wrong with it, each as a sentence. No file: no keymap.

    A key that another act has too is the agent's own: the other one goes without, and that is said.
    """
    try:
        text = file.read_text(encoding="utf-8")
        entries = tomllib.loads(text)
    except FileNotFoundError:
        return {}, []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [_("{file} cannot be read and was left out: {why}").format(file=file, why=error)]
    keymap: dict[str, tuple[str, ...]] = {}
    troubles: list[str] = []

    def complain(name: str, why: str) -> None:
        line = _line_of(text, name)
        troubles.append(_("{file}, line {line}: {why}").format(file=file.name, line=line, why=why))

    for name, keys in entries.items():
        if name not in BY_ID:
            complain(name, _("there is no act '{act}'; `?` lists them.").format(act=name))
        elif not isinstance(keys, str) or not keys.strip():
            complain(name, _("the keys of '{act}' must be a text.").format(act=name))
        else:
            named = tuple(key.strip() or "," for key in keys.split(","))
            wrong = [key for key in named if not known(key)]
            if wrong:
                complain(name, _("'{key}' is no key; as r, ctrl+e, f6, shift+f3.").format(key=wrong[0]))
            if BY_ID[name].where in acts.WRITTEN_IN:
                letters = [key for key in named if known(key) and not _while_writing(key)]
                if letters:
                    complain(
                        name,
                        _("'{key}' is text where one writes; as ctrl+e, alt+e, f6.").format(key=letters[0]),
                    )
                wrong += letters
            if right := tuple(key for key in named if key not in wrong):
                keymap[name] = right
    for key, act, other in _taken(keymap):
        if other.id in keymap:
            why = _("'{key}' is that of '{other}' too; give one of them another.")
        else:
            why = _("'{key}' was that of '{other}', which goes without it; give it another.")
        complain(act.id, why.format(key=acts.shown_key(key), other=other.id))
    return keymap, troubles


def known(key: str) -> bool:
    """Whether a terminal has such a key: a character, or a name, behind its modifiers."""
    *modifiers, last = key.split("+") if len(key) > 1 and not key.endswith("++") else [key]
    return MODIFIERS.issuperset(modifiers) and (len(last) == 1 or last in NAMED)


def _while_writing(key: str) -> bool:
    """Whether a key can act where letters are text and arrows move in it."""
    return key.startswith(("ctrl+", "alt+")) or key == "escape" or key.split("+")[-1] in _FUNCTION_KEYS


def _line_of(text: str, act: str) -> int:
    """The line of the file an act stands on."""
    said = re.compile(rf"\s*[\"']?{re.escape(act)}[\"']?\s*=")
    return next((at for at, line in enumerate(text.splitlines(), 1) if said.match(line)), 1)


def _taken(keymap: Keymap) -> Iterator[tuple[str, Act, Act]]:
    """Every key of the agent's own that another act has where both are on screen, each pair once."""
    own = [act for act in ACTS if act.id in keymap]
    for at, act in enumerate(own):
        for key in keymap[act.id]:
            for other in ACTS:
                if other is act or (other.id in keymap and other in own[:at]):
                    continue
                together = acts.together(act.where, other.where)
                if together and key in acts.keys_of(other, keymap):
                    yield key, act, other


def begun() -> str:
    """A file to begin with: every act with its keys, each line to be taken out of its comment."""
    lines = [
        "# "
        + _("Your own keys. Take the # away before an act and name its keys, with a comma between them."),
        "# " + _("Keys: r, R, ctrl+e, f6, shift+f3, enter, space, pageup…"),
    ]
    for where, title in acts.WHERES.items():
        lines += ["", f"# {_(title)}"]
        for act in ACTS:
            if act.where == where:
                keys = ",".join(act.keys)
                quote = "'" if set(keys) & set('"\\') else '"'
                lines.append(f"# {act.id} = {quote}{keys}{quote}  # {_(act.title)}")
    return "\n".join(lines) + "\n"
