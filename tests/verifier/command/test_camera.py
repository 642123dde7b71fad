"""verifier.command.camera: frames of a real (filmed) scene, and machines without a camera."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import qrcode

from verifier.command.camera import text_from_camera, text_in_frames
from verifier.errors import PictureError

TEXT = "HTTPS://SYGNET.EXAMPLE/C#210123456789"


def film(path: Path, *frames: Any) -> Any:
    """A film that is shown as a camera shows its pictures."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for frame in frames:
        writer.write(frame)
    writer.release()
    return cv2.VideoCapture(str(path))


def empty() -> Any:
    """A table without a paper."""
    return np.full((480, 640, 3), 120, np.uint8)


def with_code() -> Any:
    """A paper on the table."""
    made = qrcode.make(TEXT, box_size=6)
    code = np.array(made.convert("L"), np.uint8)
    frame = empty()
    frame[50 : 50 + code.shape[0], 80 : 80 + code.shape[1]] = code[:, :, None]
    return frame


def later() -> float:
    """Time enough."""
    return time.monotonic() + 30


def test_a_code_is_read_as_soon_as_it_is_seen(tmp_path: Path) -> None:
    capture = film(tmp_path / "film.avi", empty(), empty(), with_code(), empty())
    assert text_in_frames(capture, later()) == TEXT


def test_a_camera_that_ends_is_said_to_be_lost(tmp_path: Path) -> None:
    with pytest.raises(PictureError) as refused:
        text_in_frames(film(tmp_path / "film.avi", empty()), later())
    assert refused.value.code == "camera_lost"


def test_looking_ends_after_its_time(tmp_path: Path) -> None:
    with pytest.raises(PictureError) as refused:
        text_in_frames(film(tmp_path / "film.avi", with_code()), time.monotonic() - 1)
    assert refused.value.code == "no_code_seen"


def test_a_missing_camera_is_explained() -> None:
    with pytest.raises(PictureError) as refused:
        text_from_camera(99)
    assert refused.value.code == "camera_missing"
    assert "--image" in refused.value.next_step
