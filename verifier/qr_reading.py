"""Reading a QR code from pixels: a cascade that stops at the first stage which reads something.

zxing-cpp on the picture as it is, doubled, doubled and sharpened, smoothed; at last zbar. OpenCV
only prepares pictures: its own QR detectors are slower and read less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from verifier.token_text import looks_like_token_text

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Grey = NDArray[uint8]
    """A grey picture, one byte per pixel."""

__all__ = ["text_in_grey"]

MAX_DOUBLED_PIXELS: Final = 6_000_000
"""Larger pictures are not doubled: they have pixels enough, and it would take seconds."""


def text_in_grey(grey: Grey) -> str | None:
    """The text of the QR code in a grey picture, or None."""
    for stage in _stages(grey):
        texts = stage()
        for text in texts:
            if looks_like_token_text(text):
                return text
        if texts:
            return texts[0]
    return None


def _stages(grey: Grey) -> Iterator[Callable[[], list[str]]]:
    import cv2

    yield lambda: _zxing(grey)
    if grey.size <= MAX_DOUBLED_PIXELS:
        doubled = cv2.resize(grey, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        yield lambda: _zxing(doubled)
        blurred = cv2.GaussianBlur(doubled, (0, 0), 3)
        sharpened = cv2.addWeighted(doubled, 2.5, blurred, -1.5, 0)
        yield lambda: _zxing(sharpened)
    smoothed = cv2.GaussianBlur(grey, (0, 0), 1.5)  # against noise, screens and dithering
    yield lambda: _zxing(smoothed)
    yield lambda: _zbar(grey)


def _zxing(grey: Any) -> list[str]:
    import zxingcpp

    found = zxingcpp.read_barcodes(
        grey,
        formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
    )
    return [barcode.text for barcode in found if barcode.valid]


def _zbar(grey: Any) -> list[str]:
    try:
        from pyzbar import pyzbar
    except ImportError:  # the machine has no libzbar0; the stages before read almost as much
        return []
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [symbol.data.decode("utf-8", "replace") for symbol in found]
