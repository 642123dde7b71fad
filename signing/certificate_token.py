"""Signing the certificate token with the kiosk's seal key (docs/certificate-token.md).

What a token says and how it is laid out is `verifier.token`'s business; here is only the signature:
ECDSA P-256 with a deterministic nonce (RFC 6979), so that the same claims and key always give the
same token, and with s in the lower half of the group order, so that a token has one form.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from verifier.token import Claims, UnsignedToken, key_identifier

__all__ = ["sign_token"]

P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256 (FIPS 186-5, SP 800-186 3.2.1.3)."""
INTEGER_BYTES: Final = 32
"""Length of r and of s in the token."""


def sign_token(claims: Claims, seal_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Make the token.

    Args:
        claims: What the certificate states.
        seal_key: The P-256 key that also seals the PDF.

    Returns:
        The COSE_Sign1 message, tag 18.

    Raises:
        ValueError: the key is not P-256.
    """
    if not isinstance(seal_key.curve, ec.SECP256R1):
        raise ValueError("a seal key is always P-256")
    unsigned = UnsignedToken(claims, key_identifier(seal_key.public_key()))
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(seal_key.sign(unsigned.to_be_signed, algorithm))
    low_s = min(s, P256_ORDER - s)
    return unsigned.signed(r.to_bytes(INTEGER_BYTES, "big") + low_s.to_bytes(INTEGER_BYTES, "big"))
