"""The QR code of a certificate in a picture: JPEG and PNG files, and the verdict on them.

The size is read from the header before anything is decoded.
"""

from __future__ import annotations

import struct
from datetime import datetime
from typing import Any, Final, NoReturn

from verifier.document import Watch, verify_text
from verifier.errors import PictureError
from verifier.findings import finding
from verifier.qr_reading import certificates_among, text_in_grey, texts_in_grey
from verifier.trust_list import TrustList
from verifier.verdict import Outcome, Verdict

__all__ = [
    "MAX_PICTURE_BYTES",
    "MAX_PICTURE_PIXELS",
    "picture_libraries",
    "picture_size",
    "png_pixels",
    "text_in_picture",
    "verify_picture",
]

MAX_PICTURE_BYTES: Final = 30 * 2**20
"""Largest file of a picture."""
MAX_PICTURE_PIXELS: Final = 40_000_000
"""Largest picture: what good phones take; 40 MB when decoded to grey."""
MAX_SIDE_PIXELS: Final = 20_000
"""Longest side, against pictures of one line."""
MAX_JPEG_SCANS: Final = 40
"""Most scans of a progressive JPEG: cameras write ten; each costs a pass over the picture."""
PNG_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND"})
"""Chunks of a PNG that its pixels need; the others never reach the decoder."""
JPEG_HEADER_SEGMENTS: Final = frozenset({0xC4, 0xCC, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)})
"""Segments with a length that may stand before the frame header (ITU-T T.81 B.2.4)."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def verify_picture(
    data: bytes, trust: TrustList, now: datetime, watch: Watch | None = None
) -> Verdict:
    """Judge the certificate whose QR code is in a JPEG or PNG picture.

    Args:
        data: the picture.
        trust: the trust list to judge by.
        now: the present time, aware.
        watch: whoever wants to follow the steps as they are taken.

    Raises:
        PictureError: see `text_in_picture`.
    """
    texts = texts_in_grey(_grey_picture(data))
    ours = certificates_among(texts)
    if len(ours) < 2 and texts:
        return verify_text((ours or texts)[0], trust, now, watch)
    if watch is not None:
        watch(1, ())
    return Verdict(
        outcome=Outcome.CANNOT_TELL,
        findings=(finding("several_codes" if ours else "no_code_in_picture"),),
        claims=None,
        trust_as_of=trust.as_of,
        trust_version=trust.version,
        checked_at=now,
    )


def text_in_picture(data: bytes) -> str | None:
    """The text of the QR code in a JPEG or PNG picture; ours first when there are several.

    Returns:
        The text, or None when no code can be read, or different certificates' codes.

    Raises:
        PictureError: code `picture_too_large`, `not_a_picture`, `too_many_pixels`,
            `broken_picture`, or `pictures_not_installed` where this package was installed
            without what reads pictures.
    """
    return text_in_grey(_grey_picture(data))


def _grey_picture(data: bytes) -> Any:
    """The pixels of a picture."""
    if len(data) > MAX_PICTURE_BYTES:
        _refuse("picture_too_large", f"it has more than {MAX_PICTURE_BYTES // 2**20} MB")
    width, height = picture_size(data)
    if width * height > MAX_PICTURE_PIXELS or max(width, height) > MAX_SIDE_PIXELS:
        millions = MAX_PICTURE_PIXELS // 1_000_000
        _refuse("too_many_pixels", f"it has more than {millions} million pixels")
    if data.startswith(_PNG):
        data = png_pixels(data)
    cv2, np = picture_libraries()
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise _error("broken_picture", "it is damaged") from error
    if grey is None or grey.size == 0:
        _refuse("broken_picture", "it is damaged")
    return grey.astype(np.uint8, copy=False)


def picture_libraries() -> tuple[Any, Any]:
    """OpenCV and NumPy, which only pictures need.

    Raises:
        PictureError: code `pictures_not_installed`.
    """
    try:
        import cv2
        import numpy as np
        import zxingcpp  # noqa: F401 - asked for here, so that all of them are there later
    except ImportError as error:
        raise PictureError(
            "pictures_not_installed",
            "This verifier was installed without the part that reads pictures.",
            "Install it: pip install 'sygnet-verifier[pictures]'.",
        ) from error
    return cv2, np


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels from the header of a JPEG or PNG file.

    Raises:
        PictureError: code `not_a_picture`, or `broken_picture` for a PNG that is cut short.
    """
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) > 24:
        width, height = struct.unpack(">II", data[16:24])
        png_pixels(data)
        return int(width), int(height)
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    raise _error("not_a_picture", "it is neither JPEG nor PNG")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk the segments to the frame header (ITU-T T.81 B.2.2).

    Only segments that every decoder skips alike are passed: where two readers could differ, a
    small header might be read here and a huge one decoded.
    """
    if data.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise _error("not_a_picture", f"it is stored in more than {MAX_JPEG_SCANS} passes")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return int(width), int(height)
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker not in JPEG_HEADER_SEGMENTS or length < 2:
            break
        at += 2 + length
    raise _error("not_a_picture", "it is cut short or not built as pictures are")


def png_pixels(data: bytes) -> bytes:
    """A PNG without all that is not needed to draw it (PNG 5.3, 5.6).

    Texts and colour profiles unfold to a thousand times their size, animations are decoded at
    twice theirs, and OpenCV asks for the memory that a chunk declares before it has read it.

    Args:
        data: a file that begins as a PNG does.

    Raises:
        PictureError: code `broken_picture` for a chunk that is cut short, `not_a_picture` for an
            animation.
    """
    kept, at = [_PNG], len(_PNG)
    while at < len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise _error("broken_picture", "it is cut short")
        if name == b"acTL":
            raise _error("not_a_picture", "it is animated")
        if name in PNG_CHUNKS:
            kept.append(data[at:end])
        if name == b"IEND":
            break
        at = end
    return b"".join(kept)


def _refuse(code: str, what: str) -> NoReturn:
    raise _error(code, what)


def _error(code: str, what: str) -> PictureError:
    return PictureError(
        code,
        f"This picture cannot be read: {what}.",
        "Take the picture again, or save it as JPEG with fewer pixels.",
    )
