"""Who may write: everybody, registered senders only, nobody without a look; polite refusals (B2)."""

from __future__ import annotations

import email
import email.policy
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import accounts, agents, clients, rules, senders, settings, showing, templates
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.desk.keys import keys
from deskterm.mail.message_ids import is_loose_message_id, ticket_of_message_id
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Clock, Desk


def closed(desk: Desk, who: str = "registered") -> None:
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"who_may_write": who})


def refusals(desk: Desk) -> list[email.message.EmailMessage]:
    return [
        email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[misc]
        for row, raw in desk.sent()
        if row.kind == "refusal"
    ]


def test_a_stranger_is_refused_politely_as_a_reply_and_his_letter_is_kept(desk: Desk) -> None:
    closed(desk)
    outcome = desk.receive(desk.letter(Message_ID="<first@customer.example>"))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("refused", None)
    assert "refusal queued" in outcome.reasons
    row, _raw = desk.sent()[0]
    letter = refusals(desk)[0]
    assert (row.kind, row.automatic, row.sender, row.ticket_id) == ("refusal", True, "", None)
    assert letter["To"] == "Ann Baker <ann@customer.example>"
    assert letter["In-Reply-To"] == "<first@customer.example>"
    assert letter["Auto-Submitted"] == "auto-replied" and letter["X-Deskterm-Loop"]
    body = letter.get_body(("plain",))
    assert body is not None and "registered senders" in body.get_content()
    assert "burns since noon" not in letter.as_string(), "it quotes nothing"
    with desk.store.work() as work:
        assert is_loose_message_id(keys(work), letter["Message-ID"])
        assert ticket_of_message_id(keys(work), letter["Message-ID"]) is None
        kept = showing.letter_body(work, desk.boss, outcome.letter_id or 0)
        assert [one.kind for one in showing.outgoing(work, desk.boss).rows] == ["refusal"]
    assert "It burns since noon." in kept.text


def test_a_refusal_is_in_the_accounts_language_and_by_its_template(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"language": "ru"})
        templates.set(work, desk.boss, "refusal", "ru", "Извините, {customer}: только свои.")
    desk.receive(desk.letter())
    body = refusals(desk)[0].get_body(("plain",))
    assert body is not None and "Извините, Ann Baker: только свои." in body.get_content()


def test_an_address_is_refused_once_a_day(desk: Desk, clock: Clock) -> None:
    closed(desk)
    verdicts = [desk.receive(desk.letter(text=str(number)))[0].verdict for number in range(3)]
    assert verdicts == ["refused"] * 3 and len(refusals(desk)) == 1
    desk.receive(desk.letter(sender="bill@customer.example"))
    assert len(refusals(desk)) == 2, "another address is another matter"
    clock.forward(hours=23)
    again = desk.receive(desk.letter(text="still the same day"))[0]
    assert len(refusals(desk)) == 2 and "refused today already" in again.reasons[-1]
    clock.forward(hours=2)
    desk.receive(desk.letter(text="the next day"))
    assert len(refusals(desk)) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"List_Id": "<users.list.example>"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All"},
        {"Return_Path": "<>"},
        {"sender": "no-reply@customer.example"},
    ],
)
def test_machines_are_never_refused_by_letter(desk: Desk, headers: dict[str, str]) -> None:
    closed(desk)
    assert desk.receive(desk.letter(**headers))[0].verdict in ("refused", "hold")
    assert not desk.sent()


def test_refusals_count_against_the_flood_limit(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "automatic_per_account_hour", 2)
    for number in range(4):
        desk.receive(desk.letter(sender=f"stranger{number}@x.example"))
    assert len(refusals(desk)) == 2


def test_a_silent_account_refuses_without_a_word(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        accounts.edit(work, desk.boss, SUPPORT, {"silent": True})
    assert desk.receive(desk.letter())[0].verdict == "refused"
    assert not desk.sent()


def test_our_refusal_coming_back_is_ignored_and_its_bounce_kept_out_of_triage(desk: Desk) -> None:
    closed(desk)
    desk.receive(desk.letter())
    ours = desk.last_letter()
    stripped = b"\r\n".join(line for line in ours.split(b"\r\n") if not line.startswith(b"X-Deskterm-Loop"))
    assert desk.receive(stripped)[0].verdict == "ignored"
    bounce = (
        b"From: MAILER-DAEMON@mx.example\r\nTo: support@desk.example\r\nReturn-Path: <>\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b@mx.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + ours + b"\r\n--b--\r\n"
    )
    assert desk.receive(bounce)[0].verdict == "filed"
    assert len(desk.sent()) == 1


def test_agents_contacts_and_those_on_the_list_may_write(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        agents.edit(work, desk.boss, "cora", {"addresses": ["cora@desk.example"]})
        for client in ("One Ltd", "Two Ltd"):
            clients.add(work, desk.boss, client)
            clients.add_contact(work, desk.boss, client, "Both", ["both@customer.example"])
        clients.add_contact(work, desk.boss, "One Ltd", "Ann", ["ann@customer.example"])
        senders.add(work, desk.colleague, "Guest@Elsewhere.example", "A guest")
        senders.add(work, desk.colleague, "@partner.example")
    for sender, verdict in (
        ("cora@desk.example", "new"),
        ("ann@customer.example", "new"),
        ("both@customer.example", "new"),
        ("guest@elsewhere.example", "new"),
        ("anybody@partner.example", "new"),
        ("anybody@mail.partner.example", "new"),
        ("other@elsewhere.example", "refused"),
        ("anybody@notpartner.example", "refused"),
    ):
        assert desk.receive(desk.letter(sender=sender))[0].verdict == verdict, sender


def test_a_participant_may_answer_though_he_is_not_registered(desk: Desk) -> None:
    number = desk.ticket()
    closed(desk)
    outcome = desk.receive(desk.letter(subject=f"Re: [{desk.row(number).token}]"))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append", number)


def test_a_rule_says_otherwise_than_the_account(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Open", ["subject contains apply"], {"who": "everybody"})
        rules.add(work, desk.boss, "Look", ["subject contains look"], {"who": "review"})
        rules.add(work, desk.boss, "Quiet", ["subject contains quiet"], {"answer": "no"})
        rules.add(work, desk.boss, "Known", ["registered yes"], {"tag": "known"})
        senders.add(work, desk.boss, "known@customer.example")
    assert desk.receive(desk.letter(subject="I apply"))[0].verdict == "new"
    assert desk.receive(desk.letter(subject="look"))[0].verdict == "hold"
    quiet = desk.receive(desk.letter(subject="quiet"))[0]
    assert quiet.verdict == "refused" and not refusals(desk)
    assert desk.row(desk.ticket(sender="known@customer.example", subject="Hi")).tags == ["known"]
    closed(desk, "everybody")
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Club", ["subject contains club"], {"who": "registered"})
    assert desk.receive(desk.letter(subject="club"))[0].verdict == "refused"
    assert desk.receive(desk.letter(subject="other"))[0].verdict == "new"


def test_one_act_registers_the_sender_and_processes_his_letter(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        number = rules.add(work, desk.boss, "Printers", ["subject contains printer"], {"tag": "printer"})
    refused = desk.receive(desk.letter())[0]
    with desk.store.work(write=True) as work:
        ticket_id = senders.register_and_process(work, desk.colleague, refused.letter_id or 0)
    row = desk.row(ticket_id)
    assert (row.subject, row.customer_key) == ("The printer is on fire", "ann@customer.example")
    assert (row.rule_id, row.tags) == (number, ["printer"])
    assert [sent.kind for sent, _raw in desk.sent()] == ["refusal", "confirmation"]
    assert desk.receive(desk.letter(text="More."))[0].verdict == "new", "from now on he may write"
    with desk.store.work() as work:
        listed = senders.listed(work, desk.colleague)
    assert [(one.kind, one.value, one.name) for one in listed] == [
        ("address", "ann@customer.example", "Ann Baker")
    ]
    with pytest.raises(BadData), desk.store.work(write=True) as work:
        senders.register_and_process(work, desk.colleague, refused.letter_id or 0)


def test_a_rule_that_never_answers_holds_for_registering_too(desk: Desk) -> None:
    closed(desk)
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Quiet", [], {"answer": "no"})
    refused = desk.receive(desk.letter())[0]
    with desk.store.work(write=True) as work:
        senders.register_and_process(work, desk.boss, refused.letter_id or 0)
    assert not desk.sent()


def test_the_list_takes_addresses_and_domains_once(desk: Desk, make_agent: Any) -> None:
    with desk.store.work(write=True) as work:
        first = senders.add(work, desk.boss, "ann@x.example")
        assert senders.add(work, desk.boss, "ANN@X.example", "Ann") == first
        domain = senders.add(work, desk.boss, "x.example")
        assert [(one.id, one.name) for one in senders.listed(work, desk.boss)] == [
            (first, "Ann"),
            (domain, ""),
        ]
        senders.remove(work, desk.boss, "@x.example")
        senders.remove(work, desk.boss, str(first))
        assert not senders.listed(work, desk.boss)
        acts = work.values(select(t.event.c.act).where(t.event.c.subject_kind == "sender"))
        assert acts.count("sender.add") == 2 and acts.count("sender.remove") == 2
    for wrong in ("", "no address", "ann", "@", "ann@"):
        with pytest.raises(BadData), desk.store.work(write=True) as work:
            senders.add(work, desk.boss, wrong)
    with pytest.raises(NotFound), desk.store.work(write=True) as work:
        senders.remove(work, desk.boss, "gone@x.example")
    viewer = make_agent("vera", "viewer")
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        senders.add(work, viewer, "vera@x.example")
