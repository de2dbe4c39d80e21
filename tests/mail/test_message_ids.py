"""Answers find their ticket by what our letters carry, and nobody else's letters do."""

from __future__ import annotations

import random
import string

import pytest

from deskterm.mail import message_ids as ids
from deskterm.mail.message_ids import Keys

KEYS = Keys("1", {"1": bytes(range(32))})
OTHER = Keys("1", {"1": bytes(range(1, 33))})


def test_a_message_id_of_ours_names_its_ticket() -> None:
    made = ids.new_message_id(KEYS, 1042, 7, "Desk.Example.COM")
    assert made.endswith("@desk.example.com")
    assert ids.ticket_of_message_id(KEYS, made) == 1042
    assert ids.ticket_of_message_id(KEYS, f" <{made.upper()}>") == 1042


def test_two_letters_of_one_message_have_different_ids() -> None:
    assert ids.new_message_id(KEYS, 1, 2, "a.example") != ids.new_message_id(KEYS, 1, 2, "a.example")


def test_a_given_nonce_gives_a_given_id() -> None:
    first = ids.new_message_id(KEYS, 1, 2, "a.example", "abc")
    assert first == ids.new_message_id(KEYS, 1, 2, "a.example", "abc")


def test_another_store_does_not_believe_our_ids() -> None:
    assert ids.ticket_of_message_id(OTHER, ids.new_message_id(KEYS, 1042, 7, "a.example")) is None
    assert ids.ticket_of_token(OTHER, ids.new_token(KEYS, 1042)) is None
    assert not ids.is_own_stamp(OTHER, ids.loop_stamp(KEYS, "a.example"))


def test_every_part_of_a_message_id_is_under_the_mac() -> None:
    made = ids.new_message_id(KEYS, 1042, 7, "a.example", "nonce")
    for part, forged in (
        ("1042.", "1043."),
        (".7.", ".8."),
        ("nonce", "noncf"),
        ("@a.", "@b."),
        (".1.", ".2."),
    ):
        assert part in made
        assert ids.ticket_of_message_id(KEYS, made.replace(part, forged, 1)) is None


@pytest.mark.parametrize(
    "foreign", ["", "x@y", "CAF+abc@mail.example.com", "1.2.3@x", "\0", "я@я", "." * 5000]
)
def test_a_foreign_message_id_is_nobodys_ticket(foreign: str) -> None:
    assert ids.ticket_of_message_id(KEYS, foreign) is None


def test_a_cyrillic_domain_gives_an_ascii_id() -> None:
    made = ids.new_message_id(KEYS, 1, 1, "почта.рф")
    assert made.isascii()
    assert ids.ticket_of_message_id(KEYS, made) == 1


@pytest.mark.parametrize("domain", ["", "a b", "a\r\nBcc: x", "a>b", "@"])
def test_a_domain_that_is_none_is_refused(domain: str) -> None:
    with pytest.raises(ValueError):
        ids.new_message_id(KEYS, 1, 1, domain)


def test_a_token_is_found_anywhere_in_a_subject() -> None:
    token = ids.new_token(KEYS, 1042)
    for subject in (
        f"Re: Printer [{token}]",
        f"[{token}] Re: Printer",
        f"FWD: [EXT] [{token.upper()}] Printer",
        f"Re: Printer [{token[:10]} {token[10:]}]",
        f"Re: [[{token}]]",
    ):
        assert [ids.ticket_of_token(KEYS, found) for found in ids.tokens_in_subject(subject)] == [1042]


def test_a_token_without_brackets_or_of_another_form_is_none() -> None:
    token = ids.new_token(KEYS, 1042)
    assert ids.tokens_in_subject(f"Re: {token}") == []
    assert ids.tokens_in_subject("Re: [#1042] [#1042-abc] [JIRA-123] []") == []


def test_a_token_has_only_what_mail_programs_leave_alone() -> None:
    assert set(ids.new_token(KEYS, 1042)) <= set(string.ascii_lowercase + string.digits + "#-")


def test_a_token_opens_its_own_ticket_only() -> None:
    token = ids.new_token(KEYS, 1042)
    assert ids.ticket_of_token(KEYS, token) == 1042
    assert ids.ticket_of_token(KEYS, token.replace("1042", "1043")) is None
    assert ids.ticket_of_token(KEYS, token.replace("#1042", "#01042")) is None


def test_a_message_id_mac_is_no_token() -> None:
    mac = ids.new_message_id(KEYS, 1042, 7, "a.example").split("@")[0].rpartition(".")[2]
    assert ids.ticket_of_token(KEYS, f"#1042-1{mac}") is None


def test_tokens_are_taken_out_of_a_subject_and_other_brackets_stay() -> None:
    assert ids.without_tokens(f"[EXT] Printer [{ids.new_token(KEYS, 5)}] on fire") == "[EXT] Printer on fire"


def test_guessing_tokens_does_not_work() -> None:
    """80 bits: a million guesses a second for a century hit one with a chance below 1 in 300 million."""
    mac = ids.new_token(KEYS, 1042).removeprefix("#1042-1")
    assert len(mac) * 5 >= 80
    assert 10**6 * 100 * 365 * 86400 / 2**80 < 1 / 300


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.full)])
def test_no_forged_token_is_accepted(count: int) -> None:
    """Guessed, near misses, shuffled, of another ticket, of another key, of another purpose."""
    keys = ids.rotated(KEYS)
    forgers = random.Random(count)
    genuine = [ids.new_token(keys, ticket) for ticket in range(1000, 1100)]
    known = set(genuine) | {ids.new_token(KEYS, ticket) for ticket in range(1000, 1100)}
    macs = [token[-16:] for token in genuine]
    foreign = [ids.new_token(OTHER, ticket) for ticket in range(1000, 1100)]
    loose = [ids.new_loose_message_id(keys, "a.example").split("@")[0][-16:] for _ in range(100)]
    letters = string.ascii_lowercase + "234567"
    forged = 0
    accepted: list[str] = []
    while forged < count:
        token = forgers.choice(genuine)
        ticket, kid = forgers.randrange(1000, 1100), forgers.choice("12")
        at = forgers.randrange(1, len(token))
        for made in (
            f"#{ticket}-{kid}{''.join(forgers.choices(letters, k=16))}",
            f"#{ticket}-{kid}{forgers.choice(macs)}",
            f"#{ticket}-{kid}{forgers.choice(loose)}",
            f"#{ticket}-{kid}{''.join(forgers.sample(token[-16:], 16))}",
            token[:at] + forgers.choice(letters + string.digits) + token[at + 1 :],
            token[:at] + token[at + 1 :],
            token[:at] + forgers.choice(letters) + token[at:],
            forgers.choice(foreign),
        ):
            if made in known:
                continue
            forged += 1
            opened = ids.ticket_of_token(keys, made)
            if opened is not None:
                accepted.append(made)
    assert accepted == []


@pytest.mark.parametrize("count", [5_000, pytest.param(200_000, marks=pytest.mark.full)])
def test_no_forged_message_id_is_accepted(count: int) -> None:
    forgers = random.Random(count)
    genuine = [ids.new_message_id(KEYS, ticket, 7, "a.example") for ticket in range(1000, 1050)]
    characters = string.ascii_lowercase + string.digits + ".@"
    accepted: list[str] = []
    for _ in range(count):
        made, other = forgers.sample(genuine, 2)
        at = forgers.randrange(len(made))
        spliced = ".".join((other.split(".")[0], *made.split(".")[1:]))
        mutated = made[:at] + forgers.choice(characters) + made[at + 1 :]
        accepted.extend(
            forged
            for forged in (spliced, mutated)
            if forged not in genuine and ids.ticket_of_message_id(KEYS, forged) is not None
        )
    assert accepted == []


def test_near_misses_of_a_token_are_refused() -> None:
    token = ids.new_token(KEYS, 1042)
    for at in range(len("#1042-1"), len(token)):
        changed = token[:at] + ("a" if token[at] != "a" else "b") + token[at + 1 :]
        assert ids.ticket_of_token(KEYS, changed) is None


def test_after_a_rotation_old_letters_still_find_their_ticket() -> None:
    keys = ids.rotated(KEYS)
    assert keys.current == "2"
    assert ids.ticket_of_token(keys, ids.new_token(KEYS, 9)) == 9
    assert ids.ticket_of_token(keys, ids.new_token(keys, 9)) == 9
    assert ids.ticket_of_token(KEYS, ids.new_token(keys, 9)) is None


def test_a_plus_address_of_ours_carries_the_token() -> None:
    token = ids.new_token(KEYS, 77)
    address = ids.plus_address("Support@a.example", token)
    assert address.isascii() and "#" not in address
    assert ids.token_in_plus_address(address, ["support@a.example"]) == token
    assert ids.token_in_plus_address(address, ["other@a.example"]) is None
    assert ids.token_in_plus_address("support+sales@a.example", ["support@a.example"]) is None
    assert ids.token_in_plus_address("support@a.example", ["support@a.example"]) is None


def test_a_loop_stamp_is_recognised_and_cannot_be_made_up() -> None:
    stamp = ids.loop_stamp(KEYS, "Desk Example")
    assert ids.is_own_stamp(KEYS, stamp)
    assert ids.is_own_stamp(KEYS, " " + stamp.upper())
    assert not ids.is_own_stamp(KEYS, stamp[:-1] + ("a" if stamp[-1] != "a" else "b"))
    assert not ids.is_own_stamp(KEYS, "")


def test_keys_are_not_shown() -> None:
    assert "keys=" not in repr(KEYS)


@pytest.mark.parametrize("bad", [{"1": b"short"}, {"1": bytes(32), "a b": bytes(32)}, {"2": bytes(32)}])
def test_keys_that_cannot_sign_are_refused(bad: dict[str, bytes]) -> None:
    with pytest.raises(ValueError):
        Keys("1", bad)
