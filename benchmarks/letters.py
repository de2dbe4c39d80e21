"""Letters as a help desk gets them: threads, HTML, attachments, Russian charsets; the same each time."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from email.header import Header

WORDS = {
    "utf-8": "printer invoice password server order delivery login backup report network cable".split(),
    "koi8-r": "принтер счёт пароль сервер заявка доставка вход отчёт сеть кабель письмо договор".split(),
    "windows-1251": "картридж оплата склад доступ почта ключ обновление ошибка мышь монитор акт".split(),
}
MEAN_BYTES = 37_000
ADDRESS = "support@bench.example"
ANSWERS = 0.6
"""Share of letters that answer an earlier one."""


def letters(count: int) -> Iterator[bytes]:
    """`count` letters of about MEAN_BYTES each on average."""
    chance = random.Random(7)
    ids: list[tuple[str, str]] = []
    for number in range(count):
        parent = chance.choice(ids[-400:]) if ids and chance.random() < ANSWERS else None
        yield _letter(chance, number, parent)
        ids.append((f"<{number}.bench@customers.example>", _sender(number if parent is None else 0, parent)))


def _sender(number: int, parent: tuple[str, str] | None) -> str:
    return parent[1] if parent is not None else f"customer{number % 900}@customers{number % 40}.example"


def _letter(chance: random.Random, number: int, parent: tuple[str, str] | None) -> bytes:
    charset = chance.choices(list(WORDS), (5, 2, 3))[0]
    sender = _sender(number, parent)
    subject = " ".join(chance.choices(WORDS[charset], k=4)) + f" {number}"
    head = [
        f"From: {Header('Customer ' + chance.choice(WORDS[charset]), charset).encode()} <{sender}>",
        f"To: {ADDRESS}",
        f"Subject: {Header(('Re: ' if parent else '') + subject, charset).encode()}",
        "Date: Mon, 02 Nov 2026 10:00:00 +0000",
        f"Message-ID: <{number}.bench@customers.example>",
        "MIME-Version: 1.0",
    ]
    if parent is not None:
        head += [f"In-Reply-To: {parent[0]}", f"References: {parent[0]}"]
    text = _text(chance, WORDS[charset], parent)
    parts = [_part("text/plain", charset, text)]
    if number % 3 == 0:
        parts.append(_part("text/html", charset, _html(text)))
    kind, body = ("alternative", parts) if len(parts) > 1 else ("", parts)
    attached = chance.random() < 0.12
    if attached:
        size = chance.randrange(60_000, 340_000)
        inner = _multipart("alternative", "inner", body) if kind else body[0]
        file = (
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
            f'Content-Disposition: attachment; filename="scan-{number}.pdf"\r\n\r\n'
            + base64.encodebytes(chance.randbytes(size)).decode().replace("\n", "\r\n")
        )
        content = _multipart("mixed", "outer", [inner, file])
    else:
        content = _multipart(kind, "only", body) if kind else body[0]
    return ("\r\n".join(head) + "\r\n" + content).encode("latin-1", "replace")


def _text(chance: random.Random, words: list[str], parent: tuple[str, str] | None) -> str:
    lines = [" ".join(chance.choices(words, k=9)) for _line in range(chance.randrange(4, 60))]
    if parent is not None:
        lines += ["", f"On Mon, 2 Nov 2026 at 10:00, Support <{ADDRESS}> wrote:"]
        lines += ["> " + " ".join(chance.choices(words, k=8)) for _line in range(chance.randrange(5, 120))]
    return "\r\n".join(lines) + "\r\n"


def _html(text: str) -> str:
    rows = "".join(
        f'<p style="margin:0;font-family:Calibri,sans-serif;font-size:11pt">{line}</p>\r\n'
        for line in text.splitlines()
    )
    return f"<html><head><title>letter</title></head><body><div>{rows}</div></body></html>"


def _part(kind: str, charset: str, text: str) -> str:
    raw = base64.encodebytes(text.encode(charset, "replace")).decode().replace("\n", "\r\n")
    return f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n{raw}"


def _multipart(kind: str, boundary: str, parts: list[str]) -> str:
    return (
        f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
        + "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
        + f"--{boundary}--\r\n"
    )
