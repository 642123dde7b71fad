"""Merkle trees in head office's database: one for each kiosk's journal, and one of its own.

A kiosk's leaves are the lines of its events as they came. Head office's own leaves are its events
(`event_line`) and the kiosks' checkpoints, in the order in which they were taken in. Every function
works in the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Row, insert, select, update

from office import tables
from sync.errors import JournalFault
from sync.merkle_log import Nodes, added_nodes, leaf_hash
from sync.strict_json import canonical_bytes

__all__ = ["OFFICE_LOG", "append", "event_line", "nodes_of", "take_kiosk_events", "take_own_events"]

OFFICE_LOG = "office"
"""Name of head office's own log; kiosks are named `k-...`."""
EVENTS_AT_ONCE = 10_000
"""Events of head office taken into its log in one go; the next checkpoint takes more."""


def nodes_of(connection: Connection, log: str) -> Nodes:
    """Give a log's nodes for `sync.merkle_log`; JournalFault `journal_damaged` at a gap."""
    nodes = tables.journal_nodes

    def node(level: int, place: int) -> bytes:
        query = select(nodes.c.hash).where(
            nodes.c.log == log, nodes.c.level == level, nodes.c.place == place
        )
        found = connection.execute(query).scalar()
        if found is None:
            raise JournalFault("journal_damaged", "A part of a journal is missing at head office.")
        return bytes(found)

    return node


def locked_size(connection: Connection, log: str) -> int:
    """Count a log's leaves and keep others from adding to it until the transaction ends."""
    heads = tables.journal_heads
    query = select(heads.c.size).where(heads.c.log == log).with_for_update()
    found = connection.execute(query).scalar()
    if found is None:
        connection.execute(insert(heads).values(log=log, size=0))
        return 0
    return int(found)


def append(connection: Connection, log: str, lines: Iterable[bytes]) -> int:
    """Add leaves to a log; gives how many it has then."""
    size = locked_size(connection, log)
    added = added_nodes(size, map(leaf_hash, lines), nodes_of(connection, log))
    if not added:
        return size
    rows = [
        {"log": log, "level": level, "place": place, "hash": found}
        for (level, place), found in added.items()
    ]
    connection.execute(insert(tables.journal_nodes), rows)
    size += sum(level == 0 for level, _ in added)
    heads = tables.journal_heads
    connection.execute(update(heads).where(heads.c.log == log).values(size=size))
    return size


def take_kiosk_events(connection: Connection, kiosk_id: str) -> int:
    """Bring the tree of a kiosk's journal up to its events; gives how many there are."""
    events = tables.kiosk_events
    size = locked_size(connection, kiosk_id)
    query = (
        select(events.c.record)
        .where(events.c.kiosk_id == kiosk_id, events.c.sequence > size)
        .order_by(events.c.sequence)
    )
    return append(connection, kiosk_id, map(canonical_bytes, connection.execute(query).scalars()))


def take_own_events(connection: Connection) -> int:
    """Bring head office's log up to what it has recorded; gives how many leaves it has.

    Events are found by having no leaf yet and not by a number: a transaction may commit later than
    one that began after it.
    """
    events = tables.events
    size = locked_size(connection, OFFICE_LOG)
    query = (
        select(events).where(events.c.leaf.is_(None)).order_by(events.c.id).limit(EVENTS_AT_ONCE)
    )
    rows = connection.execute(query).all()
    for leaf, row in enumerate(rows, size):
        connection.execute(update(events).where(events.c.id == row.id).values(leaf=leaf))
    return append(connection, OFFICE_LOG, map(event_line, rows))


def event_line(row: Row[tuple[object, ...]]) -> bytes:
    """Write an event of head office as a leaf: canonical JSON, as docs/journal.md lists it."""
    at: datetime = row.at
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return canonical_bytes(
        {
            "id": row.id,
            "at_ms": milliseconds,
            "kind": row.kind,
            "document_id": row.document_id,
            "person_id": row.person_id,
            "kiosk_id": row.kiosk_id,
            "body": row.body,
        }
    )
