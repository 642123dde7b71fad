"""What the CMS SignedData of seals and time-stamps have in common (RFC 5652), byte for byte.

They are read by position, written anew from their variable parts, and compared: here is the
writing, and what is asked of the parts that a P-256 key of ours signs. Pure functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from verifier.der import (
    NULL,
    OCTET_STRING,
    SEQUENCE,
    SET,
    DerError,
    Element,
    children,
    element,
    integer,
)
from verifier.token import HALF_ORDER

__all__ = ["CONTEXT_0", "DATA", "OID", "SHA256_NAME", "TST_INFO"]
__all__ += ["check_signed_parts", "content_info", "signer_info"]

OID: Final = 0x06
CONTEXT_0: Final = 0xA0
DATA: Final = element(OID, bytes.fromhex("2a864886f70d010701"))
"""Content type of a signature over bytes elsewhere, id-data."""
TST_INFO: Final = element(OID, bytes.fromhex("2a864886f70d0109100104"))
"""Content type of a time-stamp, id-ct-TSTInfo (RFC 3161 2.4.2)."""
SHA256_NAME: Final = element(SEQUENCE, element(OID, bytes.fromhex("608648016503040201")), NULL)
"""AlgorithmIdentifier of SHA-256, with NULL."""

_SIGNED_DATA: Final = element(OID, bytes.fromhex("2a864886f70d010702"))
_ECDSA_SHA256: Final = element(SEQUENCE, element(OID, bytes.fromhex("2a8648ce3d040302")))
_CONTENT_TYPE: Final = element(OID, bytes.fromhex("2a864886f70d010903"))
_MESSAGE_DIGEST: Final = element(OID, bytes.fromhex("2a864886f70d010904"))
_SIGNING_CERTIFICATE: Final = element(OID, bytes.fromhex("2a864886f70d010910022f"))
_ALGORITHM_PROTECTION: Final = element(OID, bytes.fromhex("2a864886f70d010934"))
_ATTRIBUTES: Final = {_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_CERTIFICATE, _ALGORITHM_PROTECTION}
_CONTEXT_4: Final = 0xA4


def check_signed_parts(
    certificates: Element,
    attributes: Element,
    signature: Element,
    *,
    content_type: bytes,
    sha256: bytes,
    signer: x509.Certificate,
    public_key: EllipticCurvePublicKey,
    authorities: Collection[bytes],
) -> None:
    """Check the certificates, the signed attributes and the signature value of one signer.

    Args:
        certificates: the set [0]; the signer's own and exactly one of `authorities`, in DER order.
        attributes: the signed attributes [0]; each once.
        signature: the signature value, s in the lower half.
        content_type: the one that the attributes must name, as DER.
        sha256: the message digest that they must state.
        signer: the signer's certificate.
        public_key: its key.
        authorities: certificates in DER of whoever may have issued it.

    Raises:
        DerError: one of them is anything else.
    """
    own = signer.public_bytes(Encoding.DER)
    carried = [each.encoded for each in children(certificates)]
    if carried not in [sorted((own, authority)) for authority in authorities]:
        raise DerError("other certificates than the signer's and its issuer's, in DER order")
    _check_attributes(attributes, content_type, sha256, signer)
    try:
        # RFC 5652 5.4: signed as a SET OF, stored with the tag [0]
        signed = bytes((SET,)) + attributes.encoded[1:]
        public_key.verify(signature.content, signed, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise DerError("the signature does not fit") from error
    _, s = decode_dss_signature(signature.content)
    if s > HALF_ORDER:
        raise DerError("the signature is in the other of its two forms")


def signer_info(
    signer: x509.Certificate, attributes: Element, signature: Element, unsigned: bytes = b""
) -> bytes:
    """Write the SignerInfo of an ECDSA P-256 signature with SHA-256 (RFC 5652 5.3)."""
    issuer_and_serial = element(
        SEQUENCE, signer.issuer.public_bytes(), integer(signer.serial_number)
    )
    return element(
        SEQUENCE,
        integer(1),
        issuer_and_serial,
        SHA256_NAME,
        element(CONTEXT_0, attributes.content),
        _ECDSA_SHA256,
        element(OCTET_STRING, signature.content),
        unsigned,
    )


def content_info(
    version: int, digest: bytes, content: bytes, certificates: Element, info: bytes
) -> bytes:
    """Write a ContentInfo that holds SignedData with one signer (RFC 5652 3, 5.1).

    Args:
        version: 1 for content of type data, else 3.
        digest: AlgorithmIdentifier in DER.
        content: what stands inside EncapsulatedContentInfo, in DER.
        certificates: the set [0].
        info: the SignerInfo, in DER.
    """
    signed_data = element(
        SEQUENCE,
        integer(version),
        element(SET, digest),
        element(SEQUENCE, content),
        element(CONTEXT_0, certificates.content),
        element(SET, info),
    )
    return element(SEQUENCE, _SIGNED_DATA, element(CONTEXT_0, signed_data))


def _check_attributes(
    attributes: Element, content_type: bytes, sha256: bytes, signer: x509.Certificate
) -> None:
    """Content type and message digest, each once (RFC 5652 5.3, 11.1, 11.2), and little else.

    A time-stamp names its signer's certificate (RFC 3161 2.4.2, RFC 5816).
    """
    values: dict[bytes, bytes] = {}
    try:
        for attribute in children(attributes):
            oid, value_set = children(attribute)
            (value,) = children(value_set)
            if oid.encoded in values:
                raise DerError("an attribute stands twice")
            values[oid.encoded] = value.encoded
    except ValueError as error:
        raise DerError("the signed attributes have another structure") from error
    if not _ATTRIBUTES.issuperset(values):
        raise DerError("a signed attribute that says something else")
    if content_type == TST_INFO and values.get(_SIGNING_CERTIFICATE) != _naming(signer):
        raise DerError("the time-stamp does not name its signer's certificate")
    if values.get(_CONTENT_TYPE) != content_type:
        raise DerError("the content type is another than expected")
    if values.get(_MESSAGE_DIGEST) != element(OCTET_STRING, sha256):
        raise DerError("the digest does not fit what was signed")


def _naming(signer: x509.Certificate) -> bytes:
    """The SigningCertificateV2 that names one certificate by SHA-256 and by issuer (RFC 5035 4)."""
    sha256 = hashlib.sha256(signer.public_bytes(Encoding.DER)).digest()
    issuer = element(SEQUENCE, element(_CONTEXT_4, signer.issuer.public_bytes()))
    by_serial = element(SEQUENCE, issuer, integer(signer.serial_number))
    named = element(SEQUENCE, element(OCTET_STRING, sha256), by_serial)
    return element(SEQUENCE, element(SEQUENCE, named))
