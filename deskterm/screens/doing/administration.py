"""Acts of the administration: opening it, adding, changing, removing, ordering, trying, undoing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from deskterm.desk.errors import Changed
from deskterm.i18n import _
from deskterm.screens import acts, loading, standing
from deskterm.screens.administration import area as area_module
from deskterm.screens.administration.area import Area, Entries, Field, Noted
from deskterm.screens.desk_link import Trouble
from deskterm.screens.dialogs import Confirm, Read
from deskterm.screens.doing import administration_looks
from deskterm.screens.help import show_help
from deskterm.screens.presenters import administration as presenter

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.screens.administration.screen import Administration, Step
    from deskterm.screens.main_screen import MainScreen
    from deskterm.store.work import Work

TRANSLATED: Final = tuple
"""What can be chosen is our own words where the table says it itself."""


async def show(screen: MainScreen) -> None:
    """Open the administration, and go where the agent goes from it."""
    from deskterm.screens.administration.screen import Administration

    if screen.desk.actor is None:
        # who he is, and so what he may see there, is not known before
        screen.say(_("The desk is not open yet."), "warning")
        return
    chosen = await screen.app.push_screen_wait(Administration(screen.desk, screen.keymap))
    # what can be chosen, and who there is, may be others now
    screen.do(acts.BY_ID["refresh"])
    if chosen is None:
        return
    kind, number = chosen
    if kind == "ticket":
        screen.find(str(number))
    else:
        screen.open.words = ""
        screen.search.close()
        await loading.section(screen, f"{standing.ONE_LETTER}{number}")
        screen.set_focus(screen.tickets)


# -- adding and changing


async def add(screen: Administration) -> None:
    """Add an entry."""
    area = screen.area
    if area is None:
        return
    if area.add is None:
        screen.say(_("Nothing is added here: these come with the program."), "warning")
        return
    if not _may(screen, area):
        return
    fields = [field for field in area.fields if "add" in field.verbs and field.offered(None)]
    made: list[tuple[Noted, str]] = []

    async def take(values: dict[str, Any]) -> bool:
        secret = values.pop(area.secret, "") if area.secret else ""
        name = str(values.get(fields[0].name, ""))
        noted = await screen.desk.act(area_module.noted, area.add, values)
        made.append((noted, await _keep_secret(screen, name, secret)))
        return True

    title = _("New: {what}").format(what=_(area.one))
    if await _form(screen, area, title, fields, None, take) and made:
        noted, trouble = made[0]
        screen.steps.append(_step(area, _("added"), noted))
        key = None if noted.result is None else str(noted.result)
        await screen.reread(key)
        screen.set_focus(screen.lines)
        _say(screen, _("Added."), noted.reversal is not None, trouble)


async def edit(screen: Administration) -> None:
    """Change the entry in a form; who may not change it reads it."""
    area, row = screen.area, screen.lines.current()
    if area is None or row is None:
        return
    full = row if area.show is None else await screen.desk.read(area.show, row)
    fields = [field for field in area.fields if "edit" in field.verbs and field.offered(full)]
    if area.edit is None or not screen.may_change:
        await _read(screen, area, full)
        return
    made: list[tuple[Noted | None, str, dict[str, Any]]] = []

    async def take(values: dict[str, Any]) -> bool:
        secret = values.pop(area.secret, "") if area.secret else ""
        noted = None
        if values:
            noted = await _changed_or_asked(screen, area, full, values, fields)
            if noted is None:
                return False
        made.append((noted, await _keep_secret(screen, area.name(row), secret), values))
        return True

    told = await _where_secret(screen, area.name(row)) if area.secret else ""
    if area.key == "settings":
        told = f"{area.name(row)}\n{full.told}"
    title = f"{_(area.one)}: {area.name(row)}"
    if not await _form(screen, area, title, fields, full, take, told) or not made:
        return
    noted, trouble, values = made[0]
    await screen.reread()
    if noted is not None:
        step = _step(area, area.name(row), noted)
        if noted.reversal is None:
            step = await _way_back(screen, step, area.id(row), fields, full, values)
        screen.steps.append(step)
    undoable = bool(screen.steps) and noted is not None
    _say(screen, _("Changed: {name}.").format(name=area.name(row)), undoable, trouble)


async def _changed_or_asked(
    screen: Administration, area: Area, row: Any, values: dict[str, Any], fields: Sequence[Field]
) -> Noted | None:
    """Change the entry; where somebody else changed the same field since, ask. None: go on with the form."""
    shown = {field.name: field.value(row) for field in fields if field.name in values}
    noted: Noted
    try:
        noted = await screen.desk.act(area_module.edited, area, row, values, shown)
    except Trouble as trouble:
        if not isinstance(trouble.cause, Changed):
            raise
        now = {field.name: field for field in fields}[trouble.cause.field]
        words = presenter.in_words(trouble.cause.now, now.kind_for(row)) or _("(empty)")
        answer = await screen.app.push_screen_wait(
            Confirm(
                _("Changed meanwhile"),
                trouble.sentence + "\n" + _("It is now: {value}").format(value=words),
                (("on", "s", _("save mine all the same")), ("stay", "g", _("go on with the form"))),
            )
        )
        if answer != "on":
            return None
        noted = await screen.desk.act(area_module.edited, area, row, values, None)
    return noted


async def _form(
    screen: Administration,
    area: Area,
    title: str,
    fields: Sequence[Field],
    row: Any,
    take: Any,
    told: str = "",
) -> bool:
    from deskterm.screens.administration.form import Form

    entries = await screen.desk.read(choices_of, fields)
    form = Form(title, screen.desk, fields, row, entries, take, told)
    if area.tries_typed:
        form.try_typed = partial(administration_looks.TYPED[area.tries_typed], screen)
    done = await screen.app.push_screen_wait(form)
    return done is True


def choices_of(work: Work, actor: Actor, fields: Sequence[Field]) -> Mapping[str, Entries]:
    """What can be chosen in each of these fields; those that are looked up are asked as one types."""
    found: dict[str, Entries] = {}
    for field in fields:
        if isinstance(field.choices, TRANSLATED):
            found[field.name] = [(value, _(words)) for value, words in field.choices]
        elif not field.looked_up:
            found[field.name] = area_module.function(field.choices)(work, actor, "")
    return found


async def _read(screen: Administration, area: Area, row: Any) -> None:
    """The entry to read, with why it cannot be changed."""
    facts = [
        (_(field.title), presenter.in_words(field.value(row), field.kind_for(row)))
        for field in area.fields
        if field.name != area.secret and field.offered(row)
    ]
    text = presenter.in_full(facts)
    if screen.may_change:
        text.append("\n\n" + _("It cannot be changed: remove it and add another."))
    else:
        text.append("\n\n" + _lacking(area))
    await screen.app.push_screen_wait(Read(area.name(row), text))


def _lacking(area: Area) -> str:
    from deskterm.desk.rights import RIGHTS

    return _("Only those with the right “{right}” change this.").format(right=_(RIGHTS[area.right]))


def _may(screen: Administration, area: Area) -> bool:
    if not screen.may_change:
        screen.say(_lacking(area), "trouble")
    return screen.may_change


# -- passwords


async def _keep_secret(screen: Administration, address: str, secret: str) -> str:
    """Keep a password where passwords are kept; the sentence why it could not be, else ''."""
    if not secret:
        return ""
    from deskterm.secrets import SecretError, SecretStore

    try:
        await screen.desk.aside(lambda: SecretStore(screen.desk.home).set(address, secret))
    except SecretError as problem:
        return problem.sentence
    return ""


async def _where_secret(screen: Administration, address: str) -> str:
    from deskterm.secrets import SecretError, SecretStore

    try:
        where = await screen.desk.aside(lambda: SecretStore(screen.desk.home).where(address))
    except SecretError as problem:
        return problem.sentence
    if where is None:
        return _("It has no password yet.")
    return _("Its password is kept in: {place}.").format(place=where)


# -- removing and ordering


async def remove(screen: Administration) -> None:
    """Remove the entry, put it out of use or let it be as it comes, after asking."""
    area, row = screen.area, screen.lines.current()
    if area is None or row is None:
        return
    if area.remove is None:
        screen.say(_("Nothing is removed here."), "warning")
        return
    if not _may(screen, area):
        return
    if not area.removable(row):
        screen.say(_(area.not_removable), "warning")
        return
    name = area.name(row)
    answers = (("yes", "y", _(area.removing).format(name=name)), ("no", "n", _("leave it")))
    answer = await screen.app.push_screen_wait(Confirm(f"{_(area.one)}: {name}", _("Are you sure?"), answers))
    if answer != "yes":
        return
    before = {field.name: field.value(row) for field in area.fields if field.name == "active"}
    noted = await screen.desk.act(area_module.noted, area.remove, row)
    if area.secret and noted.result is True:
        await _forget_secret(screen, name)
    await screen.reread()
    step = _step(area, name, noted)
    left = screen.row_of(area.id(row))
    if noted.reversal is None and left is not None and before == {"active": True}:
        step = replace(step, key=area.id(row), back=before, after={"active": False})
    screen.steps.append(step)
    removed = _("Out of use: {name}.") if noted.result is False else _(area.removed)
    _say(screen, removed.format(name=name), step.reversal is not None or step.back is not None)


async def _forget_secret(screen: Administration, address: str) -> None:
    """A deleted account leaves no password behind."""
    from deskterm.secrets import SecretError, SecretStore

    try:
        await screen.desk.aside(lambda: SecretStore(screen.desk.home).forget(address))
    except SecretError as problem:
        raise Trouble(problem.sentence, problem.exit_code, problem) from problem


async def move_up(screen: Administration) -> None:
    """Put the entry one place earlier."""
    await _move(screen, -1)


async def move_down(screen: Administration) -> None:
    """Put the entry one place later."""
    await _move(screen, 1)


async def _move(screen: Administration, by: int) -> None:
    area, row = screen.area, screen.lines.current()
    if area is None or row is None:
        return
    if area.move is None:
        screen.say(_("These have no order."), "warning")
        return
    if not _may(screen, area):
        return
    keys = screen.neighbours(row)
    at = keys.index(area.id(row))
    if not 0 <= at + by < len(keys):
        screen.say(_("It is the first already.") if by < 0 else _("It is the last already."), "warning")
        return
    noted = await _put(screen, area, row, at + by)
    screen.steps.append(replace(_step(area, area.name(row), noted), key=area.id(row), place=at + 1))
    _say(screen, _("Moved: {name}.").format(name=area.name(row)), True)


async def _put(screen: Administration, area: Area, row: Any, place: int) -> Noted:
    """Put an entry at a place among its neighbours, the first being 0."""
    key = area.id(row)
    keys = [each for each in screen.neighbours(row) if each != key]
    keys.insert(place, key)
    noted: Noted = await screen.desk.act(area_module.noted, area.move, row, place + 1, keys)
    await screen.reread(key)
    return noted


# -- undoing


def _step(area: Area, name: str, noted: Noted) -> Step:
    from deskterm.screens.administration.screen import Step

    return Step(area, name, noted.reversal)


async def _way_back(
    screen: Administration,
    step: Step,
    key: str,
    fields: Sequence[Field],
    before: Any,
    values: Mapping[str, Any],
) -> Step:
    """The values of before, for acts the desk keeps no journal of."""
    now = screen.row_of(key)
    if now is None:
        return step
    if step.area.show is not None:
        now = await screen.desk.read(step.area.show, now)
    changed = [field for field in fields if field.name in values and field.name != step.area.secret]
    return replace(
        step,
        key=key,
        back={field.name: _typed(field.value(before), field.kind_for(before)) for field in changed},
        after={field.name: field.value(now) for field in changed},
    )


def _typed(value: Any, kind: str) -> Any:
    """A value of the form as the desk takes it."""
    if kind == "number":
        return int(value or 0)
    return list(value) if isinstance(value, tuple) else value


async def undo(screen: Administration) -> None:
    """Take back what was done here last."""
    if not screen.steps:
        screen.say(_("Nothing was changed here yet. `z` at the desk undoes what you did there."), "warning")
        return
    step = screen.steps[-1]
    if step.area is not screen.area:
        screen.areas.go_to(step.area.key)
        screen.use_area(step.area)
        await screen.reread(step.key or None)
    if step.reversal is not None:
        done = await screen.desk.act("undo.undo", step.reversal)
        told = "  ".join([_("Undone: {act}.").format(act=done.title), *done.notes])
    elif step.place:
        row = screen.row_of(step.key)
        if row is not None:
            await _put(screen, step.area, row, step.place - 1)
        told = _("Put back: {name}.").format(name=step.name)
    elif step.back is not None:
        await _put_back(screen, step)
        told = _("Put back: {name}.").format(name=step.name)
    else:
        screen.steps.pop()
        screen.say(_("This cannot be undone by a key; change it back by hand: {name}").format(name=step.name))
        return
    screen.steps.pop()
    await screen.reread(step.key or None)
    screen.say(told)


async def _put_back(screen: Administration, step: Step) -> None:
    """Give the fields their values of before, where nobody changed them since."""
    await screen.reread(step.key)
    row = screen.row_of(step.key)
    if row is None:
        raise Trouble(_("It is not there any more: {name}").format(name=step.name), 65)
    full = row if step.area.show is None else await screen.desk.read(step.area.show, row)
    by_name = {field.name: field for field in step.area.fields}
    if any(by_name[name].value(full) != value for name, value in (step.after or {}).items()):
        raise Trouble(_("It was changed since; nothing was put back: {name}").format(name=step.name), 75)
    await screen.desk.act(area_module.noted, step.area.edit, full, dict(step.back or {}))


def _say(screen: Administration, sentence: str, undoable: bool, trouble: str = "") -> None:
    if trouble:
        screen.say(f"{sentence} {trouble}", "trouble")
    else:
        screen.say(sentence + " " + _("`z` undoes it.") if undoable else sentence)


# -- looking and trying


async def look(screen: Administration) -> None:
    """Show what belongs to the entry."""
    area, row = screen.area, screen.lines.current()
    if area is None or not area.look or row is None:
        screen.say(_("There is nothing more to see here; Enter opens the entry."), "warning")
        return
    await administration_looks.LOOKS[area.look](screen, row)


async def try_out(screen: Administration) -> None:
    """Try the rules on a letter, or an entry of the black list on stored mail."""
    area, row = screen.area, screen.lines.current()
    if area is None or not area.try_out or row is None:
        screen.say(_("There is nothing to try here."), "warning")
        return
    await administration_looks.TRIES[area.try_out](screen, row)


# -- finding the way


def find(screen: Administration) -> None:
    """Type words the entries must hold."""
    screen.search.open()


def next_pane(screen: Administration) -> None:
    """To the entries, from there to the areas."""
    screen.set_focus(screen.lines if screen.focused is screen.areas else screen.areas)


def to_entries(screen: Administration) -> None:
    """To the entries."""
    screen.set_focus(screen.lines)


def to_areas(screen: Administration) -> None:
    """To the areas."""
    screen.set_focus(screen.areas)


def refresh(screen: Administration) -> None:
    """Read the entries anew."""
    screen.read()


def back(screen: Administration) -> None:
    """Drop the words; from the entries to the areas, from there to the desk."""
    if screen.search.value:
        screen.search.close()
        screen.find_now()
    elif screen.focused is not screen.areas:
        screen.set_focus(screen.areas)
    else:
        screen.dismiss(None)


def help(screen: Administration) -> None:
    """Every act, those of the administration first."""
    things = frozenset({"administration", "list"})
    show_help(screen, things, "administration", screen.keymap)
