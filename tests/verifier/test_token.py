"""verifier.token against its specification: vectors, one encoding, hostile bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.keys import fixed_key
from tests.vectors.token_vectors import (
    FOLDER,
    SPECIFICATION,
    vector_files,
    worked_example,
)
from tests.vectors.tokens import TWO_SIGNERS, claims_to_json, sign_claims
from tests.verifier.claims_strategy import any_claims
from verifier.token import (
    Claims,
    TokenError,
    UnsignedToken,
    key_identifier,
    parse_token,
    read_token_text,
    token_text,
    verify_token,
)

KEY = fixed_key("seal")
PUBLIC = KEY.public_key()
TOKEN = sign_claims(TWO_SIGNERS)


def read_vector(path: Path) -> dict[str, str]:
    """One vector file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def judge(vector: dict[str, str]) -> Claims:
    """What an implementation does with a vector."""
    token = bytes.fromhex(vector.get("token", "").strip())
    if "text" in vector:
        _, token = read_token_text(json.loads(vector["text"]))
    key = load_der_public_key(bytes.fromhex(vector["public_key"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return verify_token(token, key)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_vector_gives_what_it_expects(path: Path) -> None:
    vector = read_vector(path)
    if vector["expect"] == "claims":
        assert claims_to_json(judge(vector)) == json.loads(vector["claims"])
    else:
        with pytest.raises(TokenError) as refused:
            judge(vector)
        assert refused.value.code == vector["expect"]


def test_the_vectors_come_out_the_same_byte_for_byte() -> None:
    on_disk = {path.name: path.read_bytes() for path in FOLDER.glob("*.txt")}
    assert on_disk == vector_files()


def test_the_worked_example_of_the_specification_is_current() -> None:
    assert worked_example() in SPECIFICATION.read_text(encoding="utf-8")


def test_every_error_code_of_the_vectors_is_in_the_specification() -> None:
    text = SPECIFICATION.read_text(encoding="utf-8")
    codes = {read_vector(path)["expect"] for path in FOLDER.glob("*.txt")} - {"claims"}
    assert {code for code in codes if f"`{code}`" not in text} == set()


def test_two_signers_fit_the_intended_size() -> None:
    assert 240 <= len(TOKEN) <= 300


def test_a_text_makes_a_qr_code_of_69_modules() -> None:
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(token_text("SYGNET.EXAMPLE", TOKEN.ljust(300, b"\x00")))
    code.make(fit=True)
    assert (code.version, code.modules_count) == (13, 69)


@settings(max_examples=100)
@given(any_claims())
def test_what_is_parsed_serialises_to_the_same_bytes(claims: Claims) -> None:
    token = sign_claims(claims)
    parsed = parse_token(token)
    assert parsed.claims == claims
    assert parsed.kid == key_identifier(PUBLIC)
    assert parsed.serialise() == token
    assert verify_token(token, PUBLIC) == claims


@settings(max_examples=300)
@given(st.binary(max_size=1200))
def test_random_bytes_raise_nothing_but_token_errors(data: bytes) -> None:
    with pytest.raises(TokenError):
        parse_token(data)


@settings(max_examples=500)
@given(st.integers(0, len(TOKEN) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_accepted(at: int, change: int) -> None:
    mutated = TOKEN[:at] + bytes([TOKEN[at] ^ change]) + TOKEN[at + 1 :]
    with pytest.raises(TokenError):
        verify_token(mutated, PUBLIC)


@settings(max_examples=500)
@given(st.data())
def test_whatever_parses_after_a_mutation_has_one_encoding(data: st.DataObject) -> None:
    mutated = bytearray(TOKEN)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(19, len(TOKEN) - 67))
        mutated[at] = data.draw(st.integers(0, 255))
    try:
        parsed = parse_token(bytes(mutated))
    except TokenError:
        return
    assert parsed.serialise() == bytes(mutated)


def test_every_cut_is_refused() -> None:
    for length in range(len(TOKEN)):
        with pytest.raises(TokenError):
            verify_token(TOKEN[:length], PUBLIC)


def test_a_key_on_another_curve_is_refused() -> None:
    other = ec.derive_private_key(7, ec.SECP384R1()).public_key()
    with pytest.raises(TokenError) as refused:
        verify_token(sign_claims(TWO_SIGNERS)[:8] + key_identifier(other) + TOKEN[16:], other)
    assert refused.value.code == "key_kind"


def test_a_signature_of_another_length_cannot_be_put_in() -> None:
    with pytest.raises(TokenError) as refused:
        UnsignedToken(TWO_SIGNERS, key_identifier(PUBLIC)).signed(b"\x01" * 63)
    assert refused.value.code == "signature_form"
