"""The records that travel: rows from head office down to one kiosk, journal events up.

The rows are here; the events are in sync.events and can be had from here too.

Every record is a frozen dataclass with a strict JSON form: `from_json(to_json())` is the identity,
unknown and missing keys are refused, every size has a limit. docs/sync-protocol.md, "Records",
describes the same fields for a second implementation. Times are aware UTC, whole seconds.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sync.errors import MessageMalformed
from sync.events import MAX_EVENT_BYTES, BodyValue, EventKind, JournalEvent
from sync.names import DOCUMENT_ID, KIOSK_ID, SHA256
from sync.renewal import KeysWanted
from sync.staff import IdentityWay
from sync.strict_json import Fields, canonical_bytes, time_text
from sync.turns import CHANNELS, MAX_CLIENTS, DueClient, SignedClient

__all__ = [
    "CHANNELS",
    "DOCUMENT_ID",
    "KIOSK_ID",
    "MAX_BLOB_BYTES",
    "MAX_EVENT_BYTES",
    "MAX_PLAN_BYTES",
    "MAX_ROW_BYTES",
    "SHA256",
    "BodyValue",
    "CodeKeyRenewed",
    "DirectorFacts",
    "DocumentDue",
    "DocumentWithdrawn",
    "DownRecord",
    "DownRow",
    "DueClient",
    "EventKind",
    "JournalEvent",
    "KeysWanted",
    "SignedClient",
]

MAX_BLOB_BYTES = 96 * 1024 * 1024
"""Largest PDF that travels, bytes: 80 MiB of input plus the signatures and the certificate page."""
MAX_PLAN_BYTES = 256 * 1024
"""Largest document plan, bytes of canonical JSON: some 1,000 fields."""
MAX_ROW_BYTES = MAX_PLAN_BYTES + 16 * 1024
"""Largest row down, bytes of canonical JSON: a plan and the texts around it."""
MAX_PAGES = 10_000
"""Most pages of a document; the real limit is that of the preparation."""


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True)
class DirectorFacts:
    """Who signed for the company, as the token and the certificate page will say it."""

    name: str
    """The director's name as in the certificate."""
    proof: int
    """Coded proof of identity, `verifier.token.Proof`."""
    signed_at: datetime
    """When the director signed."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"name": self.name, "proof": self.proof, "signed_at": time_text(self.signed_at)}

    @classmethod
    def from_json(cls, value: Any) -> DirectorFacts:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "director")
        result = cls(
            name=fields.text("name", 200),
            proof=fields.whole("proof", 0, 99),
            signed_at=fields.moment("signed_at"),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class DocumentDue:
    """A document is due at this kiosk; a later one with the same id replaces it."""

    document_id: str
    """32 hex digits."""
    number: str
    """The office's own number of the document."""
    short_number: str
    """What the client types: 6 digits and a Luhn check digit."""
    title: str
    """Title as shown on screens."""
    language: str
    """Language of the document and of the client's messages: pl, en, de, uk."""
    plan: dict[str, Any]
    """The DocumentPlan (signing.fields) as JSON."""
    client_index: int
    """Which client of the plan is due here, from 0."""
    signer_id: str
    """Head office's id of that client; goes into the derivation of the code key."""
    client_name: str
    """The client's name as it will be certified."""
    masked_contact: str
    """Where the code goes, masked: `+48 *** *** 123`."""
    channel: str
    """`sms` or `email`."""
    pdf_sha256: str
    """SHA-256 of the PDF, hex; the blob of that name is to be fetched."""
    pdf_bytes: int
    """Length of the PDF, bytes."""
    pages: int
    """Count of pages."""
    link_hash: str
    """SHA-256 of the token in the QR of the client's message, hex."""
    deadline: datetime | None
    """No signing after this moment, or None."""
    code_generation: int
    """Generation of the code key, from 1."""
    sealed_code_key: bytes
    """The code key, sealed to the kiosk's X25519 key (sync.sealed_box.seal_code_key)."""
    director: DirectorFacts
    """The director's signature in the PDF."""
    base_sha256: str = ""
    """SHA-256 of the file as the director signed it, hex; empty when that is `pdf_sha256`."""
    following: tuple[DueClient, ...] = ()
    """Clients who sign here after this one, in order."""
    signed: tuple[SignedClient, ...] = ()
    """Clients who have signed before, in order: as many as `client_index`."""
    identity: str = "code"
    """Who may vouch for the client, `sync.staff.IdentityWay`."""

    KIND = "document_due"

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "document_id": self.document_id,
            "number": self.number,
            "short_number": self.short_number,
            "title": self.title,
            "language": self.language,
            "plan": self.plan,
            "client_index": self.client_index,
            "signer_id": self.signer_id,
            "client_name": self.client_name,
            "masked_contact": self.masked_contact,
            "channel": self.channel,
            "pdf_sha256": self.pdf_sha256,
            "pdf_bytes": self.pdf_bytes,
            "pages": self.pages,
            "link_hash": self.link_hash,
            "deadline": None if self.deadline is None else time_text(self.deadline),
            "code_generation": self.code_generation,
            "sealed_code_key": _base64(self.sealed_code_key),
            "director": self.director.to_json(),
            "base_sha256": self.base_sha256,
            "following": [client.to_json() for client in self.following],
            "signed": [client.to_json() for client in self.signed],
            **({} if self.identity == IdentityWay.CODE else {"identity": self.identity}),
        }

    @classmethod
    def from_json(cls, value: Any) -> DocumentDue:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, cls.KIND)
        result = cls(
            document_id=fields.text("document_id", 32, DOCUMENT_ID),
            number=fields.text("number", 80),
            short_number=fields.text("short_number", 7, r"[0-9]{7}"),
            title=fields.text("title", 400),
            language=fields.text("language", 2, r"[a-z]{2}"),
            plan=fields.record("plan"),
            client_index=fields.whole("client_index", 0, MAX_CLIENTS - 1),
            signer_id=fields.text("signer_id", 64, r"[A-Za-z0-9._-]+"),
            client_name=fields.text("client_name", 200),
            masked_contact=fields.text("masked_contact", 100),
            channel=fields.text("channel", 5, "|".join(CHANNELS)),
            pdf_sha256=fields.text("pdf_sha256", 64, SHA256),
            pdf_bytes=fields.whole("pdf_bytes", 1, MAX_BLOB_BYTES),
            pages=fields.whole("pages", 1, MAX_PAGES),
            link_hash=fields.text("link_hash", 64, SHA256),
            deadline=fields.optional("deadline", fields.moment),
            code_generation=fields.whole("code_generation", 1),
            sealed_code_key=fields.octets("sealed_code_key", 256),
            director=DirectorFacts.from_json(fields.take("director")),
            base_sha256=fields.text("base_sha256", 64, f"({SHA256})?"),
            following=tuple(map(DueClient.from_json, fields.items("following", MAX_CLIENTS))),
            signed=tuple(map(SignedClient.from_json, fields.items("signed", MAX_CLIENTS))),
            identity=fields.text("identity", 20, "|".join(IdentityWay))
            if "identity" in value
            else IdentityWay.CODE.value,
        )
        fields.done()
        if len(result.signed) != result.client_index:
            raise MessageMalformed("document_due: not as many have signed as come before.")
        if len(canonical_bytes(result.plan)) > MAX_PLAN_BYTES:
            raise MessageMalformed("document_due: field plan is too large.")
        return result


@dataclass(frozen=True)
class DocumentWithdrawn:
    """A document is no longer due at this kiosk; what is unsigned of it is erased."""

    document_id: str
    """32 hex digits."""
    reason: str
    """Why, as docs/sync-protocol.md lists it."""

    KIND = "document_withdrawn"

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {"document_id": self.document_id, "reason": self.reason}

    @classmethod
    def from_json(cls, value: Any) -> DocumentWithdrawn:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, cls.KIND)
        result = cls(
            document_id=fields.text("document_id", 32, DOCUMENT_ID),
            reason=fields.text("reason", 40, r"[a-z_]+"),
        )
        fields.done()
        return result


@dataclass(frozen=True)
class CodeKeyRenewed:
    """A new generation of the code key: locked tries start afresh, older codes stop working."""

    document_id: str
    """32 hex digits."""
    signer_id: str
    """As in DocumentDue."""
    generation: int
    """The new generation; a lower one than already held is ignored."""
    sealed_code_key: bytes
    """As in DocumentDue."""

    KIND = "code_key_renewed"

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "document_id": self.document_id,
            "signer_id": self.signer_id,
            "generation": self.generation,
            "sealed_code_key": _base64(self.sealed_code_key),
        }

    @classmethod
    def from_json(cls, value: Any) -> CodeKeyRenewed:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, cls.KIND)
        result = cls(
            document_id=fields.text("document_id", 32, DOCUMENT_ID),
            signer_id=fields.text("signer_id", 64, r"[A-Za-z0-9._-]+"),
            generation=fields.whole("generation", 1),
            sealed_code_key=fields.octets("sealed_code_key", 256),
        )
        fields.done()
        return result


DownRecord: TypeAlias = DocumentDue | DocumentWithdrawn | CodeKeyRenewed | KeysWanted
_DOWN_KINDS: dict[str, Callable[[Any], DownRecord]] = {
    DocumentDue.KIND: DocumentDue.from_json,
    DocumentWithdrawn.KIND: DocumentWithdrawn.from_json,
    CodeKeyRenewed.KIND: CodeKeyRenewed.from_json,
    KeysWanted.KIND: KeysWanted.from_json,
}


@dataclass(frozen=True)
class DownRow:
    """One row for one kiosk; counters rise strictly, gaps are allowed."""

    counter: int
    """The per-kiosk counter, from 1, raised in the transaction that makes the change."""
    record: DownRecord
    """What changed."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "counter": self.counter,
            "kind": self.record.KIND,
            "record": self.record.to_json(),
        }

    @classmethod
    def from_json(cls, value: Any) -> DownRow:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "row")
        counter = fields.whole("counter", 1)
        kind = fields.text("kind", 40)
        if kind not in _DOWN_KINDS:
            raise MessageMalformed("row: this kind of record is not known.", "record_unknown")
        record = _DOWN_KINDS[kind](fields.take("record"))
        fields.done()
        return cls(counter, record)
