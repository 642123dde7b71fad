"""Kiosks, what goes down to them and what comes up from them."""

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
)

from office.instants import Instant
from office.tables.schema import metadata

__all__ = [
    "kiosk_events",
    "kiosk_renewals",
    "kiosk_rows",
    "kiosks",
    "upload_pieces",
    "uploads",
]

kiosks = Table(
    "kiosks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(80), nullable=False),
    # Where clients' own telephones reach it; empty for a terminal that people go to.
    Column("phone_url", String(200), nullable=False, server_default=""),
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
    # Counter of the last packet that a stick brought.
    Column("packet", BigInteger, nullable=False, server_default="0"),
    Column("row_counter", BigInteger, nullable=False),
    Column("event_sequence", BigInteger, nullable=False),
    # Raised whenever something changes for the people of its front desk (office.staff).
    Column("staff_version", BigInteger, nullable=False, server_default="0"),
)

# Every renewal of a kiosk's keys that was asked for: asked, certified, taken (office.renewal).
kiosk_renewals = Table(
    "kiosk_renewals",
    metadata,
    Column("kiosk_id", ForeignKey("kiosks.id"), primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("reason", String(20), nullable=False),
    Column("asked_at", Instant, nullable=False),
    # What the device asked with last, and what it was given.
    Column("device_keys", JSON),
    Column("timestamp_key", LargeBinary),
    Column("ca_der", LargeBinary),
    Column("seal_der", LargeBinary),
    Column("timestamp_der", LargeBinary),
    Column("certified", Integer, nullable=False),  # how often, with other keys each time
    Column("taken_at", Instant),
    # The CA that was replaced, and its last revocation list.
    Column("former_ca_der", LargeBinary),
    Column("former_crl_der", LargeBinary),
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
