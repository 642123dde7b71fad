"""A document with a field of every kind, for its client and for its director, sealed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from signing.completion import complete
from signing.director import sign_as_director
from signing.fields import ClientPlan, DocumentPlan, FieldKind, FieldSpec, Placement
from signing.marks import ClientAnswers
from signing.normalise import normalise
from signing.prepare import prepare
from tests.signing.house import CLIENT, DIRECTOR, context, house, typed_answers

__all__ = ["CLIENT_VALUES", "DIRECTOR_VALUES", "PRINTED", "every_kind_plan", "seal_every_kind"]

CLIENT_VALUES = {
    "text": "=Żółć (gęś) \\ Їжак",
    "multiline": "Перший рядок.\nDrugi wiersz, dłuższy, który musi się złamać w swoim polu.",
    "number": "-1234,50",
    "money": "1 234 567,5",
    "date": "1.2.1985",
    "email": "Jan.Nowak@Example.COM",
    "phone": "600 100 200",
    "pesel": "44051401359",
    "nip": "PL 526-000-12-46",
    "iban": "61 1090 1014 0000 0712 1981 2874",
    "choice": "przelewem",
    "checkbox": "yes",
    "initials": "ŁG",
}
"""What the client enters, by key; every key is its kind's name."""

PRINTED = {
    "text": "=Żółć (gęś) \\ Їжак",
    "multiline": CLIENT_VALUES["multiline"],
    "number": "-1234,50",
    "money": "1\u00a0234\u00a0567,50\u00a0zł",
    "date": "01.02.1985",
    "email": "Jan.Nowak@example.com",
    "phone": "+48 600 100 200",
    "pesel": "44051401359",
    "nip": "526-000-12-46",
    "iban": "PL61 1090 1014 0000 0712 1981 2874",
    "choice": "przelewem",
    "checkbox": "/Yes",
    "initials": "ŁG",
}
"""What the fields of the document then hold."""

DIRECTOR_VALUES = {"rate": "99,9", "d_initials": "ZŻ"}


def every_kind_plan(language: str = "pl") -> DocumentPlan:
    """Fields in two columns on the first page, an A4: asked for on the left, fixed on the right."""

    def place(row: int, column: int, height: float = 18) -> Placement:
        return Placement(0, 40 + 270 * column, 760 - 32 * row, 235, height)

    asked = tuple(_spec(kind, kind.value, place(row, 0)) for row, kind in enumerate(FieldKind))
    fixed = tuple(
        _spec(kind, f"fixed_{kind.value}", place(row, 1), CLIENT_VALUES[kind.value])
        for row, kind in enumerate(FieldKind)
    )
    director = (
        FieldSpec("rate", FieldKind.MONEY, "Stawka", True, place(14, 0), currency="EUR"),
        FieldSpec("d_initials", FieldKind.INITIALS, "Inicjały", True, place(14, 1)),
        FieldSpec("branch", FieldKind.TEXT, "Oddział", True, place(15, 0), fixed="Łódź"),
    )
    client = ClientPlan(CLIENT, (*asked, *fixed), Placement(0, 310, 60, 235, 70), None)
    return DocumentPlan(
        bytes(range(16)),
        "UM/2026/119",
        "Umowa z polami wszystkich rodzajów",
        language,
        DIRECTOR,
        Placement(0, 40, 60, 235, 70),
        (client,),
        director,
    )


def seal_every_kind(pdf: bytes, folder: Path, now: datetime, language: str = "pl") -> Path:
    """Prepare, have the director and the client fill in and sign, and seal; the final file."""
    plan = every_kind_plan(language)
    prepared, signed, final = (folder / f"{name}.pdf" for name in ("prepared", "signed", "final"))
    prepared.write_bytes(prepare(normalise(pdf), plan, now - timedelta(hours=4)))
    early = now - timedelta(hours=3)
    sign_as_director(prepared, signed, plan, house(now).director, early, values=DIRECTOR_VALUES)
    answers: ClientAnswers = typed_answers(CLIENT_VALUES)
    complete(signed, final, plan, 0, answers, house(now).kiosk, context(now=now), now)
    return final


def _spec(kind: FieldKind, key: str, place: Placement, fixed: str | None = None) -> FieldSpec:
    return FieldSpec(
        key=key,
        kind=kind,
        label=f"Pole: {kind.value}",
        required=True,
        placement=place,
        options=("gotówką", "przelewem") if kind is FieldKind.CHOICE else (),
        currency="PLN" if kind is FieldKind.MONEY else "",
        fixed=fixed,
        negative=kind is FieldKind.NUMBER,
    )
