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
    "failure notice", "returned mail", "mail system error", "delivery notification",
    "message delivery failure", "mail could not be delivered", "non delivery", "non-delivery",
    "nondeliverable mail", "message non-deliverable", "failed mail to", "mail delivery warning",
    "your message could not be delivered", "automatically rejected mail", "email delivery failure",
    "message not delivered", "message delivery delayed", "mail delivery status", "undelivered mail",
    "delivery error", "delivery report", "warning: could not send", "warning: message", "delayed mail",
    "mail delivery problem", "message undeliverable", "unable to deliver", "message you sent blocked",
    "permanent delivery failure", "delivery has failed", "returned to sender", "недоставленное сообщение",
    "недоставлено", "не доставлено", "не удалось доставить", "сообщение не доставлено",
    "письмо не доставлено", "ошибка доставки", "ошибка при доставке", "возврат письма",
    "невозможно доставить", "уведомление о недоставке", "не может быть доставлено", "не вдалося доставити",
    "не доставлено", "помилка доставки", "unzustellbar", "nicht zustellbar", "unzustellbare nachricht",
    "nachricht konnte nicht zugestellt", "non remis", "échec de la remise", "notification d'état de remise",
    "échec de remise", "no se puede entregar", "no entregado", "error de entrega", "correo no entregado",
    "mensaje no entregado", "non recapitabile", "mancata consegna", "impossibile recapitare",
    "niedostarczalne", "niedostarczona", "nie dostarczono", "onbestelbaar", "não entregue",
    "falha na entrega", "não foi possível entregar", "nelze doručit", "nedoručitelné",
    "postbud kunne ikke leveres", "kan ikke leveres", "kunne inte levereras", "ei voitu toimittaa",
    "teslim edilemedi", "退信", "投递失败", "邮件传输失败", "未送达", "無法傳遞", "配信できません",
    "配信不能", "送信できません", "メール配信エラー", "반송", "전송 실패", "lieferung fehlgeschlagen",
    "zustellung fehlgeschlagen", "zustellungsfehler", "mailzustellung", "utilisateur inconnu",
    "message non distribué", "message non remis", "échec d'envoi", "echec de remise", "echec d'envoi",
    "не удается доставить", "не удаётся доставить", "сбой доставки", "лист не доставлено",
    "лист не доставлений", "повідомлення не доставлено", "не вдалось доставити", "збій доставки",
    "recapito non riuscito", "consegna non riuscita", "consegna fallita", "não é possível entregar",
    "não pôde ser entregue", "falha de entrega", "nie można dostarczyć", "nie została doręczona",
    "nie została dostarczona", "nieudane dostarczenie", "niet bezorgd", "bezorging mislukt",
    "kan niet worden bezorgd", "no se pudo entregar", "no se ha podido entregar", "entrega fallida",
    "nebyla doručena", "nebylo možné doručit", "doručení selhalo", "nie je možné doručiť",
    "leverans misslyckades", "levering mislykkedes", "levering mislyktes", "toimitus epäonnistui",
    "teslim edilemiyor", "iletilemedi", "nem kézbesíthető", "kézbesítés sikertelen", "nu a putut fi livrat",
    "unable to send", "error sending your mail", "there was an error sending",
    "message delivery has failed", "メールエラー", "配信エラー", "送信エラー", "发送失败", "投遞失敗",
    "傳送失敗",
)  # fmt: skip
"""How subjects of bounces begin or what they hold, casefolded."""

SUBJECTS_OF_SYSTEMS: Final = (
    "mail failed", "mail failure", "mail error", "processing error", "delivery status", "rejected mail",
    "mail rejected", "message rejected", "user unknown", "unknown user", "could not deliver",
    "message status", "invalid recipient", "mailbox full", "quota exceeded", "over quota",
    "delivery problem", "message delayed", "утеряно", "отклонено",
)  # fmt: skip
"""What people write too: it counts where a mail system is the sender."""

DELAY_WORDS: Final = (
    "delayed", "delay", "warning: could not send", "will be retried", "still trying",
    "not yet been delivered", "postponed", "advisory-only", "will continue to try",
    "attempts will continue", "continue trying", "temporarily delayed", "задерж", "отложен",
    "повторные попытки", "будут продолжены", "verzögert", "retard",
)  # fmt: skip

TEXTS: Final = re.compile(
    r"(?i)could not be delivered to|undeliverable|permanent(?:ly)? fail|I'm afraid I wasn't able to deliver"
    r"|did not reach the following recipient|delivery to the following recipient|recipient address rejected"
    r"|user unknown|mailbox (?:is )?(?:full|unavailable|not found)|no such user"
    r"|the following address(?:es)? failed"
    r"|message could not be delivered|returned to sender|550[ -]5\.\d\.\d"
    r"|не может быть доставлено|не было доставлено|не удалось доставить|не доставлено|невозможно доставить"
    r"|cannot be delivered|could not (?:be delivered|deliver)|was not delivered|has been returned because"
    r"|message not delivered|failed to deliver|delivery failed|unable to deliver|not accepting mail"
    r"|returned permanent errors|trouble delivering your message"
    r"|error occurred while trying to deliver"
    r"|(?:had|have) (?:permanent|delivery|fatal|transient)[a-z ]{0,30}(?:errors|problems)"
    r"|non-?deliver(?:y|able|ed)|recipient[^\n]{0,40} (?:rejected|not recognized|unknown|does not exist)"
    r"|delivery of (?:e-?mail|your message|the message)[^.]{0,80}(?:postponed|delayed)|automatically rejected"
    r"|no mailbox here by that name|unknown user|invalid recipient|quota exceeded|over quota"
    r"|RCPT TO:[^\n]{0,200}\n[^\n]{0,20}5\d\d |no valid recipients"
    r"|не удалось отправить|не може бути доставлен|не вдалось доставити|konnte nicht zugestellt"
    r"|n'a pas pu être (?:remis|distribué)|no se pudo entregar|non è stato recapitato"
    r"|nie mog(?:ła|ło) (?:zosta|by)ć|kon niet worden (?:bezorgd|afgeleverd)"
    r"|não pôde ser entregue|nemohla? být doručen"
    r"|无法(?:发送|投递)|未能送达|送信できませんでした|配信できません|unbekannt|n'existe pas"
    r"|адресат не найден|пользователь не найден|ящик (?:пользователя )?(?:переполнен|заблокирован"
    r"|не существует)"
    r"|получател[ья] (?:не найден|не существует|отверг)|недоставлен|не вдалося доставити"
)
OPENINGS: Final = re.compile(
    r"(?i)\A\W{0,80}(?:this (?:message|e-?mail|report) was (?:created|generated) automatically"
    r" by (?:the )?mail"
    r"|this is the mail system at|this is the (?:qmail|postfix|courier|mail)[\w-]* (?:program|delivery)"
    r"|hi\. this is the|this is an automatically generated delivery|the original message was received at"
    r"|this report relates to a message you sent|your message did not reach|reporting-mta:"
    r"|this is a delivery (?:failure|status)|это письмо (?:создано|отправлено) автоматически почтовым"
    r"|\*{2,} message from )"
)
"""How mail systems begin; nobody who asks about a bounce does."""

NOTIFICATION: Final = re.compile(r'\s*\{"notificationType"\s*:\s*"(Bounce|Complaint|Delivery|DeliveryDelay)"')
"""How a notification of Amazon SES begins."""
_NOTIFIED: Final = re.compile(r'"emailAddress"\s*:\s*"([^"@\s]{1,64}@[^"\s]{1,255})"')

LIST_ADMIN: Final = re.compile(
    r"(?i)(?:^owner-[^@\s<>]{1,60}|[^@\s<>]{1,60}-(?:admin|owner|bounces?|errors?|request)(?:[+=][^@\s<>]{0,90})?)@"
)
"""Whom reports about a list's mail go to: never the address its members write to."""

REJECTIONS: Final = re.compile(
    r"(?i)(?:automatically |was |been )(?:rejected|refused)|rejected mail|message rejected|quota exceeded"
)
"""What a mailbox filter that refuses says (RFC 5429 §2.3.1): it does so in a disposition notification."""

_ADDRESS: Final = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_MAILBOX: Final = re.compile(r"[^\s/@]{1,200}@[^\s@]{1,200}\.[^\s@]{1,60}")
"""What Final-Recipient holds unless it names a place inside a server or an X.400 address."""
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
CODE: Final = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_ID: Final = re.compile(rb"(?im)^message-id:[ \t]*\r?\n?[ \t]*<([^<>\r\n]{1,400})>")
COPY: Final = re.compile(
    r"(?im)^(?:-{2,}[^\n]{0,60}(?:copy of|original|returned|unsent|source mail|исходно|копия|оригинал)"
    r"|(?:the )?(?:original message|first \d+ lines of your original message|message header)"
    r"[^\n]{0,30}(?:follows?|:)\s*$|included is a copy of|below is a copy of"
    r"|(?:message-id|return-path|received):[ \t\n])"
)
"""Where the returned letter begins in a report without parts."""
_BELOW: Final = re.compile(
    r"(?i)(?:the )?following (?:e-?mail )?(?:address|recipient|user|destination)[^\n:]{0,80}"
    r"(?:\n[^\n:@]{0,60})?[:\n-]"
    r"|addresses had [^\n]{0,60}\n|not delivered to[^\n@]{0,40}:|could not be delivered to\s*:?\s*\n"
    r"|следующ\w+ (?:адрес|получател)[^\n:]{0,60}:"
)
_ALONE: Final = re.compile(r"\n{2,}[ \t]*<?[^\s<>@]{1,64}@[^\s<>]{1,200}>?[:,;]?[ \t]*(?:\n|\Z)")
_SCHEME: Final = re.compile(r"(?i)\b(?:smtp|rfc-?822)\s?[=;:]\s?(?=[\w.+-]{1,64}@)")
_SYSTEMS: Final = re.compile(r"(?i)(?:post[-_.]?master|mailer-?daemon)@")
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
        original = _AFTER_TYPE.sub("", text_of(fields.get("original-recipient"))).strip("<> ")
        shown = original if original and not _MAILBOX.fullmatch(address) else address
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
    """The recipients a bounce without a status part names, in X-Failed-Recipients or in its text.

    `own`: addresses that did not fail, ours and those the report itself came to.
    """
    mine = {address.casefold() for address in own}
    head = text[:6000]
    if copied := COPY.search(head, 1):
        head = head[: copied.start()]
    head = _SCHEME.sub("", head)
    status = _STATUS.search(head)
    code = CODE.search(head)
    shown = status[1] if status else (f"{code[1][0]}.0.0" if code else "")
    action = "delayed" if shown.startswith("4") else "failed"
    notified = _NOTIFIED.findall(head) if NOTIFICATION.match(head) else []
    named = notified or _ADDRESS.findall(failed) or _named(_failed_below(head), mine) or _named(head, mine)
    diagnostic = next((line.strip()[:300] for line in head.split("\n") if CODE.search(line)), "")
    return tuple(DeliveryReport(address, action, shown, diagnostic) for address in dict.fromkeys(named[:20]))


def _named(text: str, mine: set[str]) -> list[str]:
    """The addresses in a text that are neither among these nor a mail system's."""
    return [
        address
        for address in _ADDRESS.findall(text)
        if address.casefold() not in mine and not _SYSTEMS.match(address)
    ]


def _failed_below(head: str) -> str:
    """What follows the words “the following addresses”: to the end of the paragraph that names one."""
    found = _BELOW.search(head)
    if found is None:
        return ""
    below = head[found.end() : found.end() + 4000]
    first = _ADDRESS.search(below)
    if first is None:
        return ""
    end = below.find("\n\n", first.end())
    # a report names each on its own, with blank lines between
    while end >= 0 and _ALONE.match(below, end):
        end = below.find("\n\n", end + 2)
    return below if end < 0 else below[:end]


def reported_ids(originals: Iterable[bytes]) -> tuple[str, ...]:
    """The Message-IDs of the letters a report carries, whole or as headers only."""
    found: list[str] = []
    for original in originals:
        for match in _ID.finditer(original[:65536]):
            found.append(decode(match[1]).text.strip())
            break
    return tuple(dict.fromkeys(found))


def subject_says_bounce(subject: str, of_system: bool = False) -> bool:
    """Whether a subject is one of those that mail servers give their reports."""
    folded = subject.casefold()
    if any(folded.startswith(known) or (len(known) > 14 and known in folded) for known in SUBJECTS):
        return True
    # an ideograph says as much as three letters
    if any(known in folded for known in SUBJECTS if not known.isascii() and ord(known[0]) > 0x2E80):
        return True
    return of_system and any(known in folded for known in SUBJECTS_OF_SYSTEMS)
