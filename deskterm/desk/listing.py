"""Lists of tickets, by page and by id."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, and_, exists, select

from deskterm import limits
from deskterm.desk import choices, ordering, reading, searching, sections, visibility
from deskterm.desk import statuses as desk_statuses
from deskterm.desk.actor import Actor
from deskterm.desk.names import Names
from deskterm.desk.page_views import Choosable, Page, TicketRow
from deskterm.desk.query import marking
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import prepared
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work

if TYPE_CHECKING:
    from deskterm.desk.query.marks import Marks


def tickets(
    work: Work,
    actor: Actor,
    section: str,
    *,
    sort: str = "last_message",
    descending: bool | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = limits.PAGE_ROWS,
    tab: int | None = None,
) -> Page:
    """A page of a section's TicketRows by keyset; `after` is the key the page before ended with.

    `descending` is as natural to the order where nobody says it. With `tab` only those the agent put in
    that tab of his.
    """
    query = None if tab is not None else sections.query(work, actor, section)
    if query is not None:
        return search(work, actor, query, limit=limit)
    down = ordering.natural(sort) if descending is None else descending
    inside = _in_order(work, actor, section, tab, sort)
    arms = sections.arms(work, actor, section) if tab is None else []
    rows, last = ordering.page(work, _rows, inside, sort, down, after, limit, arms)
    return Page(rows=tuple(_views(work, actor, rows)), after=last)


def search(work: Work, actor: Actor, query: str, *, limit: int = limits.PAGE_ROWS) -> Page:
    """The first page of all tickets a query finds, the newest hit first; the rest by `search_ids`."""
    ids = searching.ids(work, actor, query, limit)
    rows = ticket_rows(work, actor, ids)
    shown = tuple(rows[id] for id in ids if id in rows)
    return Page(rows=shown, after=(ids[-1],) if len(ids) == limit else None)


def search_marked(
    work: Work, actor: Actor, query: str, *, limit: int = limits.PAGE_ROWS
) -> tuple[Page, Marks]:
    """The same, and what of the query is marked in it: asked together with each letter that is typed."""
    return search(work, actor, query, limit=limit), marking.marks(work, actor, query)


def search_ids(work: Work, actor: Actor, query: str) -> array[int]:
    """The ids of the tickets a query finds, the newest hit first, at most `limits.FOUND_TICKETS`."""
    return searching.ids(work, actor, query)


def ticket_ids(
    work: Work,
    actor: Actor,
    section: str,
    sort: str = "last_message",
    descending: bool | None = None,
    tab: int | None = None,
    query: str = "",
) -> array[int]:
    """All ids of a section in order; a saved search has an order of its own, the newest hit first.

    With `query` those of them that it finds, at most `limits.FOUND_TICKETS`.
    """
    saved = None if tab is not None or query else sections.query(work, actor, section)
    if saved is not None:
        return search_ids(work, actor, saved)
    down = ordering.natural(sort) if descending is None else descending
    inside = _in_order(work, actor, section, tab, sort)
    if query:
        inside = and_(inside, t.ticket.c.id.in_(searching.ids(work, actor, query)))
    return ordering.ids(work, inside, sort, down)


def ticket_rows(work: Work, actor: Actor, ids: Iterable[int]) -> dict[int, TicketRow]:
    """Rows by id; those that are gone or not visible are left out."""
    wanted = list(ids)
    if 0 < len(wanted) <= prepared.FEW:
        found = work.rows(_few_rows(actor), prepared.few(wanted))
        return {row.id: row for row in _views(work, actor, found)}
    rows: dict[int, TicketRow] = {}
    for start in range(0, len(wanted), 500):
        statement = _rows().where(t.ticket.c.id.in_(wanted[start : start + 500]), visibility.tickets(actor))
        rows.update((row.id, row) for row in _views(work, actor, work.rows(statement)))
    return rows


def belongs(work: Work, actor: Actor, section: str, ids: Iterable[int], tab: int | None = None) -> set[int]:
    """Which of the tickets stand in the section, and in the tab, now."""
    ids = list(ids)
    if tab is None and 0 < len(ids) <= prepared.FEW and sections.can_be_kept(section):
        return set(work.values(_few_belong(actor, section), prepared.few(ids) | sections.moments(work)))
    inside = _inside(work, actor, section, tab)
    return set(work.values(select(t.ticket.c.id).where(t.ticket.c.id.in_(ids), inside)))


def touched(
    work: Work, actor: Actor, section: str, ids: Sequence[int], tab: int | None = None
) -> tuple[dict[int, TicketRow], set[int]]:
    """Rows of tickets that were changed, and which of them stand in the section, and in the tab, now."""
    return ticket_rows(work, actor, ids), belongs(work, actor, section, ids, tab)


def asked(actor: Actor, section: str, ids: Sequence[int], tab: int | None = None) -> list[Asked]:
    """What `touched` asks of few tickets."""
    if not 0 < len(ids) <= prepared.FEW:
        return []
    few = prepared.few(ids)
    found: list[Asked] = [(_few_rows(actor), few), reading.asked(actor, ids), (_FEW_IN_TROUBLE, few)]
    if tab is None and sections.can_be_kept(section):
        found.append((_few_belong(actor, section), {**few, **sections.NOW}))
    return [*found, *Names.asked()]


@lru_cache(maxsize=256)
def _few_belong(actor: Actor, section: str) -> Query:
    inside = sections.at_any_moment(actor, section)
    return Query(select(t.ticket.c.id).where(prepared.among_few(t.ticket.c.id), inside))


@lru_cache(maxsize=32)
def _few_rows(actor: Actor) -> Query:
    return Query(_rows().where(prepared.among_few(t.ticket.c.id), visibility.tickets(actor)))


def _in_order(work: Work, actor: Actor, section: str, tab: int | None, sort: str) -> ColumnElement[bool]:
    """The section, so that it is read along the order where it holds most of all tickets."""
    if section == "closed" and tab is None and sort in ("changed", "created", "number"):
        return sections.closed_in_order(actor)
    return _inside(work, actor, section, tab)


def _inside(work: Work, actor: Actor, section: str, tab: int | None) -> ColumnElement[bool]:
    inside = sections.where(work, actor, section)
    if tab is None:
        return inside
    c = t.tab_ticket.c
    return and_(
        inside,
        t.ticket.c.id.in_(select(c.ticket_id).where(c.agent_id == actor.agent_id, c.tab_id == tab)),
    )


def statuses(work: Work) -> list[Choosable]:
    """Statuses with the name of their class."""
    classes = {"active": _("active"), "waiting": _("waiting"), "closed": _("closed")}
    return [
        Choosable(row.id, row.name, group=classes[row.status_class]) for row in desk_statuses.listed(work)
    ]


def rubrics(work: Work) -> list[Choosable]:
    return [Choosable(entry.id, entry.name) for entry in choices.active(work, "rubric")]


def choosable(work: Work, actor: Actor, field: str) -> list[Choosable]:
    """What can be chosen for a field of a ticket: entries of its list, teams, branches, clients."""
    tables = {"team": t.team, "branch": t.branch, "client": t.client}
    if field in tables:
        require(work, actor, "see own", "list.choose")
        c = tables[field].c
        rows = work.rows(select(c.id, c.name).where(c.active).order_by(c.name))
        return [Choosable(row.id, row.name) for row in rows]
    return [Choosable(entry.id, entry.name) for entry in choices.active(work, field)]


def agents(work: Work) -> list[Choosable]:
    """Active agents by name."""
    return [
        Choosable(row.id, row.name, row.login)
        for row in work.rows(
            select(t.agent.c.id, t.agent.c.name, t.agent.c.login)
            .where(t.agent.c.active)
            .order_by(t.agent.c.name)
        )
    ]


def ticket_choices(work: Work, actor: Actor, words: str) -> list[Choosable]:
    """Open tickets to put something into, by words or number, the latest first."""
    open_ones = t.ticket.c.status_class.in_(("active", "waiting"))
    statement = (
        _rows()
        .where(t.ticket.c.id.in_(searching.ids(work, actor, words)), open_ones)
        .order_by(t.ticket.c.last_message_at.desc(), t.ticket.c.id.desc())
        .limit(50)
    )
    return [
        Choosable(row.id, f"{row.id} — {row.subject}", row.client or row.customer)
        for row in _views(work, actor, work.rows(statement))
    ]


def _rows() -> Select[Any]:
    """Tickets with the names of what they point at."""
    client = select(t.client.c.name).where(t.client.c.id == t.ticket.c.client_id).scalar_subquery()
    contact = select(t.contact.c.name).where(t.contact.c.id == t.ticket.c.contact_id).scalar_subquery()
    unverified = exists(
        select(1).where(
            t.message.c.ticket_id == t.ticket.c.id,
            t.message.c.unverified == "waiting",
            t.message.c.deleted_at.is_(None),
        )
    )
    return select(t.ticket, client.label("client"), contact.label("contact"), unverified.label("unverified"))


def _views(work: Work, actor: Actor, rows: Sequence[Any]) -> list[TicketRow]:
    ids = [row.id for row in rows]
    unread = reading.unread_tickets_among(work, actor, ids)
    trouble = _in_trouble(work, ids)
    names = Names(work)
    return [
        TicketRow(
            id=row.id,
            subject=row.subject,
            client=row.client or "",
            customer=row.customer,
            status=names.status(row.status_id),
            status_class=row.status_class,
            responsible=names.agent(row.responsible_id),
            responsible_id=row.responsible_id,
            rubric=names.choice(row.rubric_id),
            turn=row.turn,
            unread=row.id in unread,
            unverified=bool(row.unverified),
            muted=bool(row.muted),
            trouble=row.id in trouble,
            messages=row.messages,
            created_at=row.created_at,
            changed_at=row.changed_at,
            last_message_at=row.last_message_at,
            due_at=row.due_at,
            version=row.version,
            client_id=row.client_id,
            contact=row.contact or "",
            category=names.choice(row.category_id),
            kind=names.choice(row.kind_id),
            criticality=names.choice(row.criticality_id),
            difficulty=names.choice(row.difficulty_id),
            source=names.choice(row.source_id),
            sla=names.choice(row.sla_id),
            team=names.team(row.team_id),
            account=names.account(row.account_id),
        )
        for row in rows
    ]


def _in_trouble(work: Work, ids: Sequence[int]) -> set[int]:
    if 0 < len(ids) <= prepared.FEW:
        return set(work.values(_FEW_IN_TROUBLE, prepared.few(ids)))
    among = t.outgoing.c.ticket_id.in_
    return {
        id
        for start in range(0, len(ids), 500)
        for id in work.values(_TROUBLED.where(among(ids[start : start + 500])))
    }


_TROUBLED = select(t.outgoing.c.ticket_id).where(
    t.outgoing.c.open,
    exists(
        select(1).where(
            t.outbox.c.outgoing_id == t.outgoing.c.id, t.outbox.c.state.in_(("failed", "unknown"))
        )
    ),
)
_FEW_IN_TROUBLE = Query(_TROUBLED.where(prepared.among_few(t.outgoing.c.ticket_id)))
