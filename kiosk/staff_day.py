"""Today at this kiosk: what its journal says, for the people of the front desk.

A line names a document by its short number and a person of the staff by name. Of clients the
journal holds nothing that could be shown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from kiosk.desk import KioskDesk
from kiosk.document_files import BlobKind
from kiosk.terminal import Terminal
from sync.records import EventKind

__all__ = ["MAX_LINES", "DayCount", "Group", "Line", "Signed", "StaffDay"]

MAX_LINES: Final = 200
"""On one screen, newest first."""


class Group(StrEnum):
    """What lines are about."""

    SIGNING = "signing"
    """Clients: codes, signing, declining."""
    STAFF = "staff"
    """What people of the front desk did."""
    CHECKS = "checks"
    """Papers and files that were verified here."""
    DEVICE = "device"
    """The kiosk itself: printing, erasing, keys."""


_GROUPS: Mapping[Group, frozenset[EventKind]] = {
    Group.SIGNING: frozenset(
        {
            *(EventKind.CODE_ACCEPTED, EventKind.CODE_WRONG, EventKind.CODE_LOCKED),
            *(EventKind.CODE_ENTRY_CLOSED, EventKind.CLIENT_SIGNED, EventKind.TURN_SIGNED),
            EventKind.DECLINED,
        }
    ),
    Group.STAFF: frozenset(
        {
            *(EventKind.STAFF_ENTERED, EventKind.STAFF_PAUSED, EventKind.HANDED_OVER),
            *(EventKind.TAKEN_BACK, EventKind.IDENTITY_CHECKED, EventKind.CODE_UNLOCKED),
            EventKind.STAFF_CANCELLED,
        }
    ),
    Group.CHECKS: frozenset({EventKind.VERIFIED}),
    Group.DEVICE: frozenset(
        {
            *(EventKind.ENROLLED, EventKind.DOCUMENT_ERASED, EventKind.KEYS_RENEWED),
            *(EventKind.JOURNAL_DISPUTED, EventKind.PRINTED, EventKind.STROKES_SEALED),
        }
    ),
}


@dataclass(frozen=True)
class Line:
    """One event."""

    at: datetime
    kind: EventKind
    group: Group
    document_id: str
    """Empty when it is about none."""
    short_number: str
    """What the client typed; empty when it is about no document."""
    staff_name: str
    """Who of the front desk; empty when nobody."""
    staff_left: bool
    """It was somebody of the front desk who works here no more."""
    body: Mapping[str, Any]


@dataclass(frozen=True)
class DayCount:
    """What happened here today, and what waits."""

    signed: int
    declined: int
    cancelled: int
    waiting: int
    """Documents that no client has signed yet."""
    not_sent: int
    """Signed files that head office does not have yet."""
    printed: int
    looked: int
    """Identity documents that were looked at."""
    verified: int
    """Papers and files that were checked."""


@dataclass(frozen=True)
class Signed:
    """What can still be said of a document that was signed here."""

    document_id: str
    short_number: str
    signed_at: datetime
    pdf_sha256: str
    certificate: int
    """Number of the certificate; 0 where another client is to sign still."""
    sent: bool
    """Whether head office has it."""
    copy_here: bool
    """Whether the finished file is still here."""


class StaffDay:
    """Reads the journal of one terminal."""

    def __init__(self, terminal: Terminal, desk: KioskDesk) -> None:
        self._terminal = terminal
        self._store = terminal.store
        self._desk = desk

    def today(self) -> date:
        """The day in the kiosk's own zone."""
        return self._desk.now().astimezone(ZoneInfo(self._desk.local_timezone())).date()

    def count(self) -> DayCount:
        """The numbers of today."""
        rows = self._store.rows(
            "SELECT json_extract(body, '$.kind'), count(*) FROM event"
            " WHERE json_extract(body, '$.at') >= ? AND json_extract(body, '$.at') < ? GROUP BY 1",
            self._bounds(),
        )
        kinds: Mapping[str, int] = Counter(dict(rows))
        return DayCount(
            signed=kinds[EventKind.CLIENT_SIGNED] + kinds[EventKind.TURN_SIGNED],
            declined=kinds[EventKind.DECLINED],
            cancelled=kinds[EventKind.STAFF_CANCELLED],
            waiting=self._terminal.documents.count_due(),
            not_sent=self._terminal.device_store.queue_lengths()[0],
            printed=kinds[EventKind.PRINTED],
            looked=kinds[EventKind.IDENTITY_CHECKED],
            verified=kinds[EventKind.VERIFIED],
        )

    def lines(self, group: Group | None = None) -> tuple[list[Line], bool]:
        """Today's events, newest first: at most `MAX_LINES`, and whether there are more."""
        kinds = _GROUPS[group] if group else frozenset(EventKind)
        marks = ", ".join("?" * len(kinds))
        rows = self._store.rows(
            "SELECT e.body, d.short_number FROM event e LEFT JOIN document d"  # noqa: S608
            " ON d.document_id = json_extract(e.body, '$.document_id')"
            " WHERE json_extract(e.body, '$.at') >= ? AND json_extract(e.body, '$.at') < ?"
            f" AND json_extract(e.body, '$.kind') IN ({marks}) ORDER BY e.sequence DESC LIMIT ?",
            (*self._bounds(), *sorted(kinds), MAX_LINES + 1),
        )
        names = {one.staff_id: one.name for one in self._terminal.staff.members()}
        lines = [_line(json.loads(body), str(number or ""), names) for body, number in rows]
        return lines[:MAX_LINES], len(lines) > MAX_LINES

    def signed(self, document_id: str) -> Signed | None:
        """A document that was signed here, if it was; by its last signature here."""
        found = self._store.row(
            "SELECT d.short_number, e.body, e.acknowledged, coalesce(o.acknowledged, 1)"
            " FROM event e JOIN document d ON d.document_id = ?"
            " LEFT JOIN outbox_blob o ON o.sha256 = json_extract(e.body, '$.body.pdf_sha256')"
            " WHERE e.sequence = (SELECT max(event_sequence) FROM (SELECT event_sequence FROM"
            " sealed WHERE document_id = ?1 UNION SELECT event_sequence FROM turn"
            " WHERE document_id = ?1))",
            (document_id,),
        )
        if found is None:
            return None
        event = json.loads(found[1])
        body = event["body"]
        return Signed(
            document_id=document_id,
            short_number=str(found[0]),
            signed_at=datetime.fromisoformat(event["at"]),
            pdf_sha256=str(body["pdf_sha256"]),
            certificate=int(body.get("certificate_sequence", 0)),
            sent=bool(found[2]) and bool(found[3]),
            copy_here=self.copy_of(document_id) is not None,
        )

    def copy_of(self, document_id: str) -> bytes | None:
        """The finished file, as long as it is here; never one that others are to sign still."""
        found = self._store.row("SELECT 1 FROM sealed WHERE document_id = ?", (document_id,))
        if found is None:
            return None
        return self._terminal.documents.files.read(document_id, BlobKind.SIGNED_PDF)

    def _bounds(self) -> tuple[str, str]:
        """Midnight and the next midnight of the kiosk's own zone, as the journal writes times."""
        zone, day = ZoneInfo(self._desk.local_timezone()), self.today()
        midnights = (
            datetime(one.year, one.month, one.day, tzinfo=zone)
            for one in (day, day + timedelta(days=1))
        )
        first, last = (one.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for one in midnights)
        return first, last


def _line(event: Mapping[str, Any], short_number: str, names: Mapping[str, str]) -> Line:
    kind, body = EventKind(event["kind"]), event["body"]
    staff_id = str(body.get("staff", ""))
    return Line(
        at=datetime.fromisoformat(event["at"]),
        kind=kind,
        group=next((one for one, kinds in _GROUPS.items() if kind in kinds), Group.DEVICE),
        document_id=str(event["document_id"] or ""),
        short_number=short_number,
        staff_name=names.get(staff_id, ""),
        staff_left=bool(staff_id) and staff_id not in names,
        body=body,
    )
