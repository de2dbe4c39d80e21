"""What a query looks for, as words to be marked in what it found."""

from __future__ import annotations

from deskterm.desk.actor import Actor
from deskterm.desk.errors import DeskError
from deskterm.desk.query.marks import NOTHING, Marks
from deskterm.desk.query.meaning import asked_words
from deskterm.desk.query.parse import parse
from deskterm.store.fulltext import All, Asked, Either, Phrase, Words
from deskterm.store.work import Work


def marks(work: Work, actor: Actor, query: str) -> Marks:
    """The words a query looks for, in the forms messages hold; nothing for what means nothing."""
    try:
        asked = asked_words(work, actor, parse(query))
    except DeskError:
        return NOTHING
    words: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    phrases: dict[tuple[str, ...], None] = {}
    for one in asked:
        _gather(one, words, beginnings, phrases)
    return Marks(tuple(words), tuple(beginnings), tuple(phrases))


def _gather(
    asked: Asked, words: dict[str, None], beginnings: dict[str, None], phrases: dict[tuple[str, ...], None]
) -> None:
    match asked:
        case Words(each, beginning):
            words.update(dict.fromkeys(each))
            if beginning:
                beginnings[beginning] = None
        case Phrase(each, open):
            if open and len(each) == 1:
                beginnings[each[0]] = None
            else:
                phrases[each] = None
        case All(members) | Either(members):
            for member in members:
                _gather(member, words, beginnings, phrases)
