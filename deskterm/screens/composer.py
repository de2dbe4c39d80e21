"""Where an agent writes: what kind of message it is stands on top in words that cannot be mistaken."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Static, TextArea
from textual.worker import Worker

from deskterm import limits
from deskterm.clean import clean
from deskterm.desk.views import AttachmentRow, Body, DraftView, Present, TicketHead
from deskterm.i18n import _
from deskterm.screens import (
    composer_files,
    composer_form,
    composer_head,
    composer_help,
    composer_recipients,
    composer_texts,
    meanwhile,
    pace,
)
from deskterm.screens.body_text import BodyText
from deskterm.screens.composer_form import AS_SET, Form
from deskterm.screens.desk_link import DeskLink, Trouble, UnsavedDraft
from deskterm.screens.dialogs import Confirm
from deskterm.screens.doing import composing
from deskterm.screens.frame import ActionBar, StatusBar
from deskterm.screens.live import News, Stirred
from deskterm.screens.presenters import when
from deskterm.screens.presenters.line import cut
from deskterm.screens.running import Running, beside
from deskterm.screens.writing_screen import WritingScreen

if TYPE_CHECKING:
    from deskterm.desk.writing_views import AnswerFormView


ASKS: Final[Mapping[str, Callable[[Composer], Coroutine[Any, Any, None]]]] = {
    "status": composer_form.status,
    "template": composer_texts.template,
    "article": composer_texts.article,
    "recipients": composer_recipients.recipients,
    "fields": composer_form.fields,
    "later": composer_form.later,
    "find": composing.ask_and_find,
}
"""What goes with a text, and who asks for it."""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a text: 'sent', 'noted', 'kept', 'deferred', 'dropped'; 'left': there was none."""

    how: str
    message_id: int = 0


class Composer(WritingScreen[Written]):
    """One text being written: an answer, an internal note, or a private message."""

    CSS_PATH = "composer.tcss"
    where: ClassVar[str] = "writing"

    def __init__(
        self,
        link: DeskLink,
        *,
        head: TicketHead,
        visibility: str,
        addressee_id: int | None,
        addressee: str,
        recipients: Sequence[str],
        form_view: AnswerFormView | None,
        draft_key: str,
        draft: DraftView | None,
        quoted: Body | None,
        status: int = AS_SET,
        first: str = "",
        seen: int | None = None,
        there: Sequence[Present] = (),
    ) -> None:
        """`first` is what is asked at once: 'template' for an answer from one.

        `seen` is the newest message the author has had on his screen, `there` who else is at the ticket.
        """
        super().__init__()
        self.desk = link
        self.head = head
        self.visibility = visibility
        self.addressee_id = addressee_id
        self.addressee = addressee
        self.recipients = recipients
        self.form_view = form_view
        self.form = Form.of(draft.form if draft is not None else None)
        if status != AS_SET:
            self.form.status = status
        self._first = first
        self.draft_key = draft_key
        self.begun = draft
        self.quoted = quoted
        self.files: list[AttachmentRow] = list(draft.attachments) if draft is not None else []
        on_screen = head.last_message_id if seen is None else seen
        self.seen = max(on_screen, draft.seen_message_id if draft is not None else 0)
        if draft is not None and draft.returned_why:
            # what it came back for must be seen before it counts as seen
            self.seen = draft.seen_message_id
        self.meanwhile = meanwhile.Meanwhile(meanwhile.saw(head, form_view), there)
        self.sought = ""
        """What was looked for in the text the last time."""
        self._warned = -pace.SAID
        self._saving: Timer | None = None
        self._sending = False
        self._in_store = draft is not None
        if draft is not None:
            link.kept[draft.key] = draft.updated_at

    def compose(self) -> ComposeResult:
        yield Static(id="kind", classes=self.visibility, markup=False)
        yield Static(id="who", markup=False)
        yield self.meanwhile
        with Vertical(id="writing"):
            yield TextArea(
                self.begun.body if self.begun is not None else "",
                id="text",
                soft_wrap=True,
                show_line_numbers=False,
                tab_behavior="focus",
                highlight_cursor_line=False,
            )
            yield Static(id="signature", markup=False)
            yield Static(id="files", markup=False)
            yield Static(id="quoted_title", markup=False)
            yield BodyText(id="quoted")
        yield StatusBar(id="status")
        yield ActionBar(id="actions")

    def on_mount(self) -> None:
        self.use_keys(self.app.main.keymap)
        for one in self.query(StatusBar):
            one.use(self.app.palette)
        self.query_one(ActionBar).use(self.app.palette)
        quoted = self.query_one(BodyText)
        quoted.use(self.app.palette)
        quoted.can_focus = False
        quoted.show(self.quoted)
        quoted.display = self.quoted is not None and self.size.height >= 20
        self._show_head()
        self.show_files()
        self.show_quoted()
        self.show_actions()
        text = self.query_one(TextArea)
        text.focus()
        text.move_cursor(text.document.end)
        self._stirred(Stirred(News((), many=True)))
        if self._first:
            self.action_form(self._first)

    @on(Stirred)
    def _stirred(self, message: Stirred) -> None:
        beside(self, meanwhile.stirred(self, message.news))

    def on_resize(self, event: events.Resize) -> None:
        self._show_head()
        self.show_quoted()

    # -- what stands on the screen

    def _show_head(self) -> None:
        width = max(20, self.size.width - 2)
        self.query_one("#kind", Static).update(composer_head.kind(self, width))
        self.query_one("#who", Static).update(composer_head.who(self, width))
        signature = self.query_one("#signature", Static)
        signed = composer_head.signature(self, width, self.size.height)
        signature.display = signed is not None
        signature.update(signed or "")

    def show_files(self) -> None:
        files = self.query_one("#files", Static)
        files.display = bool(self.files)
        width = max(20, self.size.width - 4)
        files.update(
            Text(
                "\n".join(
                    cut(clean(f"□ {clean(each.name)}  {when.size(each.size)}"), width) for each in self.files
                )
            ).on(click="screen.detach")
        )

    def show_quoted(self) -> None:
        """What is answered, below the text, and how to hide or show it."""
        quoted = self.query_one(BodyText)
        title = self.query_one("#quoted_title", Static)
        title.display = self.quoted is not None
        if self.quoted is not None:
            author = clean(self.quoted.author or self.quoted.address)
            told = _("F3 hides what {author} wrote") if quoted.display else _("F3 shows what {author} wrote")
            line = Text(cut(clean(told.format(author=author)), max(20, self.size.width - 2)))
            title.update(line.on(click="screen.original"))

    def show_actions(self) -> None:
        self.query_one(ActionBar).show(composer_help.hints(self), kept=1)

    @on(ActionBar.Pressed)
    async def _action_pressed(self, message: ActionBar.Pressed) -> None:
        await self.run_action(message.act)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        self.app.background_ended(event)

    def say(self, sentence: str, style: str = "good") -> None:
        """Say something on the status line."""
        if style in ("trouble", "warning"):
            self._warned = time.monotonic()
        self.query_one(StatusBar).tell(((clean(sentence), style),))

    # -- keeping it

    @property
    def area(self) -> TextArea:
        """Where one writes."""
        return self.query_one(TextArea)

    @property
    def text(self) -> str:
        """What was written."""
        return self.area.text

    @on(TextArea.Changed)
    def _changed(self) -> None:
        body = self.text
        if not body and not self._in_store:
            self.desk.unsaved.pop(self.draft_key, None)
            return
        if self.begun is not None and body == self.begun.body and self.draft_key not in self.desk.unsaved:
            return
        self.desk.unsaved[self.draft_key] = self.unsaved(body)
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(limits.DRAFT_AFTER_SECONDS, self._save_soon)

    def unsaved(self, body: str) -> UnsavedDraft:
        return UnsavedDraft(
            key=self.draft_key,
            ticket_id=self.head.id,
            visibility=self.visibility,
            body=body,
            addressee_id=self.addressee_id,
            seen_message_id=self.seen,
            form=self.form.kept(),
        )

    def _save_soon(self) -> None:
        if not self._sending:
            beside(self, self.saved())

    async def saved(self) -> bool:
        """Put the text into the store; False when that failed, and said so."""
        draft = self.desk.unsaved.get(self.draft_key)
        if draft is None:
            return True
        try:
            kept = await self.desk.keep(draft)
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")
            return False
        self._in_store = True
        if kept.key != draft.key:
            meanwhile.parted(self, kept.key)
        elif self.desk.unsaved.get(self.draft_key) is draft:
            del self.desk.unsaved[self.draft_key]
            if time.monotonic() - self._warned > pace.SAID:
                # what went wrong is read first
                self.say(_("Draft saved."), "faint")
        return True

    def action_keep(self) -> None:
        """Close; the text stays as a draft, an empty one is thrown away."""
        beside(self, self._keep(), group="close", exclusive=True)

    async def _keep(self) -> None:
        if not self.text.strip() and not self.files:
            await self._dropped("dropped" if self._in_store else "left")
            return
        if await self.saved():
            self.dismiss(Written("kept"))

    def action_defer(self) -> None:
        """Put the answer off on purpose: it stays beside the ticket, of which nothing changes."""
        if self.text.strip():
            beside(self, self._defer(), group="close", exclusive=True)
        else:
            self.say(_("There is nothing written yet."), "warning")

    async def _defer(self) -> None:
        if not await self.saved():
            return
        try:
            await self.desk.act("drafts.defer", self.draft_key)
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")
            return
        self.dismiss(Written("deferred"))

    def action_drop(self) -> None:
        """Throw the text away, after asking."""
        beside(self, self._drop(), group="close", exclusive=True)

    async def _drop(self) -> None:
        if self.text.strip():
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
        try:
            await self.desk.act("drafts.drop", self.draft_key)
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")
            return
        self.dismiss(Written(how))

    # -- sending it

    def action_send(self) -> None:
        """Send it, once however often the key is pressed."""
        if not self._sending:
            beside(self, self._send(), group="close")

    async def _send(self) -> None:
        if not self.text.strip():
            self.say(_("There is nothing written yet."), "warning")
            return
        if self.visibility == "public" and not self.recipients:
            self.say(_("Nobody would get this answer: the ticket has no participants."), "trouble")
            return
        self._sending = True
        try:
            written = await self._sent() if await composer_form.doubts(self) else None
        finally:
            self._sending = False
        if written is not None:
            self.desk.unsaved.pop(self.draft_key, None)
            self.dismiss(written)

    async def _sent(self, *, unfilled: bool = False) -> Written | None:
        text = self.text
        key = self.draft_key
        self.desk.unsaved[key] = self.unsaved(text)
        if not await self.saved() or self.draft_key != key:
            return None  # another console of his may have sent it: he decides
        try:
            if self.visibility == "public":
                number = await self.desk.act(
                    "messages.reply",
                    self.head.id,
                    text,
                    draft_key=self.draft_key,
                    seen_message_id=self.seen,
                    unfilled=unfilled,
                    **self.form.asked(self.meanwhile.saw, public=True),
                )
                return Written("sent", number)
            number = await self.desk.act(
                "messages.note",
                self.head.id,
                text,
                visibility=self.visibility,
                addressee_id=self.addressee_id,
                draft_key=self.draft_key,
                **self.form.asked(self.meanwhile.saw, public=False),
            )
            return Written("noted", number)
        except Trouble as trouble:
            if hasattr(trouble.cause, "names"):
                if await composer_form.unfilled(self, trouble):
                    return await self._sent(unfilled=True)
                return None
            if hasattr(trouble.cause, "message_id"):
                return await self._newer(unfilled)
            column = getattr(trouble.cause, "field", None)
            if column in self.meanwhile.saw:
                again = await meanwhile.same_field(self, column)
                return await self._sent(unfilled=unfilled) if again else None
            self.say(trouble.sentence, "trouble")
            self.app.notify(clean(trouble.sentence), severity="error", timeout=8, markup=False)
            return None

    async def _newer(self, unfilled: bool) -> Written | None:
        """Somebody wrote meanwhile: show it, then let the author decide."""
        answer = await meanwhile.newer(self)
        if answer == "send":
            return await self._sent(unfilled=unfilled)
        if answer == "drop":
            await self._dropped()
        return None

    # -- what goes with it

    def action_attach(self) -> None:
        """Add a file."""
        beside(self, composer_files.add(self), group="files", exclusive=True)

    def action_detach(self) -> None:
        """The files that go with it."""
        if self.files:
            beside(self, composer_files.show(self), group="files", exclusive=True)

    def action_form(self, what: str) -> None:
        """Ask for something that goes with the text: status, template, recipients, fields, time."""
        asking = Running(ASKS[what](self))
        beside(self, self._asked(asking), holds=asking, group="files", exclusive=True)

    async def _asked(self, asking: Running[None]) -> None:
        try:
            await asking
        except Trouble as trouble:
            self.say(trouble.sentence, "trouble")

    def form_changed(self) -> None:
        """Show what was chosen, and keep it with the draft."""
        self._show_head()
        if self._in_store or self.text:
            self.desk.unsaved[self.draft_key] = self.unsaved(self.text)
            self._save_soon()

    def action_editor(self) -> None:
        """Write in the agent's own editor."""
        composer_form.edit(self)

    def action_original(self) -> None:
        """Show or hide what is answered."""
        if self.quoted is not None:
            quoted = self.query_one(BodyText)
            quoted.display = not quoted.display
            self.show_quoted()

    def action_help(self) -> None:
        """What the keys do here."""
        asking = composer_help.choose(self, _("Writing"))
        beside(self, asking, group="choose", exclusive=True)
