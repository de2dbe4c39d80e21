"""What a customer gets from us: read back with another library than the one that wrote it."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskterm import limits
from deskterm.mail.compose import (
    MARKER_LINES,
    Outgoing,
    OutgoingAttachment,
    Quoted,
    capped_references,
    compose,
    needs_smtputf8,
    reply_subject,
)
from deskterm.mail.encode import file_name, wire_address
from deskterm.mail.letter import Address
from deskterm.mail.message_ids import Keys, new_message_id, new_token

KEYS = Keys("1", {"1": bytes(32)})
TOKEN = new_token(KEYS, 1042)
DATE = datetime(2026, 7, 3, 14, 5, tzinfo=timezone(timedelta(hours=3)))
QUESTION = Quoted("Вера Ким", "vera@client.example", DATE, "Принтер не печатает.\n\n> старое\nВера")
ANSWER = Outgoing(
    visibility="public",
    sender=Address("Служба поддержки", "support@desk.example"),
    to=(Address("Вера Ким", "vera@client.example"),),
    subject=reply_subject("Принтер", TOKEN),
    message_id=new_message_id(KEYS, 1042, 7, "desk.example", "nonce"),
    in_reply_to="q1@client.example",
    references=("q0@client.example", "q1@client.example"),
    date=DATE,
    text="Здравствуйте!\n\n  Проверьте <кабель>: https://desk.example/a?b=1&c=2.\n",
    signature="Пётр, первая линия",
    language="ru",
    history=(QUESTION,),
)


def read(outgoing: Outgoing) -> EmailMessage:
    message = email.message_from_bytes(compose(outgoing), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
    return message


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_an_answer_is_a_reply_in_the_thread() -> None:
    message = read(ANSWER)
    assert message["In-Reply-To"] == "<q1@client.example>"
    assert message["References"].split() == ["<q0@client.example>", "<q1@client.example>"]
    assert message["Message-ID"] == f"<{ANSWER.message_id}>"
    assert message["Subject"] == f"Re: Принтер [{TOKEN}]"
    assert message["Date"] == "Fri, 03 Jul 2026 14:05:00 +0300"
    assert message["From"].addresses[0].display_name == "Служба поддержки"
    assert message["To"].addresses[0].addr_spec == "vera@client.example"


def test_the_marker_stands_first_then_answer_signature_and_history() -> None:
    text = text_of(read(ANSWER))
    assert text == (
        "##- Пожалуйста, пишите Ваш ответ над этой строкой -##\n\n"
        "Здравствуйте!\n\n  Проверьте <кабель>: https://desk.example/a?b=1&c=2.\n\n"
        "-- \nПётр, первая линия\n\n"
        "3 июля 2026 г., 14:05, Вера Ким <vera@client.example> пишет:\n"
        "> Принтер не печатает.\n>\n> > старое\n> Вера\n"
    )


def test_an_english_customer_is_answered_in_english() -> None:
    text = text_of(read(replace(ANSWER, language="en")))
    assert text.startswith(MARKER_LINES["en"] + "\n")
    assert "On 3 July 2026 at 14:05, Вера Ким <vera@client.example> wrote:\n> " in text


def test_the_html_form_says_the_same_escaped_and_clickable() -> None:
    page = text_of(read(ANSWER), "html")
    assert MARKER_LINES["ru"] in page
    assert "&lt;кабель&gt;" in page and "<кабель>" not in page
    assert '<a href="https://desk.example/a?b=1&amp;c=2">https://desk.example/a?b=1&amp;c=2</a>.' in page
    assert '<blockquote type="cite"' in page
    assert page.index("Здравствуйте") < page.index("Пётр") < page.index("Принтер не печатает")


def test_markup_of_a_customer_stays_text() -> None:
    hostile = Quoted("<script>", "a\"'@b", DATE, '<img src=x onerror=1> javascript:1 http://x/"onclick=1')
    page = text_of(read(replace(ANSWER, history=(hostile,))), "html")
    assert "<script" not in page and "<img" not in page
    assert re.findall(r"<a href=\"[^\"]*\"([^>]*)>", page).count("") == len(re.findall("<a ", page))


def test_only_a_public_message_can_be_sent() -> None:
    for visibility in ("internal", "private", "", "Public"):
        with pytest.raises(ValueError, match="public"):
            replace(ANSWER, visibility=visibility)  # type: ignore[arg-type]


def test_a_message_made_internal_behind_the_constructor_is_not_sent() -> None:
    outgoing = replace(ANSWER)
    object.__setattr__(outgoing, "visibility", "internal")
    with pytest.raises(ValueError, match="public"):
        compose(outgoing)


def test_a_persons_answer_has_no_automatic_headers() -> None:
    message = read(replace(ANSWER, loop_stamp="stamp"))
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Deskterm-Loop", "Precedence"):
        assert message[name] is None


def test_automatic_mail_says_so_and_quotes_nothing() -> None:
    automatic = replace(ANSWER, automatic=True, loop_stamp="desk/1/abc", history=())
    message = read(automatic)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["X-Deskterm-Loop"] == "desk/1/abc"
    assert message["Precedence"] is None
    with pytest.raises(ValueError):
        replace(automatic, history=(QUESTION,))
    with pytest.raises(ValueError):
        replace(automatic, loop_stamp="")


INJECTION = "x\r\nBcc: victim@x.example\r\n\r\nbody\0\x1b\x85\u2028y"


def test_no_field_can_add_a_header() -> None:
    honest = [name for name, _ in read(ANSWER).items()]
    message = read(
        replace(
            ANSWER,
            subject=INJECTION,
            sender=Address(INJECTION, "support@desk.example"),
            to=(Address(INJECTION, "vera@client.example"),),
            in_reply_to="q1@client.example",
            references=("a@b", INJECTION, "a b@c", "<x><y>"),
            language=INJECTION,
        )
    )
    assert [name for name, _ in message.items()] == honest
    assert message["References"].split() == ["<a@b>", "<q1@client.example>"]
    assert "Bcc" not in message and message["Subject"].startswith("x Bcc: victim")


HOSTILE = st.text(
    alphabet=st.one_of(st.sampled_from('\r\n\0\t :;=?<>"\\(),@[]\u2028\x85\udc80ÿяé'), st.characters())
)


@settings(max_examples=150, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_whatever_is_written_the_letter_keeps_its_form(name: str, subject: str, text: str, file: str) -> None:
    sent = replace(
        ANSWER,
        sender=Address(name, "support@desk.example"),
        subject=subject,
        text=text,
        signature=text,
        history=(Quoted(name, name, DATE, text),),
        attachments=(OutgoingAttachment(file, file, b"data"),),
        references=(name, text),
    )
    octets = compose(sent)
    assert max(octets) < 128
    assert not any(b"\n" in line or b"\r" in line or len(line) > 998 for line in octets.split(b"\r\n"))
    message = email.message_from_bytes(octets)
    names = [header for header, _ in message.items()]
    assert len(names) == len(set(names)) == 9
    mixed = message.get_payload()
    assert isinstance(mixed, list) and len(mixed) == 2
    assert mixed[1].get_payload(decode=True) == b"data"


def test_an_attachments_name_and_type_cannot_add_a_header() -> None:
    message = read(replace(ANSWER, attachments=(OutgoingAttachment(INJECTION, INJECTION, b"x"),)))
    (part,) = message.iter_attachments()
    assert {name for name, _ in part.items()} == {
        "Content-Type",
        "Content-Disposition",
        "Content-Transfer-Encoding",
    }
    assert part.get_content_type() == "application/octet-stream"


@pytest.mark.parametrize(
    "address", ["", "vera", "a@b\r\nBcc: x@y", "a\r\nb@c", "a\0@b.c", "@b", "a@", "a@b c", "a@b>", "a@b..c"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError):
        compose(replace(ANSWER, to=(Address("", address),)))


def test_an_address_cannot_become_two() -> None:
    message = read(replace(ANSWER, to=(Address("", "x, y <b>@client.example"),)))
    assert [found.domain for found in message["To"].addresses] == ["client.example"]
    assert wire_address("a b@c.example") == '"a b"@c.example'
    assert wire_address('"a b"@c.example') == '"a b"@c.example'


@pytest.mark.parametrize(
    "name",
    [
        "Ким, Вера",
        'O"Brien \\',
        "=?utf-8?q?x?=",
        "Very " * 30 + "long",
        "Очень " * 25,
        "a.b",
        "(comment)",
        "日本語" * 40,
    ],
)
def test_every_name_arrives_as_it_is(name: str) -> None:
    two = replace(ANSWER, cc=(Address(name, "c@client.example"), Address("", "d@client.example")))
    assert [found.username for found in read(two)["Cc"].addresses] == ["c", "d"]
    # Python's newer parser puts a blank between two encoded words of a name, against RFC 2047 6.2.
    folded = email.message_from_bytes(compose(two))["Cc"]
    (shown, first), (_, second) = getaddresses([re.sub(r"\r\n", "", folded)])
    assert str(make_header(decode_header(shown))) == " ".join(name.split())
    assert (first, second) == ("c@client.example", "d@client.example")


@pytest.mark.parametrize("subject", ["x" * 600, "слово " * 90, "a=?b", "plain words " * 30, "😀" * 200])
def test_every_subject_arrives_as_it_is(subject: str) -> None:
    assert read(replace(ANSWER, subject=subject))["Subject"] == " ".join(subject.split())


def test_cyrillic_domains_become_ascii_and_cyrillic_names_ask_for_smtputf8() -> None:
    russian = replace(ANSWER, to=(Address("", "vera@почта.рф"),))
    assert not needs_smtputf8(russian)
    assert b"vera@xn--" in compose(russian)
    unicode_name = replace(ANSWER, to=(Address("Вера", "вера@почта.рф"),))
    assert needs_smtputf8(unicode_name)
    assert "вера@xn--".encode() in compose(unicode_name)


@pytest.mark.parametrize(
    "name", ["отчёт за июль.pdf", "a.txt", 'q"uo\\te.txt', "очень длинное имя " * 8 + ".docx", "x;y=z.csv"]
)
def test_file_names_arrive_as_they_are(name: str) -> None:
    sent = OutgoingAttachment(name, "application/pdf", bytes(range(256)) * 10)
    message = read(replace(ANSWER, attachments=(sent,)))
    assert message.get_content_type() == "multipart/mixed"
    (part,) = message.iter_attachments()
    assert part.get_filename() == file_name(name)
    assert part.get_content() == sent.data
    assert "Здравствуйте" in text_of(message)


def test_a_file_name_has_no_path_and_keeps_its_ending() -> None:
    assert file_name("../../etc/passwd") == "passwd"
    assert file_name("C:\\x\\-rf.txt") == "rf.txt"
    assert file_name("evil\u202etxt.exe") == "eviltxt.exe"
    assert file_name("...") == "attachment"
    long = file_name("я" * 300 + ".pdf")
    assert len(long.encode()) <= limits.ATTACHMENT_NAME_BYTES and long.endswith(".pdf")


def test_a_forwarded_letter_goes_along_as_a_file() -> None:
    message = read(
        replace(ANSWER, attachments=(OutgoingAttachment("a.eml", "message/rfc822", b"From: x\n\ny"),))
    )
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "application/octet-stream" and part.get_content() == b"From: x\n\ny"


def test_all_bytes_are_seven_bit_lines_of_the_right_length() -> None:
    long = replace(
        ANSWER,
        text="From here\n.\n" + "x" * 5000 + "\nя" * 10 + "\nтекст" * 1000 + "\r\nend\rof",
        cc=tuple(Address("Имя " * 10, f"a{number}@client.example") for number in range(100)),
        references=tuple(f"{number}{'x' * 200}@client.example" for number in range(200)),
        attachments=(OutgoingAttachment("a.bin", "application/zip", b"\0\r\n\xff" * 1000),),
    )
    octets = compose(long)
    assert max(octets) < 128
    lines = octets.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998
    assert not any(line.startswith(b"From ") for line in lines)
    assert read(long)["Cc"].addresses[99].username == "a99"


@pytest.mark.parametrize(
    "text", ["x" * 3000, "From the start\nFrom " + "y" * 200, "mostly ascii – dash " * 40, "=_" * 9]
)
def test_every_text_arrives_as_it_is(text: str) -> None:
    message = read(replace(ANSWER, text=text, signature="", history=(), marker=False))
    assert text_of(message).rstrip("\n") == "\n".join(line.rstrip() for line in text.split("\n"))


def test_control_characters_do_not_leave() -> None:
    octets = compose(replace(ANSWER, text="a\x1b[31m\0b\x07c\udc80", language="en", history=(), signature=""))
    assert not set(octets) & {0, 7, 27}
    assert text_of(read(replace(ANSWER, text="a\0b\tc"))).split("\n\n")[1] == "ab\tc"


def test_quoted_history_has_a_limit_and_says_where_it_was_cut() -> None:
    many = tuple(
        Quoted("Вера", "v@c.example", DATE, "длинная строка " * 5 + "\n" * 2 + "x" * 50_000)
        for _ in range(20)
    )
    text = text_of(read(replace(ANSWER, history=many)))
    assert len(text.encode()) < limits.QUOTED_HISTORY_BYTES + 2000
    assert text.rstrip().endswith("[…]")
    assert text.count("пишет:") > 2


def test_the_same_values_give_the_same_bytes() -> None:
    assert compose(ANSWER) == compose(replace(ANSWER))
    other = replace(ANSWER, message_id="other@desk.example")
    boundary = re.compile(rb'boundary="([^"]+)"')
    assert boundary.findall(compose(ANSWER)) != boundary.findall(compose(other))


def test_a_date_without_its_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        replace(ANSWER, date=datetime(2026, 1, 1))
    assert read(replace(ANSWER, date=datetime(2026, 1, 1, tzinfo=UTC)))["Date"].endswith("+0000")


def test_further_headers_are_taken_but_none_of_ours() -> None:
    message = read(
        replace(ANSWER, extra=(("X-Ticket", "Ц\r\nBcc: x"),), reply_to=Address("", "r@desk.example"))
    )
    assert message["X-Ticket"] == "Ц Bcc: x"
    assert message["Reply-To"] == "r@desk.example"
    for name in ("Bcc", "message-id", "X-Deskterm-Loop"):
        with pytest.raises(ValueError):
            replace(ANSWER, extra=((name, "x"),))
    with pytest.raises(ValueError):
        compose(replace(ANSWER, extra=(("X:\r\nY", "x"),)))


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Принтер", "Принтер"),
        ("Re: RE: re[2]: Отв: Принтер", "Принтер"),
        (f"Re: Принтер [{TOKEN}]", "Принтер"),
        (f"[{new_token(KEYS, 7)}] Принтер [{TOKEN}] [{TOKEN}]", "Принтер"),
        ("Fwd: Принтер [JIRA-1]", "Fwd: Принтер [JIRA-1]"),
        ("Re:\r\n Принтер", "Принтер"),
        ("Regarding: x", "Regarding: x"),
    ],
)
def test_an_answers_subject_has_one_re_and_the_token_once(subject: str, bare: str) -> None:
    assert reply_subject(subject, TOKEN) == f"Re: {bare} [{TOKEN}]"
    assert reply_subject(reply_subject(subject, TOKEN), f"[{TOKEN}]") == f"Re: {bare} [{TOKEN}]"


def test_an_empty_or_endless_subject_still_carries_the_token() -> None:
    assert reply_subject("", TOKEN) == f"Re: [{TOKEN}]"
    assert reply_subject("x" * 10_000, TOKEN).endswith(f"x [{TOKEN}]")


def test_references_keep_the_root_the_last_ones_and_end_with_the_parent() -> None:
    ids = [f"{number}@x" for number in range(100)]
    kept = capped_references(ids, "50@x")
    assert len(kept) == limits.OUTGOING_REFERENCES
    assert kept[0] == "0@x" and kept[-1] == "50@x" and kept[-2] == "99@x"
    assert capped_references(["<a@x>", "a@x", "bad id@x"], "") == ("a@x",)


def test_a_letter_without_its_marker_starts_with_its_text() -> None:
    assert text_of(read(replace(ANSWER, marker=False))).startswith("Здравствуйте!")


def test_a_signature_with_its_own_line_is_not_doubled() -> None:
    assert text_of(read(replace(ANSWER, signature="-- \nPeter", history=()))).endswith("\n-- \nPeter\n")
