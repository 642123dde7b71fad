"""The certificate's frame and emblem: fine curved lines, drawn as vectors.

The frame is a guilloche of braided sine waves, repeated tile by tile so that the page's stream
compresses to almost nothing. The emblem is a rosette around the letter S, as on a signet ring.
"""

from __future__ import annotations

import math
from typing import Any, Final

from reportlab.lib.colors import HexColor

from signing.certificate_type import Face, text_width

__all__ = ["draw_diamond", "draw_emblem", "draw_frame"]

MILLIMETRE: Final = 72 / 25.4
INSET: Final = 8 * MILLIMETRE
"""From the paper's edge to the frame; printers reach that far."""
BAND: Final = 4.2 * MILLIMETRE
"""Width of the braid."""
TEAL: Final = "#8FB3B6"
GOLD: Final = "#CDB27E"
RULE_GOLD: Final = "#B08D4C"
DARK: Final = "#1D5A63"
STRANDS: Final = 6
HALF_WAVE_HANDLE: Final = 0.3642
"""A cubic from crest to trough with handles this long, in half periods, is a sine within 0.5 %."""


def draw_frame(canvas: Any, width: float, height: float) -> None:
    """Draw the frame around a page of the given size."""
    left, bottom = INSET, INSET
    inner_width, inner_height = width - 2 * INSET, height - 2 * INSET
    _strip(canvas, left + BAND, bottom + BAND / 2, inner_width - 2 * BAND, 0)
    _strip(canvas, left + BAND, height - bottom - BAND / 2, inner_width - 2 * BAND, 0)
    _strip(canvas, left + BAND / 2, bottom + BAND, inner_height - 2 * BAND, 90)
    _strip(canvas, width - left - BAND / 2, bottom + BAND, inner_height - 2 * BAND, 90)
    canvas.setStrokeColor(HexColor(DARK))
    canvas.setLineWidth(0.6)
    canvas.rect(left, bottom, inner_width, inner_height)
    canvas.setLineWidth(0.35)
    canvas.rect(left + BAND, bottom + BAND, inner_width - 2 * BAND, inner_height - 2 * BAND)
    for x in (left + BAND / 2, width - left - BAND / 2):
        for y in (bottom + BAND / 2, height - bottom - BAND / 2):
            _corner(canvas, x, y)


def draw_emblem(canvas: Any, x: float, y: float, radius: float) -> None:
    """Draw the emblem around its centre."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.setLineWidth(0.35)
    petal = _rosette(canvas, radius * 0.66, radius, 12)
    for turn in range(6):
        canvas.saveState()
        canvas.rotate(turn * 5)
        canvas.setStrokeColor(HexColor(TEAL if turn % 2 else GOLD))
        canvas.drawPath(petal)
        canvas.restoreState()
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.setStrokeColor(HexColor(DARK))
    canvas.setLineWidth(0.9)
    canvas.circle(0, 0, radius * 0.62, fill=1)
    canvas.setLineWidth(0.35)
    canvas.circle(0, 0, radius * 0.56)
    canvas.setFillColor(HexColor(DARK))
    size = radius * 0.95
    canvas.setFont(Face.SERIF_SEMIBOLD.value, size)
    canvas.drawString(-text_width("S", Face.SERIF_SEMIBOLD, size) / 2, -size * 0.357, "S")
    canvas.restoreState()


def draw_diamond(canvas: Any, x: float, y: float) -> None:
    """Draw the small diamond in the middle of the rule under the heading."""
    path = canvas.beginPath()
    path.moveTo(x - 3, y)
    path.lineTo(x, y + 3)
    path.lineTo(x + 3, y)
    path.lineTo(x, y - 3)
    path.close()
    canvas.setFillColor(HexColor(RULE_GOLD))
    canvas.drawPath(path, stroke=0, fill=1)


def _strip(canvas: Any, x: float, y: float, length: float, angle: float) -> None:
    """A braid of the given length, from (x, y) in the direction of `angle`."""
    tiles = round(length / (BAND * 1.9))
    period = length / tiles
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(angle)
    clip = canvas.beginPath()
    clip.rect(0, -BAND / 2, length, BAND)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.setLineWidth(0.3)
    strands = [
        (
            _wave(canvas, period, BAND * 0.44, -strand * period / STRANDS),
            TEAL if strand % 2 else GOLD,
        )
        for strand in range(STRANDS)
    ]
    strands.append((_wave(canvas, period, BAND * 0.2, 0), DARK))
    strands.append((_wave(canvas, period, -BAND * 0.2, 0), DARK))
    for path, colour in strands:
        canvas.setStrokeColor(HexColor(colour))
        canvas.saveState()
        for _ in range(tiles + 1):
            canvas.drawPath(path)
            canvas.translate(period, 0)
        canvas.restoreState()
    canvas.restoreState()


def _wave(canvas: Any, period: float, amplitude: float, start: float) -> Any:
    """One period of a cosine, from crest to crest, of two curves."""
    half, handle = period / 2, period / 2 * HALF_WAVE_HANDLE
    x1, x2, x3 = (_short(start + half * count) for count in range(3))
    handle, top, low = _short(handle), _short(amplitude), _short(-amplitude)
    path = canvas.beginPath()
    path.moveTo(x1, top)
    path.curveTo(_short(x1 + handle), top, _short(x2 - handle), low, x2, low)
    path.curveTo(_short(x2 + handle), low, _short(x3 - handle), top, x3, top)
    return path


def _short(value: float) -> float:
    """Three decimals, 0.4 micrometres: enough for the eye, short in the file."""
    return round(value, 3)


def _corner(canvas: Any, x: float, y: float) -> None:
    """A small square with a rosette, which hides where two braids meet."""
    canvas.saveState()
    canvas.translate(x, y)
    half = BAND / 2
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.setStrokeColor(HexColor(DARK))
    canvas.setLineWidth(0.35)
    canvas.rect(-half, -half, BAND, BAND, fill=1)
    canvas.setStrokeColor(HexColor(GOLD))
    canvas.drawPath(_rosette(canvas, half * 0.25, half * 0.85, 8))
    canvas.restoreState()


def _rosette(canvas: Any, inner: float, outer: float, petals: int) -> Any:
    """A closed curve that swings `petals` times between two radii."""
    steps = petals * 4
    mean, swing = (inner + outer) / 2, (outer - inner) / 2

    def point(angle: float) -> tuple[float, float]:
        radius = mean + swing * math.cos(petals * angle)
        return radius * math.cos(angle), radius * math.sin(angle)

    def slope(angle: float) -> tuple[float, float]:
        radius = mean + swing * math.cos(petals * angle)
        change = -swing * petals * math.sin(petals * angle)
        return (
            change * math.cos(angle) - radius * math.sin(angle),
            change * math.sin(angle) + radius * math.cos(angle),
        )

    path = canvas.beginPath()
    path.moveTo(*point(0))
    third = 2 * math.pi / steps / 3
    for step in range(steps):
        a, b = step * 2 * math.pi / steps, (step + 1) * 2 * math.pi / steps
        (ax, ay), (bx, by) = point(a), point(b)
        (adx, ady), (bdx, bdy) = slope(a), slope(b)
        path.curveTo(ax + adx * third, ay + ady * third, bx - bdx * third, by - bdy * third, bx, by)
    path.close()
    return path
