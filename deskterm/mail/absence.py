"""How automatic answers call themselves: the subjects of responders, and what the texts say.

Some subjects are given by programs alone. Others people write too, when they ask about an absence or about
the responder itself: those are believed where the text is one of somebody who is away.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_ANSWERS: Final = (
    r"^(?:(?:re|fwd?|aw|ha|отв|відп|odp|sv|vs|r|res)\s*:\s*)?(?:\[[^\[\]]{0,80}#\d[^\[\]]{0,40}\])?\W{0,3}"
)
"""What may stand before: another desk's number of its ticket, too."""

AUTOMATIC: Final = (
    "auto: .{1,200} (?:is out of|returning|will be).*", "automatic reply", "auto(?:matic)?[- ]?reply",
    "auto(?:matic|mated)?[- ]?(?:response|responder|answer)", "out of office auto-?reply",
    "vacation (?:reply|notice)", "автоответ(?:чик)?", "автоматический ответ",
    "автоматическое (?:уведомление|сообщение) об отсутствии", "автоматична відповідь", "автовідповід[ьа]",
    "аўтаматычны адказ", "automatische antwort",
    "abwesenheits(?:notiz|meldung|assistent|nachricht|benachrichtigung)", "automatische (?:rück)?meldung",
    "réponse automatique", "message d'absence", "message automatique d'absence", "respuesta automática",
    "resposta automàtica", "risposta automatica", "autoodpowiedź", "automatyczna odpowiedź",
    "odpowiedź automatyczna", "automatisch antwoord", "automatische beantwoording", "resposta automática",
    "automatická odpov[eě]ď", "automatisk(?:t)? svar", "autosvar", "automaattinen vastaus",
    "otomatik yanıt", "automatikus válasz", "răspuns automat", "automatski odgovor", "samodejni odgovor",
    "automatinis atsakymas", "(?:ārpus biroja (?:atrašanās )?)?automātiskā atbilde",
    "automaatvastus", "αυτόματη απάντηση",
    "автоматичен отговор", "аутоматски одговор", "自动(?:回复|答复)", "自動(?:回覆|回應|応答|返信)",
    "부재중 자동", "자동 ?(?:응답|회신)", "תשובה אוטומטית", "رد تلقائي",
)  # fmt: skip
"""What responders begin a subject with."""

ABSENT: Final = (
    "out of (?:the )?office", "out-of-office", "ooo", "vacation message", "i am (?:out|on vacation)",
    "away from (?:the office|my mail)", "on (?:annual |sick |parental |maternity )?leave",
    "on (?:vacation|holiday)", "нет на месте", "отсутствую", "я в отпуске", "в отпуске", "отпуск",
    "вне офиса", "отсутствие", "відсутн", "у відпустці", "відпустка", "поза офісом", "abwesenheit",
    "abwesend", "ich bin nicht im", "im urlaub", "urlaub", "nicht im büro", "absence", "absent", "en congé",
    "congés", "fuera de la oficina", "ausente", "de vacaciones", "fuori sede", "fuori ufficio", "assente",
    "in ferie", "assenza", "nieobecn", "poza biurem", "na urlopie", "urlop", "afwezig", "met vakantie",
    "ausência", "fora do escritório", "de férias", "nepřítomn", "mimo kancelář", "dovolená", "neprítomn",
    "frånvaro", "frånvarande", "fravær", "ikke til stede", "poissa", "lomalla", "ofis dışında", "távollét",
    "szabadságon", "absenț", "în concediu", "odsutn", "отсъств", "не отпуск", "atvaļinājum",
    "ārpus biroja", "atostog", "puhkus", "εκτός γραφείου", "izvan ureda", "不在(?:通知|のお知らせ)",
    "부재중", "休假", "外出",
)  # fmt: skip
"""What they write too, and so do people."""

_BARE: Final = str.maketrans("łŁøØđĐı", "lLoOdDi")


def _plain(text: str) -> str:
    """The text without the marks on its letters, which old systems leave out of a subject."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_BARE))
    return "".join(one for one in apart if unicodedata.category(one) != "Mn")


_AUTOMATIC_SUBJECT: Final = re.compile(_plain(rf"(?i){_ANSWERS}(?:{'|'.join(AUTOMATIC)})(?P<rest>.*)"))
_ABSENT_SUBJECT: Final = re.compile(_plain(rf"(?i){_ANSWERS}(?:{'|'.join(ABSENT)})"))
_TITLE: Final = re.compile(
    r"\s*(?:auto-?reply|message|notice|notification)?\W*(?:[:：–—()\[\]<\"«»-].*)?\Z", re.DOTALL
)
"""What may follow the words of a responder: nothing, or a mark and the subject it answers."""

ABSENT_BY_MACHINE: Final = re.compile(
    r"(?i)\b(?:is|will be) out of (?:the |my )?office|отсутствует (?:в офисе|на рабочем месте)"
    r"|не будет в офисе"
    r"|відсутн\w+ в офісі|ist (?:derzeit )?(?:nicht im|außer) (?:büro|haus)|abwesenheitsnotiz|est absente?\b"
    r"|está fuera de la oficina|è fuori ufficio|jest poza biurem|está ausente|is afwezig"
)
"""What Lotus Notes and its kin say in the subject; believed of a machine only."""

AWAY: Final = (
    r"\bi(?:'m| am|'ll be| will be) (?:currently |presently )?(?:out of|away|absent)\b",
    r"\bi(?:'m| am|'ll be| will be) (?:currently )?on (?:\w+ ){0,2}(?:vacation|leave|holiday)",
    r"\b(?:will be back|back in the office|return to the office|returning on)\b",
    r"\b(?:limited|no) access to (?:my )?e-?mail\b",
    r"\bя (?:сейчас |временно )?(?:нахожусь |буду )?(?:в отпуске|отсутств|вне офиса)",
    r"\bя (?:сейчас |временно )?(?:нахожусь |буду )?(?:на больничном|в командировке)",
    r"буду отсутствовать",
    r"меня не будет",
    r"вернусь",
    r"выйду на работу",
    r"буду (?:в офисе|на связи|доступ\w+) (?:с|после)\b",
    r"\bя (?:зараз |тимчасово )?(?:перебуваю |буду )?(?:у відпустці|відсутн|поза офісом)",
    r"\bя (?:зараз |тимчасово )?(?:перебуваю |буду )?(?:на лікарняному|у відрядженні)",
    r"буду відсутн",
    r"мене не буде",
    r"повернуся",
    r"вийду на роботу",
    r"\b(?:bin|werde)\b[^\n]{0,60}(?:nicht (?:im|am|erreichbar)|abwesend|außer haus|im urlaub|zurück)",
    r"wieder (?:erreichbar|im (?:büro|haus)|für sie da)",
    r"\bje (?:suis|serai)\b[^\n]{0,60}(?:absent|congé|retour|hors)",
    r"\best(?:oy|aré)\b[^\n]{0,60}(?:fuera|ausente|vacaciones|de baja)",
    r"\bs(?:ono|arò)\b[^\n]{0,60}(?:fuori|assente|ferie)",
    r"\b(?:jestem|będę)\b[^\n]{0,60}(?:nieobecn|poza biurem|urlopie)",
    r"\b(?:ik ben|ben ik)\b[^\n]{0,60}(?:afwezig|niet|vakantie|verlof)",
    r"\besta(?:rei|ou)\b[^\n]{0,60}(?:ausente|fora|férias)",
    r"\b(?:jsem|budu)\b[^\n]{0,60}(?:nepřítomn|mimo|dovolen)",
    r"\bjag är\b[^\n]{0,60}(?:borta|ledig|semester|frånvarande)",
    r"\bjeg er\b[^\n]{0,60}(?:ikke|ferie|fraværende)",
    r"\bolen\b[^\n]{0,60}(?:poissa|lomalla)",
    r"\b(?:esmu|būšu)\b[^\n]{0,60}(?:atvaļinājum|prombūtn|ārpus|komandējum)",
    r"\b(?:esu|būsiu)\b[^\n]{0,60}(?:atostog|nebūsiu)",
    r"不在",
    r"休暇",
    r"休假",
    r"외출",
    r"부재",
    r"휴가",
)
"""How somebody who is away says so."""

SAYS_AUTOMATIC: Final = (
    r"this is an? auto(?:mat(?:ic|ed))?[- ](?:\w+ )?(?:reply|response|answer)\b",
    r"this is an? automatically (?:generated|sent) (?:reply|response|answer)",
    r"это (?:письмо )?автоматический ответ",
    r"это автоответ",
    r"данное письмо является автоматическим ответом",
    r"це автоматична відповідь",
    r"це автовідповідь",
    r"dies ist eine automatische antwort",
    r"ceci est une réponse automatique",
    r"esta es una respuesta automática",
    r"questa è una risposta automatica",
    r"to jest (?:automatyczna odpowiedź|odpowiedź automatyczna)",
    r"dit is een automatisch antwoord",
    r"esta é uma resposta automática",
    r"toto je automatická odpověď",
    r"detta är ett automatiskt svar",
    r"dette er et automatisk svar",
    r"bu otomatik bir yanıttır",
    r"ez egy automatikus válasz",
)
"""How a responder says what its letter is, at the beginning of a line."""

_SOMEBODY_AWAY: Final = re.compile(_plain(rf"(?i)(?:{'|'.join(AWAY)})"))
_SAYS_AUTOMATIC: Final = re.compile(
    _plain(rf"(?im)^\W{{0,4}}(?:(?:please )?note: )?(?:{'|'.join(SAYS_AUTOMATIC)})")
)
_HEARD: Final = 1500
"""Characters of a text in which a responder has said what it is."""


def subject_of_responder(subject: str, text: str) -> bool:
    """Whether a subject is one that responders give; one that people write too needs a text that agrees."""
    subject = _plain(subject)
    said = _AUTOMATIC_SUBJECT.match(subject)
    if said and _TITLE.match(said["rest"]):
        return True
    if not said and not _ABSENT_SUBJECT.match(subject):
        return False
    return text_of_responder(text) or bool(_SOMEBODY_AWAY.search(_plain(text[:_HEARD])))


def text_of_responder(text: str) -> bool:
    """Whether a text says of itself that a responder wrote it."""
    return bool(_SAYS_AUTOMATIC.search(_plain(text[:_HEARD])))
