"""Tickets that close by themselves: so many days after an agent's last public word, if nobody answered.

A day is 24 hours. The clock starts at the last public message a person wrote, if that was an agent; an
unverified one is the customer's, and so is a telephone call. It starts anew where an agent opens the ticket
again or wakes it; it stands while the ticket is snoozed, while the answer has not left, and for good where
the customer said that it did not help.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select

from deskterm import limits
from deskterm.desk import automatic, history, participants, posting, settings, statuses, templates, tickets
from deskterm.desk.account_state import HEARD
from deskterm.desk.actor import SYSTEM
from deskterm.desk.outbox import ON_THE_WAY
from deskterm.i18n import _
from deskterm.mail.letter import Address
from deskterm.store import tables as t
from deskterm.store.work import Work

SCHEDULED: Final = timedelta(minutes=10)
"""An answer that leaves so much later than it was written was scheduled: the clock waits for it."""


def due(work: Work, unheard: Collection[int] = ()) -> datetime:
    """Close what is due, tell customers what is about to; when to look again.

    Tickets of the accounts in `unheard` wait: their customers may have answered long ago.
    """
    if not settings.get(work, "mail_on") or not statuses.listed(work):
        return _later(work, limits.CLOSING_LOOK_SECONDS)
    desk_days = int(settings.get(work, "auto_close_days"))
    warning = timedelta(days=int(settings.get(work, "close_warning_days")))
    first = _later(work, limits.CLOSING_LOOK_SECONDS)
    treated = 0
    for row in _candidates(work, desk_days, warning):
        since = _since(work, row)
        if since is None:
            continue
        period = timedelta(days=desk_days if row.auto_close_days is None else row.auto_close_days)
        warns = timedelta(0) < warning < period
        warned = row.close_warned_at is not None and row.close_warned_at >= since
        if warns and not warned:
            at = since + period - warning
        elif warns:
            # told late, by a worker that was away, he has as long to answer
            at = max(since + period, row.close_warned_at + warning)
        else:
            at = since + period
        if at > work.now:
            first = min(first, at)
            continue
        if row.account_id in unheard:
            first = min(first, _later(work, limits.CLOSING_UNHEARD_SECONDS))
            continue
        if treated == limits.CLOSING_AT_ONCE_TICKETS:
            return work.now
        treated += 1
        if warns and not warned:
            _warn(work, row.id, closes_at=max(since + period, work.now + warning))
        else:
            tickets.change(
                work, SYSTEM, "ticket.closed_itself", row.id, {"status_id": statuses.closing(work).id}
            )
    return max(first, _later(work, 1))


def unreached(work: Work) -> frozenset[int]:
    """Accounts nobody reaches now: their customers may have written without our knowing."""
    state = t.account_state.c
    return frozenset(
        work.values(
            select(t.account.c.id)
            .outerjoin(t.account_state, state.account_id == t.account.c.id)
            .where(
                t.account.c.active,
                t.account.c.incoming != "none",
                or_(state.incoming.is_(None), state.incoming.not_in(HEARD)),
            )
        )
    )


def unread(work: Work) -> frozenset[int]:
    """Accounts with letters that were fetched and not read yet: any of them may be an answer."""
    return frozenset(
        work.values(select(t.delivery.c.account_id).where(t.delivery.c.state == "stored").distinct())
    )


def _later(work: Work, seconds: float) -> datetime:
    return work.now + timedelta(seconds=seconds)


def _candidates(work: Work, desk_days: int, warning: timedelta) -> Sequence[Any]:
    """Open tickets whose last public word is an agent's and old enough to look at, the oldest first."""
    c = t.ticket.c
    m = t.message.c
    newest = t.message.alias("newest")
    last = (
        select(func.max(newest.c.id))
        .where(
            newest.c.ticket_id == c.id,
            newest.c.visibility == "public",
            newest.c.type.in_(posting.BY_PEOPLE),
            newest.c.deleted_at.is_(None),
        )
        .correlate(t.ticket)
        .scalar_subquery()
    )
    own_period = c.auto_close_days > 0
    soon = work.now + timedelta(seconds=limits.CLOSING_LOOK_SECONDS) - timedelta(days=desk_days) + warning
    of_desk = and_(c.auto_close_days.is_(None), c.last_public_at <= soon)
    return work.rows(
        select(
            c.id,
            c.account_id,
            c.auto_close_days,
            c.close_warned_at,
            m.id.label("message_id"),
            m.at.label("said_at"),
        )
        .select_from(t.ticket)
        .join(t.message, m.id == last)
        .where(
            c.status_class.in_(("active", "waiting")),
            c.last_public_at.is_not(None),
            c.deleted_at.is_(None),
            c.merged_into.is_(None),
            or_(c.snoozed_until.is_(None), c.snoozed_until <= work.now),
            or_(own_period, of_desk) if desk_days else own_period,
            m.author_agent_id.is_not(None),
            m.author_contact_id.is_(None),
            m.type != "phone",
        )
        .order_by(c.last_public_at, c.id)
    )


def _since(work: Work, row: Any) -> datetime | None:
    """When the clock started; None while it stands."""
    since: datetime = row.said_at
    states = work.rows(
        select(t.outbox.c.state, t.outgoing.c.not_before)
        .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
        .where(t.outgoing.c.message_id == row.message_id)
    )
    if states:
        if any(one.state in ON_THE_WAY for one in states):
            return None
        if all(one.state in ("failed", "withdrawn") for one in states):
            return None
        leaves_at = max(one.not_before for one in states)
        if leaves_at > since + SCHEDULED:
            since = leaves_at
    e = t.event.c
    for event in work.rows(
        select(e.at, e.act, e.changes).where(e.ticket_id == row.id, e.at > row.said_at).order_by(e.id)
    ):
        if event.act == "ticket.did_not_help":
            return None
        if event.act == "ticket.wake" or _reopened(event.changes):
            since = max(since, event.at)
    return since


def _reopened(changes: Any) -> bool:
    return any(
        name == "status_class" and before == "closed" and after != "closed"
        for name, before, after in changes or ()
    )


def _warn(work: Work, ticket_id: int, closes_at: datetime) -> None:
    """Tell the ticket's author when it closes, as automatic mail; the history says why he was not."""
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id))
    assert ticket is not None
    event_id = history.record(work, SYSTEM, "ticket.close_warned", ticket_id=ticket_id)
    work.update(t.ticket, ticket_id, close_warned_at=work.now, version=t.ticket.c.version + 1)
    one = next(iter(participants.recipients(work, ticket_id)), None)
    to = Address(one.name, one.address) if one is not None else None
    if ticket.silent:
        why = _("the ticket's author is never answered")
    elif to is None:
        why = _("there is no address to answer to")
    else:
        why = automatic.may_tell_customer(work, ticket, to)
    if to is not None and not why:
        account = work.first(select(t.account).where(t.account.c.id == ticket.account_id))
        values = {
            "number": str(ticket.id),
            "token": ticket.token,
            "subject": ticket.subject,
            "customer": ticket.customer,
            "date": _date(closes_at, zone(work), ticket.language),
        }
        text = templates.text(work, "closing", account, ticket.language, values)
        automatic.tell_customer(work, ticket, to, text, not_before=None, event_id=event_id)
    if why:
        history.record(
            work, SYSTEM, "ticket.close_unwarned", ticket_id=ticket_id, changes=[("why", None, why)]
        )


def zone(work: Work) -> tzinfo | None:
    """The desk's time zone; None is this machine's."""
    name = str(settings.get(work, "time_zone") or "")
    return ZoneInfo(name) if name else None


def _date(at: datetime, zone: tzinfo | None, language: str) -> str:
    """The day of a moment as a letter in this language says it."""
    from babel.dates import format_date  # its tables are loaded when the first letter needs them

    return str(format_date(at.astimezone(zone).date(), "long", locale=language))
