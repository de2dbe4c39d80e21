"""Changes by compare-and-set: what an agent saw of a field must still stand there when he sets it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from deskterm.desk.errors import Changed
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


def compare(
    work: Work,
    subject: tuple[str, int],
    there: Any,
    changes: Mapping[str, Any],
    seen: Mapping[str, Any] | None,
) -> None:
    """Raise Changed where a field that is set has neither the value its setter saw nor the new one.

    `there` is the thing as it is now, `seen` values of its fields as the setter saw them; fields not in
    `seen` are not compared.
    """
    for field, value in changes.items():
        now = getattr(there, field, None)
        if seen is None or field not in seen or now in (seen[field], value):
            continue
        who = who_changed(work, subject, field)
        raise Changed(
            _("{who} changed this meanwhile ({what}). Look again, then decide.").format(who=who, what=field),
            field,
            who,
            now,
        )


def who_changed(work: Work, subject: tuple[str, int], field: str) -> str:
    """Who last changed a field of a thing, by the history."""
    kind, id = subject
    c = t.event.c
    for row in work.rows(
        select(c.changes, t.agent.c.name)
        .outerjoin(t.agent, t.agent.c.id == c.agent_id)
        .where(c.act.startswith(f"{kind}."), c.subject_kind == kind, c.subject_id == id)
        .order_by(c.id.desc())
        .limit(50)
    ):
        if any(change[0] == field for change in row.changes or ()):
            return str(row.name) if row.name else _("The system")
    return _("Somebody")
