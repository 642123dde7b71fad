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
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from verifier.der import SEQUENCE, SET, DerError, Element, children, element, whole
from verifier.signed_data import (
    DATA,
    OID,
    SHA256_NAME,
    check_signed_parts,
    content_info,
    signer_info,
)

__all__ = ["SignatureTimestamp", "check_seal_cms", "signature_timestamp"]

_CONTEXT_1: Final = 0xA1
_TIMESTAMP: Final = element(OID, bytes.fromhex("2a864886f70d010910020e"))


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
    check_signed_parts(
        *(certificates, attributes, signature),
        content_type=DATA,
        sha256=sha256,
        signer=signer,
        public_key=public_key,
        authorities=authorities,
    )
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
    unsigned = b"" if stamp is None else _unsigned(stamp)
    info = signer_info(signer, attributes, signature, unsigned)
    return content_info(1, SHA256_NAME, DATA, certificates, info)


def _unsigned(stamp: SignatureTimestamp) -> bytes:
    return element(_CONTEXT_1, element(SEQUENCE, _TIMESTAMP, element(SET, stamp.token)))
