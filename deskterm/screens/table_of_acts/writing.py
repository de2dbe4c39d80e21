"""Acts where one writes: an answer, a note, a private message; and the form of a ticket made by hand."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_
from deskterm.screens.table_of_acts.act import DOING, Act

COMPOSER: Final = "deskterm.screens.composer.Composer"
FORM: Final = "deskterm.screens.new_ticket.NewTicketForm"

WRITING: Final[tuple[Act, ...]] = tuple(
    Act(f"write_{name}", keys, "writing", title, does)
    for name, keys, title, does in (
        ("send", ("ctrl+s", "f10", "ctrl+enter"), N_("send, write it"), f"{COMPOSER}.action_send"),
        ("keep", ("escape",), N_("close; the text stays as a draft"), f"{COMPOSER}.action_keep"),
        ("attach", ("ctrl+t",), N_("add a file"), f"{COMPOSER}.action_attach"),
        ("files", ("ctrl+o",), N_("the files: look at them, take one off"), f"{COMPOSER}.action_detach"),
        (
            "status",
            ("f2",),
            N_("the status the ticket gets with this text; close it"),
            f"{DOING}.composing.status",
        ),
        ("original", ("f3",), N_("show or hide the message that is answered"), f"{COMPOSER}.action_original"),
        ("template", ("f4",), N_("put in a template"), f"{DOING}.composing.template"),
        ("article", ("f5",), N_("put in an article of the knowledge base"), f"{DOING}.composing.article"),
        (
            "recipients",
            ("f6",),
            N_("who gets this answer: take ticks off, add somebody"),
            f"{DOING}.composing.recipients",
        ),
        ("fields", ("f7",), N_("set other fields; correct the time spent"), f"{DOING}.composing.fields"),
        ("later", ("f9",), N_("send it later"), f"{DOING}.composing.later"),
        (
            "defer",
            ("f11",),
            N_("put it off: beside the ticket, which stays as it is"),
            f"{COMPOSER}.action_defer",
        ),
        ("editor", ("f12", "ctrl+g"), N_("write in your own editor ($EDITOR)"), f"{COMPOSER}.action_editor"),
        ("find", ("ctrl+f",), N_("find words in what you write"), f"{DOING}.composing.find"),
        ("to_start", ("ctrl+home",), N_("to the beginning of it"), f"{DOING}.composing.to_start"),
        ("to_end", ("ctrl+end",), N_("to its end"), f"{DOING}.composing.to_end"),
        ("select_all", ("alt+a",), N_("select all of it"), f"{DOING}.composing.select_all"),
        ("drop", ("f8",), N_("throw the text away"), f"{COMPOSER}.action_drop"),
        ("help", ("f1",), N_("what the keys do here"), f"{COMPOSER}.action_help"),
    )
)

NEW_TICKET: Final[tuple[Act, ...]] = tuple(
    Act(f"form_{name}", keys, "new_ticket", title, does)
    for name, keys, title, does in (
        (
            "make",
            ("ctrl+s", "f10", "ctrl+enter"),
            N_("make the ticket, or add to the one chosen"),
            f"{FORM}.action_make",
        ),
        ("keep", ("escape",), N_("close; it stays as a draft"), f"{FORM}.action_keep"),
        ("who", ("f2",), N_("who asks: by name, address, telephone; a new one"), f"{DOING}.composing.who"),
        ("card", ("f3",), N_("the client's card: take, make, move a contact"), f"{DOING}.composing.card"),
        ("template", ("f4",), N_("put in a template"), f"{DOING}.composing.form_template"),
        ("into", ("f6",), N_("into an open ticket instead of a new one"), f"{DOING}.composing.into"),
        ("fields", ("f7",), N_("fields; letter of confirmation; address"), f"{DOING}.composing.form_fields"),
        ("kind", ("f9",), N_("how it came: phone call, console, e-mail"), f"{FORM}.action_kind"),
        ("attach", ("ctrl+t",), N_("add a file"), f"{FORM}.action_attach"),
        ("files", ("ctrl+o",), N_("the files: look at them, take one off"), f"{FORM}.action_detach"),
        ("editor", ("f12", "ctrl+g"), N_("write in your own editor ($EDITOR)"), f"{FORM}.action_editor"),
        ("drop", ("f8",), N_("throw it away"), f"{FORM}.action_drop"),
        ("help", ("f1",), N_("what the keys do here"), f"{FORM}.action_help"),
    )
)
