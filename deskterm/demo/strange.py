"""Letters no desk is spared: hostile subjects, machines, lists, spam, a stranger with a ticket's token.

`{token}` in a subject stands for the token of an older ticket, which the teller fills in.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime

from deskterm.demo.letters import build
from deskterm.demo.people import HELP, SUPPORT, Company, Person
from deskterm.demo.programs import Draft


@dataclass(frozen=True, slots=True)
class Strange:
    """A letter from outside the clients; `sender` is (name, address)."""

    language: str
    sender: tuple[str, str]
    to: str
    subject: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()


STRANGE: tuple[Strange, ...] = (
    Strange(
        "en",
        ("Hostile Tester", "tester@pentest.example"),
        SUPPORT.address,
        "\x1b[2J\x1b]0;owned\x07\x1b[31mYour terminal is mine\x1b[0m",
        "This letter's subject clears the screen, sets the window's title and paints in red,\n"
        "in programs that let it. In yours you only read what it says.\n\n"
        "\x1b]52;c;c3RvbGVu\x07 This line would have written to your clipboard.",
    ),
    Strange(
        "en",
        ("[bold]Markup[/bold] Mallory", "mallory@pentest.example"),
        SUPPORT.address,
        "[@click=app.quit]click here[/] for a free gift oops [/]",
        "[@click=app.quit]Open the attachment[/] or [link=file:///etc/passwd]read more[/link].",
    ),
    Strange(
        "en",
        ("Stranger", "quick.help@mailbox.example"),
        SUPPORT.address,
        "Re: your ticket [{token}] please send me the documents",
        "Hello, I lost my old mailbox. Please continue this ticket with my new address and send me\n"
        "everything that was written so far.",
    ),
    Strange(
        "en",
        ("Uptime Monitor", "alerts@monitor.example"),
        SUPPORT.address,
        "[ALERT] db-2: disk 91 % full",
        "host: db-2.northwind.example\ncheck: disk /var\nstate: WARNING -> CRITICAL\nused: 91 %\n\n"
        "This message was generated automatically.",
        (("Auto-Submitted", "auto-generated"), ("X-Priority", "1")),
    ),
    Strange(
        "ru",
        ("Мониторинг", "zabbix@monitor.example"),
        HELP.address,
        "ПРОБЛЕМА: нет связи с кассовым сервером",
        "Узел: kassa-srv\nПроверка: ping\nНачало: 07:41:12\nВажность: высокая\n\n"
        "Сообщение отправлено автоматически.",
        (("Auto-Submitted", "auto-generated"), ("Precedence", "bulk")),
    ),
    Strange(
        "en",
        ("Admins of the North", "list-owner@lists.example"),
        SUPPORT.address,
        "[admins-north] Meeting on the first Tuesday, agenda",
        "Hi all,\n\n1. Passwordless sign-in, a report from the field\n2. Who has spare rack rails?\n3. Pizza",
        (
            ("List-Id", "Admins of the North <admins-north.lists.example>"),
            ("List-Unsubscribe", "<mailto:leave@lists.example>"),
            ("Precedence", "list"),
        ),
    ),
    Strange(
        "ru",
        ("Светлана Ким", "s.kim@sibtrans.example"),
        HELP.address,
        "Автоответ: я в отпуске до понедельника",
        "Здравствуйте! Я в отпуске до понедельника. По срочным вопросам пишите Алексею Панину.",
        (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
    ),
    Strange(
        "en",
        ("Northwind Support", SUPPORT.address),
        SUPPORT.address,
        "I recorded you. Pay 0.4 BTC within 48 hours",
        "You see that this mail comes from your own address: I control your computer.\n"
        "Send the amount to the wallet below and I forget what I saw.",
        (("X-Spam-Flag", "YES"),),
    ),
    Strange(
        "ru",
        ("ООО «Вектор-Гарант»", "promo@vector-garant.example"),
        HELP.address,
        "Индексация сайта и 1 000 000 посетителей всего за 4 990 руб.",
        "Уважаемый руководитель!\n\nТолько до пятницы продвижение сайта со скидкой 70 %.\n"
        "Отписаться можно ответом на это письмо.",
        (("Precedence", "bulk"), ("List-Unsubscribe", "<mailto:off@vector-garant.example>")),
    ),
    Strange(
        "en",
        ("Noreply Parcels", "no-reply@parcels.example"),
        SUPPORT.address,
        "Your shipment 4417 is on its way",
        "Your shipment will be delivered tomorrow between 9:00 and 13:00.\n"
        "Please do not answer this message.",
        (("Auto-Submitted", "auto-generated"),),
    ),
)


def letter(each: Strange, when: datetime, token: str, randomness: random.Random) -> bytes:
    """The bytes of one of them; `token` is an older ticket's."""
    name, address = each.sender
    domain = address.rpartition("@")[2]
    nowhere = Company("", name, domain, each.language, "", each.to)
    writer = Person(name, address, nowhere, "machine", "", "", False, name)
    subject = each.subject.replace("{token}", token)
    draft = Draft(writer, (("", each.to),), subject, each.text, when, headers=each.headers, signed=False)
    return build(draft, randomness)
