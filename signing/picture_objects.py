"""Pictures with transparency as PDF image objects: colour as JPEG, transparency as a soft mask.

A stamp of 600 by 400 pixels takes some 30 KB this way; the same pixels deflated take 550 KB.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyhanko.pdf_utils import generic

from signing.errors import SigningError
from signing.revision import Revision

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

__all__ = ["MAX_PNG_BYTES", "MAX_PNG_PIXELS", "Picture", "add_picture"]

MAX_PNG_BYTES = 16 * 1024 * 1024  # a cleaned picture is far smaller
MAX_PNG_PIXELS = 12_000_000  # checked before a pixel is decoded
LONGEST_SIDE = 1100  # pixels: 300 dpi over 93 mm, wider than any stamp
JPEG_QUALITY = 82


@dataclass(frozen=True)
class Picture:
    """An image object in a revision."""

    reference: Any  # the image XObject
    width: int  # pixels
    height: int  # pixels


def add_picture(revision: Revision, png: bytes) -> Picture:
    """Add a PNG with transparency to a revision.

    Args:
        revision: The update being made.
        png: As `signing.pictures` returns it.

    Raises:
        SigningError: `picture_unusable`.
    """
    import numpy as np
    from PIL import Image

    image = _decoded(png)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    pixels = np.asarray(image)
    alpha = pixels[:, :, 3]
    mask = _stream(image, "/DeviceGray", "/FlateDecode", zlib.compress(alpha.tobytes(), 9))
    colour = _stream(image, "/DeviceRGB", "/DCTDecode", _jpeg(pixels))
    colour[generic.pdf_name("/SMask")] = revision.add_object(mask)
    return Picture(revision.add_object(colour), image.width, image.height)


def _decoded(png: bytes) -> Image.Image:
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
            return opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise refusal from error


def _jpeg(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> bytes:
    """The colours, with the ink's mean colour behind what is transparent: no light fringes."""
    import numpy as np
    from PIL import Image

    alpha = pixels[:, :, 3]
    colours = pixels[:, :, :3].copy()
    inked = alpha > 127
    mean = colours[inked].mean(axis=0) if inked.any() else np.zeros(3)
    colours[alpha < 16] = mean.astype(np.uint8)
    output = io.BytesIO()
    Image.fromarray(colours).save(output, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return output.getvalue()


def _stream(image: Image.Image, space: str, encoding: str, data: bytes) -> generic.StreamObject:
    name = generic.pdf_name
    return generic.StreamObject(
        {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Image"),
            name("/Width"): generic.NumberObject(image.width),
            name("/Height"): generic.NumberObject(image.height),
            name("/ColorSpace"): name(space),
            name("/BitsPerComponent"): generic.NumberObject(8),
            name("/Filter"): name(encoding),
        },
        encoded_data=data,
    )
