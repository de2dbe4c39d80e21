"""What a query looks for, as words to be marked in what it found."""

from __future__ import annotations

from deskterm.desk.actor import Actor
from deskterm.desk.errors import DeskError
from deskterm.desk.query.marks import NOTHING, Marks
from deskterm.desk.query.meaning import (
    SHORTEST_BEGINNING,
    looked_for,
    stands_together,
    terms_of_messages,
)
from deskterm.desk.query.parse import parse
from deskterm.store import tokens, vocabulary
from deskterm.store.work import Work


def marks(work: Work, actor: Actor, query: str) -> Marks:
    """The words a query looks for and their forms; nothing for what means nothing.

    Beginnings stay beginnings: which words there are that begin so, a private message may have told.
    """
    try:
        terms = terms_of_messages(parse(query))
    except DeskError:
        return NOTHING
    words: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    phrases: dict[tuple[str, ...], None] = {}
    for term in terms:
        runs = tokens.runs(term.text)
        begins = term.begins and len(runs[-1]) >= SHORTEST_BEGINNING
        if stands_together(term, runs) and not (begins and len(runs) == 1):
            phrases[tuple(runs)] = None
            continue
        if begins:
            beginnings[runs[-1]] = None
        if not term.quoted:
            whole = runs[:-1] if begins else runs
            words.update(dict.fromkeys(form for run in whole for form in looked_for(work, run)))
            if begins:
                words.update(dict.fromkeys(vocabulary.forms_so_far(work, runs[-1])))
    return Marks(tuple(words), tuple(beginnings), tuple(phrases))
