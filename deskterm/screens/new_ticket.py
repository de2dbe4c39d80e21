"""The form of a ticket made by hand: who asks, what about, where it goes; kept as a draft as one types."""

from __future__ import annotations

import time
from collections.abc import Coroutine, Mapping
from typing import Any, ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input, Static, TextArea
from textual.worker import Worker

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk.views import AttachmentRow, DraftView
from deskterm.i18n import _
from deskterm.screens import composer_files, composer_form, composer_help, new_ticket_form
from deskterm.screens.desk_link import DeskLink, Trouble, UnsavedDraft
from deskterm.screens.dialogs import Confirm
from deskterm.screens.frame import ActionBar, StatusBar
from deskterm.screens.new_ticket_asked import TYPES, Asked, Made
from deskterm.screens.presenters import new_ticket as presenter
from deskterm.screens.presenters import when
from deskterm.screens.presenters.line import cut
from deskterm.screens.running import Running, beside
from deskterm.screens.writing_screen import WritingScreen


class NewTicketForm(WritingScreen[Made]):
    """A request being written down."""

    CSS_PATH = "new_ticket.tcss"
    where: ClassVar[str] = "new_ticket"

    def __init__(
        self,
        link: DeskLink,
        keymap: Mapping[str, tuple[str, ...]],
        draft_key: str,
        *,
        client_id: int | None = None,
        contact_id: int | None = None,
        draft: DraftView | None = None,
    ) -> None:
        super().__init__()
        self.desk = link
        self.keymap = keymap
        self.use_keys(keymap)
        self.draft_key = draft_key
        self.begun = draft
        kept = draft.form if draft is not None else {}
        self.asked = Asked.of(kept)
        self._client_id = kept.get("client") if draft is not None else client_id
        self._contact_id = kept.get("contact") if draft is not None else contact_id
        self._before = int(kept.get("seconds") or 0)
        self._opened = time.monotonic()
        self.files: list[AttachmentRow] = list(draft.attachments) if draft is not None else []
        self._saving: Timer | None = None
        self._making = False
        self._in_store = draft is not None

    def compose(self) -> ComposeResult:
        begun = self.begun
        yield Static(id="new_kind", markup=False)
        yield Static(id="new_who", markup=False)
        with Horizontal(id="new_subject_line"):
            yield Static(_("subject"), id="new_subject_label", markup=False)
            yield Input(
                clean(begun.subject) if begun is not None else "",
                id="new_subject",
                compact=True,
                select_on_focus=False,
            )
        with Vertical(id="new_writing"):
            yield TextArea(
                begun.body if begun is not None else "",
                id="new_text",
                soft_wrap=True,
                show_line_numbers=False,
                tab_behavior="focus",
                highlight_cursor_line=False,
            )
            yield Static(id="new_files", markup=False)
        yield StatusBar(id="new_status")
        yield ActionBar(id="new_actions")

    def on_mount(self) -> None:
        self.query_one(StatusBar).use(self.app.palette)
        self.query_one(ActionBar).use(self.app.palette)
        self.show_files()
        self.show_actions()
        self.show_asked()
        self.subject_line.focus()
        self.start(self._begin())

    async def _begin(self) -> None:
        """Read who it is about; where nobody is said yet, that is asked first."""
        if self._contact_id is not None:
            await new_ticket_form.use_contact(self, int(self._contact_id))
        elif self._client_id is not None:
            await new_ticket_form.use_client(self, int(self._client_id))
        if not self.asked.known and self.begun is None:
            await new_ticket_form.who(self)

    def on_resize(self, event: events.Resize) -> None:
        self.show_asked()
        self.show_files()

    # -- what stands on the screen

    @property
    def subject_line(self) -> Input:
        """Where the subject is typed."""
        return self.query_one("#new_subject", Input)

    @property
    def area(self) -> TextArea:
        """Where one writes."""
        return self.query_one(TextArea)

    @property
    def text(self) -> str:
        """What was written."""
        return self.area.text

    @property
    def seconds(self) -> int:
        """How long its author has been at it."""
        return self._before + int(time.monotonic() - self._opened)

    def show_asked(self) -> None:
        """Say whose request it is and what was chosen."""
        width = max(20, self.size.width - 2)
        kind = (
            _("NEW TICKET: {type}") if self.asked.into is None else _("INTO A TICKET THAT IS THERE: {type}")
        )
        told = kind.format(type=_(TYPES[self.asked.type]))
        self.query_one("#new_kind", Static).update(Text(cut(clean(told), width)).on(click="screen.kind"))
        who = Text()
        for number, (label, words, style) in enumerate(presenter.lines(self.asked, width)):
            who.append("\n" if number else "")
            line = Text.assemble((label, "dim"), (words, style))
            asks = presenter.asked_by(label)
            who.append_text(line.on(click=f"screen.ask('{asks}')") if asks else line)
        self.query_one("#new_who", Static).update(who)

    def show_files(self) -> None:
        files = self.query_one("#new_files", Static)
        files.display = bool(self.files)
        width = max(20, self.size.width - 4)
        told = (cut(clean(f"□ {clean(each.name)}  {when.size(each.size)}"), width) for each in self.files)
        files.update(Text("\n".join(told)).on(click="screen.detach"))

    def show_actions(self) -> None:
        said = [
            ("make", _("make it")),
            ("keep", _("as draft")),
            ("who", _("who")),
            ("card", _("card")),
            ("into", _("into")),
            ("template", _("template")),
            ("attach", _("file")),
        ]
        if self.files:
            said.append(("files", _("files")))
        said += [("kind", _("type")), ("drop", _("throw away"))]
        # the last two stay on the narrowest screen
        said += [("fields", _("fields")), ("help", _("help"))]
        hints = [composer_help.hint(self, f"form_{name}", word) for name, word in said]
        self.query_one(ActionBar).show(hints)

    @on(ActionBar.Pressed)
    async def _action_pressed(self, message: ActionBar.Pressed) -> None:
        await self.run_action(message.act)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.app.background_ended(event)

    def say(self, sentence: str, style: str = "good") -> None:
        """Say something on the status line."""
        self.query_one(StatusBar).tell(((clean(sentence), style),))

    def start(self, running: Coroutine[Any, Any, None], group: str = "asking") -> None:
        """Run something that waits for the desk; what goes wrong is said in a sentence."""
        waits = Running(running)
        beside(self, self._guarded(waits), holds=waits, group=group, exclusive=True)

    async def _guarded(self, running: Running[None]) -> None:
        try:
            await running
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")

    # -- keeping it

    @property
    def _empty(self) -> bool:
        return not (self.text.strip() or self.subject_line.value.strip() or self.files)

    @on(Input.Submitted, "#new_subject")
    def _subject_given(self) -> None:
        self.area.focus()

    @on(Input.Changed, "#new_subject")
    @on(TextArea.Changed)
    def _changed(self) -> None:
        begun = self.begun
        if self._empty and not self._in_store:
            self.desk.unsaved.pop(self.draft_key, None)
            return
        same = begun is not None and (self.text, self.subject_line.value) == (
            begun.body,
            clean(begun.subject),
        )
        if same and self.draft_key not in self.desk.unsaved:
            return
        self._save_later()

    def _save_later(self) -> None:
        self.desk.unsaved[self.draft_key] = self.unsaved(self.text)
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(limits.DRAFT_AFTER_SECONDS, self._save_now)

    def _save_now(self) -> None:
        if not self._making:
            beside(self, self.saved())

    def asked_changed(self) -> None:
        """Show what was chosen, and keep it with the draft."""
        self.show_asked()
        if not self._empty or self._in_store:
            self._save_later()

    def unsaved(self, body: str) -> UnsavedDraft:
        return UnsavedDraft(
            key=self.draft_key,
            ticket_id=None,
            visibility="public",
            body=body,
            addressee_id=None,
            seen_message_id=0,
            form=self.asked.kept(self.seconds),
            subject=self.subject_line.value,
        )

    async def saved(self) -> bool:
        """Put the form into the store; False when that failed, and said so."""
        draft = self.desk.unsaved.get(self.draft_key)
        if draft is None:
            return True
        try:
            await self.desk.act("drafts.save", **draft.values())
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")
            return False
        self._in_store = True
        if self.desk.unsaved.get(self.draft_key) is draft:
            del self.desk.unsaved[self.draft_key]
            if not self._making:
                self.say(_("Draft saved."), "faint")
        return True

    def action_keep(self) -> None:
        """Close; the form stays as a draft, an empty one is thrown away."""
        self.start(self._keep(), "close")

    async def _keep(self) -> None:
        if self._empty:
            await self._dropped("dropped" if self._in_store else "left")
        else:
            self.desk.unsaved[self.draft_key] = self.unsaved(self.text)
            if await self.saved():
                self.dismiss(Made("kept"))

    def action_drop(self) -> None:
        """Throw the form away, after asking."""
        self.start(self._drop(), "close")

    async def _drop(self) -> None:
        if not self._empty:
            answer = await self.app.push_screen_wait(
                Confirm(
                    _("Throw it away?"),
                    _("What you wrote will be gone."),
                    (("yes", "y", _("throw it away")), ("no", "n", _("go on writing"))),
                )
            )
            if answer != "yes":
                return
        await self._dropped()

    async def _dropped(self, how: str = "dropped") -> None:
        self.desk.unsaved.pop(self.draft_key, None)
        if self._saving is not None:
            self._saving.stop()
        if self._in_store:
            await self.desk.act("drafts.drop", self.draft_key)
        self.dismiss(Made(how))

    # -- making it

    def action_make(self) -> None:
        """Make the ticket, once however often the key is pressed."""
        if not self._making:
            making = Running(self._make())
            beside(self, self._guarded(making), holds=making, group="close")

    async def _make(self) -> None:
        if not self.asked.known:
            self.say(_("Whose request is it?"), "warning")
            await new_ticket_form.who(self)
            return
        if self.asked.into is None and not self.subject_line.value.strip():
            self.say(_("A ticket needs a subject."), "warning")
            self.subject_line.focus()
            return
        if not self.text.strip():
            self.say(_("There is nothing written yet."), "warning")
            self.area.focus()
            return
        self._making = True
        try:
            self.desk.unsaved[self.draft_key] = self.unsaved(self.text)
            if not await self.saved():
                return
            done = await self.desk.act("new_ticket.make", self._wanted(), self.asked.into)
        finally:
            self._making = False
        self.desk.unsaved.pop(self.draft_key, None)
        if self._saving is not None:
            self._saving.stop()
        self.dismiss(Made("made", done.ticket_id, self._told(done)))

    def _wanted(self) -> Any:
        # with the desk, which is loaded long before a form is sent
        from deskterm.desk.new_ticket import NewTicket

        asked = self.asked
        return NewTicket(
            subject=self.subject_line.value,
            text=self.text,
            client_id=asked.client.id if asked.client is not None and asked.contact is None else None,
            contact_id=asked.contact.id if asked.contact is not None else None,
            name=asked.name,
            address=asked.address,
            type=asked.type,
            fields={name: value for name, (value, _shown) in asked.fields.items()},
            draft_key=self.draft_key,
            confirm=asked.confirm,
            seconds_spent=self.seconds,
        )

    def _told(self, done: Any) -> str:
        if self.asked.into is not None:
            return _("Added to ticket {number}; `z` undoes it.").format(number=done.ticket_id)
        made = _("Ticket {number} is made; `z` undoes it.").format(number=done.ticket_id)
        if done.outgoing_id is not None:
            return made
        return made + "  " + _("No letter tells of it: {why}.").format(why=done.why)

    # -- what goes with it

    def action_ask(self, what: str) -> None:
        """Ask for something of the form: who, the card, a template, a ticket to add it to, fields."""
        self.start(getattr(new_ticket_form, what)(self))

    def action_kind(self) -> None:
        """The next way a request can have come by."""
        types = list(TYPES)
        self.asked.type = types[(types.index(self.asked.type) + 1) % len(types)]
        self.asked_changed()

    def action_attach(self) -> None:
        """Add a file."""
        self.start(composer_files.add(self))

    def action_detach(self) -> None:
        """The files that go with it."""
        if self.files:
            self.start(composer_files.show(self))

    def action_editor(self) -> None:
        """Write in the agent's own editor."""
        composer_form.edit(self)

    def action_help(self) -> None:
        """What the keys do here."""
        asking = composer_help.choose(self, _("New ticket"))
        self.start(asking, "choose")
