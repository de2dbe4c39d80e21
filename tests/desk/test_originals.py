"""What stands behind a message: fields, links and source of the letter; and how dear a long thread is."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy import event

from deskterm.desk import messages, originals, showing
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Desk

HTML = """<p>Dear desk, <a href="https://evil.example/login">https://bank.example</a> asks me to sign in.</p>
<ul><li>first</li><li>second</li></ul>
<table><tr><th>Item</th><th>Price</th></tr><tr><td>Paper</td><td>12</td></tr></table>"""


def html_letter() -> bytes:
    letter = EmailMessage()
    letter["From"] = "Ann Baker <ann@customer.example>"
    letter["To"] = SUPPORT
    letter["Subject"] = "Вход в банк"
    letter["Message-ID"] = "<html.letter@customer.example>"
    letter["X-Mailer"] = "Mailer \x1b[31m 7"
    letter.set_content("see the other part")
    letter.add_alternative(HTML, subtype="html")
    letter.replace_header("Content-Type", letter["Content-Type"])
    return letter.as_bytes()


def test_a_letter_shows_its_fields_its_links_and_its_source(desk: Desk, tmp_path: Path) -> None:
    raw = html_letter()
    raw = raw.replace(b'Content-Type: text/plain; charset="utf-8"', b"Content-Type: application/x-none")
    message_id = desk.receive(raw)[0].message_id
    assert message_id is not None
    with desk.store.work(write=True) as work:
        fields = dict(originals.fields(work, desk.colleague, "message", message_id))
        assert fields["Subject"] == "Вход в банк" and "X-Mailer" in fields
        assert "Message-ID" in fields and "MIME-Version" in fields, "as its program wrote them"
        body = showing.body(work, desk.colleague, message_id)
        (link,) = originals.links(work, desk.colleague, "message", message_id)
        assert body.text[link.start : link.end] == "https://bank.example"
        assert link.target == "https://evil.example/login"
        work.update(t.message, message_id, body="Kept by an older program. " + body.text.replace("\n", "   "))
        (moved,) = originals.links(work, desk.colleague, "message", message_id)
        assert moved.start == link.start + len("Kept by an older program. "), "the text that is shown counts"
        lines = originals.lines(work, desk.colleague, "message", message_id)
        assert lines[0].startswith("From: Ann Baker") and any("<ul><li>" in line for line in lines)
        saved = originals.save(work, desk.colleague, "message", message_id, tmp_path)
        assert saved.read_bytes() == raw and saved.suffix == ".eml"


def test_lists_and_tables_of_html_can_be_read(desk: Desk) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ann <ann@customer.example>", SUPPORT, "Order"
    letter.set_content(HTML, subtype="html")
    message_id = desk.receive(letter.as_bytes())[0].message_id
    with desk.store.work() as work:
        lines = showing.body(work, desk.colleague, message_id or 0).text.split("\n")
    item = next(line for line in lines if "Item" in line)
    paper = next(line for line in lines if "Paper" in line)
    assert item.index("Price") == paper.index("12")
    assert [line.strip() for line in lines if line.strip().endswith(("first", "second"))] == [
        "* first",
        "* second",
    ]


def test_an_answer_of_ours_has_an_original_and_a_note_has_none(desk: Desk) -> None:
    outcome = desk.receive(desk.letter())[0]
    assert outcome.ticket_id is not None
    with desk.store.work(write=True) as work:
        seen = showing.head(work, desk.boss, outcome.ticket_id).last_message_id
        answer = messages.reply(work, desk.boss, outcome.ticket_id, "Pour water on it.", seen_message_id=seen)
    with desk.store.work() as work:
        assert any(
            "Pour water on it." in line for line in originals.lines(work, desk.boss, "message", answer)
        )


def _reads_of_opening(desk: Desk, ticket_id: int) -> int:
    counted: list[Any] = []
    with desk.store.work() as work:
        listen = (work.connection.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
        event.listen(*listen)
        try:
            showing.head(work, desk.colleague, ticket_id)
            rows = showing.messages(work, desk.colleague, ticket_id)
            showing.body(work, desk.colleague, rows[-1].id)
        finally:
            event.remove(*listen)
    return len(counted)


def test_a_thread_of_five_hundred_messages_is_read_by_as_many_statements_as_one_of_two(desk: Desk) -> None:
    first = desk.receive(desk.letter(Message_ID="<long@customer.example>"))[0]
    short = desk.receive(desk.letter(Message_ID="<short@customer.example>"))[0]
    assert first.ticket_id is not None and short.ticket_id is not None
    with desk.store.work(write=True) as work:
        row = work.rows(t.message.select().where(t.message.c.id == first.message_id))[0]
        values = {name: value for name, value in row._mapping.items() if name != "id"}
        work.insert_many(t.message, [{**values, "letter_id": None} for _number in range(500)])
    with desk.store.work() as work:
        assert len(showing.messages(work, desk.colleague, first.ticket_id)) == 501
    assert _reads_of_opening(desk, first.ticket_id) == _reads_of_opening(desk, short.ticket_id)
