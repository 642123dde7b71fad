"""The kiosk's time-stamp on a seal: one form, by this kiosk's key, over this signature, in time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.identities import SigningIdentity
from signing.timestamp_tokens import make_token
from tests.vectors.keys import ORDER
from tests.vectors.raw_seal import Unsigned, seal_cms, sealed_bytes
from tests.vectors.sealed_pdf import ISSUED, NOW, House, Identity
from tests.verifier.verdicts import assert_altered, assert_cannot_tell, assert_genuine
from verifier.der import DerError, children, element, whole
from verifier.document import examine_bytes
from verifier.seal_cms import check_seal_cms, signature_timestamp
from verifier.signature_timestamp import check_kiosk_timestamp
from verifier.trust_list import KeyRole, Revocation, TrustList
from verifier.verdict import Outcome, Verdict

PREFIX = b"%PDF-1.7\n1 0 obj << >> endobj\n"
DIGEST = hashlib.sha256(b"a signature").digest()
FUZZED = House()
KIND = element(6, bytes.fromhex("2a864886f70d010910020e"))


def identity(clock: Identity, house: House) -> SigningIdentity:
    chain = (house.signing_ca.certificate, house.root.certificate)
    return SigningIdentity(clock.key, clock.certificate, chain)


def token(
    sha256: bytes, house: House, clock: Identity | None = None, late: timedelta = timedelta(0)
) -> bytes:
    return make_token(sha256, identity(clock or house.clock, house), ISSUED + late, 7)


def stamp(make: Callable[[bytes], bytes]) -> Unsigned:
    """One unsigned attribute with the token that `make` gives for the signature's hash."""
    return lambda signature: element(
        0x30, KIND, element(0x31, make(hashlib.sha256(signature).digest()))
    )


def with_other_s(der: bytes) -> bytes:
    """The same token with the other form of its signature."""
    info = whole(der, 0x30)
    kind, wrapper = children(info)
    *head, infos = children(whole(wrapper.content, 0x30))
    *parts, value = children(whole(infos.content, 0x30))
    r, s = decode_dss_signature(value.content)
    signer = element(
        0x30, *(each.encoded for each in parts), element(4, encode_dss_signature(r, ORDER - s))
    )
    data = element(0x30, *(each.encoded for each in head), element(0x31, signer))
    return element(0x30, kind.encoded, element(0xA0, data))


def judged(house: House, trust: TrustList, unsigned: Unsigned) -> Verdict:
    data, _ = sealed_bytes(PREFIX, house, unsigned=unsigned)
    return examine_bytes(data, trust, NOW)


def check(der: bytes, house: House, sha256: bytes = DIGEST) -> None:
    clock = house.clock
    issuer = {house.signing_ca.certificate.public_bytes(Encoding.DER)}
    check_kiosk_timestamp(der, sha256, clock.certificate, clock.key.public_key(), issuer)


def test_a_seal_with_the_kiosks_own_timestamp_is_intact(house: House, trust: TrustList) -> None:
    verdict = judged(house, trust, stamp(lambda digest: token(digest, house)))
    assert_genuine(verdict)


@pytest.mark.parametrize("minutes", [-9, 9])
def test_two_honest_clocks_may_differ(house: House, trust: TrustList, minutes: int) -> None:
    late = timedelta(minutes=minutes)
    assert_genuine(judged(house, trust, stamp(lambda digest: token(digest, house, late=late))))


def test_a_timestamp_by_a_stranger_proves_nothing(house: House, trust: TrustList) -> None:
    stranger = House("stranger")
    verdict = judged(house, trust, stamp(lambda digest: token(digest, stranger)))
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_timestamp_by_another_kiosk_proves_nothing(house: House, trust: TrustList) -> None:
    verdict = judged(house, trust, stamp(lambda digest: token(digest, house, house.other_clock)))
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_timestamp_by_head_offices_service_is_not_the_kiosks(
    house: House, trust: TrustList
) -> None:
    verdict = judged(house, trust, stamp(lambda digest: token(digest, house, house.timestamps())))
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_timestamp_by_a_key_for_something_else_proves_nothing(
    house: House, trust: TrustList
) -> None:
    verdict = judged(house, trust, stamp(lambda digest: token(digest, house, house.seal)))
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_timestamp_over_something_else_is_seen(house: House, trust: TrustList) -> None:
    verdict = judged(house, trust, stamp(lambda _: token(DIGEST, house)))
    assert_altered(verdict, "seal_signature_bad")


@pytest.mark.parametrize("minutes", [-11, 11, 60 * 24 * 365])
def test_a_timestamp_of_another_time_is_seen(house: House, trust: TrustList, minutes: int) -> None:
    late = timedelta(minutes=minutes)
    verdict = judged(house, trust, stamp(lambda digest: token(digest, house, late=late)))
    assert_altered(verdict, "signing_time_differs")


def test_the_other_form_of_a_timestamps_signature_is_seen(house: House, trust: TrustList) -> None:
    verdict = judged(house, trust, stamp(lambda digest: with_other_s(token(digest, house))))
    assert_altered(verdict, "seal_signature_bad")


def test_two_timestamps_are_one_too_many(house: House, trust: TrustList) -> None:
    one = stamp(lambda digest: token(digest, house))
    assert_altered(judged(house, trust, lambda value: one(value) * 2), "seal_signature_bad")
    twice = stamp(lambda digest: token(digest, house) * 2)
    assert_altered(judged(house, trust, twice), "seal_signature_bad")


def test_another_unsigned_attribute_is_seen(house: House, trust: TrustList) -> None:
    other = element(0x30, element(6, b"\x2a\x03"), element(0x31, b"\x05\x00"))
    assert_altered(judged(house, trust, lambda _: other), "seal_signature_bad")
    assert_altered(judged(house, trust, lambda _: b""), "seal_signature_bad")


def test_a_timestamp_by_a_revoked_key_proves_nothing(house: House, trust: TrustList) -> None:
    der = house.clock.certificate.public_bytes(Encoding.DER)
    revocation = Revocation(ISSUED - timedelta(days=1), "stolen", frozenset())
    keys = tuple(
        replace(key, revocation=revocation) if key.certificate_der == der else key
        for key in trust.keys
    )
    verdict = judged(house, replace(trust, keys=keys), stamp(lambda digest: token(digest, house)))
    assert_cannot_tell(verdict, "signer_revoked")


def test_every_flipped_bit_of_a_timestamp_is_seen(house: House) -> None:
    der = token(DIGEST, house)
    check(der, house)
    for at in range(len(der)):
        for bit in (0, 3, 7):
            flipped = der[:at] + bytes([der[at] ^ (1 << bit)]) + der[at + 1 :]
            with pytest.raises(DerError):
                check(flipped, house)


def test_no_flipped_byte_of_a_time_stamped_seal_is_genuine(house: House, trust: TrustList) -> None:
    data, _ = sealed_bytes(PREFIX, house, unsigned=stamp(lambda digest: token(digest, house)))
    start = data.index(b"/Contents <") + len(b"/Contents <")
    assert_genuine(examine_bytes(data, trust, NOW))
    for at in range(start, data.index(b"0" * 64, start) + 128, 7):
        flipped = bytearray(data)
        flipped[at] = ord("0") if flipped[at] != ord("0") else ord("1")
        assert examine_bytes(bytes(flipped), trust, NOW).outcome is not Outcome.GENUINE, at


def test_every_flipped_bit_of_the_whole_is_seen(house: House) -> None:
    whole_cms = seal_cms(DIGEST, house, stamp(lambda digest: token(digest, house)))
    own, issuer = house.seal, {house.signing_ca.certificate.public_bytes(Encoding.DER)}

    def fully(der: bytes) -> None:
        key = own.key.public_key()
        found = check_seal_cms(der, DIGEST, own.certificate, key, issuer)
        if found is None:
            raise DerError("the time-stamp is gone")
        check(found.token, house, found.sha256)

    fully(whole_cms)
    for at in range(len(whole_cms)):
        flipped = whole_cms[:at] + bytes([whole_cms[at] ^ 1]) + whole_cms[at + 1 :]
        with pytest.raises(DerError):
            fully(flipped)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_what_is_no_timestamp_is_refused(der: bytes) -> None:
    with pytest.raises(DerError):
        check(der, FUZZED)
    with pytest.raises(DerError):
        signature_timestamp(der)


def test_a_service_with_an_rsa_key_may_stand_on_the_list(house: House, trust: TrustList) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Time")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(5)
        .public_key(key.public_key()).not_valid_before(ISSUED).not_valid_after(NOW)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    der = certificate.public_bytes(Encoding.DER)
    service = replace(trust.with_role(KeyRole.TIMESTAMP)[0], certificate_der=der)
    longer = replace(trust, keys=(*trust.keys, service))
    assert TrustList.from_json_bytes(longer.to_json_bytes()) == longer


def test_a_kiosks_timestamp_by_a_key_of_another_kind_proves_nothing(
    house: House, trust: TrustList
) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.derive_private_key(7, ec.SECP384R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.SERIAL_NUMBER, "k1")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).serial_number(5)
        .issuer_name(house.signing_ca.certificate.subject)
        .public_key(key.public_key()).not_valid_before(ISSUED).not_valid_after(NOW)
        .sign(house.signing_ca.key, hashes.SHA256())
    )  # fmt: skip
    der = certificate.public_bytes(Encoding.DER)
    clock = replace(trust.with_role(KeyRole.TIMESTAMP)[0], certificate_der=der)
    longer = replace(trust, keys=(clock, *trust.keys))

    def carrying_it(digest: bytes) -> bytes:
        made, own = token(digest, house), house.clock.certificate.public_bytes(Encoding.DER)
        kind, wrapper = children(whole(made, 0x30))
        *head, carried, infos = children(whole(wrapper.content, 0x30))
        others = carried.content.replace(own, der)
        parts = (*(each.encoded for each in head), element(0xA0, others), infos.encoded)
        return element(0x30, kind.encoded, element(0xA0, element(0x30, *parts)))

    assert_cannot_tell(judged(house, longer, stamp(carrying_it)), "signature_untrusted")
