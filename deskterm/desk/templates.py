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
from deskterm.desk import history, settings
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import require
from deskterm.i18n import LANGUAGES, N_, _
from deskterm.store import tables as t
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
    "text": N_("text of the public answer"),
    "desk": N_("name of the desk"),
    "account": N_("address of the account"),
}

_OF_DESK: Final = ("desk", "account")
_OF_TICKET: Final = ("number", "token", "subject", "customer", *_OF_DESK)
_OF_NOTICE: Final = (*_OF_TICKET, "client", "status", "responsible", "who", "changes", "text")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of letter with a text of its own, and the placeholders its text may use."""

    name: str
    title: str
    placeholders: tuple[str, ...]


KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("confirmation", N_("a letter was registered as a ticket"), _OF_TICKET),
        Kind("refusal", N_("the sender is not registered"), ("subject", "customer", *_OF_DESK)),
        Kind("notice.registered", N_("to observers: a new ticket"), _OF_NOTICE),
        Kind("notice.changed", N_("to observers: a ticket was changed"), _OF_NOTICE),
        Kind("notice.answered", N_("to observers: a ticket was answered"), _OF_NOTICE),
        Kind("notice.closed", N_("to observers: a ticket was closed"), _OF_NOTICE),
    )
}

# Both languages stand here and not in the catalogues: an administrator edits the one beside the other.
BUILT_IN: Final[dict[str, dict[str, str]]] = {
    "confirmation": {
        "en": "Thank you for your letter. It is registered as ticket {number}.\n"
        "\n"
        "We will answer as soon as we can. To add something, simply reply to this letter\n"
        "and leave its subject as it is.",
        "ru": "Спасибо за ваше письмо. Оно зарегистрировано как заявка {number}.\n"
        "\n"
        "Мы ответим, как только сможем. Чтобы что-нибудь добавить, просто ответьте на это письмо,\n"
        "не меняя его темы.",
    },
    "refusal": {
        "en": "Thank you for your letter. This address takes letters of registered senders only,\n"
        "and yours is not among them, so nobody has been asked to answer it.\n"
        "\n"
        "If you think you should be registered, please ask your contact at {desk}.",
        "ru": "Спасибо за ваше письмо. На этот адрес принимаются письма только от зарегистрированных\n"
        "отправителей, а вашего адреса среди них нет, поэтому письмо не передано для ответа.\n"
        "\n"
        "Если вы считаете, что вас следует зарегистрировать, обратитесь к тому, с кем вы работаете\n"
        "в {desk}.",
    },
    "notice.registered": {
        "en": "Ticket {number} was registered.\n"
        "\n"
        "Subject: {subject}\nFrom: {customer}\nClient: {client}\nResponsible: {responsible}\n"
        "Status: {status}",
        "ru": "Зарегистрирована заявка {number}.\n"
        "\n"
        "Тема: {subject}\nОт кого: {customer}\nКлиент: {client}\nОтветственный: {responsible}\n"
        "Статус: {status}",
    },
    "notice.changed": {
        "en": "Ticket {number} was changed by {who}.\n\n{changes}",
        "ru": "Заявка {number} изменена. Кто изменил: {who}.\n\n{changes}",
    },
    "notice.answered": {
        "en": "{who} answered ticket {number}.\n\n{changes}\n\n{text}",
        "ru": "По заявке {number} дан ответ. Кто ответил: {who}.\n\n{changes}\n\n{text}",
    },
    "notice.closed": {
        "en": "Ticket {number} was closed by {who}.\n\n{changes}\n\n{text}",
        "ru": "Заявка {number} закрыта. Кто закрыл: {who}.\n\n{changes}\n\n{text}",
    },
}

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


def reset(work: Work, actor: Actor, kind: str, language: str, account_id: int | None = None) -> None:
    """Take a text away: the desk's, or the built-in one, is in force again."""
    require(work, actor, "administer", "template.reset")
    _known(kind, language)
    _address(work, account_id)
    row = work.first(select(t.template.c.id).where(_of(kind, language, account_id)))
    if row is None:
        raise NotFound(_("The template {kind} has no text of its own in this language.").format(kind=kind))
    work.execute(t.template.delete().where(t.template.c.id == row.id))
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


def _rows(work: Work) -> dict[tuple[str, str, int | None], Any]:
    return {(row.kind, row.language, row.account_id): row for row in work.rows(select(t.template))}


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
        title=_(KINDS[kind].title),
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
