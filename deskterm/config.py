"""Where a desk's files live: one folder for everything, or the XDG folders of its owner."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deskterm.confinement import Confinement


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of a desk and the address of its database."""

    folder: Path
    database: str
    downloads: Path
    confinement: Confinement | None = None
    """Set in a session of somebody who has no account on this machine."""

    @classmethod
    def find(cls, home: str | None = None, environ: Mapping[str, str] | None = None) -> Home:
        """`--home`, else DESKTERM_HOME, else the XDG data folder; DESKTERM_DATABASE_URL names PostgreSQL."""
        environment = os.environ if environ is None else environ
        named = home or environment.get("DESKTERM_HOME")
        if named:
            folder = Path(named).expanduser()
        else:
            # platformdirs would be imported before the first frame; its rule is these two lines
            data = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
            folder = Path(data) / "deskterm"
        folder = folder.absolute()
        database = environment.get("DESKTERM_DATABASE_URL") or str(folder / "desk.sqlite")
        downloads = environment.get("XDG_DOWNLOAD_DIR")
        place = Path(downloads).expanduser() if downloads else folder / "downloads"
        return cls(folder=folder, database=database, downloads=place)

    @property
    def is_local(self) -> bool:
        """Whether the store is a file of this machine."""
        return "://" not in self.database

    @property
    def own(self) -> Path:
        """The folder of what belongs to the person at this console: his keys, his layout."""
        return self.confinement.folder if self.confinement is not None else self.folder

    @property
    def keymap(self) -> Path:
        return self.own / "keymap.toml"

    def confined(self, confinement: Confinement) -> Home:
        """This home as a confined session sees it."""
        return replace(self, downloads=confinement.files, confinement=confinement)
