"""Sealed boxes: the RFC's vector, and for whom and what a box opens."""

from __future__ import annotations

import pytest
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sync.sealed_box import (
    BOX_OVERHEAD_BYTES,
    BoxNotOpened,
    box_info,
    open_box,
    open_code_key,
    seal_box,
    seal_code_key,
)

CODE_KEY = bytes(range(32))
DOCUMENT = "01" * 16


def test_the_library_opens_the_vector_of_rfc_9180_a_1_1() -> None:
    """Appendix A.1.1, base mode, sequence number 0 (its suite has AES-128-GCM and AAD)."""
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
    enc = "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431"
    sealed = (
        "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
    )
    key = "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8"
    opened = rust_openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(enc + sealed),
        X25519PrivateKey.from_private_bytes(bytes.fromhex(key)),
        b"Ode on a Grecian Urn",
        b"Count-0",
    )
    assert opened == b"Beauty is truth, truth beauty"


def sealed(kiosk: X25519PrivateKey) -> bytes:
    public_key = kiosk.public_key().public_bytes_raw()
    return seal_code_key(public_key, CODE_KEY, "kiosk-1", "signer-1", DOCUMENT, 1)


def test_a_code_key_opens_for_its_kiosk() -> None:
    kiosk = X25519PrivateKey.generate()
    box = sealed(kiosk)
    assert len(box) == 32 + BOX_OVERHEAD_BYTES
    assert open_code_key(kiosk, box, "kiosk-1", "signer-1", DOCUMENT, 1) == CODE_KEY


def test_a_code_key_opens_for_nobody_else_and_nothing_else() -> None:
    kiosk = X25519PrivateKey.generate()
    box = sealed(kiosk)
    with pytest.raises(BoxNotOpened):
        open_code_key(X25519PrivateKey.generate(), box, "kiosk-1", "signer-1", DOCUMENT, 1)
    for kiosk_id, signer_id, document_id, generation in (
        ("kiosk-2", "signer-1", DOCUMENT, 1),
        ("kiosk-1", "signer-2", DOCUMENT, 1),
        ("kiosk-1", "signer-1", "02" * 16, 1),
        ("kiosk-1", "signer-1", DOCUMENT, 2),
    ):
        with pytest.raises(BoxNotOpened):
            open_code_key(kiosk, box, kiosk_id, signer_id, document_id, generation)


def test_a_damaged_box_does_not_open() -> None:
    kiosk = X25519PrivateKey.generate()
    box = sealed(kiosk)
    for position in (0, 31, 32, len(box) - 1):
        damaged = box[:position] + bytes([box[position] ^ 1]) + box[position + 1 :]
        with pytest.raises(BoxNotOpened):
            open_code_key(kiosk, damaged, "kiosk-1", "signer-1", DOCUMENT, 1)
    for length in (0, 1, 32, 47, len(box) - 1):
        with pytest.raises(BoxNotOpened):
            open_code_key(kiosk, box[:length], "kiosk-1", "signer-1", DOCUMENT, 1)


def test_a_code_key_of_another_length_is_refused() -> None:
    kiosk = X25519PrivateKey.generate()
    public_key = kiosk.public_key().public_bytes_raw()
    box = seal_code_key(public_key, b"short", "kiosk-1", "signer-1", DOCUMENT, 1)
    with pytest.raises(BoxNotOpened):
        open_code_key(kiosk, box, "kiosk-1", "signer-1", DOCUMENT, 1)


def test_parts_of_the_info_cannot_run_into_each_other() -> None:
    with pytest.raises(ValueError, match="separator"):
        box_info("kiosk|1", "code-key", "x")


def test_other_contents_can_be_sealed_too() -> None:
    kiosk = X25519PrivateKey.generate()
    info = box_info("kiosk-1", "settings", "7")
    box = seal_box(kiosk.public_key().public_bytes_raw(), b"content", info)
    assert open_box(kiosk, box, info) == b"content"
