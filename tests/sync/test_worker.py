"""The worker between a real mail server, a real database and the desk."""

from __future__ import annotations

import email
import time
from collections.abc import Callable, Iterator
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import actor as actors
from deskterm.desk import dispatch, messages, presence
from deskterm.desk.orders import orders
from deskterm.secrets import SecretStore
from deskterm.store import lease as leases
from deskterm.store import tables as t
from deskterm.store.alive import SignOfLife
from deskterm.sync import deliver
from deskterm.sync.bell import Bell
from deskterm.sync.duty import Duty, Hand
from tests.mail.wire.scripted import Line, imap_script, scripted
from tests.sync.stage import Stage, letter, open_stage
from tests.world.processes import free_port, wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

CUSTOMER = "anna@customers.test"
AT_ONCE_SECONDS = 20
"""Ten times what it may take (`benchmarks.arrival` shows that), less than the time between polls."""


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


@pytest.fixture
def desk(new_address: Callable[[str], str]) -> str:
    """The address of the desk in this test."""
    return new_address("desk")


def receiving(server: PymapServer) -> dict[str, Any]:
    return {
        "incoming_host": "localhost",
        "incoming_port": server.imaps_port,
        "ca_file": str(server.ca_file),
    }


def sending(server: SmtpServer, address: str, password: str) -> dict[str, Any]:
    server.users[address] = password
    return {
        "outgoing": "smtp",
        "outgoing_host": "localhost",
        "outgoing_port": server.submission_port,
        "outgoing_security": "starttls",
    }


def answer(stage: Stage, ticket_id: int, text: str) -> None:
    """An agent answers, and does not want to take it back."""
    agent = actors.settle(stage.store, stage.home)
    newest = stage.read(
        lambda work: work.value(select(t.ticket.c.last_message_id).where(t.ticket.c.id == ticket_id))
    )
    with stage.store.work(write=True) as work:
        messages.reply(work, agent, ticket_id, text, seen_message_id=newest, undo_seconds=0)


def only_ticket(stage: Stage) -> int:
    return int(stage.read(lambda work: work.value(select(t.ticket.c.id))))


class TestOnBothDatabases:
    def test_a_letter_is_a_ticket_soon_after_its_arrival(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        account = stage.add_account(desk, pymap_server.add_user(desk), **receiving(pymap_server))
        stage.worker()
        stage.wait_for_incoming(account, "idle")
        began = time.monotonic()
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        stage.wait_for_tickets(1)
        assert time.monotonic() - began <= AT_ONCE_SECONDS
        assert stage.threads() == [("Letter number 1.",)]

    def test_a_customer_hears_of_his_ticket_and_an_agents_answer_reaches_him(
        self, stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str
    ) -> None:
        password = pymap_server.add_user(desk)
        stage.add_account(desk, password, **receiving(pymap_server), **sending(smtp_server, desk, password))
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        stage.worker()
        smtp_server.wait_for(1)
        answer(stage, only_ticket(stage), "Toner is on its way.")
        assert {sent.recipients for sent in smtp_server.wait_for(2)} == {(CUSTOMER,)}
        wait_until(lambda: stage.outbox() == {"sent": 2}, "both are settled")
        wait_until(lambda: stage.count(t.outgoing, t.outgoing.c.filed == "done") == 2, "both are filed")


class TestReceiving:
    def test_what_came_before_the_worker_is_fetched_too(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        stage.add_account(desk, pymap_server.add_user(desk), **receiving(pymap_server))
        for number in range(25):
            pymap_server.deliver(desk, letter(number, f"customer{number}@customers.test", desk))
        stage.worker()
        stage.wait_for_tickets(25)
        assert stage.threads() == sorted((f"Letter number {number}.",) for number in range(25))

    def test_the_same_letter_twice_is_one_message(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        stage.add_account(desk, pymap_server.add_user(desk), **receiving(pymap_server))
        for _ in range(2):
            pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        stage.worker()
        wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 2, "both are processed")
        assert stage.threads() == [("Letter number 1.",)]

    def test_a_new_uidvalidity_makes_no_second_message(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        stage.add_account(desk, pymap_server.add_user(desk), **receiving(pymap_server))
        for number in range(3):
            pymap_server.deliver(desk, letter(number, f"customer{number}@customers.test", desk))
        first = stage.worker()
        wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 3, "all are processed")
        first.end()
        with stage.store.work(write=True) as work:
            # As if the server had numbered the letters otherwise when we read them
            work.execute(t.folder.update().values(epoch="17", last_uid=4000))
            work.execute(t.delivery.update().values(epoch="17"))
        stage.worker()
        wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 6, "all came again")
        assert stage.count(t.message, t.message.c.type == "email") == 3
        assert stage.count(t.ticket) == 3

    def test_a_folder_beside_the_inbox_is_looked_into_when_somebody_asks(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        password = pymap_server.add_user(desk, folders=("Sent", "Orders"))
        account = stage.add_account(desk, password, folders=("INBOX", "Orders"), **receiving(pymap_server))
        stage.worker()
        stage.wait_for_incoming(account, "idle")
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk), folder="Orders")
        stage.set("check_now", 1)
        began = time.monotonic()
        stage.wait_for_tickets(1)
        assert time.monotonic() - began <= AT_ONCE_SECONDS

    def test_a_letter_that_is_too_large_is_held_with_its_beginning_and_stays_on_the_server(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        stage.limits |= {"LETTER_BYTES": 20_000, "TOO_LARGE_KEPT_BYTES": 5_000}
        password = pymap_server.add_user(desk)
        stage.add_account(desk, password, after="delete", **receiving(pymap_server))
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk) + b"line after line\r\n" * 2_000)
        pymap_server.deliver(desk, letter(2, CUSTOMER, desk))
        stage.worker()
        wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 2, "both are processed")
        assert stage.threads() == [("Letter number 2.",)]
        [held] = stage.read(lambda work: work.rows(select(t.letter).where(t.letter.c.triage == "waiting")))
        assert held.subject == "Printer 1 is out of toner"
        assert "too large" in " ".join([held.triage_why, *held.reasons])
        assert stage.count(t.blob, t.blob.c.size == 5_000) == 1
        wait_until(lambda: len(pymap_server.letters(desk)) == 1, "the small one is deleted")
        assert b"Printer 1" in pymap_server.letters(desk)[0]

    def test_letters_are_moved_once_they_are_stored(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        password = pymap_server.add_user(desk, folders=("Sent", "Done"))
        stage.add_account(desk, password, after="move", after_folder="Done", **receiving(pymap_server))
        for number in range(3):
            pymap_server.deliver(desk, letter(number, f"customer{number}@customers.test", desk))
        stage.worker()
        wait_until(lambda: len(pymap_server.letters(desk, "Done")) == 3, "all are moved")
        assert pymap_server.letters(desk) == []
        stage.wait_for_tickets(3)

    def test_mail_that_is_switched_off_waits_on_the_server(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        account = stage.add_account(desk, pymap_server.add_user(desk), **receiving(pymap_server))
        stage.worker()
        stage.wait_for_incoming(account, "idle")
        stage.set("mail_on", False)
        stage.wait_for_incoming(account, "unknown")
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        assert stage.count(t.delivery) == 0
        stage.set("mail_on", True)
        stage.wait_for_tickets(1)

    def test_after_a_sleep_of_the_machine_it_connects_anew_at_once(self, stage: Stage) -> None:
        """A connection on which nobody answers any more would hold it for minutes."""
        idling: list[Line] = []

        def idle(line: Line, tag: str, command: str) -> bool:
            if command == "IDLE":
                idling.append(line)
                line.say("+ idling")
                line.be_silent()
            return False

        with scripted(imap_script(idle, "IMAP4rev1 IDLE")) as (endpoint, heard):
            address = "sleeper@example.test"
            account = stage.add_account(
                address,
                "secret",
                incoming_host=endpoint.host,
                incoming_port=endpoint.port,
                incoming_security="none",
                poll_seconds=3600,
            )
            worker = stage.worker()
            wait_until(lambda: len(idling) == 1, "it waits for mail")
            worker.sleep()
            wait_until(lambda: len(idling) == 2, "it waits on a new connection")
            assert stage.incoming(account) == "idle"
            assert "DONE" not in heard
            worker.kill()

    def test_an_account_added_while_it_runs_is_read(
        self, stage: Stage, pymap_server: PymapServer, new_address: Callable[[str], str]
    ) -> None:
        one, two = new_address("desk"), new_address("desk")
        passwords = {address: pymap_server.add_user(address) for address in (one, two)}
        first = stage.add_account(one, passwords[one], **receiving(pymap_server))
        second = stage.add_account(two, passwords[two], active=False, **receiving(pymap_server))
        stage.worker()
        stage.wait_for_incoming(first, "idle")
        pymap_server.deliver(two, letter(1, CUSTOMER, two))
        assert stage.state(second) is None
        with stage.store.work(write=True) as work:
            work.update(t.account, second, active=True)
            work.update(t.account, first, active=False)
        stage.wait_for_tickets(1)
        stage.wait_for_incoming(second, "idle")
        stage.wait_for_incoming(first, "unknown")


class TestTrouble:
    """Each fault is one sentence where people look; nothing is lost, and it passes by itself."""

    def test_a_wrong_password(self, stage: Stage, pymap_server: PymapServer, desk: str) -> None:
        pymap_server.add_user(desk, "the right one")
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        account = stage.add_account(desk, "the wrong one", **receiving(pymap_server))
        stage.worker()
        stage.wait_for_incoming(account, "failing")
        state = stage.state(account)
        assert (state.incoming_stage, desk in state.incoming_detail) == ("login", True)
        assert "the wrong one" not in stage.workers[0].said
        pymap_server.add_user(desk, "the wrong one", folders=())
        pymap_server.deliver(desk, letter(2, CUSTOMER, desk))
        stage.wait_for_incoming(account, "idle")
        stage.wait_for_tickets(1)

    def test_a_certificate_nobody_vouches_for(
        self, stage: Stage, pymap_server: PymapServer, desk: str
    ) -> None:
        password = pymap_server.add_user(desk)
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        account = stage.add_account(desk, password, **receiving(pymap_server) | {"ca_file": ""})
        stage.worker()
        stage.wait_for_incoming(account, "failing")
        assert stage.state(account).incoming_stage == "certificate"
        assert stage.count(t.delivery) == 0
        with stage.store.work(write=True) as work:
            work.update(t.account, account, ca_file=str(pymap_server.ca_file))
        stage.wait_for_tickets(1)
        stage.wait_for_incoming(account, "idle")
        assert stage.state(account).incoming_detail == ""

    def test_a_closed_port_makes_the_outbox_wait(
        self, stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str
    ) -> None:
        password = pymap_server.add_user(desk)
        outgoing = sending(smtp_server, desk, password)
        closed = free_port()
        account = stage.add_account(
            desk, password, **receiving(pymap_server), **outgoing | {"outgoing_port": closed}
        )
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        stage.worker()
        wait_until(lambda: (stage.state(account) or _NONE).outgoing == "failing", "sending fails")
        detail = stage.state(account).outgoing_detail
        assert str(closed) in detail and "nothing is lost" in detail
        assert set(stage.outbox()) <= {"queued", "deferred", "sending"}
        with stage.store.work(write=True) as work:
            work.update(t.account, account, outgoing_port=smtp_server.submission_port)
        assert smtp_server.wait_for(1)[0].recipients == (CUSTOMER,)
        wait_until(lambda: stage.outbox() == {"sent": 1}, "it is settled")
        wait_until(lambda: stage.state(account).outgoing == "fine", "sending is fine again")

    def test_a_folder_that_is_not_there(self, stage: Stage, pymap_server: PymapServer, desk: str) -> None:
        account = stage.add_account(
            desk, pymap_server.add_user(desk), folders=("Nowhere",), **receiving(pymap_server)
        )
        stage.worker()
        stage.wait_for_incoming(account, "failing")
        state = stage.state(account)
        assert (state.incoming_stage, "Nowhere" in state.incoming_detail) == ("folder", True)


class _NONE:
    outgoing = ""


class TestSending:
    @pytest.fixture
    def account(self, stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str) -> int:
        """An account that sends and receives, with one letter waiting for it."""
        password = pymap_server.add_user(desk)
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        return stage.add_account(
            desk, password, **receiving(pymap_server), **sending(smtp_server, desk, password)
        )

    def test_the_customer_gets_a_confirmation_in_reply_to_his_letter(
        self, stage: Stage, smtp_server: SmtpServer, account: int, desk: str
    ) -> None:
        stage.worker()
        [sent] = smtp_server.wait_for(1)
        assert (sent.recipients, sent.login, sent.encrypted) == ((CUSTOMER,), desk, True)
        confirmation: Message = email.message_from_bytes(sent.letter)
        assert confirmation["In-Reply-To"] == "<letter-1@customers.test>"
        assert confirmation["Auto-Submitted"] == "auto-replied"
        wait_until(lambda: stage.outbox() == {"sent": 1}, "it is settled")

    def test_a_copy_of_what_was_sent_is_filed_once(
        self, stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, account: int, desk: str
    ) -> None:
        stage.worker()
        wait_until(lambda: stage.count(t.outgoing, t.outgoing.c.filed == "done") == 1, "the copy is filed")
        answer(stage, only_ticket(stage), "Toner is on its way.")
        wait_until(lambda: stage.count(t.outgoing, t.outgoing.c.filed == "done") == 2, "both are filed")
        copies = [email.message_from_bytes(raw)["Message-ID"] for raw in pymap_server.letters(desk, "Sent")]
        sent = [email.message_from_bytes(one.letter)["Message-ID"] for one in smtp_server.wait_for(2)]
        assert copies == sent

    def test_a_refused_letter_failed_and_one_put_off_is_tried_again(
        self, stage: Stage, smtp_server: SmtpServer, account: int
    ) -> None:
        smtp_server.behaviour.recipient_answers[CUSTOMER] = "450 4.2.0 Greylisted, come again"
        stage.worker()
        wait_until(lambda: stage.outbox() == {"deferred": 1}, "it is put off")
        [row] = stage.read(lambda work: work.rows(select(t.outbox)))
        assert (row.attempts, row.code, row.reply) == (1, 450, "4.2.0 Greylisted, come again")
        assert row.next_at > row.created_at
        smtp_server.behaviour.recipient_answers[CUSTOMER] = "550 5.1.1 No such user"
        with stage.store.work(write=True) as work:
            work.update(t.outbox, row.id, next_at=work.now)
        wait_until(lambda: stage.outbox() == {"failed": 1}, "it is refused")
        assert smtp_server.sent == []

    def test_a_line_lost_after_the_letter_leaves_it_unknown_and_unrepeated(
        self, stage: Stage, smtp_server: SmtpServer, account: int
    ) -> None:
        smtp_server.behaviour.hang_up_after_data = True
        stage.worker()
        wait_until(lambda: stage.outbox() == {"unknown": 1}, "nobody knows")
        smtp_server.behaviour.hang_up_after_data = False
        answer(stage, only_ticket(stage), "Toner is on its way.")
        wait_until(lambda: stage.outbox() == {"unknown": 1, "sent": 1}, "the answer is sent")
        assert len(smtp_server.sent) == 2

    def test_a_letter_that_was_being_sent_when_its_thread_fell_over_is_unknown(
        self, stage: Stage, smtp_server: SmtpServer, account: int
    ) -> None:
        with stage.store.work(write=True) as work:
            work.update(t.account, account, outgoing_port=free_port())
        stage.worker("once").wait()
        lease = leases.take(stage.store, "worker", "this test", 60)
        assert lease is not None
        duty = Duty(stage.home, stage.store, lease, SecretStore(stage.home), Bell())
        with duty.write() as work:
            work.execute(t.outbox.update().values(next_at=work.now))
            assert len(dispatch.claim(work, lease.epoch)) == 1
        [mail_account] = stage.read(orders).accounts
        hand = Hand("send", duty, partial(deliver.follow, mail_account))
        hand.dismiss()
        deliver.follow(mail_account, hand)
        assert stage.outbox() == {"unknown": 1}
        assert smtp_server.sent == []

    def test_an_answer_with_unknown_fate_is_found_where_the_provider_files_it(
        self, stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, account: int, desk: str
    ) -> None:
        with stage.store.work(write=True) as work:
            work.update(t.account, account, files_sent="provider", confirms=False)
        worker = stage.worker()
        stage.wait_for_tickets(1)
        smtp_server.behaviour.hang_up_after_data = True
        answer(stage, only_ticket(stage), "Toner is on its way.")
        wait_until(lambda: stage.outbox() == {"unknown": 1}, "nobody knows")
        worker.end()
        pymap_server.deliver(desk, smtp_server.sent[0].letter, folder="Sent")
        stage.worker()
        wait_until(lambda: stage.outbox() == {"sent": 1}, "it was found")
        assert len(smtp_server.sent) == 1

    def test_an_answer_that_can_be_taken_back_leaves_when_its_time_is_over(
        self, stage: Stage, smtp_server: SmtpServer, account: int
    ) -> None:
        stage.worker()
        smtp_server.wait_for(1)
        agent = actors.settle(stage.store, stage.home)
        ticket = only_ticket(stage)
        newest = stage.read(lambda work: work.value(select(t.ticket.c.last_message_id)))
        with stage.store.work(write=True) as work:
            messages.reply(work, agent, ticket, "Soon.", seen_message_id=newest, undo_seconds=3)
            due = work.value(select(t.outgoing.c.not_before).order_by(t.outgoing.c.id.desc()))
        assert stage.outbox()["waiting"] == 1
        wait_until(lambda: len(smtp_server.sent) == 2, "it left")
        late = (stage.read(lambda work: work.now) - due).total_seconds()
        assert 0 <= late < 1.5


class TestOnce:
    def test_one_round_fetches_reads_and_sends(
        self, stage: Stage, pymap_server: PymapServer, smtp_server: SmtpServer, desk: str
    ) -> None:
        password = pymap_server.add_user(desk)
        stage.add_account(desk, password, **receiving(pymap_server), **sending(smtp_server, desk, password))
        pymap_server.deliver(desk, letter(1, CUSTOMER, desk))
        assert stage.worker("once").wait() == 0
        assert stage.threads() == [("Letter number 1.",)]
        assert [sent.recipients for sent in smtp_server.sent] == [(CUSTOMER,)]
        assert stage.outbox() == {"sent": 1}

    def test_an_account_in_trouble_is_named_and_the_others_are_read(
        self, stage: Stage, pymap_server: PymapServer, new_address: Callable[[str], str]
    ) -> None:
        good, bad = new_address("desk"), new_address("desk")
        closed = free_port()
        stage.add_account(bad, "any", **receiving(pymap_server) | {"incoming_port": closed})
        stage.add_account(good, pymap_server.add_user(good), **receiving(pymap_server))
        pymap_server.deliver(good, letter(1, CUSTOMER, good))
        worker = stage.worker("once")
        assert worker.wait() == 69
        assert stage.count(t.ticket) == 1
        [sentence] = [line for line in worker.said.splitlines() if line.startswith(f"{bad}: ")]
        assert str(closed) in sentence

    def test_it_does_not_work_beside_a_worker(self, stage: Stage) -> None:
        stage.limits["LEASE_SECONDS"] = 2
        stage.worker()
        wait_until(lambda: stage.count(t.lease) == 1, "a worker is on duty")
        assert stage.worker("once").wait() == 75


def test_the_log_of_a_worker_started_by_a_console_is_its_owners_alone(stage: Stage) -> None:
    stage.limits["WORKER_LINGER_SECONDS"] = 1
    assert stage.worker("linger").wait() == 0, "no console is there: it ends by itself"
    log = Path(stage.home.folder / "worker.log")
    assert log.stat().st_mode & 0o777 == 0o600
    assert "the last console has gone" in log.read_text()


def test_a_lingering_worker_stays_while_a_console_is_there(stage: Stage) -> None:
    stage.limits["WORKER_LINGER_SECONDS"] = 3
    agent = actors.settle(stage.store, stage.home)
    life = SignOfLife(stage.store, "console-1")
    if stage.store.dialect == "postgresql":
        session = stage.store.engine.raw_connection()
        life.hold(session.driver_connection)
    with stage.store.work(write=True) as work:
        presence.look(work, agent, "console-1")
    worker = stage.worker("linger")
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 6, "six seconds of presence")
    assert worker.process.poll() is None
    life.end()
    if stage.store.dialect == "postgresql":
        session.invalidate()  # ends it at the server
    assert worker.wait(20) == 0
