"""Writes tests/vectors/token/*.txt and the worked example of docs/certificate-token.md.

    python -m tests.vectors.token_vectors

Everything comes from fixed keys and fixed claims, so that the files come out the same, byte
for byte, every time. Invalid tokens are made by breaking one rule each and signing what can
still be signed, so that nothing but the named rule refuses them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.vectors.broken_tokens import broken_tokens
from tests.vectors.tokens import (
    HOST,
    ISSUED,
    KEY,
    KID,
    TWO_SIGNERS,
    Vector,
    claims_to_json,
    sign_claims,
)
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    UnsignedToken,
    split_token,
    token_text,
)

__all__ = ["FOLDER", "SPECIFICATION", "vector_files", "worked_example"]

FOLDER: Final = Path(__file__).with_name("token")
SPECIFICATION: Final = Path(__file__).parents[2] / "docs" / "certificate-token.md"


def vector_files() -> dict[str, bytes]:
    """Every vector file, by name."""
    return {f"{name}.txt": _write(vector) for name, vector in _vectors().items()}


def worked_example() -> str:
    """The worked example of the specification, in Markdown."""
    token = sign_claims(TWO_SIGNERS)
    unsigned = UnsignedToken(TWO_SIGNERS, KID)
    payload = split_token(token).payload
    parts = [
        ("Key (SubjectPublicKeyInfo)", _spki().hex()),
        ("kid", KID.hex()),
        (f"Payload, {len(payload)} bytes", payload.hex()),
        ("Sig_structure, which is signed", unsigned.to_be_signed.hex()),
        ("r", token[-64:-32].hex()),
        ("s", token[-32:].hex()),
        (f"Token, {len(token)} bytes", token.hex()),
        ("Text", token_text(HOST, token)),
    ]
    claims = json.dumps(claims_to_json(TWO_SIGNERS), ensure_ascii=False, indent=2)
    blocks = [f"Claims:\n\n```json\n{claims}\n```"]
    blocks += [f"{name}:\n\n```\n{_wrapped(value)}\n```" for name, value in parts]
    return "\n\n".join(blocks)


def _vectors() -> dict[str, Vector]:
    return dict([*_valid(), *broken_tokens()])


def _valid() -> Iterator[tuple[str, Vector]]:
    def good(name: str, about: str, claims: Claims) -> tuple[str, Vector]:
        token = sign_claims(claims)
        return name, Vector(about, "claims", token, token_text(HOST, token), claims)

    director, client = TWO_SIGNERS.signers
    yield good("valid-two-signers", "a director and a client", TWO_SIGNERS)
    yield good("valid-one-signer", "a client alone", replace(TWO_SIGNERS, signers=(client,)))
    yield good(
        "valid-longest",
        "twelve signers, every text at its longest, every number at its largest",
        Claims(
            document_id=b"\xff" * 16,
            covered_sha256=b"\xff" * 32,
            covered_bytes=2**40 - 1,
            issued_at=datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC),
            time_quality=TimeQuality.NOT_ASSURED,
            title="Ż" * 30,
            number="№" * 13 + "1",
            signers=(
                replace(director, name="ї" * 20, signed_at=datetime(2089, 12, 31, tzinfo=UTC)),
                *(
                    replace(client, name="Ł" * 20, signed_at=datetime(2090, 1, n, tzinfo=UTC))
                    for n in range(1, 12)
                ),
            ),
            certificate_sequence=2**32 - 1,
            pages=9999,
        ),
    )
    yield good(
        "valid-smallest",
        "every text of one letter, every number at its smallest",
        Claims(
            document_id=bytes(16),
            covered_sha256=bytes(32),
            covered_bytes=1,
            issued_at=datetime(2020, 1, 1, tzinfo=UTC),
            time_quality=TimeQuality.NOT_ASSURED,
            title="T",
            number="1",
            signers=(
                SignerClaim(
                    "A",
                    Role.CLIENT,
                    Method.TYPED,
                    Proof.NONE,
                    datetime(2020, 1, 1, tzinfo=UTC),
                ),
            ),
            certificate_sequence=1,
            pages=1,
        ),
    )
    late = replace(client, signed_at=ISSUED + timedelta(days=1))
    yield good(
        "valid-signed-after-issue",
        "two clocks: a signing time one day after the issue time",
        replace(TWO_SIGNERS, signers=(director, late)),
    )


def _write(vector: Vector) -> bytes:
    lines = [f"about: {vector.about}", f"expect: {vector.expect}", f"public_key: {_spki().hex()}"]
    if vector.text is not None:
        lines.append(f"text: {json.dumps(vector.text, ensure_ascii=True)}")
    if vector.token is not None:
        lines.append(f"token: {vector.token.hex()}")
    if vector.claims is not None:
        lines.append(f"claims: {json.dumps(claims_to_json(vector.claims), ensure_ascii=False)}")
    return ("\n".join(lines) + "\n").encode()


def _spki() -> bytes:
    return KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _wrapped(value: str) -> str:
    return "\n".join(value[at : at + 96] for at in range(0, len(value), 96))


def main() -> None:
    """Write every file again."""
    FOLDER.mkdir(exist_ok=True)
    for stale in FOLDER.glob("*.txt"):
        stale.unlink()
    for name, data in vector_files().items():
        (FOLDER / name).write_bytes(data)
    text = SPECIFICATION.read_text()
    before, rest = text.split("token_vectors` -->\n", 1)
    after = rest.split("<!-- /worked-example -->", 1)[1]
    SPECIFICATION.write_text(
        f"{before}token_vectors` -->\n\n{worked_example()}\n\n<!-- /worked-example -->{after}"
    )


if __name__ == "__main__":
    main()
