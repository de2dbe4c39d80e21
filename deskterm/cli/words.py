"""What tables call the values that JSON gives by their keys, in the language in use."""

from __future__ import annotations

from deskterm.i18n import NP_, _, p_

TURNS = (NP_("turn", "ours"), NP_("turn", "theirs"))

VERDICTS = (
    NP_("verdict", "new"),
    NP_("verdict", "append"),
    NP_("verdict", "append unverified"),
    NP_("verdict", "hold"),
    NP_("verdict", "bounce note"),
    NP_("verdict", "blocked"),
    NP_("verdict", "refused"),
    NP_("verdict", "ignored"),
    NP_("verdict", "filed"),
)

LETTER_KINDS = (
    NP_("kind of letter", "person"),
    NP_("kind of letter", "bounce"),
    NP_("kind of letter", "delayed"),
    NP_("kind of letter", "delivered"),
    NP_("kind of letter", "feedback"),
    NP_("kind of letter", "auto-reply"),
    NP_("kind of letter", "auto-generated"),
    NP_("kind of letter", "list"),
    NP_("kind of letter", "bulk"),
    NP_("kind of letter", "own"),
)

CHECKS = (
    NP_("check", "folder"),
    NP_("check", "files"),
    NP_("check", "disk"),
    NP_("check", "secrets"),
    NP_("check", "password"),
    NP_("check", "accounts"),
    NP_("check", "account"),
    NP_("check", "store"),
    NP_("check", "access"),
    NP_("check", "readers"),
    NP_("check", "sessions"),
    NP_("check", "integrity"),
    NP_("check", "counters"),
    NP_("check", "repair"),
    NP_("check", "worker"),
    NP_("check", "letters"),
    NP_("check", "outbox"),
    NP_("check", "clock"),
)


STEPS = (
    NP_("step", "incoming"),
    NP_("step", "outgoing"),
    NP_("step", "servers"),
    NP_("step", "password"),
    NP_("step", "ca_file"),
    NP_("step", "dns"),
    NP_("step", "connection"),
    NP_("step", "tls"),
    NP_("step", "greeting"),
    NP_("step", "login"),
    NP_("step", "folders"),
    NP_("step", "push"),
    NP_("step", "size"),
    NP_("step", "round_trip"),
    NP_("step", "message_id"),
    NP_("step", "junk"),
    NP_("step", "forwarding"),
    NP_("step", "second_desk"),
)

ORIGINS = (NP_("origin", "built in"), NP_("origin", "desk"), NP_("origin", "account"))

SCOPES = (NP_("scope", "desk"), NP_("scope", "account"), NP_("scope", "rule"), NP_("scope", "ticket"))


def turn(key: str) -> str:
    """Whose turn it is in a ticket."""
    return p_("turn", key)


def verdict(key: str) -> str:
    """What becomes of a letter."""
    return p_("verdict", key)


def letter_kind(key: str) -> str:
    """What sort of sender wrote a letter."""
    return p_("kind of letter", key)


def check(key: str) -> str:
    """What `deskterm doctor` looked at."""
    return p_("check", key)


def step(key: str) -> str:
    """What `deskterm accounts test` tried, and at which server."""
    return p_("step", key)


def origin(key: str) -> str:
    """Where the text of a template comes from."""
    return p_("origin", key)


def scope(key: str) -> str:
    """Which tickets an observer is told of."""
    return p_("scope", key)


def plain(keys: str) -> str:
    """Visibility, kind and delivery state of our own mail; several states are joined by commas."""
    return ", ".join(_(key) for key in keys.split(", ") if key)
