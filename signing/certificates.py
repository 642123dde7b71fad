"""The X.509 hierarchy (RFC 5280), all P-256: root, signing CA, director, kiosk CA, seal, client.

    root
     +- signing CA                     path length 1
         +- director                   digital signature, non-repudiation
         +- seal of a kiosk            digital signature, non-repudiation
         +- clock of a kiosk           time-stamping only
         +- kiosk CA                   path length 0, only names of its organisation
             +- one-shot client        carries the client's name and the proof of identity

Profiles, object identifiers and the reasons for both are in docs/keys.md. Everything here is pure:
keys, names and `now` in, a certificate out. Every serial number is random (RFC 5280, 4.1.2.2), no
certificate outlives its issuer, and country and organisation are always the issuer's own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from signing.certificate_profiles import (
    MAX_COMMON_NAME_BYTES,
    MAX_ORGANISATION_BYTES,
    OLD_PROOF_EXTENSION,
    ONE_SHOT_POLICY,
    PROOF_EXTENSION,
    SIGNER_POLICY,
    TIME_POLICY,
    CertificateAuthority,
    CertificateRefused,
    Profile,
    bad_name,
    build,
    common_name,
    issue,
    issuer_base,
    kiosk_names,
    subject_under,
)
from verifier.claims import cut_text
from verifier.token import Proof

__all__ = [
    "CertificateAuthority",
    "CertificateRefused",
    "issue_director",
    "issue_kiosk_ca",
    "issue_one_shot",
    "issue_seal",
    "issue_signing_ca",
    "issue_timestamp",
    "make_root",
    "proof_of_identity",
]

YEAR: Final = timedelta(days=365, hours=6)
"""A mean calendar year."""
ROOT_VALIDITY: Final = 40 * YEAR
"""Longer than anything that it vouches for."""
SIGNING_CA_VALIDITY: Final = 30 * YEAR
"""Leaves room for kiosks enrolled late in its life."""
KIOSK_CA_VALIDITY: Final = 20 * YEAR
"""A device's life, plus ten years for the last certificate that it issues."""
TIMESTAMP_VALIDITY: Final = 20 * YEAR
"""What it stamped last must read as valid for ten years; kiosks ask for a new one in time."""
DIRECTOR_VALIDITY: Final = 20 * YEAR
SEAL_VALIDITY: Final = 20 * YEAR
"""What both signed last must read as valid for ten years; they are renewed in time."""
SIGNER_VALIDITY: Final = 10 * YEAR
"""One-shot: a client's signature must read as valid for ten years."""
PROOF_WORDS: Final = {
    Proof.NONE: "Identity not checked",
    Proof.SMS_CODE: "Identity: code by SMS",
    Proof.EMAIL_CODE: "Identity: code by e-mail",
    Proof.ID_DOCUMENT: "Identity: document checked",
    Proof.ACCOUNT: "Identity: account",
}
"""The proof of identity in the subject, as any certificate viewer shows it."""


def make_root(
    organisation: str,
    country: str,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    generation: int = 1,
) -> x509.Certificate:
    """Make the office's self-signed root.

    Args:
        organisation: The organisation's name; every certificate below carries it.
        country: Two letters, ISO 3166-1.
        key: The root's P-256 key.
        now: Moment of issue, aware UTC.
        generation: 1 for the first, one more for each that takes its place; part of the name.

    Returns:
        The root certificate.

    Raises:
        CertificateRefused: code `bad_name`.
    """
    country = country.upper()
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise bad_name("The country must be two letters.")
    if not organisation.strip() or len(organisation.encode()) > MAX_ORGANISATION_BYTES:
        raise bad_name(f"An organisation's name has 1 to {MAX_ORGANISATION_BYTES} bytes.")
    base = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.strip()),
    ]
    suffix = " Root" if generation == 1 else f" Root {generation}"
    name = cut_text(organisation.strip(), MAX_COMMON_NAME_BYTES - len(suffix.encode())) + suffix
    subject = x509.Name([*base, common_name(name)])
    profile = Profile(ROOT_VALIDITY, is_ca=True)
    return build(subject, key.public_key(), None, key, profile, now)


def issue_signing_ca(
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
    generation: int = 1,
) -> x509.Certificate:
    """Issue a signing CA below the root; path length 1.

    Args:
        public_key: The signing CA's key.
        authority: The root.
        now: Moment of issue, aware UTC.
        generation: 1 for the first, one more with each rotation; later ones have it in their name,
            since two authorities of one name confuse validators.

    Raises:
        CertificateRefused: code `issuer_not_valid`.
    """
    organisation = str(issuer_base(authority)[-1].value)
    suffix = " Signing CA" if generation == 1 else f" Signing CA {generation}"
    room = MAX_COMMON_NAME_BYTES - len(suffix.encode())
    name = cut_text(organisation, room) + suffix
    subject = subject_under(authority, common_name(name))
    profile = Profile(SIGNING_CA_VALIDITY, is_ca=True, path_length=1)
    return issue(subject, public_key, authority, profile, now)


def issue_director(
    name: str,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
) -> x509.Certificate:
    """Issue a director's certificate below the signing CA.

    Raises:
        CertificateRefused: codes `bad_name`, `issuer_not_valid`.
    """
    subject = subject_under(authority, common_name(name))
    profile = Profile(DIRECTOR_VALIDITY, policy=SIGNER_POLICY)
    return issue(subject, public_key, authority, profile, now)


def issue_kiosk_ca(
    kiosk_id: str,
    kiosk_name: str,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
    generation: int = 1,
) -> x509.Certificate:
    """Issue a kiosk's own CA below the signing CA: path length 0, names of its organisation only.

    Like a signing CA, one of a later generation has its number in its name.

    Raises:
        CertificateRefused: codes `bad_name`, `issuer_not_valid`.
    """
    suffix = " CA" if generation == 1 else f" CA {generation}"
    if not kiosk_name.strip():
        raise bad_name("A kiosk's name has at least one letter.")
    name = cut_text(kiosk_name, MAX_COMMON_NAME_BYTES - len(suffix)) + suffix
    subject = subject_under(authority, *kiosk_names(kiosk_id, name))
    allowed = x509.DirectoryName(x509.Name(issuer_base(authority)))
    constraints = x509.NameConstraints(permitted_subtrees=[allowed], excluded_subtrees=None)
    profile = Profile(KIOSK_CA_VALIDITY, is_ca=True, path_length=0, extra=(constraints,))
    return issue(subject, public_key, authority, profile, now)


def issue_seal(
    kiosk_id: str,
    kiosk_name: str,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
) -> x509.Certificate:
    """Issue the certificate of a kiosk's seal below the signing CA.

    Raises:
        CertificateRefused: codes `bad_name`, `issuer_not_valid`.
    """
    subject = subject_under(authority, *kiosk_names(kiosk_id, kiosk_name))
    profile = Profile(SEAL_VALIDITY, policy=SIGNER_POLICY)
    return issue(subject, public_key, authority, profile, now)


def issue_timestamp(
    kiosk_id: str,
    kiosk_name: str,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
) -> x509.Certificate:
    """Issue the certificate of a kiosk's time-stamping key, which can do nothing else (RFC 3161).

    Raises:
        CertificateRefused: codes `bad_name`, `issuer_not_valid`.
    """
    subject = subject_under(authority, *kiosk_names(kiosk_id, f"{kiosk_name} Time"))
    profile = Profile(TIMESTAMP_VALIDITY, policy=TIME_POLICY, time_stamping=True)
    return issue(subject, public_key, authority, profile, now)


def issue_one_shot(
    name: str,
    proof: Proof,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
) -> x509.Certificate:
    """Issue a client's one-signature certificate below a kiosk's CA.

    Args:
        name: The client's full name; the common name is its first 64 bytes.
        proof: How the identity was proved; in an extension for machines, in the OU for people.
        public_key: The one-shot key.
        authority: The kiosk's CA.
        now: Moment of issue, aware UTC; the certificate is valid from this very second.

    Returns:
        The certificate.

    Raises:
        CertificateRefused: codes `bad_name`, `issuer_not_valid`.
    """
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, PROOF_WORDS[proof])
    subject = subject_under(authority, unit, common_name(name))
    coded = x509.UnrecognizedExtension(PROOF_EXTENSION, bytes([0x02, 0x01, int(proof)]))
    profile = Profile(
        SIGNER_VALIDITY, starts_early=timedelta(0), policy=ONE_SHOT_POLICY, extra=(coded,)
    )
    return issue(subject, public_key, authority, profile, now)


def proof_of_identity(certificate: x509.Certificate) -> Proof | None:
    """The proof of identity that a one-shot certificate carries; None when it carries none."""
    coded = [
        extension.value.value
        for extension in certificate.extensions
        if extension.oid in (PROOF_EXTENSION, OLD_PROOF_EXTENSION)
        and isinstance(extension.value, x509.UnrecognizedExtension)
    ]
    if len(coded) != 1:
        return None
    (der,) = coded
    if len(der) != 3 or der[:2] != b"\x02\x01":
        return None
    try:
        return Proof(der[2])
    except ValueError:
        return None
