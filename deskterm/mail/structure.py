"""The parts of a letter as ranges of its bytes (RFC 2046), found in time linear in its size.

Why not `email.parser`: it turns the bytes into text and back, loses the exact bytes of an attached letter,
recurses, and costs four times as much; a range costs nothing until it is decoded.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from deskterm import limits
from deskterm.mail.headers import Head, b64, parameters, read_head

_BOMS: Final = (b"\xef\xbb\xbf",)
_ENVELOPE_LINE: Final = re.compile(rb">?From (?![ \t]*:)[^\n]*\n")
_LEADING: Final = re.compile(rb"(?:[ \t]*\r?\n)+")
_END_OF_LINE: Final = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_BASE64_ONLY: Final = re.compile(rb"(?:[A-Za-z0-9+/]{8,}+={0,2}+\s*+)++")
_BASE64_BYTES: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_FOREIGN_LINE: Final = re.compile(rb"(?m)^[A-Za-z0-9+/=]*(?![ \t]+\r?$)[^A-Za-z0-9+/=\r\n]")
_PADDING: Final = re.compile(rb"={1,2}\s*")
_HEAD_SAMPLE: Final = 64 * 1024


@dataclass(slots=True)
class Node:
    """One part: its header, the range of its body, its children; `parent` is the multipart it stands in."""

    data: bytes
    head: Head
    start: int
    end: int
    type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    encoding: str
    depth: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    index: int = -1
    """Its number among the attachments."""
    was_multipart: bool = False
    """Whether it said it was one and could not be taken apart."""

    @property
    def main(self) -> str:
        return self.type.partition("/")[0]

    @property
    def content_id(self) -> str:
        raw = self.head.first("content-id") or b""
        return raw.decode("ascii", "replace").strip().strip("<>").strip()[:200]

    def raw(self) -> bytes:
        """The body as it came, still encoded."""
        return self.data[self.start : self.end]

    def decoded(self) -> bytes:
        """The body with its transfer encoding undone (RFC 2045 §6); a wrong encoding leaves it as it came."""
        raw = self.raw()
        if self.encoding == "base64":
            return _base64(raw, self.main == "text")
        if self.encoding == "quoted-printable":
            return binascii.a2b_qp(raw)
        if self.encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            files = list(uuencoded(raw))
            return files[0].data if files else raw
        return raw


@dataclass(frozen=True, slots=True)
class Structure:
    """The whole letter: repaired bytes, root part, what was mended and what stopped us."""

    data: bytes
    root: Node
    notes: tuple[str, ...]
    problems: tuple[str, ...]


def repaired(raw: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The bytes as a letter should begin: no byte-order mark, blank lines, mbox line or CR-only lines."""
    notes: list[str] = []
    for mark in _BOMS:
        if raw.startswith(mark):
            raw = raw[len(mark) :]
            notes.append("byte-order mark removed")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
        notes.append("was UTF-16")
    if b"\r" in raw[:_HEAD_SAMPLE] and b"\n" not in raw[:_HEAD_SAMPLE]:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        notes.append("CR-only lines")
    if b"\r\r\n" in raw[:_HEAD_SAMPLE]:
        raw = raw.replace(b"\r\r\n", b"\r\n")
        notes.append("doubled CR")
    if leading := _LEADING.match(raw):
        raw = raw[leading.end() :]
        notes.append("blank lines at the beginning")
    if envelope := _ENVELOPE_LINE.match(raw):
        raw = raw[envelope.end() :]
    return raw, tuple(notes)


def read_structure(raw: bytes) -> Structure:
    """The parts of a letter, at most `LETTER_PARTS` of them and `LETTER_DEPTH` deep."""
    data, mended = repaired(raw)
    notes = list(mended)
    problems: list[str] = []
    head = read_head(data, 0, len(data))
    if head.repaired:
        notes.append("broken header lines")
    if head.cut or head.body > limits.HEADER_BYTES:
        problems.append(f"headers larger than {limits.HEADER_BYTES} bytes")
    if not data:
        problems.append("empty")
    if len(raw) > limits.LETTER_BYTES:
        problems.append(f"larger than {limits.LETTER_BYTES} bytes")
    root = _node(data, head, len(data), 0, None)
    waiting = [root]
    count = 1
    while waiting:
        node = waiting.pop()
        if node.main != "multipart":
            continue
        if node.depth >= limits.LETTER_DEPTH:
            problems.append(f"parts nested deeper than {limits.LETTER_DEPTH}")
            _opaque(node)
            continue
        if node.encoding in ("base64", "quoted-printable") and not _has_boundary(node):
            # against RFC 2045 §6.4, which some mailers have not read
            node.data = node.decoded()
            node.start, node.end, node.encoding = 0, len(node.data), "8bit"
        for start, end in _ranges(node, limits.LETTER_PARTS - count):
            child = _node(node.data, read_head(node.data, start, end), end, node.depth + 1, node)
            node.children.append(child)
            count += 1
        if count >= limits.LETTER_PARTS:
            problems.append(f"more than {limits.LETTER_PARTS} parts")
        if not node.children:
            _opaque(node)
        waiting.extend(reversed(node.children))
    return Structure(data, root, tuple(notes), tuple(dict.fromkeys(problems)))


def _opaque(node: Node) -> None:
    """A multipart that cannot be taken apart is read as text, so that nothing in it is lost."""
    node.type = "text/plain"
    node.encoding = "8bit"
    node.was_multipart = True


_MISNAMED: Final = {
    "text": "text/plain", "plain": "text/plain", "plain/text": "text/plain", "html": "text/html",
    "html/text": "text/html", "application/text": "text/plain", "application/html": "text/html",
    "multipart": "multipart/mixed",
}  # fmt: skip
"""Types that broken mailers write, and what they mean."""

_TOP_TYPES: Final = frozenset(
    {"text", "image", "audio", "video", "application", "multipart", "message", "font", "model", "chemical"}
)
"""What a whole letter may be (RFC 2046 §3); one of another type is read as text (§4)."""


def _encoding(written: str) -> str:
    """A transfer encoding's name as RFC 2045 has it, for the names mailers write."""
    name = written.partition(";")[0].strip().strip("\"'").lower()
    plain = _NO_LETTER.sub("", name)
    for ending, meant in _ENCODINGS.items():
        if plain == ending or (len(ending) > 3 and plain.endswith(ending)):
            return meant
    return name.partition(" ")[0]


_NO_LETTER: Final = re.compile(r"[^a-z0-9]")
_ENCODINGS: Final = {
    "base64": "base64", "b64": "base64", "quotedprintable": "quoted-printable", "qp": "quoted-printable",
    "uuencode": "x-uuencode", "uuencoded": "x-uuencode", "uue": "x-uuencode",
}  # fmt: skip


def _node(data: bytes, head: Head, end: int, depth: int, parent: Node | None) -> Node:
    kind, values = parameters(head.first("content-type"))
    kind = _MISNAMED.get(kind.strip("\"'<>"), kind.strip("\"'<>"))
    disposition, disposition_values = parameters(head.first("content-disposition"))
    if "/" not in kind or (parent is None and kind.partition("/")[0] not in _TOP_TYPES):
        digest = parent is not None and parent.type == "multipart/digest"
        file = disposition == "attachment" or "name" in values or "filename" in disposition_values
        if kind and (parent is not None or file):
            kind = kind if "/" in kind else "application/octet-stream"
        else:
            kind = "message/rfc822" if digest else "text/plain"
    encoding = (head.first("content-transfer-encoding") or b"").decode("ascii", "replace")
    encoding = _encoding(encoding)
    return Node(
        data,
        head,
        min(head.body, end),
        end,
        kind,
        values,
        disposition,
        disposition_values,
        encoding,
        depth,
        parent,
    )


def _has_boundary(node: Node) -> bool:
    """Whether the boundary a multipart names is in it."""
    boundary = node.parameters.get("boundary", "").encode("utf-8", "replace")
    return bool(boundary) and node.data.find(b"--" + boundary, node.start, node.end) >= 0


def _ranges(node: Node, most: int) -> Iterator[tuple[int, int]]:
    """Where the children of a multipart begin and end; text before the first boundary is no child."""
    boundary = node.parameters.get("boundary", "").encode("utf-8", "replace")
    data = node.data
    if not _has_boundary(node):
        boundary = _guessed_boundary(data[node.start : min(node.end, node.start + 4096)])
        if not boundary:
            return
    delimiter = b"--" + boundary
    started = -1
    ended = False
    at = node.start
    while most > 0:
        at = data.find(delimiter, at, node.end)
        if at < 0:
            break
        after = at + len(delimiter)
        if at > node.start and data[at - 1] != 10:
            at = after
            continue
        closing = data.startswith(b"--", after)
        if not closing and not _END_OF_LINE.match(data, after, node.end):
            at = after
            continue
        if started >= 0:
            ended = True
            yield started, _without_line_end(data, started, at)
            most -= 1
        elif ended and not closing and not _PART_HEAD.match(data, after):
            at = after
            continue
        if closing:
            started = -1
            # parts behind the end: an inner multipart used the same boundary
            at = after
            continue
        line_end = data.find(b"\n", after, node.end)
        started = node.end if line_end < 0 else line_end + 1
        at = after
    if started >= 0 and most > 0 and started < node.end:
        yield started, node.end


_PART_HEAD: Final = re.compile(rb"[ \t]*\r?\n[Cc]ontent-")


def _without_line_end(data: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1)."""
    if end > start and data[end - 1] == 10:
        end -= 1
        if end > start and data[end - 1] == 13:
            end -= 1
    return end


_BOUNDARY_LINE: Final = re.compile(
    rb"(?:\A|\n)--([^\s-][^\r\n]{0,69}|-{1,40}[^\r\n-][^\r\n]{0,60})\r?\n(?=[Cc]ontent-)"
)


def _guessed_boundary(sample: bytes) -> bytes:
    """The boundary a multipart that names none, or another one, visibly uses."""
    found = _BOUNDARY_LINE.search(sample)
    return found[1].rstrip() if found else b""


def _base64(raw: bytes, text: bool) -> bytes:
    """Base64; behind its padding more base64 goes on, and in a text part a list's plain footer is kept."""
    if text and raw.translate(None, _BASE64_BYTES):
        first = raw.lstrip()[:200].partition(b"\n")[0].split()
        if len(first) > 2 and max(map(len, first)) < 20:
            # words with blanks between them: it only says that it is coded
            return raw
        foreign = _FOREIGN_LINE.search(raw)
        coded = raw[: foreign.start()] if foreign else b""
        if coded.strip() and len(b"".join(coded.split())) % 4 == 0:
            return b64(coded) + b"\n" + raw[len(coded) :]
    # found by `find`: the pattern alone looks at each octet of an attachment by itself
    sign = raw.find(b"=")
    padding = _PADDING.search(raw, sign) if sign >= 0 else None
    if padding is None or padding.end() >= len(raw):
        return b64(raw)
    tail = raw[padding.end() :]
    if _BASE64_ONLY.fullmatch(tail):
        return b64(raw[: padding.end()]) + b64(tail)
    return b64(raw[: padding.end()]) + (b"\n" + tail if text else b"")


@dataclass(frozen=True, slots=True)
class UuFile:
    """One uuencoded file inside a text, and the range of the text it takes."""

    name: str
    data: bytes
    start: int
    end: int


_UU_BEGIN: Final = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]{1,200})\r?$")


def uuencoded(text: bytes) -> Iterator[UuFile]:
    """The uuencoded files in a text, as old Outlook and command lines send them."""
    at = 0
    while begin := _UU_BEGIN.search(text, at):
        position = text.find(b"\n", begin.end() - 1) + 1
        pieces: list[bytes] = []
        ended = False
        while 0 < position < len(text):
            stop = text.find(b"\n", position)
            stop = len(text) if stop < 0 else stop
            line = text[position:stop].rstrip(b"\r")
            position = stop + 1
            if line == b"end":
                ended = True
                break
            if not line or line in (b"`", b" "):
                continue
            decoded = _uu_line(line)
            if decoded is None:
                break
            pieces.append(decoded)
        at = max(begin.end(), min(position, len(text))) if ended else begin.end()
        if ended and pieces:
            name = begin[1].decode("utf-8", "replace").strip()
            yield UuFile(name, b"".join(pieces), begin.start(), min(position, len(text)))


def _uu_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # the characters that carry bits; what pads them may be garbage
        length = (((line[0] - 32) & 63) * 8 + 5) // 6
        try:
            return binascii.a2b_uu(line[: length + 1])
        except binascii.Error:
            return None


def leaves(root: Node) -> Iterator[Node]:
    """Every part that is no multipart, in document order."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.children:
            waiting.extend(reversed(node.children))
        else:
            yield node
