"""Addresses and telephones of contacts, each in use or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from deskterm.clean import clean
from deskterm.desk import addresses
from deskterm.desk.errors import BadData
from deskterm.i18n import N_, _
from deskterm.store import tables as t
from deskterm.store.work import Work

POINT_KINDS: Final[dict[str, str]] = {"email": N_("e-mail"), "phone": N_("telephone")}

Point = tuple[str, str, bool]
"""('email' | 'phone', what is written, whether it is used)."""


@dataclass(frozen=True, slots=True)
class PointView:
    """An address or telephone of a contact."""

    id: int
    kind: str
    value: str
    active: bool
    bounced_at: datetime | None

    @property
    def point(self) -> Point:
        return self.kind, self.value, self.active


def of_contacts(work: Work, contact_ids: Sequence[int]) -> dict[int, tuple[PointView, ...]]:
    """Addresses and telephones by contact, in the order they were given."""
    found: dict[int, list[PointView]] = {}
    c = t.contact_point.c
    for start in range(0, len(contact_ids), 500):
        for row in work.rows(
            select(t.contact_point)
            .where(c.contact_id.in_(list(contact_ids[start : start + 500])))
            .order_by(c.id)
        ):
            found.setdefault(row.contact_id, []).append(
                PointView(row.id, row.kind, row.value, row.active, row.bounced_at)
            )
    return {id: tuple(points) for id, points in found.items()}


def checked(work: Work, points: Iterable[Point]) -> list[Point]:
    """Points as they are kept, each once; BadData for what is none, or is the desk's own."""
    found: dict[tuple[str, str], Point] = {}
    for kind, value, active in points:
        if kind == "email":
            value = addresses.checked(str(clean(value)))
            if addresses.is_own(value, addresses.own(work)):
                raise BadData(_("{address} is an address of the desk itself.").format(address=value))
        elif kind == "phone":
            value = " ".join(str(clean(value)).split())
            if not addresses.phone_key(value).strip("+"):
                raise BadData(_("{number} is no telephone number.").format(number=value))
        else:
            raise BadData(_("There is no such kind of address: {kind}.").format(kind=kind))
        found.setdefault((kind, point_key(kind, value)), (kind, value, bool(active)))
    return list(found.values())


def point_key(kind: str, value: str) -> str:
    """What an address or telephone is compared by."""
    return addresses.key(value) if kind == "email" else addresses.phone_key(value)


def write(work: Work, contact_id: int, points: Sequence[Point]) -> None:
    c = t.contact_point.c
    there = {
        (row.kind, row.key): row
        for row in work.rows(select(t.contact_point).where(c.contact_id == contact_id))
    }
    for kind, value, active in points:
        row = there.pop((kind, point_key(kind, value)), None)
        if row is None:
            work.insert(
                t.contact_point,
                contact_id=contact_id,
                kind=kind,
                value=value,
                key=point_key(kind, value),
                active=active,
            )
        elif (row.value, row.active) != (value, active):
            work.update(t.contact_point, row.id, value=value, active=active)
    for row in there.values():
        work.delete_where(t.contact_point, c.id == row.id)
