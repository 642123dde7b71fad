"""What a client's hand leaves: a signature drawn at 240 Hz, and a photograph of a company stamp."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from signing.ink import Ink, InkPoint
from tests.samples.paper import FONT_FOLDERS

__all__ = ["drawn_signature", "stamp_photograph"]

PAD = (1000.0, 360.0)
SAMPLES_PER_SECOND = 240.0
STAMP_INK = (38, 52, 140)
PAPER = (236, 233, 226)


def drawn_signature() -> Ink:
    """A quick signature: a tall initial, a run of loops that flattens, a stroke under it."""
    initial = [
        (
            150 + 70 * math.sin(2.6 * turn + 0.4) + 40 * turn,
            190 - 120 * math.cos(2.1 * turn) * (1 - 0.12 * turn),
        )
        for turn in _steps(0.0, 2.9, 170)
    ]
    letters = [
        (
            285 + 150 * turn + 22 * math.sin(9.2 * turn),
            212
            - (58 - 11 * turn) * math.sin(9.2 * turn + 1.3) * (0.6 + 0.4 * math.cos(2.1 * turn)),
        )
        for turn in _steps(0.0, 3.7, 330)
    ]
    under = [
        (900 - 640 * turn, 296 - 46 * turn + 26 * math.sin(3.0 * turn)) for turn in _steps(0, 1, 95)
    ]
    strokes = []
    clock_ms = 0.0
    for points in (initial, letters, under):
        stroke = []
        for order, (x, y) in enumerate(points):
            pressure = 0.35 + 0.4 * math.sin(math.pi * order / len(points))
            stroke.append(
                InkPoint(round(x, 2), round(y, 2), round(clock_ms, 2), round(pressure, 3))
            )
            clock_ms += 1000.0 / SAMPLES_PER_SECOND
        strokes.append(tuple(stroke))
        clock_ms += 180.0
    return Ink(tuple(strokes), PAD[0], PAD[1], SAMPLES_PER_SECOND)


def stamp_photograph(seed: int = 7) -> bytes:
    """A JPEG of a blue stamp on paper: crooked, unevenly lit, with gaps in the ink."""
    chance = random.Random(seed)
    stamp = _stamp_ink(chance).rotate(4.0, expand=True, resample=Image.Resampling.BICUBIC)
    photo = Image.new("RGB", (1280, 960), PAPER)
    photo.paste(Image.new("RGB", stamp.size, STAMP_INK), (230, 300), stamp)
    light = Image.new("L", (64, 48))
    light.putdata([round(150 + 78 * x / 64 + 24 * y / 48) for y in range(48) for x in range(64)])
    shade = light.resize(photo.size, Image.Resampling.BICUBIC)
    photo = Image.composite(photo, Image.new("RGB", photo.size, (96, 92, 86)), shade)
    grain = Image.effect_noise(photo.size, 9.0).convert("RGB")
    photo = Image.blend(photo, grain, 0.035).filter(ImageFilter.GaussianBlur(0.9))
    target = io.BytesIO()
    photo.save(target, "JPEG", quality=88)
    return target.getvalue()


def _stamp_ink(chance: random.Random) -> Image.Image:
    """Where there is ink: 255; drawn at twice its size and shrunk."""
    ink = Image.new("L", (1640, 640), 0)
    pen = ImageDraw.Draw(ink)
    pen.rounded_rectangle((14, 14, 1625, 625), radius=34, outline=235, width=13)
    pen.rounded_rectangle((44, 44, 1595, 595), radius=22, outline=225, width=5)
    lines = (
        ("OGRODY ŚWIĘTOKRZYSKIE", 104, "Bold"),
        ("Anna Wiśniewska", 84, "Regular"),
        ("ul. Źródlana 7/3, 25-001 Kielce", 68, "Regular"),
        ("NIP 000-000-00-00", 68, "Regular"),
    )
    top = 78
    for text, size, style in lines:
        font = ImageFont.truetype(str(_font_file(style)), size)
        pen.text((820, top), text, font=font, fill=232, anchor="ma")
        top += round(size * 1.38)
    for _ in range(420):
        x, y, r = chance.uniform(0, 1640), chance.uniform(0, 640), chance.uniform(1.0, 5.5)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=round(chance.uniform(0, 120)))
    return ink.resize((820, 320), Image.Resampling.LANCZOS)


def _font_file(style: str) -> Path:
    files = [folder / f"LiberationSans-{style}.ttf" for folder in FONT_FOLDERS]
    return next(file for file in files if file.exists())


def _steps(first: float, last: float, count: int) -> Iterator[float]:
    return (first + (last - first) * number / (count - 1) for number in range(count))
