"""What the director fills in, and what head office fixes, is checked, kept and signed."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from office import preparation
from office.director_desk import request_director_code, sign_documents
from office.director_values import is_filled, keep_values
from office.errors import NotFound, Refused, ValueRefused
from office.head_office import HeadOffice
from office.history import Actor
from office.layout import Layout
from signing.fields import FieldKind, FieldSpec, Placement
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    direct,
    document_of,
    draft,
)

PLACE = Placement(0, 72, 300, 180, 20)
RATE = FieldSpec("rate", FieldKind.MONEY, "Stawka", True, PLACE, currency="PLN")
DAY = FieldSpec("day", FieldKind.DATE, "Początek", False, replace(PLACE, y=330))
BRANCH = FieldSpec("branch", FieldKind.TEXT, "Oddział", True, replace(PLACE, y=360), fixed="Łódź")
TERM = FieldSpec("term", FieldKind.DATE, "Termin", True, replace(PLACE, y=390), fixed="1.2.2027")


@pytest.fixture
def waiting(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> str:
    """A document whose director fills in two fields, with one value fixed for each signer."""
    layout = Layout(fields=(TERM,), director_fields=(RATE, DAY, BRANCH))
    document_id = draft(office, people, kiosk, pdf, clock(), layout=layout)
    preparation.send_to_director(office, document_id, Actor(people.operator.id), clock())
    return document_id


def blob(office: HeadOffice, document_id: str, kind: str) -> pikepdf.Pdf:
    with office.database.read() as connection:
        return pikepdf.open(BytesIO(office.blobs.get(connection, document_id, kind)))


def values_in(pdf: pikepdf.Pdf) -> dict[str, str]:
    """The values of all text fields by their full names."""
    return {
        f"{group.T}.{field.T}": str(field.get("/V", ""))
        for group in pdf.Root.AcroForm.Fields
        for field in group.get("/Kids", ())
        if field.get("/FT") == pikepdf.Name.Tx
    }


def test_fixed_values_are_printed_when_the_document_is_sent(
    office: HeadOffice, waiting: str
) -> None:
    with blob(office, waiting, "prepared") as prepared:
        values = values_in(prepared)
    assert values["Fill1.term"] == "01.02.2027"
    assert values["FillDirector.branch"] == "Łódź"
    assert values["FillDirector.rate"] == ""
    plan = document_of(office, waiting).plan
    assert plan is not None
    assert plan.clients[0].fields[0].fixed == "2027-02-01"
    assert plan.clients[0].asked == ()


def test_a_document_is_not_signed_before_its_director_filled_it_in(
    office: HeadOffice, people: People, waiting: str, clock: Clock
) -> None:
    assert not is_filled(document_of(office, waiting))
    with pytest.raises(Refused, match="not_filled_in"):
        request_director_code(office, people.director, [waiting], clock())


def test_good_values_are_kept_beside_bad_ones(
    office: HeadOffice, people: People, waiting: str, clock: Clock
) -> None:
    entered = {"rate": "1 234,5", "day": "31.2.2027", "branch": "Kraków"}
    kept = keep_values(office, people.director, waiting, entered, clock())
    assert {key: error.code for key, error in kept.problems.items()} == {"day": "no_such_day"}
    assert document_of(office, waiting).director_values == {"rate": "1234.50"}


def test_the_directors_values_are_in_the_file_that_he_signs(
    office: HeadOffice, people: People, waiting: str, clock: Clock
) -> None:
    entered = {"rate": "1 234,5", "day": "1.3.2027"}
    keep_values(office, people.director, waiting, entered, clock())
    direct(office, people, waiting, now=clock())
    with blob(office, waiting, "director") as signed:
        values = values_in(signed)
    assert values["FillDirector.rate"] == "1\u00a0234,50\u00a0zł"
    assert values["FillDirector.day"] == "01.03.2027"
    assert values["FillDirector.branch"] == "Łódź"


def test_what_is_only_suggested_is_the_directors_when_he_has_saved_it(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    day = replace(DAY, suggested="1.3.2027")
    client = replace(TERM, fixed=None, suggested="1.4.2027")
    layout = Layout(fields=(client,), director_fields=(day,))
    document_id = draft(office, people, kiosk, pdf, clock(), layout=layout)
    preparation.send_to_director(office, document_id, Actor(people.operator.id), clock())
    waiting = document_of(office, document_id)
    assert waiting.plan is not None
    assert waiting.plan.director_fields[0].suggested == "2027-03-01"
    assert waiting.plan.clients[0].asked[0].suggested == "2027-04-01"
    with blob(office, document_id, "prepared") as prepared:
        assert set(values_in(prepared).values()) == {""}
    assert not is_filled(waiting)
    keep_values(office, people.director, document_id, {"day": ""}, clock())
    assert is_filled(document_of(office, document_id))
    keep_values(office, people.director, document_id, {"day": "2.3.2027"}, clock())
    direct(office, people, document_id, now=clock())
    with blob(office, document_id, "director") as signed:
        assert values_in(signed)["FillDirector.day"] == "02.03.2027"


def test_a_code_is_worthless_for_values_that_changed_after_it_was_sent(
    office: HeadOffice, people: People, waiting: str, clock: Clock
) -> None:
    letterbox = Letterbox()
    keep_values(office, people.director, waiting, {"rate": "100"}, clock())
    request_director_code(office, people.director, [waiting], clock())
    letterbox.run(office, clock())
    keep_values(office, people.director, waiting, {"rate": "999"}, clock())
    with pytest.raises(Refused, match="code_wrong"):
        sign_documents(office, people.director, [waiting], letterbox.code(), clock())
    assert document_of(office, waiting).director_signed_at is None


def test_nobody_else_fills_in_for_the_director(
    office: HeadOffice, people: People, waiting: str, clock: Clock
) -> None:
    with pytest.raises(NotFound):
        keep_values(office, people.operator, waiting, {"rate": "1"}, clock())
    assert document_of(office, waiting).director_values == {}


def test_a_signed_document_is_not_filled_in_any_more(
    office: HeadOffice, people: People, waiting: str, clock: Clock
) -> None:
    keep_values(office, people.director, waiting, {"rate": "100"}, clock())
    direct(office, people, waiting, now=clock())
    with pytest.raises(Refused, match="not_waiting"):
        keep_values(office, people.director, waiting, {"rate": "1"}, clock())
    assert document_of(office, waiting).director_values["rate"] == "100.00"


def test_a_fixed_value_that_does_not_fit_is_named_with_its_field(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock())
    wrong = Layout(fields=(replace(TERM, fixed="31.2.2027"),)).to_json()
    with pytest.raises(ValueRefused) as caught:
        preparation.save_layout(office, document_id, wrong, Actor(), clock())
    assert caught.value.label == "Termin"
    assert caught.value.problem.code == "no_such_day"
    assert document_of(office, document_id).layout == Layout()
