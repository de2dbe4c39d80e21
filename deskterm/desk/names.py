"""Names of what tickets point at, as people read them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import String, Table, cast, literal, null, select, union_all

from deskterm.desk import choices
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
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
        return self._list(t.account).get(id, "")

    @staticmethod
    def asked() -> list[Asked]:
        """What is asked of PostgreSQL."""
        return [(_entries(*_LISTS), {})]

    def _list(self, table: Table) -> dict[int, str]:
        if table.name not in self._lists:
            # to a server and back takes longer than all the lists
            wanted = _LISTS if self._work.dialect == "postgresql" else (table,)
            self._lists.update({each.name: {} for each in wanted})
            for row in self._work.rows(_entries(*wanted)):
                self._lists[row.list][row.id] = choices.shown(row.key, row.name)
        return self._lists[table.name]


_LISTS = (t.status, t.agent, t.choice, t.team, t.account)


@cache
def _entries(*lists: Table) -> Query:
    """Every entry of these lists, with its key where the program's own have one."""
    each = [
        select(
            literal(table.name).label("list"),
            table.c.id,
            (table.c.address if table is t.account else table.c.name).label("name"),
            (table.c.key if "key" in table.c else cast(null(), String)).label("key"),
        )
        for table in lists
    ]
    return Query(each[0] if len(each) == 1 else select(union_all(*each).subquery()))
