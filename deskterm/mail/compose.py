"""A public answer or an automatic letter of ours, from plain values to the bytes that are sent.

The same values give the same bytes: date and Message-ID are given, boundaries are derived.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from babel.dates import format_date

from deskterm import limits
from deskterm.mail import encode
from deskterm.mail.encode import CRLF, wire_address
from deskterm.mail.letter import Address
from deskterm.mail.message_ids import without_tokens

LOOP_HEADER = "X-Deskterm-Loop"
ELLIPSIS = "[…]"

# The reading half looks for exactly these forms, so they are no matter for the catalogues.
MARKER_LINES = {
    "en": "##- Please type your reply above this line -##",
    "ru": "##- Пожалуйста, пишите Ваш ответ над этой строкой -##",
}
WROTE_LINES = {
    "en": "On {date} at {time}, {who} wrote:",
    "ru": "{date}, {time}, {who} пишет:",
}

_RE = re.compile(
    r"\s*(?:re|aw|antw|sv|vs|odp|rif|res|resp|отв|ответ|на|ha)\s{0,3}(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s{0,3}[::]",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"https?://[^\s<>\"«»]{1,2000}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE
)
_CONTROLS = dict.fromkeys({*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")})
_OURS_ALONE = frozenset(
    "from to cc bcc subject date message-id in-reply-to references reply-to sender return-path mime-version "
    "content-type content-transfer-encoding content-disposition auto-submitted x-auto-response-suppress "
    "x-deskterm-loop".split()
)


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file that goes along."""

    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Quoted:
    """An earlier message of the ticket; `at` is aware and shown in its own zone."""

    name: str
    address: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """All that a letter of ours says. Only a public message can be one."""

    visibility: Literal["public"]
    sender: Address
    to: tuple[Address, ...]
    subject: str
    """As it is sent: see `reply_subject`."""
    message_id: str
    """Without angle brackets, like all ids here."""
    date: datetime
    text: str
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    signature: str = ""
    language: str = "en"
    history: tuple[Quoted, ...] = ()
    """Newest first; never in automatic mail."""
    attachments: tuple[OutgoingAttachment, ...] = ()
    automatic: bool = False
    loop_stamp: str = ""
    """Needed in automatic mail, never written in another."""
    marker: bool = True
    """Whether the line stands first above which the customer is to answer."""
    extra: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check(self)


def _check(outgoing: Outgoing) -> None:
    if outgoing.visibility != "public":
        raise ValueError("only a public message can be sent")
    if not outgoing.to and not outgoing.cc:
        raise ValueError("a letter needs a recipient")
    if not encode.usable_message_id(outgoing.message_id):
        raise ValueError("a letter needs a Message-ID")
    if outgoing.date.tzinfo is None or any(quoted.at.tzinfo is None for quoted in outgoing.history):
        raise ValueError("a letter's dates know their zone")
    if outgoing.automatic and (not outgoing.loop_stamp.strip() or outgoing.history):
        raise ValueError("automatic mail carries a loop stamp and quotes nothing")
    for name, _ in outgoing.extra:
        if name.casefold() in _OURS_ALONE:
            raise ValueError(f"{name} is not set this way")


def reply_subject(subject: str, token: str) -> str:
    """The subject of an answer: one `Re:` in front, the token in square brackets once, at the end."""
    bare = without_tokens(encode.one_line(subject))
    while found := _RE.match(bare):
        bare = bare[found.end() :]
    bare = bare.strip()[: limits.SUBJECT_CHARACTERS].rstrip()
    token = token.strip("[] ")
    return " ".join(part for part in ("Re:", bare, f"[{token}]" if token else "") if part)


def capped_references(references: Iterable[str], in_reply_to: str = "") -> tuple[str, ...]:
    """The thread's ids, each once: the first and the last ones, the parent at the end (RFC 5322 3.6.4)."""
    usable = dict.fromkeys(filter(None, map(encode.usable_message_id, references)))
    parent = encode.usable_message_id(in_reply_to)
    if parent:
        usable.pop(parent, None)
        usable[parent] = None
    ids = tuple(usable)
    if len(ids) > limits.OUTGOING_REFERENCES:
        ids = ids[:1] + ids[1 - limits.OUTGOING_REFERENCES :]
    return ids


def needs_smtputf8(outgoing: Outgoing) -> bool:
    """Whether an address of the letter's headers has a local part that is not ASCII (RFC 6531)."""
    known = (outgoing.sender, *outgoing.to, *outgoing.cc)
    replies = (outgoing.reply_to,) if outgoing.reply_to else ()
    return any(not wire_address(address.address).isascii() for address in (*known, *replies))


def compose(outgoing: Outgoing) -> bytes:
    """The letter as full MIME bytes with CRLF, 7-bit but for addresses that need SMTPUTF8.

    Raises ValueError for what must not or cannot be sent: a message that is not public, no address.
    """
    _check(outgoing)
    content = _alternative(outgoing)
    if outgoing.attachments:
        content = _multipart("mixed", outgoing, [content, *map(_attachment, outgoing.attachments)])
    return b"".join(_headers(outgoing)) + content


def _headers(outgoing: Outgoing) -> Iterable[bytes]:
    yield encode.address_header("From", [outgoing.sender])
    if outgoing.to:
        yield encode.address_header("To", outgoing.to)
    if outgoing.cc:
        yield encode.address_header("Cc", outgoing.cc)
    if outgoing.reply_to:
        yield encode.address_header("Reply-To", [outgoing.reply_to])
    yield encode.text_header("Subject", outgoing.subject)
    yield encode.folded("Date", [format_datetime(outgoing.date)])
    yield encode.message_id_header("Message-ID", [encode.usable_message_id(outgoing.message_id)])
    parent = encode.usable_message_id(outgoing.in_reply_to)
    if parent:
        yield encode.message_id_header("In-Reply-To", [parent])
    references = capped_references(outgoing.references, outgoing.in_reply_to)
    if references:
        yield encode.message_id_header("References", references)
    if outgoing.automatic:
        yield encode.folded("Auto-Submitted", ["auto-replied"])
        yield encode.folded("X-Auto-Response-Suppress", ["All"])
        yield encode.text_header(LOOP_HEADER, outgoing.loop_stamp)
    for name, value in outgoing.extra:
        yield encode.extra_header(name, value)
    yield b"MIME-Version: 1.0" + CRLF


def _alternative(outgoing: Outgoing) -> bytes:
    plain, rich = _plain(outgoing), _rich(outgoing)
    return _multipart("alternative", outgoing, [_text_part("plain", plain), _text_part("html", rich)])


def _multipart(kind: str, outgoing: Outgoing, parts: list[bytes]) -> bytes:
    derived = hashlib.sha256(f"{kind}\0{outgoing.message_id}".encode("utf-8", "replace")).hexdigest()[:32]
    # "=_" cannot stand in quoted-printable or base64, and `encode.body` keeps it out of 7bit.
    boundary = f"=_{derived}"
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    line = f"--{boundary}".encode("ascii")
    return head + b"".join(line + CRLF + part + CRLF for part in parts) + line + b"--" + CRLF


def _text_part(kind: str, text: str) -> bytes:
    encoding, lines = encode.body(text)
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + lines


def _attachment(attachment: OutgoingAttachment) -> bytes:
    name = encode.file_name(attachment.name)
    head = (
        f"Content-Type: {encode.media_type(attachment.type)}\r\n"
        f"Content-Disposition: attachment{encode.parameter('filename', name)}\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode("ascii") + encode.base64_lines(attachment.data)


# What stands in the body, once for both forms.


def _marker(outgoing: Outgoing) -> str:
    return MARKER_LINES.get(outgoing.language, MARKER_LINES["en"]) if outgoing.marker else ""


def _lines(text: str) -> str:
    """The text with \\n line ends, without control characters, blank lines and line-end blanks at its end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8")
    text = text.translate(_CONTROLS)
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _signature(outgoing: Outgoing) -> str:
    return _lines(outgoing.signature).removeprefix("--\n").strip("\n")


def _history(outgoing: Outgoing) -> list[tuple[str, str]]:
    """The lines `… wrote:` and the texts under them, together within QUOTED_HISTORY_BYTES."""
    left = limits.QUOTED_HISTORY_BYTES
    shown: list[tuple[str, str]] = []
    for quoted in outgoing.history:
        head, text = _wrote(quoted, outgoing.language), _lines(quoted.text)
        left -= len(head.encode()) + 4
        size = sum(len(line.encode()) + 4 for line in text.split("\n"))
        if size > left:
            if left > 200:
                shown.append((head, _cut(text, left - 20)))
            break
        left -= size
        shown.append((head, text))
    return shown


def _cut(text: str, room: int) -> str:
    kept: list[str] = []
    for line in text.split("\n"):
        room -= len(line.encode()) + 4
        if room < 0:
            whole = line.encode()
            kept.append(whole[: max(0, len(whole) + room)].decode("utf-8", "ignore"))
            break
        kept.append(line)
    return "\n".join(kept).rstrip() + "\n" + ELLIPSIS


def _wrote(quoted: Quoted, language: str) -> str:
    language = language if language in WROTE_LINES else "en"
    name, address = encode.one_line(quoted.name), encode.one_line(quoted.address)
    who = f"{name} <{address}>" if name and address else name or address
    pattern = "d MMMM y 'г'." if language == "ru" else "d MMMM y"
    date = format_date(quoted.at, pattern, locale=language)
    return WROTE_LINES[language].format(date=date, time=f"{quoted.at:%H:%M}", who=who)


def _plain(outgoing: Outgoing) -> str:
    blocks = [_marker(outgoing), _lines(outgoing.text)]
    signature = _signature(outgoing)
    if signature:
        blocks.append("-- \n" + signature)
    for head, text in _history(outgoing):
        quoted = "\n".join(f"> {line}" if line else ">" for line in text.split("\n"))
        blocks.append(f"{head}\n{quoted}")
    return "\n\n".join(block for block in blocks if block) + "\n"


_PAGE = (
    "<!DOCTYPE html>\n"
    '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>\n'
    '<body style="font-family:sans-serif;font-size:14px">\n{body}\n</body></html>\n'
)
_MARKER = '<div style="color:#888888;font-size:12px">{text}</div>\n<br>'
_SIGNATURE = '<br>\n<div style="color:#666666">-- <br>\n{text}</div>'
_QUOTE = (
    '<div>{head}</div>\n<blockquote type="cite" style="margin:0 0 12px 6px;border-left:2px solid #cccccc;'
    'padding-left:10px;color:#555555">\n{text}\n</blockquote>'
)


def _rich(outgoing: Outgoing) -> str:
    blocks = [_MARKER.format(text=_markup(_marker(outgoing)))] if outgoing.marker else []
    blocks.append(f"<div>{_markup(_lines(outgoing.text))}</div>")
    signature = _signature(outgoing)
    if signature:
        blocks.append(_SIGNATURE.format(text=_markup(signature)))
    history = [_QUOTE.format(head=_markup(head), text=_markup(text)) for head, text in _history(outgoing)]
    if history:
        # Web mail programs fold a trailing block of this class away.
        blocks.append('<br>\n<div class="gmail_quote">\n' + "\n".join(history) + "\n</div>")
    return _PAGE.replace("{body}", "\n".join(blocks))


def _markup(text: str) -> str:
    """Plain text as HTML: escaped, line ends and indents kept, links and addresses clickable."""
    made: list[str] = []
    at = 0
    for found in _LINK.finditer(text):
        link = _whole_link(found[0])
        made.append(html.escape(text[at : found.start()]))
        target = link if "://" in link else "mailto:" + link
        made.append(f'<a href="{html.escape(target)}">{html.escape(link)}</a>')
        at = found.start() + len(link)
    made.append(html.escape(text[at:]))
    joined = "".join(made).replace("\t", "    ")
    return "<br>\n".join(_indented(line) for line in joined.split("\n"))


def _indented(line: str) -> str:
    text = line.lstrip(" ")
    return "&nbsp;" * (len(line) - len(text)) + text


def _whole_link(link: str) -> str:
    """A link without the punctuation of the sentence around it."""
    while link[-1] in ".,;:!?'*_" or _closes_nothing(link):
        link = link[:-1]
    return link


def _closes_nothing(link: str) -> bool:
    opening = {")": "(", "]": "["}.get(link[-1])
    return opening is not None and link.count(link[-1]) > link.count(opening)
