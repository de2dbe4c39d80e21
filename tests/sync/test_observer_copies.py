"""An observer whose address is the desk's own mailbox: its copies lie there unread and set nothing going."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from deskterm.desk import observers
from deskterm.desk.actor import SYSTEM
from deskterm.store import tables as t
from deskterm.sync import deliver
from deskterm.sync.duty import Duty
from tests.sync.duties import account_of, look_and_read, on_duty
from tests.sync.stage import Stage, letter, open_stage
from tests.sync.test_policies import Place, printer
from tests.sync.test_worker import answer, only_ticket, sending
from tests.world.dovecot import Dovecot
from tests.world.postfix import Postfix
from tests.world.processes import wait_until
from tests.world.pymap_server import PymapServer
from tests.world.smtp_server import SmtpServer

CUSTOMER = "observed-customer@example.test"
POLICIES = (
    {"after": "leave"},
    {"after": "seen"},
    {"after": "move", "after_folder": "Done"},
    {"after": "delete"},
)


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        yield stage


@pytest.fixture(params=["pymap", "postfix"])
def carried(
    request: pytest.FixtureRequest, new_address: Callable[[str], str]
) -> tuple[Place, dict[str, object], Callable[[int], None]]:
    """The desk's mailbox, its outgoing server, and what waits until so many letters to itself lie there."""
    address = new_address("desk")
    if request.param == "pymap":
        pymap: PymapServer = request.getfixturevalue("pymap_server")
        smtp: SmtpServer = request.getfixturevalue("smtp_server")
        place = Place(pymap, address, pymap.add_user(address))
        done: list[bytes] = []

        def carry(count: int) -> None:
            ours = [sent.letter for sent in smtp.sent if address in sent.recipients]
            for raw in ours[len(done) :]:
                pymap.deliver(address, raw)
                done.append(raw)
            assert len(done) == count

        return place, sending(smtp, address, place.password), carry
    dovecot: Dovecot = request.getfixturevalue("dovecot")
    postfix: Postfix = request.getfixturevalue("postfix")
    place = Place(dovecot, address, dovecot.add_user(address))
    if CUSTOMER not in dovecot.users:
        dovecot.add_user(CUSTOMER)

    def arrive(count: int) -> None:
        wait_until(lambda: len(copies(place)) == count, f"{count} copies lie in the mailbox")

    outgoing = {
        "outgoing": "smtp",
        "outgoing_host": "localhost",
        "outgoing_port": postfix.submission_port,
        "outgoing_security": "starttls",
    }
    return place, outgoing, arrive


def copies(place: Place) -> list[str]:
    """What lies in the inbox beside customers' letters; who was read says so at its end."""
    return [one for one in place.holds() if not one.startswith("Printer")]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy["after"])
def test_copies_stay_unread_in_place_make_no_ticket_and_never_loop(
    stage: Stage,
    carried: tuple[Place, dict[str, object], Callable[[int], None]],
    policy: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place, outgoing, arrive = carried
    account = stage.add_account(place.address, place.password, **place.servers, **outgoing, **policy)
    with stage.store.work(write=True) as work:
        observers.add(work, SYSTEM, place.address)

    def turn(duty: Duty) -> None:
        look_and_read(stage, duty, account)
        assert deliver.send_once(duty, account_of(stage, account)) == ""

    place.deliver(raw=letter(1, CUSTOMER, place.address))
    with on_duty(stage, monkeypatch) as duty:
        turn(duty)
        arrive(1)  # the ticket is registered
        turn(duty)
        answer(stage, only_ticket(stage), "Toner is on its way.")
        turn(duty)
        arrive(2)  # it is answered
        for _ in range(2):
            turn(duty)
    assert len(copies(place)) == 2
    assert not [one for one in copies(place) if one.endswith(" seen")]
    assert all(printer(1) in one for one in copies(place)), "each is a reply in the ticket's thread"
    assert place.holds("Done") == ([printer(1)] if policy["after"] == "move" else [])
    assert stage.count(t.ticket) == 1
    assert stage.count(t.outgoing) == 4, "confirmation, answer, and a notice of the ticket and of the answer"
    verdicts = stage.read(lambda work: work.values(select(t.delivery.c.verdict).order_by(t.delivery.c.id)))
    assert verdicts == ["new", "ignored", "ignored"]
    assert stage.count(t.letter, t.letter.c.triage == "waiting") == 0
