"""Telling ink from paper on an evenly lit picture (`signing.paper_light`).

1. **Darkness.** One minus the smallest of the three colours says how much ink there is, whatever
   its colour. Where the picture's ink is coloured, weak grey is taken away: creases, shadows' rims
   and pencil are grey, ink's own edges are not. On the fine picture the camera's blur is taken back
   first, as far as its noise allows (`sharpened`), and colour is looked for a little around each
   pixel, since cameras keep it in blocks of two by two: else the dots of small print are lost.
2. **Ink.** Where darkness is far above the paper's own noise and the usual ink's faintest, and what
   hangs together with that above a lower threshold; specks are dropped. On the fine picture small
   faint parts beside ink count too: dots, commas and hyphens (`with_dots`).
3. **Opacity and colour.** Opacity rises from the lower threshold to the ink's usual darkness; the
   colour of half-covered edges is taken from the solid ink beside them.

All numbers are floats from 0 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Ink",
    "darkness_of",
    "find_ink",
    "ink_colour",
    "opacity_of",
    "sharpened",
    "with_dots",
    "without_crossings",
]

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

LEAST_FAINT: Final = 0.08
"""Lower threshold of darkness, however quiet the paper."""
LEAST_CLEAR: Final = 0.17
"""Upper threshold of darkness, however quiet the paper."""
FAINT_SHARE: Final = 0.3
"""Lower threshold against the usual ink's darkness."""
CLEAR_SHARE: Final = 0.5
"""Upper threshold against the usual ink's darkness."""
NOISE_SHARE: Final = (0.36, 0.56)
"""Most that noise makes of both thresholds against the usual ink's darkness, where ink is known."""
STRONGEST_SHARE: Final = 0.002
"""Share of the picture whose darkest pixels are looked at for the usual ink."""
COLOURED: Final = 0.25
"""Difference of the colours against darkness over which ink is coloured; black ink has 0.1."""
GREY_IN_COLOUR: Final = 2.6
"""Darkness that coloured ink may have for each unit of difference between its colours."""
BLACK: Final = (0.32, 0.5)
"""Darkness from which, and from which wholly, grey counts beside coloured ink: a black pen."""
SPECK_SHARE: Final = 8e-6
"""A part smaller than this share of the picture is dust."""

COLOUR_BLOCK: Final = 7
"""Pixels across over which a camera and its JPEG smear colour."""
COLOUR_REACH: Final = 0.05
"""Side, against the longer side, of the square around a pixel where ink's colour is looked for."""
COLOUR_AROUND: Final = (0.25, 0.5)
"""Colour of the ink around against its darkness from which, and from which wholly, grey is ink."""
MOST_SHARP: Final = 1.2
"""How much of what blur took is given back where there is no noise."""
LENS: Final = 1.6
"""Standard deviation, in pixels, of the blur that is taken back."""
CLEAN: Final = (14.0, 26.0)
"""Darkness of ink against noise from which, and from which wholly, blur is taken back."""
DOT_FAINT: Final = (0.2, 0.33)
"""Lower and upper threshold against the usual ink's darkness for small parts beside ink."""
DOT_NOISE: Final = 7.0
"""How far above the paper's noise such parts are."""
DOT_NEAR: Final = 0.015
"""How far from ink, against the longer side, such parts may lie."""
DOT_SIDE: Final = 0.045
"""Longest side of such a part against the longer side: a crease is longer."""

CROSSING_SHARE: Final = 1e-4
"""A part smaller than this share of a picture of ruled paper is where two of its lines cross."""


@dataclass(frozen=True)
class Ink:
    """Where there is ink."""

    mask: Flags
    """Every pixel that ink touches."""
    darkness: Floats
    """How much ink there is."""
    usual: float
    """Darkness of solid ink."""
    faint: float
    """Darkness under which there is none."""

    @property
    def edge_width(self) -> float:
        """Pixels that the passage from paper to ink takes, where it is sharpest."""
        across = cv2.Sobel(self.darkness, cv2.CV_32F, 1, 0, ksize=3) / 8
        down = cv2.Sobel(self.darkness, cv2.CV_32F, 0, 1, ksize=3) / 8
        slope = np.hypot(across, down)[self.mask]
        return self.usual / max(float(np.percentile(slope, 92)), 1e-3)


def sharpened(even: Floats) -> Floats:
    """The fine picture with the camera's blur taken back, as far as its noise allows."""
    fine = even - cv2.GaussianBlur(even, (0, 0), LENS)
    noise = float(np.median(np.abs(fine))) * 1.4826
    clean = _usual(np.asarray(1 - even.min(axis=2), dtype=np.float32)) / max(noise, 1e-4)
    amount = MOST_SHARP * float(np.clip((clean - CLEAN[0]) / (CLEAN[1] - CLEAN[0]), 0, 1))
    return np.asarray(np.clip(even + amount * fine, 0, 1), dtype=np.float32)


def darkness_of(even: Floats, *, fine: bool = False) -> Floats:
    """Step 1.

    Args:
        even: An evenly lit picture.
        fine: Whether colour counts that lies a few pixels away.
    """
    soft = cv2.GaussianBlur(even, (3, 3), 0)
    least, most = soft.min(axis=2), soft.max(axis=2)
    darkness, difference = 1 - least, most - least
    strong = darkness > max(LEAST_CLEAR, float(np.quantile(darkness, 1 - STRONGEST_SHARE)) * 0.8)
    if not strong.any() or float(np.median(difference[strong] / darkness[strong])) < COLOURED:
        return np.asarray(darkness, dtype=np.float32)
    around: Floats | float = 0.0
    if fine:
        around = _coloured_around(difference, darkness)
        block = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (COLOUR_BLOCK, COLOUR_BLOCK))
        difference = cv2.dilate(difference, block)
    grey = np.maximum(darkness - GREY_IN_COLOUR * difference, 0) * (1 - around)
    weak = 1 - np.clip((darkness - BLACK[0]) / (BLACK[1] - BLACK[0]), 0, 1)
    return np.asarray(np.maximum(darkness - grey * weak, 0), dtype=np.float32)


def _coloured_around(difference: Floats, darkness: Floats) -> Floats:
    """How far the ink around each pixel is coloured: a JPEG drops the colour of thin strokes."""
    side = max(5, round(COLOUR_REACH * max(darkness.shape)) | 1)
    ratio = cv2.blur(difference, (side, side)) / np.maximum(
        cv2.blur(np.maximum(darkness - LEAST_FAINT / 2, 0), (side, side)), 1e-3
    )
    low, high = COLOUR_AROUND
    return np.asarray(np.clip((ratio - low) / (high - low), 0, 1), dtype=np.float32)


def find_ink(darkness: Floats, *, found: bool = False) -> Ink | None:
    """Step 2; None when there is no ink at all.

    Args:
        darkness: What `darkness_of` returned.
        found: Whether it is known that there is ink: then noise raises the thresholds no further
            than the ink itself allows.
    """
    usual = _usual(darkness)
    middle = float(np.median(darkness))
    noise = float(np.median(np.abs(darkness - middle))) * 1.4826
    above = np.array([middle + 4 * noise, middle + 8 * noise])
    if found:
        above = np.minimum(above, np.array(NOISE_SHARE) * usual)
    faint = max(LEAST_FAINT, float(above[0]), FAINT_SHARE * usual)
    clear = max(LEAST_CLEAR, float(above[1]), CLEAR_SHARE * usual, faint * 1.3)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (darkness > faint).astype(np.uint8), connectivity=8
    )
    has_clear = np.zeros(count, dtype=bool)
    has_clear[np.unique(labels[darkness > clear])] = True
    area = stats[:, cv2.CC_STAT_AREA]
    kept = has_clear & (area >= max(4, SPECK_SHARE * darkness.size))
    kept[0] = False
    mask: Flags = kept[labels]
    if not mask.any():
        return None
    solid = float(np.median(darkness[mask & (darkness > clear)]))
    return Ink(mask, darkness, solid, faint)


def with_dots(ink: Ink) -> Ink:
    """Step 2, last part: the ink with the small faint parts beside it."""
    darkness, longest = ink.darkness, max(ink.darkness.shape)
    reach = round(DOT_NEAR * longest) * 2 + 1
    near = cv2.dilate(ink.mask.astype(np.uint8), np.ones((reach, reach), np.uint8)) > 0
    beside = darkness[near & ~ink.mask]
    noise = float(np.median(beside)) * 1.4826 if beside.size else 0.0
    low = max(LEAST_FAINT, DOT_FAINT[0] * ink.usual)
    high = max(LEAST_FAINT * 1.3, DOT_FAINT[1] * ink.usual, DOT_NOISE * noise)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        (darkness > low).astype(np.uint8), connectivity=8
    )
    dot = np.zeros(count, dtype=bool)
    dot[np.unique(labels[near & (darkness > high)])] = True
    side = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    dot &= (side <= DOT_SIDE * longest) & (stats[:, cv2.CC_STAT_AREA] >= 4)
    dot[0] = False
    return Ink(np.asarray(ink.mask | dot[labels]), darkness, ink.usual, ink.faint)


def without_crossings(ink: Ink) -> Ink:
    """The ink without what is left of ruled lines where they cross."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        ink.mask.astype(np.uint8), connectivity=8
    )
    kept = stats[:, cv2.CC_STAT_AREA] >= CROSSING_SHARE * ink.mask.size
    kept[0] = False
    return ink if not kept.any() else Ink(kept[labels], ink.darkness, ink.usual, ink.faint)


def opacity_of(ink: Ink) -> Floats:
    """Step 3, first half."""
    reach = cv2.dilate(ink.mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    low = ink.faint * 0.6
    opacity = (ink.darkness - low) / max(ink.usual * 0.75 - low, 0.05)
    return np.asarray(np.clip(opacity, 0, 1) * reach, dtype=np.float32)


def ink_colour(even: Floats, alpha: Floats) -> Floats:
    """Step 3, second half: the colour of solid ink, spread over half-covered edges beside it."""
    solid = (alpha > 0.85).astype(np.float32)
    weight = cv2.GaussianBlur(solid, (0, 0), 2.5)
    spread = cv2.GaussianBlur(even * solid[..., None], (0, 0), 2.5)
    local = spread / np.maximum(weight, 1e-4)[..., None]
    everywhere = np.median(even[solid > 0], axis=0) if solid.any() else np.zeros(3)
    trust = np.clip(weight * 20, 0, 1)[..., None]
    return np.asarray(np.clip(local * trust + everywhere * (1 - trust), 0, 1), dtype=np.float32)


def _usual(darkness: Floats) -> float:
    """Darkness of the picture's darkest part that is large enough to be a stamp or a signature."""
    return float(np.quantile(darkness, 1 - STRONGEST_SHARE)) * 0.85
