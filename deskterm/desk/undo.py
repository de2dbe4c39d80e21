"""Undo: an act of an agent taken back as one, whatever rows it changed.

While an act marked `@undoable` runs, the unit of work notes each row it changes (`store.journal`).
Undoing puts the rows back, unless somebody changed the same fields since; sums, counters and search
words follow. What has left by mail stays sent, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Table, and_, func, select
from sqlalchemy.exc import IntegrityError

from deskterm.desk import act_titles, counts, history, notices, posting
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Changed, NotFound
from deskterm.i18n import _, n_
from deskterm.store import fulltext, journal
from deskterm.store import tables as t
from deskterm.store.journal import Journal
from deskterm.store.work import Work

P = ParamSpec("P")
R = TypeVar("R")
Act = Callable[Concatenate[Work, Actor, P], R]

LEFT_ALONE: Final = frozenset(
    {"event", "refusal", "mail_log", "ticket_count", "blob", "reversal", "notification", "presence", "folder"}
)
"""Tables that say what happened, or are made anew: undoing never touches them."""

FOLLOWING: Final[dict[str, frozenset[str]]] = {
    "ticket": frozenset(
        {
            "version",
            "changed_at",
            "last_message_at",
            "last_public_at",
            "last_message_id",
            "last_private_id",
            "messages",
        }
    ),
    "message": frozenset({"delivery"}),
    "letter": frozenset({"version", "seen_by"}),
    "contact_point": frozenset({"bounced_at"}),
    "rule": frozenset({"hits"}),
    "black_entry": frozenset({"hits"}),
    "article": frozenset({"used"}),
}
"""Columns that follow from others or are kept by the worker: neither compared nor put back."""

SOFT: Final = frozenset({"read_mark", "read_exception", "addressed"})
"""Put back only where they are still as the act left them: reading on must not forbid an undo."""

MAIL: Final = frozenset({"outgoing", "outbox"})
"""Letters of ours: withdrawn while they still wait, else left as they are."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act that can be undone."""

    id: int
    title: str
    at: datetime
    ticket_id: int | None
    tickets: int


@dataclass(frozen=True, slots=True)
class Undone:
    """What was undone; `notes` say what could not be taken back.

    `draft_key` is the draft an answer became again.
    """

    title: str
    tickets: tuple[int, ...]
    notes: tuple[str, ...] = ()
    draft_key: str | None = None


def undoable(act: str) -> Callable[[Act[P, R]], Act[P, R]]:
    """Mark an act as one that can be undone; acts it calls belong to it."""

    def marked(function: Act[P, R]) -> Act[P, R]:
        @wraps(function)
        def done(work: Work, actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with together(work, actor, act):
                return function(work, actor, *args, **kwargs)

        return done

    return marked


@contextmanager
def together(work: Work, actor: Actor, act: str) -> Iterator[None]:
    """Everything inside is undone as one."""
    if work.journal is not None or actor.agent_id is None:
        yield
        return
    first_event = history.newest(work)
    work.journal = Journal()
    try:
        yield
        touched = list(work.journal.differences())
    finally:
        work.journal = None
    kept = [one for one in touched if one.table not in LEFT_ALONE]
    if not kept:
        return
    tickets = _tickets_of(work, [(one.table, one.key, one.before, one.after) for one in kept])
    work.insert(
        t.reversal,
        agent_id=actor.agent_id,
        at=work.now,
        act=act,
        ticket_id=tickets[0] if len(tickets) == 1 else None,
        tickets=len(tickets),
        rows=[
            [one.table, list(one.key), journal.plain(one.before), journal.plain(one.after)] for one in kept
        ],
        first_event=first_event + 1,
        last_event=history.newest(work),
    )


def listed(work: Work, actor: Actor, limit: int = 50) -> list[Undoable]:
    """One's own acts that can still be undone, newest first."""
    c = t.reversal.c
    return [
        Undoable(row.id, act_titles.title(row.act), row.at, row.ticket_id, row.tickets)
        for row in work.rows(
            select(c.id, c.act, c.at, c.ticket_id, c.tickets)
            .where(c.agent_id == actor.agent_id, c.undone_at.is_(None))
            .order_by(c.id.desc())
            .limit(limit)
        )
    ]


def undo(work: Work, actor: Actor, reversal_id: int | None = None) -> Undone:
    """Take back one's newest act, or the one given.

    NotFound where there is none, Changed where somebody changed the same fields since.
    """
    c = t.reversal.c
    which = c.undone_at.is_(None) if reversal_id is None else c.id == reversal_id
    row = work.first(
        select(t.reversal).where(c.agent_id == actor.agent_id, which).order_by(c.id.desc()).limit(1)
    )
    if row is None or row.undone_at is not None:
        raise NotFound(_("There is nothing of yours to undo."))
    steps = [
        _Step(_table(name), tuple(key), journal.real(before), journal.real(after))
        for name, key, before, after in row.rows
    ]
    notes: list[str] = []
    draft_key = None
    answer = _answer(work, steps)
    if answer is not None:
        draft_key = _take_back(work, actor, answer)
    else:
        left = _withdraw(work, steps, row.first_event, row.last_event)
        if left:
            notes.append(
                n_(
                    "{number} letter has left already and stays sent.",
                    "{number} letters have left already and stay sent.",
                    left,
                ).format(number=left)
            )
        _put_back(work, actor, row, [step for step in steps if step.table.name not in MAIL])
    work.update(t.reversal, row.id, undone_at=work.now)
    return Undone(act_titles.title(row.act), tuple(_ticket_ids(work, steps)), tuple(notes), draft_key)


@dataclass(frozen=True, slots=True)
class _Step:
    """One row to put back."""

    table: Table
    key: journal.Key
    before: journal.State
    after: journal.State

    def compared(self, state: journal.State) -> dict[str, Any]:
        """The columns of a state that are compared and put back."""
        following = FOLLOWING.get(self.table.name, frozenset())
        return {name: value for name, value in (state or {}).items() if name not in following}


def _put_back(work: Work, actor: Actor, row: Any, steps: list[_Step]) -> None:
    doable = [step for step in steps if _still(work, actor, row, step)]
    tickets = _ticket_ids(work, doable)
    before = {id: _place(work, id) for id in tickets}
    changes: dict[int, list[tuple[str, Any, Any]]] = {id: [] for id in tickets}
    for step in reversed(doable):
        _back(work, step)
        if step.table.name == "ticket" and step.before is not None:
            changes[step.key[0]].extend(
                (name, _short((step.after or {}).get(name)), _short(value))
                for name, value in step.compared(step.before).items()
            )
    for id in tickets:
        posting.sum_up(work, id)
        counts.moved(work, before[id], _place(work, id))
        work.update(t.ticket, id, changed_at=work.now)
        event_id = history.record(
            work, actor, "undo", ticket_id=id, subject=("reversal", row.id), changes=changes[id]
        )
        notices.tell(work, id, event_id)
    if not tickets:
        history.record(work, actor, "undo", subject=("reversal", row.id))


def _still(work: Work, actor: Actor, row: Any, step: _Step) -> bool:
    """Whether the row is as the act left it; Changed where it is not, False for a soft one."""
    now = journal.row_of(work.connection, step.table, step.key)
    if step.after is None:
        if now is None:
            return True
        different: str | None = "row"
    elif now is None:
        different = "row"
    else:
        wanted = step.compared(step.after)
        if step.before is None and step.table.name == "message":
            wanted = {name: wanted[name] for name in ("ticket_id", "deleted_at")}
        different = next((name for name, value in wanted.items() if now._mapping[name] != value), None)
        if different is None and step.before is None and step.table.name == "ticket":
            different = _grown(work, step, row)
    if different is None:
        return True
    if step.table.name in SOFT:
        return False
    who = _who(work, actor, row, step, different)
    raise Changed(
        _("{who} changed this since ({what}). It cannot be undone any more.").format(
            who=who, what=_field(step.table.name, different)
        ),
        different,
        who,
        None if now is None else now._mapping.get(different),
    )


def _grown(work: Work, step: _Step, row: Any) -> str | None:
    """'messages' where a ticket the act made has messages the act did not put there."""
    put = {key[0] for name, key, _before, _after in row.rows if name == "message"}
    there = work.values(
        select(t.message.c.id).where(t.message.c.ticket_id == step.key[0], t.message.c.deleted_at.is_(None))
    )
    return "messages" if set(there) - put else None


def _back(work: Work, step: _Step) -> None:
    name = step.table.name
    here = journal.by_key(step.table, step.key)
    if step.before is None:
        if name in ("ticket", "message"):
            work.update(step.table, step.key[0], deleted_at=work.now)
            if name == "message":
                fulltext.forget(work, [step.key[0]])
            return
        try:
            with work.savepoint():
                work.execute(step.table.delete().where(here))
        except IntegrityError as error:
            raise Changed(
                _("Somebody uses it by now. It cannot be undone any more."), name, _("Somebody"), None
            ) from error
        return
    if step.after is None:
        work.execute(step.table.insert().values(**step.before))
        return
    values = step.compared(step.before)
    if values:
        work.execute(step.table.update().where(here).values(**values))
    if name == "message" and "deleted_at" in values:
        if values["deleted_at"] is None:
            posting.index_again(work, step.key[0])
        else:
            fulltext.forget(work, [step.key[0]])


def _answer(work: Work, steps: Sequence[_Step]) -> int | None:
    """The answer an act queued: it goes back to its author as a draft."""
    for step in steps:
        if (
            step.table.name == "outgoing"
            and step.before is None
            and (step.after or {}).get("kind") == "answer"
        ):
            return int(step.key[0])
    return None


def _take_back(work: Work, actor: Actor, outgoing_id: int) -> str:
    from deskterm.desk import outbox  # it needs this module for its own acts

    return str(outbox.withdraw(work, actor, outgoing_id).key)


def _withdraw(work: Work, steps: Sequence[_Step], first_event: int, last_event: int) -> int:
    """Stop the letters an act queued, and the notices of it, that have not left; how many have."""
    c = t.outgoing.c
    ids = {step.key[0] for step in steps if step.table.name == "outgoing" and step.before is None}
    ids.update(
        work.values(
            select(c.id).where(c.event_id >= first_event, c.event_id <= last_event, c.kind != "answer")
        )
    )
    left = 0
    for id in ids:
        states = work.values(select(t.outbox.c.state).where(t.outbox.c.outgoing_id == id))
        if set(states) <= {"waiting", "queued", "withdrawn"}:
            work.execute(
                t.outbox.update()
                .where(and_(t.outbox.c.outgoing_id == id, t.outbox.c.state.in_(("waiting", "queued"))))
                .values(state="withdrawn", settled_at=work.now)
            )
            work.update(t.outgoing, id, open=False)
        else:
            left += 1
    return left


def _place(work: Work, ticket_id: int) -> counts.Place | None:
    row = work.first(
        select(
            t.ticket.c.responsible_id,
            t.ticket.c.rubric_id,
            t.ticket.c.status_class,
            t.ticket.c.merged_into,
            t.ticket.c.deleted_at,
        ).where(t.ticket.c.id == ticket_id)
    )
    if row is None or row.merged_into is not None or row.deleted_at is not None:
        return None
    return counts.place(row.responsible_id, row.rubric_id, row.status_class)


def _ticket_ids(work: Work, steps: Sequence[_Step]) -> list[int]:
    return _tickets_of(work, [(step.table.name, step.key, step.before, step.after) for step in steps])


def _tickets_of(
    work: Work, rows: Sequence[tuple[str, journal.Key, journal.State, journal.State]]
) -> list[int]:
    """The tickets that rows belong to, each once."""
    found: dict[int, None] = {}
    for table, key, before, after in rows:
        if table == "ticket":
            found[key[0]] = None
        for state in (before, after):
            for name in ("ticket_id", "other_id"):
                if state and isinstance(state.get(name), int) and table not in MAIL:
                    found[state[name]] = None
        if table == "message" and not any(state and "ticket_id" in state for state in (before, after)):
            ticket_id = work.value(select(t.message.c.ticket_id).where(t.message.c.id == key[0]))
            if ticket_id is not None:
                found[int(ticket_id)] = None
    return list(found)


def _who(work: Work, actor: Actor, row: Any, step: _Step, field: str) -> str:
    """Who changed a row since the act, by the history."""
    c = t.event.c
    ticket_ids = _ticket_ids(work, [step])
    for event in work.rows(
        select(c.agent_id, c.actor_kind, c.changes)
        .where(c.ticket_id.in_(ticket_ids), c.id > row.last_event)
        .order_by(c.id.desc())
        .limit(50)
    ):
        if step.table.name != "ticket" or any(change[0] == field for change in event.changes or ()):
            if event.agent_id == actor.agent_id:
                return _("You")
            name = work.value(select(t.agent.c.name).where(t.agent.c.id == event.agent_id))
            if name:
                return str(name)
            return _("The system") if event.actor_kind == "system" else _("The customer")
    return _("Somebody")


def _field(table: str, name: str) -> str:
    from deskterm.desk.tickets import FIELD_TITLES  # tickets mark their acts with this module

    if table == "ticket" and name in FIELD_TITLES:
        return _(FIELD_TITLES[name])
    return _("messages") if name == "messages" else table if name == "row" else name


def _short(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _table(name: str) -> Table:
    table = getattr(t, name)
    assert isinstance(table, Table)
    return table


def newest_id(work: Work, actor: Actor) -> int:
    """The number of one's newest act that can be undone, 0 for none."""
    c = t.reversal.c
    return int(
        work.value(select(func.max(c.id)).where(c.agent_id == actor.agent_id, c.undone_at.is_(None))) or 0
    )
