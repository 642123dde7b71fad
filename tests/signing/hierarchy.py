"""A whole office and one kiosk with real keys and certificates, for tests of signing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from signing.certificates import (
    CertificateAuthority,
    issue_director,
    issue_kiosk_ca,
    issue_seal,
    issue_signing_ca,
    make_root,
)
from signing.identities import KioskIdentity, SigningIdentity

NOW = datetime(2026, 11, 24, 9, 30, 0, tzinfo=UTC)
ORGANISATION = "Żółw i Syn sp. z o.o."


@dataclass(frozen=True)
class Hierarchy:
    """Everything from the root down to a kiosk."""

    root_authority: CertificateAuthority
    signing_ca: CertificateAuthority
    director: SigningIdentity
    kiosk: KioskIdentity

    @property
    def root(self) -> x509.Certificate:
        """The root certificate."""
        return self.root_authority.certificate

    @property
    def kiosk_authority(self) -> CertificateAuthority:
        """The kiosk's own CA."""
        return CertificateAuthority(self.kiosk.ca_key, self.kiosk.ca_certificate)


def make_hierarchy(now: datetime = NOW) -> Hierarchy:
    """Make the keys and certificates of an office, a director and a kiosk."""
    root_key, ca_key, director_key, kiosk_key, seal_key = (
        ec.generate_private_key(ec.SECP256R1()) for _ in range(5)
    )
    root = CertificateAuthority(root_key, make_root(ORGANISATION, "PL", root_key, now))
    signing_ca = CertificateAuthority(ca_key, issue_signing_ca(ca_key.public_key(), root, now))
    chain = (signing_ca.certificate, root.certificate)
    director = issue_director("Katarzyna Nowak", director_key.public_key(), signing_ca, now)
    name = "Kiosk Warszawa 1"
    kiosk = KioskIdentity(
        kiosk_id="kiosk-1",
        name=name,
        ca_key=kiosk_key,
        ca_certificate=issue_kiosk_ca("kiosk-1", name, kiosk_key.public_key(), signing_ca, now),
        seal_key=seal_key,
        seal_certificate=issue_seal("kiosk-1", name, seal_key.public_key(), signing_ca, now),
        chain=chain,
    )
    return Hierarchy(root, signing_ca, SigningIdentity(director_key, director, chain), kiosk)
