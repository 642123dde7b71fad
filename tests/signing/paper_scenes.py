"""Photographs of stamps and signatures made by code, with the true ink known pixel by pixel.

    scene = Scene(stamp_art("round"), ink=BLUE, tilt=14, turn=9, shadow=0.4, folds=2)
    stamp = clean_stamp(scene.photograph())
    assert measured(stamp.png, scene.art).recall > 0.9

A sheet of paper with grain and folds, unevenly inked, lies on a table under a lamp; a hand throws a
shadow; a camera looks at it aslant, blurs, adds noise and writes a JPEG. Lengths on the sheet are
in millimetres, drawn at `DOTS` pixels each.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.signing.stamp_art import DOTS

__all__ = [
    "BLACK",
    "BLUE",
    "RED",
    "VIOLET",
    "Colour",
    "Measured",
    "Scene",
    "dots_kept",
    "measured",
    "solid_colour",
]

Colour = tuple[int, int, int]
Floats = NDArray[np.float32]

BLUE: Colour = (38, 58, 150)
RED: Colour = (186, 36, 44)
BLACK: Colour = (34, 33, 36)
VIOLET: Colour = (104, 48, 140)

SHEET = (148, 105)
"""Millimetres of the sheet, A6 landscape."""
TABLES: dict[str, Colour] = {"wood": (122, 84, 52), "dark": (46, 48, 52), "grey": (150, 150, 152)}


@dataclass(frozen=True)
class Scene:
    """One photograph in the making; see the module."""

    art: NDArray[np.uint8]
    """The true ink, at `DOTS` pixels a millimetre."""
    ink: Colour = BLUE
    strength: float = 0.85
    """How much of the paper the ink covers where it is fresh."""
    turn: float = 0.0
    """Degrees by which the stamp was put down crookedly, clockwise."""
    tilt: float = 0.0
    """Degrees by which the camera leaves the vertical."""
    sheet_turn: float = 0.0
    """Degrees by which the sheet lies crookedly before the camera, clockwise."""
    fill: float = 1.25
    """Width of the sheet against that of the picture; under 1 the table is seen around it."""
    table: str = "wood"
    lamp: float = 0.35
    """How much darker the far side of the sheet is."""
    light: float = 1.0
    warmth: float = 0.08
    """How much the lamp lacks blue."""
    shadow: float = 0.0
    """How much light the shadow of a hand takes away."""
    shadow_edge: float = 3.0
    """Millimetres over which the shadow begins."""
    folds: int = 0
    ruling: str = ""
    """`lined` or `squared` paper."""
    paper: Colour = (255, 254, 249)
    """Colour of the bare sheet."""
    grain: float = 0.012
    blur: float = 0.8
    """Pixels of the picture."""
    noise: float = 2.5
    quality: int = 85
    size: tuple[int, int] = (1600, 900)
    """Pixels of the picture."""
    over: NDArray[np.uint8] | None = field(default=None, repr=False)
    """Ink of a signature across the stamp, as large as `art`."""
    over_ink: Colour = BLACK
    shift: tuple[float, float] = (0.0, 0.0)
    """Millimetres by which the stamp stands right of and below the sheet's middle."""
    seed: int = 5

    def photograph(self) -> bytes:
        """The JPEG."""
        buffer = io.BytesIO()
        Image.fromarray(self.picture()).save(buffer, "JPEG", quality=self.quality)
        return buffer.getvalue()

    def picture(self) -> NDArray[np.uint8]:
        """What the camera sees, RGB."""
        random = np.random.default_rng(self.seed)
        sheet = self._sheet(random)
        matrix, lit = self._camera(), self._light()
        width, height = self.size
        table = np.array(TABLES[self.table], dtype=np.float32) / 255
        streaks = cv2.resize(_grain(random, 0.06, (height // 6 + 1, 4)), (width, height))
        scene: NDArray[Any] = table * (1 + streaks[..., None])
        there = cv2.warpPerspective(sheet, matrix, self.size, flags=cv2.INTER_AREA)
        cover = cv2.warpPerspective(
            np.ones(sheet.shape[:2], dtype=np.float32), matrix, self.size, flags=cv2.INTER_LINEAR
        )[..., None]
        scene = (scene * (1 - cover) + there * cover) * lit
        if self.blur:
            scene = np.asarray(cv2.GaussianBlur(scene, (0, 0), self.blur))
        noisy = scene * 255 + _grain(random, self.noise, scene.shape)
        return np.asarray(np.clip(noisy, 0, 255), dtype=np.uint8)

    def _sheet(self, random: np.random.Generator) -> Floats:
        width, height = SHEET[0] * DOTS, SHEET[1] * DOTS
        fibres = _grain(random, self.grain, (height, width))
        soft = _grain(random, self.grain, (height // 8, width // 8))
        paper: Floats = (
            0.95 + cv2.GaussianBlur(fibres, (0, 0), 1.2) * 2 + cv2.resize(soft, (width, height))
        )
        for number in range(self.folds):
            paper = paper * _fold(width, height, number, random)
        dye = np.array(self.paper, dtype=np.float32) / np.float32(255)
        sheet: Floats = np.repeat(paper[..., None], 3, axis=2) * dye
        sheet = _ruled(sheet, self.ruling)
        sheet = self._inked(sheet, self.art, self.ink, self.turn, random)
        if self.over is not None:
            sheet = self._inked(sheet, self.over, self.over_ink, self.turn, random)
        return np.asarray(np.clip(sheet, 0, 1), dtype=np.float32)

    def _inked(
        self,
        sheet: Floats,
        art: NDArray[np.uint8],
        colour: Colour,
        turn: float,
        random: np.random.Generator,
    ) -> Floats:
        """Ink put down unevenly: patches that took less, specks that took none."""
        height, width = sheet.shape[:2]
        middle = (width / 2 + self.shift[0] * DOTS, height / 2 + self.shift[1] * DOTS)
        matrix = cv2.getRotationMatrix2D((art.shape[1] / 2, art.shape[0] / 2), -turn, 1.0)
        matrix[:, 2] += (middle[0] - art.shape[1] / 2, middle[1] - art.shape[0] / 2)
        placed = cv2.warpAffine(art, matrix, (width, height)).astype(np.float32) / 255
        patches = random.uniform(0.72, 1.0, (height // 60, width // 60)).astype(np.float32)
        specks = _grain(random, 1.0, (height // 2, width // 2))
        took = cv2.resize(patches, (width, height), interpolation=cv2.INTER_CUBIC)
        took = took * (1 - 0.5 * np.clip(cv2.resize(specks, (width, height)) - 1.3, 0, 1))
        cover = (placed * np.clip(took, 0, 1) * self.strength)[..., None]
        pigment = np.array(colour, dtype=np.float32) / 255
        return np.asarray(sheet * (1 - cover) + sheet * pigment * cover, dtype=np.float32)

    def _camera(self) -> NDArray[np.float64]:
        """From the sheet's pixels to the picture's."""
        width, height = SHEET[0] * DOTS, SHEET[1] * DOTS
        scale = self.size[0] * self.fill / width
        turn, tilt = math.radians(self.sheet_turn), math.radians(self.tilt)
        centre = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1.0]])
        turned = np.array(
            [
                [math.cos(turn), -math.sin(turn), 0],
                [math.sin(turn), math.cos(turn), 0],
                [0, 0, 1],
            ]
        )
        distance = 1.6 * width
        slanted = np.array(
            [[1, 0, 0], [0, math.cos(tilt), 0], [0, -math.sin(tilt) / distance, 1.0]]
        )
        seen = np.array([[scale, 0, self.size[0] / 2], [0, scale, self.size[1] / 2], [0, 0, 1.0]])
        matrix: NDArray[np.float64] = seen @ slanted @ turned @ centre
        return matrix

    def _light(self) -> Floats:
        """Lamp from one side, its colour, and a hand before it."""
        width, height = self.size
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        lit = 0.97 - self.lamp * columns / width - 0.25 * self.lamp * rows / height
        if self.shadow:
            scale = width * self.fill / SHEET[0]
            edge = columns - 0.52 * width - 0.5 * (rows - height / 2)
            edge += 40 * np.sin(rows / height * 7)
            lit = lit * (
                1
                - self.shadow / (1 + np.exp(np.minimum(-edge / (self.shadow_edge * scale / 4), 60)))
            )
        tint = np.array((1.0, 1 - self.warmth / 2, 1 - self.warmth), dtype=np.float32)
        return np.asarray(lit[..., None] * tint * self.light, dtype=np.float32)


def _grain(random: np.random.Generator, size: float, shape: tuple[int, ...]) -> Floats:
    """Noise of so much."""
    return random.standard_normal(shape, dtype=np.float32) * np.float32(size)


def _fold(width: int, height: int, number: int, random: np.random.Generator) -> Floats:
    """A crease: one side a little darker, a dark thread along it, a light one beside it."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = random.uniform(-0.25, 0.25) + (math.pi / 2 if number % 2 else 0)
    across = (columns - width / 2) * math.sin(angle) + (rows - height / 2) * math.cos(angle)
    across = across - random.uniform(-0.18, 0.18) * height
    side = 1 - 0.10 / (1 + np.exp(np.minimum(-across / 6, 60)))
    thread = 1 - 0.16 * np.exp(-((across / 4) ** 2)) + 0.04 * np.exp(-(((across + 12) / 6) ** 2))
    return np.asarray(side * thread, dtype=np.float32)


def _ruled(sheet: Floats, ruling: str) -> Floats:
    if not ruling:
        return sheet
    pale = np.array((0.62, 0.72, 0.86), dtype=np.float32)
    step = 5 * DOTS if ruling == "squared" else 8 * DOTS
    lines = np.zeros(sheet.shape[:2], dtype=np.float32)
    for y in range(step, sheet.shape[0], step):
        lines[y : y + 3] = 1
    if ruling == "squared":
        for x in range(step, sheet.shape[1], step):
            lines[:, x : x + 3] = 1
    cover = lines[..., None] * 0.8
    return np.asarray(sheet * (1 - cover) + sheet * pale * cover, dtype=np.float32)


COMPARED_SIDE = 480
"""Longer side, in pixels, at which a clean picture is laid over the true ink."""


@dataclass(frozen=True)
class Measured:
    """How a clean picture compares with the true ink."""

    recall: float
    """Share of the true ink that is there."""
    precision: float
    """Share of what is there that is true ink, a hair's breadth allowed."""
    rotation: float
    """Degrees by which it is still turned."""
    aspect: float
    """Width over height against the true one: 1 when equal."""


def measured(png: bytes, art: NDArray[np.uint8]) -> Measured:
    """Compare a clean picture, cropped to its ink, with the true ink."""
    alpha = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3]
    true = _cropped(art)
    scale = COMPARED_SIDE / max(true.shape)
    true = _sized(true, (round(true.shape[1] * scale), round(true.shape[0] * scale)))
    found = _cropped(alpha)
    aspect = (found.shape[1] / found.shape[0]) / (true.shape[1] / true.shape[0])
    if max(found.shape) > 1.3 * COMPARED_SIDE:
        shrink = 1.3 * COMPARED_SIDE / max(found.shape)
        found = _sized(found, (round(found.shape[1] * shrink), round(found.shape[0] * shrink)))

    def fitted(angle: float) -> NDArray[np.uint8]:
        return _sized(_cropped(_turned(found, angle)), (true.shape[1], true.shape[0]))

    rough = max((float(a) for a in range(-6, 7, 2)), key=lambda a: _likeness(fitted(a), true))
    near = [rough + step / 2 for step in range(-3, 4)]
    angle = max(near, key=lambda a: _likeness(fitted(a), true))
    best = (0.0, angle, fitted(angle))
    there, real = best[2] > 90, true > 127
    grown = cv2.dilate(real.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    reached = cv2.dilate(there.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return Measured(
        float((reached & real).sum() / real.sum()),
        float((there & grown).sum() / max(there.sum(), 1)),
        best[1],
        aspect,
    )


def dots_kept(png: bytes, art: NDArray[np.uint8]) -> float:
    """Share of the true ink's small parts (dots of i and ż, commas, hyphens) that are there."""
    alpha = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))[..., 3]
    true = _cropped(art)
    found = _sized(_cropped(alpha), (true.shape[1], true.shape[0]))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((true > 127).astype(np.uint8))
    area = stats[:, cv2.CC_STAT_AREA]
    small = [one for one in range(1, count) if 20 < area[one] <= np.median(area[1:]) / 2]
    grown = np.ones((7, 7), np.uint8)
    there = [
        float(np.percentile(found[cv2.dilate((labels == one).astype(np.uint8), grown) > 0], 95))
        for one in small
    ]
    return float(np.mean(np.array(there) > 70))


def _sized(ink: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(ink, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    a = cv2.GaussianBlur(one, (0, 0), 2).astype(np.float64)
    b = cv2.GaussianBlur(other, (0, 0), 2).astype(np.float64)
    return float((a * b).sum() / math.sqrt((a * a).sum() * (b * b).sum() + 1e-9))


def _turned(ink: NDArray[np.uint8], angle: float) -> NDArray[np.uint8]:
    if not angle:
        return ink
    return np.asarray(Image.fromarray(ink).rotate(angle, Image.Resampling.BILINEAR, expand=True))


def _cropped(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows, columns = np.where(ink > 90)
    if not len(rows):
        return np.zeros((10, 10), dtype=np.uint8)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def solid_colour(png: bytes) -> NDArray[np.float64]:
    """Mean RGB of the solid pixels of a clean picture."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=np.float64)
    mean: NDArray[np.float64] = pixels[pixels[..., 3] > 230][:, :3].mean(axis=0)
    return mean
