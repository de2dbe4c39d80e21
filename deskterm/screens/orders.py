"""Where a ticket stands in a list that is sorted: the same orders as the desk reads it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, sorting_key

if TYPE_CHECKING:
    from deskterm.desk.views import TicketRow

TITLES: Final[Mapping[str, str]] = {
    "last_message": N_("last message"),
    "changed": N_("last change"),
    "created": N_("creation"),
    "number": N_("number"),
    "due": N_("due time"),
    "client": N_("client"),
    "responsible": N_("responsible"),
}
"""What a list can be sorted by; `desk.ordering.SORTS` has the same keys, a test compares."""

DOWNWARDS: Final = frozenset({"last_message", "changed", "created", "number"})
"""Orders that begin with the greatest unless somebody turns them round."""

_MOMENTS: Final[Mapping[str, Callable[[TicketRow], datetime | None]]] = {
    "last_message": lambda row: row.last_message_at,
    "changed": lambda row: row.changed_at,
    "created": lambda row: row.created_at,
    "due": lambda row: row.due_at,
}

_GROUPS: Final[Mapping[str, Callable[[TicketRow], tuple[str, int] | None]]] = {
    "client": lambda row: (sorting_key(row.client), row.client_id) if row.client_id else None,
    "responsible": lambda row: (
        (sorting_key(row.responsible), row.responsible_id) if row.responsible_id else None
    ),
}


def stands_before(sort: str, descending: bool, row: TicketRow, other: TicketRow) -> bool:
    """Whether `row` stands before `other` in the list."""
    if sort == "number":
        return (row.id > other.id) is descending
    group = _GROUPS.get(sort)
    if group is None:
        mine, others = _MOMENTS[sort](row), _MOMENTS[sort](other)
        if mine is not None and others is not None:
            return ((mine, row.id) > (others, other.id)) is descending
        first: Any = mine
        second: Any = others
    else:
        first, second = group(row), group(other)
        if first is not None and second is not None and first != second:
            return bool(first > second) is descending
    if (first is None) is not (second is None):
        return second is None
    return (row.last_message_at, row.id) > (other.last_message_at, other.id)
