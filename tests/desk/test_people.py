"""Agents, branches, teams, roles, clients and contacts: who is who, and who may what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from deskterm.config import Home
from deskterm.desk import actor as actors
from deskterm.desk import (
    addresses,
    agents,
    branches,
    cards,
    choices,
    clients,
    contacts,
    departments,
    messages,
    people_csv,
    roles,
    schedules,
    settings,
    showing,
    state,
    teams,
    tickets,
    undo,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, Changed, NotAllowed, NotFound
from deskterm.store import tables as t
from tests.desk.conftest import Clock, Desk


def test_an_agent_is_exactly_one_contact_of_his_branchs_client(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        branches.add(work, desk.boss, "Berlin")
        house = clients.find(work, "Berlin").id
        known = contacts.add(
            work, desk.boss, house, "A. Petrova", points=[("email", "Anna@desk.example", True)]
        )
        namesake = contacts.add(work, desk.boss, house, "Boris Orlov")
        agents.add(
            work, desk.boss, "anna", name="Anna Petrova", addresses=["anna@desk.example"], branch="Berlin"
        )
        agents.add(work, desk.boss, "boris", name="Boris Orlov", addresses=["boris@desk.example"])
        agents.add(work, desk.boss, "olga", name="Olga", branch="Potsdam")

        anna, boris, olga = (agents.find(work, login) for login in ("anna", "boris", "olga"))
        assert anna.contact_id == known, "by address"
        assert boris.contact_id == namesake and boris.branch == "Berlin", "by name, in the only branch"
        assert contacts.find(work, namesake).addresses == ("boris@desk.example",)
        assert olga.contact == "Olga" and contacts.find(work, olga.contact_id or 0).client == "Potsdam"
        assert contacts.find(work, known).agent == "anna"
        card = cards.agent(work, desk.boss, anna.id)
        assert card.contact is not None and card.contact.id == known
        assert cards.contact(work, desk.boss, known).contact.agent_name == "Anna Petrova"

        agents.edit(work, desk.boss, "olga", {"name": "Olga Weiss", "addresses": ["o@desk.example"]})
        agents.edit(work, desk.boss, "olga", {"addresses": ["weiss@desk.example"], "branch": "Berlin"})
        now = contacts.find(work, olga.contact_id or 0)
        assert (now.name, now.client, now.addresses) == ("Olga Weiss", "Berlin", ("weiss@desk.example",))
        assert [point.active for point in now.points] == [False, True]
        linked = select(func.count()).select_from(t.contact).where(t.contact.c.agent_id.is_not(None))
        assert work.value(linked) == 3


def test_a_contact_handed_over_leaves_old_tickets_with_the_first(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        branches.add(work, desk.boss, "Berlin")
        agents.add(work, desk.boss, "anna", name="Anna", addresses=["anna@desk.example"])
        first = agents.find(work, "anna").contact_id or 0
        shared = ("email", "head@desk.example", True)
        contacts.set_points(work, desk.boss, first, [("email", "anna@desk.example", True), shared])
        agents.add(work, desk.boss, "boris", name="Boris", addresses=["boris@desk.example"])
        own = agents.find(work, "boris").contact_id
    old = desk.ticket(sender="Head <head@desk.example>")
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "boris", {"contact": str(first)})
    new = desk.ticket(sender="Head <head@desk.example>", subject="Later")
    with desk.store.work(write=True) as work:
        anna, boris = agents.find(work, "anna"), agents.find(work, "boris")
        assert anna.contact_id == first and boris.contact_id not in (first, own)
        assert (desk.row(old).contact_id, desk.row(new).contact_id) == (first, boris.contact_id)
        assert contacts.find(work, first).addresses == ("anna@desk.example",)
        assert set(contacts.find(work, boris.contact_id or 0).addresses) == {
            "head@desk.example",
            "boris@desk.example",
        }
        assert not contacts.find(work, own or 0).active
        shown = [row.id for row in cards.tickets_of(work, desk.boss, contact_id=first).rows]
        assert shown == [old]
        person = contacts.add(
            work, desk.boss, clients.find(work, "Berlin").id, "Guest", points=[("phone", "1", True)]
        )
        next_one = contacts.hand_over(work, desk.colleague, person, "Next Guest")
        assert contacts.find(work, next_one).phones == ("1",)
        with pytest.raises(NotAllowed):
            contacts.hand_over(work, desk.colleague, first, "Thief")


def test_a_blocked_agent_leaves_choices_and_stays_in_history_and_a_new_name_shows_everywhere(
    desk: Desk,
) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        cora = desk.colleague.agent_id
        tickets.assign(work, desk.boss, [number], cora)
        messages.reply(work, desk.colleague, number, "Use water.", undo_seconds=0)
        agents.edit(work, desk.boss, "cora", {"name": "Cora Married"})
        assert [row.author for row in showing.messages(work, desk.boss, number)][-1] == "Cora Married"
        agents.remove(work, desk.boss, "cora")
        assert agents.id_of(work, "cora") is None
        assert "cora" not in [agent.login for agent in agents.listed(work, desk.boss, active_only=True)]
        assert cards.agent(work, desk.boss, cora or 0).tickets.open == 1
        with pytest.raises(BadData):
            tickets.assign(work, desk.boss, [number], cora)


def test_a_teams_role_is_its_members_and_the_last_administrator_stays(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        roles.add(work, desk.boss, "Reader", ["see own", "see all", "see private"])
        agents.add(work, desk.boss, "vera", role="viewer")
        teams.add(work, desk.boss, "Auditors", "Reader", ["vera"])
        vera = actors.of_agent(work, "vera", "console")
        assert vera is not None and vera.rights == {"see own", "see all", "see private"}
        teams.edit(work, desk.boss, "Auditors", {"active": False})
        vera = actors.of_agent(work, "vera", "console")
        assert vera is not None and vera.rights == {"see own", "see all"}
        teams.edit(work, desk.boss, "Auditors", {"active": True, "role": "administrator"})
        agents.edit(work, desk.boss, desk.boss.login, {"role": "agent"})
    for attempt in (
        lambda work: teams.edit(work, desk.boss, "Auditors", {"role": ""}),
        lambda work: teams.edit(work, desk.boss, "Auditors", {"members": []}),
        lambda work: teams.remove(work, desk.boss, "Auditors"),
        lambda work: agents.remove(work, desk.boss, "vera"),
        lambda work: agents.edit(work, desk.boss, "vera", {"team": ""}),
    ):
        with pytest.raises(BadData, match="no administrator left"), desk.store.work(write=True) as work:
            attempt(work)


def test_roles_of_ones_own_take_any_rights_and_built_in_ones_are_kept(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        roles.add(work, desk.boss, "Cleaner", ["delete", "see own"])
        assert roles.find(work, "cleaner").rights == ("see own", "delete")
        roles.edit(work, desk.boss, "Cleaner", {"name": "Sweeper", "rights": ["delete"]})
        agents.edit(work, desk.boss, "cora", {"role": "Sweeper"})
        for wrong in (
            lambda: roles.add(work, desk.boss, "Odd", ["fly"]),
            lambda: roles.add(work, desk.boss, "Agent"),
            lambda: roles.edit(work, desk.boss, "administrator", {"rights": []}),
            lambda: roles.remove(work, desk.boss, "viewer"),
            lambda: roles.remove(work, desk.boss, "Sweeper"),
        ):
            with pytest.raises(BadData):
                wrong()
        # who sees all sees his own, though the role does not say it
        roles.edit(work, desk.boss, "Sweeper", {"rights": ["see all", "delete"]})
        sweeper = actors.of_agent(work, "cora", "console")
        assert sweeper is not None and sweeper.rights == {"see own", "see all", "delete"}
        assert actors.refresh(work, sweeper) == sweeper and state.overview(work, sweeper)
        agents.edit(work, desk.boss, "cora", {"role": "agent"})
        roles.remove(work, desk.boss, "Sweeper")
        with pytest.raises(NotFound):
            roles.find(work, "Sweeper")


def test_who_has_no_access_cannot_come_in(desk: Desk, home: Home) -> None:
    with desk.store.work(write=True) as work:
        agents.add(work, desk.boss, "out", role="none")
    with pytest.raises(NotAllowed, match="no access"):
        actors.settle(desk.store, home, as_login="out")


def test_clients_have_status_domains_and_departments_and_can_be_undone(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        choices.add(work, desk.boss, "client_status", "Key account")
        acme = clients.add(work, desk.colleague, "Acme", status="Key account", domains=["Acme.example"])
        sales = departments.add(work, desk.colleague, acme, "Sales")
        ann = contacts.add(
            work,
            desk.colleague,
            acme,
            "Ann Baker",
            sales,
            [
                ("email", "ann@acme.example", True),
                ("email", "old@acme.example", False),
                ("phone", "+7 495 1", True),
            ],
        )
        view = contacts.find(work, ann)
        assert (view.department, view.addresses, view.phones) == (
            "Sales",
            ("ann@acme.example",),
            ("+7 495 1",),
        )
        assert clients.find(work, "ACME").status == "Key account"
        with pytest.raises(BadData, match="Anybody"):
            clients.edit(work, desk.colleague, acme, {"domains": ["gmail.com"]})
        for words in ("baker", "ANN@acme", "+74951", "ann baker"):
            assert [one.id for one in contacts.listed(work, desk.colleague, words=words)] == [ann]
        assert [one.id for one in clients.listed(work, desk.colleague, "acme.ex")] == [acme]
        found = addresses.suggested(work, "stranger@mail.acme.example")
        assert found is not None and found.client == "Acme"
        assert addresses.customer(work, "stranger@acme.example").client_id is None
    number = desk.ticket(sender="New Man <new@acme.example>")
    with desk.store.work(write=True) as work:
        suggested = cards.suggested(work, desk.colleague, number)
        assert suggested is not None and suggested.client_id == acme
        assert desk.row(number).client_id is None
        contacts.edit(work, desk.colleague, ann, {"name": "Ann Cook"}, seen={"name": "Ann Baker"})
        with pytest.raises(Changed, match="Cora"):
            contacts.edit(work, desk.boss, ann, {"name": "Ann B."}, seen={"name": "Ann Baker"})
        undo.undo(work, desk.colleague)
        assert contacts.find(work, ann).name == "Ann Baker"
        undo.undo(work, desk.colleague)
        with pytest.raises(NotFound):
            contacts.find(work, ann)


def test_an_address_of_several_clients_sets_nobody_and_says_why(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        for name in ("One Ltd", "Two Ltd"):
            clients.add(work, desk.boss, name)
            clients.add_contact(work, desk.boss, name, f"Ann of {name}", ["ann@customer.example"])
        clients.add_contact(work, desk.boss, "One Ltd", "Bill", ["both@customer.example"])
        clients.add_contact(work, desk.boss, "One Ltd", "Bob", ["both@customer.example"])
    row = desk.row(desk.ticket())
    assert (row.client_id, row.contact_id) == (None, None)
    assert "One Ltd, Two Ltd" in row.client_why
    row = desk.row(desk.ticket(sender="both@customer.example", subject="Other"))
    assert row.client_id is not None and row.contact_id is None and "Bill, Bob" in row.client_why


def test_duplicates_become_one_and_two_again(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        one, other = clients.add(work, desk.boss, "Acme"), clients.add(work, desk.boss, "ACME Ltd")
        departments.add(work, desk.boss, one, "Sales")
        sales = departments.add(work, desk.boss, other, "sales")
        ann = contacts.add(work, desk.boss, one, "Ann", points=[("email", "a@acme.example", True)])
        twin = contacts.add(work, desk.boss, other, "Ann B.", sales, [("email", "b@acme.example", True)])
    number = desk.ticket(sender="b@acme.example")
    with desk.store.work(write=True) as work:
        clients.merge(work, desk.colleague, [other], one)
        assert contacts.find(work, twin).department == "Sales" and not clients.find(work, other).active
        contacts.merge(work, desk.colleague, [twin], ann)
        assert contacts.find(work, ann).addresses == ("a@acme.example", "b@acme.example")
    assert (desk.row(number).client_id, desk.row(number).contact_id) == (one, ann)
    with desk.store.work(write=True) as work:
        undo.undo(work, desk.colleague)
        undo.undo(work, desk.colleague)
        assert contacts.find(work, twin).client_id == other and clients.find(work, other).active
        assert contacts.find(work, ann).addresses == ("a@acme.example",)
    assert (desk.row(number).client_id, desk.row(number).contact_id) == (other, twin)


def test_a_card_lists_all_tickets_by_page_and_word_as_far_as_one_may_see_them(
    desk: Desk, make_agent: Callable[[str, str], Actor]
) -> None:
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.boss, "Acme")
        clients.add_contact(work, desk.boss, acme, "Ann", ["ann@customer.example"])
    numbers = [desk.ticket(subject=f"Case {n}", text=f"word{n}") for n in range(4)]
    narrow = make_agent("nora", "agent_own")
    with desk.store.work(write=True) as work:
        closed = next(row.id for row in showing_statuses(work) if row.status_class == "closed")
        tickets.set_status(work, desk.boss, [numbers[0]], closed)
        messages.note(
            work, desk.boss, numbers[1], "quokka", visibility="private", addressee_id=desk.boss.agent_id
        )
        card = cards.client(work, desk.boss, acme)
        assert (card.tickets.open, card.tickets.closed, len(card.contacts)) == (3, 1, 1)
        page = cards.tickets_of(work, desk.boss, client_id=acme, limit=3)
        rest = cards.tickets_of(work, desk.boss, client_id=acme, limit=3, after=page.after)
        assert [row.id for row in (*page.rows, *rest.rows)] == sorted(numbers, reverse=True)
        for words, found in (
            ("word2", [numbers[2]]),
            ("case", sorted(numbers)),
            (str(numbers[3]), [numbers[3]]),
        ):
            rows = cards.tickets_of(work, desk.boss, client_id=acme, words=words).rows
            assert sorted(row.id for row in rows) == found
        assert cards.tickets_of(work, desk.boss, client_id=acme, words="quokka").rows
        assert not cards.tickets_of(work, desk.colleague, client_id=acme, words="quokka").rows
        assert len(cards.tickets_of(work, desk.boss, client_id=acme, open_only=True).rows) == 3
        assert not cards.tickets_of(work, narrow, client_id=acme).rows
        assert cards.client(work, narrow, acme).tickets.all == 0


def showing_statuses(work):  # type: ignore[no-untyped-def]
    from deskterm.desk import statuses

    return statuses.listed(work)


def test_who_is_away_is_known_by_days_off_hours_and_zone_across_daylight_saving(
    desk: Desk, clock: Clock
) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "time_zone", "Europe/Berlin")
        cora = desk.colleague.agent_id or 0
        schedules.set(work, desk.boss, cora, schedules.read("mon-fri 9-13,14:00-18:00; sun 9-10"))
        assert (
            schedules.show(work, desk.boss, cora).hours == "mon-fri 09:00-13:00,14:00-18:00; sun 09:00-10:00"
        )
        for moment, away, here in (
            (datetime(2026, 11, 2, 7, 59, tzinfo=UTC), False, False),
            (datetime(2026, 11, 2, 8, 0, tzinfo=UTC), False, True),  # winter: 9:00 in Berlin
            (datetime(2026, 10, 23, 7, 0, tzinfo=UTC), False, True),  # summer: 9:00 in Berlin
            (datetime(2026, 10, 25, 7, 30, tzinfo=UTC), False, False),  # the night the clocks went back
            (datetime(2026, 10, 25, 8, 30, tzinfo=UTC), False, True),
            (datetime(2026, 11, 7, 12, 0, tzinfo=UTC), True, False),  # a Saturday
            (datetime(2026, 11, 6, 23, 30, tzinfo=UTC), True, False),  # Saturday there already
        ):
            assert (cora in schedules.absent(work, [cora], moment)) is away, moment
            assert (cora in schedules.working(work, [cora], moment)) is here, moment
        schedules.day_off(work, desk.colleague, cora, "2026-12-31", "2027-01-01", "New year")
        for day, away in ((30, False), (31, True)):
            assert (cora in schedules.absent(work, [cora], datetime(2026, 12, day, 12, tzinfo=UTC))) is away
        assert cora in schedules.absent(work, [cora], datetime(2027, 1, 1, 12, tzinfo=UTC))
        schedules.no_day_off(work, desk.colleague, schedules.show(work, desk.boss, cora).days_off[0].id)
        agents.edit(work, desk.colleague, "cora", {"day_off": True})
        assert cora in schedules.absent(work, [cora])
        assert desk.boss.agent_id not in schedules.absent(work, [desk.boss.agent_id or 0])
        for wrong in ("mon 18-9", "funday 9-10", "mon", "mon 9-13,12-14", "mon 25-26"):
            with pytest.raises(BadData):
                schedules.set(work, desk.boss, cora, schedules.read(wrong))
        with pytest.raises(NotAllowed):
            schedules.day_off(work, desk.colleague, desk.boss.agent_id or 0, "2026-12-31")


CSV = """Организация;Отдел;ФИО;Эл. почта;Телефон;Примечание;Сайт
Ромашка;Бухгалтерия;Анна Петрова;anna@romashka.example, a.petrova@romashka.example;+7 495 1;;x
Ромашка;;Борис;boris@romashka.example;;Директор;
;;Никто;nobody@romashka.example;;;
Лютик;;;;;;
Лютик;;Вера;not an address@;;;
"""


def test_people_are_imported_from_any_csv_and_a_second_time_nothing_changes(desk: Desk) -> None:
    data = CSV.encode("cp1251")
    with desk.store.work(write=True) as work:
        tried = people_csv.load(work, desk.boss, data, dry_run=True)
        assert not clients.listed(work, desk.boss)
        done = people_csv.load(work, desk.boss, data)
        assert (done.encoding, done.delimiter, done.ignored_columns) == ("cp1251", ";", ("Сайт",))
        assert (done.clients_added, done.departments_added, done.contacts_added) == (2, 1, 2)
        assert [number for number, _sentence in done.errors] == [4, 6]
        assert (tried.clients_added, tried.contacts_added, tried.errors) == (2, 2, done.errors)
        assert tried.lines == done.lines
        shown = {line.line: (line.client, line.contact, line.done) for line in tried.lines if not line.error}
        assert shown[2] == (
            "Ромашка", "Анна Петрова", ("clients_added", "departments_added", "contacts_added")
        )  # fmt: skip
        assert shown[5] == ("Лютик", "", ("clients_added",))
        assert [line.line for line in tried.lines if line.error] == [4, 6]
        anna = contacts.find(work, contacts.id_of(work, "anna@romashka.example"))
        assert (anna.department, anna.phones, len(anna.addresses)) == ("Бухгалтерия", ("+7 495 1",), 2)
        again = people_csv.load(work, desk.boss, data)
        assert (again.clients_added, again.contacts_added, again.contacts_changed) == (0, 0, 0)
        assert again.unchanged == 3
        for delimiter, encoding in ((",", "utf-8"), ("\t", "utf-8-sig"), (";", "utf-16")):
            text = f"company{delimiter}name{delimiter}e-mail\nЛютик{delimiter}Вера{delimiter}vera@l.example\n"
            found = people_csv.load(work, desk.boss, text.encode(encoding), dry_run=True)
            assert (found.delimiter, found.contacts_added, found.errors) == (delimiter, 1, ())
        with pytest.raises(BadData, match="first line"):
            people_csv.load(work, desk.boss, b"1,2,3\n")
        with pytest.raises(NotAllowed):
            people_csv.load(work, desk.colleague, data)
    with desk.store.work(write=True) as work:
        for _again in ("import that changed nothing more", "import"):
            if not clients.listed(work, desk.boss):
                break
            undo.undo(work, desk.boss)
        assert not clients.listed(work, desk.boss) and not contacts.listed(work, desk.boss)
