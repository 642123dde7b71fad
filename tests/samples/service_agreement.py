"""Umowa o świadczenie usług: between two companies, so the client also stamps it."""

from __future__ import annotations

from signing.fields import ClientPlan, FieldKind, FieldSpec
from tests.samples.paper import SERIF, Blank, Paper, typeset
from tests.samples.sample import COMPANY, Sample

__all__ = ["service_agreement"]

NUMBER = "US/2026/11/0042"
TITLE = "Umowa o świadczenie usług utrzymania zieleni"
CLIENT = "Anna Wiśniewska"


def service_agreement() -> Sample:
    """Three pages, five fields, a stamp; the client is reached by SMS."""
    pdf, paper = typeset(SERIF, NUMBER, TITLE, _write)
    spots = paper.spots
    fields = (
        FieldSpec("company", FieldKind.TEXT, "Firma Zamawiającego", True, spots["company"]),
        FieldSpec("tax_number", FieldKind.NIP, "NIP", True, spots["tax_number"]),
        FieldSpec("address", FieldKind.TEXT, "Adres siedziby", True, spots["address"]),
        FieldSpec(
            "invoice_email", FieldKind.EMAIL, "E-mail do faktur", True, spots["invoice_email"]
        ),
        FieldSpec("start", FieldKind.DATE, "Dzień rozpoczęcia usług", True, spots["start"]),
    )
    return Sample(
        name="umowa-o-swiadczenie-uslug",
        number=NUMBER,
        title=TITLE,
        language="pl",
        contact="+48 600 000 123",
        channel="sms",
        client=ClientPlan(CLIENT, fields, spots["client"], spots["stamp"]),
        director_signature=spots["director"],
        pdf=pdf,
        answers={
            "company": "Ogrody Świętokrzyskie Anna Wiśniewska",
            "tax_number": "123-456-32-18",
            "address": "ul. Źródlana 7/3, 25-001 Kielce",
            "invoice_email": "faktury@ogrody.example",
            "start": "2026-12-01",
        },
    )


def _write(paper: Paper) -> None:
    paper.title(
        TITLE,
        NUMBER,
        "zawarta w Warszawie pomiędzy spółką <b>" + COMPANY + "</b> z siedzibą w Warszawie przy "
        "ul. Przykładowej 12, wpisaną do rejestru przedsiębiorców Krajowego Rejestru Sądowego pod "
        "numerem 0000000000, reprezentowaną przez Dyrektora uprawnionego do jednoosobowej "
        "reprezentacji, zwaną dalej <b>Wykonawcą</b>, a",
    )
    paper.blanks(
        Blank("company", "firma Zamawiającego (pełne brzmienie)", 2.2),
        Blank("tax_number", "NIP", 1.0),
    )
    paper.blanks(Blank("address", "adres siedziby"))
    paper.text(
        "reprezentowaną przez <b>" + CLIENT + "</b>, zwaną dalej <b>Zamawiającym</b>, łącznie "
        "zwanymi <b>Stronami</b>, o następującej treści:"
    )
    _service_and_price(paper)
    _duties_and_end(paper)
    paper.table(
        "Załącznik nr 1: nieruchomości, zakres i częstotliwość prac",
        (
            ("Nieruchomość", "Powierzchnia", "Zakres prac", "Częstotliwość"),
            ("ul. Źródlana 7, Kielce", "1 240 m²", "koszenie, nawożenie", "co 14 dni, IV–X"),
            ("ul. Źródlana 9, Kielce", "860 m²", "koszenie, podlewanie", "co 14 dni, IV–X"),
            ("Park przy ul. Łąkowej", "5 300 m²", "krzewy i żywopłoty", "2 razy w roku"),
            ("Park przy ul. Łąkowej", "5 300 m²", "usuwanie liści", "co tydzień, X–XI"),
            ("Ciągi piesze", "410 m", "odśnieżanie, posypywanie", "do 2 godz. od opadu, XI–III"),
        ),
        (1.6, 0.9, 1.5, 1.5),
    )
    paper.signatures(
        "podpis Wykonawcy (Dyrektor)",
        "podpis Zamawiającego",
        stamp="miejsce na pieczęć firmową",
    )


def _service_and_price(paper: Paper) -> None:
    paper.clause(
        1,
        "Przedmiot umowy",
        "Zamawiający zleca, a Wykonawca przyjmuje do wykonania stałe usługi utrzymania terenów "
        "zielonych na nieruchomościach wskazanych w Załączniku nr 1, obejmujące w szczególności: "
        "koszenie trawników, cięcie żywopłotów i krzewów, nawożenie, podlewanie, usuwanie liści "
        "oraz odśnieżanie ciągów pieszych w sezonie zimowym.",
        "Prace wykonywane są zgodnie z harmonogramem, który Wykonawca przekazuje Zamawiającemu do "
        "25. dnia miesiąca poprzedzającego miesiąc świadczenia usług. Brak uwag w terminie trzech "
        "dni roboczych oznacza przyjęcie harmonogramu.",
        "Wykonawca oświadcza, że dysponuje wiedzą, sprzętem i uprawnieniami niezbędnymi do "
        "należytego wykonania umowy oraz że posiada ubezpieczenie odpowiedzialności cywilnej "
        "z sumą gwarancyjną nie niższą niż 500 000 zł.",
    )
    paper.clause(
        2,
        "Rozpoczęcie i czas trwania",
        "Strony zawierają umowę na czas nieokreślony. Usługi świadczone są od dnia wskazanego "
        "poniżej przez Zamawiającego, nie wcześniej jednak niż od dnia następującego po dniu "
        "podpisania umowy przez obie Strony.",
    )
    paper.blanks(
        Blank("start", "dzień rozpoczęcia świadczenia usług", 1.0),
        Blank("invoice_email", "adres e-mail, na który Wykonawca przesyła faktury", 1.5),
    )
    paper.clause(
        3,
        "Wynagrodzenie",
        "Za wykonanie usług Zamawiający zapłaci Wykonawcy miesięczne wynagrodzenie ryczałtowe "
        "w wysokości <b>4 850,00 zł netto</b>, powiększone o podatek od towarów i usług według "
        "stawki obowiązującej w dniu wystawienia faktury.",
        "Podstawą wystawienia faktury jest protokół odbioru prac podpisany przez Zamawiającego. "
        "Nieuzasadniona odmowa podpisania protokołu w terminie siedmiu dni od dnia jego "
        "przedstawienia uprawnia Wykonawcę do wystawienia protokołu jednostronnego.",
        "Wynagrodzenie płatne jest przelewem w terminie 14 dni od dnia doręczenia faktury. Za "
        "dzień zapłaty uważa się dzień obciążenia rachunku Zamawiającego.",
        "Wynagrodzenie podlega waloryzacji raz w roku, od 1 lutego, o średnioroczny wskaźnik cen "
        "towarów i usług konsumpcyjnych ogłoszony przez Prezesa Głównego Urzędu Statystycznego.",
    )


def _duties_and_end(paper: Paper) -> None:
    paper.clause(
        4,
        "Obowiązki Stron",
        "Wykonawca zobowiązuje się wykonywać usługi z należytą starannością, przestrzegać "
        "przepisów bezpieczeństwa i higieny pracy oraz przepisów o ochronie środowiska, a powstałe "
        "odpady zagospodarować na własny koszt.",
        "Zamawiający zapewnia Wykonawcy swobodny dostęp do nieruchomości w godzinach 6.00–20.00, "
        "dostęp do ujęcia wody oraz niezwłocznie informuje o okolicznościach, które mogą utrudnić "
        "wykonanie prac.",
        "Wykonawca może powierzyć wykonanie części usług podwykonawcom; za ich działania odpowiada "
        "jak za własne.",
    )
    paper.clause(
        5,
        "Odpowiedzialność i kary umowne",
        "Za każdy rozpoczęty dzień zwłoki w wykonaniu prac ujętych w harmonogramie Wykonawca "
        "zapłaci karę umowną w wysokości 1% miesięcznego wynagrodzenia netto, nie więcej jednak "
        "niż 20% tego wynagrodzenia w danym miesiącu.",
        "Strony mogą dochodzić odszkodowania przewyższającego zastrzeżone kary umowne na zasadach "
        "ogólnych Kodeksu cywilnego.",
        "Żadna ze Stron nie odpowiada za skutki siły wyższej, o której druga Strona została "
        "zawiadomiona bez zbędnej zwłoki.",
    )
    paper.clause(
        6,
        "Rozwiązanie umowy",
        "Każda ze Stron może wypowiedzieć umowę z zachowaniem miesięcznego okresu wypowiedzenia, "
        "ze skutkiem na koniec miesiąca kalendarzowego.",
        "Zamawiający może rozwiązać umowę bez zachowania okresu wypowiedzenia, jeżeli mimo "
        "pisemnego wezwania i wyznaczenia siedmiodniowego terminu Wykonawca nie przystąpił do "
        "wykonania prac.",
        "Wykonawca może rozwiązać umowę bez zachowania okresu wypowiedzenia w razie zwłoki "
        "z zapłatą wynagrodzenia za dwa pełne okresy rozliczeniowe.",
    )
    paper.clause(
        7,
        "Poufność i dane osobowe",
        "Strony zachowują w poufności informacje techniczne, handlowe i organizacyjne uzyskane "
        "w związku z wykonywaniem umowy, także przez trzy lata po jej zakończeniu.",
        "Dane osób reprezentujących Strony i osób wyznaczonych do kontaktu przetwarzane są na "
        "podstawie art. 6 ust. 1 lit. b i f rozporządzenia (UE) 2016/679 wyłącznie w celu zawarcia "
        "i wykonania umowy oraz dochodzenia roszczeń.",
    )
    paper.clause(
        8,
        "Postanowienia końcowe",
        "Zmiany umowy wymagają zachowania formy pisemnej lub dokumentowej pod rygorem nieważności.",
        "W sprawach nieuregulowanych stosuje się przepisy Kodeksu cywilnego. Spory rozstrzyga sąd "
        "powszechny właściwy dla siedziby pozwanego.",
        "Umowa zostaje podpisana elektronicznie; każda ze Stron otrzymuje identyczny plik wraz "
        "z certyfikatem autentyczności.",
    )
