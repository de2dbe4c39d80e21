"""The file OpenSSH asks who may come in: public keys checked, one line of ours for each, others left alone.

A line of ours is `restrict,pty,command="…" KIND KEY deskterm:LOGIN COMMENT` (sshd(8), AUTHORIZED_KEYS FILE
FORMAT): no shell, no forwarding, no files, whatever the client asks for.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import re
import secrets
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deskterm import limits
from deskterm.desk.errors import BadData, Unavailable
from deskterm.i18n import _

KINDS: Final = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
MARK: Final = "deskterm:"
_KINDS = "|".join(map(re.escape, KINDS))
_OURS = re.compile(
    rf'restrict,pty,command="(?P<command>(?:[^"\\]|\\.)*)" (?P<kind>{_KINDS}) (?P<data>[A-Za-z0-9+/]+=*)'
    rf" {MARK}(?P<login>\S+)(?: (?P<comment>.*))?"
)
_ANY_KEY = re.compile(
    r"(?:^|[\s,])(?P<kind>(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)\s+(?P<data>AAAA[A-Za-z0-9+/]+=*)"
)
_COMMENT = re.compile(r"[^A-Za-z0-9@._+ -]+")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key that was checked."""

    kind: str
    data: str
    comment: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.data)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line with a key; `login` is '' in a line that is not ours."""

    login: str
    kind: str
    fingerprint: str
    comment: str
    editor: str
    walled: bool
    """Whether the line gives no shell."""


def fingerprint(data: str) -> str:
    """What `ssh-keygen -l` calls a key."""
    found = hashlib.sha256(base64.b64decode(data)).digest()
    return "SHA256:" + base64.b64encode(found).decode().rstrip("=")


def read_key(text: str) -> PublicKey:
    """A public key as `ssh-keygen` writes it, alone in its text: `KIND KEY COMMENT`.

    Raises BadData for anything else: several lines, options before it, a private key, a weak or broken one.
    """
    if "PRIVATE KEY" in text:
        raise BadData(_("This is a private key. Keep it secret and give the file that ends in .pub."))
    line = text.strip()
    if not line or len(line) > limits.PUBLIC_KEY_CHARACTERS or not line.isprintable():
        raise BadData(_("A public key is one line, as in a file that ends in .pub."))
    kind, _blank, rest = line.partition(" ")
    data, _blank, comment = rest.strip().partition(" ")
    if kind not in KINDS:
        raise BadData(
            _("A public key begins with one of {kinds}; nothing may stand before it.").format(
                kinds=", ".join(KINDS)
            )
        )
    _check(kind, data)
    return PublicKey(kind, data, _COMMENT.sub("", comment)[: limits.NAME_CHARACTERS].strip())


def _check(kind: str, data: str) -> None:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    try:
        raw = base64.b64decode(data, validate=True)
        length = int.from_bytes(raw[:4], "big")
        if raw[4 : 4 + length] != kind.encode() or base64.b64encode(raw).decode() != data:
            raise ValueError(kind)
        found = load_ssh_public_key(f"{kind} {data}".encode())
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as error:
        raise BadData(_("This public key is damaged; copy the whole line again.")) from error
    if isinstance(found, RSAPublicKey) and found.key_size < limits.RSA_BITS:
        raise BadData(
            _("An RSA key needs {bits} bits; better make one with: ssh-keygen -t ed25519").format(
                bits=limits.RSA_BITS
            )
        )


def line(key: PublicKey, login: str, command: str) -> str:
    """The line that lets a key do one thing."""
    quoted = command.replace("\\", "\\\\").replace('"', '\\"')
    if "\n" in quoted or "\r" in quoted:
        raise BadData(_("A path with a line break cannot be used."))
    return f'restrict,pty,command="{quoted}" {key.kind} {key.data} {MARK}{login} {key.comment}'.rstrip()


def entries(file: Path) -> list[Entry]:
    """The keys of the file in its order; a file that is not there has none. Raises Unavailable."""
    return [one for one in map(entry, _read(file)) if one is not None]


def entry(text: str) -> Entry | None:
    """The key of a line; None for one without."""
    ours = _OURS.fullmatch(text)
    if ours is not None:
        words = shlex.split(re.sub(r"\\(.)", r"\1", ours["command"]))
        return Entry(
            login=ours["login"],
            kind=ours["kind"],
            fingerprint=fingerprint(ours["data"]),
            comment=ours["comment"] or "",
            editor=words[words.index("--editor") + 1] if "--editor" in words[:-1] else "",
            walled=True,
        )
    other = _ANY_KEY.search(text) if not text.lstrip().startswith("#") else None
    if other is None:
        return None
    return Entry(
        login="",
        kind=other["kind"],
        fingerprint=_fingerprint_of(other["data"]),
        comment=text[other.end() :].strip(),
        editor="",
        walled="command=" in text[: other.start()],
    )


def _fingerprint_of(data: str) -> str:
    try:
        return fingerprint(data)
    except (ValueError, binascii.Error):
        return ""


def change(file: Path, edit: Callable[[list[str]], list[str]]) -> None:
    """Write the file anew with what `edit` makes of its lines: whole or not at all, for its owner alone.

    Raises Unavailable where it cannot be written.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(file.parent):
            before = _read(file)
            after = edit(list(before))
            if after == before and file.exists():
                os.chmod(file, 0o600)
                return
            fresh = file.parent / f".{file.name}.{secrets.token_hex(4)}"
            handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            try:
                with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as written:
                    written.writelines(f"{text}\n" for text in after)
                    written.flush()
                    os.fsync(written.fileno())
                os.replace(fresh, file)
            except BaseException:
                fresh.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise Unavailable(_("{what}: {why}").format(what=file, why=error.strerror)) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(file: Path) -> list[str]:
    try:
        if file.is_symlink():
            raise Unavailable(_("{what} is a link; name the file itself with --file.").format(what=file))
        with file.open(encoding="utf-8", errors="surrogateescape", newline="") as opened:
            text = opened.read(limits.AUTHORIZED_KEYS_BYTES + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unavailable(_("{what}: {why}").format(what=file, why=error.strerror)) from error
    if len(text) > limits.AUTHORIZED_KEYS_BYTES:
        raise Unavailable(_("{what} is too large for a file of keys.").format(what=file))
    return text.removesuffix("\n").split("\n") if text else []
