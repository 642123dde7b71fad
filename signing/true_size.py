"""The true size of a cleaned picture, which its own pHYs chunk carries (PNG 11.3.4.3).

true_size_mm(png)        # (58.2, 24.0), or None when no scale is known
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

__all__ = ["dots_per_inch", "true_size_mm"]

BELIEVABLE_DPI: Final = (30.0, 3000.0)
"""A stamp of 60 mm on 70 to 7000 pixels."""
MM_PER_INCH: Final = 25.4


def dots_per_inch(image: Image.Image) -> float | None:
    """The scale that an opened PNG says it has."""
    written = image.info.get("dpi")
    dots = float(written[0]) if isinstance(written, tuple) else 0.0
    return dots if BELIEVABLE_DPI[0] <= dots <= BELIEVABLE_DPI[1] else None


def true_size_mm(png: bytes) -> tuple[float, float] | None:
    """Width and height in millimetres; None when nobody knows, or it is not a PNG."""
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            dots = dots_per_inch(image)
            width, height = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return None if dots is None else (width / dots * MM_PER_INCH, height / dots * MM_PER_INCH)
