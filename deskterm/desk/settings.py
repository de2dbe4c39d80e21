"""Settings of the desk: a table of what there is, with default and kind."""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.prepared import Asked, Query
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Known:
    """A setting there is.

    Its kind is 'switch', 'number', 'text', 'zone', 'addresses', 'status' (a status by its key, where it has
    none by number) or 'responsible' (an agent by login, a team as `team:` and its name).
    """

    name: str
    kind: str
    default: Any
    title: str
    most: int = 0
    """The largest number it takes."""


DAYS, SECONDS, MEGABYTES, LETTERS = 3650, 24 * 60 * 60, 1024, 1_000_000
"""The most of each that makes sense; what is larger would overflow moments and sizes made of it."""


KNOWN: tuple[Known, ...] = (
    Known("mail_on", "switch", True, N_("receive and send mail; off: the outbox keeps its letters")),
    Known(
        "undo_seconds",
        "number",
        limits.UNDO_SECONDS,
        N_("seconds an answer waits and can be taken back"),
        SECONDS,
    ),
    Known("main_account_answers", "switch", False, N_("the main account answers always")),
    Known("take_on_answer", "switch", True, N_("who answers a ticket of nobody becomes responsible")),
    Known("status_after_answer", "status", "customer", N_("status an answer sets; empty: it stays")),
    Known(
        "hidden_by_default", "switch", False, N_("what agents write is internal unless they say otherwise")
    ),
    Known(
        "attachment_limit_customer_mb",
        "number",
        limits.LETTER_BYTES // limits.MIB,
        N_("megabytes a file of a customer's letter may have"),
        MEGABYTES,
    ),
    Known(
        "attachment_limit_agent_mb",
        "number",
        limits.AGENT_ATTACHMENT_BYTES // limits.MIB,
        N_("megabytes the files of one message of an agent may have together"),
        MEGABYTES,
    ),
    Known(
        "default_responsible",
        "responsible",
        "",
        N_("who gets new tickets nothing else gives to somebody: a login, or team: and its name"),
    ),
    Known(
        "stand_in",
        "switch",
        True,
        N_("tickets of somebody absent: his team is told of them too, else administrators"),
    ),
    Known("reopen_days", "number", 0, N_("days a closed ticket still reopens; 0: always"), DAYS),
    Known(
        "auto_close_days",
        "number",
        7,
        N_("days after an agent's last public message a ticket closes by itself; 0: never"),
        DAYS,
    ),
    Known(
        "close_warning_days",
        "number",
        0,
        N_("days before that its customer is told; 0: he is not"),
        DAYS,
    ),
    Known(
        "wake_on_reply",
        "switch",
        True,
        N_("a customer's letter wakes a snoozed ticket; off: it only becomes unread"),
    ),
    Known("desk_name", "text", "", N_("name of the desk in letters")),
    Known("time_zone", "zone", "", N_("time zone of the desk, like Europe/Berlin; empty: the machine's")),
    Known(
        "own_addresses",
        "addresses",
        "",
        N_("further addresses of the desk (other names, forwarding), commas between them"),
    ),
    Known(
        "automatic_per_address_hour",
        "number",
        limits.AUTOMATIC_PER_ADDRESS_HOUR,
        N_("automatic letters an hour to one address"),
        LETTERS,
    ),
    Known(
        "automatic_per_account_hour",
        "number",
        limits.AUTOMATIC_PER_ACCOUNT_HOUR,
        N_("automatic letters an hour from one account"),
        LETTERS,
    ),
    Known(
        "bin_days", "number", limits.BIN_DAYS, N_("days the Bin keeps what was deleted; 0: for ever"), DAYS
    ),
    Known(
        "notification_days",
        "number",
        limits.NOTIFICATION_DAYS,
        N_("days notices on screen are kept after they were seen"),
        DAYS,
    ),
    Known("check_now", "number", 0, N_("raised to ask the worker to look for mail at once"), 2**53),
)
_BY_NAME = {known.name: known for known in KNOWN}
TEAM = "team:"
"""What stands before a team's name where an agent's login could stand."""


def get(work: Work, name: str) -> Any:
    """The value of a setting, or its default."""
    return work.remembered("settings", lambda: _values(work)).get(name, _BY_NAME[name].default)


def listed(work: Work) -> list[tuple[Known, Any]]:
    """Every setting with its value."""
    there = _values(work)
    return [(known, there.get(known.name, known.default)) for known in KNOWN]


@undoable("setting.set")
def set(work: Work, actor: Actor, name: str, value: Any) -> None:
    """Change a setting; text is brought to the setting's kind, BadData where it does not fit."""
    require(work, actor, "administer", "setting.set")
    if name not in _BY_NAME:
        raise BadData(_("There is no setting {name}. See: deskterm settings list").format(name=name))
    _put(work, actor, name, _fitting(work, _BY_NAME[name], value))


def check_mail_now(work: Work, actor: Actor) -> None:
    """Ask the worker to look for mail at once."""
    require(work, actor, "see own", "mail.check")
    _put(work, actor, "check_now", int(get(work, "check_now")) + 1)


def asked() -> Asked:
    """What `get` asks, once in a unit of work."""
    return _ALL, {}


_ALL = Query(select(t.setting))


def _values(work: Work) -> dict[str, Any]:
    return {row.name: row.value for row in work.rows(_ALL)}


def _put(work: Work, actor: Actor, name: str, value: Any) -> None:
    before = get(work, name)
    work.forget()
    if not work.update_where(t.setting, t.setting.c.name == name, value=value):
        work.insert(t.setting, name=name, value=value)
    history.record(work, actor, "setting.set", changes=[(name, before, value)])


def _fitting(work: Work, known: Known, value: Any) -> Any:
    if known.kind == "switch" and isinstance(value, str):
        folded = value.strip().casefold()
        if folded in ("on", "yes", "true", "1"):
            return True
        if folded in ("off", "no", "false", "0"):
            return False
        raise BadData(_("{name} is on or off, not {value}.").format(name=known.name, value=value))
    if known.kind == "number":
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = -1
        if not 0 <= number <= known.most:
            told = _("{name} is a whole number from 0 to {most}, not {value}.")
            raise BadData(told.format(name=known.name, most=known.most, value=value))
        return number
    if known.kind == "zone" and value and str(value) not in zoneinfo.available_timezones():
        raise BadData(_("There is no time zone {name}. One is called like Europe/Berlin.").format(name=value))
    if known.kind == "addresses":
        return ", ".join(_addresses(str(value)))
    if known.kind == "status" and value:
        return _status(work, str(value))
    if known.kind == "responsible" and value:
        return _responsible(work, str(value).strip())
    return value


def _status(work: Work, said: str) -> str:
    """The key, else the number, of a status said by key, number or name."""
    from deskterm.desk import statuses

    found = statuses.find(work, said)
    return found.key or str(found.id)


def _responsible(work: Work, said: str) -> str:
    """An active agent's login, or `team:` and an active team's name; BadData where there is none."""
    team, agent = t.team.c, t.agent.c
    if said.startswith(TEAM):
        named = said.removeprefix(TEAM).strip()
        found = work.value(select(team.name).where(team.name == named, team.active))
    else:
        found = work.value(select(agent.login).where(agent.login == said, agent.active))
    if found is None:
        raise BadData(_("There is no such active agent or team."))
    return TEAM + found if said.startswith(TEAM) else str(found)


def _addresses(text: str) -> list[str]:
    """Addresses with commas, semicolons or blanks between them, each once."""
    found = dict.fromkeys(re.split(r"[\s,;]+", text.strip()) if text.strip() else ())
    for address in filter(None, found):
        local, at, domain = address.rpartition("@")
        if not (local and at and domain) or any(mark in address for mark in '<>"'):
            raise BadData(_("{address} is no e-mail address.").format(address=address))
    return [address for address in found if address]
