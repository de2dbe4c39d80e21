"""A mailbox on an IMAP server: letters by UID, as the bytes the server holds.

imap-tools and imaplib give the wire; what they do beyond it (decoding, marking seen, a plain EXPUNGE,
capabilities from before the login) is not used.
"""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from imap_tools import BaseMailBox
from imap_tools.errors import UnexpectedCommandStatusError
from imap_tools.imap_utf7 import utf7_decode
from imap_tools.utils import encode_folder

from deskterm import limits
from deskterm.mail.encode import usable_message_id
from deskterm.mail.endpoints import Endpoint
from deskterm.mail.wire.answers import (
    SIZE,
    UID,
    Folder,
    folders_of,
    internaldate,
    items,
    last,
    numbers,
    sets,
    words,
)
from deskterm.mail.wire.net import Connection, Fault, HasFileno, Settings, Stage, Step, WireError, connect
from deskterm.mail.wire.slept import Slept
from deskterm.mail.wire.special_folders import JUNK_NAMES, SENT_NAMES, marked, named

# imaplib's own words around those of a server that answered BAD.
_BAD = re.compile(r""".*error: BAD \[b(['"])(.*)\1\]$""", re.DOTALL)
_CODE = re.compile(r"^\[([A-Z-]+)[^\]]*\]\s*")
_LATER: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
# What a FETCH answer brings besides the letter itself.
_FETCH_OVERHEAD = 1024


@dataclass(frozen=True, slots=True)
class Selected:
    """A folder as it was opened; UIDs mean something only together with `uidvalidity`."""

    folder: str
    uidvalidity: int
    uidnext: int
    """0 where the server does not say."""
    exists: int
    read_only: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A letter's bytes as the server holds them, and when it got them."""

    uid: int
    internaldate: datetime
    raw: bytes


class _Client(imaplib.IMAP4):
    """imaplib over a connection of ours, with a deadline for each command."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.budget: tuple[int, int] | None = None
        super().__init__(connection.endpoint.host, connection.endpoint.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        self.host = host
        self.port = port
        self.sock: Any = self.connection
        self.file: Any = self.connection.makefile()

    def _command(self, name: str, *arguments: Any) -> bytes:
        size, octets = self.budget or (0, limits.RESPONSE_BYTES)
        self.budget = None
        self.connection.allow_size(size, octets)
        tag: bytes = super()._command(name, *arguments)  # type: ignore[misc]
        return tag


class _MailBox(BaseMailBox):
    def __init__(self, client: _Client) -> None:
        self._made = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._made


class ImapMailbox:
    """One IMAP connection. Every method raises `WireError`; after stages lost and timeout it is closed."""

    def __init__(self, endpoint: Endpoint, settings: Settings | None = None) -> None:
        self.endpoint = endpoint
        self.selected: Selected | None = None
        self._connection = connect(endpoint, settings or Settings())
        try:
            with self._speaking(Stage.GREETING, Step.GREETING):
                self._client: Any = _Client(self._connection)
            if endpoint.security == "starttls":
                self._start_tls()
        except WireError:
            self._connection.close()
            raise
        self._box = _MailBox(self._client)

    def __enter__(self) -> ImapMailbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def capabilities(self) -> frozenset[str]:
        """What the server can do: after `login`, what it can do for this login."""
        return frozenset(self._client.capabilities)

    @property
    def closed(self) -> bool:
        """Whether the connection is of no use any more."""
        return self._connection.fileno() < 0

    @property
    def can_idle(self) -> bool:
        """Whether the server pushes."""
        return "IDLE" in self.capabilities

    def login(self, login: str, password: str) -> None:
        """Log in; passwords that are not ASCII go by AUTHENTICATE PLAIN."""
        self._connection.step = Step.LOGIN
        if "LOGINDISABLED" in self.capabilities and "AUTH=PLAIN" not in self.capabilities:
            raise WireError(Stage.LOGIN, self.endpoint, step=Step.LOGIN, thing=login, fault=Fault.TLS_WANTED)
        if any(c in "\r\n\0" for c in login + password):
            raise WireError(Stage.LOGIN, self.endpoint, step=Step.LOGIN, thing=login)
        plain = not (login + password).isascii() or "LOGINDISABLED" in self.capabilities
        with self._speaking(Stage.LOGIN, Step.LOGIN, login):
            if plain:
                self._box.login_utf8(login, password, initial_folder=None)
                self._client.state = "AUTH"
            else:
                self._box.login(login, password, initial_folder=None)
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            self._client._get_capabilities()

    def folders(self) -> list[Folder]:
        """All folders; a name that is no modified UTF-7 stays as it was written."""
        with self._speaking(Stage.PROTOCOL, Step.FOLDER):
            return list(folders_of(self._list(), utf7_decode))

    def sent_folder(self) -> str | None:
        """Where sent letters are kept: by attribute (RFC 6154), else by a known name."""
        return self._special("\\sent", SENT_NAMES)

    def junk_folder(self) -> str | None:
        """Where junk is kept: by attribute (RFC 6154), else by a known name."""
        return self._special("\\junk", JUNK_NAMES)

    def select(self, folder: str) -> Selected:
        """Open a folder, read-only where the server allows no more."""
        return self._open(folder, writable=True)

    def uids_after(self, uid: int) -> list[int]:
        """The UIDs above this one in the open folder, in order, new letters included."""
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            self._check(*self._client.noop())
            # What was announced before the search is in its answer; what comes later wakes `idle`.
            self._client.untagged_responses.pop("EXISTS", None)
            self._client.budget = (0, limits.SEARCH_BYTES)
            found = numbers(self._check(*self._client.uid("SEARCH", f"UID {uid + 1}:*")))
        return sorted({number for number in found if number > uid})

    def sizes(self, uids: Iterable[int]) -> dict[int, int]:
        """The size in octets of each of these letters that is still there."""
        wanted = set(uids)
        sizes: dict[int, int] = {}
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            for some in sets(wanted):
                self._client.budget = (0, limits.SEARCH_BYTES)
                for text, _ in items(self._check(*self._client.uid("FETCH", some, "(UID RFC822.SIZE)"))):
                    uid, size = UID.search(text), SIZE.search(text)
                    if uid and size and int(uid[1]) in wanted:
                        sizes[int(uid[1])] = int(size[1])
        return sizes

    def fetch_block(self, uids: Iterable[int], sizes: Mapping[int, int] | None = None) -> list[Fetched]:
        """These letters in the order of their UIDs; one that has gone meanwhile is left out.

        Nothing is marked seen. What is missing in the answer, or not as long as the server said, is
        fetched once more by itself. A letter larger than `sizes` says is a fault.
        """
        wanted = sorted(set(uids))
        sizes = dict(sizes) if sizes is not None else self.sizes(wanted)
        fetched = self._fetch(wanted, sizes)
        for uid in wanted:
            if uid not in fetched or len(fetched[uid].raw) != sizes.get(uid, -1):
                # Some servers never say the true size (Exchange): the second reading stands.
                fetched.update(self._fetch([uid], {uid: limits.LETTER_BYTES}))
        return [fetched[uid] for uid in wanted if uid in fetched]

    def fetch_start(self, uid: int, octets: int = limits.TOO_LARGE_KEPT_BYTES) -> Fetched | None:
        """The first octets of a letter that is too large to be taken whole; None if it has gone."""
        return self._fetch([uid], {uid: octets}, f"BODY.PEEK[]<0.{octets}>").get(uid)

    def mark_seen(self, uids: Iterable[int]) -> None:
        """Set `\\Seen`; nothing else changes."""
        self._store(uids, "(\\Seen)")

    def delete(self, uids: Iterable[int]) -> None:
        """Delete exactly these; without UIDPLUS they stay marked, since EXPUNGE would take others too."""
        uids = list(uids)
        self._store(uids, "(\\Deleted)")
        if "UIDPLUS" in self.capabilities:
            with self._speaking(Stage.PROTOCOL, Step.COMMAND):
                for some in sets(uids):
                    self._check(*self._client.uid("EXPUNGE", some))

    def move(self, uids: Iterable[int], folder: str) -> None:
        """Move letters to a folder, which is made where the server says it can be."""
        uids = list(uids)
        command = "MOVE" if "MOVE" in self.capabilities else "COPY"
        for some in sets(uids):
            self._into(folder, partial(self._client.uid, command, some, encode_folder(folder)))
        if command == "COPY":
            self.delete(uids)

    def append(
        self, folder: str, raw: bytes, flags: Sequence[str] = ("\\Seen",), date: datetime | None = None
    ) -> None:
        """File a letter in a folder, which is made where the server says it can be."""
        marks = f"({' '.join(flags)})" if flags else None
        when = imaplib.Time2Internaldate(date if date is not None else datetime.now(UTC))

        def filed() -> tuple[str, list[Any]]:
            self._client.budget = (len(raw), limits.RESPONSE_BYTES)
            self._client.literal = raw
            answer: tuple[str, list[Any]]
            answer = self._client._simple_command("APPEND", encode_folder(folder), marks, when)
            return answer

        self._into(folder, filed)

    def find_by_message_id(self, folder: str, message_id: str) -> bool:
        """Whether a folder, where there is one, holds a letter with this Message-ID.

        The folder that was open before is opened again.
        """
        usable = usable_message_id(message_id)
        if not usable:
            return False
        before = self.selected
        try:
            return self._holds(folder, usable)
        finally:
            if before is not None and not self.closed:
                self._open(before.folder, writable=not before.read_only)

    def uids_of(self, message_id: str) -> list[int]:
        """The letters of the open folder with this Message-ID; none for one that cannot be asked for."""
        usable = usable_message_id(message_id)
        return self._named(usable) if usable else []

    def noop(self) -> bool:
        """Keep the connection; whether new letters were announced since the last `uids_after`."""
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            self._check(*self._client.noop())
        return self._announced()

    def idle(self, seconds: float, wake: HasFileno | int | None = None) -> bool:
        """Wait for new letters in the open folder: True when to look, False after the time or a wake.

        `wake` becomes readable to end the waiting; it is not read. IDLE is issued anew before the
        server's 29 minutes (RFC 2177). Where the server has no IDLE this waits and says True. Where the
        machine slept meanwhile the mailbox is `closed` without a word to a server that forgot us.
        """
        end = time.monotonic() + seconds
        slept = Slept()
        while not self._announced():
            left = end - time.monotonic()
            if left <= 0:
                return False
            if not self.can_idle:
                self._connection.wait(left, wake)
                return self._closed_after(slept) or time.monotonic() >= end
            turn = min(left, limits.IDLE_SECONDS)
            with self._speaking(Stage.PROTOCOL, Step.COMMAND):
                woken = self._idle_once(turn, wake, slept)
            if woken:
                return self.closed or self._announced()
        return True

    def close(self) -> None:
        """Log out where the server still listens, and close."""
        self._connection.step = Step.COMMAND
        self._connection.hurry()
        with suppress(WireError, imaplib.IMAP4.error, OSError):
            if not self.closed:
                self._client.logout()
        self._connection.close()

    def _start_tls(self) -> None:
        self._connection.step = Step.TLS
        if "STARTTLS" not in self._client.capabilities:
            raise self._connection.error(Stage.TLS, fault=Fault.NO_STARTTLS)
        with self._speaking(Stage.TLS, Step.TLS):
            self._check(*self._client._simple_command("STARTTLS"))
            self._connection.secure()
        with self._speaking(Stage.PROTOCOL, Step.GREETING):
            self._client._get_capabilities()

    def _open(self, folder: str, *, writable: bool) -> Selected:
        self.selected = None
        with self._speaking(Stage.FOLDER, Step.FOLDER, folder):
            try:
                answer = self._client.select(encode_folder(folder), not writable)
            except imaplib.IMAP4.readonly:
                writable = False
                answer = self._client.select(encode_folder(folder), True)
            exists = self._check(*answer)
            validity, following = self._said("UIDVALIDITY"), self._said("UIDNEXT")
            self._client.untagged_responses.pop("EXISTS", None)
        if not validity:
            raise self._connection.error(Stage.PROTOCOL, "no UIDVALIDITY")
        count = int(exists[-1]) if exists and exists[-1] else 0
        self.selected = Selected(folder, validity, following, count, read_only=not writable)
        return self.selected

    def _special(self, attribute: str, names: Sequence[str]) -> str | None:
        folders = self.folders()
        found = marked(folders, attribute)
        if found is None and "SPECIAL-USE" in self.capabilities:
            with self._speaking(Stage.PROTOCOL, Step.FOLDER):
                found = marked(folders_of(self._list("RETURN", "(SPECIAL-USE)"), utf7_decode), attribute)
        return found if found is not None else named(folders, names)

    def _holds(self, folder: str, message_id: str) -> bool:
        try:
            self._open(folder, writable=False)
        except WireError as error:
            if error.stage is Stage.FOLDER and folder not in {known.name for known in self.folders()}:
                return False
            raise
        return bool(self._named(message_id))

    def _named(self, message_id: str) -> list[int]:
        quoted = message_id.replace("\\", "\\\\").replace('"', '\\"')
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            return numbers(self._check(*self._client.uid("SEARCH", f'HEADER Message-ID "<{quoted}>"')))

    def _said(self, code: str) -> int:
        said = self._client.untagged_responses.get(code) or [b"0"]
        return int(said[-1]) if said[-1].isdigit() else 0

    def _fetch(
        self, uids: list[int], sizes: Mapping[int, int], part: str = "BODY.PEEK[]"
    ) -> dict[int, Fetched]:
        wanted = set(uids)
        fetched: dict[int, Fetched] = {}
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            for some in sets(uids):
                total = sum(sizes.get(uid, 0) + _FETCH_OVERHEAD for uid in uids)
                self._client.budget = (total, total + limits.RESPONSE_BYTES)
                answer = self._client.uid("FETCH", some, f"(UID INTERNALDATE RFC822.SIZE {part})")
                for text, body in items(self._check(*answer)):
                    uid = UID.search(text)
                    if uid and int(uid[1]) in wanted and body is not None:
                        fetched[int(uid[1])] = Fetched(int(uid[1]), internaldate(text), body)
        return fetched

    def _store(self, uids: Iterable[int], flags: str) -> None:
        with self._speaking(Stage.PROTOCOL, Step.COMMAND):
            for some in sets(uids):
                self._check(*self._client.uid("STORE", some, "+FLAGS.SILENT", flags))

    def _into(self, folder: str, act: Any) -> None:
        with self._speaking(Stage.FOLDER, Step.FOLDER, folder):
            typ, data = act()
            if typ == "NO" and b"[TRYCREATE]" in last(data):
                self._check(*self._client.create(encode_folder(folder)))
                typ, data = act()
            self._check(typ, data)

    def _list(self, *options: str) -> list[Any]:
        typ, data = self._client._simple_command("LIST", '""', '"*"', *options)
        self._check(typ, data)
        return list(self._client._untagged_response(typ, data, "LIST")[1])

    def _announced(self) -> bool:
        return self._client.untagged_responses.pop("EXISTS", None) is not None

    def _closed_after(self, slept: Slept) -> bool:
        if slept.noticed():
            self._connection.close()
        return self.closed

    def _idle_once(self, seconds: float, wake: HasFileno | int | None, slept: Slept) -> bool:
        """One IDLE; True when it ended before its time, by an announcement, a wake or a sleep."""
        client = self._client
        tag = client._command("IDLE")
        while client._get_response() is not None:
            if client.tagged_commands[tag] is not None:
                self._check(*client.tagged_commands.pop(tag))
                return True
        end = time.monotonic() + seconds
        ended_early = False
        while not ended_early and (left := end - time.monotonic()) > 0:
            readable = self._connection.wait(left, wake)
            if self._closed_after(slept):
                return True
            if readable:
                self._connection.allow()
                client._get_response()
                self._check_bye()
                ended_early = "EXISTS" in client.untagged_responses
            else:
                ended_early = time.monotonic() < end
        self._connection.allow()
        client.send(b"DONE\r\n")
        self._box.consume_until_tagged_response(tag)
        return ended_early

    def _check_bye(self) -> None:
        bye = self._client.untagged_responses.get("BYE")
        if bye:
            raise self._connection.error(Stage.LOST, words(bye))

    def _check(self, typ: str, data: list[Any]) -> list[Any]:
        if typ != "OK":
            raise imaplib.IMAP4.error(words(data))
        return data

    @contextmanager
    def _speaking(self, stage: Stage, step: Step, thing: str = "") -> Iterator[None]:
        """Turn what the libraries raise into the fault of a stage; after a lost line, close."""
        self._connection.step = step
        try:
            yield
        except WireError:
            self._connection.close()
            raise
        except imaplib.IMAP4.abort as fault:
            self._connection.close()
            raise self._connection.error(Stage.LOST, str(fault)) from fault
        except (imaplib.IMAP4.error, UnexpectedCommandStatusError) as fault:
            raise self._fault(stage, thing, fault) from fault
        except (ValueError, KeyError, TypeError, IndexError) as fault:
            self._connection.close()
            raise self._connection.error(Stage.PROTOCOL, type(fault).__name__) from fault

    def _fault(self, stage: Stage, thing: str, raised: Exception) -> WireError:
        data = raised.command_result[1] if isinstance(raised, UnexpectedCommandStatusError) else raised.args
        detail = _BAD.sub(r"\2", words(data))
        code = _CODE.match(detail)
        fault = None
        if stage is Stage.LOGIN and code:
            fault = Fault.LATER if code[1] in _LATER else None
            fault = Fault.TLS_WANTED if code[1] == "PRIVACYREQUIRED" else fault
        detail = detail[code.end() :] if code else detail
        return WireError(
            stage, self.endpoint, step=self._connection.step, thing=thing, detail=detail, fault=fault
        )
