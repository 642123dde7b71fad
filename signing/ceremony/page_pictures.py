"""Pages of the document as pictures and as text, from the very bytes that will be signed.

pypdfium2 is not thread-safe, so every call into it holds the process's one lock. A few pictures are
kept in memory so that a page asked for ahead is there at once; they are dropped when the client
leaves.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import pikepdf
import pypdfium2

from signing.errors import SigningError
from signing.fields import Placement
from verifier.pdfium_lock import PDFIUM_LOCK

__all__ = ["PAGE_WIDTHS", "PagePictures", "PageRefused", "Places", "widget_places"]

PAGE_WIDTHS: Final = (1240, 1860)
"""Pixels across: fitted to the widest screen, and zoomed in."""
MAX_PAGE_PIXELS: Final = 8_000_000
"""A strip ten times as high as wide must not eat a small machine's memory."""
KEPT_PICTURES: Final = 6
"""About 300 KiB each: the pages around the one on the screen."""
JPEG_QUALITY: Final = 82
MAX_TEXT_CHARACTERS: Final = 40_000
"""Of one page; a dense page of small print has some 8,000."""
HASH_DIGITS: Final = 16
"""Of a picture's SHA-256, hex: enough to tell pictures of one document apart, and short."""
MAX_HASHES: Final = 2000
"""As many pages as anybody reads before a screen."""
MAX_FIELD_DEPTH: Final = 8
"""Parents of a form field; a loop must not hang the screen."""


class PageRefused(SigningError):
    """A page that cannot be shown. Codes: `no_such_page`, `page_unreadable`."""


PdfSource = bytes | Callable[[], bytes]
"""A PDF, or what gives it: a large one is decrypted and hashed only when something is not kept."""
Places = dict[str, tuple[Placement, tuple[float, float]]]
"""Full name of a form field -> its place, and (width, height) of its page."""

Value = TypeVar("Value")


class PagePictures:
    """Draws and reads pages of PDFs, keeping the last few results in memory."""

    def __init__(self) -> None:
        """Start with nothing kept."""
        self._pictures = _Few[bytes](KEPT_PICTURES)
        self._words = _Few[str](KEPT_PICTURES)
        self._places = _Few[Places](1)
        self._seen = _Seen()

    def jpeg(self, pdf: PdfSource, sha256: str, page: int, width: int) -> bytes:
        """Page `page` (from 1; -1 is the last) as a JPEG of about `width` pixels across.

        Raises:
            PageRefused: There is no such page, or it cannot be drawn.
        """
        key = (sha256, page, width)
        picture = self._pictures.get(key, lambda: _draw(_bytes_of(pdf), page, width))
        self._seen.note(sha256, page, picture)
        return picture

    def hash_of(self, sha256: str, page: int) -> str:
        """What was last shown of a page: the start of its picture's SHA-256; empty if nothing."""
        return self._seen.hash_of(sha256, page)

    def text(self, pdf: PdfSource, sha256: str, page: int) -> str:
        """The words on page `page` (from 1), in reading order as far as the PDF knows it.

        Raises:
            PageRefused: There is no such page, or it cannot be read.
        """
        return self._words.get((sha256, page), lambda: _read(_bytes_of(pdf), page))

    def places(self, pdf: PdfSource, sha256: str) -> Places:
        """Where the form fields stand. Raises `PageRefused`: the PDF cannot be read."""
        return self._places.get((sha256,), lambda: widget_places(_bytes_of(pdf)))

    def forget(self) -> None:
        """Drop everything that is kept."""
        for few in (self._pictures, self._words, self._places):
            few.forget()
        self._seen.forget()


class _Seen:
    """Hashes of the pictures that went to the screen, of one client at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hashes: OrderedDict[tuple[str, int], str] = OrderedDict()

    def note(self, sha256: str, page: int, picture: bytes) -> None:
        found = hashlib.sha256(picture).hexdigest()[:HASH_DIGITS]
        with self._lock:
            self._hashes[sha256, page] = found
            while len(self._hashes) > MAX_HASHES:
                self._hashes.popitem(last=False)

    def hash_of(self, sha256: str, page: int) -> str:
        with self._lock:
            return self._hashes.get((sha256, page), "")

    def forget(self) -> None:
        with self._lock:
            self._hashes.clear()


class _Few(Generic[Value]):
    """The last few results, for all threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str | int, ...], Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str | int, ...], make: Callable[[], Value]) -> Value:
        """What is kept under `key`, else what `make` gives, kept from now on."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        value = make()
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value

    def forget(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()


def widget_places(pdf: bytes) -> Places:
    """Where the form fields of a PDF stand.

    Raises:
        PageRefused: The PDF cannot be read.
    """
    places: Places = {}
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


def _bytes_of(pdf: PdfSource) -> bytes:
    return pdf if isinstance(pdf, bytes) else pdf()


def _read(pdf: bytes, page: int) -> str:
    try:
        with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
            _require_page(page, len(document))
            words = document[page - 1].get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError as problem:
        raise _unreadable() from problem
    return str(words).replace("\r\n", "\n").replace("\ufffe", "")[:MAX_TEXT_CHARACTERS].strip()


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
