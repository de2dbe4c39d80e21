"""What the letters that tell of changes say: names in the reader's language, sentences, the letter around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from deskterm.desk import templates
from deskterm.desk.happenings import TOLD, Happened, Item
from deskterm.i18n import N_, translator
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

NOBODY = "—"


def to_observer(work: Work, kind: str, account: Any | None, happened: Happened, answer: Any | None) -> str:
    """A notice to observers; `answer` is the public answer it tells of."""
    ticket = happened.ticket
    gettext = translator(ticket.language).gettext
    lines = []
    for name, (before, after) in happened.changes.items():
        said = [value(work, name, one, ticket.language) or NOBODY for one in (before, after)]
        lines.append(f"{gettext(TOLD[name][0])}: {said[0]} → {said[1]}")
    values = {
        **of_ticket(work, ticket, ticket.language),
        "who": who(work, ticket, happened.who, ticket.language),
        "changes": "\n".join(lines),
        "text": answer.body if answer is not None else "",
    }
    return templates.text(work, kind, account, ticket.language, values)


def letter(
    work: Work, to: str, account: Any | None, ticket: Any, items: Sequence[Item], language: str
) -> str:
    """A letter that tells of items; `to` is 'customer' or 'agent', each with texts of its own."""
    values = of_ticket(work, ticket, language)
    gettext = translator(language).gettext
    sentences = []
    for item in items:
        of_item = {"who": who(work, ticket, item.event, language, item.message)}
        if item.field:
            of_item["field"] = gettext(TOLD[item.field][0])
            of_item["before"] = value(work, item.field, item.before, language) or NOBODY
            of_item["after"] = value(work, item.field, item.after, language) or NOBODY
        sentences.append(templates.text(work, f"{to}.{item.kind}", account, language, {**values, **of_item}))
    values["who"] = who(work, ticket, items[0].event, language, items[0].message)
    values["changes"] = "\n".join(dict.fromkeys(sentences))
    return templates.text(work, f"{to}.letter", account, language, values)


def subject_to_agent(ticket: Any, item: Item, title: str, language: str) -> str:
    """The subject of a letter to an agent: number and subject, no token."""
    gettext = translator(language).gettext
    return gettext(N_("Ticket {number}, {what}: {subject}")).format(
        number=ticket.id, what=gettext(title), subject=" ".join(ticket.subject.split())
    )


def of_ticket(work: Work, ticket: Any, language: str) -> dict[str, str]:
    """What any letter about a ticket may say of it."""
    return {
        "number": str(ticket.id),
        "token": ticket.token,
        "subject": ticket.subject,
        "customer": customer(ticket),
        "client": _name(work, t.client, ticket.client_id, language),
        "status": _name(work, t.status, ticket.status_id, language),
        "responsible": _name(work, t.agent, ticket.responsible_id, language),
    }


def value(work: Work, field: str, one: Any, language: str) -> str:
    """A field's value as it is told; '' of nothing."""
    table = TOLD[field][1]
    return _name(work, table, one, language) if table is not None else str(one or "")


def who(work: Work, ticket: Any, event: Any | None, language: str, message: Any | None = None) -> str:
    """Who did it, as he is called outside."""
    if event is not None and event.agent_id is not None:
        return _name(work, t.agent, event.agent_id, language) or str(
            work.value(select(t.agent.c.login).where(t.agent.c.id == event.agent_id))
        )
    if event is not None and (event.act == "ticket.customer_wrote" or event.actor_kind == "customer"):
        row = message or work.first(
            select(t.message.c.from_name, t.message.c.from_address).where(t.message.c.id == event.message_id)
        )
        return str(row.from_name or row.from_address) if row is not None else customer(ticket)
    return translator(language).gettext(N_("The system"))


def customer(ticket: Any) -> str:
    """The author of a ticket with his address."""
    name, address = ticket.customer, ticket.customer_key
    return f"{name} <{address}>" if name and address and name.casefold() != address else name or address


def _name(work: Work, table: Any, id: int | None, language: str) -> str:
    """A name as it is in a language, where the program brought it; '' of nothing."""
    if id is None:
        return ""
    row = work.remembered(("told name", table.name, id), lambda: work.first(_NAMES[table.name], {"id": id}))
    if row is None:
        return ""
    if getattr(row, "key", None) and row.name:
        return translator(language).gettext(row.name)
    return str(row.name)


_NAMES = {
    table.name: Query(
        select(table.c.name, *([table.c.key] if "key" in table.c and table is not t.client else [])).where(
            table.c.id == bindparam("id")
        )
    )
    for table in (t.client, *(table for _title, table in TOLD.values() if table is not None))
}
