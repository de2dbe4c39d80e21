"""What our letters carry so that answers find their ticket: signed Message-IDs, tokens, loop stamps.

Each holds a MAC of 80 bits (HMAC-SHA256, truncated, base32 in lower case) over what it says, under
a key of the store; every purpose has its own label, so none can be passed off as another.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MAC_BYTES = 10
_MAC = "[a-z2-7]{16}"
_KID = "[a-z0-9]{1,8}"
_NUMBER = "[1-9][0-9]{0,17}"
_KID_FORM = re.compile(_KID)
_NONCE_FORM = re.compile("[a-z0-9]{1,32}")
_MESSAGE_ID = re.compile(
    rf"(?P<ticket>{_NUMBER})\.(?P<message>{_NUMBER}|0)\.(?P<nonce>[a-z0-9]{{1,32}})"
    rf"\.(?P<kid>{_KID})\.(?P<mac>{_MAC})@(?P<domain>[a-z0-9._-]{{1,255}})"
)
_LOOSE_ID = re.compile(
    rf"(?P<nonce>[a-z0-9]{{1,32}})\.(?P<kid>{_KID})\.(?P<mac>{_MAC})@(?P<domain>[a-z0-9._-]{{1,255}})"
)
_TOKEN = re.compile(rf"#?(?P<ticket>{_NUMBER})-(?P<kid>{_KID})(?P<mac>{_MAC})")
_STAMP = re.compile(rf"(?P<desk>[a-z0-9.-]{{1,255}})/(?P<kid>{_KID})/(?P<mac>{_MAC})")
_BRACKETED = re.compile(r"\[([^\[\]]{1,100})\]")


@dataclass(frozen=True, slots=True)
class Keys:
    """The store's keys: `current` signs, all of them verify, so that a rotation breaks no old letter."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError("the current key is not among the keys")
        for kid, key in self.keys.items():
            if not _KID_FORM.fullmatch(kid):
                raise ValueError("a key id is 1 to 8 of a-z and 0-9")
            if len(key) < 16:
                raise ValueError("a key has at least 16 bytes")


def new_keys() -> Keys:
    """The first keys of a store."""
    return Keys("1", {"1": secrets.token_bytes(32)})


def rotated(keys: Keys) -> Keys:
    """The same keys and a fresh one, which signs from now on."""
    kid = str(1 + max((int(known) for known in keys.keys if known.isdecimal()), default=0))
    return Keys(kid, {**keys.keys, kid: secrets.token_bytes(32)})


def new_nonce() -> str:
    """What makes a Message-ID unique besides its ticket and message: 60 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()[:12]


def new_message_id(keys: Keys, ticket: int, message: int, domain: str, nonce: str | None = None) -> str:
    """A Message-ID, without angle brackets, whose local part proves the ticket it belongs to.

    Raises ValueError where the numbers, the nonce (a-z, 0-9) or the domain have not their form.
    """
    if not 0 < ticket < 10**18 or not 0 <= message < 10**18:
        raise ValueError("a ticket and a message have positive numbers")
    nonce = new_nonce() if nonce is None else nonce
    if not _NONCE_FORM.fullmatch(nonce):
        raise ValueError("a nonce is 1 to 32 of a-z and 0-9")
    domain = _ascii_domain(domain)
    mac = _mac(keys, keys.current, "message-id", str(ticket), str(message), nonce, domain)
    made = f"{ticket}.{message}.{nonce}.{keys.current}.{mac}@{domain}"
    if not _MESSAGE_ID.fullmatch(made):
        raise ValueError("this is no domain for a Message-ID")
    return made


def ticket_of_message_id(keys: Keys, message_id: str) -> int | None:
    """The ticket a Message-ID of ours belongs to; None where it is foreign or forged."""
    found = _MESSAGE_ID.fullmatch(message_id.strip().strip("<>").casefold())
    if not found:
        return None
    said = (found["ticket"], found["message"], found["nonce"], found["domain"])
    if not _genuine(keys, found["kid"], found["mac"], "message-id", *said):
        return None
    return int(found["ticket"])


def new_loose_message_id(keys: Keys, domain: str) -> str:
    """A Message-ID, without angle brackets, of a letter of ours that belongs to no ticket.

    Raises ValueError where the domain has not its form.
    """
    nonce, domain = new_nonce(), _ascii_domain(domain)
    made = f"{nonce}.{keys.current}.{_mac(keys, keys.current, 'loose-id', nonce, domain)}@{domain}"
    if not _LOOSE_ID.fullmatch(made):
        raise ValueError("this is no domain for a Message-ID")
    return made


def is_loose_message_id(keys: Keys, message_id: str) -> bool:
    """Whether a Message-ID is ours by signature and belongs to no ticket."""
    found = _LOOSE_ID.fullmatch(message_id.strip().strip("<>").casefold())
    return found is not None and _genuine(
        keys, found["kid"], found["mac"], "loose-id", found["nonce"], found["domain"]
    )


def new_token(keys: Keys, ticket: int) -> str:
    """The token of a ticket, as it stands inside the square brackets of a subject: `#1042-1k7q2m…`."""
    if not 0 < ticket < 10**18:
        raise ValueError("a ticket has a positive number")
    return f"#{ticket}-{keys.current}{_mac(keys, keys.current, 'token', str(ticket))}"


def ticket_of_token(keys: Keys, token: str) -> int | None:
    """The ticket a token opens, with or without `#` and brackets; None where it is foreign or guessed."""
    found = _TOKEN.fullmatch(_squeezed(token))
    if not found or not _genuine(keys, found["kid"], found["mac"], "token", found["ticket"]):
        return None
    return int(found["ticket"])


def tokens_in_subject(text: str) -> list[str]:
    """All that has a token's form, anywhere in a subject in square brackets; nothing is proven yet.

    Mail programs fold long subjects and change case: blanks inside the brackets do not count.
    """
    inside = (_squeezed(found) for found in _BRACKETED.findall(text))
    return _once(_written(found) for found in inside if _TOKEN.fullmatch(found))


def without_tokens(text: str) -> str:
    """A subject without anything in brackets that has a token's form."""
    kept = _BRACKETED.sub(lambda found: " " if _TOKEN.fullmatch(_squeezed(found[1])) else found[0], text)
    return " ".join(kept.split())


def token_in_plus_address(address: str, own_addresses: Iterable[str]) -> str | None:
    """The token in `support+1042-1k7q2m…@example.com` where that is one of our addresses plus a tag."""
    local, _, domain = address.strip().casefold().rpartition("@")
    name, plus, tag = local.partition("+")
    if not plus or f"{name}@{domain}" not in {own.strip().casefold() for own in own_addresses}:
        return None
    tag = tag.rpartition("+")[2]
    return _written(tag) if _TOKEN.fullmatch(tag) else None


def plus_address(address: str, token: str) -> str:
    """Our address with the token as its tag."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token.removeprefix('#')}@{domain}"


def loop_stamp(keys: Keys, desk: str) -> str:
    """The value of `X-Deskterm-Loop` in automatic mail of the desk (its domain or store id)."""
    desk = "".join(c if c.isascii() and c.isalnum() or c in ".-" else "-" for c in desk.casefold())[:255]
    return f"{desk or '-'}/{keys.current}/{_mac(keys, keys.current, 'loop', desk or '-')}"


def is_own_stamp(keys: Keys, value: str) -> bool:
    """Whether a loop stamp was made with one of our keys."""
    found = _STAMP.fullmatch("".join(value.split()).casefold())
    return found is not None and _genuine(keys, found["kid"], found["mac"], "loop", found["desk"])


def _ascii_domain(domain: str) -> str:
    domain = domain.strip().casefold()
    return domain if domain.isascii() else domain.encode("idna").decode("ascii")


def _mac(keys: Keys, kid: str, purpose: str, *said: str) -> str:
    text = "\0".join((purpose, kid, *said))
    digest = hmac.digest(keys.keys[kid], text.encode("utf-8", "surrogatepass"), "sha256")
    return base64.b32encode(digest[:MAC_BYTES]).decode("ascii").lower()


def _genuine(keys: Keys, kid: str, mac: str, purpose: str, *said: str) -> bool:
    if kid not in keys.keys:
        return False
    return hmac.compare_digest(_mac(keys, kid, purpose, *said), mac)


def _squeezed(token: str) -> str:
    return "".join(token.split()).strip("[]").casefold()


def _written(token: str) -> str:
    return "#" + token.removeprefix("#")


def _once(tokens: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tokens))
