"""Checkpoints of the kiosk's journal, proofs of its events, and what it knows of the other log."""

from __future__ import annotations

from datetime import datetime, timedelta

from kiosk.clock import KioskClock
from kiosk.journal import Journal
from kiosk.journal_nodes import grow, nodes_of
from kiosk.store import Store
from sync.checkpoint import Checkpoint, SignedCheckpoint, kiosk_origin
from sync.errors import JournalFault
from sync.events import EventKind
from sync.merkle_log import added_nodes, check_inclusion, inclusion_proof, leaf_hash, root
from sync.witnessing import CheckpointReply

__all__ = ["JournalLog"]

WITNESS_EVERY = timedelta(hours=20)
"""How old the last witnessed checkpoint may grow while nothing happens here: head office's log is
then looked at once a day all the same."""


class JournalLog:
    """`sync.certified_device.JournalSource` of one kiosk, and proofs of its events."""

    def __init__(self, store: Store, clock: KioskClock, journal: Journal) -> None:
        self._store = store
        self._clock = clock
        self._journal = journal

    def due(self) -> Checkpoint | None:
        """The journal as far as head office has it; None when nothing is new, or not all is there.

        Raises:
            JournalFault: `journal_damaged`.
        """
        with self._store.transaction():
            grow(self._store)
            found = self._store.row(
                "SELECT count(*), coalesce(sum(acknowledged), 0) FROM event"
            ) or (0, 0)
            size, acknowledged = int(found[0]), int(found[1])
            if not size or size != acknowledged:
                return None
            cosigned = self.cosigned()
            if cosigned is not None and cosigned.checkpoint.size == size and not self._is_old():
                return None
            origin = kiosk_origin(self._store.setting("kiosk_id"))
            return Checkpoint(origin, size, root(size, nodes_of(self._store)))

    def office_log(self) -> SignedCheckpoint | None:
        """Head office's log as it was accepted last."""
        return self._note("office_log")

    def cosigned(self) -> SignedCheckpoint | None:
        """The last checkpoint of this journal that head office cosigned."""
        return self._note("journal_cosigned")

    def keep(self, reply: CheckpointReply) -> None:
        """Keep a checked answer."""
        with self._store.transaction():
            self._store.set_setting("journal_cosigned", reply.journal.text())
            self._store.set_setting("office_log", reply.office.text())
            self._store.set_setting("journal_witnessed_at", self._clock.now().isoformat())

    def dispute(self, code: str, journal_note: str, office_note: str) -> None:
        """Keep both notes and write it into the journal; the same once more changes nothing."""
        with self._store.transaction():
            known = self._store.row(
                "SELECT 1 FROM journal_fault WHERE code = ? AND office_note = ?",
                (code, office_note),
            )
            if known is not None:
                return
            self._store.database.execute(
                "INSERT INTO journal_fault (code, journal_note, office_note, at)"
                " VALUES (?, ?, ?, ?)",
                (code, journal_note, office_note, self._clock.now().isoformat()),
            )
            size = SignedCheckpoint.from_text(office_note).checkpoint.size if office_note else 0
            body: dict[str, str | int | bool] = {"code": code, "office_size": size}
            self._journal.add(EventKind.JOURNAL_DISPUTED, None, body)

    def faults(self) -> list[tuple[str, datetime]]:
        """What was wrong, and when it was first seen."""
        rows = self._store.rows("SELECT code, at FROM journal_fault ORDER BY at")
        return [(str(code), datetime.fromisoformat(at)) for code, at in rows]

    def check_rows(self) -> int:
        """Compute the tree again from the events; gives their number.

        Raises:
            JournalFault: `journal_damaged`: an event was changed, lost or put in.
        """
        with self._store.transaction():
            rows = self._store.rows("SELECT sequence, body FROM event ORDER BY sequence")
            if [sequence for sequence, _ in rows] != list(range(1, len(rows) + 1)):
                raise JournalFault("journal_damaged", "Events of the kiosk's journal are missing.")
            fresh = added_nodes(0, (leaf_hash(str(body).encode()) for _, body in rows), _unknown)
            stored = self._store.rows("SELECT level, place, hash FROM journal_node")
        if fresh != {(level, place): bytes(found) for level, place, found in stored}:
            raise JournalFault("journal_damaged", "The kiosk's journal was changed.")
        return len(rows)

    def proof(self, sequence: int) -> tuple[str, tuple[bytes, ...], SignedCheckpoint]:
        """An event's line, its audit path, and the cosigned checkpoint that the path leads to.

        Raises:
            JournalFault: `proof_impossible` when head office has not cosigned that far,
                `proof_false` when the event is not the one that was cosigned.
        """
        cosigned = self.cosigned()
        found = self._store.row("SELECT body FROM event WHERE sequence = ?", (sequence,))
        if cosigned is None or found is None:
            raise JournalFault(
                "proof_impossible",
                "Head office has not cosigned this event yet.",
                "Try again after the next exchange with head office.",
            )
        line, size = str(found[0]), cosigned.checkpoint.size
        path = inclusion_proof(sequence - 1, size, nodes_of(self._store))
        leaf = leaf_hash(line.encode())
        check_inclusion(leaf, sequence - 1, size, path, cosigned.checkpoint.root)
        return line, path, cosigned

    def _is_old(self) -> bool:
        text = self._store.setting("journal_witnessed_at")
        now = self._clock.now()
        return not text or not datetime.fromisoformat(text) <= now < (
            datetime.fromisoformat(text) + WITNESS_EVERY
        )

    def _note(self, name: str) -> SignedCheckpoint | None:
        text = self._store.setting(name)
        return SignedCheckpoint.from_text(text) if text else None


def _unknown(level: int, place: int) -> bytes:
    raise JournalFault("journal_damaged", f"Node {level}/{place} of the journal is missing.")
