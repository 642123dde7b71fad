"""A signature drawn by hand: the curve that its samples make, and what to ask about it.

The kiosk's screen (`signing/ceremony/static/ink.js`) draws the same curve by the same algorithm, so
that what the client saw is what the PDF holds. This is the algorithm, step by step, for whoever
ports it. Lengths are in the pad's own units (CSS pixels), x to the right and y downwards, W is the
pad's width; all arithmetic is in double precision, nothing is rounded before the very end.

For each stroke, a list of samples (x, y, t in milliseconds, pressure 0..1):

1. **Thin out.** Keep the first sample. Keep a further one when its distance from the last *kept*
   one is at least MIN_STEP * W. If the stroke's last sample was not kept and more than one was,
   it replaces the last kept one. One kept sample makes a *dot*: a disc of diameter
   DOT_WIDTH * MAX_WIDTH * W; the stroke is finished.
2. **Speed and width.** In pad widths per second, for kept sample i >= 1:
   s = |P[i] - P[i-1]| / W * 1000 / max(t[i] - t[i-1], 1).
   Wanted width: MAX_WIDTH * W / (1 + s / HALF_SPEED), at least MIN_WIDTH * W; then times
   0.6 + 0.8 * p, where p is the pressure of sample i, and 0.5 when that is 0 (no sensor).
   Width: w[i] = w[i-1] + WIDTH_FOLLOWS * (wanted - w[i-1]);
   w[0] = START_WIDTH * MAX_WIDTH * W.
3. **Smooth.** Every inner point becomes (P[i-1] + 2 P[i] + P[i+1]) / 4, all from the unsmoothed
   points. Ends stay.
4. **Split at corners.** The angle at an inner point is that between P[i] - P[i-1] and
   P[i+1] - P[i]. Where it is more than CORNER (45 degrees), the stroke is split: the point ends one
   run and begins the next.
5. **Centre line.** A Catmull-Rom spline as cubic Beziers. Direction D[i] within a run: the unit
   vector of P[i+1] - P[i-1]; at the run's ends, of the only neighbouring edge. The piece from P[i]
   to P[i+1] with length l = |P[i+1] - P[i]| has the handles P[i] + D[i] * l / 3 and
   P[i+1] - D[i+1] * l / 3 (the handle follows its own edge: no overshoot where samples are uneven).
6. **Outline of a run.** N[i] = (-D[i].y, D[i].x), A[i] = P[i] + N[i] * w[i] / 2,
   B[i] = P[i] - N[i] * w[i] / 2. One closed part: move to B[0]; along B to its end, each piece a
   cubic from B[i] to B[i+1] with handles B[i] + D[i] * m / 3 and B[i+1] - D[i+1] * m / 3,
   m = |B[i+1] - B[i]|; line to the last A; back along A in the same way with the directions
   reversed; close.
7. **Round ends.** A disc of diameter w at both ends of every run, traversed like the outline
   (growing angle in these coordinates).

The union of all parts, filled by the non-zero rule, is the ink. Thinning is coarser than half the
greatest width divided by CORNER, so that the inner side of a run never turns back on itself.
"""

from __future__ import annotations

import itertools
import math
from typing import Final

from signing.ink_samples import Ink, InkPoint, InkRefused
from signing.ink_trace import Trace, TracePoint
from signing.outlines import ClosePath, CurveTo, LineTo, MoveTo, Operator, Outline, disc

__all__ = ["Ink", "InkPoint", "InkRefused", "outline", "question", "trace_of"]

MIN_STEP: Final = 0.004
MAX_WIDTH: Final = 0.006
MIN_WIDTH: Final = 0.0022
DOT_WIDTH: Final = 1.3
HALF_SPEED: Final = 1.4
WIDTH_FOLLOWS: Final = 0.35
START_WIDTH: Final = 0.6
CORNER: Final = math.pi / 4

DOT_EXTENT: Final = 0.02
"""Ink smaller than this share of the pad's width is a dot."""
LINE_FLATNESS: Final = 0.04
"""Ink whose extent across is less than this share of its extent along is a straight line."""

Vector = tuple[float, float]


def trace_of(ink: Ink) -> Trace:
    """Steps 1 and 2: what the samples look like, without their times and pressures."""
    strokes = []
    for stroke in ink.strokes:
        kept = _thin_out(stroke, MIN_STEP * ink.width)
        widths = _widths(kept, ink.width)
        if len(kept) == 1:
            widths = [DOT_WIDTH * MAX_WIDTH * ink.width]
        points = zip(kept, widths, strict=True)
        strokes.append(tuple(TracePoint(point.x, point.y, width) for point, width in points))
    return Trace(tuple(strokes), ink.width, ink.sample_rate_hz)


def outline(drawn: Ink | Trace) -> Outline:
    """The filled shape of the ink, in the pad's units with y downwards.

    Use `Outline.fitted(box, flip=True)` to put it on a page.
    """
    trace = drawn if isinstance(drawn, Trace) else trace_of(drawn)
    operators: list[Operator] = []
    for stroke in trace.strokes:
        operators += _stroke_outline(stroke)
    return Outline(tuple(operators))


def question(ink: Ink) -> str | None:
    """What to ask about the ink before accepting it as a signature.

    Returns:
        `"single_dot"` when hardly anything was drawn, `"straight_line"` when it is one straight
        line however often retraced, None when there is nothing to ask. The client may insist.
    """
    points = [(point.x, point.y) for stroke in ink.strokes for point in stroke]
    along, across = _extents(points)
    if along < DOT_EXTENT * ink.width:
        return "single_dot"
    if across < LINE_FLATNESS * along:
        return "straight_line"
    return None


def _extents(points: list[Vector]) -> Vector:
    """Extent along the main axis of the points, and across it."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    xx = sum((x - mean_x) ** 2 for x, _ in points)
    yy = sum((y - mean_y) ** 2 for _, y in points)
    xy = sum((x - mean_x) * (y - mean_y) for x, y in points)
    angle = 0.5 * math.atan2(2 * xy, xx - yy)
    cosine, sine = math.cos(angle), math.sin(angle)
    along = [x * cosine + y * sine for x, y in points]
    across = [y * cosine - x * sine for x, y in points]
    return max(along) - min(along), max(across) - min(across)


def _stroke_outline(stroke: tuple[TracePoint, ...]) -> list[Operator]:
    if len(stroke) == 1:
        return disc(stroke[0].x, stroke[0].y, stroke[0].width / 2)
    widths = [point.width for point in stroke]
    points = _smooth([(point.x, point.y) for point in stroke])
    operators: list[Operator] = []
    for first, last in _runs(points):
        run, run_widths = points[first : last + 1], widths[first : last + 1]
        operators += _run_outline(run, run_widths)
        operators += disc(*run[0], run_widths[0] / 2)
        operators += disc(*run[-1], run_widths[-1] / 2)
    return operators


def _thin_out(stroke: tuple[InkPoint, ...], step: float) -> list[InkPoint]:
    """Step 1."""
    kept = [stroke[0]]
    for point in stroke[1:]:
        if math.hypot(point.x - kept[-1].x, point.y - kept[-1].y) >= step:
            kept.append(point)
    if len(kept) > 1:
        kept[-1] = stroke[-1]
    return kept


def _widths(kept: list[InkPoint], pad: float) -> list[float]:
    """Step 2."""
    widths = [START_WIDTH * MAX_WIDTH * pad]
    for before, point in itertools.pairwise(kept):
        distance = math.hypot(point.x - before.x, point.y - before.y)
        speed = distance / pad * 1000 / max(point.t_ms - before.t_ms, 1)
        wanted = max(MAX_WIDTH * pad / (1 + speed / HALF_SPEED), MIN_WIDTH * pad)
        wanted *= 0.6 + 0.8 * (point.pressure or 0.5)
        widths.append(widths[-1] + WIDTH_FOLLOWS * (wanted - widths[-1]))
    return widths


def _smooth(points: list[Vector]) -> list[Vector]:
    """Step 3."""
    inner = [
        ((a[0] + 2 * b[0] + c[0]) / 4, (a[1] + 2 * b[1] + c[1]) / 4)
        for a, b, c in zip(points, points[1:], points[2:], strict=False)
    ]
    return [points[0], *inner, points[-1]]


def _runs(points: list[Vector]) -> list[tuple[int, int]]:
    """Step 4: first and last index of every run."""
    corners = [0]
    for i in range(1, len(points) - 1):
        ax, ay = points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]
        bx, by = points[i + 1][0] - points[i][0], points[i + 1][1] - points[i][1]
        if abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by)) > CORNER:
            corners.append(i)
    corners.append(len(points) - 1)
    return list(itertools.pairwise(corners))


def _directions(points: list[Vector]) -> list[Vector]:
    """Step 5: the unit tangent at each point of a run."""
    last = len(points) - 1
    result = []
    for i in range(last + 1):
        a, b = points[max(i - 1, 0)], points[min(i + 1, last)]
        length = math.hypot(b[0] - a[0], b[1] - a[1]) or 1.0
        result.append(((b[0] - a[0]) / length, (b[1] - a[1]) / length))
    return result


def _run_outline(points: list[Vector], widths: list[float]) -> list[Operator]:
    """Step 6."""
    directions = _directions(points)
    side_a, side_b = [], []
    for (x, y), (dx, dy), width in zip(points, directions, widths, strict=True):
        side_a.append((x - dy * width / 2, y + dx * width / 2))
        side_b.append((x + dy * width / 2, y - dx * width / 2))
    back = [(-dx, -dy) for dx, dy in reversed(directions)]
    return [
        MoveTo(*side_b[0]),
        *_side(side_b, directions),
        LineTo(*side_a[-1]),
        *_side(side_a[::-1], back),
        ClosePath(),
    ]


def _side(points: list[Vector], directions: list[Vector]) -> list[Operator]:
    """The curves along one side of a run, from its first point to its last."""
    curves: list[Operator] = []
    for i in range(len(points) - 1):
        (ax, ay), (bx, by) = points[i], points[i + 1]
        handle = math.hypot(bx - ax, by - ay) / 3
        (adx, ady), (bdx, bdy) = directions[i], directions[i + 1]
        curves.append(
            CurveTo(
                ax + adx * handle, ay + ady * handle, bx - bdx * handle, by - bdy * handle, bx, by
            )
        )
    return curves
