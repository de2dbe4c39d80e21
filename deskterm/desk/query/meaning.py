"""What a query means: words that one message must hold, and conditions on the ticket.

Words and fields of messages that stand side by side are looked for in one message. What is excluded may stand
in no message of the ticket that one may see. Everything goes through `visibility` and ends as bound values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from deskterm.desk import reading, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.query import fields, periods, values
from deskterm.desk.query.parse import And, Node, Not, Or, QueryError, Term
from deskterm.i18n import _
from deskterm.store import fulltext, tokens, vocabulary
from deskterm.store import tables as t
from deskterm.store.fulltext import All, Asked, Either, Phrase, Words
from deskterm.store.prepared import by_own_index
from deskterm.store.work import Work

PARTS: Final = {"": "", "from": "sender", "subject": "subject", "file": "files"}
"""Fields that are looked for in a part of the message."""
SHORTEST_BEGINNING: Final = 2
_TOGETHER: Final = re.compile(r"[@./\\:_+#]")
"""Signs within a word that keep its parts one after the other: addresses, file names, numbers of parts."""
_NUMBERS: Final = re.compile(r"(\d{1,17})(?:-(\d{1,17}))?")
_NAMES: Final[Mapping[str, ColumnElement[int]]] = {
    "status": t.ticket.c.status_id,
    "client": t.ticket.c.client_id,
    "responsible": t.ticket.c.responsible_id,
    "team": t.ticket.c.team_id,
    "rubric": t.ticket.c.rubric_id,
    "category": t.ticket.c.category_id,
    "kind": t.ticket.c.kind_id,
    "criticality": t.ticket.c.criticality_id,
    "source": t.ticket.c.source_id,
    "account": t.ticket.c.account_id,
}
_CLASSES: Final = {
    "open": ("active", "waiting"),
    "active": ("active",),
    "waiting": ("waiting",),
    "closed": ("closed",),
}
_PERIODS: Final = {"created": t.ticket.c.created_at, "closed": t.ticket.c.closed_at}
_BOUNDING: Final = ("before", "on", "created")
_NARROW: Final = frozenset(
    {
        *("client", "responsible", "number", "team", "status", "rubric"),
        *(each.name for each in fields.FIELDS if each.kind == "period"),
        *("is:mine", "is:nobody's", "is:favorite", "is:watched", "is:snoozed", "is:overdue"),
    }
)
"""Fields that may leave few tickets, found by an index."""
_COLLECTED: Final = frozenset({"to", "has"})
"""Fields that may leave few tickets, all of which are to be collected first."""


EVERY: Final[ColumnElement[bool]] = true()
"""The rest of a query of words alone: every ticket."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one message holds, and the rest of the query, which is a condition on the ticket."""

    asked: Asked | None
    one_by_one: ColumnElement[bool]
    """The rest, looking at each ticket's own messages and people: for few, or where most are found."""
    gathered: Callable[[], ColumnElement[bool]]
    """The rest, collecting the tickets of all messages and people first."""
    indexed: bool
    """The rest may leave few tickets, and an index tells at once."""
    narrow: bool
    """The rest may leave few tickets."""
    bounded: ColumnElement[bool] | None
    """The periods of the query that say how new a message of its tickets can be."""


def meaning(work: Work, actor: Actor, node: Node) -> Meaning:
    """What a whole query means."""
    members = node.members if isinstance(node, And) else (node,)
    words = [one for one in members if _of_messages(one)]
    others = [one for one in members if not _of_messages(one)]
    reader = _Reader(work, actor)
    asked = [reader.asked(one) for one in words]
    bounds = [bound for one in others if isinstance(one, Term) and (bound := reader.bound(one)) is not None]
    return Meaning(
        asked=None if not asked else asked[0] if len(asked) == 1 else All(tuple(asked)),
        one_by_one=_all_of(map(reader.condition, others)),
        gathered=lambda: _all_of(map(_Reader(work, actor, gathers=True).condition, others)),
        indexed=any(_names(one) & _NARROW for one in others),
        narrow=any(_names(one) & (_NARROW | _COLLECTED) for one in others),
        bounded=and_(*bounds) if bounds else None,
    )


def _all_of(conditions: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    each = list(conditions)
    return and_(*each) if each else EVERY


def in_messages(work: Work, actor: Actor, asked: Asked, *, gathers: bool = False) -> ColumnElement[bool]:
    """The condition on the ticket that a message one may see holds what is asked."""
    c = t.message.c
    if gathers:
        hits = fulltext.matching(work, asked)
        return t.ticket.c.id.in_(select(c.ticket_id).where(c.id.in_(hits), visibility.messages(actor)))
    return exists(
        select(1).where(
            c.ticket_id == t.ticket.c.id, visibility.messages(actor), fulltext.holds(work, asked, c.id)
        )
    ).correlate(t.ticket)


def _of_messages(node: Node) -> bool:
    match node:
        case Term(field=name):
            return name in PARTS
        case Not():
            return False
        case And(members) | Or(members):
            return all(map(_of_messages, members))


def looked_for(work: Work, run: str) -> tuple[str, ...]:
    """What a whole word of a query finds: its forms, itself first; of a letter nothing but itself."""
    return vocabulary.forms(work, run) if len(run) >= SHORTEST_BEGINNING else (run,)


def _names(node: Node) -> set[str]:
    """What a term goes by in the sets of fields above."""
    if not isinstance(node, Term):
        return set()
    return {node.field, f"{node.field}:{fields.value(node.field, tokens.folded(node.text))}"}


class _Reader:
    """Reads the tree for one actor; conditions on messages and people one by one, or gathered."""

    def __init__(self, work: Work, actor: Actor, *, gathers: bool = False) -> None:
        self.work = work
        self.actor = actor
        self.gathers = gathers

    # -- what a message holds

    def asked(self, node: Node) -> Asked:
        match node:
            case Term():
                return self._words(node)
            case And(members):
                return All(tuple(map(self.asked, members)))
            case Or(members):
                return Either(tuple(map(self.asked, members)))
            case Not():
                raise AssertionError("what is excluded is a condition on the ticket")

    def _words(self, term: Term) -> Asked:
        runs = tokens.runs(term.text)
        part = PARTS[term.field]
        begins = term.begins and len(runs[-1]) >= SHORTEST_BEGINNING
        if stands_together(term, runs):
            return Phrase(tuple(runs), begins, part)
        each = [Words(looked_for(self.work, run), "", part) for run in (runs[:-1] if begins else runs)]
        if begins:
            each.append(self._begun(runs[-1], part))
        return each[0] if len(each) == 1 else All(tuple(each))

    def _begun(self, word: str, part: str) -> Words:
        begun = vocabulary.beginning(self.work, word)
        if begun is None:
            return Words(vocabulary.forms_so_far(self.work, word), word, part)
        if begun and word not in begun:
            return Words(begun, "", part)  # half a word: no need to know what it is a form of
        return Words(tuple(dict.fromkeys((*vocabulary.forms(self.work, word), *begun))), "", part)

    # -- what a ticket is

    def condition(self, node: Node, *, excluded: bool = False) -> ColumnElement[bool]:
        if _of_messages(node):
            # what is excluded most tickets are without
            gathers = self.gathers and not excluded
            return in_messages(self.work, self.actor, self.asked(node), gathers=gathers)
        match node:
            case Term():
                return self._field(node)
            case Not(member):
                return not_(self.condition(member, excluded=True))
            case And(members):
                words = tuple(one for one in members if _of_messages(one))
                others = [one for one in members if not _of_messages(one)]
                together = [And(words)] if words else []
                return and_(*(self.condition(one, excluded=excluded) for one in (*together, *others)))
            case Or(members):
                return or_(*(self.condition(one, excluded=excluded) for one in members))

    def _field(self, term: Term) -> ColumnElement[bool]:
        kind = fields.BY_NAME[term.field].kind
        read: dict[str, Callable[[str, str], ColumnElement[bool]]] = {
            "name": self._name,
            "people": self._participant,
            "numbers": self._numbers,
            "word": self._word,
            "period": self._period,
        }
        if term.quoted or kind in ("people", "period"):
            return read[kind](term.field, term.text)
        each = [one for one in term.text.split(",") if one.strip()]
        return or_(false(), *(read[kind](term.field, one) for one in each))

    def _name(self, name: str, said: str) -> ColumnElement[bool]:
        column = _NAMES[name]
        word = fields.value(name, tokens.folded(said.strip()))
        if name == "status" and word is not None:
            return t.ticket.c.status_class.in_(_CLASSES[word])
        if word == "me":
            return column == self.actor.agent_id
        if name != "status" and tokens.folded(said.strip()) in fields.NOBODY:
            return column.is_(None)
        return column.in_(values.ids(self.work, name, said))

    def _participant(self, name: str, said: str) -> ColumnElement[bool]:
        c = t.participant.c
        said = said.strip()
        written = {said.casefold()}
        names: ColumnElement[str] = func.lower(c.name)
        if not said.isascii():
            # SQLite folds ASCII only: a name as typed, capitalised and in capitals
            names, written = c.name, {said, *written, said.capitalize(), said.title(), said.upper()}
        holds = [c.key.contains(said.casefold(), autoescape=True)]
        holds += [names.contains(one, autoescape=True) for one in sorted(written)]
        if self.gathers:
            return t.ticket.c.id.in_(select(c.ticket_id).where(~c.excluded, or_(*holds)))
        return exists(
            select(1).where(c.ticket_id == t.ticket.c.id, ~c.excluded, or_(*holds)).correlate(t.ticket)
        )

    def _numbers(self, name: str, said: str) -> ColumnElement[bool]:
        found = _NUMBERS.fullmatch(said.strip().lstrip("#№"))
        if found is None:
            raise QueryError(
                _("{said} is no number of a ticket. Possible: 12, 12,15 or 40-45").format(said=said)
            )
        first, last = int(found[1]), int(found[2] or found[1])
        return t.ticket.c.id.between(first, last)

    def _word(self, name: str, said: str) -> ColumnElement[bool]:
        word = fields.value(name, tokens.folded(said.strip()))
        if word is None:
            raise QueryError(
                _("{field}: knows no {said}. Possible: {all}").format(
                    field=name, said=said, all=", ".join(fields.VALUES[name])
                )
            )
        if name == "has":
            return self._has(word)
        c = t.ticket.c
        if word in _CLASSES:
            return c.status_class.in_(_CLASSES[word])
        me = self.actor.agent_id
        favorite, watch = t.favorite.c, t.watch.c
        conditions: dict[str, Callable[[], ColumnElement[bool]]] = {
            "unread": lambda: reading.is_unread(self.actor),
            "mine": lambda: c.responsible_id == me,
            "nobody's": lambda: c.responsible_id.is_(None),
            "snoozed": lambda: self._rare(lambda some: some.snoozed_until > self.work.now),
            "favorite": lambda: c.id.in_(
                select(favorite.ticket_id).where(or_(favorite.agent_id == me, favorite.shared))
            ),
            "watched": lambda: c.id.in_(select(watch.ticket_id).where(watch.agent_id == me)),
            "overdue": lambda: and_(
                self._rare(lambda some: some.due_at < self.work.now), c.status_class != "closed"
            ),
        }
        return conditions[word]()

    def _rare(self, condition: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
        """A condition with an index of its own."""
        return by_own_index(t.ticket, condition) if self.gathers else condition(t.ticket.c)

    def _has(self, word: str) -> ColumnElement[bool]:
        c = t.message.c
        holds = c.attachments > 0 if word == "attachment" else c.visibility != "public"
        if not self.gathers:
            return exists(
                select(1).where(c.ticket_id == t.ticket.c.id, holds, visibility.messages(self.actor))
            ).correlate(t.ticket)
        if word == "attachment":
            of_files = select(t.attachment.c.message_id).where(t.attachment.c.message_id.is_not(None))
            holds = and_(c.id.in_(of_files), holds)
        return t.ticket.c.id.in_(select(c.ticket_id).where(holds, visibility.messages(self.actor)))

    def bound(self, term: Term) -> ColumnElement[bool] | None:
        """The condition of a period beyond whose tickets no newer message has to be looked at."""
        if term.field not in _BOUNDING:
            return None
        start, end = periods.read(term.field, term.text, self.work.now.astimezone())
        if end is None or (term.field == "created" and start is None):
            return None
        return self._period(term.field, term.text)

    def _period(self, name: str, said: str) -> ColumnElement[bool]:
        start, end = periods.read(name, said, self.work.now.astimezone())
        column = _PERIODS.get(name, t.ticket.c.last_message_at)
        within = ([column >= start] if start is not None else []) + (
            [column < end] if end is not None else []
        )
        return and_(true(), *within)


def plain_number(node: Node) -> int | None:
    """The number of a ticket, where nothing else is asked."""
    if not isinstance(node, Term) or node.field or node.quoted:
        return None
    number = node.text.lstrip("#№")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 18 else None


def asked_words(work: Work, actor: Actor, node: Node) -> tuple[Asked, ...]:
    """All that is looked for in messages, however it is put together, without what is excluded."""
    reader = _Reader(work, actor)
    return tuple(reader.asked(term) for term in terms_of_messages(node))


def terms_of_messages(node: Node) -> tuple[Term, ...]:
    """The terms that are looked for in messages, without those that are excluded."""
    match node:
        case Term(field=name):
            return (node,) if name in PARTS else ()
        case Not():
            return ()
        case And(members) | Or(members):
            return tuple(term for one in members for term in terms_of_messages(one))


def stands_together(term: Term, runs: Sequence[str]) -> bool:
    """Whether the words of a term follow one another: in quotes, an address, a number with signs in it."""
    return term.quoted or (len(runs) > 1 and _TOGETHER.search(term.text) is not None)
