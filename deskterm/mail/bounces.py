"""What reports of non-delivery say: RFC 3464 parts, and the texts of servers that send none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from deskterm.mail.charset import decode
from deskterm.mail.headers import read_head, text_of
from deskterm.mail.letter import DeliveryReport

REPORTS_MOST: Final = 200

SUBJECTS: Final = (
    "undelivered mail returned to sender", "undeliverable", "undeliverable mail", "mail delivery failed",
    "mail delivery failure", "delivery status notification", "delivery failure", "delivery failed",
    "failure notice",
    "returned mail", "mail system error", "delivery notification", "message delivery failure",
    "mail could not be delivered",
    "non delivery", "nondeliverable mail", "undelivered mail", "delivery error", "delivery report",
    "warning: could not send",
    "warning: message", "delayed mail", "mail delivery problem", "message undeliverable", "unable to deliver",
    "message you sent blocked", "permanent delivery failure", "delivery has failed", "returned to sender",
    "недоставленное сообщение", "недоставлено", "не доставлено", "не удалось доставить",
    "сообщение не доставлено",
    "письмо не доставлено", "ошибка доставки", "ошибка при доставке", "возврат письма",
    "невозможно доставить",
    "уведомление о недоставке", "не может быть доставлено", "не вдалося доставити", "не доставлено",
    "помилка доставки",
    "unzustellbar", "nicht zustellbar", "unzustellbare nachricht", "nachricht konnte nicht zugestellt",
    "non remis", "échec de la remise", "notification d'état de remise", "échec de remise",
    "no se puede entregar", "no entregado", "error de entrega", "correo no entregado", "mensaje no entregado",
    "non recapitabile", "mancata consegna", "impossibile recapitare", "niedostarczalne", "niedostarczona",
    "nie dostarczono",
    "onbestelbaar", "não entregue", "falha na entrega", "não foi possível entregar", "nelze doručit",
    "nedoručitelné",
)  # fmt: skip
"""How subjects of bounces begin or what they hold, casefolded."""

DELAY_WORDS: Final = (
    "delayed", "delay", "warning: could not send", "will be retried", "still trying",
    "not yet been delivered",
    "задерж", "отложен", "повторные попытки", "будут продолжены", "verzögert", "retard",
)  # fmt: skip

TEXTS: Final = re.compile(
    r"(?i)could not be delivered to|undeliverable|permanent(?:ly)? fail|I'm afraid I wasn't able to deliver"
    r"|did not reach the following recipient|delivery to the following recipient|recipient address rejected"
    r"|user unknown|mailbox (?:is )?(?:full|unavailable|not found)|no such user"
    r"|the following address(?:es)? failed"
    r"|message could not be delivered|returned to sender|550[ -]5\.\d\.\d"
    r"|не может быть доставлено|не было доставлено|не удалось доставить|не доставлено|невозможно доставить"
    r"|адресат не найден|пользователь не найден|ящик (?:пользователя )?(?:переполнен|заблокирован"
    r"|не существует)"
    r"|получател[ья] (?:не найден|не существует|отверг)|недоставлен|не вдалося доставити"
)
_ADDRESS: Final = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE: Final = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_ID: Final = re.compile(rb"(?im)^message-id:[ \t]*\r?\n?[ \t]*<([^<>\r\n]{1,400})>")
_COPY: Final = re.compile(
    r"(?im)^(?:-{3,}[^\n]{0,60}(?:copy of|original|returned|unsent|исходно|копия|оригинал)"
    r"|(?:message-id|return-path):)"
)
"""Where the returned letter begins in a report without parts."""
_AFTER_TYPE: Final = re.compile(r"^[^;]{0,40};\s*")


def delivery_reports(status: bytes) -> tuple[DeliveryReport, ...]:
    """The per-recipient groups of a message/delivery-status body (RFC 3464 §2.3)."""
    reports: list[DeliveryReport] = []
    for group in re.split(rb"\r?\n[ \t]*\r?\n", status.strip()):
        fields = dict(reversed(read_head(group + b"\n", 0, len(group) + 1).fields))
        recipient = fields.get("final-recipient") or fields.get("original-recipient")
        if recipient is None and "action" not in fields:
            continue
        address = _AFTER_TYPE.sub("", text_of(recipient)).strip("<> ")
        shown = (
            _AFTER_TYPE.sub("", text_of(fields.get("original-recipient"))).strip("<> ")
            if not address
            else address
        )
        found = _STATUS.search(text_of(fields.get("status")))
        reports.append(
            DeliveryReport(
                shown[:320],
                text_of(fields.get("action")).partition(" ")[0].lower()[:40],
                found[1] if found else "",
                text_of(fields.get("diagnostic-code"))[:1000],
            )
        )
        if len(reports) >= REPORTS_MOST:
            break
    return tuple(reports)


def text_reports(text: str, own: Iterable[str], failed: str = "") -> tuple[DeliveryReport, ...]:
    """The recipients a bounce without a status part names, in X-Failed-Recipients or in its text."""
    mine = {address.casefold() for address in own}
    head = text[:6000]
    if copied := _COPY.search(head):
        head = head[: copied.start()]
    status = _STATUS.search(head)
    code = _CODE.search(head)
    shown = status[1] if status else (f"{code[1][0]}.0.0" if code else "")
    action = "delayed" if shown.startswith("4") else "failed"
    named = _ADDRESS.findall(failed) or [
        address
        for address in _ADDRESS.findall(head)
        if address.casefold() not in mine
        and not address.casefold().startswith(("postmaster@", "mailer-daemon@"))
    ]
    diagnostic = next((line.strip()[:300] for line in head.split("\n") if _CODE.search(line)), "")
    return tuple(DeliveryReport(address, action, shown, diagnostic) for address in dict.fromkeys(named[:20]))


def reported_ids(originals: Iterable[bytes]) -> tuple[str, ...]:
    """The Message-IDs of the letters a report carries, whole or as headers only."""
    found: list[str] = []
    for original in originals:
        for match in _ID.finditer(original[:65536]):
            found.append(decode(match[1]).text.strip())
            break
    return tuple(dict.fromkeys(found))


def subject_says_bounce(subject: str) -> bool:
    """Whether a subject is one of those that mail servers give their reports."""
    folded = subject.casefold()
    return any(folded.startswith(known) or (len(known) > 14 and known in folded) for known in SUBJECTS)
