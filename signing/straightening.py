"""Laying a photographed stamp straight: the map from the picture to an upright stamp.

A frame of four sides is known to be a rectangle: its four corners undo both the turn and the slant
of the camera. How long it is against its height follows from the slant itself where that is strong
enough (Z. Zhang, L.-W. He, "Whiteboard scanning and image enhancement", 2007, section 3.2). A ring
is known to be a circle, a triangle to stand on its most level side; lines of text are turned until
their rows stand apart best. Where the whole sheet is seen, its corners undo the slant for these
three, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from signing.stamp_finding import Outline, clockwise, shape_of

__all__ = ["Straight", "straighten", "unturned"]

Flags = NDArray[np.bool_]
Points = NDArray[np.float32]
Matrix = NDArray[np.float64]

MARGIN_SHARE: Final = 0.09
"""Room around the stamp against its longer side, so that the paper beside it is seen."""
FINE_TURN: Final = 9.0
"""Degrees to both sides within which rows of text are looked for."""
RING_TURN: Final = 45.0
"""The same for the rows inside a ring, whose outline does not tell how it was put down."""
COARSE_STEP: Final = 1.5
"""Degrees, for the first look over a wide range."""
FINE_STEP: Final = 0.25
"""Degrees."""
TEXT_SIDE: Final = 260
"""Longer side, in pixels, of the ink on which rows are looked for."""
CLEARER: Final = 1.12
"""How much better rows must stand apart after a turn for it to be believed."""
FOCAL_LENGTHS: Final = (0.55, 3.0)
"""Believable focal lengths, in widths of the picture: wide angle to a slight tele."""
INSIDE_RING: Final = 0.6
"""Share of a ring's radius within which its rows of text lie."""


@dataclass(frozen=True)
class Straight:
    """How to lay a thing straight."""

    matrix: Matrix
    """From the picture's pixels to the upright picture's."""
    size: tuple[int, int]
    """Width and height of the upright picture."""
    corners: Points
    """The thing's outline in the picture, four corners: to show what was found."""


def straighten(mask: Flags, scale: float, sheet: Points | None = None) -> Straight:
    """How the thing whose ink this is lies, `scale` pixels of the result to one of the picture.

    Args:
        mask: The ink.
        scale: Pixels of the result for each of the picture.
        sheet: Corners of the sheet around it, clockwise, where they are seen: what has no frame of
            its own has the slant of the camera undone by them.
    """
    outline, points = shape_of(mask)
    if outline is Outline.FRAME:
        return _from_frame(points, mask.shape, scale)
    if sheet is not None:
        return _on_its_sheet(mask, scale, sheet)
    if outline is Outline.RING:
        linear = _circle(points)
        turn = _rows_apart(_upright(_inside(mask, points), linear), RING_TURN)
        return _turned(mask, _rotation(turn) @ linear, scale)
    if outline is Outline.TRIANGLE:
        return _turned(mask, _rotation(_most_level(points)), scale)
    rough = _level(points)
    fine = _rows_apart(_upright(mask, _rotation(rough)))
    return _turned(mask, _rotation(rough + fine), scale)


def unturned(mask: Flags, scale: float) -> Straight:
    """The thing as it lies: a signature slopes as its writer wants."""
    return _turned(mask, np.eye(2), scale)


def _on_its_sheet(mask: Flags, scale: float, sheet: Points) -> Straight:
    """The same on the sheet as it would look from right above."""
    flat = _from_frame(clockwise(sheet), mask.shape, 1.0)
    moved = cv2.warpPerspective(mask.astype(np.uint8) * 255, flat.matrix, flat.size) > 127
    if not moved.any():
        return straighten(mask, scale)
    straight = straighten(np.asarray(moved), scale)
    back = np.linalg.inv(flat.matrix)
    corners = cv2.perspectiveTransform(straight.corners.reshape(1, -1, 2), back).reshape(-1, 2)
    return Straight(straight.matrix @ flat.matrix, straight.size, np.asarray(corners))


def _from_frame(corners: Points, shape: tuple[int, ...], scale: float) -> Straight:
    top, right, bottom, left = (
        float(np.hypot(*(b - a)))
        for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)
    )
    wide, high = max(top, bottom), max(left, right)
    aspect = _aspect(corners, shape)
    if aspect is not None and 0.6 < aspect / (wide / high) < 1.6:
        wide, high = (wide, wide / aspect) if aspect < wide / high else (high * aspect, high)
    wide, high = wide * scale, high * scale
    room = MARGIN_SHARE * max(wide, high)
    straight = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], dtype=np.float32) + room
    matrix = cv2.getPerspectiveTransform(corners, straight.astype(np.float32))
    size = (math.ceil(wide + 2 * room), math.ceil(high + 2 * room))
    return Straight(np.asarray(matrix, dtype=np.float64), size, corners)


def _aspect(corners: Points, shape: tuple[int, ...]) -> float | None:
    """Width over height of the rectangle seen in these corners; None when the view is too flat."""
    middle = np.array((shape[1] / 2, shape[0] / 2))
    one, two, three, four = (np.array((*(c - middle), 1.0)) for c in corners[[0, 1, 3, 2]])
    down = float(np.cross(one, four) @ three) / float(np.cross(two, four) @ three)
    along = float(np.cross(one, four) @ two) / float(np.cross(three, four) @ two)
    across, upright = down * two - one, along * three - one
    if abs(across[2]) < 0.02 or abs(upright[2]) < 0.02:
        return _seen_from_afar(across, upright, shape)
    square = -(across[0] * upright[0] + across[1] * upright[1]) / (across[2] * upright[2])
    low, high = (share * shape[1] for share in FOCAL_LENGTHS)
    if not low**2 < square < high**2:
        return _seen_from_afar(across, upright, shape)
    return _ratio(across, upright, square)


def _seen_from_afar(across: Matrix, upright: Matrix, shape: tuple[int, ...]) -> float | None:
    """One direction does not converge: believe a usual lens for the other."""
    if max(abs(across[2]), abs(upright[2])) < 0.02:
        return None
    return _ratio(across, upright, (1.2 * shape[1]) ** 2)


def _ratio(across: Matrix, upright: Matrix, focal_squared: float) -> float:
    wide = (across[0] ** 2 + across[1] ** 2) / focal_squared + across[2] ** 2
    high = (upright[0] ** 2 + upright[1] ** 2) / focal_squared + upright[2] ** 2
    return math.sqrt(wide / high)


def _turned(mask: Flags, linear: Matrix, scale: float) -> Straight:
    """The thing under a linear map, moved into a picture of its own with room around."""
    points = np.argwhere(mask)[:, ::-1].astype(np.float64)
    hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2)
    moved = hull @ (linear.T * scale)
    low, high = moved.min(axis=0), moved.max(axis=0)
    room = MARGIN_SHARE * float((high - low).max())
    matrix = np.eye(3)
    matrix[:2, :2] = linear * scale
    matrix[:2, 2] = room - low
    wide, tall = high - low + 2 * room
    box = np.array([low, (high[0], low[1]), high, (low[0], high[1])]) / scale
    corners = np.asarray(box @ np.linalg.inv(linear).T, dtype=np.float32)
    return Straight(matrix, (math.ceil(wide), math.ceil(tall)), corners)


def _circle(ring: Points) -> Matrix:
    """An ellipse becomes a circle by the least that does it: the stretch along its axes."""
    (wide, high), angle = ring[1], math.radians(float(ring[2][0]))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    longer = max(wide, high)
    stretch = np.diag([longer / wide, longer / high])
    return np.asarray(turn @ stretch @ turn.T, dtype=np.float64)


def _inside(mask: Flags, ring: Points) -> Flags:
    """The ink well inside a ring, where rows of text are."""
    disc = np.zeros(mask.shape, dtype=np.uint8)
    (x, y), (wide, high), angle = ring[0], ring[1] * INSIDE_RING, float(ring[2][0])
    centre, axes = (round(float(x)), round(float(y))), (round(float(wide)), round(float(high)))
    cv2.ellipse(disc, centre, axes, angle, 0, 360, 1, -1)
    inside: Flags = mask & (disc > 0)
    return inside


def _rotation(degrees: float) -> Matrix:
    """Turns a line that slopes down by so many degrees level."""
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])


def _level(corners: Points) -> float:
    """Slope of a box's upper side, in degrees."""
    along = corners[1] - corners[0]
    return math.degrees(math.atan2(along[1], along[0]))


def _most_level(corners: Points) -> float:
    """Slope of a triangle's most level side, in degrees from -90 to 90."""
    sides = np.roll(corners, -1, axis=0) - corners
    slopes = [(math.degrees(math.atan2(y, x)) + 90) % 180 - 90 for x, y in sides]
    return min(slopes, key=abs)


def _upright(mask: Flags, linear: Matrix) -> NDArray[np.uint8]:
    """The ink, small, after a linear map."""
    if not mask.any():
        return np.zeros((3, 3), dtype=np.uint8)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    cut = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = min(1.0, TEXT_SIDE / max(cut.shape))
    straight = _turned(cut, linear, scale)
    ink = np.asarray(cut, dtype=np.uint8) * 255
    drawn = cv2.warpPerspective(ink, straight.matrix, straight.size, flags=cv2.INTER_AREA)
    return np.asarray(drawn, dtype=np.uint8)


def _rows_apart(ink: NDArray[np.uint8], widest: float = FINE_TURN) -> float:
    """Degrees by which rows of text still slope: where their sums differ most.

    Args:
        ink: The text, small.
        widest: Degrees to both sides within which it is looked for.
    """
    height, width = ink.shape
    middle = (width / 2, height / 2)

    def contrast(degrees: float) -> float:
        matrix = cv2.getRotationMatrix2D(middle, degrees, 1.0)
        sums = cv2.warpAffine(ink, matrix, (width, height)).sum(axis=1, dtype=np.float64)
        return float((np.diff(sums) ** 2).sum())

    rough = 0.0
    if widest > FINE_TURN:
        rough = max(np.arange(-widest, widest + 0.01, COARSE_STEP), key=contrast)
    turns = rough + np.arange(-FINE_TURN, FINE_TURN + 0.01, FINE_STEP)
    best = float(max(turns, key=contrast))
    return best if contrast(best) > CLEARER * contrast(0.0) else 0.0
