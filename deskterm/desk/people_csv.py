"""Clients and contacts from a CSV file: encoding and delimiter guessed, repeated without harm."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import choices, clients, contacts, departments
from deskterm.desk.actor import Actor
from deskterm.desk.addresses import key as address_key
from deskterm.desk.contact_points import Point, point_key
from deskterm.desk.contacts import ContactView
from deskterm.desk.errors import BadData, DeskError
from deskterm.desk.rights import require
from deskterm.desk.undo import together
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

DELIMITERS: Final = (";", ",", "\t")

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "client": ("client", "organisation", "organization", "company", "клиент", "организация", "компания"),
    "department": ("department", "отдел", "подразделение"),
    "contact": (
        "contact", "name", "full name", "person", "контакт", "имя", "фио", "контактное лицо", "сотрудник",
    ),
    "email": (
        "email", "e-mail", "emails", "address", "addresses", "mail", "почта", "адрес", "эл. почта",
        "электронная почта",
    ),
    "phone": ("phone", "phones", "telephone", "телефон", "телефоны", "тел", "тел."),
    "language": ("language", "язык"),
    "note": ("note", "comment", "примечание", "комментарий", "заметка"),
    "status": ("status", "client status", "статус", "статус клиента"),
    "domain": ("domain", "domains", "домен", "домены"),
    "client_note": ("client note", "примечание клиента"),
}  # fmt: skip
"""Columns by what may stand over them, in any case; others are passed over."""

_SEVERAL: Final = re.compile(r"[;,|\s]+")
_PHONES: Final = re.compile(r"[;,|]+")


DONE: Final[Mapping[str, str]] = {
    "clients_added": N_("new client"),
    "clients_changed": N_("client changed"),
    "departments_added": N_("new department"),
    "contacts_added": N_("new contact"),
    "contacts_changed": N_("contact changed"),
    "unchanged": N_("unchanged"),
}
"""What a line does, by what counts it."""


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """A line of the file: whom it names, and what it did, as keys of DONE; `error` says why it could not."""

    line: int
    client: str
    contact: str
    done: tuple[str, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do; `errors` are (line of the file, sentence)."""

    encoding: str
    delimiter: str
    rows: int
    clients_added: int
    clients_changed: int
    departments_added: int
    contacts_added: int
    contacts_changed: int
    unchanged: int
    errors: tuple[tuple[int, str], ...]
    ignored_columns: tuple[str, ...]
    dry_run: bool
    lines: tuple[ImportedLine, ...]


@dataclass(slots=True)
class _Counted:
    clients_added: int = 0
    clients_changed: int = 0
    departments_added: int = 0
    contacts_added: int = 0
    contacts_changed: int = 0
    unchanged: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)
    lines: list[ImportedLine] = field(default_factory=list)

    def numbers(self) -> dict[str, int]:
        """What was counted, by the keys of DONE."""
        return {name: getattr(self, name) for name in DONE}

    def wrong(self, number: int, row: Mapping[str, str], sentence: str) -> None:
        """A line that cannot be used."""
        self.errors.append((number, sentence))
        self.lines.append(ImportedLine(number, row.get("client", ""), _person(row), (), sentence))


class _Tried(Exception):
    """Ends a dry run: what it did is taken back."""


def load(work: Work, actor: Actor, data: bytes, *, dry_run: bool = False) -> Imported:
    """Bring in the clients and contacts of a CSV file whose first line names the columns.

    A client is known by its name, a contact of it by an address, else by his name: what is there already is
    completed and never emptied, so a second import of the same file changes nothing. A line that cannot be
    used is told of and passed over. With `dry_run` all is done and taken back.
    """
    require(work, actor, "administer", "people.import")
    text, encoding = decoded(data)
    delimiter = delimiter_of(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading = next(lines, [])
    columns, ignored = _columns(heading)
    if "client" not in columns:
        raise BadData(
            _(
                "The first line of the file must name its columns, one of them the client. It says: {line}"
            ).format(line=delimiter.join(heading)[:200])
        )
    counted = _Counted()
    rows = 0
    try:
        with work.savepoint(), together(work, actor, "people.import"):
            for number, cells in _numbered(lines, counted):
                rows += 1
                row = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
                _bring(work, actor, number, row, counted)
            if dry_run:
                raise _Tried
    except _Tried:
        pass
    return Imported(
        encoding=encoding,
        delimiter=delimiter,
        rows=rows,
        clients_added=counted.clients_added,
        clients_changed=counted.clients_changed,
        departments_added=counted.departments_added,
        contacts_added=counted.contacts_added,
        contacts_changed=counted.contacts_changed,
        unchanged=counted.unchanged,
        errors=tuple(counted.errors),
        ignored_columns=ignored,
        dry_run=dry_run,
        lines=tuple(counted.lines),
    )


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: UTF-8 with or without mark, UTF-16 with mark, else cp1251."""
    if len(data) > limits.LETTER_BYTES:
        raise BadData(_("The file is too large."))
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # 0x98 is the one byte cp1251 has no sign for
        return data.decode("cp1251", "replace"), "cp1251"


def delimiter_of(text: str) -> str:
    """What stands between the cells: that which makes most known headings of the first line."""

    def known(delimiter: str) -> tuple[int, int]:
        heading = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        return len(_columns(heading)[0]), len(heading)

    return max(DELIMITERS, key=known)


def _columns(heading: Sequence[str]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Which column says what, and the headings that say nothing to us."""
    names = {word: name for name, words in HEADINGS.items() for word in words}
    found: dict[str, int] = {}
    ignored = []
    for at, words in enumerate(heading):
        name = names.get(" ".join(words.replace("_", " ").split()).casefold())
        if name is None or name in found:
            ignored.append(words.strip())
        else:
            found[name] = at
    return found, tuple(word for word in ignored if word)


def _numbered(lines: Any, counted: _Counted) -> Any:
    """Lines that hold something, with their number in the file; what the reader refuses is an error."""
    while True:
        try:
            cells = next(lines, None)
        except csv.Error as error:
            counted.wrong(lines.line_num, {}, _("The line cannot be read: {why}").format(why=error))
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield lines.line_num, cells


def _bring(work: Work, actor: Actor, number: int, row: Mapping[str, str], counted: _Counted) -> None:
    """One line; all of it or nothing."""
    before = counted.numbers()
    try:
        with work.savepoint():
            changed = _bring_row(work, actor, row, counted)
    except DeskError as error:
        for name, number_before in before.items():
            setattr(counted, name, number_before)
        counted.wrong(number, row, error.sentence)
        return
    if not changed:
        counted.unchanged += 1
    done = tuple(name for name, now in counted.numbers().items() if now > before[name])
    counted.lines.append(ImportedLine(number, row.get("client", ""), _person(row), done))


def _person(row: Mapping[str, str]) -> str:
    """Whom of a client a line names."""
    return row.get("contact") or row.get("email") or row.get("phone") or ""


def _bring_row(work: Work, actor: Actor, row: Mapping[str, str], counted: _Counted) -> bool:
    name = contacts.person_name(row.get("client", ""))
    if not name:
        raise BadData(_("The line names no client."))
    client_id, changed = _client(work, actor, name, row, counted)
    points: list[Point] = [("email", one, True) for one in _SEVERAL.split(row.get("email", "")) if one]
    points += [("phone", one.strip(), True) for one in _PHONES.split(row.get("phone", "")) if one.strip()]
    person = contacts.person_name(row.get("contact", ""))
    department = contacts.person_name(row.get("department", ""))
    department_id = None
    if department:
        c = t.department.c
        department_id = work.value(
            select(c.id).where(c.client_id == client_id, c.key == department.casefold(), c.active)
        )
        if department_id is None:
            department_id = departments.add(work, actor, client_id, department)
            counted.departments_added += 1
            changed = True
    if not person and not points:
        return changed
    there = _known(work, client_id, person, points)
    if there is None:
        id = contacts.add(
            work,
            actor,
            client_id,
            person,
            department_id,
            points,
            language=row.get("language") or None,
            note=row.get("note", ""),
        )
        counted.contacts_added += bool(id)
        return True
    if _complete(work, actor, there, row, person, department_id, points):
        counted.contacts_changed += 1
        return True
    return changed


def _client(
    work: Work, actor: Actor, name: str, row: Mapping[str, str], counted: _Counted
) -> tuple[int, bool]:
    """The client of a line, added or completed; whether it was."""
    wanted: dict[str, Any] = {}
    if row.get("status"):
        wanted["status"] = choices.find(work, "client_status", row["status"]).name
    if row.get("client_note"):
        wanted["note"] = row["client_note"]
    domains = [one.casefold() for one in _SEVERAL.split(row.get("domain", "")) if one]
    id = work.value(select(t.client.c.id).where(t.client.c.key == name.casefold()))
    if id is None:
        counted.clients_added += 1
        if domains:
            wanted["domains"] = domains
        return clients.add(work, actor, name, **wanted), True
    there = clients.find(work, int(id))
    changes = {field: value for field, value in wanted.items() if getattr(there, field) != value}
    if set(domains) - set(there.domains):
        changes["domains"] = [*there.domains, *domains]
    if changes:
        clients.edit(work, actor, int(id), changes)
        counted.clients_changed += 1
    return int(id), bool(changes)


def _known(work: Work, client_id: int, person: str, points: Sequence[Point]) -> ContactView | None:
    """The contact of the client a line means: by an address, else by the name."""
    c, point = t.contact.c, t.contact_point.c
    keys = [address_key(value) for kind, value, _active in points if kind == "email"]
    here = [c.client_id == client_id, c.erased_at.is_(None)]
    found = (
        work.values(
            select(c.id)
            .join(t.contact_point, point.contact_id == c.id)
            .where(*here, point.kind == "email", point.key.in_(keys))
            .order_by(c.active.desc(), c.id)
        )
        if keys
        else []
    )
    if not found and person:
        found = work.values(
            select(c.id).where(*here, c.key == person.casefold()).order_by(c.active.desc(), c.id)
        )
    return contacts.find(work, int(found[0])) if found else None


def _complete(
    work: Work,
    actor: Actor,
    there: ContactView,
    row: Mapping[str, str],
    person: str,
    department_id: int | None,
    points: Sequence[Point],
) -> bool:
    """Bring a contact up to a line of the file; whether anything was to be changed."""
    changes: dict[str, Any] = {}
    if person and person != there.name:
        changes["name"] = person
    for name in ("language", "note"):
        if row.get(name) and row[name] != (getattr(there, name) or ""):
            changes[name] = row[name]
    if department_id is not None and department_id != there.department_id:
        changes["department"] = department_id
    known = {(point.kind, point_key(point.kind, point.value)) for point in there.points}
    new = [point for point in points if (point[0], point_key(point[0], point[1])) not in known]
    if new:
        changes["points"] = [*(point.point for point in there.points), *new]
    if changes:
        contacts.edit(work, actor, there.id, changes)
    return bool(changes)
