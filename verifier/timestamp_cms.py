"""The CMS of a document timestamp (RFC 3161 2.4.2; RFC 5652), matched byte for byte.

As for the seal: what the timestamp's signature does not cover is written anew and compared, so
that no byte after the seal can be changed unseen. The signature itself is checked elsewhere; of an
ECDSA signature's two forms only the lower one is accepted, which whoever asks a service for a token
can always write (`lower_form`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

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
from verifier.key_judgement import CLOCK_TOLERANCE
from verifier.signed_data import CONTEXT_0, OID, TST_INFO, content_info
from verifier.token import HALF_ORDER

__all__ = ["check_document_timestamp", "check_timestamp_frame", "lower_form", "pss_algorithm"]
__all__ += ["states_a_time"]

_DIGESTS: Final = frozenset(
    element(SEQUENCE, element(OID, bytes.fromhex("6086480165030402") + bytes((number,))), null)
    for number in (1, 2, 3)  # SHA-256, SHA-384, SHA-512
    for null in (NULL, b"")
)


def pss_algorithm(number: int) -> bytes:
    """The one AlgorithmIdentifier of RSASSA-PSS that is accepted with a hash (RFC 4055, 3.1).

    Args:
        number: 1, 2 or 3 for SHA-256, SHA-384 and SHA-512: the hash of the signature and of its
            mask; the salt is as long.
    """
    name = element(OID, bytes.fromhex("6086480165030402") + bytes((number,)))
    digest = element(SEQUENCE, name, NULL)
    mask = element(SEQUENCE, element(OID, bytes.fromhex("2a864886f70d010108")), digest)
    salt = integer(16 * (number + 1))
    parameters = (
        element(0xA0 + at, part) for at, part in enumerate((digest, mask, salt))
    )  # explicitly tagged; the trailer is the usual one and left out
    return element(
        SEQUENCE,
        element(OID, bytes.fromhex("2a864886f70d01010a")),
        element(SEQUENCE, *parameters),
    )


_SIGNATURES: Final = frozenset(
    (
        *map(pss_algorithm, (1, 2, 3)),
        element(SEQUENCE, element(OID, bytes.fromhex("2a864886f70d010101")), NULL),  # RSA
        *(
            element(SEQUENCE, element(OID, bytes.fromhex("2a8648ce3d0403") + bytes((number,))))
            for number in (2, 3, 4)  # ECDSA with SHA-256, SHA-384, SHA-512
        ),
    )
)
"""One name per signature algorithm, so that none can be written in two ways."""

_IMPRINTS: Final = frozenset({"sha256", "sha384", "sha512"})

MAX_CERTIFICATES: Final = 10
"""Most certificates that a timestamp carries along."""


_ORDERS: Final = {
    "secp256r1": 2 * HALF_ORDER + 1,
    "secp384r1": int(
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        16,
    ),
    "secp521r1": int(
        "1" + 65 * "f" + "a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409", 16
    ),
}
"""Orders of the groups of the curves P-256, P-384 and P-521 (SEC 2, 2.4.2, 2.5.1, 2.6.1)."""


def lower_form(signature: bytes, certificate: x509.Certificate) -> bytes:
    """The form with the lower s of an ECDSA signature by a certificate's key.

    Signatures of other kinds, and on other curves, stay as they are.

    Raises:
        ValueError: it is no such signature.
    """
    key = certificate.public_key()
    order = _ORDERS.get(key.curve.name) if isinstance(key, EllipticCurvePublicKey) else None
    if order is None:
        return signature
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, min(s, order - s))


def check_document_timestamp(der: bytes, own: bytes) -> None:
    """Check that a document timestamp is in the one form that there is of it.

    Args:
        der: the whole ContentInfo, nothing after it.
        own: the service's certificate in DER; no other comes along, as no signature would cover it.

    Raises:
        DerError: it is in another.
    """
    signature = check_timestamp_frame(der, {own})
    if lower_form(signature, x509.load_der_x509_certificate(own)) != signature:
        raise DerError("the signature is in the other of its two forms")


def check_timestamp_frame(der: bytes, known_certificates: Collection[bytes]) -> bytes:
    """Check that nothing but signed content, known certificates and a signature is in `der`.

    Args:
        der: the whole ContentInfo, nothing after it.
        known_certificates: the certificates in DER that may come along.

    Returns:
        The signature's value.

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
    return signature.content


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


def states_a_time(der: bytes) -> bool:
    """Tell whether a service's token says one thing only, and when (RFC 3161 2.4.2).

    Over MD5 or SHA-1 it stands for two files as well as for one; with an accuracy of a year, or an
    extension that nobody here understands and that says it must be, for no time.

    Args:
        der: the whole ContentInfo of an intact token.
    """
    from asn1crypto import cms

    info = cms.ContentInfo.load(der)["content"]["encap_content_info"]["content"].parsed
    accuracy = info["accuracy"].native or {}
    within = timedelta(
        seconds=accuracy.get("seconds") or 0,
        milliseconds=accuracy.get("millis") or 0,
        microseconds=accuracy.get("micros") or 0,
    )
    return (
        info["message_imprint"]["hash_algorithm"]["algorithm"].native in _IMPRINTS
        and within <= CLOCK_TOLERANCE
        and not any(each["critical"].native for each in info["extensions"])
    )
