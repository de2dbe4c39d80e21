"""What people wrote stays in sight; what their mail programs added folds."""

from __future__ import annotations

import pytest

from deskterm.mail.quotes import fold

UNQUOTED = [
    "Hello,\n\nI have a question: what is the price?\nDate: tomorrow\n\nRegards,\nJohn",
    "Добрый день!\n\nВчера в 10:15 менеджер Иван писал:\nпринтер будет готов.\n\nС уважением",
    "Log:\n12.03.2025 10:15 error: connect to db@host failed:\n  stack trace\n",
    "Прошу создать учётную запись:\nОт: 01.03.2025\nДо: 31.03.2025\nТема: обучение\nФИО: Петров",
    "a\n--\nb\nc",
    "I wrote: nothing happened.\nThen at 10:15 he said: ok",
    "Sent from my office I hope this helps.\nSecond paragraph with more.\nThird paragraph.\nFourth.",
    "On Monday at 10:15 the server stopped and the monitoring system wrote:\nERROR 15",
    "Кому: Петрову\nОт: Иванова\nТема: Заявление\n\nПрошу предоставить отпуск.",
    "Data: 12.03.2025\nDo: firma\nOd: Jan\nTemat: x\n\nTekst",
    "Changed:\n8a9,10\n> two new\n> lines\nRegards",
    "Changed:\n3c3\n< old\n---\n> new\nRegards",
    "On Friday we wrote: nothing.\nOn Monday, 3 March 2025 the drum was changed\nand it works.",
    "12.03.2025, 10:15, room 5\nPlease call Ivan <i@b.example>\nand tell him.",
    "Diese Nachricht wurde geprüft.\n\nSent by the drivers of our branch daily.\nList.\nEnd.\nBye.",
    "Where?\n\n-----\nRoom 5, phone 8 495 000 00 00\nwww.romashka.example\n\nThanks",
    "Ann B <a@b.example> wrote one of the first\nguides. In it, on page 12, she says that:\n\nnothing helps.",
    "From: Joe <joe@b.example>\nDate: Sun, 14 Nov 2010 19:04:37 -0800\n\nApplied.",
    "Two remarks:\n-- Regards of the author are not in the file\n-- neither is his name",
    "Send it to docs@b.example by 12.03.2025:",
    "Date: 3 March\nSubject: leave\nFrom: 10 March\nTo: 20 March\n\nPlease grant it.",
]

ANSWERED = [
    'ok\n\nOn 3/12/25, 10:15 AM, "A B" <a@b.c> wrote:\n\n    old text\n    here',
    "ok\n\nA B <a@b.c> wrote:\n> x",
    "ok\n\nA B wrote:\n> x",
    "ok\n\nLe 12/03/2025 à 10:15, A B a écrit :\n> x",
    "ok\n\nAm 12.03.2025 um 10:15 schrieb A B:\n> x",
    "ok\n\n> Am 12.03.2025 um 10:15 schrieb A B <a@b.c>:\n> \n> x",
    "ok\n\nOp 12-03-2025 om 10:15 schreef A B:\n> x",
    "ok\n\nIl 12/03/2025 10:15, A B ha scritto:\n> x",
    "ok\n\nEl 12/03/2025 a las 10:15, A B escribió:\n> x",
    "ok\n\nDnia 12 marca 2025 10:15 A B <a@b.c> napisał(a):\n\n old",
    "ok\n\n12 марта 2025 г. 10:15 пользователь A B <a@b.c> написал:\n\n> old",
    "ok\n\nсреда, 12 марта 2025 г. пользователь A B написал:\n> old",
    'ok\n\n12 березня 2025, 10:15:02, від "A B" <a@b.c>:\n\nold',
    "ok\n\n> 12 бер. 2025 р. о 10:15 A B <a@b.c> написав(ла):\n> x",
    "ok\n\n2025-03-12 10:15 GMT+03:00 A B <a@b.c>:\n\n> old",
    "ok\n\nFrom: a@b.c\nTo: c@d.e\nSubject: x\nDate: Wed, 12 Mar 2025 10:15:00 +0300\n\nold",
    "ok\n\nBegin forwarded message:\n\n> From: A\n",
    (
        "ok\n\n---------- Forwarded message ---------\nFrom: A <a@b.c>\nDate: Wed\nSubject: x\n"
        "To: <c@d.e>\n\nold"
    ),
    "ok\n\nSent from my iPhone\n\nOn Mar 12, 2025, at 10:15 AM, A B <a@b.c> wrote:\n\n\ufeffold\nlines",
    (
        "ok\n\n--\nОтправлено из Mail.ru для Android\n"
        "среда, 12 марта 2025 г., 10:15 +03:00 от A B a@b.c:\n\n> old"
    ),
    'ok\n\nОтправлено из мобильной Яндекс.Почты: http://m.ya.example\n\n12.03.2025, 10:15, "A" <a@b.c>:\n> x',
    (
        "ok\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: A\n"
        "Sent: W\nTo: B\nSubject: S\n\nold"
    ),
    "ok\n\nDe: A <a@b.c>\nEnviado: mié\nPara: B\nAsunto: x\n\nold",
    "ok\n\nDa: A <a@b.c>\nInviato: mer\nA: B\nOggetto: x\n\nold",
    "ok\n\nOd: A\nWysłano: śr\nDo: B\nTemat: x\n\nold",
    "ok\n\nVan: A\nVerzonden: wo\nAan: B\nOnderwerp: x\n\nold",
    "ok\n\nDe: A\nEnviada em: qua\nPara: B\nAssunto: x\n\nold",
    "ok\n\n-----Ursprüngliche Nachricht-----\nVon: A\nGesendet: x\n\nold",
    "ok\n\nQuoting A B <a@b.c>:\n\n> x\n",
    "ok\n\n在 2025年3月12日，A <a@b.c> 写道：\n> x",
    "ok\n\nA B skrev den 2025-03-12 10:15:\n> x",
    "ok\n\n> x\n> y\n\n\n-- \nJohn\nCompany",
    "ok\n\nOn Wed, Mar 12, 2025 at 10:15 AM, A B\n<a@b.c> wrote:\n> x",
    "ok\n\nOn Wed, Mar 12, 2025 at 10:15 AM A B via Some List\nwith long name <\na@b.c> wrote:\n\n> x",
    "ok\n\nFrom: A\nReply-To: B\nDate: Wed\nTo: C\nSubject: s\n\nold",
    "ok\n\n---- On Wed, 24 Feb 2021 14:02:50 +0530 a@b.example wrote ----\n\nold",
    "ok\n\n---- Включено ср, 12 мар. 2025 10:15:50 +0300 Иван <a@b.example> написал(а) ----\n\nold",
    "ok\n\n2012/3/13 A B <a@b.example>\n\n> old",
    "ok\n\n* A B <a@b.example> [2025-03-12 10:15]:\n> old",
    'ok\n\n>>> "A B" <a@b.example> 12.03.2025 10:15 >>>\nold',
    "ok\n\n-------- Courriel original --------\nDe : A\nDate : 12/03/25\nÀ : b@c.example\nObjet : s\nold",
    "ok\n\nX Y <a@b.example> schrieb am Mi., 12. März 2025, 10:15:\n\nold",
    "ok\n\nEl miércoles, 12 de marzo de 2025, X Y <a@b.example> escribió:\n\nold",
    "ok\n\nIn data mercoledì 12 marzo 2025 10:15:00 CET, X Y ha scritto:\n\nold",
    "ok\n\nсереда, 12 березня 2025 р. 10:15 Іван <a@b.example> пише:\n\nold",
    "ok\n\nFrom: Human Resources \n<long-address@h.example> \nSent: Monday 4:37 PM\nTo: A\nSubject: s\n\nold",
    "ok\n\n-----A B <a@b.example> wrote: -----\nTo: b@c.example\nFrom: A B\nSubject: s\n\nold",
    'ok\n\n10:15 AM, March 12, 2025, "A B" <a@b.example>:\n\nold',
    "ok\n\n10:15, 12 марта 2025 г., Иван Петров <i@b.example>:\n\nold",
    "ok\n\nср, 12 мар. 2025 г. в 10:15, Отдел сопровождения <\nsupport@b.example>:\n\nold",
    "ok\n\nсреда, 12 марта 2025 г. пользователь Иван написал:\n\nold",
    "ok\n\nВы писали 12 марта 2025 г., 10:15:53:\n\nold",
    "ok\n\n12.03.2025, 10:15, Иван <i@b.example>\n> old",
    "ok\n\nОтвет на письмо от 12.03.2025 10:15, Иван <i@b.example>:\n\nold",
    "ok\n\nКористувач Іван <i@b.example> пише 12 березня 2025 р. о 10:15:\n\nold",
    "ok\n\nВід: І <i@b.example>\nВідправлено: 12 березня\nДо: П\nТема: т\n\nold",
    "ok\n\nZitat von A B <a@b.example>:\n\nold",
    "ok\n\nOriginal Message processed by david®\nAW: s 12. März 2025, 10:15 Uhr\nVon A\nAn B\n\nold",
    "ok\n\n====\n\nMessage du : 12/03/2025 10:15\nDe : A <a@b.example>\nA : B\nSujet : s\n\nold",
    "ok\n\n      De : A <a@b.example>\n À : B\n Envoyé le : mercredi\n Objet : s\n\nold",
    "ok\n\nDe : A<mailto:a@b.example>\nEnvoyé le :mercredi\nÀ : B\nObjet :s\n\nold",
    "ok\n\n----- Mail original -----\nDe: A\nÀ: B\nEnvoyé: 12\nObjet: s\n\nold",
    "ok\n\nEl miércoles, 12 de marzo de 2025, Ana escribió:\n\nold",
    "ok\n\nA B <a@b.example> skrev: (12 mars 2025 10:15:00 CET)\n\nold",
    "ok\n\n12. 3. 2025 v 10:15, A B <a@b.example>:\n\nold",
    "ok\n\n____________________________\n> Od: A <a@b.example>\n> Komu: B\n> Předmět: s\n> \n> old",
    "ok\n\n-------- Mesaj original --------\nDe la: A\nData: 12.03.2025\nCătre: B\nSubiect: s\nold",
    "ok\n\n-----Özgün İleti-----\nKimden: A\nGönderme: 12\nKime: B\nKonu: s\n\nold",
    "ok\n\nΑπό: A <a@b.example>\nΣτάλθηκε: 12\nΠρος: B\nΘέμα: s\n\nold",
    "ok\n\nОт: A <a@b.example>\nИзпратено: 12\nДо: B\nОтносно: s\n\nold",
    "ok\n\n发件人：A\n发送时间：2025年3月12日\n收件人：B\n主题：s\n\nold",
    "ok\n\n2025年3月12日(水) 10:15 田中 <t@b.example>:\n\nold",
    "ok\n\n2025年3月12日 10:15、田中 <t@b.example>のメール:\n\nold",
    "ok\n\n2025. 3. 12. 오전 10:15, A <a@b.example> 작성:\n\nold",
    (
        "ok\n\n\u202bבתאריך יום ד׳, 12 במרץ 2025 ב-10:15 מאת \u202aA\u202c\u200f "
        "<\u202aa@b.example\u202c\u200f>:\u202c\n\nold"
    ),
    "ok\n\nمن: A <a@b.example>\nتم الإرسال: 12 مارس 2025\nإلى: B\nالموضوع: s\n\nold",
    "ok\n\nDate: Wed, 12 Mar 2025 10:15:00 +0300\nTo: b@c.example\nFrom: a@b.example\nSubject: s\n\nold",
    "ok\n\nForwarded message:\n\n> From: A <a@b.example>\n> Subject: s\n>\n> old",
    "ok\n\nthe desk via Forum wrote:\n> old",
    "ok\n\nExcerpts from A's message of Wed Mar 12 10:15:00 +0300 2025:\n> old",
    'ok\n\nOn 03/12/2025 at 10:15 AM, "A B"  wrote:News p { margin: 0 }\nold',
    "ok\nSent from my Galaxy\n\nOn Wed, 12 Mar 2025 at 10:15, A <a@b.example> wrote:\n> old",
    "ok\n\nIl Mar 3 Mar 2026, 15:05 A <a@b.example> ha scritto:\n",
    "ok\n\n--- A <a@b.example> schrieb am Di, 3.3.2026:\nVon: A\nBetreff: s\nAn: b\nDatum: 3. März\n\nold",
    "ok\n\nDe: A <a@b.example>\nEnviada: 3 de março de 2026\n\nold",
    "ok\n\n-- Inviato da Libero Mail",
    "On Tue, 15 Mar 2016 12:30:19 +0000\n\n> old\n\nok",
    "12.03.2025 10:15, A пишет:\n> old\n\nok\n\n-- С уважением, A\nтел. (044) 000-00-00",
    "ok\n\nSent via Mail\nGet Outlook for iOS\n(sent from a phone)",
    "On Wed, 12 Mar 2025 at 10:15, A <a@b.example> wrote:\n> old\n\nok\n\n"
    "_______________________\nusers mailing list\nusers@lists.example",
]


def _visible(text: str) -> str:
    kept, at = [], 0
    for run in fold(text):
        kept.append(text[at : run.start])
        at = run.end
    return "".join((*kept, text[at:])).strip("\n")


@pytest.mark.parametrize("text", UNQUOTED)
def test_a_letter_without_quotes_stays_whole(text: str) -> None:
    assert fold(text) == ()


@pytest.mark.parametrize("text", ANSWERED)
def test_only_the_answer_stays_in_sight(text: str) -> None:
    assert _visible(text) == "ok"


def test_answers_between_quoted_lines_stay_in_sight() -> None:
    text = "On Wed, 12 Mar 2025 at 10:15, Desk <desk@help.example> wrote:\n> a?\nyes\n> b?\nno\n"
    assert _visible(text).split() == ["yes", "no"]


def test_a_quoted_line_wrapped_again_is_quoted_to_its_end() -> None:
    begins = "> This fault comes each time when the second drum is used and is rather"
    assert _visible(f"ok\n\nOn Wed, 12 Mar 2025, A <a@b.example> wrote:\n{begins}\ndangerous\n> B") == "ok"
    asked = "> Does this fault come each time when the second drum is used, or not?"
    assert _visible(f"On Wed, 12 Mar 2025, A <a@b.example> wrote:\n{asked}\nno\n> B") == "no"
    short = "> Which drum of the two"
    assert _visible(f"On Wed, 12 Mar 2025, A <a@b.example> wrote:\n{short}\nthe second\n> B") == "the second"


def test_an_answer_under_a_forwarded_quote_stays_in_sight() -> None:
    text = "Begin forwarded message:\n\n> From: A <a@b.example>\n> Subject: s\n>\n> old\n\nok\n"
    assert _visible(text) == "ok"


def test_initials_are_quote_signs_under_an_attribution() -> None:
    text = "Вы писали 12 марта 2025 г., 10:15:53:\n\nСП> Выключили?\nСП> Включили?\n\nДа.\n"
    assert _visible(text) == "Да."


def test_bars_are_quote_signs_only_under_an_attribution() -> None:
    assert _visible("A B <a@b.example> wrote:\n| a?\nyes\n| b?\nno\n").split() == ["yes", "no"]
    assert fold("Prices:\n| item | price |\n| drum | 40 |\n\nIn stock?\n") == ()


def test_where_nothing_would_remain_everything_is_shown() -> None:
    assert fold("> a\n> b\n-- \nIrina\n") == ()


def test_quotes_of_the_html_twin_fold_in_the_text() -> None:
    text = "Works, thanks\n\nThe support team wrote in a language nobody knows\nand went on for a line"
    quoted = "The support team wrote in a language nobody knows\nand went on for a line"
    assert [(run.start, run.why) for run in fold(text, (quoted,))] == [(14, "quote (HTML)")]


def test_a_run_the_html_names_folds_whole_lines() -> None:
    text = "answer\n\nold one\nold two\nafter"
    assert [(text[run.start : run.end], run.why) for run in fold(text, (), [(8, 24, "quote")])] == [
        ("\nold one\nold two\n", "quote")
    ]
