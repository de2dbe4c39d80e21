"""The table of decisions (LETTERS.md, Verdicts): each row, its letters, and what becomes of them.

The letters stand for themselves: their Message-IDs `OURS` and the words `TOKEN` are put in place of what the
desk really wrote, their address `desk@help.example` is the desk's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OURS: Final = b"t17.m4.aa11@help.example"
TOKEN: Final = b"TOKEN-OF-THE-TICKET"
ADDRESS: Final = b"desk@help.example"
PLUS_ADDRESS: Final = b"desk+TOKEN-OF-THE-TICKET@help.example"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table."""

    case: str
    letters: tuple[str, ...]
    verdict: str
    ticket: str = ""
    """Which ticket it lands in: '' none or a new one, `known`: the one the letter belongs to."""
    there: str = "nothing"
    """What is there before: see `test_decisions.BEFORE`."""
    answered: bool = False
    """Whether the desk answers by itself."""


TABLE: Final = (
    Row("a person without a ticket", ("plain-english", "plain-russian-utf8"), "new", answered=True),
    Row("same Message-ID and same body", ("plain-english",), "ignored", "known", there="the same letter"),
    Row(
        "same Message-ID, different body",
        ("plain-english",),
        "new",
        there="another letter with its Message-ID",
        answered=True,
    ),
    Row("no Message-ID", ("from-missing-reply-to",), "new", answered=True),
    Row("no Message-ID, twice", ("from-missing-reply-to",), "ignored", "known", there="the same letter"),
    Row("From is our own address", ("own-address", "own-letter-returns"), "hold"),
    Row(
        "failed, original known",
        (
            "bounce-postfix-mail-system",
            "bounce-gmail",
            "bounce-yandex-dsn-ru",
            "bounce-head-without-blank-line",
        ),
        "bounce note",
        "known",
        there="our answer",
    ),
    Row("delayed, original known", ("bounce-postfix-delayed",), "bounce note", "known", there="our answer"),
    Row(
        "delivered, relayed, read",
        ("dsn-postfix-relayed", "receipt-en", "receipt-ru"),
        "filed",
        there="our answer",
    ),
    Row("abuse feedback report", ("feedback-report", "feedback-report-yahoo"), "hold", there="our answer"),
    Row(
        "failed, original unknown",
        ("bounce-postfix-mail-system", "bounce-qmail", "bounce-mailru-text-ru"),
        "hold",
    ),
    Row(
        "auto-reply on a known ticket",
        ("vacation-exchange-en", "vacation-exchange-ru", "vacation-sieve-ru"),
        "append",
        "known",
        there="our answer",
    ),
    Row(
        "auto-reply without a ticket",
        ("vacation-subject-only-en", "vacation-outlook-lv-without-marks"),
        "hold",
    ),
    Row(
        "auto-generated, no ticket",
        ("monitoring-nagios-en", "monitoring-zabbix-ru", "tracker-daemon-en"),
        "new",
    ),
    Row("list or bulk mail", ("list-mailman-en", "list-google-groups-ru", "bulk-newsletter-ru"), "new"),
    Row("X-Auto-Response-Suppress", ("suppress-header", "suppress-oof-person-ru"), "new"),
    Row("a null return path forbids an answer", ("person-null-path-en",), "new"),
    Row("more than 50 servers on its way", ("received-51-times-en",), "hold"),
    Row("no-reply sender", ("shop-no-reply",), "new"),
    Row(
        "names an id signed by us; the customer himself",
        ("gmail-web-en", "outlook-web-ru", "desk-marker-ru"),
        "append",
        "known",
        there="our answer",
    ),
    Row(
        "names an id signed by us; a stranger",
        ("gmail-web-en", "outlook-web-ru"),
        "append unverified",
        "known",
        there="our answer to another",
    ),
    Row(
        "names an id signed by us; of the same client",
        ("gmail-web-en",),
        "append",
        "known",
        there="our answer to a colleague",
    ),
    Row(
        "names a customer's letter we know",
        ("answer-names-customers-letter-en",),
        "append",
        "known",
        there="first letter of the customer",
    ),
    Row(
        "names a customer's letter we know; a stranger",
        ("answer-names-customers-letter-en",),
        "append unverified",
        "known",
        there="first letter of another",
    ),
    Row(
        "names an id mentioned before",
        ("answer-names-letter-never-seen-en",),
        "append",
        "known",
        there="a letter that mentions the same",
    ),
    Row(
        "valid token",
        ("answer-by-token-en", "answer-by-plus-address-en"),
        "append",
        "known",
        there="our answer",
    ),
    Row(
        "valid token; a stranger",
        ("answer-by-token-en", "answer-by-plus-address-en"),
        "append unverified",
        "known",
        there="our answer to another",
    ),
    Row(
        "guessed token",
        ("answer-by-token-en",),
        "new",
        there="a token that is guessed",
        answered=True,
    ),
    Row(
        "guessed token in an address",
        ("answer-by-plus-address-en",),
        "new",
        there="a token that is guessed",
        answered=True,
    ),
    Row(
        "subject alone alike",
        ("subject-alone-alike-en",),
        "new",
        there="a ticket of that subject",
        answered=True,
    ),
    Row("thread matches, ticket closed", ("gmail-web-en",), "append", "known", there="our answer, closed"),
    Row(
        "thread matches, closed for longer than the desk takes back",
        ("gmail-web-en",),
        "new",
        there="our answer, closed long ago",
        answered=True,
    ),
    Row("ticket was merged, twice over", ("gmail-web-en",), "append", "known", there="our answer, merged"),
    Row("black list: address", ("plain-english",), "blocked", there="its address on the black list"),
    Row("black list: text", ("plain-english",), "blocked", there="its text on the black list"),
    Row(
        "sender not registered", ("plain-english",), "refused", there="registered senders only", answered=True
    ),
    Row(
        "sender not registered, a machine",
        ("monitoring-nagios-en",),
        "refused",
        there="registered senders only",
    ),
    Row("account says hold", ("plain-english",), "hold", there="everything for review"),
    Row("From missing", ("from-missing-return-path", "from-missing-reply-to"), "new", answered=True),
    Row("From missing, nothing else", ("no-headers-at-all",), "hold"),
    Row("sender is an agent", ("plain-english",), "new", there="its sender is an agent", answered=True),
    Row(
        "sender is an agent, who passes a letter on",
        ("forward-gmail-en",),
        "new",
        there="its sender is an agent",
        answered=True,
    ),
    Row("Reply-To differs from From", ("header-reply-to-form-ru",), "new", answered=True),
    Row("From rewritten by a list", ("via-list-dmarc",), "new"),
    Row("too deep, too many parts, empty", ("nested-too-deep", "too-many-parts", "empty"), "hold"),
)
