"""Where passwords are found, where they are put, and who can read them there."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from deskterm import limits
from deskterm.config import Home
from deskterm.secrets import SecretError, SecretStore, variable

ADDRESS = "support@example.org"


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 9.0

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class PlaintextKeyring(Drawer):
    """Looks like the one of keyrings.alt."""


class Locked(Drawer):
    """Waits for a person who is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.free = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self.free.wait()
        return None


@pytest.fixture(autouse=True)
def own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home.find(str(tmp_path / "own"), {})


def test_the_environment_wins_over_everything(home: Home) -> None:
    keyring.set_keyring(Drawer())
    SecretStore(home, {}).set(ADDRESS, "from the keyring")
    secrets = SecretStore(home, {"DESKTERM_PASSWORD_SUPPORT_EXAMPLE_ORG": "given"})
    assert secrets.get(ADDRESS) == "given"
    assert secrets.where(ADDRESS) == "environment"


def test_a_systemd_credential_is_read_without_its_last_line_end(home: Home, tmp_path: Path) -> None:
    (tmp_path / variable(ADDRESS)).write_text(" two words \n")
    secrets = SecretStore(home, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert secrets.get(ADDRESS) == " two words "
    assert secrets.where(ADDRESS) == "credential"


def test_two_cyrillic_addresses_do_not_share_a_variable() -> None:
    assert variable("почта@пример.рф") != variable("отдел@пример.рф")
    assert variable("a.b@example.org").isascii() and variable("почта@пример.рф").isascii()


def test_a_password_goes_to_the_keyring_where_there_is_one(home: Home) -> None:
    drawer = Drawer()
    keyring.set_keyring(drawer)
    secrets = SecretStore(home, {})
    assert secrets.set(ADDRESS, "s3cret") == "keyring"
    assert secrets.get("Support@Example.org") == "s3cret"
    assert not secrets.file.exists()
    assert secrets.forget(ADDRESS) == ("keyring",)
    assert drawer.kept == {}


def test_two_desks_do_not_see_each_others_passwords(tmp_path: Path) -> None:
    keyring.set_keyring(Drawer())
    SecretStore(Home.find(str(tmp_path / "one"), {}), {}).set(ADDRESS, "one")
    assert SecretStore(Home.find(str(tmp_path / "two"), {}), {}).get(ADDRESS) is None


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, PlaintextKeyring])
def test_a_keyring_that_keeps_nothing_or_plain_text_is_not_used(
    home: Home, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    secrets = SecretStore(home, {})
    assert secrets.set(ADDRESS, "s3cret") == "file"
    assert secrets.get(ADDRESS) == "s3cret"
    assert not getattr(keyring.get_keyring(), "kept", {})


def test_a_locked_keyring_is_waited_for_once_and_then_left_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEYRING_SECONDS", 0.05)
    locked = Locked()
    keyring.set_keyring(locked)
    secrets = SecretStore(home, {})
    try:
        assert secrets.get(ADDRESS) is None
        assert secrets.get(ADDRESS) is None
        assert locked.asked == 1
    finally:
        locked.free.set()


def test_a_password_put_into_the_file_takes_the_old_one_out_of_the_keyring(home: Home) -> None:
    keyring.set_keyring(Drawer())
    secrets = SecretStore(home, {})
    secrets.set(ADDRESS, "old")
    assert secrets.set(ADDRESS, "new", to="file") == "file"
    assert secrets.get(ADDRESS) == "new"
    secrets.set(ADDRESS, "newest")
    assert "file" not in secrets.forget(ADDRESS)


def test_the_file_is_encrypted_and_for_its_owner_only(home: Home) -> None:
    secrets = SecretStore(home, {})
    secrets.set(ADDRESS, "s3cret-word")
    secrets.set("other@example.org", "another")
    secrets.set(ADDRESS, "token", "refresh_token")
    assert SecretStore(home, {}).get(ADDRESS) == "s3cret-word"
    assert SecretStore(home, {}).get(ADDRESS, "refresh_token") == "token"
    for path in home.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
        data = path.read_bytes()
        assert b"s3cret-word" not in data and b"support" not in data
    assert stat.S_IMODE(home.folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in home.folder.iterdir()) == [
        "secrets.json",
        "secrets.key",
        "secrets.lock",
    ]


def test_a_file_that_others_may_read_is_refused_with_what_to_do(home: Home) -> None:
    secrets = SecretStore(home, {})
    secrets.set(ADDRESS, "s3cret")
    secrets.file.chmod(0o644)
    with pytest.raises(SecretError, match="chmod 600") as caught:
        secrets.get(ADDRESS)
    assert caught.value.exit_code == 78


def test_a_link_in_place_of_the_file_is_not_followed(home: Home, tmp_path: Path) -> None:
    secrets = SecretStore(home, {})
    secrets.set(ADDRESS, "s3cret")
    elsewhere = tmp_path / "elsewhere"
    secrets.file.rename(elsewhere)
    secrets.file.symlink_to(elsewhere)
    with pytest.raises(SecretError):
        secrets.get(ADDRESS)


def test_with_a_passphrase_the_folder_alone_opens_nothing(home: Home) -> None:
    SecretStore(home, {"DESKTERM_PASSPHRASE": "correct horse"}).set(ADDRESS, "s3cret")
    assert SecretStore(home, {"DESKTERM_PASSPHRASE": "correct horse"}).get(ADDRESS) == "s3cret"
    assert not SecretStore(home, {}).key_file.exists()
    with pytest.raises(SecretError, match="DESKTERM_PASSPHRASE"):
        SecretStore(home, {}).get(ADDRESS)
    with pytest.raises(SecretError, match="does not open"):
        SecretStore(home, {"DESKTERM_PASSPHRASE": "wrong"}).get(ADDRESS)


def test_a_passphrase_given_later_locks_what_was_there(home: Home) -> None:
    SecretStore(home, {}).set(ADDRESS, "s3cret")
    later = SecretStore(home, {"DESKTERM_PASSPHRASE": "correct horse"})
    assert later.get(ADDRESS) == "s3cret"
    later.set("other@example.org", "another")
    assert not later.key_file.exists()
    assert later.get(ADDRESS) == "s3cret"
    with pytest.raises(SecretError):
        SecretStore(home, {}).get(ADDRESS)


@pytest.mark.parametrize("damage", [b"", b"{}", b"not json", b'{"format": 1, "key": "file"}'])
def test_a_damaged_file_is_one_sentence(home: Home, damage: bytes) -> None:
    secrets = SecretStore(home, {})
    secrets.set(ADDRESS, "s3cret")
    secrets.file.write_bytes(damage)
    with pytest.raises(SecretError, match="damaged"):
        secrets.get(ADDRESS)


def test_a_changed_file_is_not_believed(home: Home) -> None:
    secrets = SecretStore(home, {})
    secrets.set(ADDRESS, "s3cret")
    box = json.loads(secrets.file.read_bytes())
    box["salt"] = "AAAAAAAAAAAAAAAAAAAAAA=="
    secrets.file.write_text(json.dumps(box))
    with pytest.raises(SecretError, match="does not open"):
        secrets.get(ADDRESS)


def test_a_folder_that_cannot_be_written_is_exit_code_73(tmp_path: Path) -> None:
    """A file stands in its way, which stops root too."""
    (tmp_path / "file").write_text("here already")
    with pytest.raises(SecretError) as caught:
        SecretStore(Home.find(str(tmp_path / "file" / "closed"), {}), {}).set(ADDRESS, "s3cret")
    assert caught.value.exit_code == 73


def test_many_at_once_lose_nothing(home: Home) -> None:
    def put(number: int) -> None:
        SecretStore(home, {"DESKTERM_KEYRING": "off"}).set(f"a{number}@example.org", str(number))

    threads = [threading.Thread(target=put, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    secrets = SecretStore(home, {})
    assert [secrets.get(f"a{number}@example.org") for number in range(8)] == [str(n) for n in range(8)]


def test_status_says_what_each_place_is_worth_and_never_the_secret(home: Home) -> None:
    secrets = SecretStore(home, {"DESKTERM_KEYRING": "off"})
    secrets.set(ADDRESS, "s3cret-word")
    places = secrets.status()
    assert [place.name for place in places] == ["environment", "credential", "keyring", "file"]
    assert [place.usable for place in places] == [True, False, False, True]
    assert "key file" in places[3].protects
    assert "s3cret-word" not in repr(places) + repr(secrets) + repr(vars(SecretStore))
    locked = SecretStore(home, {"DESKTERM_KEYRING": "off", "DESKTERM_PASSPHRASE": "correct horse"})
    locked.set(ADDRESS, "s3cret-word")
    assert "passphrase" in locked.status()[3].protects


def test_forgetting_what_is_not_there_says_so_and_makes_no_file(home: Home) -> None:
    secrets = SecretStore(home, {})
    assert secrets.forget(ADDRESS) == ()
    assert not home.folder.exists()
