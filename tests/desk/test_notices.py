"""Notices: who is told of what, by mail and on screen, once, and never of his own act."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import (
    accounts,
    agents,
    choices,
    dispatch,
    messages,
    notice_kinds,
    notice_switches,
    notifications,
    observers,
    outbox,
    schedules,
    settings,
    teams,
    templates,
    tickets,
    undo,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Clock, Desk

ANN = "ann@customer.example"
BOSS, CORA = "boss@desk.example", "cora@desk.example"
Make = Callable[[str, str], Actor]


@pytest.fixture(autouse=True)
def with_addresses(desk: Desk) -> None:
    """The agents can be written to."""
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, desk.boss.login, {"addresses": (BOSS,)})
        agents.edit(work, desk.boss, "cora", {"addresses": (CORA,)})


def told(desk: Desk, *kinds: str) -> list[tuple[str, str]]:
    """(to, text) of the letters that tell of something, but for confirmations and answers."""
    return [
        (str(letter["To"].addresses[0].addr_spec), letter.get_body(("plain",)).get_content())
        for row, letter in letters(desk)
        if row.kind in (kinds or ("told", "staff"))
    ]


def letters(desk: Desk) -> Iterator[tuple[Any, Any]]:
    for row, raw in desk.sent():
        yield row, email.message_from_bytes(raw, policy=email.policy.default)


def to(desk: Desk, *kinds: str) -> list[str]:
    return [address for address, _text in told(desk, *kinds)]


def on_screen(desk: Desk, actor: Actor) -> list[str]:
    with desk.store.work() as work:
        return [one.kind for one in reversed(notifications.unseen(work, actor))]


def clear(desk: Desk) -> None:
    """Nothing was told yet."""
    with desk.store.work(write=True) as work:
        work.execute(t.notification.delete())
        work.execute(t.outgoing.update().where(t.outgoing.c.kind.in_(("told", "staff"))).values(kind="old"))


def status(desk: Desk, key: str) -> int:
    with desk.store.work() as work:
        return int(work.value(select(t.status.c.id).where(t.status.c.key == key)))


def assigned(desk: Desk, actor: Actor, **letter: str) -> int:
    """A ticket that is somebody's, with nothing told yet."""
    number = desk.ticket(**letter)
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], actor.agent_id)
    clear(desk)
    return number


def set_status(desk: Desk, number: int, key: str, actor: Actor | None = None) -> None:
    with desk.store.work(write=True) as work:
        tickets.set_status(work, actor or desk.boss, [number], status(desk, key))


def customer_writes(desk: Desk, number: int, text: str = "Still burning.") -> None:
    desk.receive(desk.letter(subject=f"[{desk.row(number).token}]", text=text))


def test_a_new_ticket_of_nobody_is_told_to_all_administrators(desk: Desk) -> None:
    number = desk.ticket()
    ((address, text),) = told(desk)
    assert address == BOSS and "There is a new ticket." in text and f"Ticket: {number}" in text
    assert "It burns since noon" not in text
    assert (on_screen(desk, desk.boss), on_screen(desk, desk.colleague)) == (["new"], [])


def test_a_new_ticket_of_somebody_is_told_to_him_alone_and_the_customer_has_his_confirmation(
    desk: Desk,
) -> None:
    with desk.store.work(write=True) as work:
        from deskterm.desk import settings

        settings.set(work, desk.boss, "default_responsible", "cora")
    desk.ticket()
    assert to(desk) == [CORA] and on_screen(desk, desk.colleague) == ["new"]
    assert [row.kind for row, _raw in desk.sent()] == ["confirmation", "staff"]


def test_a_letter_to_an_agent_has_number_and_subject_and_leads_no_answer_into_the_ticket(desk: Desk) -> None:
    number = desk.ticket(subject="No toner")
    row, letter = next((row, letter) for row, letter in letters(desk) if row.kind == "staff")
    token = desk.row(number).token
    assert letter["Subject"] == f"Ticket {number}, a new ticket: No toner"
    assert token not in letter.as_string() and letter["In-Reply-To"] is None
    assert (letter["Auto-Submitted"], row.sender, row.automatic) == ("auto-replied", "", True)
    outcome = desk.receive(
        desk.letter(
            sender=CORA,
            subject="Re: " + letter["Subject"],
            text="I hate him.",
            In_Reply_To=letter["Message-ID"],
            References=f"{letter['References']} {letter['Message-ID']}",
        )
    )[0]
    assert outcome.ticket_id != number


def test_what_an_agent_changes_is_told_to_the_customer_in_his_thread(desk: Desk) -> None:
    number = assigned(desk, desk.boss, Message_ID="<first@customer.example>")
    with desk.store.work(write=True) as work:
        choices.add(work, desk.boss, "category", "Printers")
        category = choices.find(work, "category", "Printers").id
        tickets.set_status(work, desk.boss, [number], status(desk, "solving"))
        tickets.change(work, desk.boss, "ticket.category", number, {"category_id": category})
    ((address, text),) = told(desk)
    assert address == ANN
    assert "Its status is now: Being solved." in text and "Its category is now: Printers." in text
    _row, letter = next((row, letter) for row, letter in letters(desk) if row.kind == "told")
    assert letter["In-Reply-To"] == "<first@customer.example>"
    assert desk.row(number).token in letter["Subject"] and letter["Auto-Submitted"] == "auto-replied"


def test_each_kind_of_change_is_told_to_whom_its_three_switches_say(desk: Desk, make_agent: Make) -> None:
    """The customer, the responsible, administrators: of status, category, criticality, SLA level, closing."""
    dora = make_agent("dora", "agent")
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        gold, printers = (
            choices.add(work, desk.boss, *entry) for entry in (("sla", "Gold"), ("category", "P"))
        )
        urgent = choices.find(work, "criticality", "Urgent").id
    changes: dict[str, Callable[[Any, Any], None]] = {
        "status": lambda work, on: tickets.set_status(
            work, dora, [number], status(desk, "solving" if on else "tester")
        ),
        **{
            name: lambda work, on, name=name, id=id: tickets.set_field(  # type: ignore[misc]
                work, dora, [number], name, id if on else None
            )
            for name, id in (("category", printers), ("criticality", urgent), ("sla", gold))
        },
        "closed": lambda work, on: tickets.set_status(
            work, dora, [number], status(desk, "closed" if on else "checking")
        ),
    }
    audiences = {"customer": ANN, "responsible": CORA, "administrators": BOSS}
    for kind, change in changes.items():
        for on in (True, False):
            with desk.store.work(write=True) as work:
                notice_switches.edit(
                    work, desk.boss, kind, dict.fromkeys(audiences, on) | {"watchers": False}
                )
                notice_switches.edit(work, desk.boss, "reopened", dict.fromkeys(audiences, False))
            clear(desk)
            with desk.store.work(write=True) as work:
                change(work, on)
            assert set(to(desk)) == (set(audiences.values()) if on else set()), (kind, on)


def test_a_new_responsible_is_told_and_the_customer_of_him(desk: Desk) -> None:
    number = desk.ticket()
    clear(desk)
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
    texts = dict(told(desk))
    assert set(texts) == {ANN, CORA}
    assert "Cora Colleague is responsible for it now." in texts[ANN]
    assert "changed the responsible: — → Cora Colleague." in texts[CORA]
    clear(desk)
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.colleague, [number], None)
    assert told(desk) == [], "that nobody is responsible is nothing to tell a customer"


def test_an_answer_is_its_own_notice(desk: Desk) -> None:
    number = desk.ticket()
    clear(desk)
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Use water.", status_id=status(desk, "closed"))
    assert told(desk) == [] and on_screen(desk, desk.boss) == []


def test_the_responsible_is_told_of_an_answer_of_somebody_else_unless_it_is_taken_back(desk: Desk) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Use water.", undo_seconds=30)
    assert to(desk) == [CORA] and on_screen(desk, desk.colleague) == ["answered"]
    answer = next(row for row, _raw in desk.sent() if row.kind == "answer")
    notice = next(row for row, _raw in desk.sent() if row.kind == "staff")
    assert notice.not_before == answer.not_before
    with desk.store.work(write=True) as work:
        outbox.withdraw(work, desk.boss, answer.id)
        state = work.value(select(t.outbox.c.state).where(t.outbox.c.outgoing_id == notice.id))
    assert (state, on_screen(desk, desk.colleague)) == ("withdrawn", [])


def test_what_the_customer_does_is_told_to_the_responsible_else_to_administrators(desk: Desk) -> None:
    number = assigned(desk, desk.colleague)
    set_status(desk, number, "closed", desk.colleague)
    clear(desk)
    customer_writes(desk, number)
    ((address, text),) = told(desk)
    assert address == CORA
    assert "Ann Baker wrote." in text and "Ann Baker opened the ticket again." in text
    assert "Still burning" not in text
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], None)
    clear(desk)
    customer_writes(desk, number)
    assert to(desk) == [BOSS]
    assert (on_screen(desk, desk.boss), on_screen(desk, desk.colleague)) == (["wrote"], [])


def test_an_agent_is_not_told_of_what_he_does_nor_of_what_he_writes_by_mail(desk: Desk) -> None:
    number = desk.ticket(sender=f"The Boss <{BOSS}>")
    assert told(desk) == [], "his own request; he is the only administrator"
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.boss.agent_id)
    assert told(desk) == [], "not as the customer of this ticket either"
    set_status(desk, number, "closed", desk.colleague)
    assert to(desk) == [BOSS], "once, as the customer"
    assert on_screen(desk, desk.boss) == ["closed"]


def test_nothing_changed_together_with_a_note_is_told_to_the_customer_but_agents_are(
    desk: Desk,
) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        messages.note(work, desk.boss, number, "canary-internal")
        tickets.set_status(work, desk.boss, [number], status(desk, "closed"))
    ((address, text),) = told(desk)
    assert address == CORA and "wrote an internal note" in text and "closed the ticket" in text
    assert not any(b"canary-internal" in raw for _row, raw in desk.sent())


def test_a_note_for_somebody_is_told_to_him_and_a_private_one_to_nobody_else(
    desk: Desk, make_agent: Make
) -> None:
    other = make_agent("olga", "agent")
    number = assigned(desk, other)
    with desk.store.work(write=True) as work:
        work.insert(t.watch, agent_id=desk.boss.agent_id, ticket_id=number, created_at=work.now)
        messages.note(
            work, desk.boss, number, "canary", visibility="private", addressee_id=desk.colleague.agent_id
        )
    assert to(desk) == [CORA]
    assert on_screen(desk, desk.colleague) == ["note"] and on_screen(desk, other) == []
    clear(desk)
    with desk.store.work(write=True) as work:
        messages.note(work, desk.boss, number, "canary", addressee_id=desk.colleague.agent_id)
    assert to(desk) == [CORA] and on_screen(desk, other) == ["internal"]


def test_of_an_absent_responsible_his_team_hears_too_else_administrators(
    desk: Desk, make_agent: Make, clock: Clock
) -> None:
    make_agent("dan", "agent")
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "dan", {"addresses": ("dan@desk.example",)})
        teams.add(work, desk.boss, "first line", members=["cora", "dan"])
        schedules.day_off(work, desk.boss, desk.colleague.agent_id or 0, "2026-11-02", "2026-11-20")
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)

    def told_of_a_letter() -> list[str]:
        clear(desk)
        desk.receive(desk.letter(subject=f"[{desk.row(number).token}]", text="Hello?"))
        return sorted(to(desk, "staff"))

    assert told_of_a_letter() == [CORA, "dan@desk.example"]
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "dan", {"day_off": True})
    assert told_of_a_letter() == [BOSS, CORA]
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "stand_in", False)
    assert told_of_a_letter() == [CORA]
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "stand_in", True)
    clock.forward(days=30)
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "dan", {"day_off": False})
    assert told_of_a_letter() == [CORA]


def test_watchers_are_told_of_what_they_may_see(desk: Desk, make_agent: Make) -> None:
    watcher, blind = make_agent("wanda", "viewer"), make_agent("own", "agent_own")
    number = assigned(desk, desk.boss)
    with desk.store.work(write=True) as work:
        for one in (watcher, blind):
            work.insert(t.watch, agent_id=one.agent_id, ticket_id=number, created_at=work.now)
    set_status(desk, number, "solving")
    assert on_screen(desk, watcher) == ["status"] and on_screen(desk, blind) == []


def test_a_team_is_told_of_its_new_tickets(desk: Desk, make_agent: Make) -> None:
    mate = make_agent("mate", "agent")
    with desk.store.work(write=True) as work:
        team = work.insert(t.team, name="printers")
        for one in (mate, desk.colleague):
            work.update(t.agent, one.agent_id or 0, team_id=team)
        from deskterm.desk import settings

        settings.set(work, desk.boss, "default_responsible", "team:printers")
    number = desk.ticket()
    assert on_screen(desk, mate) == ["new"] == on_screen(desk, desk.colleague)
    clear(desk)
    set_status(desk, number, "solving")
    assert (on_screen(desk, mate), on_screen(desk, desk.colleague)) == ([], [])


def test_an_undo_in_time_withdraws_what_it_told_and_tells_nothing_itself(desk: Desk, clock: Clock) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        observers.add(work, desk.boss, "manager@boss.example")
    set_status(desk, number, "closed")
    assert sorted(to(desk, "told", "staff", "notice")) == [ANN, CORA, "manager@boss.example"]
    assert on_screen(desk, desk.colleague) == ["closed"]
    clock.forward(seconds=5)
    with desk.store.work(write=True) as work:
        assert undo.undo(work, desk.boss).notes == ()
    assert len(to(desk, "told", "staff", "notice")) == 3, "the undo made no letter"
    assert on_screen(desk, desk.colleague) == []
    clock.forward(minutes=5)
    with desk.store.work(write=True) as work:
        claimed = [address for one in dispatch.claim(work, 1) for address in one.recipients]
    assert set(claimed) & {ANN, CORA, "manager@boss.example"} <= {ANN, CORA}
    with desk.store.work() as work:
        states = work.rows(
            select(t.outbox.c.state, t.outgoing.c.kind).join(
                t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id
            )
        )
    assert {row.state for row in states if row.kind in ("told", "staff", "notice")} == {"withdrawn"}


def test_an_undo_too_late_is_told_to_those_who_were_told(desk: Desk, clock: Clock) -> None:
    number = assigned(desk, desk.colleague)
    set_status(desk, number, "solving")
    clock.forward(minutes=5)
    with desk.store.work(write=True) as work:
        for one in dispatch.claim(work, 1):
            work.execute(
                t.outbox.update().where(t.outbox.c.outgoing_id == one.outgoing_id).values(state="sent")
            )
    with desk.store.work(write=True) as work:
        assert undo.undo(work, desk.boss).notes
    texts = [text for address, text in told(desk) if address == ANN]
    assert len(texts) == 2 and "Its status is now: New." in texts[1]


def test_customers_of_silent_and_machine_tickets_are_told_nothing(desk: Desk) -> None:
    for number in (
        desk.ticket(Auto_Submitted="auto-generated"),
        desk.ticket(subject="list", List_Id="<x.example>"),
        desk.ticket(subject="silent"),
    ):
        if desk.row(number).subject == "silent":
            with desk.store.work(write=True) as work:
                work.update(t.ticket, number, silent=True)
        set_status(desk, number, "closed")
    assert to(desk, "told") == []


def test_the_flood_limit_counts_what_customers_are_told(desk: Desk) -> None:
    numbers = [desk.ticket(subject=f"n{n}") for n in range(15)]
    with desk.store.work(write=True) as work:
        tickets.set_status(work, desk.boss, numbers, status(desk, "closed"))
    assert len(to(desk, "told")) == 5, "fifteen confirmations, and twenty letters an hour at most"
    assert [desk.row(number).muted != "" for number in numbers] == [False] * 5 + [True] * 10
    assert to(desk, "staff").count(BOSS) == 15, "the administrators were told of every ticket"


def test_a_switch_is_obeyed_and_reset(desk: Desk) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        notice_switches.edit(work, desk.boss, "status", {"customer": False, "responsible": True})
    set_status(desk, number, "solving")
    assert to(desk) == [CORA]
    clear(desk)
    with desk.store.work(write=True) as work:
        notice_switches.reset(work, desk.boss, "status")
    set_status(desk, number, "new")
    assert to(desk) == [ANN]
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.boss)
        undo.undo(work, desk.boss)
        switched = {one.kind: one for one in notice_switches.listed(work, desk.boss)}["status"]
    assert (switched.customer, switched.responsible, switched.changed) == (False, True, True)


def test_what_cannot_be_switched_is_refused(desk: Desk) -> None:
    for kind, switches, problem in (
        ("internal", {"customer": True}, BadData),
        ("note", {"customer": True}, BadData),
        ("answered", {"customer": False}, BadData),
        ("status", {"everybody": True}, BadData),
        ("birthday", {"customer": True}, NotFound),
    ):
        with pytest.raises(problem), desk.store.work(write=True) as work:
            notice_switches.edit(work, desk.boss, kind, switches)
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        notice_switches.edit(work, desk.colleague, "status", {"customer": False})


def test_an_agent_chooses_letters_or_the_screen(desk: Desk) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        notice_switches.set_own(work, desk.colleague, "wrote", mail=False)
        notice_switches.set_own(work, desk.colleague, "closed", screen=False)
    customer_writes(desk, number)
    assert told(desk) == [] and on_screen(desk, desk.colleague) == ["wrote"]
    clear(desk)
    set_status(desk, number, "closed")
    assert CORA in to(desk) and on_screen(desk, desk.colleague) == []
    with desk.store.work(write=True) as work:
        own = {one.kind: (one.mail, one.screen) for one in notice_switches.own(work, desk.colleague)}
        with pytest.raises(NotAllowed):
            notice_switches.set_own(work, desk.colleague, "new", mail=False, agent_id=desk.boss.agent_id)
    assert own["wrote"] == (False, True) and own["closed"] == (True, False) and own["new"] == (True, True)


def test_what_was_seen_is_seen_and_what_one_may_not_see_is_not_listed(desk: Desk, make_agent: Make) -> None:
    own = make_agent("own", "agent_own")
    number = assigned(desk, own)
    customer_writes(desk, number)
    assert on_screen(desk, own) == ["wrote"]
    with desk.store.work() as work:
        (line,) = notifications.unseen(work, own)
    assert (line.who, line.subject, line.title, line.ticket_id) == (
        "Ann Baker",
        "The printer is on fire",
        "the customer wrote",
        number,
    )
    with desk.store.work(write=True) as work:
        tickets.assign(work, desk.boss, [number], desk.colleague.agent_id)
    assert on_screen(desk, own) == []
    with desk.store.work(write=True) as work:
        assert notifications.seen(work, desk.colleague, [line.id]) == 0
        assert notifications.seen(work, desk.colleague) == 1
    assert on_screen(desk, desk.colleague) == []


def test_a_refused_letter_and_one_that_came_back_are_told_to_the_responsible(desk: Desk) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.colleague, number, "Use water.", undo_seconds=0)

    class Refused:
        state, code, text = "failed", 550, "no such user"

    with desk.store.work(write=True) as work:
        claimed = [one for one in dispatch.claim(work, 1) if not one.automatic]
        dispatch.settle(work, claimed[0].outgoing_id, {ANN: Refused()})
    assert on_screen(desk, desk.colleague) == ["failed"]
    assert to(desk) == [CORA], "a customer who gets no letters is not told by letter"


def test_an_unverified_letter_is_told_to_the_responsible_and_not_to_observers(desk: Desk) -> None:
    number = assigned(desk, desk.colleague)
    with desk.store.work(write=True) as work:
        observers.add(work, desk.boss, "manager@boss.example")
    outcome = desk.receive(
        desk.letter(sender="eve@elsewhere.example", subject=f"[{desk.row(number).token}]", text="canary")
    )[0]
    assert outcome.verdict == "append unverified"
    assert to(desk, "told", "staff", "notice") == [CORA] and on_screen(desk, desk.colleague) == ["unverified"]


def test_texts_are_the_desks_own_in_both_languages(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"language": "ru"})
        templates.set(work, desk.boss, "customer.closed", "ru", "Всё, {number}.", desk.account_id)
        work.update(t.agent, desk.colleague.agent_id or 0, language="en")
    number = assigned(desk, desk.colleague)
    set_status(desk, number, "closed")
    texts = dict(told(desk))
    assert f"Всё, {number}." in texts[ANN] and "В вашей заявке" in texts[ANN]
    assert "closed the ticket" in texts[CORA]


def test_every_kind_says_something_to_agents_and_to_customers_who_are_told() -> None:
    for kind in notice_kinds.KINDS.values():
        assert f"agent.{kind.name}" in templates.BUILT_IN
        mailed = kind.customer is not None and (kind.name, "customer") not in notice_kinds.ALWAYS
        assert (f"customer.{kind.name}" in templates.BUILT_IN) == mailed
