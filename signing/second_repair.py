"""A second pair of hands for damaged PDFs: PDFium finds pages that qpdf does not, and writes them.

Only for files that failed the first way. What comes out goes through the whole of
`signing.normalise` like any other input. Three ways, the better one first: the document as it is;
where its page tree itself is spoilt (loops, pages of no kind), its pages put into a new one; and
where only the trailer cannot be read, which PDFium needs too, a trailer that names the catalog.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Final

import pypdfium2

from signing.errors import InputRefused
from verifier.pdfium_lock import PDFIUM_LOCK

__all__ = ["REPAIRS", "pages_saved_by_pdfium", "rewritten_by_pdfium", "with_a_new_trailer"]

A4 = (595.276, 841.89)  # points; for a page that cannot even be measured
CATALOG: Final = re.compile(rb"/Type\s{0,9}/Catalog\b")
OBJECT: Final = re.compile(rb"(?<!\d)(\d{1,10}) (\d{1,5}) obj\b")
MAX_CATALOG_BYTES: Final = 4096  # from where its object begins to where it says what it is


def rewritten_by_pdfium(data: bytes, password: str | None) -> bytes:
    """Have PDFium read a file and write it anew.

    Args:
        data: The damaged file.
        password: What opens it, if anything.

    Returns:
        A rewritten file, not encrypted.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot read it either.
        InputRefused: `already_signed`, as far as PDFium sees it.
    """
    output = io.BytesIO()
    with PDFIUM_LOCK, pypdfium2.PdfDocument(data, password=password) as document:
        _refuse_signed(document)
        document.save(output, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    return output.getvalue()


def pages_saved_by_pdfium(data: bytes, password: str | None) -> bytes:
    """Have PDFium put every page that it can show into a new document.

    The document's form stays behind; fields keep the looks that they have.

    Args:
        data: The damaged file.
        password: What opens it, if anything.

    Returns:
        A new file with a plain page tree, not encrypted.

    Raises:
        pypdfium2.PdfiumError: PDFium cannot read it either.
        InputRefused: `already_signed`, as far as PDFium sees it.
    """
    output = io.BytesIO()
    with (
        PDFIUM_LOCK,
        pypdfium2.PdfDocument(data, password=password) as document,
        pypdfium2.PdfDocument.new() as saved,
    ):
        _refuse_signed(document)
        for number in range(len(document)):
            try:
                saved.import_pages(document, [number])
            except pypdfium2.PdfiumError:  # the page stays empty, as readers show it
                if len(saved) == number:
                    saved.new_page(*A4)
        saved.save(output)
    return output.getvalue()


def with_a_new_trailer(data: bytes, password: str | None) -> bytes:
    """Put a readable trailer in the place of the last one.

    A file that ends before its trailer is left alone: nobody can tell what else it lacks. So is one
    that speaks of encryption, whose key the trailer led to.

    Args:
        data: The damaged file.
        password: Not used.

    Returns:
        The file as far as its trailer, and a new trailer.

    Raises:
        ValueError: There is no trailer, or no catalog.
    """
    del password
    end = data.rfind(b"trailer")
    kinds = [match.start() for match in CATALOG.finditer(data, 0, max(end, 0))]
    if not kinds or data.rfind(b"endobj") > end or b"/Encrypt" in data:
        raise ValueError("the trailer cannot be replaced")
    objects = list(OBJECT.finditer(data, max(kinds[-1] - MAX_CATALOG_BYTES, 0), kinds[-1]))
    if not objects or b"endobj" in data[objects[-1].end() : kinds[-1]]:
        raise ValueError("the catalog has no number")
    number, generation = objects[-1].groups()
    root = b"<< /Size 1 /Root " + number + b" " + generation + b" R >>"  # qpdf counts itself
    return data[:end] + b"trailer\n" + root + b"\nstartxref\n0\n%%EOF\n"


def _refuse_signed(document: pypdfium2.PdfDocument) -> None:
    if pypdfium2.raw.FPDF_GetSignatureCount(document.raw) > 0:
        raise InputRefused(
            "already_signed",
            "The PDF already carries an electronic signature, and it is damaged.",
            "Upload the document as it was before it was signed.",
        )


REPAIRS: Final[tuple[Callable[[bytes, str | None], bytes], ...]] = (
    rewritten_by_pdfium,
    pages_saved_by_pdfium,
    with_a_new_trailer,
)
"""In the order in which they are tried."""
