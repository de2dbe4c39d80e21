"""The test world itself: what other tests build on must hold."""

from __future__ import annotations

import imaplib
import poplib
import smtplib
import ssl
import subprocess
from collections.abc import Callable

import psycopg
import pytest

from tests.world import postgres
from tests.world.dovecot import Dovecot
from tests.world.postfix import Postfix
from tests.world.processes import missing, wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer
from tests.world.tls import Certificates

LETTER = b"From: Anna <anna@example.test>\r\nTo: desk@example.test\r\nSubject: Hello\r\n\r\nMy printer.\r\n"

NewAddress = Callable[[str], str]


@pytest.mark.xdist_group("mail")
def test_a_letter_sent_by_swaks_through_postfix_arrives_in_dovecot(
    postfix: Postfix, dovecot: Dovecot, new_address: NewAddress
) -> None:
    missing("swaks")
    address = new_address("desk")
    password = dovecot.add_user(address)

    subprocess.run(
        ["swaks", "--server", f"{postfix.host}:{postfix.smtp_port}", "--from", "anna@example.test",
         "--to", address, "--header", "Subject: It does not print", "--body", "at all"],
        check=True,
        capture_output=True,
    )  # fmt: skip

    wait_until(lambda: len(dovecot.letters(address)) == 1, "the letter lies in the mailbox")
    context = ssl.create_default_context(cafile=str(dovecot.ca_file))
    with imaplib.IMAP4_SSL(dovecot.host, dovecot.imaps_port, ssl_context=context) as imap:
        imap.login(address, password)
        assert imap.select("INBOX") == ("OK", [b"1"])
        _, found = imap.uid("FETCH", "1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
        assert b"It does not print" in found[0][1]


@pytest.mark.xdist_group("mail")
def test_postfix_wants_the_password_dovecot_knows(
    postfix: Postfix, dovecot: Dovecot, new_address: NewAddress
) -> None:
    desk, customer = new_address("desk"), new_address("customer")
    password = dovecot.add_user(desk)
    dovecot.add_user(customer)
    context = ssl.create_default_context(cafile=str(postfix.ca_file))

    with smtplib.SMTP(postfix.host, postfix.submission_port, timeout=20) as line:
        line.starttls(context=context)
        with pytest.raises(smtplib.SMTPAuthenticationError):
            line.login(desk, "wrong")
        line.login(desk, password)
        line.sendmail(desk, [customer], LETTER)
    with smtplib.SMTP_SSL(postfix.host, postfix.submissions_port, timeout=20, context=context) as line:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            line.sendmail(desk, [customer], LETTER)
        line.login(desk, password)
        line.sendmail(desk, [customer], LETTER)

    wait_until(lambda: len(dovecot.letters(customer)) == 2, "both letters lie in the mailbox")


@pytest.mark.xdist_group("mail")
def test_a_letter_to_nobody_comes_back_as_a_bounce(
    postfix: Postfix, dovecot: Dovecot, new_address: NewAddress
) -> None:
    sender = new_address("desk")
    dovecot.add_user(sender)

    with smtplib.SMTP(postfix.host, postfix.smtp_port, timeout=20) as line:
        line.sendmail(sender, [new_address("nobody")], LETTER)

    wait_until(lambda: len(dovecot.letters(sender)) == 1, "the bounce lies in the mailbox")
    assert b"report-type=delivery-status" in dovecot.letters(sender)[0]


@pytest.mark.xdist_group("mail")
def test_dovecot_serves_pop3_and_takes_lmtp(dovecot: Dovecot, new_address: NewAddress) -> None:
    address = new_address("desk")
    password = dovecot.add_user(address)
    with smtplib.LMTP(dovecot.host, dovecot.lmtp_port) as line:
        line.sendmail("anna@example.test", [address], LETTER)

    pop3 = poplib.POP3(dovecot.host, dovecot.pop3_port, timeout=20)
    pop3.stls(ssl.create_default_context(cafile=str(dovecot.ca_file)))
    pop3.user(address)
    pop3.pass_(password)
    assert pop3.stat()[0] == 1
    pop3.quit()


@pytest.mark.parametrize("security", ["starttls", "tls", "clear"])
def test_pymap_serves_imap(pymap_server: PymapServer, new_address: NewAddress, security: str) -> None:
    address = new_address("desk")
    password = pymap_server.add_user(address)
    pymap_server.deliver(address, LETTER)
    context = ssl.create_default_context(cafile=str(pymap_server.ca_file))

    if security == "tls":
        imap: imaplib.IMAP4 = imaplib.IMAP4_SSL("localhost", pymap_server.imaps_port, ssl_context=context)
    elif security == "starttls":
        imap = imaplib.IMAP4("localhost", pymap_server.imap_port)
        imap.starttls(context)
    else:
        imap = imaplib.IMAP4("localhost", pymap_server.clear_port)
    with imap:
        imap.login(address, password)
        assert imap.select("INBOX") == ("OK", [b"1"])
        _, found = imap.uid("FETCH", "1:*", "(BODY.PEEK[])")
        assert found[0][1] == LETTER
        imap.append("Sent", "", "", LETTER)

    assert pymap_server.letters(address, "Sent") == [LETTER]


def test_who_does_not_know_the_authority_gets_no_connection(
    pymap_server: PymapServer, strange_certificates: Certificates
) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(
            "localhost", pymap_server.imaps_port, ssl_context=strange_certificates.client_context()
        )


def test_the_smtp_server_keeps_what_it_is_sent(smtp_server: SmtpServer) -> None:
    context = ssl.create_default_context(cafile=str(smtp_server.ca_file))
    [(login, password), *_] = smtp_server.users.items()

    smtp_server.send("anna@example.test", ["desk@example.test"], LETTER)
    with smtplib.SMTP("localhost", smtp_server.submission_port, timeout=20) as line:
        line.starttls(context=context)
        line.login(login, password)
        line.sendmail(login, ["anna@example.test"], LETTER)
    with smtplib.SMTP_SSL("localhost", smtp_server.smtps_port, timeout=20, context=context) as line:
        with pytest.raises(smtplib.SMTPSenderRefused):
            line.sendmail(login, ["anna@example.test"], LETTER)
        line.login(login, password)
        line.sendmail(login, ["anna@example.test", "boris@example.test"], LETTER)

    clear, submitted, encrypted = smtp_server.wait_for(3)
    assert (clear.sender, clear.letter, clear.login, clear.encrypted) == (
        "anna@example.test", LETTER, None, False,
    )  # fmt: skip
    assert (submitted.login, submitted.encrypted) == (login, True)
    assert (encrypted.login, encrypted.recipients) == (login, ("anna@example.test", "boris@example.test"))


def test_the_smtp_server_can_be_told_to_misbehave(smtp_server: SmtpServer) -> None:
    smtp_server.behaviour.recipient_answers["full@example.test"] = "452 4.2.2 Mailbox full"
    with smtplib.SMTP("localhost", smtp_server.smtp_port, timeout=20) as line:
        refused = line.sendmail("a@example.test", ["full@example.test", "b@example.test"], LETTER)
    assert refused == {"full@example.test": (452, b"4.2.2 Mailbox full")}

    smtp_server.behaviour.hang_up_after_data = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp_server.send("a@example.test", ["b@example.test"], LETTER)
    assert len(smtp_server.sent) == 2, "the letter was taken although its sender does not know"

    smtp_server.behaviour.hang_up_before_data = True
    with pytest.raises(smtplib.SMTPServerDisconnected):
        smtp_server.send("a@example.test", ["b@example.test"], LETTER)
    assert len(smtp_server.sent) == 2


def test_each_test_gets_an_empty_database_and_copies_of_a_template() -> None:
    with postgres.fresh_postgres() as template:
        with psycopg.connect(template) as connection:
            connection.execute("CREATE TABLE ticket (subject text)")
        with (
            postgres.fresh_postgres(template=template.rpartition("/")[2]) as copy,
            psycopg.connect(copy) as connection,
        ):
            assert connection.execute("SELECT count(*) FROM ticket").fetchone() == (0,)
    with postgres.fresh_postgres() as other, psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('ticket')").fetchone() == (None,)
