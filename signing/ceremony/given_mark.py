"""The client's mark between the screens: how it is kept, shown again and handed to the seal.

`Progress.mark` is one of

- `{"kind": "typed", "name": NAME, "typeface": FACE}`,
- `{"kind": "drawn", "trace": {...}}`, which `Trace.to_json` wrote, and, only where head office
  wants it, `"strokes": BASE64`, how it was drawn, which the desk has sealed and cannot open,
- `{"kind": "picture"}`, the picture itself being with the desk.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signing.ceremony.desk import Desk, PictureKind
from signing.ceremony.progress import Progress
from signing.errors import SigningError
from signing.handwriting import Typeface, outline_name
from signing.ink import Ink, outline, trace_of
from signing.ink_trace import Trace
from signing.marks import DrawnMark, Mark, PictureMark, TypedMark
from signing.outlines import Outline

__all__ = ["MarkMissing", "Shape", "drawn", "given_mark", "mark_shape", "picture", "typed"]


class MarkMissing(SigningError):
    """The mark that progress speaks of cannot be found or read."""

    def __init__(self) -> None:
        """Nothing more can be said."""
        super().__init__("no_mark", "The signature is not there.", "Please sign once more.")


@dataclass(frozen=True)
class Shape:
    """An outline ready for an SVG of the screen, y downwards."""

    path: str  # the `d` of its path
    view_box: str  # of the SVG, with a little air around the ink


def typed(name: str, typeface: Typeface) -> dict[str, Any]:
    """A typed mark as progress keeps it."""
    return {"kind": "typed", "name": name, "typeface": typeface.value}


def drawn(ink: Ink, sealed_strokes: bytes = b"") -> dict[str, Any]:
    """A drawn mark as progress keeps it."""
    strokes = {"strokes": base64.b64encode(sealed_strokes).decode()} if sealed_strokes else {}
    return {"kind": "drawn", "trace": trace_of(ink).to_json(), **strokes}


def picture() -> dict[str, Any]:
    """A photographed mark as progress keeps it."""
    return {"kind": "picture"}


def given_mark(desk: Desk, progress: Progress) -> Mark:
    """The mark for the seal. Raises `MarkMissing`."""
    kept: Mapping[str, Any] = progress.mark or {}
    try:
        match kept.get("kind"):
            case "typed":
                return TypedMark(str(kept["name"]), Typeface(kept["typeface"]))
            case "drawn":
                strokes = str(kept.get("strokes", "")) if desk.records_strokes else ""
                return DrawnMark(Trace.from_json(kept["trace"]), base64.b64decode(strokes))
            case "picture":
                png = desk.picture(progress.document_id, PictureKind.MARK)
                if png is not None:
                    return PictureMark(png)
    except (KeyError, TypeError, ValueError, SigningError) as problem:
        raise MarkMissing from problem
    raise MarkMissing


def mark_shape(mark: Mark) -> Shape | None:
    """The mark as vectors; None for a picture."""
    match mark:
        case TypedMark():
            return typed_shape(mark.name, mark.typeface)
        case DrawnMark():
            return _shape(outline(mark.trace))
        case _:
            return None


def typed_shape(name: str, typeface: Typeface) -> Shape:
    """A typed name as vectors. Raises `LettersUnsupported`."""
    return _shape(outline_name(name, typeface).moved(lambda x, y: (x, -y)))


def _shape(shape: Outline) -> Shape:
    box = shape.bounds()
    air = 0.04 * max(box.width, box.height, 1.0)
    numbers = (
        box.left - air,
        box.bottom - air,
        box.width + 2 * air,
        box.height + 2 * air,
    )
    return Shape(shape.svg_path(), " ".join(f"{number:.2f}" for number in numbers))
