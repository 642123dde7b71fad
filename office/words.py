"""Words outside a browser request: the same catalogues as the screens, for messages and jobs."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.support import NullTranslations, Translations

from office.settings import LANGUAGES

__all__ = ["TRANSLATIONS", "catalogue", "gsm7", "local_date", "local_time"]

TRANSLATIONS = Path(__file__).with_name("translations")
"""Folder of the office's own catalogues."""

_POLISH_AND_SIGNS = str.maketrans(
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”“«»’–—…", "acelnoszzACELNOSZZ" + 5 * '"' + "'--."
)
_UKRAINIAN = {
    "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n",
    "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "ʼ": "",
}  # fmt: skip
"""Ukrainian in Latin letters, Cabinet of Ministers resolution 55 of 27 January 2010."""
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The basic character set of SMS (3GPP TS 23.038, 6.2.1), without its escape table."""


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations of one language; English for one that is not offered."""
    if language not in LANGUAGES:
        language = "en"
    return Translations.load(TRANSLATIONS, [language])


def local_time(moment: datetime, timezone: str, language: str) -> str:
    """Return the time of day as people of that language write it."""
    return str(format_time(moment, "short", tzinfo=ZoneInfo(timezone), locale=language))


def local_date(moment: datetime, timezone: str, language: str) -> str:
    """Return the day as people of that language write it."""
    local = moment.astimezone(ZoneInfo(timezone))
    return str(format_date(local, "long", locale=language))


def gsm7(text: str) -> str:
    """Return a text in the letters that every telephone shows and one SMS holds 160 of.

    Letters lose the marks that are not in it, Ukrainian is written in Latin letters, what is left
    over becomes a question mark.

    >>> gsm7("Umowa najmu, Łódź")
    'Umowa najmu, Lodz'
    """
    plain = text.translate(_POLISH_AND_SIGNS)
    letters = []
    for letter in plain:
        latin = _UKRAINIAN.get(letter.lower())
        if latin is not None:
            letters.append(latin.capitalize() if letter != letter.lower() else latin)
        elif letter in _GSM7:
            letters.append(letter)
        else:
            bare = unicodedata.normalize("NFKD", letter)[:1]
            letters.append(bare if bare in _GSM7 else "?")
    return "".join(letters)
