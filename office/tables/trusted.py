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

__all__ = ["late_receipts", "trust_keys"]

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

# Allow-lists of revoked signing CAs: what honest kiosks sealed before they heard of it.
late_receipts = Table(
    "late_receipts",
    metadata,
    Column("trust_key_id", ForeignKey("trust_keys.id"), primary_key=True),
    Column("receipt", String(16), primary_key=True),
)
