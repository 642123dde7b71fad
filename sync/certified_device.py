"""A device that also tells head office about its own authority, and renews its keys when asked.

Before everything else it reports its authority, when there is something to tell: no time-stamp
certificate yet, something signed since the last revocation list, or a list that has grown old.
After everything else it lets head office witness its journal and witnesses head office's
(`sync.witnessing`), and goes as far with a renewal of its keys as it can (`sync.renewal`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from sync.authority import AuthorityReply, AuthorityReport
from sync.checkpoint import Checkpoint, SignedCheckpoint, kiosk_origin
from sync.device_side import MAX_SMALL_REPLY_BYTES, Device, SyncReport
from sync.errors import JournalFault, OfficeRefused
from sync.office_link import DeviceIdentity
from sync.renewal import RenewalReply, RenewalRequest
from sync.round import Round
from sync.strict_json import canonical_bytes, parse_object
from sync.witnessing import MAX_CHECKPOINT_BYTES, CheckpointMessage, CheckpointReply

__all__ = ["AuthoritySource", "CertifiedDevice", "JournalSource", "RenewalSource"]

DISPUTES = frozenset(
    {"journal_behind", "journal_forked", "office_log_behind", "office_log_forked"}
    | {"checkpoint_not_signed", "checkpoint_not_cosigned", "proof_false"}
)
"""Codes after which somebody must compare the two journals."""
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


class JournalSource(Protocol):
    """The kiosk's journal, and what it knows of head office's log. Each step is one transaction."""

    def due(self) -> Checkpoint | None:
        """How far the journal has come that head office has; None when nobody need hear of it."""

    def office_log(self) -> SignedCheckpoint | None:
        """The last checkpoint of head office's log that was accepted; None at first."""

    def keep(self, reply: CheckpointReply) -> None:
        """Keep a checked answer: the cosigned checkpoint and head office's own."""

    def dispute(self, code: str, journal_note: str, office_note: str) -> None:
        """Write down that the two logs do not fit, with the notes that show it."""


class CertifiedDevice(Device):
    """A kiosk's connection to head office, with its authority, its journal and its renewals."""

    def __init__(
        self,
        source: AuthoritySource | None,
        *parts: Any,
        renewal: RenewalSource | None,
        journal: JournalSource,
        **named: Any,
    ) -> None:
        """Keep the parts; see `Device` for all but the first, `renewal` and `journal`.

        Without a source or a renewal that part of an exchange is left to another process.
        """
        super().__init__(*parts, **named)
        self._source = source
        self._renewal = renewal
        self._journal = journal

    def exchange(self) -> SyncReport:
        """Report, if there is something to tell, do one full round, then renew keys if asked.

        A report or a renewal that is refused is a problem among others; it keeps nothing from
        going up.

        Raises:
            SyncError: As `Device.exchange`.
        """
        around = Round()
        if self._source is not None and self._source.is_due():
            self.fetch_time()
            around.guarded(partial(self._report, self._source))
        done = super().exchange()
        around.guarded(self._witness)
        if self._renewal is not None:
            around.guarded(partial(self._renew, self._renewal))
        return replace(done, problems=tuple(dict.fromkeys((*around.problems, *done.problems))))

    def _report(self, source: AuthoritySource) -> None:
        body = canonical_bytes(source.report().to_json())
        reply = self._link.send("POST", "/authority", None, body, MAX_SMALL_REPLY_BYTES)
        source.keep(AuthorityReply.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES)))

    def _witness(self) -> None:
        """Let head office cosign the journal, and check that head office's log only grew."""
        checkpoint = self._journal.due()
        if checkpoint is None:
            return
        identity, known = self._link.identity, self._journal.office_log()
        note, seen = SignedCheckpoint.sign(checkpoint, identity.signing_key), known
        if known is not None:
            origin = kiosk_origin(identity.kiosk_id)
            seen = known.cosign(origin, identity.signing_key, self._clock.now())
        body = canonical_bytes(CheckpointMessage(note, seen).to_json())
        office_note = "" if known is None else known.text()
        try:
            answer = self._link.send("POST", "/checkpoint", None, body, MAX_CHECKPOINT_BYTES)
            reply = CheckpointReply.from_json(parse_object(answer, MAX_CHECKPOINT_BYTES))
            office_note = reply.office.text()
            reply.check(note, None if known is None else known.checkpoint, self._link.office_key)
        except (JournalFault, OfficeRefused) as error:
            if error.code in DISPUTES:
                self._journal.dispute(error.code, note.text(), office_note)
            raise
        self._journal.keep(reply)

    def _renew(self, renewal: RenewalSource) -> None:
        request = renewal.request()
        if request is not None:
            body = canonical_bytes(request.to_json())
            reply = self._link.send("POST", "/renewal", None, body, MAX_RENEWAL_REPLY_BYTES)
            made = RenewalReply.from_json(parse_object(reply, MAX_RENEWAL_REPLY_BYTES))
            renewal.keep(made)
            self._fetch_trust()
        if renewal.waits():
            identity = renewal.take()
            if identity is not None:
                self._link.sign_as(identity)
                self.fetch_time()  # by the new key: the old one counts no more
