"""Deriving the key behind a signer's confirmation codes (docs/confirmation-codes.md, 2)."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from signing.errors import SigningError

__all__ = ["derive_code_key"]

KEY_BYTES: Final = 32
"""Length of a code key, that of the hash behind it (RFC 4226, 4, R6)."""
MIN_ROOT_SECRET_BYTES: Final = 32
"""A shorter root secret would be the weakest part."""


def derive_code_key(
    root_secret: bytes,
    kiosk_id: str,
    signer_id: str,
    document_id_hex: str,
    pdf_sha256_hex: str,
    generation: int,
) -> bytes:
    """Derive the key of one signer's codes for one document at one kiosk.

    HKDF-SHA-256 (RFC 5869) without salt, info
    `otp/v1|kiosk|signer|document|sha256(pdf)|generation`.

    Args:
        root_secret: Head office's secret, 32 random bytes or more; never leaves it.
        kiosk_id: The kiosk that the document is leased to.
        signer_id: The signer.
        document_id_hex: Document id, lower-case hex.
        pdf_sha256_hex: SHA-256 of the PDF sent to the kiosk, lower-case hex.
        generation: 1 for the first key, one more for each renewal.

    Returns:
        32 bytes.

    Raises:
        SigningError: code `bad_code_binding`: a part is empty or holds the separator.
    """
    parts = (kiosk_id, signer_id, document_id_hex, pdf_sha256_hex, str(generation))
    if any(not part or "|" in part for part in parts) or generation < 1:
        raise SigningError(
            "bad_code_binding",
            "A confirmation code must be bound to a kiosk, a signer and a document.",
            "Report this fault: an identifier is empty or holds a vertical bar.",
        )
    if len(root_secret) < MIN_ROOT_SECRET_BYTES:
        raise SigningError(
            "bad_code_binding",
            "The secret behind the confirmation codes is too short.",
            "Restore head office's code secret from its backup.",
        )
    info = "|".join(("otp/v1", *parts)).encode()
    return expand_key(root_secret, info)


def expand_key(secret: bytes, info: bytes) -> bytes:
    """HKDF with SHA-256, without salt, 32 bytes out (RFC 5869)."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=info).derive(secret)
