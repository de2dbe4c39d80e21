"""What becomes of a letter (LETTERS.md), each case through the real store."""

from __future__ import annotations

import email
import email.policy

import pytest
from sqlalchemy import func, select

from deskterm.desk import blacklist, clients, messages, settings, showing, tickets, triage
from deskterm.desk.keys import keys
from deskterm.mail.message_ids import new_token
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Clock, Desk
from tests.mail.corpus import raw_letter


def parsed(raw: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def confirmations(desk: Desk) -> int:
    return sum(1 for row, _raw in desk.sent() if row.kind == "confirmation")


def test_a_letter_makes_a_ticket_and_is_confirmed_as_a_reply(desk: Desk) -> None:
    number = desk.ticket(Message_ID="<first@customer.example>")
    row, raw = desk.sent()[0]
    answer = parsed(raw)
    assert row.kind == "confirmation" and row.sender == ""
    assert answer["In-Reply-To"] == "<first@customer.example>"
    assert answer["To"] == "Ann Baker <ann@customer.example>" or "ann@customer.example" in answer["To"]
    assert answer["Auto-Submitted"] == "auto-replied"
    assert f"[{desk.row(number).token}]" in answer["Subject"]
    assert str(number) in answer.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_same_letter_twice_makes_one_message(desk: Desk) -> None:
    raw = desk.letter()
    first, second = desk.receive(raw, raw)
    assert (first.verdict, second.verdict) == ("new", "ignored")
    assert second.ticket_id == first.ticket_id
    assert desk.row(first.ticket_id or 0).messages == 1
    assert confirmations(desk) == 1


def test_a_reused_message_id_with_another_body_is_another_letter(desk: Desk) -> None:
    first, second = desk.receive(
        desk.letter(Message_ID="<same@x.example>"),
        desk.letter(Message_ID="<same@x.example>", text="Something else entirely."),
    )
    assert (first.verdict, second.verdict) == ("new", "new")


def test_a_letter_that_is_only_encrypted_says_so(desk: Desk) -> None:
    outcome = desk.receive(raw_letter("pgp-encrypted"))[0]
    assert outcome.verdict == "new" and outcome.ticket_id is not None
    with desk.store.work() as work:
        body = work.value(select(t.message.c.body).where(t.message.c.ticket_id == outcome.ticket_id))
        reasons = work.value(select(t.letter.c.reasons).where(t.letter.c.id == outcome.letter_id))
    assert "encrypted" in body and "attachments" in body
    assert "encrypted (PGP); it cannot be read here" in reasons


def test_a_letter_that_comes_behind_its_answer_joins_it(desk: Desk) -> None:
    number = desk.ticket(In_Reply_To="<late@customer.example>")
    late = desk.receive(desk.letter(Message_ID="<late@customer.example>", text="It smokes."))[0]
    assert (late.verdict, late.ticket_id) == ("append", number)
    again = desk.letter(Message_ID="<late@customer.example>", text="Now the scanner, too.")
    assert desk.receive(again)[0].verdict == "new"


def test_a_stranger_whose_letter_was_named_before_it_came_is_not_verified(desk: Desk) -> None:
    number = desk.ticket(In_Reply_To="<late@stranger.example>")
    late = desk.letter(sender="zoe@stranger.example", Message_ID="<late@stranger.example>")
    outcome = desk.receive(late)[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append unverified", number)


def test_an_answer_to_ours_joins_the_ticket_by_its_references(desk: Desk) -> None:
    number = desk.ticket()
    confirmation = parsed(desk.last_letter())["Message-ID"]
    outcome = desk.receive(desk.letter(subject="quite another subject", In_Reply_To=confirmation))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append", number)


def test_an_answer_joins_by_the_token_alone(desk: Desk) -> None:
    number = desk.ticket()
    outcome = desk.receive(desk.letter(subject=f"RE: AW: [{desk.row(number).token}] fire"))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append", number)


def test_a_thread_is_found_through_a_letter_we_never_got(desk: Desk) -> None:
    number = desk.ticket(References="<never-seen@customer.example>")
    outcome = desk.receive(desk.letter(subject="Re: something", In_Reply_To="<never-seen@customer.example>"))[
        0
    ]
    assert (outcome.verdict, outcome.ticket_id) == ("append", number)


def test_an_answer_to_an_unverified_letter_finds_its_ticket(desk: Desk) -> None:
    number = desk.ticket(References="<first@customer.example>")
    stranger = desk.letter(
        sender="zoe@stranger.example",
        Message_ID="<zoe@stranger.example>",
        References="<first@customer.example> <drawn@elsewhere.example>",
    )
    assert desk.receive(stranger)[0].verdict == "append unverified"
    mine = desk.receive(desk.letter(In_Reply_To="<zoe@stranger.example>"))[0]
    assert (mine.verdict, mine.ticket_id) == ("append", number)
    another = desk.letter(sender="yan@stranger.example", In_Reply_To="<zoe@stranger.example>")
    outcome = desk.receive(another)[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append unverified", number)
    drawn = desk.letter(sender="kim@elsewhere.example", In_Reply_To="<drawn@elsewhere.example>")
    assert desk.receive(drawn)[0].verdict == "new", "what a stranger only mentions draws no letters"


def test_a_stranger_with_a_stolen_token_is_unverified_and_gets_nothing(desk: Desk) -> None:
    number = desk.ticket()
    before = len(desk.sent())
    outcome = desk.receive(
        desk.letter(sender="eve@evil.example", subject=f"[{desk.row(number).token}]", text="let me in")
    )[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append unverified", number)
    assert len(desk.sent()) == before
    with desk.store.work(write=True) as work:
        assert "eve@evil.example" not in " ".join(messages.preview(work, desk.boss, number))
        messages.reply(work, desk.boss, number, "Only for you, Ann.", undo_seconds=0)
    assert b"eve@evil.example" not in desk.last_letter() and b"let me in" not in desk.last_letter()


def test_an_accepted_stranger_takes_part(desk: Desk) -> None:
    number = desk.ticket()
    outcome = desk.receive(desk.letter(sender="eve@evil.example", subject=f"[{desk.row(number).token}]"))[0]
    with desk.store.work(write=True) as work:
        triage.accept(work, desk.boss, outcome.message_id or 0)
        assert "eve@evil.example" in " ".join(messages.preview(work, desk.boss, number))
        assert not showing.letters(work, desk.boss).rows


def test_a_detached_stranger_has_a_ticket_of_his_own(desk: Desk) -> None:
    number = desk.ticket()
    outcome = desk.receive(
        desk.letter(sender="eve@evil.example", subject=f"[{desk.row(number).token}] mine")
    )[0]
    with desk.store.work(write=True) as work:
        other = triage.detach(work, desk.boss, outcome.message_id or 0)
        assert other != number
        assert [row.author for row in showing.messages(work, desk.boss, number)] == ["Ann Baker"]
        assert "eve" in showing.messages(work, desk.boss, other)[0].author


def test_the_same_client_may_join_a_colleagues_ticket(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        clients.add(work, desk.boss, "Customer Ltd")
        clients.add_contact(work, desk.boss, "Customer Ltd", "Ann Baker", ["ann@customer.example"])
        clients.add_contact(work, desk.boss, "Customer Ltd", "Bill", ["bill@customer.example"])
    number = desk.ticket()
    outcome = desk.receive(
        desk.letter(sender="bill@customer.example", subject=f"Re: [{desk.row(number).token}]")
    )[0]
    assert outcome.verdict == "append"


def test_forged_tokens_open_nothing(desk: Desk) -> None:
    number = desk.ticket()
    token = desk.row(number).token
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    outcome = desk.receive(desk.letter(subject=f"Re: [{forged}]"))[0]
    assert outcome.verdict == "new"
    with desk.store.work() as work:
        elsewhere = new_token(type(keys(work))("1", {"1": b"another key of 32 octets length!"}), number)
    assert desk.receive(desk.letter(subject=f"Re: [{elsewhere}]"))[0].verdict == "new"


def test_a_like_subject_joins_nothing(desk: Desk) -> None:
    desk.ticket(subject="Invoice")
    assert desk.receive(desk.letter(subject="Re: Invoice"))[0].verdict == "new"


def test_our_own_letter_coming_back_is_ignored(desk: Desk) -> None:
    desk.ticket()
    assert desk.receive(desk.last_letter())[0].verdict == "ignored"
    with desk.store.work() as work:
        assert work.value(select(func.count()).select_from(t.ticket)) == 1


def test_mail_that_says_it_is_from_us_is_held(desk: Desk) -> None:
    outcome = desk.receive(desk.letter(sender=SUPPORT))[0]
    assert outcome.verdict == "hold"


def test_blocked_mail_is_kept_and_can_be_released(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        blacklist.add(work, desk.boss, "@customer.example")
    outcome = desk.receive(desk.letter())[0]
    assert outcome.verdict == "blocked" and outcome.letter_id
    assert not desk.sent()
    with desk.store.work(write=True) as work:
        assert blacklist.listed(work, desk.boss)[0].hits == 1
        number = triage.release(work, desk.boss, outcome.letter_id)
    assert desk.row(number).subject == "The printer is on fire"


def test_a_text_entry_is_looked_for_literally_and_case_folded(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        blacklist.add(work, desk.boss, "Купите 100% слонов", "text")
    assert desk.receive(desk.letter(text="купите 100% СЛОНОВ сегодня"))[0].verdict == "blocked"
    assert desk.receive(desk.letter(text="купите 100 слонов"))[0].verdict == "new"


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Auto_Submitted": "auto-replied", "subject": "Out of office"}, "hold"),
        ({"Auto_Submitted": "auto-generated"}, "new"),
        ({"List_Id": "<users.list.example>"}, "new"),
        ({"Precedence": "bulk"}, "new"),
    ],
)
def test_machines_are_never_answered(desk: Desk, headers: dict[str, str], verdict: str) -> None:
    assert desk.receive(desk.letter(**headers))[0].verdict == verdict
    assert not desk.sent()


def test_a_vacation_notice_on_a_ticket_changes_no_status(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Use water.", undo_seconds=0)
    answered = desk.row(number)
    assert answered.status_class == "waiting"
    answer = parsed(desk.last_letter())["Message-ID"]
    outcome = desk.receive(
        desk.letter(subject="Out of office", In_Reply_To=answer, Auto_Submitted="auto-replied")
    )[0]
    assert outcome.verdict == "append"
    assert desk.row(number).status_id == answered.status_id
    with desk.store.work() as work:
        assert showing.messages(work, desk.boss, number)[-1].type == "auto-reply"


def test_a_customers_answer_brings_a_waiting_or_closed_ticket_back(desk: Desk) -> None:
    number = desk.ticket()
    for status, then in (("customer", "consideration"), ("checking", "tester"), ("closed", "tester")):
        with desk.store.work(write=True) as work:
            by_key = {row.key: row.id for row in work.rows(select(t.status.c.key, t.status.c.id))}
            tickets.set_status(work, desk.boss, [number], by_key[status])
        desk.receive(desk.letter(subject=f"[{desk.row(number).token}]"))
        assert desk.row(number).status_id == by_key[then], status
        assert desk.row(number).turn == "ours"


def test_the_flood_limit_stops_confirmations_and_says_so(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "automatic_per_address_hour", 3)
    numbers = [desk.ticket(subject=f"machine {n}") for n in range(5)]
    assert confirmations(desk) == 3
    assert desk.row(numbers[2]).muted == "" and desk.row(numbers[3]).muted != ""


def test_the_flood_limit_ends_with_the_hour(desk: Desk, clock: Clock) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "automatic_per_address_hour", 1)
    desk.ticket(subject="one")
    desk.ticket(subject="two")
    clock.forward(minutes=61)
    desk.ticket(subject="three")
    assert confirmations(desk) == 2


def test_a_letter_nobody_could_read_is_held_and_the_next_goes_on(desk: Desk) -> None:
    from deskterm.desk.intake import receive
    from deskterm.mail.parse import read_letter

    good = desk.letter()
    with desk.store.work(write=True) as work:
        ids = receive.store(
            work,
            desk.account_id,
            "INBOX",
            "1",
            [receive.Arrived("a", b"\x00", work.now), receive.Arrived("b", good, work.now)],
        )
        outcomes = receive.process(
            work,
            [
                receive.Prepared(ids[0], None, "the reader was killed"),
                receive.prepare(ids[1], read_letter(good)),
            ],
        )
    assert [one.verdict for one in outcomes] == ["hold", "new"]
    with desk.store.work(write=True) as work:
        row = showing.letters(work, desk.boss).rows[0]
        assert "the reader was killed" in row.why
        assert triage.try_again(work, desk.boss, row.id) == 1
        assert [one.delivery_id for one in receive.waiting(work, 10)] == [ids[0]]


def test_letters_for_a_merged_ticket_land_in_its_target(desk: Desk) -> None:
    first, second = desk.ticket(subject="one"), desk.ticket(subject="two")
    with desk.store.work(write=True) as work:
        work.update(t.ticket, first, merged_into=second)
    outcome = desk.receive(desk.letter(subject=f"[{desk.row(first).token}]"))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append", second)


@pytest.mark.parametrize("sender", [b"MAILER-DAEMON@mx.example", b"<>"])
def test_a_bounce_marks_the_letter_that_bounced_and_nothing_else(desk: Desk, sender: bytes) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        message_id = messages.reply(work, desk.boss, number, "Use water.", undo_seconds=0)
        work.execute(t.outbox.update().values(state="sent"))
    answered = desk.row(number)
    ours = desk.last_letter()
    report = (
        b"From: " + sender + b"\r\nTo: support@desk.example\r\nReturn-Path: <>\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <dsn1@mx.example>\r\n"
        b"MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nI am sorry.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        b"Final-Recipient: rfc822; ann@customer.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + ours + b"\r\n--b--\r\n"
    )
    outcome = desk.receive(report)[0]
    assert (outcome.verdict, outcome.ticket_id) == ("bounce note", number)
    assert desk.row(number).status_id == answered.status_id
    with desk.store.work() as work:
        assert showing.body(work, desk.boss, message_id).delivery == "bounced"
        note = showing.messages(work, desk.boss, number)[-1]
        assert note.type == "bounce" and note.visibility == "internal"
