"""The certificate token: COSE_Sign1 on fixed framing (docs/certificate-token.md section 3).

    D2 84 4D A2 01 26 04 48 <kid, 8> A0 <payload head> <payload> 58 40 <r, 32> <s, 32>

Everything but the key id, the payload and the signature is fixed, so a verifier compares
bytes, checks the signature, and only then parses the payload. No I/O, no clock, no private
key: signing happens elsewhere, over `UnsignedToken.to_be_signed`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, NamedTuple, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from verifier.claims import (
    MAX_NAME_BYTES,
    MAX_NUMBER_BYTES,
    MAX_SIGNERS,
    MAX_TITLE_BYTES,
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    cut_name,
    cut_text,
    cut_title,
)
from verifier.claims_coding import decode_claims, encode_claims
from verifier.errors import TokenError
from verifier.token_text import MAX_TOKEN_BYTES, read_token_text, token_text

__all__ = [
    "HALF_ORDER",
    "MAX_NAME_BYTES",
    "MAX_NUMBER_BYTES",
    "MAX_SIGNERS",
    "MAX_TITLE_BYTES",
    "MAX_TOKEN_BYTES",
    "Claims",
    "Framed",
    "Method",
    "ParsedToken",
    "Proof",
    "Role",
    "SignerClaim",
    "TimeQuality",
    "TokenError",
    "UnsignedToken",
    "cut_name",
    "cut_text",
    "cut_title",
    "key_identifier",
    "parse_token",
    "read_token_text",
    "split_token",
    "token_text",
    "verify_framed",
    "verify_token",
]

KID_BYTES: Final = 8
SIGNATURE_BYTES: Final = 64

_HEAD: Final = bytes.fromhex("d2 84 4d a2 01 26 04 48")  # tag 18, array, {1: -7, 4: h'<8 bytes>'}
_UNPROTECTED: Final = b"\xa0"
_SIGNATURE_HEAD: Final = b"\x58\x40"
_FRAMING: Final = re.compile(
    rb"%b(.{%d})%b(([\x40-\x57]|\x58.|\x59..)(.*))%b(.{%d})"
    % (re.escape(_HEAD), KID_BYTES, _UNPROTECTED, re.escape(_SIGNATURE_HEAD), SIGNATURE_BYTES),
    re.DOTALL,
)
# Sig_structure = ["Signature1", protected, external_aad = h'', payload]  (RFC 9052 4.4)
_TO_BE_SIGNED_HEAD: Final = b"\x84\x6aSignature1" + _HEAD[2:]
_NO_EXTERNAL_DATA: Final = b"\x40"

_ORDER: Final = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551
"""Order of the group of P-256 (SEC 2, 2.4.2)."""
HALF_ORDER: Final = _ORDER // 2
"""Largest s of a signature in the lower of its two forms."""
_ZERO, _ORDER_32, _HALF_ORDER_32 = (each.to_bytes(32, "big") for each in (0, _ORDER, HALF_ORDER))
_ECDSA: Final = ECDSA(SHA256())


@dataclass(frozen=True, slots=True)
class UnsignedToken:
    """A token that lacks only its signature."""

    claims: Claims
    """What it will state."""
    kid: bytes
    """Key identifier of the key that will sign (see `key_identifier`)."""

    @property
    def to_be_signed(self) -> bytes:
        """The COSE Sig_structure, which is what ES256 signs (RFC 9052 4.4)."""
        payload = encode_claims(self.claims)
        return _to_be_signed(self.kid, _byte_string_head(len(payload)) + payload)

    def signed(self, raw_signature64: bytes) -> bytes:
        """Put the signature in: 32 bytes of r, then 32 bytes of s, s in the lower half.

        Raises:
            TokenError: code `signature_form` for a wrong length or a high s,
                `token_too_long` when the token exceeds MAX_TOKEN_BYTES.
        """
        _check_signature_form(raw_signature64)
        payload = encode_claims(self.claims)
        token = b"".join(
            (
                *(_HEAD, self.kid, _UNPROTECTED),
                *(_byte_string_head(len(payload)), payload),
                *(_SIGNATURE_HEAD, raw_signature64),
            )
        )
        if len(token) > MAX_TOKEN_BYTES:
            _refuse("token_too_long", f"it would exceed {MAX_TOKEN_BYTES} bytes")
        return token


class Framed(NamedTuple):
    """The parts of a token, cut at the fixed framing; nothing is verified or parsed yet."""

    kid: bytes
    """Which key is said to have signed: 8 bytes."""
    payload: bytes
    """The encoded claims."""
    to_be_signed: bytes
    """The COSE Sig_structure."""
    raw_signature: bytes
    """r and s, 32 bytes each; s is in the lower half."""


@dataclass(frozen=True, slots=True)
class ParsedToken:
    """A token that was read strictly; its signature is not verified."""

    claims: Claims
    """What it states."""
    kid: bytes
    """Which key is said to have signed: 8 bytes."""
    raw_signature: bytes
    """r and s, 32 bytes each."""

    def serialise(self) -> bytes:
        """Give back the very bytes that were parsed."""
        return UnsignedToken(self.claims, self.kid).signed(self.raw_signature)


def key_identifier(public_key: EllipticCurvePublicKey) -> bytes:
    """First 8 bytes of SHA-256 over the key's SubjectPublicKeyInfo (RFC 5280 4.1.2.7)."""
    spki = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()[:KID_BYTES]


def split_token(token: bytes) -> Framed:
    """Cut a token at its fixed framing.

    Raises:
        TokenError: code `token_too_long`, `token_framing` or `signature_form`.
    """
    if len(token) > MAX_TOKEN_BYTES:
        _refuse("token_too_long", f"it has more than {MAX_TOKEN_BYTES} bytes")
    parts = _FRAMING.fullmatch(token)
    if parts is None:
        _refuse("token_framing", "it does not start or end as a certificate does")
    kid, payload_with_head, head, payload, raw_signature = parts.groups()
    if head != _byte_string_head(len(payload)):
        _refuse("token_framing", "it is cut short or too long for its contents")
    _check_signature_form(raw_signature)
    return Framed(kid, payload, _to_be_signed(kid, payload_with_head), raw_signature)


def verify_framed(framed: Framed, public_key: EllipticCurvePublicKey) -> None:
    """Check the signature of a token that `split_token` cut.

    Raises:
        TokenError: code `key_kind` for a key that is not on P-256, `kid_mismatch` when the
            token names another key, `signature_bad` when the signature does not fit.
    """
    if not isinstance(public_key.curve, SECP256R1):
        _refuse("key_kind", "its key is not on the curve P-256")
    raw = framed.raw_signature
    signature = encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    try:
        public_key.verify(signature, framed.to_be_signed, _ECDSA)
    except InvalidSignature:
        _refuse("signature_bad", "its signature does not fit its contents")


def verify_token(token: bytes, public_key: EllipticCurvePublicKey) -> Claims:
    """Verify first, then parse: the claims of a token that `public_key` signed.

    Raises:
        TokenError: the codes of `split_token`, `verify_framed` and `decode_claims`.
    """
    framed = split_token(token)
    if framed.kid != key_identifier(public_key):
        _refuse("kid_mismatch", "it names another key")
    verify_framed(framed, public_key)
    return decode_claims(framed.payload)


def parse_token(token: bytes) -> ParsedToken:
    """Read a token strictly WITHOUT verifying its signature.

    Raises:
        TokenError: the codes of `split_token` and `decode_claims`.
    """
    framed = split_token(token)
    return ParsedToken(decode_claims(framed.payload), framed.kid, framed.raw_signature)


def _to_be_signed(kid: bytes, payload_with_head: bytes) -> bytes:
    return _TO_BE_SIGNED_HEAD + kid + _NO_EXTERNAL_DATA + payload_with_head


def _byte_string_head(length: int) -> bytes:
    """Head of a CBOR byte string in its shortest form (RFC 8949 3, 4.2.1)."""
    if length < 24:
        return bytes((0x40 | length,))
    if length < 0x100:
        return bytes((0x58, length))
    return b"\x59" + length.to_bytes(2, "big")


def _check_signature_form(raw: bytes) -> None:
    if len(raw) != SIGNATURE_BYTES:
        _refuse("signature_form", "its signature does not have 64 bytes")
    # Of one length, numbers compare as their bytes do.
    if not (_ZERO < raw[:32] < _ORDER_32 and _ZERO < raw[32:] <= _HALF_ORDER_32):
        _refuse("signature_form", "its signature is not in the one allowed form")


def _refuse(code: str, what: str) -> NoReturn:
    raise TokenError(
        code,
        f"This is not a valid certificate: {what}.",
        "Scan it again; if that does not help, ask the issuer.",
    )
