"""The facts on the cards of clients, contacts and agents, as lines an agent can walk along and press."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from deskterm.clean import clean, clean_lines
from deskterm.i18n import NP_, _, n_, p_
from deskterm.screens.presenters import when
from deskterm.screens.presenters.line import Line, Piece, clip, cut, fit, wrap

if TYPE_CHECKING:
    from deskterm.desk.card_views import AgentCard, ClientCard, ContactCard, Numbers
    from deskterm.desk.contact_points import PointView
    from deskterm.desk.contacts import ContactView
    from deskterm.desk.departments import DepartmentView

LABEL: Final = 15
"""Cells of the names of facts."""
NAME_LEAST, NAME_MOST = 16, 34
IN_USE, NOT_IN_USE, WARNING = "·", "×", "!"
"""Signs before contacts and addresses, so that nothing rests on colour."""

POINTS: Final = {"email": NP_("reached by", "e-mail"), "phone": NP_("reached by", "telephone")}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a card; `what` and `target` say what Enter on it is about."""

    line: Line
    what: str = ""
    target: int = 0


def client_facts(card: ClientCard, width: int) -> list[Fact]:
    """The card of a client: its fields, then its departments with their contacts."""
    client = card.client
    found = _told(_("name"), client.name, width, "name")
    if not client.active:
        found += _state(_("inactive: nobody chooses it any more; its tickets stay"), width)
    found += _told(_("status"), client.status or _("none"), width, "status")
    served = "; ".join(
        f"{title} {value}"
        for title, value in (
            (_("SLA level"), client.sla),
            (_("responsible"), client.responsible),
            (_("team"), client.team),
            (_("branch"), card.branch),
        )
        if value
    )
    found += _told(_("served by"), served, width, "serving") if served else []
    if client.domains:
        found += _told(_("mail domains"), ", ".join(client.domains), width, "domains")
    if client.contacts_see_all:
        found += _told(_("contacts"), _("each gets answers of the others' tickets"), width, "see_all")
    found += _note(client.note, width)
    shown = {department.id for department in card.departments}
    found += _contacts([each for each in card.contacts if each.department_id not in shown], width)
    for department in card.departments:
        found.append(_department(department, width))
        found += _contacts([each for each in card.contacts if each.department_id == department.id], width)
    if not card.contacts:
        found.append(Fact(clip((("  ", ""), (_("no contacts yet; `a` adds one"), "faint")), width)))
    return found


def contact_facts(card: ContactCard, width: int) -> list[Fact]:
    """The card of a contact: his client, every address and telephone, and what is odd about them."""
    contact = card.contact
    found = _told(p_("person", "name"), contact.name, width, "name")
    if contact.erased_at is not None:
        found += _state(_("erased {moment}").format(moment=when.full(contact.erased_at)), width)
    elif not contact.active:
        found += _state(_("inactive: nobody chooses him any more; his tickets stay"), width)
    found += _told(_("client"), contact.client, width, "client", contact.client_id)
    if contact.department:
        found += _told(_("department"), contact.department, width, "department_of")
    for point in contact.points:
        found.append(_point(point, width))
    if not contact.points:
        found += _told(_("addresses"), _("none; `a` adds one"), width, "points")
    for other in card.same_address:
        found.append(
            Fact(
                clip(
                    (
                        (f" {WARNING} ", "warning"),
                        (clean(_("the same address has {who}").format(who=other)), "warning"),
                    ),
                    width,
                )
            )
        )
    if contact.language:
        found += _told(_("language"), contact.language, width, "language")
    if contact.sla:
        found += _told(_("SLA level"), contact.sla, width, "sla")
    if contact.agent_id is not None:
        is_agent = f"{contact.agent_name or contact.agent} ({contact.agent})"
        found += _told(_("is the agent"), is_agent, width, "agent", contact.agent_id)
    return found + _note(contact.note, width)


def agent_facts(card: AgentCard, width: int) -> list[Fact]:
    """The card of an agent: what he is, when he works, what he may."""
    agent = card.agent
    found = _told(_("login"), agent.login, width, "field")
    if not agent.active:
        found += _state(_("blocked: he cannot come in; what he did stays"), width)
    team = "; " + _("team") + f" {agent.team}" if agent.team else ""
    found += _told(_("role"), agent.role_name + team, width, "field")
    if agent.branch:
        found += _told(_("branch"), agent.branch, width, "field")
    if agent.addresses:
        found += _told(p_("reached by", "e-mail"), ", ".join(agent.addresses), width, "field")
    if agent.extension:
        found += _told(_("extension"), agent.extension, width, "field")
    if card.contact is not None:
        found += _told(
            _("as a contact"),
            f"{card.contact.name} ({card.contact.client})",
            width,
            "contact",
            card.contact.id,
        )
    there = _("at the console now") if card.online else _("not at the console")
    if card.schedule.absent:
        there += "; " + _("away today")
    found += _told(_("now"), there, width)
    hours = card.schedule.hours or _("always")
    zone = f" ({card.schedule.time_zone})" if card.schedule.time_zone else ""
    found += _told(_("working hours"), hours + zone, width, "field")
    days = [
        f"{day.first_day} – {day.last_day}" + (f" ({day.note})" if day.note else "")
        for day in card.schedule.days_off
    ]
    if days:
        found += _told(_("days off"), "; ".join(days), width, "field")
    # with the desk, which is loaded once there is a card to show: the first frame does not wait for it
    from deskterm.desk.rights import RIGHTS

    rights = "; ".join(_(RIGHTS[right]) for right in card.rights)
    return found + _told(_("rights"), rights or _("none"), width)


def numbers(told: Numbers) -> str:
    """How many tickets, open and closed, in words."""
    tickets = n_("{count} ticket", "{count} tickets", told.all).format(count=told.all)
    return _("{tickets}: {open} open, {closed} closed").format(
        tickets=tickets, open=told.open, closed=told.closed
    )


def points_told(points: Iterable[PointView]) -> list[Piece]:
    """Addresses and telephones, those in use first; the others say that they are not."""
    return [
        (clean(_point_words(point)), "" if point.active else "faint")
        for point in sorted(points, key=lambda point: not point.active)
    ]


def _point_words(point: PointView) -> str:
    told = point.value
    if not point.active:
        told = _("{address} (not in use)").format(address=told)
    if point.bounced_at is not None:
        told = _("{address} (mail to it came back)").format(address=told)
    return told


def _point(point: PointView, width: int) -> Fact:
    style = "" if point.active else "faint"
    sign = IN_USE if point.active else NOT_IN_USE
    told = (
        (f" {fit(p_('reached by', POINTS.get(point.kind, point.kind)), LABEL - 3)} ", "faint"),
        (f"{sign} ", style),
    )
    return Fact(clip((*told, (clean(_point_words(point)), style)), width), "point", point.id)


def _department(department: DepartmentView, width: int) -> Fact:
    people = n_("{count} contact", "{count} contacts", department.contacts).format(count=department.contacts)
    return Fact(
        clip(((" ", ""), (clean(department.name), "strong"), (f"  {people}", "faint")), width),
        "department",
        department.id,
    )


def _contacts(contacts: Sequence[ContactView], width: int) -> list[Fact]:
    found: list[Fact] = []
    longest = max((cell_len(clean(each.name)) for each in contacts), default=0)
    name_width = max(NAME_LEAST, min(longest, NAME_MOST, width // 3))
    for each in contacts:
        style = "" if each.active else "faint"
        name = clean(each.name) if each.active else clean(_("{name} (inactive)").format(name=each.name))
        lead: Line = (
            (f"  {IN_USE if each.active else NOT_IN_USE} ", style),
            (fit(name, name_width + (0 if each.active else 11)), style),
            ("  ", ""),
        )
        used = sum(cell_len(text) for text, _style in lead)
        for number, line in enumerate(packed(points_told(each.points), max(8, width - used))):
            first = lead if not number else ((" " * used, ""),)
            found.append(Fact(clip((*first, *line), width), "contact", each.id))
    return found


def packed(pieces: Sequence[Piece], width: int) -> list[Line]:
    """Pieces with commas between them, as many on a line as fit; at least one line."""
    lines: list[list[Piece]] = [[]]
    used = 0
    for number, (text, style) in enumerate(pieces):
        told = text + ("," if number < len(pieces) - 1 else "")
        size = cell_len(told)
        if lines[-1] and used + 1 + size > width:
            lines.append([])
            used = 0
        if lines[-1]:
            lines[-1].append((" ", ""))
            used += 1
        lines[-1].append((cut(told, width), style))
        used += size
    return [tuple(line) for line in lines]


def _told(label: str, text: str, width: int, what: str = "", target: int = 0) -> list[Fact]:
    """A fact under its name, wrapped: nothing of it is cut."""
    return [
        Fact(
            clip(((f" {fit(label if not number else '', LABEL - 2)} ", "faint"), (piece, "")), width),
            what,
            target,
        )
        for number, piece in enumerate(wrap(clean(text), max(10, width - LABEL)))
    ]


def _note(note: str, width: int) -> list[Fact]:
    found: list[Fact] = []
    for line in clean_lines(note).splitlines():
        found += _told("" if found else _("note"), line, width, "note")
    return found


def _state(text: str, width: int) -> list[Fact]:
    return [Fact(clip(((f" {WARNING} ", "warning"), (clean(text), "warning")), width), "active")]
