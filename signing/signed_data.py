"""CMS SignedData in the two shapes that Sygnet writes (RFC 5652): detached, and around content.

A PDF signature is detached (`signing.pades_cms`), a time-stamp token carries what it signs
(`signing.timestamp_tokens`). Both have one signer on P-256, SHA-256 throughout, signed attributes
in DER order, s in the lower half, and at most one unsigned attribute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding

from verifier.der import NULL, OCTET_STRING, SEQUENCE, SET, element, integer
from verifier.token import HALF_ORDER

__all__ = ["DATA", "TIMESTAMP_INFO", "attribute", "hash_algorithm", "signed_data"]

OID: Final = 0x06
CONTEXT: Final = 0xA0
"""Constructed, context-specific; the tag number is added."""

DATA: Final = bytes.fromhex("2a864886f70d010701")  # 1.2.840.113549.1.7.1
TIMESTAMP_INFO: Final = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4
_SIGNED_DATA: Final = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")  # 1.2.840.113549.1.9.3
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")  # 1.2.840.113549.1.9.4
_SIGNING_CERTIFICATE_V2: Final = bytes.fromhex("2a864886f70d010910022f")  # ...1.9.16.2.47
_ALGORITHM_PROTECTION: Final = bytes.fromhex("2a864886f70d010934")  # 1.2.840.113549.1.9.52
_SHA256: Final = bytes.fromhex("608648016503040201")  # 2.16.840.1.101.3.4.2.1
_ECDSA_WITH_SHA256: Final = bytes.fromhex("2a8648ce3d040302")  # 1.2.840.10045.4.3.2


def signed_data(
    kind: bytes,
    content: bytes | None,
    digest: bytes,
    certificates: Iterable[bytes],
    signer: x509.Certificate,
    sign: Callable[[bytes], bytes],
    unsigned: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Build a signature with one signer.

    Args:
        kind: Type of the content, the inside of an OBJECT IDENTIFIER.
        content: The content; None when it stands elsewhere.
        digest: SHA-256 over it.
        certificates: What is carried along, in DER; their order does not matter.
        signer: The signer's certificate.
        sign: Makes the signer's ECDSA signature over SHA-256 of what it is given.
        unsigned: Makes the one unsigned attribute from the signature's value.

    Returns:
        A DER-encoded ContentInfo of type SignedData (RFC 5652, 5.1).
    """
    attributes = _signed_attributes(kind, digest, signer)
    signature = _lower_form(sign(element(SET, attributes)))  # RFC 5652, 5.4
    info = element(
        SEQUENCE,
        integer(1),
        element(SEQUENCE, signer.issuer.public_bytes(), integer(signer.serial_number)),
        hash_algorithm(),
        element(CONTEXT + 0, attributes),
        element(SEQUENCE, element(OID, _ECDSA_WITH_SHA256)),
        element(OCTET_STRING, signature),
        b"" if unsigned is None else element(CONTEXT + 1, unsigned(signature)),
    )
    inside = () if content is None else (element(CONTEXT + 0, element(OCTET_STRING, content)),)
    data = element(
        SEQUENCE,
        integer(1 if content is None else 3),  # RFC 5652, 5.1: 3 for other content than data
        element(SET, hash_algorithm()),
        element(SEQUENCE, element(OID, kind), *inside),
        element(CONTEXT + 0, *sorted(certificates)),
        element(SET, info),
    )
    return element(SEQUENCE, element(OID, _SIGNED_DATA), element(CONTEXT + 0, data))


def hash_algorithm() -> bytes:
    """AlgorithmIdentifier of SHA-256, everywhere the same (RFC 6211, 3), with NULL parameters."""
    return element(SEQUENCE, element(OID, _SHA256), NULL)


def attribute(kind: bytes, value: bytes) -> bytes:
    """An attribute with one value (RFC 5652, 5.3)."""
    return element(SEQUENCE, element(OID, kind), element(SET, value))


def _lower_form(signature: bytes) -> bytes:
    """The one of the two forms of an ECDSA signature that the verifier accepts."""
    r, s = decode_dss_signature(signature)
    order = 2 * HALF_ORDER + 1
    return encode_dss_signature(r, min(s, order - s))


def _signed_attributes(kind: bytes, digest: bytes, certificate: x509.Certificate) -> bytes:
    """The content of the SET OF attributes, in DER order (X.690, 11.6)."""
    issuer = element(SEQUENCE, element(CONTEXT + 4, certificate.issuer.public_bytes()))
    certificate_id = element(  # ESSCertIDv2; its hash algorithm is the default, SHA-256
        SEQUENCE,
        element(OCTET_STRING, hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()),
        element(SEQUENCE, issuer, integer(certificate.serial_number)),
    )
    protection = element(
        SEQUENCE,
        hash_algorithm(),
        element(CONTEXT + 1, element(OID, _ECDSA_WITH_SHA256)),
    )
    attributes = (
        attribute(_CONTENT_TYPE, element(OID, kind)),
        attribute(_MESSAGE_DIGEST, element(OCTET_STRING, digest)),
        attribute(_SIGNING_CERTIFICATE_V2, element(SEQUENCE, element(SEQUENCE, certificate_id))),
        attribute(_ALGORITHM_PROTECTION, protection),
    )
    return b"".join(sorted(attributes))
