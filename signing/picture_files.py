"""Pictures that clients bring: their limits, why one is refused, and the pixels of the others.

The size of a picture is checked from its header before a single pixel is decoded, and a JPEG's
header is walked strictly (`verifier.picture.picture_size`), so that two readers cannot differ. A
scanner's resolution is taken along where it can be trusted; a camera's cannot.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from signing.errors import SigningError
from verifier.errors import PictureError
from verifier.picture import picture_size

__all__ = [
    "MAX_PICTURE_BYTES",
    "MAX_PICTURE_PIXELS",
    "MM_PER_INCH",
    "PictureRefused",
    "ReadPicture",
    "read_picture",
]

MAX_PICTURE_BYTES: Final = 24 * 1024 * 1024
"""A 40-megapixel JPEG of good quality has about 20 MB."""
MAX_PICTURE_PIXELS: Final = 40_000_000
"""Decoding costs 3 bytes a pixel; phones take 12 to 50 megapixels."""
MAX_SIDE: Final = 2000
"""Longer side, in pixels, at which pictures are read: a 12-megapixel JPEG decodes at half size."""
MIN_SIDE: Final = 32
"""A smaller picture shows nothing."""
MAX_LONG_SIDE: Final = 20_000
"""Longest side of a picture as it comes, in pixels, against pictures of one line."""
SCANNER_DPI: Final = (140.0, 1300.0)
"""Dots per inch that scanners write; 72 and 96 are what programs write that do not know."""
MM_PER_INCH: Final = 25.4

FORMATS: Final = ("JPEG", "PNG", "WEBP")
"""What cameras and phones give; every further decoder would be a further way in."""
WEBP_CHUNKS: Final = (b"VP8 ", b"VP8L", b"VP8X")
HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")
EXIF_SUBFOLDER: Final = 0x8769
CAMERA_TAGS: Final = (0x829A, 0x829D, 0x920A)
"""Exposure time, aperture and focal length (Exif 2.3, 4.6.5): a lens looked from somewhere."""

_SENTENCES: Final = {
    "not_a_picture": (
        "This file is not a picture that can be read.",
        "Choose a JPEG or PNG picture, or take a photo with the camera.",
    ),
    "heic_picture": (
        "This picture is in the HEIC format, which cannot be read here.",
        "Send it as JPEG (iPhone: Settings, Camera, Formats, Most Compatible), or take a photo.",
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
    "too_far": (
        "The stamp or signature is too small in this picture.",
        "Hold the paper closer to the camera and take it again.",
    ),
    "cut_off": (
        "The stamp or signature does not lie wholly inside this picture.",
        "Move it into the middle of the frame and take it again.",
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
class ReadPicture:
    """A picture, upright, on white, no larger than needed."""

    pixels: NDArray[np.uint8]
    """Rows of RGB."""
    mm_per_pixel: float | None
    """How much paper one of these pixels covers; None when the file does not say."""


def read_picture(data: bytes, max_side: int = MAX_SIDE) -> ReadPicture:
    """Decode a picture.

    Args:
        data: A JPEG, PNG or WebP file.
        max_side: Longer side of the result, in pixels.

    Raises:
        PictureRefused: codes `not_a_picture`, `heic_picture`, `too_large`, `too_many_pixels`,
            `too_small`.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise PictureRefused("too_large")
    _check_size(_size_in_header(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_size(image.size)
            longer, dots = max(image.size), _scanner_dots(image)
            image.draft("RGB", (max_side, max_side))  # JPEG decodes at 1/2, 1/4 or 1/8
            image = ImageOps.exif_transpose(image)
            image.thumbnail((max_side, max_side), Image.Resampling.BOX, reducing_gap=2.0)
            pixels = np.asarray(_on_white(image))
    except Image.DecompressionBombError as error:
        raise PictureRefused("too_many_pixels") from error
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureRefused("not_a_picture") from error
    shrunk = longer / max(pixels.shape[:2])
    return ReadPicture(pixels, MM_PER_INCH / dots * shrunk if dots else None)


def _size_in_header(data: bytes) -> tuple[int, int]:
    """Width and height before any decoder sees the file."""
    if data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS:
        raise PictureRefused("heic_picture")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    try:
        return picture_size(data)
    except PictureError as error:
        raise PictureRefused("not_a_picture") from error


def _webp_size(data: bytes) -> tuple[int, int]:
    """Canvas of a WebP file (RFC 9649, 2.5 to 2.7): Pillow makes room for it when it opens one."""
    kind = data[12:16]
    if kind not in WEBP_CHUNKS or len(data) < 30:
        raise PictureRefused("not_a_picture")
    if kind == b"VP8X":
        if data[20] & 0x02:  # animated
            raise PictureRefused("not_a_picture")
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return width, height


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PICTURE_PIXELS or max(size) > MAX_LONG_SIDE:
        raise PictureRefused("too_many_pixels")
    if min(width, height) < MIN_SIDE:
        raise PictureRefused("too_small")


def _scanner_dots(image: Image.Image) -> float | None:
    """Dots per inch of a scan; None where a camera took the picture or nobody knows."""
    exif = image.getexif()
    lens = exif.get_ifd(EXIF_SUBFOLDER)
    if any(tag in lens for tag in CAMERA_TAGS):
        return None
    written = image.info.get("dpi")
    if not isinstance(written, tuple) or len(written) != 2:
        return None
    across, down = (float(value) for value in written)
    low, high = SCANNER_DPI
    square = abs(across - down) <= 0.02 * max(across, down)
    return across if square and low <= across <= high else None


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        paper = Image.new("RGBA", with_alpha.size, "white")
        return Image.alpha_composite(paper, with_alpha).convert("RGB")
    if image.mode.startswith("I;16"):
        # Pillow would cut 16-bit grey off at 255 instead of scaling it.
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    return image.convert("RGB")
