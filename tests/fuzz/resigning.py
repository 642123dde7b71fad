"""Signs a changed file again as everybody: what is behind the signatures is reached as well.

The file is one of the forger's house, changed at one place and mended. Its three signatures get new
digests under the forger's keys, and its certificate a new prefix; nothing else of it is touched.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from tests.fuzz import houses
from tests.vectors.keys import low_s_signature
from tests.vectors.raw_seal import seal_cms
from tests.vectors.sealed_pdf import CLIENTS, Sealed, claims_for, sealed_pdf, text_for
from verifier.der import Element, children, element, read_element, whole

__all__ = ["forged_file", "signed_again"]

SPAN: Final = re.compile(rb"/Contents\s{0,8}(<[0-9A-Fa-f]*>)")
RANGE: Final = re.compile(rb"/ByteRange\s{0,8}\[[^\]]{0,200}\]")
END: Final = re.compile(rb"%%EOF\s{0,2}")
MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
TEXT: Final = re.compile(rb"HTTPS(?:[A-Z.:/#0-9]|\\[0-7]{3})+")


@cache
def forged_file() -> Sealed:
    """A file that would be genuine if its house could be trusted."""
    return sealed_pdf(houses.forger())


@cache
def _signers() -> tuple[tuple[bytes, ec.EllipticCurvePrivateKey], ...]:
    """The CMS of the director and of the client, as they are in that file, and their keys."""
    house = houses.forger()
    keys = (house.director.key, house.key(f"client {CLIENTS[0]}"))
    spans = SPAN.finditer(forged_file().data)
    return tuple(
        (bytes.fromhex(span[1][1:-1].decode()), key) for span, key in zip(spans, keys, strict=False)
    )


def signed_again(data: bytes) -> bytes:
    """Sign from the first signature to the seal, as far as they are there."""
    for place in range(3):
        spans = list(SPAN.finditer(data))
        if len(spans) <= place:
            break
        if place == 2:
            data = _certified_again(data, spans[1].end())
            spans = list(SPAN.finditer(data))
            if len(spans) <= place:
                break
        start, end = spans[place].span(1)
        closing = END.search(data, end)
        stop = len(data) if closing is None or place == 2 else closing.end()
        data = _with_range(data, start, end, stop)
        digest = hashlib.sha256(data[:start] + data[end:stop]).digest()
        if place == 2:
            der = seal_cms(digest, houses.forger())
        else:
            template, key = _signers()[place]
            der = _signed(template, digest, key)
        room = end - start - 2
        digits = der.hex().upper().encode()[:room].ljust(room, b"0")
        data = data[: start + 1] + digits + data[end - 1 :]
    return data


def _certified_again(data: bytes, after: int) -> bytes:
    """Let the certificate in the seal state what is before it now."""
    closing, stated = END.search(data, after), TEXT.search(data, after)
    if closing is None or stated is None:
        return data
    text = _escaped(text_for(claims_for(data[: closing.end()]), houses.forger()))
    return data[: stated.start()] + text[: len(stated[0])] + data[stated.end() :]


def _escaped(text: str) -> bytes:
    """As the file writes it: in octal what is neither letter nor digit (ISO 32000-2 7.3.4.2)."""
    return "".join(each if each.isalnum() else f"\\{ord(each):03o}" for each in text).encode()


def _with_range(data: bytes, start: int, end: int, stop: int) -> bytes:
    """Write the byte range that stands nearest to a gap anew, as wide as it was."""
    near = sorted(RANGE.finditer(data), key=lambda each: abs(each.start() - end))
    said = b"/ByteRange [0 %d %d %d" % (start, end, stop - end)
    for found in near[:1]:
        width = len(found[0])
        if len(said) < width:
            written = said + b"]".rjust(width - len(said))
            return data[: found.start()] + written + data[found.end() :]
    return data


def _signed(der: bytes, digest: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """The CMS over another digest, written anew from its parts."""
    kind, wrapper = children(read_element(der))
    *head, infos = children(whole(wrapper.content, 0x30))
    (info,) = children(infos)
    version, issuer, hashed, attributes, algorithm, _ = children(info)
    new = b"".join(_attribute(each, digest) for each in children(attributes))
    signature = element(4, low_s_signature(key, element(0x31, new)))
    plain = (version.encoded, issuer.encoded, hashed.encoded)
    info_made = element(0x30, *plain, element(0xA0, new), algorithm.encoded, signature)
    parts = (each.encoded for each in head)
    signed = element(0x30, *parts, element(0x31, info_made))
    return element(0x30, kind.encoded, element(0xA0, signed))


def _attribute(attribute: Element, digest: bytes) -> bytes:
    kind, _ = children(attribute)
    if kind.content != MESSAGE_DIGEST:
        return attribute.encoded
    return element(0x30, kind.encoded, element(0x31, element(4, digest)))
