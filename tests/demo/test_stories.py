"""The demo's stories can all be told, and its letters are such as real programs send."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from deskterm.demo.attachments import KINDS, make
from deskterm.demo.customers import values
from deskterm.demo.history import threads
from deskterm.demo.letters import build
from deskterm.demo.people import BY_ADDRESS, COLLEAGUES, MAILBOXES, PEOPLE
from deskterm.demo.programs import PROGRAMS, Draft, Quoted
from deskterm.demo.stories import Story, StoryError, Telling, answers, stories
from deskterm.demo.strange import STRANGE, Strange
from deskterm.demo.strange import letter as strange_letter

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ALL = [*stories("en"), *stories("ru")]


def parsed(letter: bytes) -> EmailMessage:
    message = message_from_bytes(letter, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def quoted(text: str = "First line\nsecond line") -> Quoted:
    return Quoted("Maria Lind", MAILBOXES[0].address, NOW, text, "ours@northwind.example", ("old@x.example",))


def test_there_are_enough_stories_in_both_languages() -> None:
    assert len(ALL) >= 60
    assert len(stories("ru")) >= 25
    assert len({story.name for story in ALL}) == len(ALL)
    assert {kind for story in ALL for turn in story.turns for kind, _ in turn.attached} == set(KINDS)


@pytest.mark.parametrize("story", ALL, ids=lambda story: story.name)
def test_every_story_can_be_told_by_everybody(story: Story) -> None:
    assert story.turns[0].speaker == "customer"
    assert story.topic == "any" or story.topic in answers(story.language)
    for number, person in enumerate(each for each in PEOPLE if each.language == story.language):
        telling = Telling(random.Random(number), values(person, "Maria Lind", ""), person.woman)
        subject = telling.fill(story.subject)
        assert subject.strip() and not set("{}|") & set(subject)
        for turn in story.turns:
            text = telling.fill(turn.text)
            assert text.strip() and not set("{}|") & set(text)
            assert all(telling.fill(name).isprintable() for _, name in turn.attached)


def test_a_story_that_uses_a_name_nobody_gave_is_found_out() -> None:
    with pytest.raises(StoryError, match="colour"):
        Telling(random.Random(0), {}).fill("The {colour} printer")


def test_a_choice_once_named_stays_the_same_and_fields_may_stand_in_fields() -> None:
    telling = Telling(random.Random(3), {})
    chosen = telling.fill("{n=#1-1000000}")
    assert telling.fill("{n} {n=#1-1000000}") == f"{chosen} {chosen}"
    assert re.fullmatch(r"(red|blue) [5-9]", telling.fill("{red {#5-9}|blue {#5-9}}"))
    assert Telling(random.Random(0), {}, woman=True).fill("сделал{*|а}") == "сделала"
    assert Telling(random.Random(0), {}).fill("сделал{*|а}") == "сделал"


@pytest.mark.parametrize("program", [name for name in PROGRAMS if name != "machine"])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_each_mail_programs_answer_threads_quotes_and_keeps_its_text(program: str, language: str) -> None:
    people = [each for each in PEOPLE if each.program == program and each.language == language]
    if not people:
        assert (program, language) in {("mailru", "en"), ("yandex", "en")}
        return
    writer = people[0]
    text = "Спасибо, проверю — завтра." if language == "ru" else "Thank you, I’ll check tomorrow."
    letter = build(
        Draft(writer, (("Desk", "d@x.example"),), "Re: Принтер & more", text, NOW, answers=quoted()),
        random.Random(1),
    )
    assert b"\r\n" in letter and max(map(len, letter.split(b"\r\n"))) < 998
    message = parsed(letter)
    assert not message.defects
    assert message["Subject"] == "Re: Принтер & more"
    assert message["In-Reply-To"] == "<ours@northwind.example>"
    assert message["References"] == "<old@x.example> <ours@northwind.example>"
    assert message["From"].addresses[0].display_name == writer.name
    plain = message.get_body(("plain",))
    assert plain is not None
    content = plain.get_content().replace(" \n", " ")
    assert text in content and "second line" in content and "Maria Lind" in content
    shown = message.get_body(("html",))
    if shown is not None:
        assert "First line" in shown.get_content()


def test_pictures_in_the_text_are_shown_by_the_html() -> None:
    writer = next(each for each in PEOPLE if each.program == "outlook")
    picture = make("inline", "desk.png", "x", random.Random(2))
    draft = Draft(writer, (("", "d@x.example"),), "x", "see", NOW, attached=(picture,))
    letter = build(draft, random.Random(0))
    message = parsed(letter)
    shown = message.get_body(("html",))
    assert shown is not None and f"cid:{picture.content_id}" in shown.get_content()
    image = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert image["Content-ID"] == f"<{picture.content_id}>"
    assert image.get_payload(decode=True) == picture.content


def test_attachments_are_real_files() -> None:
    dice = random.Random(4)
    pdf = make("pdf", "a.pdf", "Invoice (4)", dice).content
    offset = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf.startswith(b"%PDF-1.4") and pdf[offset : offset + 4] == b"xref"
    png = make("png", "a.png", "x", dice).content
    assert struct.unpack(">II", png[16:24]) == (240, 150)
    with zipfile.ZipFile(io.BytesIO(make("docx", "a.docx", "Анкета <1>", dice).content)) as package:
        assert package.testzip() is None
        assert "Анкета &lt;1&gt;" in package.read("word/document.xml").decode()
    assert "Артикул" in make("csv", "a.csv", "Выгрузка", dice).content.decode("cp1251")
    assert b"ERROR vpn" in make("log", "a.log", "VPN", dice).content


def test_the_past_holds_two_hundred_different_threads_that_end_before_now() -> None:
    past = threads(200, NOW, 5)
    assert past == threads(200, NOW, 5)
    assert len(past) == 200
    assert len({thread.subject for thread in past}) > 180
    assert all(step.when < NOW for thread in past for step in thread.steps)
    for thread in past:
        moments = [step.when for step in thread.steps]
        assert moments == sorted(moments)
        assert thread.steps[0].kind == "letter"
        assert thread.customer.address in BY_ADDRESS
        if any(step.kind == "reply" for step in thread.steps):
            assert thread.agent in COLLEAGUES
    ends = [thread.end for thread in past]
    assert min(map(ends.count, ("new", "working", "waiting", "closed"))) >= 15
    assert sum(thread.language == "ru" for thread in past) >= 60
    waiting = [thread for thread in past if thread.end == "waiting"]
    assert all(NOW - thread.steps[-1].when < timedelta(days=7) for thread in waiting)


def test_the_past_has_letters_no_desk_is_spared() -> None:
    past = threads(60, NOW, 5)
    assert {thread.strange for thread in past if thread.strange} == set(STRANGE)
    assert any("\x1b" in each.subject for each in STRANGE)
    assert any("[@click=app.quit]" in each.subject for each in STRANGE)
    assert any(each.sender[1] == MAILBOXES[0].address for each in STRANGE)


@pytest.mark.parametrize("each", STRANGE, ids=lambda each: each.sender[1])
def test_strange_letters_arrive_with_their_hostile_characters_intact(each: Strange) -> None:
    message = parsed(strange_letter(each, NOW, "ABC-1", random.Random(1)))
    assert message["Subject"] == each.subject.replace("{token}", "ABC-1")
    plain = message.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().replace("\r\n", "\n").strip() == each.text
    assert all(message[name] == value for name, value in each.headers)
