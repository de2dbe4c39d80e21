"""The administration in the console: the same acts as the commands, in one shape for every area."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input, TextArea

from deskterm import limits
from deskterm.desk import agents, blacklist, choices, clients, roles, rules, settings, statuses
from deskterm.desk.actor import Actor, settle
from deskterm.desk.errors import NotAllowed
from deskterm.screens import acts
from deskterm.screens.administration import areas, trying
from deskterm.screens.administration.area import KINDS, Area, function
from deskterm.screens.administration.form import Held
from deskterm.screens.administration.importing import WouldImport
from deskterm.screens.administration.screen import Administration
from deskterm.screens.desk_link import Trouble
from deskterm.screens.doing import administration as doing
from deskterm.screens.doing import administration_looks
from deskterm.secrets import SecretStore
from deskterm.store import tables as t
from tests.screens.administering import entries, form, go_to, held, names, opened, save, status
from tests.screens.conftest import Drive
from tests.screens.desk import Desk

LETTER = (
    b"From: Ann <ann@example.com>\r\nTo: support@desk.example\r\nSubject: An invoice\r\n\r\nSee there.\r\n"
)


# -- the table


@pytest.mark.parametrize("area", areas.AREAS, ids=lambda area: area.key)
def test_every_function_of_an_area_is_there(area: Area) -> None:
    arities = {"add": 3, "edit": 4, "remove": 3, "move": 5, "show": 3}
    for what, arity in arities.items():
        if (found := getattr(area, what)) is not None:
            assert len(inspect.signature(function(found)).parameters) == arity, what
    assert callable(function(area.listed))
    for field in area.fields:
        assert field.kind in KINDS and set(field.verbs) <= {"add", "edit"}
        if field.choices and not isinstance(field.choices, tuple):
            assert len(inspect.signature(function(field.choices)).parameters) == 3
        assert field.kind != "choice" or field.choices
    assert not area.look or callable(administration_looks.LOOKS[area.look])
    assert not area.try_out or callable(administration_looks.TRIES[area.try_out])
    assert not area.secret or any(f.name == area.secret and f.kind == "secret" for f in area.fields)
    assert len({column.key for column in area.columns}) == len(area.columns)


def test_areas_have_keys_of_their_own_and_so_have_their_acts() -> None:
    assert len(areas.BY_KEY) == len(areas.AREAS)
    meaning: dict[str, str] = {}
    for key, act in acts.bindings([act for act in acts.ACTS if act.where in ("administration", "list")]):
        assert meaning.setdefault(key, act.id) == act.id, f"{key} is {meaning[key]} and {act.id}"


def test_every_area_lists_and_every_entry_fits_its_form_and_its_choices(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        blacklist.add(work, desk.actor, "spam.example")
        rules.add(work, desk.actor, "Invoices", ["subject contains invoice"], {"rubric": "Hardware"})
    with desk.store.work() as work:
        for area in areas.AREAS:
            fields = doing.choices_of(work, desk.actor, area.fields)
            for row in entries(desk, area.key):
                full = row if area.show is None else function(area.show)(work, desk.actor, row)
                assert area.name(row) and area.id(row)
                for field in area.fields:
                    if "edit" not in field.verbs or not field.offered(full):
                        continue
                    value = field.value(full)
                    if field.kind == "choice" and value and not field.looked_up:
                        assert value in dict(fields[field.name]), (area.key, field.name, value)
                    if field.kind == "several":
                        assert set(value) <= set(dict(fields[field.name])), (area.key, field.name)


def test_areas_are_shown_to_those_whom_the_desk_lets_see_them(desk: Desk) -> None:
    with desk.store.work() as work:
        known = roles.listed(work, desk.actor)
    assert len(known) > 3
    for role in known:
        rights = frozenset(role.rights)
        someone = Actor(kind="agent", agent_id=2, login="olga", name="Olga", rights=rights)
        shown = {area.key for area in areas.seen_with(rights)}
        for area in areas.AREAS:
            if area.key in ("statuses", "settings"):
                continue  # the desk lets everybody read them
            given: tuple[Any, ...] = ("", None, 10) if area.paged is not None else ()
            try:
                with desk.store.work() as work:
                    function(area.listed)(work, someone, *given)
                lets = True
            except NotAllowed:
                lets = False
            assert lets == (area.key in shown), (role.name, area.key)


# -- on the screen


async def test_a_rubric_is_added_changed_moved_retired_and_all_of_it_undone(desk: Desk, drive: Drive) -> None:
    async with drive((80, 24)) as console:
        screen = await opened(console, "rubrics")
        await console.press("n")
        await form(console)
        await console.type("Network")
        await save(console, screen)
        await console.until(
            lambda: getattr(screen.lines.current(), "name", "") == "Network",
            "the new rubric under the cursor",
        )
        assert names(desk, "rubrics") == ["Hardware", "Network"]
        await console.press("K")
        await console.until(lambda: names(desk, "rubrics") == ["Network", "Hardware"], "another order")
        await console.press("z")
        await console.until(lambda: names(desk, "rubrics") == ["Hardware", "Network"], "the order of before")
        await console.until(lambda: len(screen.steps) == 1, "the step taken back")

        await console.press("end", "enter")
        opened_form = await form(console)
        assert held(opened_form, "name").value == "Network"
        await console.press("end")
        await console.type("s")
        await console.press("down", "space")
        await save(console, screen)
        await console.until(lambda: names(desk, "rubrics")[1] == "Networks", "the new name")
        assert entries(desk, "rubrics")[1].is_default
        await console.press("delete")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: not entries(desk, "rubrics")[1].active, "the rubric retired")
        await console.until(lambda: "Retired: Networks." in status(screen), "the sentence")
        await console.press("z")
        await console.until(lambda: entries(desk, "rubrics")[1].active, "the rubric in use again")
        await console.until(lambda: len(screen.steps) == 2, "the step taken back")
        await console.press("z")
        await console.until(lambda: names(desk, "rubrics")[1] == "Network", "the name of before")
        with desk.store.work() as work:
            assert not choices.find(work, "rubric", "Network").is_default


async def test_a_refused_entry_is_explained_in_the_form_and_nothing_typed_is_lost(
    desk: Desk, drive: Drive
) -> None:
    async with drive((80, 24)) as console:
        screen = await opened(console, "rules")
        await console.press("n")
        opened_form = await form(console)
        await console.type("Invoices")
        held(opened_form, "conditions").text = "subject contains invoice\nsmell is odd"
        await console.press("ctrl+s")
        await console.until(lambda: opened_form.wrong.has_class("shown"), "what is wrong")
        assert "smell" in str(opened_form.wrong.render())
        assert held(opened_form, "name").value == "Invoices" and names(desk, "rules") == []
        held(opened_form, "conditions").text = "subject contains invoice"
        held(opened_form, "hold").focus()
        await console.press("space")
        held(opened_form, "rubric").focus()
        await console.press("enter")
        await console.screen("Choose")
        await console.type("hard")
        await console.press("enter")
        await console.screen("Form")
        await save(console, screen)
        await console.until(lambda: names(desk, "rules") == ["Invoices"], "the rule")
        rule = entries(desk, "rules")[0]
        assert rule.effects == {"rubric": "Hardware", "hold": "yes"}
        assert rule.conditions == ("subject contains invoice",)

        # the desk keeps no journal of rules: `z` gives back the values of before
        await console.until(lambda: screen.lines.cursor == "1", "the rule under the cursor")
        await console.press("enter")
        again = await form(console)
        held(again, "hold").focus()
        await console.press("space")
        await save(console, screen)
        await console.until(lambda: "hold" not in entries(desk, "rules")[0].effects, "the rule changed")
        await console.until(lambda: len(screen.steps) == 2, "the step")
        await console.press("z")
        await console.until(lambda: entries(desk, "rules")[0].effects.get("hold") == "yes", "it as before")


async def test_rules_are_tried_on_a_file(desk: Desk, drive: Drive, tmp_path: Any) -> None:
    with desk.store.work(write=True) as work:
        rules.add(work, desk.actor, "Invoices", ["subject contains invoice"], {"rubric": "Hardware"})
    file = tmp_path / "letter.eml"
    file.write_bytes(LETTER)
    with pytest.raises(Trouble, match="no letter"):
        trying.read_file(tmp_path / "none.eml", frozenset())
    async with drive() as console:
        await opened(console, "rules")
        await console.press("t")
        await console.screen("Choose")
        await console.press("enter")
        await console.screen("Ask")
        console.app.screen.query_one(Input).value = str(file)
        await console.press("enter")
        await console.screen("Read")
        shown = str(console.app.screen._text)
        assert "✓ 1 “Invoices”" in shown and "verdict" in shown


async def test_a_russian_keyboard_does_the_same(desk: Desk, drive: Drive) -> None:
    async with drive() as console:
        screen = await opened(console, "blacklist")
        await console.press("т")
        await form(console)
        await console.type("спам.example")
        await console.press("ctrl+ы")
        await console.screen("Administration")
        await console.until(lambda: names(desk, "blacklist") == ["спам.example"], "the entry")
        await console.until(lambda: len(screen.lines.ids) == 1, "the entry on screen")
        await console.press("м")  # v: what it blocked
        await console.until(lambda: "has blocked nothing yet" in status(screen), "that it blocked nothing")
        await console.press("В")  # D
        await console.screen("Confirm")
        await console.press("н")  # y
        await console.until(lambda: names(desk, "blacklist") == [], "the entry gone")
        await console.until(lambda: len(screen.steps) == 2, "both steps")
        await console.press("я")  # z
        await console.until(lambda: names(desk, "blacklist") == ["спам.example"], "it back")


async def test_an_agent_a_team_and_a_client_are_made_and_changed(desk: Desk, drive: Drive) -> None:
    async with drive((120, 40)) as console:
        screen = await opened(console, "agents")
        await console.press("n")
        await form(console)
        await console.type("boris")
        await console.press("enter")
        await console.type("Boris Orlov")
        await save(console, screen)
        await console.until(lambda: "Boris Orlov" in names(desk, "agents"), "the agent")

        await go_to(console, screen, "teams")
        await console.press("n")
        opened_form = await form(console)
        await console.type("Network")
        held(opened_form, "members").focus()
        await console.press("enter")
        await console.screen("ChooseSeveral")
        await console.press("space", "enter")
        await console.screen("Form")
        await save(console, screen)
        await console.until(lambda: names(desk, "teams") == ["Network"], "the team")
        assert len(entries(desk, "teams")[0].members) == 1

        await go_to(console, screen, "clients")
        await console.press("n")
        await form(console)
        await console.type("Acme")
        await save(console, screen)
        await console.until(lambda: "Acme" in names(desk, "clients"), "the client")
        await go_to(console, screen, "contacts")
        await console.press("n")
        opened_form = await form(console)
        assert isinstance(held(opened_form, "client"), Held)
        await console.press("enter")
        await console.screen("Choose")
        await console.type("acm")
        await console.press("enter")
        await console.screen("Form")
        held(opened_form, "name").value = "Ivan Petrov"
        held(opened_form, "addresses").value = "ivan@acme.example, ivan.p@acme.example"
        await save(console, screen)
        await console.until(lambda: "Ivan Petrov" in names(desk, "contacts"), "the contact")
        row = next(row for row in entries(desk, "contacts") if row.name == "Ivan Petrov")
        assert row.client == "Acme" and len(row.addresses) == 2

        await console.press("slash")
        await console.type("ivan")
        await console.until(lambda: len(screen.lines.ids) == 1, "only the one found")
        await console.press("enter", "v")
        await console.screen("Card")
        await console.press("escape")
        await console.screen("Administration")


async def test_a_password_is_kept_apart_and_never_shown(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTERM_KEYRING", "off")
    async with drive((80, 24)) as console:
        screen = await opened(console, "accounts")
        await console.press("enter")
        opened_form = await form(console)
        secret = held(opened_form, "password")
        assert secret.password and secret.value == ""
        secret.focus()
        await console.type("geheim7")
        await save(console, screen)
        await console.until(lambda: SecretStore(desk.home).get("support@desk.example"), "the password")
        assert SecretStore(desk.home).get("support@desk.example") == "geheim7"
        await console.until(lambda: "Changed" in status(screen), "the sentence")
        await console.press("enter")
        opened_form = await form(console)
        assert held(opened_form, "password").value == ""
        shown = "".join(str(each.render()) for each in opened_form.query("Static.told"))
        assert "kept in: file" in shown
        # what was typed is not forgotten by a slip of the finger
        held(opened_form, "signature").focus()
        await console.type("Yours")
        await console.press("escape")
        await console.screen("Confirm")
        await console.press("g")
        await console.screen("Form")
        assert held(opened_form, "signature").text == "Yours"
        await console.press("escape")
        await console.screen("Confirm")
        await console.press("l")
        await console.screen("Administration")
    with desk.store.work() as work:
        assert "geheim7" not in str(list(work.rows(t.event.select())))


async def test_settings_notices_and_letters_go_back_to_how_they_came(desk: Desk, drive: Drive) -> None:
    async with drive((80, 24)) as console:
        screen = await opened(console, "settings")
        screen.lines.go_to("undo_seconds")
        before = next(row.value for row in entries(desk, "settings") if row.name == "undo_seconds")
        await console.press("enter")
        opened_form = await form(console)
        held(opened_form, "value").value = "soon"
        await console.press("ctrl+s")
        await console.until(lambda: opened_form.wrong.has_class("shown"), "that it is no number")
        held(opened_form, "value").value = "44"
        await save(console, screen)

        def seconds() -> int:
            with desk.store.work() as work:
                return int(settings.get(work, "undo_seconds"))

        await console.until(lambda: seconds() == 44, "the setting")
        await console.until(lambda: len(screen.steps) == 1, "the step")
        await console.press("z")
        await console.until(lambda: seconds() == before, "its value of before")

        await go_to(console, screen, "notices")
        screen.lines.go_to("status")
        await console.press("enter")
        await form(console)
        await console.press("space")
        await save(console, screen)
        await console.until(
            lambda: any(row.changed for row in entries(desk, "notices") if row.kind == "status"), "the switch"
        )
        await console.until(lambda: screen.lines.current().changed, "it on screen")
        await console.press("delete")
        await console.screen("Confirm")
        await console.press("y")
        await console.until(lambda: not any(row.changed for row in entries(desk, "notices")), "as it comes")

        await go_to(console, screen, "templates")
        await console.press("delete")
        await console.until(lambda: "came with the program" in status(screen), "that it stays")
        key = str(screen.lines.cursor)
        await console.press("enter")
        opened_form = await form(console)
        area = opened_form.query_one(TextArea)
        area.text = "Thanks. {nonsense}"
        await console.press("ctrl+s")
        await console.until(lambda: opened_form.wrong.has_class("shown"), "the wrong placeholder")
        area.text = "Thanks. {number}"
        await save(console, screen)
        await console.until(lambda: screen.row_of(key).body == "Thanks. {number}", "the text")


async def test_who_may_not_administer_reads_what_he_may_see(desk: Desk, drive: Drive) -> None:
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.actor, "olga", {"role": "administrator"})
        agents.edit(work, desk.actor, desk.actor.login, {"role": "agent"})
    if "administer" in settle(desk.store, desk.home).rights:
        pytest.fail("still an administrator")
    async with drive((80, 24)) as console:
        screen = await opened(console, "rubrics")
        assert "templates" not in screen.areas.areas and "notices" not in screen.areas.areas
        await console.press("n")
        await console.until(lambda: "administer the desk" in status(screen), "who may")
        await console.press("enter")
        await console.screen("Read")
        assert "Hardware" in str(console.app.screen._text)
        await console.press("escape")
        await console.screen("Administration")
        await console.press("escape", "escape")
        await console.screen("MainScreen")


async def test_many_clients_are_read_as_one_goes(
    desk: Desk, drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PAGE_ROWS", 20)
    with desk.store.work(write=True) as work:
        for number in range(50):
            clients.add(work, desk.actor, f"Client {number:02}", f"note {number}")
    async with drive((80, 24)) as console:
        screen = await opened(console, "clients")
        await console.until(lambda: len(screen.lines.ids) >= 21, "the first page and what is behind it")
        await console.press("end")
        # what is looked at is asked for
        await console.until(
            lambda: console.lines(screen.lines) and len(screen.lines.rows) >= 40, "the second page"
        )
        assert screen.lines.cursor != 0
        await console.press("end")
        await console.until(
            lambda: console.lines(screen.lines) and 0 not in screen.lines.ids, "the last page"
        )
        assert len(screen.lines.ids) == len(names(desk, "clients"))
        await console.press("slash")
        await console.type("client 47")
        await console.until(
            lambda: [row.name for row in screen.lines.rows.values()] == ["Client 47"], "the one found"
        )


async def test_a_mouse_is_enough(desk: Desk, drive: Drive) -> None:
    async with drive((80, 24)) as console:
        screen = await opened(console, "accounts")
        place = screen.areas.place_of("statuses")
        assert place is not None
        screen.areas.move_to(0)
        await console.pilot.click("#adm_areas", offset=(3, 1))
        await console.until(lambda: screen.area is areas.BY_KEY["blacklist"], "the second area")
        await go_to(console, screen, "statuses")
        await console.pilot.click("#adm_entries", offset=(3, 0), times=2)
        opened_form = await form(console)
        await console.pilot.click(held(opened_form, "active"))
        assert held(opened_form, "active").value is False
        await console.pilot.click("#form_actions", offset=(2, 0))
        # the class would have no way in: the desk says so, or retires it
        await console.until(
            lambda: opened_form.wrong.has_class("shown") or console.app.screen is screen, "an answer"
        )
        with desk.store.work() as work:
            assert opened_form.wrong.has_class("shown") == statuses.known(work, 1).active


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_area_fits_the_terminal(desk: Desk, drive: Drive, size: tuple[int, int]) -> None:
    async with drive(size) as console:
        screen = await opened(console, "accounts")
        seen: set[str] = set()
        for area in areas.AREAS:
            await go_to(console, screen, area.key)
            lines = [*console.lines(screen.lines), *console.lines(screen.areas)]
            assert all(len(line) <= size[0] for line in lines)
            hints = "".join(text for text, _style in screen.bar.line(size[0]))
            assert "help" in hints and ("add" in hints) == (area.add is not None)
            seen.add(area.key)
            # a form is as wide everywhere: the small terminal is where it must fit
            if size == (80, 24) and area.edit is not None and entries(desk, area.key):
                await console.press("home", "enter")
                opened_form = await form(console)
                box = opened_form.query_one("Vertical").region
                assert box.bottom <= size[1] and box.right <= size[0], area.key
                assert opened_form.bar.region.height == 1, area.key
                await console.press("escape")
                await console.screen("Administration")
        assert len(seen) == len(areas.AREAS)


async def test_clients_are_imported_after_what_would_be_made_was_shown(
    desk: Desk, drive: Drive, tmp_path: Path
) -> None:
    file = tmp_path / "clients.csv"
    file.write_text("client;contact;email\nЗаря;Пётр;petr@zarya.example\nACME;Ann;no-address\n", "utf-8")

    async def asked(screen: Administration) -> WouldImport:
        await console.press("i")
        await console.screen("Ask")
        console.app.screen.query_one(Input).value = str(file)
        await console.press("enter")
        await console.screen("WouldImport")
        found = console.app.screen
        assert isinstance(found, WouldImport)
        await console.until(lambda: found.lines.ids, "its lines")
        return found

    async with drive(size=(120, 40)) as console:
        screen = await opened(console, "clients")
        tried = await asked(screen)
        first, second = console.lines(tried.lines)[:2]
        assert "Заря" in first and "new client, new contact" in first
        assert "no-address" in second and "new client" not in second
        assert names(desk, "clients") == []
        await console.press("escape")
        await console.until(lambda: "Nothing was imported" in status(screen), "that nothing was")
        assert names(desk, "clients") == []
        await asked(screen)
        await console.press("enter")
        await console.until(lambda: names(desk, "clients") == ["Заря"], "the client")
        await console.until(lambda: "With errors: 1" in status(screen), "the numbers")
        await console.press("z")
        await console.until(lambda: names(desk, "clients") == [], "it undone as one")
