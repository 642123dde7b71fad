"""The line in small print on every page: which document it belongs to, and which page it is.

A sheet that is separated from the others can be put back, and a foreign sheet shows. The line
stands on a pale strip just as long as itself, in the bottom margin, where real pages are empty.
"""

from __future__ import annotations

from signing.document_font import DocumentFont
from signing.fields import DocumentPlan
from signing.page_drawing import Drawing
from signing.page_geometry import PageSize, Rectangle
from signing.words import words_for

__all__ = ["small_print"]

SIZE_ON_A4 = 6.0  # points
A4_WIDTH = 595.0  # points
LEAST_SIZE = 1.6  # points; smaller than this nobody reads, so tiny pages get a shorter line
WIDEST = 0.9  # of the page's width
STRIP_GREY = 0.955
TEXT_GREY = 0.38


def small_print(
    plan: DocumentPlan, page: int, pages: int, size: PageSize, font: DocumentFont
) -> bytes:
    """Operators that draw the line on one page; empty when the page has no room for any.

    Args:
        plan: The document.
        page: Which page, from 1.
        pages: How many pages the document has, the certificate not counted.
        size: The page's size.
        font: The document's font.
    """
    words = words_for(plan.language)
    number = f"{words.number} {plan.number}"
    identity = plan.document_id.hex(" ", 2)  # grouped as on the certificate
    where = words.page.format(page=page, pages=pages)
    for line in (
        f"{number}   ·   ID {identity}   ·   {where}",
        f"{identity} · {page}/{pages}",
        f"{identity[:9]} · {page}/{pages}",
    ):
        wanted = SIZE_ON_A4 * max(1.0, min(size.width, size.height) / A4_WIDTH)
        fitting = min(wanted, WIDEST * size.width / font.width(line, 1.0))
        if fitting >= LEAST_SIZE and fitting * 3 <= size.height:
            return _draw(line, fitting, size, font)
    return b""


def _draw(line: str, text_size: float, size: PageSize, font: DocumentFont) -> bytes:
    width = font.width(line, text_size)
    middle = size.width / 2
    low = min(0.011 * size.height, 1.4 * text_size)
    strip = Rectangle(middle - width / 2 - text_size, low, width + 2 * text_size, 1.5 * text_size)
    drawing = Drawing(font)
    drawing.box(strip, fill=STRIP_GREY)
    drawing.centred(line, middle, low + 0.44 * text_size, text_size, grey=TEXT_GREY)
    return drawing.content()
