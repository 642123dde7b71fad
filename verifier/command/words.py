"""What the command line says besides findings, in the four languages that people read."""

from __future__ import annotations

from typing import Final

from verifier.sentences import DEFAULT_LANGUAGE

__all__ = ["WORDS", "words"]

WORDS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "total": "Examined: {all}. Genuine: {genuine}. Altered: {altered}. "
        "Cannot tell: {cannot_tell}. Unreadable: {unreadable}.",
        "progress": "{done} of {all} examined",
        "updated": "The trust list is now version {version} of {as_of}.",
        "looking": "Hold the code in front of the camera; Ctrl+C ends it.",
        "step": "Step {number}: {what}",
        "step_1": "the certificate, its signature, its key and the trust list",
        "step_2": "the bytes that the certificate covers",
        "step_3": "the seal",
        "step_4": "what follows the seal, and the people's signatures (steps 4 and 5)",
    },
    "pl": {
        "total": "Zbadano: {all}. Autentyczne: {genuine}. Zmienione: {altered}. "
        "Nie wiadomo: {cannot_tell}. Nieczytelne: {unreadable}.",
        "progress": "zbadano {done} z {all}",
        "updated": "Lista zaufania ma teraz wersję {version} z {as_of}.",
        "looking": "Trzymaj kod przed kamerą; Ctrl+C przerywa.",
        "step": "Krok {number}: {what}",
        "step_1": "certyfikat, jego podpis, klucz i lista zaufania",
        "step_2": "bajty objęte certyfikatem",
        "step_3": "pieczęć",
        "step_4": "to, co następuje po pieczęci, i podpisy osób (kroki 4 i 5)",
    },
    "de": {
        "total": "Geprüft: {all}. Echt: {genuine}. Verändert: {altered}. "
        "Unklar: {cannot_tell}. Unlesbar: {unreadable}.",
        "progress": "{done} von {all} geprüft",
        "updated": "Die Vertrauensliste hat jetzt die Version {version} vom {as_of}.",
        "looking": "Halten Sie den Code vor die Kamera; Strg+C beendet.",
        "step": "Schritt {number}: {what}",
        "step_1": "das Zertifikat, seine Signatur, sein Schlüssel und die Vertrauensliste",
        "step_2": "die Bytes, die das Zertifikat abdeckt",
        "step_3": "das Siegel",
        "step_4": "was auf das Siegel folgt, und die Unterschriften (Schritte 4 und 5)",
    },
    "uk": {
        "total": "Перевірено: {all}. Справжні: {genuine}. Змінені: {altered}. "
        "Невідомо: {cannot_tell}. Нечитабельні: {unreadable}.",
        "progress": "перевірено {done} з {all}",
        "updated": "Список довіри тепер має версію {version} від {as_of}.",
        "looking": "Тримайте код перед камерою; Ctrl+C завершує.",
        "step": "Крок {number}: {what}",
        "step_1": "сертифікат, його підпис, ключ і список довіри",
        "step_2": "байти, які охоплює сертифікат",
        "step_3": "печатка",
        "step_4": "те, що йде після печатки, і підписи людей (кроки 4 і 5)",
    },
}
"""Language code to what is said."""


def words(code: str, language: str, **detail: object) -> str:
    """Say one of them; an unknown language is answered in English."""
    return WORDS.get(language, WORDS[DEFAULT_LANGUAGE])[code].format_map(detail)
