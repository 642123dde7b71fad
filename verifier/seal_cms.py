"""The CMS SignedData of a seal (RFC 5652; ETSI EN 319 142-1), matched byte for byte.

A general CMS parser leaves many bytes unexamined: versions, certificates along for the ride,
unsigned attributes. Here the certificates, the signed attributes, the signature value and a
time-stamp on it are read out, everything else is written anew, and the result must equal what the
file holds. What is left are bytes that the signature covers, certificates in one order that the
trust list fixes, the signature, of which the lower of its two forms is required, and the
time-stamp, which `verifier.signature_timestamp` holds to the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
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
    whole,
)
from verifier.token import HALF_ORDER

__all__ = ["SignatureTimestamp", "check_seal_cms", "signature_timestamp"]

_OID: Final = 0x06
_CONTEXT_0: Final = 0xA0
_CONTEXT_1: Final = 0xA1
_SIGNED_DATA: Final = element(_OID, bytes.fromhex("2a864886f70d010702"))
_DATA: Final = element(_OID, bytes.fromhex("2a864886f70d010701"))
_SHA256: Final = element(SEQUENCE, element(_OID, bytes.fromhex("608648016503040201")), NULL)
_ECDSA_SHA256: Final = element(SEQUENCE, element(_OID, bytes.fromhex("2a8648ce3d040302")))
_CONTENT_TYPE: Final = element(_OID, bytes.fromhex("2a864886f70d010903"))
_MESSAGE_DIGEST: Final = element(_OID, bytes.fromhex("2a864886f70d010904"))

_TIMESTAMP: Final = element(_OID, bytes.fromhex("2a864886f70d010910020e"))


@dataclass(frozen=True, slots=True)
class SignatureTimestamp:
    """A time-stamp on a signature (ETSI EN 319 122-1 5.3), not examined yet."""

    token: bytes
    """The token: a ContentInfo in DER."""
    sha256: bytes
    """SHA-256 of the signature's value, which the token has to be over."""


def check_seal_cms(
    der: bytes,
    sha256: bytes,
    signer: x509.Certificate,
    public_key: EllipticCurvePublicKey,
    authorities: Collection[bytes],
) -> SignatureTimestamp | None:
    """Check that `der` is the one signature of `signer` over content with hash `sha256`.

    Args:
        der: the whole ContentInfo, nothing after it.
        sha256: SHA-256 over the byte range.
        signer: the seal's certificate, of the trust list.
        public_key: its key.
        authorities: certificates in DER of whoever may have issued the seal's; exactly one of
            them comes along.

    Returns:
        The time-stamp on it, which is still to be examined; None when there is none.

    Raises:
        DerError: it is anything else.
    """
    certificates, attributes, signature, stamp = _read(der)
    if _rebuilt(signer, certificates, attributes, signature, stamp) != der:
        raise DerError("the signature's frame is not the one of a seal")
    own = signer.public_bytes(Encoding.DER)
    carried = [each.encoded for each in children(certificates)]
    if carried not in [sorted((own, authority)) for authority in authorities]:
        raise DerError("other certificates than the seal's own and its issuer's, in DER order")
    _check_attributes(attributes, sha256)
    try:
        # RFC 5652 5.4: signed as a SET OF, stored with the tag [0]
        signed = bytes((SET,)) + attributes.encoded[1:]
        public_key.verify(signature.content, signed, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise DerError("the signature does not fit") from error
    _, s = decode_dss_signature(signature.content)
    if s > HALF_ORDER:
        raise DerError("the signature is in the other of its two forms")
    return stamp


def signature_timestamp(der: bytes) -> SignatureTimestamp | None:
    """Find the time-stamp on a signature that was checked by other means.

    Raises:
        DerError: there are other unsigned attributes, or the structure is another.
    """
    *_, stamp = _read(der)
    return stamp


def _read(der: bytes) -> tuple[Element, Element, Element, SignatureTimestamp | None]:
    """Certificates [0], signed attributes [0], the signature value, the time-stamp on it."""
    try:
        _, wrapper = children(whole(der, SEQUENCE))
        _, _, _, certificates, signer_infos = children(whole(wrapper.content, SEQUENCE))
        info = children(whole(signer_infos.content, SEQUENCE))
        _, _, _, attributes, _, signature, *unsigned = info
        stamp = _stamp(unsigned[0], signature) if unsigned else None
    except ValueError as error:  # DerError, or another count of elements than expected
        raise DerError("the signature has another structure than a seal's") from error
    if len(unsigned) > 1:
        raise DerError("something behind the unsigned attributes")
    return certificates, attributes, signature, stamp


def _stamp(unsigned: Element, signature: Element) -> SignatureTimestamp:
    """The one unsigned attribute there may be, a time-stamp with one value."""
    (attribute,) = children(unsigned)
    oid, values = children(attribute)
    (token,) = children(values)
    if unsigned.tag != _CONTEXT_1 or oid.encoded != _TIMESTAMP:
        raise DerError("an unsigned attribute that is no time-stamp")
    return SignatureTimestamp(token.encoded, hashlib.sha256(signature.content).digest())


def _rebuilt(
    signer: x509.Certificate,
    certificates: Element,
    attributes: Element,
    signature: Element,
    stamp: SignatureTimestamp | None,
) -> bytes:
    """The ContentInfo of a seal with these parts."""
    identifier = element(
        SEQUENCE, signer.issuer.public_bytes(), integer(signer.serial_number)
    )  # IssuerAndSerialNumber
    signer_info = element(
        SEQUENCE,
        integer(1),
        identifier,
        _SHA256,
        element(_CONTEXT_0, attributes.content),
        _ECDSA_SHA256,
        element(OCTET_STRING, signature.content),
        b"" if stamp is None else _unsigned(stamp),
    )
    signed_data = element(
        SEQUENCE,
        integer(1),
        element(SET, _SHA256),
        element(SEQUENCE, _DATA),
        element(_CONTEXT_0, certificates.content),
        element(SET, signer_info),
    )
    return element(SEQUENCE, _SIGNED_DATA, element(_CONTEXT_0, signed_data))


def _unsigned(stamp: SignatureTimestamp) -> bytes:
    return element(_CONTEXT_1, element(SEQUENCE, _TIMESTAMP, element(SET, stamp.token)))


def _check_attributes(attributes: Element, sha256: bytes) -> None:
    """Content type and message digest, each once (RFC 5652 5.3, 11.1, 11.2)."""
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
    if values.get(_CONTENT_TYPE) != _DATA:
        raise DerError("the content type is not data")
    if values.get(_MESSAGE_DIGEST) != element(OCTET_STRING, sha256):
        raise DerError("the digest does not fit the file")
