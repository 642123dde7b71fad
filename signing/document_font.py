"""The one font by which `signing` writes into documents: Noto Sans, cut to a fixed alphabet.

Preparing a document embeds the font once, whole (some 50 KB). Whoever fills or signs later finds
it in the form's default resources, reads glyph numbers and widths out of the file itself, and adds
no font of their own: nothing is cut at the kiosk, and a document prepared years ago is filled in
the very font that it carries.

In the PDF it is a Type 0 font with Identity-H, so a character code is a glyph number of two bytes
(ISO 32000-1, 9.7.4.3), and a ToUnicode map lets readers copy and search the text.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from fontTools.ttLib import TTFont

from signing.typefaces import SANS

if TYPE_CHECKING:  # 5 MB that only head office needs, where documents are prepared
    import pikepdf

__all__ = ["ALPHABET", "FONT_KEY", "DocumentFont", "document_font", "embed_font"]

FONT_KEY = "/SygnetSans"
"""Name of the font in the form's default resources and in every appearance."""

ALPHABET = frozenset(
    chr(code)
    for low, high in (
        (0x20, 0x7E),  # ASCII
        (0xA0, 0xAC),  # Latin-1 without the soft hyphen
        (0xAE, 0xFF),
        (0x100, 0x17F),  # Latin Extended-A: Polish, Czech, Lithuanian, Romanian, Turkish ...
        (0x18F, 0x18F),  # Azerbaijani schwa
        (0x1A0, 0x1A1),  # Vietnamese horned o and u
        (0x1AF, 0x1B0),
        (0x218, 0x21B),  # Romanian with comma below
        (0x259, 0x259),
        (0x386, 0x386),  # Greek with its tonos
        (0x388, 0x38A),
        (0x38C, 0x38C),
        (0x38E, 0x3A1),
        (0x3A3, 0x3CE),
        (0x400, 0x45F),  # Cyrillic
        (0x490, 0x4F9),  # Ukrainian ge with upturn, Kazakh, Tatar, Tajik ...
        (0x531, 0x556),  # Armenian
        (0x55A, 0x55F),
        (0x561, 0x587),
        (0x589, 0x58A),
        (0x58F, 0x58F),  # dram
        (0x10D0, 0x10FF),  # Georgian
        (0x1C90, 0x1CBA),  # Georgian capitals
        (0x1CBD, 0x1CBF),
        (0x1E80, 0x1E85),  # Welsh
        (0x1E9E, 0x1E9E),  # capital sharp s
        (0x1EA0, 0x1EF9),  # Vietnamese
        (0x2013, 0x2014),  # dashes
        (0x2018, 0x201A),  # quotation marks
        (0x201C, 0x201E),
        (0x2022, 0x2022),  # bullet
        (0x2026, 0x2026),  # ellipsis
        (0x2039, 0x203A),
        (0x20AB, 0x20AC),  # dong, euro
        (0x20B4, 0x20B4),  # hryvnia
        (0x2116, 0x2116),  # numero
        (0x2122, 0x2122),  # trade mark
    )
    for code in range(low, high + 1)
) | frozenset(  # Greek with breathings: letters in NFC, not the accents that stand alone
    chr(code)
    for code in range(0x1F00, 0x2000)
    if unicodedata.category(chr(code)).startswith("L")
    and unicodedata.is_normalized("NFC", chr(code))
)
"""Every character that can be written into a document."""


@dataclass(frozen=True)
class DocumentFont:
    """Glyph numbers and widths of the embedded font."""

    glyphs: dict[int, int]  # Unicode code point -> glyph number
    widths: dict[int, int]  # glyph number -> advance, thousandths of the size
    ascent: int  # thousandths of the size, above the baseline
    descent: int  # thousandths of the size, negative, below the baseline

    @classmethod
    def from_file(cls, data: bytes) -> DocumentFont:
        """Read a TrueType file, such as the one inside a prepared document."""
        with TTFont(io.BytesIO(data), lazy=True) as font:
            advances = font["hmtx"].metrics
            names = font.getBestCmap()
            return cls(
                glyphs={code: font.getGlyphID(name) for code, name in names.items()},
                widths={font.getGlyphID(name): advances[name][0] for name in names.values()},
                ascent=font["hhea"].ascent,
                descent=font["hhea"].descent,
            )

    def can_write(self, text: str) -> bool:
        """Whether every character has a glyph."""
        return all(ord(letter) in self.glyphs for letter in text)

    def width(self, text: str, size: float) -> float:
        """Advance of `text` at `size` points, in points."""
        return sum(self.widths[self.glyphs[ord(letter)]] for letter in text) * size / 1000

    def show(self, text: str) -> bytes:
        """The operand and operator that show `text` (ISO 32000-1, 9.4.3)."""
        codes = "".join(f"{self.glyphs[ord(letter)]:04X}" for letter in text)
        return b"<" + codes.encode("ascii") + b"> Tj"


@cache
def _font_file() -> bytes:
    from fontTools import subset

    options = subset.Options()
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "gasp", "DSIG"]
    options.name_IDs = [1, 2, 4, 6]
    font = subset.load_font(str(SANS), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(letter) for letter in ALPHABET])
    cutter.subset(font)
    output = io.BytesIO()
    font.save(output)
    return output.getvalue()


@cache
def document_font() -> DocumentFont:
    """The font as this release embeds it."""
    return DocumentFont.from_file(_font_file())


def embed_font(pdf: pikepdf.Pdf) -> pikepdf.Dictionary:
    """Put the font into a document that is being prepared.

    Args:
        pdf: The document; objects are added to it.

    Returns:
        The font dictionary, an indirect object, to be used under `FONT_KEY`.
    """
    import pikepdf

    data = _font_file()
    font = document_font()
    with TTFont(io.BytesIO(data), lazy=True) as source:
        box = [source["head"].xMin, source["head"].yMin, source["head"].xMax, source["head"].yMax]
        cap_height = source["OS/2"].sCapHeight
    file = pdf.make_stream(data)
    file.Length1 = len(data)
    name = pikepdf.Name("/SYGNET+NotoSans")
    descriptor = pikepdf.Dictionary(
        Type=pikepdf.Name.FontDescriptor,
        FontName=name,
        Flags=4,  # symbolic: the glyphs are addressed by number
        FontBBox=pikepdf.Array(box),
        ItalicAngle=0,
        Ascent=font.ascent,
        Descent=font.descent,
        CapHeight=cap_height,
        StemV=80,
        FontFile2=file,
    )
    descendant = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=pikepdf.Dictionary(
            Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
        ),
        FontDescriptor=pdf.make_indirect(descriptor),
        DW=600,
        W=pdf.make_indirect(_width_array(font)),  # apart: who only draws need not read it
        CIDToGIDMap=pikepdf.Name.Identity,
    )
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type0,
            BaseFont=name,
            Encoding=pikepdf.Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_stream(_to_unicode(font)),
        )
    )


def _width_array(font: DocumentFont) -> pikepdf.Array:
    """Runs of widths, each after the number of its first glyph (ISO 32000-1, 9.7.4.3)."""
    import pikepdf

    runs: list[tuple[int, list[int]]] = []
    for glyph in sorted(font.widths):
        if runs and glyph == runs[-1][0] + len(runs[-1][1]):
            runs[-1][1].append(font.widths[glyph])
        else:
            runs.append((glyph, [font.widths[glyph]]))
    return pikepdf.Array(item for first, widths in runs for item in (first, pikepdf.Array(widths)))


def _to_unicode(font: DocumentFont) -> bytes:
    """A CMap from glyph numbers back to characters (ISO 32000-1, 9.10.3)."""
    codes = {glyph: code for code, glyph in sorted(font.glyphs.items(), reverse=True)}
    pairs = sorted(codes.items())  # a glyph of several characters stands for the lowest
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):
        block = pairs[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{glyph:04X}> <{code:04X}>" for glyph, code in block]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end", ""]
    return "\n".join(lines).encode("ascii")
