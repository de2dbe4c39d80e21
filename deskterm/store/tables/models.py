"""All models by area together: their metadata is the schema that migrations make."""

from __future__ import annotations

from sqlmodel import SQLModel

from deskterm.store.tables import desk, mail, people, tickets

AREAS = (desk, mail, people, tickets)
METADATA = SQLModel.metadata
