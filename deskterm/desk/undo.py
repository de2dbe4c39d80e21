"""Undo: an act of an agent taken back as one, whatever rows it changed.

While an act marked `@undoable` runs, the unit of work notes each row it changes (`store.journal`).
Undoing puts the rows back, unless somebody changed the same fields since; sums, counters and search
words follow (`putting_back`). What has left by mail stays sent, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import func, select

from deskterm import limits
from deskterm.desk import act_titles, history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import journal
from deskterm.store import tables as t
from deskterm.store.journal import Journal, Kept
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
    "attachment": frozenset({"save_to"}),
    "contact_point": frozenset({"bounced_at"}),
    "rule": frozenset({"hits"}),
    "black_entry": frozenset({"hits"}),
    "article": frozenset({"used"}),
    "team": frozenset({"last_agent_id"}),
}
"""Columns that follow from others or are kept by the worker: neither compared nor put back."""

MARKED: Final[dict[str, tuple[str, ...]]] = {
    "ticket": (),
    "message": ("ticket_id", "deleted_at", "binned_at"),
}
"""Tables whose rows are never taken away, only marked as deleted; of a message an act made these columns
are compared (none means all), the others are not kept: its text stands in one place."""

SOFT: Final = frozenset({"read_mark", "read_exception", "addressed", "draft"})
"""Put back only where they are still as the act left them: reading or typing on must not forbid an undo."""

PERSONAL: Final = SOFT | {"tab", "tab_ticket", "agent_setting", "view", "reminder"}
"""What is one agent's own: putting it back is no line in the history of a ticket."""

MAIL: Final = frozenset({"outgoing", "outbox"})
"""Letters of ours: those an act queued are withdrawn while they wait, else left as they are."""

RIGHTS: Final[tuple[tuple[str, str], ...]] = (
    ("ticket.delete", "delete"),
    ("ticket.restore", "delete"),
    ("message.delete", "delete"),
    ("message.restore", "delete"),
    ("message.reply", "answer"),
    ("message.note", "note"),
    ("message.accept", "triage"),
    ("message.detach", "triage"),
    ("message.spam", "triage"),
    ("ticket.spam", "triage"),
    ("letter.", "triage"),
    ("blacklist.", "triage"),
    ("sender.", "triage"),
    ("ticket.tab", "see own"),
    ("tab.", "see own"),
    ("ticket.read", "see own"),
    ("ticket.watch", "see own"),
    ("ticket.favorite", "see own"),
    ("ticket.reminder", "see own"),
    ("reminder.", "see own"),
    ("view.", "see own"),
    ("draft.", "see own"),
    ("notice.own", "see own"),
    ("agent.own", "see own"),
    ("schedule.own", "see own"),
    ("outgoing.", "answer"),
    ("address.", "triage"),
    ("message.time", "note"),
    ("article.", "answer"),
    ("answer_template.", "administer"),
    ("template.", "administer"),
    ("status.", "administer"),
    *((f"{name}.", "administer") for name in act_titles.LISTS),
    ("setting.", "administer"),
    ("notice.", "administer"),
    ("schedule.", "administer"),
    ("agent.", "administer"),
    ("team.", "administer"),
    ("role.", "administer"),
    ("branch.", "administer"),
    ("rule.", "administer"),
    ("account.", "administer"),
    ("", "change"),
)
"""The right an act needed is needed to undo it: the first beginning of its name that fits."""


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
    if not any(_columns(one) for one in kept):
        return
    tickets = list(dict.fromkeys(id for one in kept for id in tickets_of(one.table, one.key, one.whole)))
    work.insert(
        t.reversal,
        agent_id=actor.agent_id,
        at=work.now,
        act=act,
        ticket_id=tickets[0] if len(tickets) == 1 else None,
        tickets=len(tickets),
        rows=[_as_kept(one) for one in kept],
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


def newest_id(work: Work, actor: Actor) -> int:
    """The number of one's newest act that can be undone, 0 for none."""
    c = t.reversal.c
    return int(
        work.value(select(func.max(c.id)).where(c.agent_id == actor.agent_id, c.undone_at.is_(None))) or 0
    )


def undo(work: Work, actor: Actor, reversal_id: int | None = None) -> Undone:
    """Take back one's newest act, or the one given.

    NotFound where there is none, Changed where somebody changed the same fields since: then nothing is
    changed.
    """
    from deskterm.desk import putting_back  # the acts it stands on are marked with this module

    c = t.reversal.c
    which = c.undone_at.is_(None) if reversal_id is None else c.id == reversal_id
    row = work.first(
        select(t.reversal).where(c.agent_id == actor.agent_id, which).order_by(c.id.desc()).limit(1)
    )
    if row is None or row.undone_at is not None:
        require(work, actor, "see own", "undo")
        raise NotFound(_("There is nothing of yours to undo."))
    require(work, actor, right_of(row.act), "undo", row.ticket_id)
    with work.savepoint():
        put_back = putting_back.put_back(work, actor, row)
        work.update(t.reversal, row.id, undone_at=work.now)
    work.forget()
    return Undone(act_titles.title(row.act), put_back.tickets, put_back.notes, put_back.draft_key)


def right_of(act: str) -> str:
    """The right an act needs, and so undoing it."""
    return next(right for beginning, right in RIGHTS if act.startswith(beginning))


def forget_old(work: Work) -> int:
    """Drop what would undo acts of long ago: it holds copies of rows; how many acts."""
    old = work.now - timedelta(days=limits.UNDO_DAYS)
    return work.execute(t.reversal.delete().where(t.reversal.c.at < old)).rowcount


def tickets_of(table: str, key: journal.Key, row: journal.State | Any) -> list[int]:
    """The tickets a row belongs to; `row` is whole."""
    if table == "ticket":
        return [int(key[0])]
    if row is None or table in MAIL:
        return []
    return [int(row[name]) for name in ("ticket_id", "other_id") if row.get(name) is not None]


def compared(table: str, state: journal.State) -> dict[str, Any]:
    """The columns of a state that are compared and put back."""
    following = FOLLOWING.get(table, frozenset())
    return {name: value for name, value in (state or {}).items() if name not in following}


def _columns(kept: Kept) -> bool:
    """Whether anything but what follows was changed."""
    made_or_gone = kept.before is None or kept.after is None
    return made_or_gone or bool(compared(kept.table, kept.after))


def _as_kept(kept: Kept) -> Sequence[Any]:
    after = kept.after
    if kept.before is None and after is not None and MARKED.get(kept.table):
        after = {name: after[name] for name in MARKED[kept.table]}
    return [kept.table, list(kept.key), journal.plain(kept.before), journal.plain(after)]
