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
import pypdfium2
import pytest
from PIL import Image

from signing.completion import complete
from signing.errors import InputRefused
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.house import NOW, context, director_signed, house, plain_plan, typed_answers
from tests.signing.wild_inputs import WILD, form_of_all_kinds, mixed_sizes, shapes
from verifier.document import verify_pdf
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.verdict import Outcome

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.int16]]

LONGER_SIDE = 500  # pixels of each picture
TOLERANCE = 40  # steps of grey, of 255
MAX_DIFFERENT = 0.0008  # of all pixels
PAGES_COMPARED = 4

SIGNED = (
    "absent page",
    "content that breaks off",
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


@pytest.mark.parametrize("name", sorted(WILD.keys() - LEFT_TO_THE_READER - {"looping page tree"}))
def test_every_page_shows_what_the_input_showed(name: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.pdf", tmp_path / "after.pdf"
    before.write_bytes(WILD[name]())
    document = normalise(before.read_bytes())
    after.write_bytes(document.data)
    for page in range(min(PAGES_COMPARED, len(document.pages))):
        for draw in (by_pdfium, by_poppler):
            try:
                shown = draw(before, page)
            except (pypdfium2.PdfiumError, subprocess.CalledProcessError, OSError):
                continue  # a reader that cannot show the damaged page says nothing about ours
            assert different(shown, draw(after, page)) < MAX_DIFFERENT, draw.__name__


@pytest.mark.parametrize("name", SIGNED)
def test_it_is_signed_and_genuine(name: str, tmp_path: Path) -> None:
    source, target = director_signed(WILD[name](), tmp_path), tmp_path / "sealed.pdf"
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
