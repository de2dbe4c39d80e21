"""Passwords of mailboxes: where they are found, where they are put, and what that protects against.

Looked for in this order: the environment, a systemd credential, the system's keyring, an encrypted file in
the desk's folder. A password is never an argument, never in a log and never in the database.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from deskterm import limits
from deskterm.config import Home
from deskterm.i18n import _

CANNOT_WRITE = 73
CONFIGURATION = 78
PASSPHRASE = "DESKTERM_PASSPHRASE"
KEYRING_SWITCH = "DESKTERM_KEYRING"
"""`off`: the system's keyring is not asked (servers, the demo, tests)."""
SCRYPT_COST = 2**15

_T = TypeVar("_T")


class SecretError(Exception):
    """A secret cannot be read or written; `sentence` says why and what to do, never the secret."""

    def __init__(self, sentence: str, exit_code: int = CONFIGURATION) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Place:
    """A place secrets can be in, and what a secret there is worth."""

    name: str
    """'environment', 'credential', 'keyring', 'file'."""
    usable: bool
    detail: str
    protects: str


class _Backend(Protocol):
    """What is used of a backend of the keyring library."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def variable(address: str, what: str = "password") -> str:
    """Name of the environment variable of a secret: DESKTERM_PASSWORD_SUPPORT_EXAMPLE_ORG.

    Signs become underscores; other letters than A to Z their code point, so that two addresses in
    Cyrillic do not share one name.
    """
    return f"DESKTERM_{what.upper()}_" + re.sub(
        r"[^A-Z0-9]",
        lambda match: f"U{ord(match.group()):04X}" if ord(match.group()) > 127 else "_",
        address.strip().upper(),
    )


class SecretStore:
    """The secrets of one desk; it holds none of them between calls."""

    __slots__ = ("_environment", "_keyring_rest", "_lock", "home")

    def __init__(self, home: Home, environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._environment = os.environ if environment is None else environment
        self._keyring_rest = 0.0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"SecretStore({str(self.home.folder)!r})"

    @property
    def file(self) -> Path:
        return self.home.folder / "secrets.json"

    @property
    def key_file(self) -> Path:
        return self.home.folder / "secrets.key"

    def get(self, account_address: str, what: str = "password") -> str | None:
        """The secret from the first place that has one; None where none has."""
        found = self._find(account_address, what)
        return None if found is None else found[1]

    def where(self, account_address: str, what: str = "password") -> str | None:
        """Name of the place `get` would take the secret from."""
        found = self._find(account_address, what)
        return None if found is None else found[0]

    def set(self, account_address: str, secret: str, what: str = "password", to: str | None = None) -> str:
        """Keep a secret in the keyring, else in the file, and give the name of the place.

        `to` ('keyring' or 'file') leaves no choice: a worker started by systemd cannot open the keyring
        of a desktop session.
        """
        name = _entry(account_address, what)
        if to != "file":
            try:
                self._ask_keyring(lambda backend: backend.set_password(self._service, name, secret))
            except SecretError:
                if to == "keyring":
                    raise
            else:
                self._change_file(lambda secrets: secrets.pop(name, None))
                return "keyring"
        self._change_file(lambda secrets: secrets.update({name: secret}))
        self._forget_in_keyring(name)  # it is asked first: an old password there would win
        return "file"

    def forget(self, account_address: str, what: str = "password") -> tuple[str, ...]:
        """Remove a secret wherever we can write and give the places it was removed from."""
        name = _entry(account_address, what)
        removed = ["keyring"] if self._forget_in_keyring(name) else []
        if self._change_file(lambda secrets: secrets.pop(name, None)) is not None:
            removed.append("file")
        return tuple(removed)

    def _forget_in_keyring(self, name: str) -> bool:
        try:
            if self._ask_keyring(lambda backend: backend.get_password(self._service, name)) is None:
                return False
            self._ask_keyring(lambda backend: backend.delete_password(self._service, name))
        except SecretError:
            return False  # a keyring that cannot be asked gave us nothing either
        return True

    def status(self) -> list[Place]:
        """Every place in the order it is asked, whether it can be used, and what it protects against."""
        folder = self._environment.get("CREDENTIALS_DIRECTORY", "")
        try:
            backend = self._ask_keyring(lambda found: type(found).__module__.rpartition(".")[2])
            keyring = Place(
                "keyring",
                True,
                backend,
                _("Protects against other users and stolen disks; open while you are logged in."),
            )
        except SecretError as problem:
            keyring = Place("keyring", False, problem.sentence, "")
        return [
            Place(
                "environment",
                True,
                variable("support@example.org"),
                _("Protects against other users; processes of the same user can read it."),
            ),
            Place(
                "credential",
                bool(folder),
                folder or _("Not started by systemd with credentials."),
                _("Protects against other users; systemd may keep it encrypted on the disk."),
            ),
            keyring,
            self._file_status(),
        ]

    def _file_status(self) -> Place:
        by_passphrase = self._passphrase() is not None
        try:
            self._read_file()
        except SecretError as problem:
            return Place("file", False, problem.sentence, "")
        if by_passphrase:
            protects = _("Encrypted by your passphrase: a copy of the folder is worth nothing without it.")
        else:
            protects = _(
                "Encrypted by a key file beside it: protects a copy of this file, not of the whole folder. "
                "Set {variable} to protect both."
            ).format(variable=PASSPHRASE)
        return Place("file", True, str(self.file), protects)

    # Where each place is asked

    def _find(self, address: str, what: str) -> tuple[str, str] | None:
        given = self._given(variable(address, what))
        if given is not None:
            return given
        name = _entry(address, what)
        try:
            kept = self._ask_keyring(lambda backend: backend.get_password(self._service, name))
        except SecretError:
            kept = None
        if kept is not None:
            return "keyring", kept
        kept = self._read_file().get(name)
        return None if kept is None else ("file", kept)

    def _given(self, name: str) -> tuple[str, str] | None:
        """A value from the environment or from a systemd credential of the same name."""
        value = self._environment.get(name)
        if value:
            return "environment", value
        folder = self._environment.get("CREDENTIALS_DIRECTORY")
        if folder:
            try:
                text = (Path(folder) / name).read_text(encoding="utf-8")
            except FileNotFoundError:
                return None
            except (OSError, UnicodeDecodeError) as problem:
                raise SecretError(
                    _("The credential {name} cannot be read: {why}.").format(
                        name=name, why=getattr(problem, "strerror", None) or type(problem).__name__
                    )
                ) from None
            return "credential", text.removesuffix("\n")
        return None

    def _passphrase(self) -> str | None:
        given = self._given(PASSPHRASE)
        return None if given is None else given[1]

    @property
    def _service(self) -> str:
        """Each desk's own drawer: a demo or a second desk never sees the first one's passwords."""
        return f"deskterm {self.home.folder}"

    def _ask_keyring(self, call: Callable[[_Backend], _T]) -> _T:
        """Ask the system's keyring within the time limit; SecretError where there is none worth the name."""
        if self._environment.get(KEYRING_SWITCH, "").lower() == "off":
            raise SecretError(_("The keyring is switched off by {variable}.").format(variable=KEYRING_SWITCH))
        if time.monotonic() < self._keyring_rest:
            raise SecretError(_("The system's keyring does not answer."))
        answer: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

        def ask() -> None:
            try:
                answer.put((call(_safe_backend()), None))
            except Exception as problem:  # noqa: BLE001  backends raise whatever their service raises
                answer.put((None, problem))

        threading.Thread(target=ask, name="keyring", daemon=True).start()
        try:
            value, problem = answer.get(timeout=limits.KEYRING_SECONDS)
        except Empty:
            # a locked keyring waits for a person; a worker must not wait with it at every letter
            self._keyring_rest = time.monotonic() + limits.KEYRING_REST_SECONDS
            raise SecretError(_("The system's keyring does not answer.")) from None
        if isinstance(problem, SecretError):
            raise problem
        if problem is not None:
            raise SecretError(
                _("The system's keyring cannot be used ({why}).").format(why=type(problem).__name__)
            ) from None
        return value  # type: ignore[no-any-return]

    # The encrypted file

    def _read_file(self) -> dict[str, str]:
        data = _read_private(self.file)
        if data is None:
            return {}
        try:
            box = json.loads(data)
            head = {name: box[name] for name in ("format", "key", "salt")}
            nonce, sealed = base64.b64decode(box["nonce"]), base64.b64decode(box["data"])
            salt = base64.b64decode(box["salt"])
        except (ValueError, KeyError, TypeError):
            raise SecretError(
                _("{path} is damaged; remove it and set the passwords again.").format(path=self.file)
            ) from None
        if head["format"] != 1:
            raise SecretError(_("{path} was written by a newer deskterm.").format(path=self.file))
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._key(head["key"] == "passphrase", salt)
        if key is None:
            if head["key"] == "passphrase":
                raise SecretError(
                    _("{path} is locked by a passphrase: set {variable}.").format(
                        path=self.file, variable=PASSPHRASE
                    )
                )
            raise SecretError(
                _("The key {path} is missing; set the passwords again.").format(path=self.key_file)
            )
        try:
            opened: dict[str, str] = json.loads(AESGCM(key).decrypt(nonce, sealed, _bound(head)))
        except InvalidTag:
            if head["key"] == "passphrase":
                sentence = _("{variable} does not open {path}.").format(variable=PASSPHRASE, path=self.file)
            else:
                sentence = _("{key} does not open {path}.").format(key=self.key_file, path=self.file)
            raise SecretError(sentence) from None
        return opened

    def _change_file(self, change: Callable[[dict[str, str]], _T]) -> _T | None:
        """Change the entries under a lock between processes; nothing is written where nothing changed."""
        if not self.file.exists():
            probe: dict[str, str] = {}
            change(probe)
            if not probe:
                return None
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        with self._lock, self._locked():
            secrets = self._read_file()
            before = dict(secrets)
            result = change(secrets)
            if secrets == before:
                return result
            by_passphrase = self._passphrase() is not None
            salt = os.urandom(16)
            head = {
                "format": 1,
                "key": "passphrase" if by_passphrase else "file",
                "salt": base64.b64encode(salt).decode("ascii"),
            }
            key = self._key(by_passphrase, salt) or self._new_key_file()
            nonce = os.urandom(12)
            sealed = AESGCM(key).encrypt(nonce, json.dumps(secrets).encode("utf-8"), _bound(head))
            box = head | {
                "nonce": base64.b64encode(nonce).decode("ascii"),
                "data": base64.b64encode(sealed).decode("ascii"),
            }
            _write_private(self.file, json.dumps(box).encode("ascii"))
            if by_passphrase:
                self.key_file.unlink(missing_ok=True)
            return result

    def _key(self, by_passphrase: bool, salt: bytes) -> bytes | None:
        """The file's key: made from the passphrase, or read from the key file; None where there is none."""
        if not by_passphrase:
            key = _read_private(self.key_file)
            if key is not None and len(key) != 32:
                raise SecretError(
                    _("{path} is damaged; remove it and set the passwords again.").format(path=self.key_file)
                )
            return key
        passphrase = self._passphrase()
        if passphrase is None:
            return None
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

        return Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode("utf-8"))

    def _new_key_file(self) -> bytes:
        key = os.urandom(32)
        _write_private(self.key_file, key)
        return key

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.home.folder / "secrets.lock"
            lock = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as problem:
            raise _cannot_write(self.home.folder, problem) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _safe_backend() -> _Backend:
    """The system's keyring, never the library's fail, null or plain-text stand-ins."""
    import keyring

    found: Any = keyring.get_keyring()
    if type(found).__module__ == "keyring.backends.chainer":
        found = next((backend for backend in found.backends if _is_safe(backend)), None)
    if found is None or not _is_safe(found):
        raise SecretError(_("This system has no keyring that keeps passwords encrypted."))
    return found  # type: ignore[no-any-return]


def _is_safe(backend: object) -> bool:
    module, name = type(backend).__module__, type(backend).__name__
    return not (
        module.startswith(("keyring.backends.fail", "keyring.backends.null", "keyrings.alt"))
        or "plaintext" in name.lower()
    )


def _entry(address: str, what: str) -> str:
    return f"{what} {address.strip().casefold()}"


def _bound(head: Mapping[str, object]) -> bytes:
    return json.dumps(head, sort_keys=True).encode("ascii")


def _cannot_write(path: Path, problem: OSError) -> SecretError:
    return SecretError(
        _("Cannot write {path}: {why}.").format(path=path, why=problem.strerror or type(problem).__name__),
        CANNOT_WRITE,
    )


def _read_private(path: Path) -> bytes | None:
    """The bytes of a file that nobody else may read; None where there is no such file."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise SecretError(
            _("Cannot read {path}: {why}.").format(path=path, why=problem.strerror or type(problem).__name__)
        ) from None
    with os.fdopen(handle, "rb") as file:
        state = os.fstat(handle)
        if stat.S_IMODE(state.st_mode) & 0o077:
            raise SecretError(_("Others may read {path}; run: chmod 600 {path}").format(path=path))
        if state.st_uid != os.geteuid():
            raise SecretError(_("{path} belongs to another user.").format(path=path))
        return file.read()


def _write_private(path: Path, data: bytes) -> None:
    """Replace a file at once, readable by its owner only, on the disk before this returns."""
    fresh = path.with_name(f".{path.name}.{os.urandom(6).hex()}")
    try:
        handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(handle)
            os.replace(fresh, path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as problem:
        raise _cannot_write(path, problem) from None
