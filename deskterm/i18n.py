"""The language of what people read: gettext over the catalogues in `locale/`.

The console's language is fixed once, by `use()`, before `screens/` is imported. A customer's
letter is written in his account's language, which need not be the agent's: `translator()`.
"""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "ru")
DOMAIN = "deskterm"
_FOLDER = Path(__file__).parent / "locale"
_current: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> _gettext.NullTranslations:
    """The catalogue of a language code; English, and anything unknown, is the source itself."""
    if language not in LANGUAGES or language == "en":
        return _gettext.NullTranslations()
    return _gettext.translation(DOMAIN, _FOLDER, [language], fallback=True)


def use(language: str) -> None:
    """Fix the language of this process."""
    global _current, _language
    _language = language if language in LANGUAGES else "en"
    _current = translator(_language)


def language() -> str:
    """The code of the language in use."""
    return _language


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The language the environment asks for: DESKTERM_LANG, then the locale variables."""
    for name in ("DESKTERM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            code = code_of(value)
            return code if code in LANGUAGES else "en"
    return "en"


def code_of(text: str) -> str:
    """The code of the language in `ru`, `RU`, `ru_RU.UTF-8`, `russian`."""
    code = _first_part(text)
    if code not in LANGUAGES:
        import locale  # its table of names like “russian” is large

        code = _first_part(locale.normalize(text))
    return code


def _first_part(name: str) -> str:
    return name.split("_")[0].split(".")[0].lower()


def _(text: str) -> str:
    """The text in the language in use."""
    return _current.gettext(text)


def n_(one: str, many: str, count: int) -> str:
    """The right plural form, with `{count}` left for `str.format`."""
    return _current.ngettext(one, many, count)


def p_(context: str, text: str) -> str:
    """The text in the language in use, where one English word has two meanings."""
    return _current.pgettext(context, text)


def NP_(context: str, text: str) -> str:
    """Mark a text of a table with its context; it is translated by `p_` where it is shown."""
    return text


def decimal(value: float) -> str:
    """A number with one digit behind the point, or the comma where the language has one."""
    told = f"{value:.1f}"
    return told.replace(".", ",") if _language == "ru" else told


def grouped(value: int) -> str:
    """A number with its thousands apart, as the language writes them."""
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}") if _language == "ru" else f"{value:,}"


def sorting_key(name: str) -> str:
    """What lists are sorted by name by: the same however it is written, ё as е."""
    return name.casefold().replace("ё", "е")


def N_(text: str) -> str:
    """Mark a text of a table for the catalogue; it is translated where it is shown."""
    return text
