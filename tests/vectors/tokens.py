"""Fixed claims, the key that signs them, and the shape of a token vector."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.vectors.keys import fixed_key, raw_low_s_signature
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    UnsignedToken,
    key_identifier,
)

__all__ = ["HOST", "ISSUED", "KEY", "KID", "TWO_SIGNERS", "Vector", "claims_to_json"]
__all__ += ["sign_claims"]

HOST: Final = "SYGNET.EXAMPLE"
KEY: Final = fixed_key("seal")
KID: Final = key_identifier(KEY.public_key())
ISSUED: Final = datetime(2026, 3, 14, 10, 26, 53, tzinfo=UTC)

TWO_SIGNERS: Final = Claims(
    document_id=bytes.fromhex("00112233445566778899aabbccddeeff"),
    covered_sha256=bytes.fromhex(
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    ),
    covered_bytes=187_342,
    issued_at=ISSUED,
    time_quality=TimeQuality.ASSURED,
    title="Umowa najmu lokalu użytkowego",
    number="UN/2026/0314",
    signers=(
        SignerClaim(
            "Katarzyna Wiśniewska",
            Role.DIRECTOR,
            Method.KEY,
            Proof.ACCOUNT,
            ISSUED - timedelta(days=1, hours=3),
        ),
        SignerClaim(
            "Jan Kowalski",
            Role.CLIENT,
            Method.DRAWN,
            Proof.SMS_CODE,
            ISSUED - timedelta(seconds=2),
        ),
    ),
    certificate_sequence=17,
    pages=6,
)


@dataclass(frozen=True)
class Vector:
    """One file: what it shows, what must come of it, and what to feed."""

    about: str
    expect: str
    token: bytes | None
    text: str | None = None
    claims: Claims | None = None


def sign_claims(claims: Claims, key: Any = KEY) -> bytes:
    """A valid token over the claims."""
    unsigned = UnsignedToken(claims, key_identifier(key.public_key()))
    return unsigned.signed(raw_low_s_signature(key, unsigned.to_be_signed))


def claims_to_json(claims: Claims) -> dict[str, Any]:
    """The claims as the vectors write them."""
    return {
        "document_id": claims.document_id.hex(),
        "covered_sha256": claims.covered_sha256.hex(),
        "covered_bytes": claims.covered_bytes,
        "issued_at": _rfc3339(claims.issued_at),
        "time_quality": int(claims.time_quality),
        "title": claims.title,
        "number": claims.number,
        "signers": [
            {
                "name": signer.name,
                "role": int(signer.role),
                "method": int(signer.method),
                "proof": int(signer.proof),
                "signed_at": _rfc3339(signer.signed_at),
            }
            for signer in claims.signers
        ],
        "certificate_sequence": claims.certificate_sequence,
        "pages": claims.pages,
    }


def _rfc3339(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
