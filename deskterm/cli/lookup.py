"""What a person types for an agent or a status, as the number the desk knows it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.i18n import _

if TYPE_CHECKING:
    from deskterm.store.work import Work


def agent(work: Work, login: str) -> int:
    """An active agent by his login."""
    from sqlalchemy import select

    from deskterm.desk.errors import NotFound
    from deskterm.store import tables as t

    found = work.value(select(t.agent.c.id).where(t.agent.c.login == login, t.agent.c.active))
    if found is None:
        raise NotFound(_("There is no active agent {login}.").format(login=login))
    return int(found)


def status(work: Work, words: str) -> int:
    """An active status by its key, its name in any case, or its number."""
    from deskterm.desk import statuses

    return statuses.find(work, words).id


def account(work: Work, address: str) -> int:
    """An account by its address."""
    from sqlalchemy import select

    from deskterm.desk import addresses
    from deskterm.desk.errors import NotFound
    from deskterm.store import tables as t

    found = work.value(select(t.account.c.id).where(t.account.c.key == addresses.key(address)))
    if found is None:
        raise NotFound(
            _("There is no account {address}. See: deskterm accounts list").format(address=address)
        )
    return int(found)
