"""Full text of messages on both databases: the same words kept, the same words asked for.

What is asked for is a tree of `Words`, `Phrase`, `All` and `Either`. It becomes one string for the database,
made of words of `tokens` only, which hold letters and digits: nothing in it can end a word or be an operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    String,
    TableClause,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
)

from deskterm.store import vocabulary
from deskterm.store.prepared import Change
from deskterm.store.tokens import PARTS
from deskterm.store.work import Work

WEIGHTS: Final[Mapping[str, str]] = dict(zip(PARTS, "ABCD", strict=True))
"""The parts of a message on PostgreSQL."""
_GAP: Final = 2
"""Places between two parts, so that no phrase goes over from one into the next."""


@dataclass(frozen=True, slots=True)
class Words:
    """Any of these words, or one that begins like `beginning`; in one part of the message, or anywhere."""

    words: tuple[str, ...]
    beginning: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words as they stand, one after the other; of the last one only a beginning where it is `open`."""

    words: tuple[str, ...]
    open: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Each of these, in one message."""

    members: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of these."""

    members: tuple[Asked, ...]


NEWEST: Final = 2**62
"""Below it are the ids of all messages."""
_FIRST_WINDOW: Final = 1000
_DENSE: Final = 0.02
"""Hits in each id from which on it is faster to read row by row than to collect all by the index."""

Asked = Words | Phrase | All | Either

INSERT: Final[Mapping[str, str]] = {
    "sqlite": "insert into message_words (rowid, subject, sender, files, body)"
    " values (:id, :subject, :sender, :files, :body)",
    "postgresql": "insert into message_words (message_id, words) values (:id, cast(:words as tsvector))",
}
_INSERT: Final = Change(text(INSERT["sqlite"]))


def index_many(work: Work, rows: Sequence[tuple[int, str]]) -> None:
    """Index new messages: (id, what `tokens.indexed` made of it), at the end of the unit of work."""
    if rows:
        work.words.extend(rows)
        vocabulary.note(work, (line for _id, line in rows))


def write_out(work: Work) -> None:
    """Index what was kept back.

    Together, because FTS5 writes a segment of its own for what it was given before each savepoint, and
    SQLite makes one around many a statement: a letter at a time takes three times as long.
    """
    if not work.words:
        return
    values = [parameters(work.dialect, id, line) for id, line in work.words]
    work.words.clear()
    if work.dialect == "sqlite":
        for one in values:
            work.run(_INSERT, one)
    else:
        work.execute(text(INSERT["postgresql"]), values)


def parameters(dialect: str, id: int, line: str) -> dict[str, Any]:
    """What INSERT takes for a message."""
    parts = dict(zip(PARTS, line.split("\n"), strict=False))
    return {"id": id, **parts} if dialect == "sqlite" else {"id": id, "words": _vector(parts)}


def _vector(parts: Mapping[str, str]) -> str:
    """Words with their places and weights, as PostgreSQL writes them."""
    places: dict[str, list[str]] = defaultdict(list)
    place = 0
    for name, line in parts.items():
        place += _GAP
        for word in line.split():
            place += 1
            places[word].append(f"{place}{WEIGHTS[name]}")
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def forget(work: Work, message_ids: Sequence[int]) -> None:
    """Take messages out of the index."""
    write_out(work)
    key = "rowid" if work.dialect == "sqlite" else "message_id"
    for id in message_ids:
        work.execute(text(f"delete from message_words where {key} = :id"), {"id": id})


def holding(work: Work, lemmas: Iterable[str], most: int) -> dict[str, list[int]]:
    """Of each lemma at most so many ids of messages that hold a form of it: all, of a rare one."""
    write_out(work)
    wanted = list(dict.fromkeys(lemmas))
    forms = [vocabulary.of_lemma(work, lemma) for lemma in wanted]
    asked = {
        lemma: _line(work.dialect, Words(held)) for lemma, held in zip(wanted, forms, strict=True) if held
    }
    found: dict[str, list[int]] = {lemma: [] for lemma in wanted}
    if work.dialect == "sqlite":
        statement = text("select rowid from message_words where message_words match :words limit :most")
        for lemma, words in asked.items():
            found[lemma] = list(work.values(statement, {"words": words, "most": most}))
        return found
    if not asked:
        return found
    numbered = list(asked)
    each = " union all ".join(
        f"(select {number} as word, message_id from message_words"
        f" where words @@ cast(:word{number} as tsquery) limit :most)"
        for number in range(len(numbered))
    )
    # Without statistics of a word the planner may read the whole table instead of the index; and of a
    # common word only so many are of interest, which the index then gives without reading all of them
    work.begin()
    work.execute(text("set local enable_seqscan = off"))
    work.execute(text(f"set local gin_fuzzy_search_limit = {4 * int(most)}"))
    values = {f"word{number}": asked[lemma] for number, lemma in enumerate(numbered)}
    for row in work.rows(text(each), {**values, "most": most}):
        found[numbered[row.word]].append(row.message_id)
    work.execute(text("set local gin_fuzzy_search_limit = 0"))
    work.execute(text("set local enable_seqscan = on"))
    return found


_sqlite_words = table("message_words", *map(column, ("rowid", "message_words", *PARTS)))
_postgres_words = table("message_words", column("message_id"), column("words"))


def matching(work: Work, asked: Asked) -> Select[Any]:
    """A select of the ids of the messages that hold what is asked."""
    key, condition = matched(work, asked)
    return select(key).where(condition)


def matched(work: Work, asked: Asked) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """(the id, the condition) of the full text's table, to be joined with others."""
    write_out(work)
    return _matched(work.dialect, literal(_line(work.dialect, asked)))


def _matched(dialect: str, line: ColumnElement[str]) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    if dialect == "sqlite":
        c = _sqlite_words.c
        return c.rowid, c.message_words.op("match", return_type=Boolean())(line)
    from sqlalchemy.dialects.postgresql import TSQUERY  # no desk on SQLite needs its module

    c = _postgres_words.c
    return c.message_id, c.words.op("@@", return_type=Boolean())(cast(line, TSQUERY))


def newest(dialect: str) -> Select[Any]:
    """A select of the ids of the newest messages that hold what is asked; it takes `within`."""
    key, condition = _matched(dialect, bindparam("asked", type_=String()))
    inside = (
        condition,
        key < bindparam("before", type_=Integer()),
        key >= bindparam("floor", type_=Integer()),
    )
    # Rows of the two indexes are met, not walked: PostgreSQL thinks hits are denser than they are, and would
    # go through a whole window by its ids to find a few
    order = key if dialect == "sqlite" else key + 0
    return (
        select(key.label("id"))
        .where(*inside)
        .order_by(order.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def within(work: Work, asked: Asked, floor: int, before: int, most: int) -> dict[str, Any]:
    """What `newest` is asked for: at most so many of these words, from `floor` to below `before`."""
    write_out(work)
    return {"asked": _line(work.dialect, asked), "floor": floor, "before": before, "most": most}


def _line(dialect: str, asked: Asked) -> str:
    """What is asked, as the database wants it."""
    return _fts5(asked) if dialect == "sqlite" else _tsquery(asked)


class Windows:
    """(from, below) of the ids to be looked through one after the other, the newest first.

    SQLite gives hits in this order as it finds them: one window. PostgreSQL's index of words knows no order
    and would first find all: a small window is read row by row; where `hits`, which whoever goes on counts,
    were dense in it, so are larger ones, else the index is asked for all the rest. To be ended.
    """

    def __init__(self, work: Work, below: int = NEWEST) -> None:
        self._work = work
        self._below = below
        self.hits = 0

    def __iter__(self) -> Iterator[tuple[int, int]]:
        if self._work.dialect == "sqlite":
            yield 0, self._below
            return
        write_out(self._work)  # else the newest messages may not be there to be counted
        self._work.begin()
        # a plan made for one word would be kept for the next
        self._set("plan_cache_mode", "force_custom_plan")
        below = int(self._work.value(select(func.max(_postgres_words.c.message_id))) or 0) + 1
        below = min(below, self._below)
        width = _FIRST_WINDOW
        # the index of words can be used by bitmaps only
        self._set("enable_bitmapscan", "off")
        while below > 1 and (width == _FIRST_WINDOW or self.hits > _DENSE * width):
            self.hits = 0
            floor = max(0, below - width)
            yield floor, below
            below, width = floor, width * 2
        self.end()
        if below > 1:
            yield 0, below

    def end(self) -> None:
        """Let what follows in this unit of work use every index again."""
        if self._work.dialect == "postgresql":
            self._set("enable_bitmapscan", "on")

    def _set(self, name: str, value: str) -> None:
        self._work.execute(text(f"set local {name} = {value}"))


def holds(work: Work, asked: Asked, message_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that one message holds what is asked."""
    write_out(work)
    if work.dialect == "sqlite":
        # reading its words takes a tenth of what beginning a search of the index takes
        return _there(_sqlite_words, _sqlite_words.c.rowid == message_id, _read(asked))
    key, condition = matched(work, asked)
    return _there(_postgres_words, key == message_id, condition)


def _there(words: TableClause, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(literal_column("1")).select_from(words).where(*conditions))


def _read(asked: Asked) -> ColumnElement[bool]:
    """The same as `_fts5` says, of the words of one message on SQLite."""
    match asked:
        case Words(words, beginning, part):
            needles = [f" {word} " for word in words] + ([f" {beginning}"] if beginning else [])
        case Phrase(words, open, part):
            needles = [f" {' '.join(words)}" + ("" if open else " ")]
        case All(members):
            return and_(*map(_read, members))
        case Either(members):
            return or_(*map(_read, members))
    texts = [_sqlite_words.c[name] for name in ([part] if part else PARTS)]
    return func.holds_words(*texts, "\n".join(needles), type_=Boolean())


def _fts5(asked: Asked) -> str:
    match asked:
        case Words(words, beginning, part):
            each = [f'"{word}"' for word in words] + ([f'"{beginning}" *'] if beginning else [])
            return _in_part(part, " OR ".join(each))
        case Phrase(words, open, part):
            return _in_part(part, f'"{" ".join(words)}"' + (" *" if open else ""))
        case All(members):
            return f"({' AND '.join(map(_fts5, members))})"
        case Either(members):
            return f"({' OR '.join(map(_fts5, members))})"


def _in_part(part: str, line: str) -> str:
    return f"({{{part}}} : ({line}))" if part else f"({line})"


def _tsquery(asked: Asked) -> str:
    match asked:
        case Words(words, beginning, part):
            each = [_lexeme(word, part) for word in words]
            return f"({' | '.join([*each, *([_lexeme(beginning, part, begins=True)] if beginning else [])])})"
        case Phrase(words, open, part):
            each = [_lexeme(word, part) for word in words[:-1]]
            return f"({' <-> '.join([*each, _lexeme(words[-1], part, begins=open)])})"
        case All(members):
            return f"({' & '.join(map(_tsquery, members))})"
        case Either(members):
            return f"({' | '.join(map(_tsquery, members))})"


def _lexeme(word: str, part: str, *, begins: bool = False) -> str:
    marks = ("*" if begins else "") + WEIGHTS.get(part, "")
    return f"'{word}':{marks}" if marks else f"'{word}'"
