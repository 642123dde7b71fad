"""The tables of head office, as SQLAlchemy Core metadata.

Only portable types: the same tables serve SQLite and PostgreSQL. Times are whole
milliseconds since 1970 UTC (`Instant`), so that both databases order and compare them alike.

    from office import tables
    select(tables.documents.c.title)
"""

from __future__ import annotations

from office.tables.devices import kiosk_events, kiosk_rows, kiosks, upload_pieces, uploads
from office.tables.front_desk import identity_checks, staff, staff_kiosks
from office.tables.house import organisation, people, sessions, tries
from office.tables.journals import (
    journal_checkpoints,
    journal_faults,
    journal_heads,
    journal_nodes,
    journal_witnesses,
)
from office.tables.keeping import keeping
from office.tables.outgoing import downloads, ending_notices, jobs, sample_messages
from office.tables.papers import (
    blobs,
    clients,
    codes,
    document_keys,
    documents,
    events,
    rulings,
    signed_copies,
)
from office.tables.schema import metadata
from office.tables.trusted import late_receipts, trust_keys

__all__ = [
    "blobs",
    "clients",
    "codes",
    "document_keys",
    "documents",
    "downloads",
    "ending_notices",
    "events",
    "identity_checks",
    "jobs",
    "journal_checkpoints",
    "journal_faults",
    "journal_heads",
    "journal_nodes",
    "journal_witnesses",
    "keeping",
    "kiosk_events",
    "kiosk_rows",
    "kiosks",
    "late_receipts",
    "metadata",
    "organisation",
    "people",
    "rulings",
    "sample_messages",
    "sessions",
    "signed_copies",
    "staff",
    "staff_kiosks",
    "tries",
    "trust_keys",
    "upload_pieces",
    "uploads",
]
