"""The signature's CMS object, read by a library that did not write it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing.identities import SigningIdentity
from signing.one_shot import make_one_shot
from signing.pades_cms import reserved_hex_digits, sign_digest
from tests.signing.house import NOW, house
from verifier.token import Proof

DIGEST = hashlib.sha256(b"the signed byte range").digest()


def identities() -> list[SigningIdentity]:
    client = make_one_shot("Ż" * 64, Proof.ID_DOCUMENT, house().kiosk, NOW)
    return [house().director, house().kiosk.seal_identity, client]


@pytest.mark.parametrize("which", range(3))
def test_the_object_is_what_the_standard_asks_for(which: int) -> None:
    identity = identities()[which]
    encoded = sign_digest(DIGEST, identity, NOW)
    parsed = cms.ContentInfo.load(encoded, strict=True)
    signed_data = parsed["content"]
    assert parsed["content_type"].native == "signed_data"
    assert signed_data["version"].native == "v1"
    assert signed_data["encap_content_info"]["content"].native is None
    (info,) = signed_data["signer_infos"]
    attributes = {entry["type"].native: entry["values"] for entry in info["signed_attrs"]}
    assert set(attributes) == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
    }
    assert attributes["message_digest"].native == [DIGEST]
    (certificate_id,) = attributes["signing_certificate_v2"][0]["certs"]
    der = identity.certificate.public_bytes(Encoding.DER)
    assert certificate_id["cert_hash"].native == hashlib.sha256(der).digest()
    assert certificate_id["issuer_serial"]["serial_number"].native == (
        identity.certificate.serial_number
    )
    assert info["sid"].chosen["serial_number"].native == identity.certificate.serial_number


@pytest.mark.parametrize("which", range(3))
def test_the_signature_is_over_the_attributes_in_der(which: int) -> None:
    identity = identities()[which]
    parsed = cms.ContentInfo.load(sign_digest(DIGEST, identity, NOW))
    (info,) = parsed["content"]["signer_infos"]
    signed = info["signed_attrs"].untag().dump(force=True)
    public_key = identity.certificate.public_key()
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    public_key.verify(info["signature"].native, signed, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("which", range(3))
def test_another_der_encoder_writes_the_same_bytes(which: int) -> None:
    identity = replace(identities()[which], timestamper=None)  # asn1crypto copies tokens slowly
    encoded = sign_digest(DIGEST, identity, NOW)
    assert cms.ContentInfo.load(encoded).copy().dump(force=True) == encoded


def test_the_root_is_not_embedded() -> None:
    parsed = cms.ContentInfo.load(sign_digest(DIGEST, house().director, NOW))
    embedded = {entry.chosen.dump() for entry in parsed["content"]["certificates"]}
    chain = house().director.chain
    assert embedded == {
        house().director.certificate.public_bytes(Encoding.DER),
        chain[0].public_bytes(Encoding.DER),
    }


@pytest.mark.parametrize("which", range(3))
def test_the_room_reserved_is_enough_and_not_wasteful(which: int) -> None:
    identity = identities()[which]
    room = reserved_hex_digits(identity)
    needed = 2 * len(sign_digest(DIGEST, identity, NOW))
    assert room % 2 == 0
    assert needed <= room <= needed + 2 * (512 if identity.timestamper is None else 1024)


def test_a_chain_without_a_root_embeds_all_of_it() -> None:
    director = replace(house().director, chain=house().director.chain[:1])
    parsed = cms.ContentInfo.load(sign_digest(DIGEST, director, NOW))
    assert len(parsed["content"]["certificates"]) == 2
