"""The bytes of a customer's letter, put together by the standard library as his program would have."""

from __future__ import annotations

import random
from base64 import encodebytes
from email.charset import Charset
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from deskterm.demo.attachments import Attached
from deskterm.demo.people import Person
from deskterm.demo.programs import PROGRAMS, Body, Draft, Program

_WIRE = compat32.clone(linesep="\r\n")
"""Several times faster than `email.policy.SMTP`, which folds every header anew."""


def build(draft: Draft, randomness: random.Random) -> bytes:
    """The whole letter with CRLF line ends, ready for SMTP or an APPEND."""
    program = PROGRAMS[draft.writer.program]
    body = program.body(draft)
    message = _assemble(draft, program, body)
    charset = program.charsets[draft.writer.language]
    message["From"] = _address(draft.writer.name, draft.writer.address, charset)
    message["To"] = ", ".join(_address(name, address, charset) for name, address in draft.to)
    if draft.cc:
        message["Cc"] = ", ".join(_address(name, address, charset) for name, address in draft.cc)
    message["Subject"] = _subject(draft.subject, charset)
    message["Date"] = format_datetime(draft.when)
    message["Message-ID"] = f"<{draft.message_id or new_message_id(draft.writer, randomness)}>"
    if draft.answers is not None:
        message["In-Reply-To"] = f"<{draft.answers.message_id}>"
        chain = dict.fromkeys((*draft.answers.references, draft.answers.message_id))
        message["References"] = " ".join(f"<{each}>" for each in chain)
    for name, value in (*program.headers, *draft.headers):
        message[name] = value
    return message.as_bytes(policy=_WIRE)


def new_message_id(writer: Person, randomness: random.Random) -> str:
    """A Message-ID, without brackets, in the manner of the writer's program."""
    token = f"{randomness.getrandbits(80):020x}"
    return PROGRAMS[writer.program].identity.format(token=token, domain=writer.company.domain)


def answered_subject(subject: str) -> str:
    """The subject with one Re: before it."""
    return subject if subject.casefold().startswith(("re:", "ha:", "отв:")) else f"Re: {subject}"


def _subject(subject: str, charset: str) -> str:
    if subject.isascii() and subject.isprintable():
        return subject
    return Header(subject, _covering(subject, charset), header_name="Subject").encode()


def _covering(text: str, charset: str) -> str:
    """The charset if it can write the text, else UTF-8, as mail programs do."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def _address(name: str, address: str, charset: str) -> str:
    if not name:
        return address
    if not name.isascii():
        return f"{Header(name, _covering(name, charset)).encode()} <{address}>"
    return f'"{name}" <{address}>' if set(name) & set(',.&()"') else f"{name} <{address}>"


def _text(text: str, subtype: str, charset: str, encoding: int) -> MIMEText:
    how = Charset(_covering(text, charset))
    how.body_encoding = encoding
    part = MIMEText("", subtype, None)
    del part["MIME-Version"], part["Content-Transfer-Encoding"], part["Content-Type"]
    part["MIME-Version"] = "1.0"
    part.add_header("Content-Type", f"text/{subtype}")
    part.set_payload(text, how)
    return part


def _file(attached: Attached) -> MIMEBase:
    main, _, sub = attached.type.partition("/")
    part = MIMEBase(main, sub)
    part.set_payload(encodebytes(attached.content).decode("ascii"))
    part["Content-Transfer-Encoding"] = "base64"
    where = "inline" if attached.content_id else "attachment"
    name = attached.name if attached.name.isascii() else ("utf-8", "", attached.name)
    part.add_header("Content-Disposition", where, filename=name)
    if attached.content_id:
        part["Content-ID"] = f"<{attached.content_id}>"
    return part


def _assemble(draft: Draft, program: Program, body: Body) -> Message:
    charset = program.charsets[draft.writer.language]
    plain = _text(body.plain, "plain", charset, program.encoding)
    if program.text_type == "flowed":
        plain.set_param("format", "flowed")
    pictures = [each for each in draft.attached if each.content_id]
    files = [each for each in draft.attached if not each.content_id]
    content: Message = plain
    if body.html:
        shown = _text(body.html, "html", charset, program.encoding)
        content = MIMEMultipart("alternative", _subparts=[plain, shown])
        if pictures:
            related = MIMEMultipart("related", _subparts=[content, *map(_file, pictures)])
            content = related
    else:
        files = [*pictures, *files]
    if not files:
        return content
    return MIMEMultipart("mixed", _subparts=[content, *map(_file, files)])
