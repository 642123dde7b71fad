"""The one-shot key: one signature, then nothing; never serialised."""

from __future__ import annotations

import copy
import pickle
import threading

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from signing.one_shot import KeyAlreadyUsed, OneShotKey, make_one_shot
from tests.signing.hierarchy import NOW, make_hierarchy
from verifier.token import Proof


def test_the_one_signature_is_valid() -> None:
    key = OneShotKey()
    signature = key.sign(b"contract")
    key.public_key().verify(signature, b"contract", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        key.public_key().verify(signature, b"another", ec.ECDSA(hashes.SHA256()))


def test_a_second_signature_is_refused_with_words() -> None:
    key = OneShotKey()
    key.sign(b"contract")
    assert key.spent
    with pytest.raises(KeyAlreadyUsed) as refused:
        key.sign(b"contract")
    assert refused.value.code == "key_already_used"
    assert refused.value.next_step


def test_the_object_drops_the_private_key_with_the_signature() -> None:
    key = OneShotKey()
    assert any(isinstance(value, ec.EllipticCurvePrivateKey) for value in vars(key).values())
    key.sign(b"contract")
    assert not any(isinstance(value, ec.EllipticCurvePrivateKey) for value in vars(key).values())


def test_a_destroyed_key_signs_nothing() -> None:
    key = OneShotKey()
    key.destroy()
    with pytest.raises(KeyAlreadyUsed):
        key.sign(b"contract")


def test_the_key_can_be_neither_pickled_nor_copied() -> None:
    key = OneShotKey()
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.copy(key)
    with pytest.raises(TypeError):
        copy.deepcopy(key)


def test_the_key_does_not_show_itself() -> None:
    assert repr(OneShotKey()) == "OneShotKey(spent=False)"


def test_of_many_threads_one_gets_the_signature() -> None:
    key, signatures, refused = OneShotKey(), [], []
    start = threading.Barrier(8)

    def sign() -> None:
        start.wait()
        try:
            signatures.append(key.sign(b"contract"))
        except KeyAlreadyUsed as error:
            refused.append(error)

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(signatures), len(refused)) == (1, 7)


def test_an_identity_brings_its_chain_up_to_the_root() -> None:
    hierarchy = make_hierarchy()
    identity = make_one_shot("Jan Kowalski", Proof.SMS_CODE, hierarchy.kiosk, NOW)
    assert identity.chain == (
        hierarchy.kiosk.ca_certificate,
        hierarchy.signing_ca.certificate,
        hierarchy.root,
    )
    assert identity.certificate.public_key() == identity.key.public_key()
    assert "key" not in repr(identity).split("certificate")[0]
