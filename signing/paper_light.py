"""Taking the light away: what a photographed sheet would look like under even, white light.

A picture is paper times light, less what ink swallows. The paper with its light is estimated by
closing (dilation, then erosion): with a kernel wider than any stroke, strokes vanish while the
edges of shadows and folds stay where they are, for they border areas wider than the kernel. Solid
ink is wider than it too: where a far larger kernel finds much lighter paper, and what lies there
is coloured or nearly black, it was ink and not shadow.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["beside_the_sheet", "evened"]

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

STROKE_SHARE: Final = 0.035
"""Side of the small kernel against the picture's longer side: wider than pens and rubber lines."""
SOLID_SHARE: Final = 0.12
"""Side of the large kernel: no stamp has a wider solid."""
SOLID_SIDE: Final = 320
"""Longer side, in pixels, of the picture on which the large kernel works."""
NEARLY_BLACK: Final = 0.4
"""Share of the light from the paper around, under which it is ink: a hand leaves more."""
COLOURED: Final = 0.13
"""Difference of two colours' shares of light over which it is ink: shadows are grey."""
DARK_TABLE: Final = 0.22
"""Share of the brightest paper's light that a table has, and paper in a shadow has not."""
RIM_SHARE: Final = 0.012
"""How far, against the picture's longer side, the sheet's own edge belongs to the table."""


def evened(picture: NDArray[np.uint8]) -> Floats:
    """The picture divided by its paper: 1 where the paper is bare, less where there is ink."""
    near = _closed(np.asarray(cv2.medianBlur(picture, 3), dtype=np.uint8), STROKE_SHARE)
    far = _paper_far(picture)
    share = near.astype(np.float32) / np.maximum(far, 1)
    ink = (share.min(axis=2) < NEARLY_BLACK) | (share.max(axis=2) - share.min(axis=2) > COLOURED)
    solid = cv2.GaussianBlur(ink.astype(np.float32), (0, 0), 2)[..., None]
    paper = near * (1 - solid) + far * solid
    return np.asarray(np.clip(picture / np.maximum(paper, 5), 0, 1), dtype=np.float32)


def beside_the_sheet(picture: NDArray[np.uint8]) -> Flags:
    """What reaches in from the picture's edges and is no paper: a table, a floor, a sleeve.

    Against the brightest paper it is coloured, or darker than paper is in a shadow.
    """
    near = _closed(np.asarray(cv2.medianBlur(picture, 3), dtype=np.uint8), STROKE_SHARE)
    white = np.maximum(np.percentile(near[::4, ::4], 90, axis=(0, 1)), 1)
    share = near / white
    other = (share.min(axis=2) < DARK_TABLE) | (share.max(axis=2) - share.min(axis=2) > COLOURED)
    _, labels = cv2.connectedComponents(other.astype(np.uint8), connectivity=4)
    rim = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    reaches_in = np.isin(labels, np.setdiff1d(rim, [0]))
    side = max(3, round(max(picture.shape[:2]) * RIM_SHARE) | 1)
    wide = cv2.dilate(reaches_in.astype(np.uint8), np.ones((side, side), np.uint8))
    return np.asarray(wide > 0)


def _closed(picture: NDArray[np.uint8], share: float) -> NDArray[np.uint8]:
    """Closing, softened without moving edges."""
    side = max(3, round(max(picture.shape[:2]) * share) | 1)
    # A frame of its own colours, so that ink near the edge does not become paper.
    framed = cv2.copyMakeBorder(picture, side, side, side, side, cv2.BORDER_REPLICATE)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, kernel)
    soft = cv2.medianBlur(closed, 5)
    return np.asarray(cv2.blur(soft, (3, 3))[side:-side, side:-side], dtype=np.uint8)


def _paper_far(picture: NDArray[np.uint8]) -> Floats:
    """The paper as the large kernel sees it, at full size."""
    height, width = picture.shape[:2]
    scale = min(1.0, SOLID_SIDE / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = cv2.medianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), 3)
    closed = _closed(np.asarray(small, dtype=np.uint8), SOLID_SHARE)
    return np.asarray(
        cv2.resize(closed, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32
    )
