"""Sizes and rectangles on a page, in PDF points (1/72 inch), origin at the bottom left.

Pages that `signing.normalise` returns have no rotation, no user unit and a media box that starts
at (0, 0), so a rectangle here is also the rectangle in the file (ISO 32000-1, 8.3.2.3).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["A4", "PageSize", "Rectangle"]


@dataclass(frozen=True)
class PageSize:
    """The visible size of one page."""

    width: float  # points
    height: float  # points


A4 = PageSize(595.276, 841.89)


@dataclass(frozen=True)
class Rectangle:
    """An upright rectangle in page space."""

    x: float  # left edge, points
    y: float  # lower edge, points
    width: float  # points
    height: float  # points

    @property
    def right(self) -> float:
        """The right edge, points."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """The upper edge, points."""
        return self.y + self.height

    def fits(self, page: PageSize) -> bool:
        """Whether the rectangle has an area and lies wholly on the page (rounding aside)."""
        slack = 0.01
        return (
            self.width > 0
            and self.height > 0
            and self.x >= -slack
            and self.y >= -slack
            and self.right <= page.width + slack
            and self.top <= page.height + slack
        )

    def inset(self, margin: float) -> Rectangle:
        """The rectangle made smaller by `margin` points on every side, never below zero size."""
        across = min(margin, self.width / 2)
        along = min(margin, self.height / 2)
        return Rectangle(
            self.x + across, self.y + along, self.width - 2 * across, self.height - 2 * along
        )
