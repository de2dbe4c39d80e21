"""Letters as they came: lists of them, and the tickets that were made of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, tuple_

from deskterm import limits
from deskterm.desk import visibility
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import customer, key
from deskterm.desk.errors import Changed, NotFound
from deskterm.desk.rights import require
from deskterm.desk.views import Choosable, LetterRow, Page
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

VERDICTS = (
    "new",
    "append",
    "append unverified",
    "hold",
    "bounce note",
    "blocked",
    "refused",
    "ignored",
    "filed",
)


STOPPED = {"refused": "refused", "blocked": "blocked"}
"""The state in triage of a letter that was stopped, by its verdict, as long as nobody decided about it."""
REVIEWABLE = ("waiting", "reviewed", "done")
"""The states of letters that are or were held."""

MADE: Final[Mapping[str, tuple[int, int | None]]] = {"none": (0, 0), "some": (1, None), "several": (2, None)}
"""How many tickets were made of a letter: at least, at most."""


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A letter in a list of letters, with what became of it and why."""

    id: int
    account_id: int
    arrived_at: datetime
    sent_at: datetime | None
    kind: str
    verdict: str
    reasons: tuple[str, ...]
    from_name: str
    from_address: str
    subject: str
    attachments: int
    size: int
    triage: str | None
    triage_why: str
    ticket_id: int | None
    """The ticket it joined last."""
    black_entry_id: int | None
    rule_id: int | None
    tickets: tuple[int, ...]
    """All tickets that were made of it or took it in."""
    why: str


COLUMNS = tuple(
    t.letter.c[field.name] for field in fields(LetterLine) if field.name not in ("tickets", "why")
)
"""What `lines` needs of the letter table."""


def listed(
    work: Work,
    actor: Actor,
    *,
    verdict: str | None = None,
    triage: str | None = None,
    broken: bool = False,
    account: int | None = None,
    entry: int | None = None,
    words: str | None = None,
    after: tuple[Any, ...] | None = None,
    limit: int = limits.PAGE_ROWS,
) -> Page:
    """A page of LetterLines, the newest first.

    `triage` is 'waiting', 'reviewed' or 'done'; `broken` are those no reader could read; `entry` is a
    black-list entry; every one of `words` stands in subject, preview or sender, in any case.
    """
    require(work, actor, "triage", "letters.list")
    c = t.letter.c
    conditions: list[ColumnElement[bool]] = [visibility.letters(actor)]
    conditions += [
        column == value
        for column, value in (
            (c.verdict, verdict),
            (c.triage, triage),
            (c.account_id, account),
            (c.black_entry_id, entry),
        )
        if value is not None
    ]
    if broken:
        conditions.append(c.id.in_(select(t.delivery.c.letter_id).where(t.delivery.c.state == "broken")))
    wanted = (words or "").casefold().split()
    found: list[Any] = []
    below = after[0] if after is not None else None
    while len(found) < limit:
        statement = select(*COLUMNS, c.preview).where(*conditions)
        if below is not None:
            statement = statement.where(c.id < below)
        asked = limit if not wanted else max(limit, limits.PAGE_ROWS)
        rows = work.rows(statement.order_by(c.id.desc()).limit(asked))
        found += [row for row in rows if _holds(row, wanted)][: limit - len(found)]
        if len(rows) < asked:
            break
        below = rows[-1].id
    return Page(rows=tuple(lines(work, actor, found)), after=(found[-1].id,) if len(found) == limit else None)


def lines(work: Work, actor: Actor, rows: Sequence[Any]) -> list[LetterLine]:
    """Rows of the letter table as a list shows them; whoever selected them asked visibility."""
    links = tickets_of(work, actor, [row.id for row in rows])
    made = []
    for row in rows:
        values = {column.key: getattr(row, column.key) for column in COLUMNS}
        reasons = tuple(values.pop("reasons") or ())
        made.append(
            LetterLine(
                **values,
                reasons=reasons,
                tickets=links.get(row.id, ()),
                why=row.triage_why or (reasons[-1] if reasons else ""),
            )
        )
    return made


def held(
    work: Work,
    actor: Actor,
    *,
    section: str = "triage",
    client: int | None = None,
    made: str = "",
    looked_at: bool = False,
    sort: str = "arrived",
    after: tuple[Any, ...] | None = None,
    limit: int = limits.PAGE_ROWS,
) -> Page:
    """A page of the LetterRows of a section ('triage', 'refused', 'blocked'), the newest first.

    Sorted by 'tickets' those come first that most tickets were made of. Of triage with a client, or
    `looked_at`, all letters that are or were held; `made` asks how many tickets were made of them: a key
    of MADE.
    """
    require(work, actor, "triage", "letters.list")
    links = select(func.count()).where(t.letter_ticket.c.letter_id == t.letter.c.id)
    number = links.correlate(t.letter).scalar_subquery()
    statement = select(t.letter, number.label("made")).where(
        in_section(section, client, looked_at=looked_at), visibility.letters(actor)
    )
    if made:
        least, most = MADE[made]
        statement = statement.where(number >= least, *([number <= most] if most is not None else []))
    keys = [number, t.letter.c.id] if sort == "tickets" else [t.letter.c.id]
    if after is not None:
        statement = statement.where(tuple_(*keys) < tuple_(*after))
    rows = work.rows(statement.order_by(*(each.desc() for each in keys)).limit(limit))
    last = ((rows[-1].made, rows[-1].id) if sort == "tickets" else (rows[-1].id,)) if rows else None
    return Page(rows=tuple(held_rows(work, actor, rows)), after=last if len(rows) == limit else None)


def in_section(section: str, client: int | None = None, *, looked_at: bool = False) -> ColumnElement[bool]:
    """The condition on the letter table of a section that shows letters, of one client where it is said."""
    c = t.letter.c
    if section in STOPPED.values():
        here: ColumnElement[bool] = c.triage == section
    elif looked_at or client is not None:
        here = c.triage.in_(REVIEWABLE)
    else:
        here = c.triage == "waiting"
    if client is None:
        return here
    addresses = (
        select(t.contact_point.c.key)
        .join(t.contact, t.contact.c.id == t.contact_point.c.contact_id)
        .where(t.contact.c.client_id == client, t.contact_point.c.kind == "email")
    )
    return and_(here, c.from_key.in_(addresses))


def clients(work: Work, actor: Actor) -> list[Choosable]:
    """The clients letters that are or were held or stopped came from, by name."""
    require(work, actor, "triage", "letters.list")
    return [
        Choosable(row.id, row.name)
        for row in work.rows(
            select(t.client.c.id, t.client.c.name)
            .join(t.contact, t.contact.c.client_id == t.client.c.id)
            .join(t.contact_point, t.contact_point.c.contact_id == t.contact.c.id)
            .join(t.letter, t.letter.c.from_key == t.contact_point.c.key)
            .where(t.contact_point.c.kind == "email", t.letter.c.triage.in_((*REVIEWABLE, *STOPPED.values())))
            .distinct()
            .order_by(t.client.c.name)
        )
    ]


def client_of(work: Work, actor: Actor, address: str) -> int | None:
    """The client an address belongs to, where it is sure."""
    require(work, actor, "see own", "letters.client")
    return customer(work, key(address)).client_id


def one(work: Work, actor: Actor, letter_id: int) -> LetterRow:
    """A letter as a list shows it, in whatever state it is."""
    require(work, actor, "triage", "letters.show")
    row = work.first(select(t.letter).where(t.letter.c.id == letter_id, visibility.letters(actor)))
    if row is None:
        raise NotFound(_("There is no letter {number}.").format(number=letter_id))
    return held_rows(work, actor, [row])[0]


def changed_by_another(work: Work, actor: Actor, letter_id: int) -> str:
    """Who changed a letter last, '' where it was the actor himself or nobody."""
    require(work, actor, "triage", "letters.changed")
    # from the newest event back: a letter one has open was changed lately
    row = work.first(
        select(t.event.c.agent_id, t.agent.c.name)
        .outerjoin(t.agent, t.agent.c.id == t.event.c.agent_id)
        .where(t.event.c.subject_kind == "letter", t.event.c.subject_id == letter_id)
        .order_by(t.event.c.id.desc())
        .limit(1)
    )
    if row is None or (actor.agent_id is not None and row.agent_id == actor.agent_id):
        return ""
    return row.name or _("deskterm")


def check_seen(work: Work, actor: Actor, row: Any, seen_version: int | None) -> None:
    """Raise Changed where somebody else did something with a letter since the actor saw it."""
    if seen_version is None or row.version == seen_version:
        return
    who = changed_by_another(work, actor, row.id)
    if who:
        raise Changed(
            _("{who} changed this letter meanwhile.").format(who=who), "letter", who, row.triage or ""
        )


def held_rows(work: Work, actor: Actor, rows: Sequence[Any]) -> list[LetterRow]:
    """Rows of the letter table as triage shows them."""
    links = tickets_of(work, actor, [row.id for row in rows])
    told = _told(work, {number for numbers in links.values() for number in numbers})
    return [
        LetterRow(
            id=row.id,
            sender=row.from_name or row.from_address,
            address=row.from_address,
            subject=row.subject,
            preview=row.preview,
            why=row.triage_why,
            arrived_at=row.arrived_at,
            tickets=links.get(row.id, ()),
            attachments=row.attachments,
            state=row.triage or "",
            ticket_id=row.ticket_id,
            version=row.version,
            made=tuple(told[number] for number in links.get(row.id, ()) if number in told),
        )
        for row in rows
    ]


def _told(work: Work, numbers: Collection[int]) -> dict[int, Choosable]:
    """Tickets by number, subject and client, to choose one of them; the caller asked visibility."""
    return {
        row.id: Choosable(row.id, f"#{row.id} {row.subject}", row.client or row.customer)
        for row in work.rows(
            select(t.ticket.c.id, t.ticket.c.subject, t.ticket.c.customer, t.client.c.name.label("client"))
            .outerjoin(t.client, t.client.c.id == t.ticket.c.client_id)
            .where(t.ticket.c.id.in_(list(numbers)))
        )
    }


def linked(work: Work, letter_id: int, ticket_id: int, message_id: int) -> None:
    """A ticket was made of a letter or took it in, as this message; once per letter and ticket."""
    work.insert_many(
        t.letter_ticket, [{"letter_id": letter_id, "ticket_id": ticket_id, "message_id": message_id}]
    )


def unlinked(work: Work, letter_id: int, ticket_id: int) -> None:
    """A ticket no longer holds a letter: it was taken out into another one."""
    c = t.letter_ticket.c
    work.delete_where(t.letter_ticket, and_(c.letter_id == letter_id, c.ticket_id == ticket_id))


def holds(work: Work, letter_id: int, ticket_id: int) -> bool:
    """Whether a letter stands in a ticket; a link whose message was deleted since is forgotten."""
    c = t.letter_ticket.c
    here = (c.letter_id == letter_id, c.ticket_id == ticket_id)
    live = select(1).join(t.message, t.message.c.id == c.message_id)
    if work.value(live.where(*here, t.message.c.deleted_at.is_(None))):
        return True
    unlinked(work, letter_id, ticket_id)
    return False


def tickets_of(work: Work, actor: Actor, letter_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The tickets each letter went into, in order, of those the actor may see; merged ones under one."""
    found: dict[int, dict[int, None]] = {}
    link = t.letter_ticket.c
    for start in range(0, len(letter_ids), 500):
        some = letter_ids[start : start + 500]
        for row in work.rows(
            select(link.letter_id, func.coalesce(t.ticket.c.merged_into, t.ticket.c.id).label("ticket_id"))
            .join(t.ticket, t.ticket.c.id == link.ticket_id)
            .where(link.letter_id.in_(list(some)), visibility.tickets(actor))
            .order_by(link.letter_id, t.ticket.c.id)
        ):
            found.setdefault(row.letter_id, {})[row.ticket_id] = None
    return {letter_id: tuple(tickets) for letter_id, tickets in found.items()}


def _holds(row: Any, words: Sequence[str]) -> bool:
    # SQLite knows the case of ASCII letters only
    text = f"{row.subject}\n{row.preview}\n{row.from_name}\n{row.from_address}".casefold()
    return all(word in text for word in words)
