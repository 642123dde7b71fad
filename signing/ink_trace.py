"""What a drawn signature looks like: where the pen was and how wide its line is there.

This is all that is kept of a signature drawn by hand, and all that reaches the PDF. When each point
was drawn, and how hard the pen was pressed, is gone from it; how that is kept where head office
wants it is told in docs/strokes.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from signing.ink_samples import (
    MAX_PAD_UNITS,
    MAX_POINTS,
    MAX_SAMPLE_RATE_HZ,
    MAX_STROKES,
    InkRefused,
)

__all__ = ["Trace", "TracePoint"]

MAX_LINE_WIDTH: Final = 0.02 * MAX_PAD_UNITS
"""Three times the widest line on the widest pad."""


@dataclass(frozen=True, slots=True)
class TracePoint:
    """One point of the line."""

    x: float
    """Pad units from the left."""
    y: float
    """Pad units from the top."""
    width: float
    """Of the line here, pad units."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole signature as it looks."""

    strokes: tuple[tuple[TracePoint, ...], ...]
    """Pen down to pen up, in order."""
    width: float
    """Width of the pad in its own units."""
    sample_rate_hz: float
    """How often the screen told where the pen was; 0 when it could not be measured."""

    def to_json(self) -> dict[str, Any]:
        """A plain JSON object."""
        return {
            "strokes": [[[one.x, one.y, one.width] for one in each] for each in self.strokes],
            "width": self.width,
            "sample_rate_hz": self.sample_rate_hz,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Trace:
        """Read what `to_json` wrote.

        Raises:
            InkRefused: code `bad_ink`, for anything else.
        """
        try:
            width = _number(data["width"], 1, MAX_PAD_UNITS)
            rate = _number(data["sample_rate_hz"], 0, MAX_SAMPLE_RATE_HZ)
            strokes = tuple(tuple(map(_point, each)) for each in data["strokes"])
        except (KeyError, TypeError, ValueError) as problem:
            raise InkRefused("bad_ink", "The kept signature is of an unknown form.") from problem
        counts = [len(each) for each in strokes]
        if not 1 <= len(counts) <= MAX_STROKES or min(counts) < 1 or sum(counts) > MAX_POINTS:
            raise InkRefused("bad_ink", "The kept signature has too few or too many points.")
        return cls(strokes, width, rate)


def _point(data: Any) -> TracePoint:
    x, y, width = data
    low, high = -MAX_PAD_UNITS, 2 * MAX_PAD_UNITS
    return TracePoint(
        _number(x, low, high), _number(y, low, high), _number(width, 0, MAX_LINE_WIDTH)
    )


def _number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError
    return float(value)
