"""How long the final files of documents can be proved, and by what."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table

from office.instants import Instant
from office.tables.schema import metadata

__all__ = ["keeping"]

# One row for each final file, made when its keep job first looks at it.
keeping = Table(
    "keeping",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    # The accepted file that this row is about.
    Column("final_sha256", String(64), nullable=False),
    # Whose signatures carry a time-stamp (PAdES B-T); the others are at level B-B.
    Column("director_stamped", Boolean, nullable=False),
    Column("clients_stamped", Boolean, nullable=False),
    Column("seal_stamped", Boolean, nullable=False),
    # Time-stamps over the whole file so far, and what belongs to the last of them.
    Column("stamps", Integer, nullable=False),
    Column("kept_sha256", String(64)),
    Column("service", String(120)),
    Column("stamped_at", Instant),
    Column("certificate_ends", Instant),
    Column("renew_at", Instant),
)
