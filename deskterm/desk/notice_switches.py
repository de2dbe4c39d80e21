"""Who is told of which kind of change: the desk's switches, and what each agent wants of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from deskterm.desk import history
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.notice_kinds import ALWAYS, AUDIENCES, KINDS, NoticeKind
from deskterm.desk.rights import require
from deskterm.desk.staff import Member
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

CHANNELS: Final = ("mail", "screen")


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A kind of change and who is told of it; `customer` None: never, whatever is switched."""

    kind: str
    title: str
    customer: bool | None
    responsible: bool
    administrators: bool
    team: bool
    watchers: bool
    changed: bool
    """Whether the desk set it otherwise than it comes."""


@dataclass(frozen=True, slots=True)
class OwnNotice:
    """How an agent wants to be told of a kind of change."""

    kind: str
    title: str
    mail: bool
    screen: bool


SWITCHES = Query(select(t.notice_switch))


def in_force(work: Work) -> dict[str, NoticeKind]:
    """Every kind with the switches as the desk has them."""
    rows = {row.kind: row for row in work.rows(SWITCHES)}
    return {name: _switched(kind, rows.get(name)) for name, kind in KINDS.items()}


def listed(work: Work, actor: Actor) -> list[NoticeView]:
    """Every kind of change and who is told of it."""
    require(work, actor, "administer", "notice.list")
    return [
        NoticeView(
            kind=kind.name,
            title=_(kind.title),
            customer=kind.customer,
            responsible=kind.responsible,
            administrators=kind.administrators,
            team=kind.team,
            watchers=kind.watchers,
            changed=kind != KINDS[kind.name],
        )
        for kind in in_force(work).values()
    ]


@undoable("notice.edit")
def edit(work: Work, actor: Actor, kind: str, switches: Mapping[str, bool]) -> None:
    """Switch who is told of a kind of change; BadData for what cannot be switched."""
    require(work, actor, "administer", "notice.edit")
    known = _known(kind)
    before = in_force(work)[kind]
    for audience, on in switches.items():
        if audience not in AUDIENCES:
            raise BadData(
                _("Nobody is called {name} here. There are: {names}.").format(
                    name=audience, names=", ".join(AUDIENCES)
                )
            )
        if audience == "customer" and known.customer is None and on:
            raise BadData(_("Customers are never told of this kind of change."))
        if (kind, audience) in ALWAYS and not on:
            raise BadData(_("The answer itself is what the customer gets: this cannot be switched off."))
    values = {name: bool(switches.get(name, getattr(before, name))) for name in AUDIENCES}
    changes = [(name, bool(getattr(before, name)), value) for name, value in values.items()]
    changes = [change for change in changes if change[1] != change[2]]
    if not changes:
        return
    there = t.notice_switch.c.kind == kind
    if not work.update_where(t.notice_switch, there, **values):
        work.insert(t.notice_switch, kind=kind, **values)
    history.record(work, actor, "notice.edit", changes=[("kind", None, kind), *changes])


@undoable("notice.edit")
def reset(work: Work, actor: Actor, kind: str) -> None:
    """Let a kind of change be told as it comes."""
    require(work, actor, "administer", "notice.edit")
    _known(kind)
    if work.delete_where(t.notice_switch, t.notice_switch.c.kind == kind):
        history.record(work, actor, "notice.edit", changes=[("kind", kind, None)])


def own(work: Work, actor: Actor, agent_id: int | None = None) -> list[OwnNotice]:
    """How an agent is told of each kind; oneself where none is named, others for administrators."""
    wanted = _wanted(work, _whose(work, actor, agent_id, "notice.own"))
    return [OwnNotice(kind.name, _(kind.title), *_channels(wanted, kind.name)) for kind in KINDS.values()]


@undoable("notice.own")
def set_own(
    work: Work,
    actor: Actor,
    kind: str,
    *,
    mail: bool | None = None,
    screen: bool | None = None,
    agent_id: int | None = None,
) -> None:
    """Choose how to be told of a kind; what is None stays."""
    id = _whose(work, actor, agent_id, "notice.own")
    _known(kind)
    wanted = _wanted(work, id)
    before = _channels(wanted, kind)
    after = (before[0] if mail is None else mail, before[1] if screen is None else screen)
    if before == after:
        return
    kept = {name: value for name, value in wanted.items() if name != kind}
    if after != (True, True):
        kept[kind] = list(after)
    work.update(t.agent, id, notices=kept or None)
    history.record(
        work,
        actor,
        "notice.own",
        subject=("agent", id),
        changes=[(f"{kind}.{name}", before[at], after[at]) for at, name in enumerate(CHANNELS)],
    )


def by_mail(member: Member, kind: str) -> bool:
    """Whether an agent wants letters about a kind of change."""
    return _channels(member.notices, kind)[0]


def on_screen(member: Member, kind: str) -> bool:
    """Whether an agent wants to see a kind of change on screen."""
    return _channels(member.notices, kind)[1]


def _switched(kind: NoticeKind, row: Any | None) -> NoticeKind:
    if row is None:
        return kind
    values: dict[str, Any] = {name: bool(getattr(row, name)) for name in AUDIENCES}
    if kind.customer is None:
        values["customer"] = None
    return replace(kind, **values)


def _known(kind: str) -> NoticeKind:
    if kind not in KINDS:
        raise NotFound(
            _("There is no kind of change {name}. There are: {names}.").format(
                name=kind, names=", ".join(KINDS)
            )
        )
    return KINDS[kind]


def _whose(work: Work, actor: Actor, agent_id: int | None, act: str) -> int:
    """The agent whose choice it is; others' are an administrator's business."""
    id = actor.agent_id if agent_id is None else agent_id
    require(work, actor, "see own" if id == actor.agent_id else "administer", act)
    if id is None or work.value(select(t.agent.c.id).where(t.agent.c.id == id)) is None:
        raise NotFound(_("There is no such agent."))
    return id


def _wanted(work: Work, agent_id: int) -> dict[str, Any]:
    return dict(work.value(select(t.agent.c.notices).where(t.agent.c.id == agent_id)) or {})


def _channels(wanted: Mapping[str, Any], kind: str) -> tuple[bool, bool]:
    """(by mail, on screen); both unless he wants it otherwise."""
    said = wanted.get(kind)
    return (bool(said[0]), bool(said[1])) if isinstance(said, list) and len(said) == 2 else (True, True)
