"""The table of the matrix test: each act of the desk, how it is called, and the right it needs.

A new act needs a line here. `right` is what its caller must have (None: nothing beyond what he may see);
`about` says what it is about: a 'ticket' or 'message' one may not see is not found, an 'own' thing of
somebody else is left as it is. `ends` is an error a permitted call ends with, where the thing stands
otherwise than the act wants it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from deskterm.desk import (
    accounts,
    agents,
    answer_form,
    answer_templates,
    articles,
    attachments,
    blacklist,
    branches,
    cards,
    choices,
    clients,
    contacts,
    departments,
    doctor,
    drafts,
    erasing,
    feed,
    forwards,
    junk,
    letters,
    linking,
    listing,
    maillog,
    marks,
    merging,
    message_card,
    messages,
    moving,
    muting,
    new_ticket,
    notice_switches,
    notifications,
    observers,
    originals,
    outbox,
    own_settings,
    participants,
    people_csv,
    presence,
    previews,
    reading,
    refiling,
    relocating,
    reminders,
    reports,
    resending,
    roles,
    round_trip,
    rules,
    saved_views,
    schedules,
    searching,
    section_numbers,
    senders,
    settings,
    showing,
    similar,
    since,
    snoozing,
    ssh_keys,
    state,
    statuses,
    tabs,
    teams,
    templates,
    ticket_card,
    ticket_files,
    tickets,
    timeline,
    triage,
    undo,
)
from deskterm.desk import bin as the_bin
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, DeskError, NotFound
from deskterm.desk.query import completion, marking
from deskterm.desk.report_views import Report, Scope
from deskterm.store.work import Work

# its private half was thrown away
PUBLIC_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGFnOfe4Py8loKsRq5IitGwj+gsWAkA3GKWbpwhWK50Y"
__all__ = ["ACTS", "BEYOND_UNDO", "PARTS", "Act", "World"]


@dataclass(slots=True)
class World:
    """A desk in which everything is somebody else's, and who acts on it now."""

    work: Work
    actor: Actor
    message: int
    """The message that is acted on: public, internal or private."""
    ids: dict[str, Any]
    folder: Path

    def __getattr__(self, name: str) -> Any:
        return self.ids[name]


Call = Callable[[Work, Actor, World], Any]


@dataclass(frozen=True, slots=True)
class Act:
    """How an act is called, what it needs, what it is about."""

    call: Call
    right: str | None
    about: str = ""
    whose: bool = False
    """Whether `right` is enough for one's own only: this one, another's, needs an administrator."""
    ends: type[DeskError] | tuple[type[DeskError], ...] = ()


PARTS: dict[str, str] = {
    **dict.fromkeys(
        (
            "actor.refresh", "history.record", "history.record_many", "rights.require",
            "rights.at_the_machine", "rights.refuse", "statuses.require",
            "undo.together",
        ),
        "what acts are made of",
    ),
    **dict.fromkeys(
        (
            "answer_form.apply", "answer_form.status", "answer_form.values", "changed_since.who",
            "drafts.check_public",
            "drafts.files", "drafts.form_of", "drafts.sent_as", "drafts.take", "intake.apply.customer_wrote",
            "linking.note", "messages.guard", "moving.open_ticket", "outbox.give_back", "outbox.mine",
            "outbox.record", "purging.purge", "putting_back.put_back", "reading.put", "reading.written",
            "resending.replaced", "tickets.change", "tickets.change_all", "tickets.make",
            "contacts.retarget", "branches.for_agent",
            "branches.client_of", "letters.check_seen", "letters.held_rows", "letters.lines",
        ),
        "a step of acts that have checked already",
    ),
    **dict.fromkeys(
        (
            "report_figures.tickets", "report_figures.time_spent",
            "query.meaning.asked_words", "query.meaning.in_messages", "query.meaning.meaning",
            "searching.found", "sections.arms", "sections.query", "sections.where",
        ),
        "a condition, not an act; holds what the actor may see",
    ),
}  # fmt: skip
"""What takes a unit of work and an actor and is no act; floor 3 may not call it."""

ACTS: dict[str, Act] = {
    # accounts and the desk itself
    "accounts.add": Act(
        lambda w, a, x: accounts.add(
            w, a, accounts.AccountInput(address="n@desk.example", incoming_host="h", outgoing_host="h")
        ),
        "administer",
    ),
    "accounts.edit": Act(lambda w, a, x: accounts.edit(w, a, x.account_address, {"name": "X"}), "administer"),
    "accounts.remove": Act(lambda w, a, x: accounts.remove(w, a, x.account_address), "administer"),
    "accounts.listed": Act(lambda w, a, x: accounts.listed(w, a), "see own"),
    "accounts.show": Act(lambda w, a, x: accounts.show(w, a, x.account_address), "see own"),
    "round_trip.write": Act(
        lambda w, a, x: round_trip.write(w, a, *[accounts.show(w, x.boss, x.account_address)] * 2),
        "administer",
    ),
    "doctor.repair": Act(lambda w, a, x: doctor.repair(w, a), "administer"),
    "ssh_keys.add": Act(
        lambda w, a, x: ssh_keys.add(
            w, a, "third", PUBLIC_KEY, x.folder / "keys", ssh_keys.Session(x.folder)
        ),
        "administer",
    ),
    "ssh_keys.remove": Act(
        lambda w, a, x: ssh_keys.remove(w, a, "nobody", None, x.folder / "keys"), "administer", ends=NotFound
    ),
    "ssh_keys.listed": Act(lambda w, a, x: ssh_keys.listed(w, a, x.folder / "keys"), "administer"),
    "ssh_keys.refused": Act(lambda w, a, x: ssh_keys.refused(w, a, "sh"), "see own"),
    "relocating.begin": Act(lambda w, a, x: relocating.begin(w, a, "/elsewhere"), "administer"),
    "relocating.back_up": Act(lambda w, a, x: relocating.back_up(w, a, "/a.tar.gz"), "administer"),
    "relocating.replace": Act(lambda w, a, x: relocating.replace(w, a), "administer"),
    "settings.set": Act(lambda w, a, x: settings.set(w, a, "desk_name", "X"), "administer"),
    "settings.check_mail_now": Act(lambda w, a, x: settings.check_mail_now(w, a), "see own"),
    "choices.add": Act(lambda w, a, x: choices.add(w, a, "rubric", "New"), "administer"),
    "choices.edit": Act(lambda w, a, x: choices.edit(w, a, "rubric", "Net", {"name": "X"}), "administer"),
    "choices.remove": Act(lambda w, a, x: choices.remove(w, a, "rubric", "Net"), "administer"),
    "choices.order": Act(lambda w, a, x: choices.order(w, a, "rubric", [x.rubric]), "administer"),
    "choices.listed": Act(lambda w, a, x: choices.listed(w, a, "rubric"), "see own"),
    "statuses.add": Act(lambda w, a, x: statuses.add(w, a, "New one", "active"), "administer"),
    "statuses.edit": Act(lambda w, a, x: statuses.edit(w, a, "new", {"name": "X"}), "administer"),
    "statuses.remove": Act(lambda w, a, x: statuses.remove(w, a, "solving"), "administer"),
    "statuses.order": Act(
        lambda w, a, x: statuses.order(w, a, [row.id for row in statuses.listed(w)]), "administer"
    ),
    "statuses.may_set": Act(lambda w, a, x: statuses.may_set(w, a, x.closed), None),
    "statuses.settable": Act(lambda w, a, x: statuses.settable(w, a), None),
    "templates.listed": Act(lambda w, a, x: templates.listed(w, a), "administer"),
    "templates.show": Act(lambda w, a, x: templates.show(w, a, "confirmation", "en"), "administer"),
    "templates.set": Act(lambda w, a, x: templates.set(w, a, "refusal", "en", "No."), "administer"),
    "templates.reset": Act(
        lambda w, a, x: templates.reset(w, a, "confirmation", "en"), "administer", ends=(NotFound, BadData)
    ),
    "rules.add": Act(lambda w, a, x: rules.add(w, a, "R2", ["subject contains x"]), "administer"),
    "rules.edit": Act(lambda w, a, x: rules.edit(w, a, x.rule, {"name": "X"}), "administer"),
    "rules.remove": Act(lambda w, a, x: rules.remove(w, a, x.rule), "administer"),
    "rules.move": Act(lambda w, a, x: rules.move(w, a, x.rule, 1), "administer"),
    "rules.listed": Act(lambda w, a, x: rules.listed(w, a), "see own"),
    "rules.show": Act(lambda w, a, x: rules.show(w, a, x.rule), "see own"),
    "observers.add": Act(lambda w, a, x: observers.add(w, a, "o2@x.example"), "administer"),
    "observers.remove": Act(lambda w, a, x: observers.remove(w, a, "o@x.example"), "administer"),
    "observers.of_address": Act(lambda w, a, x: observers.of_address(w, a, "o@x.example"), "change"),
    "observers.listed": Act(lambda w, a, x: observers.listed(w, a), "change"),
    "notice_switches.listed": Act(lambda w, a, x: notice_switches.listed(w, a), "administer"),
    "notice_switches.edit": Act(
        lambda w, a, x: notice_switches.edit(w, a, "status", {"customer": False}), "administer"
    ),
    "notice_switches.reset": Act(lambda w, a, x: notice_switches.reset(w, a, "status"), "administer"),
    "notice_switches.own": Act(lambda w, a, x: notice_switches.own(w, a, x.other), "administer"),
    "notice_switches.set_own": Act(
        lambda w, a, x: notice_switches.set_own(w, a, "status", mail=False, agent_id=x.other), "administer"
    ),
    # people
    "agents.add": Act(lambda w, a, x: agents.add(w, a, "newcomer"), "administer"),
    "agents.edit": Act(lambda w, a, x: agents.edit(w, a, "other", {"extension": "7"}), "administer"),
    "agents.remove": Act(lambda w, a, x: agents.remove(w, a, "other"), "administer"),
    "agents.listed": Act(lambda w, a, x: agents.listed(w, a), "see own"),
    "agents.show": Act(lambda w, a, x: agents.show(w, a, "other"), "see own"),
    "roles.add": Act(lambda w, a, x: roles.add(w, a, "R2", ["see own"]), "administer"),
    "roles.edit": Act(lambda w, a, x: roles.edit(w, a, "Own role", {"rights": ["delete"]}), "administer"),
    "roles.remove": Act(lambda w, a, x: roles.remove(w, a, "Own role"), "administer"),
    "roles.listed": Act(lambda w, a, x: roles.listed(w, a), "see own"),
    "roles.show": Act(lambda w, a, x: roles.show(w, a, "agent"), "see own"),
    "teams.add": Act(lambda w, a, x: teams.add(w, a, "T2"), "administer"),
    "teams.edit": Act(lambda w, a, x: teams.edit(w, a, "Team", {"members": ["other"]}), "administer"),
    "teams.remove": Act(lambda w, a, x: teams.remove(w, a, "Team"), "administer"),
    "teams.listed": Act(lambda w, a, x: teams.listed(w, a), "see own"),
    "teams.show": Act(lambda w, a, x: teams.show(w, a, "Team"), "see own"),
    "branches.add": Act(lambda w, a, x: branches.add(w, a, "B2"), "administer"),
    "branches.edit": Act(lambda w, a, x: branches.edit(w, a, "Branch", {"name": "X"}), "administer"),
    "branches.remove": Act(lambda w, a, x: branches.remove(w, a, "Branch"), "administer"),
    "branches.listed": Act(lambda w, a, x: branches.listed(w, a), "see own"),
    "branches.show": Act(lambda w, a, x: branches.show(w, a, "Branch"), "see own"),
    "schedules.set": Act(lambda w, a, x: schedules.set(w, a, x.other, None), "administer"),
    "schedules.day_off": Act(lambda w, a, x: schedules.day_off(w, a, x.other, "2030-01-01"), "administer"),
    "schedules.no_day_off": Act(lambda w, a, x: schedules.no_day_off(w, a, x.day_off), "administer"),
    "schedules.listed": Act(lambda w, a, x: schedules.listed(w, a), "see own"),
    "schedules.show": Act(lambda w, a, x: schedules.show(w, a, x.other), "see own"),
    "clients.add": Act(lambda w, a, x: clients.add(w, a, "C2"), "change"),
    "clients.edit": Act(lambda w, a, x: clients.edit(w, a, x.client, {"note": "X"}), "change"),
    "clients.remove": Act(lambda w, a, x: clients.remove(w, a, x.client), "change"),
    "clients.merge": Act(lambda w, a, x: clients.merge(w, a, [x.client2], x.client), "change"),
    "clients.listed": Act(lambda w, a, x: clients.listed(w, a), "see own"),
    "clients.show": Act(lambda w, a, x: clients.show(w, a, x.client), "see own"),
    "clients.add_contact": Act(lambda w, a, x: clients.add_contact(w, a, x.client, "N"), "change"),
    "clients.contacts_of": Act(lambda w, a, x: clients.contacts_of(w, a, x.client), "see own"),
    "departments.add": Act(lambda w, a, x: departments.add(w, a, x.client, "D2"), "change"),
    "departments.edit": Act(lambda w, a, x: departments.edit(w, a, x.department, {"name": "X"}), "change"),
    "departments.remove": Act(lambda w, a, x: departments.remove(w, a, x.department), "change"),
    "departments.listed": Act(lambda w, a, x: departments.listed(w, a), "see own"),
    "departments.show": Act(lambda w, a, x: departments.show(w, a, "Department"), "see own"),
    "contacts.add": Act(lambda w, a, x: contacts.add(w, a, x.client, "N"), "change"),
    "contacts.edit": Act(lambda w, a, x: contacts.edit(w, a, x.contact, {"note": "X"}), "change"),
    "contacts.set_points": Act(lambda w, a, x: contacts.set_points(w, a, x.contact, []), "change"),
    "contacts.move": Act(lambda w, a, x: contacts.move(w, a, x.contact, x.client2), "change"),
    "contacts.remove": Act(lambda w, a, x: contacts.remove(w, a, x.contact), "change"),
    "contacts.hand_over": Act(lambda w, a, x: contacts.hand_over(w, a, x.contact, "N"), "change"),
    "contacts.merge": Act(lambda w, a, x: contacts.merge(w, a, [x.contact2], x.contact), "change"),
    "contacts.listed": Act(lambda w, a, x: contacts.listed(w, a), "see own"),
    "contacts.show": Act(lambda w, a, x: contacts.show(w, a, str(x.contact)), "see own"),
    "people_csv.load": Act(lambda w, a, x: people_csv.load(w, a, b"client\nX\n"), "administer"),
    "erasing.erase": Act(lambda w, a, x: erasing.erase(w, a, x.contact2), "erase"),
    "cards.client": Act(lambda w, a, x: cards.client(w, a, x.client), "see own"),
    "cards.contact": Act(lambda w, a, x: cards.contact(w, a, x.contact), "see own"),
    "cards.agent": Act(lambda w, a, x: cards.agent(w, a, x.other), "see own"),
    "cards.tickets_of": Act(lambda w, a, x: cards.tickets_of(w, a, client_id=x.client), "see own"),
    "cards.suggested": Act(lambda w, a, x: cards.suggested(w, a, x.ticket), "see own", "ticket"),
    "cards.of_message": Act(lambda w, a, x: cards.of_message(w, a, x.message), "see own", "message"),
    "cards.of_ticket": Act(lambda w, a, x: cards.of_ticket(w, a, x.ticket), "see own", "ticket"),
    # tickets
    "tickets.find": Act(lambda w, a, x: tickets.find(w, a, x.ticket), None, "ticket"),
    "tickets.find_all": Act(lambda w, a, x: tickets.find_all(w, a, [x.ticket]), None, "ticket"),
    "tickets.assign": Act(lambda w, a, x: tickets.assign(w, a, [x.ticket], x.third), "change", "ticket"),
    "tickets.set_status": Act(
        lambda w, a, x: tickets.set_status(w, a, [x.ticket], x.closed), "change", "ticket"
    ),
    "tickets.set_rubric": Act(
        lambda w, a, x: tickets.set_rubric(w, a, [x.ticket], x.rubric), "change", "ticket"
    ),
    "tickets.set_subject": Act(lambda w, a, x: tickets.set_subject(w, a, x.ticket, "X"), "change", "ticket"),
    "tickets.set_field": Act(
        lambda w, a, x: tickets.set_field(w, a, [x.ticket], "team", x.team), "change", "ticket"
    ),
    "tickets.solved": Act(lambda w, a, x: tickets.solved(w, a, [x.ticket]), "change", "ticket"),
    "tickets.did_not_help": Act(lambda w, a, x: tickets.did_not_help(w, a, [x.ticket]), "change", "ticket"),
    "tickets.set_author": Act(
        lambda w, a, x: tickets.set_author(w, a, x.message, contact_id=x.contact2),
        "change",
        "message",
        ends=BadData,
    ),
    "forwards.take": Act(lambda w, a, x: forwards.take(w, a, x.ticket), "change", "ticket", ends=NotFound),
    "timeline.events": Act(lambda w, a, x: timeline.events(w, a, x.ticket), "see own", "ticket"),
    "snoozing.snooze": Act(
        lambda w, a, x: snoozing.snooze(w, a, [x.ticket], w.now + timedelta(days=1)), "change", "ticket"
    ),
    "snoozing.wake": Act(lambda w, a, x: snoozing.wake(w, a, [x.ticket]), "change", "ticket"),
    "reminders.add": Act(
        lambda w, a, x: reminders.add(w, a, x.ticket, w.now + timedelta(days=1)), "see own", "ticket"
    ),
    "reminders.done": Act(lambda w, a, x: reminders.done(w, a, [x.reminder]), "see own", "own"),
    "reminders.listed": Act(lambda w, a, x: reminders.listed(w, a), "see own", "own"),
    "reminders.text_of": Act(lambda w, a, x: reminders.text_of(w, a, x.event), None, "own"),
    "marks.watch": Act(lambda w, a, x: marks.watch(w, a, [x.ticket], agent_id=x.third), "change", "ticket"),
    "marks.favorite": Act(lambda w, a, x: marks.favorite(w, a, [x.ticket], shared=True), "change", "ticket"),
    "marks.watchers": Act(lambda w, a, x: marks.watchers(w, a, x.ticket), None, "ticket"),
    "marks.of": Act(lambda w, a, x: marks.of(w, a, [x.ticket]), None),
    "tabs.listed": Act(lambda w, a, x: tabs.listed(w, a), None, "own"),
    "tabs.add": Act(lambda w, a, x: tabs.add(w, a, "N"), "see own"),
    "tabs.rename": Act(lambda w, a, x: tabs.rename(w, a, x.tab, "N"), "see own", "own"),
    "tabs.close": Act(lambda w, a, x: tabs.close(w, a, x.tab), "see own", "own"),
    "tabs.put": Act(lambda w, a, x: tabs.put(w, a, [x.ticket], tabs.add(w, a, "N")), "see own", "ticket"),
    "tabs.find": Act(lambda w, a, x: tabs.find(w, a, "Tab of other"), None, "own"),
    "moving.move": Act(
        lambda w, a, x: moving.move(w, a, [x.message], x.ticket2), "change", "message", ends=BadData
    ),
    "moving.split": Act(
        lambda w, a, x: moving.split(w, a, [x.message], "N"), "change", "message", ends=BadData
    ),
    "merging.merge": Act(lambda w, a, x: merging.merge(w, a, [x.ticket], x.ticket2), "change", "ticket"),
    "linking.link": Act(lambda w, a, x: linking.link(w, a, x.ticket, x.ticket2), "change", "ticket"),
    "linking.unlink": Act(lambda w, a, x: linking.unlink(w, a, x.ticket, x.linked), "change", "ticket"),
    "linking.of": Act(lambda w, a, x: linking.of(w, a, x.ticket), None, "ticket"),
    "bin.delete": Act(lambda w, a, x: the_bin.delete(w, a, [x.ticket]), "delete", "ticket"),
    "bin.delete_messages": Act(
        lambda w, a, x: the_bin.delete_messages(w, a, [x.message]), "delete", "message"
    ),
    "bin.restore": Act(lambda w, a, x: the_bin.restore(w, a, [x.binned]), "delete"),
    "bin.listed": Act(lambda w, a, x: the_bin.listed(w, a), "delete"),
    "bin.purge": Act(lambda w, a, x: the_bin.purge(w, a, [x.binned]), "administer"),
    "bin.spam": Act(lambda w, a, x: the_bin.spam(w, a, [x.ticket]), "triage", "ticket"),
    "bin.spam_message": Act(
        lambda w, a, x: the_bin.spam_message(w, a, x.message), "triage", "message", ends=BadData
    ),
    "undo.undo": Act(lambda w, a, x: undo.undo(w, a, x.reversal), "see own", "own"),
    "undo.listed": Act(lambda w, a, x: undo.listed(w, a), None, "own"),
    "undo.newest_id": Act(lambda w, a, x: undo.newest_id(w, a), None, "own"),
    "new_ticket.make": Act(
        lambda w, a, x: new_ticket.make(
            w, a, new_ticket.NewTicket("S", "T", client_id=x.client, contact_id=x.contact)
        ),
        "answer",
    ),
    "new_ticket.open_tickets": Act(lambda w, a, x: new_ticket.open_tickets(w, a), "see own"),
    "new_ticket.contact_choices": Act(lambda w, a, x: new_ticket.contact_choices(w, a, x.client), "see own"),
    # messages
    "messages.reply": Act(
        lambda w, a, x: messages.reply(w, a, x.ticket, "Hello", anyway=True), "answer", "ticket"
    ),
    "messages.note": Act(lambda w, a, x: messages.note(w, a, x.ticket, "Hello"), "note", "ticket"),
    "messages.preview": Act(lambda w, a, x: messages.preview(w, a, x.ticket), None, "ticket"),
    "messages.newer_by_others": Act(lambda w, a, x: messages.newer_by_others(w, a, x.ticket, 0), None),
    "messages.newest_by_person": Act(lambda w, a, x: messages.newest_by_person(w, a, x.ticket), None),
    "messages.set_time_spent": Act(
        lambda w, a, x: messages.set_time_spent(w, a, x.message, 60),
        "note",
        "message",
        whose=True,
        ends=BadData,
    ),
    "answer_form.shown": Act(lambda w, a, x: answer_form.shown(w, a, x.ticket), None, "ticket"),
    "answer_form.recipients": Act(lambda w, a, x: answer_form.recipients(w, a, x.ticket), None, "ticket"),
    "answer_form.suggested": Act(lambda w, a, x: answer_form.suggested(w, a, "category", None), None),
    "answer_templates.listed": Act(lambda w, a, x: answer_templates.listed(w, a), "templates"),
    "answer_templates.find": Act(lambda w, a, x: answer_templates.find(w, a, "Thanks"), "templates"),
    "answer_templates.add": Act(lambda w, a, x: answer_templates.add(w, a, "N", "B"), "administer"),
    "answer_templates.edit": Act(
        lambda w, a, x: answer_templates.edit(w, a, x.template, body="B"), "administer"
    ),
    "answer_templates.remove": Act(lambda w, a, x: answer_templates.remove(w, a, x.template), "administer"),
    "answer_templates.fill": Act(
        lambda w, a, x: answer_templates.fill(w, a, x.template, x.ticket), "templates", "ticket"
    ),
    "answer_templates.filled": Act(
        lambda w, a, x: answer_templates.filled(w, a, "{subject}", x.ticket), None, "ticket"
    ),
    "articles.listed": Act(lambda w, a, x: articles.listed(w, a), "see own"),
    "articles.search": Act(lambda w, a, x: articles.search(w, a, "title"), "see own"),
    "articles.show": Act(lambda w, a, x: articles.show(w, a, x.article), "see own"),
    "articles.add": Act(lambda w, a, x: articles.add(w, a, "N", "B"), "answer"),
    "articles.of_message": Act(
        lambda w, a, x: articles.of_message(w, a, x.message), "answer", "message", ends=BadData
    ),
    "articles.edit": Act(lambda w, a, x: articles.edit(w, a, x.article, title="N"), "answer"),
    "articles.remove": Act(lambda w, a, x: articles.remove(w, a, x.article), "delete"),
    "articles.use": Act(lambda w, a, x: articles.use(w, a, x.article), "answer"),
    "similar.similar_tickets": Act(lambda w, a, x: similar.similar_tickets(w, a, x.ticket), None, "ticket"),
    "similar.like": Act(lambda w, a, x: similar.like(w, a, "printer", "burns"), None),
    "attachments.read": Act(lambda w, a, x: attachments.read(w, a, x.file), None, "ticket"),
    "attachments.save": Act(lambda w, a, x: attachments.save(w, a, x.file, x.folder), None, "ticket"),
    "attachments.read_letter_part": Act(
        lambda w, a, x: attachments.read_letter_part(w, a, x.held, 0), "triage", ends=NotFound
    ),
    "attachments.save_letter_part": Act(
        lambda w, a, x: attachments.save_letter_part(w, a, x.held, 0, x.folder), "triage", ends=NotFound
    ),
    "previews.of_attachment": Act(lambda w, a, x: previews.of_attachment(w, a, x.file), None, "ticket"),
    "previews.of_letter_part": Act(
        lambda w, a, x: previews.of_letter_part(w, a, x.held, 0), "triage", ends=NotFound
    ),
    "ticket_files.listed": Act(lambda w, a, x: ticket_files.listed(w, a, x.ticket), None, "ticket"),
    "ticket_files.save": Act(lambda w, a, x: ticket_files.save(w, a, [x.file], x.folder), None, "ticket"),
    "drafts.save": Act(
        lambda w, a, x: drafts.save(w, a, key="new", ticket_id=x.ticket, visibility="public", body="B"),
        "answer",
    ),
    "drafts.find": Act(lambda w, a, x: drafts.find(w, a, x.draft), None, "own"),
    "drafts.of_ticket": Act(lambda w, a, x: drafts.of_ticket(w, a, x.ticket), None, "own"),
    "drafts.all_mine": Act(lambda w, a, x: drafts.all_mine(w, a), None, "own"),
    "drafts.deferred": Act(lambda w, a, x: drafts.deferred(w, a), None, "own"),
    "drafts.of_new_tickets": Act(lambda w, a, x: drafts.of_new_tickets(w, a), None, "own"),
    "drafts.defer": Act(lambda w, a, x: drafts.defer(w, a, x.draft), None, "own"),
    "drafts.drop": Act(lambda w, a, x: drafts.drop(w, a, x.draft), None, "own"),
    "drafts.attach": Act(lambda w, a, x: drafts.attach(w, a, x.draft, "n", "text/plain", b"x"), None, "own"),
    "drafts.detach": Act(lambda w, a, x: drafts.detach(w, a, x.draft_file), None, "own"),
    "participants.listed": Act(lambda w, a, x: participants.listed(w, a, x.ticket), None, "ticket"),
    "participants.find": Act(
        lambda w, a, x: participants.find(w, a, x.ticket, "ann@customer.example"), None, "ticket"
    ),
    "participants.add_address": Act(
        lambda w, a, x: participants.add_address(w, a, x.ticket, "n@x.example"), "change", "ticket"
    ),
    "participants.add_contact": Act(
        lambda w, a, x: participants.add_contact(w, a, x.ticket, x.contact2), "change", "ticket"
    ),
    "participants.exclude": Act(
        lambda w, a, x: participants.exclude(w, a, x.ticket, [x.participant]), "change", "ticket"
    ),
    "participants.include": Act(
        lambda w, a, x: participants.include(w, a, x.ticket, [x.participant]), "change", "ticket"
    ),
    "outbox.seconds_left": Act(lambda w, a, x: outbox.seconds_left(w, a, x.public), None),
    "outbox.arrived": Act(
        lambda w, a, x: outbox.arrived(w, a, x.outgoing), "answer", "ticket", whose=True, ends=BadData
    ),
    "outbox.retry": Act(
        lambda w, a, x: outbox.retry(w, a, x.outgoing), "answer", "ticket", whose=True, ends=BadData
    ),
    "outbox.withdraw": Act(
        lambda w, a, x: outbox.withdraw(w, a, x.outgoing), "answer", "ticket", whose=True, ends=BadData
    ),
    "resending.of_message": Act(lambda w, a, x: resending.of_message(w, a, x.message), None),
    "resending.edit_and_resend": Act(
        lambda w, a, x: resending.edit_and_resend(w, a, x.outgoing),
        "answer",
        "ticket",
        whose=True,
        ends=BadData,
    ),
    "muting.listed": Act(lambda w, a, x: muting.listed(w, a), "triage"),
    "muting.lift": Act(lambda w, a, x: muting.lift(w, a, "ann@customer.example"), "triage", ends=NotFound),
    # reading and looking
    "reading.read": Act(lambda w, a, x: reading.read(w, a, [x.message]), None),
    "reading.unread": Act(lambda w, a, x: reading.unread(w, a, [x.message]), None),
    "reading.read_tickets": Act(lambda w, a, x: reading.read_tickets(w, a, [x.ticket]), None),
    "reading.unread_tickets": Act(lambda w, a, x: reading.unread_tickets(w, a, [x.ticket]), None),
    "reading.unread_messages": Act(lambda w, a, x: reading.unread_messages(w, a, x.ticket), None),
    "reading.unread_tickets_among": Act(lambda w, a, x: reading.unread_tickets_among(w, a, [x.ticket]), None),
    "reading.first_unread": Act(lambda w, a, x: reading.first_unread(w, a, [x.ticket]), None),
    "feed.glance": Act(lambda w, a, x: feed.glance(w, a, 0, "console of mine"), None),
    "feed.changes": Act(lambda w, a, x: feed.changes(w, a, 0), None),
    "listing.tickets": Act(lambda w, a, x: listing.tickets(w, a, "all_active"), None),
    "query.completion.clients": Act(lambda w, a, x: completion.clients(w, a, "acme"), "see own"),
    "query.completion.complete": Act(lambda w, a, x: completion.complete(w, a, "client:a"), "see own"),
    "query.marking.marks": Act(lambda w, a, x: marking.marks(w, a, "privcan*"), None),
    "searching.ids": Act(lambda w, a, x: searching.ids(w, a, "privcanary"), None),
    "searching.messages_of": Act(lambda w, a, x: searching.messages_of(w, a, "privcanary", x.ticket), None),
    "listing.search": Act(lambda w, a, x: listing.search(w, a, "privcanary"), None),
    "listing.search_marked": Act(lambda w, a, x: listing.search_marked(w, a, "privcan*"), None),
    "listing.search_ids": Act(lambda w, a, x: listing.search_ids(w, a, "privcanary"), None),
    "listing.ticket_ids": Act(lambda w, a, x: listing.ticket_ids(w, a, "all_active"), None),
    "listing.ticket_rows": Act(lambda w, a, x: listing.ticket_rows(w, a, [x.ticket]), None),
    "listing.touched": Act(lambda w, a, x: listing.touched(w, a, "all_active", [x.ticket]), None),
    "listing.belongs": Act(lambda w, a, x: listing.belongs(w, a, "all_active", [x.ticket]), None),
    "listing.choosable": Act(lambda w, a, x: listing.choosable(w, a, "client"), "see own"),
    "listing.ticket_choices": Act(lambda w, a, x: listing.ticket_choices(w, a, ""), None),
    "section_numbers.rows": Act(lambda w, a, x: section_numbers.rows(w, a), "see own"),
    "section_numbers.next_change_at": Act(lambda w, a, x: section_numbers.next_change_at(w, a), None),
    "state.overview": Act(lambda w, a, x: state.overview(w, a), "see own"),
    "state.is_new": Act(lambda w, a, x: state.is_new(w, a), None),
    "state.status_line": Act(lambda w, a, x: state.status_line(w, a), "see own"),
    "showing.head": Act(lambda w, a, x: showing.head(w, a, x.ticket), None, "ticket"),
    "showing.messages": Act(lambda w, a, x: showing.messages(w, a, x.ticket), None, "ticket"),
    "ticket_card.shown": Act(lambda w, a, x: ticket_card.shown(w, a, x.ticket), "see own", "ticket"),
    "message_card.shown": Act(lambda w, a, x: message_card.shown(w, a, x.message), "see own", "message"),
    "showing.body": Act(lambda w, a, x: showing.body(w, a, x.message), None, "message"),
    "showing.letters": Act(lambda w, a, x: showing.letters(w, a), "triage"),
    "showing.outgoing": Act(lambda w, a, x: showing.outgoing(w, a), None),
    "showing.outgoing_body": Act(lambda w, a, x: showing.outgoing_body(w, a, x.outgoing), None, "ticket"),
    "showing.letter_body": Act(lambda w, a, x: showing.letter_body(w, a, x.held), "triage"),
    "showing.original": Act(lambda w, a, x: showing.original(w, a, x.held), "triage"),
    "originals.raw": Act(
        lambda w, a, x: originals.raw(w, a, "message", x.message), None, "message", ends=NotFound
    ),
    "originals.of_ticket": Act(lambda w, a, x: list(originals.of_ticket(w, a, x.ticket)), None, "ticket"),
    "originals.lines": Act(lambda w, a, x: originals.lines(w, a, "outgoing", x.outgoing), None, "ticket"),
    "originals.fields": Act(lambda w, a, x: originals.fields(w, a, "letter", x.held), "triage"),
    "originals.links": Act(lambda w, a, x: originals.links(w, a, "letter", x.held), "triage"),
    "originals.save": Act(lambda w, a, x: originals.save(w, a, "letter", x.held, x.folder), "triage"),
    "saved_views.listed": Act(lambda w, a, x: saved_views.listed(w, a, "triage"), "see own", "own"),
    "saved_views.searches": Act(lambda w, a, x: saved_views.searches(w, a), "see own", "own"),
    "saved_views.query": Act(lambda w, a, x: saved_views.query(w, a, x.view), None, "own"),
    "saved_views.add": Act(lambda w, a, x: saved_views.add(w, a, "triage", "N", {}), "see own"),
    "saved_views.rename": Act(lambda w, a, x: saved_views.rename(w, a, x.view, "N"), "see own", "own"),
    "saved_views.remove": Act(lambda w, a, x: saved_views.remove(w, a, x.view), "see own", "own"),
    "notifications.unseen": Act(lambda w, a, x: notifications.unseen(w, a), "see own", "own"),
    "notifications.seen": Act(lambda w, a, x: notifications.seen(w, a, [x.notification]), "see own", "own"),
    "notifications.newest": Act(lambda w, a, x: notifications.newest(w, a), None, "own"),
    "own_settings.get": Act(lambda w, a, x: own_settings.get(w, a, "open_mode"), None),
    "own_settings.everything": Act(lambda w, a, x: own_settings.everything(w, a), None),
    "own_settings.put_bar": Act(lambda w, a, x: own_settings.put_bar(w, a, ["reply"]), None),
    "own_settings.put": Act(lambda w, a, x: own_settings.put(w, a, "open_mode", "answer"), None),
    "since.opened": Act(lambda w, a, x: since.opened(w, a, x.ticket, 0, {"status_id": 0}), None, "ticket"),
    "presence.look": Act(lambda w, a, x: presence.look(w, a, "console of mine"), None),
    "presence.others": Act(lambda w, a, x: presence.others(w, a, "console of mine"), None),
    # held mail
    "blacklist.add": Act(lambda w, a, x: blacklist.add(w, a, "n@x.example"), "triage"),
    "blacklist.remove": Act(lambda w, a, x: blacklist.remove(w, a, "bad.example"), "triage"),
    "blacklist.edit": Act(
        lambda w, a, x: blacklist.edit(w, a, "bad.example", {"value": "worse.example"}), "triage"
    ),
    "blacklist.listed": Act(lambda w, a, x: blacklist.listed(w, a), "triage"),
    "blacklist.show": Act(lambda w, a, x: blacklist.show(w, a, "bad.example"), "triage"),
    "blacklist.blocked_by": Act(lambda w, a, x: blacklist.blocked_by(w, a, x.entry), "triage"),
    "blacklist.try_out": Act(lambda w, a, x: blacklist.try_out(w, a, "x.example"), "triage"),
    "senders.add": Act(lambda w, a, x: senders.add(w, a, "n@x.example"), "triage"),
    "senders.edit": Act(lambda w, a, x: senders.edit(w, a, "guest@x.example", "Guest"), "triage"),
    "senders.show": Act(lambda w, a, x: senders.show(w, a, "guest@x.example"), "triage"),
    "senders.remove": Act(lambda w, a, x: senders.remove(w, a, "guest@x.example"), "triage"),
    "senders.listed": Act(lambda w, a, x: senders.listed(w, a), "triage"),
    "senders.register_and_process": Act(
        lambda w, a, x: senders.register_and_process(w, a, x.held), "triage", ends=BadData
    ),
    "letters.listed": Act(lambda w, a, x: letters.listed(w, a), "triage"),
    "letters.held": Act(lambda w, a, x: letters.held(w, a), "triage"),
    "letters.clients": Act(lambda w, a, x: letters.clients(w, a), "triage"),
    "letters.client_of": Act(lambda w, a, x: letters.client_of(w, a, "ann@customer.example"), "see own"),
    "letters.one": Act(lambda w, a, x: letters.one(w, a, x.held), "triage"),
    "letters.changed_by_another": Act(lambda w, a, x: letters.changed_by_another(w, a, x.held), "triage"),
    "letters.tickets_of": Act(lambda w, a, x: letters.tickets_of(w, a, [x.held]), None),
    "junk.mark": Act(lambda w, a, x: junk.mark(w, a, x.held), "triage"),
    "refiling.wish": Act(lambda w, a, x: refiling.wish(w, a, x.held, "Archive"), "triage"),
    "triage.make_ticket": Act(lambda w, a, x: triage.make_ticket(w, a, x.held), "triage"),
    "triage.add_to": Act(lambda w, a, x: triage.add_to(w, a, x.held, x.ticket), "triage", "ticket"),
    "triage.reviewed": Act(lambda w, a, x: triage.reviewed(w, a, x.held), "triage"),
    "triage.review_and_close": Act(lambda w, a, x: triage.review_and_close(w, a, x.held), "triage"),
    "triage.open_tickets": Act(lambda w, a, x: triage.open_tickets(w, a, x.held), None),
    "triage.block": Act(lambda w, a, x: triage.block(w, a, x.held), "triage"),
    "triage.release": Act(lambda w, a, x: triage.release(w, a, x.blocked), "triage"),
    "triage.try_again": Act(
        lambda w, a, x: triage.try_again(w, a, x.held), "triage", ends=(BadData, NotFound)
    ),
    "triage.accept": Act(lambda w, a, x: triage.accept(w, a, x.unverified), "triage", "ticket"),
    "triage.detach": Act(lambda w, a, x: triage.detach(w, a, x.unverified), "triage", "ticket"),
    "maillog.listed": Act(lambda w, a, x: maillog.listed(w, a), "triage"),
    "maillog.why": Act(lambda w, a, x: maillog.why(w, a, x.log_line), "triage"),
    "maillog.acts": Act(lambda w, a, x: maillog.acts(w, a), None),
    "maillog.accounts": Act(lambda w, a, x: maillog.accounts(w, a), "triage"),
    "reports.run": Act(lambda w, a, x: reports.run(w, a, "time", "ticket"), "report"),
    "reports.choosable": Act(lambda w, a, x: reports.choosable(w, a, "client"), "report"),
    "reports.today": Act(lambda w, a, x: reports.today(w, a), "report"),
    "reports.save": Act(
        lambda w, a, x: reports.save(w, a, Report("time", "day", Scope(), (), (0, 0, 0)), x.folder), "report"
    ),
    "maillog.clear": Act(lambda w, a, x: maillog.clear(w, a), "administer"),
}

BEYOND_UNDO: dict[str, str] = {
    "bin.purge": "removes for good, and says so",
    "erasing.erase": "removes for good, and says so",
    "maillog.clear": "removes for good, and says so",
    "doctor.repair": "puts right what can be made anew from the rest",
    "drafts.save": "typing; a draft thrown away comes back",
    "drafts.attach": "typing",
    "drafts.detach": "typing",
    "reading.read": "looking; one key makes it unread",
    "articles.use": "counts",
    "notifications.seen": "looking",
    "settings.check_mail_now": "asks the worker to look",
    "ssh_keys.add": "writes a file of OpenSSH's; `remove` takes the key away",
    "ssh_keys.remove": "writes a file of OpenSSH's; whoever has the key gives it again",
    "own_settings.put": "how his own console looks and tells him: chosen again where it was chosen",
    "own_settings.put_bar": "how his own console looks: chosen again where it was chosen",
    "round_trip.write": "a letter to oneself, to try an account",
    "outbox.withdraw": "is the undo of an answer: it is a draft again",
    "triage.try_again": "has a letter read again: what comes of it can be undone",
}
"""Acts that change something and cannot be undone, and why that is right."""
