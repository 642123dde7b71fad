"""Two genuine kiosks of one office: each seals with its own certificate, and with no other."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificates import CertificateAuthority, issue_kiosk_ca, issue_seal
from tests.vectors.attacks import contents_gap
from tests.vectors.raw_seal import rewritten, seal_certificates
from tests.vectors.sealed_pdf import (
    ENROLLED,
    NOW,
    House,
    Identity,
    Sealed,
    add_client,
    claims_for,
    client_time,
    direct,
    prepare,
    seal,
    sealed_pdf,
    text_for,
)
from tests.verifier.verdicts import assert_altered, assert_cannot_tell, assert_genuine
from verifier.der import read_element
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole, TrustedKey, TrustList


@pytest.fixture
def second(house: House) -> House:
    """The same office with the keys of its second kiosk."""
    house = copy(house)
    ca = CertificateAuthority(house.signing_ca.key, house.signing_ca.certificate)
    for name, issue in (("seal", issue_seal), ("kiosk_ca", issue_kiosk_ca)):
        key = house.key(f"second {name}")
        certificate = issue("k2", "Kiosk 2", key.public_key(), ca, ENROLLED)
        object.__setattr__(house, name, Identity(key, certificate))
    return house


@pytest.fixture
def both(trust: TrustList, second: House) -> TrustList:
    """The list with both kiosks' keys."""
    until = ENROLLED + timedelta(days=3650)
    added = [
        TrustedKey(
            role, "Kiosk 2", each.certificate.public_bytes(Encoding.DER), ENROLLED, until, None
        )
        for role, each in ((KeyRole.SEAL, second.seal), (KeyRole.KIOSK_CA, second.kiosk_ca))
    ]
    return replace(trust, keys=(*trust.keys, *added))


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
    for kiosk in (house, second):
        made = sealed_pdf(kiosk)
        assert_genuine(verify_pdf(in_order(made.data, made), both, NOW))


def test_one_does_not_seal_what_was_signed_at_the_other(
    sealed: Sealed, second: House, both: TrustList
) -> None:
    prefix = sealed.data[: sealed.prefix_end]
    data = in_order(seal(prefix, second, text_for(sealed.claims, second)), sealed)
    assert_cannot_tell(verify_pdf(data, both, NOW), "signature_untrusted")


def test_each_client_signs_where_they_like_and_the_last_ones_kiosk_seals(
    house: House, second: House, both: TrustList
) -> None:
    prefix = add_client(direct(prepare(2), house), house, 1, client_time(1))
    prefix = add_client(prefix, second, 2, client_time(2))
    claims = claims_for(prefix, 2)
    text = text_for(claims, second)
    data = in_order(seal(prefix, second, text), Sealed(prefix, text, claims, 0))
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
