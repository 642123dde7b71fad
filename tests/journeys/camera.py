"""What stands before the fake camera of the test browser: a clip made from one picture.

Chromium plays a file of JPEG frames, one after the other, as if a camera saw them, and begins again
at its end (--use-file-for-fake-video-capture).
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image

__all__ = ["clip_of_photograph", "clip_of_sheet"]

FRAME = (1280, 720)
FRAMES = 24
DESK = (112, 104, 96)


def clip_of_photograph(photograph: bytes, target: Path) -> Path:
    """A still hand: the photograph fills the frame, cropped to its shape."""
    picture = Image.open(io.BytesIO(photograph)).convert("RGB")
    scale = max(FRAME[0] / picture.width, FRAME[1] / picture.height)
    picture = picture.resize((round(picture.width * scale), round(picture.height * scale)))
    left, top = (picture.width - FRAME[0]) // 2, (picture.height - FRAME[1]) // 2
    frame = picture.crop((left, top, left + FRAME[0], top + FRAME[1]))
    return _written([frame] * FRAMES, target)


def clip_of_sheet(sheet: Image.Image, share: float, target: Path) -> Path:
    """A sheet of paper on a desk, `share` of the frame's height, slightly turned and noisy."""
    height = round(FRAME[1] * share)
    width = round(sheet.width * height / sheet.height)
    paper = sheet.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    chance = np.random.default_rng(11)
    frames = []
    for number in range(FRAMES):
        turned = paper.rotate(1.5 + 0.1 * (number % 5), expand=True, fillcolor=DESK)
        frame = Image.new("RGB", FRAME, DESK)
        frame.paste(turned, ((FRAME[0] - turned.width) // 2, (FRAME[1] - turned.height) // 2))
        noise = chance.normal(0.0, 4.0, (FRAME[1], FRAME[0], 3))
        grained = np.clip(np.asarray(frame, dtype=np.float64) + noise, 0, 255)
        frames.append(Image.fromarray(grained.astype(np.uint8)))
    return _written(frames, target)


def _written(frames: list[Image.Image], target: Path) -> Path:
    with target.open("wb") as clip:
        for frame in frames:
            frame.save(clip, "JPEG", quality=88)
    return target
