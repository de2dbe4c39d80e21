"""Files of messages as text in the terminal: texts as they are, PDF, Word and Excel by a limited process."""

from __future__ import annotations

import os
from typing import Final

from deskterm import limits
from deskterm.clean import clean, clean_lines
from deskterm.desk import attachments
from deskterm.desk.actor import Actor
from deskterm.desk.writing_views import Preview
from deskterm.i18n import _
from deskterm.store.work import Work

TEXT_ENDINGS: Final = frozenset(
    ".txt .log .csv .tsv .md .rst .json .jsonl .xml .yaml .yml .toml .ini .cfg .conf .properties .env .sql"
    " .sh .bat .ps1 .py .js .ts .css .java .c .h .cpp .go .rs .rb .php .pl .diff .patch .ics .vcf .asc .pem"
    " .srt .reg .eml .out .err .trace".split()
)
TEXT_TYPES: Final = frozenset(
    {
        "application/json",
        "application/xml",
        "application/x-sh",
        "application/sql",
        "application/x-yaml",
        "application/toml",
        "application/javascript",
        "message/rfc822",
    }
)
_BEGINNING: Final = 4096


def text(name: str, type: str, data: bytes) -> Preview:
    """The file as text that is safe for a terminal, at most `limits.PREVIEW_CHARACTERS` of it."""
    from deskterm.mail import documents  # only who opens a file pays for it

    shown_name = str(clean(name))
    kind = documents.kind_of(name, type)
    if not data:
        return Preview(shown_name, kind.title if kind is not None else "text", "", _("The file is empty."))
    if kind is not None:
        found = documents.read(kind, data)
        return Preview(shown_name, kind.title, str(clean_lines(_pages(found.text))), found.why, found.cut)
    if _html(name, type):
        return _of_html(shown_name, data)
    if _is_text(name, type, data):
        return _of_text(shown_name, data)
    return Preview(shown_name, "", "", _("This kind of file cannot be shown as text; it can be saved."))


def of_attachment(work: Work, actor: Actor, attachment_id: int) -> Preview:
    """The same for a file the actor may see."""
    name, type, data = attachments.read(work, actor, attachment_id)
    return text(name, type, data)


def of_letter_part(work: Work, actor: Actor, letter_id: int, index: int) -> Preview:
    """The same for a file of a held letter, by its place among them."""
    name, type, data = attachments.read_letter_part(work, actor, letter_id, index)
    return text(name, type, data)


def _of_text(name: str, data: bytes) -> Preview:
    from deskterm.mail.charset import decode

    most = limits.PREVIEW_CHARACTERS
    # four bytes a character at most in any charset a file may be in
    decoded = decode(data[: 4 * most], "").text
    cut = len(decoded) > most or len(data) > 4 * most
    return Preview(name, "text", str(clean_lines(decoded[:most])), "", cut)


def _of_html(name: str, data: bytes) -> Preview:
    from deskterm.mail.charset import decode
    from deskterm.mail.html import html_to_text

    decoded = decode(data[: 4 * limits.PREVIEW_CHARACTERS], "").text
    found = html_to_text(decoded)
    cut = len(found) > limits.PREVIEW_CHARACTERS or len(data) > 4 * limits.PREVIEW_CHARACTERS
    return Preview(name, "text", str(clean_lines(found[: limits.PREVIEW_CHARACTERS])), "", cut)


def _pages(found: str) -> str:
    """Page breaks of a PDF as a line people see."""
    return found.replace("\f", "\n" + "─" * 20 + "\n")


def _html(name: str, type: str) -> bool:
    ending = os.path.splitext(name)[1].casefold()
    return ending in (".html", ".htm") or (not ending and type.casefold().startswith("text/html"))


def _is_text(name: str, type: str, data: bytes) -> bool:
    """Whether a file is text by its name or type, and does not look otherwise."""
    media = type.partition(";")[0].strip().casefold()
    ending = os.path.splitext(name)[1].casefold()
    if ending not in TEXT_ENDINGS and not media.startswith("text/") and media not in TEXT_TYPES:
        return False
    beginning = data[:_BEGINNING]
    # UTF-16 holds zeros; without a mark of its own it is no text we know
    return b"\0" not in beginning or beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
