"""The table of acts: everything in it can be done, every key means one thing, the pages are made of it."""

from __future__ import annotations

import ast
import importlib
import inspect
import textwrap
from pathlib import Path

import pytest

from deskterm.desk import rights
from deskterm.screens import acts, keymap, keys_page
from deskterm.screens.acts import ACTS, Act
from deskterm.screens.lines import LineList
from tests.desk import matrix

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "deskterm" / "screens"
DESK = ROOT / "deskterm" / "desk"
AT_A_TICKET = [act for act in ACTS if act.where not in {"letter", "refused", *acts.ELSEWHERE}]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.id)
def test_every_act_can_be_done(act: Act) -> None:
    found = acts.resolve(act.does)
    assert callable(found)
    parameters = list(inspect.signature(found).parameters.values())
    if act.does.startswith("deskterm.desk."):
        required = [each.name for each in parameters if each.default is each.empty]
        assert required[:2] == ["work", "actor"] and len(required) == 3
    else:
        assert len(parameters) == 1
    assert act.where in acts.WHERES


def test_acts_have_names_of_their_own() -> None:
    assert len({act.id for act in ACTS}) == len(ACTS)


def test_a_key_means_one_thing_for_what_is_on_screen() -> None:
    for things in acts.ON_SCREEN:
        meaning: dict[str, str] = {}
        for key, act in acts.bindings([act for act in ACTS if act.where in things]):
            assert meaning.setdefault(key, act.id) == act.id, f"{key} is {meaning[key]} and {act.id}"
    assert set(acts.WHERES) - {"refused", "agent"} <= frozenset().union(*acts.ON_SCREEN)


ALSO_FOR_LOOKING = {
    "card_in_use", "card_notices", "client_card", "contact_card", "delivery", "favorite", "fields",
    "headers", "letter_reply", "log_account", "message_card", "original",
    "participants", "sender_card", "watch", "watchers",
}  # fmt: skip
"""Acts that show something to everybody, do less for who may not do all of it, or need two rights."""


def test_acts_the_desk_would_refuse_are_not_offered() -> None:
    for act in ACTS:
        needed = {right for right in map(_right_of, _asked_by(act)) if right not in (None, "see own")}
        assert act.right in needed or not needed or act.id in ALSO_FOR_LOOKING, (act.id, needed)
        assert not act.right or act.right in rights.RIGHTS
    wheres = frozenset(acts.WHERES)
    viewer = {act.id for act in acts.applying(wheres, "ticket", {"see own", "see all"})}
    assert {"open", "history", "search", "quit", "fields"} <= viewer
    assert not viewer & {"reply", "note", "assign_me", "set_sla", "delete", "ticket_spam", "reports"}
    assert set(acts.BY_ID) == {act.id for act in acts.applying(wheres, "ticket", {"administer"})}


def _asked_by(act: Act) -> set[str]:
    """The acts of the desk that the function behind an act names itself."""
    if act.does.startswith("deskterm.desk."):
        return {act.does.removeprefix("deskterm.desk.")}
    tree = ast.parse(textwrap.dedent(inspect.getsource(acts.resolve(act.does))))
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {path for path in said if isinstance(path, str) and path in matrix.ACTS}


def _right_of(path: str) -> str | None:
    return matrix.ACTS[path].right


def test_letters_act_on_a_russian_keyboard_too() -> None:
    keys = {key: act.id for key, act in acts.bindings(AT_A_TICKET)}
    assert keys["к"] == "reply"
    assert keys["К"] == keys["R"] == "retry"
    assert keys["."] == keys["/"] == "search"
    assert keys[","] == keys["?"] == "help"
    assert keys["ctrl+я"] == keys["ctrl+z"] == "undo_send"
    assert acts.twin("f1") is None


def test_every_function_of_the_desk_the_screens_ask_for_exists() -> None:
    asked = set()
    for file in SCREENS.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                module, dot, function = node.value.removeprefix("deskterm.desk.").partition(".")
                if function != "tcss" and function.isidentifier() and (DESK / f"{module}.py").exists():
                    asked.add((module, function))
    assert ("tickets", "assign") in asked
    for module, function in asked:
        assert callable(getattr(importlib.import_module(f"deskterm.desk.{module}"), function))


def test_every_move_of_the_lists_is_in_the_table() -> None:
    moves = {name for name in vars(LineList) if name.startswith("action_")}
    assert moves == {act.does.rsplit(".", 1)[1] for act in ACTS if act.where == "list"}


def test_the_page_of_keys_is_the_table() -> None:
    page = ROOT / "docs" / "keys.md"
    assert page.read_text(encoding="utf-8") == keys_page.page()


def test_an_agent_has_his_own_keys(tmp_path: Path) -> None:
    file = tmp_path / "keymap.toml"
    file.write_text('reply = "f6,ctrl+e"\nnonsense = "x"\nnote = 7\n', encoding="utf-8")
    own, troubles = keymap.read(file)
    keys = {key: act.id for key, act in acts.bindings(AT_A_TICKET, own)}
    assert keys["f6"] == keys["ctrl+e"] == keys["ctrl+у"] == "reply"
    assert "r" not in keys
    assert keys["i"] == "note"
    assert len(troubles) == 2
    assert "line 2" in troubles[0] and "nonsense" in troubles[0]
    assert "line 3" in troubles[1] and "note" in troubles[1]


def test_a_key_of_two_acts_is_the_agents_own_and_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "keymap.toml"
    file.write_text('# mine\nreply = "n"\nnote = "ctl+n,i"\nfavorite = "W"\nwatch = "W"\n', encoding="utf-8")
    own, troubles = keymap.read(file)
    keys = {key: act.id for key, act in reversed(acts.bindings(AT_A_TICKET, own))}
    assert keys["n"] == keys["т"] == "reply", "the first found is done"
    assert keys["i"] == "note"
    assert [each.split(":")[0].removeprefix("keymap.toml, line ") for each in troubles] == list("32554")
    assert (
        "'ctl+n'" in troubles[0] and "next_unread" in troubles[1] and "'favorite' too" in " ".join(troubles)
    )


def test_a_keymap_begins_with_every_act_and_means_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "keymap.toml"
    file.write_text(keymap.begun(), encoding="utf-8")
    assert keymap.read(file) == ({}, [])
    lines = [line.removeprefix("# ") for line in keymap.begun().splitlines() if " = " in line]
    file.write_text("\n".join(lines), encoding="utf-8")
    own, troubles = keymap.read(file)
    assert {act: keys for act, keys in own.items() if keys != acts.BY_ID[act].keys} == {}
    assert {act.id for act in ACTS if act.keys} == set(own)
    assert all("must be a text" in each for each in troubles), troubles


def test_a_broken_keymap_is_left_out_and_said(tmp_path: Path) -> None:
    file = tmp_path / "keymap.toml"
    file.write_text("reply = [", encoding="utf-8")
    own, troubles = keymap.read(file)
    assert own == {} and len(troubles) == 1
