"""The worker and POP3 servers: letters come once, stay or go as the account says, whatever breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from smtplib import LMTP
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import accounts, settings
from deskterm.desk.accounts import AccountInput
from deskterm.desk.actor import SYSTEM
from deskterm.desk.errors import BadData
from deskterm.desk.orders import orders
from deskterm.store import tables as t
from deskterm.sync import intake
from tests.mail.wire.scripted import Pop3Shelf, scripted
from tests.sync.duties import look, on_duty
from tests.sync.stage import Stage, letter, open_stage
from tests.world.dovecot import Dovecot
from tests.world.processes import wait_until

CUSTOMER = "anna@customers.test"

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


@pytest.fixture
def desk(dovecot: Dovecot, new_address: Callable[[str], str]) -> str:
    """A mailbox of the desk on a server that speaks POP3."""
    address = new_address("desk")
    dovecot.add_user(address)
    return address


def pop3(dovecot: Dovecot, security: str = "tls") -> dict[str, Any]:
    return {
        "incoming": "pop3",
        "incoming_host": "localhost",
        "incoming_port": dovecot.pop3s_port if security == "tls" else dovecot.pop3_port,
        "incoming_security": security,
        "ca_file": str(dovecot.ca_file),
    }


def deliver(dovecot: Dovecot, address: str, *numbers: int) -> None:
    with LMTP(dovecot.host, dovecot.lmtp_port) as line:
        for number in numbers:
            sender = f"customer{number}@customers.test"
            line.sendmail(sender, [address], letter(number, sender, address))


def bodies(*numbers: int) -> list[tuple[str, ...]]:
    return sorted((f"Letter number {number}.",) for number in numbers)


Once = Callable[[], str]


@pytest.fixture
def once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Once:
    """Looks into the only mailbox once and treats what came; gives the sentence of what went wrong."""

    def look_once() -> str:
        with on_duty(stage, monkeypatch) as duty:
            [account] = stage.read(orders).accounts
            trouble = look(stage, duty, account.id)
            intake.process_all(duty)
            return trouble

    return look_once


@both
class TestDovecot:
    @pytest.mark.parametrize("security", ["tls", "starttls", "none"])
    def test_letters_become_tickets_once_and_stay(
        self,
        stage: Stage,
        dovecot: Dovecot,
        desk: str,
        security: str,
        once: Once,
    ) -> None:
        account = stage.add_account(desk, dovecot.users[desk], **pop3(dovecot, security))
        deliver(dovecot, desk, 1, 2, 3)
        assert [once(), once()] == ["", ""]
        assert stage.threads() == bodies(1, 2, 3)
        assert stage.count(t.delivery) == 3
        assert len(dovecot.letters(desk)) == 3
        assert stage.incoming(account) == "polling"
        assert stage.state(account).checked_at is not None

    def test_what_is_stored_is_deleted_and_nothing_else(
        self,
        stage: Stage,
        dovecot: Dovecot,
        desk: str,
        once: Once,
    ) -> None:
        stage.limits |= {"LETTER_BYTES": 20_000, "TOO_LARGE_KEPT_BYTES": 5_000}
        stage.add_account(desk, dovecot.users[desk], after="delete", **pop3(dovecot))
        deliver(dovecot, desk, 1, 2)
        with LMTP(dovecot.host, dovecot.lmtp_port) as line:
            line.sendmail(CUSTOMER, [desk], letter(3, CUSTOMER, desk) + b"line after line\r\n" * 2_000)
        assert [once(), once()] == ["", ""]
        [left] = dovecot.letters(desk)
        assert b"Printer 3" in left
        assert stage.threads() == bodies(1, 2)
        [held] = stage.read(lambda work: work.rows(select(t.letter).where(t.letter.c.triage == "waiting")))
        assert "too large" in " ".join([held.triage_why, *held.reasons])
        assert stage.count(t.delivery) == 3

    @pytest.mark.parametrize("point", ["after_store", "after_place"])
    def test_killed_on_the_way_it_loses_nothing_and_deletes_all_in_the_end(
        self,
        stage: Stage,
        dovecot: Dovecot,
        desk: str,
        point: str,
        once: Once,
    ) -> None:
        stage.limits["FETCH_BLOCK_LETTERS"] = 2
        stage.add_account(desk, dovecot.users[desk], after="delete", **pop3(dovecot))
        deliver(dovecot, desk, 1, 2, 3)
        assert stage.killed_at(point)
        deliver(dovecot, desk, 4)
        assert once() == ""
        assert stage.threads() == bodies(1, 2, 3, 4)
        assert stage.count(t.delivery) == 4
        assert dovecot.letters(desk) == []
        assert stage.count(t.delivery, t.delivery.c.placed.is_(False)) == 0

    def test_it_looks_at_intervals_and_when_somebody_asks(
        self, stage: Stage, dovecot: Dovecot, desk: str
    ) -> None:
        account = stage.add_account(desk, dovecot.users[desk], poll_seconds=3600, **pop3(dovecot))
        stage.worker()
        stage.wait_for_incoming(account, "polling")
        deliver(dovecot, desk, 1)
        with stage.store.work(write=True) as work:
            settings.check_mail_now(work, SYSTEM)
        stage.wait_for_tickets(1)

    def test_a_wrong_password_is_said_and_passes_when_it_is_right(
        self,
        stage: Stage,
        dovecot: Dovecot,
        desk: str,
        once: Once,
    ) -> None:
        account = stage.add_account(desk, "wrong", **pop3(dovecot))
        assert once() != ""
        state = stage.state(account)
        assert (state.incoming, state.incoming_stage) == ("failing", "login")
        assert desk in state.incoming_detail and "password" in state.incoming_detail


@both
class TestOddServers:
    """Servers that do what none should."""

    @pytest.fixture
    def shelf(self) -> Pop3Shelf:
        return Pop3Shelf(
            [(f"uid{n}", letter(n, f"customer{n}@customers.test", "a@desk.test")) for n in (1, 2)]
        )

    @pytest.fixture
    def account(self, stage: Stage, shelf: Pop3Shelf, new_address: Callable[[str], str]) -> Iterator[int]:
        with scripted(shelf.script) as (endpoint, _):
            yield stage.add_account(
                new_address("desk"),
                "secret",
                incoming="pop3",
                incoming_host=endpoint.host,
                incoming_port=endpoint.port,
                incoming_security="none",
                after="delete",
            )

    def test_a_letter_that_breaks_the_line_does_not_keep_the_others_out(
        self, stage: Stage, shelf: Pop3Shelf, account: int
    ) -> None:
        stage.limits |= {"BACKOFF_FIRST_SECONDS": 0.1}
        shelf.breaks_at = b"Letter number 1"
        stage.worker()
        wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 2, "both are treated")
        assert stage.threads() == bodies(2)
        assert stage.count(t.letter, t.letter.c.triage == "waiting") == 1
        wait_until(lambda: [uidl for uidl, _ in shelf.letters] == ["uid1"], "the good one is deleted")

    def test_a_uidl_given_to_another_letter_once_the_first_is_gone(
        self,
        stage: Stage,
        shelf: Pop3Shelf,
        account: int,
        once: Once,
    ) -> None:
        assert once() == ""
        assert shelf.letters == []
        shelf.letters.append(("uid1", letter(3, CUSTOMER, "a@desk.test")))
        assert once() == ""
        assert stage.threads() == bodies(1, 2, 3)
        assert shelf.letters == []

    def test_a_uidl_given_to_another_letter_before_we_knew_that_the_first_is_gone(
        self,
        stage: Stage,
        shelf: Pop3Shelf,
        account: int,
        once: Once,
    ) -> None:
        assert stage.killed_at("after_place")
        assert shelf.letters == []
        shelf.letters.append(("uid1", letter(3, CUSTOMER, "a@desk.test")))
        assert once() == ""
        assert [uidl for uidl, _ in shelf.letters] == ["uid1"], "what is not stored is not deleted"
        assert once() == ""
        assert stage.threads() == bodies(1, 2, 3)
        assert shelf.letters == []

    def test_a_server_that_keeps_what_it_was_told_to_delete_is_read_once(
        self,
        stage: Stage,
        shelf: Pop3Shelf,
        account: int,
        once: Once,
    ) -> None:
        shelf.keeps = True
        for _ in range(3):
            assert once() == ""
        assert stage.threads() == bodies(1, 2)
        assert stage.count(t.delivery) == 2

    def test_nothing_counts_as_deleted_until_the_server_has_said_good_bye(
        self,
        stage: Stage,
        shelf: Pop3Shelf,
        account: int,
        once: Once,
    ) -> None:
        shelf.hangs_up_at_quit = True
        assert once() != ""
        assert stage.count(t.delivery, t.delivery.c.placed.is_(False)) == 2
        shelf.hangs_up_at_quit = False
        assert once() == ""
        assert shelf.letters == []
        assert stage.threads() == bodies(1, 2)

    @pytest.mark.parametrize("knows", [{"TOP"}, set()], ids=["no UIDL", "no UIDL, no TOP"])
    def test_letters_without_numbers_that_stay_come_once(
        self,
        stage: Stage,
        shelf: Pop3Shelf,
        account: int,
        knows: set[str],
        once: Once,
    ) -> None:
        shelf.knows = frozenset(knows)
        with stage.store.work(write=True) as work:
            work.update(t.account, account, after="leave")
        assert [once(), once()] == ["", ""]
        assert stage.count(t.delivery) == 2
        with stage.store.work(write=True) as work:
            work.update(t.account, account, after="delete")
        shelf.letters.append(("", letter(3, CUSTOMER, "a@desk.test")))
        assert once() == ""
        assert stage.threads() == bodies(1, 2, 3)
        assert len(shelf.letters) == 2, "what was left before the account said delete stays"

    def test_a_server_that_says_smaller_sizes_than_it_gives(
        self,
        stage: Stage,
        shelf: Pop3Shelf,
        account: int,
        once: Once,
    ) -> None:
        stage.limits |= {"LETTER_BYTES": 20_000, "TOO_LARGE_KEPT_BYTES": 5_000}
        shelf.said_size = 10
        shelf.letters[0] = ("uid1", shelf.letters[0][1] + b"line after line\r\n" * 2_000)
        assert once() == ""
        assert stage.threads() == bodies(2)
        assert stage.count(t.letter, t.letter.c.triage == "waiting") == 1
        assert [uidl for uidl, _ in shelf.letters] == ["uid1"]


def test_a_pop3_account_moves_no_letters_and_says_so(stage: Stage) -> None:
    for changes in ({"after": "move", "after_folder": "Done"}, {"reads_junk": True}):
        given = AccountInput(
            address="a@desk.test", incoming="pop3", incoming_host="localhost", outgoing="none", **changes
        )
        with pytest.raises(BadData, match="POP3"), stage.store.work(write=True) as work:
            accounts.add(work, SYSTEM, given)
    assert stage.count(t.account) == 0
