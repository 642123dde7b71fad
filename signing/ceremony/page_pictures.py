"""Pages of the document as pictures and as text, from the very bytes that will be signed.

pypdfium2 is not thread-safe, so every call into it holds the process's one lock. A few pictures are
kept in memory so that a page asked for ahead is there at once; they are dropped when the client
leaves.
"""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from typing import Final

import pikepdf
import pypdfium2

from signing.errors import SigningError
from signing.fields import Placement
from verifier.pdfium_lock import PDFIUM_LOCK

__all__ = ["PAGE_WIDTHS", "PagePictures", "PageRefused", "widget_places"]

PAGE_WIDTHS: Final = (1240, 1860)
"""Pixels across: fitted to the widest screen, and zoomed in."""
MAX_PAGE_PIXELS: Final = 8_000_000
"""A strip ten times as high as wide must not eat a small machine's memory."""
KEPT_PICTURES: Final = 6
"""About 300 KiB each: the pages around the one on the screen."""
JPEG_QUALITY: Final = 82
MAX_TEXT_CHARACTERS: Final = 40_000
"""Of one page; a dense page of small print has some 8,000."""
MAX_FIELD_DEPTH: Final = 8
"""Parents of a form field; a loop must not hang the screen."""


class PageRefused(SigningError):
    """A page that cannot be shown. Codes: `no_such_page`, `page_unreadable`."""


class PagePictures:
    """Draws pages of PDFs, keeping the last few pictures."""

    def __init__(self) -> None:
        """Start with nothing kept."""
        self._kept: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._kept_lock = threading.Lock()

    def jpeg(self, pdf: bytes, sha256: str, page: int, width: int) -> bytes:
        """Page `page` (from 1; -1 is the last) as a JPEG of about `width` pixels across.

        Raises:
            PageRefused: There is no such page, or it cannot be drawn.
        """
        key = (sha256, page, width)
        with self._kept_lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        picture = _draw(pdf, page, width)
        with self._kept_lock:
            self._kept[key] = picture
            while len(self._kept) > KEPT_PICTURES:
                self._kept.popitem(last=False)
        return picture

    def text(self, pdf: bytes, page: int) -> str:
        """The words on page `page` (from 1), in reading order as far as the PDF knows it.

        Raises:
            PageRefused: There is no such page, or it cannot be read.
        """
        try:
            with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
                _require_page(page, len(document))
                words = document[page - 1].get_textpage().get_text_bounded()
        except pypdfium2.PdfiumError as problem:
            raise _unreadable() from problem
        return str(words).replace("\r\n", "\n").replace("\ufffe", "")[:MAX_TEXT_CHARACTERS].strip()

    def forget(self) -> None:
        """Drop every kept picture."""
        with self._kept_lock:
            self._kept.clear()


def widget_places(pdf: bytes) -> dict[str, tuple[Placement, tuple[float, float]]]:
    """Where the form fields stand: full field name -> its place and its page's (width, height).

    Raises:
        PageRefused: The PDF cannot be read.
    """
    places: dict[str, tuple[Placement, tuple[float, float]]] = {}
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            for index, page in enumerate(document.pages):
                left, bottom, right, top = (float(edge) for edge in page.cropbox)
                for widget in page.obj.get("/Annots", ()):
                    if widget.get("/Subtype") != "/Widget" or "/Rect" not in widget:
                        continue
                    x1, y1, x2, y2 = (float(edge) for edge in widget.Rect)
                    places[_full_name(widget)] = (
                        Placement(index, x1 - left, y1 - bottom, x2 - x1, y2 - y1),
                        (right - left, top - bottom),
                    )
    except (pikepdf.PdfError, TypeError, ValueError) as problem:
        raise _unreadable() from problem
    return places


def _full_name(widget: pikepdf.Object) -> str:
    """ISO 32000-1, 12.7.3.2: partial names from the root down, with full stops between."""
    names: list[str] = []
    node: pikepdf.Object | None = widget
    for _ in range(MAX_FIELD_DEPTH):
        if node is None:
            break
        if "/T" in node:
            names.append(str(node.T))
        node = node.get("/Parent")
    return ".".join(reversed(names))


def _draw(pdf: bytes, page: int, width: int) -> bytes:
    try:
        with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
            document.init_forms()
            number = len(document) if page == -1 else page
            _require_page(number, len(document))
            sheet = document[number - 1]
            across, along = sheet.get_size()
            scale = min(width / across, (MAX_PAGE_PIXELS / (across * along)) ** 0.5)
            picture = sheet.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ZeroDivisionError) as problem:
        raise _unreadable() from problem
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=JPEG_QUALITY)
    return kept.getvalue()


def _require_page(page: int, pages: int) -> None:
    if not 1 <= page <= pages:
        raise PageRefused(
            "no_such_page", "The document has no such page.", "Go back to the document's pages."
        )


def _unreadable() -> PageRefused:
    return PageRefused(
        "page_unreadable",
        "This page cannot be shown.",
        "Ask the staff; nothing has been signed.",
    )
