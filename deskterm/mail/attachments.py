"""What a letter carries besides its text: names made safe, containers unpacked."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from deskterm import limits
from deskterm.mail.charset import real
from deskterm.mail.headers import read_head, text_of
from deskterm.mail.letter import Part
from deskterm.mail.rtf import read_rtf, unpacked_rtf
from deskterm.mail.structure import Node, uuencoded
from deskterm.mail.tnef import read_tnef

EXTENSIONS: Final = {
    "text/plain": ".txt", "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf", "text/directory": ".vcf", "text/xml": ".xml", "application/xml": ".xml",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf", "application/pdf": ".pdf", "application/zip": ".zip",
    "application/json": ".json",
    "application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/bmp": ".bmp",
    "image/tiff": ".tif", "image/webp": ".webp", "image/svg+xml": ".svg", "image/heic": ".heic",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav", "audio/x-wav": ".wav", "audio/ogg": ".ogg", "audio/amr": ".amr", "video/mp4": ".mp4",
    "video/quicktime": ".mov", "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc", "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/ms-tnef": ".dat",
    "message/rfc822": ".eml", "message/delivery-status": ".txt", "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt", "text/rfc822-headers": ".txt", "message/global": ".eml",
}  # fmt: skip
"""The ending of a file whose part has no name, by its type."""

_UNSAFE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_PATH: Final = re.compile(r"^(?:[A-Za-z]:[\\/]|\\\\|/|\.{1,2}[\\/]|file:)|\\")
_EML: Final = ("message/rfc822", "message/global", "message/news")
_TNEF_TYPES: Final = ("application/ms-tnef", "application/vnd.ms-tnef")

_TYPE: Final = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,80}")


@dataclass(frozen=True, slots=True)
class Found:
    """One attachment before its bytes are needed."""

    name: str
    type: str
    read: Callable[[], bytes]
    inline: bool = False
    content_id: str = ""

    def part(self, index: int) -> Part:
        """The reference to it: its bytes are decoded, measured and let go."""
        data = self.read()
        digest = hashlib.sha256(data).hexdigest()
        return Part(
            index,
            safe_name(self.name, self.type, index),
            self.type,
            len(data),
            digest,
            self.inline,
            self.content_id,
        )


def safe_name(name: str, kind: str = "", index: int = 0) -> str:
    """A file name that can be written anywhere: NFC, no path, no controls, ≤ `ATTACHMENT_NAME_BYTES`."""
    name = unicodedata.normalize("NFC", _UNSAFE.sub("", name[:4000]))
    name = re.split(r"[\\/]", name)[-1] if _PATH.search(name) else name.replace("/", "_")
    name = name.strip().lstrip(".-~ ").rstrip(". ")
    if not name:
        return f"attachment-{index + 1}{EXTENSIONS.get(kind, '.bin')}"
    if len(name.encode()) <= limits.ATTACHMENT_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 12:
        stem, dot, ending = name, "", ""
    room = limits.ATTACHMENT_NAME_BYTES - len((dot + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip() + dot + ending


def attachments_of(nodes: Iterable[Node], shown: Callable[[Node], bool], hint: str = "") -> Iterator[Found]:
    """The attachments of these parts in document order; `shown`: whether the HTML shows a part in place."""
    for node in nodes:
        if node.type in _TNEF_TYPES or written_name(node, hint).casefold() == "winmail.dat":
            unpacked = _from_tnef(node.decoded())
            if unpacked:
                yield from unpacked
                continue
        yield Found(
            _name(node, hint), node.type, partial(part_bytes, node), shown(node), real(node.content_id)
        )


def files_in_text(node: Node) -> Iterator[Found]:
    """The uuencoded files inside a text part."""
    raw = node.decoded() if node.encoding in ("base64", "quoted-printable") else node.raw()
    if b"begin " not in raw:
        return
    for file in uuencoded(raw):
        yield Found(real(file.name), "application/octet-stream", partial(bytes, file.data))


def part_bytes(node: Node) -> bytes:
    """The bytes of an attachment; an attached letter is given as it came."""
    if node.main == "message" and node.encoding not in ("base64", "quoted-printable"):
        return node.raw()
    return node.decoded()


def written_name(node: Node, hint: str = "") -> str:
    """The file name a part's header gives it, decoded; '' where it gives none."""
    name = node.disposition_parameters.get("filename") or node.parameters.get("name") or ""
    if not name.isascii() or not hint:
        return name
    return name


def _name(node: Node, hint: str) -> str:
    name = written_name(node, hint)
    if name:
        return name
    if node.type in _EML:
        raw = part_bytes(node)[: limits.HEADER_BYTES].lstrip(b"\r\n")
        subject = text_of(read_head(raw, 0, len(raw)).first("subject"), hint)
        return (subject or "message")[:120].replace("\\", "_") + ".eml"
    stems = {
        "text/calendar": "invite",
        "message/delivery-status": "delivery-status",
        "text/rfc822-headers": "headers",
        "application/pgp-signature": "signature",
        "application/pkcs7-signature": "smime",
        "application/pkcs7-mime": "smime",
        "message/disposition-notification": "disposition-notification",
        "message/feedback-report": "feedback-report",
    }
    stem = stems.get(node.type, "")
    location = node.head.first("content-location")
    if not stem and location:
        tail = text_of(location).partition("?")[0].rpartition("/")[2]
        if "." in tail:
            return tail
    description = text_of(node.head.first("content-description"), hint)
    if not stem and 0 < len(description) <= 80 and "." in description[-6:]:
        return description
    return stem + EXTENSIONS.get(node.type, ".bin") if stem else ""


def _from_tnef(data: bytes) -> list[Found]:
    """The files inside a winmail.dat; none where it cannot be read."""
    container = read_tnef(data)
    if container is None:
        return []
    return [
        Found(
            real(file.name),
            file.type if _TYPE.fullmatch(file.type) else "application/octet-stream",
            partial(bytes, file.data),
            content_id=real(file.content_id),
        )
        for file in container.files
    ]


def tnef_text(data: bytes) -> tuple[str, bool]:
    """The body inside a winmail.dat and whether it is HTML; '' where there is none."""
    container = read_tnef(data)
    if container is None:
        return "", False
    if container.text.strip():
        return container.text, False
    if container.html.strip():
        return container.html, True
    return read_rtf(unpacked_rtf(container.rtf))
