"""Looking for a QR code with a camera: OpenCV's capture through Video4Linux (V4L2)."""

from __future__ import annotations

import time
from typing import Any, Final, Protocol

from verifier.errors import PictureError
from verifier.picture import picture_libraries
from verifier.qr_reading import text_in_grey

__all__ = ["LONGEST_LOOK_SECONDS", "Capture", "text_from_camera", "text_in_frames"]

LONGEST_LOOK_SECONDS: Final = 60.0
"""How long a code is looked for."""
FRAME_WIDTH: Final = 1280
FRAME_HEIGHT: Final = 720
"""Asked of the camera: a code of 45 mm then has 4 pixels per module at 30 cm."""
MAX_LOST_FRAMES: Final = 30
"""Frames in a row that may be missing before the camera is given up."""


class Capture(Protocol):
    """What gives frames: cv2.VideoCapture."""

    def read(self) -> tuple[bool, Any]:
        """The next frame: whether there was one, and its pixels (blue, green, red)."""


def text_from_camera(number: int) -> str:
    """Look through a camera until a code is read.

    Args:
        number: which camera; 0 is the first.

    Raises:
        PictureError: code `pictures_not_installed`, `camera_missing`, `camera_lost` or
            `no_code_seen`.
    """
    cv2, _ = picture_libraries()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # we say it better
    capture = cv2.VideoCapture(number, cv2.CAP_V4L2)
    try:
        if not capture.isOpened():
            raise PictureError(
                "camera_missing",
                f"Camera {number} cannot be opened.",
                "Connect a camera, or give a picture with --image.",
            )
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, FRAME_WIDTH)
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, FRAME_HEIGHT)
        return text_in_frames(capture, time.monotonic() + LONGEST_LOOK_SECONDS)
    finally:
        capture.release()


def text_in_frames(capture: Capture, until: float) -> str:
    """Read frames until one shows a code.

    Args:
        capture: gives frames.
        until: when to give up, on the monotonic clock, in seconds.

    Raises:
        PictureError: code `camera_lost` or `no_code_seen`.
    """
    cv2, _ = picture_libraries()
    lost = 0
    while time.monotonic() < until:
        there, frame = capture.read()
        if not there:
            lost += 1
            if lost >= MAX_LOST_FRAMES:
                raise PictureError(
                    "camera_lost", "The camera gives no pictures.", "Connect it again."
                )
            continue
        lost = 0
        text = text_in_grey(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY))
        if text is not None:
            return text
    raise PictureError(
        "no_code_seen",
        "The camera saw no QR code.",
        "Hold the code still, as large as fits into the picture, in good light.",
    )
