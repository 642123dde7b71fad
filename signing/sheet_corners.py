"""The sheet that a stamp stands on, where the whole of it is seen: its four corners.

A sheet is a rectangle. Where the table is seen on all its sides, its corners tell how the camera
was slanted, also for stamps that have no frame of their own. Anything that is not clearly a whole
sheet with four straight sides counts for nothing: then the stamp is taken as it looks.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["sheet_around"]

Flags = NDArray[np.bool_]
Points = NDArray[np.float32]

LEAST_SHARE: Final = 0.15
"""Share of the picture that a sheet covers; less is a label or a reflection."""
STRAIGHT: Final = 0.97
"""Share of the four corners' area that the sheet fills: torn and bent ones fill less."""
SHARPEST: Final = 55.0
"""Degrees of the sharpest corner that a rectangle has before a camera."""
AWAY: Final = 3
"""Pixels by which a whole sheet keeps away from the picture's edges."""


def sheet_around(thing: Flags, beside: Flags) -> Points | None:
    """Four corners of the sheet around a thing, clockwise; None when no whole sheet is seen.

    Args:
        thing: The ink of the stamp.
        beside: What is no paper (`signing.paper_light.beside_the_sheet`), of the same picture.
    """
    if not beside.any():
        return None
    _, labels = cv2.connectedComponents((~beside).astype(np.uint8), connectivity=4)
    own = np.bincount(labels[thing & ~beside], minlength=1)
    sheet = labels == int(own.argmax())
    height, width = sheet.shape
    if sheet.mean() < LEAST_SHARE or not own.any():
        return None
    rows, columns = np.flatnonzero(sheet.any(axis=1)), np.flatnonzero(sheet.any(axis=0))
    near = min(rows[0], columns[0], height - 1 - rows[-1], width - 1 - columns[-1])
    if near < AWAY:
        return None
    outlines, _ = cv2.findContours(sheet.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    outline = max(outlines, key=cv2.contourArea)
    hull = cv2.convexHull(outline)
    corners = cv2.approxPolyDP(hull, 0.02 * cv2.arcLength(hull, True), True).reshape(-1, 2)
    if len(corners) != 4 or _sharpest(corners) < SHARPEST:
        return None
    area = float(cv2.contourArea(corners))
    if not STRAIGHT < float(cv2.contourArea(outline)) / area < 2 - STRAIGHT:
        return None
    return np.asarray(corners, dtype=np.float32)


def _sharpest(corners: NDArray[np.int32]) -> float:
    """Degrees of the sharpest corner."""
    before = (np.roll(corners, 1, axis=0) - corners).astype(float)
    after = (np.roll(corners, -1, axis=0) - corners).astype(float)
    lengths = np.hypot(*before.T) * np.hypot(*after.T)
    cosines = (before * after).sum(axis=1) / np.maximum(lengths, 1e-6)
    return float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).min())
