"""Bytes in, `Letter` out: the one entrance to reading, which never raises on any bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from deskterm import limits
from deskterm.mail import bodies as text_parts
from deskterm.mail import bounces, classify, quotes
from deskterm.mail.addresses import read_addresses
from deskterm.mail.attachments import Found, attachments_of, files_in_text, part_bytes
from deskterm.mail.charset import GUESS_BYTES, codec_of, decode, guess, real
from deskterm.mail.dates import read_date
from deskterm.mail.forwarded import PASSED_ON
from deskterm.mail.headers import Head, text_of
from deskterm.mail.html import may_hold_quotes, quoted_texts, safe_html
from deskterm.mail.letter import MADE_DOMAIN, Address, DeliveryReport, Fold, Kind, Letter
from deskterm.mail.links import Link
from deskterm.mail.references import ID_CHARACTERS, read_ids
from deskterm.mail.structure import Node, Structure, leaves, read_structure

HEADER_CHARACTERS: Final = 4000

_ID: Final = re.compile(r"<\s*([^<>]{1,1000}?)\s*>")
_SPACE: Final = re.compile(r"\s+")
_VIA: Final = re.compile(r"(?i)^(.{1,150}?)\s+(?:via|через|über|por|przez)\s+.{1,150}$")
_ANSWER: Final = re.compile(
    r"(?i)^\W{0,3}(?:re|aw|antw|antwort|odp|r|res|rif|ref|sv|vs|ha|отв|ответ|відп|回复|答复)(?:\[\d+\])?\s?[:：]"
)
_DIGEST: Final = re.compile(r"(?i)\bdigest\b,? (?:#|no\.?|n°|vol|issue|v\d)")
"""A list's letters in one: their header blocks are contents."""
_CID: Final = re.compile(r"(?i)cid:([^\"'\s>)]{1,300})")


def read_letter(raw: bytes, *, own_addresses: frozenset[str] = frozenset()) -> Letter:
    """All that intake needs of a letter; what cannot be read is named in `problems`."""
    try:
        return _read(raw, own_addresses)
    except RecursionError:
        return _unread(raw, "nested too deep")
    except MemoryError:
        return _unread(raw, "too large for the reader's memory")
    except Exception as error:  # noqa: BLE001 - a letter is never lost to a fault of ours: it goes to triage with its bytes
        return _unread(raw, f"unreadable: {type(error).__name__}")


def read_part(raw: bytes, index: int) -> bytes:
    """The decoded bytes of `Letter.attachments[index]`; raises IndexError where there is no such one."""
    structure = read_structure(raw)
    text_parts.open_signed(structure.root)
    bodies = text_parts.find_bodies(structure.root)
    for number, found in enumerate(_attachments(structure.root, bodies, _hint(structure.root))):
        if number == index:
            return found.read()
    raise IndexError(f"the letter has no attachment {index}")


def body_html(raw: bytes) -> str | None:
    """The HTML body made safe, several parts joined; None where the letter has none."""
    structure = read_structure(raw)
    text_parts.open_signed(structure.root)
    bodies = text_parts.find_bodies(structure.root)
    hint = _hint(structure.root)
    chosen = [node for node in (*bodies.shown, *bodies.aside) if node.type in text_parts.HTML_TYPES]
    if not chosen:
        return None
    return real("\n".join(safe_html(text_parts.part_text(node, hint)[0]) for node in chosen))


def body_links(raw: bytes, shown: str | None = None) -> tuple[Link, ...]:
    """The links of the HTML a letter shows, by their place in `Letter.text`; none of a plain text.

    A text that was kept may be laid out otherwise than it would be today: `shown` is the one they stand in.
    """
    structure = read_structure(raw)
    text_parts.open_signed(structure.root)
    bodies = text_parts.find_bodies(structure.root)
    hint = _hint(structure.root)
    if shown is None:
        shown = text_parts.body_text(bodies, structure.root, hint).text
    return text_parts.body_links(bodies, shown, hint)


def _hint(root: Node) -> str:
    """The charset of the first text part that names one: raw 8-bit headers are usually written in it.

    Where none does, what the text and the subject together look like.
    """
    texts = [node for node in leaves(root) if node.main == "text"]
    for node in texts:
        if codec_of(node.parameters.get("charset", "")):
            return node.parameters["charset"]
    subject = root.head.first("subject") or b""
    if texts and not subject.isascii():
        raw = texts[0].decoded()[:GUESS_BYTES]
        if not raw.isascii():
            return guess(subject + b"\n" + raw).codec
    return ""


def _read(raw: bytes, own: frozenset[str]) -> Letter:
    structure = read_structure(raw)
    root, head = structure.root, structure.root.head
    notes = [*structure.notes, *text_parts.open_signed(root)]
    hint = _hint(root)
    bodies = text_parts.find_bodies(root)
    body = text_parts.body_text(bodies, root, hint)
    notes.extend(body.notes)
    sender, rewritten = _sender(head, hint)
    if rewritten:
        notes.append(rewritten)
    return_path = _return_path(head, hint)
    subject = text_of(head.first("subject"), hint)[: limits.SUBJECT_CHARACTERS]
    in_reply_to, references = _others(head, "in-reply-to", hint), _others(head, "references", hint)
    folds = _folds(bodies, body, hint, subject, answers=bool(in_reply_to or references))
    reports, originals, part_types = _reports(root)
    report_type = root.parameters.get("report-type", "").lower()
    seen = classify.Evidence(
        head, sender, return_path, subject, root.type, report_type, part_types,
        reports, body.text, own, lambda: structure.data,
    )  # fmt: skip
    kind, reasons = classify.classify(seen)
    if kind in (Kind.BOUNCE, Kind.DELAYED):
        reports = reports or _inner_reports(originals)
        if not reports:
            came_to = [*_all_addresses(head, "to", hint), *_all_addresses(head, "delivered-to", hint)]
            mine = {*own, *(one.key for one in came_to)}
            reports = bounces.text_reports(body.text, mine, text_of(head.first("x-failed-recipients")))
        originals.append(body.text.encode("utf-8", "replace"))
    may, forbidden = classify.may_answer(seen, kind)
    message_id, made = _message_id(head, raw)
    parts = tuple(found.part(index) for index, found in enumerate(_attachments(root, bodies, hint)))
    return Letter(
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        message_id=message_id,
        made_message_id=made,
        sender=sender,
        reply_to=_all_addresses(head, "reply-to", hint),
        return_path=return_path,
        to=_all_addresses(head, "to", hint),
        cc=_all_addresses(head, "cc", hint),
        subject=subject,
        date=_date(head),
        in_reply_to=in_reply_to,
        references=references,
        text=body.text,
        html=body.html,
        folds=folds,
        attachments=parts,
        kind=kind,
        kind_reasons=reasons,
        may_answer=may,
        may_answer_reasons=forbidden,
        headers=_shown_headers(head, hint),
        body_hash=hashlib.sha256(
            memoryview(structure.data)[min(head.body, len(structure.data)) :]
        ).hexdigest(),
        reports=reports if kind in (Kind.BOUNCE, Kind.DELAYED, Kind.DELIVERED) else (),
        reported_ids=bounces.reported_ids(originals)
        if kind in (Kind.BOUNCE, Kind.DELAYED, Kind.DELIVERED, Kind.FEEDBACK)
        else (),
        received=len(head.every("received")),
        list_id=_list_id(head, hint),
        notes=tuple(dict.fromkeys(notes)),
        problems=structure.problems,
    )


def _folds(
    bodies: text_parts.Bodies, body: text_parts.BodyText, hint: str, subject: str, *, answers: bool
) -> tuple[Fold, ...]:
    """What folds: nothing where the letter is passed on, no signature where nothing is quoted.

    In a first letter lines with `>` above its end are as often a pasted console as a quote: they stay.
    """
    if PASSED_ON.match(subject) or (not answers and _DIGEST.search(subject)):
        return ()
    folds = quotes.fold(body.text, (), body.quoted)
    if not folds and not body.quoted:
        twins = [
            text
            for node in bodies.aside
            if node.type in text_parts.HTML_TYPES
            for text in _quotes_of(node, hint)
        ]
        if twins:
            folds = quotes.fold(body.text, twins)
    first = not answers and not _ANSWER.match(subject)
    if first and all(fold.why in ("signature", "sent from", "quoted lines") for fold in folds):
        length = len(body.text.rstrip())
        return tuple(
            fold
            for fold in folds
            if fold.why == "sent from" or (fold.why == "quoted lines" and fold.end >= length)
        )
    if not body.quoted and all(fold.why in ("signature", "sent from") for fold in folds):
        return tuple(
            fold
            for fold in folds
            if fold.why == "sent from" or _quotes_below(body.text[fold.start : fold.end])
        )
    return folds


def _quotes_below(signature: str) -> bool:
    """Whether a quote stands below a signature, folded away with it."""
    _delimiter, _line, rest = signature.strip().partition("\n")
    return any(fold.why not in ("signature", "sent from") for fold in quotes.fold(f"-\n\n{rest}"))


def _quotes_of(node: Node, hint: str) -> tuple[str, ...]:
    html, _ = text_parts.part_text(node, hint)
    return quoted_texts(html) if may_hold_quotes(html) else ()


def _unread(raw: bytes, problem: str) -> Letter:
    """What can still be said of a letter that broke the reader: its fields, its bytes as text."""
    head, subject, sender = Head((), 0), "", None
    try:
        structure: Structure = read_structure(raw[: limits.HEADER_BYTES])
        head = structure.root.head
        subject = text_of(head.first("subject"))[: limits.SUBJECT_CHARACTERS]
        sender, _ = _sender(head, "")
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        problem += "; headers too"
    text = decode(raw[: limits.HEADER_BYTES], "").text.replace("\r\n", "\n")
    digest = hashlib.sha256(raw).hexdigest()
    return Letter(
        sha256=digest, size=len(raw), message_id=f"{digest[:40]}@{MADE_DOMAIN}", made_message_id=True,
        sender=sender, reply_to=(), return_path=None, to=(), cc=(), subject=subject, date=None,
        in_reply_to=(), references=(), text=text,
        html=False, folds=(), attachments=(), kind=Kind.PERSON, kind_reasons=(), may_answer=False,
        may_answer_reasons=("unreadable",), headers=(), body_hash=digest, problems=(problem,),
    )  # fmt: skip


def _attachments(root: Node, bodies: text_parts.Bodies, hint: str) -> Iterator[Found]:
    """Every attachment in document order: the same walk for `read_letter` and `read_part`."""
    pictured = _pictured(root, bodies, hint)

    def shown_in_place(node: Node) -> bool:
        if node.main != "image" or node.disposition == "attachment":
            return bool(pictured and node.content_id and node.content_id in pictured)
        return (id(node) in bodies.related and bool(node.content_id)) or node.content_id in pictured

    shown = {id(node) for node in bodies.shown}
    for node in leaves(root):
        if id(node) in bodies.attached:
            yield from attachments_of((node,), shown_in_place, hint)
        elif id(node) in shown and node.type == "text/plain":
            yield from files_in_text(node)


def _pictured(root: Node, bodies: text_parts.Bodies, hint: str) -> frozenset[str]:
    """The Content-IDs the HTML shows; read only where some part has one."""
    if not any(node.content_id for node in leaves(root) if id(node) in bodies.attached):
        return frozenset()
    found: set[str] = set()
    for node in (*bodies.shown, *bodies.aside):
        if node.type in text_parts.HTML_TYPES:
            found.update(_CID.findall(text_parts.part_text(node, hint)[0]))
    return frozenset(found)


def _all_addresses(head: Head, name: str, hint: str) -> tuple[Address, ...]:
    found: list[Address] = []
    for raw in head.every(name)[:50]:
        found.extend(read_addresses(raw, hint))
    return tuple(dict.fromkeys(found))[: limits.ADDRESSES_PER_LETTER]


def _sender(head: Head, hint: str) -> tuple[Address | None, str]:
    """Who wrote: From, else Reply-To, Sender, Return-Path; behind a list the original; and a note."""
    bare: Address | None = None
    for name in ("from", "reply-to", "sender", "return-path"):
        for raw in head.every(name)[:3]:
            for address in read_addresses(raw, hint)[:5]:
                if "@" in address.address:
                    if bare is not None and bare.name and not address.name:
                        address = Address(bare.name, address.address)
                    return (
                        _behind_list(address, head, hint)
                        if name == "from"
                        else (address, f"sender from {name}")
                    )
                bare = bare or (address if address.address or address.name else None)
    return (bare if bare is not None and bare.address else None), ""


def _behind_list(sender: Address, head: Head, hint: str) -> tuple[Address, str]:
    """The person behind `X via List <list@…>`, as lists write it because of DMARC."""
    for name in ("x-original-from", "x-original-sender"):
        for address in read_addresses(head.first(name), hint)[:1]:
            if (
                "@" in address.address
                and address.key != sender.key
                and (name == "x-original-from" or _VIA.match(sender.name))
            ):
                return Address(
                    address.name or _before_via(sender.name), address.address
                ), f"rewritten by a list: {sender.address}"
    if not _VIA.match(sender.name):
        return sender, ""
    listed = (
        head.first("list-id") is not None
        or head.first("list-post") is not None
        or head.first("precedence") is not None
    )
    for address in read_addresses(head.first("reply-to"), hint):
        if (
            "@" in address.address
            and address.key != sender.key
            and (listed or address.name == _before_via(sender.name))
        ):
            return Address(
                address.name or _before_via(sender.name), address.address
            ), f"rewritten by a list: {sender.address}"
    return sender, ""


def _before_via(name: str) -> str:
    found = _VIA.match(name)
    return found[1].strip("'\" ") if found else name


def _return_path(head: Head, hint: str) -> str | None:
    raw = head.first("return-path")
    if raw is None:
        return None
    found = read_addresses(raw, hint)
    return found[0].address if found else ""


def _date(head: Head) -> datetime | None:
    return read_date(text_of(head.first("date")))


def _others(head: Head, name: str, hint: str) -> tuple[str, ...]:
    """The ids of other letters that a field names; the address of somebody in this letter is none."""
    ids = read_ids(head.every(name))
    if not ids:
        return ()
    people = {one.key for field in ("from", "to", "reply-to") for one in _all_addresses(head, field, hint)}
    return tuple(each for each in ids if each.casefold() not in people)


def _message_id(head: Head, raw: bytes) -> tuple[str, bool]:
    ids = read_ids(head.every("message-id"))
    if ids:
        return ids[0], False
    written = _SPACE.sub("", text_of(head.first("message-id"))).strip("<>")
    if written:
        return written[:ID_CHARACTERS], False
    return f"{hashlib.sha256(raw).hexdigest()[:40]}@{MADE_DOMAIN}", True


def _list_id(head: Head, hint: str) -> str:
    text = text_of(head.first("list-id"), hint)
    found = _ID.search(text)
    return (found[1] if found else text).strip()[:255]


def _shown_headers(head: Head, hint: str) -> tuple[tuple[str, str], ...]:
    shown: list[tuple[str, str]] = []
    room = limits.HEADER_BYTES
    for name, value in head.fields:
        text = text_of(value[: 4 * HEADER_CHARACTERS], hint)[:HEADER_CHARACTERS]
        room -= len(text) + len(name)
        if room < 0:
            break
        shown.append((name, text))
    return tuple(shown)


def _inner_reports(originals: list[bytes]) -> tuple[DeliveryReport, ...]:
    """What a report says that a filter on the way wrapped into one of its own."""
    for original in originals[:3]:
        inner = read_structure(original.lstrip(b"\r\n")).root
        if inner.type == "multipart/report":
            reports, returned, _ = _reports(inner)
            originals.extend(returned)
            return reports
    return ()


def _reports(root: Node) -> tuple[tuple[DeliveryReport, ...], list[bytes], frozenset[str]]:
    """What the status parts say, the returned originals, and the types of all parts."""
    reports: list[DeliveryReport] = []
    originals: list[bytes] = []
    types: set[str] = set()
    for node in leaves(root):
        types.add(node.type)
        for part in (node, node.parent):
            # the blank line between the part's head and the returned letter's is missing
            known = part.head.first("message-id") if part is not None and part is not root else None
            if known:
                originals.append(b"message-id: " + known.strip())
        if node.type in ("message/delivery-status", "message/global-delivery-status"):
            types.add("message/delivery-status")
            status = part_bytes(node)[: limits.HEADER_BYTES]
            reports.extend(bounces.delivery_reports(status))
            # some put the returned letter's head into it
            originals.append(status)
        elif node.type in (
            "message/rfc822",
            "text/rfc822-headers",
            "message/rfc822-headers",
            "message/global",
            "message/global-headers",
            "message/partial",
        ):
            originals.append(part_bytes(node)[: limits.HEADER_BYTES])
    return tuple(reports[: bounces.REPORTS_MOST]), originals, frozenset(types)
