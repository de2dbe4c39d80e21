"""A person erased on request: nothing of him is left in the store but that something happened."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, inspect, select

from deskterm.config import Home
from deskterm.desk import (
    clients,
    contacts,
    dispatch,
    drafts,
    erasing,
    listing,
    messages,
    observers,
    senders,
    showing,
    tickets,
    timeline,
    undo,
)
from deskterm.desk.errors import BadData, NotAllowed
from deskterm.store import tables as t
from deskterm.store.engine import Store
from tests.desk.conftest import Desk

SECRETS = ("quokka", "annabel", "wombat", "+7495")


@dataclass(frozen=True)
class Sent:
    """What a server says of a recipient."""

    state: str = "sent"
    code: int | None = 250
    text: str = "2.0.0 ok"


def everything(store: Store) -> str:
    """Every text and every byte of every table, as one string."""
    found = []
    with store.engine.connect() as connection:
        for name in inspect(store.engine).get_table_names():
            if name.startswith("message_words_"):
                continue
            for row in connection.exec_driver_sql(f'select * from "{name}"'):
                found.append(f"{name} {[bytes(v) if isinstance(v, memoryview) else v for v in row]}")
    return "\n".join(found).casefold()


def test_a_person_is_erased_with_texts_files_addresses_and_originals(desk: Desk, home: Home) -> None:
    with desk.store.work(write=True) as work:
        acme = clients.add(work, desk.boss, "Acme")
        annabel = clients.add_contact(
            work, desk.boss, acme, "Annabel Quokka", ["annabel@quokka.example"], ["+7495 1"]
        )
        clients.add_contact(work, desk.boss, acme, "Bill", ["bill@acme.example"])
        senders.add(work, desk.boss, "annabel@quokka.example", "Annabel")
    hers = desk.ticket(
        sender="Annabel Quokka <annabel@quokka.example>", subject="Wombat", text="A wombat bit me"
    )
    bills = desk.ticket(sender="Bill <bill@acme.example>", subject="Printer", text="It smokes")
    joined = desk.receive(
        desk.letter(
            sender="Annabel Quokka <annabel@quokka.example>",
            subject=f"Re: [{desk.row(bills).token}]",
            text="My quokka too",
        )
    )[0]
    assert joined.ticket_id == bills
    with desk.store.work(write=True) as work:
        messages.reply(work, desk.boss, hers, "Dear Annabel, no wombat is ours.", undo_seconds=0)
        messages.reply(work, desk.colleague, bills, "Pull the plug.", undo_seconds=0)
        tickets.set_subject(work, desk.colleague, hers, "The wombat of Annabel")
        contacts.edit(work, desk.colleague, annabel, {"note": "likes quokkas"})
        drafts.save(
            work, desk.boss, key="d1", ticket_id=hers, visibility="internal", body="ask for the wombat"
        )
        observers.add(work, desk.boss, "annabel@quokka.example")
    assert all(secret in everything(desk.store) for secret in SECRETS)
    with pytest.raises(NotAllowed), desk.store.work(write=True) as work:
        erasing.erase(work, desk.colleague, annabel)

    with pytest.raises(BadData, match=f"ticket {bills} .* not left yet"), desk.store.work(write=True) as work:
        erasing.erase(work, desk.boss, annabel)
    with desk.store.work(write=True) as work:
        for letter in dispatch.claim(work, 1):
            if "bill@acme.example" in letter.recipients:
                dispatch.settle(work, letter.outgoing_id, dict.fromkeys(letter.recipients, Sent()))
            else:
                dispatch.settle(work, letter.outgoing_id, dict.fromkeys(letter.recipients, Sent("deferred")))

    with desk.store.work(write=True) as work:
        events = work.value(select(func.count()).select_from(t.event))
        done = erasing.erase(work, desk.boss, annabel)
        assert (done.tickets, done.letters) == (1, 2) and done.originals >= 3
        assert work.value(select(func.count()).select_from(t.event)) > events

    left = everything(desk.store)
    assert [line for line in left.splitlines() if any(secret in line for secret in SECRETS)] == []
    assert "it smokes" in left and "bill@acme.example" in left and "pull the plug" in left
    with desk.store.work(write=True) as work:
        assert [row.author for row in showing.messages(work, desk.boss, bills)][1] == erasing.MARK
        assert showing.body(work, desk.boss, joined.message_id or 0).text == erasing.MARK
        assert desk.row(hers).subject == erasing.MARK
        assert "ticket.new" in [event.act for event in timeline.events(work, desk.boss, hers)]
        assert not listing.search(work, desk.boss, "wombat").rows
        assert contacts.find(work, annabel).erased_at is not None
        states = work.values(
            select(t.outbox.c.state)
            .join(t.outgoing, t.outgoing.c.id == t.outbox.c.outgoing_id)
            .where(t.outgoing.c.ticket_id == hers)
        )
        assert set(states) == {"withdrawn"}
        assert undo.listed(work, desk.colleague) == [], "each of his acts wrote to her or of her"
        for again in (
            lambda: erasing.erase(work, desk.boss, annabel),
            lambda: contacts.edit(work, desk.boss, annabel, {"name": "Annabel"}),
        ):
            with pytest.raises(BadData):
                again()
    again_hers = desk.ticket(sender="Annabel Quokka <annabel@quokka.example>", subject="New")
    assert desk.row(again_hers).contact_id is None

    desk.store.close()
    if home.is_local:
        raw = b"".join(path.read_bytes() for path in home.folder.glob("desk.sqlite*"))
        assert b"likes quokkas" not in raw and b"A wombat bit me" not in raw
        assert b"It smokes" in raw
