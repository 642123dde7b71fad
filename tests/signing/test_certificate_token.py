"""Tokens signed by the seal key are what the verifier accepts, and always the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.certificate_token import P256_ORDER, sign_token
from signing.qr_vector import make_qr
from tests.signing.hierarchy import NOW
from verifier.token import (
    Claims,
    Method,
    Proof,
    Role,
    SignerClaim,
    TimeQuality,
    token_text,
    verify_token,
)

KEY = ec.derive_private_key(0x5E1F, ec.SECP256R1())
CLAIMS = Claims(
    document_id=bytes(range(16)),
    covered_sha256=bytes(range(32)),
    covered_bytes=123_456,
    issued_at=NOW,
    time_quality=TimeQuality.ASSURED,
    title="Umowa najmu lokalu użytkowego",
    number="SPR/2026/11/0042",
    signers=(
        SignerClaim(
            "Katarzyna Nowak",
            Role.DIRECTOR,
            Method.KEY,
            Proof.ACCOUNT,
            NOW - timedelta(hours=3),
        ),
        SignerClaim("Jan Kowalski", Role.CLIENT, Method.DRAWN, Proof.SMS_CODE, NOW),
    ),
    certificate_sequence=1842,
    pages=5,
)


def test_the_verifier_reads_back_what_was_signed() -> None:
    assert verify_token(sign_token(CLAIMS, KEY), KEY.public_key()) == CLAIMS


def test_the_same_claims_and_key_give_the_same_token() -> None:
    assert sign_token(CLAIMS, KEY) == sign_token(CLAIMS, KEY)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 2**32 - 1))
def test_s_is_always_low(sequence: int) -> None:
    token = sign_token(replace(CLAIMS, certificate_sequence=sequence), KEY)
    assert int.from_bytes(token[-32:], "big") <= P256_ORDER // 2
    assert verify_token(token, KEY.public_key()).certificate_sequence == sequence


def test_a_key_of_another_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="P-256"):
        sign_token(CLAIMS, ec.generate_private_key(ec.SECP384R1()))


def test_two_signers_fit_a_qr_of_69_modules() -> None:
    token = sign_token(CLAIMS, KEY)
    assert 220 <= len(token) <= 300
    assert make_qr(token_text("SYGNET.EXAMPLE", token)).modules <= 69
