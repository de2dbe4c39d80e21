"""`deskterm settings`: what the desk does by itself."""

from __future__ import annotations

from typing import Any

import typer

from deskterm.cli import output, session
from deskterm.cli.frame import JSON, command, new_group
from deskterm.i18n import N_, _

app = new_group(
    _("Settings of the desk."),
    "deskterm settings list",
    "deskterm settings edit undo_seconds 30",
)

_COLUMNS = (
    output.Column("name", N_("Name")),
    output.Column("value", N_("Value")),
    output.Column("default", N_("Default")),
    output.Column("title", N_("Meaning"), wide=True),
)
NAME = typer.Argument(..., metavar="NAME", help=_("Name of the setting."))


def _rows() -> list[dict[str, Any]]:
    from deskterm.desk import settings

    with session.desk() as desk, desk.reading() as work:
        return [
            {
                "name": known.name,
                "value": value,
                "default": known.default,
                "kind": known.kind,
                "title": _(known.title),
            }
            for known, value in settings.listed(work)
        ]


@command(app, "list", _("List all settings."), "deskterm settings list --json")
def list_(as_json: bool = JSON) -> None:
    output.listing(_COLUMNS, _rows(), as_json)


@command(app, "show", _("Show one setting."), "deskterm settings show mail_on")
def show(name: str = NAME, as_json: bool = JSON) -> None:
    from deskterm.desk.errors import NotFound

    for row in _rows():
        if row["name"] == name:
            output.record(row, as_json, {column.key: column.title for column in _COLUMNS})
            return
    raise NotFound(_("There is no setting {name}. See: deskterm settings list").format(name=name))


@command(
    app,
    "edit",
    _("Change a setting."),
    "deskterm settings edit mail_on off",
    "deskterm settings edit undo_seconds 30",
)
def edit(
    name: str = NAME,
    value: str = typer.Argument(..., metavar="VALUE", help=_("on, off, a number or a text.")),
    as_json: bool = JSON,
) -> None:
    from deskterm.desk import settings

    with session.desk() as desk, desk.writing() as work:
        settings.set(work, desk.actor, name, value)
        now = settings.get(work, name)
    output.done(
        _("{name} is now: {value}").format(name=name, value=output.cell(now)), as_json, name=name, value=now
    )
