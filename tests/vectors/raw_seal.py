"""Seals around any bytes at all, made without a PDF library: for files that no parser reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding

from tests.vectors.keys import ORDER, low_s_signature
from tests.vectors.sealed_pdf import House, claims_for, text_for
from verifier.der import Element, children, element, integer, whole

__all__ = ["rewritten", "seal_certificates", "seal_cms", "sealed_bytes"]

ROOM = 8192
_SHA256 = element(0x30, element(6, bytes.fromhex("608648016503040201")), b"\x05\x00")
_ECDSA = element(0x30, element(6, bytes.fromhex("2a8648ce3d040302")))
_DATA = element(6, bytes.fromhex("2a864886f70d010701"))


Unsigned = Callable[[bytes], bytes]
"""Makes the unsigned attributes, without their tag, from the signature's value."""


def seal_cms(digest: bytes, house: House, unsigned: Unsigned | None = None) -> bytes:
    """The CMS of a seal over a digest, as docs/genuine-pdf.md section 4 describes it."""
    certificate = house.seal.certificate

    def attribute(oid: str, value: bytes) -> bytes:
        return element(0x30, element(6, bytes.fromhex(oid)), element(0x31, value))

    attributes = attribute("2a864886f70d010903", _DATA) + attribute(
        "2a864886f70d010904", element(4, digest)
    )
    signature = low_s_signature(house.seal.key, element(0x31, attributes))
    issuer = certificate.issuer.public_bytes()
    info = element(
        0x30,
        integer(1),
        element(0x30, issuer, integer(certificate.serial_number)),
        _SHA256,
        element(0xA0, attributes),
        _ECDSA,
        element(4, signature),
        b"" if unsigned is None else element(0xA1, unsigned(signature)),
    )
    signed = element(
        0x30,
        integer(1),
        element(0x31, _SHA256),
        element(0x30, _DATA),
        element(0xA0, *sorted(_der(each) for each in (certificate, house.signing_ca.certificate))),
        element(0x31, info),
    )
    return element(0x30, element(6, bytes.fromhex("2a864886f70d010702")), element(0xA0, signed))


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def sealed_bytes(
    prefix: bytes, house: House, pages: int = 2, unsigned: Unsigned | None = None
) -> tuple[bytes, str]:
    """A prefix of any bytes with an intact seal after it, and the certificate's text."""
    claims = replace(claims_for(prefix), pages=pages)
    text = text_for(claims, house)
    head = prefix + b"9 0 obj << /Type /Sig /Contents "
    gap = ROOM * 2 + 2
    starts = re.findall(rb"startxref\s+(\d+)", prefix) or [b"0"]  # a parser finds what is inside
    tail = b" /ByteRange [0 %d %d %d] /ContactInfo (%s) >> endobj\nstartxref\n"
    tail += starts[-1] + b"\n%%%%EOF\n"
    filled = tail % (len(head), len(head) + gap, 0, text.encode())
    for _ in range(3):  # until the number of digits settles
        filled = tail % (len(head), len(head) + gap, len(filled), text.encode())
    cms = seal_cms(hashlib.sha256(head + filled).digest(), house, unsigned)
    return head + b"<" + cms.ljust(ROOM, b"\0").hex().upper().encode() + b">" + filled, text


def seal_certificates(der: bytes) -> tuple[Element, ...]:
    """The certificates that a seal's CMS carries along, in its order."""
    _, wrapper = children(whole(der, 0x30))
    *_, carried, _ = children(whole(wrapper.content, 0x30))
    return tuple(children(carried))


def rewritten(der: bytes, *, high_s: bool = False, kept: tuple[int, ...] = (0, 1)) -> bytes:
    """The same CMS with another s, or with other certificates."""
    kind, wrapper = children(whole(der, 0x30))
    *head, carried, infos = children(whole(wrapper.content, 0x30))
    (info,) = children(infos)
    *parts, value = children(info)
    certificates = [each.encoded for each in children(carried)]
    r, s = decode_dss_signature(value.content)
    signature = element(4, encode_dss_signature(r, ORDER - s if high_s else s))
    signed = element(
        0x30,
        *(each.encoded for each in head),
        element(0xA0, *(certificates[at] for at in kept)),
        element(0x31, element(0x30, *(part.encoded for part in parts), signature)),
    )
    return element(0x30, kind.encoded, element(0xA0, signed))
