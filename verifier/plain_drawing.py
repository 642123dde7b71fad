"""What an update adds for drawing stays in its place, in every reader (ISO 32000-2 8.2).

A drawing in a field is cut off at the field's edge. But pdf.js lets `Q` take away the cut itself,
and what was drawn then lies over the whole page, contract included; a path that is begun and not
painted goes on in the next field. So drawings are of plain operators, each where it belongs: states
of graphics are saved and restored in pairs, paths are painted, texts end. No patterns, no inline
images, no operators of other resources; streams are forms, pictures, or data of fonts.
"""

from __future__ import annotations

import re
from typing import Any, Final

from verifier.pdf_patterns import WHITE_SPACE, pdf_pattern
from verifier.same_objects import raw_entry
from verifier.unfolding import unfold

__all__ = ["is_plain_stream", "stays_in_place"]

MAX_DRAWING_BYTES: Final = 2**22
"""Largest drawing, unfolded; a certificate page has 60 KB."""

_FORM: Final = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Length", "/Filter"})
_PICTURE: Final = frozenset(
    {
        *("/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent"),
        *("/SMask", "/Filter", "/DecodeParms", "/Length"),
    }
)
_FONT_DATA: Final = frozenset({"/Length", "/Length1", "/Filter"})
_PACKED: Final = {"/FlateDecode"}
_PACKED_PICTURE: Final = {"/FlateDecode", "/DCTDecode"}

_NUMBER: Final = rb"[-+]?(?:[0-9]{1,9}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})(?=[\s\]<(])"
_TEXT: Final = rb"\((?:[^()\\]|\\.)*+\)|<(?:[0-9A-Fa-f]{2})*+>"
_STEP: Final = pdf_pattern(
    rb"(?:\s|%b|%b|/[A-Za-z0-9+.\-]{1,127}(?=\s)|\[(?:\s|%b|%b)*+\])*+"
    rb"([A-Za-z][A-Za-z*]{0,2})(?:\s++|\Z)" % (_NUMBER, _TEXT, _NUMBER, _TEXT),
    re.DOTALL,
)
_COLOURS: Final = frozenset({b"g", b"G", b"rg", b"RG", b"k", b"K"})
_TEXT_STATES: Final = frozenset({b"Tf", b"TL", b"Tc", b"Tw", b"Tz", b"Tr", b"Ts"})
_PATHS: Final = frozenset({b"m", b"l", b"c", b"v", b"y", b"h", b"re", b"W", b"W*"})
_PAINTS: Final = frozenset({b"S", b"s", b"f", b"f*", b"B", b"B*", b"b", b"b*", b"n"})
_ALONE: Final = _COLOURS | _TEXT_STATES | {b"cm", b"w", b"J", b"j", b"M", b"d", b"Do", b"n"}
_IN_TEXT: Final = _COLOURS | _TEXT_STATES | {b"Tm", b"Td", b"TD", b"T*", b"Tj", b"TJ"}
_NEXT: Final = {
    "page": {**dict.fromkeys(_ALONE, "page"), b"m": "path", b"re": "path", b"BT": "text"},
    "path": {**dict.fromkeys(_PATHS, "path"), **dict.fromkeys(_PAINTS, "page")},
    "text": {**dict.fromkeys(_IN_TEXT, "text"), b"ET": "page"},
}
"""What may follow, and where it leads."""
_CLOSES: Final = {b"q": b"Q", b"BMC": b"EMC"}


def is_plain_stream(made: Any) -> bool:
    """Tell whether an object that an update adds is no stream, or a plain one.

    Args:
        made: the object as pyHanko reads it; what it refers to is not looked at.
    """
    from pyhanko.pdf_utils.generic import StreamObject

    if not isinstance(made, StreamObject):
        return True
    kind, keys = raw_entry(made, "/Subtype"), set(made)
    if kind == "/Form":
        return keys <= _FORM and _is_packed(made, _PACKED) and _draws_in_place(made)
    if kind == "/Image":
        return keys <= _PICTURE and _is_packed(made, _PACKED_PICTURE)
    return keys <= _FONT_DATA and _is_packed(made, _PACKED)


def stays_in_place(drawing: bytes) -> bool:
    """Tell whether operators leave everything as they found it."""
    at, place, unclosed = 0, "page", list[bytes]()
    while step := _STEP.match(drawing, at):
        at, operator = step.end(), step[1]
        if operator in _NEXT[place]:
            place = _NEXT[place][operator]
        elif place == "page" and operator in _CLOSES:
            unclosed.append(_CLOSES[operator])
        elif place != "page" or not unclosed or operator != unclosed.pop():
            return False
    return place == "page" and not unclosed and not drawing[at:].strip(WHITE_SPACE)


def _is_packed(stream: Any, known: set[str]) -> bool:
    """By one of these filters alone, or not at all."""
    from pyhanko.pdf_utils.generic import ArrayObject, NameObject

    packed = raw_entry(stream, "/Filter")
    if isinstance(packed, ArrayObject) and len(packed) == 1:
        packed = packed.raw_get(0)
    return packed is None or (isinstance(packed, NameObject) and packed in known)


def _draws_in_place(form: Any) -> bool:
    drawing: bytes = form.encoded_data or b""
    if drawing and "/Filter" in form:
        try:
            drawing = unfold(drawing, MAX_DRAWING_BYTES)
        except ValueError:
            return False
    return len(drawing) <= MAX_DRAWING_BYTES and stays_in_place(drawing)
