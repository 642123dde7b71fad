"""Head office's books in memory: the whole OfficeLedger, transactions by one lock."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.authority import AuthorityReport
from sync.checkpoint import OFFICE_ORIGIN, Checkpoint, SignedCheckpoint, kiosk_origin
from sync.errors import EnrolmentRefused, JournalFault, RequestRefused
from sync.merkle_log import (
    Nodes,
    added_nodes,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)
from sync.messages import CodeRequestResult, DeviceKeys, EnrolmentGrant
from sync.office_keys import KeyAnnouncement
from sync.office_ledger import EnrolmentSecret, KioskKeys
from sync.records import DownRecord, DownRow, JournalEvent, KeysWanted
from sync.renewal import RenewalReply, RenewalRequest, check_renewal, not_due
from sync.staff import StaffList, StaffReply
from sync.witnessing import CheckpointMessage, CheckpointReply, judge_journal


@dataclass
class KioskBooks:
    """Everything about one kiosk."""

    keys: KioskKeys
    rows: list[DownRow] = field(default_factory=list)
    due_blobs: dict[str, bytes] = field(default_factory=dict)
    pieces: dict[str, dict[int, bytes]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    events: list[JournalEvent] = field(default_factory=list)
    codes_sent: list[str] = field(default_factory=list)
    device_keys: DeviceKeys | None = None
    wanted_generation: int = 1
    renewed: tuple[RenewalRequest, RenewalReply] | None = None
    taken: list[datetime] = field(default_factory=list)
    staff: StaffList = field(default_factory=StaffList)
    staff_version: int = 0
    packet: int = 0


def tree(lines: list[bytes]) -> Nodes:
    """The nodes over these lines."""
    nodes = added_nodes(0, map(leaf_hash, lines), lambda level, index: b"")
    return lambda level, index: nodes[level, index]


class MemoryLedger:
    """Implements sync.office_ledger.OfficeLedger."""

    def __init__(self, office_key: Ed25519PrivateKey, trust_root: bytes = b"{}") -> None:
        self.office_key = office_key
        self.trust_root = trust_root
        self.kiosks: dict[str, KioskBooks] = {}
        self.secrets: dict[str, EnrolmentSecret] = {}
        self.redeemed: dict[str, tuple[DeviceKeys, EnrolmentGrant]] = {}
        self.published_trust = 0
        self.strokes_wanted = False
        self.seen_at: list[tuple[str, datetime]] = []
        self.stores = 0
        self.checkpoints: list[bytes] = []
        self.reports: list[tuple[str, AuthorityReport]] = []
        self.announcements: list[KeyAnnouncement] = []
        self.lock = threading.RLock()

    # What head office itself does

    def push(self, kiosk_id: str, record: DownRecord) -> None:
        with self.lock:
            books = self.kiosks[kiosk_id]
            counter = books.rows[-1].counter + 1 if books.rows else 1
            books.rows.append(DownRow(counter, record))

    def want_keys(self, kiosk_id: str, generation: int) -> None:
        self.kiosks[kiosk_id].wanted_generation = generation
        self.push(kiosk_id, KeysWanted(generation))

    def certify(self, kiosk_id: str, request: RenewalRequest, now: datetime) -> RenewalReply:
        """What the certificates of a device's next keys are."""
        return RenewalReply(b"ca 2", b"seal 2", b"time 2", (b"signing ca", b"root"))

    def revoke(self, kiosk_id: str) -> None:
        books = self.kiosks[kiosk_id]
        books.keys = replace(books.keys, revoked=True)

    def picture(self) -> str:
        """Everything that a message could change, to compare before and after."""
        return repr([self.kiosks, self.redeemed])

    # OfficeLedger

    def kiosk_keys(self, kiosk_id: str) -> KioskKeys | None:
        books = self.kiosks.get(kiosk_id)
        return None if books is None else books.keys

    def take_nonce(self, kiosk_id: str, nonce: int) -> bool:
        with self.lock:
            books = self.kiosks[kiosk_id]
            if nonce <= books.keys.last_nonce:
                return False
            books.keys = replace(books.keys, last_nonce=nonce)
            return True

    def take_packet(self, kiosk_id: str, nonce: int) -> bool:
        with self.lock:
            books = self.kiosks[kiosk_id]
            if nonce < books.packet:
                return False
            books.packet = nonce
            return True

    def enrolment_secret(self, code_id: str) -> EnrolmentSecret | None:
        return self.secrets.get(code_id)

    def redeem_enrolment(
        self, code_id: str, device_keys: DeviceKeys, now: datetime
    ) -> EnrolmentGrant:
        with self.lock:
            if code_id in self.redeemed:
                keys, grant = self.redeemed[code_id]
                if keys != device_keys:
                    raise EnrolmentRefused("code_used", "This enrolment code was used before.")
                return grant
            kiosk_id = f"kiosk-{len(self.redeemed) + 1}"
            grant = EnrolmentGrant(
                kiosk_id=kiosk_id,
                kiosk_name="Recepcja",
                organisation="Spółka Przykładowa",
                host="SYGNET.EXAMPLE",
                office_public_key=self.office_key.public_key().public_bytes_raw(),
                ca_certificate=b"ca certificate",
                seal_certificate=b"seal certificate",
                chain=(b"signing ca", b"root"),
                trust_root=self.trust_root,
            )
            self.redeemed[code_id] = (device_keys, grant)
            self.kiosks[kiosk_id] = KioskBooks(
                KioskKeys(
                    kiosk_id, device_keys.sync_public_key, device_keys.box_public_key, 0, False
                )
            )
            self.kiosks[kiosk_id].device_keys = device_keys
            return grant

    def take_authority_report(
        self, kiosk_id: str, report: AuthorityReport, now: datetime
    ) -> bytes | None:
        with self.lock:
            self.reports.append((kiosk_id, report))
        return None

    def renew_keys(self, kiosk_id: str, request: RenewalRequest, now: datetime) -> RenewalReply:
        with self.lock:
            books = self.kiosks[kiosk_id]
            if books.renewed is not None and books.renewed[0].keys == request.keys:
                return books.renewed[1]
            if request.generation != books.wanted_generation or books.device_keys is None:
                raise not_due()
            check_renewal(kiosk_id, request, books.device_keys)
            books.renewed = (request, self.certify(kiosk_id, request, now))
            following = request.keys.sync_public_key
            books.keys = replace(books.keys, next_sync_public_key=following)
            return books.renewed[1]

    def keys_taken(self, kiosk_id: str, now: datetime) -> None:
        with self.lock:
            books = self.kiosks[kiosk_id]
            following = books.keys.next_sync_public_key
            assert following is not None
            assert books.renewed is not None
            books.device_keys = books.renewed[0].keys
            books.keys = replace(
                books.keys,
                sync_public_key=following,
                box_public_key=books.device_keys.box_public_key,
                next_sync_public_key=None,
            )
            books.taken.append(now)

    def rows_after(self, kiosk_id: str, cursor: int, limit: int) -> Sequence[DownRow]:
        return [row for row in self.kiosks[kiosk_id].rows if row.counter > cursor][:limit]

    def trust_version(self) -> int:
        return self.published_trust

    def staff_version(self, kiosk_id: str) -> int:
        return self.kiosks[kiosk_id].staff_version

    def records_strokes(self) -> bool:
        return self.strokes_wanted

    def staff(self, kiosk_id: str) -> StaffReply:
        books = self.kiosks[kiosk_id]
        assert books.device_keys is not None
        box_key = books.device_keys.box_public_key
        return StaffReply.seal(books.staff, books.staff_version, kiosk_id, box_key)

    def blob(self, kiosk_id: str, sha256: str) -> bytes | None:
        return self.kiosks[kiosk_id].due_blobs.get(sha256)

    def has_blob(self, kiosk_id: str, sha256: str) -> bool:
        return sha256 in self.kiosks[kiosk_id].blobs

    def chunk_bytes(self, kiosk_id: str, sha256: str) -> int:
        return len(self.chunks(kiosk_id, sha256))

    def append_chunk(self, kiosk_id: str, sha256: str, offset: int, data: bytes) -> None:
        with self.lock:
            self.kiosks[kiosk_id].pieces.setdefault(sha256, {}).setdefault(offset, data)

    def chunks(self, kiosk_id: str, sha256: str) -> bytes:
        pieces = self.kiosks[kiosk_id].pieces.get(sha256, {})
        return b"".join(pieces[offset] for offset in sorted(pieces))

    def discard_chunks(self, kiosk_id: str, sha256: str) -> None:
        self.kiosks[kiosk_id].pieces.pop(sha256, None)

    def store_blob(self, kiosk_id: str, sha256: str, data: bytes) -> None:
        with self.lock:
            books = self.kiosks[kiosk_id]
            self.stores += sha256 not in books.blobs
            books.blobs.setdefault(sha256, data)
            books.pieces.pop(sha256, None)

    def acknowledged(self, kiosk_id: str) -> int:
        return len(self.kiosks[kiosk_id].events)

    def accept_events(self, kiosk_id: str, events: Sequence[JournalEvent], now: datetime) -> int:
        with self.lock:
            books = self.kiosks[kiosk_id]
            new: list[JournalEvent] = []
            for event in events:
                if event.sequence <= len(books.events):
                    if books.events[event.sequence - 1].canonical() != event.canonical():
                        raise RequestRefused(
                            "event_conflict",
                            "Another event with this number was sent before.",
                            "Tell the administrator: this kiosk's journal went back.",
                            409,
                        )
                    continue
                new.append(event)
            books.events.extend(new)
            return len(books.events)

    def take_checkpoint(
        self, kiosk_id: str, message: CheckpointMessage, now: datetime
    ) -> CheckpointReply:
        with self.lock:
            books = self.kiosks[kiosk_id]
            key = Ed25519PublicKey.from_public_bytes(books.keys.sync_public_key)
            lines = [event.canonical() for event in books.events]
            top = root(len(lines), tree(lines))
            try:
                judge_journal(message.journal, kiosk_origin(kiosk_id), key, len(lines), top)
            except JournalFault as fault:
                raise RequestRefused(fault.code, fault.sentence, fault.next_step, 409) from fault
            known = 0 if message.office is None else message.office.checkpoint.size
            self.checkpoints.append(message.journal.text().encode())
            leaves, node = len(self.checkpoints), tree(self.checkpoints)
            log = Checkpoint(OFFICE_ORIGIN, leaves, root(leaves, node))
            return CheckpointReply(
                journal=message.journal.cosign(OFFICE_ORIGIN, self.office_key, now),
                office=SignedCheckpoint.sign(log, self.office_key),
                leaf_index=leaves - 1,
                inclusion=inclusion_proof(leaves - 1, leaves, node),
                consistency=consistency_proof(known, leaves, node),
            )

    def request_code(
        self, kiosk_id: str, document_id: str, now: datetime, signer_id: str = ""
    ) -> CodeRequestResult:
        self.kiosks[kiosk_id].codes_sent.append(document_id)
        return CodeRequestResult(True, "sms", "+48 *** *** 123", "")

    def seen(self, kiosk_id: str, now: datetime) -> None:
        self.seen_at.append((kiosk_id, now))
