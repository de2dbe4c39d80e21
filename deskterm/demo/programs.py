"""What the mail programs of the demo's customers write: a row of PROGRAMS each.

How a program dates, quotes, encodes, signs and marks its letters follows what the real ones send,
because folding, threading and charsets live on it.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.charset import BASE64, QP

from deskterm.demo.attachments import Attached
from deskterm.demo.people import Person

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_RU_WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_RU_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()


@dataclass(frozen=True, slots=True)
class Quoted:
    """The letter that is answered: who wrote it, when, and its text."""

    name: str
    address: str
    when: datetime
    text: str
    message_id: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a customer wants to send; `when` is aware, `to` and `cc` are (name, address)."""

    writer: Person
    to: tuple[tuple[str, str], ...]
    subject: str
    text: str
    when: datetime
    cc: tuple[tuple[str, str], ...] = ()
    answers: Quoted | None = None
    attached: tuple[Attached, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    signed: bool = True
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A text part and, where the program writes one, its HTML twin."""

    plain: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """A mail program: its letters' body, charset by language, header lines and kind of Message-ID."""

    body: Callable[[Draft], Body]
    charsets: dict[str, str]
    encoding: int
    headers: tuple[tuple[str, str], ...]
    identity: str
    """Message-ID with `{token}` and `{domain}` left for `str.format`."""
    text_type: str = "plain"


def _signature(draft: Draft) -> str:
    """Name, post, company and telephone, or only the first name in a quick answer."""
    person = draft.writer
    if not draft.signed:
        return ""
    if draft.answers is not None:
        return person.first
    greeting = "С уважением," if person.language == "ru" else "Kind regards,"
    return f"{greeting}\n{person.name}\n{person.title}, {person.company.name}\n{person.phone}"


def _lines_html(text: str, tag: str = "div") -> str:
    filled = (html.escape(line, quote=False) or "<br>" for line in text.split("\n"))
    return "".join(f"<{tag}>{line}</{tag}>" for line in filled)


def _pictures_html(draft: Draft) -> str:
    return "".join(
        f'<div><img src="cid:{each.content_id}" alt="{html.escape(each.name)}" width="240"></div>'
        for each in draft.attached
        if each.content_id
    )


def _prefixed(text: str) -> str:
    return "\n".join(f"{'>' if line[:1] in ('', '>') else '> '}{line}" for line in text.split("\n"))


def _joined(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block) + "\n"


def _gmail(draft: Draft) -> Body:
    sign, quoted = _signature(draft), draft.answers
    plain = [draft.text, f"-- \n{sign}" if sign and quoted is None else sign]
    shown = f'<div dir="ltr">{_lines_html(draft.text)}{_pictures_html(draft)}'
    if sign and quoted is None:
        shown += '<br><span class="gmail_signature_prefix">-- </span><br>'
        shown += f'<div class="gmail_signature">{_lines_html(sign)}</div>'
    elif sign:
        shown += f"<br>{_lines_html(sign)}"
    shown += "</div>"
    if quoted is not None:
        head = _gmail_head(quoted, draft.writer.language)
        plain.append(f"{head}\n\n{_prefixed(quoted.text)}")
        shown += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{html.escape(head)}<br></div>'
            '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;'
            f'border-left:1px solid rgb(204,204,204);padding-left:1ex">{_lines_html(quoted.text)}'
            "</blockquote></div>"
        )
    return Body(_joined(*plain), shown)


def _gmail_head(quoted: Quoted, language: str) -> str:
    when = quoted.when
    if language == "ru":
        date = f"{_RU_WEEKDAYS[when.weekday()]}, {when.day} {_RU_MONTHS[when.month - 1][:3]}. {when.year} г."
        return f"{date} в {when:%H:%M}, {quoted.name} <{quoted.address}>:"
    date = f"{_WEEKDAYS[when.weekday()]}, {_MONTHS[when.month - 1]} {when.day}, {when.year}"
    return f"On {date} at {when:%I:%M %p} {quoted.name} <{quoted.address}> wrote:"


def _outlook(draft: Draft) -> Body:
    sign, quoted = _signature(draft), draft.answers
    plain = [draft.text, sign]
    paragraph = 'p class="MsoNormal"'
    shown = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal'
        "{margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif} --></style></head>"
        '<body lang="EN-GB"><div class="WordSection1">'
    )
    for line in f"{draft.text}\n\n{sign}".split("\n"):
        shown += f"<{paragraph}>{html.escape(line, quote=False) or '<o:p>&nbsp;</o:p>'}</p>"
    shown += _pictures_html(draft)
    if quoted is not None:
        names = ("От", "Отправлено", "Кому", "Тема")
        when = quoted.when
        date = f"{when.day} {_RU_MONTHS[when.month - 1]} {when.year} г. {when:%H:%M}"
        if draft.writer.language != "ru":
            names, date = ("From", "Sent", "To", "Subject"), f"{when:%d %B %Y %H:%M}"
        subject = draft.subject.removeprefix("RE: ").removeprefix("Re: ")
        values = (f"{quoted.name} <{quoted.address}>", date, draft.writer.name, subject)
        rows = [f"{name}: {value}" for name, value in zip(names, values, strict=True)]
        plain.append("\n".join(rows) + f"\n\n{quoted.text}")
        lines = "<br>".join(
            f"<b>{name}:</b> {html.escape(value)}" for name, value in zip(names, values, strict=True)
        )
        shown += (
            '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            f"<{paragraph}>{lines}</p></div>{_lines_html(quoted.text, 'p')}"
        )
    return Body(_joined(*plain), shown + "</div></body></html>")


def _apple(draft: Draft) -> Body:
    sign, quoted = _signature(draft), draft.answers
    plain = [draft.text, sign]
    shown = (
        '<html><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space;">'
        f"{_lines_html(draft.text)}{_pictures_html(draft)}<br>{_lines_html(sign)}"
    )
    if quoted is not None:
        head = _apple_head(quoted, draft.writer.language)
        plain.append(f"{head}\n\n{_prefixed(quoted.text)}")
        shown += (
            f'<div><br><blockquote type="cite"><div>{html.escape(head)}</div><br>'
            f"{_lines_html(quoted.text)}</blockquote></div>"
        )
    return Body(_joined(*plain), shown + "</body></html>")


def _apple_head(quoted: Quoted, language: str) -> str:
    when = quoted.when
    if language == "ru":
        date = f"{when.day} {_RU_MONTHS[when.month - 1][:4]}. {when.year} г., в {when:%H:%M}"
        return f"{date}, {quoted.name} <{quoted.address}> написал(а):"
    date = f"On {when.day} {_MONTHS[when.month - 1]} {when.year}, at {when:%H:%M}"
    return f"{date}, {quoted.name} <{quoted.address}> wrote:"


def _thunderbird(draft: Draft) -> Body:
    sign, quoted = _signature(draft), draft.answers
    blocks = []
    if quoted is not None:
        head = f"On {quoted.when:%d/%m/%Y %H:%M}, {quoted.name} wrote:"
        if draft.writer.language == "ru":
            head = f"{quoted.when:%d.%m.%Y %H:%M}, {quoted.name} пишет:"
        blocks.append(f"{head}\n{_prefixed(quoted.text)}")
    blocks.append(_flowed(draft.text))
    if sign:
        blocks.append(f"-- \n{sign}")
    return Body(_joined(*blocks))


def _flowed(text: str) -> str:
    """Lines of at most 72 characters, softly broken by a blank at the end (RFC 3676)."""
    return "\n".join(" \n".join(textwrap.wrap(line, 71)) for line in text.split("\n"))


def _iphone(draft: Draft) -> Body:
    sent = "Отправлено с iPhone" if draft.writer.language == "ru" else "Sent from my iPhone"
    blocks = [draft.text, sent]
    if draft.answers is not None:
        head = _apple_head(draft.answers, draft.writer.language)
        blocks.append(f"> {head}\n>\n{_prefixed(draft.answers.text)}")
    return Body(_joined(*blocks))


def _mailru(draft: Draft) -> Body:
    sign, quoted = _signature(draft), draft.answers
    plain = [draft.text, sign, "--\nОтправлено из Почты Mail.ru" if quoted is None else ""]
    shown = f"<HTML><BODY>{_lines_html(draft.text)}{_pictures_html(draft)}<br>{_lines_html(sign)}"
    if quoted is not None:
        week = ("Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье")
        date = f"{week[quoted.when.weekday()]}, {quoted.when.day} {_RU_MONTHS[quoted.when.month - 1]}"
        head = f"{date} {quoted.when.year}, {quoted.when:%H:%M} +03:00 от {quoted.name} <{quoted.address}>:"
        plain.append(f"{head}\n{_prefixed(quoted.text)}")
        shown += (
            f'<br><blockquote style="border-left:1px solid #0857A6; margin:10px; padding:0 0 0 10px;">'
            f"{html.escape(head)}<br>{_lines_html(quoted.text)}</blockquote>"
        )
    return Body(_joined(*plain), shown + "</BODY></HTML>")


def _yandex(draft: Draft) -> Body:
    sign, quoted = _signature(draft), draft.answers
    plain = [draft.text, f"-- \n{sign}" if sign else ""]
    shown = f"{_lines_html(draft.text)}{_pictures_html(draft)}<div> </div><div>-- </div>{_lines_html(sign)}"
    if quoted is not None:
        head = f'{quoted.when:%d.%m.%Y, %H:%M}, "{quoted.name}" <{quoted.address}>:'
        plain.insert(0, "")
        plain.append(f"{head}\n{_prefixed(quoted.text)}")
        shown += f"<div> </div><div>{html.escape(head)}</div>"
        shown += f"<blockquote>{_lines_html(quoted.text)}</blockquote>"
    return Body(_joined(*plain), shown)


def _machine(draft: Draft) -> Body:
    return Body(_joined(draft.text))


PROGRAMS: dict[str, Program] = {
    "gmail": Program(_gmail, {"en": "utf-8", "ru": "utf-8"}, QP, (), "CA+{token}@mail.gmail.com"),
    "outlook": Program(
        _outlook,
        {"en": "iso-8859-1", "ru": "koi8-r"},
        QP,
        (("X-Mailer", "Microsoft Outlook 16.0"), ("Thread-Index", "AQHcU8b1"), ("Accept-Language", "en-GB")),
        "{token}@EXCH02.{domain}",
    ),
    "apple": Program(
        _apple,
        {"en": "utf-8", "ru": "utf-8"},
        QP,
        (("X-Mailer", "Apple Mail (2.3826.200.121)"),),
        "{token}@{domain}",
    ),
    "thunderbird": Program(
        _thunderbird,
        {"en": "utf-8", "ru": "windows-1251"},
        BASE64,
        (("User-Agent", "Mozilla Thunderbird"),),
        "{token}@{domain}",
        "flowed",
    ),
    "iphone": Program(
        _iphone,
        {"en": "us-ascii", "ru": "utf-8"},
        QP,
        (("X-Mailer", "iPhone Mail (22F76)"),),
        "{token}@{domain}",
    ),
    "mailru": Program(
        _mailru,
        {"en": "utf-8", "ru": "utf-8"},
        BASE64,
        (("X-Mailer", "Mail.Ru Mailer 1.0"), ("X-Priority", "3 (Normal)")),
        "{token}@f371.i.mail.ru",
    ),
    "yandex": Program(
        _yandex,
        {"en": "utf-8", "ru": "utf-8"},
        BASE64,
        (("X-Mailer", "Yamail [ http://yandex.ru ] 5.0"),),
        "{token}@mail.yandex.ru",
    ),
    "machine": Program(_machine, {"en": "utf-8", "ru": "utf-8"}, QP, (), "{token}@{domain}"),
}
