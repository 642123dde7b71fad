"""A second pair of hands for damaged PDFs: PDFium finds pages that qpdf does not, and writes them.

Only for files that failed the first way. What comes out goes through the whole of
`signing.normalise` like any other input. Two ways, the better one first: the document as it is,
and, where its page tree itself is spoilt (loops, pages of no kind), its pages put into a new one.
"""

from __future__ import annotations

import io

import pypdfium2

from signing.errors import InputRefused
from verifier.pdfium_lock import PDFIUM_LOCK

__all__ = ["pages_saved_by_pdfium", "rewritten_by_pdfium"]

A4 = (595.276, 841.89)  # points; for a page that cannot even be measured


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


def _refuse_signed(document: pypdfium2.PdfDocument) -> None:
    if pypdfium2.raw.FPDF_GetSignatureCount(document.raw) > 0:
        raise InputRefused(
            "already_signed",
            "The PDF already carries an electronic signature, and it is damaged.",
            "Upload the document as it was before it was signed.",
        )
