"""Any PDF in, one that shows the same, runs nothing and can be relied on out."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import numpy as np
import pikepdf
import pypdfium2
import pytest

from signing.errors import InputRefused
from signing.normalise import MAX_INPUT_BYTES, NormalisedPdf, normalise
from tests.signing import inputs
from verifier.pdfium_lock import PDFIUM_LOCK

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.int16]]


def picture(pdf: bytes, page: int = 0, *, password: str | None = None) -> Pixels:
    """One page as a reader shows it, forms included, 400 pixels on its longer side."""
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf, password=password) as document:
        document.init_forms()
        sheet = document[page]
        scale = 400 / max(sheet.get_size())
        drawn = sheet.render(scale=scale, may_draw_forms=True).to_pil().convert("L")
    return np.asarray(drawn, dtype=np.int16)


def assert_shows_the_same(before: bytes, after: bytes, *, password: str | None = None) -> None:
    first, second = picture(before, password=password), picture(after)
    assert abs(first.shape[0] - second.shape[0]) <= 1
    assert abs(first.shape[1] - second.shape[1]) <= 1
    rows, columns = min(first.shape[0], second.shape[0]), min(first.shape[1], second.shape[1])
    different = np.abs(first[:rows, :columns] - second[:rows, :columns]) > 100
    assert different.mean() < 0.002
    assert (second < 128).mean() > 0.001, "the page is not empty"


def refusal(pdf: bytes, password: str | None = None) -> InputRefused:
    with pytest.raises(InputRefused) as caught:
        normalise(pdf, password)
    assert caught.value.sentence
    assert caught.value.next_step
    return caught.value


def opened(document: NormalisedPdf) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(document.data))


@pytest.mark.parametrize(
    "make",
    [
        inputs.paper,
        lambda: inputs.rotated(90),
        lambda: inputs.rotated(180),
        lambda: inputs.rotated(270),
        lambda: inputs.rotated(-90),
        lambda: inputs.rotated(450),
        lambda: inputs.rotated(17),
        inputs.offset,
        inputs.cropped,
        inputs.in_own_unit,
        inputs.unbalanced,
        inputs.with_xref_stream,
        inputs.linearised,
        inputs.with_broken_xref,
        inputs.hybrid,
        inputs.form,
        lambda: inputs.form(xfa=True),
        inputs.reviewed,
        lambda: inputs.paper(1, (2384, 3370)),
        lambda: inputs.paper(1, (842, 595)),
        lambda: inputs.paper(1, (80, 40)),
        lambda: inputs.paper(compressed=False),
        lambda: b"junk before\n" + inputs.paper(),
        lambda: inputs.paper() + b"\njunk after",
    ],
)
def test_every_page_shows_what_the_input_showed(make: Callable[[], bytes]) -> None:
    pdf = make()
    assert_shows_the_same(pdf, normalise(pdf).data)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_geometry_is_plain_afterwards(degrees: int) -> None:
    document = normalise(inputs.rotated(degrees))
    size = document.pages[0]
    expected = (841.89, 595.276) if degrees % 180 else (595.276, 841.89)
    assert (size.width, size.height) == pytest.approx(expected, abs=0.01)
    with opened(document) as pdf:
        page = pdf.pages[0].obj
        assert "/Rotate" not in page
        assert "/CropBox" not in page
        box = [float(side) for side in page.MediaBox]
    assert box == pytest.approx([0, 0, *expected], abs=0.01)


def test_the_crop_box_is_the_page() -> None:
    size = normalise(inputs.cropped()).pages[0]
    assert (size.width, size.height) == pytest.approx((400, 500))


def test_the_user_unit_is_baked_in() -> None:
    size = normalise(inputs.in_own_unit()).pages[0]
    assert (size.width, size.height) == pytest.approx((600, 800))


def test_a_value_left_to_the_reader_is_drawn() -> None:
    pdf = inputs.form(appearances=False)
    after = normalise(pdf).data
    field = picture(after)[152:162, 48:140]
    assert (field < 128).sum() > 20


def test_a_password_field_keeps_its_secret() -> None:
    def hide(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.Fields[0].Ff = 1 << 13

    document = normalise(inputs.changed(inputs.form(), hide))
    with opened(document) as pdf, PDFIUM_LOCK, pypdfium2.PdfDocument(document.data) as shown:
        text = shown[0].get_textpage().get_text_range()
        assert "/AcroForm" not in pdf.Root
    assert "Kowalski" not in text
    assert "*" * 8 in text


def test_no_form_is_left() -> None:
    with opened(normalise(inputs.form(xfa=True))) as pdf:
        assert "/AcroForm" not in pdf.Root
        assert "/Annots" not in pdf.pages[0].obj


def test_nothing_runs_and_nothing_is_attached_afterwards() -> None:
    document = normalise(inputs.with_active_content())
    with opened(document) as pdf:
        expanded = io.BytesIO()
        pdf.save(expanded, qdf=True, compress_streams=False)
        launching, safe = pdf.pages[0].obj.Annots
        assert set(launching.keys()) == {"/Type", "/Subtype", "/Rect"}  # the frame readers draw
        assert safe.A.URI == "https://example.com/"
    for trace in (b"EVIL", b"JavaScript", b"Launch", b"OpenAction", b"/AA", b"EmbeddedFile"):
        assert trace not in expanded.getvalue()


def test_no_stream_takes_its_data_from_elsewhere() -> None:
    def reach_out(document: pikepdf.Pdf) -> None:
        picture = document.make_stream(b"\x80" * 100)
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width = picture.Height = 10
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceGray, 8
        picture.F = pikepdf.String("http://example.com/tomorrow.jpg")
        printed = document.make_stream(b"(EVIL) show")
        printed.Type, printed.Subtype = pikepdf.Name.XObject, pikepdf.Name.PS
        page = document.pages[0]
        page.obj.Resources.XObject = pikepdf.Dictionary(A=picture, B=printed)
        page.contents_add(b"/A Do /B Do", prepend=False)

    document = normalise(inputs.changed(inputs.paper(), reach_out))
    with opened(document) as pdf:
        expanded = io.BytesIO()
        pdf.save(expanded, qdf=True, compress_streams=False)
    assert b"tomorrow" not in expanded.getvalue()
    assert b"EVIL" not in expanded.getvalue()


def test_layers_show_the_same_on_screen_and_paper() -> None:
    def add_layer(document: pikepdf.Pdf) -> None:
        layer = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("Print only"))
        )
        event = pikepdf.Dictionary(
            Event=pikepdf.Name.Print,
            OCGs=pikepdf.Array([layer]),
            Category=pikepdf.Array([pikepdf.Name.Print]),
        )
        document.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([layer]),
            D=pikepdf.Dictionary(OFF=pikepdf.Array([layer]), AS=pikepdf.Array([event])),
            Configs=pikepdf.Array([pikepdf.Dictionary()]),
        )

    with opened(normalise(inputs.changed(inputs.paper(), add_layer))) as pdf:
        assert set(pdf.Root.OCProperties.keys()) == {"/OCGs", "/D"}
        assert set(pdf.Root.OCProperties.D.keys()) == {"/OFF"}


@pytest.mark.parametrize("indirect", [True, False])
def test_a_layer_for_the_printer_alone_is_the_same_on_the_screen(indirect: bool) -> None:
    """The attack: the screen shows one rent, the paper another, by a layer's /Usage alone."""
    names = pikepdf.Name

    def add_layer(document: pikepdf.Pdf) -> None:
        layer: pikepdf.Object = pikepdf.Dictionary(
            Type=names.OCG,
            Name=pikepdf.String("Rent"),
            Usage=pikepdf.Dictionary(
                Print=pikepdf.Dictionary(PrintState=names.ON),
                View=pikepdf.Dictionary(ViewState=names.OFF),
            ),
        )
        if indirect:
            layer = document.make_indirect(layer)
            document.Root.OCProperties = pikepdf.Dictionary(
                OCGs=pikepdf.Array([layer]), D=pikepdf.Dictionary(ON=pikepdf.Array([layer]))
            )
        page = document.pages[0].obj
        page.Resources.Properties = pikepdf.Dictionary(Rent=layer)
        page.Contents = document.make_stream(b"/OC /Rent BDC 0 g 100 100 200 200 re f EMC")

    data = normalise(inputs.changed(inputs.paper(), add_layer)).data
    with PDFIUM_LOCK, pypdfium2.PdfDocument(data) as document:
        screen, printed = (
            document[0].render(scale=0.5, optimize_mode=mode).to_pil().tobytes()
            for mode in (None, "print")
        )
    assert screen == printed


def test_the_information_dictionary_is_fresh() -> None:
    with opened(normalise(inputs.paper())) as pdf:
        assert len(pdf.trailer.Info) == 0


def test_the_result_has_one_plain_cross_reference_table() -> None:
    data = normalise(inputs.with_xref_stream()).data
    assert data.startswith(b"%PDF-1.7")
    assert data.count(b"startxref") == 1
    assert b"/ObjStm" not in data
    assert b"/XRef" not in data


def test_a_normalised_document_stays_as_it_is() -> None:
    once = normalise(inputs.rotated(90))
    twice = normalise(once.data)
    assert twice.pages == once.pages
    assert_shows_the_same(once.data, twice.data)


def test_five_hundred_pages_pass() -> None:
    assert len(normalise(inputs.paper(500)).pages) == 500


def test_an_empty_user_password_needs_no_password() -> None:
    pdf = inputs.encrypted("")
    assert_shows_the_same(pdf, normalise(pdf).data)


def test_the_right_password_opens() -> None:
    pdf = inputs.encrypted("sezam")
    document = normalise(pdf, "sezam")
    assert_shows_the_same(pdf, document.data, password="sezam")
    assert b"/Encrypt" not in document.data


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "empty_file"),
        (lambda: b"Szanowni Panstwo,\n" * 100, "not_a_pdf"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(2000), "not_a_pdf"),
        (lambda: b"%PDF-1.7\nnothing else", "broken_pdf"),
        (lambda: inputs.paper()[:200], "broken_pdf"),
        (lambda: b"%PDF-1.7" + bytes(MAX_INPUT_BYTES), "too_large"),
        (lambda: inputs.encrypted("sezam"), "encrypted_pdf"),
        (inputs.dynamic_form, "dynamic_form"),
        (inputs.without_pages, "no_pages"),
        (lambda: inputs.paper(1, (20_000_000, 200)), "page_too_large"),
        (lambda: inputs.paper(1, (2, 20_000)), "page_too_small"),
    ],
)
def test_what_cannot_be_signed_is_refused_with_its_code(
    make: Callable[[], bytes], code: str
) -> None:
    assert refusal(make()).code == code


def test_a_wrong_password_says_so() -> None:
    assert refusal(inputs.encrypted("sezam"), "otworz").code == "wrong_password"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def add(document: pikepdf.Pdf) -> None:
        document.pages.append(document.pages[0])

    two = inputs.changed(inputs.paper(), add)
    pages = len(normalise(two).pages)
    monkeypatch.setattr("signing.normalise.MAX_PAGES", pages - 1)
    refused = refusal(two)
    assert refused.code == "too_many_pages"
    assert f"has {pages} pages" in refused.sentence


def test_a_signed_document_is_refused() -> None:
    assert refusal(inputs.signed()).code == "already_signed"


def test_a_signature_that_no_form_lists_is_found_too() -> None:
    def unlist(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.Fields = pikepdf.Array()
        del document.Root["/Perms"]

    assert refusal(inputs.changed(inputs.signed(), unlist)).code == "already_signed"


def test_an_empty_signature_field_is_no_signature() -> None:
    def empty(document: pikepdf.Pdf) -> None:
        document.Root.AcroForm.Fields[0].FT = pikepdf.Name.Sig
        del document.Root.AcroForm.Fields[0].V

    assert len(normalise(inputs.changed(inputs.form(), empty)).pages) == 1


def test_a_page_tree_that_loops_never_hangs() -> None:
    plain = inputs.changed(inputs.paper(), lambda document: None)
    looped = plain.replace(b"/Kids [ ", b"/Kids [ 3 0 R ", 1)
    assert looped != plain
    assert len(normalise(looped).pages) >= 1


def test_a_deflate_bomb_stops_at_the_limit() -> None:
    def inflate(document: pikepdf.Pdf) -> None:
        packer = zlib.compressobj(1)
        packed = b"".join(packer.compress(bytes(2**20)) for _ in range(300)) + packer.flush()
        document.pages[0].Contents = pikepdf.Stream(
            document, packed, {"/Filter": pikepdf.Name.FlateDecode}
        )

    assert refusal(inputs.changed(inputs.paper(), inflate)).code == "broken_pdf"
