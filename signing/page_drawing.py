"""Draws the plain pages and lines that `signing` adds: text, rules, tinted boxes, all vectors."""

from __future__ import annotations

from signing.document_font import FONT_KEY, DocumentFont
from signing.page_geometry import Rectangle

__all__ = ["Drawing"]


class Drawing:
    """Collects content-stream operators in page space, in the order in which they are drawn."""

    def __init__(self, font: DocumentFont) -> None:
        self._font = font
        self._parts: list[bytes] = []

    def content(self) -> bytes:
        """All operators, leaving the graphics state as it was."""
        return b"q\n" + b"\n".join(self._parts) + b"\nQ\n"

    def box(self, rectangle: Rectangle, *, fill: float | None, line: float | None = None) -> None:
        """A rectangle, tinted and outlined in shades of grey (0 black, 1 white)."""
        path = (
            f"{rectangle.x:.2f} {rectangle.y:.2f} {rectangle.width:.2f} {rectangle.height:.2f} re"
        )
        paint = {(True, True): "B", (True, False): "f", (False, True): "S"}.get(
            (fill is not None, line is not None), "n"
        )
        setting = "" if fill is None else f"{fill:.3f} g "
        setting += "" if line is None else f"{line:.3f} G 0.5 w "
        self._parts.append(f"{setting}{path} {paint}".encode("ascii"))

    def rule(self, left: float, right: float, y: float, *, grey: float, width: float) -> None:
        """A horizontal line, `width` points thick."""
        self._parts.append(
            f"{grey:.3f} G {width:.2f} w {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S".encode(
                "ascii"
            )
        )

    def text(
        self,
        text: str,
        left: float,
        baseline: float,
        size: float,
        *,
        grey: float = 0.0,
        room: float | None = None,
    ) -> float:
        """One line of text from `left`; smaller than `size` where it must fit into `room` points.

        Returns:
            The right end of the line.
        """
        natural = self._font.width(text, size)
        if room is not None and natural > room > 0:
            size *= room / natural
            natural = room
        setting = f"BT {grey:.3f} g {FONT_KEY} {size:.3f} Tf {left:.3f} {baseline:.3f} Td "
        self._parts.append(setting.encode("ascii") + self._font.show(text) + b" ET")
        return left + natural

    def centred(
        self, text: str, middle: float, baseline: float, size: float, *, grey: float = 0.0
    ) -> None:
        """One line of text around `middle`."""
        self.text(text, middle - self._font.width(text, size) / 2, baseline, size, grey=grey)
