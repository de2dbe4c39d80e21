"""What a unit of work did to a ticket, read from the events it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import bindparam, select

from deskterm.desk import addresses, notice_kinds, statuses
from deskterm.i18n import N_
from deskterm.store import tables as t
from deskterm.store.prepared import Query
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
    "sla_id": (N_("SLA level"), t.choice),
    "client_id": (N_("client"), t.client),
    "subject": (N_("subject"), None),
}
"""The fields whose changes are told: their title, and the table their values point into."""

UNTOLD_ACTS: Final = ("ticket.answer_undone",)
"""What takes an answer back undoes what nobody was told of."""

OF_ACT: Final[dict[str, str]] = {
    "ticket.new": "new",
    "message.reply": "answered",
    "message.received": "wrote",
    "message.undelivered": "failed",
    "message.bounced": "bounced",
    "ticket.rated": "rated",
}
"""The kinds of acts that are told of as such, whatever fields they changed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell of."""

    kind: str
    event: Any
    agent_id: int | None
    """The agent who did it: he is not told. By mail he is known by his address."""
    by_customer: bool = False
    field: str = ""
    before: Any = None
    after: Any = None
    message: Any | None = None
    undone: tuple[int, int] | None = None
    """Of what an undo put back the events it undid: told only to whom those were told."""


@dataclass(slots=True)
class Happened:
    """What a unit of work did to a ticket."""

    ticket: Any
    items: list[Item] = field(default_factory=list)
    registered: bool = False
    noted: bool = False
    answer_id: int | None = None
    who: Any | None = None
    """The event of whoever did it: what people do goes before what follows from it."""
    last_event: int = 0
    by_agent: bool = False
    """Whether an agent did any of it, who may still undo it."""

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Field → (before, after), as outsiders may know it: nothing that was done together with a note."""
        if self.noted:
            return {}
        return {item.field: (item.before, item.after) for item in self.items if item.field}


def of_ticket(work: Work, ticket: Any, event_ids: Sequence[int]) -> Happened:
    """Everything told of a ticket; several changes of one field are one."""
    found = Happened(ticket)
    events = [
        event
        for id in sorted(set(event_ids))
        for event in work.rows(_EVENT, {"id": id, "ticket_id": ticket.id})
        if event.act not in UNTOLD_ACTS
    ]
    messages = _messages(work, [event.message_id for event in events if event.message_id is not None])
    fields: dict[str, Item] = {}
    for event in events:
        found.last_event = event.id
        found.by_agent = found.by_agent or event.agent_id is not None
        if found.who is None or found.who.actor_kind == "system":
            found.who = event
        found.registered = found.registered or event.act == "ticket.new"
        found.noted = found.noted or event.act == "message.note"
        message = messages.get(event.message_id)
        agent_id, by_customer = _by(work, ticket, event, message)
        found.items += _of_act(event, message, agent_id, by_customer)
        if event.act == "message.reply":
            found.answer_id = event.message_id
        if event.act == "ticket.new":
            continue
        for name, before, after in event.changes or ():
            if name in TOLD:
                first = fields[name].before if name in fields else before
                fields[name] = Item(
                    _of_field(work, name, first, after),
                    event,
                    agent_id,
                    by_customer,
                    name,
                    first,
                    after,
                    None,
                    _undone(work, event),
                )
    found.items += [item for item in fields.values() if item.before != item.after]
    found.items.sort(key=lambda item: notice_kinds.MAIN.index(item.kind))
    return found


def _of_act(event: Any, message: Any | None, agent_id: int | None, by_customer: bool) -> list[Item]:
    if event.act == "message.note" and message is not None:
        kinds = ["note"] if message.addressee_id is not None else []
        kinds += ["internal"] if message.visibility == "internal" else []
    elif event.act == "message.received" and message is not None and message.unverified == "waiting":
        kinds = ["unverified"]
    elif event.act == "message.received" and (message is None or message.type == "auto-reply"):
        kinds = []
    else:
        kinds = [OF_ACT[event.act]] if event.act in OF_ACT else []
    return [Item(kind, event, agent_id, by_customer, message=message) for kind in kinds]


def _of_field(work: Work, name: str, before: Any, after: Any) -> str:
    if name != "status_id":
        return notice_kinds.OF_FIELD.get(name, "changed")
    was, now = (statuses.known(work, id).status_class == "closed" for id in (before, after))
    if was == now:
        return "status"
    return "closed" if now else "reopened"


def _by(work: Work, ticket: Any, event: Any, message: Any | None) -> tuple[int | None, bool]:
    """(agent, whether the customer did it); an agent who writes a letter is known by his address."""
    if event.agent_id is not None:
        return event.agent_id, False
    by_customer = event.actor_kind == "customer" or event.act in notice_kinds.BY_CUSTOMER
    if not by_customer:
        return None, False
    key = addresses.key(message.from_address) if message is not None else ticket.customer_key
    return addresses.staff(work, key), True


def _messages(work: Work, ids: Sequence[int]) -> dict[int | None, Any]:
    return {id: row for id in dict.fromkeys(ids) for row in work.rows(_MESSAGE, {"id": id})}


def _undone(work: Work, event: Any) -> tuple[int, int] | None:
    if event.act != "undo" or event.subject_id is None:
        return None
    row = work.first(
        select(t.reversal.c.first_event, t.reversal.c.last_event).where(t.reversal.c.id == event.subject_id)
    )
    return (row.first_event, row.last_event) if row is not None else None


_EVENT = Query(
    select(t.event).where(t.event.c.id == bindparam("id"), t.event.c.ticket_id == bindparam("ticket_id"))
)
_MESSAGE = Query(
    select(
        t.message.c.id,
        t.message.c.type,
        t.message.c.visibility,
        t.message.c.addressee_id,
        t.message.c.author_agent_id,
        t.message.c.unverified,
        t.message.c.from_name,
        t.message.c.from_address,
    ).where(t.message.c.id == bindparam("id"), t.message.c.deleted_at.is_(None))
)
