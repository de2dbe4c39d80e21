"""Areas about texts: automatic letters, answers, articles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import N_, p_
from deskterm.screens.administration import sources
from deskterm.screens.administration.area import Area, Field
from deskterm.screens.presenters.administration import column, name_column, state_column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

_LANGUAGE: Final = Field("language", N_("language"), "choice", choices=sources.CODES, default="en")


def _account(work: Work, address: str) -> int | None:
    from deskterm.desk import accounts

    return accounts.find(work, address).id if address else None


def add_template(work: Work, actor: Actor, values: dict[str, Any]) -> None:
    """Give one account, or the desk, a text of its own."""
    from deskterm.desk import templates

    account = _account(work, values.get("account", ""))
    templates.set(
        work, actor, values.get("kind", ""), values.get("language", ""), values.get("body", ""), account
    )


def edit_template(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Give it another text."""
    from deskterm.desk import templates

    templates.set(work, actor, row.kind, row.language, values["body"], _account(work, row.account))


def reset_template(work: Work, actor: Actor, row: Any) -> None:
    """The desk's text, or the built-in one, is in force again."""
    from deskterm.desk import templates

    templates.reset(work, actor, row.kind, row.language, _account(work, row.account))


TEMPLATES: Final = Area(
    "templates",
    N_("Automatic letters"),
    N_("text"),
    "templates.listed",
    (
        name_column(name="title", title=N_("Letter")),
        column("language", N_("Language"), 8, importance=1),
        column("account", N_("Account"), 10, 30, 3, grows=1, since=70),
        column("origin", N_("Origin"), 9, 14, 2, of=lambda row: p_("origin", row.origin)),
    ),
    (
        Field("kind", N_("letter"), "choice", choices=sources.automatic_kinds, verbs=("add",)),
        Field("language", N_("language"), "choice", choices=sources.CODES, default="en", verbs=("add",)),
        Field(
            "account",
            N_("for letters of"),
            "choice",
            choices=sources.accounts,
            none=N_("every account"),
            verbs=("add",),
        ),
        Field(
            "body",
            N_("text"),
            "lines",
            hint=N_(
                "Placeholders like {number} are filled in; a wrong one is answered with those there are."
            ),
        ),
    ),
    lambda row: f"{row.title}, {row.language}",
    id=lambda row: f"{row.kind} {row.language} {row.account}",
    sees="administer",
    add=add_template,
    edit=edit_template,
    remove=reset_template,
    removing=N_("take the text of “{name}” away; the one below it is in force again"),
    removed=N_("As it was: {name}."),
    removable=lambda row: row.origin != "built in",
    not_removable=N_("This text came with the program and stays; Enter gives another one."),
)


def add_answer(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Add a text agents answer with."""
    from deskterm.desk import answer_templates

    return answer_templates.add(
        work, actor, values.get("name", ""), values.get("body", ""), values.get("language", "en")
    )


def edit_answer(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change it."""
    from deskterm.desk import answer_templates

    answer_templates.edit(work, actor, row.id, **values)


def remove_answer(work: Work, actor: Actor, row: Any) -> None:
    """Take it away."""
    from deskterm.desk import answer_templates

    answer_templates.remove(work, actor, row.id)


ANSWERS: Final = Area(
    "answers",
    N_("Answer templates"),
    N_("template"),
    "answer_templates.listed",
    (
        name_column(),
        column("language", N_("Language"), 8, importance=2),
        column("body", N_("Text"), 16, 200, 1, grows=4),
    ),
    (
        Field("name", N_("name")),
        _LANGUAGE,
        Field(
            "body",
            N_("text"),
            "lines",
            hint=N_("Placeholders like {contact}, {number}, {agent} are filled in."),
        ),
    ),
    lambda row: str(row.name),
    sees="templates",
    add=add_answer,
    edit=edit_answer,
    remove=remove_answer,
)


def list_articles(work: Work, actor: Actor) -> Sequence[Any]:
    """Articles, those taken away too."""
    from deskterm.desk import articles

    return articles.listed(work, actor, True)


def show_article(work: Work, actor: Actor, row: Any) -> Any:
    """An article with its text."""
    from deskterm.desk import articles

    return articles.show(work, actor, row.id)


def add_article(work: Work, actor: Actor, values: dict[str, Any]) -> int:
    """Write an article."""
    from deskterm.desk import articles

    return articles.add(
        work, actor, values.get("title", ""), values.get("body", ""), values.get("language", "en")
    )


def edit_article(work: Work, actor: Actor, row: Any, values: dict[str, Any]) -> None:
    """Change it, or bring it back."""
    from deskterm.desk import articles

    articles.edit(work, actor, row.id, **values)


def remove_article(work: Work, actor: Actor, row: Any) -> None:
    """Retire it."""
    from deskterm.desk import articles

    articles.remove(work, actor, row.id)


ARTICLES: Final = Area(
    "articles",
    N_("Articles"),
    N_("article"),
    list_articles,
    (
        name_column(name="title", title=N_("Title")),
        column("language", N_("Language"), 8, importance=4),
        column("used", N_("Used"), 5, importance=2, right=True),
        column("author", N_("Author"), 10, 24, 3),
        state_column(),
    ),
    (
        Field("title", N_("title")),
        _LANGUAGE,
        Field("body", N_("text"), "lines"),
        Field("active", N_("is found"), "switch", verbs=("edit",), default=True),
    ),
    lambda row: str(row.title),
    right="answer",
    show=show_article,
    add=add_article,
    edit=edit_article,
    remove=remove_article,
    removing=N_("take “{name}” away; it is found no more"),
)


AREAS: Final = (TEMPLATES, ANSWERS, ARTICLES)
