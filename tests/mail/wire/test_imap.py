"""Letters come from an IMAP server as the bytes it holds, and nothing happens to them by itself."""

from __future__ import annotations

import base64
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from imap_tools.imap_utf7 import utf7_decode

from deskterm import limits
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire import answers, slept
from deskterm.mail.wire.blocks import blocks
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.mail.wire.net import Fault, Settings, Stage, WireError, exit_code, explain
from tests.mail.wire.scripted import Line, imap_script, scripted
from tests.world.dovecot import Dovecot

QUICK = Settings(connect_seconds=5, command_seconds=0.3)
NewAddress = Callable[[str], str]


@pytest.fixture(params=["pymap_server", "dovecot"])
def server(request: pytest.FixtureRequest) -> Any:
    """The same promises on both servers."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def mailbox(server: Any, new_address: NewAddress) -> Iterator[ImapMailbox]:
    """An empty mailbox of a new user, over TLS, logged in."""
    address = new_address("imap")
    password = server.add_user(address)
    with ImapMailbox(endpoint_of(server), Settings(ca_file=str(server.ca_file))) as mailbox:
        mailbox.login(address, password)
        mailbox.select("INBOX")
        yield mailbox


def endpoint_of(server: Any) -> Endpoint:
    return Endpoint("127.0.0.1", server.imaps_port, "tls")


def letter(number: int, body: str = "text") -> bytes:
    head = f"From: a@x.example\r\nMessage-ID: <m{number}@x.example>\r\nSubject: s{number}\r\n\r\n"
    return head.encode() + body.encode("latin-1") + b"\r\n"


def put(mailbox: ImapMailbox, *letters: bytes) -> list[int]:
    for raw in letters:
        mailbox.append("INBOX", raw, flags=())
    return mailbox.uids_after(0)


def test_letters_come_in_order_as_the_bytes_the_server_holds(mailbox: ImapMailbox) -> None:
    raws = [
        letter(1),
        letter(2, "8-bit \xe9\xff"),
        letter(3, "x" * 3000 + "\r\n.\r\n)"),
        letter(4, 'q"{3}\r\n'),
    ]
    uids = put(mailbox, *raws)
    assert len(uids) == 4 and uids == sorted(uids)
    fetched = mailbox.fetch_block(uids)
    assert [(one.uid, one.raw) for one in fetched] == list(zip(uids, raws, strict=True))
    assert mailbox.sizes(uids) == {uid: len(raw) for uid, raw in zip(uids, raws, strict=True)}


def test_the_servers_time_of_arrival_comes_along(mailbox: ImapMailbox) -> None:
    when = datetime(2026, 2, 28, 23, 59, 1, tzinfo=timezone(timedelta(hours=-3)))
    mailbox.append("INBOX", letter(1), date=when)
    (one,) = mailbox.fetch_block(mailbox.uids_after(0))
    assert one.internaldate == when


def test_only_letters_after_a_uid_are_listed(mailbox: ImapMailbox) -> None:
    uids = put(mailbox, letter(1), letter(2), letter(3))
    assert mailbox.uids_after(uids[0]) == uids[1:]
    assert mailbox.uids_after(uids[-1]) == []
    assert mailbox.uids_after(uids[-1] + 1000) == []


def test_an_empty_folder_has_no_letters(mailbox: ImapMailbox) -> None:
    assert mailbox.uids_after(0) == []
    assert mailbox.fetch_block([]) == []


def test_a_letter_that_has_gone_is_left_out(mailbox: ImapMailbox) -> None:
    uids = put(mailbox, letter(1))
    assert [one.uid for one in mailbox.fetch_block([*uids, 4_000_000])] == uids


def unseen(mailbox: ImapMailbox) -> list[int]:
    return answers.numbers(mailbox._client.uid("SEARCH", "UNSEEN")[1])


def test_fetching_marks_nothing_and_marking_marks_only_what_is_named(mailbox: ImapMailbox) -> None:
    uids = put(mailbox, letter(1), letter(2), letter(3))
    mailbox.fetch_block(uids)
    assert unseen(mailbox) == uids
    mailbox.mark_seen(uids[:2])
    assert unseen(mailbox) == uids[2:]


def test_deleting_takes_only_what_is_named(mailbox: ImapMailbox) -> None:
    uids = put(mailbox, letter(1), letter(2), letter(3))
    mailbox._client.uid("STORE", str(uids[0]), "+FLAGS", "(\\Deleted)")
    mailbox.delete(uids[1:2])
    left = mailbox.uids_after(0)
    assert uids[0] in left and uids[2] in left
    assert (uids[1] in left) == ("UIDPLUS" not in mailbox.capabilities)


def test_moving_makes_the_folder_and_takes_only_what_is_named(mailbox: ImapMailbox) -> None:
    uids = put(mailbox, letter(1), letter(2))
    mailbox.move(uids[:1], "Готово & прочее")
    assert uids[1] in mailbox.uids_after(0)
    if {"MOVE", "UIDPLUS"} & mailbox.capabilities:
        assert mailbox.uids_after(0) == uids[1:]
    assert "Готово & прочее" in {folder.name for folder in mailbox.folders()}
    mailbox.select("Готово & прочее")
    assert [one.raw for one in mailbox.fetch_block(mailbox.uids_after(0))] == [letter(1)]


def test_a_copy_is_filed_among_the_sent_and_found_by_its_message_id(mailbox: ImapMailbox) -> None:
    sent = mailbox.sent_folder() or "Sent"
    mailbox.append(sent, letter(5), date=datetime.now(UTC))
    assert mailbox.find_by_message_id(sent, "m5@x.example")
    assert mailbox.find_by_message_id(sent, "<m5@x.example>")
    assert not mailbox.find_by_message_id(sent, "m6@x.example")
    assert not mailbox.find_by_message_id(sent, 'bad" id')
    assert not mailbox.find_by_message_id("Nowhere", "m5@x.example")
    assert mailbox.selected is not None and mailbox.selected.folder == "INBOX"
    put(mailbox, letter(7))


def test_a_folder_that_is_not_there(mailbox: ImapMailbox) -> None:
    with pytest.raises(WireError) as raised:
        mailbox.select("Нет такой")
    assert (raised.value.stage, exit_code(raised.value)) == (Stage.FOLDER, 78)
    assert "no usable folder Нет такой" in explain(raised.value)
    mailbox.select("INBOX")


def test_the_epoch_of_a_folder_stays_the_same(mailbox: ImapMailbox) -> None:
    first = mailbox.select("INBOX")
    put(mailbox, letter(1))
    second = mailbox.select("INBOX")
    assert first.uidvalidity == second.uidvalidity > 0
    assert second.exists == 1 and second.uidnext == mailbox.uids_after(0)[0] + 1


def test_a_wrong_password(server: Any) -> None:
    with ImapMailbox(endpoint_of(server), Settings(ca_file=str(server.ca_file))) as mailbox:
        with pytest.raises(WireError) as raised:
            mailbox.login("desk@example.test", "wrong")
        assert (raised.value.stage, exit_code(raised.value)) == (Stage.LOGIN, 77)
        assert not raised.value.temporary
        assert "login desk@example.test" in explain(raised.value)


def test_a_password_beyond_ascii(dovecot: Dovecot, new_address: NewAddress) -> None:
    address = new_address("imap")
    dovecot.add_user(address, "пароль")
    with ImapMailbox(endpoint_of(dovecot), Settings(ca_file=str(dovecot.ca_file))) as mailbox:
        mailbox.login(address, "пароль")
        assert mailbox.select("INBOX").exists == 0


def test_a_password_beyond_ascii_goes_in_utf8() -> None:
    def authenticate(line: Line, tag: str, command: str) -> bool:
        if command == "AUTHENTICATE PLAIN":
            line.say("+ ")
            sent = base64.b64decode(line.hear()).decode()
            line.say(f"{tag} {'OK' if sent == chr(0) + 'a' + chr(0) + 'пароль' else 'NO'} done")
            return True
        return False

    with session(authenticate, "IMAP4rev1 AUTH=PLAIN") as (endpoint, _):
        with ImapMailbox(endpoint, QUICK) as mailbox:
            mailbox.login("a", "пароль")
            assert mailbox.select("INBOX").exists == 3


def test_starttls(server: Any) -> None:
    endpoint = Endpoint("localhost", server.imap_port, "starttls")
    with ImapMailbox(endpoint, Settings(ca_file=str(server.ca_file))) as mailbox:
        mailbox.login("desk@example.test", server.users["desk@example.test"])
        assert mailbox._connection.encrypted
    with pytest.raises(WireError) as raised:
        ImapMailbox(endpoint, Settings())
    assert raised.value.fault is Fault.UNKNOWN_ISSUER


def test_a_server_that_wants_encryption_first_gets_no_password() -> None:
    with session(lambda *_: False, "IMAP4rev1 LOGINDISABLED") as (endpoint, heard):
        with ImapMailbox(endpoint, QUICK) as mailbox, pytest.raises(WireError) as raised:
            mailbox.login("a", "b")
    assert raised.value.fault is Fault.TLS_WANTED
    assert not any("LOGIN" in line for line in heard)


def test_idle_wakes_for_a_new_letter(mailbox: ImapMailbox, server: Any) -> None:
    assert mailbox.can_idle
    mailbox.uids_after(0)
    login = next(reversed(server.users))
    done = threading.Event()

    def deliver() -> None:
        with ImapMailbox(endpoint_of(server), Settings(ca_file=str(server.ca_file))) as other:
            other.login(login, server.users[login])
            other.append("INBOX", letter(1))
        done.set()

    thread = threading.Thread(target=deliver)
    thread.start()
    assert mailbox.idle(30)
    thread.join(30)
    assert done.is_set()
    assert len(mailbox.uids_after(0)) == 1
    assert not mailbox.idle(0.05)


def test_idle_ends_by_a_wake_at_once(mailbox: ImapMailbox) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"stop")
        before = time.monotonic()
        assert not mailbox.idle(60, ours)
        assert time.monotonic() - before < 10
    assert mailbox.uids_after(0) == []


def test_a_letter_announced_before_idle_is_not_slept_over(mailbox: ImapMailbox, server: Any) -> None:
    uids = put(mailbox, letter(1))
    with ImapMailbox(endpoint_of(server), Settings(ca_file=str(server.ca_file))) as other:
        login = next(reversed(server.users))
        other.login(login, server.users[login])
        other.append("INBOX", letter(2))
    mailbox.mark_seen(uids)
    assert mailbox.idle(30)
    assert len(mailbox.uids_after(uids[-1])) == 1


def test_the_postfix_of_special_use_is_known(dovecot: Dovecot, new_address: NewAddress) -> None:
    address = new_address("sent")
    password = dovecot.add_user(address)
    with ImapMailbox(endpoint_of(dovecot), Settings(ca_file=str(dovecot.ca_file))) as mailbox:
        mailbox.login(address, password)
        mailbox.append("Sent Messages", letter(1))
        assert mailbox.sent_folder() in ("Sent", "Sent Messages")


# What honest servers never do.


def session(script: Callable[[Line, str, str], bool], capabilities: str = "IMAP4rev1") -> Any:
    return scripted(imap_script(script, capabilities))


def opened(endpoint: Endpoint, settings: Settings = QUICK) -> ImapMailbox:
    mailbox = ImapMailbox(endpoint, settings)
    mailbox.login("a", "b")
    mailbox.select("INBOX")
    return mailbox


def test_a_silent_server_is_given_up_in_time() -> None:
    with scripted(Line.be_silent) as (endpoint, _), pytest.raises(WireError) as raised:
        ImapMailbox(endpoint, Settings(connect_seconds=0.3))
    assert raised.value.stage is Stage.TIMEOUT


@pytest.mark.parametrize(
    "greeting", ["220 smtp.example ESMTP", "* BYE too busy", "HTTP/1.1 400 Bad Request", ""]
)
def test_something_else_than_a_mailbox_answers(greeting: str) -> None:
    with scripted(lambda line: line.say(greeting)) as (endpoint, _), pytest.raises(WireError) as raised:
        ImapMailbox(endpoint, QUICK)
    assert raised.value.stage in (Stage.GREETING, Stage.LOST)
    assert raised.value.temporary


def test_a_good_bye_nobody_answers_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GOODBYE_SECONDS", 0.1)

    def silent(line: Line, tag: str, command: str) -> bool:
        if command == "LOGOUT":
            line.be_silent()
        return command == "LOGOUT"

    with session(silent) as (endpoint, heard):
        mailbox = opened(endpoint, Settings(connect_seconds=5))
        before = time.monotonic()
        mailbox.close()
        assert time.monotonic() - before < 5
        assert heard[-1].endswith("LOGOUT")


def test_a_server_without_starttls_gets_no_password() -> None:
    with scripted(imap_script(lambda *_: False), "starttls") as (endpoint, heard):
        with pytest.raises(WireError) as raised:
            ImapMailbox(endpoint, QUICK)
    assert raised.value.fault is Fault.NO_STARTTLS
    assert not any("LOGIN" in line for line in heard)


def test_octets_behind_starttls_are_not_taken_for_encrypted_ones() -> None:
    def inject(line: Line, tag: str, command: str) -> bool:
        if command == "STARTTLS":
            line.say(f"{tag} OK go on", "* CAPABILITY IMAP4rev1 EVIL")
            return True
        return False

    with scripted(imap_script(inject, "IMAP4rev1 STARTTLS"), "starttls") as (endpoint, _):
        with pytest.raises(WireError) as raised:
            ImapMailbox(endpoint, QUICK)
    assert raised.value.stage is Stage.TLS


def test_a_login_cannot_carry_a_second_command() -> None:
    with session(lambda *_: False) as (endpoint, heard):
        mailbox = ImapMailbox(endpoint, QUICK)
        with pytest.raises(WireError):
            mailbox.login("a", "b\r\nX DELETE INBOX")
        mailbox.close()
    assert not any("DELETE" in line for line in heard)


@pytest.mark.parametrize(("code", "temporary"), [("UNAVAILABLE", True), ("AUTHENTICATIONFAILED", False)])
def test_a_login_that_may_work_later_is_told_from_one_that_will_not(code: str, temporary: bool) -> None:
    def refuse(line: Line, tag: str, command: str) -> bool:
        if command.startswith("LOGIN"):
            line.say(f"{tag} NO [{code}] sorry")
            return True
        return False

    with session(refuse) as (endpoint, _), ImapMailbox(endpoint, QUICK) as mailbox:
        with pytest.raises(WireError) as raised:
            mailbox.login("a", "b")
        assert raised.value.temporary is temporary
        assert ": sorry." in explain(raised.value)


def test_a_servers_own_words_are_told_without_the_librarys() -> None:
    def refuse(line: Line, tag: str, command: str) -> bool:
        if command.startswith("LOGIN"):
            line.say(f"{tag} BAD no such mechanism")
        return command.startswith("LOGIN")

    with session(refuse) as (endpoint, _), ImapMailbox(endpoint, QUICK) as mailbox:
        with pytest.raises(WireError) as raised:
            mailbox.login("a", "b")
        assert "with this password: no such mechanism. " in explain(raised.value)


def fetching(*answers_: str) -> Callable[[Line, str, str], bool]:
    """Answers FETCH for bodies by these, one after another; `{tag}` is not needed."""
    left = list(answers_)

    def answer(line: Line, tag: str, command: str) -> bool:
        if command.startswith("UID FETCH") and "BODY" in command:
            if left:
                line.sock.sendall(left.pop(0).encode())
            line.say(f"{tag} OK done")
            return True
        return False

    return answer


ONE = '* 1 FETCH (UID 1 INTERNALDATE "01-Feb-2026 10:00:00 +0000" RFC822.SIZE 3 BODY[] {3}\r\nabc)\r\n'
TWO = '* 2 FETCH (BODY[] {4}\r\ndefg INTERNALDATE " 1-Feb-2026 10:00:00 +0000" RFC822.SIZE 4 UID 2)\r\n'
STRANGE = '* 9 FETCH (UID 9 INTERNALDATE "01-Feb-2026 10:00:00 +0000" RFC822.SIZE 1 BODY[] {1}\r\nz)\r\n'
FLAGS = "* 1 FETCH (FLAGS (\\Seen))\r\n"


def test_what_was_not_asked_for_is_not_taken_and_the_missing_is_fetched_again() -> None:
    with session(fetching(FLAGS + STRANGE + ONE, TWO)) as (endpoint, heard):
        mailbox = opened(endpoint)
        fetched = mailbox.fetch_block([1, 2], {1: 3, 2: 4})
        mailbox.close()
    assert [(one.uid, one.raw) for one in fetched] == [(1, b"abc"), (2, b"defg")]
    assert fetched[0].internaldate == parsedate_to_datetime("Sun, 1 Feb 2026 10:00:00 +0000")
    assert [line.split(" ", 1)[1][:12] for line in heard if "BODY" in line] == [
        "UID FETCH 1:",
        "UID FETCH 2 ",
    ]


def test_a_letter_of_another_length_than_announced_is_fetched_again() -> None:
    with session(fetching(TWO, TWO)) as (endpoint, heard):
        mailbox = opened(endpoint)
        assert [one.raw for one in mailbox.fetch_block([2], {2: 5000})] == [b"defg"]
        mailbox.close()
    assert len([line for line in heard if "BODY" in line]) == 2


def test_short_bodies_come_without_a_literal() -> None:
    quoted = '* 2 FETCH (UID 2 INTERNALDATE "x" RFC822.SIZE 4 BODY[] "a\\"b\\\\")\r\n'
    empty = "* 3 FETCH (UID 3 RFC822.SIZE 0 BODY[] NIL)\r\n"
    with session(fetching(quoted + empty)) as (endpoint, _):
        mailbox = opened(endpoint)
        fetched = mailbox.fetch_block([2, 3], {2: 4, 3: 0})
        mailbox.close()
    assert [one.raw for one in fetched] == [b'a"b\\', b""]
    assert fetched[0].internaldate.tzinfo is not None


def test_a_letter_far_larger_than_announced_is_a_fault() -> None:
    size = limits.RESPONSE_BYTES + 2 * limits.MIB
    with session(fetching(f"* 1 FETCH (UID 1 RFC822.SIZE 3 BODY[] {{{size}}}\r\n")) as (endpoint, _):
        mailbox = opened(endpoint)
        with pytest.raises(WireError) as raised:
            mailbox.fetch_block([1], {1: 3})
        assert raised.value.stage is Stage.PROTOCOL
        mailbox.close()


def test_a_line_lost_in_a_letter_is_a_lost_line() -> None:
    def cut(line: Line, tag: str, command: str) -> bool:
        if "BODY" in command:
            line.sock.sendall(ONE[:-20].encode())
            line.sock.shutdown(socket.SHUT_RDWR)
            return True
        return False

    with session(cut) as (endpoint, _):
        mailbox = opened(endpoint)
        with pytest.raises(WireError) as raised:
            mailbox.fetch_block([1], {1: 3})
    assert raised.value.stage is Stage.LOST and raised.value.temporary


def test_without_uidplus_nothing_is_expunged() -> None:
    with session(lambda *_: False) as (endpoint, heard):
        mailbox = opened(endpoint)
        mailbox.delete([1, 2])
        mailbox.move([3], "Done")
        mailbox.close()
    said = [line.split(" ", 1)[1] for line in heard]
    assert "UID STORE 1:2 +FLAGS.SILENT (\\Deleted)" in said
    assert 'UID COPY 3 "Done"' in said
    assert not any("EXPUNGE" in line for line in said)


def test_capabilities_are_those_after_the_login() -> None:
    asked = []

    def grow(line: Line, tag: str, command: str) -> bool:
        if command == "CAPABILITY":
            asked.append(command)
            line.say(f"* CAPABILITY IMAP4rev1{' MOVE' if len(asked) > 1 else ''}", f"{tag} OK done")
            return True
        return False

    with session(grow) as (endpoint, _), ImapMailbox(endpoint, QUICK) as mailbox:
        assert "MOVE" not in mailbox.capabilities
        mailbox.login("a", "b")
        assert "MOVE" in mailbox.capabilities


def test_without_idle_one_is_told_to_look_after_the_time() -> None:
    with session(lambda *_: False) as (endpoint, _):
        mailbox = opened(endpoint)
        assert not mailbox.can_idle
        assert mailbox.idle(0.05)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.send(b"x")
            assert not mailbox.idle(60, ours)
        mailbox.close()


def test_idle_is_issued_anew_before_the_server_forgets_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0.05)

    def idle(line: Line, tag: str, command: str) -> bool:
        if command == "IDLE":
            line.say("+ idling", "* OK still here")
            assert line.hear() == "DONE"
            line.say(f"{tag} OK done")
            return True
        return False

    with session(idle, "IMAP4rev1 IDLE") as (endpoint, heard):
        mailbox = opened(endpoint)
        assert not mailbox.idle(0.3)
        mailbox.close()
    assert heard.count("DONE") >= 2


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 IDLE", "IMAP4rev1"])
def test_after_a_sleep_of_the_machine_the_connection_is_closed_at_once(
    capabilities: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def idle(line: Line, tag: str, command: str) -> bool:
        if command == "IDLE":
            line.say("+ idling")
            line.be_silent()
        return False

    with session(idle, capabilities) as (endpoint, heard):
        mailbox = opened(endpoint)
        ours, theirs = socket.socketpair()
        with ours, theirs:
            lags = iter((100.0, 4000.0))
            monkeypatch.setattr(slept, "lag", lambda: next(lags))
            theirs.send(b"x")
            assert mailbox.idle(60, ours)
        assert mailbox.closed
        mailbox.close()
    assert "DONE" not in heard


def test_a_clock_that_is_put_right_is_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(slept, "lag", lambda: now[0])
    watch = slept.Slept()
    seen = []
    for now[0] in (100.0, 110.0, 90.0, 3600.0, 3600.0):
        seen.append(watch.noticed())
    assert seen == [False, False, False, True, False]


def test_a_read_only_folder_is_opened_read_only() -> None:
    def read_only(line: Line, tag: str, command: str) -> bool:
        if command.startswith(("SELECT", "EXAMINE")):
            line.say("* 1 EXISTS", "* OK [UIDVALIDITY 7] ok", f"{tag} OK [READ-ONLY] done")
            return True
        return False

    with session(read_only) as (endpoint, _):
        mailbox = opened(endpoint)
        assert mailbox.selected is not None and mailbox.selected.read_only
        assert mailbox.selected.uidnext == 0
        mailbox.close()


@pytest.mark.parametrize(
    "garbage", ["* 1 FETCH", "* CAPABILITY", "* SEARCH x y", "+ what", "* \xff", "X9 OK no", "*"]
)
def test_answers_that_make_no_sense_are_one_fault(garbage: str) -> None:
    def answer(line: Line, tag: str, command: str) -> bool:
        if command == "NOOP":
            line.say(garbage, f"{tag} OK done")
            return True
        return False

    with session(answer) as (endpoint, _):
        mailbox = opened(endpoint)
        try:
            assert mailbox.uids_after(0) == []
        except WireError as error:
            assert error.stage in (Stage.PROTOCOL, Stage.LOST)
        mailbox.close()


def test_blocks_are_small_enough() -> None:
    sizes = {uid: 1000 for uid in range(1, 451)}
    assert [len(block) for block in blocks(sizes)] == [200, 200, 50]
    large = {1: 15 * limits.MIB, 2: 15 * limits.MIB, 3: 40 * limits.MIB, 4: 1}
    assert list(blocks(large)) == [[1], [2], [3], [4]]
    assert list(blocks({})) == []


def test_sets_of_uids_are_short_and_complete() -> None:
    assert list(answers.sets([5, 3, 4, 9, 9])) == ["3:5,9"]
    long = list(answers.sets(range(1, 20_000, 2)))
    assert max(map(len, long)) <= 4000
    assert [int(uid) for some in long for uid in some.split(",")] == list(range(1, 20_000, 2))


def test_folder_names_are_read_however_they_are_written() -> None:
    data = [
        b'(\\HasNoChildren \\Sent) "/" "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"',
        b'() "." INBOX.Sent',
        b'() NIL "a \\"b\\""',
        (b'(\\Noselect) "/" {5}', b"a&b\\c"),
        b"nonsense",
        None,
    ]
    found = [(folder.name, folder.separator) for folder in answers.folders_of(data, utf7_decode)]
    assert found == [("Отправленные", "/"), ("INBOX.Sent", "."), ('a "b"', ""), ("a&b\\c", "/")]
