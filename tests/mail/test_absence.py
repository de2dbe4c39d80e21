"""Automatic answers are told by what they say where no header does, and people who ask about one are not."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from deskterm.mail.letter import Kind
from deskterm.mail.parse import read_letter


def kind_of(subject: str, text: str, **fields: str) -> Kind:
    message = EmailMessage()
    message["From"] = "Nina Koval <nina@north.example>"
    message["To"] = "support@desk.example"
    message["Subject"] = subject
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return read_letter(message.as_bytes()).kind


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automatic reply: Your invoice", "Thanks."),
        ("Out of Office: Re: invoice", "I am out of the office until Monday."),
        ("AUTO: Koval, Nina is out of the office (returning 14/03/2025)", "See you."),
        ("Автоответ: Счёт", "Спасибо за письмо"),
        ("В отпуске", "Здравствуйте! Вернусь шестого."),
        ("Автоматична відповідь: Рахунок", "Дякую."),
        ("Відсутній", "Я у відпустці до п'ятниці."),
        ("Automatische Antwort: Rechnung", "Danke."),
        ("Abwesenheit: Rechnung", "Ich bin bis zum 5. Mai nicht im Büro."),
        ("Réponse automatique : Facture", "Merci."),
        ("Absence", "Bonjour, je suis absent du bureau."),
        ("Respuesta automática: Factura", "Gracias."),
        ("Fuera de la oficina", "Estoy fuera de la oficina hasta el lunes."),
        ("Assente", "Sono in ferie fino al 5 maggio."),
        ("Nieobecność: Faktura", "Jestem na urlopie do piątku."),
        ("Afwezig", "Ik ben afwezig tot maandag."),
        ("Ausência temporária", "Estarei ausente até sexta."),
        ("Re: Your ticket", "This is an automatic reply. I am travelling."),
    ],
)
def test_a_responder_is_told_by_its_words(subject: str, text: str) -> None:
    assert kind_of(subject, text) is Kind.AUTO_REPLY


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Out of office replies do not work in Outlook", "Hello, nobody gets the answer I set."),
        ("On leave request form broken", "The form shows an error."),
        ("Отпуск: не могу подать заявление", "В личном кабинете нет кнопки."),
        ("Отсутствие связи в офисе", "С утра нет интернета."),
        ("Відпустка: не рахує дні", "У системі помилка."),
        ("Absence de facture", "Je ne trouve pas la facture de mai."),
        ("Nieobecność w systemie", "Nie widzę dni."),
        ("Automatic reply to customers is in the wrong language", "Please help."),
        ("Re: Your ticket", "When I write to you I get: this is an automatic reply."),
    ],
)
def test_who_asks_about_absences_is_a_person(subject: str, text: str) -> None:
    assert kind_of(subject, text) is Kind.PERSON


def test_a_null_return_path_is_a_responder_where_it_answers() -> None:
    assert kind_of("Re: Invoice", "We will answer soon.", Return_Path="<>") is Kind.AUTO_REPLY
    assert kind_of("Invoice", "Please pay.", Return_Path="<>") is Kind.PERSON
