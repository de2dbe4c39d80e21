"""What became of a ticket since somebody opened it: messages he has not seen, fields others set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deskterm.desk import messages, showing, tickets, timeline
from deskterm.desk.actor import Actor
from deskterm.desk.fields import FIELD_TITLES
from deskterm.desk.views import Body
from deskterm.i18n import _
from deskterm.store.work import Work

MOST = 10
"""So many new messages are shown; of more the newest."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that has another value now; `now_words` is '' where it has none."""

    column: str
    title: str
    who: str
    now: Any
    now_words: str


@dataclass(frozen=True, slots=True)
class Since:
    """All of it at once."""

    newer: tuple[Body, ...]
    fields: tuple[Difference, ...]


def opened(
    work: Work, actor: Actor, ticket_id: int, seen_message_id: int | None, seen: Mapping[str, Any]
) -> Since:
    """What an author has not seen: messages by others after one, oldest first, and other values of fields.

    None: messages are not asked for. `seen` is columns of the ticket with the values he saw.
    """
    ticket = tickets.find(work, actor, ticket_id)
    asked = seen_message_id is not None
    ids = messages.newer_by_others(work, actor, ticket_id, seen_message_id or 0) if asked else []
    words = timeline.Words(work)
    return Since(
        newer=tuple(showing.body(work, actor, id) for id in ids[-MOST:]),
        fields=tuple(
            Difference(
                column=column,
                title=_(FIELD_TITLES[column]),
                who=tickets.who_changed(work, ticket_id, column),
                now=ticket._mapping[column],
                now_words=words.word(column, ticket._mapping[column]),
            )
            for column, value in seen.items()
            if ticket._mapping[column] != value
        ),
    )
