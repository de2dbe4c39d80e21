"""Makes forms.txt of lemmas.txt by pymorphy3: `python -m tests.store.word_forms.generate`."""

from __future__ import annotations

import os.path
import sys

import pymorphy3

from tests.store.word_forms import FOLDER

KINDS = {"NOUN": {"NOUN"}, "ADJF": {"ADJF", "PRTF"}, "INFN": {"INFN"}}


def main() -> None:
    """A line a word: part of speech, dictionary form, what all forms begin with, the ends of each."""
    dictionary = pymorphy3.MorphAnalyzer(lang="ru")
    lines = ["# Made by generate.py: part of speech, word, the beginning of all its forms, their ends."]
    kind = ""
    for row in (FOLDER / "lemmas.txt").read_text("utf-8").splitlines():
        for word in [] if row.startswith("#") else row.split():
            if word in KINDS:
                kind = word
                continue
            readings = [one for one in dictionary.parse(word) if one.tag.POS in KINDS[kind]]
            if not readings or not dictionary.word_is_known(word):
                print(f"{word}: not in the dictionary as {kind}", file=sys.stderr)
                continue
            forms = sorted({form.word.replace("ё", "е") for form in readings[0].lexeme})
            begin = os.path.commonprefix(forms)
            ends = " ".join("-" + form.removeprefix(begin) for form in forms)
            lines.append(f"{kind} {word.replace('ё', 'е')} {begin}- {ends}")
    (FOLDER / "forms.txt").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
