"""Certificate revocation lists (RFC 5280, section 5), the same for root, signing CA and kiosk CA.

    crl = make_crl(authority, [RevokedCertificate(serial, at, Reason.key_compromise)], 7, now, DAY)

The trust list is what Sygnet's own verifier goes by; these lists say the same to validators that
know X.509 only, and travel inside the PDF (docs/keys.md section 7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from signing.certificate_profiles import CertificateAuthority, CertificateRefused

__all__ = ["RevokedCertificate", "make_crl"]


@dataclass(frozen=True)
class RevokedCertificate:
    """One line of a revocation list."""

    serial: int
    """Serial number of the certificate, which the authority issued."""
    at: datetime
    """Since when it counts no more, aware UTC."""
    reason: x509.ReasonFlags = x509.ReasonFlags.unspecified
    """Why (RFC 5280, 5.3.1); `unspecified` is left out of the list, as the RFC asks."""


def make_crl(
    authority: CertificateAuthority,
    revoked: Iterable[RevokedCertificate],
    number: int,
    now: datetime,
    valid_for: timedelta,
) -> x509.CertificateRevocationList:
    """Make an authority's complete revocation list.

    Args:
        authority: Whose certificates are meant; it signs the list.
        revoked: All its certificates that count no more.
        number: The list's number (RFC 5280, 5.2.3); rises with every list of this authority.
        now: Moment of issue, aware UTC.
        valid_for: The next list comes after this time at the latest; never after the end of the
            authority's certificate.

    Returns:
        The list, with the authority's key identifier and the number.

    Raises:
        CertificateRefused: code `issuer_not_valid`: the authority's certificate is not valid now.
    """
    issuer, this_update = authority.certificate, now.replace(microsecond=0)
    if not issuer.not_valid_before_utc <= this_update < issuer.not_valid_after_utc:
        raise CertificateRefused(
            "issuer_not_valid",
            "The authority whose revocations are to be listed is not valid at this time.",
            "Check this machine's clock; if it is right, renew the authority's certificate.",
        )
    key_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(this_update)
        .next_update(min(this_update + valid_for, issuer.not_valid_after_utc))
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id), critical=False
        )
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for entry in sorted(revoked, key=lambda one: one.serial):
        builder = builder.add_revoked_certificate(_line(entry))
    return builder.sign(authority.key, hashes.SHA256())


def _line(entry: RevokedCertificate) -> x509.RevokedCertificate:
    line = (
        x509.RevokedCertificateBuilder()
        .serial_number(entry.serial)
        .revocation_date(entry.at.replace(microsecond=0))
    )
    if entry.reason is not x509.ReasonFlags.unspecified:
        line = line.add_extension(x509.CRLReason(entry.reason), critical=False)
    return line.build()
