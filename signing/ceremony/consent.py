"""The wordings that clients have agreed to, of every version and in every language.

A wording is evidence: the certificate names its version and its language, and what those words
were must be found here for as long as certificates live. Hence they are data, not messages that a
translator may polish. Never change or remove one; a better wording is a new version
(docs/consent.md shows all of them, and a test knows their hashes). One version is for clients of
whom it is recorded how they draw their signature: it alone says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from signing.marks import Mark, sealed_strokes

__all__ = [
    "CONSENT_VERSION",
    "STROKES_CONSENT_VERSION",
    "WORDINGS",
    "consent_digest",
    "consent_text",
    "consent_version",
]

CONSENT_VERSION: Final = "2026-1"
"""The version that clients are shown now."""
STROKES_CONSENT_VERSION: Final = "2026-2"
"""The version for clients whose drawing is recorded."""

_WORDINGS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "2026-1": {
        "pl": (
            "Wszystkie strony tego dokumentu zostały mi pokazane i zgadzam się z jego treścią.",
            "Chcę podpisać go elektronicznie, tu i teraz.",
            (
                "Mój podpis, jego czas i sposób potwierdzenia mojej tożsamości staną się "
                "częścią dokumentu."
            ),
        ),
        "en": (
            "I have seen every page of this document and I agree with what it says.",
            "I want to sign it electronically, here and now.",
            (
                "My signature, the time and the way I confirmed that it is me become part of "
                "the document."
            ),
        ),
        "de": (
            ("Ich habe alle Seiten dieses Dokuments gesehen und bin mit dem Inhalt einverstanden."),
            "Ich möchte es hier und jetzt elektronisch unterschreiben.",
            (
                "Meine Unterschrift, die Uhrzeit und die Art meiner Bestätigung werden Teil "
                "des Dokuments."
            ),
        ),
        "uk": (
            "Мені показали всі сторінки цього документа, і я погоджуюся з його змістом.",
            "Я хочу підписати його електронно, тут і зараз.",
            ("Мій підпис, його час і спосіб підтвердження моєї особи стануть частиною документа."),
        ),
    },
}
_STROKES: Final = {
    "pl": (
        "Zgadzam się, aby zapisano i zaszyfrowano, jak podpisałem lub podpisałam się na ekranie "
        "(tempo i nacisk). Odczytać to może tylko nadawca dokumentu; zapis zniknie razem z jego "
        "egzemplarzem dokumentu."
    ),
    "en": (
        "I agree that the way I drew my signature on the screen (its pace and pressure) is "
        "recorded and encrypted. Only the sender of the document can read it; it is deleted "
        "together with their copy of the document."
    ),
    "de": (
        "Ich bin einverstanden, dass aufgezeichnet und verschlüsselt wird, wie ich auf dem "
        "Bildschirm unterschrieben habe (Tempo und Druck). Nur der Absender des Dokuments kann "
        "das lesen; es wird zusammen mit seinem Exemplar des Dokuments gelöscht."
    ),
    "uk": (
        "Я погоджуюся, щоб було записано й зашифровано, як я підписувався або підписувалася на "
        "екрані (темп і натиск). Прочитати це може лише відправник документа; запис зникне разом "
        "із його примірником документа."
    ),
}
"""What version 2026-2 says beyond 2026-1."""

WORDINGS: Final = MappingProxyType(
    {
        **_WORDINGS,
        STROKES_CONSENT_VERSION: {
            language: (*sentences, _STROKES[language])
            for language, sentences in _WORDINGS[CONSENT_VERSION].items()
        },
    }
)
"""Sentences by version and language."""


def consent_version(mark: Mark) -> str:
    """The version that a client with this mark is shown."""
    return STROKES_CONSENT_VERSION if sealed_strokes(mark) else CONSENT_VERSION


def consent_text(language: str, version: str = CONSENT_VERSION) -> tuple[str, ...]:
    """The sentences of a wording, in the client's language.

    Raises:
        KeyError: there is no such version or language.
    """
    return WORDINGS[version][language]


def consent_digest(language: str, version: str = CONSENT_VERSION) -> str:
    """SHA-256, hex, of the sentences in UTF-8, each ended by a line feed; journalled."""
    sentences = "".join(f"{sentence}\n" for sentence in consent_text(language, version))
    return hashlib.sha256(sentences.encode()).hexdigest()
