"""How a filled value is drawn in its box; the same operators whoever fills it, and when."""

from __future__ import annotations

from signing.document_font import FONT_KEY, DocumentFont
from signing.field_specs import FieldKind
from signing.handwriting import faces_for, outline_name
from signing.outlines import Box
from signing.text_layout import text_content
from signing.value_layout import inner_room, lay_out_value

__all__ = ["CHECKED", "HAND_INK", "LARGEST_INITIALS", "value_content"]

CHECKED = "/Yes"
"""Name of a checkbox's ticked state."""
HAND_INK = b"0.047 0.094 0.353 rg\n"  # the blue-black of a fountain pen
LARGEST_INITIALS = 0.024  # points per unit of a handwriting face: 24 points to the em


def value_content(
    text: str, kind: FieldKind, font: DocumentFont, width: float, height: float
) -> bytes:
    """Operators that draw a value in the space of its widget, origin at the lower left corner.

    Args:
        text: The value as it is printed.
        kind: The field's kind; initials are drawn as by hand, everything else is set in type.
        font: The document's font, to be found under `FONT_KEY`.
        width: Of the widget, points.
        height: Of the widget, points.
    """
    drawn = (
        _initials(text, font, width, height)
        if kind is FieldKind.INITIALS
        else _typeset(text, kind, font, width, height)
    )
    return b"/Tx BMC\nq\n" + drawn + b"Q\nEMC\n"


def _typeset(text: str, kind: FieldKind, font: DocumentFont, width: float, height: float) -> bytes:
    inner = inner_room(width, height)
    layout = lay_out_value(text, kind, font, inner)
    several_lines = kind is FieldKind.MULTILINE
    top = inner.top if several_lines else inner.y + (inner.height + layout.height()) / 2
    return text_content(layout, font, inner.x, top)


def _initials(text: str, font: DocumentFont, width: float, height: float) -> bytes:
    """Curves for the eye, and under them unseen letters (ISO 32000-1, 9.3.6) for who copies."""
    room = inner_room(width, height)
    shape = outline_name(text, faces_for(text)[0]).fitted(
        Box(room.x, room.y, room.right, room.top), largest_scale=LARGEST_INITIALS
    )
    bounds = shape.bounds()
    size = min(bounds.top - bounds.bottom, room.width * 1000 / font.width(text, 1000))
    unseen = (
        f"BT 3 Tr {FONT_KEY} {size:.3f} Tf 1 0 0 1 {bounds.left:.3f} {bounds.bottom:.3f} Tm "
    ).encode("ascii")
    return HAND_INK + shape.content() + unseen + font.show(text) + b" ET\n"
