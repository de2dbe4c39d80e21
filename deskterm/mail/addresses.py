"""Mailboxes out of header fields: brackets or none, quotes, comments, groups, commas inside names."""

from __future__ import annotations

import re
from typing import Final

from deskterm import limits
from deskterm.mail.headers import decode_words, unfolded
from deskterm.mail.letter import Address

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|<[^<>]*>|[,;]|=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|[^\s",;<>()=]+|[=]|\s+|[()<>"]'
)
_BEFORE_AT: Final = re.compile(r"[^\s@<>,;:\"()\[\]]{1,256}\Z")
_AFTER_AT: Final = re.compile(r"\[[^\s@<>\[\]]{1,250}\]|[^\s@<>,;:\"()\[\]]{1,256}")
_LOCAL: Final = re.compile(r"[A-Za-z0-9._+=/!#$%&*~-]{1,64}")
_QUOTED_LOCAL: Final = re.compile(r'"[^"]{1,100}"@[^\s@"]{1,200}')
_AT_IN_WORDS: Final = re.compile(
    r"([\w.+=-]{1,64}) (?:at|AT) ((?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z0-9-]{2,63})"
)
"""How archives of lists hide an address from those who harvest them."""
_IN_QUOTES: Final = re.compile(r"@|\A\"[^ ]+\"\Z")
_QUOTED_WHOLE: Final = re.compile(r"\"([^\"<>]{0,200})<([^<>\"\s]{1,250})>\s*\"")
"""A name and its address, both inside quotes."""
_INSIDE: Final = re.compile(r"(?<!\\)\([^()]*\)")
"""A comment within an address (RFC 5322 §3.2.2)."""
_EMPTY: Final = re.compile(r"\[\s*\]|<\s*>|\(\s*\)")
_BLANK: Final = re.compile(r"\s+")
_MOST_CHARACTERS: Final = 64 * 1024
_MOST_PENDING: Final = 60
"""Tokens of pieces without an address that may still be the first half of a name."""


def read_addresses(raw: bytes | None, hint: str = "") -> tuple[Address, ...]:
    """The mailboxes of an address field in order, without repetitions, at most `ADDRESSES_PER_LETTER`."""
    if not raw:
        return ()
    text = unfolded(raw, hint)[:_MOST_CHARACTERS]
    if "&lt;" in text:
        text = text.replace("&lt;", "<").replace("&gt;", ">")
    found = _mailboxes(text, hint)
    if not any("@" in mailbox.address for mailbox in found) and "=?" in text:
        found = _mailboxes(decode_words(text, hint), hint) or found
    seen: set[tuple[str, str]] = set()
    result: list[Address] = []
    for mailbox in found:
        if (mailbox.key, mailbox.name) not in seen:
            seen.add((mailbox.key, mailbox.name))
            result.append(mailbox)
        if len(result) >= limits.ADDRESSES_PER_LETTER:
            break
    return tuple(result)


def _tokens(text: str) -> list[str]:
    """The field cut into quoted strings, angle addresses, separators, comments, words and blanks."""
    tokens: list[str] = []
    comment: list[str] = []
    depth = 0
    closes = text.count(")")
    for match in _TOKEN.finditer(text):
        token = match[0]
        closes -= token.count(")") if depth == 0 and token != ")" else 0
        if token == "(" and (depth or closes > 0):
            depth += 1
            if depth == 1:
                comment = []
                continue
        if token == ")" and depth:
            depth -= 1
            closes -= 1
            if depth == 0:
                tokens.append("(" + "".join(comment) + ")")
                continue
        if depth:
            comment.append(token)
        else:
            tokens.append(token)
    if depth:
        tokens.extend(comment)
    return tokens


def _mailboxes(text: str, hint: str) -> list[Address]:
    """Every mailbox of the field; a piece without an address is the first half of `Last, First <a@b>`."""
    result: list[Address] = []
    pending: list[str] = []
    piece: list[str] = []
    tokens = _tokens(text)
    group = ";" in tokens
    bracketed = hopeful = False
    for token in [*tokens, ","]:
        angle = token[0] == "<" and "@" in token
        if token not in (",", ";") and not (angle and bracketed):
            piece.append(token)
            bracketed = bracketed or angle
            continue
        rest: list[str] = []
        if angle and bracketed:
            first = next(place for place, one in enumerate(piece) if one[0] == "<" and "@" in one)
            piece, rest = piece[: first + 1], [*piece[first + 1 :], token]
        # pieces that hold no address are looked at once, not again with each that follows
        hopeful = hopeful or bracketed or any("@" in one or one in ("at", "AT", "<>") for one in piece)
        mailbox = _mailbox(pending + piece, hint, group) if hopeful or _angle(piece) else None
        if mailbox is not None and ("@" in mailbox.address or _angle(piece)):
            result.append(mailbox)
            pending, hopeful = [], False
        elif "".join(piece).strip() and token == ",":
            pending = [*pending, *piece, ", "][-_MOST_PENDING:]
        piece, bracketed = rest, angle
        if len(result) >= 2 * limits.ADDRESSES_PER_LETTER:
            return result
    bare = _mailbox(pending[:-1], hint, group) if pending else None
    if bare is not None and bare.address:
        result.append(bare)
    return result


def _angle(piece: list[str]) -> bool:
    return any(token[0] == "<" and len(token) > 2 for token in piece if token)


def _mailbox(tokens: list[str], hint: str, group: bool) -> Address | None:
    """One mailbox from its tokens: an angle address, else a bare one, the rest is its name."""
    written = "".join(tokens).strip()
    if _QUOTED_LOCAL.fullmatch(written):
        return Address("", written)
    address = ""
    names: list[str] = []
    comments: list[str] = []
    nobody = False
    bracketed = _angle(tokens)
    located = any(token[0] == "<" and "@" in token for token in tokens)
    elsewhere = any("@" in token and token[0] not in '<("' for token in tokens)
    for token in tokens:
        if token[0] == "<" and len(token) > 2 and not address and ("@" in token or not elsewhere):
            address = _address(_INSIDE.sub("", token[1:-1]))
            if located and "".join(names).strip():
                # what follows the address is no part of the name before it
                break
        elif token[0] == "(" and len(token) > 1:
            comments.append(token[1:-1])
        elif token in ("<", ">", "<>", '"', "(", ")"):
            nobody = nobody or token == "<>"
        elif token[0] == '"' and len(token) > 1 and (bracketed or not _IN_QUOTES.search(token)):
            names.append("\x01" + re.sub(r"\\(.)", r"\1", token[1:-1]))
        elif token[0] == '"' and len(token) > 1 and (inner := _QUOTED_WHOLE.fullmatch(token)):
            names.append(f"{inner[1]} {inner[2]}")
        elif token[0] == '"' and len(token) > 1 and elsewhere:
            names.append(f"{token[1:-1]} " if _spec(token) is None else "")
        elif token[0] == "<" and not address:
            names.append(f"{token[1:-1]} ")
        elif token[:2] == "=?":
            names.append(token + " ")
        else:
            names.append(token)
    if not address and not (nobody and "@" not in "".join(names)):
        address, names = _bare(names)
    if "@" not in address and (inside := next((one for one in comments if _spec(one)), "")):
        address, comments = _bare([inside])[0], []
        names = names or [address]
    name = _name("".join(names), hint, group) or _name(" ".join(comments), hint, group)
    if not address and not name:
        return None
    if name.casefold() == address.casefold():
        name = ""
    return Address(name[: limits.NAME_CHARACTERS], address[: limits.ADDRESS_CHARACTERS])


def _bare(names: list[str]) -> tuple[str, list[str]]:
    """An address that stands without brackets, and the words that remain for the name."""
    text = "".join(names).strip()
    found = _spec(text)
    if found is None and "@" in text:
        joined = _BLANK.sub("", text)
        found = _spec(joined) if text.count("@") == 1 else None
        return (_address(joined[found[0] : found[1]]), []) if found else ("", names)
    if found is not None:
        rest = _EMPTY.sub(" ", text[: found[0]] + " " + text[found[1] :])
        return _address(text[found[0] : found[1]]), [rest.replace("mailto:", "")]
    if hidden := _AT_IN_WORDS.fullmatch(text):
        return f"{hidden[1]}@{hidden[2]}", []
    group, colon, member = text.rpartition(":")
    if colon:
        text = member.strip() if group else text
    if _LOCAL.fullmatch(text):
        return text, []
    return "", names


def _spec(text: str) -> tuple[int, int] | None:
    """Where the first `local@domain` stands in the text."""
    at = text.find("@")
    while at >= 0:
        before = _BEFORE_AT.search(text, max(0, at - 256), at)
        after = _AFTER_AT.match(text, at + 1)
        if before and after:
            return before.start(), after.end()
        at = text.find("@", at + 1)
    return None


def _address(text: str) -> str:
    """An address without route (RFC 5322 §4.4), scheme, quotes around it and blanks inside."""
    text = text.strip().strip("'\"<> \t")
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("@") and ":" in text:
        text = text.rsplit(":", 1)[1]
    if not text.startswith('"'):
        text = _BLANK.sub("", text) if "@" in text else text
    if "=?" in text:
        decoded = decode_words(text)
        inner = _spec(decoded)
        text = decoded[inner[0] : inner[1]] if inner else text
    return text.rstrip(".,;")


def _name(text: str, hint: str, group: bool) -> str:
    """A display name: quotes off, escapes undone, encoded words read, also those wrongly inside quotes."""
    text = text.strip(" \t,")
    before, colon, rest = text.partition(":")
    if colon and "=?" not in before and "\x01" not in before and (group or not rest.strip()):
        text = rest
    text = text.replace("\x01", "")
    text = _BLANK.sub(" ", decode_words(text, hint)).strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1].strip()
    return text.strip(" \t")
