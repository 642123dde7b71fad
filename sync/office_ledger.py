"""What the office side of sync needs from head office: one narrow Protocol and its values.

Every method is one transaction of its own. Methods that refuse raise `sync.errors.RequestRefused`
(or its subclass EnrolmentRefused), which travels to the device as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync.authority import AuthorityReport
from sync.enrolment_messages import DeviceKeys, EnrolmentGrant
from sync.events import JournalEvent
from sync.messages import CodeRequestResult
from sync.records import DownRow
from sync.renewal import RenewalReply, RenewalRequest
from sync.staff import StaffReply
from sync.witnessing import CheckpointMessage, CheckpointReply

__all__ = ["EnrolmentSecret", "KioskKeys", "OfficeLedger"]


@dataclass(frozen=True)
class KioskKeys:
    """What is needed to judge a request of one kiosk."""

    kiosk_id: str
    """The kiosk."""
    sync_public_key: bytes
    """Its Ed25519 public key, 32 raw bytes."""
    box_public_key: bytes
    """Its X25519 public key, 32 raw bytes: what is for its eyes alone is sealed to it."""
    last_nonce: int
    """The highest counter taken so far, 0 at first."""
    revoked: bool
    """Whether head office has shut this kiosk out."""
    next_sync_public_key: bytes | None = None
    """The key of a renewal that was certified and not used yet; None when there is none."""


@dataclass(frozen=True)
class EnrolmentSecret:
    """What head office keeps of a one-time code (see sync.enrolment.new_enrolment_code)."""

    code_id: str
    """Public name of the code, hex; derived from it, says nothing about it."""
    mac_key: bytes
    """Shared secret derived from the code, 32 bytes; store it as a secret."""
    expires_at: datetime
    """The code is worthless from this moment on."""


class OfficeLedger(Protocol):
    """Head office's books, as far as sync reads and writes them."""

    def kiosk_keys(self, kiosk_id: str) -> KioskKeys | None:
        """Give the keys of an enrolled kiosk, None when there is no such kiosk. A read only."""

    def take_nonce(self, kiosk_id: str, nonce: int) -> bool:
        """Raise the kiosk's counter to `nonce` if it is higher than the stored one, atomically.

        `UPDATE … SET last_nonce = :nonce WHERE id = :kiosk AND last_nonce < :nonce`; returns
        whether a row changed. Only called for requests that change something.
        """

    def take_packet(self, kiosk_id: str, nonce: int) -> bool:
        """Raise the counter of the kiosk's packets to `nonce` unless it is higher, atomically.

        Returns whether it is `nonce` now: a packet may be taken again, an older one may not.
        """

    def enrolment_secret(self, code_id: str) -> EnrolmentSecret | None:
        """Give what is kept of a one-time code, redeemed or not; None when there is none."""

    def redeem_enrolment(
        self, code_id: str, device_keys: DeviceKeys, now: datetime
    ) -> EnrolmentGrant:
        """Trade a code for certificates; the caller has checked expiry, MAC and proofs.

        The first call stores the keys with the code, issues the certificates and answers; a later
        call with equal keys gives the same grant; with other keys it raises
        `EnrolmentRefused("code_used", …)`.
        """

    def take_authority_report(
        self, kiosk_id: str, report: AuthorityReport, now: datetime
    ) -> bytes | None:
        """Keep a kiosk's revocation list and certify its time-stamping key: the DER, or None.

        The same report again gives the same certificate.
        """

    def renew_keys(self, kiosk_id: str, request: RenewalRequest, now: datetime) -> RenewalReply:
        """Certify a device's next keys and put them on the trust list, when they were asked for.

        The same request again gives the same reply, also after the keys were taken. Raises
        `RequestRefused`: renewal_not_due, keys_refused (`sync.renewal.check_renewal`).
        """

    def keys_taken(self, kiosk_id: str, now: datetime) -> None:
        """The device used its next sync key: its next keys are its keys from now on."""

    def rows_after(self, kiosk_id: str, cursor: int, limit: int) -> Sequence[DownRow]:
        """Give up to `limit` rows with a counter above `cursor`, lowest first."""

    def trust_version(self) -> int:
        """Give the version of the published trust list, 0 when there is none."""

    def staff_version(self, kiosk_id: str) -> int:
        """Give the version of the list of a kiosk's front-desk people, 0 before there was any."""

    def records_strokes(self) -> bool:
        """Tell whether kiosks are to record how signatures are drawn (docs/strokes.md)."""

    def staff(self, kiosk_id: str) -> StaffReply:
        """Give a kiosk's front-desk people, sealed to its present key."""

    def blob(self, kiosk_id: str, sha256: str) -> bytes | None:
        """Give a PDF that is due at this kiosk; None when there is none or it is not its own."""

    def has_blob(self, kiosk_id: str, sha256: str) -> bool:
        """Say whether this kiosk's upload of that name is complete and stored."""

    def chunk_bytes(self, kiosk_id: str, sha256: str) -> int:
        """Count the bytes of an unfinished upload received so far, from offset 0 without gaps."""

    def append_chunk(self, kiosk_id: str, sha256: str, offset: int, data: bytes) -> None:
        """Keep the next piece of an unfinished upload; `offset` equals `chunk_bytes`.

        A piece whose offset is already there is left as it is (two requests may race).
        """

    def chunks(self, kiosk_id: str, sha256: str) -> bytes:
        """Give all pieces of an unfinished upload, joined."""

    def discard_chunks(self, kiosk_id: str, sha256: str) -> None:
        """Forget an unfinished upload."""

    def store_blob(self, kiosk_id: str, sha256: str, data: bytes) -> None:
        """Store a complete upload (hash checked by the caller), create-only, and drop its pieces.

        A blob that is already there is left as it is.
        """

    def acknowledged(self, kiosk_id: str) -> int:
        """Give the highest sequence up to which this kiosk's journal is here without gaps."""

    def accept_events(self, kiosk_id: str, events: Sequence[JournalEvent], now: datetime) -> int:
        """Take events and do what follows from them, in one transaction.

        `events` are contiguous and checked; their blobs are here. Those with a sequence up to
        `acknowledged` were taken before and are skipped; a skipped one whose canonical bytes
        differ from the stored ones raises `RequestRefused("event_conflict", …, status=409)`.
        Returns the new highest contiguous sequence.
        """

    def take_checkpoint(
        self, kiosk_id: str, message: CheckpointMessage, now: datetime
    ) -> CheckpointReply:
        """Hold a kiosk's checkpoint against the copy of its journal, cosign it, and answer.

        The checkpoint becomes a leaf of head office's own log, once; the kiosk's cosignature of
        that log is kept. `RequestRefused` with the code of a `JournalFault` (status 409) when the
        logs do not fit: that is written down for people first.
        """

    def request_code(
        self, kiosk_id: str, document_id: str, now: datetime, signer_id: str = ""
    ) -> CodeRequestResult:
        """Send a client of a document due at this kiosk a confirmation code.

        Without a `signer_id` it is the client whose turn it is.
        """

    def seen(self, kiosk_id: str, now: datetime) -> None:
        """Note that the kiosk was heard; called at most every ten minutes per kiosk."""
