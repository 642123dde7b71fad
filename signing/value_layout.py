"""How a filled value lies in its box, and whether it can still be read there.

One function decides for the kiosk, which tells the client that a value is too long, and for the
PDF, which draws it: the two never disagree.
"""

from __future__ import annotations

from typing import Final

from signing.document_font import DocumentFont
from signing.fields import FieldKind
from signing.page_geometry import Rectangle
from signing.text_layout import Layout, lay_out

__all__ = ["inner_room", "is_readable", "lay_out_value"]

LARGEST_VALUE: Final = 11.0  # points
READABLE: Final = 5.0  # points; smaller print is a complaint waiting to be made


def inner_room(width: float, height: float) -> Rectangle:
    """A box less its margin, points."""
    return Rectangle(0, 0, width, height).inset(min(2.0, height * 0.1))


def lay_out_value(value: str, kind: FieldKind, font: DocumentFont, room: Rectangle) -> Layout:
    """As large as is pleasant, smaller or on more lines when it must be, never cut off.

    Args:
        value: The canonical value.
        kind: The field's kind; only several lines of text break at once.
        font: The document's font.
        room: Where it goes, see `inner_room`.
    """
    several_lines = kind is FieldKind.MULTILINE
    return lay_out(value, font, room.width, room.height, largest=LARGEST_VALUE, wrap=several_lines)


def is_readable(value: str, kind: FieldKind, font: DocumentFont, room: Rectangle) -> bool:
    """Whether a value is drawn no smaller than can be read."""
    return lay_out_value(value, kind, font, room).size >= READABLE
