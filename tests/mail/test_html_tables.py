"""Tables, lists and code of HTML letters as text: columns under each other, nothing lost, nothing crashes."""

from __future__ import annotations

import random

from rich.cells import cell_len

from deskterm.mail.html import html_to_text
from deskterm.mail.html_tables import WIDEST

ORDER = """
<p>Hello,</p>
<table><tr><th>Item</th><th>Quantity</th><th>Price</th></tr>
<tr><td>Laptop Lenovo X1</td><td>2</td><td>1 200,00</td></tr>
<tr><td>Мышь</td><td>14</td><td>9,90</td></tr><tr><td>你好</td><td></td><td>300</td></tr></table>
<p>Bye</p>"""


def test_columns_stand_under_each_other_in_cells_and_numbers_at_the_right() -> None:
    assert html_to_text(ORDER).split("\n") == [
        "Hello,",
        "",
        "Item              Quantity     Price",
        "Laptop Lenovo X1         2  1 200,00",
        "Мышь                    14      9,90",
        "你好                             300",
        "",
        "Bye",
    ]


def test_a_wide_table_is_wrapped_within_its_columns() -> None:
    long = "words of a description that go on " * 4
    shown = html_to_text(
        f"<table><tr><td>{long}</td><td>one</td></tr><tr><td>b</td><td>two</td></tr></table>"
    )
    lines = shown.split("\n")
    assert all(cell_len(line) <= WIDEST for line in lines)
    at = lines[-1].index("two")
    assert lines[0].index("one") == at and lines[1][at:] == "", "what is wrapped stays in its column"
    assert " ".join(" ".join(line[:at].split()) for line in lines[:-1]).split() == long.split()


def test_a_table_that_only_places_things_pushes_no_text_aside() -> None:
    placed = html_to_text(
        '<table><tr><td><img src="cid:x"></td><td></td><td><p>Dear customer,</p><p>It was sent.</p></td></tr>'
        "<tr><td colspan=3>A footer of some length</td></tr></table>"
    )
    assert placed == "Dear customer,\n\nIt was sent.\n\nA footer of some length"


def test_lists_terms_and_code_keep_their_shape() -> None:
    assert html_to_text("<ol start=5><li>five</li><li>six</li></ol>") == " 5. five\n 6. six"
    assert html_to_text("<dl><dt>Term</dt><dd>Meaning</dd></dl>") == "Term\n    Meaning"
    assert html_to_text("<pre>a        b\ncc       d</pre>") == "a        b\ncc       d"


def test_whatever_tables_stand_in_each_other_every_word_is_shown() -> None:
    chance = random.Random(7)
    pieces = (
        "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th>", "<td colspan=2>", "<pre>", "</pre>",
        "<ol start=3>", "<li>", "</ol>", "<p>", "<div>", "</div>", "<blockquote>", "\U0010fe00", "\U0010fff2",
    )  # fmt: skip
    for _letter in range(150):
        words = [f"word{number}" for number in range(12)]
        html = "".join(chance.choice(pieces) + word for word in words)
        shown = html_to_text(html)
        assert [word for word in words if word not in shown] == [], html
