"""What head office answers to an admitted request, whichever way it came: the endpoints' own rules.

Each endpoint takes a question (who asks, the query, the body) and gives a reply, or raises
`RequestRefused` or `MessageMalformed`, which are answers too (`sync.office_replies.answered`).
Admission and signatures are the business of whoever brings the question: `sync.office_side` for the
link, `sync.office_packets` for a stick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sync.authority import AuthorityReply, AuthorityReport
from sync.errors import MessageMalformed, RequestRefused
from sync.events import MAX_EVENT_BYTES, JournalEvent
from sync.messages import (
    MAX_EVENTS,
    MAX_ROWS,
    CodeRequest,
    EventsMessage,
    EventsReply,
    PollReply,
    TimeReply,
)
from sync.names import SHA256
from sync.office_keys import OfficeKeys
from sync.office_ledger import OfficeLedger
from sync.office_replies import Reply, json_reply
from sync.office_uploads import receive, received
from sync.renewal import RenewalRequest
from sync.strict_json import MAX_INTEGER, Fields, parse_object
from sync.witnessing import MAX_CHECKPOINT_BYTES, CheckpointMessage

__all__ = [
    "DOWNLOAD_BYTES",
    "MAX_AUTHORITY_BYTES",
    "MAX_ENROLMENT_BYTES",
    "MAX_EVENTS_BYTES",
    "MAX_SMALL_BYTES",
    "Endpoints",
    "Question",
]

DOWNLOAD_BYTES = 1024 * 1024
"""Longest piece of a blob in one reply, bytes."""
MAX_SMALL_BYTES = 4 * 1024
"""Largest body of a request that carries only names, bytes."""
MAX_ENROLMENT_BYTES = 8 * 1024
"""Largest enrolment or renewal, bytes: five keys and four signatures take about 1 KiB."""
MAX_AUTHORITY_BYTES = 16 * 1024
"""Largest report of a kiosk's authority, bytes: a revocation list, a key and a signature."""
MAX_EVENTS_BYTES = MAX_EVENTS * MAX_EVENT_BYTES + 1024
"""Largest body with events, bytes."""


@dataclass(frozen=True)
class Question:
    """An admitted request."""

    kiosk_id: str
    """Who asks."""
    now: datetime
    """Head office's time."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The query's values by name."""
    body: bytes = b""
    """The body."""
    nonce: int = 0
    """The request's counter."""

    def number(self, name: str, least: int = 0) -> int:
        """Read a whole number from the query; raises MessageMalformed."""
        text = self.query.get(name, "")
        if not text.isascii() or not text.isdigit() or len(text) > 16:
            raise MessageMalformed(f"query: {name} is not a whole number.")
        value = int(text)
        if not least <= value <= MAX_INTEGER:
            raise MessageMalformed(f"query: {name} is out of range.")
        return value


class Endpoints:
    """The endpoints over one head office's books."""

    def __init__(self, ledger: OfficeLedger, keys: OfficeKeys, next_poll_seconds: int) -> None:
        """Keep the parts.

        Args:
            ledger: head office's books.
            keys: whose box key kiosks are told.
            next_poll_seconds: what kiosks are told to wait between polls.
        """
        self._ledger = ledger
        self._keys = keys
        self._next_poll_seconds = next_poll_seconds

    def time(self, asked: Question) -> Reply:
        """Section 4.1 of docs/sync-protocol.md."""
        return json_reply(TimeReply(asked.nonce, asked.now).to_json())

    def poll(self, asked: Question) -> Reply:
        """Section 4.2."""
        rows = self._ledger.rows_after(asked.kiosk_id, asked.number("cursor"), MAX_ROWS + 1)
        reply = PollReply(
            rows=tuple(rows[:MAX_ROWS]),
            more=len(rows) > MAX_ROWS,
            trust_version=self._ledger.trust_version(),
            next_poll_seconds=self._next_poll_seconds,
            box_key=self._keys.box().public_key().public_bytes_raw(),
            staff_version=self._ledger.staff_version(asked.kiosk_id),
            record_strokes=self._ledger.records_strokes(),
        )
        return json_reply(reply.to_json())

    def staff(self, asked: Question) -> Reply:
        """Section 4.9."""
        return json_reply(self._ledger.staff(asked.kiosk_id).to_json())

    def download(self, asked: Question, sha256: str) -> Reply:
        """Section 4.3."""
        offset = asked.number("offset")
        _check_hash(sha256)
        blob = self._ledger.blob(asked.kiosk_id, sha256)
        if blob is None or offset >= len(blob):
            raise RequestRefused(
                "blob_unknown",
                "Head office has no such document for this kiosk.",
                "Poll again: the document may have been withdrawn.",
                404,
            )
        return Reply(blob[offset : offset + DOWNLOAD_BYTES], "application/octet-stream")

    def upload_state(self, asked: Question, sha256: str) -> Reply:
        """Section 4.4, asking."""
        _check_hash(sha256)
        size = asked.number("size", 1)
        return json_reply(received(self._ledger, asked.kiosk_id, sha256, size).to_json())

    def upload(self, asked: Question, sha256: str) -> Reply:
        """Section 4.4, a piece."""
        _check_hash(sha256)
        size, offset = asked.number("size", 1), asked.number("offset")
        here = receive(self._ledger, asked.kiosk_id, sha256, size, offset, asked.body)
        return json_reply(here.to_json())

    def events(self, asked: Question) -> Reply:
        """Section 4.5."""
        message = EventsMessage.from_json(parse_object(asked.body, MAX_EVENTS_BYTES))
        _check_order(asked.kiosk_id, message.events)
        acknowledged = self._ledger.acknowledged(asked.kiosk_id)
        if message.events and message.events[0].sequence > acknowledged + 1:
            raise RequestRefused(
                "events_gap",
                "Head office misses events before these.",
                "Send the journal from an earlier event on; tell the administrator.",
                409,
            )
        ready, missing = self._with_blobs(asked.kiosk_id, acknowledged, message.events)
        if ready:
            acknowledged = self._ledger.accept_events(asked.kiosk_id, ready, asked.now)
        return json_reply(EventsReply(acknowledged, missing).to_json())

    def _with_blobs(
        self, kiosk_id: str, acknowledged: int, events: tuple[JournalEvent, ...]
    ) -> tuple[tuple[JournalEvent, ...], tuple[str, ...]]:
        """Cut the events before the first new one whose blob is not here; name such blobs."""
        missing = [
            (index, event.blob)
            for index, event in enumerate(events)
            if event.blob is not None
            and event.sequence > acknowledged
            and not self._ledger.has_blob(kiosk_id, event.blob)
        ]
        if not missing:
            return events, ()
        return events[: missing[0][0]], tuple(dict.fromkeys(name for _, name in missing))

    def code_request(self, asked: Question) -> Reply:
        """Section 4.6."""
        wanted = CodeRequest.from_json(parse_object(asked.body, MAX_SMALL_BYTES))
        result = self._ledger.request_code(
            asked.kiosk_id, wanted.document_id, asked.now, wanted.signer_id
        )
        return json_reply(result.to_json())

    def authority(self, asked: Question) -> Reply:
        """Section 4.7."""
        report = AuthorityReport.from_json(parse_object(asked.body, MAX_AUTHORITY_BYTES))
        made = self._ledger.take_authority_report(asked.kiosk_id, report, asked.now)
        return json_reply(AuthorityReply(made).to_json())

    def renewal(self, asked: Question) -> Reply:
        """Section 6.1."""
        wanted = RenewalRequest.from_json(parse_object(asked.body, MAX_ENROLMENT_BYTES))
        return json_reply(self._ledger.renew_keys(asked.kiosk_id, wanted, asked.now).to_json())

    def checkpoint(self, asked: Question) -> Reply:
        """Section 4.8."""
        message = CheckpointMessage.from_json(parse_object(asked.body, MAX_CHECKPOINT_BYTES))
        answer = self._ledger.take_checkpoint(asked.kiosk_id, message, asked.now)
        return json_reply(answer.to_json())


def _check_hash(sha256: str) -> None:
    Fields({"sha256": sha256}, "address").text("sha256", 64, SHA256)


def _check_order(kiosk_id: str, events: tuple[JournalEvent, ...]) -> None:
    """Events are the sender's own and contiguous; raises MessageMalformed."""
    for position, event in enumerate(events):
        if event.kiosk_id != kiosk_id:
            raise MessageMalformed("events: one belongs to another kiosk.")
        if event.sequence != events[0].sequence + position:
            raise MessageMalformed("events: not in order without gaps.")
