"""Head office's books as sync reads and writes them: `sync.office_ledger.OfficeLedger`.

Every method is one transaction of its own. Events are taken one by one, each with everything that
follows from it, so that a process killed in between has taken a whole number of them.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import insert, select, update

from office import (
    authorities,
    codes_desk,
    dispatch,
    due,
    evidence,
    journal_watch,
    kiosks,
    renewal_answer,
    staff_lists,
    strokes,
    tables,
    trust,
)
from office import kiosk_authority as authority
from office.errors import NotFound
from office.head_office import HeadOffice
from office.history import Actor, record
from office.kiosk_events import check_repeated
from office.kiosks import find_kiosk
from office.uploads import Uploads
from sync.authority import AuthorityReport
from sync.enrolment_messages import DeviceKeys, EnrolmentGrant
from sync.errors import EnrolmentRefused, RequestRefused
from sync.messages import CodeRequestResult
from sync.office_ledger import EnrolmentSecret, KioskKeys
from sync.records import DownRow, JournalEvent
from sync.renewal import RenewalReply, RenewalRequest
from sync.staff import StaffReply
from sync.strict_json import canonical_bytes
from sync.witnessing import CheckpointMessage, CheckpointReply

__all__ = ["Ledger"]


class Ledger:
    """The `OfficeLedger` of one head office.

    Args:
        office: the head office.
        clock: gives the time for rows that sync writes without naming one.
    """

    def __init__(self, office: HeadOffice, clock: Callable[[], datetime]) -> None:
        self._office = office
        self._clock = clock
        self._uploads = Uploads(office)

    def kiosk_keys(self, kiosk_id: str) -> KioskKeys | None:
        """Give the keys of an enrolled kiosk."""
        with self._office.database.read() as connection:
            try:
                kiosk = find_kiosk(connection, kiosk_id)
            except NotFound:
                return None
            following = renewal_answer.next_sync_key(connection, kiosk_id)
        if kiosk.device_keys is None:
            return None
        revoked = kiosk.revoked_at is not None
        keys = (kiosk.device_keys.sync_public_key, kiosk.device_keys.box_public_key)
        return KioskKeys(kiosk_id, *keys, kiosk.nonce, revoked, following)

    def take_nonce(self, kiosk_id: str, nonce: int) -> bool:
        """Raise the kiosk's counter, if `nonce` is higher than it."""
        with self._office.database.write() as connection:
            return kiosks.raise_counter(connection, kiosk_id, "nonce", nonce)

    def take_packet(self, kiosk_id: str, nonce: int) -> bool:
        """Raise the counter of the kiosk's packets, unless it is higher than `nonce`."""
        with self._office.database.write() as connection:
            return kiosks.raise_counter(connection, kiosk_id, "packet", nonce, again=True)

    def enrolment_secret(self, code_id: str) -> EnrolmentSecret | None:
        """Give what is kept of a one-time code."""
        with self._office.database.read() as connection:
            return kiosks.enrolment_secret(self._office, connection, code_id)

    def redeem_enrolment(
        self, code_id: str, device_keys: DeviceKeys, now: datetime
    ) -> EnrolmentGrant:
        """Trade a code for certificates; the same device may ask again and gets the same."""
        office = self._office
        with office.database.write() as connection:
            row = connection.execute(
                select(tables.kiosks).where(tables.kiosks.c.enrolment_code_id == code_id)
            ).first()
            if row is None or find_kiosk(connection, row.id).revoked_at is not None:
                raise EnrolmentRefused(
                    "code_unknown", "Head office does not know this enrolment code."
                )
            ca_der, seal_der = row.kiosk_ca_der, row.seal_der
            wire = device_keys.to_json()
            if row.device_keys is None:
                ca_der, seal_der = trust.certify_kiosk(
                    office,
                    connection,
                    row.id,
                    row.name,
                    (device_keys.ca_public_key, device_keys.seal_public_key),
                    now,
                )
                connection.execute(
                    update(tables.kiosks)
                    .where(tables.kiosks.c.id == row.id)
                    .values(
                        device_keys=wire,
                        enrolled_at=now,
                        seen_at=now,
                        kiosk_ca_der=ca_der,
                        seal_der=seal_der,
                    )
                )
                record(connection, now, "kiosk_enrolled", Actor(kiosk_id=row.id))
                dispatch.hand_over_waiting(office, connection, row.id, now)
                trust.publish(office, connection, now)
            elif not hmac.compare_digest(canonical_bytes(row.device_keys), canonical_bytes(wire)):
                raise EnrolmentRefused("code_used", "This enrolment code was used already.")
            chain = authorities.chain(connection, x509.load_der_x509_certificate(seal_der))
        return EnrolmentGrant(
            kiosk_id=row.id,
            kiosk_name=row.name,
            organisation=office.organisation,
            host=office.settings.public_host,
            office_public_key=office.keyring.response_key().public_key().public_bytes_raw(),
            ca_certificate=ca_der,
            seal_certificate=seal_der,
            chain=tuple(certificate.public_bytes(Encoding.DER) for certificate in chain),
            trust_root=office.publisher.root_bytes(),
        )

    def take_authority_report(
        self, kiosk_id: str, report: AuthorityReport, now: datetime
    ) -> bytes | None:
        """Keep a kiosk's revocation list and certify its time-stamping key."""
        return authority.take_report(self._office, kiosk_id, report, now)

    def renew_keys(self, kiosk_id: str, request: RenewalRequest, now: datetime) -> RenewalReply:
        """Certify a device's next keys."""
        return renewal_answer.certify_next_keys(self._office, kiosk_id, request, now)

    def keys_taken(self, kiosk_id: str, now: datetime) -> None:
        """The device's next keys are its keys from now on."""
        renewal_answer.take_next_keys(self._office, kiosk_id, now)

    def rows_after(self, kiosk_id: str, cursor: int, limit: int) -> Sequence[DownRow]:
        """Give rows with a counter above `cursor`, lowest first."""
        rows = tables.kiosk_rows
        query = (
            select(rows.c.counter, rows.c.record)
            .where(rows.c.kiosk_id == kiosk_id, rows.c.counter > cursor)
            .order_by(rows.c.counter)
            .limit(limit)
        )
        with self._office.database.read() as connection:
            found = connection.execute(query).all()
        return [DownRow.from_json({"counter": counter, **record}) for counter, record in found]

    def trust_version(self) -> int:
        """Give the version of the published trust list."""
        with self._office.database.read() as connection:
            return trust.published_version(connection)

    def staff_version(self, kiosk_id: str) -> int:
        """Give the version of the list of a kiosk's front-desk people."""
        with self._office.database.read() as connection:
            return staff_lists.staff_version(connection, kiosk_id)

    def records_strokes(self) -> bool:
        """Tell whether kiosks are to record how signatures are drawn."""
        with self._office.database.read() as connection:
            return strokes.recording(connection)

    def staff(self, kiosk_id: str) -> StaffReply:
        """Give a kiosk's front-desk people, sealed to it."""
        with self._office.database.read() as connection:
            return staff_lists.staff_reply(connection, kiosk_id)

    def blob(self, kiosk_id: str, sha256: str) -> bytes | None:
        """Give a PDF that is due at this kiosk."""
        with self._office.database.read() as connection:
            return due.file_due(self._office, connection, kiosk_id, sha256)

    def has_blob(self, kiosk_id: str, sha256: str) -> bool:
        """Say whether this kiosk's upload is complete and stored, or was taken earlier."""
        with self._office.database.read() as connection:
            return self._uploads.is_here(connection, kiosk_id, sha256)

    def chunk_bytes(self, kiosk_id: str, sha256: str) -> int:
        """Count the bytes of an unfinished upload."""
        with self._office.database.read() as connection:
            return self._uploads.received(connection, kiosk_id, sha256)

    def append_chunk(self, kiosk_id: str, sha256: str, offset: int, data: bytes) -> None:
        """Keep the next piece of an unfinished upload."""
        with self._office.database.write() as connection:
            self._uploads.append(connection, kiosk_id, sha256, offset, data, self._clock())

    def chunks(self, kiosk_id: str, sha256: str) -> bytes:
        """Give all pieces of an unfinished upload, joined."""
        with self._office.database.read() as connection:
            return self._uploads.content(connection, kiosk_id, sha256) or b""

    def discard_chunks(self, kiosk_id: str, sha256: str) -> None:
        """Forget an unfinished upload."""
        with self._office.database.write() as connection:
            objects = self._uploads.discard(connection, kiosk_id, sha256)
        self._office.blobs.remove(objects)

    def store_blob(self, kiosk_id: str, sha256: str, data: bytes) -> None:
        """Keep a complete upload until the event that names its document."""
        with self._office.database.write() as connection:
            objects = self._uploads.finish(connection, kiosk_id, sha256, data, self._clock())
        self._office.blobs.remove(objects)

    def acknowledged(self, kiosk_id: str) -> int:
        """Give the highest sequence up to which this kiosk's journal is here."""
        query = select(tables.kiosks.c.event_sequence).where(tables.kiosks.c.id == kiosk_id)
        with self._office.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def accept_events(self, kiosk_id: str, events: Sequence[JournalEvent], now: datetime) -> int:
        """Take contiguous events, each with what follows from it, in a transaction of its own."""
        acknowledged = self.acknowledged(kiosk_id)
        for event in events:
            if event.sequence <= acknowledged:
                with self._office.database.read() as connection:
                    check_repeated(connection, event)
            elif event.sequence == acknowledged + 1 and self._take(event, now):
                acknowledged = event.sequence
            else:
                break
        return max(acknowledged, self.acknowledged(kiosk_id))

    def take_checkpoint(
        self, kiosk_id: str, message: CheckpointMessage, now: datetime
    ) -> CheckpointReply:
        """Judge, cosign and answer a kiosk's checkpoint."""
        return journal_watch.take_checkpoint(self._office, kiosk_id, message, now)

    def request_code(
        self, kiosk_id: str, document_id: str, now: datetime, signer_id: str = ""
    ) -> CodeRequestResult:
        """Send the client of a document due at this kiosk a confirmation code."""
        actor = Actor(kiosk_id=kiosk_id)
        asked = codes_desk.ask_at_kiosk(self._office, document_id, signer_id, actor, now)
        if asked is None:
            raise RequestRefused(
                "no_such_document",
                "This document is not due at this kiosk.",
                "Wait for the next sync and try again.",
                404,
            )
        return CodeRequestResult(asked.sent, asked.channel, asked.masked_contact, asked.reason)

    def seen(self, kiosk_id: str, now: datetime) -> None:
        """Note that the kiosk was heard."""
        with self._office.database.write() as connection:
            connection.execute(
                update(tables.kiosks).where(tables.kiosks.c.id == kiosk_id).values(seen_at=now)
            )

    def _take(self, event: JournalEvent, now: datetime) -> bool:
        """Take one new event; False when its file is not here yet."""
        office, judged, objects = self._office, None, list[str]()
        if event.blob is not None:
            with office.database.read() as connection:
                data = self._uploads.content(connection, event.kiosk_id, event.blob)
                known = self._uploads.is_here(connection, event.kiosk_id, event.blob)
            if not known:
                return False
            if data is not None:
                judged = evidence.judge(office, event, data, now)
        with office.database.write() as connection:
            if find_kiosk(connection, event.kiosk_id).event_sequence != event.sequence - 1:
                return False
            connection.execute(
                insert(tables.kiosk_events).values(
                    kiosk_id=event.kiosk_id,
                    sequence=event.sequence,
                    kind=event.kind.value,
                    document_id=event.document_id,
                    received_at=now,
                    record=event.to_json(),
                )
            )
            connection.execute(
                update(tables.kiosks)
                .where(tables.kiosks.c.id == event.kiosk_id)
                .values(event_sequence=event.sequence)
            )
            settled = evidence.take_event(office, connection, event, judged, now)
            if settled is not None and event.blob:
                objects = self._uploads.discard(connection, event.kiosk_id, event.blob) + settled
        office.blobs.remove(objects)
        return True
