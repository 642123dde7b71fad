"""Umowa rachunku oszczędnościowego with consents: tick boxes beside lines; reached by SMS."""

from __future__ import annotations

from signing.fields import ClientPlan, FieldKind, FieldSpec
from tests.samples.paper import SANS, Blank, Paper, typeset
from tests.samples.sample import COMPANY, Sample

__all__ = ["account_agreement"]

NUMBER = "RO/2026/108815"
TITLE = "Umowa członkowskiego konta oszczędnościowego wraz ze zgodami"
CLIENT = "Katarzyna Dąbrowska-Święch"


def account_agreement() -> Sample:
    """Two pages, seven fields: a choice, and three tick boxes."""
    pdf, paper = typeset(SANS, NUMBER, TITLE, _write)
    spots = paper.spots
    fields = (
        FieldSpec("birth", FieldKind.DATE, "Data urodzenia", True, spots["birth"]),
        FieldSpec("address", FieldKind.TEXT, "Adres zamieszkania", True, spots["address"]),
        FieldSpec("email", FieldKind.EMAIL, "E-mail", True, spots["email"]),
        FieldSpec(
            "statements",
            FieldKind.CHOICE,
            "Jak przesyłać wyciągi?",
            True,
            spots["statements"],
            "Wyciąg wysyłamy na początku każdego miesiąca.",
            ("e-mailem", "listem zwykłym", "do odbioru w punkcie obsługi"),
        ),
        FieldSpec("consent_required", FieldKind.CHECKBOX, "Regulamin", True, spots["rules"]),
        FieldSpec("consent_email", FieldKind.CHECKBOX, "Oferty e-mailem", False, spots["offers"]),
        FieldSpec("consent_phone", FieldKind.CHECKBOX, "Oferty telefonem", False, spots["calls"]),
    )
    return Sample(
        name="umowa-konta-i-zgody",
        number=NUMBER,
        title=TITLE,
        language="pl",
        contact="+48 600 000 789",
        channel="sms",
        client=ClientPlan(CLIENT, fields, spots["client"], None),
        director_signature=spots["director"],
        pdf=pdf,
        answers={
            "birth": "1984-02-29",
            "address": "os. Złotej Jesieni 8/21, 31-827 Kraków",
            "email": "kasia@poczta.example",
            "statements": "e-mailem",
            "consent_required": "yes",
            "consent_email": "",
            "consent_phone": "yes",
        },
    )


def _write(paper: Paper) -> None:
    paper.title(
        "Umowa członkowskiego konta oszczędnościowego",
        NUMBER,
        "Umowa zawarta pomiędzy spółką <b>" + COMPANY + "</b> z siedzibą w Warszawie, prowadzącą "
        "program oszczędnościowy dla swoich członków („<b>Spółka</b>”), a <b>" + CLIENT + "</b> "
        "(„<b>Posiadaczka</b>”), której dane podano niżej.",
    )
    paper.blanks(
        Blank("birth", "data urodzenia", 1.0), Blank("email", "adres e-mail do korespondencji", 2.0)
    )
    paper.blanks(Blank("address", "adres zamieszkania"))
    _account(paper)
    _consents(paper)
    paper.signatures("podpis w imieniu Spółki", "podpis Posiadaczki")


def _account(paper: Paper) -> None:
    paper.clause(
        1,
        "Przedmiot umowy",
        "Spółka otwiera i prowadzi na rzecz Posiadaczki imienne konto oszczędnościowe w złotych, "
        "na którym ewidencjonuje wpłaty, wypłaty i należne odsetki.",
        "Otwarcie i prowadzenie konta jest bezpłatne. Wysokość innych opłat określa Tabela opłat, "
        "którą Posiadaczka otrzymała przed zawarciem umowy.",
        "Minimalna wpłata wynosi 50,00 zł. Środki pozostają do dyspozycji Posiadaczki; pierwsza "
        "wypłata w miesiącu jest bezpłatna.",
    )
    paper.clause(
        2,
        "Oprocentowanie",
        "Środki są oprocentowane według zmiennej stopy procentowej, która w dniu zawarcia umowy "
        "wynosi 3,25% w skali roku. Odsetki naliczane są od dnia następującego po dniu wpłaty i "
        "kapitalizowane ostatniego dnia miesiąca.",
        "Spółka może zmienić stopę procentową w razie zmiany stopy referencyjnej Narodowego Banku "
        "Polskiego o co najmniej 0,25 punktu procentowego. O zmianie zawiadamia Posiadaczkę nie "
        "później niż 14 dni przed jej wejściem w życie.",
    )
    paper.clause(
        3,
        "Dyspozycje i bezpieczeństwo",
        "Posiadaczka składa dyspozycje w punkcie obsługi albo w serwisie internetowym po "
        "potwierdzeniu tożsamości kodem jednorazowym.",
        "Posiadaczka nie udostępnia kodów ani danych logowania innym osobom i niezwłocznie zgłasza "
        "ich utratę. Do chwili zgłoszenia odpowiada za nieautoryzowane transakcje do równowartości "
        "50 euro, chyba że doprowadziła do nich umyślnie lub wskutek rażącego niedbalstwa.",
        "Reklamacje Spółka rozpatruje w terminie 15 dni roboczych od dnia otrzymania; w "
        "szczególnie skomplikowanych sprawach nie później niż w terminie 35 dni roboczych.",
    )
    paper.blanks(Blank("statements", "sposób przesyłania wyciągów"))
    paper.clause(
        4,
        "Czas trwania, odstąpienie i wypowiedzenie",
        "Umowę zawarto na czas nieokreślony.",
        "Posiadaczka może odstąpić od umowy bez podania przyczyny w terminie 14 dni od dnia jej "
        "zawarcia, składając oświadczenie w dowolnej formie.",
        "Każda ze stron może wypowiedzieć umowę z zachowaniem terminu: Posiadaczka – 14 dni, "
        "Spółka – dwóch miesięcy i tylko z ważnych powodów wskazanych w Regulaminie.",
    )


def _consents(paper: Paper) -> None:
    paper.clause(
        5,
        "Informacja o przetwarzaniu danych osobowych",
        "Administratorem danych jest Spółka. Dane przetwarzane są w celu zawarcia i wykonania "
        "umowy (art. 6 ust. 1 lit. b RODO), wypełnienia obowiązków prawnych (lit. c) oraz "
        "dochodzenia roszczeń (lit. f), przez czas trwania umowy i sześć lat po jej zakończeniu.",
        "Posiadaczce przysługuje prawo dostępu do danych, ich sprostowania, usunięcia, "
        "ograniczenia przetwarzania, przenoszenia oraz wniesienia sprzeciwu i skargi do Prezesa "
        "Urzędu Ochrony Danych Osobowych. Podanie danych jest dobrowolne, lecz niezbędne do "
        "zawarcia umowy.",
        "Zgodę można wycofać w każdej chwili; wycofanie nie wpływa na zgodność z prawem "
        "przetwarzania, którego dokonano przed jej wycofaniem.",
    )
    paper.text("<b>Oświadczenia i zgody Posiadaczki</b>")
    paper.tick(
        "rules",
        "Oświadczam, że otrzymałam Regulamin konta i Tabelę opłat, zapoznałam się z nimi i je "
        "akceptuję. <i>(wymagane)</i>",
    )
    paper.tick(
        "offers",
        "Wyrażam zgodę na otrzymywanie informacji handlowych Spółki pocztą elektroniczną na podany "
        "adres e-mail. <i>(dobrowolne)</i>",
    )
    paper.tick(
        "calls",
        "Wyrażam zgodę na kontakt telefoniczny w celu przedstawienia ofert Spółki, także przy "
        "użyciu automatycznych systemów wywołujących. <i>(dobrowolne)</i>",
    )
