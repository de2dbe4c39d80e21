"""The fields of the query language and their values, English and Russian: for parser, completion, help.

A kind says what stands after the colon: `words` of one part of a message, a `name` of one of the desk's
lists, `people` by address or name, a `period`, `numbers`, or one of the words of VALUES.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deskterm.i18n import N_


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name, its other names, what kind of value it has, and what it finds."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    title: str
    example: str


FIELDS: Final[tuple[Field, ...]] = (
    Field("status", ("статус",), "name", N_("status, or open, active, waiting, closed"), "status:waiting"),
    Field("client", ("клиент",), "name", N_("client"), "client:acme"),
    Field("from", ("от",), "words", N_("name or address of who wrote a message"), "from:ivan"),
    Field("to", ("кому",), "people", N_("address or name of a participant"), "to:ivan@acme.example"),
    Field("subject", ("тема",), "words", N_("words in the subject"), "subject:invoice"),
    Field("file", ("файл",), "words", N_("words in the name of a file"), "file:contract"),
    Field("number", ("номер",), "numbers", N_("numbers of tickets"), "number:12,40-45"),
    Field(
        "responsible",
        ("ответственный", "отв"),
        "name",
        N_("responsible agent, me or nobody"),
        "responsible:me",
    ),
    Field("team", ("команда",), "name", N_("team"), "team:network"),
    Field("rubric", ("рубрика",), "name", N_("rubric"), "rubric:printing"),
    Field("category", ("категория", "услуга"), "name", N_("category (service)"), "category:hosting"),
    Field("kind", ("вид",), "name", N_("kind of request"), "kind:question"),
    Field("criticality", ("критичность",), "name", N_("criticality"), "criticality:high"),
    Field("source", ("источник",), "name", N_("how it came"), "source:phone"),
    Field("account", ("ящик",), "name", N_("mailbox it came in on"), "account:support"),
    Field("has", ("есть",), "word", N_("attachment, note"), "has:attachment"),
    Field(
        "is",
        ("это",),
        "word",
        N_("unread, mine, nobody's, open, active, waiting, closed, snoozed, favorite, watched, overdue"),
        "is:unread",
    ),
    Field("before", ("до",), "period", N_("last message before that day"), "before:2026-01-01"),
    Field("after", ("после",), "period", N_("last message on that day or later"), "after:01.11.2026"),
    Field("since", ("с", "за"), "period", N_("last message not older than that"), "since:7d"),
    Field("on", ("дата",), "period", N_("last message on that day, in that month or year"), "on:2026-01"),
    Field("created", ("создана", "создан"), "period", N_("opened then"), "created:2026-01..2026-03"),
    Field("closed", ("закрыта", "закрыт"), "period", N_("closed then"), "closed:yesterday"),
)

VALUES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "has": {
        "attachment": ("attachments", "file", "вложение", "вложения", "файл"),
        "note": ("notes", "заметка", "заметки"),
    },
    "is": {
        "unread": ("непрочитано", "непрочитанные"),
        "mine": ("my", "мои", "моя"),
        "nobody's": ("nobody", "unassigned", "ничья", "ничьи"),
        "open": ("открыта", "открытые"),
        "active": ("активна", "активные"),
        "waiting": ("ждет", "ждут", "ожидает", "ожидают"),
        "closed": ("закрыта", "закрытые"),
        "snoozed": ("отложена", "отложенные"),
        "favorite": ("favourite", "favorites", "избранное", "избранные"),
        "watched": ("watching", "наблюдаю", "наблюдаемые"),
        "overdue": ("просрочена", "просроченные"),
    },
    "status": {
        "open": ("открыта", "открытые"),
        "active": ("активна", "активные"),
        "waiting": ("ждет", "ждут", "ожидает", "ожидают"),
        "closed": ("закрыта", "закрытые"),
    },
    "responsible": {"me": ("я", "мне"), "nobody": ("none", "никто", "нет")},
}
"""Words a field knows, with the other ways to say them."""

NOBODY: Final = frozenset({"none", "nobody", "никто", "нет"})
"""What a name is where there is none."""

BY_NAME: Final[Mapping[str, Field]] = {
    name: field for field in FIELDS for name in (field.name, *field.aliases)
}


def value(field: str, said: str) -> str | None:
    """The word of VALUES that was said for a field; None where it is none of them."""
    for word, others in VALUES.get(field, {}).items():
        if said == word or said in others:
            return word
    return None
