"""A kiosk gets a certificate for its clock, and from then on time-stamps what is signed there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Flask

from kiosk.application import Parts, parts_of
from kiosk.authority import with_fitting_time
from signing.certificates import issue_timestamp
from sync.authority import AuthorityReport, check_report
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine
from verifier.claims import TimeQuality
from verifier.trust_list import KeyRole, Revocation

STAMP = bytes.fromhex("2a864886f70d010910020e").hex().upper().encode()


class Clocks:
    """Head office's books of clocks."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.reports: list[AuthorityReport] = []
        self.issued: dict[bytes, x509.Certificate] = {}
        self.publishes = True

    def take(self, kiosk_id: str, report: AuthorityReport, now: datetime) -> bytes:
        key = check_report(kiosk_id, report)
        self.reports.append(report)
        if report.timestamp_key not in self.issued:
            authority = self.company.authority
            made = issue_timestamp(kiosk_id, "Kiosk Gdynia", key, authority, now)
            self.issued[report.timestamp_key] = made
            if self.publishes:
                self.company._certificates.append((KeyRole.TIMESTAMP, "Kiosk Gdynia", made))
                self.company.publish()
        return self.issued[report.timestamp_key].public_bytes(Encoding.DER)


@pytest.fixture
def clocks(company: Company, monkeypatch: pytest.MonkeyPatch) -> Clocks:
    made = Clocks(company)
    monkeypatch.setattr(company.ledger, "take_authority_report", made.take)
    return made


@pytest.fixture
def certified(clocks: Clocks, app: Flask) -> Parts:
    return parts_of(app)


def signed_file(kiosk: Parts, document_id: str) -> bytes:
    from kiosk.document_files import BlobKind

    data = kiosk.terminal.documents.files.read(document_id, BlobKind.SIGNED_PDF)
    assert data is not None
    return data


def test_a_kiosk_without_a_certificate_signs_without_time_stamps(
    kiosk: Parts, company: Company
) -> None:
    record = arrive(kiosk, company)
    sign(kiosk, company, record)
    assert STAMP not in signed_file(kiosk, record.document_id)


def test_client_and_seal_are_time_stamped_after_the_first_exchange(
    certified: Parts, company: Company, clocks: Clocks
) -> None:
    record = arrive(certified, company)
    sign(certified, company, record)
    assert signed_file(certified, record.document_id).count(STAMP) == 2
    assert len(clocks.issued) == 1


def test_time_stamps_wait_for_the_trust_list(
    certified: Parts, company: Company, clocks: Clocks
) -> None:
    kiosk = certified.terminal.enrolment().kiosk
    trust = certified.terminal.trust.current()
    assured = TimeQuality.ASSURED
    assert with_fitting_time(kiosk, trust, assured).timestamper is kiosk.timestamper is not None
    assert with_fitting_time(kiosk, trust, TimeQuality.NOT_ASSURED).timestamper is None
    others = tuple(key for key in trust.keys if key.role is not KeyRole.TIMESTAMP)
    assert with_fitting_time(kiosk, replace(trust, keys=others), assured).timestamper is None
    (own,) = trust.with_role(KeyRole.TIMESTAMP)
    gone = replace(own, revocation=Revocation(trust.as_of, "stolen", frozenset()))
    revoked = replace(trust, keys=(*others, gone))
    assert with_fitting_time(kiosk, revoked, assured).timestamper is None


def test_a_new_list_goes_up_after_a_signature_and_once_a_week(
    certified: Parts, company: Company, clocks: Clocks, machine: Machine
) -> None:
    assert len(clocks.reports) == 1
    certified.head_office.exchange()
    assert len(clocks.reports) == 1
    record = arrive(certified, company)
    sign(certified, company, record)
    certified.head_office.exchange()
    assert len(clocks.reports) == 2
    lists = [x509.load_der_x509_crl(report.crl) for report in clocks.reports]
    numbers = [
        one.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number for one in lists
    ]
    assert numbers == sorted(set(numbers))
    ca = certified.terminal.enrolment().kiosk.ca_certificate
    key = ca.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert all(one.is_signature_valid(key) and one.issuer == ca.subject for one in lists)


def test_a_certificate_for_another_key_is_not_kept(
    certified: Parts, company: Company, clocks: Clocks
) -> None:
    authority = certified.terminal.device(company.client())._source  # type: ignore[attr-defined]
    stranger = ec.generate_private_key(ec.SECP256R1()).public_key()
    now = company.now
    made = issue_timestamp("kiosk-1", "Kiosk", stranger, company.authority, now)
    from sync.authority import AuthorityReply
    from sync.errors import MessageMalformed

    before = certified.terminal.store.setting("timestamp_certificate")
    for der in (made.public_bytes(Encoding.DER), b"no certificate"):
        with pytest.raises(MessageMalformed):
            authority.keep(AuthorityReply(der))
    assert certified.terminal.store.setting("timestamp_certificate") == before
