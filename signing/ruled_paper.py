"""Lined and squared paper: its printed lines taken away, the pen's strokes across them kept.

Printed lines are straight, very long, parallel and paler than the pen. A bar much longer than any
stroke of a pen, laid along them, keeps the lines and nothing else; where at least three such lines
lie beside each other on the whole picture, ink that is hardly darker than the line is the line's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_RULING", "Ruling", "part_of", "ruling_of", "without_ruling"]

Floats = NDArray[np.float32]
Matrix = NDArray[np.float64]

BAR_SHARE: Final = 0.22
"""Length of the bar against the picture's longer side: longer than a pen goes straight."""
SHARPER: Final = 1.15
"""How much darker thin lines are on the sharp picture than on its small copy."""
SLOPES: Final = np.arange(-12, 12.1, 1.0)
"""Degrees by which paper lies crookedly before a camera."""
FAN: Final = np.arange(-3.2, 3.3, 0.8)
"""Degrees, about the commonest slope, by which the camera's slant fans lines out."""
SEARCH_SIDE: Final = 400
"""Longer side, in pixels, of the copy on which the slope is looked for."""
LEAST_LINES: Final = 3
"""Fewer lines are a flourish, or a line to sign on."""
LEAST_LENGTH: Final = 0.4
"""Share of the picture's side that a ruled line must be seen along."""
VISIBLE: Final = 0.05
"""Darkness from which a line can be seen at all."""
DARKER: Final = 1.3
"""A pen's stroke across a line is at least so many times as dark as the line itself."""
BETWEEN: Final = 0.12
"""Darkness, beyond that, over which a stroke counts wholly."""


@dataclass(frozen=True)
class Ruling:
    """Where a sheet is ruled; None where there are no such lines."""

    level: Floats | None
    """Darkness of the lines from left to right."""
    upright: Floats | None
    """Darkness of the lines from top to bottom."""

    @property
    def there(self) -> bool:
        """Whether the sheet is ruled at all."""
        return self.level is not None or self.upright is not None


NO_RULING: Final = Ruling(None, None)


def ruling_of(darkness: Floats) -> Ruling:
    """How the sheet of a whole picture is ruled, from its darkness (`signing.ink_on_paper`)."""
    turned = np.ascontiguousarray(darkness.T)
    upright = _lines(turned)
    return Ruling(_lines(darkness), None if upright is None else np.ascontiguousarray(upright.T))


def part_of(ruling: Ruling, matrix: Matrix, size: tuple[int, int]) -> Ruling:
    """The ruling of an enlarged, unturned part of the picture.

    Args:
        ruling: Of the whole picture.
        matrix: From the whole picture's pixels to the part's.
        size: Width and height of the part.
    """

    def enlarged(lines: Floats | None) -> Floats | None:
        if lines is None:
            return None
        wide = cv2.dilate(lines, np.ones((3, 3), np.uint8)) * SHARPER
        return np.asarray(cv2.warpPerspective(wide, matrix, size), dtype=np.float32)

    return Ruling(enlarged(ruling.level), enlarged(ruling.upright))


def without_ruling(darkness: Floats, ruling: Ruling) -> Floats:
    """The darkness without the ruled lines; a stroke across them keeps most of its own."""
    for lines in (ruling.level, ruling.upright):
        if lines is not None:
            wide = cv2.dilate(lines, np.ones((3, 3), np.uint8))
            pen = np.clip((darkness - DARKER * wide) / BETWEEN, 0, 1)
            darkness = np.asarray(
                np.where(wide > VISIBLE, darkness * pen, darkness), dtype=np.float32
            )
    return darkness


def _lines(darkness: Floats) -> Floats | None:
    """The nearly level lines of a whole picture."""
    scale = min(1.0, SEARCH_SIDE / max(darkness.shape))
    thick = cv2.dilate(darkness, np.ones((3, 1), np.uint8)) if scale < 0.7 else darkness
    small = cv2.resize(thick, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    soft = np.asarray(cv2.dilate(small, np.ones((3, 1), np.uint8)), dtype=np.float32)
    slope = float(max(SLOPES, key=lambda one: float(_along(soft, float(one)).sum())))
    if _count(_along(soft, slope), slope) < LEAST_LINES:
        return None
    return _fanned(darkness, slope)


def _fanned(darkness: Floats, slope: float) -> Floats:
    """Lines of about one slope, thickened a little and smoothed along."""
    across = cv2.blur(cv2.dilate(darkness, np.ones((5, 1), np.uint8)), (13, 1))
    lines = np.zeros_like(darkness)
    for off in FAN:
        found = _along(np.asarray(across, dtype=np.float32), slope + float(off))
        lines = np.maximum(lines, found)
    return lines


def _along(darkness: Floats, degrees: float) -> Floats:
    """What remains under a long bar laid at a slope: only what is as long as the bar.

    The picture is sheared until such lines are level: a level bar costs the same at any length.
    """
    height, width = darkness.shape
    length = max(9, round(BAR_SHARE * max(height, width)) | 1)
    slope = float(np.tan(np.radians(degrees)))
    shear = np.array([[1, 0, 0], [-slope, 1, slope * width / 2]])
    back = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]])
    level = cv2.warpAffine(
        darkness, shear, (width, height), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    opened = cv2.morphologyEx(level, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    return np.asarray(
        cv2.warpAffine(opened, back, (width, height), flags=cv2.INTER_NEAREST), dtype=np.float32
    )


def _count(lines: Floats, degrees: float) -> int:
    """How many lines cross a good part of the picture."""
    height, width = lines.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    level = cv2.warpAffine((lines > VISIBLE).astype(np.uint8), matrix, (width, height))
    rows = cv2.dilate(level, np.ones((3, 1), np.uint8)).mean(axis=1) > LEAST_LENGTH
    return int((np.diff(rows.astype(int)) == 1).sum())
