"""The true ink of stamps and signatures, as a rubber or a pen would leave it: drawn, not found."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from signing import typefaces
from signing.handwriting import Typeface

__all__ = ["DOTS", "signature_art", "small_print_art", "stamp_art"]

DOTS = 12
"""Pixels in a millimetre: 305 dots per inch."""
COMPANY = (
    "ŻÓŁW I SYN Sp. z o.o.",
    "ul. Świętokrzyska 14/3",
    "00-050 Warszawa",
    "NIP 525-000-00-00",
)


def _pen(width_mm: float, height_mm: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (round(width_mm * DOTS), round(height_mm * DOTS)))
    return image, ImageDraw.Draw(image)


def _lines(draw: ImageDraw.ImageDraw, middle: float, top: float, sizes: tuple[float, ...]) -> None:
    for text, size in zip(COMPANY, sizes, strict=False):
        font = ImageFont.truetype(str(typefaces.SANS_SEMIBOLD), round(size * DOTS))
        draw.text((middle * DOTS, top * DOTS), text, 255, font, "ma")
        top += size * 1.32


def stamp_art(kind: str) -> NDArray[np.uint8]:
    """The true ink of a stamp, 255 where the rubber prints: company, round, triangle, lines."""
    if kind == "round":
        return _round_stamp()
    if kind == "triangle":
        return _triangular_stamp()
    if kind == "lines":
        image, draw = _pen(52, 22)
        _lines(draw, 26, 0.5, (4.6, 3.6, 3.6, 3.6))
    else:
        image, draw = _pen(60, 26)
        draw.rounded_rectangle((4, 4, 60 * DOTS - 5, 26 * DOTS - 5), 18, outline=255, width=7)
        draw.rounded_rectangle((16, 16, 60 * DOTS - 17, 26 * DOTS - 17), 12, outline=255, width=3)
        _lines(draw, 30, 3.0, (4.6, 3.4, 3.4, 3.4))
    return np.asarray(image)


def _round_stamp() -> NDArray[np.uint8]:
    side = 38.0
    image, draw = _pen(side, side)
    middle = side * DOTS / 2
    for radius, width in ((18.6, 8), (17.6, 3), (12.4, 4)):
        reach = radius * DOTS
        draw.ellipse(
            (middle - reach, middle - reach, middle + reach, middle + reach),
            outline=255,
            width=width,
        )
    font = ImageFont.truetype(str(typefaces.SANS_SEMIBOLD), round(3.5 * DOTS))
    text = "GMINA ŁÓDŹ-GÓRNA ★ URZĄD STANU CYWILNEGO ★ ".replace("★", "•")
    for number, letter in enumerate(text):
        angle = 360 * number / len(text)
        tile = Image.new("L", image.size)
        ImageDraw.Draw(tile).text((middle, middle - 15.0 * DOTS), letter, 255, font, "mm")
        image.paste(255, mask=tile.rotate(-angle, Image.Resampling.BICUBIC))
    small = ImageFont.truetype(str(typefaces.SANS_SEMIBOLD), round(4.2 * DOTS))
    for row, word in enumerate(("WÓJT", "GMINY", "Nr 7")):
        draw.text((middle, middle + (row - 1) * 5.6 * DOTS), word, 255, small, "mm")
    return np.asarray(image)


def _triangular_stamp() -> NDArray[np.uint8]:
    image, draw = _pen(44, 39)
    wide, high = 44 * DOTS, 39 * DOTS
    corners = [(wide / 2, 6), (wide - 8, high - 8), (8, high - 8), (wide / 2, 6)]
    draw.line(corners, 255, 8, joint="curve")
    for row, (word, size) in enumerate((("KJ", 6.0), ("KONTROLA", 3.6), ("JAKOŚCI Nr 12", 3.6))):
        font = ImageFont.truetype(str(typefaces.SANS_SEMIBOLD), round(size * DOTS))
        draw.text((wide / 2, (19 + row * 5.4) * DOTS), word, 255, font, "mm")
    return np.asarray(image)


def small_print_art() -> NDArray[np.uint8]:
    """A doctor's stamp: small letters with dots, commas and hyphens, no frame."""
    image, draw = _pen(62, 18)
    top = 0.8
    for text, size in (
        ("Gabinet Lekarski", 4.2),
        ("dr n. med. Łucja Śliwińska-Żak", 3.2),
        ("ul. Źródłowa 12/3, 25-001 Kielce", 2.8),
        ("tel. 41 344-12-12, i.ziółko@kielce.pl", 2.4),
    ):
        font = ImageFont.truetype(str(typefaces.SANS_SEMIBOLD), round(size * DOTS))
        draw.text((2 * DOTS, top * DOTS), text, 255, font, "la")
        top += size * 1.32
    return np.asarray(image)


def signature_art(name: str = "Jan Żółkowski") -> NDArray[np.uint8]:
    """The true ink of a signature, 80 mm wide, with a thin stroke under it."""
    image, draw = _pen(90, 34)
    font = ImageFont.truetype(str(Typeface.BAD_SCRIPT.path), round(15 * DOTS))
    draw.text((45 * DOTS, 15 * DOTS), name, 255, font, "mm")
    under = [(x * DOTS, (25 + 4 * ((x - 40) / 34) ** 2) * DOTS) for x in range(12, 79)]
    draw.line(under, 255, 4, joint="curve")
    return np.asarray(image)
