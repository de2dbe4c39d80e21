"""An agent's own views: searches that stand among the sections, filters of Triage; each with a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select

from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work

SEARCH = "search"
LETTERS = ("triage", "refused", "blocked")
SECTIONS = (SEARCH, *LETTERS)
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view: `filter` is {"query": …} of a search, or how letters of a section are chosen and sorted."""

    id: int
    section: str
    name: str
    filter: Mapping[str, Any]
    position: int


def listed(work: Work, actor: Actor, section: str) -> list[SavedView]:
    """One's own views of a section, in their order."""
    require(work, actor, "see own", "view.list")
    return [_view(row) for row in work.rows(*asked(actor, section))]


def asked(actor: Actor, section: str = SEARCH) -> Asked:
    """What `listed` asks."""
    return _LISTED, {"agent": actor.agent_id, "section": section}


def searches(work: Work, actor: Actor) -> list[SavedView]:
    """One's saved searches, empty for who is no agent."""
    return listed(work, actor, SEARCH) if actor.agent_id is not None else []


def query(work: Work, actor: Actor, view_id: int) -> str:
    """The words of one's saved search."""
    return str(_own(work, actor, view_id).filter.get("query", ""))


@undoable("view.add")
def add(work: Work, actor: Actor, section: str, name: str, filter: Mapping[str, Any]) -> int:
    """Keep a view under a name; the same name again takes the new filter."""
    require(work, actor, "see own", "view.add")
    if actor.agent_id is None or section not in SECTIONS:
        raise BadData(_("Views are kept of searches, Triage, Refused and Blocked."))
    name = _named(name)
    c = t.view.c
    there = work.value(select(c.id).where(c.agent_id == actor.agent_id, c.section == section, c.name == name))
    if there is not None:
        work.update(t.view, int(there), filter=dict(filter))
        return int(there)
    last = work.value(select(func.max(c.position)).where(c.agent_id == actor.agent_id, c.section == section))
    return work.insert(
        t.view,
        agent_id=actor.agent_id,
        section=section,
        name=name,
        filter=dict(filter),
        position=(last or 0) + 1,
    )


@undoable("view.rename")
def rename(work: Work, actor: Actor, view_id: int, name: str) -> None:
    """Give one's view another name."""
    require(work, actor, "see own", "view.rename")
    view = _own(work, actor, view_id)
    name = _named(name)
    if any(other.name == name and other.id != view.id for other in listed(work, actor, view.section)):
        raise BadData(_("There is a view {name} already.").format(name=name))
    work.update(t.view, view.id, name=name)


@undoable("view.remove")
def remove(work: Work, actor: Actor, view_id: int) -> None:
    """Drop one's view."""
    require(work, actor, "see own", "view.remove")
    work.delete_where(t.view, t.view.c.id == _own(work, actor, view_id).id)


def _own(work: Work, actor: Actor, view_id: int) -> SavedView:
    row = work.first(select(t.view).where(t.view.c.id == view_id, t.view.c.agent_id == actor.agent_id))
    if row is None:
        raise NotFound(_("There is no such view of yours."))
    return _view(row)


def _named(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise BadData(_("A view needs a name."))
    return name


def _view(row: Any) -> SavedView:
    return SavedView(row.id, row.section, row.name, row.filter or {}, row.position)


_LISTED = Query(
    select(t.view)
    .where(t.view.c.agent_id == bindparam("agent"), t.view.c.section == bindparam("section"))
    .order_by(t.view.c.position, t.view.c.id)
)
