"""Telling ink from paper in a photograph, under uneven light.

1. **Paper.** Closing (dilation, then erosion) with a kernel larger than any stroke removes what is
   dark and thin; blurred, what remains is the paper with its light and its shadows.
2. **Darkness.** The picture divided by the paper; one minus the smallest of the three colours says
   how much ink there is, whatever its colour.
3. **Ink.** Where darkness is far above the paper's own noise, and what hangs together with that
   above a lower threshold; specks and what runs into the picture's edge are dropped.
4. **Mask and colour.** Opacity rises from the lower threshold to the ink's usual darkness; the
   colour of half-covered edges is taken from the solid ink beside them.

All numbers are floats from 0 to 1; pixels are at the working size of `signing.pictures`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["InkOnPaper", "find_ink"]

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

PAPER_SCALE: Final = 4
"""The paper is estimated on a picture so many times smaller."""
PAPER_KERNEL_SHARE: Final = 0.11
"""Side of the closing kernel against the picture's longer side; wider solids count as paper."""
LEAST_FAINT: Final = 0.09
"""Lower threshold of darkness, however quiet the paper."""
LEAST_CLEAR: Final = 0.20
"""Upper threshold of darkness, however quiet the paper."""
SPECK_SHARE: Final = 1.2e-5
"""A part smaller than this share of the picture is dust."""
LEAST_INK_SHARE: Final = 4e-4
"""Less than this share of the picture is nothing."""
MOST_INK_SHARE: Final = 0.5
"""More than this is not ink on paper."""
LEAST_EXTENT: Final = 20
"""A stamp or a signature is at least this many pixels long."""
MARGIN_SHARE: Final = 0.02
"""Room left around the ink, against its longer side."""


@dataclass(frozen=True)
class InkOnPaper:
    """What was found, cropped to it."""

    alpha: Floats
    """Opacity of each pixel."""
    colour: Floats
    """Colour of the ink at each pixel, RGB."""
    edge_width: float
    """Pixels that the passage from paper to ink takes: 2 to 4 when sharp."""


def find_ink(picture: NDArray[np.uint8]) -> InkOnPaper | None:
    """Find the ink in an RGB picture; None when there is none worth the name."""
    image: Floats = np.asarray(picture, dtype=np.float32) / np.float32(255)
    paper = np.maximum(_paper(image), np.float32(0.02))
    evened: Floats = np.asarray(np.clip(image / paper, 0, 1), dtype=np.float32)
    darkness = 1 - cv2.GaussianBlur(evened, (3, 3), 0).min(axis=2)
    faint, clear = _thresholds(darkness)
    mask = _ink_mask(darkness, faint, clear)
    if mask is None:
        return None
    usual = float(np.median(darkness[mask & (darkness > clear)]))
    reach = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    low = faint * 0.7
    opacity = np.clip((darkness - low) / max(usual * 0.75 - low, 0.05), 0, 1) * reach
    alpha: Floats = np.asarray(opacity, dtype=np.float32)
    colour = _ink_colour(evened, alpha)
    edge = _edge_width(darkness, mask, usual)
    rows, columns = _crop(mask)
    return InkOnPaper(alpha[rows, columns], colour[rows, columns], edge)


def _paper(image: Floats) -> Floats:
    """Step 1."""
    height, width = image.shape[:2]
    small = cv2.resize(
        image,
        (max(width // PAPER_SCALE, 8), max(height // PAPER_SCALE, 8)),
        interpolation=cv2.INTER_AREA,
    )
    side = max(3, round(max(small.shape[:2]) * PAPER_KERNEL_SHARE) | 1)
    small = cv2.medianBlur(np.asarray(small * 255, dtype=np.uint8), 3)
    # A frame of its own colours, so that ink near the edge does not become paper.
    framed = cv2.copyMakeBorder(small, side, side, side, side, cv2.BORDER_REPLICATE)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, kernel)
    blurred = cv2.GaussianBlur(closed, (0, 0), side / 6)[side:-side, side:-side]
    paper = cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(paper, dtype=np.float32) / np.float32(255)


def _thresholds(darkness: Floats) -> tuple[float, float]:
    """Lower and upper threshold of darkness, from the noise of the paper."""
    middle = float(np.median(darkness))
    noise = float(np.median(np.abs(darkness - middle))) * 1.4826
    faint = max(LEAST_FAINT, middle + 4 * noise)
    return faint, max(LEAST_CLEAR, middle + 8 * noise, faint * 1.5)


def _ink_mask(darkness: Floats, faint: float, clear: float) -> Flags | None:
    """Step 3."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (darkness > faint).astype(np.uint8), connectivity=8
    )
    height, width = darkness.shape
    has_clear = np.zeros(count, dtype=bool)
    has_clear[np.unique(labels[darkness > clear])] = True
    area = stats[:, cv2.CC_STAT_AREA]
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    inside = (left > 1) & (top > 1) & (right < width - 1) & (bottom < height - 1)
    kept = has_clear & inside & (area >= max(4, SPECK_SHARE * darkness.size))
    kept[0] = False
    mask: Flags = kept[labels]
    share = float(mask.mean())
    if not LEAST_INK_SHARE <= share <= MOST_INK_SHARE:
        return None
    rows, columns = _extent(mask)
    if max(rows[1] - rows[0], columns[1] - columns[0]) < LEAST_EXTENT:
        return None
    return mask


def _ink_colour(evened: Floats, alpha: Floats) -> Floats:
    """The colour of solid ink, spread over the half-covered pixels beside it."""
    solid = (alpha > 0.85).astype(np.float32)
    weight = cv2.GaussianBlur(solid, (0, 0), 2.5)
    spread = cv2.GaussianBlur(evened * solid[..., None], (0, 0), 2.5)
    local = spread / np.maximum(weight, 1e-4)[..., None]
    everywhere = np.median(evened[solid > 0], axis=0) if solid.any() else np.zeros(3)
    trust = np.clip(weight * 20, 0, 1)[..., None]
    return np.asarray(np.clip(local * trust + everywhere * (1 - trust), 0, 1), dtype=np.float32)


def _edge_width(darkness: Floats, mask: Flags, usual: float) -> float:
    """How many pixels the passage from paper to ink takes, where it is sharpest."""
    across = cv2.Sobel(darkness, cv2.CV_32F, 1, 0, ksize=3) / 8
    down = cv2.Sobel(darkness, cv2.CV_32F, 0, 1, ksize=3) / 8
    slope = np.hypot(across, down)[mask]
    return usual / max(float(np.percentile(slope, 92)), 1e-3)


def _extent(mask: Flags) -> tuple[tuple[int, int], tuple[int, int]]:
    """First row and one past the last, and the same of the columns."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    return (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def _crop(mask: Flags) -> tuple[slice, slice]:
    (top, bottom), (left, right) = _extent(mask)
    margin = max(2, round(MARGIN_SHARE * max(bottom - top, right - left)))
    return (
        slice(max(top - margin, 0), min(bottom + margin, mask.shape[0])),
        slice(max(left - margin, 0), min(right + margin, mask.shape[1])),
    )
