"""verifier.claims_coding: every certificate has one encoding."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.tokens import TWO_SIGNERS
from tests.verifier.claims_strategy import any_claims
from verifier.claims import Claims
from verifier.claims_coding import decode_claims, encode_claims
from verifier.errors import TokenError

PAYLOAD = encode_claims(TWO_SIGNERS)


@settings(max_examples=150)
@given(any_claims())
def test_claims_survive_the_round(claims: Claims) -> None:
    assert decode_claims(encode_claims(claims)) == claims


@settings(max_examples=1000)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["change", "insert", "delete"]),
            st.integers(0, len(PAYLOAD) - 5),
            st.integers(0, 255),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_whatever_is_read_would_be_written_the_same(edits: list[tuple[str, int, int]]) -> None:
    edited = bytearray(PAYLOAD)
    for kind, at, byte in edits:
        if kind == "change":
            edited[at] = byte
        elif kind == "insert":
            edited.insert(at, byte)
        else:
            del edited[at]
    try:
        claims = decode_claims(bytes(edited))
    except TokenError:
        return
    assert encode_claims(claims) == bytes(edited)


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_token_errors(data: bytes) -> None:
    with pytest.raises(TokenError):
        decode_claims(data)
