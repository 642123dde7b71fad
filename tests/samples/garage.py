"""Umowa najmu miejsca garażowego: a couple with one telephone; both sign, one after the other."""

from __future__ import annotations

from signing.fields import ClientPlan, FieldKind, FieldSpec
from tests.samples.paper import SERIF, Blank, Paper, typeset
from tests.samples.sample import COMPANY, AnotherClient, Sample

__all__ = ["garage"]

NUMBER = "GAR/2026/0021"
TITLE = "Umowa najmu miejsca garażowego"
FIRST, SECOND = "Ewa Wróblewska", "Paweł Wróblewski"
TELEPHONE = "+48 600 000 321"


def garage() -> Sample:
    """One page, three fields, two tenants with the same number."""
    pdf, paper = typeset(SERIF, NUMBER, TITLE, _write)
    spots = paper.spots
    first = (
        FieldSpec("pesel", FieldKind.PESEL, "PESEL", True, spots["pesel"]),
        FieldSpec("plate", FieldKind.TEXT, "Numer rejestracyjny", True, spots["plate"]),
    )
    second = (FieldSpec("pesel", FieldKind.PESEL, "PESEL", True, spots["pesel_2"]),)
    return Sample(
        name="umowa-najmu-garazu",
        number=NUMBER,
        title=TITLE,
        language="pl",
        contact=TELEPHONE,
        channel="sms",
        client=ClientPlan(FIRST, first, spots["client"], None),
        director_signature=spots["director"],
        pdf=pdf,
        answers={"pesel": "44051401359", "plate": "WA 00000"},
        others=(
            AnotherClient(
                ClientPlan(SECOND, second, spots["second"], None),
                TELEPHONE,
                {"pesel": "02070803628"},
            ),
        ),
    )


def _write(paper: Paper) -> None:
    paper.title(
        TITLE,
        NUMBER,
        "zawarta pomiędzy spółką <b>" + COMPANY + "</b> z siedzibą w Warszawie, reprezentowaną "
        "przez Dyrektora, zwaną dalej <b>Wynajmującym</b>, a małżonkami <b>" + FIRST + "</b> "
        "i <b>" + SECOND + "</b>, zwanymi dalej <b>Najemcami</b>.",
    )
    paper.blanks(
        Blank("pesel", "PESEL – " + FIRST, 1.0),
        Blank("pesel_2", "PESEL – " + SECOND, 1.0),
        Blank("plate", "numer rejestracyjny pojazdu", 1.0),
    )
    paper.clause(
        1,
        "Przedmiot najmu",
        "Wynajmujący oddaje Najemcom do używania miejsce garażowe nr 27 na poziomie −1 garażu "
        "podziemnego przy ul. Przykładowej 30 w Warszawie, oznaczone na planie garażu.",
        "Miejsce służy wyłącznie do parkowania wskazanego pojazdu; zmiana pojazdu wymaga "
        "powiadomienia Wynajmującego.",
    )
    paper.clause(
        2,
        "Czynsz",
        "Najemcy płacą miesięczny czynsz w wysokości <b>420,00 zł</b> (słownie: czterysta "
        "dwadzieścia złotych), z góry, do 10. dnia każdego miesiąca.",
        "Za zapłatę czynszu Najemcy odpowiadają solidarnie.",
    )
    paper.clause(
        3,
        "Korzystanie z garażu",
        "Najemcy otrzymują dwa piloty do bramy, które zwrócą po zakończeniu najmu. W garażu nie "
        "wolno przechowywać paliw, gazów ani opon spoza pojazdu, myć ani naprawiać pojazdów.",
    )
    paper.clause(
        4,
        "Czas trwania i postanowienia końcowe",
        "Umowa zostaje zawarta na czas nieoznaczony; każda ze Stron może ją wypowiedzieć "
        "z miesięcznym okresem wypowiedzenia na koniec miesiąca.",
        "Oświadczenie złożone jednemu z Najemców uważa się za złożone obojgu.",
        "Umowę podpisano elektronicznie; każda ze Stron otrzymuje identyczny plik wraz "
        "z certyfikatem autentyczności.",
    )
    paper.signatures("podpis Wynajmującego", "podpis – " + FIRST, second="podpis – " + SECOND)
