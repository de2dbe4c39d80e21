"""What goes into a message from the command line: its text, and files that travel on a draft."""

from __future__ import annotations

import mimetypes
import os
import shlex
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from deskterm.cli import output
from deskterm.cli.frame import usage
from deskterm.i18n import _

if TYPE_CHECKING:
    from deskterm.desk.actor import Actor
    from deskterm.store.work import Work


def attached(path: Path) -> tuple[str, str, bytes]:
    """Name, type and bytes of a file to attach."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return path.name, kind, path.read_bytes()


def draft_with(
    work: Work,
    actor: Actor,
    number: int | None,
    visibility: str,
    body: str,
    files: list[tuple[str, str, bytes]],
    seen_message_id: int,
    addressee_id: int | None = None,
) -> str | None:
    """Attachments travel on a draft; without any, no draft is needed."""
    if not files:
        return None
    from deskterm.desk import drafts

    key = uuid.uuid4().hex
    drafts.save(
        work,
        actor,
        key=key,
        ticket_id=number,
        visibility=visibility,
        body=body,
        addressee_id=addressee_id,
        seen_message_id=seen_message_id,
    )
    for name, kind, data in files:
        drafts.attach(work, actor, key, name, kind, data)
    return key


def message_text(argument: str, option: str, what: str, before: str = "") -> str:
    """The text of a message: said, piped in, or written in the editor, which shows what was `before`."""
    if argument and option:
        raise usage(_("The text was given twice."))
    text = argument or option
    if not text:
        text = _from_editor(what, before) if sys.stdin.isatty() else sys.stdin.read()
    if not text.strip():
        raise usage(_("The text is empty."))
    return text.strip("\n")


def _from_editor(what: str, before: str) -> str:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not editor:
        raise usage(_("Give the text as an argument, on standard input, or set EDITOR."))
    with tempfile.TemporaryDirectory(prefix="deskterm-") as folder:
        path = Path(folder) / "message.txt"
        path.write_text(before, encoding="utf-8")
        path.chmod(0o600)
        output.line(what)
        subprocess.run([*shlex.split(editor), str(path)], check=True)
        return path.read_text(encoding="utf-8", errors="replace")
