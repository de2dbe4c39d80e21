"""What empty panes say: why they are empty and what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deskterm.clean import clean
from deskterm.i18n import N_, _
from deskterm.screens.presenters.line import Line, wrap

# section, or what stands in a pane: lines, each a sentence
EMPTY: Mapping[str, tuple[str, ...]] = {
    "mine_new": (
        N_("Nothing waits for you."),
        N_("New tickets and those assigned to you appear here by themselves."),
    ),
    "mine": (N_("No active ticket is yours."), N_("On any ticket, `a` takes it.")),
    "addressed": (
        N_("Nobody has addressed you."),
        N_("Internal and private messages to you appear here for three days."),
    ),
    "watching": (N_("You watch no ticket."), N_("On any ticket, `v` watches it.")),
    "favorites": (
        N_("No favorites."),
        N_("`f` makes a ticket your favorite, `F` everybody's."),
    ),
    "created": (N_("No open ticket of your making."), N_("`N` makes one, as for a phone call.")),
    "participating": (N_("Nowhere else have you written."),),
    "created_active": (N_("No active ticket of your making."),),
    "created_waiting": (N_("No ticket of your making waits for its customer."),),
    "participating_active": (N_("No active ticket of others in which you wrote."),),
    "participating_waiting": (N_("No waiting ticket of others in which you wrote."),),
    "snoozed": (N_("Nothing is put off."), N_("On any ticket, `B` puts it off till a time.")),
    "bin": (N_("The Bin is empty."), N_("What is deleted waits here; `Del` brings it back.")),
    "saved": (N_("Nothing is found by this search now."),),
    "all_active": (N_("No ticket is active."),),
    "waiting": (N_("No ticket waits for a customer."),),
    "closed": (N_("No ticket is closed yet."),),
    "rubrics": (
        N_("No active ticket."),
        N_("Rubrics are added in the administration, `F8`; `b` sets one on a ticket."),
    ),
    "triage": (
        N_("No letter is held."),
        N_("Letters nobody can place by rule wait here; `t` makes a ticket of one."),
    ),
    "refused": (
        N_("No letter was refused."),
        N_("Letters of senders who are not registered stay here, where an account asks for that."),
    ),
    "blocked": (N_("No letter was blocked."), N_("Letters the black list stopped stay here.")),
    "outbox": (N_("Everything has left."), N_("Answers wait here until they have left; `t` takes one back.")),
    "search": (N_("Nothing found."), N_("Words are found in every form; a number finds that ticket.")),
    "outgoing": (N_("A letter of ours on its way."), N_("`t` takes it back as a draft.")),
    "agent": (N_("No active tickets."),),
    "rubric": (N_("No active ticket in this rubric."),),
}

NO_ACCOUNT = (
    N_("This desk has no mailbox yet."),
    N_("Connect one: `:` connect_mailbox, or in a shell: deskterm accounts add support@example.com"),
    N_("Then mail becomes tickets here."),
)


def empty_lines(key: str, width: int, *, has_accounts: bool = True) -> tuple[Line, ...]:
    """The lines of an empty pane of `width` cells; the first sentence says why, the others what to do."""
    kind = key.split(":")[0]
    sentences = EMPTY.get(kind, EMPTY["mine_new"])
    if not has_accounts and kind in ("mine_new", "all_active"):
        sentences = NO_ACCOUNT
    return sentences_as_lines([_(sentence) for sentence in sentences], width)


def sentences_as_lines(sentences: Sequence[str], width: int) -> tuple[Line, ...]:
    """Sentences for an empty pane of `width` cells; the first says why, the others what to do."""
    found: list[Line] = [()]
    for number, sentence in enumerate(sentences):
        style = "" if number == 0 else "faint"
        found += [(("  ", ""), (piece, style)) for piece in wrap(clean(sentence), width - 3)]
    return tuple(found)
