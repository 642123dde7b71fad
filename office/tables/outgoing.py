"""What head office still has to do, and what it has handed out."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from office.instants import Instant
from office.tables.schema import metadata

__all__ = ["downloads", "ending_notices", "jobs", "sample_messages"]

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

# What administrators were told of keys and lists that run out (office.ending_mail).
ending_notices = Table(
    "ending_notices",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("stage", Integer, primary_key=True, autoincrement=False),
    Column("told_at", Instant, nullable=False),
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
