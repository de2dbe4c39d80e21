"""A POP3 mailbox: the same bytes the server holds, keys that stay, and deleting that counts at QUIT only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from smtplib import LMTP

import pytest

from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.net import Fault, Settings, Stage, WireError
from deskterm.mail.wire.pop3 import Pop3Mailbox, arrival
from deskterm.ports import Security
from tests.mail.wire.scripted import Line, Pop3Shelf, scripted
from tests.world.dovecot import Dovecot

QUICK = Settings(connect_seconds=2, command_seconds=2)
NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def letter(number: int, body: bytes = b"Hello.\r\n") -> bytes:
    return b"Subject: %d\r\nMessage-ID: <%d@x.test>\r\n\r\n" % (number, number) + body


@pytest.fixture
def mailbox_of(dovecot: Dovecot, new_address: Callable[[str], str]) -> Callable[..., str]:
    """A new mailbox with these letters in it; gives its address."""

    def make(*letters: bytes) -> str:
        address = new_address("pop")
        dovecot.add_user(address)
        with LMTP(dovecot.host, dovecot.lmtp_port) as line:
            for raw in letters:
                line.sendmail("a@customers.test", [address], raw)
        return address

    return make


def opened(dovecot: Dovecot, address: str, security: Security = "tls") -> Pop3Mailbox:
    port = dovecot.pop3s_port if security == "tls" else dovecot.pop3_port
    mailbox = Pop3Mailbox(Endpoint("localhost", port, security), Settings(ca_file=str(dovecot.ca_file)))
    mailbox.login(address, dovecot.users[address])
    return mailbox


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_letters_come_as_the_bytes_the_server_holds(
    dovecot: Dovecot, mailbox_of: Callable[..., str], security: Security
) -> None:
    dots = b".\r\n..two\r\n.one\r\n" + b"x" * 9_000 + b"\r\n\xff\xfe raw \r\n.\r\n"
    address = mailbox_of(letter(1), letter(2, dots), letter(3, b"no end of line"))
    with opened(dovecot, address, security) as mailbox:
        sizes = mailbox.sizes()
        taken = mailbox.fetch_block([1, 2, 3], sizes)
    held = [raw.replace(b"\r\n", b"\n") for raw in dovecot.letters(address)]
    assert [taken[number].replace(b"\r\n", b"\n") for number in (1, 2, 3)] == held
    assert [len(taken[number]) for number in (1, 2, 3)] == [sizes[number] for number in (1, 2, 3)]


def test_keys_stay_from_one_session_to_the_next_and_numbers_do_not(
    dovecot: Dovecot, mailbox_of: Callable[..., str]
) -> None:
    address = mailbox_of(letter(1), letter(2), letter(3))
    with opened(dovecot, address) as mailbox:
        before = mailbox.unique_ids([1, 2, 3])
        mailbox.delete([1])
        mailbox.commit()
    with opened(dovecot, address) as mailbox:
        after = mailbox.unique_ids(mailbox.sizes())
    assert after == {1: before[2], 2: before[3]}


def test_a_session_that_ends_without_a_word_deletes_nothing(
    dovecot: Dovecot, mailbox_of: Callable[..., str]
) -> None:
    address = mailbox_of(letter(1))
    with opened(dovecot, address) as mailbox:
        mailbox.delete([1])
    assert len(dovecot.letters(address)) == 1


def test_a_letter_is_known_again_by_its_head(dovecot: Dovecot, mailbox_of: Callable[..., str]) -> None:
    address = mailbox_of(letter(1), letter(2))
    with opened(dovecot, address) as mailbox:
        taken = mailbox.fetch_block([1, 2], mailbox.sizes())
        assert mailbox.is_same(1, taken[1])
        assert not mailbox.is_same(1, taken[2])


def test_of_a_large_letter_the_beginning(dovecot: Dovecot, mailbox_of: Callable[..., str]) -> None:
    address = mailbox_of(letter(1, b"line after line\r\n" * 5_000))
    with opened(dovecot, address) as mailbox:
        start = mailbox.fetch_start(1, mailbox.sizes()[1], 4_000)
        assert start is not None
        assert b"Message-ID: <1@x.test>" in start
        assert 500 < len(start) <= 4_000
        head = mailbox.fetch_start(1, mailbox.sizes()[1], 4_000, head_only=True)
        assert head is not None
        assert b"Message-ID: <1@x.test>" in head and b"line after line" not in head


def test_a_password_is_not_sent_where_the_server_wants_tls_first() -> None:
    def script(line: Line) -> None:
        line.say("+OK ready")
        while True:
            line.say(*{"CAPA": ("+OK", "STLS", "TOP", ".")}.get(line.hear(), ("-ERR",)))

    with scripted(script) as (endpoint, heard), Pop3Mailbox(endpoint, QUICK) as mailbox:
        with pytest.raises(WireError) as error:
            mailbox.login("ann", "secret")
        assert error.value.fault is Fault.TLS_WANTED
    assert not any(line.startswith(("USER", "PASS")) for line in heard)


def test_a_mailbox_somebody_else_has_open_is_tried_again_later() -> None:
    def script(line: Line) -> None:
        line.say("+OK ready")
        while True:
            name = line.hear().split(" ")[0]
            line.say({"PASS": "-ERR [IN-USE] Mailbox is locked", "USER": "+OK"}.get(name, "-ERR"))

    with scripted(script) as (endpoint, _), Pop3Mailbox(endpoint, QUICK) as mailbox:
        with pytest.raises(WireError) as error:
            mailbox.login("ann", "secret")
    assert (error.value.stage, error.value.temporary) == (Stage.LOGIN, True)
    assert "Mailbox is locked" in str(error.value)


@pytest.mark.parametrize("knows", [{"TOP"}, set()], ids=["by the head", "by the whole letter"])
def test_without_uidl_letters_are_told_apart_by_what_is_in_them(knows: set[str]) -> None:
    shelf = Pop3Shelf([("", letter(1)), ("", letter(2))], frozenset(knows))

    def keys() -> list[str]:
        with Pop3Mailbox(endpoint, QUICK) as mailbox:
            mailbox.login("ann", "secret")
            return list(mailbox.unique_ids(mailbox.sizes()).values())

    with scripted(shelf.script) as (endpoint, _):
        before = keys()
        shelf.letters.pop(0)
        shelf.letters.append(("", letter(3)))
        after = keys()
    assert len(set(before)) == 2
    assert (after[0], after[1] in before) == (before[1], False)


def test_equal_letters_with_one_uidl_and_strange_uidls_have_keys_of_their_own() -> None:
    shelf = Pop3Shelf(
        [("same", letter(1)), ("same", letter(1)), ("я \x7f", letter(2)), ("u" * 900, letter(3))]
    )
    with scripted(shelf.script) as (endpoint, _), Pop3Mailbox(endpoint, QUICK) as mailbox:
        mailbox.login("ann", "secret")
        keys = mailbox.unique_ids(mailbox.sizes())
    assert len(set(keys.values())) == 4
    assert (keys[1], keys[2]) == ("same", "same 2")
    assert all(key.isascii() and key.isprintable() and len(key) < 250 for key in keys.values())


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_letter_that_is_not_given_is_left_out(pipelining: bool) -> None:
    shelf = Pop3Shelf([("a", letter(1)), ("b", letter(2))], pipelining=pipelining)
    with scripted(shelf.script) as (endpoint, _), Pop3Mailbox(endpoint, QUICK) as mailbox:
        mailbox.login("ann", "secret")
        assert mailbox.fetch_block([1, 9, 2], {}) == {1: letter(1), 2: letter(2)}


def test_which_letter_it_was_that_broke_off_is_known() -> None:
    shelf = Pop3Shelf([("a", letter(1)), ("b", letter(2, b"poison\r\n"))], breaks_at=b"poison")
    with scripted(shelf.script) as (endpoint, _), Pop3Mailbox(endpoint, QUICK) as mailbox:
        mailbox.login("ann", "secret")
        with pytest.raises(WireError) as error:
            mailbox.fetch_block([1, 2], mailbox.sizes())
        assert (error.value.stage, mailbox.reading) == (Stage.LOST, 2)


@pytest.mark.parametrize(
    ("head", "when"),
    [
        (
            b"Received: by x; Mon, 2 Nov 2026 11:00:00 +0300 (MSK)\r\n"
            b"Received: by y; Sun, 1 Nov 2026 1:0:0 +0000",
            datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
        ),
        (
            b"Received: from a\r\n\tby b; Mon, 2 Nov 2026 11:00:00 +0000",
            datetime(2026, 11, 2, 11, 0, tzinfo=UTC),
        ),
        (b"Received: by x; Tue, 3 Nov 2026 11:00:00 +0000", NOW),
        (b"Received: nonsense", NOW),
        (b"Subject: none", NOW),
        (b"\xff", NOW),
    ],
    ids=["topmost", "folded", "to come", "nonsense", "none", "no text"],
)
def test_it_arrived_when_the_receiving_server_says_so(head: bytes, when: datetime) -> None:
    body = b"\r\n\r\nReceived: by z; Sun, 1 Nov 2020 1:0:0 +0000\r\n"
    assert arrival(head + body, NOW) == when
