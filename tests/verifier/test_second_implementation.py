"""Two readers that share nothing but the specification agree on every vector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.keys import fixed_key
from tests.vectors.token_vectors import FOLDER
from tests.vectors.tokens import TWO_SIGNERS, claims_to_json, sign_claims
from tests.verifier.claims_strategy import any_claims
from tests.verifier.second_implementation import NotAToken, from_token, read
from tests.verifier.test_token import read_vector
from verifier.token import Claims, TokenError, verify_token

PUBLIC = fixed_key("seal").public_key()
VECTORS = sorted(FOLDER.glob("*.txt"))
SPKI = bytes.fromhex(read_vector(FOLDER / "valid-two-signers.txt")["public_key"])
TOKEN = sign_claims(TWO_SIGNERS)


def outcome(vector: dict[str, Any]) -> str:
    """What the second implementation makes of a vector, in the words of the vector."""
    try:
        return json.dumps(read(vector), ensure_ascii=False)
    except NotAToken as refused:
        return str(refused)


def test_there_are_vectors_enough() -> None:
    assert len(VECTORS) >= 60


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_second_implementation_agrees(path: Path) -> None:
    vector: dict[str, Any] = read_vector(path)
    if "text" in vector:
        vector["text"] = json.loads(vector["text"])
    expected = vector["claims"] if vector["expect"] == "claims" else vector["expect"]
    assert outcome(vector) == expected


@settings(max_examples=40, deadline=None)
@given(any_claims())
def test_whatever_one_signs_the_other_reads(claims: Claims) -> None:
    assert from_token(sign_claims(claims), SPKI) == claims_to_json(claims)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_they_refuse_the_same_changes(at: int, change: int) -> None:
    mutated = TOKEN[:at] + bytes([TOKEN[at] ^ change]) + TOKEN[at + 1 :]
    with pytest.raises(NotAToken) as second:
        from_token(mutated, SPKI)
    with pytest.raises(TokenError) as first:
        verify_token(mutated, PUBLIC)
    assert str(second.value) == first.value.code
