"""The demo desk's categories and the texts its agents answer with."""

from __future__ import annotations

from deskterm.i18n import N_

CATEGORIES = (N_("Printing"), N_("Network"), N_("Accounts and access"), N_("Orders"))

TEMPLATES = (
    (
        "Steps to try first",
        "en",
        "Dear {contact_first_name},\n\nplease switch the device off, wait a minute and switch it on again."
        " If it stays as it was, tell us what stands on its display.\n\nKind regards,\n{agent}",
    ),
    (
        "Asking for details",
        "en",
        "Dear {contact_first_name},\n\nwe look into it. When did it begin, and does it concern others too?"
        "\n\nKind regards,\n{agent}",
    ),
    (
        "Первые шаги",
        "ru",
        "Здравствуйте, {contact_first_name}!\n\nПожалуйста, выключите устройство, подождите минуту и включите"
        " снова. Если не поможет, напишите, что видно на экране.\n\nС уважением,\n{agent}",
    ),
    (
        "Уточняющие вопросы",
        "ru",
        "Здравствуйте, {contact_first_name}!\n\nМы разбираемся. Когда это началось и есть ли такое у других?"
        "\n\nС уважением,\n{agent}",
    ),
)
