"""The kinds of change people are told of, and who is told of each as the desk comes.

An administrator switches them (`notice_switches`), an agent his own ones; the order is that of weight:
of several changes told in one letter the first names it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deskterm.i18n import N_

AUDIENCES: Final[dict[str, str]] = {
    "customer": N_("customer"),
    "responsible": N_("responsible"),
    "administrators": N_("administrators"),
    "team": N_("team"),
    "watchers": N_("watchers"),
}


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of change and who is told of it out of the box.

    `customer` None: never the customer, whatever is switched. `falls`: where nobody is responsible all
    administrators are told in his place, where he is absent his team as well, else administrators. Of a note
    for one person the responsible is that person.
    """

    name: str
    title: str
    customer: bool | None = None
    responsible: bool = False
    administrators: bool = False
    team: bool = False
    watchers: bool = True
    falls: bool = False


KINDS: Final[dict[str, NoticeKind]] = {
    kind.name: kind
    for kind in (
        NoticeKind("failed", N_("a letter of ours was refused"), responsible=True, falls=True),
        NoticeKind("note", N_("a note for somebody"), responsible=True, watchers=False),
        NoticeKind("unverified", N_("a letter of somebody unverified"), responsible=True, falls=True),
        NoticeKind("new", N_("a new ticket"), responsible=True, team=True, falls=True),
        NoticeKind("wrote", N_("the customer wrote"), responsible=True, falls=True),
        NoticeKind("rated", N_("the customer rated an answer"), responsible=True, falls=True),
        NoticeKind("answered", N_("an answer"), customer=True, responsible=True),
        NoticeKind("closed", N_("closed"), customer=True, responsible=True),
        NoticeKind("reopened", N_("reopened"), customer=True, responsible=True, falls=True),
        NoticeKind("responsible", N_("a new responsible"), customer=True, responsible=True),
        NoticeKind("team", N_("a new team"), team=True),
        NoticeKind("status", N_("status"), customer=True),
        NoticeKind("category", N_("category"), customer=True),
        NoticeKind("criticality", N_("criticality"), customer=True),
        NoticeKind("sla", N_("SLA level"), customer=True),
        NoticeKind("changed", N_("something else of a ticket"), customer=False),
        NoticeKind("internal", N_("an internal note"), responsible=True),
        NoticeKind("bounced", N_("a letter of ours came back"), responsible=True, falls=True),
    )
}

ALWAYS: Final = (("answered", "customer"),)
"""What is no matter of switches: the answer itself is what the customer gets."""

OF_FIELD: Final[dict[str, str]] = {
    "status_id": "status",
    "responsible_id": "responsible",
    "team_id": "team",
    "category_id": "category",
    "criticality_id": "criticality",
    "sla_id": "sla",
}
"""The kind of a change of a ticket's field; of all others it is `changed`."""

BY_CUSTOMER: Final = ("ticket.customer_wrote", "ticket.customer_closed", "ticket.customer_reopened")
"""Acts the system does in the customer's place."""

OURS_ALONE: Final = ("ticket.undelivered", "ticket.wake", "ticket.snooze")
"""Acts whose changes are nothing to the customer."""

MAIN: Final = tuple(KINDS)
