"""Every screen and dialog there is has its picture in the docs, in both sizes and languages."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
BASES = frozenset({"Screen", "ModalScreen", "Dialog", "ActingScreen", "WritingScreen"})
"""What screens are made of, and none themselves."""
VARIANTS = ("-120x40.svg", "-80x24.svg", "-120x40-ru.svg", "-80x24-ru.svg")


def screens() -> set[str]:
    """The classes of the console that are screens or dialogs, by their bases."""
    parents: dict[str, set[str]] = {}
    for file in (ROOT / "deskterm" / "screens").rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                bases = (base.value if isinstance(base, ast.Subscript) else base for base in node.bases)
                parents[node.name] = {ast.unparse(base).rpartition(".")[2] for base in bases}
    found = set(BASES)
    while more := {name for name, bases in parents.items() if bases & found} - found:
        found |= more
    return found - BASES


def test_the_taking_of_pictures_waits_for_every_screen() -> None:
    waited = {
        node.value
        for name in ("make_pictures.py", "picture_moments.py")
        for node in ast.walk(ast.parse((ROOT / "docs" / name).read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert {"Composer", "Overtaken", "Sorry"} <= screens()
    assert screens() - waited == set(), "screens without a picture: docs/make_pictures.py"


def test_every_picture_is_there_in_both_sizes_and_languages_and_listed() -> None:
    there = {path.name for path in (ROOT / "docs" / "pictures").glob("*.svg")}
    listed = (ROOT / "docs" / "screens.md").read_text(encoding="utf-8")
    names = {name.partition("-120x40")[0] for name in there if "-120x40" in name}
    assert {f"{name}{variant}" for name in names for variant in VARIANTS} == there
    assert [name for name in sorted(there) if f"(pictures/{name})" not in listed] == []
