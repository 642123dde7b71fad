"""Pictures with transparency as PDF image objects: opacity as a sharp soft mask, colour beside it.

What the eye reads in a stamp is the edge of its ink: the soft mask (ISO 32000-1, 11.6.5.3) keeps
every pixel, in few levels, each row told by its difference from the one above. The ink's colour
changes slowly, so a JPEG of a third of the size holds it. A stamp takes some 25 KB this way; the
same pixels deflated as they are take 550 KB.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic

from signing.errors import SigningError
from signing.revision import Revision
from signing.true_size import dots_per_inch

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

__all__ = ["MAX_OBJECT_BYTES", "MAX_PNG_BYTES", "MAX_PNG_PIXELS", "Picture", "add_picture"]

MAX_PNG_BYTES = 16 * 1024 * 1024  # a cleaned picture is far smaller
MAX_PNG_PIXELS = 12_000_000  # checked before a pixel is decoded
LONGEST_SIDE = 1100  # pixels: 300 dpi over 93 mm, wider than any stamp
MAX_OBJECT_BYTES = 40 * 1024  # mask and colour together; a picture that takes more is made smaller
SHORTEST_SIDE = 200  # pixels of the longer side under which no picture is made smaller
MASK_LEVELS = 16  # steps of opacity
COLOUR_SHRINK = 3  # pixels of the mask for each pixel of the colour, in both directions
JPEG_QUALITY = 82
PNG_UP = 2  # the filter that tells a row by its difference from the one above (PNG 9.2)
INCH = 72.0  # points


@dataclass(frozen=True)
class Picture:
    """An image object in a revision."""

    reference: Any  # the image XObject
    width: int  # pixels
    height: int  # pixels
    width_points: float | None  # its true width, where the PNG's pHYs chunk says its scale


def add_picture(revision: Revision, png: bytes) -> Picture:
    """Add a PNG with transparency to a revision.

    Args:
        revision: The update being made.
        png: As `signing.pictures` returns it.

    Raises:
        SigningError: `picture_unusable`.
    """
    from PIL import Image

    image, dots = _decoded(png)
    width_points = None if dots is None else image.width / dots * INCH
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    mask, colour = _packed(image)
    while len(mask) + len(colour) > MAX_OBJECT_BYTES and max(image.size) > SHORTEST_SIDE:
        smaller = (max(1, round(image.width * 0.88)), max(1, round(image.height * 0.88)))
        image = image.resize(smaller, Image.Resampling.LANCZOS)
        mask, colour = _packed(image)
    soft = _stream(image.size, "/DeviceGray", "/FlateDecode", mask)
    soft[generic.pdf_name("/DecodeParms")] = generic.DictionaryObject(
        {
            generic.pdf_name("/Predictor"): generic.NumberObject(10 + PNG_UP),
            generic.pdf_name("/Colors"): generic.NumberObject(1),
            generic.pdf_name("/Columns"): generic.NumberObject(image.width),
        }
    )
    tint = _stream(_colour_size(image.size), "/DeviceRGB", "/DCTDecode", colour)
    tint[generic.pdf_name("/SMask")] = revision.add_object(soft)
    return Picture(revision.add_object(tint), image.width, image.height, width_points)


def _decoded(png: bytes) -> tuple[Image.Image, float | None]:
    """The pixels, and dots per inch where the file says them."""
    from PIL import Image

    refusal = SigningError(
        "picture_unusable",
        "The picture of the stamp or signature cannot be used.",
        "Take it again.",
    )
    if len(png) > MAX_PNG_BYTES:
        raise refusal
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
            if opened.width * opened.height > MAX_PNG_PIXELS or 0 in opened.size:
                raise refusal
            image = opened.convert("RGBA")
            dots = dots_per_inch(opened)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal from error
    return image, dots


def _packed(image: Image.Image) -> tuple[bytes, bytes]:
    """The soft mask, deflated, and the colours as JPEG."""
    import numpy as np

    pixels = np.asarray(image)
    step = 255 / (MASK_LEVELS - 1)
    alpha = np.asarray(np.round(np.round(pixels[:, :, 3] / step) * step), dtype=np.uint8)
    above = np.vstack([np.zeros((1, image.width), dtype=np.uint8), alpha[:-1]])
    kinds = np.full((image.height, 1), PNG_UP, dtype=np.uint8)
    rows = np.hstack([kinds, alpha - above])  # modulo 256, as the filter wants it
    return zlib.compress(rows.tobytes(), 9), _jpeg(pixels)


def _colour_size(size: tuple[int, int]) -> tuple[int, int]:
    return max(1, size[0] // COLOUR_SHRINK), max(1, size[1] // COLOUR_SHRINK)


def _jpeg(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """The ink's colours, spread over what is transparent beside it: no light fringes."""
    import cv2
    import numpy as np
    from PIL import Image

    weight = pixels[:, :, 3].astype(np.float32) / 255
    colours = pixels[:, :, :3].astype(np.float32)
    inked = weight > 0.5
    mean = colours[inked].mean(axis=0) if inked.any() else np.zeros(3, dtype=np.float32)
    size = _colour_size((pixels.shape[1], pixels.shape[0]))
    total = cv2.resize(cv2.blur(weight, (9, 9)), size, interpolation=cv2.INTER_AREA)[..., None]
    summed = cv2.blur(colours * weight[..., None], (9, 9))
    small = cv2.resize(summed, size, interpolation=cv2.INTER_AREA)
    spread = (small + mean * 0.002) / (total + 0.002)
    output = io.BytesIO()
    tint = Image.fromarray(np.asarray(np.clip(spread + 0.5, 0, 255), dtype=np.uint8))
    tint.save(output, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return output.getvalue()


def _stream(size: tuple[int, int], space: str, encoding: str, data: bytes) -> generic.StreamObject:
    name = generic.pdf_name
    return generic.StreamObject(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Image"),
            name("/Width"): generic.NumberObject(size[0]),
            name("/Height"): generic.NumberObject(size[1]),
            name("/ColorSpace"): name(space),
            name("/BitsPerComponent"): generic.NumberObject(8),
            name("/Filter"): name(encoding),
        },
        encoded_data=data,
    )
