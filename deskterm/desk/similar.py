"""Tickets that look like another: those that share its rare words in messages one may see."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from deskterm import limits
from deskterm.desk import sending, tickets, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.names import Names
from deskterm.desk.writing_views import SimilarTicket
from deskterm.store import fulltext, tokens
from deskterm.store import tables as t
from deskterm.store.work import MANY, Work

_SHORTEST = 3
_SUBJECT_WEIGHT = 1.5


def similar_tickets(
    work: Work, actor: Actor, ticket_id: int, limit: int = limits.SIMILAR_TICKETS
) -> list[SimilarTicket]:
    """The tickets most like one, the likest first; closed ones that were answered are among them.

    A word in more than `SIMILAR_COMMON_MESSAGES` messages tells nothing and is passed over.
    """
    ticket = tickets.find(work, actor, ticket_id)
    first = work.first(
        select(t.message.c.body, t.message.c.folds)
        .where(
            t.message.c.ticket_id == ticket_id, t.message.c.visibility == "public", visibility.messages(actor)
        )
        .order_by(t.message.c.id)
        .limit(1)
    )
    text = sending.unfolded(first.body, first.folds) if first is not None else ""
    return like(work, actor, ticket.subject, text, limit, but=ticket_id)


def like(
    work: Work,
    actor: Actor,
    subject: str,
    text: str,
    limit: int = limits.SIMILAR_TICKETS,
    but: int | None = None,
) -> list[SimilarTicket]:
    """The same for a subject and a text of no ticket yet."""
    weights = _words(subject, text)
    found = _rare(work, weights)
    scores: dict[int, float] = defaultdict(float)
    shared: dict[int, list[str]] = defaultdict(list)
    where = _tickets_of(work, actor, {id for ids in found.values() for id in ids})
    for word, ids in found.items():
        rarity = math.log(4 * limits.SIMILAR_COMMON_MESSAGES / len(ids)) * weights[word]
        for id in {where[message] for message in ids if message in where}:
            if id != but:
                scores[id] += rarity
                shared[id].append(word)
    if len(weights) > 2:  # one word in common is chance, where there were more to share
        scores = {id: score for id, score in scores.items() if len(shared[id]) > 1}
    best = sorted(scores, key=lambda id: (-scores[id], -id))[:limit]
    return _rows(work, best, shared)


def _rare(work: Work, words: Iterable[str]) -> dict[str, list[int]]:
    """The messages that hold each of the rarest words, the rarest first, as far as the room goes.

    A word that many hold tells nothing.
    """
    most = limits.SIMILAR_COMMON_MESSAGES
    held = fulltext.holding(work, words, most + 1)
    room = limits.SIMILAR_MESSAGES
    rare: dict[str, list[int]] = {}
    for word in sorted(held, key=lambda each: len(held[each])):
        ids = held[word]
        if not 0 < len(ids) <= min(most, room):
            continue
        rare[word] = ids
        room -= len(ids)
    return rare


def _words(subject: str, text: str) -> dict[str, float]:
    """The words worth asking for and their weight: those of the subject, then the longest of the text."""
    weights: dict[str, float] = {}
    for word in tokens.tokens(subject):
        if _tells(word):
            weights.setdefault(word, _SUBJECT_WEIGHT)
    others = [word for word in tokens.tokens(text[: limits.SIMILAR_TEXT_CHARACTERS]) if _tells(word)]
    for word in sorted(dict.fromkeys(others), key=len, reverse=True):
        weights.setdefault(word, 1.0)
    return dict(list(weights.items())[: limits.SIMILAR_WORDS])


def _tells(word: str) -> bool:
    return len(word) >= _SHORTEST and not (word.isdigit() and len(word) < _SHORTEST + 1)


def _tickets_of(work: Work, actor: Actor, message_ids: Iterable[int]) -> dict[int, int]:
    """Message → ticket, of those the actor may see."""
    wanted = sorted(message_ids, reverse=True)
    found: dict[int, int] = {}
    c = t.message.c
    for start in range(0, len(wanted), MANY):
        for row in work.rows(
            select(c.id, c.ticket_id)
            .join(t.ticket, t.ticket.c.id == c.ticket_id)
            .where(
                work.among(c.id, wanted[start : start + MANY]),
                visibility.messages(actor),
                visibility.tickets(actor),
                t.ticket.c.merged_into.is_(None),
            )
        ):
            found[row.id] = row.ticket_id
    return found


def _rows(work: Work, ids: list[int], shared: dict[int, list[str]]) -> list[SimilarTicket]:
    names = Names(work)
    c = t.ticket.c
    rows: dict[int, Any] = {
        row.id: row
        for row in work.rows(
            select(
                c.id, c.subject, c.status_id, c.status_class, c.outcome, c.last_message_at, t.client.c.name
            )
            .outerjoin(t.client, t.client.c.id == c.client_id)
            .where(c.id.in_(ids))
        )
    }
    return [
        SimilarTicket(
            id=id,
            subject=rows[id].subject,
            client=rows[id].name or "",
            status=names.status(rows[id].status_id),
            status_class=rows[id].status_class,
            outcome=rows[id].outcome,
            words=tuple(shared[id]),
            last_message_at=rows[id].last_message_at,
        )
        for id in ids
        if id in rows
    ]
