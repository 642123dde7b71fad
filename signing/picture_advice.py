"""Advice before a photograph is taken: what would be wrong with it if it were taken now.

    advice = advise(jpeg_of_the_guide_box, stamp=True)      # Advice.TOO_FAR

The same steps as `signing.pictures` on a smaller copy, without straightening and without making a
picture, so that a small machine can answer once a second. What is said here and what is said of
the photograph agree but at the very limits; the photograph's own judgement counts.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import cv2
import numpy as np

from signing.ink_on_paper import darkness_of, find_ink
from signing.paper_light import evened
from signing.picture_files import PictureRefused, read_picture
from signing.pictures import (
    DARKEST_PAPER,
    LEAST_SIDE,
    SIGNATURE_SIDE,
    STAMP_SIDE,
    find_on_paper,
    too_blurred,
)

__all__ = ["Advice", "advise"]

LOOKING_SIDE: Final = 480
"""Longer side, in pixels, of the copy on which the stamp or the signature is looked for."""
AIR: Final = 8
"""Pixels of paper that are looked at around what was found."""


class Advice(StrEnum):
    """What to do before taking the photograph; the names are those of the refusals."""

    GOOD = "good"
    TOO_DARK = "too_dark"
    NOTHING_FOUND = "nothing_found"
    CUT_OFF = "cut_off"
    TOO_FAR = "too_far"
    BLURRED = "blurred"


def advise(data: bytes, *, stamp: bool) -> Advice:
    """What keeps this picture from being a good photograph.

    Args:
        data: The picture's file, as sharp as the photograph would be.
        stamp: Whether a stamp is photographed; else a signature, which may stand on ruled paper.

    Raises:
        PictureRefused: the codes of `read_picture`, where it is no picture within the limits.
    """
    pixels = read_picture(data).pixels
    if float(pixels.mean()) < DARKEST_PAPER:
        return Advice.TOO_DARK
    shrink = min(1.0, LOOKING_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    try:
        found, _ = find_on_paper(np.asarray(small, dtype=np.uint8), stamp=stamp)
    except PictureRefused as refused:
        return Advice(refused.code)
    left, top, right, bottom = (round(edge / shrink) for edge in found.box)
    if max(right - left, bottom - top) < LEAST_SIDE:
        return Advice.TOO_FAR
    part = pixels[max(0, top - AIR) : bottom + AIR, max(0, left - AIR) : right + AIR]
    smaller = min(1.0, (STAMP_SIDE if stamp else SIGNATURE_SIDE) / max(part.shape[:2]))
    part = np.asarray(
        cv2.resize(part, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    ink = find_ink(darkness_of(evened(part)))
    if ink is None:
        return Advice.NOTHING_FOUND
    if too_blurred(ink, max(part.shape[:2]), stamp=stamp):
        return Advice.BLURRED
    return Advice.GOOD
