"""The mail log: a line for whatever was done with a letter; clearing it touches nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from deskterm import limits
from deskterm.desk import history, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import key as address_key
from deskterm.desk.errors import BadData
from deskterm.desk.rights import require
from deskterm.desk.views import Choosable, LogRow, Page
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

ACTS: dict[str, str] = {
    "created": N_("became a ticket"),
    "appended": N_("joined a ticket"),
    "unverified": N_("joined a ticket, not verified"),
    "held": N_("held for a person"),
    "bounce": N_("report about a letter of ours"),
    "blocked": N_("blocked"),
    "refused": N_("refused"),
    "ignored": N_("ignored"),
    "filed": N_("filed"),
    "released": N_("let in by a person"),
    "accepted": N_("accepted by a person"),
    "detached": N_("taken out into a ticket of its own"),
    "reviewed": N_("looked at by a person"),
    "junk": N_("called junk by a person"),
    "unanswered": N_("no automatic answer"),
    "sent": N_("sent"),
    "deferred": N_("put off"),
    "failed": N_("failed"),
    "unknown": N_("of unknown fate"),
}

OF_VERDICT: dict[str, str] = {
    "new": "created",
    "append": "appended",
    "append unverified": "unverified",
    "hold": "held",
    "bounce note": "bounce",
    "blocked": "blocked",
    "refused": "refused",
    "ignored": "ignored",
    "filed": "filed",
}
"""What the log calls what intake decided."""

DETAIL_CHARACTERS = 1000


def note(
    work: Work,
    act: str,
    *,
    account_id: int | None,
    address: str = "",
    subject: str = "",
    rule_id: int | None = None,
    ticket_id: int | None = None,
    letter_id: int | None = None,
    outgoing_id: int | None = None,
    detail: str = "",
) -> None:
    """Add a line; undoing what it tells of does not take it away."""
    work.insert_unnoted(
        t.mail_log,
        at=work.now,
        act=act,
        account_id=account_id,
        rule_id=rule_id,
        address=address,
        key=address_key(address),
        subject=subject,
        ticket_id=ticket_id,
        letter_id=letter_id,
        outgoing_id=outgoing_id,
        detail=detail[:DETAIL_CHARACTERS],
    )


def by(actor: Actor) -> str:
    """The detail of a line that a person's act wrote."""
    return _("by {who}").format(who=actor.name or actor.login)


def listed(
    work: Work,
    actor: Actor,
    *,
    account: int | None = None,
    rule: int | None = None,
    address: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    act: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = limits.PAGE_ROWS,
) -> Page:
    """A page of LogRows, the newest first.

    `rule` finds what it decided and all mail of the tickets it made; `address` is a whole address, or
    with a leading @ all of a domain; `since` is inclusive, `until` is not.
    """
    require(work, actor, "triage", "log.list")
    if act is not None and act not in ACTS:
        raise BadData(_("The mail log knows: {acts}.").format(acts=", ".join(ACTS)))
    c = t.mail_log.c
    conditions: list[ColumnElement[bool]] = [visibility.mail_log(actor)]
    conditions += [
        column == value for column, value in ((c.account_id, account), (c.act, act)) if value is not None
    ]
    if rule is not None:
        its_tickets = select(t.ticket.c.id).where(t.ticket.c.rule_id == rule)
        conditions.append(or_(c.rule_id == rule, c.ticket_id.in_(its_tickets)))
    if address is not None:
        wanted = address_key(address)
        conditions.append(c.key.endswith(wanted, autoescape=True) if wanted[:1] == "@" else c.key == wanted)
    if since is not None:
        conditions.append(c.at >= since)
    if until is not None:
        conditions.append(c.at < until)
    if after is not None:
        conditions.append(c.id < after[0])
    rows = work.rows(
        select(t.mail_log, t.account.c.address.label("account"), t.rule.c.name.label("rule"))
        .outerjoin(t.account, t.account.c.id == c.account_id)
        .outerjoin(t.rule, t.rule.c.id == c.rule_id)
        .where(*conditions)
        .order_by(c.id.desc())
        .limit(limit)
    )
    return Page(rows=tuple(_view(row) for row in rows), after=(rows[-1].id,) if len(rows) == limit else None)


def why(work: Work, actor: Actor, line_id: int) -> tuple[str, ...]:
    """Why a line of the log says what it says: each reason intake had, else what was noted."""
    require(work, actor, "triage", "log.list")
    row = work.first(select(t.mail_log).where(t.mail_log.c.id == line_id, visibility.mail_log(actor)))
    if row is None:
        return ()
    # a letter's reasons are of what intake made of it, not of what people did later
    reasons = None
    if row.letter_id is not None and row.act in OF_VERDICT.values():
        reasons = work.value(
            select(t.letter.c.reasons).where(t.letter.c.id == row.letter_id, visibility.letters(actor))
        )
    return tuple(reasons or ()) or ((row.detail,) if row.detail else ())


def acts(work: Work, actor: Actor) -> list[tuple[str, str]]:
    """The acts the log knows, each with its name in the reader's language."""
    return [(act, _(title)) for act, title in ACTS.items()]


def accounts(work: Work, actor: Actor) -> list[Choosable]:
    """The accounts there are, to choose one of them."""
    require(work, actor, "triage", "log.list")
    c = t.account.c
    return [Choosable(row.id, row.address) for row in work.rows(select(c.id, c.address).order_by(c.id))]


def clear(work: Work, actor: Actor, before: datetime | None = None) -> int:
    """Empty the log, or only what is older than a moment; how many lines went. Nothing else changes."""
    require(work, actor, "administer", "log.clear")
    statement = t.mail_log.delete()
    if before is not None:
        statement = statement.where(t.mail_log.c.at < before)
    gone = int(work.execute(statement).rowcount)
    history.record(work, actor, "log.clear", subject=("mail_log", gone))
    return gone


def _view(row: Any) -> LogRow:
    return LogRow(
        id=row.id,
        at=row.at,
        act=row.act,
        title=_(ACTS[row.act]) if row.act in ACTS else row.act,
        account=row.account or "",
        rule_id=row.rule_id,
        rule=row.rule or "",
        address=row.address,
        subject=row.subject,
        ticket_id=row.ticket_id,
        letter_id=row.letter_id,
        outgoing_id=row.outgoing_id,
        detail=row.detail,
    )
