"""Two genuine kiosks of one office: each seals with its own certificate, and with no other."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import CertificateAuthority, issue_seal
from tests.vectors.attacks import contents_gap
from tests.vectors.raw_seal import rewritten, seal_certificates
from tests.vectors.sealed_pdf import ENROLLED, NOW, House, Identity, Sealed, seal, text_for
from tests.verifier.verdicts import assert_altered, assert_genuine
from verifier.der import read_element
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole, TrustedKey, TrustList


@pytest.fixture
def second(house: House) -> House:
    """The same office, whose seal is that of its second kiosk."""
    house = copy(house)
    key = house.key("second seal")
    ca = CertificateAuthority(house.signing_ca.key, house.signing_ca.certificate)
    certificate = issue_seal("k2", "Kiosk 2", key.public_key(), ca, ENROLLED)
    object.__setattr__(house, "seal", Identity(key, certificate))
    return house


@pytest.fixture
def both(trust: TrustList, second: House) -> TrustList:
    """The list with both kiosks' seals."""
    der = second.seal.certificate.public_bytes(Encoding.DER)
    until = ENROLLED + timedelta(days=3650)
    added = TrustedKey(KeyRole.SEAL, "Kiosk 2", der, ENROLLED, until, None)
    return replace(trust, keys=(*trust.keys, added))


def in_order(data: bytes, sealed: Sealed) -> bytes:
    """The seal with its certificates in the order of DER, which pyHanko leaves as it comes."""
    start, end = contents_gap(Sealed(data, sealed.text, sealed.claims, 0))
    der = read_element(bytes.fromhex(data[start + 1 : end - 1].decode())).encoded
    carried = [each.encoded for each in seal_certificates(der)]
    kept = tuple(sorted(range(len(carried)), key=lambda place: carried[place]))
    digits = rewritten(der, kept=kept).hex().upper().encode().ljust(end - start - 2, b"0")
    return data[: start + 1] + digits + data[end - 1 :]


def test_what_each_seals_is_genuine(
    sealed: Sealed, house: House, second: House, both: TrustList
) -> None:
    prefix = sealed.data[: sealed.prefix_end]
    for kiosk in (house, second):
        data = in_order(seal(prefix, kiosk, text_for(sealed.claims, kiosk)), sealed)
        assert_genuine(verify_pdf(data, both, NOW))


def test_one_does_not_seal_with_the_others_certificate(
    sealed: Sealed, house: House, second: House, both: TrustList
) -> None:
    prefix = sealed.data[: sealed.prefix_end]
    for kiosk, other in ((house, second), (second, house)):
        data = in_order(seal(prefix, kiosk, text_for(sealed.claims, other)), sealed)
        assert_altered(verify_pdf(data, both, NOW), "seal_signature_bad")


def test_the_second_adds_nothing_to_what_the_first_sealed(
    sealed: Sealed, second: House, both: TrustList
) -> None:
    text = text_for(sealed.claims, second)
    again = seal(sealed.data[: sealed.prefix_end], second, text)[sealed.prefix_end :]
    assert_altered(verify_pdf(sealed.data + again, both, NOW), "changed_after_seal")
