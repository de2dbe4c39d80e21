"""Receipts without a part made for machines: Exchange's notices that a letter was delivered or read."""

from __future__ import annotations

import re
from typing import Final

READ_SUBJECTS: Final = (
    "read", "not read", "gelesen", "ungelesen", "nicht gelesen", "lu", "non lu", "leído", "no leído",
    "letto", "non letto", "przeczytano", "przeczytane", "nie przeczytano", "gelezen", "niet gelezen",
    "lida", "não lida", "přečteno", "läst", "lest", "læst", "luettu", "okundu", "прочтено", "прочитано",
    "не прочтено", "не прочитано", "已读", "未读",
)  # fmt: skip
DELIVERED_SUBJECTS: Final = (
    "delivered", "relayed", "expanded", "zugestellt", "weitergeleitet", "remis", "relayé", "entregado",
    "retransmitido", "recapitato", "inoltrato", "dostarczono", "afgeleverd", "bezorgd", "entregue",
    "doručeno", "levererat", "levert", "доставлено", "передано", "送达",
)  # fmt: skip

_READ_SUBJECT: Final = re.compile(rf"(?i)^(?:{'|'.join(READ_SUBJECTS)})\s?[:：]")
_DELIVERED_SUBJECT: Final = re.compile(rf"(?i)^(?:{'|'.join(DELIVERED_SUBJECTS)})\s?[:：]")
_READ: Final = re.compile(
    r"(?i)\b(?:was (?:read|displayed|opened|deleted without being read)|wurde [^\n]{0,60}gelesen"
    r"|a été (?:lu|supprimé)|(?:se leyó|fue leído|se eliminó)|è stato letto|(?:został[ao]? )przeczytan"
    r"|is gelezen|foi lid[ao]|byl[ao]? přečten|lästes|ble lest|blev læst|прочтен[оа]?|прочитан[оа]?"
    r"|удалено без)\b"
)
_DELIVERED: Final = re.compile(
    r"(?i)has been delivered|delivery to these recipients[^\n]{0,40} is complete|wurde [^\n]{0,60}zugestellt"
    r"|a été remis|se (?:ha entregado|entregó)|è stato recapitato|zostało dostarczon"
    r"|is (?:afgeleverd|bezorgd)|foi entregue|доставлено"
)
_MOST: Final = 800
"""Characters: a receipt is short, a person's letter about receipts mostly is not."""


def says_read(subject: str, text: str) -> bool:
    """Whether a letter is a receipt that another was read, or deleted unread."""
    return len(text) < _MOST and bool(_READ_SUBJECT.match(subject)) and bool(_READ.search(text))


def says_delivered(subject: str, text: str) -> bool:
    """Whether a mail system says that a letter was delivered or passed on."""
    return bool(_DELIVERED_SUBJECT.match(subject)) and bool(_DELIVERED.search(text[:2000]))
