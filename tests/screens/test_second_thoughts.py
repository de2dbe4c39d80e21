"""What an agent is asked before his text leaves: is there no file, is a placeholder misspelt."""

from __future__ import annotations

import pytest

from deskterm.screens.presenters.second_thoughts import doubts, slips, speaks_of_files


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Please see the attached file.", True),
        ("Акт прилагаю.", True),
        ("Скан во вложении", True),
        ("Счёт приложен к письму", True),
        ("В приложении договор и акт.", True),
        ("Приложение не запускается, ошибка в приложении.", False),
        ("Good day.\n> see the attachment", False),
        ("Restart it.", False),
        *(
            (text, True)
            for text in (
                "I attach the log.",
                "I'm attaching the contract.",
                "Attached: the invoice",
                "Enclosed please find it.",
                "Please find attached the offer.",
                "See attachments",
                "The form is in the attachment.",
                "PFA",
                "You can print the attached form.",
                "Прикрепляю акт",
                "Прикладываю скан.",
                "См. вложение.",
                "Вложил счёт",
                "Акт вкладываю.",
                "Файл прикреплён",
                "Мы приложили договор.",
                "Документы в аттаче",
                "Приложение: акт сверки на 2 л.",
                "Подпишите акт, прилагаем его",
                "в приложенном файле",
            )
        ),
        *(
            (text, False)
            for text in (
                "Please attach a screenshot.",
                "Could you attach the log?",
                "Attach the log to your answer.",
                "The file you attached is empty.",
                "We cannot open your attachment.",
                "The attachment you sent is empty",
                "There is no attachment in your letter.",
                "It is detached from the wall.",
                "Reattach the cable.",
                "Приложите, пожалуйста, скриншот.",
                "Прикрепите файл",
                "Прошу приложить скан паспорта.",
                "Вы прикрепили не тот файл.",
                "Ваше вложение не открывается",
                "Письмо пришло без вложений.",
                "Могли бы Вы приложить журнал?",
                "Переустановите приложение: оно устарело",
            )
        ),
    ],
)
def test_an_attachment_spoken_of_is_noticed(text: str, speaks: bool) -> None:
    assert speaks_of_files(text) is speaks
    assert len(doubts(text, files=0)) == int(speaks)
    assert doubts(text, files=1) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Dear {contcat_first_name},", "{contact_first_name}"),
        ("Hello {{client}}", "{client}"),
        ("Номер {номре}", "{номер}"),
        ("It is {number]", "{number}"),
        ("[client]", "{client}"),
    ],
)
def test_a_misspelt_placeholder_is_named_with_what_was_meant(text: str, meant: str) -> None:
    assert [each[1] for each in slips(text)] == [meant]
    assert meant in doubts(text, files=0)[0]


def test_an_answer_without_a_subject_is_asked_about() -> None:
    assert doubts("Restart it.", files=0, subject="Printer") == []
    assert "no subject" in doubts("Restart it.", files=0, subject=" ")[0]


@pytest.mark.parametrize(
    "text", ["{client}", "{Client}", "{ number }", "{json: 1}", "{my_variable_x}", "[see]", "> {clinet}"]
)
def test_other_braces_are_the_authors_own(text: str) -> None:
    assert slips(text) == ()
