"""The words the messages hold and what each is a form of: which words a search asks for.

A row is a form with one of its lemmas. Words with digits are left out: each is its own only form. The row
whose form is empty counts how often words were forgotten: from then on what a process knew is asked anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, column, select, table, text

from deskterm import limits
from deskterm.store import tokens
from deskterm.store.prepared import Query
from deskterm.store.work import Work

KNOWN = 60_000
"""Words a process remembers to have been noted already: most of all that is written."""
_MANY = 400

word_form = table("word_form", column("lemma"), column("form"))
_LEMMAS = Query(select(word_form.c.lemma).where(word_form.c.form == bindparam("form")))
_BEGUN = Query(
    select(word_form.c.form)
    .where(word_form.c.form >= bindparam("form"), word_form.c.form < bindparam("after"))
    .distinct()
    .limit(limits.WORD_FORMS + 1)
)
_ADD = "insert into word_form (form, lemma) values (:form, :lemma) on conflict do nothing"


class _Noted:
    """The words of one unit of work, written when it commits; remembered by the store once it has."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.words: set[str] = set()
        self.lemmas: dict[str, list[str]] = {}
        self.written = False

    def add(self, line: str) -> None:
        """The words of a message; what they are forms of where it was looked up already."""
        *parts, forms = line.split("\n") if line.count("\n") == len(tokens.PARTS) else (line, "")
        for pair in forms.split():
            word, _colon, lemmas = pair.partition(":")
            self.lemmas[word] = lemmas.split(",")
        for part in parts:
            self.words.update(part.split())

    def __call__(self) -> None:
        self.written = True
        known = _known(self.work)
        fresh = [word for word in self.words if word not in known and _has_forms(word)]
        if not fresh:
            return
        rows = [
            {"form": word, "lemma": lemma}
            for word in fresh
            for lemma in self.lemmas.get(word) or tokens.lemmas(word)
        ]
        self.work.execute(text(_ADD), rows)
        self.work.after_commit.append(lambda: _remember(known, fresh))


def note(work: Work, lines: Iterable[str]) -> None:
    """Note the words of messages, when the unit of work commits: lines as `tokens.indexed` makes them."""
    waiting = (act for act in work.before_commit if isinstance(act, _Noted) and not act.written)
    pending = next(waiting, None)
    if pending is None:
        pending = _Noted(work)
        work.before_commit.append(pending)
    for line in lines:
        pending.add(line)


def forms(work: Work, word: str) -> tuple[str, ...]:
    """The forms of a folded word that messages hold, itself first."""
    if not _has_forms(word):
        return (word,)
    return work.remembered(("forms", word), lambda: _forms(work, word))


def forms_so_far(work: Work, word: str) -> tuple[str, ...]:
    """The forms of a word that may be unfinished: of half a word the dictionary need not be loaded."""
    begun = beginning(work, word)
    whole = not begun if begun is not None else bool(work.values(_LEMMAS, {"form": word}))
    return forms(work, word) if whole or (begun and word in begun) else (word,)


def of_lemma(work: Work, lemma: str) -> tuple[str, ...]:
    """The forms of a lemma that messages hold."""
    statement = select(word_form.c.form).where(word_form.c.lemma == lemma).limit(limits.WORD_FORMS)
    return tuple(work.values(statement)) if _has_forms(lemma) else (lemma,)


def beginning(work: Work, word: str) -> tuple[str, ...] | None:
    """The words that begin so, as messages hold them; None where they are too many, or not noted."""
    if not _has_forms(word):
        return None
    found = work.remembered(("begun", word), lambda: _begun(work, word))
    return found if len(found) <= limits.WORD_FORMS else None


def _begun(work: Work, word: str) -> tuple[str, ...]:
    """So many that it is known when they are too many."""
    after = word[:-1] + chr(ord(word[-1]) + 1)
    return tuple(work.values(_BEGUN, {"form": word, "after": after}))


def begin_anew(work: Work) -> None:
    """Words were forgotten: what processes remember of them holds no more."""
    epoch = work.value(_LEMMAS, {"form": ""})
    if epoch is None:
        work.execute(text(_ADD), {"form": "", "lemma": "1"})
    else:
        work.execute(
            word_form.update().where(word_form.c.form == "").values(lemma=str(int(epoch) + 1)),
        )


def _forms(work: Work, word: str) -> tuple[str, ...]:
    c = word_form.c
    said = list(work.values(_LEMMAS, {"form": word}))
    lemmas = said or list(tokens.lemmas(word))
    statement = select(c.form).where(c.lemma.in_(lemmas)).distinct().limit(limits.WORD_FORMS)
    return tuple(dict.fromkeys((word, *sorted(work.values(statement)))))


def _has_forms(word: str) -> bool:
    return word.isalpha()


def _known(work: Work) -> Any:
    """The words that need not be noted again, a set that belongs to the store."""
    epoch = work.value(_LEMMAS, {"form": ""}) or ""
    known_epoch, known = work.store.known_words
    if known_epoch != epoch:
        known = set()
        work.store.known_words = (epoch, known)
    return known


def _remember(known: set[str], fresh: Iterable[str]) -> None:
    if len(known) > KNOWN:
        known.clear()
    known.update(fresh)
