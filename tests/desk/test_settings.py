"""Settings take only what makes sense: what would break the worker later is refused where it is typed."""

from __future__ import annotations

from typing import Any

import pytest

from deskterm.desk import accounts, messages, settings, statuses, teams
from deskterm.desk.account_servers import taken_apart
from deskterm.desk.errors import BadData, DeskError
from tests.desk.conftest import Desk


def test_no_number_is_so_large_that_moments_overflow(desk: Desk) -> None:
    for known in settings.KNOWN:
        if known.kind != "number":
            continue
        for value in (-1, known.most + 1, 10**20, "many"):
            with desk.store.work(write=True) as work, pytest.raises(BadData, match=known.name):
                settings.set(work, desk.boss, known.name, value)
        with desk.store.work(write=True) as work:
            settings.set(work, desk.boss, known.name, known.most)
    # at their largest, a letter still becomes a ticket and is answered
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Soon.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("default_responsible", "nobody.known"),
        ("default_responsible", "team: none"),
        ("status_after_answer", "x"),
    ],
)
def test_who_or_what_is_not_there_is_refused(desk: Desk, name: str, value: str) -> None:
    with desk.store.work(write=True) as work, pytest.raises(DeskError):
        settings.set(work, desk.boss, name, value)


def test_a_status_of_ones_own_is_set_by_an_answer(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        own = statuses.add(work, desk.boss, "Asked back", "waiting")
        settings.set(work, desk.boss, "status_after_answer", "asked back")
        teams.add(work, desk.boss, "Printers")
        settings.set(work, desk.boss, "default_responsible", "team: Printers")
        assert settings.get(work, "default_responsible") == "team:Printers"
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "What do you see?")
    assert desk.row(number).status_id == own
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "status_after_answer", "")
        assert statuses.after_answer(work) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"incoming_host": "ssl://imap.desk.example"}, ("imap.desk.example", "tls", 993)),
        ({"incoming_host": "tls://imap.desk.example"}, ("imap.desk.example", "starttls", 143)),
        ({"incoming_host": "imap.desk.example:1143"}, ("imap.desk.example", "starttls", 1143)),
    ],
)
def test_servers_are_taken_apart_as_people_write_them(
    desk: Desk, given: dict[str, Any], kept: tuple[str, str, int]
) -> None:
    with desk.store.work(write=True) as work:
        accounts.edit(
            work,
            desk.boss,
            "support@desk.example",
            {"incoming": "imap", "incoming_host": "old", "incoming_security": "starttls"},
        )
        there = accounts.show(work, desk.boss, "support@desk.example")
        taken_apart(given, there)
        accounts.edit(work, desk.boss, there.address, given)
        now = accounts.show(work, desk.boss, there.address)
    assert (now.incoming_host, now.incoming_security, now.incoming_port) == kept
    with pytest.raises(BadData, match="no server"):
        taken_apart({"incoming_host": "no host at all", "incoming": "imap"}, there)
