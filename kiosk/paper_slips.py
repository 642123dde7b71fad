"""What the front desk prints beside documents: a receipt for a client, and the summary of a day.

Pages of A4 with type at the top, so that every office printer takes them. No name, address or
contact of a client stands on them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from signing.certificate_type import Face, Line, fit_line, fit_paragraph

__all__ = ["Slip", "short_hash", "slip_pdf"]

MARGIN: Final = 64.0
INK: Final = "#17211F"
SOFT: Final = "#55615E"
RULE: Final = "#C9D1CE"
TITLE_POINTS: Final = 20.0
FACT_POINTS: Final = 12.0
FACT_HEIGHT: Final = 26.0
LABEL_WIDTH: Final = 190.0
SMALLEST_POINTS: Final = 8.0
MAX_NOTE_LINES: Final = 8
HASH_DIGITS: Final = 16


@dataclass(frozen=True)
class Slip:
    """One page."""

    title: str
    place: str
    """Whose kiosk it is and where it stands."""
    facts: Sequence[tuple[str, str]]
    """What and its value, one line each; at most some twenty."""
    note: str
    """What to do with it."""


def short_hash(sha256: str) -> str:
    """The first 16 hex digits in groups of four, as people compare them."""
    start = sha256[:HASH_DIGITS]
    return " ".join(start[place : place + 4] for place in range(0, len(start), 4))


def slip_pdf(slip: Slip) -> bytes:
    """The page as a PDF."""
    width, height = A4
    room = width - 2 * MARGIN
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, pageCompression=1)
    canvas.setTitle(slip.title)
    y = height - MARGIN - TITLE_POINTS
    _draw(canvas, Line(slip.title, Face.SANS_SEMIBOLD, TITLE_POINTS, INK, MARGIN, y), room)
    y -= 22
    _draw(canvas, Line(slip.place, Face.SANS, FACT_POINTS, SOFT, MARGIN, y), room)
    y -= 20
    canvas.setStrokeColor(HexColor(RULE))
    for label, value in slip.facts:
        canvas.line(MARGIN, y, width - MARGIN, y)
        y -= FACT_HEIGHT
        at = MARGIN + LABEL_WIDTH
        _draw(canvas, Line(label, Face.SANS, FACT_POINTS, SOFT, MARGIN, y + 8), LABEL_WIDTH - 8)
        named = Line(value, Face.SANS_SEMIBOLD, FACT_POINTS, INK, at, y + 8)
        _draw(canvas, named, room - LABEL_WIDTH)
    canvas.line(MARGIN, y, width - MARGIN, y)
    y -= 26
    note = Line(slip.note, Face.SANS, FACT_POINTS, SOFT)
    for line in fit_paragraph(note, room, SMALLEST_POINTS, MAX_NOTE_LINES):
        _draw(canvas, replace(line, x=MARGIN, y=y), room)
        y -= line.size * 1.4
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw(canvas: Canvas, wanted: Line, room: float) -> None:
    line = fit_line(wanted, room, SMALLEST_POINTS)
    writer = canvas.beginText(line.x, line.y)
    writer.setFont(line.face.value, line.size)
    writer.setHorizScale(100 * line.stretch)
    writer.setFillColor(HexColor(line.colour))
    writer.textOut(line.text)
    canvas.drawText(writer)
