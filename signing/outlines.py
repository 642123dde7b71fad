"""Closed vector paths: what ink and typed names become, on the screen and in the PDF alike.

An `Outline` is filled by the non-zero winding rule (ISO 32000-1, 8.5.3.3.2), in black or in any
one colour. It is plain geometry; it knows no page and no pen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

__all__ = ["Box", "ClosePath", "CurveTo", "LineTo", "MoveTo", "Operator", "Outline", "disc"]

CIRCLE_HANDLE: Final = 0.5522847498
"""Length of a Bezier handle that draws a quarter circle of radius 1: 4/3 (sqrt 2 - 1)."""


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Start a new closed part."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class LineTo:
    """A straight edge."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class CurveTo:
    """A cubic Bezier edge: two handles, then the end."""

    x1: float
    y1: float
    x2: float
    y2: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class ClosePath:
    """Close the part with a straight edge."""


Operator = MoveTo | LineTo | CurveTo | ClosePath


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its sides along the axes."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Outline:
    """A filled shape of any number of closed parts."""

    operators: tuple[Operator, ...]

    def bounds(self) -> Box:
        """The box around all points and handles; all zero when the outline is empty."""
        xs: list[float] = []
        ys: list[float] = []
        for operator in self.operators:
            if isinstance(operator, CurveTo):
                xs += (operator.x1, operator.x2, operator.x)
                ys += (operator.y1, operator.y2, operator.y)
            elif isinstance(operator, MoveTo | LineTo):
                xs.append(operator.x)
                ys.append(operator.y)
        if not xs:
            return Box(0, 0, 0, 0)
        return Box(min(xs), min(ys), max(xs), max(ys))

    def moved(self, place: Callable[[float, float], tuple[float, float]]) -> Outline:
        """The outline with every point put through `place`."""
        result: list[Operator] = []
        for operator in self.operators:
            if isinstance(operator, CurveTo):
                result.append(
                    CurveTo(
                        *place(operator.x1, operator.y1),
                        *place(operator.x2, operator.y2),
                        *place(operator.x, operator.y),
                    )
                )
            elif isinstance(operator, MoveTo):
                result.append(MoveTo(*place(operator.x, operator.y)))
            elif isinstance(operator, LineTo):
                result.append(LineTo(*place(operator.x, operator.y)))
            else:
                result.append(operator)
        return Outline(tuple(result))

    def shifted(self, right: float) -> Outline:
        """The outline moved to the right."""
        return self.moved(lambda x, y: (x + right, y))

    def fitted(
        self,
        box: Box,
        *,
        flip: bool = False,
        largest_scale: float = math.inf,
    ) -> Outline:
        """The outline scaled evenly into `box` and centred there.

        Args:
            box: Where it goes.
            flip: The outline counts y downwards (a screen), the box upwards (a PDF page).
            largest_scale: Never enlarge by more than this factor.
        """
        own = self.bounds()
        scale = min(
            box.width / own.width if own.width > 0 else math.inf,
            box.height / own.height if own.height > 0 else math.inf,
            largest_scale,
        )
        if not math.isfinite(scale):
            scale = 1.0
        sign = -1.0 if flip else 1.0
        shift_x = (box.left + box.right) / 2 - scale * (own.left + own.right) / 2
        shift_y = (box.bottom + box.top) / 2 - sign * scale * (own.bottom + own.top) / 2
        return self.moved(lambda x, y: (shift_x + scale * x, shift_y + sign * scale * y))

    def content(self) -> bytes:
        """PDF path construction operators (ISO 32000-1, 8.5.2) and the fill operator `f`."""
        parts: list[str] = []
        for operator in self.operators:
            if isinstance(operator, CurveTo):
                numbers = (
                    operator.x1,
                    operator.y1,
                    operator.x2,
                    operator.y2,
                    operator.x,
                    operator.y,
                )
                parts.append(" ".join(_number(value) for value in numbers) + " c")
            elif isinstance(operator, MoveTo):
                parts.append(f"{_number(operator.x)} {_number(operator.y)} m")
            elif isinstance(operator, LineTo):
                parts.append(f"{_number(operator.x)} {_number(operator.y)} l")
            else:
                parts.append("h")
        if not parts:
            return b""
        return ("\n".join(parts) + "\nf\n").encode("ascii")

    def svg_path(self) -> str:
        """The same outline as the `d` attribute of an SVG path."""
        parts: list[str] = []
        for operator in self.operators:
            if isinstance(operator, CurveTo):
                numbers = (
                    operator.x1,
                    operator.y1,
                    operator.x2,
                    operator.y2,
                    operator.x,
                    operator.y,
                )
                parts.append("C" + " ".join(_number(value) for value in numbers))
            elif isinstance(operator, MoveTo):
                parts.append(f"M{_number(operator.x)} {_number(operator.y)}")
            elif isinstance(operator, LineTo):
                parts.append(f"L{_number(operator.x)} {_number(operator.y)}")
            else:
                parts.append("Z")
        return "".join(parts)


def disc(x: float, y: float, radius: float) -> list[Operator]:
    """A disc of four quarter curves, its points in order of a growing angle."""
    handle = CIRCLE_HANDLE * radius
    return [
        MoveTo(x + radius, y),
        CurveTo(x + radius, y + handle, x + handle, y + radius, x, y + radius),
        CurveTo(x - handle, y + radius, x - radius, y + handle, x - radius, y),
        CurveTo(x - radius, y - handle, x - handle, y - radius, x, y - radius),
        CurveTo(x + handle, y - radius, x + radius, y - handle, x + radius, y),
        ClosePath(),
    ]


def _number(value: float) -> str:
    """Two decimals are 1/7000 of an inch; no exponent, no trailing zeros, no minus zero."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
