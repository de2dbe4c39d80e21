"""Playing the past on a real desk: letters go through intake, answers through the desk's own acts.

The store's clock is set to each step's moment, so history, statuses and times are what they would be
had the desk run all along. Our own letters of the past count as sent; nobody gets them again.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from deskterm.demo import strange
from deskterm.demo.attachments import make
from deskterm.demo.customers import Conversation
from deskterm.demo.history import Step, Thread
from deskterm.demo.letters import answered_subject, build, new_message_id
from deskterm.demo.people import COLLEAGUES, COMPANIES, MAILBOXES, PEOPLE, Mailbox, Person
from deskterm.demo.programs import Draft, Quoted
from deskterm.demo.texts import CATEGORIES, TEMPLATES
from deskterm.desk import (
    accounts,
    agents,
    answer_templates,
    choices,
    clients,
    dispatch,
    messages,
    reading,
    tickets,
)
from deskterm.desk.actor import Actor, of_agent
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived
from deskterm.i18n import N_, _
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from deskterm.store.engine import Store
from deskterm.store.work import Work

RUBRICS = (
    N_("Hardware"),
    N_("Network"),
    N_("Access"),
    N_("Billing"),
    N_("Delivery"),
    N_("Software"),
    N_("Staff"),
)
MINE_EVERY = 3
"""Of the open tickets every so many is the owner's, so that his own sections are not empty."""
UNREAD_HOURS = 20
READING_SECONDS = 120
"""What an answer of the past took, beside a second for each of its signs."""
EPOCH = "before"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the demo's servers listen."""

    imap: int
    smtp: int


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a server would have said of a letter of the past."""

    state: str = "sent"
    code: int | None = 250
    text: str = "2.0.0 Delivered"


@dataclass(slots=True)
class _Told:
    """A thread while it is being played."""

    thread: Thread
    ticket_id: int | None = None
    subject: str = ""
    message_ids: list[str] = field(default_factory=list)
    newest: Quoted | None = None


def furnish(store: Store, owner: Actor, ports: Ports) -> None:
    """Accounts, agents, rubrics and clients of the demo desk."""
    with store.work(write=True) as work:
        for mailbox in MAILBOXES:
            accounts.add(work, owner, _account(mailbox, ports))
        for colleague in COLLEAGUES:
            agents.add(
                work,
                owner,
                colleague.login,
                name=colleague.name,
                addresses=(colleague.address,),
                language=colleague.language,
            )
        for name in RUBRICS:
            choices.add(work, owner, "rubric", _(name))
        for name in CATEGORIES:
            choices.add(work, owner, "category", _(name))
        for name, language, body in TEMPLATES:
            answer_templates.add(work, owner, name, body, language)
        for company in COMPANIES.values():
            clients.add(work, owner, company.name)
            for person in PEOPLE:
                if person.company is company:
                    clients.add_contact(
                        work,
                        owner,
                        company.name,
                        person.name,
                        [person.address],
                        [person.phone],
                        person.language,
                    )


def _account(mailbox: Mailbox, ports: Ports) -> accounts.AccountInput:
    return accounts.AccountInput(
        address=mailbox.address,
        name=mailbox.name,
        login=mailbox.address,
        incoming="imap",
        incoming_host="127.0.0.1",
        incoming_port=ports.imap,
        incoming_security="none",
        outgoing="smtp",
        outgoing_host="127.0.0.1",
        outgoing_port=ports.smtp,
        outgoing_security="none",
        language=mailbox.language,
        sent_folder="Sent",
    )


class Past:
    """One playing of a past on a store; `play` does it all."""

    def __init__(self, store: Store, owner: Actor, seed: int) -> None:
        self._store = store
        self._owner = owner
        self._randomness = random.Random(seed)
        self._now = datetime.now(UTC)
        with store.work() as work:
            self._accounts: Mapping[str, int] = dict(
                work.rows(select(t.account.c.key, t.account.c.id))  # type: ignore[arg-type]
            )
            self._own = receive.own_addresses(work)
            self._statuses: Mapping[str, int] = dict(
                work.rows(select(t.status.c.key, t.status.c.id))  # type: ignore[arg-type]
            )
            self._rubrics = {
                row.name: row.id
                for row in work.rows(
                    select(t.choice.c.name, t.choice.c.id).where(t.choice.c.list == "rubric")
                )
            }
            self._actors = {each.login: of_agent(work, each.login, "console") for each in COLLEAGUES}
        self._key = 0
        self._names = {mailbox.address: mailbox.name for mailbox in MAILBOXES}

    def play(self, threads: tuple[Thread, ...], progress: Progress) -> list[Conversation]:
        """Every step of all threads in the order of time; what the customers remember of it."""
        told = {thread.number: _Told(thread) for thread in threads}
        steps = sorted(
            (step.when, thread.number, place) for thread in threads for place, step in enumerate(thread.steps)
        )
        store, store_clock = self._store, self._store.clock
        gc.disable()  # a sixth of the time, and all this makes little garbage in circles
        try:
            for done, (when, number, place) in enumerate(steps):
                moment = when.astimezone(UTC)
                store.clock = lambda moment=moment: moment
                with store.work(write=True) as work:
                    self._step(work, told[number], told[number].thread.steps[place])
                progress(done + 1, len(steps))
        finally:
            store.clock = store_clock
            gc.enable()
        self._mark_read()
        return [_conversation(each, self._randomness) for each in told.values() if each.message_ids]

    def _step(self, work: Work, told: _Told, step: Step) -> None:
        if step.kind == "letter":
            self._letter(work, told, step)
        elif told.ticket_id is None:
            return
        elif step.kind == "reply":
            self._reply(work, told, step)
            self._settle(work)
        elif step.kind == "note":
            asked = self._owner.agent_id if told.thread.end == "working" else None
            messages.note(work, self._agent(told), told.ticket_id, step.text, addressee_id=asked)
        elif step.kind == "close":
            tickets.set_status(work, self._agent(told), [told.ticket_id], self._statuses["closed"])

    def _agent(self, told: _Told) -> Actor:
        login = told.thread.agent.login if told.thread.agent is not None else ""
        return self._actors.get(login) or self._owner

    def _letter(self, work: Work, told: _Told, step: Step) -> None:
        thread = told.thread
        assert step.writer is not None
        if thread.strange is not None:
            token = str(work.value(select(t.ticket.c.token).order_by(t.ticket.c.id)) or "")
            raw = strange.letter(thread.strange, step.when, token, self._randomness)
            self._receive(work, thread.strange.to, raw, step.when)
            self._settle(work)
            return
        message_id = new_message_id(step.writer, self._randomness)
        mailbox = step.writer.company.writes_to
        attached = tuple(make(kind, name, thread.subject, self._randomness) for kind, name in step.attached)
        draft = Draft(
            step.writer,
            ((self._names[mailbox], mailbox),),
            answered_subject(told.subject) if told.newest is not None else thread.subject,
            step.text,
            step.when,
            answers=told.newest,
            attached=attached,
            message_id=message_id,
        )
        ticket_id = self._receive(work, mailbox, build(draft, self._randomness), step.when)
        told.message_ids.append(message_id)
        if told.ticket_id is None and ticket_id is not None:
            told.ticket_id = ticket_id
            self._begin(work, told)
            self._settle(work)
        if told.newest is None:
            told.subject = thread.subject
        told.newest = _quoted(step.writer, step, message_id, told.newest)

    def _begin(self, work: Work, told: _Told) -> None:
        thread = told.thread
        assert told.ticket_id is not None
        actor = self._agent(told)
        rubric = self._rubrics.get(_(thread.rubric))
        if thread.end != "new" and rubric is not None:
            tickets.set_rubric(work, actor, [told.ticket_id], rubric)
        if thread.agent is None:
            return
        mine = thread.end in ("working", "waiting") and thread.number % MINE_EVERY == 0
        responsible = self._owner if mine else actor
        tickets.assign(work, actor, [told.ticket_id], responsible.agent_id)
        if thread.end == "working":
            tickets.set_status(work, actor, [told.ticket_id], self._statuses["solving"])

    def _receive(self, work: Work, mailbox: str, raw: bytes, when: datetime) -> int | None:
        """The ticket the letter came to, if it came to one."""
        self._key += 1
        (delivery_id,) = receive.store(
            work,
            self._accounts[mailbox],
            "INBOX",
            EPOCH,
            [Arrived(str(self._key), raw, when.astimezone(UTC))],
        )
        (outcome,) = receive.process(
            work, [receive.prepare(delivery_id, read_letter(raw, own_addresses=self._own))]
        )
        return outcome.ticket_id

    def _reply(self, work: Work, told: _Told, step: Step) -> None:
        assert told.ticket_id is not None
        actor = self._agent(told)
        message_id = messages.reply(
            work,
            actor,
            told.ticket_id,
            step.text,
            seen_message_id=None,
            undo_seconds=0,
            anyway=True,
            seconds_spent=READING_SECONDS + len(step.text),
        )
        row = work.first(
            select(t.message.c.message_key, t.message.c.from_address).where(t.message.c.id == message_id)
        )
        sent = work.first(select(t.outgoing.c.subject).where(t.outgoing.c.message_id == message_id))
        if row is None or sent is None:
            return
        told.subject = sent.subject
        before = told.newest
        chain = (*before.references, before.message_id) if before is not None else ()
        told.newest = Quoted(actor.name, row.from_address, step.when, step.text, row.message_key, chain)

    def _settle(self, work: Work) -> None:
        """Everything queued counts as sent, copies as filed."""
        for claimed in dispatch.claim(work, 0, 50):
            dispatch.settle(work, claimed.outgoing_id, dict.fromkeys(claimed.recipients, _Sent()))
        for outgoing_id, _account_id, _raw in dispatch.file_pending(work, None, 50):
            dispatch.filed(work, outgoing_id, True)

    def _mark_read(self) -> None:
        """The owner has read what is closed or older than a working day."""
        with self._store.work(write=True) as work:
            old = work.values(
                select(t.ticket.c.id).where(
                    (t.ticket.c.status_class == "closed")
                    | (t.ticket.c.last_message_at < self._now - timedelta(hours=UNREAD_HOURS))
                )
            )
            reading.read_tickets(work, self._owner, old)


def _quoted(writer: Person, step: Step, message_id: str, before: Quoted | None) -> Quoted:
    chain = (*before.references, before.message_id) if before is not None else ()
    return Quoted(writer.name, writer.address, step.when, step.text, message_id, chain)


def _conversation(told: _Told, randomness: random.Random) -> Conversation:
    thread = told.thread
    over = thread.end == "closed"
    patience = 0 if over else randomness.choice((0, 1, 1, 2))
    found = Conversation(thread.customer, thread.topic, told.message_ids, patience)
    return replace(found, over=over)
