"""The samples of a signature drawn by hand, as the signature pad sends them; strictly read.

What curve they make is `signing.ink`'s business.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from signing.errors import SigningError

__all__ = ["Ink", "InkPoint", "InkRefused"]

MAX_JSON_BYTES: Final = 2 * 1024 * 1024
"""20,000 samples of some 40 bytes, doubled."""
MAX_STROKES: Final = 200
"""A long name with every dot and dash apart has about 60."""
MAX_POINTS: Final = 20_000
"""83 seconds of pen on glass at 240 Hz, all strokes together."""
MAX_PAD_UNITS: Final = 10_000.0
"""No screen is larger."""
MAX_TIME_MS: Final = 30 * 60 * 1000.0
"""Half an hour from the first touch to the last."""
MAX_SAMPLE_RATE_HZ: Final = 4_000.0
"""Gaming mice reach 1,000."""


class InkRefused(SigningError):
    """Stroke data that is not what the signature pad sends."""

    def __init__(self, code: str, detail: str) -> None:
        """Say what is wrong with the data.

        Args:
            code: `bad_ink` (malformed), `too_much_ink` (over a limit) or `no_ink` (nothing drawn).
            detail: Which part, in plain English.
        """
        super().__init__(code, detail, "Clear the signature and draw it again.")


@dataclass(frozen=True, slots=True)
class InkPoint:
    """One sample of the pen."""

    x: float
    """Pad units from the left."""
    y: float
    """Pad units from the top."""
    t_ms: float
    """Milliseconds since the first sample of the first stroke."""
    pressure: float
    """0 to 1; 0 or 0.5 where there is no sensor."""


@dataclass(frozen=True, slots=True)
class Ink:
    """A whole signature as it was drawn."""

    strokes: tuple[tuple[InkPoint, ...], ...]
    """Pen down to pen up, in order."""
    width: float
    """Width of the pad in its own units."""
    height: float
    """Height of the pad in its own units."""
    sample_rate_hz: float
    """Measured median rate of the samples; 0 when it could not be measured."""

    @classmethod
    def from_json(cls, text: str | bytes) -> Ink:
        """Read what the signature pad sent; strict.

        The form is `{"version": 1, "width": W, "height": H, "sample_rate_hz": R, "strokes":
        [[[x, y, t_ms, pressure], ...], ...]}` with no other key.

        Raises:
            InkRefused: codes `bad_ink`, `too_much_ink`, `no_ink`.
        """
        if len(text) > MAX_JSON_BYTES:
            raise InkRefused("too_much_ink", "The signature has too many samples.")
        try:
            data = json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise InkRefused("bad_ink", "The signature data is not JSON.") from error
        keys = {"version", "width", "height", "sample_rate_hz", "strokes"}
        if not isinstance(data, dict) or set(data) != keys or data["version"] != 1:
            raise InkRefused("bad_ink", "The signature data is of an unknown form.")
        width = _number(data["width"], 1, MAX_PAD_UNITS)
        height = _number(data["height"], 1, MAX_PAD_UNITS)
        rate = _number(data["sample_rate_hz"], 0, MAX_SAMPLE_RATE_HZ)
        return cls(_strokes(data["strokes"], width, height), width, height, rate)

    def to_json(self) -> str:
        """The same form that `from_json` reads."""
        strokes = [
            [[point.x, point.y, point.t_ms, point.pressure] for point in stroke]
            for stroke in self.strokes
        ]
        data = {
            "version": 1,
            "width": self.width,
            "height": self.height,
            "sample_rate_hz": self.sample_rate_hz,
            "strokes": strokes,
        }
        return json.dumps(data, separators=(",", ":"))


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise InkRefused("bad_ink", "The signature data holds a number out of its range.")
    return float(value)


def _strokes(data: object, width: float, height: float) -> tuple[tuple[InkPoint, ...], ...]:
    if not isinstance(data, list):
        raise InkRefused("bad_ink", "The signature data has no strokes.")
    if not data:
        raise InkRefused("no_ink", "Nothing was drawn.")
    if len(data) > MAX_STROKES:
        raise InkRefused("too_much_ink", "The signature has too many strokes.")
    strokes: list[tuple[InkPoint, ...]] = []
    total = 0
    earliest = 0.0
    for raw in data:
        if not isinstance(raw, list) or not raw:
            raise InkRefused("bad_ink", "The signature data holds an empty stroke.")
        total += len(raw)
        if total > MAX_POINTS:
            raise InkRefused("too_much_ink", "The signature has too many samples.")
        stroke = []
        for sample in raw:
            point = _point(sample, width, height, earliest)
            earliest = point.t_ms
            stroke.append(point)
        strokes.append(tuple(stroke))
    return tuple(strokes)


def _point(sample: object, width: float, height: float, earliest: float) -> InkPoint:
    """One sample; a captured pointer may leave the pad by as much as the pad measures."""
    if not isinstance(sample, list) or len(sample) != 4:
        raise InkRefused("bad_ink", "The signature data holds a sample of an unknown form.")
    return InkPoint(
        _number(sample[0], -width, 2 * width),
        _number(sample[1], -height, 2 * height),
        _number(sample[2], earliest, MAX_TIME_MS),
        _number(sample[3], 0, 1),
    )
