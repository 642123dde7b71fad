"""What the client entered, stamped and drew is in the document exactly, and whole."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from signing.client import sign_as_client
from signing.errors import FieldRefused, SigningError
from signing.handwriting import Typeface
from signing.ink import Ink, InkPoint, trace_of
from signing.marks import ClientAnswers, DrawnMark, Mark, PictureMark, TypedMark
from signing.normalise import normalise
from signing.one_shot import make_one_shot
from tests.signing import inputs
from tests.signing.house import (
    CLIENT,
    NOW,
    client_signed,
    full_plan,
    full_values,
    house,
    plain_plan,
    typed_answers,
)
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.token import Proof

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def stamp_png(width: int = 600, height: int = 400) -> bytes:
    """A round blue stamp on nothing, with the grain of a photograph."""
    grain = np.random.default_rng(7).integers(0, 50, (height, width, 3), dtype=np.uint8)
    colours = np.clip(np.array([30, 60, 150], dtype=np.uint8) + grain, 0, 255).astype(np.uint8)
    mask = Image.new("L", (width, height))
    ImageDraw.Draw(mask).ellipse((20, 20, width - 20, height - 20), outline=255, width=24)
    image = Image.fromarray(colours)
    image.putalpha(mask)
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()


def drawn_mark() -> DrawnMark:
    points = tuple(
        InkPoint(20 + 3 * step, 60 + 40 * np.sin(step / 9).item(), step * 8.0, 0.5)
        for step in range(100)
    )
    return DrawnMark(trace_of(Ink((points,), 400, 150, 125)))


def shown(pdf: bytes, page: int = 0, scale: float = 2) -> Pixels:
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        drawn = document[page].render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    return np.asarray(drawn)


def part(pixels: Pixels, rect: list[float], scale: float = 2) -> Pixels:
    left, low, right, top = (side * scale for side in rect)
    height = pixels.shape[0]
    return pixels[round(height - top) : round(height - low), round(left) : round(right)]


def flat_text(pdf: bytes, page: int = 0) -> str:
    """The text of a page, filled fields and signatures included."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.flatten_annotations("all")
        document.save(output)
    with PDFIUM_LOCK, pypdfium2.PdfDocument(output.getvalue()) as opened:
        return str(opened[page].get_textpage().get_text_range())


def letters(text: str) -> str:
    """Text without white space and without hyphens, which PDFium drops at the ends of lines."""
    return "".join(letter for letter in text if letter.isalnum())


def widget(pdf: pikepdf.Pdf, name: str) -> pikepdf.Object:
    fields = pdf.Root.AcroForm.Fields
    for step in name.split("."):
        (found,) = [field for field in fields if str(field.T) == step]
        fields = found.get("/Kids", pikepdf.Array())
    return found


def rect_of(pdf: pikepdf.Pdf, name: str) -> list[float]:
    return [float(side) for side in widget(pdf, name).Rect]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    plan = full_plan(normalise(inputs.blank()))
    answers = ClientAnswers(full_values(), stamp_png(), drawn_mark())
    folder = tmp_path_factory.mktemp("filled")
    return client_signed(inputs.blank(), folder, plan, answers).read_bytes()


def test_values_are_kept_in_canonical_form(filled: bytes) -> None:
    with pikepdf.open(io.BytesIO(filled)) as pdf:
        assert str(widget(pdf, "Fill1.city").V) == "Łódź – Zażółć gęślą jaźń"
        assert str(widget(pdf, "Fill1.born").V) == "01.02.1985"
        assert str(widget(pdf, "Fill1.rent").V) == "1234,50"
        assert str(widget(pdf, "Fill1.agree").V) == "/Yes"
        assert str(widget(pdf, "Fill1.agree").AS) == "/Yes"


def test_polish_and_ukrainian_text_is_drawn_and_can_be_copied(filled: bytes) -> None:
    drawn = flat_text(filled)
    for words in ("Łódź – Zażółć gęślą jaźń", "Пан Ґжеґжулка мешкає у Їжакові.", "+48 600 123 456"):
        assert words in drawn


@pytest.mark.parametrize(
    "name", ["Fill1.city", "Fill1.notes", "Fill1.agree", "Director", "Client1"]
)
def test_what_is_drawn_keeps_within_its_place(filled: bytes, name: str) -> None:
    pixels = shown(filled)
    with pikepdf.open(io.BytesIO(filled)) as pdf:
        rect = rect_of(pdf, name)
    inside = part(pixels, rect)
    assert (inside.min(axis=2) < 128).sum() > 20
    edge = np.concatenate([inside[0], inside[-1], inside[:, 0], inside[:, -1]])
    assert edge.min() > 128


def test_the_stamp_is_shown_in_its_colour_and_is_small(filled: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(filled)) as pdf:
        button = widget(pdf, "Fill1.stamp")
        (image,) = button.AP.N.Resources.XObject.values()
        assert image.Filter == pikepdf.Name.DCTDecode
        assert image.SMask.ColorSpace == pikepdf.Name.DeviceGray
        assert len(image.read_raw_bytes()) + len(image.SMask.read_raw_bytes()) < 60_000
        assert dict(button.MK) == {"/TP": 1}
        inside = part(shown(filled), rect_of(pdf, "Fill1.stamp"))
    inked = inside[inside.min(axis=2) < 160]
    assert len(inked) > 200
    red, _, blue = inked.mean(axis=0)
    assert blue > red + 40


def test_the_drawn_mark_is_a_vector(filled: bytes) -> None:
    with pikepdf.open(io.BytesIO(filled)) as pdf:
        form = widget(pdf, "Client1").AP.N
        content = form.read_bytes()
        assert b" c\n" in content
        assert "/XObject" not in form.Resources


@pytest.mark.parametrize(
    "mark",
    [
        drawn_mark(),
        PictureMark(stamp_png(500, 200)),
        *(TypedMark(CLIENT, face) for face in Typeface),
    ],
    ids=lambda mark: type(mark).__name__ + getattr(mark, "typeface", ""),
)
def test_every_way_of_signing_leaves_a_mark_and_a_caption(tmp_path: Path, mark: Mark) -> None:
    signed = client_signed(
        inputs.blank(), tmp_path, plain_plan(), ClientAnswers({}, None, mark)
    ).read_bytes()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        rect = rect_of(pdf, "Client1")
    inside = part(shown(signed, 1), rect)
    upper = inside[: inside.shape[0] // 2]
    blue = (upper[:, :, 2].astype(int) - upper[:, :, 0] > 40).sum()
    assert blue > 100
    text = flat_text(signed, 1)
    assert CLIENT in text
    assert "podpisano elektronicznie, 24.11.2026, 10:30:15 UTC+1" in text.replace("\r\n", " ")


@pytest.mark.parametrize("words", ["W" * 60, "słowo " * 33, "A", "Нагромадження-" * 9])
def test_a_long_value_shrinks_or_wraps_and_is_never_cut(tmp_path: Path, words: str) -> None:
    plan = full_plan(normalise(inputs.blank()))
    values = {**full_values(), "city": words}
    signed = client_signed(inputs.blank(), tmp_path, plan, typed_answers(values)).read_bytes()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        inside = part(shown(signed), rect_of(pdf, "Fill1.city"))
    assert (inside < 200).any()
    assert inside[:, :2].min() > 128
    assert inside[:, -2:].min() > 128
    assert letters(words) in letters(flat_text(signed))


def test_a_value_that_would_be_too_small_to_read_is_refused(tmp_path: Path) -> None:
    plan = full_plan(normalise(inputs.blank()))
    words = ("Zażółć gęślą jaźń. " * 105).strip()
    answers = typed_answers({**full_values(), "notes": words})
    with pytest.raises(FieldRefused) as caught:
        client_signed(inputs.blank(), tmp_path, plan, answers)
    assert caught.value.code == "no_room"
    assert not (tmp_path / "client.pdf").exists()


def test_an_optional_field_left_empty_stays_empty(tmp_path: Path) -> None:
    plan = full_plan(normalise(inputs.blank()))
    values = {key: full_values()[key] for key in ("city", "born", "agree")}
    signed = client_signed(inputs.blank(), tmp_path, plan, typed_answers(values))
    with pikepdf.open(signed) as pdf:
        assert "/V" not in widget(pdf, "Fill1.rent")


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (typed_answers({}), "required"),
        (typed_answers({**full_values(), "born": "wczoraj"}), "not_a_date"),
        (typed_answers({**full_values(), "iban": "PL00"}), "unknown_field"),
        (typed_answers({**full_values(), "city": "x" * 300}), "too_long"),
        (ClientAnswers(full_values(), b"no picture", drawn_mark()), "picture_unusable"),
        (ClientAnswers(full_values(), None, PictureMark(b"\x89PNG\r\n")), "picture_unusable"),
        (ClientAnswers(full_values(), None, TypedMark("漢字", Typeface.CAVEAT)), None),
    ],
)
def test_an_answer_that_does_not_fit_leaves_nothing_behind(
    tmp_path: Path, answers: ClientAnswers, code: str | None
) -> None:
    plan = full_plan(normalise(inputs.blank()))
    with pytest.raises(SigningError) as caught:
        client_signed(inputs.blank(), tmp_path, plan, answers)
    assert code is None or caught.value.code == code
    assert {path.name for path in tmp_path.iterdir()} == {"prepared.pdf", "director.pdf"}


def test_a_stamp_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    answers = ClientAnswers({}, stamp_png(), drawn_mark())
    with pytest.raises(FieldRefused) as caught:
        client_signed(inputs.blank(), tmp_path, plain_plan(), answers)
    assert caught.value.code == "stamp_not_asked"


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    output = io.BytesIO()
    Image.new("1", (10_000, 6_000)).save(output, "PNG")
    answers = ClientAnswers({}, None, PictureMark(output.getvalue()))
    with pytest.raises(SigningError) as caught:
        client_signed(inputs.blank(), tmp_path, plain_plan(), answers)
    assert caught.value.code == "picture_unusable"


def test_a_second_client_signs_after_the_first(tmp_path: Path) -> None:
    plan = plain_plan()
    both = replace(plan, clients=(plan.clients[0], replace(plan.clients[0], name="Anna Nowak")))
    first = client_signed(inputs.blank(), tmp_path, both, typed_answers())
    identity = make_one_shot("Anna Nowak", Proof.SMS_CODE, house().kiosk, NOW)
    target = tmp_path / "second.pdf"
    sign_as_client(first, target, both, 1, typed_answers(), identity, NOW)
    assert target.read_bytes().startswith(first.read_bytes())
    with pikepdf.open(target) as pdf:
        assert "/V" in widget(pdf, "Client2")
