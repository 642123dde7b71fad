"""The X.509 hierarchy: profiles, names, validity, and chains that `cryptography` verifies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signing.certificates import (
    CertificateAuthority,
    CertificateRefused,
    issue_kiosk_ca,
    issue_one_shot,
    issue_signing_ca,
    make_root,
    proof_of_identity,
)
from signing.errors import SigningError
from signing.one_shot import KeyAlreadyUsed, make_one_shot
from tests.signing.hierarchy import NOW, Hierarchy, make_hierarchy
from verifier.claims import cut_name
from verifier.token import Proof

Kind = TypeVar("Kind", bound=x509.ExtensionType)
LATER = NOW + timedelta(days=9 * 365)


@pytest.fixture(scope="module")
def hierarchy() -> Hierarchy:
    return make_hierarchy()


def extension(certificate: x509.Certificate, kind: type[Kind]) -> Kind:
    return certificate.extensions.get_extension_for_class(kind).value


def all_of(hierarchy: Hierarchy) -> dict[str, x509.Certificate]:
    kiosk = hierarchy.kiosk
    client = make_one_shot("Jan Kowalski", Proof.SMS_CODE, kiosk, NOW)
    return {
        "root": hierarchy.root,
        "signing_ca": hierarchy.signing_ca.certificate,
        "director": hierarchy.director.certificate,
        "kiosk_ca": kiosk.ca_certificate,
        "seal": kiosk.seal_certificate,
        "client": client.certificate,
    }


def test_each_certificate_is_signed_by_the_one_above(hierarchy: Hierarchy) -> None:
    certificates = all_of(hierarchy)
    above = {
        "signing_ca": "root",
        "director": "signing_ca",
        "kiosk_ca": "signing_ca",
        "seal": "signing_ca",
        "client": "kiosk_ca",
    }
    for name, issuer in above.items():
        certificates[name].verify_directly_issued_by(certificates[issuer])


def test_path_lengths_stop_a_kiosk_from_making_another_ca(hierarchy: Hierarchy) -> None:
    certificates = all_of(hierarchy)
    lengths = {
        name: extension(certificate, x509.BasicConstraints)
        for name, certificate in certificates.items()
    }
    assert lengths["root"].ca
    assert (lengths["signing_ca"].ca, lengths["signing_ca"].path_length) == (True, 1)
    assert (lengths["kiosk_ca"].ca, lengths["kiosk_ca"].path_length) == (True, 0)
    assert not any(lengths[name].ca for name in ("director", "seal", "client"))


def test_signers_may_sign_and_authorities_may_issue_and_nothing_else(hierarchy: Hierarchy) -> None:
    for name, certificate in all_of(hierarchy).items():
        usage = extension(certificate, x509.KeyUsage)
        is_authority = name in ("root", "signing_ca", "kiosk_ca")
        assert usage.key_cert_sign is is_authority
        assert usage.crl_sign is is_authority
        assert usage.digital_signature is not is_authority
        assert usage.content_commitment is not is_authority
        assert not usage.key_encipherment
        assert not usage.key_agreement


def test_signers_carry_purposes_that_validators_ask_for(hierarchy: Hierarchy) -> None:
    for name in ("director", "seal", "client"):
        purposes = set(extension(all_of(hierarchy)[name], x509.ExtendedKeyUsage))
        assert ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes
        assert x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36") in purposes


def test_key_identifiers_chain_and_serial_numbers_are_random(hierarchy: Hierarchy) -> None:
    certificates = all_of(hierarchy)
    client = extension(certificates["client"], x509.AuthorityKeyIdentifier)
    kiosk = extension(certificates["kiosk_ca"], x509.SubjectKeyIdentifier)
    assert client.key_identifier == kiosk.digest
    serials = {certificate.serial_number for certificate in certificates.values()}
    assert len(serials) == len(certificates)
    assert all(serial.bit_length() > 100 for serial in serials)


def test_a_client_certificate_names_the_client_and_the_proof(hierarchy: Hierarchy) -> None:
    client = make_one_shot("Łucja Żółć", Proof.ID_DOCUMENT, hierarchy.kiosk, NOW).certificate
    assert client.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "Łucja Żółć"
    unit = client.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)[0].value
    assert unit == "Identity: document checked"
    assert proof_of_identity(client) is Proof.ID_DOCUMENT
    assert proof_of_identity(hierarchy.director.certificate) is None


def test_a_client_certificate_is_valid_from_its_second_for_ten_years(hierarchy: Hierarchy) -> None:
    moment = NOW + timedelta(microseconds=700_000)
    client = make_one_shot("Jan Kowalski", Proof.NONE, hierarchy.kiosk, moment).certificate
    assert client.not_valid_before_utc == NOW
    assert client.not_valid_after_utc > LATER


def test_a_kiosk_ca_may_only_name_its_own_organisation(hierarchy: Hierarchy) -> None:
    constraints = extension(hierarchy.kiosk.ca_certificate, x509.NameConstraints)
    assert constraints.permitted_subtrees is not None
    (allowed,) = constraints.permitted_subtrees
    assert allowed.value.rfc4514_string() == "O=Żółw i Syn sp. z o.o.,C=PL"


def test_no_certificate_outlives_its_issuer(hierarchy: Hierarchy) -> None:
    late = NOW + timedelta(days=15 * 365)
    key = ec.generate_private_key(ec.SECP256R1())
    kiosk = CertificateAuthority(hierarchy.kiosk.ca_key, hierarchy.kiosk.ca_certificate)
    client = issue_one_shot("Jan Kowalski", Proof.NONE, key.public_key(), kiosk, late)
    assert client.not_valid_after_utc == kiosk.certificate.not_valid_after_utc


@pytest.mark.parametrize(
    "moment", [datetime(2020, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC)]
)
def test_an_authority_out_of_its_validity_issues_nothing(
    hierarchy: Hierarchy, moment: datetime
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(CertificateRefused) as refused:
        issue_signing_ca(key.public_key(), hierarchy.root_authority, moment)
    assert refused.value.code == "issuer_not_valid"


def test_a_long_name_is_cut_to_what_x509_allows(hierarchy: Hierarchy) -> None:
    client = make_one_shot("Żaneta " * 50, Proof.NONE, hierarchy.kiosk, NOW).certificate
    name = client.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert len(str(name).encode()) <= 64
    assert cut_name(str(name)) == cut_name("Żaneta " * 50)


@pytest.mark.parametrize("name", ["", "   ", "\u0000", "\u202e"])
def test_a_name_without_letters_is_refused(hierarchy: Hierarchy, name: str) -> None:
    with pytest.raises(CertificateRefused) as refused:
        make_one_shot(name, Proof.NONE, hierarchy.kiosk, NOW)
    assert refused.value.code == "bad_name"


@pytest.mark.parametrize(
    ("organisation", "country"), [("", "PL"), ("Firma", "P"), ("Ł" * 65, "PL")]
)
def test_a_root_needs_an_organisation_and_a_country(organisation: str, country: str) -> None:
    with pytest.raises(CertificateRefused):
        make_root(organisation, country, ec.generate_private_key(ec.SECP256R1()), NOW)


@pytest.mark.parametrize("kiosk_id", ["", "k" * 65])
def test_a_kiosk_needs_an_identifier(hierarchy: Hierarchy, kiosk_id: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(SigningError):
        issue_kiosk_ca(kiosk_id, "Kiosk", key.public_key(), hierarchy.signing_ca, NOW)


def test_a_one_shot_key_refuses_a_second_signature(hierarchy: Hierarchy) -> None:
    identity = make_one_shot("Jan Kowalski", Proof.SMS_CODE, hierarchy.kiosk, NOW)
    assert identity.sign(b"the document")
    with pytest.raises(KeyAlreadyUsed):
        identity.sign(b"the document")
