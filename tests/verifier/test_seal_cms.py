"""verifier.seal_cms: one form of CMS, every byte of it accounted for."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.vectors.raw_seal import rewritten, seal_cms
from tests.vectors.sealed_pdf import House
from verifier.der import DerError
from verifier.seal_cms import check_seal_cms

DIGEST = hashlib.sha256(b"content").digest()


def check(
    der: bytes, house: House, digest: bytes = DIGEST, known: set[bytes] | None = None
) -> None:
    certificate = house.seal.certificate
    issuer = {house.signing_ca.certificate.public_bytes(Encoding.DER)}
    public_key = house.seal.key.public_key()
    check_seal_cms(der, digest, certificate, public_key, issuer if known is None else known)


def test_a_seal_is_accepted(house: House) -> None:
    check(seal_cms(DIGEST, house), house)


def test_every_flipped_bit_is_refused(house: House) -> None:
    der = seal_cms(DIGEST, house)
    for at in range(len(der)):
        for bit in (0, 3, 7):
            flipped = der[:at] + bytes([der[at] ^ (1 << bit)]) + der[at + 1 :]
            with pytest.raises(DerError):
                check(flipped, house)


def test_another_content_is_refused(house: House) -> None:
    with pytest.raises(DerError):
        check(seal_cms(DIGEST, house), house, hashlib.sha256(b"other").digest())


def test_a_certificate_that_nobody_knows_is_refused(house: House) -> None:
    with pytest.raises(DerError):
        check(seal_cms(DIGEST, house), house, known=set())


def test_another_signer_is_refused(house: House) -> None:
    with pytest.raises(DerError):
        check(seal_cms(DIGEST, House("stranger")), house)


def test_unsigned_attributes_are_refused(house: House) -> None:
    from asn1crypto import cms

    info = cms.ContentInfo.load(seal_cms(DIGEST, house))
    attribute = {"type": "content_type", "values": ["data"]}
    info["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
    with pytest.raises(DerError):
        check(info.dump(force=True), house)


def test_the_other_form_of_the_signature_is_refused(house: House) -> None:
    """Who has r and s has r and n - s as well, without any key."""
    with pytest.raises(DerError, match="other of its two forms"):
        check(rewritten(seal_cms(DIGEST, house), high_s=True), house)


@pytest.mark.parametrize("kept", [(0,), (1,), (1, 0), (0, 1, 1), (0, 0), ()])
def test_certificates_left_out_or_in_another_order_are_refused(
    house: House, kept: tuple[int, ...]
) -> None:
    with pytest.raises(DerError):
        check(rewritten(seal_cms(DIGEST, house), kept=kept), house)


def test_rewriting_without_a_change_gives_the_same(house: House) -> None:
    der = seal_cms(DIGEST, house)
    assert rewritten(der) == der
