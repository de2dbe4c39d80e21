"""The knowledge base: solved answers kept for the next time, found by their words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select

from deskterm import limits
from deskterm.desk import history, sending, visibility
from deskterm.desk.actor import Actor
from deskterm.desk.errors import BadData, NotFound
from deskterm.desk.rights import has, require
from deskterm.desk.similar import similar_tickets as similar_tickets
from deskterm.desk.undo import undoable
from deskterm.desk.writing_views import ArticleRow, ArticleView
from deskterm.i18n import LANGUAGES, _
from deskterm.store import tables as t
from deskterm.store import tokens
from deskterm.store.work import Work

PREVIEW_CHARACTERS = 160


def listed(work: Work, actor: Actor, retired: bool = False, limit: int = 1000) -> list[ArticleRow]:
    """Articles, the most used first; `retired` ones too where asked."""
    require(work, actor, "see own", "article.list")
    c = t.article.c
    which = [] if retired else [c.active]
    return [
        _row_view(row)
        for row in work.rows(_joined().where(*which).order_by(c.used.desc(), c.id.desc()).limit(limit))
    ]


def search(work: Work, actor: Actor, words: str, limit: int = limits.ARTICLES_FOUND) -> list[ArticleRow]:
    """The articles that hold the words, those that hold more of them first, then the most used.

    At least half of the words must be there; the last one counts as a beginning too. Without words all.
    """
    require(work, actor, "see own", "article.search")
    forms = list(dict.fromkeys(tokens.tokens(words)))[: limits.SIMILAR_WORDS]
    if not forms:
        return listed(work, actor, limit=limit)
    c = t.article.c
    line = literal(" ") + c.words + literal(" ")
    begun = tokens.runs(words)[-1] if words[-1:].isalnum() else ""
    counted: list[ColumnElement[int]] = []
    for form in forms:
        wanted = _holds(work, line, f" {form} ")
        if begun and form == forms[-1]:
            wanted = or_(wanted, _holds(work, line, f" {begun}"))
        counted.append(case((wanted, 1), else_=0))
    titled = [case((_holds(work, func.lower(c.title), form), 1), else_=0) for form in forms]
    hits = sum(counted, start=literal(0))
    in_title = sum(titled, start=literal(0))
    # sorted here: the database would count again for each place the number stands in
    scored = work.rows(select(c.id, hits.label("hits"), in_title.label("titled"), c.used).where(c.active))
    best = sorted(
        (row for row in scored if row.hits * 2 >= len(forms)),
        key=lambda row: (-row.hits, -row.titled, -row.used, -row.id),
    )[:limit]
    rows = {row.id: row for row in work.rows(_joined().where(c.id.in_([row.id for row in best])))}
    return [_row_view(rows[row.id]) for row in best]


def _holds(work: Work, column: Any, wanted: str) -> ColumnElement[bool]:
    """Whether a text holds another: without patterns, which cost ten times as much."""
    found = func.instr(column, wanted) if work.dialect == "sqlite" else func.strpos(column, wanted)
    return found > 0


def show(work: Work, actor: Actor, article_id: int) -> ArticleView:
    """An article opened."""
    require(work, actor, "see own", "article.show")
    row = _find(work, article_id)
    return ArticleView(
        id=row.id,
        title=row.title,
        body=row.body,
        language=row.language,
        author=row.author or "",
        ticket_id=row.ticket_id,
        used=row.used,
        active=row.active,
        mine=row.author_id is not None and row.author_id == actor.agent_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@undoable("article.add")
def add(
    work: Work, actor: Actor, title: str, body: str, language: str = "en", ticket_id: int | None = None
) -> int:
    """Write an article and give its id."""
    require(work, actor, "answer", "article.add", ticket_id)
    title, body = _title(title), _body(body)
    id = work.insert(
        t.article,
        title=title,
        body=body,
        words=tokens.words(title, body),
        language=_language(language),
        ticket_id=ticket_id,
        author_id=actor.agent_id,
        created_at=work.now,
        updated_at=work.now,
    )
    _record(work, actor, "article.add", id, [("title", None, title)], ticket_id)
    return id


@undoable("article.add")
def of_message(work: Work, actor: Actor, message_id: int) -> int:
    """Make an article of a public answer; pressed twice it is the same one. Its id.

    What is internal or private never becomes an article: articles go into answers to customers.
    """
    require(work, actor, "answer", "article.add")
    c = t.message.c
    row = work.first(
        select(c.ticket_id, c.visibility, c.author_agent_id, c.body, c.folds, t.ticket.c.subject)
        .add_columns(t.ticket.c.language)
        .join(t.ticket, t.ticket.c.id == c.ticket_id)
        .where(c.id == message_id, visibility.messages(actor))
    )
    if row is None:
        raise NotFound(_("There is no message {number}.").format(number=message_id))
    if row.visibility != "public" or row.author_agent_id is None:
        raise BadData(_("Only a public answer becomes an article."))
    body = sending.unfolded(row.body, row.folds)
    there = work.value(
        select(t.article.c.id).where(
            t.article.c.ticket_id == row.ticket_id, t.article.c.body == _body(body), t.article.c.active
        )
    )
    if there is not None:
        return int(there)
    return add(work, actor, row.subject or "—", body, row.language, row.ticket_id)


@undoable("article.edit")
def edit(
    work: Work,
    actor: Actor,
    article_id: int,
    *,
    title: str | None = None,
    body: str | None = None,
    language: str | None = None,
    active: bool | None = None,
) -> None:
    """Change an article; what is not given stays. `active` True brings a retired one back."""
    require(work, actor, "answer", "article.edit")
    row = _find(work, article_id)
    if active is not None and active != row.active:
        _may_retire(work, actor, row)
    values: dict[str, Any] = {}
    if title is not None:
        values["title"] = _title(title)
    if body is not None:
        values["body"] = _body(body)
    if language is not None:
        values["language"] = _language(language)
    if active is not None:
        values["active"] = active
    changed = {name: value for name, value in values.items() if row._mapping[name] != value}
    if not changed:
        return
    if "title" in changed or "body" in changed:
        changed["words"] = tokens.words(changed.get("title", row.title), changed.get("body", row.body))
    work.update(t.article, article_id, **changed, updated_at=work.now)
    told = [(name, row._mapping[name], value) for name, value in changed.items() if name not in _TEXTS]
    told += [("body", "…", "…")] if "body" in changed else []
    _record(work, actor, "article.edit", article_id, told, row.ticket_id)


@undoable("article.remove")
def remove(work: Work, actor: Actor, article_id: int) -> None:
    """Retire an article: found no more; `edit` brings it back. Its author may, or an administrator."""
    row = _find(work, article_id)
    _may_retire(work, actor, row)
    if row.active:
        work.update(t.article, article_id, active=False, updated_at=work.now)
        _record(work, actor, "article.remove", article_id, [("active", True, False)], row.ticket_id)


def use(work: Work, actor: Actor, article_id: int) -> ArticleView:
    """An article as it is put into an answer; it counts how often it was."""
    require(work, actor, "answer", "article.use")
    work.update(t.article, _find(work, article_id).id, used=t.article.c.used + 1)
    return show(work, actor, article_id)


_TEXTS = frozenset({"body", "words"})


def _may_retire(work: Work, actor: Actor, row: Any) -> None:
    require(work, actor, "answer", "article.remove")
    if row.author_id != actor.agent_id and not has(actor, "delete"):
        require(work, actor, "delete", "article.remove")


def _joined() -> Any:
    return select(t.article, t.agent.c.name.label("author")).outerjoin(
        t.agent, t.agent.c.id == t.article.c.author_id
    )


def _find(work: Work, article_id: int) -> Any:
    row = work.first(_joined().where(t.article.c.id == article_id))
    if row is None:
        raise NotFound(_("There is no article {number}.").format(number=article_id))
    return row


def _title(title: str) -> str:
    title = " ".join(title.split())[: limits.SUBJECT_CHARACTERS]
    if not title:
        raise BadData(_("An article needs a title."))
    return title


def _body(body: str) -> str:
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n")
    if not body.strip():
        raise BadData(_("The text is empty."))
    if len(body) > limits.ARTICLE_CHARACTERS:
        raise BadData(_("The text is longer than {most} characters.").format(most=limits.ARTICLE_CHARACTERS))
    return body


def _language(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _row_view(row: Any) -> ArticleRow:
    return ArticleRow(
        id=row.id,
        title=row.title,
        preview=" ".join(row.body[: 4 * PREVIEW_CHARACTERS].split())[:PREVIEW_CHARACTERS],
        language=row.language,
        author=row.author or "",
        ticket_id=row.ticket_id,
        used=row.used,
        active=row.active,
        updated_at=row.updated_at,
    )


def _record(
    work: Work,
    actor: Actor,
    act: str,
    id: int,
    changes: list[tuple[str, Any, Any]],
    ticket_id: int | None,
) -> None:
    history.record(work, actor, act, subject=("article", id), changes=changes, ticket_id=ticket_id)
