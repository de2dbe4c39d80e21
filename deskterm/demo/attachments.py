"""Small real files made in code: what customers attach.  `make(kind, name, about)` gives bytes and type."""

from __future__ import annotations

import csv
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

_OOXML = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPOCH = (2026, 1, 5, 9, 0, 0)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of a letter; a `content_id` makes it a picture within the text."""

    name: str
    type: str
    content: bytes
    content_id: str = ""


def pdf(about: str, randomness: random.Random) -> bytes:
    """One A4 page with a heading and a table of amounts; Latin text only, as base fonts allow."""
    latin = about.encode("latin-1", "ignore").decode("latin-1").strip(" -,:.") or "Document"
    rows = [f"{latin[:60]}", ""]
    total = 0
    for number in range(1, randomness.randint(3, 6)):
        price, count = randomness.randint(12, 480), randomness.randint(1, 12)
        total += price * count
        item = randomness.randint(1000, 9999)
        rows.append(f"{number}.  Item {item}   {count} x {price}.00 = {price * count}.00")
    rows += ["", f"Total: {total}.00"]
    escaped = [row.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for row in rows]
    drawn = "BT /F1 14 Tf 60 780 Td 20 TL " + " ".join(f"({row}) Tj T*" for row in escaped) + " ET"
    stream = drawn.encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def png(_about: str, randomness: random.Random, width: int = 240, height: int = 150) -> bytes:
    """A picture like a screenshot: desktop, window with a title bar, lines of text, a button."""
    palette = [(48, 84, 120), (245, 245, 245), (70, 110, 190), (160, 160, 160), (200, 60, 50)]
    left, top = randomness.randint(10, 40), randomness.randint(8, 25)
    right, bottom = width - randomness.randint(10, 40), height - randomness.randint(8, 25)
    ends = [randomness.randint(left + 40, right - 12) for _ in range(height)]

    def colour(x: int, y: int) -> int:
        if not (left <= x < right and top <= y < bottom):
            return 0
        if y < top + 12:
            return 4 if x > right - 14 else 2
        if bottom - 22 < y < bottom - 8 and right - 60 < x < right - 12:
            return 2
        line = (y - top) // 9
        return 3 if (y - top) % 9 < 2 and left + 10 < x < ends[line] and y < bottom - 30 else 1

    rows = b"".join(b"\0" + bytes(colour(x, y) for x in range(width)) for y in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        checked = kind + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
        + chunk(b"PLTE", b"".join(bytes(each) for each in palette))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def log(about: str, randomness: random.Random) -> bytes:
    """Some forty lines of a program's journal that end in an error."""
    second = randomness.randint(0, 40000)
    source = "".join(each for each in about if each.isascii() and each.isalnum())[:10].lower() or "service"
    steps = ("starting", "reading settings", "connecting", "session opened", "heartbeat ok", "queue empty")
    lines = []
    for _ in range(randomness.randint(30, 50)):
        second += randomness.randint(1, 40)
        stamp = f"{8 + second // 3600 % 12:02}:{second // 60 % 60:02}:{second % 60:02}"
        lines.append(f"2026-11-{1 + second % 18:02} {stamp} INFO  {source}: {randomness.choice(steps)}")
    lines.append(f"ERROR {source}: connection reset by peer (code {randomness.randint(100, 999)})")
    lines.append(f"ERROR {source}: giving up after 5 attempts")
    return ("\r\n".join(lines) + "\r\n").encode()


def table(about: str, randomness: random.Random) -> bytes:
    """A list for a spreadsheet: semicolons and Windows-1251 where the heading is Russian."""
    russian = not about.isascii()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if russian else ",")
    writer.writerow(("Артикул", "Количество", "Цена") if russian else ("code", "quantity", "price"))
    for _ in range(randomness.randint(8, 30)):
        code, count, price = (randomness.randint(*between) for between in ((100, 999), (1, 90), (40, 9000)))
        writer.writerow((f"A-{code}", count, price))
    return out.getvalue().encode("cp1251" if russian else "utf-8")


def document(about: str, randomness: random.Random) -> bytes:
    """A word-processor document (OOXML) with a heading and two paragraphs."""
    paragraphs = (about, f"No. {randomness.randint(100, 999)}", "2026")
    body = "".join(f"<w:p><w:r><w:t>{_escape(each)}</w:t></w:r></w:p>" for each in paragraphs)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    files = {
        "[Content_Types].xml": f'{head}<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_OOXML}.main+xml"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package_file:
        for name, content in files.items():
            package_file.writestr(zipfile.ZipInfo(name, _EPOCH), content)
    return out.getvalue()


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_MAKERS: dict[str, tuple[str, Callable[[str, random.Random], bytes]]] = {
    "pdf": ("application/pdf", pdf),
    "png": ("image/png", png),
    "inline": ("image/png", png),
    "log": ("text/plain", log),
    "csv": ("text/csv", table),
    "docx": (_OOXML, document),
}
KINDS = tuple(_MAKERS)


def make(kind: str, name: str, about: str, randomness: random.Random) -> Attached:
    """A file of one of KINDS; `inline` is a picture that the letter's text shows."""
    media_type, maker = _MAKERS[kind]
    content_id = f"image.{randomness.getrandbits(48):012x}" if kind == "inline" else ""
    return Attached(name, media_type, maker(about, randomness), content_id)
