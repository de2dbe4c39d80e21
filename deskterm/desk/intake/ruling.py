"""Carrying out what a rule says, and asking the rules again where a person makes a ticket."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select

from deskterm.desk import refusals, rule_effects, rules
from deskterm.desk.intake.case import Judgement, Ruling, Sender
from deskterm.desk.intake.store_desk import StoreDesk
from deskterm.i18n import _
from deskterm.mail.letter import Letter
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work


def asked_now(work: Work, account_id: int, letter: Letter, letter_id: int) -> Ruling | None:
    """What the rules say now of a letter a person makes a ticket of: it may have been stopped before them.

    A rule that is new to the letter is counted and named on it.
    """
    if letter.sender is None:
        return None
    desk = StoreDesk(work)
    found = desk.ruling(account_id, letter, desk.sender(letter.sender.key).registered)
    if found is None:
        return None
    before = work.value(select(t.letter.c.rule_id).where(t.letter.c.id == letter_id))
    if before != found.rule_id:
        rules.hit(work, found.rule_id)
        work.update(t.letter, letter_id, rule_id=found.rule_id)
    return found


def columns(work: Work, ruling: Ruling | None, sender: Sender) -> dict[str, Any]:
    """What a new ticket gets from its rule; a contact stays only where he is of the client it names."""
    if ruling is None:
        return {}
    values = rule_effects.of_ticket(work, ruling.effects)
    if "client_id" in values:
        values["client_why"] = ""
        if values["client_id"] != sender.client_id:
            values["contact_id"] = None
    return {"rule_id": ruling.rule_id, **values}


def refuse(work: Work, account: Any, letter: Letter, letter_id: int, judgement: Judgement) -> str:
    """Refuse a letter as far as its rule lets us answer; what was done, for the trail."""
    effects = judgement.ruling.effects if judgement.ruling is not None else {}
    if effects.get("answer") == "no" or effects.get("silent"):
        return _("no refusal: {why}").format(why=_("its rule forbids it"))
    queued, why = refusals.refuse(work, account, letter, letter_id)
    return _("refusal queued") if queued else _("no refusal: {why}").format(why=why)


def without_answers(work: Work, ticket_id: int, letter: Letter) -> Letter:
    """The letter, on a silent ticket without its author's Reply-To: that would be a way to answer him."""
    ticket = work.first(_SILENCE, {"id": ticket_id})
    author = letter.sender.key if letter.sender else ""
    if ticket is None or not (ticket.silent or ticket.account_silent) or author != ticket.customer_key:
        return letter
    return replace(letter, reply_to=())


_SILENCE = Query(
    select(t.ticket.c.silent, t.ticket.c.customer_key, t.account.c.silent.label("account_silent"))
    .outerjoin(t.account, t.account.c.id == t.ticket.c.account_id)
    .where(t.ticket.c.id == bindparam("id"))
)
