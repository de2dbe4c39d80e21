"""What a session under a forced command may touch of the machine: one flat folder of files, and nothing else.

The session runs as the account that owns the store, on behalf of somebody who has no account there. The
first wall is that it names files, never paths. The second is `shut`: after it this process can start no
program and open nothing of the desk's folder but what a console needs.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from deskterm import limits

FOLDER: Final = "agents"
"""In the desk's folder; below it a folder for each agent with a key."""
FILES: Final = "files"
READER: Final = [sys.executable, "-P", "-m"]
READERS: Final = ("deskterm.mail.limited", "deskterm.mail.documents")
"""The children of our own that read letters and documents, limited themselves."""
NEEDED: Final = ("consoles", "console.log", "desk.sqlite-writers")
"""What a console opens in the desk's folder besides the store, which the database's library opens itself."""
WEB: Final = "web"

PASSED_ON: Final = (
    "HOME", "LANG", "LC_ALL", "LC_MESSAGES", "TERM", "COLORTERM", "TZ", "SSH_CONNECTION", "SSH_TTY",
    "SSH_ORIGINAL_COMMAND",
)  # fmt: skip
"""All a session gets of what servers and clients put into its surroundings."""

# A login becomes the name of a folder and a word of a command
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
_EDITOR = re.compile(r"[A-Za-z0-9._/ +-]{1,200}")
_STARTS: Final = frozenset(
    {"os.system", "os.exec", "os.posix_spawn", "os.spawn", "pty.spawn", "os.startfile"}
)


@dataclass(frozen=True, slots=True)
class Confinement:
    """A session: whose it is, how it came, and the folder it has."""

    login: str
    key: str
    """The fingerprint of the key it was opened with, or WEB."""
    folder: Path
    editor: str = ""
    """The editor an administrator allowed; '' for none."""

    @classmethod
    def of(cls, home: Path, login: str, key: str, editor: str = "") -> Confinement:
        """That of an agent on the desk in `home`. ValueError for a login or editor with odd signs."""
        if not LOGIN.fullmatch(login) or (editor and not _EDITOR.fullmatch(editor)):
            raise ValueError(login)
        return cls(login=login, key=key, folder=home / FOLDER / login, editor=editor)

    @property
    def via(self) -> str:
        """What history says of how an act came."""
        return WEB if self.key == WEB else f"ssh {self.key}"

    @property
    def files(self) -> Path:
        """Where saved files go and files to attach come from."""
        return self.folder / FILES

    def make(self) -> None:
        """Make the folders. Raises OSError."""
        for folder in (self.folder.parent, self.folder, self.files):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def names(self) -> list[str]:
        """The plain files in the folder, by name; no links, whoever put them there."""
        try:
            with os.scandir(self.files) as entries:
                return sorted(entry.name for entry in entries if _plain(entry.stat(follow_symlinks=False)))
        except FileNotFoundError:
            return []

    def open(self, name: str) -> BinaryIO:
        """Open a file to read. Raises OSError for one that is not in the list."""
        handle = os.open(self.files / _only_a_name(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        file = os.fdopen(handle, "rb")
        if not _plain(os.fstat(handle)):
            file.close()
            raise FileNotFoundError(name)
        return file

    def create(self, name: str) -> BinaryIO:
        """Make a new file to write. Raises OSError where there is one of that name, or no room."""
        if self.size() > limits.OWN_FILES_BYTES:
            raise OSError(122, os.strerror(122), name)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW
        return os.fdopen(os.open(self.files / _only_a_name(name), flags, 0o600), "wb")

    def remove(self, name: str) -> None:
        """Remove a file. Raises OSError."""
        (self.files / _only_a_name(name)).unlink()

    def size(self) -> int:
        """Octets of all files together."""
        return sum((self.files / name).lstat().st_size for name in self.names())


def _only_a_name(name: str) -> str:
    if not name or name.startswith(".") or any(sign in "/\\" or not sign.isprintable() for sign in name):
        raise FileNotFoundError(name)
    return name


def _plain(state: os.stat_result) -> bool:
    # a second name of the same file could be another's
    return stat.S_ISREG(state.st_mode) and state.st_nlink == 1


def command(arguments: Sequence[str], surroundings: Mapping[str, str], also: Sequence[str] = ()) -> str:
    """A shell command that runs this program with what is named here and nothing else around it."""
    passed = " ".join(f'{name}="${name}"' for name in (*PASSED_ON, *also))
    given = " ".join(f"{name}={shlex.quote(value)}" for name, value in surroundings.items())
    program = shlex.join([sys.executable, "-I", "-m", "deskterm", *arguments])
    return f"exec env -i PATH=/usr/local/bin:/usr/bin:/bin {passed} {given} {program}".replace("  ", " ")


def shut(confinement: Confinement, home: Path) -> None:
    """From now on this process starts no program but readers of letters and the allowed editor, and opens of
    the desk's folder, by Python's own calls, only what a console needs. It cannot be taken back."""
    editor = shlex.split(confinement.editor)[:1]
    closed = os.path.realpath(home)
    ways = tuple(
        os.path.realpath(path)
        for path in (
            str(confinement.folder),
            *(str(home / name) for name in NEEDED),
            sys.prefix,
            sys.base_prefix,
        )
    )

    def within(path: str, folders: Sequence[str]) -> bool:
        return any(path == folder or path.startswith(folder + os.sep) for folder in folders)

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path = arguments[0]
            if isinstance(path, (str, bytes, os.PathLike)):
                real = os.path.realpath(os.fsdecode(path))
                if within(real, (closed,)) and not within(real, ways):
                    raise PermissionError(1, "not in this session", os.fsdecode(path))
        elif event == "subprocess.Popen":
            words = [os.fsdecode(word) for word in arguments[1]]
            # by this name alone: as itself the program would be a console or command without any wall
            reads = words[:3] == READER and words[3:] and words[3] in READERS
            program = os.fsdecode(arguments[0])
            if not (reads or words[:1] == editor) or [program] != words[:1]:
                raise PermissionError(1, "no program is started in this session", program)
        elif event in _STARTS:
            raise PermissionError(1, "no program is started in this session")

    sys.addaudithook(watch)
