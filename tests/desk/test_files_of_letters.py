"""Files: how large they may be and who is told, the files of a ticket, documents shown as text."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from deskterm import limits
from deskterm.demo import attachments as made
from deskterm.desk import drafts, messages, previews, settings, ticket_files
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.intake import receive
from deskterm.desk.intake.receive import Arrived
from deskterm.mail import documents
from deskterm.mail.parse import read_letter
from deskterm.store import tables as t
from tests.desk.conftest import SUPPORT, Desk


def with_files(desk: Desk, number: int, subject: str = "Plans", **sizes: int) -> bytes:
    message = EmailMessage()
    message["From"] = "Ann Baker <ann@customer.example>"
    message["To"] = SUPPORT
    message["Subject"] = subject
    message["Message-ID"] = f"<files{number}@customer.example>"
    message.set_content("Here they are.")
    for name, size in sizes.items():
        message.add_attachment(b"x" * size, maintype="application", subtype="pdf", filename=f"{name}.pdf")
    return message.as_bytes()


def test_a_customers_file_over_the_limit_is_named_to_him_and_kept_in_the_original(desk: Desk) -> None:
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "attachment_limit_customer_mb", "1")
    big = limits.MIB + 1
    first = desk.receive(with_files(desk, 1, small=10, huge=big))[0]
    assert first.verdict == "new" and first.ticket_id is not None and first.message_id is not None
    confirmation = read_letter(desk.last_letter())
    assert f"ticket {first.ticket_id}" in confirmation.text and "huge.pdf (1.0 MB)" in confirmation.text
    assert "small.pdf" not in confirmation.text
    with desk.store.work() as work:
        assert [one.name for one in ticket_files.listed(work, desk.boss, first.ticket_id)] == ["small.pdf"]
        original = work.value(select(t.blob.c.size).join(t.letter, t.letter.c.blob_sha256 == t.blob.c.sha256))
        assert original > big
    token = desk.row(first.ticket_id).token
    second = desk.receive(with_files(desk, 2, f"Re: [{token}]", huge=big))[0]
    assert second.verdict == "append" and any("huge.pdf" in reason for reason in second.reasons)
    told = [raw for row, raw in desk.sent() if row.kind == "too_large"]
    assert len(told) == 1 and "huge.pdf" in read_letter(told[0]).text
    assert b"Auto-Submitted: auto-replied" in told[0]
    third = desk.receive(with_files(desk, 3, f"Re: [{token}]", small=10))[0]
    assert third.verdict == "append" and len([1 for row, _ in desk.sent() if row.kind == "too_large"]) == 1


def test_who_sent_a_letter_too_large_to_be_fetched_is_told(desk: Desk) -> None:
    raw = desk.letter(text="The beginning of very much.")
    with desk.store.work(write=True) as work:
        [id] = receive.store(work, desk.account_id, "INBOX", "1", [Arrived("1", raw, work.now)])
        work.update(t.delivery, id, size=31 * limits.MIB)
    letter = read_letter(raw)
    with desk.store.work(write=True) as work:
        [outcome] = receive.process(work, [receive.prepare(id, replace(letter, problems=("too large",)))])
    assert outcome.verdict == "hold" and outcome.ticket_id is None
    [(row, told)] = desk.sent()
    assert (
        row.kind == "too_large" and "31.0 MB" in read_letter(told).text and "25 MB" in read_letter(told).text
    )


def test_what_an_agent_attaches_is_limited_together(desk: Desk) -> None:
    number = desk.ticket()
    with desk.store.work(write=True) as work:
        settings.set(work, desk.boss, "attachment_limit_agent_mb", "1")
        drafts.save(work, desk.boss, key="k", ticket_id=number, visibility="public", body="See.")
        drafts.attach(work, desk.boss, "k", "a.pdf", "application/pdf", b"x" * 700_000)
        with pytest.raises(BadData, match=r"a.pdf|b.pdf"):
            drafts.attach(work, desk.boss, "k", "b.pdf", "application/pdf", b"x" * 700_000)
        with pytest.raises(BadData, match=r"c.pdf is too large: 1.9 MB. At most 1 MB"):
            drafts.attach(work, desk.boss, "k", "c.pdf", "application/pdf", b"x" * 2_000_000)
        messages.reply(work, desk.boss, number, "See.", draft_key="k")
        assert [one.name for one in ticket_files.listed(work, desk.boss, number)] == ["a.pdf"]


def test_files_of_a_ticket_are_saved_together_and_hidden_with_private_notes(
    desk: Desk, tmp_path: Path
) -> None:
    number = desk.receive(with_files(desk, 1, one=10, two=20))[0].ticket_id
    assert number is not None
    with desk.store.work(write=True) as work:
        drafts.save(
            work,
            desk.boss,
            key="p",
            ticket_id=number,
            visibility="private",
            body="x",
            addressee_id=desk.boss.agent_id,
        )
        drafts.attach(work, desk.boss, "p", "secret.txt", "text/plain", b"canary")
        messages.note(
            work,
            desk.boss,
            number,
            "x",
            visibility="private",
            addressee_id=desk.boss.agent_id,
            draft_key="p",
        )
        seen = ticket_files.listed(work, desk.colleague, number)
        assert [one.name for one in seen] == ["one.pdf", "two.pdf"]
        everything = ticket_files.listed(work, desk.boss, number)
        assert [one.name for one in everything][2:] == ["secret.txt"]
        paths = ticket_files.save(work, desk.colleague, [one.id for one in seen] * 2, tmp_path / "out")
        assert [path.name for path in paths] == ["one.pdf", "two.pdf", "one (1).pdf", "two (1).pdf"]
        assert paths[1].read_bytes() == b"x" * 20
        with pytest.raises(NotFound):
            ticket_files.save(work, desk.colleague, [everything[2].id], tmp_path / "out")
        assert previews.of_attachment(work, desk.boss, everything[2].id).text == "canary"


def test_texts_are_shown_cleaned_cut_and_by_their_charset() -> None:
    assert previews.text("a.csv", "text/csv", "a;б\n\x1b[31mred".encode()).text == "a;б\n␛[31mred"
    assert previews.text("a.log", "application/octet-stream", "журнал работы\n".encode("cp1251")).text == (
        "журнал работы\n"
    )
    assert previews.text("a.html", "text/html", b"<p>Hi <b>you</b><script>evil()</script>").text == "Hi you"
    long = previews.text("a.txt", "text/plain", b"x" * (limits.PREVIEW_CHARACTERS + 1))
    assert long.cut and len(long.text) == limits.PREVIEW_CHARACTERS
    for name, data in (
        ("a.bin", b"\0\1"),
        ("a.txt", b"MZ\0\0"),
        ("a.doc", b"\xd0\xcf\x11\xe0"),
        ("a.pdf", b""),
    ):
        found = previews.text(name, "application/octet-stream", data)
        assert found.text == "" and found.why.endswith("."), name


def workbook(rows: list[list[str | float]]) -> bytes:
    """A small real .xlsx."""
    space = "http://schemas.openxmlformats.org"
    main = f"{space}/spreadsheetml/2006/main"
    office = f"{space}/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    cells = "".join(
        "<row>"
        + "".join(
            f'<c t="inlineStr"><is><t>{value}</t></is></c>'
            if isinstance(value, str)
            else f"<c><v>{value}</v></c>"
            for value in row
        )
        + "</row>"
        for row in rows
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{space}/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{space}/package/2006/relationships"><Relationship Id="r1"'
        f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        '<sheet name="Stock" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{space}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return buffer.getvalue()


def test_documents_are_shown_as_text() -> None:
    for library in ("pypdf", "docx", "python_calamine"):
        pytest.importorskip(library)
    pdf = previews.text("a.pdf", "", made.pdf("Invoice", random.Random(1)))
    assert pdf.kind == "PDF" and pdf.text.startswith("Invoice\n") and "Total:" in pdf.text and not pdf.why
    word = previews.text("a.docx", "", made.document("Отчёт за год", random.Random(1)))
    assert word.kind == "Word" and "Отчёт за год" in word.text
    excel = previews.text("a.xlsx", "", workbook([["Paper", "left"], ["A4", 12], ["A3", 1.5]]))
    assert excel.kind == "Excel" and excel.text.split() == [
        "—",
        "Stock",
        "—",
        "Paper",
        "left",
        "A4",
        "12",
        "A3",
        "1.5",
    ]
    long = previews.text("a.xlsx", "", workbook([["x" * 50] * 50] * 300))
    assert long.cut and len(long.text) <= 2 * limits.PREVIEW_CHARACTERS
    for name in ("a.pdf", "a.docx", "a.xlsx"):
        broken = previews.text(name, "", b"PK\x03\x04 nothing of the kind")
        assert broken.text == "" and "damaged" in broken.why, name


def test_a_document_that_unpacks_into_very_much_or_never_ends_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bomb = io.BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/document.xml", "w") as file,
    ):
        for _ in range(limits.PREVIEW_UNPACKED_BYTES // limits.MIB + 1):
            file.write(b"a" * limits.MIB)
    assert "too large" in previews.text("a.docx", "", bomb.getvalue()).why
    [kind] = [each for each in documents.KINDS if each.name == "pdf"]
    started = time.monotonic()
    assert "in time" in documents.read(kind, b"%PDF", seconds=0.001).why
    assert time.monotonic() - started < 10
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert "died" in documents.read(kind, b"%PDF").why


def test_the_reader_of_documents_has_no_passwords_and_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}
    real = subprocess.Popen

    def spy(*arguments: object, **named: object) -> object:
        seen.update(named["env"])  # type: ignore[call-overload]
        return real(*arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setenv("DESKTERM_PASSPHRASE", "secret")
    monkeypatch.setattr(subprocess, "Popen", spy)
    documents.read(documents.KINDS[0], b"%PDF")
    assert seen and not any(name.startswith("DESKTERM_") for name in seen)
    monkeypatch.undo()
    code = "import resource; from deskterm.mail import documents; documents._limit();"
    code += "print(*(resource.getrlimit(one)[0] for one in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(limits.PREVIEW_MEMORY_BYTES), "0"]
