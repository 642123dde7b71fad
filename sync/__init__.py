"""Moving documents between head office and kiosks, losing nothing and doubling nothing.

The protocol is docs/sync-protocol.md; this package holds both of its ends. Records and messages
have their one home here.

>>> from datetime import UTC, datetime
>>> from sync.records import EventKind, JournalEvent
>>> event = JournalEvent(
...     kiosk_id="k-0001", sequence=1, kind=EventKind.CODE_WRONG, document_id="00" * 16,
...     at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC), time_quality=1, boot_id="b" * 32, body={})
>>> JournalEvent.from_json(event.to_json()) == event
True
"""
