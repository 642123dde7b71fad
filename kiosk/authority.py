"""This kiosk's own authority: its revocation list, and the certificate of its clock.

The time-stamping key is made here like the others; head office certifies it at the first exchange
(`sync.authority`). Without a certificate, or before the trust list names it, the kiosk signs at
level B-B, which the verifier accepts as well (docs/long-life.md).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.clock import KioskClock
from kiosk.identity import Enrolment
from kiosk.store import Store
from signing.certificates import CertificateAuthority
from signing.identities import KioskIdentity
from signing.revocation_lists import make_crl
from signing.timestamp_tokens import KioskTimeStamper
from sync.authority import AuthorityReply, AuthorityReport, make_report
from sync.errors import MessageMalformed
from verifier.claims import TimeQuality
from verifier.trust_list import KeyRole, TrustList

__all__ = ["KioskAuthority", "with_fitting_time"]

CRL_VALID_FOR: Final = timedelta(days=3650)
"""A kiosk's list never names anything: the keys that it certifies live for one signature.
Validators without a network want a list that has not run out: it is good as long as a signature."""
REPORT_EVERY: Final = timedelta(days=7)
"""How old the list at head office may get when nothing is signed."""
ASK_AGAIN_AFTER: Final = timedelta(days=1)
"""How long a kiosk waits before it asks again for a certificate that it was not given."""
RENEW_BEFORE: Final = timedelta(days=3740)
"""A certificate is renewed while it still outlives ten years of what it stamps."""


def with_fitting_time(
    kiosk: KioskIdentity, trust: TrustList, quality: TimeQuality
) -> KioskIdentity:
    """The kiosk as it may sign now: with time-stamps only when they will be believed.

    That is when the clock is vouched for and the trust list names its certificate, not revoked.
    """
    stamper = kiosk.timestamper
    if not isinstance(stamper, KioskTimeStamper) or quality is not TimeQuality.ASSURED:
        return kiosk.without_timestamps()
    own = stamper.certificate.public_bytes(Encoding.DER)
    listed = any(
        key.certificate_der == own and key.revocation is None
        for key in trust.with_role(KeyRole.TIMESTAMP)
    )
    return kiosk if listed else kiosk.without_timestamps()


class KioskAuthority:
    """Makes the reports of one kiosk (`sync.certified_device.AuthoritySource`)."""

    def __init__(
        self,
        store: Store,
        clock: KioskClock,
        enrolment: Callable[[], Enrolment],
        changed: Callable[[], None],
    ) -> None:
        """Keep the parts; `changed` is called when a certificate came."""
        self._store = store
        self._clock = clock
        self._enrolment = enrolment
        self._changed = changed

    def is_due(self) -> bool:
        """Whether head office must hear something."""
        if self._store.setting("former_ca_list"):
            return True
        said = self._store.setting("authority_reported_at")
        if not said:
            return True
        reported, now = datetime.fromisoformat(said), self._clock.read().now
        wait = REPORT_EVERY if self._holds_a_good_one(now) else ASK_AGAIN_AFTER
        return not timedelta(0) <= now - reported < wait or self._signed_since(reported)

    def report(self) -> AuthorityReport:
        """Make a new revocation list and say whose key the clock has.

        After a renewal of the keys the last list of the old CA goes first.
        """
        enrolment, now = self._enrolment(), self._clock.read().now
        crl = bytes.fromhex(self._store.setting("former_ca_list"))
        if not crl:
            authority = CertificateAuthority(enrolment.keys.ca, enrolment.kiosk.ca_certificate)
            number = self._store.next_number("crl_number")
            crl = make_crl(authority, (), number, now, CRL_VALID_FOR).public_bytes(Encoding.DER)
            self._store.set_setting("authority_reporting_at", now.astimezone(UTC).isoformat())
        return make_report(enrolment.grant.kiosk_id, crl, enrolment.keys.timestamp)

    def keep(self, reply: AuthorityReply) -> None:
        """Keep the certificate, if it is for this kiosk's key.

        Raises:
            MessageMalformed: it is not.
        """
        der = reply.timestamp_certificate
        if der is not None:
            self._check(der)
        with self._store.transaction():
            if der is not None:
                self._store.set_setting("timestamp_certificate", der.hex())
            if self._store.setting("former_ca_list"):
                self._store.set_setting("former_ca_list", "")
                self._store.set_setting("authority_reporting_at", "")  # the new CA's is due
            self._store.set_setting(
                "authority_reported_at", self._store.setting("authority_reporting_at")
            )
        if der is not None:
            self._changed()

    def _check(self, der: bytes) -> None:
        try:
            certificate = x509.load_der_x509_certificate(der)
            fits = certificate.public_key() == self._enrolment().keys.timestamp.public_key()
        except ValueError:
            fits = False
        if not fits:
            raise MessageMalformed("authority reply: a certificate for another key.")

    def _holds_a_good_one(self, now: datetime) -> bool:
        stamper = self._enrolment().kiosk.timestamper
        return (
            isinstance(stamper, KioskTimeStamper)
            and now + RENEW_BEFORE < stamper.certificate.not_valid_after_utc
        )

    def _signed_since(self, reported: datetime) -> bool:
        row = self._store.row("SELECT max(signed_at) FROM sealed")
        latest = None if row is None else row[0]
        return latest is not None and datetime.fromisoformat(str(latest)) >= reported
