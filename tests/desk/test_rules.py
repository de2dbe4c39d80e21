"""Rules: what they ask, what they say, and in which order (B1, B4)."""

from __future__ import annotations

import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.desk import (
    accounts,
    choices,
    clients,
    messages,
    rules,
    showing,
    triage,
)
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotAllowed, NotFound
from deskterm.desk.intake.explain import explain, explain_in
from deskterm.desk.rule_conditions import Facts, holds, parse, written
from deskterm.mail.letter import Letter
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Desk

MONITOR = "monitor@machines.example"


def an_alarm() -> Letter:
    """A letter with something for every field to ask about."""
    message = EmailMessage()
    message["From"] = "Zabbix Сервер <Alarm@Machines.example>"
    message["To"] = f"Support <{SUPPORT}>"
    message["Cc"] = "chef@customer.example"
    message["Subject"] = "Disk ПОЛОН on node-17"
    message["Message-ID"] = "<alarm@machines.example>"
    message["X-Spam"] = "No, score=-1.2"
    message["X-Site"] = "Berlin"
    message["X-Site"] = "Münster"
    message["List-Id"] = "Alarms <alarms.machines.example>"
    message.set_content("Free space: 3%\nPlease act.\n")
    message.add_attachment(b"%PDF" * 100, maintype="application", subtype="pdf", filename="Report.PDF")
    message.add_attachment("log", filename="disk.log")
    return read_letter(message.as_bytes())


@pytest.mark.parametrize(
    "condition",
    [
        "subject contains полон",
        "subject is disk полон ON node-17",
        "subject begins DISK",
        "subject ends node-17",
        "subject matches *node-[0-9]?",
        "subject one of nothing, Disk полон on node-17",
        "sender is alarm@machines.example",
        "sender ends @machines.example",
        "sender begins zabbix",
        "sender contains сервер",
        f"recipient is {SUPPORT}",
        "recipient is CHEF@customer.example",
        "header:X-Spam begins no,",
        "header:x-site is MÜNSTER",
        "header:X-Site is berlin",
        "header:X-Site matches *",
        "list-id contains alarms.machines.example",
        "body contains FREE SPACE",
        "body matches *please act*",
        "size larger 500",
        "size smaller 1 MB",
        "attachments is 2",
        "attachments larger 1",
        "attachment-name is report.pdf",
        "attachment-name matches *.log",
        "attachment-type is application/pdf",
        "kind one of list, bulk",
        "kind is list",
        "registered no",
    ],
)
def test_a_condition_that_holds(condition: str) -> None:
    assert holds(parse(condition), Facts(an_alarm()))
    assert parse(written(parse(condition))) == parse(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "subject contains disc",
        "subject is disk",
        "subject begins node",
        "subject ends disk",
        "subject matches node*",
        "subject one of disk, node-17",
        "sender is machines.example",
        "sender ends @machines.exampl",
        "recipient contains alarm@",
        "header:X-Absent matches *",
        "header:X-Spam is yes",
        "list-id is alarms",
        "body contains node-17",
        "size larger 1 MB",
        "size smaller 500",
        "attachments is 1",
        "attachments smaller 2",
        "attachment-name is disk",
        "attachment-type contains image/",
        "kind is person",
        "registered yes",
    ],
)
def test_a_condition_that_does_not_hold(condition: str) -> None:
    assert not holds(parse(condition), Facts(an_alarm()))


def test_a_decomposed_text_is_found_by_a_composed_one() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Subject"] = "Mu\u0308nster"
    message.set_content("x")
    assert holds(["subject", "contains", "Münster"], Facts(read_letter(message.as_bytes())))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour is red", "There is no field colour"),
        ("header: is red", "There is no field"),
        ("subject larger 5", "subject takes contains"),
        ("size contains 5", "size takes larger"),
        ("subject", "is no condition"),
        ("subject about invoices", "is no condition"),
        ("subject contains ", "lacks its value"),
        ("subject one of , ", "lacks its value"),
        ("registered yes please", "takes no value"),
        ("size larger much", "with a number"),
        ("attachments larger 5 MB", "with a number"),
        ("kind is bounce", "not bounce"),
        ("subject contains " + "x" * (limits.RULE_VALUE_CHARACTERS + 1), "at most"),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadData, match=says):
        parse(text)


def test_wildcards_take_linear_time() -> None:
    pattern = "*a" * 200 + "*b"

    def seconds(length: int) -> float:
        facts = Facts(read_letter(b"From: a@b.example\n\n" + b"a" * length))
        start = time.perf_counter()
        assert not holds(["body", "matches", pattern], facts)
        return time.perf_counter() - start

    assert max(seconds(60_000), seconds(120_000)) < 1.0


def test_a_rule_without_the_right_is_refused(desk: Desk) -> None:
    acts: list[Callable[[Any, Actor], Any]] = [
        lambda work, actor: rules.add(work, actor, "Mine"),
        lambda work, actor: rules.edit(work, actor, "1", {"name": "x"}),
        lambda work, actor: rules.move(work, actor, "1", 1),
        lambda work, actor: rules.remove(work, actor, "1"),
    ]
    for act in acts:
        with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
            act(work, desk.colleague)


def test_the_first_rule_that_matches_decides(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        everybody = rules.add(work, desk.boss, "Everything", [], {"tag": "rest"})
        first = rules.add(
            work, desk.boss, "Fires", ["subject contains fire"], {"tag": "fire"}, account=SUPPORT
        )
        second = rules.add(
            work, desk.boss, "Printers", ["subject contains printer"], {"tag": "printer"}, account=SUPPORT
        )
        order = [row.id for row in rules.listed(work, desk.boss)]
    assert order == [first, second, everybody], "an account's own rules come before those of every account"
    fire = desk.row(desk.ticket())
    assert (fire.rule_id, fire.tags) == (first, ["fire"])
    with desk.store.work(write=True) as work:
        rules.move(work, desk.boss, second, 1)
        assert [row.position for row in rules.listed(work, desk.boss)] == [1, 2, 1]
    assert desk.row(desk.ticket(text="again")).rule_id == second
    with desk.store.work(write=True) as work:
        rules.edit(work, desk.boss, second, {"active": False})
    assert desk.row(desk.ticket(text="once more")).rule_id == first
    assert desk.row(desk.ticket(subject="Hello")).rule_id == everybody
    with desk.store.work() as work:
        assert {row.id: row.hits for row in rules.listed(work, desk.boss)} == {
            first: 2,
            second: 1,
            everybody: 1,
        }


def test_a_rule_of_another_account_is_not_asked(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        accounts.add(
            work,
            desk.boss,
            accounts.AccountInput(address="sales@desk.example", incoming="none", outgoing="none"),
        )
        rules.add(work, desk.boss, "Sales only", [], {"hold": True}, account="sales@desk.example")
    assert desk.receive(desk.letter())[0].verdict == "new"


def test_all_conditions_must_hold(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        rules.add(
            work, desk.boss, "Both", ["subject contains printer", "body contains flood"], {"hold": True}
        )
    assert desk.receive(desk.letter())[0].verdict == "new"
    assert desk.receive(desk.letter(text="A flood!"))[0].verdict == "hold"


def test_a_new_ticket_gets_what_its_rule_says(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        clients.add(work, desk.boss, "Hosting Ltd")
        choices.add(work, desk.boss, "rubric", "Network")
        choices.add(work, desk.boss, "category", "Servers")
        choices.add(work, desk.boss, "kind", "Alarm")
        choices.add(work, desk.boss, "criticality", "Burning")
        team = work.insert(t.team, name="Night shift")
        number = rules.add(
            work,
            desk.boss,
            "Monitoring",
            ["sender ends @customer.example", "subject contains fire"],
            {
                "rubric": "Network",
                "category": "Servers",
                "kind": "Alarm",
                "criticality": "Burning",
                "client": "Hosting Ltd",
                "responsible": "cora",
                "team": "Night shift",
                "tag": "night, disk",
                "attachments": "/srv/alarms",
            },
            account=SUPPORT,
        )
        ids = {
            name: choices.find(work, list, name).id
            for list, name in (
                ("rubric", "Network"),
                ("category", "Servers"),
                ("kind", "Alarm"),
                ("criticality", "Burning"),
            )
        }
        client_id = clients.find(work, "Hosting Ltd").id
    outcome = desk.receive(desk.letter())[0]
    row = desk.row(outcome.ticket_id or 0)
    assert (row.rubric_id, row.category_id, row.kind_id, row.criticality_id) == tuple(ids.values())
    assert (row.client_id, row.responsible_id, row.team_id) == (client_id, desk.colleague.agent_id, team)
    assert (row.rule_id, row.tags, row.silent) == (number, ["night", "disk"], False)
    trail = "\n".join(outcome.reasons)
    assert (
        f"rule {number} “Monitoring” matches: sender ends @customer.example; subject contains fire" in trail
    )
    assert "rubric=Network" in trail and "responsible=cora" in trail
    with desk.store.work() as work:
        letter = work.first(select(t.letter).where(t.letter.c.id == outcome.letter_id))
        assert letter is not None and letter.rule_id == number
        assert showing.head(work, desk.boss, row.id).rubric == "Network"


def test_what_was_retired_since_is_not_set(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        choices.add(work, desk.boss, "rubric", "Old")
        rules.add(work, desk.boss, "All", [], {"rubric": "Old", "tag": "kept"})
        choices.remove(work, desk.boss, "rubric", "Old")
    outcome = desk.receive(desk.letter())[0]
    row = desk.row(outcome.ticket_id or 0)
    assert (row.rubric_id, row.tags) == (None, ["kept"])
    assert "Old (retired)" in "\n".join(outcome.reasons)


def test_a_rule_holds_for_a_person_who_makes_the_ticket_as_it_says(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        number = rules.add(work, desk.boss, "Look first", [], {"hold": True, "silent": True, "tag": "seen"})
    outcome = desk.receive(desk.letter())[0]
    assert (outcome.verdict, outcome.ticket_id) == ("hold", None)
    assert not desk.sent()
    with desk.store.work(write=True) as work:
        ticket_id = triage.make_ticket(work, desk.boss, outcome.letter_id or 0)
        assert rules.show(work, desk.boss, number).hits == 1
    row = desk.row(ticket_id)
    assert (row.rule_id, row.silent, row.tags) == (number, True, ["seen"])


def test_a_rule_files_without_a_ticket(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Newsletters", ["kind one of list, bulk"], {"file": True})
    outcome = desk.receive(desk.letter(List_Id="<news.example>"))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("filed", None)
    with desk.store.work() as work:
        assert not work.values(select(t.ticket.c.id))
        assert not showing.letters(work, desk.boss).rows
    assert desk.receive(desk.letter())[0].verdict == "new"


def test_rules_are_not_asked_about_a_letter_that_threads(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Hold all", [], {"hold": True})
    outcome = desk.receive(desk.letter(subject=f"Re: [{desk.row(number).token}]"))[0]
    assert (outcome.verdict, outcome.ticket_id) == ("append", number)


def test_a_silent_rule_never_lets_anything_reach_the_author(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Monitoring", [f"sender is {MONITOR}"], {"silent": True})
    number = desk.ticket(
        sender=f"Zabbix <{MONITOR}>", Cc="reader@customer.example", Reply_To="bot@machines.example"
    )
    assert not desk.sent(), "no confirmation"
    desk.receive(
        desk.letter(
            sender=MONITOR, subject=f"[{desk.row(number).token}] worse", Reply_To="other-bot@machines.example"
        )
    )
    with desk.store.work(write=True) as work:
        assert messages.preview(work, desk.boss, number) == ["reader@customer.example"]
        assert showing.head(work, desk.boss, number).silent
        messages.reply(work, desk.boss, number, "We look after it.", undo_seconds=0)
    with desk.store.work() as work:
        assert work.values(select(t.outbox.c.key)) == ["reader@customer.example"]
    head = desk.last_letter().partition(b"\r\n\r\n")[0]
    assert MONITOR.encode() not in head and b"bot@" not in head


def test_an_answer_on_a_silent_ticket_without_other_readers_is_kept_and_not_sent(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Monitoring", [], {"silent": True})
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, number, "Done.", undo_seconds=0)
        assert showing.messages(work, desk.boss, number)[-1].type == "console"
    assert not desk.sent()


def test_a_rule_says_whether_new_tickets_are_confirmed(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "Quiet", ["subject contains quiet"], {"answer": "no"})
        rules.add(work, desk.boss, "Shop", ["sender is shop@customer.example"], {"answer": "yes"})
    quiet = desk.receive(desk.letter(subject="quiet, please"))[0]
    assert quiet.verdict == "new" and "its rule forbids it" in quiet.reasons[-1] and not desk.sent()
    machine = {"Auto_Submitted": "auto-generated"}
    desk.receive(desk.letter(**machine))
    assert not desk.sent(), "machines are not answered"
    desk.receive(desk.letter(sender="shop@customer.example", subject="Order 1", **machine))
    assert len(desk.sent()) == 1, "but where a rule says so"
    desk.receive(desk.letter(sender="shop@customer.example", subject="Order 2", Return_Path="<>", **machine))
    assert len(desk.sent()) == 1, "never against a null return path"


def test_contradictions_and_unknown_names_are_refused(desk: Desk) -> None:
    for effects in (
        {"hold": True, "file": True},
        {"silent": True, "answer": "yes"},
        {"rubric": "Nowhere"},
        {"responsible": "nobody"},
        {"team": "Nobody's"},
        {"client": "None Ltd"},
        {"colour": "red"},
        {"answer": "perhaps"},
        {"who": "friends"},
        {"attachments": "not/from/the/root"},
    ):
        with pytest.raises(BadData), desk.store.work(write=True) as work:
            rules.add(work, desk.boss, "Wrong", [], effects)
    with pytest.raises(BadData), desk.store.work(write=True) as work:
        rules.add(work, desk.boss, "  ")
    with pytest.raises(NotFound), desk.store.work(write=True) as work:
        rules.edit(work, desk.boss, "Nothing", {"name": "x"})


def test_a_rule_is_changed_field_by_field_with_its_history(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        number = rules.add(work, desk.boss, "One", ["subject contains a"], {"tag": "a", "hold": True})
        rules.edit(work, desk.boss, "One", {"effects": {"hold": "", "tag": "b"}, "name": "Two"})
        found = rules.show(work, desk.boss, "Two")
        assert (found.id, found.effects, found.conditions) == (number, {"tag": "b"}, ("subject contains a",))
        rules.edit(work, desk.boss, number, {"conditions": [["body", "is", "x"]]})
        assert rules.show(work, desk.boss, number).conditions == ("body is x",)
        acts = work.values(
            select(t.event.c.act).where(t.event.c.subject_kind == "rule").order_by(t.event.c.id)
        )
        assert acts == ["rule.add", "rule.edit", "rule.edit"]


def test_a_rule_that_decided_is_switched_off_and_stays_an_unused_one_goes(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        unused = rules.add(work, desk.boss, "Unused", ["subject is nothing"])
        used = rules.add(work, desk.boss, "Used")
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        assert rules.remove(work, desk.boss, unused)
        assert not rules.remove(work, desk.boss, used)
        left = rules.listed(work, desk.boss)
    assert [(row.id, row.active, row.position) for row in left] == [(used, False, 1)]
    assert desk.row(number).rule_id == used
    assert desk.row(desk.ticket(text="later")).rule_id is None


def test_trying_rules_names_the_match_and_what_failed_before_and_changes_nothing(desk: Desk) -> None:
    letter = read_letter(desk.letter())
    with desk.store.work(write=True) as work:
        miss = rules.add(work, desk.boss, "Miss", ["subject contains fire", "attachments larger 0"])
        match = rules.add(work, desk.boss, "Match", ["registered no"], {"hold": True})
        rules.add(work, desk.boss, "Never asked")
    with desk.store.work() as work:
        tried = rules.test(work, letter, desk.account_id)
        judged = explain_in(work, letter, desk.account_id)
        assert [row.hits for row in rules.listed(work, desk.boss)] == [0, 0, 0]
    assert [(one.rule_id, one.matches, one.why) for one in tried] == [
        (miss, False, "attachments larger 0"),
        (match, True, "registered no"),
    ]
    assert judged["verdict"] == "hold" and any("“Match”" in reason for reason in judged["reasons"])
    assert set(judged) == set(explain(letter)), "the keys of a line are fixed"
