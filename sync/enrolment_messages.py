"""The messages of an enrolment (docs/sync-protocol.md section 6)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from sync.names import KIOSK_ID
from sync.strict_json import Fields

__all__ = ["DeviceKeys", "EnrolmentGrant", "EnrolmentRequest"]

MAX_CERTIFICATE_BYTES = 4096
"""Largest certificate, DER bytes: P-256 certificates stay below 1 KiB."""
MAX_PUBLIC_KEY_BYTES = 200
"""Largest SubjectPublicKeyInfo, DER bytes: 91 for P-256."""
MAX_SIGNATURE_BYTES = 80
"""Largest ECDSA signature over P-256, DER bytes: 72."""
MAX_TRUST_ROOT_BYTES = 64 * 1024
"""Largest TUF root metadata, bytes; real ones have about 2 KiB."""
MAX_CHAIN = 4
"""Most certificates in a chain: signing CA and root today."""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True)
class DeviceKeys:
    """The public halves of the keys a device made for itself."""

    sync_public_key: bytes
    """Ed25519, 32 raw bytes: signs the requests."""
    box_public_key: bytes
    """X25519, 32 raw bytes: code keys are sealed to it."""
    seal_public_key: bytes
    """P-256 SubjectPublicKeyInfo, DER: signs the seals and tokens."""
    ca_public_key: bytes
    """P-256 SubjectPublicKeyInfo, DER: signs the one-shot certificates."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "sync": _base64(self.sync_public_key),
            "box": _base64(self.box_public_key),
            "seal": _base64(self.seal_public_key),
            "ca": _base64(self.ca_public_key),
        }

    @classmethod
    def from_json(cls, value: Any) -> DeviceKeys:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "keys")
        result = cls(
            sync_public_key=fields.octets("sync", 32, 32),
            box_public_key=fields.octets("box", 32, 32),
            seal_public_key=fields.octets("seal", MAX_PUBLIC_KEY_BYTES),
            ca_public_key=fields.octets("ca", MAX_PUBLIC_KEY_BYTES),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class EnrolmentRequest:
    """A device trades a one-time code for certificates; the code itself does not travel."""

    code_id: str
    """Public name of the code, hex."""
    keys: DeviceKeys
    """The device's public keys."""
    sync_proof: bytes
    """Ed25519 signature by the sync key over the proof message (sync.enrolment)."""
    seal_proof: bytes
    """ECDSA with SHA-256 by the seal key over the same, DER."""
    ca_proof: bytes
    """ECDSA with SHA-256 by the kiosk CA key over the same, DER."""
    mac: bytes
    """HMAC-SHA-256 over all of the above with the key derived from the code."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {**self.unauthenticated_json(), "mac": _base64(self.mac)}

    def unauthenticated_json(self) -> dict[str, Any]:
        """Give the JSON object without the MAC: what the MAC covers."""
        return {
            "code_id": self.code_id,
            "keys": self.keys.to_json(),
            "sync_proof": _base64(self.sync_proof),
            "seal_proof": _base64(self.seal_proof),
            "ca_proof": _base64(self.ca_proof),
        }

    @classmethod
    def from_json(cls, value: Any) -> EnrolmentRequest:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "enrolment")
        result = cls(
            code_id=fields.text("code_id", 32, r"[0-9a-f]{32}"),
            keys=DeviceKeys.from_json(fields.take("keys")),
            sync_proof=fields.octets("sync_proof", 64, 64),
            seal_proof=fields.octets("seal_proof", MAX_SIGNATURE_BYTES),
            ca_proof=fields.octets("ca_proof", MAX_SIGNATURE_BYTES),
            mac=fields.octets("mac", 32, 32),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class EnrolmentGrant:
    """What a device gets for a good code: its name, its certificates, whom to trust."""

    kiosk_id: str
    """The kiosk's id in every message from now on."""
    kiosk_name: str
    """The kiosk's name for people."""
    organisation: str
    """The organisation's name, as in its certificates."""
    host: str
    """Host in the certificate's QR, upper case."""
    office_public_key: bytes
    """Ed25519, 32 raw bytes: signs every reply from now on."""
    ca_certificate: bytes
    """The kiosk CA's certificate, DER."""
    seal_certificate: bytes
    """The seal key's certificate, DER."""
    chain: tuple[bytes, ...]
    """Their issuers, DER: the signing CA first, the root last."""
    trust_root: bytes
    """TUF root metadata to start the trust list from."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "kiosk_id": self.kiosk_id,
            "kiosk_name": self.kiosk_name,
            "organisation": self.organisation,
            "host": self.host,
            "office_public_key": _base64(self.office_public_key),
            "ca_certificate": _base64(self.ca_certificate),
            "seal_certificate": _base64(self.seal_certificate),
            "chain": [_base64(certificate) for certificate in self.chain],
            "trust_root": _base64(self.trust_root),
        }

    @classmethod
    def from_json(cls, value: Any) -> EnrolmentGrant:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "grant")
        result = cls(
            kiosk_id=fields.text("kiosk_id", 32, KIOSK_ID),
            kiosk_name=fields.text("kiosk_name", 200),
            organisation=fields.text("organisation", 200),
            host=fields.text("host", 253, r"[A-Z0-9.:-]+"),
            office_public_key=fields.octets("office_public_key", 32, 32),
            ca_certificate=fields.octets("ca_certificate", MAX_CERTIFICATE_BYTES),
            seal_certificate=fields.octets("seal_certificate", MAX_CERTIFICATE_BYTES),
            chain=tuple(
                Fields({"der": item}, "chain").octets("der", MAX_CERTIFICATE_BYTES)
                for item in fields.items("chain", MAX_CHAIN)
            ),
            trust_root=fields.octets("trust_root", MAX_TRUST_ROOT_BYTES),
        )
        fields.done()
        return result
