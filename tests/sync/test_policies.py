"""Where letters lie on the server once they are stored, and when a person wants them elsewhere."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from smtplib import LMTP
from typing import Any

import pytest
from sqlalchemy import select

from deskterm.desk import junk, refiling
from deskterm.desk.actor import SYSTEM
from deskterm.desk.intake import folders
from deskterm.store import tables as t
from deskterm.sync import files
from deskterm.sync.duty import Duty
from tests.sync.duties import look_and_read, on_duty
from tests.sync.stage import Stage, letter, open_stage
from tests.world.dovecot import Dovecot
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer

CUSTOMER = "anna@customers.test"

both = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


class Place:
    """A mailbox on one of the servers, as the tests look at it."""

    def __init__(self, server: Any, address: str, password: str) -> None:
        self._server = server
        self.address = address
        self.password = password
        self.servers = {
            "incoming_host": "localhost",
            "incoming_port": server.imaps_port,
            "ca_file": str(server.ca_file),
        }

    def deliver(self, *numbers: int, raw: bytes = b"") -> None:
        letters = [letter(n, f"customer{n}@customers.test", self.address) for n in numbers]
        for one in [*letters, *([raw] if raw else [])]:
            if isinstance(self._server, PymapServer):
                self._server.deliver(self.address, one)
            else:
                with LMTP(self._server.host, self._server.lmtp_port) as line:
                    line.sendmail(CUSTOMER, [self.address], one)

    def holds(self, folder: str = "INBOX") -> list[str]:
        """Subject and flags of each letter of a folder, sorted; nothing where there is no such folder."""
        context = ssl.create_default_context(cafile=str(self._server.ca_file))
        with imaplib.IMAP4_SSL("localhost", self._server.imaps_port, ssl_context=context) as line:
            line.login(self.address, self.password)
            if line.select(f'"{folder}"', readonly=True)[0] != "OK":
                return []
            found = []
            for number in line.search(None, "ALL")[1][0].split():
                data = line.fetch(number.decode(), "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]
                said = b" ".join(
                    part for piece in data for part in (piece if isinstance(piece, tuple) else (piece,))
                )
                subject = said.partition(b"Subject: ")[2].split(b"\r\n")[0].decode()
                found.append(subject + (" seen" if b"\\Seen" in said else ""))
        return sorted(found)


@pytest.fixture(params=["dovecot", "pymap_server"])
def place(request: pytest.FixtureRequest, new_address: Callable[[str], str]) -> Place:
    server = request.getfixturevalue(request.param)
    address = new_address("desk")
    return Place(server, address, server.add_user(address))


@pytest.fixture
def pymap_place(pymap_server: PymapServer, new_address: Callable[[str], str]) -> Place:
    address = new_address("desk")
    return Place(pymap_server, address, pymap_server.add_user(address))


@pytest.fixture
def dovecot_place(dovecot: Dovecot, new_address: Callable[[str], str]) -> Place:
    address = new_address("desk")
    return Place(dovecot, address, dovecot.add_user(address))


def printer(number: int, mark: str = "") -> str:
    return f"Printer {number} is out of toner{mark}"


def letter_id(stage: Stage, number: int) -> int:
    return int(
        stage.read(
            lambda work: work.value(select(t.letter.c.id).where(t.letter.c.subject == printer(number)))
        )
    )


each_policy = pytest.mark.parametrize(
    ("policy", "inbox", "done"),
    [
        ({"after": "leave"}, [printer(1), printer(2)], []),
        ({"after": "seen"}, [printer(1, " seen"), printer(2, " seen")], []),
        ({"after": "move", "after_folder": "Done"}, [], [printer(1), printer(2)]),
        ({"after": "delete"}, [], []),
    ],
    ids=lambda value: value.get("after") if isinstance(value, dict) else "",
)


@each_policy
def test_letters_lie_where_the_account_says_also_after_a_crash(
    stage: Stage,
    place: Place,
    policy: dict[str, str],
    inbox: list[str],
    done: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = stage.add_account(place.address, place.password, **place.servers, **policy)
    place.deliver(1, 2)
    with on_duty(stage, monkeypatch) as duty:
        look_and_read(stage, duty, account)
        assert (place.holds(), place.holds("Done")) == (inbox, done)
        with stage.store.work(write=True) as work:
            # As after a crash between the server's yes and our noting it
            work.execute(t.delivery.update().values(placed=False))
        look_and_read(stage, duty, account)
    assert (place.holds(), place.holds("Done")) == (inbox, done)
    assert stage.count(t.delivery, t.delivery.c.placed.is_(False)) == 0
    assert stage.count(t.delivery) == stage.count(t.ticket) == 2


@each_policy
@both
def test_killed_between_the_store_and_its_place_each_letter_is_stored_once_and_lies_where_it_should(
    stage: Stage,
    pymap_place: Place,
    policy: dict[str, str],
    inbox: list[str],
    done: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = pymap_place
    account = stage.add_account(place.address, place.password, **place.servers, **policy)
    # A block each: what is behind the first is not stored when the worker dies
    stage.limits["FETCH_BLOCK_LETTERS"] = 1
    place.deliver(1)
    assert stage.killed_at("after_store")
    assert place.holds() == [printer(1)], "nothing is done on the server before"
    waits = 0 if policy["after"] == "leave" else 1
    assert stage.count(t.delivery, t.delivery.c.placed.is_(False)) == waits
    place.deliver(2)
    if policy["after"] != "leave":
        for point in ("before_place", "after_place"):
            assert stage.killed_at(point)
            assert stage.count(t.delivery, t.delivery.c.placed.is_(False)) >= 1
    with on_duty(stage, monkeypatch) as duty:
        for _ in range(2):
            look_and_read(stage, duty, account)
    assert (place.holds(), place.holds("Done")) == (inbox, done)
    assert stage.count(t.delivery, t.delivery.c.placed.is_(False)) == 0
    assert stage.count(t.delivery) == stage.count(t.ticket) == 2


def test_a_letter_that_is_placed_when_it_is_stored_stays_unread_in_its_place(
    stage: Stage, dovecot_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = dovecot_place
    account = stage.add_account(place.address, place.password, after="leave", **place.servers)
    place.deliver(1)
    with on_duty(stage, monkeypatch) as duty:
        look_and_read(stage, duty, account)
        with stage.store.work(write=True) as work:
            work.update(t.account, account, after="delete")
        look_and_read(stage, duty, account)
    assert place.holds() == [printer(1)]


class TestJunk:
    @pytest.mark.parametrize(
        "policy",
        [{"after": "leave"}, {"after": "move", "after_folder": "Done"}],
        ids=["where it was read", "where it was moved to"],
    )
    def test_a_letter_called_junk_is_in_the_servers_junk_folder(
        self, stage: Stage, place: Place, policy: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = stage.add_account(place.address, place.password, **place.servers, **policy)
        place.deliver(1, 2)
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
            with stage.store.work(write=True) as work:
                assert junk.mark(work, SYSTEM, letter_id=letter_id(stage, 1)) == 1
            look_and_read(stage, duty, account)
            assert place.holds("Junk") == [printer(1)]
            assert place.holds(policy.get("after_folder", "INBOX")) == [printer(2)]
            with stage.store.work(write=True) as work:
                # As after a crash between the move and our noting it
                folders.wish(work, letter_id(stage, 1), folders.JUNK)
            look_and_read(stage, duty, account)
        assert place.holds("Junk") == [printer(1)]
        assert stage.count(t.delivery, t.delivery.c.wish != "") == 0
        assert stage.count(t.mail_log, t.mail_log.c.act == "junk") == 1

    @pytest.mark.parametrize("point", ["before_place", "after_place"])
    def test_killed_on_the_way_to_junk_it_is_there_once_in_the_end(
        self, stage: Stage, pymap_place: Place, point: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = pymap_place
        account = stage.add_account(place.address, place.password, after="leave", **place.servers)
        place.deliver(1, 2)
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
        with stage.store.work(write=True) as work:
            junk.mark(work, SYSTEM, letter_id=letter_id(stage, 1))
        assert stage.killed_at(point)
        assert stage.count(t.delivery, t.delivery.c.wish != "") == 1
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
        assert (place.holds("Junk"), place.holds()) == ([printer(1)], [printer(2)])
        assert stage.count(t.delivery, t.delivery.c.wish != "") == 0
        assert stage.count(t.delivery) == 2

    def test_the_worker_is_woken_for_it_and_finds_it_under_another_numbering(
        self, stage: Stage, dovecot_place: Place
    ) -> None:
        place = dovecot_place
        account = stage.add_account(place.address, place.password, after="leave", **place.servers)
        place.deliver(1)
        stage.worker()
        stage.wait_for_tickets(1)
        stage.wait_for_incoming(account, "idle")
        message_id = stage.read(lambda work: work.value(select(t.message.c.id)))
        with stage.store.work(write=True) as work:
            work.execute(t.delivery.update().values(epoch="17"))
            junk.mark(work, SYSTEM, message_id=message_id)
        wait_until(lambda: place.holds("Junk") == [printer(1)], "it is moved")
        wait_until(lambda: stage.count(t.delivery, t.delivery.c.wish != "") == 0, "it is noted")

    def test_a_letter_that_is_nowhere_any_more_is_let_go(
        self, stage: Stage, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = stage.add_account(place.address, place.password, after="delete", **place.servers)
        place.deliver(1)
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
            with stage.store.work(write=True) as work:
                junk.mark(work, SYSTEM, letter_id=letter_id(stage, 1))
            look_and_read(stage, duty, account)
        assert stage.count(t.delivery, t.delivery.c.wish != "") == 0

    def test_a_refiled_letter_goes_to_the_folder_that_was_named(
        self, stage: Stage, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = stage.add_account(place.address, place.password, after="seen", **place.servers)
        place.deliver(1, 2)
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
            with stage.store.work(write=True) as work:
                refiling.wish(work, SYSTEM, letter_id(stage, 2), "Счета 2026")
            look_and_read(stage, duty, account)
            assert place.holds() == [printer(1, " seen")]
            with stage.store.work(write=True) as work:
                refiling.wish(work, SYSTEM, letter_id(stage, 1), "Счета 2026")
            look_and_read(stage, duty, account)
        assert place.holds() == []
        assert len(place.holds("&BCEERwQ1BEIEMA- 2026")) == 2

    def test_the_junk_folder_is_read_into_triage_and_left_as_it_is(
        self, stage: Stage, dovecot_place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = dovecot_place
        account = stage.add_account(
            place.address, place.password, after="delete", reads_junk=True, **place.servers
        )
        place.deliver(1, 2)
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
            assert place.holds() == []
        with LMTP("127.0.0.1", place._server.lmtp_port) as line:
            line.sendmail(CUSTOMER, [place.address], letter(3, CUSTOMER, place.address))
        _move_by_hand(place)
        with on_duty(stage, monkeypatch) as duty:
            look_and_read(stage, duty, account)
            look_and_read(stage, duty, account)
        [held] = stage.read(lambda work: work.rows(select(t.letter).where(t.letter.c.triage == "waiting")))
        assert (held.subject, held.verdict, held.triage_why) == (printer(3), "hold", "from the Junk folder")
        assert place.holds("Junk") == [printer(3)]
        assert stage.count(t.ticket) == 2
        assert stage.count(t.outgoing, t.outgoing.c.ticket_id.is_(None)) == 0


def _move_by_hand(place: Place) -> None:
    """Somebody puts all of the inbox into Junk."""
    context = ssl.create_default_context(cafile=str(place._server.ca_file))
    with imaplib.IMAP4_SSL("localhost", place._server.imaps_port, ssl_context=context) as line:
        line.login(place.address, place.password)
        line.select()
        line.uid("MOVE", "1:*", "Junk")


@both
class TestAttachments:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "scans"
        folder.mkdir()
        return folder

    @pytest.fixture
    def account(self, stage: Stage, folder: Path, pymap_server: PymapServer, place: Place) -> int:
        return stage.add_account(
            place.address, place.password, attachments_folder=str(folder), **place.servers
        )

    @pytest.fixture
    def place(self, pymap_server: PymapServer, new_address: Callable[[str], str]) -> Place:
        address = new_address("desk")
        return Place(pymap_server, address, pymap_server.add_user(address))

    def with_files(self, place: Place, *files: tuple[str, bytes]) -> bytes:
        message = EmailMessage()
        message["From"], message["To"] = CUSTOMER, place.address
        message["Subject"], message["Message-ID"] = "Scans", f"<{len(files)}.scans@customers.test>"
        message.set_content("Here they are.")
        for name, data in files:
            message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
        return message.as_bytes()

    def there(self, folder: Path) -> dict[str, bytes]:
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }

    def received(self, stage: Stage, duty: Duty, account: int) -> int:
        look_and_read(stage, duty, account)
        return int(stage.read(lambda work: work.value(select(t.ticket.c.id))))

    def test_they_are_saved_by_ticket_under_safe_names_and_overwrite_nothing(
        self, stage: Stage, place: Place, account: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place.deliver(
            raw=self.with_files(place, ("bill.pdf", b"new"), ("../../etc/passwd", b"x"), ("bill.pdf", b"2"))
        )
        with on_duty(stage, monkeypatch) as duty:
            ticket = self.received(stage, duty, account)
            (folder / str(ticket)).mkdir()
            (folder / str(ticket) / "bill.pdf").write_bytes(b"old")
            assert files.save_all(duty) == {}
        assert self.there(folder) == {
            f"{ticket}/bill.pdf": b"old",
            f"{ticket}/bill (1).pdf": b"new",
            f"{ticket}/passwd": b"x",
            f"{ticket}/bill (2).pdf": b"2",
        }

    def test_a_crash_before_it_is_noted_saves_nothing_twice(
        self, stage: Stage, place: Place, account: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place.deliver(raw=self.with_files(place, ("a.pdf", b"one"), ("b.pdf", b"two")))
        with on_duty(stage, monkeypatch) as duty:
            ticket = self.received(stage, duty, account)
            files.save_all(duty)
            with stage.store.work(write=True) as work:
                work.execute(t.attachment.update().values(save_to=str(folder)))
            (folder / str(ticket) / ".deskterm-1.part").write_bytes(b"hal")
            files.save_all(duty)
        assert self.there(folder) == {f"{ticket}/a.pdf": b"one", f"{ticket}/b.pdf": b"two"}
        assert stage.count(t.attachment, t.attachment.c.save_to != "") == 0

    def test_a_folder_that_cannot_be_written_is_said_and_stops_nothing(
        self, stage: Stage, place: Place, account: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder.rmdir()
        place.deliver(raw=self.with_files(place, ("a.pdf", b"one")))
        with on_duty(stage, monkeypatch) as duty:
            ticket = self.received(stage, duty, account)
            assert str(folder) in files.save_all(duty)[account]
            assert "No such file" in stage.state(account).files_detail
            assert not folder.exists()
            place.deliver(1)
            look_and_read(stage, duty, account)
            folder.mkdir()
            (folder / str(ticket)).symlink_to(folder.parent)
            assert account in files.save_all(duty), "a link to elsewhere is not followed"
            (folder / str(ticket)).unlink()
            assert files.save_all(duty) == {}
        assert stage.state(account).files_detail == ""
        assert self.there(folder) == {f"{ticket}/a.pdf": b"one"}
        assert stage.count(t.ticket) == 2

    def test_the_worker_does_it_by_itself(
        self, stage: Stage, place: Place, account: int, folder: Path
    ) -> None:
        place.deliver(raw=self.with_files(place, ("a.pdf", b"one")))
        stage.worker()
        wait_until(lambda: list(self.there(folder).values()) == [b"one"], "it is saved")
        wait_until(lambda: stage.count(t.attachment, t.attachment.c.save_to != "") == 0, "it is noted")

    def test_the_rules_folder_comes_before_the_accounts(
        self, stage: Stage, place: Place, account: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = tmp_path / "bills"
        other.mkdir()
        with stage.store.work(write=True) as work:
            work.insert(
                t.rule,
                account_id=account,
                name="bills",
                conditions=[["subject", "contains", "Scans"]],
                effects={"attachments": str(other)},
                created_at=work.now,
            )
        place.deliver(raw=self.with_files(place, ("a.pdf", b"one")))
        with on_duty(stage, monkeypatch) as duty:
            ticket = self.received(stage, duty, account)
            assert files.save_all(duty) == {}
        assert self.there(other) == {f"{ticket}/a.pdf": b"one"}
