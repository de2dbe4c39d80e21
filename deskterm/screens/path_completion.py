"""Paths completed as one types them."""

from __future__ import annotations

from pathlib import Path

from textual.suggester import Suggester


class PathSuggester(Suggester):
    """Suggests the first name in the folder that begins with what was typed."""

    def __init__(self, *, folders_only: bool = False) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._folders_only = folders_only

    async def get_suggestion(self, value: str) -> str | None:
        typed = Path(value).expanduser()
        folder, begun = (typed, "") if value.endswith("/") else (typed.parent, typed.name)
        if not value or not begun:
            return None
        try:
            names = sorted(
                each.name + ("/" if each.is_dir() else "")
                for each in folder.iterdir()
                if each.name.startswith(begun) and (each.is_dir() or not self._folders_only)
            )
        except OSError:
            return None
        return value + names[0][len(begun) :] if names and names[0] != begun else None
