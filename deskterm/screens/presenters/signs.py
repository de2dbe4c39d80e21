"""Signs and words that say what colour alone must not say."""

from __future__ import annotations

from collections.abc import Mapping

from deskterm.i18n import N_

UNREAD = "●"
MARK = "+"
LATE = "▲"
SOON = "△"
TROUBLE = "!"
UNVERIFIED = "?"
ANSWERING = "✎"
VIEWING = "◦"

# of a ticket: sign, word, style
TURNS: Mapping[str, tuple[str, str, str]] = {
    "ours": ("◀", N_("our turn"), "ours"),
    "theirs": ("▷", N_("customer's turn"), "theirs"),
}

# of a message: word, style
VISIBILITIES: Mapping[str, tuple[str, str]] = {
    "public": (N_("public"), "public"),
    "internal": (N_("internal"), "internal"),
    "private": (N_("private"), "private"),
}

TYPES: Mapping[str, str] = {
    "email": N_("e-mail"),
    "phone": N_("phone call"),
    "console": N_("console"),
    "portal": N_("portal"),
    "auto-reply": N_("auto-reply"),
    "bounce": N_("bounce"),
    "confirmation": N_("confirmation"),
    "history": N_("history"),
}

ACTS: Mapping[str, str] = {"agent": "»", "system": "·"}
"""Before what people did, and what the system did, in a ticket's history."""

# of our letters: sign, word, style
DELIVERIES: Mapping[str, tuple[str, str, str]] = {
    "waiting": ("◔", N_("waiting"), "warning"),
    "queued": ("◑", N_("queued"), "faint"),
    "sending": ("◕", N_("sending"), "faint"),
    "sent": ("✓", N_("sent"), "faint"),
    "deferred": ("◔", N_("deferred"), "warning"),
    "failed": ("✗", N_("failed"), "trouble"),
    "unknown": ("?", N_("unknown"), "trouble"),
    "bounced": ("✗", N_("bounced"), "trouble"),
    "withdrawn": ("-", N_("withdrawn"), "faint"),
}

KINDS: Mapping[str, str] = {
    "answer": N_("answer"),
    "confirmation": N_("confirmation"),
    "notice": N_("notice"),
    "told": N_("told of a change"),
    "staff": N_("to an agent"),
    "refusal": N_("refusal"),
}

INCOMING: Mapping[str, tuple[str, str]] = {
    "none": (N_("fed by command"), "faint"),
    "unknown": (N_("not read yet"), "faint"),
    "connecting": (N_("connecting"), "warning"),
    "idle": (N_("live"), "good"),
    "polling": (N_("polling"), "good"),
    "reading": (N_("reading"), "good"),
    "failing": (N_("failing"), "trouble"),
}
