"""Head office keeps a kiosk's newest revocation list and certifies its time-stamping key once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from office import trust
from office.head_office import HeadOffice
from office.history import Actor
from office.kiosk_authority import MAX_TIMESTAMP_KEYS, newest_list
from office.revocation import RevocationReason, revoke_kiosk
from signing.certificates import CertificateAuthority
from signing.revocation_lists import make_crl
from sync.authority import AuthorityReport, make_report
from sync.errors import EnrolmentRefused
from tests.office.town_hall import Clock, TestKiosk
from verifier.kiosk_time import is_a_kiosks, kiosk_of
from verifier.trust_list import KeyRole, TrustedKey

KEY = ec.generate_private_key(ec.SECP256R1())
DAY = timedelta(days=1)


@pytest.fixture
def enrolled(office: HeadOffice, clock: Clock) -> TestKiosk:
    kiosk = TestKiosk(office, clock)
    kiosk.enrol()
    return kiosk


def crl(kiosk: TestKiosk, number: int = 1, early: timedelta = timedelta(0)) -> bytes:
    assert kiosk.identity is not None
    authority = CertificateAuthority(kiosk.ca_key, kiosk.identity.ca_certificate)
    made = make_crl(authority, (), number, kiosk.clock() - early, 3650 * DAY)
    return made.public_bytes(Encoding.DER)


def clocks(office: HeadOffice) -> list[TrustedKey]:
    with office.database.read() as connection:
        return list(trust.trust_list(office, connection).with_role(KeyRole.TIMESTAMP))


def take(kiosk: TestKiosk, report: AuthorityReport) -> bytes:
    certificate = kiosk.ledger.take_authority_report(kiosk.id, report, kiosk.clock())
    assert certificate is not None
    return certificate


def kept(office: HeadOffice, kiosk: TestKiosk) -> x509.CertificateRevocationList | None:
    with office.database.read() as connection:
        return newest_list(connection, kiosk.id)


def test_the_key_is_certified_for_time_stamps_alone(
    office: HeadOffice, enrolled: TestKiosk
) -> None:
    before = enrolled.ledger.trust_version()
    der = take(enrolled, make_report(enrolled.id, crl(enrolled), KEY))
    certificate = x509.load_der_x509_certificate(der)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    assert usage.critical
    assert list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    assert kiosk_of(certificate) == enrolled.id
    (key,) = clocks(office)
    assert key.certificate_der == der
    assert enrolled.ledger.trust_version() > before
    with office.database.read() as connection:
        assert is_a_kiosks(key, trust.trust_list(office, connection))


def test_the_same_key_gets_the_same_certificate(office: HeadOffice, enrolled: TestKiosk) -> None:
    first = take(enrolled, make_report(enrolled.id, crl(enrolled), KEY))
    enrolled.clock.forward(days=30)
    assert take(enrolled, make_report(enrolled.id, crl(enrolled, 2), KEY)) == first
    assert len(clocks(office)) == 1


def test_the_newest_list_is_kept(office: HeadOffice, enrolled: TestKiosk) -> None:
    assert kept(office, enrolled) is None
    enrolled.clock.forward(days=2)
    for number, early in ((2, timedelta(0)), (1, DAY)):
        take(enrolled, make_report(enrolled.id, crl(enrolled, number, early), KEY))
    newest = kept(office, enrolled)
    assert newest is not None
    assert newest.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 2


def test_what_does_not_fit_is_refused_and_changes_nothing(
    office: HeadOffice, clock: Clock, enrolled: TestKiosk
) -> None:
    other = TestKiosk(office, clock, "Gdynia")
    other.enrol()
    good = make_report(enrolled.id, crl(enrolled), KEY)
    ahead = crl(enrolled, early=-timedelta(minutes=11))
    wrong = (
        make_report(other.id, crl(enrolled), KEY),
        make_report(enrolled.id, crl(other), KEY),
        make_report(enrolled.id, ahead, KEY),
        AuthorityReport(good.crl[:-1] + bytes([good.crl[-1] ^ 1]), good.timestamp_key, good.proof),
        AuthorityReport(b"no list", good.timestamp_key, good.proof),
        AuthorityReport(good.crl, b"no key", good.proof),
        AuthorityReport(good.crl, good.timestamp_key, b"no proof"),
    )
    for report in wrong:
        with pytest.raises(EnrolmentRefused) as refused:
            take(enrolled, report)
        assert refused.value.code == "keys_refused"
    assert clocks(office) == []
    assert kept(office, enrolled) is None


def test_a_kiosk_cannot_flood_the_trust_list(office: HeadOffice, enrolled: TestKiosk) -> None:
    for _ in range(MAX_TIMESTAMP_KEYS):
        key = ec.generate_private_key(ec.SECP256R1())
        take(enrolled, make_report(enrolled.id, crl(enrolled), key))
    with pytest.raises(EnrolmentRefused):
        take(enrolled, make_report(enrolled.id, crl(enrolled), KEY))
    assert len(clocks(office)) == MAX_TIMESTAMP_KEYS


def test_the_clock_is_revoked_with_its_kiosk(
    office: HeadOffice, clock: Clock, enrolled: TestKiosk
) -> None:
    take(enrolled, make_report(enrolled.id, crl(enrolled), KEY))
    revoke_kiosk(office, enrolled.id, RevocationReason.STOLEN, Actor(), clock())
    (key,) = clocks(office)
    assert key.revocation is not None
