"""Fixed P-256 keys of the test vectors. They are public: trust them nowhere."""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

__all__ = ["ORDER", "fixed_key", "low_s_signature", "raw_low_s_signature"]

ORDER: Final = 0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551


def fixed_key(name: str) -> ec.EllipticCurvePrivateKey:
    """The key whose secret number is SHA-256 of "sygnet test vector: " and the name."""
    digest = hashlib.sha256(f"sygnet test vector: {name}".encode()).digest()
    return ec.derive_private_key(int.from_bytes(digest, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def raw_low_s_signature(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """ES256 with the nonce of RFC 6979 and s in the lower half: 64 bytes."""
    r, s = decode_dss_signature(low_s_signature(key, message))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def low_s_signature(key: ec.EllipticCurvePrivateKey, message: bytes) -> bytes:
    """The same in DER, as CMS has it."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True)))
    return encode_dss_signature(r, min(s, ORDER - s))
