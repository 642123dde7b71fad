"""The certificate of authenticity: one page, drawn as vectors, ready to become the seal's picture.

    pdf = draw_certificate(facts, qr_text, (595.28, 841.89))

The page is designed for A4; on another size it is scaled evenly and centred. The same facts always
give the same bytes. What stands where is computed by `signing.certificate_layout`.
"""

from __future__ import annotations

import io
import threading
from typing import Any, Final

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from signing.certificate_facts import CertificateFacts, EvidenceSummary, SignerLine
from signing.certificate_layout import lay_out
from signing.certificate_ornament import draw_diamond, draw_emblem, draw_frame
from signing.certificate_sheet import PAGE_HEIGHT, PAGE_WIDTH, Layout
from signing.certificate_type import Line
from signing.qr_vector import QrCode, make_qr

__all__ = ["CertificateFacts", "EvidenceSummary", "SignerLine", "draw_certificate"]

rl_config.useA85 = 0
"""Streams as they are: text armour would add a quarter to their size."""
_drawing: Final = threading.Lock()
"""reportlab keeps the subsets of a font in objects that all documents share."""


def draw_certificate(
    facts: CertificateFacts, qr_text: str, page_size: tuple[float, float]
) -> bytes:
    """Draw the certificate.

    Args:
        facts: What it says.
        qr_text: What its QR code says: the certificate token's text.
        page_size: Width and height in points.

    Returns:
        A PDF of one page.

    Raises:
        SigningError: code `qr_too_long`.
    """
    code = make_qr(qr_text)
    layout = lay_out(facts, code.modules)
    buffer = io.BytesIO()
    with _drawing:
        canvas = Canvas(buffer, pagesize=page_size, pageCompression=1, invariant=1)
        scale = min(page_size[0] / PAGE_WIDTH, page_size[1] / PAGE_HEIGHT)
        canvas.translate(
            (page_size[0] - scale * PAGE_WIDTH) / 2, (page_size[1] - scale * PAGE_HEIGHT) / 2
        )
        canvas.scale(scale, scale)
        _draw(canvas, layout, code)
        canvas.showPage()
        canvas.save()
    return buffer.getvalue()


def _draw(canvas: Any, layout: Layout, code: QrCode) -> None:
    draw_frame(canvas, PAGE_WIDTH, PAGE_HEIGHT)
    draw_emblem(canvas, *layout.emblem)
    draw_diamond(canvas, *layout.diamond)
    for rule in layout.rules:
        canvas.setStrokeColor(HexColor(rule.colour))
        canvas.setLineWidth(rule.weight)
        canvas.line(rule.x1, rule.y1, rule.x2, rule.y2)
    for line in layout.lines:
        _draw_line(canvas, line)
    _draw_qr(canvas, code, *layout.qr, layout.qr_side)


def _draw_line(canvas: Any, line: Line) -> None:
    text = canvas.beginText(line.x, line.y)
    text.setFont(line.face.value, line.size)
    text.setFillColor(HexColor(line.colour))
    if line.tracking:
        text.setCharSpace(line.tracking)
    if line.stretch != 1:
        text.setHorizScale(line.stretch * 100)
    text.textOut(line.text)
    if line.tracking:
        text.setCharSpace(0)
    if line.stretch != 1:
        text.setHorizScale(100)
    canvas.drawText(text)


def _draw_qr(canvas: Any, code: QrCode, left: float, bottom: float, side: float) -> None:
    """All dark modules as one path in whole module units: exact, small, without seams."""
    module = side / code.modules
    canvas.saveState()
    canvas.translate(left, bottom + side)
    canvas.scale(module, -module)
    canvas.setFillColor(HexColor("#000000"))
    path = canvas.beginPath()
    for column, row, width, height in code.rectangles:
        path.rect(column, row, width, height)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
