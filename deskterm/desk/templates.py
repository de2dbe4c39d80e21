"""The texts of automatic letters: built in, or as an administrator wrote them for the desk or an account.

A text holds placeholders in braces; each is replaced once, and what a value brings along is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select

from deskterm import limits
from deskterm.desk import history, notice_kinds, settings
from deskterm.desk.actor import Actor
from deskterm.desk.built_in_texts import BUILT_IN
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.desk.undo import undoable
from deskterm.i18n import LANGUAGES, N_, _
from deskterm.store import tables as t
from deskterm.store.prepared import Query
from deskterm.store.work import Work

PLACEHOLDERS: Final[dict[str, str]] = {
    "number": N_("number of the ticket"),
    "token": N_("token of the ticket, as it stands in subjects"),
    "subject": N_("subject"),
    "customer": N_("who wrote"),
    "client": N_("client of the ticket"),
    "status": N_("status of the ticket"),
    "responsible": N_("responsible agent"),
    "who": N_("who did it"),
    "changes": N_("what was changed, a line each"),
    "text": N_("text of the public answer, or of the request"),
    "field": N_("what was changed"),
    "before": N_("its value before"),
    "after": N_("its value now"),
    "date": N_("when"),
    "files": N_("files that were not taken, a line each"),
    "limit": N_("how many megabytes a file may have"),
    "desk": N_("name of the desk"),
    "account": N_("address of the account"),
}

_OF_DESK: Final = ("desk", "account")
_OF_TICKET: Final = ("number", "token", "subject", "customer", *_OF_DESK)
_OF_NOTICE: Final = (*_OF_TICKET, "client", "status", "responsible", "who", "changes", "text")
_OF_LETTER: Final = (*_OF_TICKET, "client", "status", "responsible", "who", "changes")
_OF_CHANGE: Final = (*_OF_TICKET, "client", "status", "responsible", "who", "field", "before", "after")
_TO_CUSTOMER: Final = N_("to the customer, a sentence: {kind}")
_TO_AGENTS: Final = N_("to agents, a sentence: {kind}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter with a text of its own, and the placeholders its text may use."""

    name: str
    title: str
    placeholders: tuple[str, ...]
    of_change: str = ""
    """The title of the kind of change it is a sentence about, which stands in the title."""

    @property
    def named(self) -> str:
        """The title in the language in use."""
        return _(self.title).format(kind=_(self.of_change)) if self.of_change else _(self.title)


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("confirmation", N_("a letter was registered as a ticket"), _OF_TICKET),
        Kind("refusal", N_("the sender is not registered"), ("subject", "customer", *_OF_DESK)),
        Kind("registered", N_("an agent registered a request: a telephone call"), (*_OF_TICKET, "text")),
        Kind("too_large", N_("files of a letter were too large"), (*_OF_TICKET, "files", "limit")),
        Kind(
            "letter_too_large",
            N_("a letter was too large"),
            ("subject", "customer", "files", "limit", *_OF_DESK),
        ),
        Kind("closing", N_("to the customer: a ticket is about to close"), (*_OF_TICKET, "date")),
        Kind("notice.registered", N_("to observers: a new ticket"), _OF_NOTICE),
        Kind("notice.changed", N_("to observers: a ticket was changed"), _OF_NOTICE),
        Kind("notice.answered", N_("to observers: a ticket was answered"), _OF_NOTICE),
        Kind("notice.closed", N_("to observers: a ticket was closed"), _OF_NOTICE),
        Kind("customer.letter", N_("to the customer: what was changed"), _OF_LETTER),
        *(
            Kind(f"customer.{kind.name}", _TO_CUSTOMER, _OF_CHANGE, kind.title)
            for kind in notice_kinds.KINDS.values()
            if kind.customer is not None and (kind.name, "customer") not in notice_kinds.ALWAYS
        ),
        Kind("agent.letter", N_("to agents: what was changed"), _OF_LETTER),
        *(
            Kind(f"agent.{kind.name}", _TO_AGENTS, _OF_CHANGE, kind.title)
            for kind in notice_kinds.KINDS.values()
        ),
    )
}
"""The letters, and the sentences that what is told of changes is made of."""

_PLACEHOLDER: Final = re.compile(r"\{([a-z]{1,40})\}")
_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_GAP: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A text as it is in force; `origin` is 'built in', 'desk' or 'account'."""

    kind: str
    language: str
    account: str
    origin: str
    title: str
    placeholders: tuple[str, ...]
    body: str
    updated_at: datetime | None


def text(work: Work, kind: str, account: Any | None, language: str, values: Mapping[str, str]) -> str:
    """The text of a letter of this kind with its placeholders replaced.

    The account's own text goes before the desk's, that before the built-in one. A value that is not
    given is empty; name of the desk and address of the account are known by themselves.
    """
    known = {"desk": _desk(work, account), "account": account.address if account is not None else ""}
    known.update({name: str(value) for name, value in values.items()})
    language = _spoken(language)
    row = _in_force(work, kind, account.id if account is not None else None, language)
    return filled(row.body if row is not None else BUILT_IN[kind][language], known)


def filled(body: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders replaced, each once; empty ones leave no gap behind."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1], "") if found[1] in PLACEHOLDERS else found[0]

    return _GAP.sub("\n\n", _PLACEHOLDER.sub(value, body)).strip("\n")


def listed(work: Work, actor: Actor) -> list[TemplateView]:
    """Every kind in every language as the desk has it, then what accounts have of their own."""
    require(work, actor, "administer", "template.list")
    desk = [show(work, actor, kind, language) for kind in KINDS for language in LANGUAGES]
    own = work.rows(
        select(t.template, t.account.c.address)
        .join(t.account, t.account.c.id == t.template.c.account_id)
        .where(t.template.c.kind.in_(list(KINDS)))
        .order_by(t.account.c.id, t.template.c.kind, t.template.c.language)
    )
    return desk + [_view(row.kind, row.language, row.address, "account", row) for row in own]


def show(work: Work, actor: Actor, kind: str, language: str, account_id: int | None = None) -> TemplateView:
    """The text in force for the desk or one account."""
    require(work, actor, "administer", "template.show")
    _known(kind, language)
    address = _address(work, account_id)
    row = _in_force(work, kind, account_id, language)
    origin = "built in" if row is None else "desk" if row.account_id is None else "account"
    return _view(kind, language, address, origin, row)


@undoable("template.set")
def set(work: Work, actor: Actor, kind: str, language: str, body: str, account_id: int | None = None) -> None:
    """Give a kind of letter its text, for the desk or one account; BadData for an unknown placeholder."""
    require(work, actor, "administer", "template.set")
    _known(kind, language)
    _address(work, account_id)
    body = checked(kind, body)
    row = work.first(select(t.template).where(_of(kind, language, account_id)))
    if row is not None:
        id = int(row.id)
        work.update(t.template, id, body=body, updated_at=work.now)
    else:
        id = work.insert(
            t.template,
            kind=kind,
            language=language,
            account_id=account_id,
            name=kind,
            body=body,
            updated_at=work.now,
        )
    history.record(
        work,
        actor,
        "template.set",
        subject=("template", id),
        changes=[("kind", None, kind), ("language", None, language), ("account_id", None, account_id)],
    )


@undoable("template.reset")
def reset(work: Work, actor: Actor, kind: str, language: str, account_id: int | None = None) -> None:
    """Take a text away: the desk's, or the built-in one, is in force again."""
    require(work, actor, "administer", "template.reset")
    _known(kind, language)
    _address(work, account_id)
    row = work.first(select(t.template.c.id).where(_of(kind, language, account_id)))
    if row is None:
        raise NotFound(_("The template {kind} has no text of its own in this language.").format(kind=kind))
    work.delete_where(t.template, t.template.c.id == row.id)
    history.record(
        work,
        actor,
        "template.reset",
        subject=("template", row.id),
        changes=[("kind", kind, None), ("language", language, None), ("account_id", account_id, None)],
    )


def checked(kind: str, body: str) -> str:
    """A text that may be saved; BadData names what it may not hold and what it may."""
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    if not body.strip():
        raise BadData(_("The text is empty."))
    if len(body) > limits.TEMPLATE_CHARACTERS:
        raise BadData(_("The text is longer than {most} characters.").format(most=limits.TEMPLATE_CHARACTERS))
    allowed = KINDS[kind].placeholders
    wrong = [name for name in _BRACED.findall(body) if name not in allowed]
    if wrong:
        raise BadData(
            _("There is no placeholder {wrong} in this text. There are: {names}.").format(
                wrong="{" + wrong[0][:40] + "}", names=", ".join("{" + name + "}" for name in allowed)
            )
        )
    return body


def _in_force(work: Work, kind: str, account_id: int | None, language: str) -> Any | None:
    """The account's row, else the desk's, else None; read once per unit of work."""
    rows = work.remembered("templates", lambda: _rows(work))
    own = rows.get((kind, language, account_id)) if account_id is not None else None
    return own if own is not None else rows.get((kind, language, None))


AUTOMATIC = Query(select(t.template).where(t.template.c.kind.in_(list(KINDS))))


def _rows(work: Work) -> dict[tuple[str, str, int | None], Any]:
    return {(row.kind, row.language, row.account_id): row for row in work.rows(AUTOMATIC)}


def _of(kind: str, language: str, account_id: int | None) -> ColumnElement[bool]:
    return and_(
        t.template.c.kind == kind,
        t.template.c.language == language,
        t.template.c.account_id.is_(None) if account_id is None else t.template.c.account_id == account_id,
    )


def _view(kind: str, language: str, account: str, origin: str, row: Any | None) -> TemplateView:
    return TemplateView(
        kind=kind,
        language=language,
        account=account,
        origin=origin,
        title=KINDS[kind].named,
        placeholders=KINDS[kind].placeholders,
        body=row.body if row is not None else BUILT_IN[kind][language],
        updated_at=row.updated_at if row is not None else None,
    )


def _known(kind: str, language: str) -> None:
    if kind not in KINDS:
        raise BadData(
            _("There is no template {kind}. There are: {kinds}.").format(kind=kind, kinds=", ".join(KINDS))
        )
    if language not in LANGUAGES:
        raise BadData(
            _("The language is one of {languages}, not {language}.").format(
                languages=", ".join(LANGUAGES), language=language
            )
        )


def _spoken(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _address(work: Work, account_id: int | None) -> str:
    if account_id is None:
        return ""
    address = work.value(select(t.account.c.address).where(t.account.c.id == account_id))
    if address is None:
        raise NotFound(_("There is no such account."))
    return str(address)


def _desk(work: Work, account: Any | None) -> str:
    return str(settings.get(work, "desk_name") or (account.name or account.address if account else ""))
