"""The seal: the device's signature whose appearance is the certificate of authenticity.

It fills the page-sized field that preparing left on the last page, forbids any later change (lock
with an empty list and DocMDP level 1, ISO 32000-2, 12.7.5.5) and carries the certificate token as
text in `/ContactInfo`, where a verifier finds it without rendering anything.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader

from signing.fields import SEAL_FIELD
from signing.identities import SigningIdentity
from signing.revision import Revision, SignatureFacts, widget_rectangle, write_signed

__all__ = ["write_seal"]


def write_seal(
    revision: Revision,
    target: Path,
    certificate_page: bytes,
    token_text: str,
    identity: SigningIdentity,
    now: datetime,
) -> None:
    """Close a revision with the seal.

    Args:
        revision: An update of the document that its last client has signed.
        target: A file to be overwritten with the sealed document.
        certificate_page: A one-page PDF, as `signing.certificate_page` draws it.
        token_text: The certificate token as the QR code carries it; ASCII.
        identity: The device's seal.
        now: The claimed time of sealing, aware.

    Raises:
        SigningError: `field_missing`.
        OSError: The disk did not take it.
    """
    field = revision.field(SEAL_FIELD)
    room = widget_rectangle(field)
    drawn = PdfFileReader(io.BytesIO(certificate_page))
    page = revision.import_page_as_xobject(drawn)
    box = [float(side) for side in page.get_object()["/BBox"]]
    across, along = room.width / (box[2] - box[0]), room.height / (box[3] - box[1])
    content = (
        f"q 1 g 0 0 {room.width:.3f} {room.height:.3f} re f Q\n"
        f"q {across:.6f} 0 0 {along:.6f} {-box[0] * across:.4f} {-box[1] * along:.4f} cm "
        "/Certificate Do Q\n"
    ).encode("ascii")
    resources = {"/XObject": {"/Certificate": page}}
    form = revision.add_form(content, room.width, room.height, resources)
    revision.set_appearance(field, form)
    facts = SignatureFacts(SEAL_FIELD, contact_info=token_text)
    write_signed(revision, target, facts, identity, now)
