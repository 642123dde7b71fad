"""The tables of head office, as SQLAlchemy Core metadata.

Only portable types: the same tables serve SQLite and PostgreSQL. Times are whole
milliseconds since 1970 UTC (`Instant`), so that both databases order and compare them alike.
"""

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from office.instants import Instant

__all__ = ["metadata"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# One row (id 1): who this head office is, and how far its trust list has come.
organisation = Table(
    "organisation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("country", String(2), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("trust_version", Integer, nullable=False),
    Column("trust_as_of", Instant, nullable=False),
    Column("next_number", Integer, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("role", String(20), nullable=False),
    Column("language", String(5), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    # A director's own certificate (DER); the key is a file named after the person.
    Column("certificate_der", LargeBinary),
    # The director's confirmation codes: signing.codes.CodeState, as JSON.
    Column("code_state", JSON),
    Column("code_digest", String(64)),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

# Failed sign-ins and other limited acts: a hash of what is limited, and when.
tries = Table(
    "tries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "subject", "at"),
)

kiosks = Table(
    "kiosks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    # The one-time code: its public name, and the wrapped secret derived from it.
    Column("enrolment_code_id", String(32), unique=True),
    Column("enrolment_secret", LargeBinary),
    Column("enrolment_expires_at", Instant),
    Column("enrolled_at", Instant),
    Column("device_keys", JSON),
    Column("kiosk_ca_der", LargeBinary),
    Column("seal_der", LargeBinary),
    Column("crl_der", LargeBinary),  # newest revocation list of its CA
    Column("seen_at", Instant),
    # Highest nonce taken, highest row counter given out, highest event sequence accepted.
    Column("nonce", BigInteger, nullable=False),
    Column("row_counter", BigInteger, nullable=False),
    Column("event_sequence", BigInteger, nullable=False),
)

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
    Column("signer_id", String(32), nullable=False),
    Column("client_name", String(120), nullable=False),
    Column("channel", String(5), nullable=False),
    Column("contact", String(254), nullable=False),
    Column("stamp_wanted", Boolean, nullable=False),
    Column("deadline", Instant),
    Column("pages", Integer, nullable=False),
    # Width and height of each page of the normalised input, in points.
    Column("page_sizes", JSON),
    # Where things go on the page, as the operator placed them (layout.Layout JSON).
    Column("layout", JSON),
    # signing.fields.DocumentPlan JSON, fixed when the document is sent.
    Column("plan", JSON),
    Column("director_values", JSON),  # what the director filled in, by the key of the field
    Column("link_hash", String(64), nullable=False, unique=True),
    Column("code_generation", Integer, nullable=False),
    Column("code_locked", Boolean, nullable=False),
    # What the client gets to see and sign: the director-signed file.
    Column("pdf_sha256", String(64)),
    Column("pdf_bytes", BigInteger),
    Column("director_signed_at", Instant),
    # The accepted final file; kept after destruction so that a client's copy still verifies.
    Column("final_sha256", String(64)),
    Column("keep_until", Instant),
    Index(None, "state", "state_at"),
    Index(None, "director_id", "state"),
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
)

# What goes down to a kiosk: sync records in the order of that kiosk's own counter.
kiosk_rows = Table(
    "kiosk_rows",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("counter", BigInteger, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), index=True),
    Column("record", JSON, nullable=False),
)

# What came up from a kiosk, exactly as it was sent.
kiosk_events = Table(
    "kiosk_events",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("document_id", String(32)),
    Column("received_at", Instant, nullable=False),
    Column("record", JSON, nullable=False),
    Index(None, "document_id"),
)

# What a kiosk has uploaded, until the event that says which document it belongs to.
uploads = Table(
    "uploads",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("started_at", Instant, nullable=False),
)

upload_pieces = Table(
    "upload_pieces",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("object_id", String(32), nullable=False),
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
    Column("covered_sha256", String(64)),
)

# Issue log of confirmation codes: counters only, never the digits.
codes = Table(
    "codes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("contact_hash", String(64), nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("accepted_at", Instant),
    UniqueConstraint("document_id", "generation", "counter"),
    Index(None, "contact_hash", "issued_at"),
)

# Transactional outbox: written in the transaction that makes the work necessary.
jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("unique_key", String(120), nullable=False, unique=True),
    Column("payload", JSON, nullable=False),
    Column("document_id", ForeignKey("documents.id"), index=True),
    Column("state", String(8), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("run_after", Instant, nullable=False),
    # After this moment the job is dropped instead of run (a code that is too old).
    Column("drop_after", Instant),
    Column("lease_until", Instant),
    Column("lease", String(32)),
    Column("tries", Integer, nullable=False),
    Column("error", String(60)),
    Index(None, "state", "run_after"),
)

# Links to the final file: only the hash of the token, never the token.
downloads = Table(
    "downloads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("fetched", Integer, nullable=False),
)

# What the trust list says: every certificate ever relied on, and its revocation.
trust_keys = Table(
    "trust_keys",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(12), nullable=False),
    Column("holder", String(120), nullable=False),
    Column("kiosk_id", ForeignKey("kiosks.id")),
    Column("certificate_der", LargeBinary, nullable=False),
    Column("valid_from", Instant, nullable=False),
    Column("valid_until", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revocation_reason", String(80)),
)

# Development only: what the built-in message sink received.
sample_messages = Table(
    "sample_messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("channel", String(5), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
)
