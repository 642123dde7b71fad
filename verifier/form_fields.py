"""What the form of a sealed file shows, field by field: the very value that each one holds.

The value is what programs take out of a file, the drawing what people see. Both are in the bytes
that were signed, and a kiosk, or whoever prepared the document, could let them differ; or let a
reader draw the fields anew, otherwise than anybody saw them. So the whole form is of the one kind
that head office prepares (docs/genuine-pdf.md section 4c), and every text in it is read back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from verifier.drawn_text import (
    MAX_DRAWING_BYTES,
    MAX_INITIALS,
    FieldFont,
    field_font,
    is_tick,
    read_text,
)
from verifier.findings import Refused
from verifier.same_objects import raw_entry, same
from verifier.unfolding import unfold

__all__ = ["check_form", "form_fields", "shows_nothing"]

_FONT_KEY: Final = "/SygnetSans"
_FORM_KEYS: Final = frozenset({"/Fields", "/SigFlags", "/DR", "/DA"})
_GROUP_KEYS: Final = frozenset({"/T", "/Kids"})
_FIELD_KEYS: Final = frozenset(
    {"/Type", "/Subtype", "/FT", "/T", "/TU", "/Parent", "/P", "/Rect", "/F", "/Ff", "/AP", "/V"}
)
_MORE_KEYS: Final = {
    "/Tx": frozenset({"/DA", "/MaxLen"}),
    "/Btn": frozenset({"/AS", "/H", "/MK"}),
    "/Sig": frozenset({"/Lock"}),
}
_FLAGS: Final = frozenset({4, 4 | 128})
"""Printed, and locked: neither hidden nor for the screen alone (ISO 32000-2 table 167)."""
_PUSH_BUTTON: Final = 1 << 16


def check_form(reader: Any) -> None:
    """Check that each field of a form shows what it holds.

    Args:
        reader: pyHanko's reader of the file up to the end of its last signature.

    Raises:
        Refused: `field_differs`, `field_unreadable`.
    """
    form = reader.root["/AcroForm"]
    if not set(form) <= _FORM_KEYS:
        raise Refused("field_unreadable", field="AcroForm")
    font: FieldFont | None = None
    for name, field in form_fields(form):
        _check_field(name, field)
        kind, value = field["/FT"], raw_entry(field, "/V")
        if kind == "/Btn":
            _check_button(name, field, value)
        elif kind == "/Tx" and value is not None:
            if font is None:
                font = _font(form)
            _check_text(name, field, str(value), font, form)
        elif kind == "/Tx" and not shows_nothing(field):
            raise Refused("field_unreadable", field=name)


def shows_nothing(field: Any) -> bool:
    """Tell whether a field that is not filled yet draws nothing.

    What it drew would be gone when it is filled, and with it whatever that had covered.
    """
    if "/AP" not in field:
        return True
    looks = field["/AP"]
    if set(looks) != {"/N"}:
        return False
    shown = looks["/N"]
    if not hasattr(shown, "encoded_data"):
        if "/Off" not in shown:
            return False
        shown = shown["/Off"]
    return "/Resources" not in shown and _drawing(shown) == b""


def form_fields(form: Any) -> Iterator[tuple[str, Any]]:
    """Fields that have no others below them, with their full names.

    Raises:
        Refused: `field_unreadable`, on a group of fields that holds more than these.
    """
    for each in (reference.get_object() for reference in form["/Fields"]):
        name = str(each["/T"])
        if "/Kids" not in each:
            yield name, each
            continue
        if not set(each) <= _GROUP_KEYS:
            raise Refused("field_unreadable", field=name)
        for kid in (reference.get_object() for reference in each["/Kids"]):
            yield f"{name}.{kid['/T']}", kid


def _check_field(name: str, field: Any) -> None:
    """The field is its own widget, of a known kind, and neither hidden nor more than a field."""
    kind = str(field["/FT"])
    known = _FIELD_KEYS | _MORE_KEYS.get(kind, frozenset())
    plain = (
        kind in _MORE_KEYS
        and set(field) <= known
        and field["/Subtype"] == "/Widget"
        and field["/F"] in _FLAGS
        and ("/MK" not in field or set(field["/MK"]) <= {"/TP"})
    )
    if not plain:
        raise Refused("field_unreadable", field=name)


def _check_button(name: str, field: Any, value: Any) -> None:
    """A box that is ticked shows a tick, another one nothing; a stamp has no value."""
    if int(field["/Ff"]) & _PUSH_BUTTON:
        if value is not None:
            raise Refused("field_unreadable", field=name)
        return
    if not same(value, field["/AS"]):
        raise Refused("field_differs", field=name)
    looks = field["/AP"]["/N"]
    plain = set(looks) == {"/Off", "/Yes"} and value in {"/Off", "/Yes"} and shows_nothing(field)
    if not plain or "/Resources" in looks["/Yes"] or not is_tick(_drawing(looks["/Yes"])):
        raise Refused("field_unreadable", field=name)


def _check_text(name: str, field: Any, value: str, font: FieldFont | None, form: Any) -> None:
    if font is None or "/AP" not in field or set(field["/AP"]) != {"/N"}:
        raise Refused("field_unreadable", field=name)
    look = field["/AP"]["/N"]
    resources = look["/Resources"]
    own = (
        set(resources) == {"/Font"}
        and set(resources["/Font"]) == {_FONT_KEY}
        and same(
            raw_entry(resources["/Font"], _FONT_KEY), raw_entry(form["/DR"]["/Font"], _FONT_KEY)
        )
    )
    _, _, width, height = (float(side) for side in look["/BBox"])
    drawn = read_text(_drawing(look), font, width, height) if own else None
    if drawn is None or not _is_written_plainly(field):
        raise Refused("field_unreadable", field=name)
    if drawn.by_hand and not _may_be_by_hand(field, value):
        raise Refused("field_unreadable", field=name)
    if not drawn.is_of(value, font):
        raise Refused("field_differs", field=name)


def _may_be_by_hand(field: Any, value: str) -> bool:
    """Initials, in a field that was certified for initials: curves are read by nobody."""
    longest = int(field["/MaxLen"]) if "/MaxLen" in field else MAX_INITIALS + 1
    return longest <= MAX_INITIALS >= len(value) and not any(map(str.isdigit, value))


def _is_written_plainly(field: Any) -> bool:
    """A text in an encoding that every reader knows (ISO 32000-1 7.9.2.2); UTF-8 came later."""
    from pyhanko.pdf_utils.generic import TextStringEncoding, TextStringObject

    value = raw_entry(field, "/V")
    known = (TextStringEncoding.PDF_DOC, TextStringEncoding.UTF16BE)
    return isinstance(value, TextStringObject) and value.autodetected_encoding in known


def _font(form: Any) -> FieldFont | None:
    fonts = form["/DR"]["/Font"]
    return field_font(fonts[_FONT_KEY]) if _FONT_KEY in fonts else None


def _drawing(look: Any) -> bytes:
    """The operators of a look, at most so many; packed by deflate alone, or not at all."""
    from pyhanko.pdf_utils.generic import NameObject

    drawing: bytes = look.encoded_data or b""
    if drawing and "/Filter" in look:  # empty looks are left unpacked
        packed = raw_entry(look, "/Filter")
        if not isinstance(packed, NameObject) or packed != "/FlateDecode" or "/DecodeParms" in look:
            raise Refused("field_unreadable", field="AP")
        try:
            drawing = unfold(drawing, MAX_DRAWING_BYTES)
        except ValueError as error:
            raise Refused("field_unreadable", field="AP") from error
    if len(drawing) > MAX_DRAWING_BYTES:
        raise Refused("field_unreadable", field="AP")
    return drawing
