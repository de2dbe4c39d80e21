"""Accounts: the mailboxes the desk receives from and sends from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import at_the_machine, require
from deskterm.desk.undo import undoable
from deskterm.i18n import LANGUAGES, N_, _
from deskterm.ports import PORTS, SECURITIES
from deskterm.store import tables as t
from deskterm.store.work import Work

ONE_OF: dict[str, tuple[str, ...]] = {
    "incoming": ("imap", "pop3", "none"),
    "outgoing": ("smtp", "none"),
    "incoming_security": SECURITIES,
    "outgoing_security": SECURITIES,
    "files_sent": ("append", "provider"),
    "after": ("seen", "leave", "move", "delete"),
    "who_may_write": ("everybody", "registered", "review"),
    "language": LANGUAGES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountInput:
    """All an administrator says of an account; ports of 0 are filled in from protocol and security."""

    address: str
    name: str = ""
    login: str = ""
    incoming: str = "imap"
    incoming_host: str = ""
    incoming_port: int = 0
    incoming_security: str = "tls"
    folders: tuple[str, ...] = ("INBOX",)
    outgoing: str = "smtp"
    outgoing_host: str = ""
    outgoing_port: int = 0
    outgoing_security: str = "tls"
    outgoing_login: bool = True
    ca_file: str = ""
    files_sent: str = "append"
    sent_folder: str = ""
    after: str = "seen"
    after_folder: str = ""
    junk_folder: str = ""
    reads_junk: bool = False
    attachments_folder: str = ""
    poll_seconds: int = limits.POLL_SECONDS
    language: str = "en"
    signature: str = ""
    confirms: bool = True
    silent: bool = False
    who_may_write: str = "everybody"
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView(AccountInput):
    """An account as it stands, with what the worker last saw of it."""

    id: int
    state: Mapping[str, Any] = field(default_factory=dict)


FIELDS = tuple(one.name for one in fields(AccountInput))


@undoable("account.add")
def add(work: Work, actor: Actor, given: AccountInput) -> int:
    """Add an account and give its id; BadData says what does not fit."""
    require(work, actor, "administer", "account.add")
    at_the_machine(work, actor, "account.add", given.ca_file or given.attachments_folder)
    values = _checked(asdict(given))
    if work.value(select(t.account.c.id).where(t.account.c.key == values["key"])) is not None:
        raise BadData(_("There is an account {address} already.").format(address=given.address))
    id = work.insert(t.account, created_at=work.now, **values)
    work.forget()
    history.record(
        work, actor, "account.add", subject=("account", id), changes=[("address", None, values["address"])]
    )
    return id


@undoable("account.edit")
def edit(work: Work, actor: Actor, address: str, changes: Mapping[str, Any]) -> None:
    """Change fields of an account; a changed protocol or security brings its usual port along."""
    require(work, actor, "administer", "account.edit")
    at_the_machine(work, actor, "account.edit", changes.get("ca_file") or changes.get("attachments_folder"))
    there = find(work, address)
    before = {name: getattr(there, name) for name in FIELDS}
    unknown = set(changes) - set(FIELDS)
    if unknown:
        raise BadData(_("An account has no field {name}.").format(name=", ".join(sorted(unknown))))
    after = {**before, **changes}
    for way in ("incoming", "outgoing"):
        moved = any(name in changes for name in (way, f"{way}_security"))
        if moved and f"{way}_port" not in changes:
            after[f"{way}_port"] = 0
    values = _checked(after)
    taken = work.value(
        select(t.account.c.id).where(t.account.c.key == values["key"], t.account.c.id != there.id)
    )
    if taken is not None:
        raise BadData(_("There is an account {address} already.").format(address=values["address"]))
    work.update(t.account, there.id, **values)
    work.forget()
    history.record(
        work,
        actor,
        "account.edit",
        subject=("account", there.id),
        changes=[
            (name, _short(before[name]), _short(values[name]))
            for name in FIELDS
            if _short(before[name]) != _short(values[name])
        ],
    )


@undoable("account.remove")
def remove(work: Work, actor: Actor, address: str) -> bool:
    """Delete an account that never had mail (True); another one is made inactive, its tickets stay."""
    require(work, actor, "administer", "account.remove")
    there = find(work, address)
    used = any(
        work.value(select(table.c.id).where(table.c.account_id == there.id).limit(1)) is not None
        for table in (t.delivery, t.ticket, t.letter, t.outgoing)
    )
    if used:
        work.update(t.account, there.id, active=False)
    else:
        work.execute(t.folder.delete().where(t.folder.c.account_id == there.id))
        work.execute(t.account_state.delete().where(t.account_state.c.account_id == there.id))
        work.delete_where(t.account, t.account.c.id == there.id)
    work.forget()
    history.record(
        work,
        actor,
        "account.remove",
        subject=("account", there.id),
        changes=[("active", there.active, False)],
    )
    return not used


def listed(work: Work, actor: Actor, active_only: bool = False) -> list[AccountView]:
    """Accounts in the order they were created."""
    require(work, actor, "see own", "account.list")
    statement = select(t.account).order_by(t.account.c.id)
    if active_only:
        statement = statement.where(t.account.c.active)
    states = {row.account_id: row for row in work.rows(select(t.account_state))}
    return [_view(row, states.get(row.id)) for row in work.rows(statement)]


def show(work: Work, actor: Actor, address: str) -> AccountView:
    """One account by its address or number."""
    require(work, actor, "see own", "account.show")
    return find(work, address)


def find(work: Work, address: str) -> AccountView:
    """One account by its address or number; NotFound where there is none."""
    key = address.strip().casefold()
    row = work.first(select(t.account).where(t.account.c.key == key))
    if row is None and key.isascii() and key.isdigit():
        row = work.first(select(t.account).where(t.account.c.id == int(key)))
    if row is None:
        raise NotFound(
            _("There is no account {address}. See: deskterm accounts list").format(address=address)
        )
    return _view(row, work.first(select(t.account_state).where(t.account_state.c.account_id == row.id)))


def first(work: Work) -> int | None:
    """The number of the account to take where none was named: the first active one."""
    found: int | None = work.value(
        select(t.account.c.id).order_by(t.account.c.active.desc(), t.account.c.id).limit(1)
    )
    return found


NO_HOST = {
    "incoming": N_("The incoming server is missing. Where there is none, say that it receives by none."),
    "outgoing": N_("The outgoing server is missing. Where there is none, say that it sends by none."),
}


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as stored: address checked, ports filled in, words of the right kind."""
    values = dict(given)
    address = str(values["address"]).strip()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or any(sign.isspace() for sign in address):
        raise BadData(_("{address} is no e-mail address.").format(address=address))
    values.update(address=address, key=address.casefold(), login=values["login"] or address)
    for name, allowed in ONE_OF.items():
        if values[name] not in allowed:
            raise BadData(
                _("{field} is one of {allowed}, not {value}.").format(
                    field=name.replace("_", " "), allowed=", ".join(allowed), value=values[name]
                )
            )
    for way in ("incoming", "outgoing"):
        if values[way] == "none":
            values.update({f"{way}_host": "", f"{way}_port": 0})
        elif not values[f"{way}_host"]:
            raise BadData(_(NO_HOST[way]))
        elif not values[f"{way}_port"]:
            values[f"{way}_port"] = PORTS[values[way], values[f"{way}_security"]]
        if not 0 <= int(values[f"{way}_port"]) <= 65_535:
            raise BadData(_("A port is a number from 1 to 65535."))
    if values["incoming"] == "pop3":
        _check_pop3(values)
    if values["after"] == "move" and not values["after_folder"]:
        raise BadData(_("Say which folder letters are moved to."))
    if values["attachments_folder"] and not os.path.isabs(values["attachments_folder"]):
        raise BadData(
            _("The folder for attachments is a whole path from the root, not {folder}.").format(
                folder=values["attachments_folder"]
            )
        )
    if int(values["poll_seconds"]) < 5:
        raise BadData(_("The mailbox is looked at every 5 seconds at the most."))
    values["folders"] = [name for name in values["folders"] if name] or ["INBOX"]
    return {name: value for name, value in values.items() if name in FIELDS or name == "key"}


def _check_pop3(values: Mapping[str, Any]) -> None:
    """POP3 has one folder and no marks: letters stay or are deleted, *seen* means that they stay."""
    if values["after"] == "move":
        raise BadData(
            _("A POP3 server has no folders to move letters to: leave or delete them there, or use IMAP.")
        )
    if values["reads_junk"]:
        raise BadData(_("A POP3 server shows no Junk folder. Leave it unread, or use IMAP."))


def _view(row: Any, state: Any) -> AccountView:
    values = {name: row._mapping[name] for name in FIELDS}
    values["folders"] = tuple(row.folders)
    return AccountView(id=row.id, state=dict(state._mapping) if state is not None else {}, **values)


def _short(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
