"""Putting rows back as they were before an act: what may be, in which order, and what follows from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError

from deskterm.desk import (
    changed_since,
    counts,
    history,
    notices,
    notifications,
    outbox,
    posting,
    reading_of_others,
    roles,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import Changed
from deskterm.desk.fields import FIELD_TITLES
from deskterm.desk.undo import MAIL, MARKED, PERSONAL, SOFT, compared, tickets_of
from deskterm.i18n import N_, _, n_
from deskterm.store import fulltext, journal
from deskterm.store import tables as t
from deskterm.store.journal import Key
from deskterm.store.work import Work

WAITS: Final = frozenset({"waiting", "queued", "withdrawn"})
"""States of a letter nobody has tried to send."""

OF_ANSWER: Final = frozenset({"message", "attachment", "draft", "message_ref"})
"""What an answer is made of: taking it back makes a draft of it again."""

POWER: Final = frozenset({"agent", "team", "role"})
"""Tables that give rights."""

TITLES: Final[dict[str, str]] = {
    "message": N_("message"),
    "ticket_id": N_("ticket"),
    "deleted_at": N_("deleted"),
    "binned_at": N_("deleted"),
    "merged_into": N_("merge"),
    "participant": N_("participants"),
    "excluded": N_("participants"),
    "ticket_link": N_("link"),
    "tab": N_("tab"),
    "tab_ticket": N_("tab"),
    "watch": N_("watching"),
    "favorite": N_("favorite"),
    "letter": N_("letter"),
    "triage": N_("letter"),
    "messages": N_("messages"),
}
"""What people call the tables and columns an undo may stumble over, beside the fields of a ticket."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """What was put back, and what could not be."""

    tickets: tuple[int, ...]
    notes: tuple[str, ...]
    draft_key: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One row to put back."""

    table: Table
    key: Key
    before: journal.State
    after: journal.State

    @property
    def name(self) -> str:
        return str(self.table.name)


@dataclass(slots=True)
class _Undoing:
    """An act that is being undone."""

    work: Work
    actor: Actor
    row: Any
    steps: list[Step]
    now: dict[tuple[str, Key], Any]
    """The rows as they are, by table and key."""
    notes: list[str] = field(default_factory=list)
    lenient: bool = False
    """Of an answer: it is taken back whatever else has changed since."""

    def tickets(self, steps: Iterable[Step]) -> list[int]:
        found: dict[int, None] = {}
        for step in steps:
            row = self.now.get((step.name, step.key))
            for state in (step.before, step.after, None if row is None else row._mapping):
                found.update(dict.fromkeys(tickets_of(step.name, step.key, state)))
        return list(found)


def put_back(work: Work, actor: Actor, row: Any) -> PutBack:
    """Undo what a row of `reversal` says; Changed where somebody changed the same since."""
    steps = [
        Step(_table(name), tuple(key), journal.real(before), journal.real(after))
        for name, key, before, after in row.rows
    ]
    undoing = _Undoing(work, actor, row, steps, _now(work, steps))
    answers = _answers(undoing)
    undoing.lenient = bool(answers)
    doable = [
        checked
        for step in steps
        if not _goes_with(step, answers) and (checked := _checked(undoing, step)) is not None
    ]
    left = _withdraw(undoing, {outgoing_id for outgoing_id, _message_id in answers})
    _write(undoing, doable)
    if any(step.name in POWER for step in doable):
        roles.keep_an_administrator(work)
    if not answers:
        left += _decide_back(undoing)
    draft_key = None
    for outgoing_id, _message_id in answers:
        if _waits(work, outgoing_id):
            draft_key = outbox.withdraw(work, actor, outgoing_id).key
        else:
            left += 1
    if left:
        undoing.notes.append(
            n_(
                "{number} letter has left already and stays sent.",
                "{number} letters have left already and stay sent.",
                left,
            ).format(number=left)
        )
    return PutBack(tuple(undoing.tickets(steps)), tuple(undoing.notes), draft_key)


def _now(work: Work, steps: Sequence[Step]) -> dict[tuple[str, Key], Any]:
    keys: dict[str, list[Key]] = defaultdict(list)
    for step in steps:
        keys[step.name].append(step.key)
    return {
        (name, key): row
        for name, wanted in keys.items()
        for key, row in work.rows_of(_table(name), wanted).items()
    }


def _answers(undoing: _Undoing) -> list[tuple[int, int]]:
    """The answers an act queued: (outgoing letter, message)."""
    return [
        (int(step.key[0]), int(step.after["message_id"]))
        for step in undoing.steps
        if step.name == "outgoing"
        and step.before is None
        and step.after is not None
        and step.after["kind"] == "answer"
        and step.after["message_id"] is not None
    ]


def _goes_with(step: Step, answers: Sequence[tuple[int, int]]) -> bool:
    """Whether a row is dealt with by withdrawing a letter, or by making a draft of an answer again."""
    if step.name in MAIL:
        # that a letter of ours went to another ticket with its message is put back like anything else
        return step.before is None or step.after is None or set(step.after) != {"ticket_id"}
    messages = {message_id for _outgoing_id, message_id in answers}
    if not messages or step.name not in OF_ANSWER:
        return False
    if step.name == "message":
        return step.key[0] in messages
    if step.name == "draft":
        return step.after is None
    return (step.after or {}).get("message_id") in messages


def _checked(undoing: _Undoing, step: Step) -> Step | None:
    """The step as far as it can be done, None where it is passed over; Changed where it must not be."""
    row = undoing.now.get((step.name, step.key))
    if step.after is None:
        different = None if row is None else step.name
    elif row is None:
        different = step.name
    else:
        now = row._mapping
        wanted = compared(step.name, step.after)
        others = [name for name, value in wanted.items() if now[name] != value]
        if not others:
            different = _grown(undoing, step)
        elif step.name == "delivery" and step.before is not None and now["wish"] == "":
            undoing.notes.append(
                _("The letter has been moved on its mail server already and stays where it is.")
            )
            return None
        elif undoing.lenient and step.before is not None:
            same = wanted.keys() - others
            return Step(
                step.table,
                step.key,
                {name: step.before[name] for name in same},
                {name: step.after[name] for name in same},
            )
        else:
            different = others[0]
    if different is None:
        return step
    if step.name in SOFT or undoing.lenient:
        return None
    known = row._mapping if row is not None else {**(step.before or {}), **(step.after or {})}
    place = changed_since.Place(step.name, step.key, known, undoing.tickets([step]))
    who = changed_since.who(undoing.work, undoing.actor, undoing.row.last_event, place, different)
    raise Changed(
        _("{who} changed this since ({what}). It cannot be undone any more.").format(
            who=who, what=_title(different, step.name)
        ),
        different,
        who,
        None if row is None else row._mapping.get(different),
    )


def _grown(undoing: _Undoing, step: Step) -> str | None:
    """'messages' where a ticket the act made has messages the act did not put there."""
    if step.before is not None or step.name != "ticket":
        return None
    put = {other.key[0] for other in undoing.steps if other.name == "message"}
    c = t.message.c
    there = undoing.work.values(select(c.id).where(c.ticket_id == step.key[0], c.deleted_at.is_(None)))
    return "messages" if set(there) - put else None


def _write(undoing: _Undoing, steps: list[Step]) -> None:
    work = undoing.work
    shared = undoing.tickets(step for step in steps if not _personal(step))
    before = _places(work, shared)
    moved = [step for step in steps if step.name == "message"]
    homes = set(undoing.tickets(moved))
    states = reading_of_others.states(work, [step.key[0] for step in moved], homes)
    at = ""
    try:
        with work.savepoint():
            for step in reversed(steps):
                at = step.name
                _back(undoing, step)
    except IntegrityError as error:
        sentence = _("Somebody uses it by now ({what}). It cannot be undone any more.")
        raise Changed(sentence.format(what=_title(at, at)), at, _("Somebody"), None) from error
    if homes:
        for id in homes:
            posting.sum_up(work, id)
        reading_of_others.keep(work, states, homes)
        went = [step.key[0] for step in moved if "ticket_id" in (step.before or {})]
        posting.index_moved(work, went, homes)
    after = _places(work, shared)
    counts.moved_many(work, [(before[id], after[id]) for id in shared])
    changes = _changes(steps)
    own = {step.key[0] for step in steps if step.name == "ticket"}
    for id in shared:
        if id not in own:
            work.update(t.ticket, id, changed_at=work.now, version=t.ticket.c.version + 1)
        event_id = history.record(
            work,
            undoing.actor,
            "undo",
            ticket_id=id,
            subject=("reversal", undoing.row.id),
            changes=changes.get(id, ()),
        )
        notices.tell(work, id, event_id)
    if not shared:
        history.record(work, undoing.actor, "undo", subject=("reversal", undoing.row.id))


_LET_GO: Final[dict[str, dict[str, None]]] = {
    "ticket": {"client_id": None, "contact_id": None},
    "message": {"author_contact_id": None},
}
"""What a row that is only marked as gone points at no more: its act may have made that too."""


def _back(undoing: _Undoing, step: Step) -> None:
    work = undoing.work
    here = journal.by_key(step.table, step.key)
    if step.before is None:
        if step.name in MARKED:
            work.update(step.table, step.key[0], deleted_at=work.now, **_LET_GO.get(step.name, {}))
            if step.name == "message":
                fulltext.forget(work, [step.key[0]])
        elif step.name == "black_entry":
            # letters it blocked meanwhile name it
            work.update(step.table, step.key[0], active=False)
        else:
            work.execute(step.table.delete().where(here))
        return
    if step.after is None:
        work.execute(step.table.insert().values(**step.before))
        return
    values = compared(step.name, step.before)
    if not values:
        return
    if step.name in ("ticket", "letter"):
        values["version"] = step.table.c.version + 1
    if step.name == "ticket":
        values["changed_at"] = work.now
    work.execute(step.table.update().where(here).values(**values))
    if step.name == "ticket" and "subject" in values:
        posting.index_subject(work, step.key[0])
    if step.name == "message" and "deleted_at" in values:
        if values["deleted_at"] is None:
            posting.index_again(work, [step.key[0]])
        else:
            fulltext.forget(work, [step.key[0]])


def _withdraw(undoing: _Undoing, answers: set[int]) -> int:
    """Stop the letters an act queued, and the notices of it, that have not left; how many have."""
    work, row = undoing.work, undoing.row
    notifications.withdraw(work, row.first_event, row.last_event)
    c = t.outgoing.c
    ids = {step.key[0] for step in undoing.steps if step.name == "outgoing" and step.before is None}
    ids.update(
        work.values(
            select(c.id).where(
                c.event_id >= row.first_event, c.event_id <= row.last_event, c.kind != "answer"
            )
        )
    )
    left = 0
    for id in sorted(ids - answers):
        if _waits(work, id):
            outbox.set_state(work, id, ("waiting", "queued"), state="withdrawn", settled_at=work.now)
            outbox.sum_up(work, id)
        else:
            left += 1
    return left


def _decide_back(undoing: _Undoing) -> int:
    """Let copies stand as they did before somebody decided about them; how many have gone on since."""
    work, gone, letters = undoing.work, 0, set()
    for step in undoing.steps:
        if step.name != "outbox" or step.before is None or step.after is None:
            continue
        row = undoing.now.get((step.name, step.key))
        if row is None or any(row._mapping[name] != value for name, value in step.after.items()):
            gone += 1
            continue
        work.update_where(t.outbox, t.outbox.c.id == step.key[0], **step.before)
        letters.add(row.outgoing_id)
    for id in letters:
        outbox.sum_up(work, id)
        outbox.record(work, undoing.actor, "undo", outbox.find(work, id))
    return gone


def _waits(work: Work, outgoing_id: int) -> bool:
    """Whether nobody has tried to send any copy of a letter."""
    c = t.outbox.c
    rows = work.rows(select(c.state, c.attempts).where(c.outgoing_id == outgoing_id))
    return all(row.state in WAITS and not row.attempts for row in rows)


def _personal(step: Step) -> bool:
    shared_favorite = step.name == "favorite" and bool(step.key[2])
    return step.name in PERSONAL or (step.name == "favorite" and not shared_favorite)


def _changes(steps: Iterable[Step]) -> dict[int, list[tuple[str, Any, Any]]]:
    """What an undo changes of each ticket, for the history."""
    found: dict[int, list[tuple[str, Any, Any]]] = defaultdict(list)
    for step in steps:
        if step.name == "ticket" and step.before is not None:
            found[step.key[0]].extend(
                (name, _short((step.after or {}).get(name)), _short(value))
                for name, value in compared(step.name, step.before).items()
            )
        if step.name == "ticket" and step.before is None:
            found[step.key[0]].append(("deleted_at", None, "undo"))
    return found


def _places(work: Work, ticket_ids: Sequence[int]) -> dict[int, counts.Place | None]:
    """Where tickets count; None for those that do not."""
    c = t.ticket.c
    places: dict[int, counts.Place | None] = dict.fromkeys(ticket_ids)
    for start in range(0, len(ticket_ids), 500):
        for row in work.rows(
            select(c.id, c.responsible_id, c.rubric_id, c.status_class).where(
                c.id.in_(ticket_ids[start : start + 500]), c.merged_into.is_(None), c.deleted_at.is_(None)
            )
        ):
            places[row.id] = counts.place(row.responsible_id, row.rubric_id, row.status_class)
    return places


def _title(different: str, table: str) -> str:
    titles = {**TITLES, **FIELD_TITLES}
    return _(titles.get(different) or titles.get(table) or different)


def _short(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _table(name: str) -> Table:
    table = getattr(t, name)
    assert isinstance(table, Table)
    return table
