"""The CMS object inside a PDF signature, at level PAdES B-B.

ETSI EN 319 142-1 (6.3, level B-B) over CMS (RFC 5652): signed attributes are content-type,
message-digest, signing-certificate-v2 (RFC 5035) and algorithm protection (RFC 6211). The time of
signing stands in the signature dictionary (`/M`), where PAdES wants it, and not here.

There is one shape of object and it is short, so it is written in DER (X.690) directly. It is built
once: the room that the PDF reserves for it is known from the certificates beforehand.
"""

from __future__ import annotations

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding

from signing.identities import SigningIdentity
from verifier.token import HALF_ORDER

__all__ = ["reserved_hex_digits", "sign_digest"]

FRAME_BYTES = 768  # attributes, algorithms, lengths, a 72-byte signature, and the issuer twice

INTEGER, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
CONTEXT = 0xA0  # constructed, context-specific; the tag number is added

DATA = bytes.fromhex("2a864886f70d010701")  # 1.2.840.113549.1.7.1
SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")  # 1.2.840.113549.1.9.3
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")  # 1.2.840.113549.1.9.4
SIGNING_CERTIFICATE_V2 = bytes.fromhex("2a864886f70d010910022f")  # 1.2.840.113549.1.9.16.2.47
ALGORITHM_PROTECTION = bytes.fromhex("2a864886f70d010934")  # 1.2.840.113549.1.9.52
SHA256 = bytes.fromhex("608648016503040201")  # 2.16.840.1.101.3.4.2.1
ECDSA_WITH_SHA256 = bytes.fromhex("2a8648ce3d040302")  # 1.2.840.10045.4.3.2


def sign_digest(digest: bytes, identity: SigningIdentity) -> bytes:
    """Sign a document's digest.

    Args:
        digest: SHA-256 over the signature's byte range.
        identity: Who signs. The certificates of its chain are embedded, the root is not.

    Returns:
        A DER-encoded ContentInfo of type SignedData (RFC 5652, 5.1).
    """
    certificate = identity.certificate
    issuer, serial = certificate.issuer.public_bytes(), _integer(certificate.serial_number)
    attributes = _signed_attributes(digest, certificate)
    signature = _lower_form(identity.sign(_der(SET, attributes)))  # RFC 5652, 5.4
    hash_algorithm = _hash_algorithm()
    signer_info = _der(
        SEQUENCE,
        _integer(1),
        _der(SEQUENCE, issuer, serial),
        hash_algorithm,
        _der(CONTEXT + 0, attributes),
        _der(SEQUENCE, _der(OID, ECDSA_WITH_SHA256)),
        _der(OCTET_STRING, signature),
    )
    signed_data = _der(
        SEQUENCE,
        _integer(1),
        _der(SET, hash_algorithm),
        _der(SEQUENCE, _der(OID, DATA)),
        _der(CONTEXT + 0, *sorted(_embedded(identity))),
        _der(SET, signer_info),
    )
    return _der(SEQUENCE, _der(OID, SIGNED_DATA), _der(CONTEXT + 0, signed_data))


def reserved_hex_digits(identity: SigningIdentity) -> int:
    """How many hexadecimal digits `/Contents` needs for a signature of this signer."""
    issuer = identity.certificate.issuer.public_bytes()
    size = sum(len(certificate) for certificate in _embedded(identity)) + 2 * len(issuer)
    return 2 * (size + FRAME_BYTES)


def _lower_form(signature: bytes) -> bytes:
    """The one of the two forms of an ECDSA signature that the verifier accepts in a seal."""
    r, s = decode_dss_signature(signature)
    order = 2 * HALF_ORDER + 1
    return encode_dss_signature(r, min(s, order - s))


def _embedded(identity: SigningIdentity) -> list[bytes]:
    """The signer's certificate and those above it, without the root (which trust lists hold)."""
    chain = [entry for entry in identity.chain if entry.issuer != entry.subject]
    return [entry.public_bytes(Encoding.DER) for entry in (identity.certificate, *chain)]


def _signed_attributes(digest: bytes, certificate: x509.Certificate) -> bytes:
    """The content of the SET OF attributes, in DER order (X.690, 11.6)."""
    issuer = _der(SEQUENCE, _der(CONTEXT + 4, certificate.issuer.public_bytes()))
    certificate_id = _der(  # ESSCertIDv2; its hash algorithm is the default, SHA-256
        SEQUENCE,
        _der(OCTET_STRING, hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()),
        _der(SEQUENCE, issuer, _integer(certificate.serial_number)),
    )
    protection = _der(
        SEQUENCE,
        _hash_algorithm(),
        _der(CONTEXT + 1, _der(OID, ECDSA_WITH_SHA256)),
    )
    attributes = (
        _attribute(CONTENT_TYPE, _der(OID, DATA)),
        _attribute(MESSAGE_DIGEST, _der(OCTET_STRING, digest)),
        _attribute(SIGNING_CERTIFICATE_V2, _der(SEQUENCE, _der(SEQUENCE, certificate_id))),
        _attribute(ALGORITHM_PROTECTION, protection),
    )
    return b"".join(sorted(attributes))


def _hash_algorithm() -> bytes:
    """AlgorithmIdentifier of SHA-256, everywhere the same (RFC 6211, 3), with NULL parameters."""
    return _der(SEQUENCE, _der(OID, SHA256), _der(NULL))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(SEQUENCE, _der(OID, kind), _der(SET, value))


def _integer(value: int) -> bytes:
    return _der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _der(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    length = len(content)
    if length < 128:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content
