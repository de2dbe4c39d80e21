"""The worker with Debian's own mail servers: a letter sent by another program, and what comes back."""

from __future__ import annotations

import email
import smtplib
import time
from collections.abc import Callable, Iterator

import pytest

from deskterm.store import tables as t
from tests.sync.stage import Stage, letter, open_stage
from tests.world.dovecot import Dovecot
from tests.world.postfix import Postfix
from tests.world.processes import wait_until


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


@pytest.fixture
def customer(dovecot: Dovecot, new_address: Callable[[str], str]) -> str:
    address = new_address("customer")
    dovecot.add_user(address)
    return address


@pytest.fixture
def desk(stage: Stage, dovecot: Dovecot, postfix: Postfix, new_address: Callable[[str], str]) -> str:
    """The address of a desk that reads from Dovecot, sends through Postfix and waits for mail."""
    address = new_address("desk")
    account = stage.add_account(
        address,
        dovecot.add_user(address),
        incoming_host="localhost",
        incoming_port=dovecot.imaps_port,
        outgoing="smtp",
        outgoing_host="localhost",
        outgoing_port=postfix.submission_port,
        outgoing_security="starttls",
        ca_file=str(dovecot.ca_file),
    )
    stage.worker()
    stage.wait_for_incoming(account, "idle")
    return address


def send(postfix: Postfix, sender: str, recipient: str, raw: bytes) -> None:
    """Another server hands over a letter."""
    with smtplib.SMTP(postfix.host, postfix.smtp_port, timeout=20) as line:
        line.sendmail(sender, [recipient], raw)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_letter_through_postfix_and_dovecot_is_a_ticket_soon_after_delivery(
    stage: Stage, dovecot: Dovecot, postfix: Postfix, desk: str, customer: str
) -> None:
    send(postfix, customer, desk, letter(1, customer, desk))
    wait_until(lambda: len(dovecot.letters(desk)) == 1, "it is delivered")
    began = time.monotonic()
    stage.wait_for_tickets(1)
    assert time.monotonic() - began <= 20, (
        "ten times what it may take, less than the minutes between two polls"
    )


def test_the_confirmation_comes_to_the_customers_mailbox_and_a_copy_is_in_the_sent_folder(
    stage: Stage, dovecot: Dovecot, postfix: Postfix, desk: str, customer: str
) -> None:
    send(postfix, customer, desk, letter(1, customer, desk))
    wait_until(lambda: len(dovecot.letters(customer)) == 1, "the customer has mail")
    received = email.message_from_bytes(dovecot.letters(customer)[0])
    assert received["In-Reply-To"] == "<letter-1@customers.test>"
    assert received["Return-Path"] == "<>"
    wait_until(lambda: len(dovecot.letters(desk, "Sent")) == 1, "the copy is filed")
    assert email.message_from_bytes(dovecot.letters(desk, "Sent")[0])["Message-ID"] == received["Message-ID"]


def test_letters_that_a_server_numbers_anew_make_no_second_message(
    stage: Stage, dovecot: Dovecot, postfix: Postfix, desk: str, customer: str
) -> None:
    for number in range(3):
        send(postfix, customer, desk, letter(number, customer, desk))
    wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 3, "all are processed")
    tickets = stage.threads()
    stage.workers[0].end()
    # Without its list of numbers Dovecot gives the folder a new UIDVALIDITY
    for path in (dovecot.folder / "mail" / desk).glob("dovecot*"):
        path.unlink()
    stage.worker()
    wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 6, "all came again")
    assert stage.threads() == tickets
    assert stage.count(t.message, t.message.c.type == "email") == 3


def test_every_letter_of_a_burst_is_a_ticket(
    stage: Stage, dovecot: Dovecot, postfix: Postfix, desk: str, customer: str
) -> None:
    with smtplib.LMTP(dovecot.host, dovecot.lmtp_port) as line:
        for number in range(230):
            sender = f"customer{number}@customers.test"
            line.sendmail(sender, [desk], letter(number, sender, desk))
    wait_until(lambda: stage.count(t.delivery, t.delivery.c.state == "done") == 230, "all are processed", 60)
    assert stage.threads() == sorted((f"Letter number {number}.",) for number in range(230))
