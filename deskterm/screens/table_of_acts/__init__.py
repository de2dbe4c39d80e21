"""Everything an agent can do, as one table by area: keys, bar, menu, palette, `?` and docs/keys.md follow."""

from __future__ import annotations

from typing import Final

from deskterm.screens.table_of_acts.act import DOING, LIST, Act
from deskterm.screens.table_of_acts.administration import ADMINISTRATION
from deskterm.screens.table_of_acts.cards import CARDS
from deskterm.screens.table_of_acts.desk import DESK
from deskterm.screens.table_of_acts.letters import LETTERS
from deskterm.screens.table_of_acts.lists import LISTS
from deskterm.screens.table_of_acts.mail_log import MAIL_LOG
from deskterm.screens.table_of_acts.menu import MENU_ACTS
from deskterm.screens.table_of_acts.reading import READING
from deskterm.screens.table_of_acts.report import REPORT
from deskterm.screens.table_of_acts.ticket import TICKET
from deskterm.screens.table_of_acts.writing import NEW_TICKET, WRITING

__all__ = ["ACTS", "DOING", "LIST", "Act"]

ACTS: Final[tuple[Act, ...]] = (
    *TICKET,
    *READING,
    *LETTERS,
    *LISTS,
    *DESK,
    *MAIL_LOG,
    *REPORT,
    *CARDS,
    *ADMINISTRATION,
    *MENU_ACTS,
    *WRITING,
    *NEW_TICKET,
)
"""In the order of bar, menu and `?`."""
