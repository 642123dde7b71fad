"""Photographs of stamps and of signatures on paper: ink kept, paper gone.

    stamp = clean_stamp(jpeg_bytes)          # PNG with transparency, its size in pixels

The size of a picture is checked from its header before a single pixel is decoded. Uneven light and
shadows are removed by dividing through an estimate of the bare paper; what is clearly darker than
the paper in any colour is ink. The ink's own colour is kept, relative to the paper's white.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from signing.errors import SigningError
from signing.ink_on_paper import InkOnPaper, find_ink
from verifier.picture import MAX_JPEG_SCANS

__all__ = [
    "MAX_PICTURE_BYTES",
    "MAX_PICTURE_PIXELS",
    "PictureRefused",
    "StampPicture",
    "clean_signature",
    "clean_stamp",
    "read_picture",
]

MAX_PICTURE_BYTES: Final = 24 * 1024 * 1024
"""A 40-megapixel JPEG of good quality has about 20 MB."""
MAX_PICTURE_PIXELS: Final = 40_000_000
"""Decoding costs 3 bytes a pixel; phones take 12 to 50 megapixels."""
MAX_SIDE: Final = 1600
"""Longer side, in pixels, at which pictures are worked on."""
MIN_SIDE: Final = 32
"""A smaller picture shows nothing."""
STAMP_SIDE: Final = 900
"""Longer side of a clean stamp: 500 dots per inch at 45 mm."""
SIGNATURE_SIDE: Final = 1000
"""Longer side of a clean signature."""
MAX_PNG_BYTES: Final = 600 * 1024
"""Most that a clean picture may take; a larger one is scaled down until it fits."""
DARKEST_PAPER: Final = 45
"""Mean brightness, of 255, below which light is missing."""
WIDEST_EDGE: Final = 7.0
"""Pixels from paper to ink, at the working size, beyond which a picture is blurred."""

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""What cameras and phones give; every further decoder would be a further way in."""

_SENTENCES: Final = {
    "not_a_picture": (
        "This file is not a picture that can be read.",
        "Choose a JPEG or PNG picture, or take a photo with the camera.",
    ),
    "too_large": (
        f"This picture's file is larger than {MAX_PICTURE_BYTES // 1024**2} MB.",
        "Choose a smaller picture, or take a photo with the camera.",
    ),
    "too_many_pixels": (
        f"This picture has more than {MAX_PICTURE_PIXELS // 1_000_000} million pixels.",
        "Take the picture at a lower resolution.",
    ),
    "too_small": (
        "This picture is too small to show anything.",
        "Choose a larger picture, or take a photo with the camera.",
    ),
    "too_dark": (
        "This picture is too dark.",
        "Turn on a light, or move out of the shadow, and take it again.",
    ),
    "nothing_found": (
        "No ink was found on the paper in this picture.",
        "Put a clean white sheet with the stamp or signature into the frame and take it again.",
    ),
    "blurred": (
        "This picture is blurred.",
        "Hold still, a little further away, and take it again.",
    ),
}


class PictureRefused(SigningError):
    """A picture that cannot be used; the client takes another one."""

    def __init__(self, code: str) -> None:
        """Give the reason's code, one of the keys of the table above."""
        sentence, next_step = _SENTENCES[code]
        super().__init__(code, sentence, next_step)


@dataclass(frozen=True)
class StampPicture:
    """A stamp without its paper."""

    png: bytes
    """RGBA, cropped to the ink."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""


def read_picture(data: bytes, max_side: int = MAX_SIDE) -> NDArray[np.uint8]:
    """Decode a picture, upright, on white, no larger than needed.

    Args:
        data: A JPEG, PNG or WebP file.
        max_side: Longer side of the result, in pixels.

    Returns:
        Rows of RGB pixels.

    Raises:
        PictureRefused: codes `not_a_picture`, `too_large`, `too_many_pixels`, `too_small`.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise PictureRefused("too_large")
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PictureRefused("not_a_picture")  # thousands of passes keep a decoder busy for minutes
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_size(image.size)
            image.draft("RGB", (max_side, max_side))  # JPEG decodes at 1/2, 1/4 or 1/8
            image = ImageOps.exif_transpose(image)
            image.thumbnail((max_side, max_side), Image.Resampling.BOX, reducing_gap=2.0)
            return np.asarray(_on_white(image))
    except Image.DecompressionBombError as error:
        raise PictureRefused("too_many_pixels") from error
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureRefused("not_a_picture") from error


def clean_stamp(data: bytes) -> StampPicture:
    """Find a stamp on paper and take the paper away.

    Raises:
        PictureRefused: codes of `read_picture`, and `too_dark`, `nothing_found`, `blurred`.
    """
    image = _clean(data, STAMP_SIDE)
    return StampPicture(*_packed(image))


def clean_signature(data: bytes) -> bytes:
    """Find a signature on paper and take the paper away; a PNG with transparency.

    Raises:
        PictureRefused: as `clean_stamp`.
    """
    return _packed(_clean(data, SIGNATURE_SIDE))[0]


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PICTURE_PIXELS:
        raise PictureRefused("too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise PictureRefused("too_small")


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        paper = Image.new("RGBA", with_alpha.size, "white")
        return Image.alpha_composite(paper, with_alpha).convert("RGB")
    if image.mode.startswith("I;16"):
        # Pillow would cut 16-bit grey off at 255 instead of scaling it.
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")


def _clean(data: bytes, max_side: int) -> Image.Image:
    picture = read_picture(data)
    if float(picture.mean()) < DARKEST_PAPER:
        raise PictureRefused("too_dark")
    ink = find_ink(picture)
    if ink is None:
        raise PictureRefused("nothing_found")
    if ink.edge_width > WIDEST_EDGE:
        raise PictureRefused("blurred")
    return _scaled(_rgba(ink), max_side)


def _rgba(ink: InkOnPaper) -> Image.Image:
    alpha = np.asarray(ink.alpha * 255 + 0.5, dtype=np.uint8)
    colour = np.asarray(ink.colour * 255 + 0.5, dtype=np.uint8)
    colour[alpha == 0] = 0  # nothing of the paper stays in the file
    return Image.fromarray(np.dstack([colour, alpha]))


def _scaled(image: Image.Image, max_side: int) -> Image.Image:
    scale = min(1.0, max_side / max(image.size))
    if scale == 1.0:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _packed(image: Image.Image) -> tuple[bytes, int, int]:
    while True:
        buffer = io.BytesIO()
        options: dict[str, Any] = {"optimize": True}
        image.save(buffer, "PNG", **options)
        if buffer.tell() <= MAX_PNG_BYTES:
            return buffer.getvalue(), image.width, image.height
        image = _scaled(image, round(max(image.size) * 0.8))
