"""The CMS of a document timestamp (RFC 3161 2.4.2; RFC 5652), matched byte for byte.

As for the seal: what the timestamp's signature does not cover is written anew and compared, so
that no byte after the seal can be changed unseen. The signature itself is checked elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from verifier.der import (
    NULL,
    OCTET_STRING,
    SEQUENCE,
    DerError,
    Element,
    children,
    element,
    integer,
    whole,
)
from verifier.signed_data import CONTEXT_0, OID, TST_INFO, content_info

__all__ = ["check_timestamp_frame"]

_DIGESTS: Final = frozenset(
    element(SEQUENCE, element(OID, bytes.fromhex("6086480165030402") + bytes((number,))), null)
    for number in (1, 2, 3)  # SHA-256, SHA-384, SHA-512
    for null in (NULL, b"")
)
_SIGNATURES: Final = frozenset(
    (
        element(SEQUENCE, element(OID, bytes.fromhex("2a864886f70d010101")), NULL),  # RSA
        *(
            element(SEQUENCE, element(OID, bytes.fromhex("2a8648ce3d0403") + bytes((number,))))
            for number in (2, 3, 4)  # ECDSA with SHA-256, SHA-384, SHA-512
        ),
    )
)
"""One name per signature algorithm, so that none can be written in two ways."""

MAX_CERTIFICATES: Final = 10
"""Most certificates that a timestamp carries along."""


def check_timestamp_frame(der: bytes, known_certificates: Collection[bytes]) -> None:
    """Check that nothing but signed content, known certificates and a signature is in `der`.

    Args:
        der: the whole ContentInfo, nothing after it.
        known_certificates: the certificates in DER that may come along.

    Raises:
        DerError: it is anything else.
    """
    try:
        _, wrapper = children(whole(der, SEQUENCE))
        _, digests, content, certificates, infos = children(whole(wrapper.content, SEQUENCE))
        info = whole(infos.content, SEQUENCE)
        _, identifier, digest, attributes, algorithm, signature = children(info)
        _, holder = children(content)
        token = whole(holder.content, OCTET_STRING)
    except ValueError as error:  # DerError, or another count of elements than expected
        raise DerError("the timestamp has another structure") from error
    if digest.encoded not in _DIGESTS or digests.content != digest.encoded:
        raise DerError("the timestamp's digest algorithm is not allowed")
    if algorithm.encoded not in _SIGNATURES:
        raise DerError("the timestamp's signature algorithm is not allowed")
    carried = [each.encoded for each in children(certificates)]
    if len(carried) > MAX_CERTIFICATES or len(set(carried)) < len(carried):
        raise DerError("certificates that are doubled, or too many")
    if not all(each in known_certificates for each in carried):
        raise DerError("a certificate that plays no part")
    parts = (identifier, digest, attributes, algorithm, signature)
    if _rebuilt(token, certificates, *parts) != der:
        raise DerError("the timestamp's frame is not in its one form")


def _rebuilt(
    token: Element,
    certificates: Element,
    identifier: Element,
    digest: Element,
    attributes: Element,
    algorithm: Element,
    signature: Element,
) -> bytes:
    """The ContentInfo of a timestamp with these variable parts."""
    info = element(
        SEQUENCE,
        integer(1),
        element(SEQUENCE, identifier.content),
        digest.encoded,
        element(CONTEXT_0, attributes.content),
        algorithm.encoded,
        element(OCTET_STRING, signature.content),
    )
    octets = element(CONTEXT_0, element(OCTET_STRING, token.content))
    return content_info(3, digest.encoded, TST_INFO + octets, certificates, info)
