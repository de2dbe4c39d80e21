"""docs/keys.md, made of the table of acts: `python -m deskterm.screens.keys_page`."""

from __future__ import annotations

from deskterm.screens.acts import ACTS, WHERES, shown_key, twin


def page() -> str:
    """The page as Markdown."""
    lines = [
        "# Keys of the console",
        "",
        "Made of the table of acts by `python -m deskterm.screens.keys_page`; do not edit. Other keys for",
        'an act: a line `act = "key,key"` in `keymap.toml` in the folder of the desk. Letters act on a',
        "Russian keyboard too.",
    ]
    for where, title in WHERES.items():
        acts = [act for act in ACTS if act.where == where]
        lines += ["", f"## {title}", "", "| key | ЙЦУКЕН | what it does | act |", "| --- | --- | --- | --- |"]
        for act in acts:
            keys = " ".join(f"`{shown_key(key)}`" for key in act.keys)
            twins = " ".join(f"`{shown_key(other)}`" for key in act.keys if (other := twin(key)) is not None)
            lines.append(f"| {keys} | {twins} | {act.title} | `{act.id}` |".replace("`|`", r"`\|`"))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
