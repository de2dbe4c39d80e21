"""Which folder of an IMAP server is the one for sent letters, or for junk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from deskterm.mail.wire.answers import Folder

SENT_NAMES: Final = (
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "отправленные",
    "исходящие",
    "gesendet",
    "gesendete elemente",
    "надіслані",
)
JUNK_NAMES: Final = (
    "junk",
    "spam",
    "junk e-mail",
    "junk email",
    "junk mail",
    "bulk mail",
    "спам",
    "нежелательная почта",
    "небажана пошта",
    "спамповідомлення",
    "spamverdacht",
    "unerwünscht",
    "courrier indésirable",
    "correo no deseado",
    "posta indesiderata",
    "wiadomości-śmieci",
)


def marked(folders: Iterable[Folder], attribute: str) -> str | None:
    """The folder the server itself calls so (RFC 6154), such as `\\sent`."""
    return next((folder.name for folder in folders if attribute in folder.attributes), None)


def named(folders: Iterable[Folder], names: Sequence[str]) -> str | None:
    """The folder with the likeliest of these names, wherever in the tree it stands."""
    usable = [folder for folder in folders if "\\noselect" not in folder.attributes]
    for name in names:
        for folder in usable:
            last = folder.name.rpartition(folder.separator)[2] if folder.separator else folder.name
            if last.casefold() == name:
                return folder.name
    return None
