"""The X.509 hierarchy (RFC 5280), all P-256: root, signing CA, director, kiosk CA, seal, client.

    root
     +- signing CA                     path length 1
         +- director                   digital signature, non-repudiation
         +- seal of a kiosk            digital signature, non-repudiation
         +- kiosk CA                   path length 0, only names of its organisation
             +- one-shot client        carries the client's name and the proof of identity

Profiles, object identifiers and the reasons for both are in docs/keys.md. Everything here is pure:
keys, names and `now` in, a certificate out. Every serial number is random (RFC 5280, 4.1.2.2), no
certificate outlives its issuer, and country and organisation are always the issuer's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier

from signing.errors import SigningError
from verifier.token import Proof

__all__ = [
    "CertificateAuthority",
    "CertificateRefused",
    "issue_director",
    "issue_kiosk_ca",
    "issue_one_shot",
    "issue_seal",
    "issue_signing_ca",
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
SIGNER_VALIDITY: Final = 10 * YEAR
"""Director, seal and one-shot: a signature must read as valid for ten years."""
CLOCK_TOLERANCE: Final = timedelta(hours=1)
"""Certificates for other machines start this much early: their clocks are not ours."""
MAX_COMMON_NAME_LETTERS: Final = 64
"""X.520 upper bound of a common name; longer names are cut here and whole in the PDF."""
MAX_ORGANISATION_LETTERS: Final = 64
"""X.520 upper bound of an organisation name."""

POLICY_ARC: Final = "2.25.196103748112740367851224863690447239169"
"""Our object identifiers hang under one UUID (ITU-T X.667); nobody has to hand one out."""
SIGNER_POLICY: Final = ObjectIdentifier(f"{POLICY_ARC}.1.1")
"""Policy: a person or device whose key head office certified."""
ONE_SHOT_POLICY: Final = ObjectIdentifier(f"{POLICY_ARC}.1.2")
"""Policy: a key made for one signature and destroyed after it."""
PROOF_EXTENSION: Final = ObjectIdentifier(f"{POLICY_ARC}.2.1")
"""Private extension: `ProofOfIdentity ::= INTEGER`, the coded proof of the token."""
DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""
EMAIL_PROTECTION: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.4")
"""id-kp-emailProtection: NSS and openssl cms judge a document signature by this purpose."""

PROOF_WORDS: Final = {
    Proof.NONE: "Identity not checked",
    Proof.SMS_CODE: "Identity: code by SMS",
    Proof.EMAIL_CODE: "Identity: code by e-mail",
    Proof.ID_DOCUMENT: "Identity: document checked",
    Proof.ACCOUNT: "Identity: account",
}
"""The proof of identity in the subject, as any certificate viewer shows it."""


class CertificateRefused(SigningError):
    """A certificate that may not be issued: bad names or an issuer out of its validity."""


@dataclass(frozen=True)
class CertificateAuthority:
    """What issues certificates: a CA's key and its own certificate."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    """The CA's private key."""
    certificate: x509.Certificate
    """The CA's own certificate."""


@dataclass(frozen=True)
class _Profile:
    """What differs between the kinds of certificate."""

    validity: timedelta
    """At most this long; never longer than the issuer's."""
    starts_early: timedelta = CLOCK_TOLERANCE
    """How much before `now` it starts."""
    path_length: int | None = None
    """For a CA: how many CAs may follow below it."""
    is_ca: bool = False
    """Whether it may issue certificates."""
    policy: ObjectIdentifier | None = None
    """Certificate policy of a signer; CAs carry anyPolicy."""
    extra: tuple[x509.ExtensionType, ...] = ()
    """More extensions, all non-critical but name constraints."""


def make_root(
    organisation: str, country: str, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    """Make the office's self-signed root.

    Args:
        organisation: The organisation's name; every certificate below carries it.
        country: Two letters, ISO 3166-1.
        key: The root's P-256 key.
        now: Moment of issue, aware UTC.

    Returns:
        The root certificate.

    Raises:
        CertificateRefused: code `bad_name`.
    """
    country = country.upper()
    if len(country) != 2 or not (country.isascii() and country.isalpha()):
        raise _bad_name("The country must be two letters.")
    if not organisation.strip() or len(organisation) > MAX_ORGANISATION_LETTERS:
        raise _bad_name(f"An organisation's name has 1 to {MAX_ORGANISATION_LETTERS} letters.")
    base = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.strip()),
    ]
    subject = x509.Name([*base, _common_name(f"{organisation.strip()} Root")])
    profile = _Profile(ROOT_VALIDITY, is_ca=True)
    return _build(subject, key.public_key(), None, key, profile, now)


def issue_signing_ca(
    public_key: ec.EllipticCurvePublicKey, authority: CertificateAuthority, now: datetime
) -> x509.Certificate:
    """Issue the signing CA below the root; path length 1.

    Raises:
        CertificateRefused: code `issuer_not_valid`.
    """
    organisation = _issuer_base(authority)[-1].value
    subject = _subject(authority, _common_name(f"{organisation} Signing CA"))
    profile = _Profile(SIGNING_CA_VALIDITY, is_ca=True, path_length=1)
    return _issue(subject, public_key, authority, profile, now)


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
    subject = _subject(authority, _common_name(name))
    profile = _Profile(SIGNER_VALIDITY, policy=SIGNER_POLICY)
    return _issue(subject, public_key, authority, profile, now)


def issue_kiosk_ca(
    kiosk_id: str,
    kiosk_name: str,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
) -> x509.Certificate:
    """Issue a kiosk's own CA below the signing CA: path length 0, names of its organisation only.

    Raises:
        CertificateRefused: codes `bad_name`, `issuer_not_valid`.
    """
    subject = _subject(authority, *_kiosk_name(kiosk_id, f"{kiosk_name} CA"))
    allowed = x509.DirectoryName(x509.Name(_issuer_base(authority)))
    constraints = x509.NameConstraints(permitted_subtrees=[allowed], excluded_subtrees=None)
    profile = _Profile(KIOSK_CA_VALIDITY, is_ca=True, path_length=0, extra=(constraints,))
    return _issue(subject, public_key, authority, profile, now)


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
    subject = _subject(authority, *_kiosk_name(kiosk_id, kiosk_name))
    profile = _Profile(SIGNER_VALIDITY, policy=SIGNER_POLICY)
    return _issue(subject, public_key, authority, profile, now)


def issue_one_shot(
    name: str,
    proof: Proof,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    now: datetime,
) -> x509.Certificate:
    """Issue a client's one-signature certificate below a kiosk's CA.

    Args:
        name: The client's full name; the common name is its first 64 letters.
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
    subject = _subject(authority, unit, _common_name(name))
    coded = x509.UnrecognizedExtension(PROOF_EXTENSION, bytes([0x02, 0x01, int(proof)]))
    profile = _Profile(
        SIGNER_VALIDITY, starts_early=timedelta(0), policy=ONE_SHOT_POLICY, extra=(coded,)
    )
    return _issue(subject, public_key, authority, profile, now)


def proof_of_identity(certificate: x509.Certificate) -> Proof | None:
    """The proof of identity that a one-shot certificate carries; None when it carries none."""
    try:
        extension = certificate.extensions.get_extension_for_oid(PROOF_EXTENSION)
    except x509.ExtensionNotFound:
        return None
    if not isinstance(extension.value, x509.UnrecognizedExtension):
        return None
    der = extension.value.value
    if len(der) != 3 or der[:2] != b"\x02\x01":
        return None
    try:
        return Proof(der[2])
    except ValueError:
        return None


def _issue(
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    profile: _Profile,
    now: datetime,
) -> x509.Certificate:
    issuer = authority.certificate
    if not issuer.not_valid_before_utc <= now < issuer.not_valid_after_utc:
        raise CertificateRefused(
            "issuer_not_valid",
            "The certificate that should vouch for this one is not valid at this time.",
            "Check this machine's clock; if it is right, renew the authority's certificate.",
        )
    return _build(subject, public_key, issuer, authority.key, profile, now)


def _build(
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    profile: _Profile,
    now: datetime,
) -> x509.Certificate:
    second = now.replace(microsecond=0)
    not_after = second + profile.validity
    not_before = second - profile.starts_early
    if issuer is not None:
        not_after = min(not_after, issuer.not_valid_after_utc)
        not_before = max(not_before, issuer.not_valid_before_utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(profile.is_ca, profile.path_length), critical=True)
        .add_extension(_key_usage(profile.is_ca), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    if issuer is not None:
        key_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id),
            critical=False,
        ).add_extension(_policies(profile), critical=False)
    if not profile.is_ca:
        usage = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    for extension in profile.extra:
        critical = isinstance(extension, x509.NameConstraints)
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _policies(profile: _Profile) -> x509.CertificatePolicies:
    any_policy = ObjectIdentifier("2.5.29.32.0")
    return x509.CertificatePolicies(
        [x509.PolicyInformation(profile.policy or any_policy, policy_qualifiers=None)]
    )


def _key_usage(is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=not is_ca,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def _issuer_base(authority: CertificateAuthority) -> list[x509.NameAttribute[str]]:
    """Country and organisation of the issuer, the part that every name below must share."""
    subject = authority.certificate.subject
    return [
        x509.NameAttribute(oid, str(attribute.value))
        for oid in (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in subject.get_attributes_for_oid(oid)
    ]


def _subject(authority: CertificateAuthority, *attributes: x509.NameAttribute[str]) -> x509.Name:
    return x509.Name([*_issuer_base(authority), *attributes])


def _kiosk_name(kiosk_id: str, common_name: str) -> tuple[x509.NameAttribute[str], ...]:
    if not 0 < len(kiosk_id) <= MAX_COMMON_NAME_LETTERS:
        raise _bad_name(f"A kiosk's identifier has 1 to {MAX_COMMON_NAME_LETTERS} letters.")
    try:
        serial = x509.NameAttribute(NameOID.SERIAL_NUMBER, kiosk_id)
    except ValueError as error:
        raise _bad_name("A kiosk's identifier is letters, digits and dashes.") from error
    return (serial, _common_name(common_name))


def _common_name(name: str) -> x509.NameAttribute[str]:
    cut = " ".join(name.split())[:MAX_COMMON_NAME_LETTERS].rstrip()
    if not cut or not cut.isprintable():
        raise _bad_name("A name must have at least one letter and no control characters.")
    return x509.NameAttribute(NameOID.COMMON_NAME, cut)


def _bad_name(sentence: str) -> CertificateRefused:
    return CertificateRefused("bad_name", sentence, "Correct the name and try again.")
