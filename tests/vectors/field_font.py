"""A font of a few letters for the fields of small sealed PDFs, and text drawn in it by hand."""

from __future__ import annotations

import io
from functools import cache
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from signing.typefaces import SANS

__all__ = ["codes_of", "drawn_text", "embed_field_font"]

_LETTERS: Final = " 0123456789,AWacdeijknoprtuwyzęł"


@cache
def _program() -> bytes:
    options = subset.Options()
    options.hinting = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "gasp", "DSIG"]
    options.name_IDs = []
    font = subset.load_font(str(SANS), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=_LETTERS)
    cutter.subset(font)
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@cache
def _font() -> tuple[dict[int, int], list[int]]:
    """Glyphs of the letters, and the widths of all glyphs."""
    with TTFont(io.BytesIO(_program())) as font:
        names = font.getGlyphOrder()
        glyphs = {code: font.getGlyphID(name) for code, name in font.getBestCmap().items()}
        return glyphs, [font["hmtx"][name][0] for name in names]


def codes_of(text: str) -> bytes:
    """Hexadecimal codes of a text."""
    glyphs, _ = _font()
    return "".join(f"{glyphs[ord(letter)]:04X}" for letter in text).encode("ascii")


def drawn_text(*lines: str, size: float = 11, left: float = 2, top: float = 6) -> bytes:
    """Operators that draw lines in a field, the first one's baseline at `top`."""
    shown = b"".join(
        b"1 0 0 1 %.3f %.3f Tm\n<%s> Tj\n" % (left, top - place * size * 1.2, codes_of(line))
        for place, line in enumerate(lines)
    )
    return b"/Tx BMC\nq\nBT\n0.00 g /SygnetSans %.3f Tf\n" % size + shown + b"ET\nQ\nEMC\n"


def embed_field_font(writer: Any) -> Any:
    """Put the font into a document that is being prepared."""

    def dictionary(**entries: Any) -> Any:
        return generic.DictionaryObject({pdf_name(f"/{key}"): entries[key] for key in entries})

    _, widths = _font()
    program = generic.StreamObject(stream_data=_program())
    program["/Length1"] = generic.NumberObject(len(_program()))
    program.compress()
    numbers = generic.ArrayObject(map(generic.NumberObject, widths))
    name = pdf_name("/SYGNET+NotoSans")
    descriptor = dictionary(
        Type=pdf_name("/FontDescriptor"),
        FontName=name,
        Flags=generic.NumberObject(4),
        FontBBox=generic.ArrayObject(map(generic.NumberObject, (-100, -300, 1100, 1100))),
        ItalicAngle=generic.NumberObject(0),
        Ascent=generic.NumberObject(1069),
        Descent=generic.NumberObject(-293),
        CapHeight=generic.NumberObject(714),
        StemV=generic.NumberObject(80),
        FontFile2=writer.add_object(program),
    )
    system = dictionary(
        Registry=generic.pdf_string("Adobe"),
        Ordering=generic.pdf_string("Identity"),
        Supplement=generic.NumberObject(0),
    )
    below = dictionary(
        Type=pdf_name("/Font"),
        Subtype=pdf_name("/CIDFontType2"),
        BaseFont=name,
        CIDSystemInfo=system,
        FontDescriptor=writer.add_object(descriptor),
        W=generic.ArrayObject([generic.NumberObject(0), numbers]),
        CIDToGIDMap=pdf_name("/Identity"),
    )
    return writer.add_object(
        dictionary(
            Type=pdf_name("/Font"),
            Subtype=pdf_name("/Type0"),
            BaseFont=name,
            Encoding=pdf_name("/Identity-H"),
            DescendantFonts=generic.ArrayObject([writer.add_object(below)]),
        )
    )
