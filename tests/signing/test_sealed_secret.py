"""A sealed secret: only its passphrase opens it, and nothing in the file can be changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.sealed_secret import Cost, SealedSecretError, open_secret, seal_secret

CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE = "siedem zielonych mostów"
SECRET = bytes(range(32))
SEALED = seal_secret(SECRET, PASSPHRASE, "root", CHEAP)


def code_of(data: bytes, passphrase: str = PASSPHRASE, purpose: str = "root") -> str:
    with pytest.raises(SealedSecretError) as refused:
        open_secret(data, passphrase, purpose)
    return refused.value.code


def test_the_passphrase_opens_it_and_no_other() -> None:
    assert open_secret(SEALED, f" {PASSPHRASE}\n", "root") == SECRET
    assert code_of(SEALED, "siedem zielonych mostow") == "passphrase_wrong"
    assert code_of(SEALED, purpose="kiosk") == "sealed_file_unreadable"
    assert SECRET.hex().encode() not in SEALED


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(SealedSecretError) as refused:
        seal_secret(SECRET, " trzynaście123 "[:14], "root", CHEAP)
    assert refused.value.code == "passphrase_too_short"


@pytest.mark.parametrize("name", ["salt", "nonce", "sealed"])
def test_a_changed_byte_opens_nothing(name: str) -> None:
    fields = json.loads(SEALED)
    first = "0" if fields[name][0] != "0" else "1"
    fields[name] = first + fields[name][1:]
    assert code_of(json.dumps(fields).encode()) == "passphrase_wrong"


def test_a_cheaper_cost_cannot_be_slipped_in_and_a_ruinous_one_is_refused() -> None:
    fields = json.loads(SEALED)
    assert code_of(json.dumps({**fields, "iterations": 2}).encode()) == "passphrase_wrong"
    assert code_of(json.dumps({**fields, "memory_kib": 2**30}).encode()) == "sealed_file_unreadable"
    assert code_of(json.dumps({**fields, "more": 1}).encode()) == "sealed_file_unreadable"


@given(
    st.binary(max_size=200) | st.builds(lambda cut: SEALED[:cut], st.integers(0, len(SEALED) - 3))
)
def test_anything_else_is_refused_with_a_code(data: bytes) -> None:
    assert code_of(data) == "sealed_file_unreadable"
