"""Photographs of stamps and of signatures on paper: ink kept, paper gone.

    stamp = clean_stamp(jpeg_bytes)        # PNG with transparency, upright, its true size if known

1. The picture is read within its limits (`signing.picture_files`).
2. On a small copy the light is taken away (`paper_light`), ink is told from paper
   (`ink_on_paper`), and the one thing that the client means is found (`stamp_finding`).
3. That part of the picture, as sharp as it came, is laid straight (`straightening`), and ink is
   told from paper once more, now finely. A signature's paper may be ruled (`ruled_paper`).
4. What is faint, blurred, far away or cut off is refused with a code and a sentence.

A clean picture's own pHYs chunk carries its true size (PNG 11.3.4.3); without one nobody knows it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from signing.ink_on_paper import (
    Ink,
    darkness_of,
    find_ink,
    ink_colour,
    opacity_of,
    sharpened,
    with_dots,
    without_crossings,
)
from signing.paper_light import beside_the_sheet, evened
from signing.picture_files import (
    MAX_PICTURE_BYTES,
    MAX_PICTURE_PIXELS,
    MM_PER_INCH,
    PictureRefused,
    ReadPicture,
    read_picture,
)
from signing.ruled_paper import NO_RULING, Ruling, part_of, ruling_of, without_ruling
from signing.sheet_corners import sheet_around
from signing.stamp_finding import LETTER_GAP, WORD_GAP, Found, find_thing
from signing.straightening import Straight, straighten, unturned

__all__ = [
    "MAX_PICTURE_BYTES",
    "MAX_PICTURE_PIXELS",
    "PictureRefused",
    "StampPicture",
    "clean_signature",
    "clean_stamp",
    "find_on_paper",
    "read_picture",
    "too_blurred",
    "turned_by_a_quarter",
]

FINDING_SIDE: Final = 1000
"""Longer side, in pixels, of the copy on which things are found."""
STAMP_SIDE: Final = 900
"""Longer side of a clean stamp: 500 dots per inch at 45 mm."""
SIGNATURE_SIDE: Final = 1000
"""Longer side of a clean signature."""
PREVIEW_SIDE: Final = 640
"""Longer side of the picture that shows what was found where."""
MAX_PNG_BYTES: Final = 600 * 1024
"""Most that a clean picture may take; a larger one is scaled down until it fits."""
DARKEST_PAPER: Final = 45
"""Mean brightness, of 255, below which light is missing."""
LEAST_SIDE: Final = 150
"""Pixels of the picture that a stamp must measure: 2.5 for each millimetre of a large one."""
LEAST_EDGE: Final = 4.2
"""Pixels from paper to ink that no picture is called blurred for."""
STAMP_EDGE: Final = 0.0066
"""The same against the longer side, for stamps: small print is read, or not."""
SIGNATURE_EDGE: Final = 0.0075
"""The same for signatures."""
STAMP_NEAR: Final = 0.06
"""Side, against the longer side, of the square around what was found in which fine ink counts."""
SIGNATURE_NEAR: Final = 0.03
"""The same for signatures, beside which other things are written."""
STAMP_MM: Final = (8.0, 130.0)
"""Believable longer sides of stamps, in millimetres; a scale that says otherwise is wrong."""
ALPHA_LEVELS: Final = 32
"""Steps of opacity that are kept; more cannot be seen and only take room."""
FOUND_COLOUR: Final = (20, 150, 120)
"""Of the line around what was found, in the preview."""


@dataclass(frozen=True)
class StampPicture:
    """A stamp or a signature without its paper."""

    png: bytes
    """RGBA, cropped to the ink; its pHYs chunk says its size where `width_mm` is known."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    width_mm: float | None
    """True width; None when no scale is known."""
    preview: bytes
    """The picture as it came, as a small JPEG, with a line around what was found."""


def clean_stamp(data: bytes, mm_per_picture_width: float | None = None) -> StampPicture:
    """Find a stamp on paper, lay it straight and take the paper away.

    Args:
        data: The picture's file.
        mm_per_picture_width: How many millimetres of paper the picture is wide, where it was taken
            by a camera that has been measured; else a scanner's resolution in the file counts.

    Raises:
        PictureRefused: codes of `read_picture`, and `too_dark`, `nothing_found`, `too_far`,
            `cut_off`, `blurred`.
    """
    picture = read_picture(data)
    if mm_per_picture_width is not None:
        picture = ReadPicture(picture.pixels, mm_per_picture_width / picture.pixels.shape[1])
    return _clean(picture, STAMP_SIDE, stamp=True)


def clean_signature(data: bytes) -> StampPicture:
    """Find a signature on paper, which may be ruled, and take the paper away.

    Raises:
        PictureRefused: as `clean_stamp`.
    """
    return _clean(ReadPicture(read_picture(data).pixels, None), SIGNATURE_SIDE, stamp=False)


def turned_by_a_quarter(png: bytes) -> bytes:
    """A clean picture, as this module made it, turned to the right by a quarter."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        dots = image.info.get("dpi")
        turned = image.transpose(Image.Transpose.ROTATE_270)
    return _encoded(turned, float(dots[0]) if dots else None)


def find_on_paper(small: NDArray[np.uint8], *, stamp: bool) -> tuple[Found, Ruling]:
    """The stamp or the signature on a small copy of a picture, and how the paper is ruled.

    Raises:
        PictureRefused: `nothing_found`, `cut_off`.
    """
    darkness = darkness_of(evened(small))
    ruling = NO_RULING if stamp else ruling_of(darkness)
    ink = find_ink(without_ruling(darkness, ruling))
    on_paper = None if ink is None else ink.mask & ~beside_the_sheet(small)
    found = None if on_paper is None else find_thing(on_paper, LETTER_GAP if stamp else WORD_GAP)
    if found is None:
        raise PictureRefused("nothing_found")
    if found.cut_off:
        raise PictureRefused("cut_off")
    return found, ruling


def too_blurred(ink: Ink, longer_side: int, *, stamp: bool) -> bool:
    """Whether the passage from paper to ink is too wide, on a thing of that many pixels."""
    widest = STAMP_EDGE if stamp else SIGNATURE_EDGE
    return ink.edge_width > max(LEAST_EDGE, widest * longer_side)


def _clean(picture: ReadPicture, max_side: int, *, stamp: bool) -> StampPicture:
    pixels = picture.pixels
    if float(pixels.mean()) < DARKEST_PAPER:
        raise PictureRefused("too_dark")
    shrink = min(1.0, FINDING_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    found, ruling = find_on_paper(np.asarray(small, dtype=np.uint8), stamp=stamp)
    extent = max(found.box[2] - found.box[0], found.box[3] - found.box[1])
    if extent / shrink < LEAST_SIDE:
        raise PictureRefused("too_far")
    scale = min(1.0 / shrink, max_side / extent)
    if stamp:
        beside = beside_the_sheet(np.asarray(small, dtype=np.uint8))
        straight = straighten(found.mask, scale, sheet_around(found.mask, beside))
    else:
        straight = unturned(found.mask, scale)
    ink, even = _fine(pixels, found, straight, shrink, ruling, stamp=stamp)
    alpha = opacity_of(ink)
    rows, columns = _crop(ink.mask)
    image = _rgba(alpha[rows, columns], ink_colour(even, alpha)[rows, columns])
    mm = None if picture.mm_per_pixel is None else picture.mm_per_pixel / (shrink * scale)
    low, high = STAMP_MM
    if mm is not None and not low <= mm * max(image.size) <= high:
        mm = None
    png, width, height = _packed(image, mm)
    width_mm = None if mm is None else mm * image.width
    return StampPicture(png, width, height, width_mm, _preview(pixels, straight.corners / shrink))


def _fine(
    pixels: NDArray[np.uint8],
    found: Found,
    straight: Straight,
    shrink: float,
    ruling: Ruling,
    *,
    stamp: bool,
) -> tuple[Ink, NDArray[np.float32]]:
    """The ink on the straightened part of the picture, and that part evenly lit."""
    matrix = straight.matrix @ np.diag([shrink, shrink, 1.0])
    paper = np.asarray(
        cv2.warpPerspective(
            pixels, matrix, straight.size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ),
        dtype=np.uint8,
    )
    even = evened(paper)
    lines = part_of(ruling, straight.matrix, straight.size)
    meant = _filled(found.mask) if stamp else found.mask.astype(np.uint8)
    there = cv2.warpPerspective(meant, straight.matrix, straight.size)
    side = max(5, round((STAMP_NEAR if stamp else SIGNATURE_NEAR) * max(straight.size)) | 1)
    near = cv2.dilate(there, np.ones((side, side), np.uint8)) > 0
    as_it_came = find_ink(np.asarray(without_ruling(darkness_of(even), lines) * near), found=True)
    if as_it_came is None:
        raise PictureRefused("nothing_found")
    if too_blurred(as_it_came, max(straight.size), stamp=stamp):
        raise PictureRefused("blurred")
    if lines.there:  # measured as the camera saw it: sharpened, its lines would outlive it
        return without_crossings(as_it_came), even
    darkness = darkness_of(sharpened(even), fine=True)
    ink = find_ink(np.asarray(darkness * near, dtype=np.float32), found=True) or as_it_came
    return with_dots(ink), even


def _filled(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A stamp's ink and all that it encloses: a row far from its frame and its neighbours too."""
    hull = cv2.convexHull(np.argwhere(mask)[:, ::-1].astype(np.int32))
    return np.asarray(cv2.fillConvexPoly(mask.astype(np.uint8), hull, 1), dtype=np.uint8)


def _crop(mask: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Rows and columns of the ink, with two pixels of air."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(int(rows[0]) - 2, 0), int(rows[-1]) + 3),
        slice(max(int(columns[0]) - 2, 0), int(columns[-1]) + 3),
    )


def _rgba(opacity: NDArray[np.float32], colour: NDArray[np.float32]) -> Image.Image:
    step = 255 / (ALPHA_LEVELS - 1)
    alpha = np.asarray(np.round(opacity * 255 / step) * step + 0.5, dtype=np.uint8)
    tint = np.asarray(colour * 255 + 0.5, dtype=np.uint8)
    tint[alpha == 0] = 0  # nothing of the paper stays in the file
    return Image.fromarray(np.dstack([tint, alpha]))


def _packed(image: Image.Image, mm_per_pixel: float | None) -> tuple[bytes, int, int]:
    width = image.width
    while True:
        dots = None if mm_per_pixel is None else MM_PER_INCH / mm_per_pixel * image.width / width
        png = _encoded(image, dots)
        if len(png) <= MAX_PNG_BYTES:
            return png, image.width, image.height
        size = (round(image.width * 0.8), round(image.height * 0.8))
        image = image.resize(size, Image.Resampling.LANCZOS)


def _encoded(image: Image.Image, dots_per_inch: float | None) -> bytes:
    buffer = io.BytesIO()
    options: dict[str, Any] = {"optimize": True}
    if dots_per_inch is not None:
        options["dpi"] = (dots_per_inch, dots_per_inch)
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def _preview(pixels: NDArray[np.uint8], corners: NDArray[np.float32]) -> bytes:
    """The picture, small, with a line around what was found."""
    shrink = min(1.0, PREVIEW_SIDE / max(pixels.shape[:2]))
    small = cv2.resize(pixels, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    middle = corners.mean(axis=0)
    around = (middle + (corners - middle) * 1.06) * shrink
    drawn = cv2.polylines(
        np.ascontiguousarray(small), [around.round().astype(np.int32)], True, FOUND_COLOUR, 3
    )
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(drawn, dtype=np.uint8)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
