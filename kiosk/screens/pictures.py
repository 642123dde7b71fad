"""What camera and scanner see, as the browser posts it."""

from __future__ import annotations

from flask import abort, request

__all__ = ["MAX_FRAME_BYTES", "received_frame", "received_text"]

MAX_FRAME_BYTES = 4 * 1024 * 1024
"""A 1280 x 720 JPEG has about 130 KiB; this leaves room for a better camera."""


def received_frame() -> bytes:
    """The JPEG in the request's body, or in its field `frame`.

    Raises:
        HTTPException: 413 when it is too large, 415 when it is not a JPEG.
    """
    length = request.content_length or 0
    if length > MAX_FRAME_BYTES:
        abort(413)
    upload = request.files.get("frame")
    data = upload.read(MAX_FRAME_BYTES + 1) if upload else request.get_data(cache=False)
    if len(data) > MAX_FRAME_BYTES:
        abort(413)
    if not data.startswith(b"\xff\xd8"):
        abort(415)
    return data


def received_text(max_characters: int) -> str | None:
    """The text in the request's JSON, `{"text": ...}`; None when it is anything else."""
    try:
        given = request.get_json(silent=True)
    except RecursionError:  # thousands of brackets
        return None
    text = given.get("text") if isinstance(given, dict) else None
    return text if isinstance(text, str) and len(text) <= max_characters else None
