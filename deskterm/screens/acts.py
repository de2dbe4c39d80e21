"""What is made of the table of acts: which apply, which key does which, on either keyboard."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from importlib import import_module
from typing import Any, Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts import ACTS, DOING, LIST, Act

__all__ = ["ACTS", "DOING", "LIST", "Act"]

BY_ID: Final[Mapping[str, Act]] = {act.id: act for act in ACTS}

WHERES: Final[Mapping[str, str]] = {
    "ticket": N_("A ticket"),
    "clientless": N_("A ticket without a client"),
    "binned": N_("A ticket in the Bin"),
    "muted": N_("A ticket on which automatic letters are stopped"),
    "passed_on": N_("A letter that an agent passed on"),
    "message": N_("A message"),
    "unverified": N_("An unverified message"),
    "body": N_("The text"),
    "text": N_("The text, while one is in it"),
    "letter": N_("A letter (Triage, Refused, Blocked)"),
    "stopped": N_("A refused or blocked letter"),
    "refused": N_("A refused letter"),
    "letters": N_("The list of letters"),
    "outgoing": N_("A letter of ours (Outbox)"),
    "tree": N_("The sections"),
    "search": N_("A search"),
    "saved": N_("A saved search"),
    "list": N_("Every list"),
    "desk": N_("Everywhere"),
    "log": N_("The mail log"),
    "report": N_("A report"),
    "agent": N_("An agent's line"),
    "card": N_("A card"),
    "administration": N_("Administration"),
    "writing": N_("Where one writes"),
    "new_ticket": N_("A ticket made by hand"),
}

ELSEWHERE: Final = frozenset({"log", "report", "card", "administration", "writing", "new_ticket"})
"""Things on screens of their own; the main screen has none of their keys."""

WRITTEN_IN: Final = frozenset({"writing", "new_ticket"})
"""Things in which letters are text: no letter alone can be a key there."""

TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "letter": ("letter", "stopped", "refused"),
    "ticket": ("ticket", "clientless", "binned", "muted", "passed_on"),
}
"""Things whose acts come first together, by the one in focus."""

_EVERYWHERE: Final = frozenset({"desk", "list", "tree", "body"})
ON_SCREEN: Final[tuple[frozenset[str], ...]] = (
    frozenset({"ticket", "clientless", "binned", "muted", "message", "search", "saved"}) | _EVERYWHERE,
    frozenset({"ticket", "clientless", "binned", "muted", "message", "unverified"}) | _EVERYWHERE,
    frozenset({"ticket", "clientless", "binned", "muted", "message", "passed_on"}) | _EVERYWHERE,
    frozenset({"letter", "stopped", "refused", "letters"}) | _EVERYWHERE,
    frozenset({"outgoing"}) | _EVERYWHERE,
    frozenset({"text", "ticket", "message", "desk", "list", "body"}),
    frozenset({"text", "letter", "letters", "desk", "list", "body"}),
    frozenset({"log", "list"}),
    frozenset({"report", "list"}),
    frozenset({"card", "list"}),
    frozenset({"administration", "list"}),
    frozenset({"writing"}),
    frozenset({"new_ticket"}),
)
"""Things that can be on screen at once: a key means one act among those of each."""


def together(where: str, other: str) -> bool:
    """Whether two things can be on screen at once."""
    return any({where, other} <= things for things in ON_SCREEN)


# What the keys of a Russian keyboard give where an English one gives these.
_LATIN: Final = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?"
_CYRILLIC: Final = "ёйцукенгшщзхъфывапролджэячсмитьбю.ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"
TWINS: Final[Mapping[str, str]] = {
    latin: cyrillic for latin, cyrillic in zip(_LATIN, _CYRILLIC, strict=True) if latin != cyrillic
}


def twin(key: str) -> str | None:
    """The same key of a Russian keyboard, with its modifiers; None for keys that are the same on both."""
    *modifiers, last = key.split("+") if key != "+" else [key]
    other = TWINS.get(last)
    return "+".join([*modifiers, other]) if other is not None else None


def keys_of(act: Act, keymap: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of an act: the agent's own, else those of the table."""
    return keymap.get(act.id, act.keys)


def first_key(act: Act, keymap: Mapping[str, tuple[str, ...]]) -> str:
    """The key of an act as the bar shows it, '' for one that has none."""
    return next((shown_key(key) for key in keys_of(act, keymap)), "")


def bindings(
    acts: Iterable[Act], keymap: Mapping[str, tuple[str, ...]] | None = None
) -> list[tuple[str, Act]]:
    """Every (key, act), twins included. A twin never takes a key that an act of the table has itself."""
    keymap = keymap or {}
    # what the agent chose himself comes first: it is meant where the key is another act's too
    acts = sorted(acts, key=lambda act: act.id not in keymap)
    found = [(key, act) for act in acts for key in keys_of(act, keymap)]
    taken = {(key, act.where) for key, act in found} | {(key, "") for key, _act in found}
    for key, act in list(found):
        other = twin(key)
        if other is not None and (other, "") not in taken:
            found.append((other, act))
    return found


def allowed(act: Act, rights: Collection[str]) -> bool:
    """Whether the desk would do it for one who has these rights; an administrator has them all."""
    return not act.right or act.right in rights or "administer" in rights


def applying(things: frozenset[str], focus: str, rights: Collection[str]) -> list[Act]:
    """The acts that apply to what is on screen and may be done; those of the thing in focus first."""
    here = [act for act in ACTS if act.where in things and allowed(act, rights)]
    first = TOGETHER.get(focus, (focus,))
    return sorted(here, key=lambda act: act.where not in first)


def resolve(path: str) -> Any:
    """The function or method a dotted path names."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:cut])
        try:
            found: Any = import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(path)


_SHOWN: Final[Mapping[str, str]] = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "insert": "Ins",
    "pagedown": "PgDn",
    "delete": "Del",
    "home": "Home",
    "end": "End",
}


def shown_key(key: str) -> str:
    """A key as it is written for people."""
    if key in _SHOWN:
        return _SHOWN[key]
    for modifier, shown in (("ctrl+", "Ctrl+"), ("alt+", "Alt+"), ("shift+", "Shift+")):
        if key.startswith(modifier):
            last = key.removeprefix(modifier)
            return shown + (last.upper() if len(last) == 1 else shown_key(last))
    if len(key) > 1 and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return key
