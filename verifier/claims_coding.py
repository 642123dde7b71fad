"""Claims to deterministic CBOR and back (docs/certificate-token.md section 4; RFC 8949 4.2.1).

`decode_claims` is strict: it accepts exactly the bytes that `encode_claims` gives for the
same claims, so every certificate has one encoding. In that encoding every head is known or says
how much follows, so one pattern, `_FORM`, tells it from all others before anything is parsed.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

import cbor2

from verifier.claims import Claims, Method, Proof, Role, SignerClaim, TimeQuality
from verifier.errors import TokenError

__all__ = ["decode_claims", "encode_claims", "receipt_hash"]

# Keys of the claims map, in their deterministic order.
DOCUMENT_ID: Final = 1
COVERED_SHA256: Final = 2
COVERED_BYTES: Final = 3
ISSUED_AT: Final = 4
TIME_QUALITY: Final = 5
TITLE: Final = 6
NUMBER: Final = 7
SIGNERS: Final = 8
CERTIFICATE_SEQUENCE: Final = 9
PAGES: Final = 10

_KEYS: Final = list(range(DOCUMENT_ID, PAGES + 1))
_LONGEST_STRING: Final = 64
"""Longest text or byte string that is read at all, in bytes; `Claims` sets the real limits."""


def _strings(major: int) -> bytes:
    """Pattern of byte strings (major type 2) or texts (3) with the shortest head (RFC 8949 3)."""
    short = [bytes([major << 5 | size]) for size in range(24)]
    long = [bytes([major << 5 | 24, size]) for size in range(24, _LONGEST_STRING + 1)]
    each = (b"%b.{%d}" % (re.escape(head), size) for size, head in enumerate(short + long))
    return b"(?:" + b"|".join(each) + b")"


_BYTES: Final = _strings(2)
_TEXT: Final = _strings(3)
# Whole numbers below and from zero in their shortest form (RFC 8949 4.2.1).
_NUMBER: Final = (
    rb"(?:[\x00-\x17\x20-\x37]|[\x18\x38][\x18-\xff]|[\x19\x39](?!\x00)..|"
    rb"[\x1a\x3a](?!\x00\x00).{4}|[\x1b\x3b](?!\x00{4}).{8})"
)
_SIGNER: Final = rb"\x85" + _TEXT + rb"[\x01\x02][\x01-\x04][\x00-\x04]" + _NUMBER
_FORM: Final = re.compile(
    rb"\xaa\x01%(bytes)b\x02%(bytes)b\x03%(number)b\x04%(number)b\x05[\x00\x01]\x06%(text)b"
    rb"\x07%(text)b\x08[\x80-\x97](?:%(signer)b)*\x09%(number)b\x0a%(number)b"
    % {b"bytes": _BYTES, b"text": _TEXT, b"number": _NUMBER, b"signer": _SIGNER},
    re.DOTALL,
)
"""The CDDL of docs/certificate-token.md section 2 in its one encoding; values are judged later.
Only how many signers follow is not held here, but by the keys that cbor2 then finds."""

_ROLES: Final = {int(role): role for role in Role}
_METHODS: Final = {int(method): method for method in Method}
_PROOFS: Final = {int(proof): proof for proof in Proof}
_TIME_QUALITIES: Final = {int(quality): quality for quality in TimeQuality}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_SECOND: Final = 2**32 - 1
"""Bound on times before they become dates, in seconds since 1970."""


def encode_claims(claims: Claims) -> bytes:
    """Give the one deterministic CBOR encoding of `claims`."""
    return cbor2.dumps(_to_map(claims), canonical=True)


def decode_claims(data: bytes) -> Claims:
    """Read claims from CBOR.

    Raises:
        TokenError: code `token_not_understood` when the bytes are not a claims map of this
            format or not its deterministic encoding; `claims_out_of_range` or
            `claims_bad_text` when a value is not allowed.
    """
    if _FORM.fullmatch(data) is None:
        _refuse("it does not have the one form and encoding of this format")
    try:
        tree = cbor2.loads(data)
    except Exception as error:  # cbor2 promises CBORError; a text may not be UTF-8
        raise _not_understood("its contents are not CBOR") from error
    if list(tree) != _KEYS:
        _refuse("it has other entries than this format")
    identifier, sha256, length, seconds, quality, title, number, entries, sequence, pages = (
        tree.values()
    )
    if not 0 <= seconds <= _LATEST_SECOND:
        raise _out_of_range("issue time")
    issued_at = _EPOCH + timedelta(0, seconds)
    assured = _TIME_QUALITIES[quality]
    signers = tuple([_signer(entry, issued_at) for entry in entries])
    return Claims(
        identifier, sha256, length, issued_at, assured, title, number, signers, sequence, pages
    )


def receipt_hash(claims: Claims) -> str:
    """Short name of one certificate for allow-lists: 8 bytes of SHA-256, as hex.

    Made of all that was certified, so that a stolen key states nothing else about the document, and
    never of a signature, which others can re-write.
    """
    return hashlib.sha256(encode_claims(claims)).hexdigest()[:16]


def file_receipt(sha256: bytes) -> str:
    """Short name of a file that waits for its next client, for allow-lists (docs/trust-list.md).

    Args:
        sha256: of the whole file.
    """
    return sha256[:8].hex()


def _to_map(claims: Claims) -> dict[int, object]:
    return {
        DOCUMENT_ID: claims.document_id,
        COVERED_SHA256: claims.covered_sha256,
        COVERED_BYTES: claims.covered_bytes,
        ISSUED_AT: _seconds(claims.issued_at - _EPOCH),
        TIME_QUALITY: int(claims.time_quality),
        TITLE: claims.title,
        NUMBER: claims.number,
        SIGNERS: [
            [
                signer.name,
                int(signer.role),
                int(signer.method),
                int(signer.proof),
                _seconds(signer.signed_at - claims.issued_at),
            ]
            for signer in claims.signers
        ],
        CERTIFICATE_SEQUENCE: claims.certificate_sequence,
        PAGES: claims.pages,
    }


def _signer(entry: tuple[str, int, int, int, int], issued_at: datetime) -> SignerClaim:
    name, role, method, proof, offset = entry
    if not -_LATEST_SECOND <= offset <= _LATEST_SECOND:
        raise _out_of_range("signing time")
    signed_at = issued_at + timedelta(0, offset)
    return SignerClaim(name, _ROLES[role], _METHODS[method], _PROOFS[proof], signed_at)


def _seconds(span: timedelta) -> int:
    return span.days * 86_400 + span.seconds


def _refuse(what: str) -> NoReturn:
    raise _not_understood(what)


def _not_understood(what: str) -> TokenError:
    return TokenError(
        "token_not_understood",
        f"This certificate cannot be read: {what}.",
        "Update the verifier; if it is up to date, ask the issuer.",
    )


def _out_of_range(what: str) -> TokenError:
    return TokenError(
        "claims_out_of_range",
        f"This certificate states an impossible {what}.",
        "Ask the issuer for a correct certificate.",
    )
