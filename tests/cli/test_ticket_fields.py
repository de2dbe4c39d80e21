"""A ticket's fields, its sleep and the statuses by the command, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from deskterm.config import Home
from deskterm.desk import moments
from deskterm.desk.errors import BadData
from deskterm.store import tables as t
from deskterm.store.opening import open_store
from tests.cli.conftest import Run
from tests.cli.test_tickets import ACCOUNT, letter


@pytest.fixture
def tickets(desk: str, run: Run, tmp_path: Path) -> str:
    run("accounts", "add", ACCOUNT, "--incoming", "none", "--out-host", "localhost")
    for number in (1, 2):
        run("ingest", letter(tmp_path / "in", number), "--account", ACCOUNT)
    return str(run("agents", "list", "--json").json[0]["login"])


def row(number: int) -> dict[str, object]:
    store = open_store(Home.find())
    try:
        with store.work() as work:
            found = work.first(t.ticket.select().where(t.ticket.c.id == number))
            assert found is not None
            return dict(found._mapping)
    finally:
        store.close()


def test_fields_are_set_together_and_wrong_ones_change_nothing(run: Run, tickets: str) -> None:
    for noun, name in (("categories", "Network"), ("sla", "Gold"), ("rubrics", "Printers")):
        run(noun, "add", name)
    run("clients", "add", "Acme")
    done = run(
        *("tickets", "set", "1", "2", "--to", tickets, "--category", "Network", "--sla", "Gold"),
        *("--criticality", "high", "--rubric", "Printers", "--auto-close", "never", "--client", "acme"),
        *("--due", "2h", "--status", "solving", "--json"),
    ).json
    assert (done["tickets"], done["category"], done["auto_close"]) == ([1, 2], "Network", "never")
    for number in (1, 2):
        found = row(number)
        assert found["auto_close_days"] == 0 and found["client_id"] and found["sla_id"] and found["due_at"]
        assert found["status_class"] == "active" and found["responsible_id"] and found["category_id"]
    card = run("tickets", "show", "1", "--json").json["card"]
    assert (card["category_id"], card["auto_close_days"], card["client_id"]) == ("Network", "never", "Acme")
    said = run("tickets", "show", "1").out
    for line in ("SLA level: Gold", "Criticality: High", "Rubric: Printers", "Made by: the customer's"):
        assert line in said, line
    run(
        "tickets",
        "set",
        "1",
        "--category",
        "none",
        "--auto-close",
        "desk",
        "--due",
        "none",
        "--subject",
        "New",
    )
    found = row(1)
    assert (found["category_id"], found["auto_close_days"], found["due_at"]) == (None, None, None)
    assert found["subject"] == "New"
    assert (
        "no entry Nowhere"
        in run("tickets", "set", "1", "--difficulty", "hard", "--kind", "Nowhere", code=65).err
    )
    assert row(1)["difficulty_id"] is None
    assert "Nothing to change" in run("tickets", "set", "1", code=2).err
    assert "one ticket" in run("tickets", "set", "1", "2", "--subject", "x", code=2).err
    assert "Days are" in run("tickets", "set", "1", "--auto-close", "soon", code=2).err
    assert "no ticket 9" in run("tickets", "set", "9", "--kind", "question", code=65).err
    run("agents", "add", "vera", "--role", "viewer")
    assert "may not" in run("--as", "vera", "tickets", "set", "1", "--kind", "question", code=77).err


def test_tickets_are_solved_opened_again_put_off_and_remembered(run: Run, tickets: str) -> None:
    assert run("tickets", "solved", "1", "2", "--json").json == {"tickets": [1, 2]}
    assert (row(1)["status_class"], row(1)["outcome"]) == ("closed", "solved")
    run("tickets", "did-not-help", "1", "--to", tickets)
    assert (row(1)["status_class"], row(1)["outcome"]) == ("active", "did not help")
    before = datetime.now(UTC)
    until = datetime.fromisoformat(run("tickets", "snooze", "1", "--until", "2h", "--json").json["until"])
    assert timedelta(0) <= until - before - timedelta(hours=2) < timedelta(minutes=5)
    assert row(1)["snoozed_until"] == until
    assert "#1" in run("tickets", "wake", "1").out and row(1)["snoozed_until"] is None
    assert "no time" in run("tickets", "snooze", "1", "--until", "some day", code=65).err
    assert "to come" in run("tickets", "snooze", "1", "--until", "2020-01-01", code=65).err
    made = run("tickets", "remind", "1", "--at", "3d", "--text", "Call him", "--json").json
    [mine] = run("tickets", "reminders", "--json").json
    assert (mine["id"], mine["ticket_id"], mine["text"]) == (made["id"], 1, "Call him")
    run("tickets", "remind", "1", "--done", str(made["id"]))
    assert run("tickets", "reminders", "--json").json == []
    assert len(run("tickets", "reminders", "--all", "--json").json) == 1
    assert "Give a time" in run("tickets", "remind", "1", code=2).err
    assert run("tickets", "close", "1", "--json").json == {"tickets": [1]}
    assert (row(1)["status_class"], row(1)["outcome"]) == ("closed", "")
    *_, last = run("tickets", "history", "1", "--json").json
    assert (last["act"], last["who_kind"]) == ("ticket.status", "agent")
    assert last["changes"][0] == {"field": "status", "before": "Checked by tester", "after": "Closed"}
    assert "status: Checked by tester → Closed" in run("tickets", "history", "1").out
    run("tickets", "read", "1", "2")
    run("tickets", "unread", "2")
    unread = {one["id"]: one["unread"] for one in run("tickets", "list", "--json").json}
    assert unread == {1: False, 2: True}


def test_statuses_and_lists_say_who_and_where_to(run: Run, tickets: str) -> None:
    run(
        *("statuses", "add", "At the supplier", "--class", "waiting", "--roles", "agent, viewer"),
        *("--when-customer-writes", "being solved"),
    )
    shown = run("statuses", "show", "at the supplier", "--json").json
    assert (shown["roles"], shown["when_customer_writes"]) == (["Viewer", "Agent"], "solving")
    run("statuses", "edit", "At the supplier", "--roles", "", "--when-customer-writes", "")
    shown = run("statuses", "show", "at the supplier", "--json").json
    assert (shown["role_ids"], shown["when_customer_writes"]) == (None, None)
    assert "no role" in run("statuses", "edit", "closed", "--roles", "kings", code=65).err
    run("teams", "add", "Second line")
    run("categories", "add", "Network", "--responsible", tickets, "--team", "Second line", "--default")
    shown = run("categories", "show", "Network", "--json").json
    assert shown["responsible_id"] and (shown["team"], shown["is_default"]) == ("Second line", True)
    run("categories", "edit", "Network", "--responsible", "", "--team", "")
    shown = run("categories", "show", "Network", "--json").json
    assert (shown["responsible_id"], shown["team_id"]) == (None, None)
    run("client-statuses", "add", "VIP")
    assert [one["name"] for one in run("client-statuses", "list", "--json").json] == ["VIP"]


NOW = datetime(2026, 10, 23, 15, 0, tzinfo=UTC)
"""A Friday, 17:00 in Berlin; on Sunday its clocks go back."""


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2h", "2026-10-23T17:00"),
        ("+30 min", "2026-10-23T15:30"),
        ("3д", "2026-10-26T16:00"),
        ("1w", "2026-10-30T16:00"),
        ("18:30", "2026-10-23T16:30"),
        ("9:00", "2026-10-24T07:00"),
        ("tomorrow", "2026-10-24T07:00"),
        ("Завтра 8:15", "2026-10-24T06:15"),
        ("monday", "2026-10-26T08:00"),
        ("fri 17:00", "2026-10-30T16:00"),
        ("2026-12-24", "2026-12-24T08:00"),
        ("24.12.2026 18:00", "2026-12-24T17:00"),
        ("2026-12-24T18:00", "2026-12-24T17:00"),
        ("2026-12-24T18:00+00:00", "2026-12-24T18:00"),
    ],
)
def test_a_time_is_typed_as_people_say_it(text: str, meant: str) -> None:
    found = moments.read(text, NOW, ZoneInfo("Europe/Berlin"))
    assert found == datetime.fromisoformat(meant).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "31.02.2026", "tomorrow noon", "9999999w", "999999w", "-2h"]
)
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(BadData, match="is no time"):
        moments.read(text, NOW, ZoneInfo("Europe/Berlin"))
