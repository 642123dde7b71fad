"""verifier.rendered_page: the code is found on the last page when the seal does not carry it."""

from __future__ import annotations

from io import BytesIO

import qrcode

from tests.vectors.sealed_pdf import NOW, Sealed
from verifier.document import verify_pdf
from verifier.rendered_page import text_on_last_page
from verifier.trust_list import TrustList


def pdf_showing(text: str) -> bytes:
    """A page with a QR code."""
    made = qrcode.make(text, error_correction=qrcode.constants.ERROR_CORRECT_M)
    page = BytesIO()
    made.convert("L").save(page, "PDF", resolution=300)
    return page.getvalue()


def test_a_code_on_the_last_page_is_read(sealed: Sealed) -> None:
    assert text_on_last_page(pdf_showing(sealed.text)) == sealed.text


def test_a_certificate_drawn_on_another_document_is_seen(sealed: Sealed, trust: TrustList) -> None:
    verdict = verify_pdf(pdf_showing(sealed.text).ljust(60_000, b"\n"), trust, NOW)
    assert verdict.outcome == "altered"
    assert verdict.against == {"bytes_changed"}


def test_a_page_that_cannot_be_rendered_shows_no_code() -> None:
    for data in (b"", b"%PDF-1.7\n", b"\0" * 1000):
        assert text_on_last_page(data) is None
