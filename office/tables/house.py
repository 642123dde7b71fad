"""Head office itself: the organisation, its people, their sessions."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    false,
)

from office.instants import Instant
from office.tables.schema import metadata

__all__ = ["organisation", "people", "sessions", "tries"]

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
    # Whether kiosks record how signatures are drawn (docs/strokes.md).
    Column("record_strokes", Boolean, nullable=False, server_default=false()),
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
