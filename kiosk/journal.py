"""The kiosk's journal: what head office must hear, numbered without gaps.

A row is written in the transaction of the business that it tells of, so either both happened or
neither. It stays until head office has it, and afterwards too: the journal is only ever added to,
and its Merkle tree (`kiosk.journal_nodes`) grows in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from kiosk.clock import KioskClock
from kiosk.journal_nodes import grow
from kiosk.store import Store
from sync.records import BodyValue, EventKind, JournalEvent
from sync.strict_json import parse_object

__all__ = ["Journal"]

MAX_STORED_EVENT_BYTES = 64 * 1024
"""Rows were checked when they were written; this only keeps a damaged row from being read."""


class Journal:
    """Adds to, and reads from, the table of events."""

    def __init__(self, store: Store, clock: KioskClock) -> None:
        self._store = store
        self._clock = clock

    def add(
        self,
        kind: EventKind,
        document_id: str | None = None,
        body: Mapping[str, BodyValue] | None = None,
    ) -> JournalEvent:
        """Write the next event; inside an open transaction it is part of that.

        Raises:
            MessageMalformed: the body is not what this kind of event needs (a fault of ours).
        """
        with self._store.transaction():
            reading = self._clock.read()
            event = JournalEvent(
                kiosk_id=self._store.setting("kiosk_id"),
                sequence=self.next_sequence(),
                kind=kind,
                document_id=document_id,
                at=reading.now,
                time_quality=int(reading.quality),
                boot_id=self._clock.machine.boot_id(),
                body=dict(body or {}),
            )
            event.check()
            self._store.database.execute(
                "INSERT INTO event (sequence, body) VALUES (?, ?)",
                (event.sequence, event.canonical().decode("utf-8")),
            )
            grow(self._store)
            self._store.set_setting("journal_time", reading.now.astimezone(UTC).isoformat())
        return event

    def next_sequence(self) -> int:
        """The number that the next event gets; exact only inside a transaction."""
        found = self._store.row("SELECT coalesce(max(sequence), 0) + 1 FROM event")
        assert found is not None  # noqa: S101 - an aggregate without GROUP BY always has a row
        return int(found[0])

    def waiting(self, limit: int) -> list[JournalEvent]:
        """The events that head office has not acknowledged, in order."""
        rows = self._store.rows(
            "SELECT body FROM event WHERE acknowledged = 0 ORDER BY sequence LIMIT ?", (limit,)
        )
        return [_read(row[0]) for row in rows]

    def acknowledge(self, upto: int) -> None:
        """Head office has every event up to this number."""
        self._store.database.execute(
            "UPDATE event SET acknowledged = 1 WHERE acknowledged = 0 AND sequence <= ?", (upto,)
        )

    def count_waiting(self) -> int:
        """How many events wait to go up."""
        found = self._store.row("SELECT count(*) FROM event WHERE acknowledged = 0")
        return 0 if found is None else int(found[0])


def last_time(store: Store) -> datetime | None:
    """The latest time that this kiosk has written down, for the clock guard."""
    text = store.setting("journal_time")
    return datetime.fromisoformat(text) if text else None


def _read(text: str) -> JournalEvent:
    """An event from its canonical line."""
    return JournalEvent.from_json(parse_object(text.encode("utf-8"), MAX_STORED_EVENT_BYTES))
