"""What the command line says besides findings, in the four languages that people read."""

from __future__ import annotations

from typing import Final

from verifier.command.help_words import HELP_WORDS
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
        "step_4": "what follows the seal",
        "step_5": "the people's signatures, one by one",
        "step_6": "what could not be read",
        "step_others": "Section 8: a PDF of somebody else, by the given roots",
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
        "step_4": "to, co następuje po pieczęci",
        "step_5": "podpisy osób, jeden po drugim",
        "step_6": "to, czego nie dało się odczytać",
        "step_others": "Rozdział 8: cudzy PDF, według podanych certyfikatów głównych",
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
        "step_4": "was auf das Siegel folgt",
        "step_5": "die Unterschriften, eine nach der anderen",
        "step_6": "was sich nicht lesen ließ",
        "step_others": "Abschnitt 8: eine fremde PDF, nach den angegebenen Wurzelzertifikaten",
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
        "step_4": "те, що йде після печатки",
        "step_5": "підписи людей, один за одним",
        "step_6": "те, що не вдалося прочитати",
        "step_others": "Розділ 8: чужий PDF, за вказаними кореневими сертифікатами",
    },
}
"""Language code to what is said."""


def words(code: str, language: str, **detail: object) -> str:
    """Say one of them; an unknown language is answered in English."""
    spoken = language if language in WORDS else DEFAULT_LANGUAGE
    said = {**WORDS[spoken], **HELP_WORDS[spoken]}[code]
    return said.format_map(detail)
