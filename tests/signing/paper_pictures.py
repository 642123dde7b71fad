"""Synthetic photographs of stamps and signatures: paper, light, shadow, ink, a camera."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from signing import typefaces
from signing.handwriting import Typeface

BLUE = (38, 58, 150)
RED = (178, 34, 44)
BLACK = (28, 28, 32)


def paper(
    width: int = 1280,
    height: int = 960,
    *,
    light: float = 1.0,
    shadow: bool = True,
    seed: int = 7,
) -> NDArray[np.float64]:
    """A sheet under a lamp from one side, with grain and a soft shadow across; values 0 to 1."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    lamp = 0.92 - 0.42 * columns / width - 0.12 * rows / height
    if shadow:
        edge = columns - 0.55 * width - 0.35 * (rows - height / 2)
        lamp = lamp * (1 - 0.28 / (1 + np.exp(-edge / 25)))
    grain = random.normal(0, 0.012, (height, width))
    warm = np.array([1.0, 0.97, 0.90])
    sheet: NDArray[np.float64] = np.clip((lamp + grain)[..., None] * warm * light, 0, 1)
    return sheet


def stamp_mask(width: int = 1280, height: int = 960, *, angle: float = 4.0) -> NDArray[np.float64]:
    """A company's stamp: double frame, three lines of text, a ring; 1 where there is ink."""
    image = Image.new("L", (width, height))
    draw = ImageDraw.Draw(image)
    left, top, right, bottom = width * 0.26, height * 0.3, width * 0.74, height * 0.66
    draw.rounded_rectangle((left, top, right, bottom), 16, outline=255, width=7)
    draw.rounded_rectangle((left + 14, top + 14, right - 14, bottom - 14), 10, outline=255, width=3)
    middle = (left + right) / 2
    for line, (text, size) in enumerate(
        (
            ("ŻÓŁW I SYN SP. Z O.O.", 44),
            ("ul. Świętokrzyska 14, Warszawa", 30),
            ("NIP 525-000-00-00", 34),
        )
    ):
        font = ImageFont.truetype(str(typefaces.SANS_SEMIBOLD), size)
        draw.text((middle, top + 62 + line * 84), text, 255, font, "ma")
    return np.asarray(image.rotate(angle, Image.Resampling.BICUBIC), dtype=np.float64) / 255


def signature_mask(width: int = 1280, height: int = 960) -> NDArray[np.float64]:
    """A name written across the sheet."""
    image = Image.new("L", (width, height))
    font = ImageFont.truetype(str(Typeface.BAD_SCRIPT.path), 170)
    ImageDraw.Draw(image).text((width / 2, height / 2), "Jan Żółkowski", 255, font, "mm")
    return np.asarray(image.rotate(-6, Image.Resampling.BICUBIC), dtype=np.float64) / 255


def photograph(
    sheet: NDArray[np.float64],
    mask: NDArray[np.float64],
    colour: tuple[int, int, int],
    *,
    blur: float = 0.8,
    strength: float = 0.88,
    quality: int = 85,
    seed: int = 11,
) -> bytes:
    """Ink unevenly pressed on the sheet, taken by a camera as JPEG."""
    random = np.random.default_rng(seed)
    height, width = mask.shape
    coarse = Image.fromarray(random.uniform(0.7, 1, (height // 40, width // 40)).astype(np.float32))
    pressure = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC))
    cover = (mask * np.clip(pressure, 0, 1) * strength)[..., None]
    ink = np.array(colour) / 255
    scene = sheet * (1 - cover) + sheet * ink * cover
    picture = Image.fromarray(np.asarray(scene * 255, dtype=np.uint8))
    picture = picture.filter(ImageFilter.GaussianBlur(blur))
    noisy = np.asarray(picture, dtype=np.float64) + random.normal(0, 2.5, (height, width, 3))
    buffer = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def mean_ink_colour(png: bytes) -> tuple[float, float, float]:
    """Mean RGB of the solid pixels of a clean picture."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=np.float64)
    solid = pixels[pixels[..., 3] > 200]
    red, green, blue = solid[:, :3].mean(axis=0)
    return float(red), float(green), float(blue)


def likeness(png: bytes, mask: NDArray[np.float64]) -> float:
    """Overlap of a clean picture's opacity with the true ink: intersection over union."""
    alpha = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3] > 100
    rows, columns = np.where(mask > 0.5)
    true = mask[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] > 0.5
    found_rows, found_columns = np.where(alpha)
    found = alpha[
        found_rows.min() : found_rows.max() + 1, found_columns.min() : found_columns.max() + 1
    ]
    size = (true.shape[1], true.shape[0])
    scaled = np.asarray(Image.fromarray(found).convert("L").resize(size)) > 127
    union = float((scaled | true).sum())
    return float((scaled & true).sum()) / union if union else math.nan
