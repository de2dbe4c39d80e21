"""What can go wrong with a store, each as one sentence and an exit code (sysexits.h)."""

from __future__ import annotations

from deskterm.i18n import _

CANNOT_WRITE = 73
TRY_AGAIN = 75
NOT_ALLOWED = 77
CONFIGURATION = 78
UNAVAILABLE = 69


class StoreError(Exception):
    """The store cannot be used; `sentence` says what happened and what to do."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code


class LeaseLost(StoreError):
    """Another process holds the lease now; nothing of this transaction was written."""

    def __init__(self, name: str) -> None:
        sentence = _("The lease '{name}' was taken over by another process.").format(name=name)
        super().__init__(sentence, TRY_AGAIN)
