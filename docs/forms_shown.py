"""The forms of the administration that are pictured, and looked at by the tests."""

FORMS = (
    ("accounts", "enter"),
    ("blacklist", "n"),
    ("rules", "n"),
    ("templates", "enter"),
    ("answers", "enter"),
    ("agents", "enter"),
    ("schedules", "enter"),
    ("roles", "enter"),
    ("clients", "enter"),
    ("contacts", "enter"),
    ("statuses", "enter"),
    ("notices", "enter"),
    ("settings", "enter"),
)
"""Areas of the administration, and the key that opens a form there."""
