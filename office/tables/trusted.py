"""The certificates that the trust list speaks of."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from office.instants import Instant
from office.tables.schema import metadata

__all__ = ["trust_keys"]

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
