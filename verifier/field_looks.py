"""How a field may draw: one plain form, as large as its rectangle, the same to every reader.

No matrix, no layer, no other look when it is pressed: whatever a field shows fills its rectangle,
so its size on the page is that of its operators, and nothing is drawn anywhere else (ISO 32000-2
12.5.5, 8.10.2).
"""

from __future__ import annotations

from typing import Any, Final

from verifier.findings import Refused
from verifier.same_objects import raw_entry
from verifier.unfolding import unfold

__all__ = ["MAX_DRAWING_BYTES", "drawing_of", "fills_its_place", "shows_nothing"]

MAX_DRAWING_BYTES: Final = 2**18
"""Largest drawing of one value, unfolded: 200 letters drawn by hand."""
ROUNDED_POINTS: Final = 0.01
"""How far the size of an appearance may be from its rectangle's; both have 3 decimals."""
_FORM: Final = frozenset({"/Type", "/Subtype", "/BBox", "/Resources", "/Length", "/Filter"})


def fills_its_place(field: Any, *, is_box: bool) -> bool:
    """Tell whether a field draws nothing or one plain form; a box to tick one for each state."""
    from pyhanko.pdf_utils.generic import StreamObject

    if "/AP" not in field:
        return True
    if set(field["/AP"]) != {"/N"}:
        return False
    look = field["/AP"]["/N"]
    if is_box == isinstance(look, StreamObject):
        return False
    forms = [look[state] for state in look] if is_box else [look]
    return all(_fills(form, field["/Rect"]) for form in forms)


def _fills(form: Any, rectangle: Any) -> bool:
    from pyhanko.pdf_utils.generic import StreamObject

    if not isinstance(form, StreamObject) or not set(form) <= _FORM:
        return False
    left, low, right, top = (float(side) for side in rectangle)
    box = [float(side) for side in form["/BBox"]]
    expected = (0.0, 0.0, abs(right - left), abs(top - low))
    return form["/Subtype"] == "/Form" and all(
        abs(found - side) <= ROUNDED_POINTS for found, side in zip(box, expected, strict=True)
    )


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
    return "/Resources" not in shown and drawing_of(shown) == b""


def drawing_of(look: Any) -> bytes:
    """The operators of a look, at most so many; packed by deflate alone, or not at all.

    Raises:
        Refused: `field_unreadable`.
    """
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
