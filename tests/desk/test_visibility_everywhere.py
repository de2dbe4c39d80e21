"""Whatever reads messages, events, drafts, files or letters for an agent asks `visibility` first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import deskterm.desk

DESK = Path(deskterm.desk.__path__[0])

GUARDED = frozenset({"message", "event", "draft", "attachment", "letter"})
SQL = re.compile(
    rf"\b(?:from|join)\s+({'|'.join(sorted(GUARDED))})\b(?=\s+(?:where|on|as|join|order|group)\b)"
)

# a ticket found for the actor settles it for what is of the ticket and not private
ASKS = ("visibility.", "visible", "tickets.find(work, actor")

WORKER = "the worker's: nobody looks at what it reads"
STEP = "a step of an act that has found ticket, message or letter for its actor"
OWN = "of the actor himself"
NUMBER = "a number, or whether there is one; no text"
HELD = "of held letters, for who treats them"
NAME = "who changed a thing, by name; no text"
PUBLIC = "what goes into a letter of ours: public messages only"
WHOLE = "done to all of a thing, whoever sees it, by who has the right to"

EXCEPTIONS: dict[str, str] = {
    **dict.fromkeys(
        (
            "attachments.content", "attachments.save_folder", "attachments.to_save",
            "automatic.may_tell_customer", "bin.due",
            "closing._candidates", "closing._since", "doctor._clock", "happenings._messages",
            "happenings.of_ticket", "intake.apply._arrival",
            "intake.apply.apply", "intake.folders.wished", "intake.receive.outcome",
            "intake.store_desk.duplicate_of", "intake.store_desk.ticket_with_unverified",
            "muting._earlier", "muting._floods", "muting._is_machine",
            "notice_texts.who", "telling._answer", "telling._first_letter",
        ),
        WORKER,
    ),
    **dict.fromkeys(
        (
            "bin._letters_of_author", "blacklist._with_texts", "merging._merge", "moving._leave",
            "letters.holds", "moving._leave_something", "new_ticket._made_already", "outbox._form_again",
            "outbox._undo_answer",
            "moving.heard", "outbox._not_replaced", "outbox.give_back",
            "participants._unused", "posting.called", "posting.index_again",
            "posting.index_moved", "posting.index_subject", "posting.sum_up",
            "putting_back._grown", "intake.ruling.asked_now", "reading_of_others.carry_of_deleted",
            "senders.register_and_process", "triage._unverified_of",
        ),
        STEP,
    ),
    **dict.fromkeys(
        (
            "drafts._view", "drafts.attach", "drafts.save", "drafts.sent_as", "reminders.text_of",
            "sections._addressed", "sections._participating", "sections.addressed_unread",
        ),
        OWN,
    ),
    **dict.fromkeys(
        ("sending._check_public", "sending._registered", "sending.quoted", "sending.references"), PUBLIC
    ),
    **dict.fromkeys(
        (
            "accounts.remove", "agents.add", "history.newest", "listing._rows",
            "purging.ticket_of", "reading_of_others._tickets", "rules.remove", "section_numbers._totals",
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            "bin._who", "changed_since._since", "comparing.who_changed", "letters.changed_by_another",
            "tickets.who_changed",
        ),
        NAME,
    ),
    **dict.fromkeys(
        (
            "bin.purge", "erasing._erase_drafts", "erasing._erase_history", "erasing._erase_letters",
            "erasing._erase_messages", "erasing._letters", "erasing._messages", "purging._blank_events",
            "purging._empty_letter", "purging._letters", "purging._remove_ticket", "purging.purge",
        ),
        WHOLE,
    ),
    "letters.clients": HELD,
}  # fmt: skip

RULES = ("visibility.",)
"""Modules that say what may be seen: what they select decides it."""


def unguarded(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """(function, tables) of every function that selects from a guarded table and never asks.

    A select that stands in the module, prepared once, counts where it is named.
    """
    prepared: dict[str, set[str]] = {}
    short: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            short |= _short(node)
            if isinstance(node.targets[0], ast.Name):
                prepared[node.targets[0].id] = _selected(node, short) | _named(node.value, prepared)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            tables = _selected(function, short) | _named(function, prepared)
            if tables and not any(ask in ast.unparse(function) for ask in ASKS):
                yield function.name, tables


def _named(node: ast.AST, prepared: dict[str, set[str]]) -> set[str]:
    """The guarded tables of the prepared selects that are named somewhere in it."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return set().union(*(tables for name, tables in prepared.items() if name in names))


def _short(node: ast.Assign) -> dict[str, str]:
    """The names that stand for a table's columns: `c = t.message.c`."""
    target, value = node.targets[0], node.value
    pairs = (
        zip(target.elts, value.elts, strict=True)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        else [(target, value)]
    )
    said = [(name, ast.unparse(value).split(".")) for name, value in pairs]
    return {
        name.id: words[1]
        for name, words in said
        if isinstance(name, ast.Name) and words[0] == "t" and len(words) > 1
    }


def _selected(function: ast.AST, of_module: dict[str, str]) -> set[str]:
    """The guarded tables a select of a function reads, joins or asks about; short names are followed.

    What only counts, or only filters by a message, tells of it too. SQL in words counts where it names one.
    """
    short = dict(of_module)
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            short |= _short(node)
    found = set()
    there = [function]
    while there:
        node = there.pop()
        if isinstance(node, ast.Call) and any(_is_select(part) for part in ast.walk(node)):
            for part in ast.walk(node):
                if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                    found.add(part.attr if part.value.id == "t" else short.get(part.value.id, ""))
            continue
        there += ast.iter_child_nodes(node)
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(SQL.findall(node.value.casefold()))
    return found & GUARDED


def _is_select(node: ast.AST) -> bool:
    """Whether a call begins or goes on with a select: `select(…)`, `exists(…)`, `t.x.select()`."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
    return name in ("select", "exists", "select_from")


def test_no_select_goes_round_visibility() -> None:
    there = {
        f"{'.'.join(path.relative_to(DESK).with_suffix('').parts)}.{name}": tables
        for path in sorted(DESK.rglob("*.py"))
        for name, tables in unguarded(ast.parse(path.read_text()))
    }
    new = {
        name: tables
        for name, tables in there.items()
        if name not in EXCEPTIONS and not name.startswith(RULES)
    }
    assert new == {}, "these read what an actor may not see: ask deskterm.desk.visibility"
    assert sorted(set(EXCEPTIONS) - set(there)) == [], "no exception is needed any more"


def test_a_select_that_goes_round_is_found() -> None:
    def names(source: str) -> list[str]:
        return [name for name, _tables in unguarded(ast.parse(source))]

    assert names("def a(work):\n    return work.rows(select(t.message.c.body))") == ["a"]
    assert names("def a(work):\n    c = t.event.c\n    return work.rows(select(c.id))") == ["a"]
    assert names("def a(work):\n    c, d = t.role.c, t.draft.c\n    return work.first(select(d.body))") == [
        "a"
    ]
    assert names("def a(work):\n    return work.rows(select(func.max(t.letter.c.id)))") == ["a"]
    assert names("M = t.message.c\nQ = Query(select(M.body))\ndef a(work):\n    return work.rows(Q)") == ["a"]
    assert names("def a(work, actor):\n    return select(t.message).where(visibility.messages(actor))") == []
    assert names("def a(work):\n    return work.rows(select(t.role.c.id))") == []
    # what only joins, filters or counts tells as much
    assert names("def a(work):\n    return work.value(select(func.count()).select_from(t.message))") == ["a"]
    joined = (
        "def a(work):\n    return work.rows(select(t.ticket.c.id).join(t.message, t.message.c.body == 1))"
    )
    assert names(joined) == ["a"]
    asked = (
        "def a(work):\n    c = t.draft.c\n    return select(t.role).where(exists(select(1).where(c.id == 1)))"
    )
    assert names(asked) == ["a"]
    assert names("def a(work):\n    return work.rows(t.letter.select())") == ["a"]
    assert names("def a(work):\n    return work.rows(text('select body from message where id = 1'))") == ["a"]
    assert names("def a(work):\n    work.update(t.message, 1, body='')") == []
    prepared = "_A = Query(select(t.letter.c.id))\n_B = Query(_A.x)\n"
    assert names(f"{prepared}def a(work):\n    return work.rows(_B)") == ["a"]
    assert names(f"{prepared}def a(work, actor):\n    visibility.letters(actor)\n    return _A") == []
