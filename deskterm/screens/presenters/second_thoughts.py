"""What an agent may have forgotten in a text he is about to send: a file, or how a placeholder is spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from deskterm.clean import clean
from deskterm.desk import placeholders
from deskterm.i18n import _

_SAYS_SO: Final = re.compile(
    r"\b(?:attach(?:ed|ing|es|ments?)?\b|enclos(?:ed?|ing|ures?)\b|pfa\b"
    r"|вложен|вложил|вкладыва|прикреп|прикладыва|приложу\b|прилага|прилож(?!ени)|аттач)"
    # “приложение” is a program more often than a file, unless a paper is spoken of beside it
    r"|в приложени\w+[^\n]{0,40}(?:файл|акт|документ|договор|сч[её]т|скан|скриншот|инструкц)"
    r"|^\s*приложени[ея]\s*:"
)
"""By this one says that a file goes with a text."""

_OF_OTHERS: Final = re.compile(
    r"\b(?:please|kindly|you|to|must|should)\s+(?:\w+\s+)?attach\b|^\W*attach\b"
    r"|\byou(?:['’]ve| have)?\s+(?:\w+\s+)?(?:attached|enclosed)\b"
    r"|\byour\s+(?:\w+\s+)?(?:attach|enclos)\w+|\battach\w+\s+(?:that |which )?you\b"
    r"|\b(?:no|without|any)\s+(?:an? )?(?:attachments?|enclosures?)\b"
    r"|\b(?:прилож|прикреп|влож)ите\b|\bпри(?:крепляйте|кладывайте|лагайте)\b"
    r"|\bвы\s+(?:\w+\s+)?(?:прилож|прикреп|влож)или\b|\bваш\w*\s+(?:\w+\s+)?вложен\w+"
    r"|\b(?:прошу|просим|просьба|могли бы|можете|можно|нужно|надо|необходимо)\s+(?:\w+\s+)?"
    r"(?:прилож|прикреп|влож)ить\b|\b(?:нет|без)\s+вложени\w+"
)
"""This speaks of files somebody else is to send, or has sent, or that there is none."""

_SENTENCE_ENDS: Final = re.compile(r"[.!?;]+\s|\n")

LIKE: Final = 0.75
"""How much alike two names are, of 1, for one to be taken for a slip of the other."""

_NEAR_BRACES: Final = re.compile(r"[{\[]{1,2}[ \t]{0,3}([^\W\d]\w{2,39})[ \t]{0,3}[}\]]{1,2}")
_NAMES: Final = tuple(name for one in placeholders.ALL for name in (one.name, one.russian))


def own_words(text: str) -> str:
    """The text without what it quotes."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))


def speaks_of_files(text: str) -> bool:
    """Whether an agent says that a file goes with his text."""
    sentences = _SENTENCE_ENDS.split(own_words(text).casefold())
    return any(_SAYS_SO.search(_OF_OTHERS.sub(" ", sentence)) for sentence in sentences)


def slips(text: str) -> tuple[tuple[str, str], ...]:
    """(as written, as probably meant) of what is nearly a placeholder: a slip in its name or its braces."""
    return tuple(dict.fromkeys(_slips(own_words(text))))


def _slips(text: str) -> Iterator[tuple[str, str]]:
    for found in _NEAR_BRACES.finditer(text):
        name = found[1].casefold()
        known = name in _NAMES
        if known and found[0].count("{") == found[0].count("}") == 1 and "[" not in found[0]:
            continue  # a placeholder as it should be: whether it was filled is asked elsewhere
        if known:
            meant = name
        elif "[" in found[0]:
            continue  # brackets hold all sorts of words
        else:
            meant = next(iter(get_close_matches(name, _NAMES, 1, LIKE)), "")
        if meant:
            yield found[0], "{" + meant + "}"


def doubts(text: str, *, files: int, subject: str | None = None) -> list[str]:
    """Each thing worth asking about before the text is sent, as a sentence; `subject` is the ticket's."""
    found = []
    if subject is not None and not subject.strip():
        found.append(_("The ticket has no subject, so the answer has none. `e` on the desk gives it one."))
    if not files and speaks_of_files(text):
        found.append(_("The text speaks of an attachment, and no file goes with it."))
    for written, meant in slips(text):
        found.append(
            clean(_("{written} is no placeholder; {meant} is.").format(written=written, meant=meant))
        )
    return found
