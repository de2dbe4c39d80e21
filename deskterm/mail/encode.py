"""How text, names, addresses and files become lines of a letter: RFC 5322, 2045, 2047, 2231, 6532.

Whatever is handed in, no header gets a second line that was not folded here: CR, LF, NUL and other
control characters never pass.
"""

from __future__ import annotations

import base64
import quopri
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

from deskterm import limits
from deskterm.mail.letter import Address

CRLF = b"\r\n"
LINE_OCTETS = 76
SAFE_OCTETS = 500
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_DOT_ATOM = re.compile(r"[^\x00-\x20()<>\[\]:;@\\,.\"\x7f]+(\.[^\x00-\x20()<>\[\]:;@\\,.\"\x7f]+)*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"')
_DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?")
_LITERAL = re.compile(r"\[[A-Za-z0-9.:]{1,60}\]")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,70}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,90}")
_ENDS = frozenset({"Cc", "Zl", "Zp"})
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,900}")


def one_line(text: str) -> str:
    """The text on one line: controls and line ends become blanks, lone surrogates question marks."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(" " if unicodedata.category(c) in _ENDS else c for c in text).split())


def wire_address(address: str) -> str:
    """An address as servers want it: the domain in ASCII, the local part quoted where it must be.

    Raises ValueError, with the address, where it can be none.
    """
    local, _, domain = address.strip().rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            raise ValueError(f"no address: {address!r}") from None
    if any(unicodedata.category(c) in _ENDS | {"Cs"} for c in local) or len(local) > 256:
        raise ValueError(f"no address: {address!r}")
    if not local or not (_DOMAIN.fullmatch(domain) or _LITERAL.fullmatch(domain)) or ".." in domain:
        raise ValueError(f"no address: {address!r}")
    if not _DOT_ATOM.fullmatch(local) and not _QUOTED.fullmatch(local):
        local = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{local}@{domain}"


def words(text: str, first: int = 0) -> list[str]:
    """The text as RFC 2047 encoded words, each whole characters and at most 75 octets.

    `first` is the number of octets already on the first line.
    """
    made: list[str] = []
    chunk = b""
    room = (LINE_OCTETS - 1 - min(first, 40) - len("=?utf-8?B??=")) // 4 * 3
    for character in text:
        octets = character.encode("utf-8", "replace")
        if len(chunk) + len(octets) > room:
            made.append(_word(chunk))
            chunk, room = b"", (LINE_OCTETS - 1 - len("=?utf-8?B??=")) // 4 * 3
        chunk += octets
    made.append(_word(chunk))
    return made


def _word(octets: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(octets).decode('ascii')}?="


def text_header(name: str, text: str) -> bytes:
    """An unstructured header such as Subject, encoded only where it must be."""
    text = one_line(text)
    plain = text.isascii() and "=?" not in text and all(len(word) < 200 for word in text.split())
    return folded(name, text.split() if plain else words(text, len(name) + 2))


def address_header(name: str, addresses: Iterable[Address]) -> bytes:
    """An address header, one address a line where several do not fit."""
    written = [mailbox(address) for address in addresses]
    return folded(name, [part + "," for part in written[:-1]] + written[-1:])


def mailbox(address: Address) -> str:
    """One address with its display name; the name may have foldable blanks."""
    route = wire_address(address.address)
    name = one_line(address.name)[: limits.NAME_CHARACTERS]
    if not name:
        return route
    if not name.isascii() or "=?" in name:
        return " ".join(words(name, 10)) + f" <{route}>"
    if not _ATOMS.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{route}>"


def message_id_header(name: str, message_ids: Iterable[str]) -> bytes:
    """Message-ID, In-Reply-To or References from ids without angle brackets."""
    return folded(name, [f"<{message_id}>" for message_id in message_ids])


def usable_message_id(message_id: str) -> str:
    """A foreign Message-ID without brackets; '' where it cannot stand in a header."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    return bare if _MESSAGE_ID.fullmatch(bare) else ""


def extra_header(name: str, value: str) -> bytes:
    """A header given by name; raises ValueError where the name can be none."""
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError(f"no header name: {name!r}")
    return text_header(name, value)


def folded(name: str, parts: Iterable[str]) -> bytes:
    """A header line from parts that may be folded at the blanks between them and in them."""
    lines, line = [], name + ":"
    for part in parts:
        for piece in [part] if len(line) + 1 + len(part) <= LINE_OCTETS else part.split(" "):
            if len(line) + 1 + len(piece) > LINE_OCTETS and line.strip() and line != name + ":":
                lines.append(line)
                line = ""
            line += " " + piece
    lines.append(line)
    return "\r\n".join(lines).encode("utf-8", "replace") + CRLF


def media_type(type_: str) -> str:
    """A media type that may stand over base64 (RFC 2046 5.2.1: message and multipart may not)."""
    type_ = type_.strip().casefold()
    if not _MEDIA_TYPE.fullmatch(type_) or type_.startswith(("message/", "multipart/")):
        return "application/octet-stream"
    return type_


def file_name(name: str) -> str:
    """A file's name without path, controls and direction marks, at most ATTACHMENT_NAME_BYTES long."""
    name = unicodedata.normalize("NFC", one_line(name)).replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn"))
    name = name.strip().lstrip(".-").strip()
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 20:
        stem, dot, ending = name, "", ""
    room = limits.ATTACHMENT_NAME_BYTES - len((dot + ending).encode())
    return (stem.encode()[:room].decode("utf-8", "ignore") + dot + ending) or "attachment"


def parameter(name: str, value: str) -> str:
    """A parameter of a MIME header, led by `;` and a fold; RFC 2231 where it is not plain ASCII."""
    if value.isascii() and len(value) < 60 and "=?" not in value:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{escaped}"'
    pieces, piece = [], "utf-8''"
    for character in value:
        coded = quote(character.encode("utf-8", "replace"), safe="")
        if len(piece) + len(coded) > 60:
            pieces.append(piece)
            piece = ""
        piece += coded
    pieces.append(piece)
    if len(pieces) == 1:
        return f";\r\n {name}*={pieces[0]}"
    return "".join(f";\r\n {name}*{number}*={piece}" for number, piece in enumerate(pieces))


def body(text: str) -> tuple[str, bytes]:
    """The transfer encoding and the lines of a text: 7bit, else the shorter of the readable ones."""
    lines = text.split("\n")
    if text.isascii() and "=_" not in text:
        if all(len(line) <= SAFE_OCTETS and not line.startswith("From ") for line in lines):
            return "7bit", "\r\n".join(lines).encode("ascii")
    octets = text.encode("utf-8", "replace")
    foreign = sum(1 for octet in octets if octet > 126)
    if foreign * 6 > len(octets):
        return "base64", base64_lines(octets.replace(b"\n", CRLF))
    return "quoted-printable", _quoted_printable(octets)


def base64_lines(octets: bytes) -> bytes:
    """Base64 in lines of 76, without a line end after the last."""
    return base64.encodebytes(octets).replace(b"\n", CRLF).removesuffix(CRLF)


def _quoted_printable(octets: bytes) -> bytes:
    lines = quopri.encodestring(octets, quotetabs=False).split(b"\n")
    # Mail stores write ">From"; the soft break keeps the line within its 76 octets.
    return CRLF.join(re.sub(rb"^From ", b"=46rom =\r\n", line) for line in lines)
