"""verifier.claims_coding: every certificate has one encoding."""

from __future__ import annotations

from collections.abc import Iterator

import cbor2
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


def heads_of(cbor: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each head of a CBOR item starts, where it ends, and the number in it."""
    at = 0
    while at < len(cbor):
        major, short = divmod(cbor[at], 32)
        size = 0 if short < 24 else 2 ** (short - 24)
        end = at + 1 + size
        number = int.from_bytes(cbor[at + 1 : end], "big") if size else short
        yield at, end, number
        at = end + (number if major in {2, 3} else 0)


def test_no_head_may_be_longer_than_it_needs() -> None:
    for at, end, number in heads_of(PAYLOAD):
        for size in {1, 2, 4, 8} - set(range(end - at)):
            first = PAYLOAD[at] & 0xE0 | 24 + size.bit_length() - 1
            longer = bytes([first]) + number.to_bytes(size, "big")
            edited = PAYLOAD[:at] + longer + PAYLOAD[end:]
            assert cbor2.loads(edited) == cbor2.loads(PAYLOAD)
            with pytest.raises(TokenError) as refused:
                decode_claims(edited)
            assert refused.value.code == "token_not_understood"


@pytest.mark.parametrize("count", [0x80, 0x81, 0x83, 0x84, 0x8C, 0x97])
def test_a_wrong_count_of_signers_is_refused(count: int) -> None:
    at = PAYLOAD.index(b"\x08\x82\x85") + 1
    with pytest.raises(TokenError) as refused:
        decode_claims(PAYLOAD[:at] + bytes([count]) + PAYLOAD[at + 1 :])
    assert refused.value.code == "token_not_understood"


@settings(max_examples=300)
@given(st.binary(max_size=300))
def test_random_bytes_raise_nothing_but_token_errors(data: bytes) -> None:
    with pytest.raises(TokenError):
        decode_claims(data)
