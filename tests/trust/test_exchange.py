"""A customer and an agent write to each other, each in his own program: one exchange from end to end."""

from __future__ import annotations

import email
import email.policy
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from deskterm.mail.compose import MARKER_LINES
from deskterm.store import tables as t
from tests.sync.stage import ROOT, Stage, open_stage
from tests.terminal.pty_terminal import PtyTerminal
from tests.trust.post import DebianPost, Post, PythonPost, Written, notmuch_sees
from tests.world.processes import wait_until

SECONDS = 60
"""How long anything may take on a machine that has other things to do; the usual is a second or less."""

CONTROL_S = "\x13"


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with open_stage() as stage:
        stage.set("undo_seconds", 0)
        yield stage
        # Shown where the test failed
        for worker in stage.workers:
            print(worker.said)


@pytest.fixture(
    params=[
        pytest.param("debian", marks=pytest.mark.xdist_group("mail")),
        "python",
    ]
)
def post(request: pytest.FixtureRequest) -> Post:
    """Postfix, Dovecot and swaks where they are installed; and servers in Python, which run everywhere."""
    if request.param == "debian":
        return DebianPost(request.getfixturevalue("dovecot"), request.getfixturevalue("postfix"))
    return PythonPost(request.getfixturevalue("pymap_server"), request.getfixturevalue("smtp_server"))


@pytest.fixture
def desk(stage: Stage, post: Post, new_address: Callable[[str], str]) -> str:
    """The address of a desk whose worker waits for mail."""
    address = new_address("desk")
    account = stage.add_account(address, **post.account(address))
    stage.worker()
    stage.wait_for_incoming(account, "idle")
    return address


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None, f"no {kind} part"
    return str(part.get_content())


def bare(message_id: str | None) -> str:
    return (message_id or "").strip("<> \r\n")


def test_a_letter_is_a_ticket_is_answered_and_answers_again_all_in_one_thread(
    stage: Stage,
    post: Post,
    desk: str,
    new_address: Callable[[str], str],
    open_pty: Callable[..., PtyTerminal],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    customer = new_address("customer")
    post.open_mailbox(customer)
    console = open_pty(
        [sys.executable, "-m", "tests.terminal.console", str(stage.home.folder)],
        columns=120,
        rows=40,
        folder=ROOT,
    )
    console.wait_for("Mine + New")
    console.wait_until(
        lambda lines: any(desk in line and "live" in line for line in lines), "the desk is live"
    )

    # A stranger's letter is on the screen, and nobody has pressed a key
    first = Written(
        "The printer eats paper", "It ate twelve sheets today.\nPlease come.", "one@customers.test"
    )
    post.write(customer, desk, first)
    wait_until(lambda: len(post.delivered(desk)) == 1, "it is delivered", SECONDS)
    delivered = time.monotonic()
    console.wait_for(first.subject, SECONDS)
    seconds = time.monotonic() - delivered
    record_property("delivery to screen, seconds", f"{seconds:.2f}")
    print(f"delivery to screen: {seconds:.2f} s")
    console.wait_for("It ate twelve sheets today.", SECONDS)
    [ticket] = stage.read(lambda work: work.rows(select(t.ticket)))

    # He hears at once that it arrived
    wait_until(lambda: len(post.received(customer)) == 1, "the customer has a confirmation", SECONDS)
    confirmation = read(post.received(customer)[0])
    assert bare(confirmation["In-Reply-To"]) == first.message_id
    assert confirmation["Auto-Submitted"] == "auto-replied"
    assert ticket.token in confirmation["Subject"]
    assert "twelve sheets" not in confirmation.as_string(), "automatic mail quotes nothing"

    # The agent answers by keys
    console.send("r")
    console.wait_for("PUBLIC ANSWER", SECONDS)
    console.send("A technician comes at noon.")
    console.wait_for("A technician comes at noon.")
    console.send(CONTROL_S)
    console.wait_gone("PUBLIC ANSWER", SECONDS)
    wait_until(lambda: len(post.received(customer)) == 2, "the customer has the answer", SECONDS)
    answer = read(post.received(customer)[1])
    assert bare(answer["In-Reply-To"]) == first.message_id
    assert first.message_id in [bare(one) for one in answer["References"].split()]
    assert f"[{ticket.token.strip('[]')}]" in answer["Subject"] and first.subject in answer["Subject"]
    assert answer["Auto-Submitted"] is None, "a person wrote it"
    assert answer["To"].addresses[0].addr_spec == customer
    assert answer["From"].addresses[0].addr_spec == desk
    lines = text_of(answer, "plain").strip().splitlines()
    assert lines[0] == MARKER_LINES["en"], "the marker line stands first"
    assert lines[2] == "A technician comes at noon."
    assert lines[-2:] == ["> It ate twelve sheets today.", "> Please come."], "the history is quoted last"
    rich = text_of(answer, "html")
    places = [
        rich.index(said) for said in (MARKER_LINES["en"], "A technician", "<blockquote", "twelve sheets")
    ]
    assert places == sorted(places)

    # A copy of both lies in the desk's Sent folder
    wait_until(lambda: len(post.filed(desk)) == 2, "the copies are filed", SECONDS)
    sent = [bare(letter["Message-ID"]) for letter in map(read, post.filed(desk))]
    assert sent == [bare(confirmation["Message-ID"]), bare(answer["Message-ID"])]

    # His answer comes back into the same ticket, live on the screen
    second = Written(
        answer["Subject"],
        "Noon is fine, thank you.",
        "two@customers.test",
        answers=[*(bare(one) for one in answer["References"].split()), bare(answer["Message-ID"])],
    )
    post.write(customer, desk, second)
    wait_until(lambda: len(post.delivered(desk)) == 2, "his answer is delivered", SECONDS)
    delivered = time.monotonic()
    console.wait_for("Noon is fine", SECONDS)
    record_property("answer to screen, seconds", f"{time.monotonic() - delivered:.2f}")
    print(f"answer to screen: {time.monotonic() - delivered:.2f} s")
    rows = stage.read(
        lambda work: work.rows(select(t.message.c.ticket_id, t.message.c.unverified).order_by(t.message.c.id))
    )
    assert [(row.ticket_id, row.unverified) for row in rows] == 3 * [(ticket.id, None)]
    assert stage.count(t.ticket) == 1
    console.send("q")
    assert console.wait_for_exit() == 0
    assert len(post.received(customer)) == 2, "what is appended is not confirmed"

    # Other mail programs see one thread, with the confirmation in it
    exchange = [*post.delivered(desk), *post.filed(desk), *post.received(customer)]
    parents = {bare(one["Message-ID"]): bare(one["In-Reply-To"]) for one in map(read, exchange)}
    assert parents == {
        first.message_id: "",
        bare(confirmation["Message-ID"]): first.message_id,
        bare(answer["Message-ID"]): first.message_id,
        second.message_id: bare(answer["Message-ID"]),
    }
    if isinstance(post, DebianPost):
        assert notmuch_sees(tmp_path / "notmuch", exchange) == (4, 1)
