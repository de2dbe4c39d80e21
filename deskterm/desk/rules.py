"""Rules (monitoring elements): ordered per account, the first whose conditions all hold decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select

from deskterm import limits
from deskterm.desk import accounts, addresses, history, rule_conditions, rule_effects
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import at_the_machine, require
from deskterm.desk.rule_conditions import Condition, Facts
from deskterm.desk.undo import undoable
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.store import tables as t
from deskterm.store.work import Work


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as people read it; `account` is '' for one of every account."""

    id: int
    account: str
    position: int
    name: str
    conditions: tuple[str, ...]
    effects: dict[str, str]
    hits: int
    active: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force."""

    id: int
    name: str
    conditions: tuple[Condition, ...] = ()
    effects: Mapping[str, Any] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """What it asks, as one line."""
        return "; ".join(map(rule_conditions.written, self.conditions)) or _("every letter")


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule tried on a letter: whether it matches, and the first condition that does not hold."""

    rule_id: int
    name: str
    matches: bool
    why: str


@undoable("rule.add")
def add(
    work: Work,
    actor: Actor,
    name: str,
    conditions: Sequence[str | Sequence[Any]] = (),
    effects: Mapping[str, Any] | None = None,
    *,
    account: str | None = None,
    position: int | None = None,
    active: bool = True,
) -> int:
    """Add a rule at the end of its account's, or of every account's, and give its number.

    Conditions are texts (`subject contains invoice`) or `[field, operator, value]`; the values of effects
    are names as people say them.
    """
    require(work, actor, "administer", "rule.add")
    at_the_machine(work, actor, "rule.add", (effects or {}).get("attachments"))
    account_id = accounts.find(work, account).id if account else None
    kept = {key: value for key, value in rule_effects.read(work, effects or {}).items() if value is not None}
    _sensible(kept)
    last = work.value(select(func.max(t.rule.c.position)).where(_scope(account_id)))
    id = work.insert(
        t.rule,
        account_id=account_id,
        position=(last or 0) + 1,
        name=_name(name),
        conditions=_conditions(conditions),
        effects=kept,
        active=active,
        created_at=work.now,
    )
    if position is not None:
        _place(work, id, account_id, position)
    work.forget()
    history.record(work, actor, "rule.add", subject=("rule", id), changes=[("name", None, _name(name))])
    return id


@undoable("rule.edit")
def edit(work: Work, actor: Actor, rule: str | int, changes: Mapping[str, Any]) -> None:
    """Change `name`, `conditions` (all anew), `effects` (those named; '' takes one away) or `active`."""
    require(work, actor, "administer", "rule.edit")
    at_the_machine(work, actor, "rule.edit", (changes.get("effects") or {}).get("attachments"))
    there = _find(work, rule)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = _name(changes["name"])
    if "conditions" in changes:
        values["conditions"] = _conditions(changes["conditions"])
    if "effects" in changes:
        merged = {**there.effects, **rule_effects.read(work, changes["effects"])}
        values["effects"] = {key: value for key, value in merged.items() if value is not None}
        _sensible(values["effects"])
    if "active" in changes:
        values["active"] = bool(changes["active"])
    if not values:
        return
    work.update(t.rule, there.id, **values)
    work.forget()
    history.record(
        work,
        actor,
        "rule.edit",
        subject=("rule", there.id),
        changes=[(name, there._mapping[name], value) for name, value in values.items()],
    )


@undoable("rule.remove")
def remove(work: Work, actor: Actor, rule: str | int) -> bool:
    """Delete a rule no letter or ticket names (True); another one is switched off and stays."""
    require(work, actor, "administer", "rule.remove")
    there = _find(work, rule)
    used = any(
        work.value(select(table.c.id).where(table.c.rule_id == there.id).limit(1)) is not None
        for table in (t.letter, t.ticket)
    )
    if used:
        work.update(t.rule, there.id, active=False)
    else:
        work.delete_where(t.rule, t.rule.c.id == there.id)
        _number(work, _ids(work, there.account_id))
    work.forget()
    history.record(
        work,
        actor,
        "rule.remove",
        subject=("rule", there.id),
        changes=[("name", there.name, None), ("active", there.active, False)],
    )
    return not used


@undoable("rule.move")
def move(work: Work, actor: Actor, rule: str | int, position: int) -> None:
    """Put a rule at a place among its account's, the first being 1."""
    require(work, actor, "administer", "rule.move")
    there = _find(work, rule)
    _place(work, there.id, there.account_id, position)
    work.forget()
    history.record(
        work,
        actor,
        "rule.move",
        subject=("rule", there.id),
        changes=[("position", there.position, position)],
    )


def listed(work: Work, actor: Actor, account: str | None = None) -> list[RuleView]:
    """Rules in the order they are asked: each account's own, then those of every account.

    With an account only what is asked of its letters.
    """
    require(work, actor, "see own", "rule.list")
    statement = select(t.rule)
    if account:
        account_id = accounts.find(work, account).id
        statement = statement.where((t.rule.c.account_id == account_id) | t.rule.c.account_id.is_(None))
    addresses = {row.id: row.address for row in work.rows(select(t.account.c.id, t.account.c.address))}
    return [_view(work, row, addresses) for row in work.rows(statement.order_by(*_ORDER))]


def show(work: Work, actor: Actor, rule: str | int) -> RuleView:
    """One rule by its number or name."""
    require(work, actor, "see own", "rule.show")
    row = _find(work, rule)
    address = work.value(select(t.account.c.address).where(t.account.c.id == row.account_id))
    return _view(work, row, {row.account_id: str(address)} if address else {})


def in_force(work: Work, account_id: int | None) -> list[Rule]:
    """The rules asked of an account's letters, in order; read once in a unit of work."""
    return work.remembered(("rules", account_id), lambda: _in_force(work, account_id))


def matching(work: Work, account_id: int | None, letter: Letter, registered: bool) -> Rule | None:
    """The first rule whose conditions all hold."""
    facts = Facts(letter, registered)
    for rule in in_force(work, account_id):
        if rule_conditions.first_failing(rule.conditions, facts) is None:
            return rule
    return None


def test(work: Work, letter: Letter, account_id: int | None) -> list[Tried]:
    """The rules tried on a letter in order, up to the first that matches; nothing is written."""
    facts = Facts(letter, letter.sender is not None and addresses.is_known(work, letter.sender.key))
    tried: list[Tried] = []
    for rule in in_force(work, account_id):
        failing = rule_conditions.first_failing(rule.conditions, facts)
        why = rule.why if failing is None else rule_conditions.written(failing)
        tried.append(Tried(rule.id, rule.name, failing is None, why))
        if failing is None:
            break
    return tried


def answers(work: Work, rule_id: int | None) -> str:
    """What a ticket's rule says of confirming it: 'yes' machines too, 'no' never, '' nothing."""
    if rule_id is None:
        return ""
    effects = work.value(select(t.rule.c.effects).where(t.rule.c.id == rule_id))
    return str((effects or {}).get("answer", ""))


def hit(work: Work, rule_id: int) -> None:
    """Count that a rule decided about a letter."""
    work.update(t.rule, rule_id, hits=t.rule.c.hits + 1)


_ORDER = (t.rule.c.account_id.is_(None), t.rule.c.account_id, t.rule.c.position, t.rule.c.id)


def _in_force(work: Work, account_id: int | None) -> list[Rule]:
    rows = work.rows(
        select(t.rule)
        .where(t.rule.c.active, (t.rule.c.account_id == account_id) | t.rule.c.account_id.is_(None))
        .order_by(*_ORDER)
    )
    return [Rule(row.id, row.name, tuple(row.conditions), row.effects) for row in rows]


def _find(work: Work, rule: str | int) -> Any:
    """A rule's row by its number, else by its name where only one has it."""
    said = str(rule).strip()
    found = work.rows(select(t.rule).where(t.rule.c.name == said))
    if said.isascii() and said.isdigit():
        found = work.rows(select(t.rule).where(t.rule.c.id == int(said))) or found
    if not found:
        raise NotFound(_("There is no rule {name}. See: deskterm rules list").format(name=said))
    if len(found) > 1:
        raise BadData(_("Several rules are called {name}: say the number.").format(name=said))
    return found[0]


def _view(work: Work, row: Any, addresses: Mapping[int, str]) -> RuleView:
    return RuleView(
        id=row.id,
        account=addresses.get(row.account_id, ""),
        position=row.position,
        name=row.name,
        conditions=tuple(map(rule_conditions.written, row.conditions)),
        effects=rule_effects.shown(work, row.effects),
        hits=row.hits,
        active=row.active,
    )


def _name(name: str) -> str:
    name = " ".join(name.split())[: limits.RULE_NAME_CHARACTERS]
    if not name:
        raise BadData(_("A name is needed."))
    return name


def _conditions(given: Sequence[str | Sequence[Any]]) -> list[Condition]:
    return [
        rule_conditions.parse(one) if isinstance(one, str) else rule_conditions.checked(one) for one in given
    ]


def _sensible(effects: Mapping[str, Any]) -> None:
    """BadData for effects that exclude each other."""
    if effects.get("hold") and effects.get("file"):
        raise BadData(_("A letter is held or filed, not both."))
    if effects.get("silent") and effects.get("answer") == "yes":
        raise BadData(_("A silent rule answers nobody."))


def _scope(account_id: int | None) -> ColumnElement[bool]:
    return t.rule.c.account_id.is_(None) if account_id is None else t.rule.c.account_id == account_id


def _ids(work: Work, account_id: int | None) -> list[int]:
    return work.values(select(t.rule.c.id).where(_scope(account_id)).order_by(t.rule.c.position, t.rule.c.id))


def _place(work: Work, rule_id: int, account_id: int | None, position: int) -> None:
    if position < 1:
        raise BadData(_("The first place is 1."))
    ids = [id for id in _ids(work, account_id) if id != rule_id]
    ids.insert(position - 1, rule_id)
    _number(work, ids)


def _number(work: Work, ids: Sequence[int]) -> None:
    for position, id in enumerate(ids, 1):
        work.update(t.rule, id, position=position)
