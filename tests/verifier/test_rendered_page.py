"""verifier.rendered_page: the code is found on the last page when the seal does not carry it."""

from __future__ import annotations

import resource
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
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


def page_of(
    content: bytes, resources: bytes = b"", *more: bytes, box: bytes = b"0 0 595 842"
) -> bytes:
    """A PDF of one page."""
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>"
        % (box, resources),
        stream_of(b"", content),
        *more,
    )
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(bodies) + 1)
    return out + head + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)


def stream_of(entries: bytes, content: bytes) -> bytes:
    """A packed stream."""
    packed = zlib.compress(content, 9)
    head = b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n" % (entries, len(packed))
    return head + packed + b"\nendstream"


def forms_in_forms() -> bytes:
    """Thirty to the eighth power of rectangles in a few kilobytes."""
    kind = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
    inner = b"/Resources << /XObject << /X %d 0 R >> >> "
    forms = [stream_of(kind + inner % (6 + depth), b"/X Do " * 30) for depth in range(7)]
    last = stream_of(kind, b"0 0 300 300 re f " * 5)
    return page_of(b"/X Do " * 30, b"/XObject << /X 5 0 R >>", *forms, last)


def huge_picture() -> bytes:
    """A picture that unfolds to 2.7 GB."""
    entries = b"/Type /XObject /Subtype /Image /Width 30000 /Height 30000 /BitsPerComponent 8 "
    picture = stream_of(entries + b"/ColorSpace /DeviceRGB", bytes(50_000_000))
    return page_of(b"600 0 0 800 0 0 cm /I Do", b"/XObject << /I 5 0 R >>", picture)


def enormous_page() -> bytes:
    """A page of a billion points by almost none."""
    return page_of(b"", box=b"0 0 1000000000 0.00001")


def endless_dashes() -> bytes:
    """A hundred thousand dashed lines across the page."""
    lines = b"".join(b"%d %d l " % (n * 7919 % 595, n * 104729 % 842) for n in range(100_000))
    return page_of(b"[1 1] 0 d 0.01 w 0 0 m " + lines + b"S")


@pytest.mark.parametrize(
    "hostile",
    [forms_in_forms, huge_picture, enormous_page, endless_dashes],
    ids=lambda f: f.__name__,
)
def test_a_page_that_would_exhaust_the_renderer_is_given_up(hostile: Callable[[], bytes]) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert text_on_last_page(hostile()) is None
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 5.0
