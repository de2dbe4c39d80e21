"""Letters that come to a mailbox from now on, looked at without marking them; one may be removed."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from deskterm import limits
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.imap import ImapMailbox
from deskterm.mail.wire.net import Settings, Stage, WireError
from deskterm.mail.wire.pop3 import Pop3Mailbox


@dataclass(frozen=True, slots=True)
class Seen:
    """A letter that came: its folder, its key there, and its bytes, of a large one the beginning."""

    folder: str
    key: str
    raw: bytes


class Watch(Protocol):
    """A mailbox being watched; every method raises `WireError`."""

    junk: str
    """The folder among those watched that is for junk; '' where there is none."""

    def look(self, seconds: float) -> list[Seen]:
        """What came since the last look; where nothing has, what comes within the time."""

    def remove(self, seen: Seen) -> None:
        """Delete a letter; one that is gone already is no fault."""

    def close(self) -> None:
        """End it."""


def watch(
    protocol: str,
    endpoint: Endpoint,
    login: str,
    password: str,
    folders: Iterable[str],
    settings: Settings | None = None,
) -> Watch:
    """Watch a mailbox: these folders of it and the one for junk, as far as they are there."""
    if protocol == "pop3":
        return _Pop3Watch(endpoint, login, password, settings)
    return _ImapWatch(endpoint, login, password, folders, settings)


class _ImapWatch:
    def __init__(
        self,
        endpoint: Endpoint,
        login: str,
        password: str,
        folders: Iterable[str],
        settings: Settings | None,
    ) -> None:
        self._mailbox = ImapMailbox(endpoint, settings)
        self._known: dict[str, int] = {}
        """The highest UID of each folder that was looked at already."""
        try:
            self._mailbox.login(login, password)
            self.junk = self._mailbox.junk_folder() or ""
            self._folders = list(dict.fromkeys(folder for folder in (*folders, self.junk) if folder))
            for folder in self._folders:
                if self._open(folder):
                    self._known[folder] = self._highest()
        except WireError:
            self._mailbox.close()
            raise

    def look(self, seconds: float) -> list[Seen]:
        found = self._new()
        if not found and seconds > 0:
            self._mailbox.idle(seconds)
            found = self._new()
        return found

    def remove(self, seen: Seen) -> None:
        if self._open(seen.folder):
            self._mailbox.delete([int(seen.key)])

    def close(self) -> None:
        self._mailbox.close()

    def _new(self) -> list[Seen]:
        found = []
        # The first folder comes last: it stays selected for IDLE
        for folder in reversed(self._folders):
            if not self._open(folder):
                continue
            for uid in self._mailbox.uids_after(self._known.get(folder, 0)):
                self._known[folder] = uid
                start = self._mailbox.fetch_start(uid)
                if start is not None:
                    found.append(Seen(folder, str(uid), start.raw))
        return found

    def _highest(self) -> int:
        following = self._mailbox.selected.uidnext if self._mailbox.selected is not None else 0
        return following - 1 if following else max(self._mailbox.uids_after(0), default=0)

    def _open(self, folder: str) -> bool:
        """Open a folder, which need not be there yet."""
        try:
            self._mailbox.select(folder)
        except WireError as error:
            if error.stage is not Stage.FOLDER:
                raise
            return False
        return True


class _Pop3Watch:
    junk = ""

    def __init__(self, endpoint: Endpoint, login: str, password: str, settings: Settings | None) -> None:
        self._endpoint = endpoint
        self._login = login
        self._password = password
        self._settings = settings
        self._known: set[str] = set()
        with self._opened() as mailbox:
            self._known.update(mailbox.unique_ids(mailbox.sizes()).values())

    def look(self, seconds: float) -> list[Seen]:
        found = self._new()
        if not found and seconds > 0:
            time.sleep(min(seconds, limits.TRIAL_LOOK_SECONDS))
            found = self._new()
        return found

    def remove(self, seen: Seen) -> None:
        with self._opened() as mailbox:
            keys = mailbox.unique_ids(mailbox.sizes())
            mailbox.delete([number for number, key in keys.items() if key == seen.key])
            mailbox.commit()

    def close(self) -> None:
        """Nothing: no connection is kept, a mailbox is locked by it."""

    def _new(self) -> list[Seen]:
        found: list[Seen] = []
        # The worker may be using the mailbox just now
        try:
            with self._opened() as mailbox:
                sizes = mailbox.sizes()
                for number, key in mailbox.unique_ids(sizes).items():
                    start = mailbox.fetch_start(number, sizes[number]) if key not in self._known else None
                    if start is not None:
                        self._known.add(key)
                        found.append(Seen("INBOX", key, start))
        except WireError as error:
            if not error.temporary:
                raise
        return found

    def _opened(self) -> Pop3Mailbox:
        mailbox = Pop3Mailbox(self._endpoint, self._settings)
        try:
            mailbox.login(self._login, self._password)
        except WireError:
            mailbox.close()
            raise
        return mailbox
