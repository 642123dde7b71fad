"""Journal events: what happened at a kiosk, one canonical JSON line each.

docs/sync-protocol.md section 5.4 describes the same fields for a second implementation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sync.errors import MessageMalformed
from sync.names import DOCUMENT_ID, KIOSK_ID, SHA256
from sync.staff import STAFF_ID, IdentityPaper
from sync.strict_json import Fields, canonical_bytes, time_text

__all__ = ["MAX_EVENT_BYTES", "BodyValue", "EventKind", "JournalEvent"]

MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
"""A time as docs/sync-protocol.md section 1 writes it."""
BOOT_ID = r"[0-9a-f-]{1,40}"
"""A boot id as in /proc/sys/kernel/random/boot_id."""
MAX_EVENT_BYTES = 8 * 1024
"""Largest event, bytes of canonical JSON."""
MAX_BODY_FIELDS = 32
"""Most fields in the body of an event."""
MAX_BODY_TEXT = 512
"""Longest text in the body of an event, letters."""


class EventKind(StrEnum):
    """What happened at a kiosk."""

    ENROLLED = "enrolled"
    """The kiosk was enrolled; the first event of its journal."""
    CEREMONY_STARTED = "ceremony_started"
    """A client opened a document."""
    CEREMONY_ABANDONED = "ceremony_abandoned"
    """A client left without signing."""
    CODE_ACCEPTED = "code_accepted"
    """A confirmation code was right; body: counter, generation."""
    CODE_WRONG = "code_wrong"
    """A confirmation code was wrong, expired or used already."""
    CODE_LOCKED = "code_locked"
    """Too many wrong codes: this document waits for the next generation."""
    CODE_ENTRY_CLOSED = "code_entry_closed"
    """Too many wrong codes at this kiosk altogether: code entry is closed for a while."""
    CLIENT_SIGNED = "client_signed"
    """Signed and sealed; body: pdf_sha256, pdf_bytes, covered_sha256, certificate_sequence."""
    TURN_SIGNED = "turn_signed"
    """A client signed who is not the last; body: pdf_sha256, pdf_bytes, client_index, signed_at and
    what the certificate will say of it."""
    STROKES_SEALED = "strokes_sealed"
    """How that client drew the signature, sealed to head office (docs/strokes.md); body:
    strokes_sha256, strokes_bytes, client_index."""
    DECLINED = "declined"
    """The client refused to sign."""
    VERIFIED = "verified"
    """A paper or file was verified at this kiosk; body: outcome."""
    DOCUMENT_ERASED = "document_erased"
    """The kiosk destroyed its copy of a document."""
    IDENTITY_CHECKED = "identity_checked"
    """Front-desk staff looked at a client's identity document; body: staff, paper, client_index."""
    CODE_UNLOCKED = "code_unlocked"
    """Staff let a client try codes again; body: staff, generation, client_index."""
    STAFF_CANCELLED = "staff_cancelled"
    """Staff cancelled a document here; body: staff, reason."""
    HANDED_OVER = "handed_over"
    """Staff opened a document for its client; body: staff."""
    TAKEN_BACK = "taken_back"
    """Staff ended a client's session, nothing of it is lost; body: staff."""
    STAFF_ENTERED = "staff_entered"
    """Somebody's PIN was right; body: staff."""
    STAFF_PAUSED = "staff_paused"
    """Wrong PINs: nobody may try for a while; body: staff (empty: at all), wrong, seconds."""
    PRINTED = "printed"
    """Something came out of the printer; body: what (`copy`, `receipt`, `summary`), and staff,
    empty for the client."""
    KEYS_RENEWED = "keys_renewed"
    """The kiosk took its next keys; body: generation."""
    JOURNAL_DISPUTED = "journal_disputed"
    """Head office's log and what this kiosk knows of it do not fit; body: code, office_size."""


BodyValue: TypeAlias = str | int | bool
_BODY_TEXT: Mapping[EventKind, tuple[tuple[str, str], ...]] = {
    EventKind.CLIENT_SIGNED: (("pdf_sha256", SHA256), ("covered_sha256", SHA256)),
    EventKind.TURN_SIGNED: (
        ("pdf_sha256", SHA256),
        ("signed_at", MOMENT),
        ("consent_version", r"[0-9a-z.-]{0,40}"),
        ("language", r"[a-z]{2}"),
    ),
    EventKind.STROKES_SEALED: (("strokes_sha256", SHA256),),
    EventKind.VERIFIED: (("outcome", "genuine|altered|cannot_tell"),),
    EventKind.JOURNAL_DISPUTED: (("code", r"[a-z_]{1,40}"),),
    EventKind.IDENTITY_CHECKED: (("staff", STAFF_ID), ("paper", "|".join(IdentityPaper))),
    EventKind.CODE_UNLOCKED: (("staff", STAFF_ID),),
    EventKind.STAFF_CANCELLED: (("staff", STAFF_ID), ("reason", r"[a-z_]{1,40}")),
    EventKind.HANDED_OVER: (("staff", STAFF_ID),),
    EventKind.TAKEN_BACK: (("staff", STAFF_ID),),
    EventKind.STAFF_ENTERED: (("staff", STAFF_ID),),
    EventKind.STAFF_PAUSED: (("staff", f"({STAFF_ID})?"),),
    EventKind.PRINTED: (("what", "copy|receipt|summary"), ("staff", f"({STAFF_ID})?")),
}
_BODY_WHOLE: Mapping[EventKind, tuple[str, ...]] = {
    EventKind.CLIENT_SIGNED: ("pdf_bytes", "certificate_sequence"),
    EventKind.KEYS_RENEWED: ("generation",),
    EventKind.JOURNAL_DISPUTED: ("office_size",),
    EventKind.TURN_SIGNED: (
        *("pdf_bytes", "client_index", "method", "proof", "quality"),
        *("pages_shown", "pages_total", "seconds_reading"),
    ),
    EventKind.STROKES_SEALED: ("strokes_bytes", "client_index"),
    EventKind.CODE_ACCEPTED: ("counter", "generation"),
    EventKind.IDENTITY_CHECKED: ("client_index",),
    EventKind.CODE_UNLOCKED: ("client_index", "generation"),
    EventKind.STAFF_PAUSED: ("wrong", "seconds"),
}
_BLOB: Mapping[EventKind, str] = {
    EventKind.CLIENT_SIGNED: "pdf_sha256",
    EventKind.TURN_SIGNED: "pdf_sha256",
    EventKind.STROKES_SEALED: "strokes_sha256",
}
_ABOUT_A_DOCUMENT = frozenset(EventKind) - {
    EventKind.JOURNAL_DISPUTED,
    EventKind.KEYS_RENEWED,
    EventKind.ENROLLED,
    EventKind.VERIFIED,
    EventKind.CODE_ENTRY_CLOSED,
    EventKind.STAFF_ENTERED,
    EventKind.STAFF_PAUSED,
    EventKind.PRINTED,
}


@dataclass(frozen=True)
class JournalEvent:
    """One line of a kiosk's journal."""

    kiosk_id: str
    """The kiosk whose journal this is."""
    sequence: int
    """Position in the journal, from 1, without gaps."""
    kind: EventKind
    """What happened."""
    document_id: str | None
    """The document, 32 hex digits; None for events about no document."""
    at: datetime
    """When, by the kiosk's clock."""
    time_quality: int
    """`verifier.token.TimeQuality`: 0 not assured, 1 assured."""
    boot_id: str
    """The boot during which it happened."""
    body: Mapping[str, BodyValue]
    """Details: the keys the kind demands and any others; no personal data."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "kiosk_id": self.kiosk_id,
            "sequence": self.sequence,
            "kind": self.kind.value,
            "document_id": self.document_id,
            "at": time_text(self.at),
            "time_quality": self.time_quality,
            "boot_id": self.boot_id,
            "body": dict(self.body),
        }

    def canonical(self) -> bytes:
        """Give the canonical JSON line, without a line end: what is stored, compared and sent."""
        return canonical_bytes(self.to_json())

    @property
    def blob(self) -> str | None:
        """The blob that must be at head office before this event is taken, SHA-256 hex."""
        name = _BLOB.get(self.kind)
        value = self.body.get(name) if name else None
        return value if isinstance(value, str) else None

    @classmethod
    def from_json(cls, value: Any) -> JournalEvent:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "event")
        kind_text = fields.text("kind", 40)
        try:
            kind = EventKind(kind_text)
        except ValueError as error:
            raise MessageMalformed("event: this kind is not known.", "record_unknown") from error
        result = cls(
            kiosk_id=fields.text("kiosk_id", 32, KIOSK_ID),
            sequence=fields.whole("sequence", 1),
            kind=kind,
            document_id=fields.optional("document_id", lambda n: fields.text(n, 32, DOCUMENT_ID)),
            at=fields.moment("at"),
            time_quality=fields.whole("time_quality", 0, 1),
            boot_id=fields.text("boot_id", 40, BOOT_ID),
            body=fields.record("body"),
        )
        fields.done()
        result.check()
        return result

    def check(self) -> None:
        """Check what the types do not say: the body, the document, the size.

        Raises:
            MessageMalformed: see the sentence.
        """
        if (self.document_id is not None) < (self.kind in _ABOUT_A_DOCUMENT):
            raise MessageMalformed("event: this kind needs a document.")
        if len(self.body) > MAX_BODY_FIELDS:
            raise MessageMalformed("event: too many fields in the body.")
        for value in self.body.values():
            if not isinstance(value, (str, int)):
                raise MessageMalformed("event: the body holds texts, whole numbers and flags only.")
            if isinstance(value, str) and len(value) > MAX_BODY_TEXT:
                raise MessageMalformed("event: a text in the body is too long.")
        body = Fields(self.body, "event body")
        for name, pattern in _BODY_TEXT.get(self.kind, ()):
            body.text(name, MAX_BODY_TEXT, pattern)
        for name in _BODY_WHOLE.get(self.kind, ()):
            body.whole(name, 0)
        if len(self.canonical()) > MAX_EVENT_BYTES:
            raise MessageMalformed("event: too large.")
