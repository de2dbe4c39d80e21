"""All areas of the administration, as one table in the order they are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from deskterm.screens.administration import (
    account_area,
    customer_areas,
    desk_areas,
    list_areas,
    mail_areas,
    people_areas,
    text_areas,
)
from deskterm.screens.administration.area import Area

AREAS: Final[tuple[Area, ...]] = (
    account_area.ACCOUNTS,
    *mail_areas.AREAS,
    *text_areas.AREAS,
    *people_areas.AREAS,
    *customer_areas.AREAS,
    *list_areas.AREAS,
    *desk_areas.AREAS,
)
BY_KEY: Final[Mapping[str, Area]] = {area.key: area for area in AREAS}


def may(rights: Collection[str], right: str) -> bool:
    """Whether one who has these rights has this one; an administrator has them all."""
    return right in rights or "administer" in rights


def seen_with(rights: Collection[str]) -> list[Area]:
    """The areas one who has these rights may see."""
    return [area for area in AREAS if may(rights, area.sees)]
