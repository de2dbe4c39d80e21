"""The Russian catalogue: complete, faithful to the source, and compiled as it stands."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from typer.main import get_command

from deskterm.cli import words
from deskterm.cli.application import build
from deskterm.desk.intake.case import Verdict
from deskterm.i18n import DOMAIN, LANGUAGES, translator
from deskterm.mail.letter import Kind
from deskterm.mail.wire.probe import Check

# read once, by one process
pytestmark = pytest.mark.xdist_group("catalogue")
PACKAGE = Path(__file__).parent.parent / "deskterm"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
# what pybabel is told by -k
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2), "p_": ((1, "c"), 2), "NP_": ((1, "c"), 2)}

SENTENCE = re.compile(r"\S\s.*([.:…?])\Z", re.DOTALL)
LATIN_TWINS = re.compile(r"[а-яё][a-z]|[a-z][а-яё]", re.IGNORECASE)

Key = tuple[str | None, str | tuple[str, ...]]
"""What a text is found by: its context, None where it has none, and the text or its two forms."""


@lru_cache
def source() -> dict[Key, str]:
    """Every marked text of the package with the first place it stands in."""
    found: dict[Key, str] = {}
    method = [("**.py", "python")]
    for name, line, id, _comments, context in extract_from_dir(PACKAGE, method, keywords=KEYWORDS):
        found.setdefault((context, id), f"{name}:{line}")
    return found


@lru_cache
def catalogue(language: str) -> Catalog:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> Iterator[Message]:
    return (message for message in catalogue(language) if message.id)


def key(message: Message) -> Key:
    context: Any = message.context
    # Babel leaves the contexts of a compiled catalogue as bytes
    named = context.decode() if isinstance(context, bytes) else context
    return named, message.id if isinstance(message.id, str) else tuple(message.id)


def forms(text: str | Iterable[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def placeholders(text: str) -> set[tuple[str, str | None, str | None]]:
    """Name, format and conversion of each `{…}`."""
    return {
        (name, spec, conversion)
        for _text, name, spec, conversion in string.Formatter().parse(text)
        if name is not None
    }


def pairs(language: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The original (both forms where it has two) with each form of its translation."""
    for message in messages(language):
        for form in forms(message.string):
            if form:
                yield forms(message.id), form


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_program_is_translated(language: str) -> None:
    translated = {key(message) for message in messages(language) if all(forms(message.string))}
    assert len(source()) > 500
    missing = {text: place for text, place in source().items() if text not in translated}
    assert not missing, "docs/translating.md says how to add them"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_is_of_a_text_that_is_there(language: str) -> None:
    left_over = [key(message) for message in messages(language) if key(message) not in source()]
    assert not left_over
    assert not catalogue(language).obsolete


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert not [message.id for message in messages(language) if message.fuzzy]
    assert not catalogue(language).fuzzy


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_counted_text_has_every_form_its_language_counts_by(language: str) -> None:
    counted = [message for message in messages(language) if message.pluralizable]
    assert counted
    wanted = catalogue(language).num_plurals
    assert not [message.id for message in counted if len(forms(message.string)) != wanted]


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_those_of_the_original(language: str) -> None:
    wrong = [
        (original, form)
        for original, form in pairs(language)
        if placeholders(form) != set().union(*map(placeholders, original))
    ]
    assert not wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_its_original_does(language: str) -> None:
    """The server's own words are put before the last full stop, and blanks join what follows."""
    wrong = [
        (original[-1], form)
        for original, form in pairs(language)
        if blanks(form) != blanks(original[-1])
        or ((end := SENTENCE.search(original[-1])) is not None and form[-1:] != end[1])
    ]
    assert not wrong


def blanks(text: str) -> tuple[int, int, int]:
    """How many stand before and after the text, and how many line ends in it."""
    return len(text) - len(text.lstrip()), len(text) - len(text.rstrip()), text.count("\n")


@lru_cache
def typed() -> re.Pattern[str]:
    """Options, environment variables, commands and whatever stands in back quotes."""
    commands: Any = get_command(build())
    command = rf"\bdeskterm (?:{'|'.join(sorted(commands.commands))})\b(?: [a-z_]+)*"
    return re.compile(rf"--[a-z{{][\w{{}}-]*|`[^`]+`|{command}|\b[A-Z]+_[A-Z_]+\b")


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_typed_is_never_translated(language: str) -> None:
    wrong = [
        (original, form)
        for original, form in pairs(language)
        if {*typed().findall(form)} != {found for text in original for found in typed().findall(text)}
    ]
    assert not wrong


def test_no_word_mixes_two_alphabets() -> None:
    mixed = [form for _original, form in pairs("ru") if LATIN_TWINS.search(form.replace("\n", " "))]
    assert not mixed


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_the_one_that_can_be_read(language: str) -> None:
    with (PACKAGE / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        compiled = {key(message): forms(message.string) for message in read_mo(file) if message.id}
    written = {key(message): forms(message.string) for message in messages(language) if message.string}
    assert compiled == written, "make messages"


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, "1 заявка"), (2, "2 заявки"), (5, "5 заявок"), (11, "11 заявок"), (21, "21 заявка")],
)
def test_russian_counts_as_russians_do(count: int, told: str) -> None:
    text = translator("ru").ngettext("{count} ticket", "{count} tickets", count)
    assert text.format(count=count) == told


def test_a_customer_is_written_to_in_his_language() -> None:
    assert translator("ru").gettext("Closed") == "Закрыта"
    assert translator("en").gettext("Closed") == "Closed"
    assert translator("xx").gettext("Closed") == "Closed"


def test_one_english_word_has_as_many_translations_as_meanings() -> None:
    russian = translator("ru")
    assert (russian.gettext("Closed"), russian.pgettext("section", "Closed")) == ("Закрыта", "Закрытые")
    assert translator("en").pgettext("section", "Closed") == "Closed"


def test_tables_have_a_word_for_every_key_they_show() -> None:
    assert set(words.VERDICTS) == {*Verdict}
    assert set(words.LETTER_KINDS) == {*Kind}
    assert {*Check} < set(words.STEPS)


def test_every_marked_text_is_found_on_every_python() -> None:
    """A call inside an f-string is seen by the extraction from Python 3.12 on only, a built text never."""
    hidden: list[str] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        inside = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        calls = [call for node in inside for call in marking(node) if written_out(call)]
        calls += [call for call in marking(tree) if built(call)]
        hidden += [f"{path.relative_to(PACKAGE)}:{call.lineno}" for call in calls]
    assert not hidden, "translate first, then put it into the text"


def marking(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            if node.args:
                yield node


def texts(call: ast.Call) -> list[ast.expr]:
    """The arguments the extraction reads: the text, both forms of it, or its context and itself."""
    assert isinstance(call.func, ast.Name)
    return call.args[: len(KEYWORDS[call.func.id] or (1,))]


def written_out(call: ast.Call) -> bool:
    return all(isinstance(text, ast.Constant) for text in texts(call))


def built(call: ast.Call) -> bool:
    return any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts(call))


NOT_SAID = {
    "агент": "сотрудник",
    "почтовый процесс": "обработчик",
    "почтового процесса": "обработчика",
    "папка спама": "папка со спамом",
    "папку спама": "папку со спамом",
}
"""Words that would be a second name of a thing in Russian: docs/translating.md has the first."""


def test_a_thing_has_one_name_in_russian() -> None:
    said = [form for _original, form in pairs("ru")]
    wrong = [text for text in said for word in NOT_SAID if re.search(rf"\b{word}", text, re.IGNORECASE)]
    assert len(said) > 3000 and wrong == []
