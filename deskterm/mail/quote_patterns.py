"""What quoted history and signatures look like, language by language: tables for `quotes`."""

from __future__ import annotations

from typing import Final

MARKERS: Final = (
    "Please type your reply above this line",
    "Пожалуйста, пишите Ваш ответ над этой строкой",
)
"""The heart of our own marker lines (and of those of other help desks), in both languages."""

WROTE: Final = (
    "wrote", "writes", "said",
    "пишет", "писал", "писала", "писал(а)", "писал(-а)", "пишете", "написал", "написала", "написал(а)",
    "написал(-а)", "написали", "написал/а", "пише", "писав", "писала", "написав", "написав(ла)",
    "написав(-ла)",
    "написав (-ла)", "напісаў", "напісала", "написа", "напиша",
    "schrieb", "schreibt", "geschrieben", "schrieben",
    "a écrit", "écrit", "ecrit", "a ecrit",
    "escribió", "escribio", "escrito", "ha escrito", "va escriure", "escribe",
    "ha scritto", "scrive", "scritto", "scrisse",
    "napisał", "napisała", "napisał(a)", "napisała(a)", "pisze", "napisano", "napisał/a", "napisali",
    "napisana",
    "schreef", "geschreven", "heeft geschreven",
    "escreveu", "escreve",
    "napsal", "napsal(a)", "napsala", "píše", "napísal", "napísal(a)", "napísala",
    "skrev", "kirjoitti", "yazdı", "yazmış", "írta", "ezt írta", "a scris", "scrie", "je napisao",
    "je napisala",
    "έγραψε", "כתב", "כתבה", "写道", "寫道", "が書きました", "さんは書きました", "님이 작성", "đã viết",
    "menulis",
)  # fmt: skip
"""Verbs with which mail programs end (or nearly end) the line above a quote."""

LEADS: Final = (
    "On ", "Am ", "Le ", "El ", "Il ", "Em ", "Op ", "W dniu", "Dnia ", "Den ", "Dne ", "Pe ", "În data",
    "Il giorno",
    "A ", "Tarihinde", "Ngày", "В ", "Вы писали", "Вы написали", "At ", "Quoting ", "Цитирование ",
    "Zitat von",
    "Citando ", "Citat", "Dana ", "U ", "Wiadomość napisana przez ", "No dia ",
)  # fmt: skip

QUOTING: Final = (
    "Quoting ",
    "Цитирование ",
    "Цитирую ",
    "Zitat von ",
    "Citando ",
    "Citat ",
    "Citando a ",
    "En réponse à ",
)
"""Words that begin `Quoting X <a@b>:` of web mailers."""

WEEKDAYS: Final = (
    "понедельник", "вторник", "среда", "среду", "четверг", "пятница", "пятницу", "суббота", "субботу",
    "воскресенье",
    "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд", "понеділок", "вівторок", "середа", "середу", "четвер",
    "п'ятниця",
    "п’ятниця", "субота", "неділя",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    "lun", "mar", "mer", "mié", "jue", "vie", "sáb", "dom", "jeu", "ven", "sam", "dim",
    "gio", "sab", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "ndz",
    "mo", "di", "mi", "do", "fr", "sa", "so", "ma", "wo", "vr", "za", "zo", "seg", "ter", "qua", "qui", "sex",
)  # fmt: skip
"""Words that begin `Wednesday, 12 March 2025, 10:00 +03:00 from X <a@b>:`."""

FIELDS: Final = {
    "from": (
        "From", "От", "От кого", "От Кого", "Від", "Від кого", "Von", "De", "Da", "Od", "Van", "Fra", "Från",
        "Lähettäjä", "Kimden", "Feladó", "De la", "Remitente", "Expéditeur", "Absender", "Mittente",
        "Nadawca",
        "Afzender", "Remetente", "发件人", "寄件者", "差出人", "보낸 사람", "Отправитель", "Відправник", "Ад",
        "От:",
    ),
    "sent": (
        "Sent", "Date", "Отправлено", "Дата", "Отправлен", "Дата отправки", "Надіслано", "Відправлено",
        "Gesendet",
        "Datum", "Envoyé", "Date d'envoi", "Enviado", "Enviado el", "Enviada em", "Fecha", "Inviato",
        "Data", "Wysłano",
        "Data wysłania", "Verzonden", "Sendt", "Skickat", "Dato", "Odesláno", "Lähetetty", "Gönderilme",
        "Gönderildi",
        "Elküldve", "Trimis", "发送时间", "日期", "送信日時", "보낸 날짜", "Когда", "Адпраўлена", "Envoyée",
        "Gesendet am",
        "Päiväys", "Tarih", "Odoslané",
    ),
    "to": (
        "To", "Кому", "Получатель", "An", "À", "A", "Para", "Do", "Aan", "Til", "Till", "Komu",
        "Vastaanottaja", "Kime",
        "Címzett", "Către", "收件人", "宛先", "받는 사람", "Empfänger", "Destinataire", "Destinatario",
        "Adresat",
        "Pre",
        "Каму",
    ),
    "subject": (
        "Subject", "Тема", "Тема письма", "Betreff", "Objet", "Asunto", "Oggetto", "Temat", "Onderwerp",
        "Assunto",
        "Emne", "Ämne", "Předmět", "Predmet", "Aihe", "Konu", "Tárgy", "Subiect", "主题", "主旨", "件名",
        "제목",
        "Sujet",
        "Тэма",
    ),
    "cc": (
        "Cc", "CC", "Копия", "Копія", "Копии", "Kopie", "DW", "Bcc", "Ответить", "Reply-To", "Важность",
        "Importance",
        "Priority", "Wichtigkeit", "Organization", "Организация", "抄送",
    ),
}  # fmt: skip
"""The names of the header lines that Outlook and its kin put above a quote, by what they mean."""

SEPARATORS: Final = (
    "Original Message", "Original message", "Original Mail", "Original Appointment", "Reply message",
    "Reply Message",
    "Исходное сообщение", "Исходное письмо", "Первоначальное сообщение", "Оригинальное сообщение",
    "Пересылаемое сообщение", "Пересланное сообщение", "Переслане повідомлення", "Перенаправленное сообщение",
    "Пересылаемое письмо", "Конец пересылаемого сообщения", "Сообщение от", "Цитата",
    "Оригінальне повідомлення", "Вихідне повідомлення", "Початкове повідомлення", "Початковий лист",
    "Forwarded message", "Forwarded Message", "Forwarded by", "Begin forwarded message",
    "Початок пересланого",
    "Ursprüngliche Nachricht", "Originalnachricht", "Original-Nachricht", "Weitergeleitete Nachricht",
    "Message d'origine", "Message d’origine", "Message original", "Message initial", "Message transféré",
    "Mensaje original", "Mensaje reenviado", "Messaggio originale", "Messaggio inoltrato",
    "Messaggio Originale",
    "Wiadomość oryginalna", "Oryginalna wiadomość", "Treść przekazanej wiadomości",
    "Wiadomość przekazana dalej",
    "Oorspronkelijk bericht", "Origineel bericht", "Doorgestuurd bericht",
    "Mensagem original", "Mensagem Original", "Mensagem encaminhada", "Originalmeddelelse",
    "Oprindelig meddelelse",
    "Oprindelig besked", "Originalmeddelande", "Courriel original", "Courriel transféré",
    "Ursprungligt meddelande",
    "Opprinnelig melding", "Původní zpráva", "Původní e-mail", "Alkuperäinen viesti", "Eredeti üzenet",
    "Orijinal Mesaj",
    "Pôvodná správa", "Mesajul original", "原始邮件", "邮件原件", "元のメッセージ", "원본 메일",
)  # fmt: skip
"""What stands between dashes above a quote: `-----Original Message-----`."""

SENT_FROM: Final = (
    "Sent from my ", "Sent from Mail for", "Sent from Outlook", "Sent from Yahoo", "Sent from iPhone",
    "Sent from iPad",
    "Sent from a ", "Sent from Samsung", "Sent from Proton", "Sent from Mobile", "Sent from Gmail",
    "Sent via ",
    "Sent with ", "Get Outlook for", "Sent using ", "Sent on the go", "Enviado do meu", "Enviado desde",
    "Отправлено с ", "Отправлено из ", "Отправлено через", "Отправлено от ", "Отправлено с iPhone",
    "Послано с ",
    "Отослано с ", "Надіслано з ", "Надіслано із ", "Відправлено з ", "Надіслано через", "Пошлите Outlook",
    "Скачать Outlook", "Получить Outlook", "Отримати Outlook", "Отправлено из мобильной",
    "Von meinem ", "Von meinem/", "Gesendet von ", "Gesendet mit ", "Diese Nachricht wurde von meinem",
    "Outlook für ",
    "Envoyé de mon", "Envoyé depuis", "Envoyé à partir", "Envoyé avec", "Télécharger Outlook",
    "Obtenez Outlook",
    "Enviado a través", "Enviado con ", "Obtener Outlook", "Inviato da", "Scarica Outlook", "Ottieni Outlook",
    "Wysłane z ", "Wysłano z ", "Pobierz Outlook", "Verzonden vanaf", "Verzonden vanuit", "Verstuurd vanaf",
    "Verzonden met",
    "Outlook voor ", "Enviado da ", "Enviado de ", "Enviado pelo", "Obter o Outlook", "Odesláno z ",
    "Sendt fra",
    "Skickat från", "Lähetetty ", "iPhone'umdan gönderildi", "iPhone から送信", "iPhoneから送信", "发自我的",
    "Outlook for iOS", "Outlook для iOS", "Outlook for Android", "Outlook для Android",
)  # fmt: skip
"""How the line a mobile mail program adds begins."""
