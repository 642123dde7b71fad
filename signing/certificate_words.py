"""The words of the certificate of authenticity in Polish, English, German and Ukrainian.

The page is part of a signed document, so its words are data of this package, not of a screen: they
must come out the same whatever the interface is set to. A test holds all languages complete.
"""

from __future__ import annotations

from typing import Final

from signing.certificate_facts import INPUTS, SHOWN_WITH, EvidenceSummary
from verifier.token import Method, Proof, Role, TimeQuality

__all__ = ["LANGUAGES", "METHODS", "PROOFS", "ROLES", "TIME_QUALITIES", "WORDS", "duration"]
__all__ += ["shown_words"]

LANGUAGES: Final = ("pl", "en", "de", "uk")
"""The languages of the page; another language is printed in English."""

WORDS: Final[dict[str, dict[str, str]]] = {
    "pl": {
        "certificate": "Certyfikat autentyczności",
        "number": "Numer dokumentu",
        "signed_by": "Podpisali",
        "record": "Zapis pieczęci",
        "document_id": "Identyfikator",
        "pages": "Liczba stron",
        "issued": "Zapieczętowano",
        "clock": "Zegar",
        "kiosk": "Kiosk",
        "software": "Oprogramowanie",
        "trust": "Lista zaufania",
        "trust_value": "wersja {version}, stan na {date}",
        "journal": "Dziennik",
        "shown": "Pokazano na ekranie",
        "shown_value": "{shown} z {total} stron, {time}",
        "large_text": "duży tekst",
        "high_contrast": "wysoki kontrast",
        "read_aloud": "odczytano na głos",
        "touch": "podpisano dotykiem",
        "pen": "podpisano rysikiem",
        "mouse": "podpisano myszą",
        "keyboard": "podpisano klawiaturą",
        "pages_and_time": "pokazane strony, czas czytania",
        "stamped": "Czas pochodzi z zegara kiosku i jego znacznika czasu.",
        "consent": "Zgoda",
        "online": "Strona sprawdzania",
        "hash": "Odcisk SHA-256 dokumentu",
        "how": "Jak sprawdzić",
        "how_text": "Zeskanuj kod telefonem albo kioskiem, albo sprawdź plik programem Sygnet: "
        "także bez sieci. Dokument jest autentyczny, gdy kod podpisał zaufany kiosk, a odcisk "
        "pliku zgadza się z odciskiem w kodzie. Sam wydruk nie wystarcza: porównaj go z plikiem.",
    },
    "en": {
        "certificate": "Certificate of authenticity",
        "number": "Document number",
        "signed_by": "Signed by",
        "record": "Record of the seal",
        "document_id": "Identifier",
        "pages": "Pages",
        "issued": "Sealed",
        "clock": "Clock",
        "kiosk": "Kiosk",
        "software": "Software",
        "trust": "Trust list",
        "trust_value": "version {version}, as of {date}",
        "journal": "Journal",
        "shown": "Shown on screen",
        "shown_value": "{shown} of {total} pages, {time}",
        "large_text": "large text",
        "high_contrast": "high contrast",
        "read_aloud": "read aloud",
        "touch": "signed by touch",
        "pen": "signed by pen",
        "mouse": "signed by mouse",
        "keyboard": "signed by keyboard",
        "pages_and_time": "pages shown, time of reading",
        "stamped": "The time is that of the kiosk's clock, time-stamped by the kiosk.",
        "consent": "Consent",
        "online": "Verify online",
        "hash": "SHA-256 of the signed document",
        "how": "How to verify",
        "how_text": "Scan the code with a phone or at a kiosk, or check the file with the Sygnet "
        "program: offline too. The document is genuine when a trusted kiosk signed the code and "
        "the file's fingerprint equals the code's. Paper alone is not enough: compare it with the "
        "file.",
    },
    "de": {
        "certificate": "Echtheitszertifikat",
        "number": "Dokumentnummer",
        "signed_by": "Unterzeichnet von",
        "record": "Siegelprotokoll",
        "document_id": "Kennung",
        "pages": "Seiten",
        "issued": "Versiegelt",
        "clock": "Uhr",
        "kiosk": "Kiosk",
        "software": "Software",
        "trust": "Vertrauensliste",
        "trust_value": "Version {version}, Stand {date}",
        "journal": "Journal",
        "shown": "Am Bildschirm gezeigt",
        "shown_value": "{shown} von {total} Seiten, {time}",
        "large_text": "große Schrift",
        "high_contrast": "hoher Kontrast",
        "read_aloud": "vorgelesen",
        "touch": "per Touch signiert",
        "pen": "per Stift signiert",
        "mouse": "per Maus signiert",
        "keyboard": "per Tastatur signiert",
        "pages_and_time": "gezeigte Seiten, Lesezeit",
        "stamped": "Zeit laut Uhr und Zeitstempel des Kiosks.",
        "consent": "Zustimmung",
        "online": "Online prüfen",
        "hash": "SHA-256 des signierten Dokuments",
        "how": "So wird geprüft",
        "how_text": "Code mit dem Telefon oder am Kiosk scannen oder die Datei mit dem "
        "Sygnet-Programm prüfen, auch ohne Netz. Das Dokument ist echt, wenn ein "
        "vertrauenswürdiger Kiosk den Code signiert hat und der Fingerabdruck der Datei zum Code "
        "passt. Papier allein genügt nicht: mit der Datei vergleichen.",
    },
    "uk": {
        "certificate": "Сертифікат автентичності",
        "number": "Номер документа",
        "signed_by": "Підписали",
        "record": "Запис печатки",
        "document_id": "Ідентифікатор",
        "pages": "Сторінок",
        "issued": "Опечатано",
        "clock": "Годинник",
        "kiosk": "Кіоск",
        "software": "Програма",
        "trust": "Список довіри",
        "trust_value": "версія {version}, станом на {date}",
        "journal": "Журнал",
        "shown": "Показано на екрані",
        "shown_value": "{shown} з {total} сторінок, {time}",
        "large_text": "великий текст",
        "high_contrast": "високий контраст",
        "read_aloud": "прочитано вголос",
        "touch": "підписано дотиком",
        "pen": "підписано пером",
        "mouse": "підписано мишею",
        "keyboard": "підписано клавіатурою",
        "pages_and_time": "показані сторінки, час читання",
        "stamped": "Час із годинника кіоску та його позначки часу.",
        "consent": "Згода",
        "online": "Перевірка в мережі",
        "hash": "Відбиток SHA-256 документа",
        "how": "Як перевірити",
        "how_text": "Відскануйте код телефоном чи кіоском або перевірте файл програмою Sygnet, "
        "навіть без мережі. Документ справжній, якщо код підписав довірений кіоск, а відбиток "
        "файла збігається з відбитком у коді. Самого паперу недостатньо: порівняйте його з файлом.",
    },
}
"""Labels and sentences by language."""

ROLES: Final[dict[str, dict[Role, str]]] = {
    "pl": {Role.DIRECTOR: "w imieniu firmy", Role.CLIENT: "klient"},
    "en": {Role.DIRECTOR: "for the company", Role.CLIENT: "client"},
    "de": {Role.DIRECTOR: "für die Firma", Role.CLIENT: "Kundin/Kunde"},
    "uk": {Role.DIRECTOR: "від імені компанії", Role.CLIENT: "клієнт"},
}

METHODS: Final[dict[str, dict[Method, str]]] = {
    "pl": {
        Method.TYPED: "imię i nazwisko wpisane",
        Method.DRAWN: "podpis na ekranie",
        Method.PICTURE: "zdjęcie podpisu",
        Method.KEY: "własny klucz",
    },
    "en": {
        Method.TYPED: "typed name",
        Method.DRAWN: "drawn on screen",
        Method.PICTURE: "picture of a signature",
        Method.KEY: "own signing key",
    },
    "de": {
        Method.TYPED: "getippter Name",
        Method.DRAWN: "handgezeichnet",
        Method.PICTURE: "Unterschriftsfoto",
        Method.KEY: "Signaturschlüssel",
    },
    "uk": {
        Method.TYPED: "введене ім’я",
        Method.DRAWN: "підпис на екрані",
        Method.PICTURE: "фото підпису",
        Method.KEY: "власний ключ",
    },
}

PROOFS: Final[dict[str, dict[Proof, str]]] = {
    "pl": {
        Proof.NONE: "tożsamości nie sprawdzano",
        Proof.SMS_CODE: "kod z SMS-a",
        Proof.EMAIL_CODE: "kod z e-maila",
        Proof.ID_DOCUMENT: "dokument tożsamości",
        Proof.ACCOUNT: "konto w systemie",
    },
    "en": {
        Proof.NONE: "identity not checked",
        Proof.SMS_CODE: "code by SMS",
        Proof.EMAIL_CODE: "code by e-mail",
        Proof.ID_DOCUMENT: "identity document",
        Proof.ACCOUNT: "signed-in account",
    },
    "de": {
        Proof.NONE: "Identität nicht geprüft",
        Proof.SMS_CODE: "SMS-Code",
        Proof.EMAIL_CODE: "E-Mail-Code",
        Proof.ID_DOCUMENT: "mit Ausweis",
        Proof.ACCOUNT: "Benutzerkonto",
    },
    "uk": {
        Proof.NONE: "особу не перевіряли",
        Proof.SMS_CODE: "код з SMS",
        Proof.EMAIL_CODE: "код з e-mail",
        Proof.ID_DOCUMENT: "документ особи",
        Proof.ACCOUNT: "обліковий запис",
    },
}

TIME_QUALITIES: Final[dict[str, dict[TimeQuality, str]]] = {
    "pl": {
        TimeQuality.ASSURED: "potwierdzony przez centralę",
        TimeQuality.NOT_ASSURED: "niepotwierdzony",
    },
    "en": {
        TimeQuality.ASSURED: "confirmed by head office",
        TimeQuality.NOT_ASSURED: "not confirmed",
    },
    "de": {
        TimeQuality.ASSURED: "von der Zentrale bestätigt",
        TimeQuality.NOT_ASSURED: "nicht bestätigt",
    },
    "uk": {
        TimeQuality.ASSURED: "підтвердив центральний офіс",
        TimeQuality.NOT_ASSURED: "не підтверджено",
    },
}

_MINUTES_SECONDS: Final = {
    "pl": ("min", "s"),
    "en": ("min", "s"),
    "de": ("Min.", "s"),
    "uk": ("хв", "с"),
}


def duration(seconds: int, language: str) -> str:
    """A length of time as people read it: "3 min 20 s"."""
    minute, second = _MINUTES_SECONDS[language]
    minutes, rest = divmod(max(seconds, 0), 60)
    return f"{minutes} {minute} {rest} {second}" if minutes else f"{rest} {second}"


def shown_words(evidence: EvidenceSummary, language: str) -> str:
    """What a client was shown, how, and for how long: "5 of 5 pages, 3 min 20 s, read aloud"."""
    words = WORDS[language]
    shown = words["shown_value"].format(
        shown=evidence.pages_shown,
        total=evidence.pages_total,
        time=duration(evidence.seconds_reading, language),
    )
    others = [words[each] for each in SHOWN_WITH if each in evidence.shown_with]
    others += [words[evidence.input]] if evidence.input in INPUTS else []
    return ", ".join((shown, *others))
