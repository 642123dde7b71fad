"""Draws shapes and free text that left their looks to the reader.

Squares, circles, lines, polygons, ink and text typed onto the page (ISO 32000-1, 12.5.6.6 to
12.5.6.9 and 12.5.6.13) may have no appearance stream. Readers draw them from their corners and
colours, some more of them than others; a clause struck out with a pen must not be lost on the way,
so before annotations become page content they get the plain look that most readers give them.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pikepdf
from pikepdf import Array, Dictionary, Name

from signing.document_font import FONT_KEY, document_font, embed_font
from signing.page_baking import name_of, number_of
from signing.text_layout import lay_out, text_content

__all__ = ["draw_shapes"]

MAX_POINTS = 50_000  # of one annotation; an hour of handwriting has fewer
MAX_TEXT_CHARACTERS = 20_000
CIRCLE = 0.5523  # control points of a quarter circle, in radii
ARROW_LENGTH = 9.0  # line widths
ARROW_ANGLE = math.radians(30)
ARROWS = ("/OpenArrow", "/ClosedArrow")
BLACK = (0.0, 0.0, 0.0)
PAINT = {(True, True): "B", (True, False): "S", (False, True): "f", (False, False): "n"}
SIZE = re.compile(r"([\d.]+)\s+Tf\b")
TEXT_COLOUR = re.compile(r"((?:[\d.]+\s+){1,4}(?:g|rg|k))\b")

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, low, right, top


def draw_shapes(pdf: pikepdf.Pdf) -> None:
    """Give every shape, line, ink and free text without an appearance one.

    Args:
        pdf: The open document; it is changed.
    """
    embedded: list[Dictionary] = []  # the font, once the first text needs it
    for page in pdf.pages:
        annotations = page.obj.get("/Annots")
        for mark in annotations if isinstance(annotations, Array) else ():
            if isinstance(mark, Dictionary) and not _has_looks(mark):
                kind = name_of(mark.get("/Subtype"))
                if kind == "/FreeText":
                    _draw_text(pdf, mark, embedded)
                elif kind in ("/Square", "/Circle"):
                    _draw_round_a_box(pdf, mark, kind)
                elif kind in ("/Line", "/PolyLine", "/Polygon", "/Ink"):
                    _draw_through_points(pdf, mark, kind)


def _has_looks(mark: Dictionary) -> bool:
    looks = mark.get("/AP")
    return isinstance(looks, Dictionary) and "/N" in looks


def _draw_round_a_box(pdf: pikepdf.Pdf, mark: Dictionary, kind: str) -> None:
    box = _box(mark.get("/Rect"))
    if box is not None:
        inner = _inner(mark, box, _line_width(mark))
        _draw(pdf, mark, box, _square(inner) if kind == "/Square" else _circle(inner))


def _draw_through_points(pdf: pikepdf.Pdf, mark: Dictionary, kind: str) -> None:
    if kind == "/Ink":
        strokes = mark.get("/InkList")
        lines = [_points(stroke) for stroke in strokes] if isinstance(strokes, Array) else []
    elif kind == "/Line":
        lines = _with_arrows(mark, _points(mark.get("/L")), _line_width(mark))
    else:
        lines = [_points(mark.get("/Vertices"))]
    lines = [points for points in lines if points]
    if not lines:
        return
    # The rectangle is not to be trusted here: writers leave the arrow or half the line out of it.
    edge = _line_width(mark)
    xs, ys = zip(*(point for points in lines for point in points), strict=True)
    box = (min(xs) - edge, min(ys) - edge, max(xs) + edge, max(ys) + edge)
    if kind == "/Polygon":
        lines = [[*points, points[0]] for points in lines]
    _draw(pdf, mark, box, " ".join(_path(points) for points in lines))


def _draw(pdf: pikepdf.Pdf, mark: Dictionary, box: Box, path: str) -> None:
    width = _line_width(mark)
    kind = name_of(mark.get("/Subtype"))
    # Of a line only its closed ends are filled (table 175).
    fills = kind in ("/Square", "/Circle", "/Polygon") or (kind == "/Line" and path.endswith(" h"))
    fill = _colour(mark.get("/IC")) if fills else None
    line = _colour(mark.get("/C", Array(BLACK)))
    strokes = line is not None and width > 0
    setting = f"/Look gs 1 J 1 j {width:.2f} w {_dashes(mark)} "
    setting += f"{line} RG " if strokes else ""
    setting += f"{fill} rg " if fill is not None else ""
    _give(pdf, mark, box, f"{setting}{path} {PAINT[strokes, fill is not None]}".encode("ascii"))


def _square(box: Box) -> str:
    left, low, right, top = box
    return f"{left:.2f} {low:.2f} {right - left:.2f} {top - low:.2f} re"


def _circle(box: Box) -> str:
    left, low, right, top = box
    x, y = (left + right) / 2, (low + top) / 2
    across, along = (right - left) / 2, (top - low) / 2
    dx, dy = across * CIRCLE, along * CIRCLE
    curves = (
        (right, y + dy, x + dx, top, x, top),
        (x - dx, top, left, y + dy, left, y),
        (left, y - dy, x - dx, low, x, low),
        (x + dx, low, right, y - dy, right, y),
    )
    drawn = " ".join(" ".join(f"{side:.2f}" for side in curve) + " c" for curve in curves)
    return f"{right:.2f} {y:.2f} m {drawn} h"


def _with_arrows(mark: Dictionary, points: list[Point], width: float) -> list[list[Point]]:
    if len(points) != 2:
        return []
    ends = mark.get("/LE")
    names = [name_of(end) for end in ends] if isinstance(ends, Array) else []
    return [points] + [
        _arrow(tip, tail, width, closed=name == "/ClosedArrow")
        for name, tip, tail in zip(names, points, reversed(points), strict=False)
        if name in ARROWS
    ]


def _arrow(tip: Point, tail: Point, width: float, *, closed: bool) -> list[Point]:
    along = math.atan2(tail[1] - tip[1], tail[0] - tip[0])
    length = ARROW_LENGTH * max(width, 1.0)
    left, right = (
        (tip[0] + length * math.cos(along + turn), tip[1] + length * math.sin(along + turn))
        for turn in (ARROW_ANGLE, -ARROW_ANGLE)
    )
    return [left, tip, right, left] if closed else [left, tip, right]


def _path(points: list[Point]) -> str:
    first, *others = points
    rest = others or [first]  # a dot is a line to where it starts, with round ends
    closing = ""
    if len(points) > 2 and points[-1] == first:
        rest, closing = rest[:-1], " h"
    lines = " ".join(f"{x:.2f} {y:.2f} l" for x, y in rest)
    return f"{first[0]:.2f} {first[1]:.2f} m {lines}{closing}"


def _draw_text(pdf: pikepdf.Pdf, mark: Dictionary, embedded: list[Dictionary]) -> None:
    box = _box(mark.get("/Rect"))
    contents = mark.get("/Contents")
    text = str(contents)[:MAX_TEXT_CHARACTERS] if isinstance(contents, pikepdf.String) else ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    font = document_font()
    if box is None or not text or not font.can_write(text.replace("\n", "")):
        return
    width, height = box[2] - box[0], box[3] - box[1]
    given = mark.get("/DA")
    default = str(given) if isinstance(given, pikepdf.String) else ""
    size, colour = SIZE.search(default), TEXT_COLOUR.search(default)
    largest = (float(size.group(1)) if size else 0.0) or 12.0
    border = _line_width(mark)
    margin = min(border + 2.0, width / 4, height / 4)
    room, space = width - 2 * margin, height - 2 * margin
    layout = lay_out(text, font, room, space, largest=largest, wrap=True)
    align = {1: 0.5, 2: 1.0}.get(int(number_of(mark.get("/Q")) or 0), 0.0)
    drawn = text_content(layout, font, margin, height - margin, room=room, align=align)
    if colour:
        drawn = drawn.replace(b"0.00 g", colour.group(1).encode("ascii"), 1)
    ground = _colour(mark.get("/C"))
    frame = f"{ground} rg 0 0 {width:.2f} {height:.2f} re f " if ground is not None else ""
    if border > 0:
        inner = _square(_inner(mark, (0, 0, width, height), border))
        line = colour.group(1).upper() if colour else "0 G"
        frame += f"q {border:.2f} w {_dashes(mark)} {line} {inner} S Q"
    content = f"/Look gs 1 0 0 1 {box[0]:.2f} {box[1]:.2f} cm {frame}\n".encode("ascii")
    form = _give(pdf, mark, box, content + drawn)
    if not embedded:
        embedded.append(embed_font(pdf))
    fonts = Dictionary()
    fonts[FONT_KEY] = embedded[0]
    form.Resources.Font = fonts


def _give(pdf: pikepdf.Pdf, mark: Dictionary, box: Box, content: bytes) -> pikepdf.Object:
    form = pdf.make_stream(b"q " + content + b" Q")
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([Decimal(f"{side:.2f}") for side in box])
    given = number_of(mark.get("/CA"))
    opacity = Decimal(f"{min(1.0, max(0.0, 1.0 if given is None else given)):.2f}")
    form.Resources = Dictionary(ExtGState=Dictionary(Look=Dictionary(CA=opacity, ca=opacity)))
    mark.Rect = form.BBox
    mark.AP = Dictionary(N=form)
    return form


def _inner(mark: Dictionary, box: Box, width: float) -> Box:
    """The rectangle less what `/RD` leaves free and half the line, so that nothing is cut off."""
    free = mark.get("/RD")
    sides = [number_of(side) or 0.0 for side in free] if isinstance(free, Array) else []
    left, low, right, top = sides if len(sides) == 4 else (0.0, 0.0, 0.0, 0.0)
    half = width / 2
    return (box[0] + left + half, box[1] + low + half, box[2] - right - half, box[3] - top - half)


def _line_width(mark: Dictionary) -> float:
    style, border = mark.get("/BS"), mark.get("/Border")
    given = None
    if isinstance(style, Dictionary):
        given = number_of(style.get("/W"))
    elif isinstance(border, Array) and len(border) > 2:
        given = number_of(border[2])
    return min(72.0, max(0.0, 1.0 if given is None else given))


def _dashes(mark: Dictionary) -> str:
    style = mark.get("/BS")
    if not isinstance(style, Dictionary) or name_of(style.get("/S")) != "/D":
        return "[] 0 d"
    dashes = style.get("/D")
    numbers = [number_of(item) or 0.0 for item in dashes] if isinstance(dashes, Array) else [3.0]
    usable = numbers[:8] if numbers and sum(numbers) > 0 and min(numbers) >= 0 else [3.0]
    return f"[{' '.join(f'{number:.2f}' for number in usable)}] 0 d"


def _points(numbers: object) -> list[Point]:
    if not isinstance(numbers, Array) or len(numbers) > 2 * MAX_POINTS:
        return []
    flat = [number_of(item) or 0.0 for item in numbers]
    return list(zip(flat[::2], flat[1::2], strict=False))


def _box(value: object) -> Box | None:
    corners = _points(value)
    if len(corners) != 2:
        return None
    (x0, y0), (x1, y1) = corners
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return box if box[2] > box[0] and box[3] > box[1] else None


def _colour(components: object) -> str | None:
    """RGB of a colour entry, None for an absent or transparent one (12.5.2, table 164)."""
    if not isinstance(components, Array) or len(components) not in (1, 3, 4):
        return None
    given = [min(1.0, max(0.0, number_of(item) or 0.0)) for item in components]
    if len(given) == 4:
        black = 1 - given[3]
        given = [(1 - part) * black for part in given[:3]]
    rgb = given * 3 if len(given) == 1 else given
    return " ".join(f"{part:.3f}" for part in rgb)
