"""Full text of messages on both databases: one token string, one way to ask."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, literal_column, select, text

from deskterm.store.prepared import Change
from deskterm.store.tokens import form, runs, words
from deskterm.store.work import Work


def index(work: Work, message_id: int, *texts: str) -> None:
    """Put a message's texts under its id, in place of what stood there."""
    line = words(*texts)
    if work.dialect == "sqlite":
        work.execute(text("delete from message_words where rowid = :id"), {"id": message_id})
        work.run(_INSERT, {"id": message_id, "words": line})
    else:
        work.execute(
            text(
                "insert into message_words (message_id, words) values (:id, to_tsvector('simple', :words))"
                " on conflict (message_id) do update set words = excluded.words"
            ),
            {"id": message_id, "words": line},
        )


def index_many(work: Work, rows: list[tuple[int, str]]) -> None:
    """Index new messages: (id, token string made by `tokens.words`)."""
    if not rows:
        return
    values = [{"id": id, "words": line} for id, line in rows]
    if work.dialect == "sqlite":
        for one in values:
            work.run(_INSERT, one)
    else:
        work.execute(
            text("insert into message_words (message_id, words) values (:id, to_tsvector('simple', :words))"),
            values,
        )


def forget(work: Work, message_ids: list[int]) -> None:
    """Take messages out of the index."""
    key = "rowid" if work.dialect == "sqlite" else "message_id"
    for id in message_ids:
        work.execute(text(f"delete from message_words where {key} = :id"), {"id": id})


def holding(work: Work, words: Iterable[str], most: int) -> dict[str, list[int]]:
    """Of each word form at most so many ids of messages that hold it, in no order: all, of a rare word."""
    wanted = list(dict.fromkeys(words))
    found: dict[str, list[int]] = {word: [] for word in wanted}
    if work.dialect == "sqlite":
        statement = text("select rowid from message_words where message_words match :word limit :most")
        for word in wanted:
            found[word] = list(work.values(statement, {"word": f'"{word}"', "most": most}))
        return found
    if not wanted:
        return found
    each = " union all ".join(
        f"(select {number} as word, message_id from message_words"
        f" where words @@ to_tsquery('simple', :word{number}) limit :most)"
        for number in range(len(wanted))
    )
    # Without statistics of a word the planner may read the whole table instead of the index; and of a
    # common word only so many are of interest, which the index then gives without reading all of them
    work.execute(text("set local enable_seqscan = off"))
    work.execute(text(f"set local gin_fuzzy_search_limit = {4 * int(most)}"))
    values = {f"word{number}": f"'{word}'" for number, word in enumerate(wanted)}
    for row in work.rows(text(each), {**values, "most": most}):
        found[wanted[row.word]].append(row.message_id)
    work.execute(text("set local gin_fuzzy_search_limit = 0"))
    work.execute(text("set local enable_seqscan = on"))
    return found


def matching(work: Work, query: str) -> Select[Any] | None:
    """A select of the message ids that hold every word of the query, the last one as a beginning too.

    Words in straight quotes stand together in that order. None where the query holds no word.
    """
    phrases = _phrases(query)
    if not phrases:
        return None
    if work.dialect == "sqlite":
        asked = " AND ".join(
            _either(
                '"' + " ".join(form(word) for word in phrase) + '"',
                f'"{phrase[-1]}"*' if begins and len(phrase) == 1 else "",
            )
            for phrase, begins in phrases
        )
        condition = text("message_words match :words").bindparams(words=asked)
        return select(literal_column("rowid")).select_from(text("message_words")).where(condition)
    asked = " & ".join(
        _whole(
            " <-> ".join(f"'{form(word)}'" for word in phrase),
            f"'{phrase[-1]}':*" if begins and len(phrase) == 1 else "",
        )
        for phrase, begins in phrases
    )
    condition = text("words @@ to_tsquery('simple', :words)").bindparams(words=asked)
    return select(literal_column("message_id")).select_from(text("message_words")).where(condition)


def _either(exact: str, beginning: str) -> str:
    return f"({exact} OR {beginning})" if beginning else exact


def _whole(exact: str, beginning: str) -> str:
    return f"({exact} | {beginning})" if beginning else f"({exact})"


def _phrases(query: str) -> list[tuple[list[str], bool]]:
    """(words, whether the last is still being typed), phrases in quotes apart."""
    found: list[tuple[list[str], bool]] = []
    for number, piece in enumerate(query.split('"')):
        if number % 2:
            if parts := runs(piece):
                found.append((parts, False))
        else:
            found.extend(([run], False) for run in runs(piece))
    if found and query[-1:].isalnum():
        found[-1] = (found[-1][0], True)
    return found


_INSERT = Change(text("insert into message_words (rowid, words) values (:id, :words)"))
"""On SQLite."""
