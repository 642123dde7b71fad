"""A kiosk's time-stamp on a signature (RFC 3161; ETSI EN 319 122-1 5.3), matched byte for byte.

The token is CMS in one form, like the seal's own: the hash of the signature, a serial number, a
time, the signed attributes and the signature value are read out, everything else is written anew
and the result compared. `timestamp_info` writes the signed content for kiosk and verifier alike.
Pure functions; docs/genuine-pdf.md section 4b.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from verifier.der import (
    INTEGER,
    OCTET_STRING,
    SEQUENCE,
    DerError,
    Element,
    children,
    element,
    integer,
    whole,
)
from verifier.signed_data import (
    CONTEXT_0,
    OID,
    SHA256_NAME,
    TST_INFO,
    check_signed_parts,
    content_info,
    signer_info,
)

__all__ = ["MAX_SERIAL_BYTES", "OLD_TIME_POLICY", "TIME_POLICY", "carried_certificates"]
__all__ += ["check_kiosk_timestamp", "timestamp_info"]

MAX_SERIAL_BYTES: Final = 20
"""Longest serial number of a token, as for certificates (RFC 5280 4.1.2.2)."""
ACCURACY_SECONDS: Final = 60
"""What every token states: how far a kiosk's clock may be from the time, as long as it vouches."""

_GENERALIZED_TIME: Final = 0x18
_TIME: Final = "%Y%m%d%H%M%SZ"
_TIME_FORM: Final = re.compile(r"[0-9]{14}Z")
TIME_POLICY: Final = element(
    OID, bytes.fromhex("2a864886f71401be40937a82a708ea449c21f16a828f178385f24486a6f0010103")
)
"""1.2.840.113556.1.8000.2554, then the seven parts of our UUID, then 1.3: the time is that of the
kiosk's clock (docs/keys.md section 3)."""
OLD_TIME_POLICY: Final = element(OID, bytes.fromhex("6982a7889ad181e289e3d587cbd8af94a6a6f0010103"))
"""The same under 2.25 and the UUID as one number, which kiosks wrote before; read for ever."""


def timestamp_info(
    sha256: bytes, serial: int, time: datetime, policy: bytes = TIME_POLICY
) -> bytes:
    """Write the content of a kiosk's time-stamp, a TSTInfo (RFC 3161 2.4.2).

    Args:
        sha256: of what is time-stamped.
        serial: positive, never used twice by the same key.
        time: aware; whole seconds.
        policy: `TIME_POLICY`; the old one only to read what was written before.
    """
    return element(
        SEQUENCE,
        integer(1),
        policy,
        element(SEQUENCE, SHA256_NAME, element(OCTET_STRING, sha256)),
        integer(serial),
        element(_GENERALIZED_TIME, time.astimezone(UTC).strftime(_TIME).encode("ascii")),
        element(SEQUENCE, integer(ACCURACY_SECONDS)),
    )


def carried_certificates(der: bytes) -> list[bytes]:
    """Certificates in DER that a token carries along, in its order.

    Raises:
        DerError: it is no such token.
    """
    certificates, *_ = _read(der)
    return [each.encoded for each in children(certificates)]


def check_kiosk_timestamp(
    der: bytes,
    sha256: bytes,
    signer: x509.Certificate,
    public_key: EllipticCurvePublicKey,
    authorities: Collection[bytes],
) -> datetime:
    """Check that `der` is a time-stamp of `signer` over `sha256`, and give its time.

    Args:
        der: the whole token, a ContentInfo, nothing after it.
        sha256: of the signature's value.
        signer: the certificate of the kiosk's time-stamping key, of the trust list.
        public_key: its key.
        authorities: certificates in DER of whoever may have issued it; exactly one comes along.

    Raises:
        DerError: it is anything else.
    """
    certificates, content, attributes, signature = _read(der)
    if _rebuilt(signer, certificates, content, attributes, signature) != der:
        raise DerError("the time-stamp's frame is not the one of a kiosk")
    info = content.content
    check_signed_parts(
        *(certificates, attributes, signature),
        content_type=TST_INFO,
        sha256=hashlib.sha256(info).digest(),
        signer=signer,
        public_key=public_key,
        authorities=authorities,
    )
    return _stated_time(info, sha256)


def _read(der: bytes) -> tuple[Element, Element, Element, Element]:
    """Certificates [0], the content's octets, signed attributes [0] and the signature value."""
    try:
        _, wrapper = children(whole(der, SEQUENCE))
        _, _, content, certificates, infos = children(whole(wrapper.content, SEQUENCE))
        _, _, _, attributes, _, signature = children(whole(infos.content, SEQUENCE))
        _, holder = children(content)
        octets = whole(holder.content, OCTET_STRING)
    except ValueError as error:  # DerError, or another count of elements than expected
        raise DerError("the time-stamp has another structure than a kiosk's") from error
    return certificates, octets, attributes, signature


def _rebuilt(
    signer: x509.Certificate,
    certificates: Element,
    content: Element,
    attributes: Element,
    signature: Element,
) -> bytes:
    octets = element(CONTEXT_0, element(OCTET_STRING, content.content))
    info = signer_info(signer, attributes, signature)
    return content_info(3, SHA256_NAME, TST_INFO + octets, certificates, info)


def _stated_time(info: bytes, sha256: bytes) -> datetime:
    """The time in a TSTInfo, which is exactly the one that `timestamp_info` writes."""
    try:
        _, policy, _, serial, time, _ = children(whole(info, SEQUENCE))
        text = time.content.decode("ascii")
        if not _TIME_FORM.fullmatch(text) or len(serial.content) > MAX_SERIAL_BYTES:
            raise DerError("the time-stamp's time or serial number has another form")
        stated = datetime.strptime(text, _TIME).replace(tzinfo=UTC)
        number = int.from_bytes(serial.content, "big")
        known = OLD_TIME_POLICY if policy.encoded == OLD_TIME_POLICY else TIME_POLICY
        expected = timestamp_info(sha256, number, stated, known)
    except ValueError as error:
        raise DerError("the time-stamp's content has another form") from error
    if serial.tag != INTEGER or number == 0 or expected != info:
        raise DerError("the time-stamp is of something else, or in another form")
    return stated
