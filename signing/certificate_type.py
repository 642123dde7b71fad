"""Setting type on the certificate: measuring, shrinking, wrapping. Nothing is ever clipped.

All lengths are PDF points. A text that is too wide first gets smaller, then narrower, and only then
is cut with an ellipsis; a paragraph first gets smaller and only then loses its end.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from signing import typefaces

__all__ = [
    "LEADING",
    "Face",
    "Line",
    "centred",
    "fit_line",
    "fit_paragraph",
    "right_aligned",
    "text_width",
]

ASCENT: Final = 0.80
"""Height of accents above the baseline, in ems."""
DESCENT: Final = 0.25
"""Depth below the baseline, in ems."""
NARROWEST: Final = 0.72
"""How narrow letters may get before a line is cut."""
SIZE_STEP: Final = 0.25
"""Steps in which type gets smaller, in points."""
LEADING: Final = 1.3
"""From line to line, in sizes of the type."""
ELLIPSIS: Final = "…"
BREAK: Final = "\x00"
"""Where a line may end without a blank; no text holds it, as it cannot be drawn."""
REPLACEMENT: Final = "\ufffd"
"""Stands for a letter that the typefaces lack."""


class Face(StrEnum):
    """The four faces of the page, by the names that reportlab knows them by."""

    SANS = "SygnetSans"
    SANS_SEMIBOLD = "SygnetSansSemiBold"
    SERIF = "SygnetSerif"
    SERIF_SEMIBOLD = "SygnetSerifSemiBold"


FILES: Final[dict[Face, Path]] = {
    Face.SANS: typefaces.SANS,
    Face.SANS_SEMIBOLD: typefaces.SANS_SEMIBOLD,
    Face.SERIF: typefaces.SERIF,
    Face.SERIF_SEMIBOLD: typefaces.SERIF_SEMIBOLD,
}

_registering: Final = threading.Lock()


@cache
def _register() -> None:
    """Make the faces known to reportlab, once in a process; parsing them takes 50 ms."""
    with _registering:
        known = set(pdfmetrics.getRegisteredFontNames())
        for face, path in FILES.items():
            if face.value not in known:
                pdfmetrics.registerFont(TTFont(face.value, str(path)))


@dataclass(frozen=True)
class Line:
    """One line of type at its place."""

    text: str
    face: Face
    size: float
    colour: str
    """"#RRGGBB"."""
    x: float = 0.0
    """Left end."""
    y: float = 0.0
    """Baseline."""
    stretch: float = 1.0
    """Width of the letters against their drawn width."""
    tracking: float = 0.0
    """Extra space after each letter."""

    @property
    def width(self) -> float:
        """Width as set."""
        drawn = text_width(self.text, self.face, self.size)
        return (drawn + self.tracking * max(len(self.text) - 1, 0)) * self.stretch

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top."""
        return (
            self.x,
            self.y - DESCENT * self.size,
            self.x + self.width,
            self.y + ASCENT * self.size,
        )

    def at(self, x: float, y: float) -> Line:
        """The same line elsewhere."""
        return replace(self, x=x, y=y)


def text_width(text: str, face: Face, size: float) -> float:
    """Width of a text without tracking."""
    _register()
    return float(pdfmetrics.stringWidth(text, face.value, size))


def centred(line: Line, middle: float, y: float) -> Line:
    """The line centred on `middle`."""
    return line.at(middle - line.width / 2, y)


def right_aligned(line: Line, right: float, y: float) -> Line:
    """The line ending at `right`."""
    return line.at(right - line.width, y)


def fit_line(line: Line, width: float, smallest: float) -> Line:
    """Make a line fit into `width`: smaller, then narrower, then cut."""
    line = replace(line, text=_drawable(line.text, line.face))
    while line.width > width and line.size - SIZE_STEP >= smallest:
        line = replace(line, size=line.size - SIZE_STEP)
    if line.width <= width:
        return line
    return _cut(replace(line, stretch=max(width / line.width, NARROWEST)), width)


def _cut(line: Line, width: float) -> Line:
    """The line, ended early with an ellipsis if it is too wide."""
    text = line.text
    while line.width > width and text:
        text = text[:-1]
        line = replace(line, text=text.rstrip() + ELLIPSIS)
    return line


def fit_paragraph(line: Line, width: float, smallest: float, max_lines: int) -> tuple[Line, ...]:
    """Wrap a text into at most `max_lines` lines, as large as possible, after hyphens if need be.

    Args:
        line: The text with its wanted size; the results keep its face and colour.
        width: Room for each line.
        smallest: Smallest size allowed.
        max_lines: Most lines allowed.

    Returns:
        The lines without places. What does not fit even at the smallest size is cut.
    """
    text = _drawable(line.text, line.face)
    size = line.size
    while True:
        lines = _wrapped(text, line.face, size, width)
        if len(lines) > max_lines:
            lines = _wrapped(text.replace("-", "-" + BREAK), line.face, size, width)
        if len(lines) <= max_lines or size - SIZE_STEP < smallest:
            break
        size -= SIZE_STEP
    if len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], " ".join(lines[max_lines - 1 :])]
    return tuple(_cut(replace(line, text=part, size=size), width) for part in lines)


def _wrapped(text: str, face: Face, size: float, width: float) -> list[str]:
    """Greedy lines; a single word wider than the line is broken where it must be.

    Args:
        text: Words, apart by blanks; `BREAK` marks where else a line may end.
        face: The typeface.
        size: The size of the type.
        width: Room for each line.
    """
    lines: list[str] = []
    current = ""
    for word in text.split():
        for place, part in enumerate(word.split(BREAK)):
            blank = " " if current and place == 0 else ""
            if text_width(current + blank + part, face, size) <= width:
                current += blank + part
                continue
            if current:
                lines.append(current)
            rest = part
            while text_width(rest, face, size) > width and len(rest) > 1:
                cut = len(rest) - 1
                while cut > 1 and text_width(rest[:cut], face, size) > width:
                    cut -= 1
                lines.append(rest[:cut])
                rest = rest[cut:]
            current = rest
    return [*lines, current] if current or not lines else lines


def _drawable(text: str, face: Face) -> str:
    """The text with white space collapsed and letters that the face lacks replaced."""
    letters = typefaces.letters_of(FILES[face])
    return "".join(c if c in letters or c == " " else REPLACEMENT for c in " ".join(text.split()))
