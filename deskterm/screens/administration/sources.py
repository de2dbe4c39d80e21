"""What can be chosen in the fields of the administration, as (value for the desk, words for people)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskterm.i18n import LANGUAGES, N_, _

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.screens.administration.area import Desk, Entries
    from deskterm.store.work import Work

LOOKED_UP = 50

SECURITIES = (("tls", "TLS"), ("starttls", "STARTTLS"), ("none", N_("none: unprotected")))
CODES = tuple((code, code) for code in LANGUAGES)
YES_NO = (("yes", N_("yes")), ("no", N_("no")))
WHO_MAY_WRITE = (
    ("everybody", N_("everybody")),
    ("registered", N_("registered senders only")),
    ("review", N_("everybody; a person looks at each letter first")),
)


def agents(work: Work, actor: Actor, words: str) -> Entries:
    """Active agents, by login."""
    from deskterm.desk import listing

    return [(each.detail, f"{each.name} ({each.detail})") for each in listing.agents(work)]


def agent_numbers(work: Work, actor: Actor, words: str) -> Entries:
    """Active agents, by number."""
    from deskterm.desk import listing

    return [(str(each.id), f"{each.name} ({each.detail})") for each in listing.agents(work)]


def teams(work: Work, actor: Actor, words: str) -> Entries:
    """Active teams, by name."""
    from deskterm.desk import teams

    return [(each.name, each.name) for each in teams.listed(work, actor, active_only=True)]


def team_numbers(work: Work, actor: Actor, words: str) -> Entries:
    """Active teams, by number."""
    from deskterm.desk import teams

    return [(str(each.id), each.name) for each in teams.listed(work, actor, active_only=True)]


def responsibles(work: Work, actor: Actor, words: str) -> Entries:
    """Active agents by login, active teams by `team:` and their name."""
    from deskterm.desk import settings

    named = [
        (settings.TEAM + value, _("team {name}").format(name=words))
        for value, words in teams(work, actor, "")
    ]
    return [*agents(work, actor, ""), *named]


def roles(work: Work, actor: Actor, words: str) -> Entries:
    """Roles, by key, where they have none by name."""
    from deskterm.desk import roles

    return [(each.key or each.name, each.name) for each in roles.listed(work, actor)]


def role_numbers(work: Work, actor: Actor, words: str) -> Entries:
    """Roles, by number."""
    from deskterm.desk import roles

    return [(str(each.id), each.name) for each in roles.listed(work, actor)]


def rights(work: Work, actor: Actor, words: str) -> Entries:
    """Rights, with what they allow."""
    from deskterm.desk.rights import RIGHTS

    return list(RIGHTS.items())


def branches(work: Work, actor: Actor, words: str) -> Entries:
    """Active branches, by name."""
    from deskterm.desk import branches

    return [(each.name, each.name) for each in branches.listed(work, actor, active_only=True)]


def accounts(work: Work, actor: Actor, words: str) -> Entries:
    """Accounts, by address."""
    from deskterm.desk import accounts

    return [(each.address, each.address) for each in accounts.listed(work, actor)]


def rules(work: Work, actor: Actor, words: str) -> Entries:
    """Rules, by number."""
    from deskterm.desk import rules

    return [(str(each.id), each.name) for each in rules.listed(work, actor)]


def clients(work: Work, actor: Actor, words: str) -> Entries:
    """Clients that hold the words, by name."""
    from deskterm.desk import clients

    found = clients.listed(work, actor, words, active_only=True, limit=LOOKED_UP)
    return [(each.name, each.name) for each in found]


def statuses(work: Work, actor: Actor, words: str) -> Entries:
    """Statuses in use, by key, where they have none by number."""
    from deskterm.desk import statuses

    return [(each.key or str(each.id), each.name) for each in statuses.listed(work)]


def automatic_kinds(work: Work, actor: Actor, words: str) -> Entries:
    """Kinds of automatic letters."""
    from deskterm.desk.templates import KINDS

    return [(kind.name, kind.named) for kind in KINDS.values()]


def list_of(name: str) -> Desk:
    """The entries of a list of the desk, by name."""

    def entries(work: Work, actor: Actor, words: str) -> Entries:
        from deskterm.desk import choices

        return [(each.name, each.name) for each in choices.active(work, name)]

    return entries
