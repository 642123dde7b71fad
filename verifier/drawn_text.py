"""What a field draws, read back letter by letter (docs/genuine-pdf.md section 4c).

Filled values are drawn in one form, by `signing.value_appearance`: lines of glyphs of the font that
the document carries, in black, whole and inside of the box; a tick of two strokes; initials as
curves above unseen letters. Whatever is drawn in another way is not read. Pure functions.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

__all__ = [
    "FONT_KEY",
    "MAX_INITIALS",
    "DrawnText",
    "FieldFont",
    "field_font",
    "is_tick",
    "read_text",
]

FONT_KEY: Final = "/SygnetSans"
"""Name of the one font by which fields are drawn."""

MAX_INITIALS: Final = 8
"""Most letters of initials; a field for them says so in /MaxLen (ISO 32000-2 table 232)."""
MAX_FONT_BYTES: Final = 2**20
"""Largest font program, unfolded; the one that is embedded has 88 KB."""

_FONT_KEYS: Final = (
    {"/Type", "/Subtype", "/BaseFont", "/Encoding", "/DescendantFonts", "/ToUnicode"},
    {
        *("/Type", "/Subtype", "/BaseFont", "/CIDSystemInfo", "/FontDescriptor", "/DW", "/W"),
        "/CIDToGIDMap",
    },
    {
        *("/Type", "/FontName", "/Flags", "/FontBBox", "/ItalicAngle", "/Ascent", "/Descent"),
        *("/CapHeight", "/StemV", "/FontFile2"),
    },
)
"""Of a font, of its descendant and of its descriptor (ISO 32000-2 tables 119, 115, 120): no second
program that another reader may draw by."""

_NUMBER: Final = rb"-?\d{1,5}(?:\.\d{1,3})?"
_BEGIN: Final = rb"/Tx BMC\nq\n"
_END: Final = rb"Q\nEMC\n"
_LINE: Final = re.compile(rb"1 0 0 1 (%b) (%b) Tm\n<((?:[0-9A-F]{4})*)> Tj\n" % (_NUMBER, _NUMBER))
_LINES: Final = re.compile(
    _BEGIN
    + rb"BT\n0\.00 g /SygnetSans (%b) Tf\n" % _NUMBER
    + rb"((?:1 0 0 1 %b %b Tm\n<(?:[0-9A-F]{4})*> Tj\n)+)ET\n" % (_NUMBER, _NUMBER)
    + _END
)
_POINT: Final = rb"%b %b " % (_NUMBER, _NUMBER)
_CURVES: Final = rb"(?:(?:%b[ml]|%b[c]|h)\n)+f\n" % (_POINT, 3 * _POINT)
_INITIALS: Final = re.compile(
    _BEGIN
    + rb"0\.047 0\.094 0\.353 rg\n"
    + _CURVES
    + rb"BT 3 Tr /SygnetSans %b Tf 1 0 0 1 %b%b Tm <((?:[0-9A-F]{4})+)> Tj ET\n"
    % (_NUMBER, _NUMBER + rb" ", _NUMBER)
    + _END
)
_CORNER: Final = rb"(%b) (%b) " % (_NUMBER, _NUMBER)
_TICK: Final = re.compile(
    rb"q 0\.05 0\.1 0\.45 RG (%b) w 1 J 1 j %bm %bl %bl S Q\n" % (_NUMBER, *[_CORNER] * 3)
)

READABLE_POINTS: Final = 5.0
"""Smaller letters are drawn only where the box holds no larger ones."""
_SHARE: Final = 0.3
"""Of the height that smaller letters take at least, all lines together; half of the width else."""
_MARGINS: Final = 4.0
"""Points of a box's width that stay empty; in a narrower one not even honest letters are seen."""
_LINE_SPACING: Final = 1.2
_CAPITAL: Final = 0.7
"""Height of a capital letter and distance of lines at least, in sizes."""
_NARROWEST: Final = 100.0
"""Least advance of a letter, thousandths of the size: without it letters lie on each other."""
_SMALLEST_TICK: Final = 2.0
"""Side in points of the smallest box whose tick is seen."""
_ROUNDED: Final = 0.05
"""Points by which a line may stand over its box."""


@dataclass(frozen=True, slots=True)
class FieldFont:
    """The font by which values are drawn: a code of two bytes is the number of a glyph."""

    glyphs: dict[int, int]
    """Unicode code point to glyph."""
    widths: dict[int, float]
    """Glyph to advance, thousandths of the size."""

    def of(self, text: str) -> tuple[int, ...] | None:
        """The glyphs of a text; None when there is a letter without one."""
        found = [self.glyphs.get(ord(letter)) for letter in text]
        return None if None in found else tuple(each for each in found if each is not None)


@dataclass(frozen=True, slots=True)
class DrawnText:
    """What is drawn."""

    lines: tuple[tuple[int, ...], ...]
    """Glyphs, line by line."""
    by_hand: bool
    """Whether these are unseen letters below curves."""

    def is_of(self, value: str, font: FieldFont) -> bool:
        """Tell whether these are the letters of a value, in their order and no others.

        A line ends within a word, or where the value has white space, which is not drawn then.
        """
        rest, space = value, font.of(" ")
        for place, line in enumerate(self.lines):
            if not line:  # between paragraphs
                continue
            if place:
                indented = next((at for at, each in enumerate(line) if (each,) != space), len(line))
                gap = rest[: len(rest) - len(rest.lstrip(" \n"))]
                if not gap.endswith(" " * indented):
                    return False
                rest = rest[len(gap) - indented :]
            taken, rest = rest[: len(line)], rest[len(line) :]
            if font.of(taken) != line:
                return False
        return not rest.strip(" \n")


def read_text(drawing: bytes, font: FieldFont, width: float, height: float) -> DrawnText | None:
    """Read what a field draws; None when it is drawn in another way, or not whole in the box.

    Args:
        drawing: the operators.
        font: what draws the glyphs.
        width: of the box, points.
        height: likewise.
    """
    hand = _INITIALS.fullmatch(drawing)
    if hand is not None:
        return DrawnText((_glyphs(hand[1]),), by_hand=True)
    found = _LINES.fullmatch(drawing)
    if found is None:
        return None
    size = float(found[1])
    lines = [(float(x), float(y), _glyphs(codes)) for x, y, codes in _LINE.findall(found[2])]
    wide = [sum(font.widths.get(each, 0.0) for each in line) * size / 1000 for *_, line in lines]
    left = lines[0][0]
    inside = all(
        x == left and x >= 0 and x + across <= width + _ROUNDED and y >= -_ROUNDED
        for (x, y, _), across in zip(lines, wide, strict=True)
    )
    apart = all(above[1] - below[1] >= _CAPITAL * size for above, below in pairwise(lines))
    large = (
        size >= READABLE_POINTS
        or len(lines) * size * _LINE_SPACING >= _SHARE * height
        or max(wide) >= (width - _MARGINS) / 2
    )
    whole = size > 0 and lines[0][1] + _CAPITAL * size <= height + _ROUNDED
    codes = {each for *_, line in lines for each in line}
    advances = all(font.widths.get(each, 0.0) >= _NARROWEST for each in codes)
    if not (inside and apart and large and whole and advances):
        return None
    return DrawnText(tuple(line for *_, line in lines), by_hand=False)


def is_tick(drawing: bytes, width: float, height: float) -> bool:
    """Tell whether a box is ticked in the one way there is: in its box, and to be seen there."""
    found = _TICK.fullmatch(drawing)
    if found is None:
        return False
    pen, *corners = (float(number) for number in found.groups())
    side, across, along = min(width, height), corners[::2], corners[1::2]
    return (
        side >= _SMALLEST_TICK
        and all(0 <= x <= width and 0 <= y <= height for x, y in zip(across, along, strict=True))
        and min(max(line) - min(line) for line in (across, along)) >= side * _SHARE
        and side / 20 <= pen <= side / 5
    )


def field_font(font: Any) -> FieldFont | None:
    """The font of a document's fields, as pyHanko reads its dictionary; None for one of others.

    Whether its glyphs look like the letters that they stand for nobody can tell here.
    """
    descendants = font["/DescendantFonts"]
    below = descendants[0]
    descriptor = below["/FontDescriptor"]
    plain = (
        all(map(set.issuperset, _FONT_KEYS, (font, below, descriptor)))
        and font["/Subtype"] == "/Type0"
        and font["/Encoding"] == "/Identity-H"
        and len(descendants) == 1
        and below["/Subtype"] == "/CIDFontType2"
        and below["/CIDToGIDMap"] == "/Identity"
    )
    program = descriptor["/FontFile2"].data
    if not plain or len(program) > MAX_FONT_BYTES:
        return None
    return FieldFont(_characters(program), _widths(below["/W"]))


def _glyphs(codes: bytes) -> tuple[int, ...]:
    return tuple(int(codes[at : at + 4], 16) for at in range(0, len(codes), 4))


def _widths(runs: Any) -> dict[int, float]:
    """Runs of widths, each after the number of its first glyph (ISO 32000-2 9.7.4.3)."""
    found: dict[int, float] = {}
    plain = list(runs)
    for first, run in zip(plain[::2], plain[1::2], strict=True):
        found.update((int(first) + at, float(width)) for at, width in enumerate(run))
    return found


def _characters(program: bytes) -> dict[int, int]:
    """The table from characters to glyphs of a TrueType file (OpenType, cmap, format 4).

    Raises:
        ValueError, struct.error: it has none.
    """
    tables = struct.unpack_from(">H", program, 4)[0]
    directory = (struct.unpack_from(">4sLLL", program, 12 + 16 * at) for at in range(tables))
    start = next((offset for tag, _, offset, _ in directory if tag == b"cmap"), None)
    if start is None:
        raise ValueError("a font without a table of characters")
    count = struct.unpack_from(">H", program, start + 2)[0]
    for at in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", program, start + 4 + 8 * at)
        form = struct.unpack_from(">H", program, start + offset)[0]
        if (platform, encoding, form) == (3, 1, 4):
            return _segments(program, start + offset)
    raise ValueError("a font without a table of Unicode characters")


def _segments(program: bytes, at: int) -> dict[int, int]:
    doubled = struct.unpack_from(">H", program, at + 6)[0]
    count = doubled // 2

    def column(number: int, kind: str) -> tuple[int, ...]:
        gap = 2 if number else 0  # two bytes of padding behind the first column
        return struct.unpack_from(f">{count}{kind}", program, at + 14 + number * doubled + gap)

    ends, starts, deltas, ranges = (column(n, kind) for n, kind in enumerate("HHhH"))
    found, before = dict[int, int](), -1
    for place, (end, start, delta, span) in enumerate(
        zip(ends, starts, deltas, ranges, strict=True)
    ):
        if not before < start <= end:  # in order, so that there are 65,536 letters at most
            raise ValueError("letters that stand in a font twice")
        before = end
        for code in range(start, end + 1):
            glyph = code + delta
            if span:
                where = at + 16 + 3 * doubled + 2 * place + span + 2 * (code - start)
                glyph = struct.unpack_from(">H", program, where)[0]
                glyph += delta if glyph else 0
            if glyph & 0xFFFF:  # 0 stands for letters that the font does not have
                found[code] = glyph & 0xFFFF
    return found
