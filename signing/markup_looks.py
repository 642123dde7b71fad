"""Draws review marks that left their looks to the reader: highlights, underlines, strike-outs.

ISO 32000-1, 12.5.6.10 lets such an annotation have no appearance stream; every common reader then
draws it from its corners and its colour. Before annotations become page content, so do we.
"""

from __future__ import annotations

from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.page_baking import name_of, number_of

__all__ = ["draw_review_marks"]

MAX_QUADS = 2000  # of one annotation; a page of small print has a hundred lines
YELLOW = (1.0, 1.0, 0.0)
BLACK = (0.0, 0.0, 0.0)
MAX_ZIGZAGS = 1000  # of one line
LINE_WIDTH = 0.06  # of the marked line's height

Quad = tuple[float, float, float, float]  # left, low, right, top


def draw_review_marks(pdf: pikepdf.Pdf) -> None:
    """Give every highlight, underline and strike-out without an appearance one.

    Args:
        pdf: The open document; it is changed.
    """
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        for mark in annotations if isinstance(annotations, Array) else ():
            if isinstance(mark, Dictionary) and "/AP" not in mark:
                _draw(pdf, mark)


def _draw(pdf: pikepdf.Pdf, mark: Dictionary) -> None:
    kind = name_of(mark.get("/Subtype"))
    quads = _quads(mark.get("/QuadPoints"))
    if kind not in ("/Highlight", "/Underline", "/StrikeOut", "/Squiggly") or not quads:
        return
    highlights = kind == "/Highlight"
    colour = _colour(mark.get("/C"), YELLOW if highlights else BLACK)
    parts = ["/Look gs", f"{colour} {'rg' if highlights else 'RG'}"]
    for left, low, right, top in quads:
        if highlights:
            parts.append(f"{left:.2f} {low:.2f} {right - left:.2f} {top - low:.2f} re f")
            continue
        height = (top - low) / 2 if kind == "/StrikeOut" else (top - low) * LINE_WIDTH
        width = max(0.3, (top - low) * LINE_WIDTH)
        at = low + height
        if kind == "/Squiggly":
            parts.append(_zigzag(left, right, low, width))
            continue
        parts.append(f"{width:.2f} w {left:.2f} {at:.2f} m {right:.2f} {at:.2f} l S")
    box = (
        min(quad[0] for quad in quads),
        min(quad[1] for quad in quads),
        max(quad[2] for quad in quads),
        max(quad[3] for quad in quads),
    )
    form = pdf.make_stream("\n".join(parts).encode("ascii"))
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([round(side, 2) for side in box])
    look = Dictionary(CA=_opacity(mark), ca=_opacity(mark))
    if highlights:
        look.BM = Name.Multiply
    form.Resources = Dictionary(ExtGState=Dictionary(Look=look))
    mark.Rect = form.BBox
    mark.AP = Dictionary(N=form)


def _zigzag(left: float, right: float, low: float, width: float) -> str:
    """A zigzag under the text; its steps grow with its length, so that there are not too many."""
    step = max(2 * width, (right - left) / MAX_ZIGZAGS)
    count = max(1, round((right - left) / step))
    corners = " ".join(
        f"{left + number * step:.2f} {low + (number % 2) * min(step, 2 * width):.2f} l"
        for number in range(1, count + 1)
    )
    return f"{width:.2f} w {left:.2f} {low:.2f} m {corners} S"


def _quads(points: object) -> list[Quad]:
    """The upright boxes around each group of four corners."""
    if not isinstance(points, Array) or len(points) > 8 * MAX_QUADS:
        return []
    numbers = [number_of(item) or 0.0 for item in points]
    quads = []
    for start in range(0, len(numbers) - 7, 8):
        xs, ys = numbers[start : start + 8 : 2], numbers[start + 1 : start + 8 : 2]
        quads.append((min(xs), min(ys), max(xs), max(ys)))
    return quads


def _colour(components: object, default: tuple[float, float, float]) -> str:
    numbers: tuple[float, ...] = default
    if isinstance(components, Array) and len(components) in (1, 3):
        given = tuple(number_of(item) or 0.0 for item in components)
        numbers = given * 3 if len(given) == 1 else given
    return " ".join(f"{min(1.0, max(0.0, number)):.3f}" for number in numbers)


def _opacity(mark: Dictionary) -> Decimal:
    given = number_of(mark.get("/CA"))
    return Decimal(f"{min(1.0, max(0.0, 1.0 if given is None else given)):.2f}")
