"""Claims to deterministic CBOR and back (docs/certificate-token.md section 4; RFC 8949 4.2.1).

`decode_claims` is strict: it accepts exactly the bytes that `encode_claims` gives for the
same claims, so every certificate has one encoding.
"""

from __future__ import annotations

import hashlib
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
_KEY_TYPES: Final = (int,) * len(_KEYS)
_TYPES: Final = (bytes, bytes, int, int, int, str, str, list, int, int)
_SIGNER_TYPES: Final = (str, int, int, int, int)
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
    try:
        tree = cbor2.loads(data)
    except Exception as error:  # cbor2 promises CBORError, tags may raise others
        raise _not_understood("its contents are not CBOR") from error
    # Exact types throughout: true equals 1 and simple value 10 equals 10 but are written in
    # another way, and cbor2 turns tags into other types.
    if type(tree) is not dict or list(tree) != _KEYS or tuple(map(type, tree)) != _KEY_TYPES:
        _refuse("it has other entries than this format")
    values = tuple(tree.values())
    if tuple(map(type, values)) != _TYPES:
        _refuse("an entry has the wrong type")
    identifier, sha256, length, seconds, quality, title, number, entries, sequence, pages = values
    if not 0 <= seconds <= _LATEST_SECOND:
        raise _out_of_range("issue time")
    issued_at = _EPOCH + timedelta(0, seconds)
    try:
        time_quality = _TIME_QUALITIES[quality]
        signers = tuple([_signer(entry, issued_at) for entry in entries])
    except KeyError as error:
        raise _not_understood("it uses a code that this format does not know") from error
    claims = Claims(
        *(identifier, sha256, length, issued_at, time_quality),
        *(title, number, signers, sequence, pages),
    )
    # The keys are in order, floats and tags were refused: cbor2 writes the rest in one way only.
    if cbor2.dumps(tree) != data:
        _refuse("its contents are not in the one deterministic encoding")
    return claims


def receipt_hash(claims: Claims) -> str:
    """Short name of one certificate for allow-lists: 8 bytes of SHA-256, as hex.

    Made of all that was certified, so that a stolen key states nothing else about the document, and
    never of a signature, which others can re-write.
    """
    return hashlib.sha256(encode_claims(claims)).hexdigest()[:16]


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


def _signer(entry: object, issued_at: datetime) -> SignerClaim:
    if type(entry) is not list or tuple(map(type, entry)) != _SIGNER_TYPES:
        _refuse("a signer's entry has the wrong form")
    name, role, method, proof, offset = entry
    if not -_LATEST_SECOND <= offset <= _LATEST_SECOND:
        raise _out_of_range("signing time")
    return SignerClaim(
        name,
        _ROLES[role],
        _METHODS[method],
        _PROOFS[proof],
        issued_at + timedelta(0, offset),
    )


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
