"""Names of what tickets point at, as people read them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from deskterm.desk import choices
from deskterm.store import tables as t
from deskterm.store.work import Work


class Names:
    """Names of statuses, agents, teams, accounts and choices, each list read once."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._lists: dict[str, dict[int, str]] = {}

    def status(self, id: int | None) -> str:
        return self._list(t.status).get(id or 0, "")

    def agent(self, id: int | None) -> str:
        return self._list(t.agent).get(id or 0, "")

    def choice(self, id: int | None) -> str:
        return self._list(t.choice).get(id or 0, "")

    def team(self, id: int | None) -> str:
        return self._list(t.team).get(id or 0, "") if id is not None else ""

    def account(self, id: int | None) -> str:
        """The address of an account."""
        if id is None:
            return ""
        if "account" not in self._lists:
            rows = self._work.rows(select(t.account.c.id, t.account.c.address))
            self._lists["account"] = {row.id: row.address for row in rows}
        return self._lists["account"].get(id, "")

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
