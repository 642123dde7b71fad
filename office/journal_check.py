"""Whether head office's own database still holds the journals that it and its kiosks signed for.

Every tree is computed again from its lines and compared with the hashes kept, and these with the
checkpoints of the kiosks and with what they witnessed. Reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from office import tables
from office.journal_trees import OFFICE_LOG, event_line, nodes_of
from sync.checkpoint import SignedCheckpoint
from sync.errors import JournalFault
from sync.merkle_log import added_nodes, inclusion_proof, leaf_hash, root
from sync.strict_json import canonical_bytes

__all__ = ["JournalState", "check_journals", "journal_states", "prove_event"]

LINES_AT_ONCE = 4096
"""Lines read and compared in one go; a power of two, so that each go ends with a whole subtree."""


@dataclass(frozen=True)
class JournalState:
    """How one kiosk's journal stands at head office."""

    kiosk_id: str
    kiosk_name: str
    events: int  # events that head office has
    cosigned: int  # how many of them head office has cosigned last
    cosigned_at: datetime | None  # when it did
    witnessed_at: datetime | None  # when the kiosk last vouched for head office's log
    faults: tuple[tuple[str, datetime], ...]  # what did not fit, and when it was found


def journal_states(connection: Connection) -> list[JournalState]:
    """Return every enrolled kiosk's, those with faults first, then by name."""
    kiosks, checkpoints = tables.kiosks, tables.journal_checkpoints
    newest = (
        select(checkpoints.c.kiosk_id, func.max(checkpoints.c.leaf).label("leaf"))
        .group_by(checkpoints.c.kiosk_id)
        .subquery()
    )
    witnesses = tables.journal_witnesses
    query = (
        select(
            kiosks.c.id,
            kiosks.c.name,
            kiosks.c.event_sequence,
            checkpoints.c.size,
            checkpoints.c.at,
            witnesses.c.at.label("witnessed_at"),
        )
        .select_from(
            kiosks.outerjoin(newest, newest.c.kiosk_id == kiosks.c.id)
            .outerjoin(checkpoints, checkpoints.c.leaf == newest.c.leaf)
            .outerjoin(witnesses, witnesses.c.kiosk_id == kiosks.c.id)
        )
        .where(kiosks.c.enrolled_at.is_not(None))
        .order_by(kiosks.c.name)
    )
    faults: dict[str, list[tuple[str, datetime]]] = {}
    written = tables.journal_faults
    for row in connection.execute(select(written).order_by(written.c.id)):
        faults.setdefault(row.kiosk_id, []).append((row.code, row.at))
    found = [
        JournalState(
            row.id, row.name, row.event_sequence, row.size or 0, row.at, row.witnessed_at,
            tuple(faults.get(row.id, ())),
        )
        for row in connection.execute(query)
    ]  # fmt: skip
    return sorted(found, key=lambda state: not state.faults)


def check_journals(connection: Connection) -> list[tuple[str, str]]:
    """Compute everything again.

    Returns:
        What does not fit, as (log, code): `journal_damaged` where a line or a hash was changed or
        lost, `journal_forked` where a kiosk signed another journal, `office_log_forked` or
        `office_log_behind` where a kiosk witnessed another log. Empty when all is well.
    """
    heads = tables.journal_heads
    found: list[tuple[str, str]] = []
    sizes = {row.log: int(row.size) for row in connection.execute(select(heads))}
    for log, size in sorted(sizes.items()):
        if not _is_whole(connection, log, size):
            found.append((log, "journal_damaged"))
    damaged = {log for log, _ in found}
    found += [
        (row.kiosk_id, "journal_forked")
        for row in connection.execute(select(tables.journal_checkpoints))
        if row.kiosk_id not in damaged
        and not _fits(connection, row.kiosk_id, sizes.get(row.kiosk_id, 0), row.note)
    ]
    own = sizes.get(OFFICE_LOG, 0)
    for row in connection.execute(select(tables.journal_witnesses)):
        if row.size > own:
            found.append((row.kiosk_id, "office_log_behind"))
        elif OFFICE_LOG not in damaged and not _fits(connection, OFFICE_LOG, own, row.note):
            found.append((row.kiosk_id, "office_log_forked"))
    return list(dict.fromkeys(found))


def prove_event(connection: Connection, kiosk_id: str, sequence: int) -> dict[str, Any]:
    """Prove that an event is in the journal that its kiosk signed.

    Returns:
        `event` (its line), `sequence`, `path` (RFC 6962 section 2.1.1, hexadecimal) and
        `checkpoint` (the first note of the kiosk that covers it); docs/journal.md, section 5.

    Raises:
        JournalFault: `proof_impossible`.
    """
    events, checkpoints = tables.kiosk_events, tables.journal_checkpoints
    line = connection.execute(
        select(events.c.record).where(events.c.kiosk_id == kiosk_id, events.c.sequence == sequence)
    ).scalar()
    note = connection.execute(
        select(checkpoints.c.note)
        .where(checkpoints.c.kiosk_id == kiosk_id, checkpoints.c.size >= sequence)
        .order_by(checkpoints.c.size)
        .limit(1)
    ).scalar()
    if line is None or note is None:
        raise JournalFault(
            "proof_impossible",
            "The kiosk has not signed for this event yet.",
            "Check the number, or try again after the kiosk's next sync.",
        )
    size = SignedCheckpoint.from_text(note).checkpoint.size
    path = inclusion_proof(sequence - 1, size, nodes_of(connection, kiosk_id))
    return {
        "event": canonical_bytes(line).decode(),
        "sequence": sequence,
        "path": [part.hex() for part in path],
        "checkpoint": note,
    }


def _fits(connection: Connection, log: str, size: int, note: str) -> bool:
    claimed = SignedCheckpoint.from_text(note).checkpoint
    if claimed.size > size:
        return False
    return root(claimed.size, nodes_of(connection, log)) == claimed.root


def _is_whole(connection: Connection, log: str, size: int) -> bool:
    """Whether the log's lines give just the hashes that are kept."""
    node, kept = nodes_of(connection, log), 0
    try:
        for start in range(0, size, LINES_AT_ONCE):
            count = min(LINES_AT_ONCE, size - start)
            lines = _lines(connection, log, start, count)
            if len(lines) != count:
                return False
            fresh = added_nodes(start, map(leaf_hash, lines), node)
            if any(node(level, place) != found for (level, place), found in fresh.items()):
                return False
            kept += len(fresh)
    except JournalFault:
        return False
    nodes = tables.journal_nodes
    query = select(func.count()).select_from(nodes).where(nodes.c.log == log)
    return int(connection.execute(query).scalar_one()) == kept


def _lines(connection: Connection, log: str, start: int, count: int) -> Sequence[bytes]:
    """The lines of the leaves from `start` on."""
    if log != OFFICE_LOG:
        events = tables.kiosk_events
        query = (
            select(events.c.record)
            .where(
                events.c.kiosk_id == log,
                events.c.sequence > start,
                events.c.sequence <= start + count,
            )
            .order_by(events.c.sequence)
        )
        return [canonical_bytes(line) for line in connection.execute(query).scalars()]
    own, checkpoints = tables.events, tables.journal_checkpoints
    span = (start, start + count - 1)
    found = {
        int(row.leaf): event_line(row)
        for row in connection.execute(select(own).where(own.c.leaf.between(*span)))
    }
    notes = connection.execute(select(checkpoints).where(checkpoints.c.leaf.between(*span)))
    found |= {int(row.leaf): row.note.encode() for row in notes}
    return [found[leaf] for leaf in sorted(found)]
