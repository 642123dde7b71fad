"""A device that also tells head office about its own authority, before everything else.

The report is sent when there is something to tell: no time-stamp certificate yet, something
signed since the last revocation list, or a list that has grown old.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from sync.authority import AuthorityReply, AuthorityReport
from sync.device_side import MAX_SMALL_REPLY_BYTES, Device, SyncReport, _Round
from sync.strict_json import canonical_bytes, parse_object

__all__ = ["AuthoritySource", "CertifiedDevice"]


class AuthoritySource(Protocol):
    """The kiosk's own authority, as far as sync is concerned."""

    def is_due(self) -> bool:
        """Whether head office must hear something."""

    def report(self) -> AuthorityReport:
        """Make the report."""

    def keep(self, reply: AuthorityReply) -> None:
        """Note that the report arrived, and keep the certificate that came back."""


class CertifiedDevice(Device):
    """A kiosk's connection to head office, with its authority's reports."""

    def __init__(self, source: AuthoritySource, *parts: Any, **named: Any) -> None:
        """Keep the parts; see `Device` for all but the first."""
        super().__init__(*parts, **named)
        self._source = source

    def exchange(self) -> SyncReport:
        """Report, if there is something to tell, then do one full round.

        A report that is refused is a problem among others; it keeps nothing from going up.

        Raises:
            SyncError: As `Device.exchange`.
        """
        before = _Round()
        if self._source.is_due():
            self.fetch_time()
            before.guarded(self._report)
        done = super().exchange()
        return replace(done, problems=tuple(dict.fromkeys((*before.problems, *done.problems))))

    def _report(self) -> None:
        body = canonical_bytes(self._source.report().to_json())
        reply = self._link.send("POST", "/authority", None, body, MAX_SMALL_REPLY_BYTES)
        self._source.keep(AuthorityReply.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES)))
