"""The few words that `signing` itself writes into documents, in the document's own language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from verifier.sentences import LANGUAGES

__all__ = ["DocumentWords", "moment", "words_for"]


@dataclass(frozen=True)
class DocumentWords:
    """One language's words."""

    number: str  # before the document's number
    page: str  # "page {page} of {pages}"
    signatures: str  # title of the appended signing page
    belongs_to: str  # under the title: which document the signatures belong to
    for_the_company: str  # above the director's line
    client: str  # above the one client's line
    client_of_many: str  # above a client's line when there are several
    stamp: str  # where the client's stamp goes
    signed_electronically: str  # in every signature's appearance
    certificate_here: str  # on the last page, until the seal covers it
    certificate_how: str  # below it


_WORDS = {
    "pl": DocumentWords(
        number="nr",
        page="strona {page} z {pages}",
        signatures="Podpisy",
        belongs_to="Strona podpisów dokumentu",
        for_the_company="W imieniu firmy",
        client="Klient",
        client_of_many="Klient {number}",
        stamp="Miejsce na pieczątkę",
        signed_electronically="podpisano elektronicznie",
        certificate_here=LANGUAGES["pl"]["certificate_here"],
        certificate_how=LANGUAGES["pl"]["certificate_how"],
    ),
    "en": DocumentWords(
        number="no.",
        page="page {page} of {pages}",
        signatures="Signatures",
        belongs_to="Signing page of the document",
        for_the_company="For the company",
        client="Client",
        client_of_many="Client {number}",
        stamp="Place for the stamp",
        signed_electronically="signed electronically",
        certificate_here=LANGUAGES["en"]["certificate_here"],
        certificate_how=LANGUAGES["en"]["certificate_how"],
    ),
    "de": DocumentWords(
        number="Nr.",
        page="Seite {page} von {pages}",
        signatures="Unterschriften",
        belongs_to="Unterschriftenseite des Dokuments",
        for_the_company="Für die Firma",
        client="Kunde",
        client_of_many="Kunde {number}",
        stamp="Platz für den Stempel",
        signed_electronically="elektronisch unterschrieben",
        certificate_here=LANGUAGES["de"]["certificate_here"],
        certificate_how=LANGUAGES["de"]["certificate_how"],
    ),
    "uk": DocumentWords(
        number="№",
        page="сторінка {page} з {pages}",
        signatures="Підписи",
        belongs_to="Сторінка підписів документа",
        for_the_company="Від імені компанії",
        client="Клієнт",
        client_of_many="Клієнт {number}",
        stamp="Місце для печатки",
        signed_electronically="підписано електронно",
        certificate_here=LANGUAGES["uk"]["certificate_here"],
        certificate_how=LANGUAGES["uk"]["certificate_how"],
    ),
}


def words_for(language: str) -> DocumentWords:
    """The words of `language`; a language that we do not have reads as English."""
    return _WORDS.get(language, _WORDS["en"])


def moment(now: datetime, timezone: str) -> str:
    """A moment as signatures print it: local date and time with its offset from UTC.

    Args:
        now: The moment, aware.
        timezone: IANA name of the zone in which to print it.
    """
    local = now.astimezone(ZoneInfo(timezone))
    offset = local.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    zone = f"UTC{'+' if minutes >= 0 else '-'}{abs(minutes) // 60}"
    if minutes % 60:
        zone += f":{abs(minutes) % 60:02d}"
    return f"{local:%d.%m.%Y, %H:%M:%S} {zone}"
