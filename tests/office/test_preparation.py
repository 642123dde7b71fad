"""Making, changing, sending and cancelling documents; bad input leaves nothing."""

from __future__ import annotations

import io
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import func, select

from office import preparation, tables
from office.errors import OfficeError, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.layout import Layout
from office.lifecycle import State
from office.settings import Settings
from office.signing_order import NewClient
from signing.fields import FieldKind, FieldSpec, Placement
from tests.office.town_hall import (
    Clock,
    People,
    TestKiosk,
    direct,
    document_of,
    draft,
    due_document,
    kinds,
)

LAYOUT = Layout(
    fields=(
        FieldSpec("city", FieldKind.TEXT, "Miejscowość", True, Placement(0, 72.4, 500.6, 180, 20)),
    ),
    signature=Placement(1, 300, 100, 200, 60),
)


def rows(office: HeadOffice) -> int:
    with office.database.read() as connection:
        return int(
            connection.execute(select(func.count()).select_from(tables.documents)).scalar_one()
        )


def files(settings: Settings) -> int:
    return sum(path.is_file() for path in (settings.data_folder / "blobs").rglob("*"))


def test_a_draft_gets_numbers_and_its_layout_in_whole_points(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    document = document_of(
        office, draft(office, people, kiosk, pdf, clock(), layout=LAYOUT, contact="a@example.com")
    )
    assert document.state is State.DRAFT
    assert document.number == "2026/0001"
    assert len(document.short_number) == 7
    assert document.client.channel == "email"
    assert document.client.masked_contact == "a***@example.com"
    assert document.layout.fields[0].placement == Placement(0, 72, 501, 180, 20)
    assert document.pages == 2


def test_the_next_number_passes_over_one_given_by_hand(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    draft(office, people, kiosk, pdf, clock(), number="2026/0001")
    second = document_of(office, draft(office, people, kiosk, pdf, clock()))
    assert second.number == "2026/0002"


def encrypted(pdf: bytes, password: str) -> bytes:
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(buffer, encryption=pikepdf.Encryption(owner=password, user=password))
    return buffer.getvalue()


def huge_picture() -> bytes:
    """A picture of 60 megapixels, named as if it were a PDF."""
    buffer = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pdf": b""}, "empty_file"),
        ({"pdf": b"GIF89a not a pdf"}, "not_a_pdf"),
        ({"pdf": huge_picture()}, "not_a_pdf"),
        ({"pdf": b"%PDF-1.7\nbroken beyond repair"}, "broken_pdf"),
        ({"title": ""}, "bad_title"),
        ({"title": "T" * 300}, "bad_title"),
        ({"title": "two\x00lines"}, "bad_title"),
        ({"title": "two\nlines"}, "bad_title"),
        ({"title": "Umowa 😀"}, "unsupported_letters"),
        ({"title": "חוזה"}, "right_to_left"),
        ({"number": "N" * 41}, "bad_number"),
        ({"contact": "not a contact"}, "bad_phone"),
        ({"contact": "anna@"}, "bad_email"),
        ({"contact": "123"}, "bad_phone"),
        ({"language": "fr"}, "bad_language"),
        ({"kiosk_id": "k-unknown"}, "no_such_kiosk"),
        ({"director_id": "0" * 32}, "no_such_person"),
        ({"layout": Layout(signature=Placement(7, 0, 0, 200, 60))}, "off_the_page"),
        ({"layout": Layout(signature=Placement(0, 560, 0, 200, 60))}, "off_the_page"),
        ({"layout": Layout(signature=Placement(0, 0, 0, 5, 5))}, "too_small"),
    ],
)
def test_bad_input_gets_a_sentence_and_leaves_nothing(
    office: HeadOffice,
    settings: Settings,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    change: dict[str, object],
    code: str,
) -> None:
    with pytest.raises(OfficeError) as refusal:
        draft(office, people, kiosk, **{"pdf": pdf, "now": clock(), **change})  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert refusal.value.sentence
    assert refusal.value.next_step
    assert rows(office) == 0
    assert files(settings) == 0


@pytest.mark.parametrize("name", ["Ł" * 300, "Anna 😀", "שלום", "", "Anna\x07"])
def test_names_that_cannot_be_certified_are_refused(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, name: str
) -> None:
    with pytest.raises(Refused) as refusal:
        draft(office, people, kiosk, pdf, clock(), client_name=name)
    assert refusal.value.code
    assert rows(office) == 0


def test_an_encrypted_pdf_needs_its_password(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    locked = encrypted(pdf, "sezam")
    for password, code in (("", "encrypted_pdf"), ("wrong", "wrong_password")):
        with pytest.raises(Refused) as refusal:
            draft(office, people, kiosk, locked, clock(), password=password)
        assert refusal.value.code == code
    opened = draft(office, people, kiosk, locked, clock(), password="sezam")
    assert document_of(office, opened).pages == 2


def test_a_signed_pdf_is_refused(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    signed = due_document(office, people, kiosk, pdf, clock())
    with office.database.read() as connection:
        data = office.blobs.get(connection, signed.id, "director")
    with pytest.raises(Refused) as refusal:
        draft(office, people, kiosk, data, clock())
    assert refusal.value.code == "already_signed"
    assert rows(office) == 1


def test_a_deadline_in_the_past_is_refused(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    for deadline in (clock() - timedelta(seconds=1), clock() + timedelta(days=400)):
        with pytest.raises(Refused) as refusal:
            draft(office, people, kiosk, pdf, clock(), deadline=deadline)
        assert refusal.value.code == "bad_deadline"


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"fields": "x"},
        {"unknown": 1},
        {"fields": [{"key": "A"}]},
        {"signature": {"page": 0}},
        {"fields": [LAYOUT.to_json()["fields"][0]] * 2},
        {"fields": [LAYOUT.to_json()["fields"][0]] * 61},
    ],
)
def test_a_malformed_layout_is_refused_and_the_old_one_stays(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock, data: object
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock(), layout=LAYOUT)
    before = document_of(office, document_id).layout
    with pytest.raises(Refused):
        preparation.save_layout(office, document_id, data, Actor(people.operator.id), clock())
    assert document_of(office, document_id).layout == before


def test_sending_fixes_the_plan_and_a_sent_document_cannot_be_changed(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    actor = Actor(people.operator.id)
    document_id = draft(office, people, kiosk, pdf, clock(), layout=LAYOUT)
    preparation.send_to_director(office, document_id, actor, clock())
    sent = document_of(office, document_id)
    assert sent.state is State.SENT
    assert sent.plan is not None
    assert sent.plan.clients[0].fields == sent.layout.fields
    assert sent.pages == 3  # two of text, one to sign for the director; not the certificate
    for act in (
        lambda: preparation.save_layout(office, document_id, {}, actor, clock()),
        lambda: preparation.send_to_director(office, document_id, actor, clock()),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "not_a_draft"


def test_a_wanted_stamp_needs_a_place(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    document_id = draft(office, people, kiosk, pdf, clock(), stamp_wanted=True)
    with pytest.raises(Refused) as refusal:
        preparation.send_to_director(office, document_id, Actor(people.operator.id), clock())
    assert refusal.value.code == "no_stamp_place"
    assert document_of(office, document_id).state is State.DRAFT


def test_cancelling_a_due_document_withdraws_it_from_its_kiosk(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    document = due_document(office, people, kiosk, pdf, clock())
    assert [row.record.KIND for row in kiosk.ledger.rows_after(kiosk.id, 0, 10)] == ["document_due"]
    preparation.cancel_document(office, document.id, Actor(people.operator.id), clock())
    rows_now = kiosk.ledger.rows_after(kiosk.id, 0, 10)
    assert [row.record.KIND for row in rows_now] == ["document_withdrawn"]
    assert rows_now[0].counter == 2
    assert document_of(office, document.id).state is State.CANCELLED
    assert kiosk.ledger.blob(kiosk.id, document.pdf_sha256) is None


def test_a_document_waits_for_a_kiosk_that_has_no_device_yet(
    office: HeadOffice, people: People, pdf: bytes, clock: Clock
) -> None:
    later = TestKiosk(office, clock, "Gdańsk, Długa 1")
    document_id = draft(office, people, later, pdf, clock())
    preparation.send_to_director(office, document_id, Actor(people.operator.id), clock())
    direct(office, people, document_id, now=clock())
    assert document_of(office, document_id).state is State.DIRECTOR_SIGNED
    later.enrol()
    assert document_of(office, document_id).state is State.DUE
    assert kinds(office, document_id)[-2:] == ["director_signed", "due"]


def test_more_text_than_fits_into_a_row_for_a_kiosk_is_refused_before_it_is_sent(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> None:
    fields = tuple(
        FieldSpec(
            f"f{n}", FieldKind.TEXT, "Ł" * 100, True, Placement(0, 72, 100, 90, 20), help="ó" * 190
        )
        for n in range(60)
    )
    clients = tuple(
        NewClient(f"Anna {letter}", "600 100 200", kiosk.id, layout=Layout(fields=fields))
        for letter in "ABCDEFGH"
    )
    document_id = draft(office, people, kiosk, pdf, clock(), clients=clients)
    with pytest.raises(Refused) as refused:
        preparation.send_to_director(office, document_id, Actor(people.operator.id), clock())
    assert refused.value.code == "plan_too_large"
    assert document_of(office, document_id).state is State.DRAFT
