"""PDFs as another vendor signs them: pyHanko's own defaults, an authority that is not ours."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper

from tests.vectors.sealed_pdf import ISSUED, House, punctual_signer
from tests.vectors.timestamps import dss_added, timestamp_service

__all__ = ["AUTHORITY", "paper", "roots", "signed", "signed_for_long"]

AUTHORITY = House("another authority")


def roots() -> tuple[bytes, ...]:
    """The authority's root."""
    return (AUTHORITY.root.certificate.public_bytes(Encoding.DER),)


def paper() -> bytes:
    """A page, with a cross-reference stream, as most producers write."""
    writer = PdfFileWriter()
    stream = writer.add_object(generic.StreamObject(stream_data=b"BT (Faktura) Tj ET"))
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842)))
    writer.insert_page(PageObject(contents=stream, media_box=box))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed(data: bytes, field: str = "Signature1", *, stamped: bool = False, **more: Any) -> bytes:
    """Sign with the authority's director, in PAdES unless said otherwise."""
    settings = {"subfilter": SigSeedSubFilter.PADES, **more}
    metadata = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **settings)
    stamper = timestamp_service(AUTHORITY) if stamped else None
    signer = punctual_signer(metadata, AUTHORITY.director, AUTHORITY, ISSUED, stamper)
    out = BytesIO()
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(data)), output=out, in_place=False)
    return out.getvalue()


def signed_for_long(data: bytes) -> bytes:
    """PAdES B-LTA: a timestamp inside, validation data, a document timestamp."""
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(dss_added(signed(data, stamped=True), AUTHORITY)))
    PdfTimeStamper(timestamp_service(AUTHORITY)).timestamp_pdf(writer, "sha256", output=out)
    return out.getvalue()
