"""What quoted history and signatures look like in every language: sorted tables for `quotes`."""

from __future__ import annotations

from typing import Final

MARKERS: Final = (
    "antwoord boven deze lijn", "Antwort oberhalb dieser Zeile", "Antwort über dieser Linie",
    "odpowiedz powyżej tej linii", "Please type your reply above this line", "reageer boven deze regel",
    "reply above this line", "respond above this line", "responda acima desta linha",
    "responda sobre esta línea", "responder por encima de esta línea", "rispondere sopra questa riga",
    "répondez au-dessus de cette ligne", "répondre au-dessus de cette ligne", "type your reply above",
    "write above this line", "відповідь вище цієї лінії", "відповідь над цією лінією",
    "ответ выше этой линии", "ответ над этой чертой", "пишите ответ выше этой",
    "Пожалуйста, пишите Ваш ответ над этой строкой",
)  # fmt: skip
"""The heart of our own marker lines in both languages, and of those of other help desks."""

WROTE: Final = (
    "a ecrit", "a következőt írta", "a scris", "a scris următoarele", "a écrit", "ecrit", "escreve",
    "escreveu", "escribe", "escribio", "escribiu", "escribió", "escrito", "ezt írta", "ezt írták",
    "geschreven", "geschrieben", "ha escrito", "ha scritto", "heeft geschreven", "idatzi du", "je napisala",
    "je napisao", "je napisao/la", "kirjoitti", "kirjutas", "menulis", "napisal", "napisala", "napisala je",
    "napisali", "napisana", "napisano", "napisao", "napisao je", "napisał", "napisał(-a)", "napisał(a)",
    "napisał/a", "napisała", "napisała(a)", "napsal", "napsal(a)", "napsala", "napsali", "napísal",
    "napísal(a)", "napísala", "napísali", "parašė", "pisali", "pisze", "píše", "píšete", "rakstīja", "rašė",
    "said", "schreef", "schreibt", "schreven", "schrieb", "schrieben", "schriebst", "scrie", "scrisse",
    "scritto", "scrive", "skrev", "skrifaði", "va escriure", "viết", "vous avez écrit", "writes", "wrote",
    "yazdı", "yazmış", "yazmıştır", "écrit", "írta", "đã viết", "şunları yazdı", "şunu yazdı", "έγραψαν",
    "έγραψε", "έγραψε τα εξής", "жазды", "написа", "написав", "написав (-ла)", "написав(-ла)",
    "написав(ла)", "написал", "написал(-а)", "написал(а)", "написал/а", "написала", "написали", "написао",
    "написао је", "напиша", "напісала", "напісаў", "напісаў(ла)", "писав", "писав(ла)", "писал",
    "писал(-а)", "писал(а)", "писала", "писали", "пише", "пише(ть)", "пишет", "пишет(ют)", "пишете",
    "пишуть", "піша",
    "је написао", "כתב", "כתב/ה", "כתבה", "כתבה/כתב", "כתבו", "מאת", "تمت كتابة ما يلي بواسطة",
    "كتب", "كتب ما يلي", "كتبت", "نوشت", "が書きました", "さんのメール", "さんは書きました", "のメッセージ",
    "のメール", "写道", "寫道", "님이 씀", "님이 작성", "작성",
)  # fmt: skip
"""Verbs with which mail programs end (or nearly end) the line above a quote."""

LEADS: Final = (
    "A ", "Am ", "At ", "Citando ", "Citat", "Dana ", "Den ", "Dne ", "Dnia ", "Dňa ", "El ", "Em ", "Il ",
    "Il giorno", "In a message dated ", "In article ", "In data ", "In message ", "Kuupäev ", "Le ", "Ngày",
    "No dia ", "On ", "Op ", "Pada ", "Pe ", "Quoting ", "Tarihinde", "U ", "Użytkownik ", "V ", "Von ",
    "Vào ", "W dniu", "Wiadomość napisana przez ", "Zitat von", "Às ", "În data", "Στις ", "Το ", "В ",
    "Вы написали", "Вы писали", "Користувач ", "На ", "Ответ на сообщение от ", "Пользователь ", "У ",
    "Цитирование ", "ב-", "בתאריך ", "في ", "在 ",
)  # fmt: skip
"""How an attribution may begin, before its date."""

QUOTING: Final = (
    "Citando ", "Citando a ", "Citat ", "En réponse à ", "Quoting ", "Zitat von ", "Цитирование ",
    "Цитирую ",
)  # fmt: skip
"""Words that begin `Quoting X <a@b>:` of web mailers."""

WEEKDAYS: Final = (
    "cmt", "csütörtök", "cum", "czw", "czwartek", "di", "dienstag", "dim", "dimanche", "dinsdag", "do",
    "dom", "domenica", "domingo", "donderdag", "donnerstag", "duminică", "fr", "fre", "fredag", "freitag",
    "fri", "friday", "gio", "giovedì", "hétfő", "jeu", "jeudi", "joi", "jue", "jueves", "ke", "kedd", "la",
    "lun", "lundi", "lunedì", "lunes", "luni", "lör", "lördag", "lør", "lørdag", "ma", "maandag", "man",
    "mandag", "mar", "mardi", "martedì", "martes", "marți", "mer", "mercoledì", "mercredi", "mi",
    "miercuri", "mittwoch", "mié", "miércoles", "mo", "mon", "monday", "montag", "mån", "måndag", "ndz",
    "ne", "ned", "neděle", "niedz", "niedziela", "ons", "onsdag", "paz", "pe", "per", "pet", "pi", "piątek",
    "po", "pon", "pondelok", "pondělí", "poniedziałek", "pt", "pzt", "pá", "pátek", "péntek", "qua", "qui",
    "sa", "sab", "sabato", "sal", "sam", "samedi", "samstag", "sat", "saturday", "seg", "sex", "so", "sob",
    "sobota", "sonntag", "sri", "st", "streda", "středa", "su", "sun", "sunday", "szerda", "szombat", "sáb",
    "sábado", "sâmbătă", "sön", "söndag", "søn", "søndag", "ter", "thu", "thursday", "ti", "tir", "tirsdag",
    "tis", "tisdag", "to", "tor", "torsdag", "tue", "tuesday", "ut", "uto", "utorok", "vasárnap", "ven",
    "vendredi", "venerdì", "vie", "viernes", "vineri", "vr", "vrijdag", "wed", "wednesday", "wo",
    "woensdag", "wt", "wtorek", "za", "zaterdag", "zo", "zondag", "çar", "út", "úterý", "čet", "čt",
    "čtvrtek", "śr", "środa", "št", "аўторак", "воскресенье", "вс", "вт", "вторник", "вівторок", "нд",
    "неделя", "неділя", "п'ятниця", "петък", "пн", "понедельник", "понеділок", "пт", "пятница", "пятницу",
    "п’ятниця", "сб", "серада", "середа", "середу", "ср", "среда", "среду", "сряда", "суббота", "субботу",
    "субота", "събота", "четвер", "четверг", "четвърт", "чт",
)  # fmt: skip
"""Words that begin `Wednesday, 12 March 2025, 10:00 +03:00 from X <a@b>:`."""

FIELDS: Final = {
    "from": (
        "Absender", "Afsender", "Afzender", "Avsender", "Avsändare", "Da", "Dari", "De", "De la",
        "Expeditor", "Expeditorul", "Expéditeur", "Feladó", "Fra", "From", "Frá", "Från", "Gönderen",
        "Kimden", "Lähettäjä", "Mittente", "Nadawca", "Người gửi", "Nuo", "Od", "Odesílatel", "Odosielateľ",
        "Pošiljatelj", "Remetente", "Remitente", "Saatja", "Từ", "Van", "Von", "Şu Kişiden", "Šalje",
        "Αποστολέας", "Από", "Ад", "Від", "Від кого", "Відправник", "От", "От Имени", "От Кого", "От кого",
        "От:", "Отправитель", "Подател", "מאת", "من", "发件人", "发件者", "寄件人", "寄件者", "差出人",
        "送信者", "보낸 사람", "보낸사람", "보낸이",
    ),
    "sent": (
        "Avsendt", "Data", "Data di invio", "Data trimiterii", "Data wysłania", "Date", "Date d'envoi",
        "Date d’envoi", "Dato", "Datum", "Datum en tijd", "Dikirim", "Dátum", "Dátum a čas", "Elküldve",
        "Enviada", "Enviada em", "Enviado", "Enviado el", "Enviados", "Envoyé", "Envoyé le", "Envoyée",
        "Expédié", "Fecha", "Fecha de envío", "Gesendet", "Gesendet am", "Gönderildi", "Gönderilme",
        "Gönderilme tarihi", "Gönderim Tarihi", "Gönderme", "Inviata", "Inviato", "Išsiųsta", "Kuupäev",
        "Küldve", "Lähetetty", "Lähetyspäivä", "Message du", "Ngày", "Nosūtīts", "Odesláno", "Odoslané",
        "Poslane", "Poslano", "Päivämäärä", "Päiväys", "Saadetud", "Sendt", "Sendt den", "Sent", "Skickat",
        "Skickat den", "Tarih", "Trimis", "Trimis la", "Verstuurd", "Verzonden", "Verzonden op", "Wysłano",
        "Đã gửi", "Απεσταλμένα", "Ημερομηνία", "Στάλθηκε", "Адпраўлена", "Відправлений", "Відправлено",
        "Дата", "Дата на изпращане", "Дата отправки", "Изпратено", "Изпратено на", "Когда", "Надісланий",
        "Надіслано", "Отправлен", "Отправлена", "Отправлено", "Отправлено на", "נשלח", "תאריך", "التاريخ",
        "تاريخ الإرسال", "تم الإرسال", "傳送日期", "发送日期", "发送时间", "寄件日期", "日付", "日期",
        "送信日時", "날짜", "보낸 날짜", "보낸날짜", "보낸일시",
    ),
    "to": (
        "A", "Aan", "Adresat", "Alıcı", "An", "Címzett", "Către", "Destinataire", "Destinatario",
        "Destinatarul", "Do", "Empfänger", "Geadresseerde", "Kam", "Kepada", "Kime", "Komu", "Modtager",
        "Mottagare", "Mottaker", "Ontvanger", "Para", "Pour", "Pre", "Prima", "Príjemca", "Příjemce",
        "Saaja", "Til", "Till", "To", "Tới", "Vastaanottaja", "À", "Đến", "Προς", "Каму", "Кому",
        "Одержувач", "Получатели", "Получатель", "אל", "إلى", "宛先", "收件人", "收件者", "받는 사람",
        "받는사람", "받는이", "수신",
    ),
    "subject": (
        "Aihe", "Assunto", "Asunto", "Betr", "Betreff", "Chủ đề", "Emne", "Konu", "Naslov", "Objet", "Ogg",
        "Oggetto", "Onderwerp", "Perihal", "Predmet", "Předm.", "Předmět", "Subiect", "Subiectul",
        "Subject", "Subjek", "Sujet", "Teema", "Tema", "Temat", "Tiêu đề", "Tárgy", "Zadeva", "Ämne",
        "Θέμα", "Относно", "Тема", "Тема письма", "Тэма", "נושא", "الموضوع", "主旨", "主題", "主题", "件名",
        "标题", "題名", "제 목", "제목",
    ),
    "cc": (
        "Allegati", "Anlagen", "Antwoord aan", "Antwort an", "Attachments", "Bcc", "Beantwoorden - Aan",
        "Bijlagen", "Bilgi", "Categories", "CC", "Cc", "Copia", "Copie", "Copie à", "Cópia", "DW",
        "Importance", "Kopi", "Kopia", "Kopie", "Kópia", "Message-ID", "Másolatot kap", "Odpovědět",
        "Odpowiedz", "Organization", "Pièces jointes", "Priority", "Reply-To", "Responder a", "Rispondi a",
        "Répondre à", "Svar til", "Svara till", "Wichtigkeit", "Załączniki", "Κοιν.", "Κοινοποίηση",
        "Важность", "Вкладення", "Вложения", "Відповідь кому", "Відповісти", "Категории", "Копии", "Копия",
        "Копія", "Организация", "Ответить", "עותק", "نسخة", "副本", "参照", "抄送", "참조",
    ),
}  # fmt: skip
"""The names of the header lines that Outlook and its kin put above a quote, by what they mean."""

SEPARATORS: Final = (
    "Algsõnum", "Alkuperäinen viesti", "Begin forwarded message", "Courriel original", "Courriel transféré",
    "Doorgestuurd bericht", "Doorgezonden bericht", "E-mail d'origine", "E-mail d’origine",
    "Edelleenlähetetty viesti", "Eredeti levél", "Eredeti üzenet", "Forwarded by", "Forwarded Mail",
    "Forwarded Message", "Forwarded message", "Izvirno sporočilo", "Izvorna poruka", "İletilen İleti",
    "İletilmiş Mesaj", "Mail original", "Mensagem encaminhada", "Mensagem Original", "Mensagem original",
    "Mensagem reencaminhada", "Mensaje Original", "Mensaje original", "Mensaje reenviado", "Mesaj original",
    "Mesaj redirecționat", "Mesajul original", "Message d'origine", "Message d’origine", "Message initial",
    "Message original", "Message transféré", "Message transmis", "Messaggio inoltrato",
    "Messaggio Originale", "Messaggio originale", "Missatge original", "Oorspronkelijk bericht",
    "Oorspronkelijke bericht", "Opprinnelig e-post", "Opprinnelig melding", "Oprindelig besked",
    "Oprindelig mail", "Oprindelig meddelelse", "Original Appointment", "Original Mail", "Original Message",
    "Original message", "Original-Nachricht", "Original-Nachricht von", "Originalmeddelande",
    "Originalmeddelelse", "Originalna poruka", "Originalnachricht", "Originalnachricht von",
    "Origineel bericht", "Orijinal ileti", "Orijinal Mesaj", "Orijinal mesaj", "Oryginalna wiadomość",
    "Pesan Asli", "Pirminis laiškas", "Preposlaná správa", "Proslijeđena poruka", "Przekazana wiadomość",
    "Pôvodná správa", "Přeposlaná zpráva", "Původní e-mail", "Původní zpráva", "Reply Message",
    "Reply message", "Sākotnējais ziņojums", "Thư gốc", "Tin nhắn gốc", "Továbbított üzenet",
    "Treść przekazanej wiadomości", "Ursprungligt meddelande", "Ursprungligt mejl",
    "Ursprüngliche Nachricht", "Vidarebefordrat meddelande", "Vidarebefordrat mejl", "Videresendt besked",
    "Videresendt meddelelse", "Videresendt melding", "Välitetty viesti", "Weitergeleitete E-Mail",
    "Weitergeleitete Nachricht", "Wiadomość oryginalna", "Wiadomość przekazana",
    "Wiadomość przekazana dalej", "Özgün İleti", "Αρχικό Μήνυμα", "Αρχικό μήνυμα", "Προωθημένο μήνυμα",
    "Вихідне повідомлення", "Зыходнае паведамленне", "Зыходны ліст", "Исходное письмо",
    "Исходное сообщение", "Исходное сообщение от", "Конец пересылаемого сообщения", "Оригинал сообщения",
    "Оригинално писмо", "Оригинално съобщение", "Оригинальное сообщение", "Оригінал листа",
    "Оригінальне повідомлення", "Первоначальное письмо", "Первоначальное сообщение",
    "Перенаправлене повідомлення", "Перенаправленное сообщение", "Переслане повідомлення",
    "Пересланное сообщение", "Пересылаемое письмо", "Пересылаемое сообщение", "Початкове повідомлення",
    "Початковий лист", "Початок пересланого", "Сообщение от", "Цитата", "ההודעה המקורית", "הודעה מקורית",
    "الرسالة الأصلية", "元のメッセージ", "原始信件", "原始邮件", "原始郵件", "回复的原邮件", "转发邮件信息",
    "邮件原件", "원본 메일",
)  # fmt: skip
"""What stands between dashes above a quote: `-----Original Message-----`."""

FORWARDS_BEGIN: Final = (
    "Anfang der weitergeleiteten Nachricht", "Begin doorgestuurd bericht", "Begin forwarded message",
    "Début du message réexpédié", "Début du message transféré", "Forwarded message",
    "Inicio del mensaje reenviado", "Inizio del messaggio inoltrato", "Inizio messaggio inoltrato",
    "Início da mensagem encaminhada", "Início da mensagem reencaminhada", "İleti başlangıcı",
    "Początek przekazywanej wiadomości", "Start på videresendt besked", "Továbbított levél kezdete",
    "Vidarebefordrat mejl", "Videresendt melding", "Välitetty viesti alkaa", "Započni proslijeđenu poruku",
    "Začiatok preposlanej správy", "Začátek přeposílané zprávy", "Începe mesajul redirecționat",
    "Начало переадресованного сообщения", "Начало пересылаемого сообщения",
    "Початок листа, що пересилається", "Початок пересланого повідомлення", "以下是转发的邮件",
    "転送されたメッセージ", "전달된 메시지",
)  # fmt: skip
"""What Apple Mail writes above a letter it passes on, without dashes."""

CLOSINGS: Final = (
    "Atenciosamente", "Atentamente", "Best regards", "Best wishes", "Bien cordialement", "Cordialement",
    "Cordiali saluti", "Kind regards", "Met vriendelijke groet", "Mit freundlichen Grüßen", "Pozdrawiam",
    "Regards", "Saludos", "Sincerely", "Viele Grüße", "Z poważaniem", "З повагою", "С наилучшими",
    "С уважением",
)  # fmt: skip
"""What some write behind the two dashes of a signature, in the same line."""

SENT_FROM: Final = (
    "Android için Outlook", "Androidから送信", "Baixe o Outlook", "Descarga Outlook", "Descargar Outlook",
    "Diese Nachricht wurde von meinem", "Dikirim dari", "Download Outlook", "Elküldve ", "Enviado a partir",
    "Enviado a través", "Enviado con ", "Enviado da ", "Enviado de ", "Enviado desde", "Enviado do meu",
    "Enviado pelo", "Envoyé avec", "Envoyé de mon", "Envoyé depuis", "Envoyé via ", "Envoyé à l'aide",
    "Envoyé à partir", "From my iPad", "From my iPhone", "From my mobile", "Gesendet aus ", "Gesendet mit ",
    "Gesendet von ", "Gesendet über ", "Get Outlook for", "Gửi từ ", "Hanki Outlook", "Hent Outlook",
    "Holen Sie sich Outlook", "Hämta Outlook", "Inviato con ", "Inviato da", "Inviato dal ",
    "Inviato tramite ", "iOS için Outlook", "iPad から送信", "iPadから送信", "iPhone から送信",
    "iPhone'umdan gönderildi", "iPhoneから送信", "Küldve ", "Laden Sie Outlook", "Lähetetty ",
    "Obtener Outlook", "Obtenez Outlook", "Obter o Outlook", "Obter Outlook", "Obțineți Outlook",
    "Odesláno pomocí ", "Odesláno z ", "Odesláno ze ", "Odoslané pomocou ", "Odoslané z ",
    "Ottieni Outlook", "Outlook downloaden", "Outlook for Android", "Outlook for iOS", "Outlook für ",
    "Outlook voor ", "Outlook для Android", "Outlook для iOS", "Pobierz Outlook", "Poslano iz ",
    "Poslano z ", "Samsung cihazımdan", "Scarica Outlook", "Sendt fra", "Sendt med ", "Sendt via ",
    "(sent by ", "<<sent by ", "Sent by my ", "<<sent from", "(sent from ", "Sent from a ",
    "Sent from Gmail", "Sent from iPad", "Sent from iPhone", "Sent from Mail for", "Sent from Mailbox",
    "Sent from Mobile", "Sent from my", "Sent from my ", "Sent from Outlook", "Sent from Proton",
    "Sent from Samsung", "Sent from Windows Mail", "Sent from Yahoo", "Sent from Yandex", "Sent on my ",
    "Sent on the go", "Sent through ", "Sent using ", "Sent via ", "Sent with ", "Skickades från",
    "Skickat från", "Skickat med ", "Skickat via ", "Trimis de pe", "Trimis din ", "Télécharger Outlook",
    "Uzyskaj aplikację Outlook", "Verstuurd met", "Verstuurd vanaf", "Verstuurd vanuit", "Verstuurd via",
    "Verzonden met", "Verzonden vanaf", "Verzonden vanuit", "Verzonden via", "Vom Smartphone gesendet",
    "Von meinem", "Von meinem ", "Von meinem/", "Wysłane z ", "Wysłane ze ", "Wysłano z ",
    "Wysłano za pomocą ", "Wysłano ze ", "Získat Outlook", "Được gửi từ", "Αποστολή από", "Στάλθηκε από",
    "Адпраўлена з ", "Відправлено з ", "Відправлено з мого", "Відправлено через ", "Відправлено із ",
    "Завантажити Outlook", "Изпратено от ", "Надіслано з ", "Надіслано з мого", "Надіслано за допомогою ",
    "Надіслано через", "Надіслано із ", "Отослано с ", "Отправлено из ", "Отправлено из Outlook",
    "Отправлено из мобильной", "Отправлено из Почты", "Отправлено моим", "Отправлено от ", "Отправлено с ",
    "Отправлено с iPhone", "Отправлено с моего", "Отправлено с помощью ", "Отправлено с устройства",
    "Отправлено через", "Отправлено через ", "Отримати Outlook", "Получить Outlook", "Послано с ",
    "Пошлите Outlook", "Скачать Outlook", "נשלח מ", "נשלח מה", "أُرسلت من", "تم الإرسال من", "从我的 iPad",
    "从我的 iPhone", "从我的iPhone", "发自我的", "取得 Outlook", "從我的 iPad", "從我的 iPhone",
    "获取 Outlook", "나의 iPhone에서", "내 iPhone에서",
)  # fmt: skip
"""How the line a mobile mail program adds begins."""
