"""The kiosk's end of the protocol: one exchange with head office, step by step, resumable.

The steps of an exchange, in order; each is idempotent, so that an exchange killed at any byte and
done again completes what was left:

1. Time: head office's signed time, for signatures and for the clock guard.
2. Rows down: applied together with the cursor in one transaction.
3. PDFs down: those the rows name and the disk lacks, hash checked.
4. Signed PDFs up: create-only, in pieces, from where the last attempt ended.
5. Events up: after the PDFs they name; forgotten only once acknowledged.
6. Trust list: when head office has another version than the one held.
7. People of the front desk: likewise.

What goes wrong with one thing is noted and the rest goes on: a PDF that head office cannot find, or
a row that this kiosk trips over, must not keep signed PDFs from going up. Only a lost link, a false
reply or a revoked kiosk end an exchange.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import httpx

from sync.device_store import BlobEntry, DeviceClock, DeviceStore, TimeFix
from sync.enrolling import enrol
from sync.errors import DeviceFault, MessageMalformed, OfficeUnreachable
from sync.messages import (
    MAX_EVENTS,
    CodeRequest,
    CodeRequestResult,
    EventsMessage,
    EventsReply,
    PollReply,
    TimeReply,
    UploadReply,
)
from sync.office_link import MAX_REPLY_BYTES, DeviceIdentity, OfficeLink, make_http_client
from sync.round import Round, SyncReport
from sync.staff import MAX_STAFF_BYTES, StaffReply
from sync.strict_json import canonical_bytes, parse_object
from sync.trust_update import held_version, http_source, update_trust

__all__ = ["Device", "DeviceIdentity", "SyncReport", "enrol", "make_http_client"]

CHUNK_BYTES = 64 * 1024
"""Length of a piece of an upload, bytes (docs/sync-protocol.md, "Uploads")."""
MAX_WHOLE_BYTES = 256 * 1024
"""Largest blob sent in one request, bytes."""
MAX_DOWNLOAD_BYTES = 1024 * 1024
"""Longest piece of a blob in one reply, bytes."""
MAX_SMALL_REPLY_BYTES = 16 * 1024
"""Longest reply that carries a few values only, bytes."""
MAX_STAFF_REPLY_BYTES = 2 * MAX_STAFF_BYTES
"""Longest reply with the people of the front desk, bytes: base64 and what is around it."""
MAX_TIME_SECONDS = 20.0
"""Longest wait for the time, seconds; the clock is then off by up to half of it."""


class Device:
    """A kiosk's connection to head office."""

    def __init__(
        self,
        store: DeviceStore,
        identity: DeviceIdentity,
        office_url: str,
        http: httpx.Client,
        clock: DeviceClock,
        trust_folder: Path,
        trust_root: bytes,
    ) -> None:
        """Keep the parts; nothing is sent yet.

        Args:
            store: the kiosk's books.
            identity: keys and names.
            office_url: head office's address, `https://office.example`; the protocol's paths
                start below it.
            http: from `make_http_client`.
            clock: the device's clocks.
            trust_folder: flat TUF client folder, as `verifier.trust_folder` reads it.
            trust_root: TUF root metadata of the grant.
        """
        self._store = store
        self._link = OfficeLink(store, identity, office_url, http, clock)
        self._clock = clock
        self._trust_folder = trust_folder
        self._trust_root = trust_root
        self._trust_source = http_source(http, office_url)

    def exchange(self) -> SyncReport:
        """Do one full round; doing it again completes what was left.

        Raises:
            OfficeUnreachable: the link was lost.
            ReplyNotTrusted: somebody else answered.
            OfficeRefused: this kiosk was shut out, or must wait.
        """
        done = Round()
        self.fetch_time()
        done.guarded(lambda: self._rows_down(done))
        for entry in self._store.missing_blobs():
            done.guarded(partial(self._blob_down, entry, done))
        for entry in self._store.outbox_blobs():
            done.guarded(partial(self._blob_up, entry, done))
        done.guarded(lambda: self._events_up(done))
        done.guarded(lambda: self._update_trust(done))
        done.guarded(lambda: self._update_staff(done))
        return done.report(self._clock.now())

    def request_code(self, document_id: str, signer_id: str = "") -> CodeRequestResult:
        """Ask head office to send the client a code.

        Raises:
            SyncError: office_unreachable when there is no link; the client then uses the link in
                their message.
        """
        self.fetch_time()
        body = canonical_bytes(CodeRequest(document_id, signer_id).to_json())
        reply = self._link.send("POST", "/code-requests", None, body, MAX_SMALL_REPLY_BYTES)
        return CodeRequestResult.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES))

    def fetch_time(self) -> None:
        """Step 1: ask what time it is; tell the store and sign with it from now on.

        Raises:
            OfficeUnreachable: the answer took too long to tell the time by. Somebody on the way
                could hold it back, put this clock behind and so make old codes good again.
        """
        asked = self._clock.boottime()
        reply = self._link.send("GET", "/time", max_reply_bytes=MAX_SMALL_REPLY_BYTES)
        answered = self._clock.boottime()
        if answered - asked > MAX_TIME_SECONDS:
            raise OfficeUnreachable("Head office’s time was too long on its way.")
        time = TimeReply.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES))
        fix = TimeFix(
            office_now=time.now,
            boottime=(asked + answered) / 2,
            boot_id=self._clock.boot_id(),
            round_trip_seconds=answered - asked,
        )
        self._link.set_office_time(fix)
        self._store.record_time(fix)

    def _rows_down(self, done: Round) -> None:
        """Step 2."""
        more = True
        while more:
            cursor = self._store.cursor()
            reply = PollReply.from_json(
                parse_object(self._link.send("GET", "/poll", {"cursor": cursor}), MAX_REPLY_BYTES)
            )
            done.trust_version, done.staff_version = reply.trust_version, reply.staff_version
            done.next_poll_seconds = reply.next_poll_seconds
            if reply.box_key != self._store.office_box_key():
                self._store.keep_office_box_key(reply.box_key)
            if reply.record_strokes != self._store.records_strokes():
                self._store.keep_record_strokes(reply.record_strokes)
            counters = [row.counter for row in reply.rows]
            if counters != sorted(set(counters)) or (counters and counters[0] <= cursor):
                raise MessageMalformed("poll: the rows are not in order.")
            if counters:
                self._store.apply(reply.rows, counters[-1])
                done.rows += len(counters)
            more = reply.more and bool(counters)

    def _blob_down(self, entry: BlobEntry, done: Round) -> None:
        """Step 3, one PDF."""
        try:
            self._store.put_blob(entry.sha256, entry.size, self._download(entry))
        except OSError as error:
            raise DeviceFault(
                "blob_not_stored", "A document that came down could not be written to disk."
            ) from error
        done.blobs_down += 1

    def _download(self, entry: BlobEntry) -> Iterator[bytes]:
        """Give a blob piece by piece; raises before the end if it is not the one asked for."""
        digest = hashlib.sha256()
        offset = 0
        while offset < entry.size:
            piece = self._link.send(
                "GET", f"/blob/{entry.sha256}", {"offset": offset}, b"", MAX_DOWNLOAD_BYTES
            )
            offset += len(piece)
            if not piece or offset > entry.size:
                raise MessageMalformed("blob: not as long as announced.", "blob_hash_mismatch")
            digest.update(piece)
            if offset == entry.size and digest.hexdigest() != entry.sha256:
                raise MessageMalformed("blob: not the one asked for.", "blob_hash_mismatch")
            yield piece

    def _blob_up(self, entry: BlobEntry, done: Round) -> None:
        """Step 4, one signed PDF: ask how much has arrived, send the rest."""
        path, size = f"/blob/{entry.sha256}", entry.size
        state = self._upload_reply("GET", f"/upload/{entry.sha256}", {"size": size})
        with self._open_blob(entry.sha256) as source:
            while not state.complete:
                offset = state.received
                source.seek(offset)
                data = source.read(size if size <= MAX_WHOLE_BYTES else CHUNK_BYTES)
                query = {"size": size, "offset": offset}
                state = self._upload_reply("PUT", path, query, data)
                if not state.complete and state.received <= offset:
                    raise MessageMalformed("upload: head office keeps nothing.", "upload_stuck")
        self._store.acknowledge_blob(entry.sha256)
        done.blobs_up += 1

    def _open_blob(self, sha256: str) -> BinaryIO:
        try:
            return self._store.open_blob(sha256)
        except KeyError as error:
            raise DeviceFault(
                "blob_lost", "A signed document that must go up is not on this kiosk's disk."
            ) from error

    def _upload_reply(
        self, method: str, path: str, query: dict[str, int], body: bytes = b""
    ) -> UploadReply:
        reply = self._link.send(method, path, query, body, MAX_SMALL_REPLY_BYTES)
        return UploadReply.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES))

    def _events_up(self, done: Round) -> None:
        """Step 5: send events until none is left or head office takes no more."""
        while events := tuple(self._store.outbox_events(MAX_EVENTS)):
            reply = self._send_events(EventsMessage(events))
            if reply.missing_blobs and reply.acknowledged < events[0].sequence:
                # Acknowledged once, lost at head office since: send the PDFs again.
                for sha256 in reply.missing_blobs:
                    self._blob_again(sha256, done)
                reply = self._send_events(EventsMessage(events))
            taken = min(reply.acknowledged, events[-1].sequence) - events[0].sequence + 1
            if taken <= 0:
                raise MessageMalformed("events: head office takes nothing.", "events_stuck")
            self._store.acknowledge_events(events[0].sequence + taken - 1)
            done.events_up += taken

    def _blob_again(self, sha256: str, done: Round) -> None:
        with self._open_blob(sha256) as source:
            size = source.seek(0, 2)
        self._blob_up(BlobEntry(sha256, size), done)

    def _send_events(self, message: EventsMessage) -> EventsReply:
        reply = self._link.send("POST", "/events", None, canonical_bytes(message.to_json()))
        return EventsReply.from_json(parse_object(reply, MAX_SMALL_REPLY_BYTES))

    def _update_trust(self, done: Round) -> None:
        """Step 6."""
        if done.trust_version not in (None, 0, held_version(self._trust_folder)):
            self._fetch_trust()
            done.trust_updated = True

    def _update_staff(self, done: Round) -> None:
        """Step 7."""
        if done.staff_version not in (None, self._store.staff_version()):
            reply = self._link.send("GET", "/staff", max_reply_bytes=MAX_STAFF_REPLY_BYTES)
            self._store.keep_staff(StaffReply.from_json(parse_object(reply, MAX_STAFF_REPLY_BYTES)))

    def _fetch_trust(self) -> None:
        update_trust(self._trust_folder, self._trust_source, self._trust_root)
