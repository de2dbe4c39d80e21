"""Contacts: the persons of clients, with their addresses and telephones, each active or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk import addresses, choices, comparing, contact_points, history
from deskterm.desk.actor import Actor
from deskterm.desk.contact_points import Point, PointView, point_key
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work

FIELDS: Final = ("name", "department", "language", "note", "sla", "active", "points")


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact; `agent` is the login of the agent he is, `addresses` and `phones` are those in use."""

    id: int
    client_id: int
    client: str
    department_id: int | None
    department: str
    name: str
    addresses: tuple[str, ...]
    phones: tuple[str, ...]
    points: tuple[PointView, ...]
    language: str | None
    note: str
    sla: str
    agent_id: int | None
    agent: str
    agent_name: str
    erased_at: datetime | None
    active: bool


@undoable("contact.add")
def add(
    work: Work,
    actor: Actor,
    client_id: int,
    name: str,
    department_id: int | None = None,
    points: Sequence[Point] = (),
    language: str | None = None,
    note: str = "",
) -> int:
    """Add a contact to a client and give its id; without a name it is called by its first address."""
    require(work, actor, "change", "contact.add")
    if work.value(select(t.client.c.id).where(t.client.c.id == client_id)) is None:
        raise NotFound(_("There is no client {name}.").format(name=client_id))
    wanted = contact_points.checked(work, points)
    name = person_name(name) or next((value for _kind, value, _active in wanted), "")
    if not name:
        raise BadData(_("A name is needed."))
    id = work.insert(
        t.contact,
        client_id=client_id,
        department_id=_department(work, client_id, department_id),
        name=name,
        key=name.casefold(),
        language=language or None,
        note=note.strip(),
        created_at=work.now,
    )
    contact_points.write(work, id, wanted)
    history.record(
        work,
        actor,
        "contact.add",
        subject=("contact", id),
        changes=[("name", None, name), ("client_id", None, client_id)],
    )
    return id


@undoable("contact.edit")
def edit(
    work: Work,
    actor: Actor,
    contact_id: int,
    changes: Mapping[str, Any],
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Change a contact: `name`, `department` (name or number, '' for none), `language`, `note`, `sla`,
    `active`, `points` (all of them, as `set_points` takes them).

    `seen` holds fields of the ContactView the actor looked at: Changed is raised where they differ now.
    """
    require(work, actor, "change", "contact.edit")
    there = find(work, contact_id)
    _not_erased(there)
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise BadData(_("A contact has no field {name}.").format(name=", ".join(sorted(unknown))))
    comparing.compare(work, ("contact", contact_id), there, changes, seen)
    values: dict[str, Any] = {}
    for field, value in changes.items():
        if field == "name":
            values["name"] = person_name(str(value))
            values["key"] = values["name"].casefold()
            if not values["name"]:
                raise BadData(_("A name is needed."))
        elif field == "department":
            values["department_id"] = department_named(work, there.client_id, value)
        elif field == "sla":
            values["sla_id"] = choices.find(work, "sla", str(value)).id if value else None
        elif field == "language":
            values["language"] = value or None
        elif field == "note":
            values["note"] = str(value).strip()
        elif field == "active":
            values["active"] = bool(value)
    if values:
        work.update(t.contact, contact_id, **values)
    if "name" in values:
        _rename_on_tickets(work, contact_id, there.name, values["name"])
    if "points" in changes:
        contact_points.write(work, contact_id, contact_points.checked(work, changes["points"]))
    history.record(
        work,
        actor,
        "contact.edit",
        subject=("contact", contact_id),
        changes=[
            (field, getattr(there, field), value) for field, value in changes.items() if field != "points"
        ]
        + ([("points", len(there.points), len(changes["points"]))] if "points" in changes else []),
    )


@undoable("contact.edit")
def set_points(work: Work, actor: Actor, contact_id: int, points: Sequence[Point]) -> None:
    """Give a contact just these addresses and telephones; what was there keeps what is known of it."""
    edit(work, actor, contact_id, {"points": points})


@undoable("contact.move")
def move(work: Work, actor: Actor, contact_id: int, client_id: int, department_id: int | None = None) -> None:
    """Move a contact to another client or department; tickets stay with the client they were for."""
    require(work, actor, "change", "contact.move")
    there = find(work, contact_id)
    _not_erased(there)
    if work.value(select(t.client.c.id).where(t.client.c.id == client_id)) is None:
        raise NotFound(_("There is no client {name}.").format(name=client_id))
    if there.agent_id is not None and client_id != there.client_id:
        raise BadData(
            _("{name} is the agent {login}: change the branch of the agent instead.").format(
                name=there.name, login=there.agent
            )
        )
    department_id = _department(work, client_id, department_id)
    work.update(t.contact, contact_id, client_id=client_id, department_id=department_id)
    history.record(
        work,
        actor,
        "contact.move",
        subject=("contact", contact_id),
        changes=[
            ("client_id", there.client_id, client_id),
            ("department_id", there.department_id, department_id),
        ],
    )


def remove(work: Work, actor: Actor, contact_id: int) -> None:
    """Make a contact inactive: nobody chooses him any more, his tickets stay."""
    edit(work, actor, contact_id, {"active": False})


@undoable("contact.hand_over")
def hand_over(work: Work, actor: Actor, contact_id: int, name: str, agent_id: int | None = None) -> int:
    """Give a contact's place, addresses and telephones to another person; the new contact's id.

    Old tickets stay with the first, who stays as a contact: inactive, unless he is an active agent, who
    keeps his own addresses. `agent_id` is the agent the other person is.
    """
    require(work, actor, "change", "contact.hand_over")
    there = find(work, contact_id)
    _not_erased(there)
    if there.agent_id is not None or agent_id is not None:
        require(work, actor, "administer", "contact.hand_over")
    name = person_name(name)
    if not name:
        raise BadData(_("A name is needed."))
    id = work.insert(
        t.contact,
        client_id=there.client_id,
        department_id=there.department_id,
        agent_id=agent_id,
        name=name,
        key=name.casefold(),
        language=there.language,
        sla_id=work.value(select(t.contact.c.sla_id).where(t.contact.c.id == contact_id)),
        created_at=work.now,
    )
    own = select(t.agent_address.c.key).where(t.agent_address.c.agent_id == there.agent_id)
    c = t.contact_point.c
    # they go over as they are: an inactive copy left behind would keep mail from the new person
    work.update_where(t.contact_point, (c.contact_id == contact_id) & c.key.not_in(own), contact_id=id)
    stays = work.value(select(t.agent.c.active).where(t.agent.c.id == there.agent_id))
    if not stays:
        work.update(t.contact, contact_id, active=False)
    history.record(
        work,
        actor,
        "contact.hand_over",
        subject=("contact", contact_id),
        changes=[("contact_id", contact_id, id)],
    )
    history.record(work, actor, "contact.add", subject=("contact", id), changes=[("name", None, name)])
    return id


@undoable("contact.merge")
def merge(work: Work, actor: Actor, contact_ids: Sequence[int], into: int) -> None:
    """Make duplicates one contact: addresses, telephones, tickets and messages go to `into`."""
    require(work, actor, "change", "contact.merge")
    target = find(work, into)
    _not_erased(target)
    for contact_id in dict.fromkeys(contact_ids):
        if contact_id == into:
            continue
        there = find(work, contact_id)
        _not_erased(there)
        if there.agent_id is not None and target.agent_id is not None:
            raise BadData(
                _("{one} and {other} are two agents; they stay two.").format(
                    one=there.name, other=target.name
                )
            )
        if there.agent_id is not None:
            raise BadData(_("{name} is an agent: merge the other into this one.").format(name=there.name))
        _take_in(work, actor, there, target)
        target = find(work, into)
        history.record(
            work,
            actor,
            "contact.merge",
            subject=("contact", into),
            changes=[("contact_id", contact_id, into)],
        )


def listed(
    work: Work,
    actor: Actor,
    client_id: int | None = None,
    *,
    words: str = "",
    active_only: bool = False,
    after: tuple[str, int] | None = None,
    limit: int | None = None,
) -> list[ContactView]:
    """Contacts by name; of a client, and holding all of the words in name, address or telephone.

    `after` is (casefolded name, id) of the last one of the page before.
    """
    require(work, actor, "see own", "contact.list")
    c = t.contact.c
    wanted: list[ColumnElement[bool]] = []
    if client_id is not None:
        wanted.append(c.client_id == client_id)
    if active_only:
        wanted.append(c.active)
    for word in words.casefold().split():
        wanted.append(_holds(word))
    if after is not None:
        wanted.append((c.key > after[0]) | ((c.key == after[0]) & (c.id > after[1])))
    return views(work, *wanted, limit=limit)


def show(work: Work, actor: Actor, name: str) -> ContactView:
    """A contact by number, address, or name where only one has it."""
    require(work, actor, "see own", "contact.show")
    return find(work, id_of(work, name))


def find(work: Work, contact_id: int) -> ContactView:
    """A contact by number; NotFound where there is none."""
    found = views(work, t.contact.c.id == contact_id)
    if not found:
        raise NotFound(_("There is no contact {name}.").format(name=contact_id))
    return found[0]


def id_of(work: Work, words: str, client_id: int | None = None) -> int:
    """The number of a contact by number, address or full name; BadData where several have it."""
    words = words.strip()
    c = t.contact.c
    here = [c.client_id == client_id] if client_id is not None else []
    if words.isascii() and words.isdigit():
        found = work.values(select(c.id).where(c.id == int(words), *here))
    elif "@" in words:
        found = work.values(
            select(c.id)
            .join(t.contact_point, t.contact_point.c.contact_id == c.id)
            .where(t.contact_point.c.kind == "email", t.contact_point.c.key == addresses.key(words), *here)
            .distinct()
        )
    else:
        found = work.values(select(c.id).where(c.key == person_name(words).casefold(), *here))
    if not found:
        raise NotFound(_("There is no contact {name}.").format(name=words))
    if len(found) > 1:
        raise BadData(
            _("Several contacts are meant by {name}: {numbers}. Give the number.").format(
                name=words, numbers=", ".join(str(id) for id in sorted(found))
            )
        )
    return int(found[0])


def person_name(name: str) -> str:
    """A name as it is kept: one line, no control characters, of bounded length."""
    return " ".join(str(clean(name)).split())[: limits.NAME_CHARACTERS]


def department_named(work: Work, client_id: int, name: Any) -> int | None:
    """The department of a client by number or name; '' and None are none."""
    words = str(name if name is not None else "").strip()
    if not words:
        return None
    c = t.department.c
    for condition in (
        c.key == words.casefold(),
        c.id == (int(words) if words.isascii() and words.isdigit() else -1),
    ):
        found = work.value(select(c.id).where(c.client_id == client_id, condition))
        if found is not None:
            return int(found)
    raise NotFound(_("The client has no department {name}.").format(name=words))


def views(work: Work, *wanted: ColumnElement[bool], limit: int | None = None) -> list[ContactView]:
    """Contacts that meet the conditions, by name."""
    statement = (
        select(
            t.contact,
            t.client.c.name.label("client"),
            t.department.c.name.label("department"),
            t.choice.c.name.label("sla"),
            t.agent.c.login.label("login"),
            t.agent.c.name.label("agent_name"),
        )
        .join(t.client, t.client.c.id == t.contact.c.client_id)
        .outerjoin(t.department, t.department.c.id == t.contact.c.department_id)
        .outerjoin(t.choice, t.choice.c.id == t.contact.c.sla_id)
        .outerjoin(t.agent, t.agent.c.id == t.contact.c.agent_id)
        .where(*wanted)
        .order_by(t.contact.c.key, t.contact.c.id)
    )
    rows = work.rows(statement if limit is None else statement.limit(limit))
    points = contact_points.of_contacts(work, [row.id for row in rows])
    return [_view(row, points.get(row.id, ())) for row in rows]


def _view(row: Any, points: Sequence[PointView]) -> ContactView:
    return ContactView(
        id=row.id,
        client_id=row.client_id,
        client=row.client,
        department_id=row.department_id,
        department=row.department or "",
        name=row.name,
        addresses=tuple(point.value for point in points if point.kind == "email" and point.active),
        phones=tuple(point.value for point in points if point.kind == "phone" and point.active),
        points=tuple(points),
        language=row.language,
        note=row.note,
        sla=row.sla or "",
        agent_id=row.agent_id,
        agent=row.login or "",
        agent_name=row.agent_name or "",
        erased_at=row.erased_at,
        active=row.active,
    )


def _holds(word: str) -> ColumnElement[bool]:
    """A contact whose name, address or telephone holds a casefolded word."""
    digits = addresses.phone_key(word)
    point = t.contact_point.c
    matching = point.key.contains(word, autoescape=True)
    if digits.strip("+"):
        matching |= (point.kind == "phone") & point.key.contains(digits.strip("+"), autoescape=True)
    return t.contact.c.key.contains(word, autoescape=True) | t.contact.c.id.in_(
        select(point.contact_id).where(matching)
    )


def _department(work: Work, client_id: int, department_id: int | None) -> int | None:
    """The department, where it is one of the client."""
    return None if department_id is None else department_named(work, client_id, department_id)


def _rename_on_tickets(work: Work, contact_id: int, before: str, now: str) -> None:
    """Tickets of which he is the author show his new name, where they showed the old one."""
    c = t.ticket.c
    work.update_where(
        t.ticket, (c.contact_id == contact_id) & (c.customer == before), customer=now, version=c.version + 1
    )


def _take_in(work: Work, actor: Actor, there: ContactView, target: ContactView) -> None:
    """Give everything of one contact to another."""
    known = {(point.kind, point_key(point.kind, point.value)) for point in target.points}
    for point in there.points:
        if (point.kind, point_key(point.kind, point.value)) in known:
            work.delete_where(t.contact_point, t.contact_point.c.id == point.id)
        else:
            work.update(t.contact_point, point.id, contact_id=target.id)
    retarget(work, actor, there.id, target.id)
    kept = {
        "note": "\n".join(filter(None, (target.note, there.note))),
        "language": target.language or there.language,
        "active": target.active or there.active,
    }
    changed = {name: value for name, value in kept.items() if getattr(target, name) != value}
    if changed:
        work.update(t.contact, target.id, **changed)
    work.update(t.contact, there.id, active=False)


def retarget(work: Work, actor: Actor, contact_id: int, into: int) -> None:
    """Tickets, messages and participants of one contact become another's."""
    c = t.ticket.c
    for ticket_id in work.values(select(c.id).where(c.contact_id == contact_id).order_by(c.id)):
        work.update(t.ticket, ticket_id, contact_id=into, version=c.version + 1)
        history.record(
            work, actor, "ticket.contact", ticket_id=ticket_id, changes=[("contact_id", contact_id, into)]
        )
    work.update_where(t.message, t.message.c.author_contact_id == contact_id, author_contact_id=into)
    work.update_where(t.participant, t.participant.c.contact_id == contact_id, contact_id=into)


def _not_erased(there: ContactView) -> None:
    if there.erased_at is not None:
        raise BadData(_("Contact {number} was erased; nothing of it can be changed.").format(number=there.id))
