"""The prepared document has every field, in its place, and says on each page which it is."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from signing.errors import PlanRefused
from signing.fields import ClientPlan, DocumentPlan, FieldKind, FieldSpec, Placement
from signing.normalise import normalise
from signing.prepare import prepare
from signing.signing_page import signer_spots
from tests.signing import inputs
from tests.signing.house import NOW, full_plan, plain_plan
from verifier.pdfium_lock import PDFIUM_LOCK


def texts(pdf: bytes) -> list[str]:
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def with_client(plan: DocumentPlan, **changes: object) -> DocumentPlan:
    (client,) = plan.clients
    return replace(plan, clients=(replace(client, **changes),))  # type: ignore[arg-type]


def test_the_signature_fields_stand_in_the_order_of_signing() -> None:
    prepared = prepare(normalise(inputs.paper()), plain_plan(), NOW)
    reader = PdfFileReader(io.BytesIO(prepared), strict=True)
    fields = list(enumerate_sig_fields(reader))
    assert [name for name, _, _ in fields] == ["Director", "Client1", "Seal"]
    assert all(value is None for _, value, _ in fields)


def test_the_seal_is_the_whole_last_page_and_locks_everything() -> None:
    with pikepdf.open(io.BytesIO(prepare(normalise(inputs.paper()), plain_plan(), NOW))) as pdf:
        (seal,) = pdf.pages[-1].obj.Annots
        assert seal.T == "Seal"
        assert [float(side) for side in seal.Rect] == pytest.approx(
            [float(side) for side in pdf.pages[-1].obj.MediaBox]
        )
        assert seal.Lock.Action == pikepdf.Name.Include
        assert len(seal.Lock.Fields) == 0
        assert seal.Lock.P == 1


def test_every_kind_of_field_is_there_read_only_and_empty() -> None:
    document = normalise(inputs.paper(2))
    with pikepdf.open(io.BytesIO(prepare(document, full_plan(document), NOW))) as pdf:
        group = pdf.Root.AcroForm.Fields[-1]
        assert group.T == "Fill1"
        kinds = {str(field.T): str(field.FT) for field in group.Kids}
        assert kinds == {
            "city": "/Tx",
            "born": "/Tx",
            "rent": "/Tx",
            "phone": "/Tx",
            "email": "/Tx",
            "notes": "/Tx",
            "agree": "/Btn",
            "stamp": "/Btn",
        }
        for field in group.Kids:
            assert int(field.Ff) & 1
            assert field.P.objgen == pdf.pages[1].obj.objgen
            assert field.get("/V", pikepdf.Name.Off) == pikepdf.Name.Off


def test_a_signing_page_is_appended_only_when_somebody_needs_it() -> None:
    document = normalise(inputs.paper(2))
    assert len(texts(prepare(document, plain_plan(), NOW))) == 2 + 1 + 1
    assert len(texts(prepare(document, full_plan(document), NOW))) == 2 + 1


def test_the_signing_page_names_everybody() -> None:
    plan = plain_plan()
    second = ClientPlan("Наталія Ґоляш", (), None, None)
    both = replace(plan, clients=(*plan.clients, second))
    page = texts(prepare(normalise(inputs.paper()), both, NOW))[1]
    for words in (plan.director_name, "Łukasz Gżegżółka", "Наталія Ґоляш", "Podpisy", plan.title):
        assert words in page


@pytest.mark.parametrize("stamped", [False, True])
@pytest.mark.parametrize("clients", range(1, 8))
def test_spots_of_up_to_eight_signers_do_not_touch(clients: int, stamped: bool) -> None:
    stamp = Placement(1, 400, 500, 100, 60) if stamped else None
    client = ClientPlan(plain_plan().clients[0].name, (), None, stamp)
    spots = signer_spots(replace(plain_plan(), clients=(client,) * clients), 1)
    assert len(spots) == clients + 1
    for upper, lower in itertools.pairwise(spots):
        assert lower.signature.top < upper.signature.y
    for spot in spots:
        assert spot.signature.height > 40
        assert spot.signature.right <= spot.row.right
        assert spot.row.y > 48
        if stamped:
            assert spot.signature.right < spot.stamp.x


def test_small_print_is_on_every_page_but_the_certificate() -> None:
    pages = texts(prepare(normalise(inputs.paper(3)), plain_plan(), NOW))
    for number, page in enumerate(pages[:-1], start=1):
        assert "UM/2026/118" in page
        assert "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f" in page
        assert f"strona {number} z 4" in page
    assert "strona" not in pages[-1].lower().replace("strona zostanie", "")


@pytest.mark.parametrize("size", [(4, 4), (20, 200), (80, 40), (144, 72), (3370, 4768)])
def test_small_print_keeps_within_pages_of_any_size(size: tuple[float, float]) -> None:
    prepared = prepare(normalise(inputs.blank(size)), plain_plan(), NOW)
    with PDFIUM_LOCK, pypdfium2.PdfDocument(prepared) as document:
        text = document[0].get_textpage()
        for index in range(text.count_chars()):
            left, low, right, top = text.get_charbox(index)
            assert left >= -0.01
            assert low >= -0.01
            assert right <= size[0] + 0.01
            assert top <= size[1] + 0.01


def test_the_page_itself_is_untouched_above_the_small_print() -> None:
    document = normalise(inputs.paper())
    prepared = prepare(document, plain_plan(), NOW)

    def top(pdf: bytes) -> bytes:
        with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as opened:
            image = opened[0].render(scale=1).to_pil().convert("L")
        return bytes(image.crop((0, 0, image.width, image.height - 20)).tobytes())

    assert top(prepared) == top(document.data)


def test_the_same_input_prepares_to_the_same_bytes() -> None:
    document = normalise(inputs.paper())
    assert prepare(document, plain_plan(), NOW) == prepare(document, plain_plan(), NOW)


def test_title_language_and_date_are_the_plans() -> None:
    with pikepdf.open(io.BytesIO(prepare(normalise(inputs.paper()), plain_plan(), NOW))) as pdf:
        assert pdf.docinfo["/Title"] == plain_plan().title
        assert pdf.docinfo["/CreationDate"] == "D:20261124093015Z"
        assert pdf.Root.Lang == "pl"


@pytest.mark.parametrize(
    "place",
    [
        Placement(1, 10, 10, 50, 20),
        Placement(0, 580, 10, 50, 20),
        Placement(0, 10, 830, 50, 20),
        Placement(0, -5, 10, 50, 20),
    ],
)
def test_a_place_off_its_page_is_refused(place: Placement) -> None:
    document = normalise(inputs.paper())
    plan = full_plan(document)
    field = FieldSpec("city", FieldKind.TEXT, "Miejscowość", True, place)
    for changed in (
        replace(plan, director_signature=place),
        with_client(plan, signature=place),
        with_client(plan, stamp=place),
        with_client(plan, fields=(field,)),
    ):
        with pytest.raises(PlanRefused) as caught:
            prepare(document, changed, NOW)
        assert caught.value.code == "place_off_page"


@pytest.mark.parametrize("title", ["Umowa 😀", "חוזה", "契約"])
def test_a_title_that_cannot_be_written_is_refused(title: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        prepare(normalise(inputs.paper()), plain_plan(title), NOW)
    assert caught.value.code == "unsupported_letters"
