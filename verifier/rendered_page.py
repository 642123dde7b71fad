"""The QR code on a rendered page: how a certificate is found when the seal does not carry it.

A renderer is trusted to find the code, never for what the code states.
"""

from __future__ import annotations

from typing import Any, Final

from verifier.pdfium_lock import PDFIUM_LOCK

__all__ = ["text_on_last_page"]

LONGEST_SIDE_PIXELS: Final = 2480
"""Longer side of the rendered page: 7 pixels per module of a QR code of 45 mm on A4."""


def text_on_last_page(data: bytes) -> str | None:
    """Read the QR code on the last page of a PDF.

    Returns:
        The text, or None when there is none to read, or this package was installed without
        what reads pictures.
    """
    from verifier.qr_reading import text_in_grey

    try:
        import pypdfium2

        with PDFIUM_LOCK:
            grey = _render_last_page(pypdfium2, data)
        return text_in_grey(grey)
    except Exception:  # noqa: BLE001 - a page that cannot be rendered shows no code
        return None


def _render_last_page(pypdfium2: Any, data: bytes) -> Any:
    document = pypdfium2.PdfDocument(data)
    try:
        document.init_forms()
        page = document[len(document) - 1]
        scale = LONGEST_SIDE_PIXELS / max(page.get_size())
        bitmap = page.render(scale=min(scale, 8.0), grayscale=True, may_draw_forms=True)
        return bitmap.to_numpy().reshape(bitmap.height, bitmap.stride)[:, : bitmap.width].copy()
    finally:
        document.close()
