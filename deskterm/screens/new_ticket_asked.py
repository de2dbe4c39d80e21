"""What the form of a new ticket was told: whose request it is, how it came, where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from deskterm.i18n import N_

TYPES: Final[Mapping[str, str]] = {
    "phone": N_("phone call"),
    "console": N_("console"),
    "email": N_("e-mail"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """What became of the form: 'made', 'kept', 'dropped', 'left' empty; `told` says it in a sentence."""

    how: str
    ticket_id: int = 0
    told: str = ""


@dataclass(slots=True)
class Asked:
    """Whose request it is and what was chosen for it, besides subject and text."""

    client: Any = None
    """A ClientView."""
    contact: Any = None
    """A ContactView; his client is the client then."""
    same_address: tuple[str, ...] = ()
    name: str = ""
    address: str = ""
    """Of somebody unknown; of a contact the one he wants to be answered at."""
    type: str = "phone"
    into: int | None = None
    into_words: str = ""
    fields: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    """By name: the value and how it is shown."""
    confirm: bool = True

    @property
    def known(self) -> bool:
        """Whether it is said whose request it is."""
        return bool(self.contact or self.client or self.name or self.address)

    def kept(self, seconds: int) -> dict[str, Any]:
        """What a draft keeps of it."""
        return {
            "client": self.client.id if self.client is not None else None,
            "contact": self.contact.id if self.contact is not None else None,
            "name": self.name,
            "address": self.address,
            "type": self.type,
            "into": self.into,
            "into_words": self.into_words,
            "fields": {name: list(chosen) for name, chosen in self.fields.items()},
            "confirm": self.confirm,
            "seconds": seconds,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Asked:
        """What a draft kept; client and contact are read anew."""
        fields = kept.get("fields") or {}
        return cls(
            name=str(kept.get("name") or ""),
            address=str(kept.get("address") or ""),
            type=kept["type"] if kept.get("type") in TYPES else "phone",
            into=kept.get("into"),
            into_words=str(kept.get("into_words") or ""),
            fields={name: (chosen[0], str(chosen[1])) for name, chosen in fields.items()},
            confirm=bool(kept.get("confirm", True)),
        )
