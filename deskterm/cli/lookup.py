"""What a person types for an agent or a status, as the number the desk knows it by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.i18n import _

if TYPE_CHECKING:
    from deskterm.store.work import Work


def agent(work: Work, login: str) -> int:
    """An active agent by his login."""
    from deskterm.desk import agents
    from deskterm.desk.errors import NotFound

    found = agents.id_of(work, login)
    if found is None:
        raise NotFound(_("There is no active agent {login}.").format(login=login))
    return found


def status(work: Work, words: str) -> int:
    """An active status by its key, its name in any case, or its number."""
    from deskterm.desk import statuses

    return statuses.find(work, words).id


def account(work: Work, address: str) -> int:
    """An account by its address or number."""
    from deskterm.desk import accounts

    return accounts.find(work, address).id


def named(work: Work, what: str, name: str) -> int:
    """A team, branch or client by its name or number."""
    from deskterm.desk import branches, clients, teams

    if what == "team":
        return teams.find(work, name).id
    return branches.find(work, name).id if what == "branch" else clients.find(work, name).id
