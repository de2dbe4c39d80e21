"""The rows a new store begins with: statuses in classes, roles, lists to choose from.

Names are English here and translated where they are shown, as long as nobody renamed them.
"""

from __future__ import annotations

from typing import Any

from deskterm.i18n import N_

STATUSES: tuple[dict[str, Any], ...] = tuple(
    {
        "key": key,
        "name": name,
        "class": class_,
        "position": position,
        "when_customer_writes": then,
        "active": True,
    }
    for position, (key, name, class_, then) in enumerate(
        (
            ("new", N_("New"), "active", None),
            ("consideration", N_("Under consideration"), "active", None),
            ("solving", N_("Being solved"), "active", None),
            ("tester", N_("Checked by tester"), "active", None),
            ("customer", N_("Waiting for the customer's answer"), "waiting", "consideration"),
            ("checking", N_("Checked by the customer"), "waiting", "tester"),
            ("closed", N_("Closed"), "closed", "tester"),
        )
    )
)

ROLES: tuple[dict[str, Any], ...] = (
    {"key": "none", "name": N_("No access"), "rights": []},
    {"key": "customer", "name": N_("Customer"), "rights": []},
    {
        "key": "agent_own",
        "name": N_("Agent (own tickets)"),
        "rights": ["see own", "answer", "note", "change", "templates"],
    },
    {"key": "viewer", "name": N_("Viewer"), "rights": ["see own", "see all"]},
    {
        "key": "agent",
        "name": N_("Agent"),
        "rights": ["see own", "see all", "answer", "note", "change", "templates", "triage"],
    },
    {
        "key": "administrator",
        "name": N_("Administrator"),
        "rights": [
            "see own", "see all", "see private", "answer", "note", "change", "templates", "triage",
            "delete", "report", "administer",
        ],
    },
)  # fmt: skip

_LISTS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "source",
        (
            ("email", N_("E-mail")),
            ("phone", N_("Phone")),
            ("console", N_("Console")),
            ("import", N_("Import")),
            ("portal", N_("Portal")),
        ),
    ),
    (
        "criticality",
        (("low", N_("Low")), ("normal", N_("Normal")), ("high", N_("High")), ("urgent", N_("Urgent"))),
    ),
    ("difficulty", (("easy", N_("Easy")), ("medium", N_("Medium")), ("hard", N_("Hard")))),
    (
        "kind",
        (
            ("question", N_("Question")),
            ("incident", N_("Incident")),
            ("request", N_("Request")),
            ("wish", N_("Wish")),
        ),
    ),
    (
        "rating",
        (("very_good", N_("Very good")), ("good", N_("Good")), ("fair", N_("So-so")), ("bad", N_("Bad"))),
    ),
)

CHOICES: tuple[dict[str, Any], ...] = tuple(
    {
        "list": name,
        "key": key,
        "name": title,
        "position": position,
        "is_default": key in ("normal", "email"),
        "active": True,
    }
    for name, entries in _LISTS
    for position, (key, title) in enumerate(entries)
)
