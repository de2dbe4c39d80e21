"""The letter inside an opaque S/MIME signature (RFC 8551 §3.5): only opened, never verified."""

from __future__ import annotations

from typing import Final

_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")
_OCTET_STRING: Final = 0x04
_MOST_PIECES: Final = 100_000


def signed_content(data: bytes) -> bytes | None:
    """The content octets of a CMS SignedData (RFC 5652 §5.1), BER or DER; None where it holds none."""
    start = data.find(_SIGNED_DATA, 0, 64)
    if start < 0:
        return None
    try:
        return _encapsulated(data, start + len(_SIGNED_DATA))
    except (IndexError, ValueError):
        return None


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start and end of the content at a position; an indefinite length ends at -1."""
    tag = data[at]
    length = data[at + 1]
    at += 2
    if length == 0x80:
        return tag, at, -1
    if length & 0x80:
        count = length & 0x7F
        if count > 8 or at + count > len(data):
            raise ValueError("length of a CMS element")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    return tag, at, at + length


def _encapsulated(data: bytes, at: int) -> bytes | None:
    """[0] → SignedData → version, digest algorithms → EncapsulatedContentInfo → [0] → the octets."""
    _, at, _ = _header(data, at)
    _, at, _ = _header(data, at)
    _, _, at = _header(data, at)
    _, _, at = _header(data, at)
    tag, at, end = _header(data, at)
    if tag != 0x30:
        return None
    _, _, at = _header(data, at)
    if end >= 0 and at >= end:
        return None
    tag, at, _ = _header(data, at)
    if tag != 0xA0:
        return None
    tag, at, end = _header(data, at)
    if tag == _OCTET_STRING:
        return data[at:end]
    if tag != 0x24:
        return None
    pieces: list[bytes] = []
    while (end < 0 or at < end) and len(pieces) < _MOST_PIECES:
        tag, start, stop = _header(data, at)
        if tag != _OCTET_STRING or stop < 0:
            break
        pieces.append(data[start:stop])
        at = stop
    return b"".join(pieces)
