"""A typed name in a handwriting face, as closed vector paths.

    outline_name("Łucja Żak", Typeface.CAVEAT).fitted(box)

The paths need no font in the PDF, and the screen draws the same ones (`Outline.svg_path`).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from signing import typefaces
from signing.errors import SigningError
from signing.kerning import PairKerning
from signing.outlines import ClosePath, CurveTo, LineTo, MoveTo, Operator, Outline

__all__ = [
    "HANDS",
    "LettersUnsupported",
    "Typeface",
    "faces_for",
    "letters_without_hand",
    "outline_name",
]

MAX_NAME_LETTERS: Final = 120
"""Longer than any name that a certificate shows whole."""


class Typeface(StrEnum):
    """The hands a typed name can be set in."""

    CAVEAT = "caveat"
    BAD_SCRIPT = "bad_script"
    GREAT_VIBES = "great_vibes"
    COMFORTER = "comforter"
    SLANTED = "slanted"  # type, for names that no hand has the letters of

    @property
    def path(self) -> Path:
        """Where the face's file is."""
        return {
            Typeface.CAVEAT: typefaces.CAVEAT,
            Typeface.BAD_SCRIPT: typefaces.BAD_SCRIPT,
            Typeface.GREAT_VIBES: typefaces.GREAT_VIBES,
            Typeface.COMFORTER: typefaces.COMFORTER,
            Typeface.SLANTED: typefaces.SERIF,
        }[self]


HANDS: Final = tuple(face for face in Typeface if face is not Typeface.SLANTED)
"""The handwriting faces."""
SLANT: Final = 0.21
"""How far slanted type leans to the right for each unit upwards: 12 degrees."""


class LettersUnsupported(SigningError):
    """A name with letters that a handwriting face does not have."""

    def __init__(self, letters: str) -> None:
        """Say which letters."""
        super().__init__(
            "unsupported_letters",
            f"This handwriting has no letters for: {letters}"
            if letters
            else "There is no name to write.",
            "Choose another handwriting, or draw the signature by hand.",
        )
        self.letters = letters


def faces_for(name: str) -> tuple[Typeface, ...]:
    """The hands that can write all of `name`, in their own order; when none can, slanted type."""

    def able(faces: tuple[Typeface, ...]) -> tuple[Typeface, ...]:
        return tuple(face for face in faces if not typefaces.missing_letters(name, face.path))

    return able(HANDS) or able((Typeface.SLANTED,))


def letters_without_hand(name: str) -> str:
    """Those letters of `name` that keep every face from writing it, each once.

    Empty when one face can write all of it. When no face has all the letters, those that no face
    has; and when each letter has a face but none has them all, what the best face lacks.
    """
    lacking = [typefaces.missing_letters(name, face.path) for face in Typeface]
    if not all(lacking):
        return ""
    nowhere = "".join(letter for letter in lacking[0] if all(letter in lack for lack in lacking))
    return nowhere or min(lacking, key=len)


def outline_name(name: str, typeface: Typeface) -> Outline:
    """The filled shape of a name, its baseline at y = 0, upwards, 1000 units to the em.

    Args:
        name: What was typed; white space is collapsed to single spaces.
        typeface: The hand.

    Returns:
        The outline; `Outline.fitted` puts it into a box.

    Raises:
        LettersUnsupported: code `unsupported_letters`: a letter is not in the face, or the name is
            empty or longer than `MAX_NAME_LETTERS`.
    """
    text = " ".join(name.split())
    missing = typefaces.missing_letters(text, typeface.path)
    if missing or not text or len(text) > MAX_NAME_LETTERS:
        raise LettersUnsupported(missing)
    face = _face(typeface.path, SLANT if typeface is Typeface.SLANTED else 0.0)
    operators: list[Operator] = []
    x = 0.0
    before = ""
    for letter in text:
        glyph = face.glyph(letter)
        x += face.kerning(before, letter)
        before = letter
        operators += glyph.outline.shifted(x).operators
        x += glyph.advance
    return Outline(tuple(operators))


@dataclass(frozen=True)
class _Glyph:
    """One letter's shape and the room that it takes."""

    outline: Outline
    advance: float


class _Face:
    """A typeface opened once; its glyphs are drawn on first use."""

    def __init__(self, path: Path, slant: float) -> None:
        self._slant = slant
        self._font = TTFont(path, lazy=False)
        self._glyph_set = self._font.getGlyphSet()
        self._names = self._font.getBestCmap()
        self._glyphs: dict[str, _Glyph] = {}
        self._kerning = PairKerning(self._font)
        self._drawing = threading.Lock()

    def kerning(self, before: str, letter: str) -> float:
        """How much closer (negative) or farther a letter stands after another one."""
        if not before:
            return 0.0
        return self._kerning.between(self._names[ord(before)], self._names[ord(letter)])

    def glyph(self, letter: str) -> _Glyph:
        """A letter's glyph."""
        with self._drawing:
            if letter not in self._glyphs:
                drawn = self._glyph_set[self._names[ord(letter)]]
                pen = _OutlinePen(self._glyph_set)
                drawn.draw(TransformPen(pen, (1, 0, self._slant, 1, 0, 0)) if self._slant else pen)
                self._glyphs[letter] = _Glyph(Outline(tuple(pen.operators)), float(drawn.width))
            return self._glyphs[letter]


@cache
def _face(path: Path, slant: float) -> _Face:
    return _Face(path, slant)


class _OutlinePen(BasePen):  # type: ignore[misc] # fontTools has no types
    """Collects what fontTools draws; `BasePen` resolves components and raises curves to cubic."""

    def __init__(self, glyph_set: Any) -> None:
        super().__init__(glyph_set)
        self.operators: list[Operator] = []

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' protocol
        self.operators.append(MoveTo(*pt))

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.operators.append(LineTo(*pt))

    def _curveToOne(  # noqa: N802
        self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]
    ) -> None:
        self.operators.append(CurveTo(*pt1, *pt2, *pt3))

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append(ClosePath())

    def _endPath(self) -> None:  # noqa: N802
        self.operators.append(ClosePath())
