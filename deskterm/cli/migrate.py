"""`deskterm migrate`: the store's version, its move to another database, the database's roles."""

from __future__ import annotations

from pathlib import Path

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group
from deskterm.cli.progress import Progress
from deskterm.config import Home
from deskterm.i18n import N_, _, n_

app = new_group(
    _("Bring the store to this program's version, after a backup; make it where there is none."),
    "deskterm migrate",
    "deskterm migrate copy --to postgresql://desk@db.example.org/desk",
    "deskterm migrate roles --agents desk_agents --worker desk_worker",
    bare=True,
)


@app.callback(invoke_without_command=True)
def migrate(context: typer.Context, as_json: bool = JSON) -> None:
    if context.invoked_subcommand is not None:
        return
    from deskterm.store.migrations import HEAD
    from deskterm.store.opening import open_store

    store = open_store(session.home())
    store.close()
    output.done(
        _("The store {name} is at version {version}.").format(name=store.name, version=HEAD),
        as_json,
        store=store.name,
        version=HEAD,
    )


@command(
    app,
    "copy",
    _("Copy the whole store into another database, SQLite or PostgreSQL, and compare the two."),
    "deskterm migrate copy --to postgresql://desk@db.example.org/desk",
    "DESKTERM_DATABASE_URL=postgresql://desk@db.example.org/desk deskterm migrate copy --to /srv/desk",
)
def copy(
    to: str = typer.Option(
        ...,
        "--to",
        envvar="DESKTERM_COPY_TO",
        show_envvar=False,
        metavar="URL_OR_PATH",
        help=_("An empty PostgreSQL database, or a folder for SQLite (also DESKTERM_COPY_TO)."),
    ),
    retire: bool = typer.Option(
        False, "--retire", help=_("Afterwards switch mail off in the old store, so that only the copy sends.")
    ),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import relocating, settings
    from deskterm.store import copying

    target = _target(to)
    with session.desk() as desk:
        with desk.writing() as work:
            relocating.begin(work, desk.actor, copying.name_of(target))
        copied = copying.copy_to(desk.store, target, Progress().tell)
        if retire:
            with desk.writing() as work:
                settings.set(work, desk.actor, "mail_on", False)
    if as_json:
        output.json_document({**output.as_data(copied), "rows": copied.rows, "retired": retire})
        return
    output.table(_COLUMNS, [table for table in copied.tables if table.rows])
    output.line(
        n_(
            "{count} row copied to {target} and compared",
            "{count} rows copied to {target} and compared",
            copied.rows,
        ).format(count=copied.rows, target=copied.target)
        + "; "
        + _("indexed messages: {messages}, searches that find the same: {searches}.").format(
            messages=copied.messages_indexed, searches=copied.searches_compared
        )
    )
    if copied.texts_mended:
        output.line(
            n_(
                "{count} text held a NUL character, which became a replacement character.",
                "{count} texts held NUL characters, which became replacement characters.",
                copied.texts_mended,
            ).format(count=copied.texts_mended)
        )
    if retire:
        output.line(_("Mail is switched off in the old store."))
    else:
        output.line(
            _(
                "The old store is as it was: start no worker on both, or letters leave twice. "
                "Switch its mail off: deskterm settings edit mail_on off"
            )
        )


@command(
    app,
    "roles",
    _("Print the GRANTs for PostgreSQL roles of agents and worker; run them as the database's owner."),
    "deskterm migrate roles --agents desk_agents --worker desk_worker | psql desk",
)
def roles(
    agents: str = typer.Option("desk_agents", "--agents", metavar="ROLE", help=_("The role agents are in.")),
    worker: str = typer.Option("desk_worker", "--worker", metavar="ROLE", help=_("The worker's role.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.store.postgres import grants

    statements = grants(agents, worker)
    if as_json:
        output.json_document(statements)
        return
    again = _("Again after each update of deskterm: new tables need them too.")
    output.line(f"-- {again}")
    for statement in statements:
        output.line(statement)


def _target(to: str) -> Home:
    """The home a store is copied to: a URL, or a folder, or the file in it."""
    if "://" in to:
        return Home.find(session.invocation.get().home, {"DESKTERM_DATABASE_URL": to})
    path = Path(to).expanduser().absolute()
    return Home.find(str(path.parent if path.name == "desk.sqlite" else path), {})


_COLUMNS = (
    output.Column("name", N_("Table")),
    output.Column("rows", N_("Rows"), right=True),
    output.Column("digest", N_("Digest"), wide=True),
)
