"""The texts of automatic letters as the program brings them, in every language.

Both languages stand here and not in the catalogues: an administrator edits the one beside the other.
"""

from __future__ import annotations

from typing import Final

BUILT_IN: Final[dict[str, dict[str, str]]] = {
    "confirmation": {
        "en": "Thank you for your letter. It is registered as ticket {number}.\n"
        "\n"
        "We will answer as soon as we can. To add something, simply reply to this letter\n"
        "and leave its subject as it is.",
        "ru": "Спасибо за ваше письмо. Оно зарегистрировано как заявка {number}.\n"
        "\n"
        "Мы ответим, как только сможем. Чтобы что-нибудь добавить, просто ответьте на это письмо,\n"
        "не меняя его темы.",
    },
    "refusal": {
        "en": "Thank you for your letter. This address takes letters of registered senders only,\n"
        "and yours is not among them, so nobody has been asked to answer it.\n"
        "\n"
        "If you think you should be registered, please ask your contact at {desk}.",
        "ru": "Спасибо за ваше письмо. На этот адрес принимаются письма только от зарегистрированных\n"
        "отправителей, а вашего адреса среди них нет, поэтому письмо не передано для ответа.\n"
        "\n"
        "Если вы считаете, что вас следует зарегистрировать, обратитесь к тому, с кем вы работаете\n"
        "в {desk}.",
    },
    "notice.registered": {
        "en": "Ticket {number} was registered.\n"
        "\n"
        "Subject: {subject}\nFrom: {customer}\nClient: {client}\nResponsible: {responsible}\n"
        "Status: {status}",
        "ru": "Зарегистрирована заявка {number}.\n"
        "\n"
        "Тема: {subject}\nОт кого: {customer}\nКлиент: {client}\nОтветственный: {responsible}\n"
        "Статус: {status}",
    },
    "notice.changed": {
        "en": "Ticket {number} was changed by {who}.\n\n{changes}",
        "ru": "Заявка {number} изменена. Кто изменил: {who}.\n\n{changes}",
    },
    "notice.answered": {
        "en": "{who} answered ticket {number}.\n\n{changes}\n\n{text}",
        "ru": "По заявке {number} дан ответ. Кто ответил: {who}.\n\n{changes}\n\n{text}",
    },
    "notice.closed": {
        "en": "Ticket {number} was closed by {who}.\n\n{changes}\n\n{text}",
        "ru": "Заявка {number} закрыта. Кто закрыл: {who}.\n\n{changes}\n\n{text}",
    },
    "registered": {
        "en": "We have registered your request as ticket {number}: {subject}\n"
        "\n"
        "{text}\n"
        "\n"
        "We will answer as soon as we can. To add or correct something, simply reply to this letter\n"
        "and leave its subject as it is.",
        "ru": "Мы зарегистрировали ваше обращение как заявку {number}: {subject}\n"
        "\n"
        "{text}\n"
        "\n"
        "Мы ответим, как только сможем. Чтобы что-нибудь добавить или поправить, просто ответьте\n"
        "на это письмо, не меняя его темы.",
    },
    "too_large": {
        "en": "These files were too large for us to take, at most {limit} MB each are possible:\n"
        "\n"
        "{files}\n"
        "\n"
        "Please send them smaller, in several parts, or put them where we can fetch them. The rest\n"
        "of your letter has arrived.",
        "ru": "Эти файлы слишком велики, и мы не смогли их принять; каждый может быть не больше\n"
        "{limit} МБ:\n"
        "\n"
        "{files}\n"
        "\n"
        "Пожалуйста, пришлите их уменьшенными, по частям или разместите там, откуда мы сможем их\n"
        "взять. Остальное в вашем письме дошло.",
    },
    "letter_too_large": {
        "en": "Your letter is too large for us to take: {files}. At most {limit} MB are possible.\n"
        "\n"
        "Please send it without its files, smaller or in several parts, or put the files where we\n"
        "can fetch them.",
        "ru": "Ваше письмо слишком велико, и мы не смогли его принять: {files}. Возможно не больше\n"
        "{limit} МБ.\n"
        "\n"
        "Пожалуйста, пришлите его без файлов, меньшего размера или по частям либо разместите файлы\n"
        "там, откуда мы сможем их взять.",
    },
    "closing": {
        "en": "The ticket {number}, “{subject}”, has been waiting for your answer. It closes by "
        "itself on {date}.\n\n"
        "If something is still open, simply reply to this letter.",
        "ru": "Заявка {number} «{subject}» ждёт вашего ответа. Она закроется сама {date}.\n\n"
        "Если вопрос ещё не решён, просто ответьте на это письмо.",
    },
    "customer.letter": {
        "en": "Something has changed in your ticket {number}, “{subject}”.\n\n"
        "{changes}\n\n"
        "To add something, simply reply to this letter and leave its subject as it is.",
        "ru": "В вашей заявке {number} «{subject}» есть изменения.\n\n"
        "{changes}\n\n"
        "Чтобы что-нибудь добавить, просто ответьте на это письмо, не меняя его темы.",
    },
    "customer.status": {
        "en": "Its status is now: {after}.",
        "ru": "Её статус теперь: {after}.",
    },
    "customer.closed": {
        "en": "It was closed. Should something still be open, reply to this letter: that opens it again.",
        "ru": "Она закрыта. Если вопрос ещё не решён, ответьте на это письмо: заявка откроется снова.",
    },
    "customer.reopened": {
        "en": "It was opened again. Its status is now: {after}.",
        "ru": "Она открыта снова. Её статус теперь: {after}.",
    },
    "customer.responsible": {
        "en": "{after} is responsible for it now.",
        "ru": "Теперь за неё отвечает {after}.",
    },
    "customer.category": {
        "en": "Its category is now: {after}.",
        "ru": "Её категория теперь: {after}.",
    },
    "customer.criticality": {
        "en": "Its criticality is now: {after}.",
        "ru": "Её критичность теперь: {after}.",
    },
    "customer.sla": {
        "en": "Its service level is now: {after}.",
        "ru": "Её уровень обслуживания теперь: {after}.",
    },
    "customer.changed": {
        "en": "Changed: {field}, {before} → {after}.",
        "ru": "Изменено: {field}, {before} → {after}.",
    },
    "agent.letter": {
        "en": "{changes}\n\n"
        "Ticket: {number}\n"
        "Subject: {subject}\n"
        "From: {customer}\n"
        "Client: {client}\n"
        "Responsible: {responsible}\n"
        "Status: {status}\n\n"
        "Answer it in deskterm: what is replied to this letter does not reach the ticket.",
        "ru": "{changes}\n\n"
        "Заявка: {number}\n"
        "Тема: {subject}\n"
        "От кого: {customer}\n"
        "Клиент: {client}\n"
        "Ответственный: {responsible}\n"
        "Статус: {status}\n\n"
        "Отвечайте в deskterm: ответ на это письмо в заявку не попадёт.",
    },
    "agent.new": {
        "en": "There is a new ticket.",
        "ru": "Новая заявка.",
    },
    "agent.wrote": {
        "en": "{who} wrote.",
        "ru": "Написал(а) {who}.",
    },
    "agent.rated": {
        "en": "{who} rated the answer: {after}.",
        "ru": "Оценка ответа, поставил(а) {who}: {after}.",
    },
    "agent.answered": {
        "en": "{who} answered the customer.",
        "ru": "Клиенту ответил(а) {who}.",
    },
    "agent.closed": {
        "en": "{who} closed the ticket.",
        "ru": "Заявка закрыта. Кто закрыл: {who}.",
    },
    "agent.reopened": {
        "en": "{who} opened the ticket again. Status: {after}.",
        "ru": "Заявка открыта снова. Кто открыл: {who}. Статус: {after}.",
    },
    "agent.responsible": {
        "en": "{who} changed the responsible: {before} → {after}.",
        "ru": "Ответственный: {before} → {after}. Кто изменил: {who}.",
    },
    "agent.team": {
        "en": "{who} changed the team: {before} → {after}.",
        "ru": "Команда: {before} → {after}. Кто изменил: {who}.",
    },
    "agent.status": {
        "en": "{who} changed the status: {before} → {after}.",
        "ru": "Статус: {before} → {after}. Кто изменил: {who}.",
    },
    "agent.category": {
        "en": "{who} changed the category: {before} → {after}.",
        "ru": "Категория: {before} → {after}. Кто изменил: {who}.",
    },
    "agent.criticality": {
        "en": "{who} changed the criticality: {before} → {after}.",
        "ru": "Критичность: {before} → {after}. Кто изменил: {who}.",
    },
    "agent.sla": {
        "en": "{who} changed the SLA level: {before} → {after}.",
        "ru": "Уровень обслуживания: {before} → {after}. Кто изменил: {who}.",
    },
    "agent.changed": {
        "en": "{who} changed the {field}: {before} → {after}.",
        "ru": "Изменено ({field}): {before} → {after}. Кто изменил: {who}.",
    },
    "agent.note": {
        "en": "{who} wrote a note for you. It can be read in deskterm only.",
        "ru": "{who} пишет вам заметку. Прочесть её можно только в deskterm.",
    },
    "agent.internal": {
        "en": "{who} wrote an internal note. It can be read in deskterm only.",
        "ru": "{who} пишет внутреннюю заметку. Прочесть её можно только в deskterm.",
    },
    "agent.failed": {
        "en": "A server refused our letter: the customer did not get it.",
        "ru": "Сервер не принял наше письмо: клиент его не получил.",
    },
    "agent.bounced": {
        "en": "A letter of ours came back.",
        "ru": "Наше письмо вернулось.",
    },
    "agent.unverified": {
        "en": "A letter came from somebody who takes no part in the ticket. It waits in Triage "
        "until it is accepted or detached.",
        "ru": "Пришло письмо от человека, который не участвует в заявке. Оно ждёт в разборе, пока "
        "его не примут или не отделят.",
    },
}
