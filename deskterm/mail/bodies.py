"""Which parts of a letter are its text, and that text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from deskterm import limits
from deskterm.mail import calendar
from deskterm.mail.attachments import tnef_text, written_name
from deskterm.mail.charset import codec_of, decode
from deskterm.mail.html import HtmlText, meta_charset, read_html, safe_html
from deskterm.mail.links import Link, links_in
from deskterm.mail.smime import signed_content
from deskterm.mail.structure import Node, leaves, read_structure, uuencoded

SHOWN_TEXT: Final = (
    "text/plain",
    "text/html",
    "text/enriched",
    "text/richtext",
    "text/markdown",
    "text/x-markdown",
    "text/xhtml",
    "application/xhtml+xml",
)
HTML_TYPES: Final = ("text/html", "text/xhtml", "application/xhtml+xml")
_STUB: Final = re.compile(
    r"(?i)(?:does not|doesn't|not|cannot|unable to) (?:support|display|view|show|render)[^.]{0,60}html"
    r"|html[- ](?:capable|enabled|compatible)"
    r"|this is an html|view (?:this|it) in html|не поддерживает[^.]{0,40}html|в формате html"
    r"|html[- ]format|im html-format"
)
_STUB_CHARACTERS: Final = 300
_SIGNATURES_MOST: Final = 20
"""Signed letters that are opened, side by side or one in another."""
_PGP_MESSAGE: Final = "-----BEGIN PGP MESSAGE-----"
_PGP_SIGNED: Final = re.compile(
    r"(?ms)^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Za-z-]+: [^\n]*\n)*\n(.*?)"
    r"^-----BEGIN PGP SIGNATURE-----\n.*?^-----END PGP SIGNATURE-----$"
)
_ENRICHED: Final = re.compile(r"<(?:<|/?[A-Za-z][A-Za-z0-9-]{0,60}>)")
_LINE_END: Final = re.compile("\r\n?|\u2028|\u2029|\x0c")


@dataclass(slots=True)
class Bodies:
    """The roles parts were given: shown text in order, attachments, alternatives left aside."""

    shown: list[Node] = field(default_factory=list)
    attached: set[int] = field(default_factory=set)
    """id() of each part that is an attachment."""
    aside: list[Node] = field(default_factory=list)
    """Text parts whose content is shown by another alternative."""
    notes: list[str] = field(default_factory=list)
    related: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class BodyText:
    """The whole text, the quoted ranges its HTML names, and how it came about."""

    text: str
    quoted: tuple[tuple[int, int, str], ...]
    html: bool
    notes: tuple[str, ...]


def open_signed(root: Node) -> list[str]:
    """Replace opaque S/MIME signatures by the letter inside, signed letters within it too; what was found."""
    notes: list[str] = []
    waiting = list(leaves(root))
    opened = 0
    for node in waiting:
        if node.type not in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            continue
        kind = node.parameters.get("smime-type", "").lower()
        wanted = kind != "enveloped-data" and opened < _SIGNATURES_MOST
        inner = signed_content(node.decoded()) if wanted else None
        if inner:
            structure = read_structure(inner)
            structure.root.parent = node
            node.children = [structure.root]
            waiting.extend(leaves(structure.root))
            opened += 1
            notes.append("signed (S/MIME)")
        else:
            notes.append(
                "encrypted (S/MIME)"
                if kind in ("enveloped-data", "authenveloped-data", "")
                else f"S/MIME {kind[:40]}"
            )
    return notes


def find_bodies(root: Node) -> Bodies:
    """Give every part its role."""
    bodies = Bodies()
    _assign(root, bodies)
    if not bodies.shown:
        for node in leaves(root):
            if (
                node.type in ("text/plain", "text/html")
                and id(node) in bodies.attached
                and node.disposition != "attachment"
            ):
                # the only text there is: shown, and by its name still a file
                if not _named(node):
                    bodies.attached.discard(id(node))
                bodies.shown.append(node)
                break
    return bodies


def _assign(node: Node, bodies: Bodies) -> None:
    kind = node.type
    if not node.children:
        _assign_leaf(node, bodies)
    elif kind == "multipart/alternative":
        _assign_alternative(node, bodies)
    elif kind == "multipart/related":
        start = node.parameters.get("start", "").strip("<> ")
        root = next(
            (child for child in node.children if start and child.content_id == start),
            next((child for child in node.children if not _hollow(child)), node.children[0]),
        )
        for child in node.children:
            if child is root:
                _assign(child, bodies)
            elif not _hollow(child):
                bodies.related.update(id(leaf) for leaf in leaves(child))
                _attach(child, bodies)
    elif kind == "multipart/encrypted":
        bodies.notes.append("encrypted (PGP)")
        _attach(node, bodies)
    elif kind in ("multipart/signed", "multipart/report"):
        if kind == "multipart/signed":
            protocol = node.parameters.get("protocol", "").lower()
            bodies.notes.append("signed (PGP)" if "pgp" in protocol else "signed (S/MIME)")
        _assign(node.children[0], bodies)
        for child in node.children[1:]:
            if kind == "multipart/report" and child.type in ("text/plain", "text/html"):
                _assign(child, bodies)
            else:
                _attach(child, bodies)
    else:
        for child in node.children:
            _assign(child, bodies)


def _assign_leaf(node: Node, bodies: Bodies) -> None:
    if node.type == "text/calendar":
        bodies.shown.append(node)
        bodies.attached.add(id(node))
    elif node.type in SHOWN_TEXT and node.disposition != "attachment" and not _named(node):
        if _repeats(node, bodies):
            bodies.aside.append(node)
        else:
            bodies.shown.append(node)
    elif (
        node.main == "text"
        and node.parent is None
        and node.disposition != "attachment"
        and not written_name(node)
    ):
        bodies.shown.append(node)
    else:
        bodies.attached.add(id(node))


def _hollow(node: Node) -> bool:
    """Whether a multipart held nothing: its parts stand behind it, as they use the outer boundary."""
    return node.was_multipart and not node.children and not node.raw().strip()


def _named(node: Node) -> bool:
    """Whether a text part is a file: it has a name, and is neither the letter itself nor its first part."""
    if not written_name(node) or node.parent is None:
        return False
    return not (
        node.parent.children[0] is node
        and node.disposition != "attachment"
        and node.parent.type != "multipart/mixed"
    )


def _repeats(node: Node, bodies: Bodies) -> bool:
    """Whether an HTML part repeats the text part before it, in a multipart/mixed of a broken mailer."""
    if node.type not in HTML_TYPES or not bodies.shown or node.parent is None:
        return False
    before = bodies.shown[-1]
    if before.type != "text/plain" or before.parent is not node.parent or before.end - before.start > 65536:
        return False
    plain = "".join(part_text(before)[0].split())[:400]
    return len(plain) > 20 and "".join(read_html(part_text(node)[0]).text.split())[:400] == plain


def _attach(node: Node, bodies: Bodies) -> None:
    for leaf in leaves(node):
        bodies.attached.add(id(leaf))


def _assign_alternative(node: Node, bodies: Bodies) -> None:
    """The plain text where it says something, else the HTML, else whatever is there."""
    plain = next(
        (
            child
            for child in node.children
            if child.type == "text/plain" and not child.children and not _is_stub(child)
        ),
        None,
    )
    rich = [child for child in node.children if any(leaf.type in HTML_TYPES for leaf in leaves(child))]
    texts = [child for child in node.children if child.children or child.type in SHOWN_TEXT]
    chosen = plain or (rich[-1] if rich else (texts[-1] if texts else None))
    for child in node.children:
        if child is chosen:
            if child is plain:
                bodies.shown.append(child)
            else:
                _assign(child, bodies)
            continue
        if plain is not None and _says_more(child, plain):
            bodies.shown.append(child)
            continue
        for leaf in leaves(child):
            if (
                leaf.parent is not None
                and leaf.parent.type == "multipart/related"
                and leaf.parent.children[0] is not leaf
            ):
                bodies.related.add(id(leaf))
            if leaf.type == "text/calendar":
                _assign_leaf(leaf, bodies)
            elif (
                leaf.type in (*SHOWN_TEXT, "text/x-amp-html", "text/watch-html")
                and leaf.disposition != "attachment"
                and not _named(leaf)
            ):
                bodies.aside.append(leaf)
            else:
                bodies.attached.add(id(leaf))


def _says_more(node: Node, plain: Node) -> bool:
    """Whether a second plain text among alternatives is another text: nothing would show it then."""
    if node.type != "text/plain" or node.children or node.disposition == "attachment" or _named(node):
        return False
    text = part_text(node)[0].split()
    return bool(text) and text != part_text(plain)[0].split()


def _is_stub(node: Node) -> bool:
    """Whether a plain alternative says nothing but that there is HTML."""
    if node.end - node.start > 4096:
        return False
    text = part_text(node)[0].strip()
    return not text or (len(text) < _STUB_CHARACTERS and bool(_STUB.search(text)))


def part_text(node: Node, hint: str = "") -> tuple[str, str]:
    r"""The decoded text of a text part with \n line ends, and a note on its charset ('' = as declared)."""
    data = node.decoded()
    if len(data) > 4 * limits.BODY_CHARACTERS:
        data = data[: 4 * limits.BODY_CHARACTERS]
    declared = node.parameters.get("charset", "")
    if node.type in HTML_TYPES and not codec_of(declared):
        declared = meta_charset(data) or declared
    if b"begin " in data and node.type == "text/plain":
        at, pieces = 0, []
        for file in uuencoded(data):
            pieces.append(data[at : file.start])
            at = file.end
        data = b"".join((*pieces, data[at:]))
    decoded = decode(data, declared, hint)
    text = (
        decoded.text
        if "\r" not in decoded.text and decoded.text.isascii()
        else _LINE_END.sub("\n", decoded.text)
    )
    note = f"charset guessed: {decoded.codec.replace('_', '-')}" if decoded.guessed else ""
    return text[: limits.BODY_CHARACTERS], note


def body_text(bodies: Bodies, root: Node, hint: str = "") -> BodyText:
    """The text parts in order as one text."""
    pieces: list[str] = []
    quoted: list[tuple[int, int, str]] = []
    notes: list[str] = list(bodies.notes)
    html = any(node.type in HTML_TYPES for node in bodies.aside)
    length = 0
    for node in bodies.shown:
        text, note = part_text(node, hint)
        if note:
            notes.append(note)
        cuts: tuple[tuple[int, int, str], ...] = ()
        if node.type in HTML_TYPES:
            html = True
            shown = read_html(text)
            text, cuts = shown.text, shown.quoted
        elif node.type == "text/calendar":
            text = calendar.summary_line(text)
        elif node.type in ("text/enriched", "text/richtext"):
            text = _ENRICHED.sub(lambda match: "<" if match[0] == "<<" else "", text)
        else:
            text = _opened(text, notes)
            if node.parameters.get("format", "").lower() == "flowed":
                text = unflowed(text, node.parameters.get("delsp", "").lower() == "yes")
        text = text.strip("\n") if pieces or len(bodies.shown) > 1 else text.rstrip("\n")
        if not text.strip():
            continue
        if pieces:
            pieces.append("\n\n")
            length += 2
        quoted.extend((start + length, min(end, len(text)) + length, why) for start, end, why in cuts)
        pieces.append(text)
        length += len(text)
        if length > limits.BODY_CHARACTERS:
            notes.append(f"text longer than {limits.BODY_CHARACTERS} characters")
            break
    if not pieces:
        text, is_html = _container_text(root)
        if is_html:
            inner: HtmlText = read_html(text)
            return BodyText(inner.text, inner.quoted, True, tuple(notes))
        return BodyText(text, (), html, tuple(dict.fromkeys(notes)))
    return BodyText(
        "".join(pieces)[: limits.BODY_CHARACTERS], tuple(quoted), html, tuple(dict.fromkeys(notes))
    )


def body_links(bodies: Bodies, text: str, hint: str = "") -> tuple[Link, ...]:
    """The links of the HTML parts that are shown, by their place in the whole text (`BodyText.text`).

    A plain text says the addresses itself. Read when somebody asks, not with every letter.
    """
    links: list[Link] = []
    at = 0
    for node in bodies.shown:
        if node.type not in HTML_TYPES:
            continue
        html = part_text(node, hint)[0]
        shown = read_html(html).text
        if not shown.strip():
            continue
        begins = text.find(shown.strip("\n"), at)
        if begins < 0:
            # laid out otherwise when it was kept: the words of the links stand there all the same
            begins, shown = at, text[at:]
        else:
            begins -= len(shown) - len(shown.lstrip("\n"))
        links.extend(
            Link(begins + link.start, begins + link.end, link.target)
            for link in links_in(safe_html(html), shown)
        )
        at = begins + len(shown)
    return tuple(links)


def _container_text(root: Node) -> tuple[str, bool]:
    """The text inside a winmail.dat, or what a report of delivery says, for letters that have no other."""
    for node in leaves(root):
        if node.type == "message/delivery-status" and node.raw().strip():
            return _LINE_END.sub("\n", decode(node.decoded()[: limits.HEADER_BYTES]).text).strip("\n"), False
        if "tnef" in node.type or written_name(node).casefold() == "winmail.dat":
            return tnef_text(node.decoded())
    return "", False


def _opened(text: str, notes: list[str]) -> str:
    """The text inside a clear PGP signature; an encrypted block stays and is noted."""
    if "-----BEGIN PGP " not in text:
        return text
    if _PGP_MESSAGE in text:
        notes.append("encrypted (PGP)")
    if "-----BEGIN PGP SIGNED MESSAGE-----" in text:
        begin = text.find("-----BEGIN PGP SIGNED MESSAGE-----")
        signed = _PGP_SIGNED.match(text, begin)
        if signed:
            notes.append("signed (PGP)")
            inner = re.sub(r"(?m)^- ", "", signed[1])
            return text[:begin] + inner + text[signed.end() :]
    return text


_FLOWED_QUOTE: Final = re.compile(r"^>*")


def unflowed(text: str, delete_space: bool) -> str:
    """Paragraphs of a format=flowed text joined again (RFC 3676 §4)."""
    result: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        signs = _FLOWED_QUOTE.match(line)
        quotes = signs.end() if signs else 0
        content = line[quotes:].removeprefix(" ")
        if paragraph and quotes != depth:
            result.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = quotes
        if content.endswith(" ") and content != "-- ":
            paragraph.append(content[:-1] if delete_space else content)
            continue
        if content == "-- " and paragraph:
            result.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        result.append(_quoted(depth, "".join((*paragraph, content))))
        paragraph = []
    if paragraph:
        result.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(result)


def _quoted(depth: int, content: str) -> str:
    return f"{'>' * depth} {content}".rstrip(" ") + (" " if content == "-- " else "") if depth else content
