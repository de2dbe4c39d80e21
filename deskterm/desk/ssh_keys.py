"""Agents who come over OpenSSH, without an account on the machine and without the store's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from deskterm.clean import clean
from deskterm.confinement import Confinement, command
from deskterm.desk import agents, authorized_keys, history
from deskterm.desk.actor import Actor
from deskterm.desk.authorized_keys import Entry
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class Session:
    """What a key opens: the desk's folder, how its database is found, which editor there is."""

    home: Path
    database: str = ""
    """The address of a PostgreSQL database; never with a password."""
    editor: str = ""


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key of an agent; `active`: whether its agent may come in."""

    login: str
    name: str
    kind: str
    fingerprint: str
    comment: str
    editor: str
    active: bool


def add(work: Work, actor: Actor, login: str, key: str, file: Path, session: Session) -> str:
    """Let an agent in by a public key; gives its fingerprint.

    Refused for a key that stands in the file already: of two lines for one key OpenSSH takes the first,
    which may give a shell.
    """
    require(work, actor, "administer", "agent.ssh-key.add")
    agent = agents.find(work, login)
    if not agent.active:
        raise BadData(_("The agent {login} is no longer active.").format(login=login))
    if session.database and make_url(session.database).password is not None:
        raise BadData(_("Put the database's password into ~/.pgpass, not into its address."))
    read = authorized_keys.read_key(key)
    try:
        Confinement.of(session.home, agent.login, read.fingerprint, session.editor)
    except ValueError:
        raise BadData(
            _("The login and the editor may hold letters, digits and . _ - only: {login} {editor}").format(
                login=agent.login, editor=session.editor
            )
        ) from None
    there = next((one for one in authorized_keys.entries(file) if one.fingerprint == read.fingerprint), None)
    if there is not None:
        raise BadData(
            _("This key stands in {file} already, for {whom}. Take it away there first.").format(
                file=file, whom=there.login or _("somebody without restrictions")
            )
        )
    arguments = ["--home", str(session.home), "session", agent.login, "--key", read.fingerprint]
    if session.editor:
        arguments += ["--editor", session.editor]
    surroundings = {"DESKTERM_DATABASE_URL": session.database} if session.database else {}
    line = authorized_keys.line(read, agent.login, command(arguments, surroundings))
    history.record(
        work,
        actor,
        "agent.ssh-key.add",
        subject=("agent", agent.id),
        changes=[("key", None, read.fingerprint)],
    )
    authorized_keys.change(file, lambda lines: [*lines, line])
    return read.fingerprint


def remove(work: Work, actor: Actor, login: str, fingerprint: str | None, file: Path) -> list[str]:
    """Take a key of an agent away, or all of his; their fingerprints. A session that is open stays open."""
    require(work, actor, "administer", "agent.ssh-key.remove")
    gone = [
        one.fingerprint
        for one in authorized_keys.entries(file)
        if one.login == login and fingerprint in (None, one.fingerprint)
    ]
    if not gone:
        raise NotFound(_("{login} has no such key in {file}.").format(login=login, file=file))
    known = work.first(t.agent.select().where(t.agent.c.login == login))
    history.record(
        work,
        actor,
        "agent.ssh-key.remove",
        subject=("agent", known.id) if known is not None else None,
        changes=[("key", one, None) for one in gone],
    )

    def without(lines: Sequence[str]) -> list[str]:
        known = ((text, authorized_keys.entry(text)) for text in lines)
        return [text for text, one in known if not (one and one.login == login and one.fingerprint in gone)]

    authorized_keys.change(file, without)
    return gone


def listed(work: Work, actor: Actor, file: Path, login: str | None = None) -> list[KeyView]:
    """The keys of agents in a file."""
    require(work, actor, "administer", "agent.ssh-key.list")
    known = {agent.login: agent for agent in agents.listed(work, actor)}
    return [
        KeyView(
            login=one.login,
            name=known[one.login].name if one.login in known else "",
            kind=one.kind,
            fingerprint=one.fingerprint,
            comment=clean(one.comment),
            editor=one.editor,
            active=one.login in known and known[one.login].active,
        )
        for one in authorized_keys.entries(file)
        if one.login and login in (None, one.login)
    ]


def of_agents(file: Path) -> list[Entry]:
    """Keys by which agents come in."""
    return [one for one in authorized_keys.entries(file) if one.login]


def others(file: Path) -> list[Entry]:
    """Keys of the same account that are not ours and open a shell: who holds one reads the store."""
    return [one for one in authorized_keys.entries(file) if not one.login and not one.walled]


def refused(work: Work, actor: Actor, command: str) -> None:
    """Note in the audit what a session asked for besides its files."""
    require(work, actor, "see own", "ssh")
    work.insert_unnoted(
        t.refusal,
        at=work.now,
        actor=actor.login,
        act=f"ssh: {clean(command)[:200]}",
        right="shell",
        ticket_id=None,
    )
