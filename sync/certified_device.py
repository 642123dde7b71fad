"""A device that also tells head office about its own authority, and renews its keys when asked.

Before everything else it reports its authority, when there is something to tell: no time-stamp
certificate yet, something signed since the last revocation list, or a list that has grown old.
After everything else it goes as far with a renewal of its keys as it can (`sync.renewal`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from sync.authority import AuthorityReply, AuthorityReport
from sync.device_side import MAX_SMALL_REPLY_BYTES, Device, SyncReport, _Round
from sync.office_link import DeviceIdentity
from sync.renewal import RenewalReply, RenewalRequest
from sync.strict_json import canonical_bytes, parse_object

__all__ = ["AuthoritySource", "CertifiedDevice", "RenewalSource"]

MAX_RENEWAL_REPLY_BYTES = 32 * 1024
"""Longest reply with certificates: seven of at most 4 KiB, in base64."""


class AuthoritySource(Protocol):
    """The kiosk's own authority, as far as sync is concerned."""

    def is_due(self) -> bool:
        """Whether head office must hear something."""

    def report(self) -> AuthorityReport:
        """Make the report."""

    def keep(self, reply: AuthorityReply) -> None:
        """Note that the report arrived, and keep the certificate that came back."""


class RenewalSource(Protocol):
    """The kiosk's next keys, as far as sync is concerned. Each step is one transaction."""

    def request(self) -> RenewalRequest | None:
        """Make the request, and before it the keys; None when nothing is to be asked."""

    def keep(self, reply: RenewalReply) -> None:
        """Keep the certificates beside the old ones; raises MessageMalformed when they misfit."""

    def waits(self) -> bool:
        """Whether certificates are here and the new keys are not taken yet."""

    def take(self) -> DeviceIdentity | None:
        """Take the new keys, if the trust list names them; who the device is from then on."""


class CertifiedDevice(Device):
    """A kiosk's connection to head office, with its authority's reports and its renewals."""

    def __init__(
        self, source: AuthoritySource, *parts: Any, renewal: RenewalSource, **named: Any
    ) -> None:
        """Keep the parts; see `Device` for all but the first and `renewal`."""
        super().__init__(*parts, **named)
        self._source = source
        self._renewal = renewal

    def exchange(self) -> SyncReport:
        """Report, if there is something to tell, do one full round, then renew keys if asked.

        A report or a renewal that is refused is a problem among others; it keeps nothing from
        going up.

        Raises:
            SyncError: As `Device.exchange`.
        """
        around = _Round()
        if self._source.is_due():
            self.fetch_time()
            around.guarded(self._report)
        done = super().exchange()
        around.guarded(self._renew)
        return replace(done, problems=tuple(dict.fromkeys((*around.problems, *done.problems))))

    def _report(self) -> None:
        body = canonical_bytes(self._source.report().to_json())
        reply = self._link.send("POST", "/authority", None, body, MAX_SMALL_REPLY_BYTES)
        self._source.keep(AuthorityReply.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES)))

    def _renew(self) -> None:
        request = self._renewal.request()
        if request is not None:
            body = canonical_bytes(request.to_json())
            reply = self._link.send("POST", "/renewal", None, body, MAX_RENEWAL_REPLY_BYTES)
            made = RenewalReply.from_json(parse_object(reply, MAX_RENEWAL_REPLY_BYTES))
            self._renewal.keep(made)
            self._fetch_trust()
        if self._renewal.waits():
            identity = self._renewal.take()
            if identity is not None:
                self._link.sign_as(identity)
                self.fetch_time()  # by the new key: the old one counts no more
