"""`python -m benchmarks.reading`: how much of tests/letters is read as a person would, and how fast."""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any, Final

from deskterm.mail.letter import Letter
from deskterm.mail.parse import read_letter
from tests.mail.corpus import EXPECTED, raw_letter, said

COLUMNS: Final = {
    "sender": ("sender",),
    "subject": ("subject",),
    "body": ("text", "text_words", "text_has", "text_lacks"),
    "files": ("attachments", "inline", "part_bytes"),
    "kind": ("kind",),
    "answer?": ("may_answer",),
    "reports": ("reports", "reported_ids"),
    "reply": ("visible", "visible_words", "visible_has", "visible_lacks"),
    "whole": ("folds",),
}
"""The columns of the table and the expectations each counts; `whole`: letters in which nothing may fold."""


def main() -> None:
    """Read the corpus, print what came out right by language and by mail program, and the time it took."""
    parser = argparse.ArgumentParser(prog="benchmarks.reading", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="name the letters that were read otherwise")
    given = parser.parse_args()
    right: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    for name, expected in EXPECTED.items():
        letter = read_letter(raw_letter(name), own_addresses=frozenset(expected.get("own", ())))
        for column, good in judged(letter, expected).items():
            for group in ("all", f"language {expected['language']}", f"program {expected['program']}"):
                right[group, column, "asked"]["n"] += 1
                right[group, column, "good"]["n"] += good
            if not good:
                wrong.append(f"{name}: {column}")
    groups = Counter(group for group, column, what in right if what == "asked" and column)
    print(f"{'':24}" + "".join(f"{column:>10}" for column in COLUMNS))
    for group in sorted(groups, key=lambda group: (group != "all", group)):
        cells = [
            f"{right[group, column, 'good']['n']}/{right[group, column, 'asked']['n']}"
            if right[group, column, "asked"]["n"]
            else ""
            for column in COLUMNS
        ]
        print(f"{group:24}" + "".join(f"{cell:>10}" for cell in cells))
    speeds()
    if given.wrong:
        print("\n".join(wrong))


def judged(letter: Letter, expected: dict[str, Any]) -> dict[str, bool]:
    """Column → whether all that is expected of it came out; columns nobody asks about are left out."""
    found = said(letter)
    answers: dict[str, bool] = {}
    for column, keys in COLUMNS.items():
        asked = [
            key for key in keys if key in expected and (key in found or key.endswith(("_has", "_lacks")))
        ]
        if column == "whole" and expected.get("folds") != 0:
            continue
        if asked:
            answers[column] = all(_holds(key, expected[key], found) for key in asked)
    return answers


def _holds(key: str, wanted: Any, found: dict[str, Any]) -> bool:
    whole, _, test = key.partition("_")
    if test == "has":
        return all(piece in found[whole] for piece in wanted)
    if test == "lacks":
        return not any(piece in found[whole] for piece in wanted)
    return bool(found[key] == wanted)


def speeds() -> None:
    """Milliseconds for a plain letter, an HTML one of 16 kB, and the slowest of the corpus."""
    plain = raw_letter("outlook-2003-ru")
    row = "<p>Строка таблицы заявок, <b>важно</b>: принтер на третьем этаже.</p>\n"
    head = b"From: irina@romashka.example\nSubject: HTML\nContent-Type: text/html; charset=utf-8\n\n"
    large = head + (row * (16_384 // len(row.encode()))).encode()
    print(f"plain letter            {_median([plain] * 50):7.2f} ms    (wanted ≤ 2)")
    print(f"HTML letter of 16 kB    {_median([large] * 20):7.2f} ms    (wanted ≤ 15)")
    slowest = max((_median([raw_letter(name)] * 3), name) for name in EXPECTED)
    print(f"slowest of the corpus   {slowest[0]:7.2f} ms    {slowest[1]}")


def _median(letters: Iterable[bytes]) -> float:
    taken = []
    for raw in letters:
        before = time.perf_counter()
        read_letter(raw)
        taken.append((time.perf_counter() - before) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
