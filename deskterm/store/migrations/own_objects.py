"""Which things in a database are the program's tables."""

from __future__ import annotations

from typing import Any, Final

BY_HAND: Final = ("message_words", "word_form")


def include_object(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Full-text tables are made by hand and look like tables to drop."""
    return not (kind in ("table", "index") and name is not None and name.startswith(BY_HAND))
