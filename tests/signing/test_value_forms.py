"""Values in the form of the document's language, drawn whole inside their boxes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pikepdf
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from signing.document_font import ALPHABET, FONT_KEY, document_font, embed_font
from signing.field_rules import check_value
from signing.field_specs import CURRENCIES, FieldKind, FieldSpec, Placement
from signing.value_appearance import value_content
from signing.value_forms import currency_sign, printed, typed
from verifier.pdfium_lock import PDFIUM_LOCK

LANGUAGES = ("pl", "en", "de", "uk")
PLACE = Placement(0, 0, 0, 300, 60)
AROUND = 40.0  # points of empty page on every side of a box
SCALE = 3.0  # pixels to the point


def spec(kind: FieldKind, currency: str = "PLN") -> FieldSpec:
    money = currency if kind is FieldKind.MONEY else ""
    options = ("a", "b") if kind is FieldKind.CHOICE else ()
    return FieldSpec("key", kind, "Label", True, PLACE, options=options, currency=money)


@pytest.mark.parametrize(
    ("kind", "value", "language", "shown"),
    [
        (FieldKind.DATE, "2026-02-01", "pl", "01.02.2026"),
        (FieldKind.DATE, "2026-02-01", "uk", "01.02.2026"),
        (FieldKind.DATE, "2026-02-01", "de", "01.02.2026"),
        (FieldKind.DATE, "2026-02-01", "en", "1 February 2026"),
        (FieldKind.NUMBER, "-1234567.50", "pl", "-1234567,50"),
        (FieldKind.NUMBER, "-1234567.50", "en", "-1234567.50"),
        (FieldKind.MONEY, "1234567.50", "pl", "1\u00a0234\u00a0567,50\u00a0zł"),
        (FieldKind.MONEY, "1234567.50", "uk", "1\u00a0234\u00a0567,50\u00a0PLN"),
        (FieldKind.MONEY, "1234567.50", "de", "1.234.567,50\u00a0PLN"),
        (FieldKind.MONEY, "1234567.50", "en", "PLN\u00a01,234,567.50"),
        (FieldKind.MONEY, "-1234.50", "pl", "-1\u00a0234,50\u00a0zł"),
        (FieldKind.MONEY, "-1234.50", "en", "-PLN\u00a01,234.50"),
        (FieldKind.MONEY, "-1234.50", "de", "-1.234,50\u00a0PLN"),
        (FieldKind.MONEY, "-1234.50", "uk", "-1\u00a0234,50\u00a0PLN"),
        (FieldKind.PHONE, "+48600100200", "pl", "+48 600 100 200"),
        (FieldKind.PHONE, "+380441234567", "uk", "+380 44 123 4567"),
        (FieldKind.NIP, "5260001246", "pl", "526-000-12-46"),
        (
            FieldKind.IBAN,
            "PL61109010140000071219812874",
            "pl",
            "PL61 1090 1014 0000 0712 1981 2874",
        ),
        (FieldKind.PESEL, "44051401359", "pl", "44051401359"),
        (FieldKind.TEXT, "", "pl", ""),
    ],
)
def test_a_value_is_printed_in_the_form_of_its_language(
    kind: FieldKind, value: str, language: str, shown: str
) -> None:
    assert printed(spec(kind), value, language) == shown


def test_an_amount_in_euro_is_written_as_english_does() -> None:
    assert printed(spec(FieldKind.MONEY, "EUR"), "1234.50", "en") == "€1,234.50"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_currency_can_be_written(language: str) -> None:
    assert document_font().can_write("".join(currency_sign(one, language) for one in CURRENCIES))


@given(st.decimals(0, Decimal(10) ** 14, places=2), st.sampled_from(LANGUAGES))
def test_an_amount_comes_back_from_an_input_to_the_last_digit(
    amount: Decimal, language: str
) -> None:
    money = spec(FieldKind.MONEY)
    assert check_value(money, typed(money, f"{amount:.2f}", language)) == f"{amount:.2f}"
    whole = printed(money, f"{amount:.2f}", language)
    assert check_value(replace(money, placement=PLACE), whole) == f"{amount:.2f}"


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)), st.sampled_from(LANGUAGES))
def test_a_day_comes_back_from_an_input(day: date, language: str) -> None:
    field = spec(FieldKind.DATE)
    assert check_value(field, f"{day:%d.%m.%Y}") == day.isoformat()
    assert check_value(field, f"{day:%d%m%Y}") == day.isoformat()
    assert check_value(field, typed(field, day.isoformat(), language)) == day.isoformat()


def box_on_a_page(text: str, kind: FieldKind, width: float, height: float) -> bytes:
    """The value drawn on a page without the edge that a form would cut at."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(width + 2 * AROUND, height + 2 * AROUND))
        fonts = pikepdf.Dictionary()
        fonts[FONT_KEY] = embed_font(pdf)
        page.obj.Resources = pikepdf.Dictionary(Font=fonts)
        drawn = value_content(text, kind, document_font(), width, height)
        move = f"q 1 0 0 1 {AROUND} {AROUND} cm\n".encode("ascii")
        page.obj.Contents = pdf.make_stream(move + drawn + b"Q\n")
        output = io.BytesIO()
        pdf.save(output)
    return output.getvalue()


def ink_and_text(pdf: bytes) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], str]:
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        drawn = np.asarray(page.render(scale=SCALE).to_pil().convert("L"))
        return drawn, str(page.get_textpage().get_text_range())


def packed(text: str) -> str:
    """Letters alone: PDFium writes its own spaces, line ends and hyphens where lines end."""
    return "".join(one for one in text if not one.isspace() and one not in "-\x02\ufffe")


@settings(max_examples=60)
@given(
    st.text(st.sampled_from([*sorted(ALPHABET), " ", "W", "-"]), min_size=1, max_size=120),
    st.sampled_from([FieldKind.TEXT, FieldKind.MULTILINE]),
    st.floats(9, 400),
    st.floats(8, 120),
)
@example("ŹŻŐŰЇЙÅÇŢȘĄĘgjpqy(|)", FieldKind.TEXT, 60, 8)
@example("W" * 120, FieldKind.TEXT, 40, 12)
@example("jjjjffff", FieldKind.TEXT, 20, 20)
@example("Żółć\nЇжак\n" * 8, FieldKind.MULTILINE, 90, 40)
@example("(paren\\) <=> =1+1 /Name %", FieldKind.TEXT, 120, 14)
def test_a_value_keeps_within_its_box_and_can_be_copied(
    text: str, kind: FieldKind, width: float, height: float
) -> None:
    text = text.strip()
    drawn, copied = ink_and_text(box_on_a_page(text, kind, width, height))
    left, low = round(AROUND * SCALE), round(AROUND * SCALE)
    right, top = left + round(width * SCALE), low + round(height * SCALE)
    outside = drawn.copy()
    outside[drawn.shape[0] - top - 1 : drawn.shape[0] - low + 1, left - 1 : right + 1] = 255
    assert outside.min() > 200, "something is drawn outside the box"
    assert packed(copied) == packed(text)


@pytest.mark.parametrize("initials", ["ŁŻ", "A.N.", "ҐЇ", "Wj", "ŚĆŹŃ"])
@pytest.mark.parametrize(("width", "height"), [(40, 24), (10, 40), (100, 9)])
def test_initials_are_drawn_by_hand_within_their_box_and_can_be_copied(
    initials: str, width: float, height: float
) -> None:
    drawn, copied = ink_and_text(box_on_a_page(initials, FieldKind.INITIALS, width, height))
    edge = round(AROUND * SCALE)
    inside = drawn[edge : drawn.shape[0] - edge, edge : drawn.shape[1] - edge]
    assert (inside < 160).sum() > 10
    outside = drawn.copy()
    outside[edge - 1 : drawn.shape[0] - edge + 1, edge - 1 : drawn.shape[1] - edge + 1] = 255
    assert outside.min() > 200
    assert packed(copied) == initials
