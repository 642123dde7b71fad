"""Reading a QR code from pixels: a cascade that stops at the first stage which reads something.

    1  zxing-cpp on the picture as it is
    2  inverted: light on dark
    3  half as large, when the picture is large
    4  doubled
    5  doubled, noise taken out by a median
    6  doubled and sharpened, against blur
    7  smoothed, against screens and dithering
    8  doubled, dark parts thickened
    9  tripled, for the smallest codes
    10 zbar

OpenCV only prepares pictures: its own QR detectors are slower and read less. Most frames end
at stage 1. The others cost at most FRAME_BUDGET, which counts work and not time, so that the
same picture gives the same answer on every machine. Pictures beyond MAX_READ_PIXELS are made
smaller before stage 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from verifier.token_text import looks_like_token_text

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Grey = NDArray[uint8]
    """A grey picture, one byte per pixel."""

__all__ = ["FRAME_BUDGET", "MAX_READ_PIXELS", "certificates_among", "text_in_grey", "texts_in_grey"]

FRAME_BUDGET: Final = 52_000_000
"""Work on one picture, in pixels that stage 1 reads: what a frame of 1280 x 720 needs for stages
1 to 9. A larger picture goes through fewer stages: it has pixels enough."""
MAX_READ_PIXELS: Final = 3_000_000
"""Larger pictures are made smaller first. The readers compare every finder pattern with all
others, so a picture full of them costs time that grows with the square of its pixels."""
LARGE_PIXELS: Final = 2_000_000
"""From here on a picture is also tried at half its size, where noise has gone."""


@dataclass(frozen=True)
class _Stage:
    """One try at reading."""

    read: Callable[[Grey], list[str]]
    """Prepares the picture and reads it."""
    cost: float
    """Work per pixel of the picture, in pixels that stage 1 reads (measured, rounded up)."""
    least: int = 0
    """Smallest picture that is worth it, in pixels."""


def text_in_grey(grey: Grey) -> str | None:
    """The text of the QR code in a grey picture; ours first when there are several.

    Returns:
        The text; None when there is none, or when there are certificates of different texts, of
        which nobody can say which one is meant.
    """
    texts = texts_in_grey(grey)
    ours = certificates_among(texts)
    if len(ours) > 1:
        return None
    found = ours or texts
    return found[0] if found else None


def certificates_among(texts: Sequence[str]) -> list[str]:
    """Those that begin as a certificate's does, each once."""
    return list(dict.fromkeys(text for text in texts if looks_like_token_text(text)))


def texts_in_grey(grey: Grey) -> list[str]:
    """The texts of the QR codes in a grey picture, of the first stage that reads any."""
    if grey.size > MAX_READ_PIXELS:
        grey = _reduced(grey)
    left = FRAME_BUDGET - grey.size
    texts = _zxing(grey)
    for stage in () if texts else _STAGES:
        cost = grey.size * stage.cost
        if grey.size < stage.least or cost > left:
            continue
        left -= int(cost)
        texts = stage.read(grey)
        if texts:
            break
    return texts


def _reduced(grey: Grey) -> Any:
    import cv2

    scale = math.sqrt(MAX_READ_PIXELS / grey.size)
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _inverted(grey: Grey) -> list[str]:
    return _zxing(255 - grey)


def _halved(grey: Grey) -> list[str]:
    import cv2

    return _zxing(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def _enlarged(grey: Grey, times: int = 2) -> Any:
    import cv2

    return cv2.resize(grey, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)


def _doubled(grey: Grey) -> list[str]:
    return _zxing(_enlarged(grey))


def _without_noise(grey: Grey) -> list[str]:
    import cv2

    return _zxing(cv2.medianBlur(_enlarged(grey), 5))


def _sharpened(grey: Grey) -> list[str]:
    import cv2

    doubled = _enlarged(grey)
    return _zxing(cv2.addWeighted(doubled, 2.5, cv2.GaussianBlur(doubled, (0, 0), 3), -1.5, 0))


def _smoothed(grey: Grey) -> list[str]:
    import cv2

    return _zxing(cv2.GaussianBlur(grey, (0, 0), 1.5))


def _tripled(grey: Grey) -> list[str]:
    return _zxing(_enlarged(grey, 3))


def _thickened(grey: Grey) -> list[str]:
    import cv2

    return _zxing(cv2.erode(_enlarged(grey), cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3))))


def _zbar(grey: Grey) -> list[str]:
    """What zbar reads; only ASCII, of which our codes are: it guesses other encodings badly."""
    try:
        from pyzbar import pyzbar
    except ImportError:  # no pyzbar or no libzbar0; the stages before read almost as much
        return []
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [symbol.data.decode("ascii") for symbol in found if symbol.data.isascii()]


@cache
def _zxing_reader() -> Callable[[Any], Any]:
    """zxing-cpp, set to QR codes and to the text without escapes for control characters."""
    from functools import partial

    import zxingcpp

    return partial(
        zxingcpp.read_barcodes,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        text_mode=zxingcpp.TextMode.Plain,
    )


def _zxing(grey: Any) -> list[str]:
    return [barcode.text for barcode in _zxing_reader()(grey) if barcode.valid]


_STAGES: Final = (
    _Stage(_inverted, 1),
    _Stage(_halved, 0.5, least=LARGE_PIXELS),
    _Stage(_doubled, 6),
    _Stage(_without_noise, 6),
    _Stage(_sharpened, 14),
    _Stage(_smoothed, 1),
    _Stage(_thickened, 6),
    _Stage(_tripled, 20),
    _Stage(_zbar, 30),
)
"""Stages 2 to 10, in their order."""
