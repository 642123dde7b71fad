"""What a kiosk's own authority tells head office: its revocation list, and its time-stamping key.

The key is certified here and not at enrolment, so that a kiosk which was enrolled before it had
one gets its certificate at the next exchange (docs/sync-protocol.md section 4.7). Pure.
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
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from sync.enrolment_messages import MAX_CERTIFICATE_BYTES, MAX_PUBLIC_KEY_BYTES, MAX_SIGNATURE_BYTES
from sync.errors import EnrolmentRefused
from sync.strict_json import Fields

__all__ = ["MAX_CRL_BYTES", "AuthorityReply", "AuthorityReport", "check_report", "make_report"]

MAX_CRL_BYTES = 8192
"""Largest revocation list of a kiosk's CA, bytes: an empty one has about 400."""


@dataclass(frozen=True)
class AuthorityReport:
    """A kiosk's revocation list and time-stamping key."""

    crl: bytes
    """The newest list of the kiosk's CA, DER."""
    timestamp_key: bytes
    """P-256 SubjectPublicKeyInfo, DER."""
    proof: bytes
    """ECDSA with SHA-256 by that key over the proof message, DER."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "crl": _base64(self.crl),
            "timestamp_key": _base64(self.timestamp_key),
            "proof": _base64(self.proof),
        }

    @classmethod
    def from_json(cls, value: Any) -> AuthorityReport:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "authority")
        result = cls(
            crl=fields.octets("crl", MAX_CRL_BYTES),
            timestamp_key=fields.octets("timestamp_key", MAX_PUBLIC_KEY_BYTES),
            proof=fields.octets("proof", MAX_SIGNATURE_BYTES),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class AuthorityReply:
    """The certificate of the time-stamping key."""

    timestamp_certificate: bytes | None
    """DER; None when head office gives none, and the kiosk signs without time-stamps."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        held = self.timestamp_certificate
        return {"timestamp_certificate": None if held is None else _base64(held)}

    @classmethod
    def from_json(cls, value: Any) -> AuthorityReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "authority reply")
        result = cls(
            fields.optional(
                "timestamp_certificate", lambda name: fields.octets(name, MAX_CERTIFICATE_BYTES)
            )
        )
        fields.done()
        return result


def make_report(kiosk_id: str, crl: bytes, key: EllipticCurvePrivateKey) -> AuthorityReport:
    """Make the report, with the proof that the kiosk has the key."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    message = _proof_message(kiosk_id, public)
    return AuthorityReport(crl, public, key.sign(message, ECDSA(hashes.SHA256())))


def check_report(kiosk_id: str, report: AuthorityReport) -> EllipticCurvePublicKey:
    """Check that the time-stamping key is on P-256, in its one form, and in the kiosk's hands.

    Raises:
        EnrolmentRefused: keys_refused.
    """
    try:
        key = load_der_public_key(report.timestamp_key)
        if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
            raise ValueError("not a P-256 key")
        if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != (
            report.timestamp_key
        ):
            raise ValueError("not the canonical form of the key")
        message = _proof_message(kiosk_id, report.timestamp_key)
        key.verify(report.proof, message, ECDSA(hashes.SHA256()))
    except (ValueError, TypeError, InvalidSignature) as error:
        raise EnrolmentRefused(
            "keys_refused", "The kiosk did not prove that it has its time-stamping key."
        ) from error
    return key


def _proof_message(kiosk_id: str, key: bytes) -> bytes:
    return f"sygnet/authority/v1/proof\n{kiosk_id}\n".encode("ascii") + key


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
