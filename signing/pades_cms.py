"""The CMS object inside a PDF signature, at level PAdES B-B or B-T.

ETSI EN 319 142-1 (6.3) over CMS (RFC 5652): signed attributes are content-type, message-digest,
signing-certificate-v2 (RFC 5035) and algorithm protection (RFC 6211). The time of signing stands in
the signature dictionary (`/M`), where PAdES wants it, and not here. At level B-T the one unsigned
attribute is a time-stamp over the signature's value (ETSI EN 319 122-1, 5.3).

There is one shape of object and it is short, so it is written in DER (X.690) directly. It is built
once: the room that the PDF reserves for it is known from the certificates beforehand.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from signing.identities import SigningIdentity
from signing.signed_data import DATA, attribute, signed_data

__all__ = ["reserved_hex_digits", "sign_digest"]

FRAME_BYTES: Final = 768
"""Attributes, algorithms, lengths and a 72-byte signature."""

_SIGNATURE_TIMESTAMP: Final = bytes.fromhex("2a864886f70d010910020e")  # 1.2.840.113549.1.9.16.2.14


def sign_digest(digest: bytes, identity: SigningIdentity, now: datetime) -> bytes:
    """Sign a document's digest.

    Args:
        digest: SHA-256 over the signature's byte range.
        identity: Who signs. The certificates of its chain are embedded, the root is not. When it
            has a time-stamper, the signature is at level B-T.
        now: The time that the time-stamper may state, aware.

    Returns:
        A DER-encoded ContentInfo of type SignedData (RFC 5652, 5.1).

    Raises:
        SigningError: The time-stamper made no token, or one that does not fit.
    """
    stamper = identity.timestamper

    def timestamp(signature: bytes) -> bytes:
        assert stamper is not None  # noqa: S101 - asked for below only when there is one
        token = stamper.token(hashlib.sha256(signature).digest(), now)
        return attribute(_SIGNATURE_TIMESTAMP, token)

    return signed_data(
        DATA,
        None,
        digest,
        _embedded(identity),
        identity.certificate,
        identity.sign,
        None if stamper is None else timestamp,
    )


def reserved_hex_digits(identity: SigningIdentity) -> int:
    """How many hexadecimal digits `/Contents` needs for a signature of this signer."""
    issuer = identity.certificate.issuer.public_bytes()
    size = sum(len(certificate) for certificate in _embedded(identity)) + 2 * len(issuer)
    if identity.timestamper is not None:
        size += identity.timestamper.room_bytes
    return 2 * (size + FRAME_BYTES)


def _embedded(identity: SigningIdentity) -> list[bytes]:
    """The signer's certificate and those above it, without the root (which trust lists hold)."""
    chain = [entry for entry in identity.chain if entry.issuer != entry.subject]
    return [entry.public_bytes(Encoding.DER) for entry in (identity.certificate, *chain)]
