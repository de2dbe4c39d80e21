"""What an attacker writes into a letter, and what of it must never reach a terminal."""

from __future__ import annotations

import re
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

PAYLOADS = (
    "\x1b[31mred-escape",
    "\x1b]52;c;aGFjaw==\x07clipboard",
    "\x1b]0;pwned\x07title",
    "\x9b31mc-one",
    "\u202egpj.exe-bidi",
    "[@click=app.quit]x[/]-action",
    "oops [/]-closing",
    "[red]-opening",
    "nul\x00-byte",
    "e" + "\u0301" * 5000 + "-marks",
    "w" * 5000 + "-long",
)

SEEN = (
    "␛[31mred-escape",
    "␛]52;c;aGFjaw==␇",
    "␛]0;pwned␇title",
    "�31mc-one",
    "gpj.exe-bidi",
    "[@click=app.quit]x[/]",
    "oops [/]-closing",
    "[red]-opening",
    "nul",
    "é",
    "wwwwwwwwww",
)
"""How each payload begins on a screen."""

# What the payloads ask a terminal for, as bytes; and a C1 character, a bidirectional one, NUL in UTF-8.
_REQUESTS = (
    b"\x1b[31mred-escape",
    b"\x1b]52",
    b"\x1b]0;",
    b"\x1b]2;",
    b"aGFjaw==\x07",
    b"\x9b31m",
    "\x9b".encode(),
    "\u202e".encode(),
    b"\x00",
)
_PILE = "\u0301".encode() * 5
_STYLE = re.compile(rb"\x1b\[[0-9;]*m")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")


def requests_in(output: bytes, *, for_people: bool = True) -> list[bytes]:
    """Which of the attacker's requests a terminal that is shown this would obey; for people also whether
    marks are piled on one letter until they cover the lines above."""
    requests = (*_REQUESTS, _PILE) if for_people else _REQUESTS
    return [request for request in requests if request in output]


def controls_in(output: bytes) -> list[bytes]:
    """Control characters of any kind in what a command printed, its own colours aside."""
    return _CONTROL.findall(_STYLE.sub(b"", output))


def hostile(number: int, payload: str, to: str, *, sender: str = "") -> bytes:
    """A letter with the payload in its sender's name, subject, text, HTML and attachment's name."""
    sender = sender or f"mallory{number}@attacker.test"
    letter = MIMEMultipart("mixed")
    letter["From"] = f"{Header(payload, 'utf-8').encode()} <{sender}>"
    letter["To"] = to
    letter["Subject"] = Header(payload, "utf-8").encode()
    letter["Message-ID"] = f"<hostile-{number}@attacker.test>"
    alternative = MIMEMultipart("alternative")
    alternative.attach(MIMEText(f"attack number {number}.\n{payload}\n", "plain", "utf-8"))
    page = f"<html><head><title>{payload}</title></head><body><p>{payload}</p></body></html>"
    alternative.attach(MIMEText(page, "html", "utf-8"))
    letter.attach(alternative)
    attached = MIMEBase("application", "octet-stream")
    attached.set_payload("QQ==")
    attached["Content-Transfer-Encoding"] = "base64"
    attached.add_header("Content-Disposition", "attachment", filename=("utf-8", "", payload))
    letter.attach(attached)
    return letter.as_bytes().replace(b"\n", b"\r\n")
