"""Reading the QR code of a certificate from a picture.

A cascade that stops at the first stage which reads something: zxing-cpp as it is, on a
doubled picture, on a doubled and sharpened one, on a smoothed one, and at last zbar. OpenCV
only prepares pictures; its own QR detectors are slower and read less. JPEG and PNG only, and
the size is read from the header before anything is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from verifier.document import verify_text
from verifier.errors import PictureError
from verifier.findings import finding
from verifier.token_text import looks_like_token_text
from verifier.trust_list import TrustList
from verifier.verdict import Outcome, Verdict

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    Grey = NDArray[uint8]
    """A grey picture, one byte per pixel."""

__all__ = [
    "MAX_PICTURE_BYTES",
    "MAX_PICTURE_PIXELS",
    "picture_size",
    "text_in_grey",
    "text_in_picture",
    "verify_picture",
]

MAX_PICTURE_BYTES: Final = 30 * 2**20
"""Largest file of a picture."""
MAX_PICTURE_PIXELS: Final = 40_000_000
"""Largest picture: what good phones take; 40 MB when decoded to grey."""
MAX_DOUBLED_PIXELS: Final = 6_000_000
"""Larger pictures are not doubled: they have pixels enough, and it would take seconds."""
MAX_SIDE_PIXELS: Final = 20_000
"""Longest side, against pictures of one line."""


def verify_picture(data: bytes, trust: TrustList, now: datetime) -> Verdict:
    """Judge the certificate whose QR code is in a JPEG or PNG picture.

    Raises:
        PictureError: see `text_in_picture`.
    """
    text = text_in_picture(data)
    if text is not None:
        return verify_text(text, trust, now)
    return Verdict(
        outcome=Outcome.CANNOT_TELL,
        findings=(finding("no_code_in_picture"),),
        claims=None,
        trust_as_of=trust.as_of,
        trust_version=trust.version,
        checked_at=now,
    )


def text_in_picture(data: bytes) -> str | None:
    """The text of the QR code in a JPEG or PNG picture; ours first when there are several.

    Returns:
        The text, or None when no code can be read.

    Raises:
        PictureError: code `picture_too_large`, `not_a_picture`, `too_many_pixels` or
            `broken_picture`.
    """
    if len(data) > MAX_PICTURE_BYTES:
        _refuse("picture_too_large", f"it has more than {MAX_PICTURE_BYTES // 2**20} MB")
    width, height = picture_size(data)
    if width * height > MAX_PICTURE_PIXELS or max(width, height) > MAX_SIDE_PIXELS:
        millions = MAX_PICTURE_PIXELS // 1_000_000
        _refuse("too_many_pixels", f"it has more than {millions} million pixels")
    import cv2
    import numpy as np

    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise _error("broken_picture", "it is damaged") from error
    if grey is None or grey.size == 0:
        _refuse("broken_picture", "it is damaged")
    return text_in_grey(grey.astype(np.uint8, copy=False))


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


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels from the header of a JPEG or PNG file.

    Raises:
        PictureError: code `not_a_picture`.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and len(data) > 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    raise _error("not_a_picture", "it is neither JPEG nor PNG")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments to the frame header (ITU-T T.81 B.2.2)."""
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    raise _error("not_a_picture", "it is cut short")


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


def _refuse(code: str, what: str) -> NoReturn:
    raise _error(code, what)


def _error(code: str, what: str) -> PictureError:
    return PictureError(
        code,
        f"This picture cannot be read: {what}.",
        "Take the picture again, or save it as JPEG with fewer pixels.",
    )
