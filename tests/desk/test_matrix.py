"""Every act of the desk x every built-in role x every visibility: who may not is refused, and it is noted.

An act on a message is tried on a public, an internal and a private one; an act on a ticket on one that holds
all three, and whatever it gives back is looked through for each.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import FunctionType
from typing import Any

from sqlalchemy import event, func, select

import deskterm.desk
from deskterm.desk import (
    answer_templates,
    articles,
    blacklist,
    branches,
    choices,
    clients,
    departments,
    drafts,
    linking,
    messages,
    observers,
    reminders,
    roles,
    rules,
    saved_views,
    schedules,
    senders,
    statuses,
    tabs,
    teams,
    tickets,
    undo,
)
from deskterm.desk import bin as the_bin
from deskterm.desk.actor import Actor
from deskterm.desk.errors import DeskError, NotAllowed, NotFound
from deskterm.desk.rights import has
from deskterm.store import tables as t
from deskterm.store.engine import Store
from tests.desk.conftest import SUPPORT, Desk
from tests.desk.matrix import ACTS, PARTS, Act, World

HOUSE = Path(deskterm.__file__).parent

ROLES = ("none", "customer", "agent_own", "viewer", "agent", "administrator")
VISIBILITIES = ("public", "internal", "private")


def acts_there() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the desk that takes a unit of work and an actor."""
    for module in pkgutil.walk_packages(deskterm.desk.__path__, "deskterm.desk."):
        for name, function in vars(importlib.import_module(module.name)).items():
            if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != module.name:
                continue
            if list(inspect.signature(function).parameters)[:2] == ["work", "actor"]:
                yield f"{module.name.removeprefix('deskterm.desk.')}.{name}", function


def test_every_act_of_the_desk_stands_in_the_table() -> None:
    there = {name for name, _function in acts_there()}
    assert sorted(there - set(ACTS) - set(PARTS)) == [], (
        "acts nobody checks: add them to tests/desk/matrix.py"
    )
    assert sorted((set(ACTS) | set(PARTS)) - there) == [], "no such acts any more"
    assert not set(ACTS) & set(PARTS)


def test_steps_of_acts_are_not_called_from_above() -> None:
    calls = {
        f"{name.rpartition('.')[0].rpartition('.')[2]}.{name.rpartition('.')[2]}": name for name in PARTS
    }
    # what is no act of the desk but done by a command checks by `require`; a screen's actor is asked anew
    allowed = {"actor.refresh", "rights.require", "undo.together"}
    found = []
    for room in ("cli", "screens"):
        for path in (HOUSE / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    said = ast.unparse(node.func)
                    if said in calls and calls[said] not in allowed:
                        found.append(f"{path.name}:{node.lineno} {said}")
    assert found == []


class _Back(Exception):
    """Ends a trial: the world is to stay as it was made."""


def test_who_may_not_is_refused_and_noted_and_who_may_may(
    desk: Desk, make_agent: Callable[[str, str], Actor], tmp_path: Path
) -> None:
    ids = a_world_of_others(desk, make_agent)
    # two thousand trials, each taken back: nothing of them needs to survive a power cut
    if desk.store.engine.dialect.name == "sqlite":
        event.listen(desk.store.engine, "connect", lambda raw, record: raw.execute("pragma synchronous=off"))
        desk.store.engine.dispose()
    people = {role: make_agent(f"a_{role}", role) for role in ROLES}
    wrong: list[str] = []
    for name, act in ACTS.items():
        for role, actor in people.items():
            for visibility in VISIBILITIES if takes_a_message(act) else VISIBILITIES[:1]:
                narrow = role == "agent_own" and act.about in ("ticket", "message")
                for own in (False, True) if narrow else (False,):
                    said = tried(desk.store, ids, name, act, actor, visibility, own, tmp_path)
                    if said:
                        wrong.append(f"{name} by {role}, {visibility}{', own' if own else ''}: {said}")
    assert wrong == [], "\n" + "\n".join(wrong)


def takes_a_message(act: Act) -> bool:
    """Whether how it is called names the message acted on."""
    assert isinstance(act.call, FunctionType)
    return "message" in act.call.__code__.co_names


def tried(
    store: Store,
    ids: dict[str, Any],
    name: str,
    act: Act,
    actor: Actor,
    visibility: str,
    own: bool,
    folder: Path,
) -> str:
    """Call an act in a world that is taken back afterwards; what is wrong with how it ended, else ''."""
    sees_ticket = has(actor, "see all") or own
    sees = {
        "ticket": sees_ticket,
        "message": sees_ticket and (visibility != "private" or has(actor, "see private")),
    }.get(act.about, True)
    lacks = act.right is not None and not has(actor, act.right)
    noted = _noted(store, actor) if lacks else 0
    ended: DeskError | None = None
    shown = ""
    before = after = ""
    try:
        with store.work(write=True) as work:
            if own:
                for ticket_id in (ids["ticket"], ids["ticket2"], ids["linked"]):
                    work.update(t.ticket, ticket_id, responsible_id=actor.agent_id)
            world = World(work, actor, ids[visibility], ids, folder)
            before = _belongings(work, ids["other"]) if act.about == "own" else ""
            try:
                shown = repr(act.call(work, actor, world))
                work.forget()
            except DeskError as error:
                ended = error
            after = _belongings(work, ids["other"]) if act.about == "own" else ""
            raise _Back
    except _Back:
        pass
    if lacks:
        if not isinstance(ended, NotAllowed):
            return f"the right “{act.right}” is missing, and it ended with {ended!r} {shown[:80]}"
        return "" if _noted(store, actor) == noted + 1 else "refused and not noted in the audit"
    if act.whose and not has(actor, "administer"):
        return "" if ended is not None else f"done to another's: {shown[:80]}"
    if isinstance(ended, NotAllowed):
        return f"refused: {ended}"
    for word, seen in (
        ("pubcanary", sees_ticket),
        ("intcanary", sees_ticket),
        ("privcanary", sees_ticket and has(actor, "see private")),
    ):
        if word in shown and not seen:
            return f"shows {word}"
    if act.about == "own":
        return (
            "" if before == after and "other's own" not in shown else f"touches another's own: {shown[:80]}"
        )
    if not sees:
        return (
            "" if isinstance(ended, NotFound) else f"not to be seen, and it ended with {ended!r} {shown[:80]}"
        )
    if ended is not None and not isinstance(ended, act.ends):
        return f"ended with {ended!r}"
    return ""


def _noted(store: Store, actor: Actor) -> int:
    with store.work() as work:
        return int(
            work.value(select(func.count()).select_from(t.refusal).where(t.refusal.c.actor == actor.login))
        )


def _belongings(work: Any, agent_id: int) -> str:
    """All that is an agent's own: tabs, views, drafts, reminders, marks, acts to undo."""
    return repr(
        [
            work.rows(select(table).where(table.c.agent_id == agent_id).order_by(*table.primary_key.columns))
            for table in (
                t.tab,
                t.tab_ticket,
                t.view,
                t.draft,
                t.reminder,
                t.read_mark,
                t.notification,
                t.reversal,
            )
        ]
        + [work.rows(select(t.attachment).where(t.attachment.c.draft_id.is_not(None)))]
    )


def a_world_of_others(desk: Desk, make_agent: Callable[[str, str], Actor]) -> dict[str, Any]:
    """A desk where everything there is belongs to others than those who try."""
    other, third = make_agent("other", "agent"), make_agent("third", "agent")
    boss = desk.boss
    ids: dict[str, Any] = {
        "boss": boss,
        "other": other.agent_id,
        "third": third.agent_id,
        "account_address": SUPPORT,
    }
    with desk.store.work(write=True) as work:
        ids["client"], ids["client2"] = clients.add(work, boss, "Client"), clients.add(work, boss, "Client 2")
        ids["department"] = departments.add(work, boss, ids["client"], "Department")
        ids["contact"] = clients.add_contact(work, boss, "Client", "Ann Baker", ["ann@customer.example"])
        ids["contact2"] = clients.add_contact(work, boss, "Client", "Bill", ["bill@customer.example"])
        ids["team"] = teams.add(work, boss, "Team")
        branches.add(work, boss, "Branch")
        roles.add(work, boss, "Own role", ["see own"])
        ids["rubric"] = choices.add(work, boss, "rubric", "Net")
        ids["rule"] = rules.add(work, boss, "Rule", ["subject contains nothing"])
        ids["day_off"] = schedules.day_off(work, boss, other.agent_id or 0, "2030-01-01")
        ids["entry"] = blacklist.add(work, boss, "bad.example")
        senders.add(work, boss, "guest@x.example")
        observers.add(work, boss, "o@x.example")
        ids["template"] = answer_templates.add(work, boss, "Thanks", "Thank you")
        ids["article"] = articles.add(work, boss, "Title", "Body")
        ids["closed"] = next(row.id for row in statuses.listed(work) if row.status_class == "closed")
    first = desk.receive(desk.letter(text="It burns, pubcanary."))[0]
    ids["ticket"], ids["public"] = first.ticket_id, first.message_id
    for name, subject in (("ticket2", "Second"), ("linked", "Linked"), ("binned", "Binned")):
        ids[name] = desk.ticket(subject=subject)
    ids["held"] = desk.receive(desk.letter(Auto_Submitted="auto-replied"))[0].letter_id
    ids["blocked"] = desk.receive(desk.letter(sender="x@bad.example"))[0].letter_id
    eve = desk.letter(sender="eve@evil.example", subject=f"[{desk.row(ids['ticket']).token}] mine")
    ids["unverified"] = desk.receive(eve)[0].message_id
    with desk.store.work(write=True) as work:
        for name in ("ticket", "ticket2"):
            tickets.assign(work, boss, [ids[name]], other.agent_id)
        ids["internal"] = messages.note(work, other, ids["ticket"], "intcanary", addressee_id=third.agent_id)
        ids["private"] = messages.note(
            work, other, ids["ticket"], "privcanary", visibility="private", addressee_id=third.agent_id
        )
        reply = messages.reply(work, other, ids["ticket"], "An answer", undo_seconds=600)
        ids["outgoing"] = work.value(select(t.outgoing.c.id).where(t.outgoing.c.message_id == reply))
        ids["reversal"] = undo.newest_id(work, other)
        linking.link(work, other, ids["ticket"], ids["linked"])
        the_bin.delete(work, boss, [ids["binned"]])
        ids["reminder"] = reminders.add(
            work, other, ids["ticket"], work.now + timedelta(days=1), "other's own"
        )
        ids["event"] = None
        ids["tab"] = tabs.add(work, other, "Tab of other, other's own")
        ids["view"] = saved_views.add(work, other, "triage", "other's own", {"words": "x"})
        ids["draft"] = drafts.save(
            work,
            other,
            key="draft of other",
            ticket_id=ids["ticket"],
            visibility="internal",
            body="other's own",
        ).key
        ids["draft_file"] = drafts.attach(work, other, ids["draft"], "a.txt", "text/plain", b"other's own").id
        ids["notification"] = work.insert(
            t.notification, agent_id=other.agent_id, kind="message", ticket_id=ids["ticket"], at=work.now
        )
        ids["participant"] = work.value(
            select(t.participant.c.id).where(t.participant.c.ticket_id == ids["ticket"])
        )
        ids["file"] = work.insert(
            t.attachment,
            message_id=ids["public"],
            name="a.txt",
            type="text/plain",
            size=1,
            blob_sha256=work.value(select(t.letter.c.blob_sha256).limit(1)),
        )
        ids["log_line"] = work.value(select(func.max(t.mail_log.c.id)))
    return ids
