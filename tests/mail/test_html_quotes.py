"""In HTML the quotes and signatures of every mail program fold, and what the person wrote stays."""

from __future__ import annotations

import pytest

from deskterm.mail.html import read_html
from deskterm.mail.parse import read_letter

OLD = "<p>Dear Olga,</p><p>please restart the box.</p>"
FIELDS = "<b>From:</b> Desk<br><b>Sent:</b> Monday<br><b>To:</b> Olga<br><b>Subject:</b> box<br>"
BORDERED = "border-left:1px solid #ccc;padding-left:1ex"

PROGRAMS = {
    "Gmail": f'<div class="gmail_quote">On Wed, Mar 12, 2025 at 10:15 AM Desk wrote:{OLD}</div>',
    "Gmail, nested": f'<div class="gmail_quote"><div class="gmail_quote">On Wed Desk wrote:{OLD}</div></div>',
    "Outlook 2003": f'<div class="OutlookMessageHeader"><hr>{FIELDS}</div>{OLD}',
    "Outlook 2016": f'<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>{FIELDS}</p></div>{OLD}',
    "Outlook 2016, Hungarian": (
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>Feladó:</b> Desk<br>'
        f"<b>Elküldve:</b> szerda<br><b>Címzett:</b> Olga<br><b>Tárgy:</b> box</p></div>{OLD}"
    ),
    "Outlook for iOS": (
        '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.example/o">Outlook for iOS</a></div>'
        f'<div id="mail-editor-reference-message-container"><hr>{FIELDS}{OLD}</div>'
    ),
    "Outlook, renamed ids": f'<hr><div id="x_divRplyFwdMsg">{FIELDS}</div>{OLD}',
    "Outlook Express": (
        f'<blockquote style="border-left:2px solid"><div>----- Original Message -----</div>{FIELDS}{OLD}'
        "</blockquote>"
    ),
    "Apple Mail": (
        f'<br><blockquote type="cite"><div>On 12 Mar 2025, at 10:15, Desk wrote:</div>{OLD}</blockquote>'
    ),
    "Thunderbird": (
        '<div class="moz-signature">-- <br>Olga</div><div class="moz-cite-prefix">12.03.2025 10:15, Desk'
        f' пишет:<br></div><blockquote type="cite">{OLD}</blockquote>'
    ),
    "Yahoo": f'<div id="ydp1yahoo_quoted_5" class="ydp1yahoo_quoted"><div>Desk wrote</div>{OLD}</div>',
    "Yahoo for iOS": (
        '<p class="yahoo-signature">Sent from Yahoo Mail for iPhone</p>'
        "<p>On Wednesday, March 12, 2025, 10:15, Desk wrote:</p>"
        f'<blockquote class="iosymail">{OLD}</blockquote>'
    ),
    "AOL": f"<hr><div>-----Original Message-----<br>{FIELDS}{OLD}</div>",
    "Mail.ru": (
        f'<blockquote style="{BORDERED}">Среда, 12 марта 2025, 10:15 +03:00 от Desk '
        f"&lt;d@desk.example&gt;:<br>{OLD}</blockquote>"
    ),
    "Yandex": f'<div>12.03.2025, 10:15, "Desk" &lt;d@desk.example&gt;:</div><blockquote>{OLD}</blockquote>',
    "Rambler": f'<br>12.03.2025, 10:15, Desk пишет:<br><div style="{BORDERED}">{OLD}</div>',
    "ukr.net": (
        '<div>12 березня 2025, 10:15:00, від "Desk" &lt;d@desk.example&gt;: </div>'
        f'<blockquote style="{BORDERED}">{OLD}</blockquote>'
    ),
    "Proton": (
        '<div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">'
        'Sent with <a href="https://proton.example">Proton Mail</a></div></div>'
        f'<div class="protonmail_quote">On Wednesday, Desk wrote:<blockquote>{OLD}</blockquote></div>'
    ),
    "Zimbra": f'<hr id="zwchr"><div>{FIELDS}</div><div>{OLD}</div>',
    "Lotus": (
        "<br>-----Desk &lt;d@desk.example&gt; wrote: -----<div>To: Olga<br>From: Desk<br>Subject: box</div>"
        f"{OLD}"
    ),
    "Spark": (
        f'<div name="messageReplySection">On 12 Mar 2025, Desk wrote:<blockquote>{OLD}</blockquote></div>'
    ),
    "Samsung": (
        '<div id="composer_signature">Sent from my Galaxy</div><div>-------- Original message --------</div>'
        f"<div>{FIELDS}</div>{OLD}"
    ),
    "Huawei": (
        '<div id="huawei-signature">Отправлено с HUAWEI</div><div>-------- Исходное сообщение --------<br>'
        "От: Desk<br>Дата: ср, 12 мар. 2025 г.<br>Кому: Olga<br>Тема: box</div>"
        f"<blockquote>{OLD}</blockquote>"
    ),
    "Zoho": f"<div>---- On Wed, 12 Mar 2025 10:15:00 +0300 <b>Desk</b> wrote ----</div><div>{OLD}</div>",
    "GMX": f'<div name="quote" style="{BORDERED}"><b>Gesendet:</b> Mittwoch<br><b>Von:</b> Desk{OLD}</div>',
    "QQ": (
        "<div>------------------ 原始邮件 ------------------</div><div>发件人: Desk;<br>"
        f"发送时间: 2025年3月12日<br>收件人: Olga;<br>主题: box</div>{OLD}"
    ),
    "163": (
        "<pre>At 2025-03-12 10:15:00, &quot;Desk&quot; &lt;d@desk.example&gt; wrote:</pre>"
        f'<blockquote id="isReplyContent">{OLD}</blockquote>'
    ),
    "Hotmail": f'<div><hr id="stopSpelling">Date: Wed<br>From: d@desk.example<br>Subject: box<br>{OLD}</div>',
    "The Bat": f"<p>On Wednesday, March 12, 2025, 10:15:00 AM, you wrote:</p><table><tr><td>{OLD}</table>",
    "Seznam": (
        "<aside>---------- Původní e-mail ----------<br>Od: Desk<br>Komu: Olga<br>Předmět: box</aside>"
        f"<blockquote>{OLD}</blockquote>"
    ),
    "1C": (
        "<div><b>От:</b> Desk &lt;d@desk.example&gt;<br><b>Отправлено:</b> 12.03.2025<br><b>Кому:</b> Ольга"
        f"<br><b>Тема:</b> ящик</div><div>{OLD}</div>"
    ),
    "a rule in running text": (
        f"<div>Olga<hr><b>From: </b>Desk<br><b>To: </b>Olga<br><b>Sent: </b>Wed{OLD}</div>"
    ),
}


def _letter(html: str, subject: str = "Re: box") -> str:
    head = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n"
    return read_letter((head + html).encode()).visible_text


@pytest.mark.parametrize("program", PROGRAMS)
def test_only_the_answer_stays_in_sight(program: str) -> None:
    answer = "It works now." if program != "a rule in running text" else "It works now.\nOlga"
    assert _letter(f"<div>It works now.</div>{PROGRAMS[program]}") == answer


def test_text_right_above_a_quote_is_no_part_of_it() -> None:
    assert _letter(f"It works now.{PROGRAMS['Gmail']}") == "It works now."


def test_answers_between_and_under_the_quotes_of_a_quote_stay_in_sight() -> None:
    html = (
        '<div>See below.</div><div class="gmail_quote">On Wed, 12 Mar 2025 at 10:15, Desk wrote:'
        '<blockquote class="gmail_quote">Which model?</blockquote><div>HL-2030.</div>'
        '<blockquote class="gmail_quote">Since when?</blockquote><div>Monday.</div></div>'
    )
    assert _letter(html).split("\n\n") == ["See below.", "HL-2030.", "Monday."]


def test_an_answer_under_an_attributed_blockquote_stays_in_sight() -> None:
    html = f"<p>12.03.2025 10:15, Desk пишет:</p><blockquote>{OLD}</blockquote><p>It works now.</p>"
    assert _letter(html) == "It works now."


@pytest.mark.parametrize(
    "html",
    [
        "<p>Our rules say:</p><blockquote>Call before nine.</blockquote><p>Is it so?</p>",
        '<p>Note</p><div style="border-left:3px solid red">Never press reset.</div>',
        "<p>Leave</p><hr><p>От: Петрова</p><p>Прошу отпуск.</p>",
    ],
)
def test_what_is_only_indented_or_ruled_off_stays_in_sight(html: str) -> None:
    assert _letter(html) == read_html(html).text


def test_a_signature_of_a_program_stays_in_a_first_letter() -> None:
    html = '<p>Where are you?</p><div class="moz-signature">-- <br>Olga</div>'
    assert _letter(html, "A question").endswith("Olga")


def test_a_rule_begins_a_line() -> None:
    assert read_html("one<hr>two").text == "one\ntwo"
