"""The messages of the protocol around the records: bodies of requests and replies.

Each has a strict JSON form like the records (docs/sync-protocol.md section 4). Those
of an enrolment are in sync.enrolment_messages and can be had from here too.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.enrolment_messages import DeviceKeys, EnrolmentGrant, EnrolmentRequest
from sync.events import JournalEvent
from sync.names import DOCUMENT_ID, SHA256
from sync.records import CHANNELS, MAX_BLOB_BYTES, DownRow
from sync.strict_json import Fields, time_text

__all__ = [
    "MAX_EVENTS",
    "MAX_ROWS",
    "CodeRequest",
    "CodeRequestResult",
    "DeviceKeys",
    "EnrolmentGrant",
    "EnrolmentRequest",
    "ErrorReply",
    "EventsMessage",
    "EventsReply",
    "PollReply",
    "TimeReply",
    "UploadReply",
]

MAX_ROWS = 50
"""Most rows in one poll: some 300 bytes each with small plans, a few megabytes at worst."""
MAX_EVENTS = 100
"""Most events in one message: at most 800 KiB."""


@dataclass(frozen=True)
class TimeReply:
    """Head office's time, bound to the request by the reply's signature and by its counter."""

    nonce: int
    """The counter of the request."""
    now: datetime
    """Head office's time."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"nonce": self.nonce, "now": time_text(self.now)}

    @classmethod
    def from_json(cls, value: Any) -> TimeReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "time")
        result = cls(nonce=fields.whole("nonce", 1), now=fields.moment("now"))
        fields.done()
        return result


@dataclass(frozen=True)
class PollReply:
    """What is new for a kiosk."""

    rows: tuple[DownRow, ...]
    """Rows after the cursor asked for, lowest counter first."""
    more: bool
    """Whether there are further rows: poll again at once."""
    trust_version: int
    """Version of the published trust list, 0 when there is none."""
    next_poll_seconds: int
    """When to come again if nothing happens, before jitter."""
    box_key: bytes
    """Head office's X25519 key, 32 raw bytes: what is for its eyes alone is sealed to it."""
    staff_version: int = 0
    """Version of the list of this kiosk's front-desk people, 0 before there was any."""
    record_strokes: bool = False
    """Whether how signatures are drawn is recorded, sealed to `box_key` (docs/strokes.md)."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "box_key": base64.b64encode(self.box_key).decode("ascii"),
            "rows": [row.to_json() for row in self.rows],
            "more": self.more,
            "trust_version": self.trust_version,
            "next_poll_seconds": self.next_poll_seconds,
            "staff_version": self.staff_version,
            "record_strokes": self.record_strokes,
        }

    @classmethod
    def from_json(cls, value: Any) -> PollReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "poll")
        result = cls(
            rows=tuple(DownRow.from_json(row) for row in fields.items("rows", MAX_ROWS)),
            more=fields.flag("more"),
            trust_version=fields.whole("trust_version", 0),
            next_poll_seconds=fields.whole("next_poll_seconds", 1, 24 * 3600),
            box_key=fields.octets("box_key", 32, 32),
            staff_version=fields.whole("staff_version", 0),
            record_strokes=fields.flag("record_strokes"),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class EventsMessage:
    """Events on their way up, contiguous."""

    events: tuple[JournalEvent, ...]
    """In order of sequence."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"events": [event.to_json() for event in self.events]}

    @classmethod
    def from_json(cls, value: Any) -> EventsMessage:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "events")
        events = tuple(JournalEvent.from_json(item) for item in fields.items("events", MAX_EVENTS))
        fields.done()
        return cls(events)


@dataclass(frozen=True)
class EventsReply:
    """How far head office has a kiosk's journal."""

    acknowledged: int
    """The highest sequence without gaps."""
    missing_blobs: tuple[str, ...]
    """SHA-256 of blobs that must come before the next event is taken."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"acknowledged": self.acknowledged, "missing_blobs": list(self.missing_blobs)}

    @classmethod
    def from_json(cls, value: Any) -> EventsReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "events reply")
        result = cls(
            acknowledged=fields.whole("acknowledged", 0),
            missing_blobs=_hashes(fields.items("missing_blobs", MAX_EVENTS)),
        )
        fields.done()
        return result


def _hashes(items: Sequence[Any]) -> tuple[str, ...]:
    return tuple(Fields({"sha256": item}, "hash").text("sha256", 64, SHA256) for item in items)


@dataclass(frozen=True)
class UploadReply:
    """How much of an upload head office has."""

    received: int
    """Bytes from offset 0 without gaps; the whole length when complete."""
    complete: bool
    """Whether the blob is stored."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"received": self.received, "complete": self.complete}

    @classmethod
    def from_json(cls, value: Any) -> UploadReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "upload reply")
        result = cls(
            received=fields.whole("received", 0, MAX_BLOB_BYTES), complete=fields.flag("complete")
        )
        fields.done()
        return result


@dataclass(frozen=True)
class ErrorReply:
    """Why head office refused a request."""

    code: str
    """What went wrong, snake_case."""
    sentence: str
    """Plain English, for people."""
    next_step: str
    """What to do about it."""
    retry_after_seconds: int | None
    """When to come again, for too_many_requests."""
    last_nonce: int | None
    """The highest counter taken, for nonce_not_rising."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "next_step": self.next_step,
            "retry_after_seconds": self.retry_after_seconds,
            "last_nonce": self.last_nonce,
        }

    @classmethod
    def from_json(cls, value: Any) -> ErrorReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "error reply")
        result = cls(
            code=fields.text("code", 60, r"[a-z0-9_]+"),
            sentence=fields.text("sentence", 400),
            next_step=fields.text("next_step", 400),
            retry_after_seconds=fields.optional(
                "retry_after_seconds", lambda name: fields.whole(name, 1, 24 * 3600)
            ),
            last_nonce=fields.optional("last_nonce", lambda name: fields.whole(name, 0)),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class CodeRequest:
    """A kiosk asks head office to send the client a confirmation code."""

    document_id: str
    """32 hex digits."""
    signer_id: str = ""
    """Which client, as in DocumentDue; empty: whose turn it is as far as head office knows."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"document_id": self.document_id, "signer_id": self.signer_id}

    @classmethod
    def from_json(cls, value: Any) -> CodeRequest:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "code request")
        result = cls(
            document_id=fields.text("document_id", 32, DOCUMENT_ID),
            signer_id=fields.text("signer_id", 64, r"[A-Za-z0-9._-]*"),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class CodeRequestResult:
    """Whether a confirmation code is on its way."""

    sent: bool
    """Whether a message was handed to the outbox."""
    channel: str
    """`sms` or `email`."""
    masked_contact: str
    """Where it goes, masked."""
    reason: str
    """Empty when sent, else a code: `already` (a moment ago), `limit`, `not_due`, `closed`."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "sent": self.sent,
            "channel": self.channel,
            "masked_contact": self.masked_contact,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, value: Any) -> CodeRequestResult:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "code request result")
        result = cls(
            sent=fields.flag("sent"),
            channel=fields.text("channel", 5, "|".join(CHANNELS)),
            masked_contact=fields.text("masked_contact", 100),
            reason=fields.text("reason", 40, r"[a-z_]*"),
        )
        fields.done()
        return result
