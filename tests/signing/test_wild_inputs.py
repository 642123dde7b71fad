"""What the client sees at the kiosk is what the input showed, as two renderers see it.

PDFium draws the kiosk's screens; poppler is the second opinion. A pixel counts as different when no
neighbour of it in the other picture explains its grey, give or take `TOLERANCE`: that forgives
edges that fall between pixels, and nothing else.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from signing.completion import complete
from signing.errors import InputRefused
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.house import NOW, context, director_signed, house, plain_plan, typed_answers
from tests.signing.wild_inputs import WILD, form_of_all_kinds, mixed_sizes, shapes
from tests.signing.wild_structures import CIPHERS, STRUCTURES, locked
from verifier.document import verify_pdf
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.verdict import Outcome

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.int16]]

LONGER_SIDE = 500  # pixels of each picture
TOLERANCE = 40  # steps of grey, of 255
MAX_DIFFERENT = 0.0008  # of all pixels
PAGES_COMPARED = 4

SIGNED = (
    "a layer for the printer only",
    "absent page",
    "crop box off one side",
    "framed links",
    "hybrid with an object stream",
    "its first line lost",
    "label of 20 by 10 mm",
    "content that breaks off",
    "linearised, then updated twice",
    "mixed sizes, turned",
    "odd names",
    "poster",
    "speck",
    "tangled resources",
)
"""Where pages or objects themselves are odd; the others differ in what lies on a page, at which
signing never looks."""
LEFT_TO_THE_READER = {"shapes", "form of all kinds", "the same, said to be drawn"}
"""Each reader draws these in its own way; they are compared by eye and by what must be inked."""
ONLY_PDFIUM = {
    "a layer for the printer only",
    "crop box off one side",
    "crop box of no size",
    "hexadecimal with dirt",
}
"""Poppler goes by no usage, shows the second as wide as its media box, of the third one pixel, and
of the last less."""


def by_pdfium(pdf: Path, page: int) -> Pixels:
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        sheet = document[page]
        drawn = sheet.render(scale=LONGER_SIDE / max(sheet.get_size()), may_draw_forms=True)
        return np.asarray(drawn.to_pil().convert("L"), dtype=np.int16)


def by_poppler(pdf: Path, page: int) -> Pixels:
    only = ["-f", str(page + 1), "-l", str(page + 1)]
    command = ["pdftoppm", "-gray", "-cropbox", "-scale-to", str(LONGER_SIDE), *only, str(pdf)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return np.asarray(Image.open(io.BytesIO(done.stdout)).convert("L"), dtype=np.int16)


def different(first: Pixels, second: Pixels) -> float:
    assert np.abs(np.subtract(first.shape, second.shape)).max() <= 2, "not the same size"
    rows, columns = np.minimum(first.shape, second.shape)
    one, other = first[:rows, :columns], second[:rows, :columns]
    low, high = _extremes(other)
    lowest, highest = _extremes(one)
    odd = (one > high + TOLERANCE) | (one < low - TOLERANCE)
    odd |= (other > highest + TOLERANCE) | (other < lowest - TOLERANCE)
    return float(odd[1:-1, 1:-1].mean())  # an edge of the page may fall into a pixel or beside it


def _extremes(picture: Pixels) -> tuple[Pixels, Pixels]:
    rows, columns = picture.shape
    padded = np.pad(picture, 1, mode="edge")
    near = [padded[y : y + rows, x : x + columns] for y in range(3) for x in range(3)]
    return np.min(near, axis=0), np.max(near, axis=0)


@pytest.mark.parametrize(
    "name",
    sorted((WILD | STRUCTURES).keys() - LEFT_TO_THE_READER - {"looping page tree"}),
)
def test_every_page_shows_what_the_input_showed(name: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.pdf", tmp_path / "after.pdf"
    before.write_bytes((WILD | STRUCTURES)[name]())
    document = normalise(before.read_bytes())
    after.write_bytes(document.data)
    for page in range(min(PAGES_COMPARED, len(document.pages))):
        for draw in (by_pdfium,) if name in ONLY_PDFIUM else (by_pdfium, by_poppler):
            try:
                shown = draw(before, page)
            except (pypdfium2.PdfiumError, subprocess.CalledProcessError, OSError):
                continue  # a reader that cannot show the damaged page says nothing about ours
            assert different(shown, draw(after, page)) < MAX_DIFFERENT, draw.__name__


def test_the_odd_pages_are_not_compared_empty() -> None:
    """What two readers agree about may be that nothing is there."""
    for name, make in STRUCTURES.items():
        with PDFIUM_LOCK, pypdfium2.PdfDocument(normalise(make()).data) as document:
            picture = np.asarray(document[0].render(scale=1).to_pil().convert("L"))
        assert (picture < 225).mean() > 0.0005, name


@pytest.mark.parametrize("cipher", CIPHERS)
def test_either_password_opens_whatever_the_cipher(cipher: str) -> None:
    owner = "właściciel" if "256" in cipher else "wlasciciel"
    pdf = locked(cipher, "klient", owner)
    for password in ("klient", owner):
        assert len(normalise(pdf, password).pages) == 1
    for wrong, code in ((None, "encrypted_pdf"), ("klient ", "wrong_password")):
        with pytest.raises(InputRefused) as caught:
            normalise(pdf, wrong)
        assert caught.value.code == code
    assert len(normalise(locked(cipher, "", "owner")).pages) == 1


def test_no_page_is_lost_because_qpdf_gave_up_on_it() -> None:
    pdf = STRUCTURES["a page with a key many times"]()
    assert pdf != inputs.paper(3)
    assert len(normalise(pdf).pages) == 3


def test_what_only_contains_a_pdf_is_none() -> None:
    """An archive, a program, a mail: what ends otherwise, and what begins too late."""
    for before, after in (
        (b"PK\3\4" * 600, b"PK\5\6" + bytes(5000)),
        (bytes(1024 * 1024 + 1), b""),
    ):
        with pytest.raises(InputRefused) as caught:
            normalise(before + inputs.paper() + after)
        assert caught.value.code == "not_a_pdf"


def test_a_trailer_is_replaced_only_where_a_catalog_is_found_and_nothing_was_encrypted() -> None:
    lost = inputs.paper().replace(b"trailer\n<<", b"trailer 3 <<")
    for broken in (
        lost.replace(b"/Catalog", b"/Kataloq"),
        lost.replace(b"/Root", b"/Encrypt 1 0 R /Root"),
    ):
        with pytest.raises(InputRefused) as caught:
            normalise(broken)
        assert caught.value.code == "broken_pdf"
    assert len(normalise(lost).pages) == 1


def test_what_was_cut_off_before_its_table_is_refused() -> None:
    """Without it nobody can tell what else is missing."""
    with pytest.raises(InputRefused) as caught:
        normalise(inputs.paper(2).rsplit(b"xref\n0 ", 1)[0])
    assert caught.value.code == "broken_pdf"


@pytest.mark.parametrize("name", SIGNED)
def test_it_is_signed_and_genuine(name: str, tmp_path: Path) -> None:
    source, target = director_signed((WILD | STRUCTURES)[name](), tmp_path), tmp_path / "sealed.pdf"
    plan = plain_plan()
    complete(source, target, plan, 0, typed_answers({}), house().kiosk, context(), NOW)
    verdict = verify_pdf(target.read_bytes(), house().trust, NOW)
    assert verdict.outcome is Outcome.GENUINE, verdict.findings


def inked(pdf: bytes, box: tuple[int, int, int, int], height: float = 841.89) -> float:
    """The part of a box, in points, that is not white."""
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        picture = np.asarray(document[0].render(scale=1).to_pil().convert("L"))
    left, low, right, top = box
    return float((picture[int(height) - top : int(height) - low, left:right] < 250).mean())


@pytest.mark.parametrize(
    ("shape", "box"),
    [
        ("square", (60, 400, 200, 480)),
        ("circle", (300, 400, 500, 480)),
        ("ink", (60, 195, 180, 285)),
        ("line with arrows", (60, 145, 260, 185)),
        ("open line", (300, 195, 420, 285)),
        ("polygon", (440, 195, 540, 285)),
        ("free text", (60, 330, 260, 362)),
    ],
)
def test_a_shape_left_to_the_reader_is_drawn(shape: str, box: tuple[int, int, int, int]) -> None:
    assert inked(normalise(shapes()).data, box) > 0.01, shape


@pytest.mark.parametrize(
    ("field", "box", "least"),
    [
        ("text", (60, 600, 260, 620), 0.03),
        ("list, with its chosen line", (60, 520, 160, 580), 0.2),
        ("combo", (200, 560, 300, 580), 0.03),
        ("ticked box", (60, 480, 76, 496), 0.4),
        ("second field of one name", (60, 440, 260, 460), 0.03),
    ],
)
def test_a_field_left_to_the_reader_is_drawn(
    field: str, box: tuple[int, int, int, int], least: float
) -> None:
    assert inked(normalise(form_of_all_kinds()).data, box) > least, field


def test_pages_are_found_beside_a_loop_in_their_tree() -> None:
    """PDFium shows an empty page and one of the two, poppler both."""
    data = normalise(WILD["looping page tree"]()).data
    with PDFIUM_LOCK, pypdfium2.PdfDocument(data) as document:
        texts = [page.get_textpage().get_text_range().strip() for page in document]
    assert texts == ["Page 1", "Page 2"]


def test_pages_of_several_sizes_stand_upright() -> None:
    sizes = [(round(size.width), round(size.height)) for size in normalise(mixed_sizes()).pages]
    assert sizes == [(90, 40), (792, 612), (1191, 842), (300, 300)]


def test_a_page_no_scale_makes_fit_is_refused() -> None:
    with pytest.raises(InputRefused) as caught:
        normalise(inputs.paper(1, (2, 20_000)))
    assert caught.value.code == "page_too_small"


def test_a_stream_packed_in_many_ways_is_refused_at_once() -> None:
    chain = b"[" + b"/AHx " * 15 + b"]"
    plain = inputs.paper(compressed=False)
    packed = plain.replace(b"/Filter [ /ASCII85Decode ]", b"/Filter " + chain, 1)
    if packed == plain:
        packed = plain.replace(b"/Length", b"/Filter " + chain + b" /Length", 1)
    with pytest.raises(InputRefused) as caught:
        normalise(packed)
    assert caught.value.code == "broken_pdf"


def buttons(**options: object) -> bytes:
    """A form with one check box that is on, for which it has no look."""

    def add(document: pikepdf.Pdf) -> None:
        box = Dictionary(
            {
                "/Type": Name.Annot,
                "/Subtype": Name.Widget,
                "/FT": Name.Btn,
                "/T": String("agree"),
                "/Rect": Array([100, 400, 130, 430]),
                "/F": 4,
                **{f"/{key}": value for key, value in options.items()},
            }
        )
        widget = document.make_indirect(box)
        document.pages[0].obj.Annots = Array([widget])
        document.Root.AcroForm = Dictionary(Fields=Array([widget]))

    return inputs.changed(inputs.blank(), add)


@pytest.mark.parametrize("sign", ["4", "8", "l", "n", "u", "H", ""])
def test_a_ticked_box_without_a_look_is_drawn_as_its_caption_says(sign: str) -> None:
    options = {"V": Name.Yes, "AS": Name.Yes, "MK": Dictionary(CA=String(sign))}
    assert inked(normalise(buttons(**options)).data, (100, 400, 130, 430)) > 0.02
    assert inked(normalise(buttons(**(options | {"AS": Name.Off}))).data, (90, 390, 140, 440)) == 0


def test_a_box_that_says_no_state_has_the_one_of_its_value() -> None:
    def give_looks(document: pikepdf.Pdf) -> None:
        look = document.make_stream(b"0 g 5 5 20 20 re f")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 30, 30])
        document.Root.AcroForm.Fields[0].AP = Dictionary(N=Dictionary(Yes=look))

    for value, drawn in ((Name.Yes, True), (Name.Off, False), (Name.Other, False)):
        pdf = inputs.changed(buttons(V=value), give_looks)
        assert (inked(normalise(pdf).data, (100, 400, 130, 430)) > 0.3) == drawn


def test_a_state_that_contradicts_the_value_is_the_one_that_shows() -> None:
    """As readers show it; only one of the two can be right, and nobody knows which."""

    def give_looks(document: pikepdf.Pdf) -> None:
        look = document.make_stream(b"0 g 5 5 20 20 re f")
        look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 30, 30])
        field = document.Root.AcroForm.Fields[0]
        field.AP = Dictionary(N=Dictionary(Yes=look, Off=document.make_stream(b"")))
        # A value in letters that the document's font lacks is left to qpdf, which settles states.
        other = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("t"), V=String("你好"),
            Rect=Array([300, 400, 400, 430]), F=4, DA=String("/Helv 12 Tf"),
        )  # fmt: skip
        widget = document.make_indirect(other)
        document.pages[0].obj.Annots.append(widget)
        document.Root.AcroForm.Fields.append(widget)

    pdf = inputs.changed(buttons(V=Name.Off, AS=Name.Yes), give_looks)
    assert inked(normalise(pdf).data, (100, 400, 130, 430)) > 0.3


def test_a_turned_field_is_read_along_its_longer_side() -> None:
    def turn(document: pikepdf.Pdf) -> None:
        field = document.Root.AcroForm.Fields[0]
        field.Rect = Array([100, 300, 130, 500])
        field.V, field.MK = String("Gdynia, w dniu"), Dictionary(R=90)

    data = normalise(inputs.changed(inputs.form(appearances=False), turn)).data
    assert inked(data, (100, 300, 130, 400)) > 0.05
    with PDFIUM_LOCK, pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        at = text.get_text_range().index("Gdynia")
        first, last = text.get_charbox(at), text.get_charbox(at + 5)
    assert last[1] > first[1] + 20, "the text runs upwards"
    assert abs(last[0] - first[0]) < 6


def test_a_link_with_looks_of_its_own_still_leads_somewhere() -> None:
    with pikepdf.open(io.BytesIO(normalise(STRUCTURES["framed links"]()).data)) as document:
        links = list(document.pages[0].obj.Annots)
    assert len(links) == 4
    assert [sorted({"/A", "/Dest"} & set(link.keys())) for link in links] == [
        ["/Dest"],
        [],
        [],
        ["/A"],
    ]
    assert all("/AP" not in link for link in links)


def test_text_of_automatic_size_fills_its_line() -> None:
    def enlarge(document: pikepdf.Pdf) -> None:
        field = document.Root.AcroForm.Fields[0]
        field.Rect, field.DA = Array([100, 300, 500, 360]), String("/Helv 0 Tf 0 g")

    data = normalise(inputs.changed(inputs.form(appearances=False), enlarge)).data
    with PDFIUM_LOCK, pypdfium2.PdfDocument(data) as document:
        text = document[0].get_textpage()
        _, low, _, top = text.get_charbox(text.get_text_range().index("Kowalski"))
    assert top - low > 25


def marked(**entries: object) -> bytes:
    """An empty page with one annotation that has no look."""

    def add(document: pikepdf.Pdf) -> None:
        mark = Dictionary({"/Type": Name.Annot, "/F": 4, "/Rect": Array([100, 300, 300, 360])})
        for key, value in entries.items():
            mark[f"/{key}"] = value
        document.pages[0].obj.Annots = Array([document.make_indirect(mark)])

    return inputs.changed(inputs.blank(), add)


def test_free_text_has_the_frame_that_readers_draw_and_none_of_width_zero() -> None:
    text = {"Subtype": Name.FreeText, "Contents": String("x"), "DA": String("0 0 1 rg /H 9 Tf")}
    edge = (98, 310, 103, 350)
    assert inked(normalise(marked(**text)).data, edge) > 0.15
    assert inked(normalise(marked(**text, Border=Array([0, 0, 0]))).data, edge) < 0.05


def test_a_wavy_underline_waves() -> None:
    corners = Array([100, 360, 300, 360, 100, 300, 300, 300])
    above = (100, 306, 300, 308)
    straight = marked(Subtype=Name.Underline, QuadPoints=corners)
    wavy = marked(Subtype=Name.Squiggly, QuadPoints=corners)
    assert inked(normalise(straight).data, above) == 0
    assert 0.1 < inked(normalise(wavy).data, above) < 0.9


def test_a_closed_arrow_is_filled_with_its_colour() -> None:
    line = {"Subtype": Name.Line, "L": Array([100, 330, 300, 330]), "BS": Dictionary(W=3)}
    tip = (270, 310, 300, 350)
    filled = marked(**line, LE=Array([Name("/None"), Name.ClosedArrow]), IC=Array([1, 0, 0]))
    hollow = marked(**line, LE=Array([Name("/None"), Name.OpenArrow]), IC=Array([1, 0, 0]))
    assert inked(normalise(filled).data, tip) > 1.4 * inked(normalise(hollow).data, tip)
