"""Pictures of QR codes, drawn and then spoilt in the ways in which cameras spoil them.

The same every time. They are easier to have than real ones and say less: what they show is how
the decoders take one kind of damage at a time, by degrees, and not how often it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import cv2
import numpy as np
import qrcode

__all__ = ["generated_pictures"]

SIDE: Final = 480
"""Pixels of a picture's side; the code takes two thirds of it."""
_SHORT: Final = "HTTPS://SYGNET.EXAMPLE/V"
_TOKEN: Final = "HTTPS://SYGNET.EXAMPLE/C#" + str(
    int.from_bytes(b"\xd2" + bytes(range(7, 255)), "big")
)
TEXTS: Final = {"short": _SHORT, "certificate": _TOKEN}
"""A code of 25 modules and one of 65, as a certificate has."""

Spoil = Callable[[Any, int, Any], Any]
"""Spoils a picture by a degree from 1 to 5, with a source of chance."""


def generated_pictures() -> Iterator[tuple[str, Any, str]]:
    """Name, picture in grey, and text: each damage in five degrees, on either code."""
    for kind, text in TEXTS.items():
        clean = _drawn(text)
        for damage, spoil in _DAMAGES.items():
            for degree in range(1, 6):
                random = np.random.default_rng(degree)
                spoilt = spoil(clean.astype(np.float64), degree, random)
                picture = np.clip(spoilt, 0, 255).astype(np.uint8)
                yield f"{kind}-{damage}-{degree}", picture, text


def _drawn(text: str) -> Any:
    made = np.array(qrcode.make(text, box_size=10).convert("L"), np.uint8)
    side = SIDE * 2 // 3
    code = cv2.resize(made, (side, side), interpolation=cv2.INTER_AREA)
    paper = np.full((SIDE, SIDE), 255, np.uint8)
    edge = (SIDE - side) // 2
    paper[edge : edge + side, edge : edge + side] = code
    return paper


def _blur(picture: Any, degree: int, random: Any) -> Any:
    del random
    return cv2.GaussianBlur(picture, (0, 0), 0.7 + 0.55 * degree)


def _motion(picture: Any, degree: int, random: Any) -> Any:
    """The hand moves while the shutter is open."""
    del random
    long = 2 * degree + 1
    trace: Any = np.zeros((2 * long + 1, 2 * long + 1))
    trace[long, long - long // 2 : long + long // 2 + 1] = 1
    turned = cv2.getRotationMatrix2D((long, long), 25, 1)
    trace = cv2.warpAffine(trace, turned, trace.shape)
    return cv2.filter2D(picture, -1, trace / trace.sum())


def _noise(picture: Any, degree: int, random: Any) -> Any:
    return 40 + 0.65 * picture + random.normal(0, 16 * degree, picture.shape)


def _perspective(picture: Any, degree: int, random: Any) -> Any:
    """Seen from the side, lying on a grey table."""
    del random
    far = SIDE * (0.07 * degree)
    here = np.array([[0, 0], [SIDE, 0], [SIDE, SIDE], [0, SIDE]], np.float32)
    there = here + np.array([[far, far / 2], [0, 0], [0, 0], [far / 3, -far]], np.float32)
    matrix = cv2.getPerspectiveTransform(here, there.astype(np.float32))
    return cv2.warpPerspective(picture, matrix, (SIDE, SIDE), borderValue=(128,))


def _contrast(picture: Any, degree: int, random: Any) -> Any:
    """Grey on grey, with the noise that a sensor has then."""
    strength = (0.35, 0.2, 0.12, 0.08, 0.05)[degree - 1]
    return 110 + strength * (picture - 128) + random.normal(0, 2, picture.shape)


def _light(picture: Any, degree: int, random: Any) -> Any:
    """A lamp at one corner, and the shadow of whoever holds the paper."""
    del random
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / SIDE
    lamp = 1 - 0.16 * degree * np.hypot(rows, columns) / np.sqrt(2)
    shadow = np.where(rows + 0.6 * columns > 0.9, 1 - 0.13 * degree, 1.0)
    return (picture * 0.85 + 20) * lamp * cv2.GaussianBlur(shadow, (0, 0), 6)


def _small(picture: Any, degree: int, random: Any) -> Any:
    """Held too far away."""
    del random
    scale = (0.6, 0.5, 0.42, 0.36, 0.3)[degree - 1]
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _compressed(picture: Any, degree: int, random: Any) -> Any:
    """JPEG of a phone that saves space."""
    del random
    quality = (30, 20, 12, 8, 5)[degree - 1]
    small = cv2.resize(picture, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small.astype(np.uint8), (cv2.IMWRITE_JPEG_QUALITY, quality))
    return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)


_DAMAGES: Final[dict[str, Spoil]] = {
    "blur": _blur,
    "motion": _motion,
    "noise": _noise,
    "perspective": _perspective,
    "contrast": _contrast,
    "light": _light,
    "small": _small,
    "jpeg": _compressed,
}
