"""Taking the replies of a packet down at the kiosk, each in a transaction of its own.

docs/sync-by-stick.md section 4. The packet was checked whole before; what is taken twice changes
nothing, and what the link has overtaken is passed over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from sync.authority import AuthorityReply
from sync.carried_messages import BLOB_PATH, MAX_BODY_BYTES, CarriedMessage
from sync.certified_device import AuthoritySource
from sync.device_store import BlobEntry, DeviceStore
from sync.errors import DeviceFault, MessageMalformed, PacketRefused, SyncError
from sync.messages import ErrorReply, EventsReply, PollReply, UploadReply
from sync.round import Round
from sync.staff import StaffReply
from sync.strict_json import parse_object

__all__ = ["MAX_CARRIED_EVENTS", "Replies", "Taking"]

MAX_CARRIED_EVENTS = 20_000
"""Most events in a packet: some ten megabytes."""
MAX_TRUST_FILES = 1024
"""Most files of a trust list: one root a year, and four more."""
_OK = 200
_TRUST_FILE = re.compile(r"/trust/(metadata|targets)/([A-Za-z0-9][A-Za-z0-9._-]{0,99})")


class Replies(Iterator[CarriedMessage]):
    """The replies of a packet; remembers why they ended early, whoever was reading them then."""

    def __init__(self, replies: Iterator[CarriedMessage]) -> None:
        self.fault: Exception | None = None
        self._replies = replies

    def __next__(self) -> CarriedMessage:
        try:
            return next(self._replies)
        except (OSError, SyncError) as error:
            self.fault = error
            raise


class Taking:
    """Takes the replies of one packet, each in a transaction of its own."""

    def __init__(
        self, store: DeviceStore, authority: AuthoritySource, folder: Path, done: Round
    ) -> None:
        self.folder = folder
        self.trust_files = 0
        self._store = store
        self._authority = authority
        self._done = done

    def all(self, replies: Iterator[CarriedMessage]) -> None:
        """Take all replies."""
        waiting = next(replies, None)
        while waiting is not None:
            if waiting.method == "GET" and waiting.path.startswith(BLOB_PATH):
                run = _Run(waiting, replies)
                self._done.guarded(partial(self._blob_down, run))
                waiting = run.skip()
                continue
            self._done.guarded(partial(self._take, waiting))
            waiting = next(replies, None)

    def _take(self, reply: CarriedMessage) -> None:
        if reply.status != _OK:
            refusal = ErrorReply.from_json(parse_object(reply.body, len(reply.body)))
            raise PacketRefused(refusal.code, refusal.sentence, refusal.next_step)
        value = reply.body
        match reply.method, reply.path:
            case "POST", "/authority":
                self._authority.keep(AuthorityReply.from_json(_object(value)))
            case "POST", "/events":
                self._events_up(EventsReply.from_json(_object(value)))
            case "GET", "/poll":
                self._rows_down(int(reply.values()["cursor"]), PollReply.from_json(_object(value)))
            case "GET", "/staff":
                staff = StaffReply.from_json(_object(value))
                if staff.version > self._store.staff_version():
                    self._store.keep_staff(staff)
            case "PUT", path:
                if UploadReply.from_json(_object(value)).complete:
                    self._store.acknowledge_blob(path.removeprefix(BLOB_PATH))
                    self._done.blobs_up += 1
            case "GET", path:
                self._keep_trust_file(path, value)

    def _events_up(self, reply: EventsReply) -> None:
        """Forget what is acknowledged, as far as this kiosk has such events at all."""
        for event in self._store.outbox_events(MAX_CARRIED_EVENTS):
            if event.sequence > reply.acknowledged:
                break
            self._done.events_up += 1
        if self._done.events_up:
            self._store.acknowledge_events(reply.acknowledged)

    def _rows_down(self, asked_from: int, reply: PollReply) -> None:
        """Apply the rows above the cursor, which the link may have moved meanwhile."""
        self._done.trust_version = reply.trust_version
        cursor = self._store.cursor()
        rows = [row for row in reply.rows if row.counter > cursor]
        if asked_from <= cursor and rows:
            self._store.apply(rows, rows[-1].counter)
            self._done.rows += len(rows)

    def _blob_down(self, run: _Run) -> None:
        """Store a PDF that this kiosk still lacks."""
        for entry in self._store.missing_blobs():
            if BLOB_PATH + entry.sha256 == run.path:
                try:
                    self._store.put_blob(entry.sha256, entry.size, run.checked(entry))
                except OSError as error:
                    raise DeviceFault(
                        "blob_not_stored", "A document that came down could not be written to disk."
                    ) from error
                self._done.blobs_down += 1

    def _keep_trust_file(self, path: str, data: bytes) -> None:
        found = _TRUST_FILE.fullmatch(path)
        if found is None or self.trust_files >= MAX_TRUST_FILES:
            raise MessageMalformed("packet: a reply to nothing that was asked.")
        self.trust_files += 1
        target = self.folder / found[1] / found[2]
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)


class _Run:
    """The pieces of one PDF, which stand one after another in the stream."""

    def __init__(self, first: CarriedMessage, replies: Iterator[CarriedMessage]) -> None:
        self.path = first.path
        self._waiting: CarriedMessage | None = first
        self._replies = replies

    def _pieces(self) -> Iterator[bytes]:
        while self._waiting is not None and self._waiting.path == self.path:
            piece, self._waiting = self._waiting, next(self._replies, None)
            yield piece.body

    def checked(self, entry: BlobEntry) -> Iterator[bytes]:
        """Give the pieces; raises before the end if they are not the PDF."""
        digest, size = hashlib.sha256(), 0
        for piece in self._pieces():
            digest.update(piece)
            size += len(piece)
            if size >= entry.size and digest.hexdigest() != entry.sha256:
                break
            yield piece
            if size == entry.size:
                return
        raise MessageMalformed("blob: not the one asked for.", "blob_hash_mismatch")

    def skip(self) -> CarriedMessage | None:
        """Pass over what is left of the PDF; gives the message after it."""
        for _ in self._pieces():
            pass
        return self._waiting


def _object(body: bytes) -> dict[str, Any]:
    return parse_object(body, MAX_BODY_BYTES)
