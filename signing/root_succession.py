"""One root in the place of another: each certifies the other's key, and the old one hands over.

    introduced = certify_root(following, former)     # "new with old" (RFC 4210, 4.4)
    vouched = certify_root(former, following)        # "old with new"

Whoever trusts one of the two roots so finds a path to what hangs below the other. Sygnet's own
verifier needs neither: both roots stand on the trust list. The trust list's root role goes from
the old root's key to the new one's in metadata that both sign (TUF 1.0, 5.3.4).
Nothing here reads a file or a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing.certificate_profiles import CertificateAuthority, Profile, issue
from signing.certificates import ROOT_VALIDITY
from signing.root_keys import RootSecret

__all__ = ["FormerRoot", "SafeRoot", "certify_root", "check_former_root", "root_generation"]

MAX_GENERATION: Final = 99
"""A root lasts forty years."""


@dataclass(frozen=True)
class SafeRoot:
    """A root as it lies in a safe, opened."""

    secret: RootSecret
    """What its keys are derived from."""
    certificate: x509.Certificate
    """Its own certificate."""

    def authority(self) -> CertificateAuthority:
        """The root as an issuer."""
        return CertificateAuthority(self.secret.certificate_key(), self.certificate)


@dataclass(frozen=True)
class FormerRoot:
    """What the root before tells in the answer of its successor."""

    root: x509.Certificate
    """Its own certificate."""
    crl: x509.CertificateRevocationList
    """Its revocation list, which runs as long as it does."""
    introduced: x509.Certificate
    """Its certificate for the successor's key."""
    vouched: x509.Certificate
    """The successor's certificate for its key."""


def certify_root(subject: x509.Certificate, issuer: SafeRoot, now: datetime) -> x509.Certificate:
    """Certify another root's key, as long as both roots last.

    Raises:
        CertificateRefused: code `issuer_not_valid`.
    """
    key = subject.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("not a P-256 key")
    left = min(ROOT_VALIDITY, subject.not_valid_after_utc - now.replace(microsecond=0))
    profile = Profile(left, is_ca=True)
    return issue(subject.subject, key, issuer.authority(), profile, now)


def check_former_root(former: FormerRoot, following: x509.Certificate) -> None:
    """Check that a former root introduces its successor, which vouches for it.

    Raises:
        ValueError, TypeError, InvalidSignature: it does not.
    """
    pairs = ((former.introduced, following, former.root), (former.vouched, former.root, following))
    for certificate, subject, issuer in pairs:
        certificate.verify_directly_issued_by(issuer)
        same_key = certificate.public_key() == subject.public_key()
        if not same_key or certificate.subject != subject.subject:
            raise ValueError("a certificate for another root")
    key = former.root.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or not former.crl.is_signature_valid(key):
        raise ValueError("revocation list of another root")
    if former.crl.issuer != former.root.subject:
        raise ValueError("revocation list of another root")


def root_generation(certificate: x509.Certificate) -> int:
    """Which root of its organisation this one is, as its name says; 1 for the first."""
    (name,) = certificate.subject.get_attributes_for_oid(x509.oid.NameOID.COMMON_NAME)
    last = str(name.value).rpartition(" Root ")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) <= 2 else 1
