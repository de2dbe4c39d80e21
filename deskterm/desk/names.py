"""Names of what tickets point at, as people read them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm.desk import choices
from deskterm.store import tables as t
from deskterm.store.work import Work


class Names:
    """Names of statuses, agents and choices, each list read once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lists: dict[str, dict[int, str]] = {}

    def status(self, id: int | None) -> str:
        return self._list(t.status).get(id or 0, "")

    def agent(self, id: int | None) -> str:
        return self._list(t.agent).get(id or 0, "")

    def choice(self, id: int | None) -> str:
        return self._list(t.choice).get(id or 0, "")

    def _list(self, table: Any) -> dict[int, str]:
        if table.name not in self._lists:
            columns = [table.c.id, table.c.name]
            own_names = "key" not in table.c
            if not own_names:
                columns.append(table.c.key)
            self._lists[table.name] = {
                row.id: row.name if own_names else choices.shown(row.key, row.name)
                for row in self._work.rows(select(*columns))
            }
        return self._lists[table.name]
