"""The messages of the protocol around the records: bodies of requests and replies.

Each has a strict JSON form like the records (docs/sync-protocol.md, "Endpoints").
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.records import (
    CHANNELS,
    DOCUMENT_ID,
    KIOSK_ID,
    MAX_BLOB_BYTES,
    SHA256,
    DownRow,
    JournalEvent,
)
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
MAX_CERTIFICATE_BYTES = 4096
"""Largest certificate, DER bytes: P-256 certificates stay below 1 KiB."""
MAX_PUBLIC_KEY_BYTES = 200
"""Largest SubjectPublicKeyInfo, DER bytes: 91 for P-256."""
MAX_SIGNATURE_BYTES = 80
"""Largest ECDSA signature over P-256, DER bytes: 72."""
MAX_TRUST_ROOT_BYTES = 64 * 1024
"""Largest TUF root metadata, bytes; real ones have about 2 KiB."""
MAX_CHAIN = 4
"""Most certificates in a chain: signing CA and root today."""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True)
class DeviceKeys:
    """The public halves of the keys a device made for itself."""

    sync_public_key: bytes
    """Ed25519, 32 raw bytes: signs the requests."""
    box_public_key: bytes
    """X25519, 32 raw bytes: code keys are sealed to it."""
    seal_public_key: bytes
    """P-256 SubjectPublicKeyInfo, DER: signs the seals and tokens."""
    ca_public_key: bytes
    """P-256 SubjectPublicKeyInfo, DER: signs the one-shot certificates."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "sync": _base64(self.sync_public_key),
            "box": _base64(self.box_public_key),
            "seal": _base64(self.seal_public_key),
            "ca": _base64(self.ca_public_key),
        }

    @classmethod
    def from_json(cls, value: Any) -> DeviceKeys:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "keys")
        result = cls(
            sync_public_key=fields.octets("sync", 32, 32),
            box_public_key=fields.octets("box", 32, 32),
            seal_public_key=fields.octets("seal", MAX_PUBLIC_KEY_BYTES),
            ca_public_key=fields.octets("ca", MAX_PUBLIC_KEY_BYTES),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class EnrolmentRequest:
    """A device trades a one-time code for certificates; the code itself does not travel."""

    code_id: str
    """Public name of the code, hex."""
    keys: DeviceKeys
    """The device's public keys."""
    sync_proof: bytes
    """Ed25519 signature by the sync key over the proof message (sync.enrolment)."""
    seal_proof: bytes
    """ECDSA with SHA-256 by the seal key over the same, DER."""
    ca_proof: bytes
    """ECDSA with SHA-256 by the kiosk CA key over the same, DER."""
    mac: bytes
    """HMAC-SHA-256 over all of the above with the key derived from the code."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {**self.unauthenticated_json(), "mac": _base64(self.mac)}

    def unauthenticated_json(self) -> dict[str, Any]:
        """Give the JSON object without the MAC: what the MAC covers."""
        return {
            "code_id": self.code_id,
            "keys": self.keys.to_json(),
            "sync_proof": _base64(self.sync_proof),
            "seal_proof": _base64(self.seal_proof),
            "ca_proof": _base64(self.ca_proof),
        }

    @classmethod
    def from_json(cls, value: Any) -> EnrolmentRequest:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "enrolment")
        result = cls(
            code_id=fields.text("code_id", 32, r"[0-9a-f]{32}"),
            keys=DeviceKeys.from_json(fields.take("keys")),
            sync_proof=fields.octets("sync_proof", 64, 64),
            seal_proof=fields.octets("seal_proof", MAX_SIGNATURE_BYTES),
            ca_proof=fields.octets("ca_proof", MAX_SIGNATURE_BYTES),
            mac=fields.octets("mac", 32, 32),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class EnrolmentGrant:
    """What a device gets for a good code: its name, its certificates, whom to trust."""

    kiosk_id: str
    """The kiosk's id in every message from now on."""
    kiosk_name: str
    """The kiosk's name for people."""
    organisation: str
    """The organisation's name, as in its certificates."""
    host: str
    """Host in the certificate's QR, upper case."""
    office_public_key: bytes
    """Ed25519, 32 raw bytes: signs every reply from now on."""
    ca_certificate: bytes
    """The kiosk CA's certificate, DER."""
    seal_certificate: bytes
    """The seal key's certificate, DER."""
    chain: tuple[bytes, ...]
    """Their issuers, DER: the signing CA first, the root last."""
    trust_root: bytes
    """TUF root metadata to start the trust list from."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "kiosk_id": self.kiosk_id,
            "kiosk_name": self.kiosk_name,
            "organisation": self.organisation,
            "host": self.host,
            "office_public_key": _base64(self.office_public_key),
            "ca_certificate": _base64(self.ca_certificate),
            "seal_certificate": _base64(self.seal_certificate),
            "chain": [_base64(certificate) for certificate in self.chain],
            "trust_root": _base64(self.trust_root),
        }

    @classmethod
    def from_json(cls, value: Any) -> EnrolmentGrant:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "grant")
        result = cls(
            kiosk_id=fields.text("kiosk_id", 32, KIOSK_ID),
            kiosk_name=fields.text("kiosk_name", 200),
            organisation=fields.text("organisation", 200),
            host=fields.text("host", 253, r"[A-Z0-9.:-]+"),
            office_public_key=fields.octets("office_public_key", 32, 32),
            ca_certificate=fields.octets("ca_certificate", MAX_CERTIFICATE_BYTES),
            seal_certificate=fields.octets("seal_certificate", MAX_CERTIFICATE_BYTES),
            chain=tuple(
                Fields({"der": item}, "chain").octets("der", MAX_CERTIFICATE_BYTES)
                for item in fields.items("chain", MAX_CHAIN)
            ),
            trust_root=fields.octets("trust_root", MAX_TRUST_ROOT_BYTES),
        )
        fields.done()
        return result


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

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "rows": [row.to_json() for row in self.rows],
            "more": self.more,
            "trust_version": self.trust_version,
            "next_poll_seconds": self.next_poll_seconds,
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

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"document_id": self.document_id}

    @classmethod
    def from_json(cls, value: Any) -> CodeRequest:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "code request")
        result = cls(document_id=fields.text("document_id", 32, DOCUMENT_ID))
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
    """Empty when sent, else a code: `limit`, `not_due`, `closed`."""

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
