"""Keys in a real token (SoftHSM): they sign and issue, and never come out."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from pkcs11 import Attribute, ObjectClass

from signing.certificates import CertificateAuthority, issue_signing_ca, make_root
from signing.revocation_lists import make_crl
from signing.signers import as_private_key
from signing.token_keys import Token, TokenError
from tests.softhsm import MODULE, PIN, new_token, tokens_folder

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def label() -> str:
    return f"test {secrets.token_hex(4)}"


@pytest.fixture
def place(label: str) -> Path:
    return new_token(label)


@pytest.fixture
def token(label: str, place: Path) -> Token:
    return Token(MODULE, label, PIN)


def test_a_key_of_the_token_signs(token: Token) -> None:
    public_key = token.create("director")
    signature = token.signer(public_key).sign(b"contract")
    public_key.verify(signature, b"contract", ec.ECDSA(hashes.SHA256()))


def test_certificates_and_lists_are_signed_inside_the_token(token: Token) -> None:
    key = as_private_key(token.signer(token.create("root")))
    root = make_root("Żółw i Syn", "PL", key, NOW)
    authority = CertificateAuthority(key, root)
    below = ec.generate_private_key(ec.SECP256R1()).public_key()
    issue_signing_ca(below, authority, NOW).verify_directly_issued_by(root)
    crl = make_crl(authority, [], 1, NOW, timedelta(days=1))
    assert crl.is_signature_valid(key.public_key())


def test_the_private_key_never_leaves_the_token(token: Token, label: str, place: Path) -> None:
    key = as_private_key(token.signer(token.create("director")))
    with pytest.raises(TypeError):
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(TypeError):
        key.private_numbers()
    opened = pkcs11.lib(str(MODULE)).get_token(token_label=label)
    with opened.open(user_pin=PIN) as session:
        (private,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        assert private[Attribute.SENSITIVE]
        assert not private[Attribute.EXTRACTABLE]
        assert private[Attribute.NEVER_EXTRACTABLE]
        with pytest.raises(pkcs11.PKCS11Error):
            _ = private[Attribute.VALUE]


def test_a_wrong_pin_and_an_unknown_token_are_said(token: Token, label: str) -> None:
    public_key = token.create("director")
    for other, code in (
        (Token(MODULE, label, "9999"), "pin_wrong"),
        (Token(MODULE, "no such token", PIN), "token_missing"),
        (Token(tokens_folder() / "no-such-library.so", label, PIN), "token_missing"),
    ):
        with pytest.raises(TokenError) as refused:
            other.signer(public_key).sign(b"contract")
        assert refused.value.code == code
    token.signer(public_key).sign(b"contract")  # and nothing is the worse for it


def test_a_token_that_was_pulled_out_is_missed_and_found_again(token: Token, place: Path) -> None:
    public_key = token.create("director")
    drawer = place.parent.parent / "drawer"
    drawer.mkdir(exist_ok=True)
    away = drawer / place.name
    place.rename(away)
    with pytest.raises(TokenError) as refused:
        token.signer(public_key).sign(b"contract")
    assert refused.value.code == "token_missing"
    away.rename(place)
    signature = token.signer(public_key).sign(b"contract")
    public_key.verify(signature, b"contract", ec.ECDSA(hashes.SHA256()))


def test_keys_that_no_certificate_names_are_removed(token: Token) -> None:
    kept, left, other = (token.create(holder) for holder in ("ca", "ca", "director"))
    assert token.remove_others("ca", [kept]) == 2  # both halves
    assert [token.has(key) for key in (kept, left, other)] == [True, False, True]
