"""Puts text into a box: as large as is pleasant, smaller when it must be, never cut off.

Sizes and boxes are in points. The result is content-stream operators in the box's own space,
origin at its lower left corner.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from signing.document_font import FONT_KEY, DocumentFont

__all__ = ["LINE_SPACING", "Layout", "lay_out", "text_content"]

LINE_SPACING = 1.2  # of the size
SHRINK = 0.94  # of the size, per step
SMALLEST_ONE_LINE = 6.0  # points; below this, wrapping reads better than shrinking
WHOLE_WORDS = 0.6  # of the first size: down to it, a long word shrinks rather than being torn
VANISHING = 0.05  # points; where shrinking ends, whatever the box
BREAKS = re.compile(r"(?<=[ \-/@])(?! )")  # a line may end after these


@dataclass(frozen=True)
class Layout:
    """Lines that fit their box at one size."""

    lines: tuple[str, ...]
    size: float  # points

    def height(self) -> float:
        """From the top of the first line to the bottom of the last, points."""
        return len(self.lines) * self.size * LINE_SPACING


def lay_out(
    text: str,
    font: DocumentFont,
    width: float,
    height: float,
    *,
    largest: float = 11.0,
    wrap: bool = False,
) -> Layout:
    """Find the largest size at which `text` fits, and its lines there.

    Args:
        text: What to write; line feeds end lines.
        font: The font that measures it.
        width: Room across, points.
        height: Room along, points.
        largest: Never larger than this, points.
        wrap: Whether lines may break at once; otherwise they break only when the one line would
            have to be smaller than is readable.
    """
    paragraphs = text.split("\n")
    size = min(largest, height / (LINE_SPACING * len(paragraphs)))
    if not wrap:
        widest = max((font.width(line, 1.0) for line in paragraphs), default=0.0)
        fitting = size if widest * size <= width else width / widest
        if fitting >= min(SMALLEST_ONE_LINE, size):
            return Layout(tuple(paragraphs), fitting)
    whole_words_above = size * WHOLE_WORDS
    while size > VANISHING:
        lines = [line for part in paragraphs for line in _wrapped(part, font, size, width)]
        fits_across = all(font.width(line, size) <= width + 0.001 for line in lines)
        torn = size > whole_words_above and _longest_word(text, font, size) > width
        if fits_across and not torn and len(lines) * size * LINE_SPACING <= height + 0.001:
            return Layout(tuple(lines), size)
        size *= SHRINK
    return Layout(tuple(paragraphs), VANISHING)


def text_content(
    layout: Layout,
    font: DocumentFont,
    left: float,
    top: float,
    *,
    grey: float = 0.0,
    room: float = 0.0,
    align: float = 0.0,
) -> bytes:
    """Operators that draw the lines downwards from `top`.

    Args:
        layout: What `lay_out` found.
        font: The font that measured it.
        left: Where lines begin, points.
        top: Upper edge of the first line, points.
        grey: 0 is black, 1 is white.
        room: Width in which lines are aligned, points; only needed when they are.
        align: 0 at the left, 0.5 in the middle, 1 at the right of the room.
    """
    if not any(layout.lines):
        return b""
    rise = (font.ascent + font.descent) / 2000  # of the size: middle of a line above its baseline
    size = layout.size
    first = top - size * (LINE_SPACING / 2 + rise)
    parts = [b"BT", f"{grey:.2f} g {FONT_KEY} {size:.3f} Tf".encode("ascii")]
    for number, line in enumerate(layout.lines):
        baseline = first - number * size * LINE_SPACING
        start = left + align * (room - font.width(line, size)) if align else left
        parts.append(f"1 0 0 1 {start:.3f} {baseline:.3f} Tm".encode("ascii"))
        parts.append(font.show(line))
    parts.append(b"ET")
    return b"\n".join(parts) + b"\n"


def _wrapped(text: str, font: DocumentFont, size: float, width: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for word in BREAKS.split(text):
        if used + font.width(word.rstrip(" "), size) <= width:
            line, used = line + word, used + font.width(word, size)
            continue
        if line:
            lines.append(line.rstrip(" "))
        line = word
        while font.width(line.rstrip(" "), size) > width and len(line) > 1:
            fitting = _letters_that_fit(line, font, size, width)
            lines.append(line[:fitting])
            line = line[fitting:]
        used = font.width(line, size)
    lines.append(line.rstrip(" "))
    return lines


def _longest_word(text: str, font: DocumentFont, size: float) -> float:
    words = [word for part in text.split("\n") for word in BREAKS.split(part)]
    return max(font.width(word.rstrip(" "), size) for word in words)


def _letters_that_fit(word: str, font: DocumentFont, size: float, width: float) -> int:
    used = 0.0
    for count, letter in enumerate(word):
        used += font.width(letter, size)
        if used > width:
            return max(1, count)
    return len(word)
