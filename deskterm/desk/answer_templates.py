"""The texts agents answer with: kept by administrators, chosen while writing, filled from the ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime
from sqlalchemy import select

from deskterm import limits
from deskterm.desk import history, placeholders, sending, settings, tickets
from deskterm.desk.actor import Actor
from deskterm.desk.choices import shown
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.desk.writing_views import AnswerTemplate, FilledText
from deskterm.i18n import LANGUAGES, _, translator
from deskterm.store import tables as t
from deskterm.store.work import Work

KIND: Final = "answer"
"""The kind of their rows in `template`."""


class Unfilled(BadData):
    """A text still holds placeholders; `names` are those, in braces."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(
            _("The text still holds {names}. Fill it in, or send it as it stands.").format(
                names=", ".join(names)
            )
        )
        self.names = names


def listed(work: Work, actor: Actor, language: str = "") -> list[AnswerTemplate]:
    """The texts by name; those of one language first where it is said."""
    require(work, actor, "templates", "answer_template.list")
    rows = [_view(row) for row in work.rows(select(t.template).where(t.template.c.kind == KIND))]
    return sorted(rows, key=lambda row: (row.language != language, row.name.casefold(), row.id))


def find(work: Work, actor: Actor, name: str) -> AnswerTemplate:
    """A text by its name, case folded, or its number."""
    wanted = " ".join(name.split()).casefold()
    rows = listed(work, actor)
    for row in rows:
        if row.name.casefold() == wanted:
            return row
    for row in rows:
        if str(row.id) == wanted:
            return row
    raise NotFound(_("There is no answer template {name}.").format(name=name))


@undoable("answer_template.add")
def add(work: Work, actor: Actor, name: str, body: str, language: str = "en") -> int:
    """Add a text and give its id."""
    require(work, actor, "administer", "answer_template.add")
    name = _free_name(work, name, None)
    id = work.insert(
        t.template,
        kind=KIND,
        name=name,
        language=_language(language),
        body=_checked(body),
        updated_at=work.now,
    )
    _record(work, actor, "answer_template.add", id, [("name", None, name)])
    return id


@undoable("answer_template.edit")
def edit(
    work: Work,
    actor: Actor,
    template_id: int,
    *,
    name: str | None = None,
    body: str | None = None,
    language: str | None = None,
) -> None:
    """Change a text; what is not given stays."""
    require(work, actor, "administer", "answer_template.edit")
    row = _row(work, template_id)
    values: dict[str, Any] = {}
    if name is not None:
        values["name"] = _free_name(work, name, template_id)
    if body is not None:
        values["body"] = _checked(body)
    if language is not None:
        values["language"] = _language(language)
    changed = [(field, row._mapping[field], value) for field, value in values.items()]
    if values:
        work.update(t.template, template_id, **values, updated_at=work.now)
        _record(
            work,
            actor,
            "answer_template.edit",
            template_id,
            [(field, *(("…", "…") if field == "body" else (old, new))) for field, old, new in changed],
        )


@undoable("answer_template.remove")
def remove(work: Work, actor: Actor, template_id: int) -> None:
    """Take a text away; answers made of it stay."""
    require(work, actor, "administer", "answer_template.remove")
    row = _row(work, template_id)
    work.delete_where(t.template, (t.template.c.id == template_id) & (t.template.c.kind == KIND))
    _record(work, actor, "answer_template.remove", template_id, [("name", row.name, None)])


def fill(work: Work, actor: Actor, template_id: int, ticket_id: int | None) -> FilledText:
    """A text with its placeholders filled from a ticket; those that cannot be stay and are named."""
    require(work, actor, "templates", "answer_template.use", ticket_id)
    return filled(work, actor, _row(work, template_id).body, ticket_id)


def filled(work: Work, actor: Actor, text: str, ticket_id: int | None) -> FilledText:
    """Any text with its placeholders filled: an article, or what an agent wrote himself."""
    ticket = tickets.find(work, actor, ticket_id) if ticket_id is not None else None
    done, unfilled = placeholders.fill(text, _values(work, actor, ticket))
    return FilledText(done, unfilled)


def check_filled(text: str) -> None:
    """Raise Unfilled where a placeholder still stands in what is about to be sent."""
    if left := placeholders.standing(text):
        raise Unfilled(left)


def _values(work: Work, actor: Actor, ticket: Any | None) -> dict[str, str]:
    account = sending.account_of(work, ticket) if ticket is not None else sending.account_for(work, None)
    language = ticket.language if ticket is not None else account.language if account is not None else "en"
    language = language if language in LANGUAGES else "en"
    name = actor.name or actor.login
    now = _here(work, actor, work.now)
    values = {
        "agent": name,
        "agent_first_name": placeholders.first_name(name),
        "desk": str(settings.get(work, "desk_name") or (account.name if account is not None else "")),
        "account": account.address if account is not None else "",
        "today": format_date(now, "long", locale=language),
    }
    if ticket is None:
        return values
    contact = work.first(
        select(t.contact.c.name, t.department.c.name.label("department"))
        .outerjoin(t.department, t.department.c.id == t.contact.c.department_id)
        .where(t.contact.c.id == ticket.contact_id)
    )
    person = (contact.name if contact is not None else "") or (
        ticket.customer if "@" not in ticket.customer else ""
    )
    due = _here(work, actor, ticket.due_at) if ticket.due_at is not None else None
    return values | {
        "client": _name(work, t.client, ticket.client_id, language),
        "department": (contact.department or "") if contact is not None else "",
        "contact": person,
        "contact_first_name": placeholders.first_name(person),
        "number": str(ticket.id),
        "subject": ticket.subject,
        "status": _name(work, t.status, ticket.status_id, language),
        "category": _name(work, t.choice, ticket.category_id, language),
        "criticality": _name(work, t.choice, ticket.criticality_id, language),
        "sla": _name(work, t.choice, ticket.sla_id, language),
        "responsible": _name(work, t.agent, ticket.responsible_id, language),
        "created": format_date(_here(work, actor, ticket.created_at), "long", locale=language),
        "due": format_datetime(due, "d MMMM y, HH:mm", locale=language) if due is not None else "",
    }


def _name(work: Work, table: Any, id: int | None, language: str) -> str:
    """A name in the ticket's language, where the program brought it; '' of nothing."""
    row = work.first(select(table).where(table.c.id == id)) if id is not None else None
    if row is None:
        return ""
    if table in (t.status, t.choice):
        return translator(language).gettext(row.name) if row.key and row.name else shown(None, row.name)
    return str(row.name)


def _here(work: Work, actor: Actor, moment: datetime) -> datetime:
    """A moment in the agent's time zone, this machine's where he named none."""
    name = work.value(select(t.agent.c.time_zone).where(t.agent.c.id == actor.agent_id))
    try:
        return moment.astimezone(ZoneInfo(name)) if name else moment.astimezone()
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone()


def _row(work: Work, template_id: int) -> Any:
    row = work.first(select(t.template).where(t.template.c.id == template_id, t.template.c.kind == KIND))
    if row is None:
        raise NotFound(_("There is no answer template {name}.").format(name=template_id))
    return row


def _free_name(work: Work, name: str, but: int | None) -> str:
    name = " ".join(name.split())[: limits.NAME_CHARACTERS]
    if not name:
        raise BadData(_("A name is needed."))
    for row in work.rows(select(t.template.c.id, t.template.c.name).where(t.template.c.kind == KIND)):
        if row.id != but and row.name.casefold() == name.casefold():
            raise BadData(_("There is an answer template {name} already.").format(name=row.name))
    return name


def _language(language: str) -> str:
    if language not in LANGUAGES:
        raise BadData(
            _("The language is one of {languages}, not {language}.").format(
                languages=", ".join(LANGUAGES), language=language
            )
        )
    return language


def _checked(body: str) -> str:
    """A text as it is kept; BadData for an empty or endless one, and for a placeholder nobody knows."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    if not body.strip():
        raise BadData(_("The text is empty."))
    if len(body) > limits.TEMPLATE_CHARACTERS:
        raise BadData(_("The text is longer than {most} characters.").format(most=limits.TEMPLATE_CHARACTERS))
    if wrong := placeholders.unknown(body):
        raise BadData(
            _("There is no placeholder {wrong} in this text. There are: {names}.").format(
                wrong=wrong[0], names=", ".join("{" + one.name + "}" for one in placeholders.ALL)
            )
        )
    return body


def _view(row: Any) -> AnswerTemplate:
    return AnswerTemplate(row.id, row.name, row.language, row.body, row.updated_at)


def _record(work: Work, actor: Actor, act: str, id: int, changes: list[tuple[str, Any, Any]]) -> None:
    history.record(work, actor, act, subject=("template", id), changes=changes)
