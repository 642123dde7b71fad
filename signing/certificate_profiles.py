"""Building X.509 certificates (RFC 5280): what all kinds share, and how names are formed.

Which kinds there are is `signing.certificates`; the profiles are in docs/keys.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from signing.errors import SigningError
from verifier.claims import cut_text
from verifier.errors import VerifierError

__all__ = [
    "CertificateAuthority",
    "CertificateRefused",
    "Profile",
    "bad_name",
    "build",
    "common_name",
    "issue",
    "issuer_base",
    "kiosk_names",
    "subject_under",
]

CLOCK_TOLERANCE: Final = timedelta(hours=1)
"""Certificates for other machines start this much early: their clocks are not ours."""
MAX_COMMON_NAME_BYTES: Final = 64
"""X.520 allows 64 letters and libraries count bytes; longer names are cut, whole in the PDF."""
MAX_ORGANISATION_BYTES: Final = 64
"""As for common names."""

POLICY_ARC: Final = "1.2.840.113556.1.8000.2554.37768.13636.3617.14570.34711.6388036.13219841"
"""Our object identifiers hang under one UUID, cut in parts that every reader can hold
(docs/decisions/0020)."""
OLD_POLICY_ARC: Final = "2.25.196103748112740367851224863690447239169"
"""The same UUID as one number of 128 bits (ITU-T X.667): in certificates issued before."""
SIGNER_POLICY: Final = ObjectIdentifier(f"{POLICY_ARC}.1.1")
"""Policy: a person or device whose key head office certified."""
ONE_SHOT_POLICY: Final = ObjectIdentifier(f"{POLICY_ARC}.1.2")
"""Policy: a key made for one signature and destroyed after it."""
TIME_POLICY: Final = ObjectIdentifier(f"{POLICY_ARC}.1.3")
"""Policy: time-stamps by a kiosk's own clock."""
PROOF_EXTENSION: Final = ObjectIdentifier(f"{POLICY_ARC}.2.1")
"""Private extension: `ProofOfIdentity ::= INTEGER`, the coded proof of the token."""
OLD_PROOF_EXTENSION: Final = ObjectIdentifier(f"{OLD_POLICY_ARC}.2.1")
"""The same extension in certificates issued before."""
DOCUMENT_SIGNING: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""id-kp-documentSigning (RFC 9336)."""
EMAIL_PROTECTION: Final = ObjectIdentifier("1.3.6.1.5.5.7.3.4")
"""id-kp-emailProtection: NSS and openssl cms judge a document signature by this purpose."""


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
class Profile:
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
    time_stamping: bool = False
    """Whether it is for time-stamps alone, and then for no documents (RFC 3161, 2.3)."""
    extra: tuple[x509.ExtensionType, ...] = ()
    """More extensions, all non-critical but name constraints."""


def issue(
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    authority: CertificateAuthority,
    profile: Profile,
    now: datetime,
) -> x509.Certificate:
    """Issue a certificate below an authority.

    Raises:
        CertificateRefused: code `issuer_not_valid`.
    """
    issuer = authority.certificate
    if not issuer.not_valid_before_utc <= now < issuer.not_valid_after_utc:
        raise CertificateRefused(
            "issuer_not_valid",
            "The certificate that should vouch for this one is not valid at this time.",
            "Check this machine's clock; if it is right, renew the authority's certificate.",
        )
    return build(subject, public_key, issuer, authority.key, profile, now)


def build(
    subject: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
    profile: Profile,
    now: datetime,
) -> x509.Certificate:
    """Put a certificate together and sign it; `issuer` is None for a root.

    It never outlives its issuer and never starts before it.
    """
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
        .add_extension(_key_usage(profile), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )
    if issuer is not None:
        key_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id),
            critical=False,
        ).add_extension(_policies(profile), critical=False)
    if profile.time_stamping:
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(stamping, critical=True)
    elif not profile.is_ca:
        usage = x509.ExtendedKeyUsage([DOCUMENT_SIGNING, EMAIL_PROTECTION])
        builder = builder.add_extension(usage, critical=False)
    for extension in profile.extra:
        critical = isinstance(extension, x509.NameConstraints)
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _policies(profile: Profile) -> x509.CertificatePolicies:
    any_policy = ObjectIdentifier("2.5.29.32.0")
    return x509.CertificatePolicies(
        [x509.PolicyInformation(profile.policy or any_policy, policy_qualifiers=None)]
    )


def _key_usage(profile: Profile) -> x509.KeyUsage:
    is_ca = profile.is_ca
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=not is_ca and not profile.time_stamping,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


def issuer_base(authority: CertificateAuthority) -> list[x509.NameAttribute[str]]:
    """Country and organisation of the issuer, the part that every name below must share."""
    subject = authority.certificate.subject
    return [
        x509.NameAttribute(oid, str(attribute.value))
        for oid in (NameOID.COUNTRY_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in subject.get_attributes_for_oid(oid)
    ]


def subject_under(
    authority: CertificateAuthority, *attributes: x509.NameAttribute[str]
) -> x509.Name:
    """A name below an authority: its country and organisation, then what is given."""
    return x509.Name([*issuer_base(authority), *attributes])


def kiosk_names(kiosk_id: str, name: str) -> tuple[x509.NameAttribute[str], ...]:
    """Identifier and name of a kiosk as parts of a subject.

    Raises:
        CertificateRefused: code `bad_name`.
    """
    if not 0 < len(kiosk_id) <= MAX_COMMON_NAME_BYTES:
        raise bad_name(f"A kiosk's identifier has 1 to {MAX_COMMON_NAME_BYTES} letters.")
    try:
        serial = x509.NameAttribute(NameOID.SERIAL_NUMBER, kiosk_id)
    except ValueError as error:
        raise bad_name("A kiosk's identifier is letters, digits and dashes.") from error
    return (serial, common_name(name))


def common_name(name: str) -> x509.NameAttribute[str]:
    """A common name, cut as names in a token are, so that both begin alike.

    Raises:
        CertificateRefused: code `bad_name`.
    """
    try:
        cut = cut_text(name, MAX_COMMON_NAME_BYTES)
    except VerifierError as error:
        raise bad_name("A name must have at least one letter.") from error
    return x509.NameAttribute(NameOID.COMMON_NAME, cut)


def bad_name(sentence: str) -> CertificateRefused:
    """A refusal of a name."""
    return CertificateRefused("bad_name", sentence, "Correct the name and try again.")
