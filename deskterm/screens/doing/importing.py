"""Importing clients and contacts from a CSV file: chosen, tried, shown, brought in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from deskterm.i18n import _
from deskterm.screens import reach
from deskterm.screens.administration import area as area_module
from deskterm.screens.administration import areas
from deskterm.screens.administration.importing import WouldImport, summary

if TYPE_CHECKING:
    from deskterm.screens.administration.screen import Administration

IMPORT: Final = "people_csv.load"


async def show(screen: Administration) -> None:
    """Ask for the file, show what it would do, and bring it in when told so."""
    path = await reach.file_asked(
        screen.app,
        _("Import which CSV file?"),
        _(
            "Its first line names the columns: client, department, contact, e-mail, phone, note… "
            "Empty opens a list of files."
        ),
    )
    if path is None:
        return
    data = await screen.desk.aside(path.read_bytes)
    tried = await screen.desk.act(IMPORT, data, dry_run=True)
    if not await screen.app.push_screen_wait(WouldImport(path.name, tried)):
        screen.say(_("Nothing was imported."), "faint")
        return
    noted = await screen.desk.act(area_module.noted, IMPORT, data)
    await _said(screen, noted)


async def _said(screen: Administration, noted: Any) -> None:
    from deskterm.screens.administration.screen import Step

    clients = areas.BY_KEY["clients"]
    screen.steps.append(Step(clients, _("import"), noted.reversal))
    if screen.area is not clients:
        screen.areas.go_to(clients.key)
        screen.use_area(clients)
    await screen.reread()
    told = _("Imported. {numbers}").format(numbers=summary(noted.result))
    undoes = _("`z` undoes it.")
    screen.say(f"{told} {undoes}" if noted.reversal is not None else told)
