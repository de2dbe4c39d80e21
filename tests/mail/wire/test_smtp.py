"""What became of a letter is known for each recipient, also when the line is lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from email import message_from_bytes

import pytest

from deskterm import limits
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.net import Fault, Settings, Stage, WireError, exit_code, explain
from deskterm.mail.wire.smtp import SmtpSender, State
from tests.mail.wire.scripted import Line, scripted, smtp_script
from tests.world.dovecot import Dovecot
from tests.world.postfix import Postfix
from tests.world.processes import wait_until
from tests.world.smtp_server import SmtpServer

DESK = "desk@example.test"
LETTER = b"From: desk@example.test\r\nSubject: hello\r\n\r\n.\r\n..two\r\nend"
QUICK = Settings(connect_seconds=5, command_seconds=0.4)


def sender_of(server: SmtpServer, password: str = "desk-secret") -> SmtpSender:
    endpoint = Endpoint("127.0.0.1", server.submission_port, "starttls")
    return SmtpSender(endpoint, DESK, password, Settings(ca_file=str(server.ca_file)))


def states(results: dict[str, object]) -> dict[str, str]:
    return {recipient: str(getattr(result, "state", "")) for recipient, result in results.items()}


def test_a_letter_arrives_as_it_was_written(smtp_server: SmtpServer) -> None:
    with sender_of(smtp_server) as sender:
        results = sender.send(DESK, ["a@x.example", "b@x.example"], LETTER)
    assert states(results) == {"a@x.example": "sent", "b@x.example": "sent"}
    assert results["a@x.example"].code == 250 and "Taken" in results["a@x.example"].text
    (sent,) = smtp_server.wait_for(1)
    assert (sent.sender, sent.recipients) == (DESK, ("a@x.example", "b@x.example"))
    assert (sent.letter, sent.login, sent.encrypted) == (LETTER + b"\r\n", DESK, True)


def test_implicit_tls(smtp_server: SmtpServer) -> None:
    endpoint = Endpoint("localhost", smtp_server.smtps_port, "tls")
    with SmtpSender(endpoint, DESK, "desk-secret", Settings(ca_file=str(smtp_server.ca_file))) as sender:
        assert states(sender.send(DESK, ["a@x.example"], LETTER)) == {"a@x.example": "sent"}
    assert smtp_server.wait_for(1)[0].login == DESK


def test_a_server_that_wants_no_login(smtp_server: SmtpServer) -> None:
    endpoint = Endpoint("localhost", smtp_server.smtp_port, "none")
    with SmtpSender(endpoint) as sender:
        assert states(sender.send(DESK, ["a@x.example"], LETTER)) == {"a@x.example": "sent"}
    assert not smtp_server.wait_for(1)[0].encrypted


def test_one_connection_carries_many_letters_and_is_made_again_when_it_went(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sender_of(smtp_server) as sender:
        for _ in range(3):
            assert states(sender.send(DESK, ["a@x.example"], LETTER)) == {"a@x.example": "sent"}
        first = sender._connection
        assert first is not None
        monkeypatch.setattr(limits, "FRESH_SECONDS", 0.0)
        first._socket.shutdown(socket.SHUT_RDWR)
        assert states(sender.send(DESK, ["a@x.example"], LETTER)) == {"a@x.example": "sent"}
        assert sender._connection is not first
    assert len(smtp_server.wait_for(4)) == 4


def test_each_recipient_has_its_own_result(smtp_server: SmtpServer) -> None:
    smtp_server.behaviour.recipient_answers.update(
        {"full@x.example": "452 4.2.2 Mailbox full", "gone@x.example": "550 5.1.1 No such user"}
    )
    with sender_of(smtp_server) as sender:
        given = ["a@x.example", "full@x.example", "gone@x.example", "no address", "b@x.example"]
        results = sender.send(DESK, given, LETTER)
        assert list(results) == given
        assert [str(result.state) for result in results.values()] == [
            "sent",
            "deferred",
            "failed",
            "failed",
            "sent",
        ]
        assert results["gone@x.example"].code == 550 and "No such user" in results["gone@x.example"].text
        only = sender.send(DESK, ["gone@x.example"], LETTER)
        assert states(only) == {"gone@x.example": "failed"}
        assert states(sender.send(DESK, ["a@x.example"], LETTER)) == {"a@x.example": "sent"}
    assert [sent.recipients for sent in smtp_server.wait_for(2)] == [
        ("a@x.example", "b@x.example"),
        ("a@x.example",),
    ]


@pytest.mark.parametrize(("answer", "state"), [("451 4.3.0 later", "deferred"), ("554 5.7.1 spam", "failed")])
def test_a_letter_refused_as_a_whole(smtp_server: SmtpServer, answer: str, state: str) -> None:
    smtp_server.behaviour.data_answer = answer
    with sender_of(smtp_server) as sender:
        results = sender.send(DESK, ["a@x.example", "b@x.example"], LETTER)
    assert set(states(results).values()) == {state}
    assert smtp_server.sent == []


def test_a_line_lost_after_the_final_dot_leaves_it_unknown(smtp_server: SmtpServer) -> None:
    smtp_server.behaviour.hang_up_after_data = True
    smtp_server.behaviour.recipient_answers["gone@x.example"] = "550 5.1.1 No such user"
    with sender_of(smtp_server) as sender:
        results = sender.send(DESK, ["a@x.example", "gone@x.example"], LETTER)
        assert states(results) == {"a@x.example": "unknown", "gone@x.example": "failed"}
        smtp_server.behaviour.hang_up_after_data = False
        assert states(sender.send(DESK, ["a@x.example"], LETTER)) == {"a@x.example": "sent"}


def cutting(at: str) -> Callable[[Line, str], bool]:
    def answer(line: Line, command: str) -> bool:
        if command.startswith(at):
            line.sock.shutdown(socket.SHUT_RDWR)
            raise ConnectionError
        return False

    return answer


@pytest.mark.parametrize(
    ("at", "state"), [("MAIL", "deferred"), ("RCPT", "deferred"), ("DATA", "deferred"), (".", "unknown")]
)
def test_where_the_line_is_lost_decides(at: str, state: str) -> None:
    with scripted(smtp_script(cutting(at))) as (endpoint, _), SmtpSender(endpoint, settings=QUICK) as sender:
        results = sender.send("a@x.example", ["b@x.example", "c@x.example"], b"Subject: x\r\n\r\ny\r\n")
    assert states(results) == {"b@x.example": state, "c@x.example": state}
    assert all("127.0.0.1" in result.text for result in results.values())


def test_a_letter_cut_before_its_final_dot_was_not_sent() -> None:
    def cut(line: Line, command: str) -> bool:
        if command == "DATA":
            line.say("354 go on")
            line.hear()
            line.sock.shutdown(socket.SHUT_RDWR)
            raise ConnectionError
        return False

    extensions = ("8BITMIME",)
    with (
        scripted(smtp_script(cut, extensions)) as (endpoint, _),
        SmtpSender(endpoint, settings=QUICK) as sender,
    ):
        results = sender.send("a@x.example", ["b@x.example"], b"Subject: x\r\n\r\n" + b"y" * 30_000_000)
    assert states(results) == {"b@x.example": "deferred"}


def test_silence_after_the_final_dot_is_unknown() -> None:
    def silent(line: Line, command: str) -> bool:
        if command == ".":
            line.be_silent()
        return command == "."

    with scripted(smtp_script(silent)) as (endpoint, _):
        with SmtpSender(endpoint, settings=QUICK, data_seconds=0.3) as sender:
            assert states(sender.send("a@x.example", ["b@x.example"], LETTER)) == {"b@x.example": "unknown"}


@pytest.mark.parametrize("nonsense", ["hello", "999 what", "354 more", "25"])
def test_nonsense_after_the_final_dot_is_unknown(nonsense: str) -> None:
    def answer(line: Line, command: str) -> bool:
        if command == ".":
            line.say(nonsense)
        return command == "."

    with scripted(smtp_script(answer)) as (endpoint, _), SmtpSender(endpoint, settings=QUICK) as sender:
        assert states(sender.send("a@x.example", ["b@x.example"], LETTER)) == {"b@x.example": "unknown"}


def test_a_server_that_closes_defers_everybody_not_yet_asked() -> None:
    def closing(line: Line, command: str) -> bool:
        if command.startswith("RCPT TO:<c"):
            line.say("421 going down")
            return True
        return False

    with scripted(smtp_script(closing)) as (endpoint, _), SmtpSender(endpoint, settings=QUICK) as sender:
        results = sender.send("a@x.example", ["b@x.example", "c@x.example", "d@x.example"], LETTER)
    assert set(states(results).values()) == {"deferred"}


def refusing_null(at: str) -> Callable[[Line, str], bool]:
    null = [False]

    def answer(line: Line, command: str) -> bool:
        if command.startswith("MAIL"):
            null[0] = "<>" in command
        if command.startswith(at) and null[0]:
            line.say("553 5.7.1 not yours")
            return True
        return False

    return answer


@pytest.mark.parametrize("at", ["MAIL", "RCPT"])
def test_where_the_null_return_path_is_refused_an_address_of_ours_stands_in(at: str) -> None:
    with scripted(smtp_script(refusing_null(at))) as (endpoint, heard):
        with SmtpSender(endpoint, settings=QUICK) as sender:
            results = sender.send("", ["b@x.example"], LETTER, instead_of_null=DESK)
            assert states(results) == {"b@x.example": "sent"}
            assert states(sender.send("", ["b@x.example"], LETTER)) == {"b@x.example": "failed"}
    paths = [line.split(" ")[1] for line in heard if line.startswith("MAIL")]
    assert paths == ["FROM:<>", f"FROM:<{DESK}>", "FROM:<>"]


def test_the_null_return_path_is_used_where_it_can_be(smtp_server: SmtpServer) -> None:
    with sender_of(smtp_server) as sender:
        results = sender.send("", ["a@x.example"], LETTER, instead_of_null=DESK)
    assert states(results) == {"a@x.example": "sent"}
    assert smtp_server.wait_for(1)[0].sender == "<>"


def test_a_letter_larger_than_the_server_takes_is_not_offered() -> None:
    with scripted(smtp_script(lambda *_: False)) as (endpoint, heard):
        with SmtpSender(endpoint, settings=QUICK) as sender:
            results = sender.send("a@x.example", ["b@x.example"], b"x" * 10_001)
            assert sender.largest == 10_000
    assert states(results) == {"b@x.example": "failed"} and results["b@x.example"].code == 552
    assert not any(line.startswith("MAIL") for line in heard)


def test_addresses_beyond_ascii_need_a_server_that_knows_them(smtp_server: SmtpServer) -> None:
    with scripted(smtp_script(lambda *_: False)) as (endpoint, heard):
        with SmtpSender(endpoint, settings=QUICK) as sender:
            results = sender.send("a@x.example", ["вера@x.example", "b@почта.рф"], LETTER)
    assert states(results) == {"вера@x.example": "failed", "b@почта.рф": "sent"}
    assert any(line.startswith("RCPT TO:<b@xn--") for line in heard)
    with sender_of(smtp_server) as sender:
        assert states(sender.send(DESK, ["вера@x.example"], LETTER)) == {"вера@x.example": "sent"}
    assert smtp_server.wait_for(1)[0].recipients == ("вера@x.example",)


def test_no_line_of_a_letter_or_address_can_become_a_command() -> None:
    with scripted(smtp_script(lambda *_: False)) as (endpoint, heard):
        with SmtpSender(endpoint, settings=QUICK) as sender:
            body = b"Subject: x\r\n\r\nA\n.\nMAIL FROM:<evil>\r.\rQUIT"
            results = sender.send(
                "a@x.example", ["b@x.example", "c@x.example>\r\nRCPT TO:<d@x.example"], body
            )
    assert list(states(results).values()) == ["sent", "failed"]
    after = heard[heard.index("DATA") + 1 :]
    assert after[: after.index(".")] == ["Subject: x", "", "A", "..", "MAIL FROM:<evil>", "..", "QUIT"]
    assert not any("d@x.example" in line for line in heard)


def test_a_wrong_password(smtp_server: SmtpServer) -> None:
    with sender_of(smtp_server, "wrong") as sender, pytest.raises(WireError) as raised:
        sender.send(DESK, ["a@x.example"], LETTER)
    assert (raised.value.stage, exit_code(raised.value)) == (Stage.LOGIN, 77)
    assert "login desk@example.test" in explain(raised.value)


@pytest.mark.parametrize("mechanisms", ["PLAIN LOGIN", "LOGIN", "CRAM-MD5", "XOAUTH2"])
def test_every_usual_way_to_log_in(mechanisms: str) -> None:
    def answer(line: Line, command: str) -> bool:
        if command.startswith("AUTH "):
            asked = {"LOGIN": 1, "CRAM-MD5": 1}.get(command.split(" ")[1], 0)
            for _ in range(asked):
                line.say("334 UGFzc3dvcmQ6")
                line.hear()
            line.say("235 welcome")
            return True
        return False

    script = smtp_script(answer, (f"AUTH {mechanisms}",))
    with scripted(script) as (endpoint, _), SmtpSender(endpoint, "a", "b", QUICK) as sender:
        assert states(sender.send("a@x.example", ["b@x.example"], LETTER)) == {"b@x.example": "sent"}


def test_a_login_that_may_work_later() -> None:
    def answer(line: Line, command: str) -> bool:
        if command.startswith("AUTH"):
            line.say("454 4.7.0 Temporary authentication failure")
        return command.startswith("AUTH")

    with scripted(smtp_script(answer, ("AUTH PLAIN",))) as (endpoint, _), pytest.raises(WireError) as raised:
        SmtpSender(endpoint, "a", "b", QUICK).connect()
    assert raised.value.temporary and raised.value.fault is Fault.LATER


def test_no_password_without_the_encryption_that_was_asked_for() -> None:
    with scripted(smtp_script(lambda *_: False, ("AUTH PLAIN",)), "starttls") as (endpoint, heard):
        with pytest.raises(WireError) as raised:
            SmtpSender(endpoint, "a", "b", QUICK).connect()
    assert raised.value.fault is Fault.NO_STARTTLS
    assert not any(line.startswith("AUTH") for line in heard)


def test_a_certificate_nobody_vouches_for(smtp_server: SmtpServer) -> None:
    for port, security in ((smtp_server.submission_port, "starttls"), (smtp_server.smtps_port, "tls")):
        with pytest.raises(WireError) as raised:
            SmtpSender(Endpoint("127.0.0.1", port, security), DESK, "desk-secret").connect()  # type: ignore[arg-type]
        assert raised.value.stage is Stage.CERTIFICATE


def test_a_server_that_does_not_want_us() -> None:
    with (
        scripted(lambda line: line.say("554 no thanks")) as (endpoint, _),
        pytest.raises(WireError) as raised,
    ):
        SmtpSender(endpoint, settings=QUICK).connect()
    assert raised.value.stage is Stage.SMTP and "no thanks" in explain(raised.value)


def test_something_else_than_smtp_answers() -> None:
    with (
        scripted(lambda line: line.say("* OK imap ready")) as (endpoint, _),
        pytest.raises(WireError) as raised,
    ):
        SmtpSender(endpoint, settings=QUICK).connect()
    assert raised.value.stage is Stage.GREETING


def test_postfix_takes_a_letter_and_dovecot_gets_it_unchanged(
    postfix: Postfix, dovecot: Dovecot, new_address: Callable[[str], str]
) -> None:
    address = new_address("customer")
    dovecot.add_user(address)
    endpoint = Endpoint("127.0.0.1", postfix.submission_port, "starttls")
    settings = Settings(ca_file=str(dovecot.ca_file))
    with SmtpSender(endpoint, DESK, dovecot.users[DESK], settings) as sender:
        results = sender.send(DESK, [address, "nobody@example.test"], LETTER)
    assert results[address].state is State.SENT
    wait_until(lambda: bool(dovecot.letters(address)), "the letter is in the mailbox")
    (stored,) = dovecot.letters(address)
    received = message_from_bytes(stored)
    assert received["Subject"] == "hello"
    assert received.get_payload().replace("\r\n", "\n") == ".\n..two\nend\n"
