"""Names of what tickets point at, as people read them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Table, select

from deskterm.desk import choices
from deskterm.store import tables as t
from deskterm.store.prepared import Query
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
            rows = self._work.rows(_ADDRESSES)
            self._lists["account"] = {row.id: row.address for row in rows}
        return self._lists["account"].get(id, "")

    def _list(self, table: Table) -> dict[int, str]:
        if table.name not in self._lists:
            own_names = "key" not in table.c
            self._lists[table.name] = {
                row.id: row.name if own_names else choices.shown(row.key, row.name)
                for row in self._work.rows(_all(table))
            }
        return self._lists[table.name]


@cache
def _all(table: Table) -> Query:
    """Every entry of a list, with its key where the program's own have one."""
    columns = [table.c.id, table.c.name]
    if "key" in table.c:
        columns.append(table.c.key)
    return Query(select(*columns))


_ADDRESSES = Query(select(t.account.c.id, t.account.c.address))
