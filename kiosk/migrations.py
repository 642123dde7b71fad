"""The shape of the kiosk's database, as steps that are applied once each, in order.

A step and the record that it was applied commit in one transaction, so a power cut leaves
either the old shape or the new one. A database made by a newer program is refused.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlite_utils

from kiosk.errors import StoreError

__all__ = ["MIGRATIONS", "Migration", "migrate"]


class Migration(NamedTuple):
    """One step: its name, which is never changed once released, and its statements."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS = (
    Migration(
        "0001_first",
        (
            # Small values by name: cursor, nonce, counters, who this kiosk is.
            "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
            # Documents that are, or were, due here. `record` is the DocumentDue as it came; it is
            # emptied when the document ends, and only what the next client may know stays.
            """CREATE TABLE document (
                document_id TEXT PRIMARY KEY,
                short_number TEXT NOT NULL,
                link_hash TEXT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('due', 'signed', 'withdrawn')),
                reason TEXT NOT NULL DEFAULT '',
                deadline TEXT,
                pdf_sha256 TEXT NOT NULL,
                record TEXT,
                received_at TEXT NOT NULL
            ) STRICT""",
            "CREATE INDEX document_by_number ON document (short_number)",
            "CREATE INDEX document_by_link ON document (link_hash)",
            # Encrypted files. The file's key lies here and nowhere else: no row, no document.
            """CREATE TABLE blob (
                sha256 TEXT NOT NULL,
                document_id TEXT NOT NULL,
                kind TEXT NOT NULL,
                file TEXT NOT NULL UNIQUE,
                key BLOB NOT NULL,
                size INTEGER NOT NULL,
                PRIMARY KEY (document_id, kind)
            ) STRICT""",
            "CREATE INDEX blob_by_hash ON blob (sha256)",
            # Code keys, sealed to this kiosk (HPKE); opened only while a code is compared.
            """CREATE TABLE code_key (
                document_id TEXT NOT NULL,
                signer_id TEXT NOT NULL,
                generation INTEGER NOT NULL,
                sealed_key TEXT NOT NULL,
                PRIMARY KEY (document_id, signer_id)
            ) STRICT""",
            # Tries per document and signer; committed before comparing.
            """CREATE TABLE code_state (
                document_id TEXT NOT NULL,
                signer_id TEXT NOT NULL,
                state TEXT NOT NULL,
                PRIMARY KEY (document_id, signer_id)
            ) STRICT""",
            # Where a client stopped, as signing.ceremony.Progress writes it.
            """CREATE TABLE progress (
                document_id TEXT PRIMARY KEY,
                ceremony_id TEXT NOT NULL,
                body TEXT NOT NULL
            ) STRICT""",
            "CREATE INDEX progress_by_ceremony ON progress (ceremony_id)",
            # What was signed here. Stays as the receipt; the PDF goes when head office has it.
            """CREATE TABLE sealed (
                document_id TEXT PRIMARY KEY,
                token BLOB NOT NULL,
                text TEXT NOT NULL,
                covered_sha256 TEXT NOT NULL,
                covered_bytes INTEGER NOT NULL,
                pdf_sha256 TEXT NOT NULL,
                pdf_bytes INTEGER NOT NULL,
                certificate_sequence INTEGER NOT NULL UNIQUE,
                event_sequence INTEGER NOT NULL,
                signed_at TEXT NOT NULL,
                client_left INTEGER NOT NULL DEFAULT 0,
                delivered INTEGER NOT NULL DEFAULT 0
            ) STRICT""",
            # What head office must hear, numbered without gaps.
            """CREATE TABLE event (
                sequence INTEGER PRIMARY KEY,
                body TEXT NOT NULL,
                acknowledged INTEGER NOT NULL DEFAULT 0
            ) STRICT""",
            # Files that head office must have; the evidence row above names them.
            """CREATE TABLE outbox_blob (
                sha256 TEXT PRIMARY KEY,
                document_id TEXT NOT NULL,
                acknowledged INTEGER NOT NULL DEFAULT 0
            ) STRICT""",
            # The last signed time from head office and when, on which boot, it was received.
            """CREATE TABLE time_mark (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                office_now TEXT NOT NULL,
                boottime REAL NOT NULL,
                boot_id TEXT NOT NULL,
                round_trip_seconds REAL NOT NULL
            ) STRICT""",
        ),
    ),
    Migration(
        "0002_turns",
        (
            # Who signed here and is not the last; `facts` is a sync.turns.SignedClient.
            """CREATE TABLE turn (
                document_id TEXT NOT NULL,
                client_index INTEGER NOT NULL,
                pdf_sha256 TEXT NOT NULL,
                pdf_bytes INTEGER NOT NULL,
                event_sequence INTEGER NOT NULL,
                facts TEXT NOT NULL,
                PRIMARY KEY (document_id, client_index)
            ) STRICT""",
            # Whose message a link belongs to; several clients of a document have one each.
            """CREATE TABLE link (
                link_hash TEXT PRIMARY KEY,
                document_id TEXT NOT NULL,
                client_index INTEGER NOT NULL
            ) STRICT""",
            """INSERT OR IGNORE INTO link (link_hash, document_id, client_index)
                SELECT link_hash, document_id, 0 FROM document""",
        ),
    ),
    Migration(
        "0003_tickets",
        (
            # Which tickets of head office let somebody in; seconds since 1970.
            """CREATE TABLE ticket (
                ticket_id TEXT PRIMARY KEY,
                document_id TEXT NOT NULL,
                used_at INTEGER NOT NULL
            ) STRICT""",
        ),
    ),
    Migration(
        "0004_journal_log",
        (
            # Hashes of the complete subtrees of the Merkle tree over `event` (sync.merkle_log).
            """CREATE TABLE journal_node (
                level INTEGER NOT NULL,
                place INTEGER NOT NULL,
                hash BLOB NOT NULL,
                PRIMARY KEY (level, place)
            ) STRICT, WITHOUT ROWID""",
            # What was wrong with the journal or with head office's; the notes are the evidence.
            """CREATE TABLE journal_fault (
                code TEXT NOT NULL,
                journal_note TEXT NOT NULL,
                office_note TEXT NOT NULL,
                at TEXT NOT NULL,
                PRIMARY KEY (code, office_note)
            ) STRICT""",
        ),
    ),
    Migration(
        "0005_front_desk",
        (
            # Wrong PINs in a row, by the person's coded id; '' counts for the whole kiosk. When:
            # the boot and the second of that boot, which nobody can set.
            """CREATE TABLE pin_try (
                subject TEXT PRIMARY KEY,
                wrong INTEGER NOT NULL,
                boot_id TEXT NOT NULL,
                boottime REAL NOT NULL
            ) STRICT""",
            # Whose identity document staff looked at; it counts for that session of the client.
            """CREATE TABLE identity_check (
                document_id TEXT PRIMARY KEY,
                signer_id TEXT NOT NULL,
                ceremony_id TEXT NOT NULL
            ) STRICT""",
        ),
    ),
    Migration(
        "0006_copies",
        (
            # The secret part of the address of the client's copy, until the client has left.
            "ALTER TABLE sealed ADD COLUMN copy_token TEXT NOT NULL DEFAULT ''",
        ),
    ),
    Migration(
        "0007_strokes",
        (
            # How a signature was drawn, sealed to head office, until it is there.
            """CREATE TABLE strokes (
                sha256 TEXT PRIMARY KEY,
                document_id TEXT NOT NULL,
                event_sequence INTEGER NOT NULL,
                box BLOB NOT NULL,
                acknowledged INTEGER NOT NULL DEFAULT 0
            ) STRICT""",
        ),
    ),
    Migration(
        "0008_staff_desk",
        (
            # Words of due documents (kiosk.search), gone with the record that they come from.
            """CREATE TABLE search_word (
                word TEXT NOT NULL,
                document_id TEXT NOT NULL,
                PRIMARY KEY (word, document_id)
            ) STRICT, WITHOUT ROWID""",
            "CREATE INDEX search_word_by_document ON search_word (document_id)",
            """CREATE TRIGGER search_word_forgotten AFTER UPDATE OF record ON document
                WHEN new.record IS NULL BEGIN
                DELETE FROM search_word WHERE document_id = new.document_id; END""",
            "CREATE INDEX document_by_arrival ON document (state, received_at DESC, document_id)",
            "CREATE INDEX event_by_time ON event (json_extract(body, '$.at'))",
        ),
    ),
    Migration(
        "0009_waiting_events",
        (
            # The journal is kept for good; what waits to go up is a handful of it.
            "CREATE INDEX event_waiting ON event (sequence) WHERE acknowledged = 0",
        ),
    ),
)


def migrate(database: sqlite_utils.Database, now: datetime) -> tuple[str, ...]:
    """Apply every step that is missing.

    Args:
        database: an open connection outside any transaction.
        now: written beside each step.

    Returns:
        The names of the steps that were applied.

    Raises:
        StoreError: code ``store_newer`` when the database knows a step that we do not.
    """
    database.execute(
        "CREATE TABLE IF NOT EXISTS migration"
        " (name TEXT PRIMARY KEY, applied_at TEXT NOT NULL) STRICT"
    )
    known = {migration.name for migration in MIGRATIONS}
    applied: list[str] = []
    database.execute("BEGIN IMMEDIATE")
    try:
        present = {row[0] for row in database.execute("SELECT name FROM migration").fetchall()}
        if present - known:
            raise StoreError(
                "store_newer",
                "This data folder was written by a newer version of the kiosk.",
                "Install the newer version again, or use another data folder.",
            )
        for migration in MIGRATIONS:
            if migration.name in present:
                continue
            for statement in migration.statements:
                database.execute(statement)
            database.execute(
                "INSERT INTO migration (name, applied_at) VALUES (?, ?)",
                (migration.name, now.isoformat()),
            )
            applied.append(migration.name)
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
    return tuple(applied)
