"""The page of signatures, appended when somebody's signature has no spot of its own.

A4, one row for the director and one for each client. A row has the person's name on the left, the
space for the signature in the middle and, where a stamp is asked for there, the space for the
stamp on the right.
"""

from __future__ import annotations

from dataclasses import dataclass

from signing.document_font import DocumentFont
from signing.fields import DocumentPlan
from signing.page_drawing import Drawing
from signing.page_geometry import A4, Rectangle
from signing.text_layout import lay_out, text_content
from signing.words import DocumentWords, words_for

__all__ = ["SignerSpots", "draw_signing_page", "signer_spots"]

MARGIN = 56.0
HEADER_HEIGHT = 118.0
FOOTER_HEIGHT = 48.0
TALLEST_ROW = 132.0
NAME_WIDTH = 150.0
SIGNATURE_WIDTH = 190.0
WIDE_SIGNATURE_WIDTH = 270.0
GAP = 14.0
ROW_PADDING = 14.0


@dataclass(frozen=True)
class SignerSpots:
    """Where one person signs on the signing page, in points of that page."""

    row: Rectangle
    signature: Rectangle
    stamp: Rectangle


def signer_spots(plan: DocumentPlan, page: int) -> tuple[SignerSpots, ...]:
    """The spots of all signers in their order, the director's first.

    Args:
        plan: The document.
        page: 0-based index of the signing page; where no stamp stands on it, signatures are wider.
    """
    signers = 1 + len(plan.clients)
    stamps = [client.stamp for client in plan.clients]
    stamped = any(stamp is not None and stamp.page == page for stamp in stamps)
    room = A4.height - 2 * MARGIN - HEADER_HEIGHT - FOOTER_HEIGHT
    height = min(TALLEST_ROW, room / signers)
    first_top = A4.height - MARGIN - HEADER_HEIGHT
    spots = []
    for number in range(signers):
        low = first_top - (number + 1) * height
        row = Rectangle(MARGIN, low, A4.width - 2 * MARGIN, height)
        inner_low, inner_height = low + ROW_PADDING / 2, height - ROW_PADDING
        left = MARGIN + NAME_WIDTH + GAP
        stamp_left = left + SIGNATURE_WIDTH + GAP
        stamp = Rectangle(stamp_left, inner_low, row.right - stamp_left, inner_height)
        width = SIGNATURE_WIDTH if stamped else WIDE_SIGNATURE_WIDTH
        signature = Rectangle(left, inner_low, width, inner_height)
        spots.append(SignerSpots(row, signature, stamp))
    return tuple(spots)


def draw_signing_page(plan: DocumentPlan, font: DocumentFont, page: int) -> bytes:
    """The page's content stream.

    Args:
        plan: The document; people without a spot of their own get a row.
        font: The document's font.
        page: 0-based index that the page will have, to know which stamps stand on it.
    """
    words = words_for(plan.language)
    drawing = Drawing(font)
    content = _header(plan, words, drawing, font)
    spots = signer_spots(plan, page)
    if plan.director_signature is None:
        content += _row(words.for_the_company, plan.director_name, spots[0], drawing, font)
    for index, client in enumerate(plan.clients):
        spot = spots[index + 1]
        stamped_here = client.stamp is not None and client.stamp.page == page
        if client.signature is None:
            label = words.client
            if len(plan.clients) > 1:
                label = words.client_of_many.format(number=index + 1)
            content += _row(label, client.name, spot, drawing, font)
        if client.stamp is not None and stamped_here:
            place = client.stamp.rectangle
            drawing.box(place, fill=None, line=0.80)
            drawing.text(words.stamp, place.x + 5, place.top - 9, 6.5, grey=0.55)
    return drawing.content() + content


def _header(
    plan: DocumentPlan, words: DocumentWords, drawing: Drawing, font: DocumentFont
) -> bytes:
    top = A4.height - MARGIN
    width = A4.width - 2 * MARGIN
    drawing.text(words.signatures, MARGIN, top - 20, 25, grey=0.08)
    drawing.text(words.belongs_to, MARGIN, top - 41, 9, grey=0.45)
    title = lay_out(plan.title, font, width, 30, largest=12, wrap=True)
    content = text_content(title, font, MARGIN, top - 48, grey=0.12)
    below = top - 48 - title.height() - 11
    drawing.text(f"{words.number} {plan.number}", MARGIN, below, 9, grey=0.45, room=width)
    drawing.rule(MARGIN, A4.width - MARGIN, top - HEADER_HEIGHT, grey=0.25, width=0.8)
    return content


def _row(label: str, name: str, spot: SignerSpots, drawing: Drawing, font: DocumentFont) -> bytes:
    signature = spot.signature
    drawing.box(signature, fill=0.972)
    drawing.rule(signature.x, signature.right, signature.y, grey=0.35, width=0.7)
    drawing.rule(spot.row.x, spot.row.right, spot.row.y, grey=0.88, width=0.5)
    drawing.text(label, spot.row.x, spot.row.top - 22, 8, grey=0.48, room=NAME_WIDTH)
    layout = lay_out(name, font, NAME_WIDTH, spot.row.height - 40, largest=12, wrap=True)
    return text_content(layout, font, spot.row.x, spot.row.top - 28, grey=0.08)
