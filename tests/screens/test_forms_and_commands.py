"""The forms of the administration ask for what the options of the commands do: neither drifts."""

from __future__ import annotations

from importlib import import_module

import pytest

from deskterm.cli.nouns import Noun
from deskterm.screens.administration import areas, list_areas, mail_areas
from deskterm.screens.administration.area import Area

SAID_OTHERWISE: dict[str, tuple[set[str], set[str]]] = {
    # area: fields the commands say in another way, options the console does in another way
    "accounts": (set(), {"password_stdin", "security"}),
    "rules": ({field.name for field in mail_areas.EFFECTS} - set(mail_areas.FLAGS), {"effects", "position"}),
    "observers": ({"address"}, set()),
    "answers": ({"body"}, {"file", "text"}),
    "schedules": (set(), {"login", "note", "no_days_off"}),
    "departments": (set(), {"client"}),
    "contacts": ({"addresses"}, {"emails"}),
    "statuses": (set(), {"position"}),
    **{
        key: ({"responsible_id", "team_id"}, {"responsible", "team", "position"})
        for _name, key, _title, _one in list_areas.LISTS
    },
}
NO_NOUN = {"templates", "articles", "notices", "settings"}
"""Areas whose commands are not of the one shape."""


def nouns() -> dict[str, Noun]:
    """What the commands offer, by its name."""
    found: dict[str, Noun] = {}
    for name in (
        "accounts",
        "articles",
        "blacklist",
        "customers",
        "lists",
        "observers",
        "people",
        "rules",
        "senders",
    ):
        for value in vars(import_module(f"deskterm.cli.{name}")).values():
            several = (
                value.values()
                if isinstance(value, dict)
                else value
                if isinstance(value, (list, tuple))
                else [value]
            )
            found |= {each.name: each for each in several if isinstance(each, Noun)}
    return found


@pytest.mark.parametrize(
    "area", [area for area in areas.AREAS if area.key not in NO_NOUN], ids=lambda area: area.key
)
def test_forms_and_commands_ask_for_the_same(area: Area) -> None:
    noun = nouns()[area.key]
    form_says, command_says = SAID_OTHERWISE.get(area.key, (set(), set()))
    used: tuple[set[str], set[str]] = (set(), set())
    for verb in ("add", "edit"):
        fields = (
            {field.name for field in area.fields if verb in field.verbs} if getattr(area, verb) else set()
        )
        options = {option.name for option in noun.options if verb in option.verbs}
        if verb == "add" and area.add is not None:
            options.add(noun.key)
        if area.key == "schedules" and verb == "add":
            # the console has each agent's schedule already: there is nothing to add
            continue
        used[0].update(fields - options)
        used[1].update(options - fields)
    assert (used[0] - form_says, used[1] - command_says) == (set(), set()), "one can do what the other cannot"
    assert form_says <= used[0], "an exception nothing needs any more"
