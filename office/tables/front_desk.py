"""People of the front desk, where they work, and whose identity they vouched for."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, String, Table

from office.instants import Instant
from office.tables.schema import metadata

__all__ = ["identity_checks", "staff", "staff_kiosks"]

staff = Table(
    "staff",
    metadata,
    Column("id", String(10), primary_key=True),  # what kiosks' journals call them
    Column("name", String(64), nullable=False),
    Column("email", String(254), nullable=False, unique=True),
    Column("language", String(5), nullable=False),
    Column("rights", JSON, nullable=False),  # of sync.staff.StaffRight
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("pin_hash", String(250)),  # none until the person has chosen a PIN
    # The newest invitation to choose a PIN: its number, the hash of its link, its end.
    Column("invitation", Integer, nullable=False),
    Column("link_hash", String(64), unique=True),
    Column("link_ends_at", Instant),
)

staff_kiosks = Table(
    "staff_kiosks",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True, index=True),
)

# What kiosks reported of identity documents that were looked at: the kind, nothing else of it.
identity_checks = Table(
    "identity_checks",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("place", Integer, nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("paper", String(20), nullable=False),
    Column("at", Instant, nullable=False),  # by the kiosk's clock
)
