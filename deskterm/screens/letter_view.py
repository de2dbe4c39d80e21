"""A view of Triage, Refused or Blocked: which of its letters are shown, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from deskterm.i18n import N_, _

MADE: Final[Mapping[str, str]] = {
    "": N_("with tickets or without"),
    "none": N_("without tickets"),
    "some": N_("with tickets"),
    "several": N_("with several tickets"),
}
"""How many tickets were made of a letter, as a view asks for it."""
SORTS: Final = ("arrived", "tickets")


@dataclass(frozen=True, slots=True)
class View:
    """Which letters of a section are shown, and in which order."""

    client_id: int | None = None
    client: str = ""
    made: str = ""
    """A key of MADE."""
    looked_at: bool = False
    """In Triage: those that were looked at too; of one client they always are."""
    sort: str = "arrived"
    saved: int | None = None
    """The agent's own view it is."""

    def asked(self) -> dict[str, Any]:
        """What the desk takes of it to find letters."""
        return {
            "client": self.client_id,
            "made": self.made,
            "looked_at": self.looked_at,
            "sort": self.sort,
        }

    def kept(self) -> dict[str, Any]:
        """What is kept of it under a name."""
        return self.asked() | {"client_name": self.client}

    @classmethod
    def of(cls, saved: int, kept: Mapping[str, Any]) -> View:
        """The view that was kept; what is wrong in it is left out."""
        client, made, sort = kept.get("client"), str(kept.get("made") or ""), str(kept.get("sort") or "")
        return cls(
            client_id=client if isinstance(client, int) else None,
            client=str(kept.get("client_name") or "") if isinstance(client, int) else "",
            made=made if made in MADE else "",
            looked_at=bool(kept.get("looked_at")),
            sort=sort if sort in SORTS else SORTS[0],
            saved=saved,
        )

    def told(self) -> str:
        """What it leaves out, in words; '' where it is the whole section."""
        found = []
        if self.client:
            found.append(_("from {client}").format(client=self.client))
        elif self.looked_at:
            found.append(_("looked at or not"))
        if self.made:
            found.append(_(MADE[self.made]))
        return ", ".join(found)


WHOLE: Final = View()
