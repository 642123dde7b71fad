"""Enrolment: a one-time code turns a device with fresh keys into a kiosk of head office.

The code (80 bits, Crockford base32, in groups of four) is a shared secret that never travels.
Two values are derived from it with HKDF-SHA256 (RFC 5869): a public name, by which head office
finds it, and a MAC key, which authenticates the request to head office and the grant to the
device. So a man in the middle without the code can neither enrol a device of his own nor make the
device pin a false office key or root. docs/sync-protocol.md, "Enrolment".

Everything here is pure: randomness and time are arguments.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from sync.enrolment_messages import DeviceKeys, EnrolmentGrant, EnrolmentRequest
from sync.errors import EnrolmentRefused, MessageMalformed, ReplyNotTrusted
from sync.office_ledger import EnrolmentSecret
from sync.strict_json import Fields, canonical_bytes

__all__ = [
    "CODE_ENTROPY_BYTES",
    "CODE_LIFE",
    "NewEnrolmentCode",
    "check_request",
    "grant_from_reply",
    "grant_reply",
    "make_request",
    "new_enrolment_code",
    "normalise_code",
]

CODE_ENTROPY_BYTES = 10
"""Randomness in a code, bytes: 80 bits, far beyond trying all, online or from a recording."""
CODE_LIFE = timedelta(hours=24)
"""How long a code can be redeemed, or redeemed again by the same device."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", "- \t\r\n")
_CODE_LETTERS = 16
_MAX_TYPED_LETTERS = 64


@dataclass(frozen=True)
class NewEnrolmentCode:
    """A fresh code: the text for the administrator, the rest for head office's books."""

    text: str
    """What the administrator hands over: `0123-4567-89AB-CDEF`; shown once, not stored."""
    secret: EnrolmentSecret
    """What head office stores."""


def new_enrolment_code(entropy: bytes, now: datetime) -> NewEnrolmentCode:
    """Make a one-time code from 10 random bytes (`secrets.token_bytes(CODE_ENTROPY_BYTES)`).

    Raises:
        ValueError: not exactly 10 bytes.
    """
    if len(entropy) != CODE_ENTROPY_BYTES:
        raise ValueError(f"an enrolment code takes {CODE_ENTROPY_BYTES} random bytes")
    number = int.from_bytes(entropy)
    letters = "".join(
        _ALPHABET[number >> 5 * place & 31] for place in reversed(range(_CODE_LETTERS))
    )
    text = "-".join(letters[start : start + 4] for start in range(0, _CODE_LETTERS, 4))
    return NewEnrolmentCode(
        text, EnrolmentSecret(_code_id(letters), _mac_key(letters), now + CODE_LIFE)
    )


def normalise_code(typed: str) -> str:
    """Bring a typed or scanned code to its 16 letters; case, spaces and dashes do not matter.

    Raises:
        EnrolmentRefused: code_malformed.
    """
    letters = typed[:_MAX_TYPED_LETTERS].translate(_SEPARATORS).upper().translate(_LOOKALIKES)
    if len(letters) != _CODE_LETTERS or any(letter not in _ALPHABET for letter in letters):
        raise EnrolmentRefused(
            "code_malformed", "An enrolment code has 16 letters and digits.", status=400
        )
    return letters


def _derive(letters: str, purpose: str, length: int) -> bytes:
    info = f"sygnet/enrolment/v1|{purpose}".encode()
    return HKDF(hashes.SHA256(), length, salt=None, info=info).derive(letters.encode("ascii"))


def _code_id(letters: str) -> str:
    return _derive(letters, "name", 16).hex()


def _mac_key(letters: str) -> bytes:
    return _derive(letters, "mac", 32)


def proof_message(code_id: str, keys: DeviceKeys) -> bytes:
    """Give the bytes that the sync, seal and CA keys sign to prove that the device has them."""
    return b"sygnet/enrolment/v1/proof\n" + canonical_bytes(
        {"code_id": code_id, "keys": keys.to_json()}
    )


def _mac(mac_key: bytes, label: str, content: bytes) -> bytes:
    return hmac.digest(mac_key, f"sygnet/enrolment/v1/{label}\n".encode() + content, "sha256")


def make_request(
    code: str,
    sync_key: Ed25519PrivateKey,
    box_public_key: bytes,
    seal_key: EllipticCurvePrivateKey,
    ca_key: EllipticCurvePrivateKey,
) -> EnrolmentRequest:
    """Make the device's request: public keys, proofs that it has the private ones, MAC.

    Args:
        code: as typed or scanned.
        sync_key: the device's Ed25519 key.
        box_public_key: the public half of its X25519 key, 32 raw bytes.
        seal_key: its P-256 seal key.
        ca_key: its P-256 kiosk CA key.

    Raises:
        EnrolmentRefused: code_malformed.
    """
    letters = normalise_code(code)
    keys = DeviceKeys(
        sync_public_key=sync_key.public_key().public_bytes_raw(),
        box_public_key=box_public_key,
        seal_public_key=_spki(seal_key),
        ca_public_key=_spki(ca_key),
    )
    message = proof_message(_code_id(letters), keys)
    request = EnrolmentRequest(
        code_id=_code_id(letters),
        keys=keys,
        sync_proof=sync_key.sign(message),
        seal_proof=seal_key.sign(message, ECDSA(hashes.SHA256())),
        ca_proof=ca_key.sign(message, ECDSA(hashes.SHA256())),
        mac=b"",
    )
    content = canonical_bytes(request.unauthenticated_json())
    return EnrolmentRequest(
        request.code_id,
        keys,
        request.sync_proof,
        request.seal_proof,
        request.ca_proof,
        _mac(_mac_key(letters), "request", content),
    )


def _spki(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def check_request(
    request: EnrolmentRequest, secret: EnrolmentSecret | None, now: datetime
) -> EnrolmentSecret:
    """Head office's checks before it redeems a code, in this order.

    1. The code exists. 2. The MAC fits, so the sender knows the code. 3. It has not expired.
    4. The four keys differ and are of the right kind. 5. Each proof of possession is valid.

    Returns:
        The secret, for the reply.

    Raises:
        EnrolmentRefused: code_unknown (1 and 2 alike), code_expired, keys_refused.
    """
    content = canonical_bytes(request.unauthenticated_json())
    mac_key = bytes(32) if secret is None else secret.mac_key
    authentic = hmac.compare_digest(_mac(mac_key, "request", content), request.mac)
    if secret is None or not authentic:
        raise EnrolmentRefused("code_unknown", "Head office does not know this enrolment code.")
    if now >= secret.expires_at:
        raise EnrolmentRefused("code_expired", "This enrolment code is older than 24 hours.")
    keys = request.keys
    message = proof_message(request.code_id, keys)
    if keys.seal_public_key == keys.ca_public_key or keys.sync_public_key == keys.box_public_key:
        raise EnrolmentRefused("keys_refused", "The device's keys are not all different.")
    try:
        Ed25519PublicKey.from_public_bytes(keys.sync_public_key).verify(request.sync_proof, message)
        _p256(keys.seal_public_key).verify(request.seal_proof, message, ECDSA(hashes.SHA256()))
        _p256(keys.ca_public_key).verify(request.ca_proof, message, ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise EnrolmentRefused(
            "keys_refused", "The device did not prove that it has its keys."
        ) from error
    return secret


def _p256(der: bytes) -> EllipticCurvePublicKey:
    key = load_der_public_key(der)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a P-256 key")
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != der:
        raise ValueError("not the canonical form of the key")
    return key


def grant_reply(
    request: EnrolmentRequest, grant: EnrolmentGrant, secret: EnrolmentSecret
) -> dict[str, Any]:
    """Make the reply: the grant and a MAC over it and the MAC of the request it answers."""
    content = request.mac + canonical_bytes(grant.to_json())
    return {
        "grant": grant.to_json(),
        "mac": _mac(secret.mac_key, "grant", content).hex(),
    }


def grant_from_reply(code: str, request: EnrolmentRequest, reply: dict[str, Any]) -> EnrolmentGrant:
    """Check and read the reply on the device.

    Raises:
        ReplyNotTrusted: the MAC does not fit: whoever answered does not know the code.
        MessageMalformed: the reply does not follow the protocol.
    """
    fields = Fields(reply, "enrolment reply")
    grant_json = fields.record("grant")
    mac = bytes.fromhex(fields.text("mac", 64, r"[0-9a-f]{64}"))
    fields.done()
    content = request.mac + canonical_bytes(grant_json)
    if not hmac.compare_digest(_mac(_mac_key(normalise_code(code)), "grant", content), mac):
        raise ReplyNotTrusted("Whoever answered the enrolment does not know the code.")
    grant = EnrolmentGrant.from_json(grant_json)
    if not grant.chain:
        raise MessageMalformed("grant: the chain is empty.")
    return grant
