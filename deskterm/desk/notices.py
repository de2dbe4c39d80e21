"""Notices to observers: what happened to a ticket in a unit of work, told once, as a reply in its thread.

Acts say which events they wrote (`tell`); what is told is read from these events when the unit of work
is about to be committed, so that several changes make one letter and what was rolled back makes none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from deskterm import limits
from deskterm.desk import automatic, history, observers, templates
from deskterm.desk.actor import SYSTEM
from deskterm.desk.keys import keys
from deskterm.i18n import N_, translator
from deskterm.mail.message_ids import ticket_of_message_id
from deskterm.store import tables as t
from deskterm.store.work import Work

TOLD: Final[dict[str, tuple[str, Any]]] = {
    "status_id": (N_("status"), t.status),
    "responsible_id": (N_("responsible"), t.agent),
    "team_id": (N_("team"), t.team),
    "rubric_id": (N_("rubric"), t.choice),
    "category_id": (N_("category"), t.choice),
    "kind_id": (N_("kind"), t.choice),
    "criticality_id": (N_("criticality"), t.choice),
    "difficulty_id": (N_("difficulty"), t.choice),
    "client_id": (N_("client"), t.client),
    "subject": (N_("subject"), None),
}
"""The fields whose changes are told: their title, and the table their values point into."""

UNTOLD_ACTS: Final = ("ticket.answer_undone",)
"""What takes an answer back undoes what nobody was told of."""

_MESSAGE_ID: Final = re.compile(rb"(?im)^message-id:\s*<([^<>\s]{1,900})>")
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")


class _Pending(dict[int, list[int]]):
    """Events to tell of, by ticket; called when the unit of work is about to be committed."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def __call__(self) -> None:
        for ticket_id, event_ids in self.items():
            try:
                with self._work.savepoint():
                    _tell(self._work, ticket_id, event_ids)
            except (ValueError, LookupError, TypeError, IntegrityError, DataError) as error:
                # a notice that cannot be written must not undo what it tells of
                history.record(
                    self._work,
                    SYSTEM,
                    "notice.failed",
                    ticket_id=ticket_id,
                    changes=[("why", None, f"{type(error).__name__}: {error}"[:500])],
                )
        self.clear()


@dataclass(slots=True)
class _Happened:
    """What a unit of work did to a ticket."""

    registered: bool = False
    noted: bool = False
    answer_id: int | None = None
    who: Any | None = None
    """The event of whoever did it: what people do goes before what follows from it."""
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """Field → (before, after)."""


def tell(work: Work, ticket_id: int, event_id: int) -> None:
    """Say that an event of this ticket is one observers may be told of."""
    if not observers.anybody(work):
        return
    pending = next((act for act in work.before_commit if isinstance(act, _Pending)), None)
    if pending is None:
        pending = _Pending(work)
        work.before_commit.append(pending)
    pending.setdefault(ticket_id, []).append(event_id)


def is_copy(work: Work, raw: bytes) -> bool:
    """Whether the bytes of a letter are, by signature, a notice of this desk that came to a mailbox of it."""
    head = raw[: limits.HEADER_BYTES].lstrip()
    end = _END_OF_HEAD.search(head)
    found = _MESSAGE_ID.search(head, 0, end.start() if end else len(head))
    if found is None:
        return False
    key = found[1].decode("ascii", "replace").casefold()
    if ticket_of_message_id(keys(work), key) is None:
        return False
    return bool(work.value(select(t.outgoing.c.kind).where(t.outgoing.c.message_key == key)) == "notice")


def _tell(work: Work, ticket_id: int, event_ids: list[int]) -> None:
    ticket = work.first(select(t.ticket).where(t.ticket.c.id == ticket_id, t.ticket.c.deleted_at.is_(None)))
    if ticket is None:
        return
    to = observers.of_ticket(work, ticket)
    happened = _happened(work, ticket_id, event_ids) if to else None
    kind = _kind(work, ticket, happened) if happened is not None else ""
    if happened is None or not kind:
        return
    answer = _answer(work, happened.answer_id)
    account = work.first(select(t.account).where(t.account.c.id == ticket.account_id))
    text = templates.text(work, kind, account, ticket.language, _values(work, ticket, happened, answer))
    parent = _first_letter(work, ticket_id)
    for address in to:
        automatic.notify(
            work,
            ticket,
            address,
            text,
            parent=parent,
            not_before=_leaves_at(work, happened.answer_id) if answer is not None else None,
            tells_of=happened.answer_id or 0,
        )
        # without a letter of the customer the first notice is what the next ones answer
        parent = parent if parent[0] else _first_letter(work, ticket_id)


def _happened(work: Work, ticket_id: int, event_ids: list[int]) -> _Happened:
    found = _Happened()
    for event in work.rows(
        select(t.event)
        .where(t.event.c.id.in_(event_ids), t.event.c.ticket_id == ticket_id)
        .order_by(t.event.c.id)
    ):
        if event.act in UNTOLD_ACTS:
            continue
        if found.who is None or found.who.actor_kind == "system":
            found.who = event
        if event.act == "ticket.new":
            found.registered = True
        elif event.act == "message.note":
            found.noted = True
        elif event.act == "message.reply":
            found.answer_id = event.message_id
        else:
            for name, before, after in event.changes or ():
                if name in TOLD:
                    found.changes[name] = (found.changes.get(name, (before, None))[0], after)
    found.changes = {name: pair for name, pair in found.changes.items() if pair[0] != pair[1]}
    if found.noted:
        # what is changed together with an internal or private note is not told
        found.changes = {}
    return found


def _kind(work: Work, ticket: Any, happened: _Happened) -> str:
    """The template of the notice; '' where there is nothing to tell."""
    if happened.registered:
        return "notice.registered"
    if ticket.status_class == "closed" and "status_id" in happened.changes:
        before = happened.changes["status_id"][0]
        if work.value(select(t.status.c["class"]).where(t.status.c.id == before)) != "closed":
            return "notice.closed"
    if happened.answer_id is not None:
        return "notice.answered"
    return "notice.changed" if happened.changes else ""


def _answer(work: Work, message_id: int | None) -> Any | None:
    """The public answer, or None; nothing internal or private ever gets into a notice."""
    if message_id is None:
        return None
    c = t.message.c
    return work.first(
        select(c.id, c.body).where(c.id == message_id, c.visibility == "public", c.deleted_at.is_(None))
    )


def _leaves_at(work: Work, message_id: int | None) -> datetime | None:
    """When the answer leaves: nobody is told of it before."""
    found: datetime | None = work.value(
        select(t.outgoing.c.not_before).where(
            t.outgoing.c.message_id == message_id, t.outgoing.c.kind == "answer"
        )
    )
    return found


def _first_letter(work: Work, ticket_id: int) -> tuple[str, tuple[str, ...]]:
    """(parent, references) of a ticket's notices: its first letter, else the first notice of it."""
    c = t.message.c
    key = work.value(
        select(c.message_key)
        .where(
            c.ticket_id == ticket_id,
            c.type == "email",
            c.visibility == "public",
            c.author_agent_id.is_(None),
            c.message_key != "",
            c.deleted_at.is_(None),
            c.unverified.is_distinct_from("waiting"),
        )
        .order_by(c.id)
        .limit(1)
    ) or work.value(
        select(t.outgoing.c.message_key)
        .where(t.outgoing.c.ticket_id == ticket_id, t.outgoing.c.kind == "notice")
        .order_by(t.outgoing.c.id)
        .limit(1)
    )
    return (str(key), (str(key),)) if key else ("", ())


def _values(work: Work, ticket: Any, happened: _Happened, answer: Any | None) -> dict[str, str]:
    language = ticket.language
    gettext = translator(language).gettext
    lines = []
    for name, (before, after) in happened.changes.items():
        title, table = TOLD[name]
        said = [
            _name(work, table, value, language) if table is not None else str(value or "")
            for value in (before, after)
        ]
        lines.append(f"{gettext(title)}: {said[0] or '—'} → {said[1] or '—'}")
    return {
        "number": str(ticket.id),
        "token": ticket.token,
        "subject": ticket.subject,
        "customer": _customer(ticket),
        "client": _name(work, t.client, ticket.client_id, language),
        "status": _name(work, t.status, ticket.status_id, language),
        "responsible": _name(work, t.agent, ticket.responsible_id, language),
        "who": _who(work, ticket, happened.who, language),
        "changes": "\n".join(lines),
        "text": answer.body if answer is not None else "",
    }


def _name(work: Work, table: Any, id: int | None, language: str) -> str:
    """A name as it is in the ticket's language, where the program brought it; '' of nothing."""
    if id is None:
        return ""
    columns = [table.c.name, *([table.c.key] if "key" in table.c and table is not t.client else [])]
    row = work.first(select(*columns).where(table.c.id == id))
    if row is None:
        return ""
    if getattr(row, "key", None) and row.name:
        return translator(language).gettext(row.name)
    return str(row.name)


def _customer(ticket: Any) -> str:
    name, address = ticket.customer, ticket.customer_key
    return f"{name} <{address}>" if name and address and name.casefold() != address else name or address


def _who(work: Work, ticket: Any, event: Any | None, language: str) -> str:
    if event is not None and event.agent_id is not None:
        return _name(work, t.agent, event.agent_id, language) or str(
            work.value(select(t.agent.c.login).where(t.agent.c.id == event.agent_id))
        )
    if event is not None and (event.act == "ticket.customer_wrote" or event.actor_kind == "customer"):
        row = work.first(
            select(t.message.c.from_name, t.message.c.from_address).where(t.message.c.id == event.message_id)
        )
        return (row.from_name or row.from_address) if row is not None else _customer(ticket)
    return translator(language).gettext(N_("The system"))
