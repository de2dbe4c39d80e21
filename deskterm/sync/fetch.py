"""The incoming side of an account: bytes into the store first, then the letter to its place on the server."""

from __future__ import annotations

from typing import Protocol

from deskterm.desk import account_state
from deskterm.desk.orders import MailAccount
from deskterm.mail.wire.faults import WireError, explain
from deskterm.sync.duty import Duty, Hand, delays
from deskterm.sync.fetch_imap import ImapWay
from deskterm.sync.fetch_pop3 import Pop3Way
from deskterm.sync.servers import Unusable
from deskterm.sync.standing import say


class Way(Protocol):
    """How an account's letters come: connected again and again by one thread, one connection at a time."""

    @property
    def pushes(self) -> bool:
        """Whether the server says by itself when something comes."""

    def open(self) -> None:
        """Connect and log in; raises WireError or Unusable."""

    def look(self) -> str:
        """Fetch what is new and put it in its place; a sentence about what could not be put there."""

    def rest(self, hand: Hand) -> bool:
        """Wait until it is time to look again; whether the connection is still of use."""

    def close(self) -> None:
        """End the connection, if there is one."""


def way_of(duty: Duty, account: MailAccount) -> Way:
    """The way the account's letters come."""
    return Pop3Way(duty, account) if account.incoming == "pop3" else ImapWay(duty, account)


def follow(account: MailAccount, hand: Hand) -> None:
    """Stay connected and fetch what arrives; after a fault try again, later each time."""
    pauses = delays()
    way = way_of(hand.duty, account)
    say(hand.duty, account, "connecting")
    while not hand.leave.is_set():
        try:
            way.open()
            while not hand.leave.is_set():
                trouble = way.look()
                # Only now: a server that takes every login and then breaks off is not to be hurried
                pauses = delays()
                say(hand.duty, account, "idle" if way.pushes else "polling", trouble)
                if not way.rest(hand):
                    break
        except WireError as error:
            say(hand.duty, account, account_state.FAILING, explain(error), error.stage.value)
            way.close()
            hand.bell.wait(next(pauses))
        except Unusable as error:
            say(hand.duty, account, account_state.FAILING, error.sentence, error.stage.value)
            hand.bell.wait(next(pauses))
        finally:
            way.close()


def look_once(duty: Duty, account: MailAccount) -> str:
    """Fetch what is there now; the sentence of what went wrong, '' where nothing did."""
    way = way_of(duty, account)
    try:
        way.open()
        trouble = way.look()
    except WireError as error:
        trouble = explain(error)
        say(duty, account, account_state.FAILING, trouble, error.stage.value)
    except Unusable as error:
        trouble = error.sentence
        say(duty, account, account_state.FAILING, trouble, error.stage.value)
    else:
        say(duty, account, "polling", trouble)
    finally:
        way.close()
    return trouble
