"""The picture in a request: posted raw by camera.js, or as the file of a plain form."""

from __future__ import annotations

from flask import Request, request

from signing.errors import SigningError

__all__ = [
    "MAX_RECEIVED_BYTES",
    "PictureMissing",
    "from_the_camera",
    "received_picture",
    "wants_json",
]

MAX_RECEIVED_BYTES = 24 * 1024 * 1024  # as signing.pictures.MAX_PICTURE_BYTES, without loading it


class PictureMissing(SigningError):
    """No picture, or one over the limit. Codes: `no_picture`, `too_large`."""


def received_picture() -> bytes:
    """The picture's bytes, not yet looked at. Raises `PictureMissing`."""
    if request.mimetype in {"image/jpeg", "image/png"}:
        data = request.get_data()
    else:
        upload = request.files.get("picture")
        data = upload.stream.read(MAX_RECEIVED_BYTES + 1) if upload else b""
    if not data:
        raise PictureMissing(
            "no_picture", "There is no picture.", "Take a photo or choose a file first."
        )
    if len(data) > MAX_RECEIVED_BYTES:
        raise PictureMissing(
            "too_large", "The picture is too large.", "Choose one of up to 24 megabytes."
        )
    return data


def from_the_camera(asked: Request) -> bool:
    """Whether camera.js took the picture just now, rather than somebody chose a file."""
    return asked.mimetype == "image/jpeg"


def wants_json() -> bool:
    """Whether a script asked, which shows the answer itself."""
    return request.headers.get("Accept") == "application/json"
