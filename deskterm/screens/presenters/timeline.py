"""What happened to a ticket as lines among its messages: their ids are below zero."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from deskterm.clean import clean
from deskterm.i18n import _

if TYPE_CHECKING:
    from deskterm.desk.timeline import Altered, Happened
    from deskterm.desk.views import Body, MessageRow

HISTORY = "history"


def among(messages: Sequence[MessageRow], happened: Iterable[Happened]) -> list[MessageRow]:
    """Messages and acts in the order of time; an act stands after the message it came with."""
    rows = [*messages, *(_row(messages[0].ticket_id if messages else 0, each) for each in happened)]
    return sorted(rows, key=lambda row: (row.at, row.id < 0, abs(row.id)))


def sentence(happened: Happened) -> str:
    """An act in a line: its title, then what changed."""
    told = "; ".join(alteration(each) for each in happened.changes)
    if len(happened.changes) == 1 and happened.act.startswith("ticket."):
        # with the desk, which is loaded once there is a history to show
        from deskterm.desk.act_titles import OF_ONE_FIELD

        if happened.act in OF_ONE_FIELD:
            return clean(told)
    return clean(f"{happened.title}: {told}" if told else happened.title)


def alteration(change: Altered) -> str:
    """`field: before → after`."""
    nothing = _("nothing")
    if not change.before:
        return f"{change.field}: {change.after or nothing}"
    return f"{change.field}: {change.before} → {change.after or nothing}"


def _row(ticket_id: int, happened: Happened) -> MessageRow:
    from deskterm.desk.views import MessageRow

    return MessageRow(
        id=-happened.event_id,
        ticket_id=ticket_id,
        type=HISTORY,
        visibility="public",
        author=happened.who,
        author_kind="system" if happened.who_kind == "system" else "agent",
        addressee="",
        addressed_to_me=False,
        preview=sentence(happened),
        at=happened.at,
        unread=False,
        delivery="",
        unverified=False,
        attachments=0,
    )


def body(row: MessageRow) -> Body:
    """An act opened: the same, a change a line."""
    from deskterm.desk.views import Body

    head, _colon, changes = row.preview.partition(": ")
    text = "\n".join([head, "", *changes.split("; ")]) if changes else head
    return Body(
        id=row.id,
        ticket_id=row.ticket_id,
        type=HISTORY,
        visibility="public",
        author=row.author,
        address="",
        author_kind=row.author_kind,
        addressee="",
        subject="",
        text=text,
        folds=(),
        html=False,
        at=row.at,
        sent_at=None,
        attachments=(),
        recipients=(),
        unverified=False,
        delivery="",
        letter_id=None,
        reasons=(),
    )
