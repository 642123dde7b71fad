"""The Merkle trees of the kiosks' journals and of head office's own log (docs/journal.md)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table, Text

from office.instants import Instant
from office.tables.schema import metadata

__all__ = [
    "journal_checkpoints",
    "journal_faults",
    "journal_heads",
    "journal_nodes",
    "journal_witnesses",
]

# How many leaves each log has: a kiosk's by its id, head office's own by `office`.
journal_heads = Table(
    "journal_heads",
    metadata,
    Column("log", String(32), primary_key=True),
    Column("size", BigInteger, nullable=False),
)

# Hashes of complete subtrees (sync.merkle_log); a row never changes.
journal_nodes = Table(
    "journal_nodes",
    metadata,
    Column("log", String(32), primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("place", BigInteger, primary_key=True),
    Column("hash", LargeBinary(32), nullable=False),
)

# The kiosks' checkpoints, each a leaf of head office's log.
journal_checkpoints = Table(
    "journal_checkpoints",
    metadata,
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("kiosk_id", ForeignKey("kiosks.id"), nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# The newest checkpoint of head office's log that each kiosk has cosigned.
journal_witnesses = Table(
    "journal_witnesses",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# Where a journal was found rewritten, forked or cut; the notes are the evidence.
journal_faults = Table(
    "journal_faults",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kiosk_id", ForeignKey("kiosks.id"), nullable=False),
    Column("code", String(40), nullable=False),
    Column("at", Instant, nullable=False),
    Column("kiosk_note", Text, nullable=False),
    Column("office_note", Text, nullable=False),
)
