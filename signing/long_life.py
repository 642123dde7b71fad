"""Evidence for long keeping behind the seal: PAdES B-LT and B-LTA (ETSI EN 319 142-1, 5.4 and 5.5).

    extend(source, target, evidence, stamper, now)      # again before the time-stamp runs out
    due = renewal_due(stamped_at, certificate_ends)      # when that is

Two updates are appended: the certificates and revocation lists that a validator will ask for (DSS),
and a time-stamp over the whole file. Nothing that was signed changes. The form is the one that
`verifier.long_life` accepts; whoever calls this judges the result before it counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from asn1crypto import cms, crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper as PyHankoTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from signing.identities import TimeStamper
from signing.revision import CHUNK_BYTES, open_revision
from signing.whole_file import whole_file

__all__ = ["Evidence", "extend", "renewal_due"]

RENEW_BEFORE: Final = timedelta(days=180)
"""How long before its certificate ends a time-stamp is renewed: time for a service that is down."""


@dataclass(frozen=True)
class Evidence:
    """What a validator without a network will ask for."""

    certificates: tuple[x509.Certificate, ...]
    """Of all signers' and services' authorities, roots included, and the services' own."""
    revocation_lists: tuple[x509.CertificateRevocationList, ...]
    """Of each of these authorities; made after the signatures that they speak for."""


class _Stamper(PyHankoTimeStamper):
    """Our time-stamper as the library wants it; one request, and none for an estimate."""

    def __init__(self, stamper: TimeStamper, now: datetime) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._stamper = stamper
        self._now = now

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        del md_algorithm  # SHA-256, as asked for below
        # in a thread: it may talk to a network, and this one belongs to an event loop
        token = await asyncio.to_thread(self._stamper.token, message_digest, self._now)
        return cms.ContentInfo.load(token)


def extend(
    source: Path, target: Path, evidence: Evidence, stamper: TimeStamper, now: datetime
) -> None:
    """Append evidence and a time-stamp to the sealed file at `source`, into a new file.

    Args:
        source: The sealed file, extended before or not; it is not changed.
        target: Where the extended file goes; written whole or not at all.
        evidence: Certificates and lists of this moment.
        stamper: A time-stamping service that the trust list names, and that is no kiosk's.
        now: The present time, aware.

    Raises:
        SigningError: `document_unreadable`, or what the time-stamper raises.
        OSError: The disk did not take it.
    """
    with whole_file(target) as temporary, whole_file(_beside(target)) as described:
        with open_revision(source) as revision, described.open("w+b") as output:
            DocumentSecurityStore.supply_dss_in_writer(
                revision,
                None,
                certs=[asn1_x509.Certificate.load(der) for der in _ders(evidence.certificates)],
                crls=[crl.CertificateList.load(der) for der in _ders(evidence.revocation_lists)],
            )
            revision.write(output)  # type: ignore[no-untyped-call]
        with open_revision(described) as revision, temporary.open("w+b") as output:
            count = len(revision.prev.embedded_timestamp_signatures) + 1
            PdfTimeStamper(_Stamper(stamper, now), field_name=f"Timestamp{count}").timestamp_pdf(
                revision,
                "sha256",
                bytes_reserved=2 * stamper.room_bytes,
                output=output,
                chunk_size=CHUNK_BYTES,
            )
    _beside(target).unlink(missing_ok=True)


def renewal_due(stamped_at: datetime, certificate_ends: datetime) -> datetime:
    """When a file's last time-stamp has to be followed by the next one.

    Half a year before the certificate of its service ends, but never sooner than half of what was
    left of that certificate when it was used.
    """
    return max(certificate_ends - RENEW_BEFORE, stamped_at + (certificate_ends - stamped_at) / 2)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.evidence")


def _ders(
    things: Iterable[x509.Certificate] | Iterable[x509.CertificateRevocationList],
) -> list[bytes]:
    return sorted(thing.public_bytes(Encoding.DER) for thing in things)
