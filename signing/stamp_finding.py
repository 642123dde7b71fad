"""Finding the one stamp or signature on a sheet, and how it lies there.

Ink that lies close together is one thing; the thing with most ink, rather in the middle of the
picture, is what the client means. What runs out of the picture is told apart, for half a stamp is
worse than none. Then its shape: a frame of four sides, a ring, a triangle, or lines of text.
Coordinates are pixels, x to the right and y downwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "LETTER_GAP",
    "WORD_GAP",
    "Found",
    "Outline",
    "clockwise",
    "find_thing",
    "shape_of",
]

Flags = NDArray[np.bool_]
Points = NDArray[np.float32]

LETTER_GAP: Final = 0.03
"""Gap, against the picture's longer side, that does not yet part a stamp: between its rows."""
WORD_GAP: Final = 0.1
"""Gap that does not yet part a signature: between first name and surname."""
LEAST_INK_SHARE: Final = 2.5e-4
"""Less ink than this share of the picture is nothing."""
LEAST_EXTENT: Final = 20
"""A stamp or a signature is at least this many pixels long."""
RIVAL: Final = 0.3
"""A whole thing with at least this share of a cut one's weight is preferred to it."""
NEAR_EDGE: Final = 2
"""Pixels from the picture's edge within which ink is taken to run out of it."""
FRAMED: Final = 0.72
"""Share of an outline that must be inked for it to be a printed frame."""
FULL: Final = 0.9
"""Share of an outline's area that the ink's hull must fill."""


class Outline(StrEnum):
    """What goes around a stamp."""

    FRAME = "frame"  # four corners, clockwise from the upper left
    RING = "ring"  # an ellipse: centre, half axes and angle
    TRIANGLE = "triangle"  # three corners
    NONE = "none"  # lines of text, a signature


@dataclass(frozen=True)
class Found:
    """One thing on the sheet."""

    mask: Flags
    """Its ink."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom; the latter two one past the last."""
    cut_off: bool
    """It runs out of the picture."""


def find_thing(mask: Flags, gap: float = LETTER_GAP) -> Found | None:
    """The thing that the client means; None when there is none worth the name.

    Args:
        mask: The ink of a whole picture.
        gap: Share of the picture's longer side over which ink still belongs together.
    """
    height, width = mask.shape
    reach = max(3, round(gap * max(height, width)) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    near = cv2.dilate(mask.astype(np.uint8), kernel)
    count, labels = cv2.connectedComponents(near, connectivity=8)
    labels[~mask] = 0
    found: list[tuple[float, Found]] = []
    cut: list[tuple[float, Found]] = []
    for label in range(1, count):
        thing = _thing(labels == label)
        if thing is not None:
            (cut if thing[1].cut_off else found).append(thing)
    best = max(found, key=lambda pair: pair[0], default=None)
    worst = max(cut, key=lambda pair: pair[0], default=None)
    if best is None or (worst is not None and best[0] < RIVAL * worst[0]):
        return worst[1] if worst else None
    return best[1]


def _thing(mask: Flags) -> tuple[float, Found] | None:
    """A thing with its weight: its ink, less when it lies away from the middle."""
    height, width = mask.shape
    ink = int(mask.sum())
    if ink < LEAST_INK_SHARE * mask.size:
        return None
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top, right, bottom = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    if max(right - left, bottom - top) < LEAST_EXTENT:
        return None
    away = np.hypot((left + right) / 2 / width - 0.5, (top + bottom) / 2 / height - 0.5)
    cut = min(left, top) <= NEAR_EDGE or right >= width - NEAR_EDGE or bottom >= height - NEAR_EDGE
    box = (int(left), int(top), int(right), int(bottom))
    return ink * (1 - float(away)), Found(mask, box, bool(cut))


def shape_of(mask: Flags) -> tuple[Outline, Points]:
    """The outline around a thing's ink, and the points that tell it.

    Returns:
        For a frame or a triangle its corners; for a ring its centre, its half axes and its angle
        in degrees, as three points' coordinates; for none the four corners of the smallest turned
        rectangle around it.
    """
    points = np.argwhere(mask)[:, ::-1].astype(np.float32)
    hull = cv2.convexHull(points)
    area = float(cv2.contourArea(hull))
    edge = _edge(mask)
    corners = _corners(hull, 4)
    if corners is not None and _fits(corners, area, edge):
        return Outline.FRAME, clockwise(corners)
    corners = _corners(hull, 3)
    if corners is not None and _fits(corners, area, edge):
        return Outline.TRIANGLE, corners
    ring = _ring(hull, area, edge)
    if ring is not None:
        return Outline.RING, ring
    return Outline.NONE, clockwise(cv2.boxPoints(cv2.minAreaRect(hull)))


def _edge(mask: Flags) -> NDArray[np.uint8]:
    """The ink, thickened by a hundredth of its extent."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    side = max(3, round(0.022 * max(len(rows), len(columns))) | 1)
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)))


def _corners(hull: NDArray[Any], count: int) -> Points | None:
    """The hull with so many corners: those sides that leave most of it on one side."""
    round_about = float(cv2.arcLength(hull, True))
    for share in np.arange(0.015, 0.12, 0.005):
        corners = cv2.approxPolyDP(hull, share * round_about, True)
        if len(corners) == count:
            return _drawn_out(hull, corners.reshape(count, 2))
        if len(corners) < count:
            return None
    return None


def _drawn_out(hull: NDArray[Any], corners: NDArray[Any]) -> Points | None:
    """Corners where the straight parts of the sides would meet: printed corners are round."""
    outline = _dense(hull.reshape(-1, 2))
    lines = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = (end - start) / max(float(np.hypot(*(end - start))), 1e-6)
        length = float((end - start) @ along)
        place = (outline - start) @ along
        off = np.abs((outline - start) @ np.array([-along[1], along[0]]))
        near = outline[(place > 0.12 * length) & (place < 0.88 * length) & (off < 0.06 * length)]
        if len(near) < 5:
            return None
        vx, vy, x, y = cv2.fitLine(near.astype(np.float32), cv2.DIST_HUBER, 0, 0.01, 0.01).ravel()
        lines.append(np.cross((x, y, 1.0), (x + vx, y + vy, 1.0)))
    met = [
        np.cross(before, after)
        for before, after in zip(lines[-1:] + lines[:-1], lines, strict=True)
    ]
    if any(abs(point[2]) < 1e-9 for point in met):
        return None
    return np.array([point[:2] / point[2] for point in met], dtype=np.float32)


def _dense(points: Points) -> Points:
    """A closed line with a point at least every two pixels."""
    parts = []
    for start, end in zip(points, np.roll(points, -1, axis=0), strict=True):
        steps = max(2, int(np.hypot(*(end - start)) / 2))
        parts.append(start + (end - start) * np.linspace(0, 1, steps, endpoint=False)[:, None])
    return np.concatenate(parts).astype(np.float32)


def _fits(corners: Points, area: float, edge: NDArray[np.uint8]) -> bool:
    """Whether the outline is as large as the ink's hull and printed most of the way round."""
    own = float(cv2.contourArea(corners))
    return bool(own > 0 and FULL < area / own < 1.06 and _printed(_dense(corners), edge) > FRAMED)


def _printed(outline: Points, edge: NDArray[np.uint8]) -> float:
    """Share of an outline's points that lie on ink."""
    x = np.clip(outline[:, 0].round().astype(int), 0, edge.shape[1] - 1)
    y = np.clip(outline[:, 1].round().astype(int), 0, edge.shape[0] - 1)
    return float((edge[y, x] > 0).mean())


def _ring(hull: NDArray[Any], area: float, edge: NDArray[np.uint8]) -> Points | None:
    outline = _dense(hull.reshape(-1, 2))
    if len(outline) < 20:
        return None
    (x, y), (wide, high), angle = cv2.fitEllipse(outline)
    half = (wide / 2, high / 2)
    if min(half) < 4 or not 0.94 < area / (np.pi * half[0] * half[1]) < 1.06:
        return None
    around = cv2.ellipse2Poly(
        (round(x), round(y)), (round(half[0]), round(half[1])), round(angle), 0, 360, 3
    )
    if _printed(_dense(np.asarray(around, dtype=np.float32)), edge) < FRAMED:
        return None
    return np.array([(x, y), half, (angle, 0)], dtype=np.float32)


def clockwise(corners: NDArray[Any]) -> Points:
    """Corners from the upper left on, clockwise; the sides nearer to level are top and bottom."""
    middle = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(angles)]
    sides = np.roll(ordered, -1, axis=0) - ordered
    level = np.abs(np.arctan2(np.abs(sides[:, 1]), sides[:, 0]))
    return np.asarray(np.roll(ordered, -int(np.argmin(level)), axis=0), dtype=np.float32)
