"""People by the command, on both databases: every noun added, listed, shown, changed and removed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def made(desk: str, run: Run) -> None:
    run("migrate")


def test_staff_is_set_up_with_roles_teams_branches_and_hours(run: Run) -> None:
    run("roles", "add", "Dispatcher", "--right", "see own", "--right", "see_all", "--right", "change")
    run("roles", "edit", "dispatcher", "--name", "Desk")
    assert run("roles", "show", "Desk", "--json").json["rights"] == ["see own", "see all", "change"]
    assert "no right fly" in run("roles", "add", "Odd", "--right", "fly", code=65).err
    run("branches", "add", "Berlin", "--json")
    added = run(
        "agents", "add", "anna", "--name", "Anna", "--email", "anna@desk.example", "--role", "Desk", "--json"
    )
    contact = run("contacts", "show", str(added.json["contact_id"]), "--json").json
    assert (contact["client"], contact["agent"], contact["addresses"]) == (
        "Berlin",
        "anna",
        ["anna@desk.example"],
    )
    run("teams", "add", "Network", "--role", "viewer", "--member", "anna")
    assert run("teams", "show", "Network", "--json").json["members"] == ["anna"]
    run("teams", "edit", "Network", "--name", "Networks", "--member", "")
    assert run("teams", "list", "--json").json[0]["members"] == []
    run("teams", "remove", "Networks")
    run("schedules", "add", "anna", "--hours", "mon-fri 9-18", "--time-zone", "Europe/Berlin")
    run("schedules", "edit", "anna", "--day-off", "2030-12-24..2030-12-31", "--note", "Christmas")
    shown = run("schedules", "show", "anna", "--json").json
    assert (shown["hours"], shown["time_zone"]) == ("mon-fri 09:00-18:00", "Europe/Berlin")
    assert [(off["first_day"], off["last_day"]) for off in shown["days_off"]] == [
        ("2030-12-24", "2030-12-31")
    ]
    run("schedules", "edit", "anna", "--no-day-off", str(shown["days_off"][0]["id"]))
    run("schedules", "remove", "anna")
    rows = {row["login"]: row for row in run("schedules", "list", "--json").json}
    assert rows["anna"]["hours"] == "" and rows["anna"]["days_off"] == []
    assert "no time zone" in run("schedules", "edit", "anna", "--time-zone", "Mars", code=65).err
    run("branches", "edit", "Berlin", "--name", "Potsdam")
    run("branches", "remove", "Potsdam")
    assert run("agents", "show", "anna", "--json").json["branch"] == "Potsdam"
    run("agents", "remove", "anna")
    run("agents", "edit", "anna", "--role", "agent")
    run("roles", "remove", "Desk")
    me = run("agents", "list", "--active-only", "--json").json[0]["login"]
    assert "no administrator left" in run("agents", "edit", me, "--role", "viewer", code=65).err


def test_customers_are_added_changed_merged_handed_over_and_erased(run: Run) -> None:
    run("clients", "add", "Acme Ltd", "--note", "paid", "--domain", "acme.example", "--contacts-see-all")
    run("departments", "add", "Sales", "--client", "Acme Ltd")
    assert "--client" in run("departments", "add", "Sales", code=2).err
    run("contacts", "add", "Ivan Orlov", "--client", "Acme Ltd", "--department", "sales",
        "--email", "ivan@acme.example", "--email", "i@acme.example", "--phone", "+1-555-0100")  # fmt: skip
    run("contacts", "edit", "ivan@acme.example", "--unused", "i@acme.example", "--note", "calls late")
    contact = run("contacts", "show", "Ivan Orlov", "--json").json
    assert contact["addresses"] == ["ivan@acme.example"] and len(contact["points"]) == 3
    run("departments", "edit", "Sales", "--name", "Shop")
    client = run("clients", "show", "acme ltd", "--json").json
    assert client["contacts"][0]["department"] == "Shop" and client["contacts_see_all"]
    assert client["tickets"] == {"open": 0, "closed": 0}
    run("clients", "add", "ACME")
    run("contacts", "add", "Olga", "--client", "ACME", "--email", "olga@acme.example")
    run("clients", "merge", "Acme Ltd", "--duplicate", "ACME")
    run("contacts", "merge", "Ivan Orlov", "--duplicate", "Olga")
    new = run("contacts", "hand-over", "ivan@acme.example", "Pavel", "--json").json["id"]
    assert [row["id"] for row in run("contacts", "list", "--words", "olga@", "--json").json] == [new]
    assert "--yes" in run("contacts", "erase", str(new), code=2).err
    run("contacts", "erase", str(new), "--yes", "--json")
    assert "was erased" in run("contacts", "edit", str(new), "--name", "Pavel", code=65).err
    run("departments", "remove", "Shop")
    run("contacts", "remove", "Ivan Orlov")
    run("clients", "remove", "Acme Ltd")
    assert run("clients", "list", "--active-only", "--json").json == []
    assert "no contact" in run("contacts", "show", "nobody@acme.example", code=65).err


def test_a_file_of_clients_is_tried_imported_and_its_errors_are_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "clients.csv"
    file.write_bytes("клиент;контакт;почта\nРомашка;Анна;anna@r.example\n;Никто;\n".encode("cp1251"))
    tried = run("clients", "import", str(file), "--dry-run", "--json", code=65).json
    assert (tried["clients_added"], tried["encoding"]) == (1, "cp1251")
    assert [each["line"] for each in tried["errors"]] == [3]
    assert run("clients", "list", "--json").json == []
    assert "Line 3" in run("clients", "import", str(file), code=65).out
    assert run("contacts", "list", "--client", "ромашка", "--json").json[0]["name"] == "Анна"
    again = run("clients", "import", str(file), "--json", code=65).json
    assert (again["contacts_added"], again["unchanged"]) == (0, 1)
    assert "cannot be read" in run("clients", "import", str(tmp_path / "none.csv"), code=2).err


def test_who_may_not_is_refused_with_77(run: Run) -> None:
    run("agents", "add", "vera", "--role", "viewer")
    for arguments in (
        ("clients", "add", "Acme"),
        ("agents", "add", "eve"),
        ("roles", "add", "All", "--right", "administer"),
        ("clients", "import", os.devnull),
    ):
        assert "may not" in run("--as", "vera", *arguments, code=77).err
    assert run("--as", "vera", "clients", "list", "--json").json == []
