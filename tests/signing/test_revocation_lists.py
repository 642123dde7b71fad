"""Revocation lists: complete, signed by the authority, and read by openssl as well."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from signing.certificate_profiles import CertificateRefused
from signing.revocation_lists import RevokedCertificate, make_crl
from tests.signing.hierarchy import NOW, Hierarchy, make_hierarchy

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    return make_hierarchy()


def test_a_list_names_what_is_revoked_and_nothing_else(hierarchy: Hierarchy) -> None:
    authority = hierarchy.signing_ca
    serial = hierarchy.kiosk.seal_certificate.serial_number
    entry = RevokedCertificate(serial, NOW, x509.ReasonFlags.key_compromise)
    crl = make_crl(authority, [entry], 7, NOW + DAY, 30 * DAY)
    public_key = authority.certificate.public_key()
    assert crl.is_signature_valid(public_key)  # type: ignore[arg-type]  # P-256
    assert [line.serial_number for line in crl] == [serial]
    (line,) = crl
    reason = line.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise
    assert crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 7
    assert crl.next_update_utc == NOW + 31 * DAY


def test_a_list_never_outlives_its_authority(hierarchy: Hierarchy) -> None:
    authority = hierarchy.signing_ca
    end = authority.certificate.not_valid_after_utc
    assert make_crl(authority, [], 1, end - DAY, 30 * DAY).next_update_utc == end
    with pytest.raises(CertificateRefused) as refused:
        make_crl(authority, [], 1, end, 30 * DAY)
    assert refused.value.code == "issuer_not_valid"


def test_openssl_refuses_what_the_list_names(hierarchy: Hierarchy, tmp_path: Path) -> None:
    authority = hierarchy.signing_ca
    director = hierarchy.director.certificate
    other = hierarchy.kiosk.seal_certificate
    crl = make_crl(authority, [RevokedCertificate(other.serial_number, NOW)], 1, NOW, 30 * DAY)
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(Encoding.PEM))
    chain = (hierarchy.root, authority.certificate)
    (tmp_path / "cas.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))

    def judged(certificate: x509.Certificate) -> str:
        (tmp_path / "one.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        command = ["openssl", "verify", "-crl_check", "-attime", str(int(NOW.timestamp()) + 60)]
        command += ["-CAfile", "cas.pem", "-CRLfile", "crl.pem", "one.pem"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    assert "one.pem: OK" in judged(director)
    assert "certificate revoked" in judged(other)
