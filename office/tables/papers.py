"""Documents: their keys, files, journal, codes and signed copies."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from office.instants import Instant
from office.tables.schema import metadata

__all__ = ["blobs", "clients", "codes", "document_keys", "documents", "events", "rulings"]
__all__ += ["signed_copies"]

documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("short_number", String(7), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("language", String(5), nullable=False),
    Column("state", String(24), nullable=False),
    Column("state_at", Instant, nullable=False),
    Column("quarantined", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", ForeignKey("people.id"), nullable=False),
    Column("director_id", ForeignKey("people.id"), nullable=False),
    Column("kiosk_id", ForeignKey("kiosks.id"), nullable=False),
    Column("deadline", Instant),
    # How its clients prove who they are: sync.staff.IdentityWay.
    Column("identity", String(20), nullable=False, server_default="code"),
    Column("pages", Integer, nullable=False),
    # Width and height of each page of the normalised input, in points.
    Column("page_sizes", JSON),
    # Where the director's things go on the page, as the operator placed them (layout.Layout).
    Column("layout", JSON),
    # signing.fields.DocumentPlan JSON, fixed when the document is sent.
    Column("plan", JSON),
    Column("director_values", JSON),  # what the director filled in, by the key of the field
    # The director-signed file, which the first client gets to see and sign.
    Column("pdf_sha256", String(64)),
    Column("pdf_bytes", BigInteger),
    Column("director_signed_at", Instant),
    # The accepted final file; kept after destruction so that a client's copy still verifies.
    Column("final_sha256", String(64)),
    Column("keep_until", Instant),
    Index(None, "state", "state_at"),
    Index(None, "director_id", "state"),
)

# Who signs a document for the other side, in their order; see office.clients.Client.
clients = Table(
    "clients",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("signer_id", String(32), nullable=False),
    Column("name", String(120), nullable=False),
    Column("channel", String(5), nullable=False),
    Column("contact", String(254), nullable=False),
    Column("kiosk_id", ForeignKey("kiosks.id"), nullable=False),
    Column("stamp_wanted", Boolean, nullable=False),
    Column("layout", JSON),
    Column("link_hash", String(64), nullable=False, unique=True),
    Column("code_generation", Integer, nullable=False),
    Column("code_secret", Integer, nullable=False, server_default="1"),
    Column("code_locked", Boolean, nullable=False),
    Column("signed_at", Instant),
    # What a turn said, and the file as this client left it; the last client's is the final file.
    Column("turn", JSON),
    Column("pdf_sha256", String(64)),
    Column("pdf_bytes", BigInteger),
)

# AES-256-GCM key of one document, wrapped; destroying the row destroys every copy of it.
document_keys = Table(
    "document_keys",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
)

blobs = Table(
    "blobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("kiosk_id", ForeignKey("kiosks.id")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("document_id", "kind", "sha256"),
    Index(None, "sha256"),
)

# The journal of head office: every step of every document, and what else matters later.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("document_id", ForeignKey("documents.id"), index=True),
    Column("person_id", ForeignKey("people.id")),
    Column("kiosk_id", ForeignKey("kiosks.id")),
    Column("body", JSON, nullable=False),
    # Its place in head office's log; empty until the next checkpoint.
    Column("leaf", BigInteger, unique=True),
)

# Every signed copy that ever arrived, with what was decided about it.
signed_copies = Table(
    "signed_copies",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("kiosk_id", ForeignKey("kiosks.id"), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("decision", String(24), nullable=False),
    Column("verdict", JSON, nullable=False),
    Column("receipt", String(16)),
)

# What people decided about signed copies; the last word about each copy counts. The reason goes
# when the document is destroyed.
rulings = Table(
    "rulings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("ruling", String(12), nullable=False),
    Column("reason", String(300), nullable=False),
)

# Issue log of confirmation codes: counters only, never the digits.
codes = Table(
    "codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("signer_id", String(32), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("contact_hash", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    UniqueConstraint("document_id", "signer_id", "generation", "counter"),
    Index(None, "contact_hash", "issued_at"),
)
