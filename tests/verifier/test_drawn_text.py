"""What fields draw is read back: all that signing draws, and nothing that says something else."""

from __future__ import annotations

import contextlib
import io
import struct
from functools import cache

import pikepdf
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.document_font import ALPHABET, DocumentFont, document_font, embed_font
from signing.field_specs import FieldKind
from signing.handwriting import letters_without_hand
from signing.value_appearance import value_content
from signing.value_layout import inner_room, is_readable
from verifier.drawn_text import FieldFont, field_font, is_tick, read_text

LETTERS = "".join(sorted(ALPHABET))
WORDS = st.text(st.sampled_from(LETTERS + 9 * " \n0123456789,abcdefgł"), min_size=1, max_size=120)
SIDES = st.integers(6, 400).map(float)


@cache
def fonts() -> tuple[DocumentFont, FieldFont]:
    """The font as signing writes it and as the verifier reads it from a document."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.Root.Font = embed_font(pdf)
        pdf.save(out)
    read = field_font(PdfFileReader(out).root["/Font"])
    assert read is not None
    return document_font(), read


@pytest.fixture(scope="module")
def font() -> FieldFont:
    """The document's font."""
    return fonts()[1]


def line(text: str, x: float = 2, y: float = 6, font: FieldFont | None = None) -> bytes:
    """One line, as signing draws it."""
    codes = (font or fonts()[1]).of(text)
    assert codes is not None
    return b"1 0 0 1 %.3f %.3f Tm\n<%s> Tj\n" % (x, y, b"".join(b"%04X" % each for each in codes))


def drawn(*lines: bytes, size: float = 11) -> bytes:
    """A drawing of these lines."""
    head = b"/Tx BMC\nq\nBT\n0.00 g /SygnetSans %.3f Tf\n" % size
    return head + b"".join(lines) + b"ET\nQ\nEMC\n"


def test_the_font_is_read_as_it_was_written(font: FieldFont) -> None:
    written, _ = fonts()
    assert font.glyphs == written.glyphs
    assert all(font.widths[glyph] == width for glyph, width in written.widths.items())


@given(WORDS, st.sampled_from(list(FieldKind)), SIDES, SIDES)
@example("1 250,50 zł", FieldKind.MONEY, 130.0, 18.0)
@example("a\n\n  b", FieldKind.MULTILINE, 30.0, 90.0)
def test_whatever_signing_draws_is_read_back(
    text: str, kind: FieldKind, width: float, height: float
) -> None:
    value = text.strip()
    writes, reads = fonts()
    if kind is FieldKind.INITIALS:
        value = "".join(each for each in value if each.isalpha())[:8]
        if letters_without_hand(value):
            return
    if kind is not FieldKind.MULTILINE:
        value = value.replace("\n", " ")
    if not value or not is_readable(value, kind, writes, inner_room(width, height)):
        return
    found = read_text(value_content(value, kind, writes, width, height), reads, width, height)
    assert found is not None
    assert found.is_of(value, reads)
    assert found.by_hand == (kind is FieldKind.INITIALS)
    other = value[:-1] + ("9" if value[-1] != "9" else "1")
    assert not found.is_of(other, reads)
    assert not found.is_of(value + "0", reads)
    assert not found.is_of(value[:-1], reads)


def test_lines_that_break_are_read_as_one_value(font: FieldFont) -> None:
    found = read_text(drawn(line("Jan", y=30), line("Kowalski", y=16)), font, 100, 50)
    assert found is not None
    assert found.is_of("Jan Kowalski", font)
    assert found.is_of("Jan\nKowalski", font)
    assert not found.is_of("Jan  Nowak", font)


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(drawn(line("100")).replace(b"0.00 g", b"1.00 g"), id="in white"),
        pytest.param(drawn(line("100")) + b"1 g 0 0 90 18 re f\n", id="and covered"),
        pytest.param(drawn(line("100", x=80)), id="over the right edge"),
        pytest.param(drawn(line("100", x=-30)), id="over the left edge"),
        pytest.param(drawn(line("100", y=-9)), id="under the lower edge"),
        pytest.param(drawn(line("100", y=17)), id="over the upper edge"),
        pytest.param(drawn(line("100"), line("200")), id="one line upon the other"),
        pytest.param(drawn(line("1", x=2, y=12), line("00", x=40, y=2)), id="lines apart"),
        pytest.param(drawn(line("100"), size=0.5), id="too small to be seen"),
        pytest.param(drawn(line("100"), size=0), id="without a size"),
        pytest.param(drawn(line("100")).replace(b"1 0 0 1", b"-1 0 0 1"), id="mirrored"),
        pytest.param(drawn(line("100")).replace(b"0.00 g", b"3 Tr 0.00 g"), id="unseen"),
        pytest.param(drawn(line("100")).replace(b"> Tj", b"> TJ"), id="by another operator"),
        pytest.param(drawn(line("100"))[:-4], id="without an end"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_drawn_otherwise_is_not_read(drawing: bytes, font: FieldFont) -> None:
    assert read_text(drawn(line("100")), font, 90, 18) is not None
    assert read_text(drawing, font, 90, 18) is None


def _ticked(pen: float, *corners: float) -> bytes:
    places = [f"{x:.2f} {y:.2f}" for x, y in zip(corners[::2], corners[1::2], strict=True)]
    path = "{} m {} l {} l".format(*places)
    return f"q 0.05 0.1 0.45 RG {pen:.2f} w 1 J 1 j {path} S Q\n".encode("ascii")


def test_a_tick_is_the_one_of_form_building() -> None:
    from signing.form_building import _tick

    for width, height in ((14, 14), (40.5, 12.25), (3, 300)):
        assert is_tick(_tick(width, height), width, height)
    assert not is_tick(b"", 14, 14)
    assert not is_tick(_tick(14, 14) + b"1 g 0 0 14 14 re f\n", 14, 14)


@pytest.mark.parametrize(
    "drawing",
    [
        pytest.param(_ticked(2, 4, 10, 8, 4, 30, 16), id="beyond the edge"),
        pytest.param(_ticked(2, 4, 4, 4, 4, 4, 4), id="a point"),
        pytest.param(_ticked(2, 2, 2, 7, 2, 12, 2), id="a line"),
        pytest.param(_ticked(0, 3, 7, 6, 3, 11, 11), id="without a width"),
        pytest.param(_ticked(14, 3, 7, 6, 3, 11, 11), id="a blot"),
    ],
)
def test_a_tick_that_is_not_seen_as_one_is_none(drawing: bytes) -> None:
    assert is_tick(_ticked(1.5, 3, 7, 6, 3, 11, 11), 14, 14)
    assert not is_tick(drawing, 14, 14)


@given(st.binary(max_size=300))
@example(b"\x00\x01\x00\x00\xff\xff" + bytes(100))
def test_no_font_program_hangs_or_raises_anything_but_value_errors(program: bytes) -> None:
    from struct import error

    from verifier.drawn_text import _characters

    with contextlib.suppress(ValueError, error):
        _characters(program)


def test_a_font_with_a_million_letters_is_refused() -> None:
    from verifier.drawn_text import _characters

    segments = 40
    columns = struct.pack(">40H", *[0xFFFE] * 40) + b"\0\0" + bytes(6 * segments)
    table = struct.pack(">7H", 4, 0, 0, 2 * segments, 0, 0, 0) + columns
    head = struct.pack(">HH", 0, 1) + struct.pack(">HHL", 3, 1, 12)
    directory = b"\0\1\0\0" + struct.pack(">4H", 1, 0, 0, 0)
    directory += struct.pack(">4sLLL", b"cmap", 0, 28, len(head + table))
    with pytest.raises(ValueError, match="twice"):
        _characters(directory + head + table)
