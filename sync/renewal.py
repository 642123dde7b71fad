"""New keys for a device that has a place: head office asks, the device makes them and proves it.

    keys_wanted (row down) ----> the device makes five keys, keeps them beside the old ones
    RenewalRequest ------------> signed as every request, by the old sync key
    RenewalReply <-------------- certificates; both are on the trust list from then on
    (the device waits for that trust list, then takes the new keys in one transaction)
    any request by the new sync key: from now on the old one counts no more

docs/sync-protocol.md section 6.1. Repeating any of it changes nothing. Pure.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
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
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from sync.enrolment_messages import (
    MAX_CERTIFICATE_BYTES,
    MAX_CHAIN,
    MAX_PUBLIC_KEY_BYTES,
    MAX_SIGNATURE_BYTES,
    DeviceKeys,
)
from sync.errors import MessageMalformed, RequestRefused
from sync.strict_json import Fields, canonical_bytes

__all__ = [
    "MAX_GENERATION",
    "KeysWanted",
    "NewPrivateKeys",
    "RenewalReply",
    "RenewalRequest",
    "check_renewal",
    "make_renewal",
    "not_due",
]

MAX_GENERATION = 9999
"""Highest generation of a device's keys; more in one life is a mistake."""


@dataclass(frozen=True)
class KeysWanted:
    """A row down: the device is to make its keys of this generation."""

    generation: int
    """2 for the first renewal; one that is not above the device's own is ignored."""

    KIND = "keys_wanted"

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"generation": self.generation}

    @classmethod
    def from_json(cls, value: Any) -> KeysWanted:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, cls.KIND)
        result = cls(fields.whole("generation", 2, MAX_GENERATION))
        fields.done()
        return result


@dataclass(frozen=True)
class NewPrivateKeys:
    """The private keys of one generation but X25519, which signs nothing."""

    sync: Ed25519PrivateKey
    seal: EllipticCurvePrivateKey
    ca: EllipticCurvePrivateKey
    timestamp: EllipticCurvePrivateKey


@dataclass(frozen=True)
class RenewalRequest:
    """A device asks for certificates for its next keys."""

    generation: int
    """As head office asked for it."""
    keys: DeviceKeys
    """The four keys that enrolment knows."""
    timestamp_key: bytes
    """P-256 SubjectPublicKeyInfo, DER: the key of the device's clock."""
    proofs: tuple[bytes, bytes, bytes, bytes]
    """Signatures over the proof message by `sync`, `seal`, `ca` and the clock's key."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        proofs = zip(_PROOFS, self.proofs, strict=True)
        return {
            "generation": self.generation,
            "keys": self.keys.to_json(),
            "timestamp_key": _base64(self.timestamp_key),
            **{name: _base64(proof) for name, proof in proofs},
        }

    @classmethod
    def from_json(cls, value: Any) -> RenewalRequest:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "renewal")
        result = cls(
            generation=fields.whole("generation", 2, MAX_GENERATION),
            keys=DeviceKeys.from_json(fields.take("keys")),
            timestamp_key=fields.octets("timestamp_key", MAX_PUBLIC_KEY_BYTES),
            proofs=(
                fields.octets("sync_proof", 64, 64),
                fields.octets("seal_proof", MAX_SIGNATURE_BYTES),
                fields.octets("ca_proof", MAX_SIGNATURE_BYTES),
                fields.octets("timestamp_proof", MAX_SIGNATURE_BYTES),
            ),
        )
        fields.done()
        return result


_PROOFS = ("sync_proof", "seal_proof", "ca_proof", "timestamp_proof")


@dataclass(frozen=True)
class RenewalReply:
    """The certificates of a device's next keys."""

    ca_certificate: bytes
    """The device's own CA, DER."""
    seal_certificate: bytes
    """Its seal, DER."""
    timestamp_certificate: bytes
    """Its clock, DER."""
    chain: tuple[bytes, ...]
    """Their issuers, DER: the signing CA first, the root last."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "ca_certificate": _base64(self.ca_certificate),
            "seal_certificate": _base64(self.seal_certificate),
            "timestamp_certificate": _base64(self.timestamp_certificate),
            "chain": [_base64(one) for one in self.chain],
        }

    @classmethod
    def from_json(cls, value: Any) -> RenewalReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "renewal reply")
        result = cls(
            ca_certificate=fields.octets("ca_certificate", MAX_CERTIFICATE_BYTES),
            seal_certificate=fields.octets("seal_certificate", MAX_CERTIFICATE_BYTES),
            timestamp_certificate=fields.octets("timestamp_certificate", MAX_CERTIFICATE_BYTES),
            chain=tuple(
                Fields({"certificate": item}, "chain").octets("certificate", MAX_CERTIFICATE_BYTES)
                for item in fields.items("chain", MAX_CHAIN)
            ),
        )
        fields.done()
        if not result.chain:
            raise MessageMalformed("renewal reply: the chain is empty.")
        return result


def make_renewal(
    kiosk_id: str, generation: int, private: NewPrivateKeys, box_public_key: bytes
) -> RenewalRequest:
    """Make the request, with a proof by each key that signs."""
    keys = DeviceKeys(
        sync_public_key=private.sync.public_key().public_bytes_raw(),
        box_public_key=box_public_key,
        seal_public_key=_spki(private.seal),
        ca_public_key=_spki(private.ca),
    )
    timestamp_key = _spki(private.timestamp)
    message = _proof_message(kiosk_id, generation, keys, timestamp_key)
    seal, ca, clock = (
        key.sign(message, ECDSA(hashes.SHA256()))
        for key in (private.seal, private.ca, private.timestamp)
    )
    proofs = (private.sync.sign(message), seal, ca, clock)
    return RenewalRequest(generation, keys, timestamp_key, proofs)


def check_renewal(kiosk_id: str, request: RenewalRequest, held: DeviceKeys) -> None:
    """Check that the keys are new, differ, are of the right kind and in the device's hands.

    Raises:
        RequestRefused: keys_refused.
    """
    keys = request.keys
    p256 = (keys.seal_public_key, keys.ca_public_key, request.timestamp_key)
    raw = (keys.sync_public_key, keys.box_public_key)
    known = {held.seal_public_key, held.ca_public_key, held.sync_public_key, held.box_public_key}
    message = _proof_message(kiosk_id, request.generation, keys, request.timestamp_key)
    try:
        if len({*p256, *raw}) != len(p256) + len(raw) or known & {*p256, *raw}:
            raise ValueError("a key twice, or an old one")
        sync_proof, *others = request.proofs
        Ed25519PublicKey.from_public_bytes(keys.sync_public_key).verify(sync_proof, message)
        for der, proof in zip(p256, others, strict=True):
            _p256(der).verify(proof, message, ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError, TypeError) as error:
        raise RequestRefused(
            "keys_refused",
            "The kiosk did not prove that it has new keys.",
            "Ask the administrator to renew this kiosk's keys once more.",
            403,
        ) from error


def not_due() -> RequestRefused:
    """The refusal of keys that nobody asked for."""
    return RequestRefused(
        "renewal_not_due",
        "Head office did not ask this kiosk for new keys.",
        "Nothing is to be done: the present keys stay.",
        409,
    )


def _proof_message(kiosk_id: str, generation: int, keys: DeviceKeys, timestamp_key: bytes) -> bytes:
    content = {
        "generation": generation,
        "keys": keys.to_json(),
        "kiosk_id": kiosk_id,
        "timestamp_key": _base64(timestamp_key),
    }
    return b"sygnet/renewal/v1/proof\n" + canonical_bytes(content)


def _p256(der: bytes) -> EllipticCurvePublicKey:
    key = load_der_public_key(der)
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a P-256 key")
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != der:
        raise ValueError("not the canonical form of the key")
    return key


def _spki(key: EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
