"""The wordings that clients have agreed to, of every version and in every language.

A wording is evidence: the certificate names its version and its language, and what those words
were must be found here for as long as certificates live. Hence they are data, not messages that a
translator may polish. Never change or remove one; a better wording is a new version
(docs/consent.md shows all of them, and a test knows their hashes).
"""

from __future__ import annotations

import hashlib
from types import MappingProxyType
from typing import Final

__all__ = ["CONSENT_VERSION", "WORDINGS", "consent_digest", "consent_text"]

CONSENT_VERSION: Final = "2026-1"
"""The version that clients are shown now."""

WORDINGS: Final = MappingProxyType(
    {
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
                (
                    "Ich habe alle Seiten dieses Dokuments gesehen und bin mit dem Inhalt "
                    "einverstanden."
                ),
                "Ich möchte es hier und jetzt elektronisch unterschreiben.",
                (
                    "Meine Unterschrift, die Uhrzeit und die Art meiner Bestätigung werden Teil "
                    "des Dokuments."
                ),
            ),
            "uk": (
                "Мені показали всі сторінки цього документа, і я погоджуюся з його змістом.",
                "Я хочу підписати його електронно, тут і зараз.",
                (
                    "Мій підпис, його час і спосіб підтвердження моєї особи стануть частиною "
                    "документа."
                ),
            ),
        },
    }
)
"""Sentences by version and language."""


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
