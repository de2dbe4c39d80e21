"""How large files may be: what customers send, and what agents send them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from deskterm import limits
from deskterm.desk import settings
from deskterm.desk.errors import BadData
from deskterm.i18n import _, decimal
from deskterm.mail.letter import Letter, Part
from deskterm.store.work import Work


def agent_bytes(work: Work) -> int:
    """How large the files of one message of an agent may be together."""
    return int(settings.get(work, "attachment_limit_agent_mb")) * limits.MIB


def customer_bytes(work: Work) -> int:
    """How large a file of a customer's letter may be."""
    return int(settings.get(work, "attachment_limit_customer_mb")) * limits.MIB


def check_agent(work: Work, name: str, size: int, before: int = 0) -> None:
    """Raise BadData where a file is too large, by itself or with those that are there `before` it."""
    most = agent_bytes(work)
    if size > most:
        raise BadData(
            _("{name} is too large: {size} MB. At most {most} MB go by mail.").format(
                name=name, size=decimal(megabytes(size)), most=most // limits.MIB
            )
        )
    if before + size > most:
        raise BadData(
            _(
                "With {name} the files are too large: {size} MB. At most {most} MB go with one message."
            ).format(name=name, size=decimal(megabytes(before + size)), most=most // limits.MIB)
        )


def within(work: Work, letter: Letter) -> tuple[Letter, tuple[Part, ...]]:
    """(the letter without the files that are too large, those files).

    Its original keeps them: nothing is lost, they only do not stand among the ticket's files.
    """
    most = customer_bytes(work)
    large = tuple(part for part in letter.attachments if part.size > most)
    if not large:
        return letter, ()
    kept = tuple(part for part in letter.attachments if part.size <= most)
    return replace(letter, attachments=kept), large


def template_values(work: Work, letter: Letter) -> dict[str, str]:
    """What is said of a letter's files that are too large: {files}, {limit}; empty where none is."""
    _kept, large = within(work, letter)
    if not large:
        return {}
    return {"files": "\n".join(map(line, large)), "limit": str(customer_bytes(work) // limits.MIB)}


def line(part: Any) -> str:
    """A file and its size, for people."""
    return f"{part.name} ({megabytes(part.size)} MB)"


def megabytes(size: int) -> float:
    """Bytes as megabytes, one digit after the point; never shown as nothing."""
    return max(round(size / limits.MIB, 1), 0.1) if size else 0.0
