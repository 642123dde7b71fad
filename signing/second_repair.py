"""A second pair of hands for damaged PDFs: PDFium finds pages that qpdf does not, and writes them.

Only for files that failed the first way. What comes out goes through the whole of
`signing.normalise` like any other input.
"""

from __future__ import annotations

import io

import pypdfium2

from signing.errors import InputRefused
from verifier.pdfium_lock import PDFIUM_LOCK

__all__ = ["rewritten_by_pdfium"]


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
        if pypdfium2.raw.FPDF_GetSignatureCount(document.raw) > 0:
            raise InputRefused(
                "already_signed",
                "The PDF already carries an electronic signature, and it is damaged.",
                "Upload the document as it was before it was signed.",
            )
        document.save(output, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    return output.getvalue()
