"""The one shape of the desk's nouns: list, add, show, edit, remove, from a table of columns and options."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group, usage
from deskterm.i18n import N_, _

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work

SAYS = {
    "add": N_("{noun} {key} was added."),
    "edit": N_("{noun} {key} was changed."),
    "remove": N_("{noun} {key} was removed."),
}


@dataclass(frozen=True, slots=True)
class Option:
    """A value a person may give: `name` is its key for the desk, `flag` what is typed."""

    name: str
    flag: str
    help: str
    kind: Any = str
    """str, int, bool, or list[str] for one that may be repeated."""
    metavar: str = ""
    verbs: tuple[str, ...] = ("add", "edit")


@dataclass(frozen=True, slots=True)
class Done:
    """What an act says beside the usual: a sentence of its own, the proper key, values for `--json`."""

    sentence: str = ""
    key: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noun:
    """A thing of the desk and how its verbs are done; a verb that is None is not offered.

    `listed(work, actor, **filters)`, `show(work, actor, key)`, `add(work, actor, key, values)`,
    `edit(work, actor, key, values)`, `remove(work, actor, key)`; `values` holds only what was given.
    """

    name: str
    one: str
    help: str
    key: str
    key_help: str
    columns: Sequence[output.Column]
    examples: Mapping[str, str]
    """By verb, what follows `deskterm NOUN VERB`."""
    listed: Callable[..., Sequence[Any]]
    show: Callable[[Work, Actor, str], Any] | None = None
    add: Callable[[Work, Actor, str, dict[str, Any]], Any] | None = None
    edit: Callable[[Work, Actor, str, dict[str, Any]], Any] | None = None
    remove: Callable[[Work, Actor, str], Any] | None = None
    options: Sequence[Option] = ()
    filters: Sequence[Option] = ()
    """Options of `list`."""
    prepare: Callable[[str, str, dict[str, Any]], Callable[[Done], None] | None] | None = None
    """`prepare(verb, key, values)` looks at what was given, and changes it, before the store is opened;
    what it returns is done once the change is committed."""


def group(noun: Noun) -> typer.Typer:
    """The commands of a noun."""
    app = new_group(
        noun.help, *(f"deskterm {noun.name} {verb} {rest}".rstrip() for verb, rest in noun.examples.items())
    )
    _declare(app, noun, "list", _("List them."), _lister(noun), _parameters(noun.filters, "list"))
    if noun.show is not None:
        _declare(app, noun, "show", _("Show one with everything known of it."), _shower(noun, noun.show), [])
    if noun.add is not None:
        parameters = _parameters(noun.options, "add")
        _declare(app, noun, "add", _("Add one."), _changer(noun, "add", noun.add), parameters)
    if noun.edit is not None:
        parameters = _parameters(noun.options, "edit")
        _declare(
            app,
            noun,
            "edit",
            _("Change one; what is not named stays."),
            _changer(noun, "edit", noun.edit),
            parameters,
        )
    if noun.remove is not None:
        remove = noun.remove

        def take_away(work: Work, actor: Actor, key: str, values: dict[str, Any]) -> Any:
            return remove(work, actor, key)

        _declare(app, noun, "remove", _("Remove one."), _changer(noun, "remove", take_away), [])
    return app


def _declare(
    app: typer.Typer,
    noun: Noun,
    verb: str,
    help: str,
    function: Callable[..., Any],
    parameters: list[inspect.Parameter],
) -> None:
    """Give the function the signature the options describe, and declare it."""
    if verb != "list":
        key = typer.Argument(..., metavar=noun.key.upper(), help=noun.key_help)
        parameters = [_parameter("key", str, key), *parameters]
    parameters = [*parameters, _parameter("as_json", bool, JSON)]
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    example = f"deskterm {noun.name} {verb} {noun.examples.get(verb, '')}".rstrip()
    command(app, verb, f"{help}", example)(function)


def _parameters(options: Sequence[Option], verb: str) -> list[inspect.Parameter]:
    """Every option of a verb; what was not given is None."""
    return [
        _parameter(
            option.name,
            option.kind | None,
            typer.Option(
                None,
                *option.flag.split(" "),
                metavar=None if option.kind is bool else option.metavar or option.name.upper(),
                help=option.help,
            ),
        )
        for option in options
        if verb in option.verbs or verb == "list"
    ]


def _parameter(name: str, kind: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=kind)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _lister(noun: Noun) -> Callable[..., None]:
    def run(as_json: bool, **filters: Any) -> None:
        with session.desk() as desk, desk.reading() as work:
            rows = noun.listed(work, desk.actor, **_given(filters))
        output.listing(noun.columns, rows, as_json)

    return run


def _shower(noun: Noun, show: Callable[[Work, Actor, str], Any]) -> Callable[..., None]:
    def run(key: str, as_json: bool) -> None:
        with session.desk() as desk, desk.reading() as work:
            found = show(work, desk.actor, key)
        output.record(found, as_json, {column.key: column.title for column in noun.columns})

    return run


def _changer(
    noun: Noun, verb: str, change: Callable[[Work, Actor, str, dict[str, Any]], Any]
) -> Callable[..., None]:
    def run(key: str, as_json: bool, **options: Any) -> None:
        values = _given(options)
        if verb == "edit" and not values:
            raise usage(_("Nothing to change was named."))
        afterwards = noun.prepare(verb, key, values) if noun.prepare is not None else None
        with session.desk(create=verb == "add") as desk, desk.writing() as work:
            said = change(work, desk.actor, key, values)
        done = said if isinstance(said, Done) else Done()
        done = replace(done, key=done.key or key)
        sentence = done.sentence or _(SAYS[verb]).format(noun=_(noun.one), key=done.key)
        output.done(sentence, as_json, **{noun.key: done.key, **done.values})
        if afterwards is not None:
            afterwards(done)

    return run
