"""Letters made to take all the time there is take little."""

from __future__ import annotations

import time

import pytest

from deskterm.mail.parse import read_letter

SECONDS = 2.0
"""Of CPU time; a reading costs a quarter of it at most."""
HTML = b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n"
PLAIN = b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
MIXED = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
TIMES = 20_000

HOSTILE = {
    "elements nested deep": HTML + b"<div>" * TIMES + b"x",
    "50,000 comments": HTML + b"<!-- c -->" * 50_000 + b"x",
    "20,000 attributes": HTML + b"<a " + b" ".join(b"a%d=1" % number for number in range(TIMES)) + b">x</a>",
    "many rules": HTML + b"<hr>" * TIMES,
    "many quotes": HTML + b"<blockquote type=cite>x</blockquote>" * TIMES,
    "quotes in quotes": HTML + b"<blockquote type=cite>" * TIMES + b"x",
    "many cells": HTML + b"<table>" + b"<tr><td>a<td>b" * TIMES,
    "a wide cell beside many lines": HTML
    + b"<table><tr><td>"
    + b"x" * TIMES
    + b"</td><td>"
    + b"a<br>" * TIMES,
    "indented runs": HTML + b"<blockquote>a@b.example wrote:<p>x</blockquote>" * TIMES,
    "answers between quotes": HTML
    + b"<div class=gmail_quote>"
    + b"<blockquote>x</blockquote>y" * TIMES
    + b"</div>",
    "quotes with the words of Outlook": HTML + b"<hr>From: a<br>" * TIMES,
    "links": HTML + b"<a href=https://a.example>here</a> " * TIMES,
    "open brackets": HTML + b"<" * TIMES * 3,
    "a line of 60 kB": PLAIN + b"a" * 60_000,
    "blanks": PLAIN + b" " * 60_000 + b"x",
    "quote signs": PLAIN + b">" * 60_000,
    "signatures": PLAIN + b"-- \n" * TIMES,
    "attributions": PLAIN + b"On 12 Mar 2025 at 10:15 X wrote:\n" * TIMES,
    "header blocks": PLAIN + b"From: a\nSent: b\n" * TIMES,
    "10,000 attachments": MIXED + b"--b\nContent-Disposition: attachment; filename=x\n\nx\n" * 10_000,
    "multiparts with one boundary": MIXED + b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * TIMES,
    "base64 behind its padding that ends in something else": b"From: a@b.example\n"
    b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nQQ==\n" + b"QUJD" * TIMES + b"!",
    "bars under attributions": PLAIN + b"A <a@b.example> wrote:\n| x\n" * TIMES,
    "arrows around dates": PLAIN + (b">>> " + b"1:11 " * 30 + b">>>\n") * 5000,
    "attributions that run on": PLAIN + b"Am 12.03.2025 um 10:15 schrieb A <a@b.example>  x\n" * TIMES,
    "fields of Yandex": PLAIN + b"Subject: x;\n" * TIMES + b"12.03.2025, 10:15, A <a@b.example>:\n> x\n",
    "dashes that name nobody": PLAIN + (b"---- " + b"x " * 200 + b"----\n") * 5000,
    "verbs of writing": PLAIN + b"On 2025 " + b"wrote " * 80 + (b"\n" + b"On 2025 " + b"wrote " * 80) * 2000,
    "attributions without end": PLAIN + (b"On " + b"1:11 2025 <a@b.example> " * 18 + b":\n") * 3000,
    "mobile programs": PLAIN + b"Sent from my a\n" * TIMES,
    "rules above fields": PLAIN + b"----\nFrom: a\n\n" * TIMES + b"> x\n",
    "rules beside a quote": PLAIN + b"> x\n" + b"-----\na@b.example\n" * TIMES,
    "senders and days": PLAIN + b"\nFrom: A <a@b.example>\nSent: 1\nx\n" * 5000,
    "dashes before mobile programs": PLAIN + b"-- Sent from my a\n" * 5000,
    "attributions with nothing below": PLAIN + b"On 12 Mar 2025 at 10:15 <a@b.example> wrote:\n\n" * 5000,
    "days alone above quotes": PLAIN + b"On Tue, 15 Mar 2016 12:30:19 +0000\n> x\ny\n" * 5000,
    "closings behind dashes": PLAIN + b"> x\n\n" + b"-- Regards, A\n\n" * 5000,
    "quotes wrapped again": PLAIN + (b"> " + b"word " * 14 + b"\nend\n") * 5000,
    "differences": PLAIN + b"8a9\n> x\n" * TIMES,
    "initials": PLAIN + b"".join(b"%c%c> x\n" % (65 + n % 26, 65 + n // 26 % 26) for n in range(TIMES)),
    "uuencode begins": PLAIN + b"begin 644 x\n" * TIMES,
    "PGP begins": PLAIN + b"-----BEGIN PGP SIGNED MESSAGE-----\n" * TIMES,
    "header fields": b"From: a@b.example\n" + b"X-A: b\n" * TIMES + b"\nx",
    "encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * TIMES + b"\n\nx",
    "encoded words without end": b"From: a@b.example\nSubject: " + b"=?utf-8?q?" * TIMES + b"\n\nx",
    "addresses": b"From: a@b.example\nTo: " + b"a@b.example," * TIMES + b"\n\nx",
    "address commas": b"From: " + b"a," * TIMES + b"\n\nx",
    "address brackets": b"From: " + b'"(' * TIMES + b"\n\nx",
    "references": b"From: a@b.example\nReferences: " + b"<" * TIMES + b"\n\nx",
    "references in prose": b"From: a@b.example\nIn-Reply-To: " + b"from x <a@b> " * TIMES + b"\n\nx",
    "words before a reference": b"From: a@b.example\nIn-Reply-To: " + b"from " * TIMES + b"<a@b> <c@d>\n\nx",
    "Cyrillic without a charset": b"From: a@b.example\nSubject: "
    + "Привет ".encode("cp1251") * TIMES
    + b"\n"
    + ("X-A: Счёт\n".encode("cp1251") * 2000)
    + b"\nx",
    "somebody away": b"From: a@b.example\nSubject: Re: absence\n\n" + b"ich bin je suis estoy sono " * TIMES,
    "words of a responder": b"From: a@b.example\nSubject: auto: " + b"is out returning " * TIMES + b"\n\nx",
    "base64 that is words": b"From: a@b.example\nContent-Transfer-Encoding: base64\n\n"
    + b"two words " * TIMES,
    "fields with quote signs": PLAIN + b"> De : a\n> A : b\n> Objet : c\nx\n" * TIMES,
    "boundaries in the head": b"From: a@b.example\n" + b"--x\n" * TIMES + b"\nx",
    "hidden addresses": b"From: " + b"a at b.example " * TIMES + b"\n\nx",
    "parameters": b"From: a@b.example\nContent-Type: text/plain; " + b"a*0*=x; " * TIMES + b"\n\nx",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_letter_costs_little(name: str) -> None:
    begun = time.process_time()
    letter = read_letter(HOSTILE[name])
    assert time.process_time() - begun < SECONDS
    assert not any("unreadable" in problem for problem in letter.problems)
    assert len(letter.attachments) <= 500
