"""Umowa najmu lokalu mieszkalnego: a person rents a flat; reached by e-mail, no stamp."""

from __future__ import annotations

from signing.fields import ClientPlan, FieldKind, FieldSpec
from tests.samples.paper import SERIF, Blank, Paper, typeset
from tests.samples.sample import COMPANY, Sample

__all__ = ["lease"]

NUMBER = "NAJ/2026/0317"
TITLE = "Umowa najmu lokalu mieszkalnego"
CLIENT = "Łukasz Żółciński"


def lease() -> Sample:
    """Two pages, eight fields; register and account numbers with their check digits."""
    pdf, paper = typeset(SERIF, NUMBER, TITLE, _write)
    spots = paper.spots
    fields = (
        FieldSpec("id_document", FieldKind.TEXT, "Dokument tożsamości", True, spots["id_document"]),
        FieldSpec("pesel", FieldKind.PESEL, "PESEL", True, spots["pesel"]),
        FieldSpec("address", FieldKind.TEXT, "Adres do doręczeń", True, spots["address"]),
        FieldSpec("phone", FieldKind.PHONE, "Telefon", True, spots["phone"]),
        FieldSpec("email", FieldKind.EMAIL, "E-mail", False, spots["email"]),
        FieldSpec("occupants", FieldKind.NUMBER, "Liczba mieszkańców", True, spots["occupants"]),
        FieldSpec(
            "moving_in",
            FieldKind.DATE,
            "Dzień wydania lokalu",
            True,
            spots["moving_in"],
            "W tym dniu spotykamy się w lokalu i spisujemy protokół.",
        ),
        FieldSpec(
            "account",
            FieldKind.IBAN,
            "Rachunek do zwrotu kaucji",
            True,
            spots["account"],
            "Na ten rachunek zwrócimy kaucję po zakończeniu najmu.",
        ),
    )
    return Sample(
        name="umowa-najmu-lokalu",
        number=NUMBER,
        title=TITLE,
        language="pl",
        contact="lukasz.zolcinski@poczta.example",
        channel="email",
        client=ClientPlan(CLIENT, fields, spots["client"], None),
        director_signature=spots["director"],
        pdf=pdf,
        answers={
            "id_document": "dowód osobisty AAA 000000",
            "address": "ul. Żeńców Łąkowych 5, 31-002 Kraków",
            "pesel": "44051401359",
            "phone": "+48 600 000 456",
            "email": "lukasz.zolcinski@poczta.example",
            "occupants": "3",
            "moving_in": "2026-12-05",
            "account": "61 1090 1014 0000 0712 1981 2874",
        },
    )


def _write(paper: Paper) -> None:
    paper.title(
        TITLE,
        NUMBER,
        "zawarta pomiędzy spółką <b>" + COMPANY + "</b> z siedzibą w Warszawie, reprezentowaną "
        "przez Dyrektora, zwaną dalej <b>Wynajmującym</b>, a <b>" + CLIENT + "</b>, legitymującym "
        "się dokumentem wskazanym poniżej, zwanym dalej <b>Najemcą</b>.",
    )
    paper.blanks(
        Blank("id_document", "rodzaj, seria i numer dokumentu tożsamości", 1.5),
        Blank("pesel", "PESEL", 0.8),
        Blank("phone", "telefon", 1.0),
    )
    paper.blanks(
        Blank("address", "adres do doręczeń", 1.5),
        Blank("email", "adres e-mail (nieobowiązkowo)", 1.2),
    )
    _flat_and_rent(paper)
    _duties(paper)
    _end(paper)
    paper.signatures("podpis Wynajmującego", "podpis Najemcy")


def _flat_and_rent(paper: Paper) -> None:
    paper.clause(
        1,
        "Przedmiot najmu",
        "Wynajmujący oświadcza, że jest właścicielem lokalu mieszkalnego nr 14 o powierzchni "
        "użytkowej 48,60 m², położonego na trzecim piętrze budynku przy ul. Przykładowej 30 "
        "w Warszawie, składającego się z dwóch pokoi, kuchni, łazienki, przedpokoju i balkonu, "
        "wraz z przynależną piwnicą oznaczoną numerem 14.",
        "Wynajmujący oddaje Najemcy lokal do używania na cele mieszkaniowe, a Najemca zobowiązuje "
        "się płacić umówiony czynsz.",
        "Lokal jest wolny od wad prawnych, wyposażony w instalacje: elektryczną, wodno-"
        "kanalizacyjną, gazową, centralnego ogrzewania i światłowodową. Wyposażenie ruchome "
        "wymienia protokół zdawczo-odbiorczy.",
    )
    paper.clause(
        2,
        "Wydanie lokalu",
        "Lokal zostanie wydany w dniu wskazanym poniżej na podstawie protokołu "
        "zdawczo-odbiorczego, w którym Strony opisują stan techniczny lokalu i stany liczników. "
        "Najemca oświadcza, że w lokalu zamieszka wskazana poniżej liczba osób.",
    )
    paper.blanks(
        Blank("moving_in", "dzień wydania lokalu", 0.7),
        Blank("occupants", "liczba osób w lokalu", 0.6),
        Blank("account", "rachunek Najemcy do zwrotu kaucji", 1.7),
    )
    paper.clause(
        3,
        "Czynsz i opłaty",
        "Najemca płaci Wynajmującemu miesięczny czynsz w wysokości <b>3 200,00 zł</b> (słownie: "
        "trzy tysiące dwieście złotych), z góry, do 10. dnia każdego miesiąca, przelewem na "
        "rachunek bankowy wskazany przez Wynajmującego.",
        "Niezależnie od czynszu Najemca ponosi opłaty za energię elektryczną, gaz, wodę i ścieki, "
        "ogrzewanie oraz wywóz nieczystości, według wskazań liczników lub obowiązujących stawek.",
        "W razie opóźnienia Wynajmujący może naliczyć odsetki ustawowe za opóźnienie.",
        "Wynajmujący może podwyższyć czynsz nie częściej niż raz na dwanaście miesięcy, "
        "z zachowaniem trzymiesięcznego wypowiedzenia dotychczasowej wysokości czynszu.",
    )
    paper.clause(
        4,
        "Kaucja",
        "Najemca wpłaca przed wydaniem lokalu kaucję w wysokości <b>6 400,00 zł</b> na "
        "zabezpieczenie należności z tytułu najmu przysługujących Wynajmującemu w dniu opróżnienia "
        "lokalu.",
        "Kaucja podlega zwrotowi w ciągu miesiąca od dnia opróżnienia lokalu, po potrąceniu "
        "należności Wynajmującego z tytułu najmu.",
    )


def _duties(paper: Paper) -> None:
    paper.clause(
        5,
        "Obowiązki Najemcy",
        "Najemca używa lokalu zgodnie z jego przeznaczeniem, utrzymuje go w należytym stanie "
        "technicznym i higieniczno-sanitarnym oraz przestrzega porządku domowego.",
        "Najemcę obciąża naprawa i konserwacja podłóg, posadzek, ściennych okładzin, okien i "
        "drzwi, wbudowanych mebli, urządzeń kuchennych i sanitarnych oraz osprzętu instalacji.",
        "Najemca nie może bez pisemnej zgody Wynajmującego podnajmować lokalu ani oddawać go do "
        "bezpłatnego używania, ani wprowadzać w nim ulepszeń.",
        "Najemca udostępnia lokal w celu usunięcia awarii wywołującej szkodę lub grożącej jej "
        "powstaniem niezwłocznie, a w celu przeglądu – po uprzednim ustaleniu terminu.",
    )
    paper.clause(
        6,
        "Obowiązki Wynajmującego",
        "Wynajmujący zapewnia sprawne działanie istniejących instalacji i urządzeń umożliwiających "
        "korzystanie z wody, paliw, ciepła, energii elektrycznej i światła.",
        "Wynajmującego obciąża w szczególności naprawa i wymiana instalacji wodociągowej, gazowej, "
        "ciepłej wody, kanalizacji, centralnego ogrzewania i instalacji elektrycznej, z wyjątkiem "
        "osprzętu.",
        "Wynajmujący nie ma prawa wstępu do lokalu pod nieobecność Najemcy, chyba że wymaga tego "
        "usunięcie nagłej awarii; wówczas wejście następuje w obecności funkcjonariusza Policji "
        "lub straży gminnej.",
    )


def _end(paper: Paper) -> None:
    paper.clause(
        7,
        "Czas trwania i wypowiedzenie",
        "Umowa zostaje zawarta na czas oznaczony dwunastu miesięcy od dnia wydania lokalu.",
        "Najemca może wypowiedzieć umowę z zachowaniem jednomiesięcznego okresu wypowiedzenia "
        "w razie przeniesienia do pracy w innej miejscowości, utraty stałego źródła dochodu lub "
        "ważnych przyczyn rodzinnych.",
        "Wynajmujący może wypowiedzieć umowę z przyczyn określonych w art. 11 ust. 2 ustawy "
        "z dnia 21 czerwca 2001 r. o ochronie praw lokatorów, mieszkaniowym zasobie gminy i o "
        "zmianie Kodeksu cywilnego.",
    )
    paper.clause(
        8,
        "Zwrot lokalu",
        "Po zakończeniu najmu Najemca opróżnia lokal z osób i rzeczy i zwraca go w stanie "
        "niepogorszonym; nie odpowiada za zużycie będące następstwem prawidłowego używania.",
        "Z czynności zwrotu Strony sporządzają protokół, który jest podstawą rozliczenia kaucji.",
    )
    paper.clause(
        9,
        "Postanowienia końcowe",
        "Zmiany umowy wymagają formy pisemnej pod rygorem nieważności.",
        "W sprawach nieuregulowanych stosuje się Kodeks cywilny oraz ustawę o ochronie praw "
        "lokatorów.",
        "Administratorem danych osobowych Najemcy jest Wynajmujący; dane przetwarzane są na "
        "podstawie art. 6 ust. 1 lit. b i c rozporządzenia (UE) 2016/679 przez czas trwania umowy "
        "i okres przedawnienia roszczeń.",
        "Umowę podpisano elektronicznie; każda ze Stron otrzymuje identyczny plik wraz "
        "z certyfikatem autentyczności.",
    )
