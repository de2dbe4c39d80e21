"""What `show` calls the fields of a thing that no column of its listing names."""

from __future__ import annotations

from typing import Final

from deskterm.i18n import N_

TITLES: Final[dict[str, str]] = {
    # an account
    "incoming_port": N_("Port for receiving"),
    "incoming_security": N_("Security for receiving"),
    "outgoing_port": N_("Port for sending"),
    "outgoing_security": N_("Security for sending"),
    "outgoing_login": N_("Logs in to send"),
    "ca_file": N_("File of certificates"),
    "files_sent": N_("Sent letters"),
    "sent_folder": N_("Folder of sent letters"),
    "after": N_("After receiving"),
    "after_folder": N_("Folder for what was received"),
    "junk_folder": N_("Folder of junk"),
    "reads_junk": N_("Reads the folder of junk"),
    "attachments_folder": N_("Files are saved in"),
    "poll_seconds": N_("Seconds between two looks"),
    "confirms": N_("Confirms"),
    "silent": N_("Silent"),
    "who_may_write": N_("Who may write"),
    "state": N_("State"),
    # people
    "name": N_("Name"),
    "language": N_("Language"),
    "signature": N_("Signature"),
    "extension": N_("Extension"),
    "owner": N_("Owner of the desk"),
    "time_zone": N_("Time zone"),
    "contact": N_("Contact"),
    "agent_name": N_("Agent's name"),
    "sla": N_("SLA level"),
    "responsible": N_("Responsible"),
    "team": N_("Team"),
    "branch": N_("Branch"),
    "contacts_see_all": N_("Contacts see all of its tickets"),
    "departments": N_("Departments"),
    "tickets": N_("Tickets"),
    "note": N_("Note"),
    "erased_at": N_("Erased"),
    "same_address": N_("Others with the same address"),
    "days_off": N_("Days off"),
    # entries of lists
    "kind": N_("Kind"),
    "key": N_("Key"),
    "position": N_("Position"),
    "created_at": N_("Since"),
    "updated_at": N_("Changed"),
}

UNSAID: Final = frozenset(
    {
        "agent_id",
        "client_id",
        "contact_id",
        "department_id",
        "points",
        "responsible_id",
        "role",
        "role_ids",
        "team_id",
        "week",
    }
)
"""Fields for programs: numbers of what is named beside them, parts of what is said in words."""
