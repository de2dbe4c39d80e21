"""What was typed, as a tree, in one pass. Half a query is one, too: it is read while it is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from deskterm import limits
from deskterm.desk.errors import USAGE, BadData
from deskterm.desk.query.fields import BY_NAME, FIELDS
from deskterm.i18n import _
from deskterm.store.tokens import folded

QUOTES: Final = {'"': '"', "«": "»", "“": "”"}
OR: Final = frozenset({"OR", "ИЛИ", "|"})
AND: Final = frozenset({"AND", "И", "&"})
NOT: Final = frozenset({"NOT", "НЕ"})
_WORD: Final = re.compile(r"[^\s()\"«“]+")
_NAMED: Final = re.compile(r"([^\W\d_]+):(?!//)")
_PASSED: Final = re.compile(r"\s+|\)")


class QueryError(BadData):
    """A query that means nothing; the sentence says what is possible."""

    exit_code = USAGE


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or with `quoted` words as they stand; `field` says where. `begins`: its end may be missing."""

    text: str
    field: str = ""
    quoted: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    member: Node


@dataclass(frozen=True, slots=True)
class And:
    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    members: tuple[Node, ...]


Node = Term | Not | And | Or


def parse(text: str) -> Node:
    """The tree of a query; an empty `And` where nothing is asked.

    Raises QueryError for an unknown field and for what is longer or deeper than a person types.
    """
    text = text.rstrip("\r\n\t\0")
    if len(text) > limits.QUERY_CHARACTERS:
        raise QueryError(
            _("This is too long to look for: at most {number} characters.").format(
                number=limits.QUERY_CHARACTERS
            )
        )
    return _Reader(text).either(0)


class _Reader:
    """Where in the text the reading stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.terms = 0

    def either(self, depth: int) -> Node:
        """What stands up to the end or the closing parenthesis."""
        if depth > limits.QUERY_DEPTH:
            raise QueryError(_("Too many parentheses in one another."))
        members: list[Node] = []
        each: list[Node] = []
        while not self._ended(depth):
            found = self._member(depth)
            if found == "or":
                members.append(And(tuple(each)))
                each = []
            elif not isinstance(found, str):
                each.append(found)
        members.append(And(tuple(each)))
        members = [_plain(one) for one in members if one != And(())]
        if not members:
            return And(())
        return members[0] if len(members) == 1 else Or(tuple(members))

    def _ended(self, depth: int) -> bool:
        while (stray := _PASSED.match(self.text, self.at)) is not None:
            self.at = stray.end()
            if depth and stray.group() == ")":
                return True
        return self.at >= len(self.text)

    def _member(self, depth: int) -> Node | str:
        """A term, a group, `or`; an empty text for what says nothing."""
        sign = self.text[self.at]
        if sign == "-" and self.text[self.at + 1 : self.at + 2].strip():
            self.at += 1
            return self._opposite(depth)
        if sign == "(":
            self.at += 1
            return _said(self.either(depth + 1))
        if sign in QUOTES:
            quoted, open_end = self._quotation()
            return self._term(Term(quoted, quoted=True, begins=open_end))
        found = _WORD.match(self.text, self.at)
        assert found is not None
        word = found.group()
        if word in OR | AND | NOT:
            self.at = found.end()
            if word in NOT:
                return self._opposite(depth)
            return "or" if word in OR else ""
        named = _NAMED.match(word)
        if named is not None:
            return self._field(named.group(1), self.at + named.end())
        self.at = found.end()
        return self._term(self._word(word, ""))

    def _opposite(self, depth: int) -> Node | str:
        excluded = True
        while not self._ended(depth):
            word = _WORD.match(self.text, self.at)
            if word is not None and word.group() in NOT:
                self.at = word.end()
            elif self.text[self.at] == "-":
                self.at += 1
            else:
                found = self._member(depth)
                return Not(_whole(found)) if excluded and not isinstance(found, str) else found
            excluded = not excluded
        return ""

    def _field(self, name: str, start: int) -> Node | str:
        field = BY_NAME.get(folded(name))
        rest = _WORD.match(self.text, start)
        quoted = self.text[start : start + 1] in QUOTES and start < len(self.text)
        if field is None:
            if rest is None and not quoted:
                self.at = start
                return self._term(Term(name))
            raise unknown(name)
        self.at = start
        if quoted:
            text, open_end = self._quotation()
            return self._term(Term(text, field.name, quoted=True, begins=open_end))
        if rest is None:
            return ""
        self.at = rest.end()
        return self._term(self._word(rest.group(), field.name))

    def _word(self, word: str, field: str) -> Term:
        if word.endswith("*"):
            return Term(word.rstrip("*"), field, begins=True)
        return Term(word, field, begins=self.at == len(self.text) and word[-1].isalnum())

    def _quotation(self) -> tuple[str, bool]:
        """What stands in quotes, and whether the closing one is missing."""
        closing = QUOTES[self.text[self.at]]
        start = self.at + 1
        end = self.text.find(closing, start)
        if end < 0:
            self.at = len(self.text)
            return self.text[start:], self.text[-1].isalnum()
        self.at = end + 1
        return self.text[start:end], False

    def _term(self, term: Term) -> Node | str:
        self.terms += 1
        if self.terms > limits.QUERY_TERMS:
            raise QueryError(
                _("This asks for too much at once: at most {number} words.").format(number=limits.QUERY_TERMS)
            )
        return term if any(sign.isalnum() for sign in term.text) else ""


def unknown(name: str) -> QueryError:
    """There is no such field: which there are, and how to ask for the text."""
    return QueryError(
        _('There is no field {name}. There are: {all}. To find it as text: "{name}:…"').format(
            name=name, all=", ".join(field.name for field in FIELDS)
        )
    )


def _said(node: Node) -> Node | str:
    return "" if node == And(()) else node


def _plain(node: Node) -> Node:
    return node.members[0] if isinstance(node, And) and len(node.members) == 1 else node


def _whole(node: Node) -> Node:
    """What is excluded is excluded as whole words, however far it is typed."""
    match node:
        case Term(text, field, quoted):
            return Term(text, field, quoted)
        case Not(member):
            return Not(_whole(member))
        case And(members):
            return And(tuple(_whole(one) for one in members))
        case Or(members):
            return Or(tuple(_whole(one) for one in members))
