"""Any PDF in, one that every later step can rely on out.

What comes in was made by anything. What goes out:

1. is a plain PDF 1.7 file with a classic cross-reference table, complete, not encrypted;
2. shows on every page what the input showed: form fields and other drawn annotations have become
   page content, rotation and user unit are baked in, the crop box is the whole page, and the page
   starts at (0, 0);
3. runs nothing and carries nothing: no scripts, actions, attachments, forms, media or layers of
   private data;
4. is read by pyHanko in its strict mode, as every later step reads it.

An input that cannot become that is refused with a code and a sentence. Nothing here writes a file.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pikepdf

from signing.active_content import keep_only_what_shows, separate_link_looks
from signing.earlier_signatures import has_signatures
from signing.errors import InputRefused
from signing.field_flattening import draw_missing_appearances
from signing.lost_header import from_its_header
from signing.markup_looks import draw_review_marks
from signing.navigation import drop_navigation
from signing.page_baking import bake_page, isolate_content, separate_annotations
from signing.page_geometry import PageSize
from signing.page_tree import MAX_WARNINGS, open_with_plain_tree
from signing.readable import check_normalised
from signing.second_repair import REPAIRS
from signing.shape_looks import draw_shapes

__all__ = [
    "MAX_DECODED_STREAM_BYTES",
    "MAX_INPUT_BYTES",
    "MAX_PAGES",
    "NormalisedPdf",
    "normalise",
]

log = logging.getLogger(__name__)

MAX_INPUT_BYTES = 100 * 1024 * 1024  # 80 MB scans are real; beyond that a kiosk's disk suffers
MAX_PAGES = 2500  # a reference book of 2,415 takes 3 s to verify, and as much to sign
MAX_DECODED_STREAM_BYTES = 256 * 1024 * 1024  # a deflate bomb stops here
GIVEN_UP = "giving up on reading object"  # as qpdf words it; a test holds the wording
TRAILER_KEEPS = ("/Root", "/Info", "/ID", "/Size")

pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_DECODED_STREAM_BYTES,
    png_max_memory=MAX_DECODED_STREAM_BYTES,
    tiff_max_memory=MAX_DECODED_STREAM_BYTES,
    run_length_max_memory=MAX_DECODED_STREAM_BYTES,
    doc_max_warnings=MAX_WARNINGS,
)


@dataclass(frozen=True)
class NormalisedPdf:
    """A document that the rest of `signing` can rely on."""

    data: bytes  # the PDF
    pages: tuple[PageSize, ...]  # visible size of each page, points


def normalise(data: bytes, password: str | None = None) -> NormalisedPdf:
    """Repair, decrypt, flatten and straighten a PDF from outside.

    Args:
        data: The file as it came.
        password: What opens it, if it is encrypted and asks for one.

    Returns:
        The document that is ready for `signing.prepare`.

    Raises:
        InputRefused: With one of the codes `empty_file`, `too_large`, `not_a_pdf`, `broken_pdf`,
            `encrypted_pdf`, `wrong_password`, `already_signed`, `dynamic_form`, `no_pages`,
            `too_many_pages`, `too_many_parts`, `would_not_verify`.
    """
    data = _checked(data)
    with _broken_unless_it_works():
        try:
            return _normalised(data, password)
        except InputRefused:
            raise
        except Exception as error:  # noqa: BLE001  whatever failed, PDFium may do better
            log.info("input_second_repair error=%s", type(error).__name__)
        for repair in REPAIRS[:-1]:
            try:
                return _normalised(repair(data, password), None)
            except InputRefused:
                raise
            except Exception as error:  # noqa: BLE001  the next one may do better
                log.info("input_repair=%s error=%s", repair.__name__, type(error).__name__)
        return _normalised(REPAIRS[-1](data, password), None)


def _normalised(data: bytes, password: str | None) -> NormalisedPdf:
    with _opened(data, password) as pdf:
        _nothing_given_up(pdf)
        _check_document(pdf)
        _flatten(pdf)
        keep_only_what_shows(pdf)
        sizes = tuple(bake_page(pdf, page) for page in pdf.pages)
        result = _saved(pdf)
        _nothing_given_up(pdf)
        try:
            check_normalised(result, len(sizes))
        except InputRefused as error:
            if error.code != "too_many_parts":
                raise
            drop_navigation(pdf)
            result = _saved(pdf)
            check_normalised(result, len(sizes))
    return NormalisedPdf(result, sizes)


def _checked(data: bytes) -> bytes:
    """The PDF in what came, if it is one and not too large."""
    if not data:
        raise InputRefused(
            "empty_file", "The file is empty.", "Export the document again and upload it."
        )
    if len(data) > MAX_INPUT_BYTES:
        raise InputRefused(
            "too_large",
            f"The file is larger than {MAX_INPUT_BYTES // 2**20} MB.",
            "Reduce the resolution of its pictures, or split the document.",
        )
    found = from_its_header(data)
    if found is None:
        raise InputRefused(
            "not_a_pdf",
            "This is not a PDF file.",
            "Export the document as PDF and upload that file.",
        )
    return found


@contextmanager
def _broken_unless_it_works() -> Iterator[None]:
    try:
        yield
    except InputRefused:
        raise
    except Exception as error:  # a file from outside can fail in any way
        log.info("input_broken error=%s", type(error).__name__)
        raise InputRefused(
            "broken_pdf",
            "The PDF is damaged and cannot be repaired.",
            "Export it again from the program that made it, or print it to a new PDF.",
        ) from error


def _opened(data: bytes, password: str | None) -> pikepdf.Pdf:
    try:
        return open_with_plain_tree(data, password or "")
    except pikepdf.PasswordError as error:
        if password:
            raise InputRefused(
                "wrong_password",
                "The password does not open this PDF.",
                "Check the password and try again.",
            ) from error
        raise InputRefused(
            "encrypted_pdf",
            "The PDF is protected with a password.",
            "Enter its password, or upload a copy without protection.",
        ) from error
    except pikepdf.PdfError as error:
        if "no pages" in str(error).lower():
            raise _no_pages() from error
        if "encrypt" in str(error).lower():  # public-key security handlers and unknown ciphers
            raise InputRefused(
                "encrypted_pdf",
                "The PDF is encrypted in a way that only its own program can open.",
                "Upload a copy without protection.",
            ) from error
        raise


def _nothing_given_up(pdf: pikepdf.Pdf) -> None:
    """Leave a file to the next repair when qpdf passed over an object that it could not read.

    It counts dirt in an object, as a key that is there a dozen times, and then takes the object for
    null: a page of that kind would be missing from what is signed.
    """
    if any(GIVEN_UP in str(warning) for warning in pdf.get_warnings()):
        raise ValueError("qpdf gave up on an object")


def _check_document(pdf: pikepdf.Pdf) -> None:
    count = len(pdf.pages)
    if count == 0:
        raise _no_pages()
    if count > MAX_PAGES:
        raise InputRefused(
            "too_many_pages",
            f"The PDF has {count} pages; at most {MAX_PAGES} can be signed at once.",
            "Split the document into parts.",
        )
    if has_signatures(pdf):
        raise InputRefused(
            "already_signed",
            "The PDF already carries an electronic signature, which preparing it would destroy.",
            "Upload the document as it was before it was signed.",
        )
    if pdf.Root.get("/NeedsRendering", False) is True:
        raise InputRefused(
            "dynamic_form",
            "The PDF is a dynamic form (XFA): its pages exist only inside one program.",
            "Open it there, print it to a new PDF, and upload that.",
        )


def _no_pages() -> InputRefused:
    return InputRefused(
        "no_pages", "The PDF has no pages.", "Export the document again and upload it."
    )


def _flatten(pdf: pikepdf.Pdf) -> None:
    """Turn forms and drawn annotations into page content."""
    for page in pdf.pages:
        separate_annotations(page)
        separate_link_looks(page)
        isolate_content(pdf, page)
    draw_missing_appearances(pdf)
    draw_review_marks(pdf)
    draw_shapes(pdf)
    pdf.flatten_annotations("all")


def _saved(pdf: pikepdf.Pdf) -> bytes:
    for key in [key for key in pdf.trailer.keys() if key not in TRAILER_KEEPS]:  # noqa: SIM118
        del pdf.trailer[key]
    output = io.BytesIO()
    pdf.save(
        output,
        preserve_pdfa=False,
        fix_metadata_version=False,
        force_version="1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        encryption=False,
    )
    return output.getvalue()
