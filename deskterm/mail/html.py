"""HTML bodies: made safe, their quotes found in the tree, turned into text.

nh3 makes it safe, selectolax finds quoted history and marks where it begins and ends, inscriptis lays out the
text. inscriptis recurses and its parser drops text nested over 256 deep, so very deep or very large bodies
get their text from selectolax alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Final

import nh3
from inscriptis import get_text  # type: ignore[import-untyped]
from inscriptis.css_profiles import CSS_PROFILES  # type: ignore[import-untyped]
from inscriptis.html_properties import Display  # type: ignore[import-untyped]
from inscriptis.model.config import ParserConfig  # type: ignore[import-untyped]
from inscriptis.model.html_element import HtmlElement  # type: ignore[import-untyped]
from selectolax.lexbor import LexborHTMLParser, LexborNode

from deskterm import limits
from deskterm.mail import html_tables, quote_patterns
from deskterm.mail.attributions import LINE_CHARACTERS, any_of
from deskterm.mail.charset import real

LAID_OUT_CHARACTERS: Final = 256 * 1024
"""Larger HTML is not laid out, only read."""

MOST_CELLS: Final = 1500
MOST_QUOTES: Final = 50
MOST_MAYBES: Final = 20
MOST_LAID_OUT_CELLS: Final = 1024 * 1024

QUOTE_SELECTORS: Final = (
    ("blockquote[type=cite]", "quote"),
    (".gmail_quote", "quote (Gmail)"),
    (".gmail_quote_container", "quote (Gmail)"),
    ("[class*=yahoo_quoted]", "quote (Yahoo)"),
    ("blockquote.iosymail", "quote (Yahoo)"),
    (".protonmail_quote", "quote (Proton)"),
    (".tutanota_quote", "quote (Tuta)"),
    (".moz-cite-prefix", "attribution"),
    (".moz-forward-container", "forwarded"),
    ("blockquote.gmail_quote", "quote (Gmail)"),
    ("div[name=messageReplySection]", "quote"),
    ("div[name=quote]", "quote (GMX)"),
    (".gmail_quote_attribution", "attribution"),
    (".cm_quote", "quote"),
    (".skiff_quote", "quote"),
    (".ecalNovCite", "quote"),
    ("#isForwardContent", "quote"),
    ("#reply139content", "quote"),
    ("#origbody", "quote"),
    ("#oriMsgHtmlSeperator", "quote"),
    ("#OLK_SRC_BODY_SECTION", "quote (Outlook)"),
    ("#mail-editor-reference-message-container", "quote (Outlook)"),
    ("#isReplyContent", "quote"),
    ("#replySplit", "quote"),
    (".mail-quote-collapse", "quote (mail.ru)"),
    (".js-helper.js-readmsg-msg", "quote (mail.ru)"),
    (".yandex-quote", "quote (Yandex)"),
    (".b-quote", "quote (Yandex)"),
    ("blockquote[class^=mailru]", "quote (mail.ru)"),
    ("blockquote[class*=quote]", "quote"),
    ("blockquote[style*=border-left]", "quote"),
    (".zmail_extra", "quote (Zoho)"),
    (".freshdesk_quote", "quote"),
    (".front-blockquote", "quote"),
)
"""Elements that are quoted history as a whole, save for answers written between the quotes in them."""

MAYBE_QUOTED: Final = "quote, if attributed"
"""What people also indent with: a quote only under an attribution or around header lines."""

MAYBE_SELECTORS: Final = "blockquote, div[style*=border-left]"

SIGNATURE_SELECTORS: Final = (
    ("#ms-outlook-mobile-signature", "sent from"),
    (".protonmail_signature_block-proton", "sent from"),
    ("#composer_signature", "sent from"),
    ("#ymail_android_signature", "sent from"),
    (".yahoo-signature", "sent from"),
    ("#huawei-signature", "sent from"),
    (".k9mail-signature", "signature"),
    (".moz-signature", "signature"),
    ("#MAC_OUTLOOK_SIGNATURE", "signature"),
    ("div[name=messageSignatureSection]", "signature"),
)
"""Elements in which a program puts what stands under every letter."""

CUT_SELECTORS: Final = (
    ("[id$=divRplyFwdMsg]", "quote (Outlook)"),
    (".OutlookMessageHeader", "quote (Outlook)"),
    ("#zwchr", "quote (Zimbra)"),
    ("#appendonsend", "quote (Outlook)"),
    ("#stopSpelling", "quote (Outlook)"),
)
"""Elements that begin the quoted history: it takes them and everything behind them in their parent."""

_ATTRIBUTES: Final = {
    "*": {"class", "id", "style", "dir", "lang", "title", "name", "align"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "width", "valign"},
    "th": {"colspan", "rowspan", "width", "valign"},
    "table": {"width", "border", "cellpadding", "cellspacing"},
    "blockquote": {"type", "cite"},
    "ol": {"start", "type"},
    "li": {"value"},
    "font": {"color", "size", "face"},
}
_STYLES: Final = {
    "display", "border", "border-top", "border-left", "color", "background-color", "font-weight",
    "font-style",
    "text-decoration", "text-align", "white-space", "margin-left", "padding-left", "font-size", "font-family",
}  # fmt: skip
_DROPPED_WITH_CONTENT: Final = {
    "script",
    "style",
    "title",
    "iframe",
    "object",
    "svg",
    "math",
    "template",
    "noembed",
}
_TAGS: Final = (
    nh3.ALLOWED_TAGS | {"font", "u", "strike", "big", "address", "section", "article"}
) - _DROPPED_WITH_CONTENT

_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto", "tel", "cid", "ftp"},
    filter_style_properties=_STYLES,
    link_rel="noopener noreferrer",
)
_BLOCK: Final = HtmlElement(display=Display.block)
_LAYOUT: Final = ParserConfig(
    css={
        **CSS_PROFILES["strict"],
        **dict.fromkeys(("hr", "section", "center", "caption", "dl", "dt", "details", "summary"), _BLOCK),
        "dd": HtmlElement(display=Display.block, padding_inline=4),
    },
    table_cell_separator="  ",
)

_BEGIN: Final = "\U0010fff0"
_END: Final = "\U0010fff1"
_FIRST_REASON: Final = 0x10FF00
_MARKS: Final = re.compile(
    f"[\U0010ff00-\U0010ff40\U0010fff0\U0010fff1{html_tables.HARD_BLANK}{html_tables.MARKS}]"
)
_MARK_IN_LINE: Final = re.compile("\U0010fff0[\U0010ff00-\U0010ff40]?|\U0010fff1")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_VOID: Final = frozenset(
    {"br", "img", "hr", "wbr", "col", "area", "input", "meta", "link", "base", "embed", "source"}
)
_WIDE_GAP: Final = re.compile(r"(?<=\S) {4,}(?=\S)")
_WIDE_INDENT: Final = " " * 24
_BLANK_BLOCK: Final = re.compile(r"<div\b[^<>]{0,300}>\s{0,20}&nbsp;(?:&nbsp;|\s){0,20}</div>")
"""How mail.ru, Yandex and Outlook write an empty line; the layout would lose it."""
_HUGE_TAG: Final = re.compile(r"<([a-zA-Z][a-zA-Z0-9]{0,20})[^<>]{8192,}>")
_UNSEEN: Final = re.compile(r"(?i)<(script|style|title|template)\b")
_CELL_END: Final = re.compile(r"(?i)</?t[dh]\b[^<>]*>")
_COMMENT: Final = re.compile(r"<!--(?:[^-]|-(?!->))*-->|<!--(?:[^-]|-(?!->))*\Z")
_ANY_TAG: Final = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_META_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE
)
_BLOCK_END: Final = re.compile(r"(?i)<(?:br|hr|/?p|/div|/tr|/li|/h[1-6]|/table|/?blockquote)\b[^<>]*>")


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The text of an HTML body and the ranges of it that the tree calls quoted: (start, end, why)."""

    text: str
    quoted: tuple[tuple[int, int, str], ...] = ()


def meta_charset(data: bytes) -> str:
    """The charset an HTML document names itself, '' where it names none."""
    found = _META_CHARSET.search(data, 0, 4096)
    return found[1].decode("ascii") if found else ""


def safe_html(html: str) -> str:
    """The HTML without scripts, styles sheets, comments, foreign schemes and event handlers."""
    html = _HUGE_TAG.sub(r"<\1>", html[: limits.BODY_CHARACTERS])
    if deeper_than(html, limits.HTML_DEPTH):
        return "<pre>" + escape(_unmarked(_flat_text(html), []).text) + "</pre>"
    return _CLEANER.clean(html)


def html_to_text(html: str) -> str:
    """The text of an HTML body as it is shown."""
    return read_html(html).text


def read_html(html: str, layout: bool = True) -> HtmlText:
    """The text of an HTML body, and where its tree says that it is quoted; cheap without layout."""
    html = _HUGE_TAG.sub(r"<\1>", _MARKS.sub("", real(html[: limits.BODY_CHARACTERS])))
    if deeper_than(html, limits.HTML_DEPTH):
        return _unmarked(_flat_text(html), [])
    safe = _CLEANER.clean(html)
    if deeper_than(safe, limits.HTML_DEPTH):
        return _unmarked(_flat_text(safe), [])
    tree = LexborHTMLParser(safe)
    flat = not layout or len(safe) > LAID_OUT_CHARACTERS or _too_wide(safe)
    tables = [] if flat else html_tables.take_out(tree)
    reasons = _mark_quotes(tree)
    marked = (tree.html or "") if reasons or not flat else safe
    return _unmarked(_flat_text(marked) if flat else _laid_out(html_tables.put_in(marked, tables)), reasons)


def _laid_out(html: str) -> str:
    """The text by inscriptis, else read flat."""
    try:
        return str(get_text(_BLANK_BLOCK.sub("<div><br></div>", html), _LAYOUT))
    except (RecursionError, ValueError, AssertionError, IndexError, KeyError, TypeError):
        return _flat_text(html)


def _flat_text(html: str) -> str:
    """The text without a tree: a line for each block; linear whatever the nesting."""
    pieces: list[str] = []
    at = 0
    for unseen in _UNSEEN.finditer(html):
        if unseen.start() < at:
            continue
        closing = html.find("</" + unseen[1], unseen.end())
        pieces.append(html[at : unseen.start()])
        at = len(html) if closing < 0 else closing
    pieces.append(html[at:])
    shown = _BLOCK_END.sub("\n", _COMMENT.sub("", "".join(pieces)).replace("\n", " "))
    return unescape(_ANY_TAG.sub("", _CELL_END.sub("  ", shown)))


def _too_wide(html: str) -> bool:
    """Whether its tables would cost the square of their size: many cells, or long lines beside many."""
    if "<td" not in html and "<th" not in html:
        return False
    if html.count("<td") + html.count("<th") > MOST_CELLS:
        return True
    return html.count("<") * max(map(len, html.split("<"))) > MOST_LAID_OUT_CELLS


def deeper_than(html: str, most: int) -> bool:
    """Whether elements are nested deeper than that, counted without building a tree."""
    if html.count("<") <= most:
        return False
    depth = 0
    for closing, name in _TAG.findall(html):
        if closing:
            depth -= depth > 0
        elif name not in _VOID and name.lower() not in (
            "p",
            "li",
            "td",
            "tr",
            "th",
            "option",
            "dt",
            "dd",
            *_VOID,
        ):
            depth += 1
            if depth > most:
                return True
    return False


def _mark_quotes(tree: LexborHTMLParser) -> list[str]:
    """Put marks around every quoted subtree; the reasons in the order of their beginning marks."""
    found: list[tuple[LexborNode, LexborNode, str]] = []
    for selector, why in QUOTE_SELECTORS:
        for node in tree.css(selector):
            found.extend((first, last, why) for first, last in _between_answers(node))
    for selector, why in SIGNATURE_SELECTORS:
        found.extend((node, node, why) for node in tree.css(selector))
    for selector, why in CUT_SELECTORS:
        for node in tree.css(selector):
            last = node
            while last.next is not None:
                last = last.next
            found.append((node, last, why))
    found.extend(_after_rule(tree))
    known = ", ".join(selector for selector, _ in (*QUOTE_SELECTORS, *CUT_SELECTORS))
    for node in tree.css(MAYBE_SELECTORS)[:MOST_MAYBES]:
        if node.css_first(known) is None:
            found.append((node, node, MAYBE_QUOTED))
    reasons: list[str] = []
    for number, (first, last, why) in enumerate(found[:MOST_QUOTES]):
        reasons.append(why)
        first.insert_before(_BEGIN + chr(_FIRST_REASON + number))
        last.insert_after(_END)
    return reasons


def _between_answers(quote: LexborNode) -> list[tuple[LexborNode, LexborNode]]:
    """The quoted runs of a quote: parted by what is written between or under the blockquotes in it."""
    inner: list[LexborNode] = []
    answered = False
    child = quote.child if quote.tag == "div" else None
    while child is not None:
        if child.tag == "blockquote":
            inner.append(child)
        elif inner and not answered and child.tag not in ("script", "style") and (child.text() or "").strip():
            answered = True
        child = child.next
    first = quote.child
    if not inner or not answered or first is None:
        return [(quote, quote)]
    return [(first, inner[0]), *((each, each) for each in inner[1:MOST_QUOTES])]


_FROM: Final = re.compile(rf"\s*(?:{any_of(quote_patterns.FIELDS['from'])})\s?[:：]")
_NEXT_FIELD: Final = re.compile(
    "(?:"
    + any_of(
        [name for role in ("sent", "to", "subject") for name in quote_patterns.FIELDS[role] if len(name) > 1]
    )
    + ")\\s?[:：]"
)


def _after_rule(tree: LexborHTMLParser) -> list[tuple[LexborNode, LexborNode, str]]:
    """Outlook's blocks: a rule, or a box with a line above it, followed by From:/От:, and all behind it."""
    found: list[tuple[LexborNode, LexborNode, str]] = []
    for node in tree.css(
        'hr, div[style*="border-top"], div[style*="border:none"], div[style*="border: none"]'
    )[:30]:
        following = node.next
        for _ in range(5):
            if following is None or (following.text() or "").strip():
                break
            following = following.next
        text = (node.text() or "") if node.tag == "div" else _text_from(following)
        begun = _FROM.match(text[:LINE_CHARACTERS])
        if begun is None or not _NEXT_FIELD.search(text, begun.end(), begun.end() + LINE_CHARACTERS):
            continue
        first = node
        last = node
        while (parent := first.parent) is not None and parent.tag == "div" and _is_first(first):
            first = last = parent
        while last.next is not None:
            last = last.next
        found.append((first, last, "quote (Outlook)"))
        break
    return found


def _text_from(node: LexborNode | None) -> str:
    """The beginning of the text of a node and of the dozen behind it."""
    pieces: list[str] = []
    for _ in range(12):
        if node is None:
            break
        pieces.append((node.text() or "")[: 2 * LINE_CHARACTERS])
        node = node.next
    return "".join(pieces)


def _is_first(node: LexborNode) -> bool:
    before = node.prev
    while before is not None:
        if (before.text() or "").strip():
            return False
        before = before.prev
    return True


def _unmarked(text: str, reasons: list[str]) -> HtmlText:
    """The lines without trailing blanks, wide gaps and runs of blank lines; the marks become ranges."""
    lines: list[str] = []
    quoted: list[tuple[int, int, str]] = []
    opened: list[tuple[int, str]] = []
    waiting: list[str] = []
    length = blanks = 0
    for line in text.replace("\xa0", " ").split("\n"):
        bare = _MARK_IN_LINE.sub("", line) if reasons else line
        bare = _WIDE_GAP.sub("   ", bare.rstrip())
        if bare.startswith(_WIDE_INDENT):
            bare = _WIDE_INDENT[:8] + bare.lstrip(" ")
        blank = not bare
        if not blank:
            if lines and blanks:
                lines.append("")
                length += 1
            for why in waiting:
                opened.append((length, why))
            waiting.clear()
            blanks = 0
        for mark in _MARK_IN_LINE.finditer(line) if reasons else ():
            if mark[0] != _END:
                number = ord(mark[0][1]) - _FIRST_REASON if len(mark[0]) > 1 else 0
                why = reasons[number] if 0 <= number < len(reasons) else "quote"
                before = _MARK_IN_LINE.sub("", line[: mark.start()]).strip()
                if blank:
                    waiting.append(why)
                else:
                    opened.append((length + len(before), why))
            elif waiting:
                waiting.pop()
            elif opened:
                start, why = opened.pop()
                inside = not blank and bool(_MARKS.sub("", line[: mark.start()]).strip())
                end = length + len(bare) + 1 if inside else length
                if not opened and end > start:
                    quoted.append((start, end, why))
        if blank:
            blanks += 1
            continue
        lines.append(bare)
        length += len(bare) + 1
    if opened and length > opened[0][0]:
        quoted.append((opened[0][0], length, opened[0][1]))
    whole = "\n".join(lines).replace(html_tables.HARD_BLANK, " ")
    return HtmlText(whole, tuple((start, min(end, len(whole)), why) for start, end, why in quoted))


_NO_QUOTE: Final = frozenset({MAYBE_QUOTED, *(why for _, why in SIGNATURE_SELECTORS)})
_QUOTE_HINT: Final = re.compile(
    r"(?i)gmail_quote|<blockquote|divRplyFwdMsg|appendonsend|OLK_SRC|yahoo_quoted|moz-cite|<hr|border-top"
    r"|_quote"
)


def may_hold_quotes(html: str) -> bool:
    """Whether it is worth looking for quotes in the tree."""
    return bool(_QUOTE_HINT.search(html))


def quoted_texts(html: str) -> tuple[str, ...]:
    """The texts of the quoted subtrees of an HTML body."""
    shown = read_html(html, layout=False)
    return tuple(shown.text[start:end] for start, end, why in shown.quoted if why not in _NO_QUOTE)
