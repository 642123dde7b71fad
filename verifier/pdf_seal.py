"""The seal of a PDF, examined byte by byte, without a PDF parser (ISO 32000-2 12.8).

Two things happen here: finding the certificate that a file carries, and checking that the
first signature after the covered prefix is an intact seal by the certificate's own key. Pure
functions over bytes; what does not hold raises `Refused` with its finding.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import Final

from verifier.claims import Claims
from verifier.der import DerError, read_element
from verifier.file_bytes import Bytes, matches, sha256_of
from verifier.findings import Refused
from verifier.key_judgement import issuers_of, revoked_before
from verifier.kiosk_time import check_kiosk_time
from verifier.pdf_patterns import WHITE_SPACE, pdf_pattern
from verifier.seal_cms import check_seal_cms
from verifier.token_text import MAX_TEXT_CHARACTERS, looks_like_token_text
from verifier.trust_list import TrustedKey, TrustList

__all__ = ["CarriedText", "SealPlace", "carried_texts", "check_prefix", "check_seal"]
__all__ += ["check_signature_gap", "find_seal"]

MAX_CARRIED_TEXTS: Final = 8
"""Most certificate texts that are considered in one file."""
MAX_CONTENTS_BYTES: Final = 64 * 1024
"""Largest /Contents of a seal, decoded, padding included."""
MAX_SPACE_BYTES: Final = 80
"""Most white space between /Contents and /ByteRange."""
LONGEST_CONTACT_INFO: Final = 4 * (MAX_TEXT_CHARACTERS + 16) + 32
"""Bytes of a /ContactInfo that is considered, written in the longest way."""
LONGEST_BYTE_RANGE: Final = 256
"""Bytes of a /ByteRange, written in the longest way."""

# A literal string without nesting: plain characters and octal escapes (ISO 32000-2 7.3.4.2).
_CONTACT_INFO: Final = pdf_pattern(
    rb"/ContactInfo\s{0,8}\(((?:[^()\\\r\n]|\\[0-7]{3}){1,%d})\)" % (MAX_TEXT_CHARACTERS + 16)
)
_OCTAL: Final = pdf_pattern(rb"\\([0-7]{3})")
_BYTE_RANGE: Final = pdf_pattern(
    rb"/ByteRange\s{0,8}\[\s{0,8}(\d{1,15})\s{1,8}(\d{1,15})\s{1,8}(\d{1,15})\s{1,8}(\d{1,15})\s{0,80}\]"
)
_BEFORE_GAP: Final = pdf_pattern(rb"/Contents\s{0,8}\Z")
_UPPER_HEX: Final = pdf_pattern(rb"[0-9A-F]+")


@dataclass(frozen=True, slots=True)
class CarriedText:
    """A certificate's text that a file carries."""

    text: str
    """The text, not yet examined."""
    position: int
    """Where its entry starts in the file."""


@dataclass(frozen=True, slots=True)
class SealPlace:
    """Where a seal stands and what it covers, in byte offsets."""

    gap_start: int
    """Of the `<` that opens /Contents."""
    gap_end: int
    """Just after the `>` that closes it."""
    end: int
    """Where the sealed bytes end."""


def carried_texts(data: Bytes) -> tuple[CarriedText, ...]:
    """Certificate texts in the /ContactInfo of signatures, in file order; the last few of many.

    A seal stands near the end, so whatever a document quotes before it does not hide its text.

    ISO 32000-2 table 255: information that enables a recipient to contact the signer to
    verify the signature.
    """
    found: deque[CarriedText] = deque(maxlen=MAX_CARRIED_TEXTS)
    for position, match in matches(_CONTACT_INFO, data, LONGEST_CONTACT_INFO):
        raw = _OCTAL.sub(lambda octal: bytes((int(octal[1], 8) & 0xFF,)), match[1])
        text = raw.decode("ascii", "replace")
        if looks_like_token_text(text):
            found.append(CarriedText(text, position))
    return tuple(found)


def check_prefix(data: Bytes, claims: Claims) -> None:
    """Check SHA-256 over the covered prefix.

    Raises:
        Refused: `bytes_missing`, `bytes_changed`.
    """
    if len(data) < claims.covered_bytes:
        raise Refused("bytes_missing")
    if sha256_of(data, (0, claims.covered_bytes)) != claims.covered_sha256:
        raise Refused("bytes_changed")


def find_seal(data: Bytes, covered_bytes: int) -> SealPlace:
    """Find the first signature after the covered prefix and check its place.

    Raises:
        Refused: `seal_missing`, `seal_range_wrong`, `seal_gap_wrong`.
    """
    position, match = next(matches(_BYTE_RANGE, data, LONGEST_BYTE_RANGE, covered_bytes), (0, None))
    if match is None:
        raise Refused("seal_missing")
    first, gap_start, gap_end, length = (int(number) for number in match.groups())
    end = gap_end + length
    if first != 0 or not covered_bytes < gap_start < gap_end < end <= len(data):
        raise Refused("seal_range_wrong")
    if not 0 <= position - gap_end <= MAX_SPACE_BYTES or data[gap_end:position].strip(WHITE_SPACE):
        raise Refused("seal_gap_wrong")  # /ByteRange follows /Contents in the same dictionary
    if not _BEFORE_GAP.search(data[max(0, gap_start - 20) : gap_start]):
        raise Refused("seal_gap_wrong")
    return SealPlace(gap_start, gap_end, end)


def check_signature_gap(data: Bytes, gap_start: int, gap_end: int) -> bytes:
    """Check that the gap of a byte range is nothing but `<hex>`; give its DER.

    Upper-case hexadecimal only, so that there is one way to write it; after the DER only
    zeros.

    Raises:
        Refused: `seal_gap_wrong`, `seal_padding_wrong`.
    """
    if gap_end - gap_start > 2 * MAX_CONTENTS_BYTES + 2:
        raise Refused("seal_gap_wrong")
    gap = data[gap_start:gap_end]
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or len(digits) % 2:
        raise Refused("seal_gap_wrong")
    if not _UPPER_HEX.fullmatch(digits):
        raise Refused("seal_gap_wrong")
    contents = bytes.fromhex(digits.decode("ascii"))
    try:
        der = read_element(contents).encoded
    except DerError as error:
        raise Refused("seal_signature_bad") from error
    if any(contents[len(der) :]):
        raise Refused("seal_padding_wrong")
    return der


def check_seal(
    data: Bytes, place: SealPlace, key: TrustedKey, trust: TrustList, claims: Claims
) -> None:
    """Check that the seal at `place` is an intact signature by `key`, and a time-stamp on it.

    Raises:
        Refused: `seal_gap_wrong`, `seal_padding_wrong`, `seal_signature_bad`,
            `signature_untrusted` when the list does not hold the issuer of the seal's certificate,
            or the key of the time-stamp as this kiosk's; `signing_time_differs`, `signer_revoked`.
    """
    der = check_signature_gap(data, place.gap_start, place.gap_end)
    digest = sha256_of(data, (0, place.gap_start), (place.gap_end, place.end))
    issuers = issuers_of(key, trust)
    if not issuers:
        raise Refused("signature_untrusted", field="Seal")
    try:
        stamp = check_seal_cms(der, digest, key.certificate, key.public_key, issuers)
    except DerError as error:
        raise Refused("seal_signature_bad") from error
    if stamp is not None:
        revoked = partial(revoked_before, claims=claims)
        at, broken = claims.issued_at, "seal_signature_bad"
        check_kiosk_time(stamp, "Seal", key.certificate, at, revoked, trust, broken)
