"""How a kiosk and head office watch each other's journal: messages and decisions, no more.

A kiosk sends a checkpoint of its journal (`CheckpointMessage`). Head office holds it against its
own copy (`judge_journal`), cosigns it, puts it into its own log and answers with a checkpoint of
that log and the proofs that the log holds the kiosk's and only grew (`CheckpointReply`), which the
kiosk checks (`CheckpointReply.check`) and cosigns the next time. docs/journal.md has the whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.checkpoint import MAX_NOTE_BYTES, MAX_SIZE, OFFICE_ORIGIN, Checkpoint, SignedCheckpoint
from sync.errors import JournalFault, MessageMalformed
from sync.merkle_log import MAX_PROOF_HASHES, check_consistency, check_inclusion, leaf_hash
from sync.strict_json import Fields

__all__ = [
    "MAX_CHECKPOINT_BYTES",
    "CheckpointMessage",
    "CheckpointReply",
    "judge_journal",
    "judge_witness",
]

MAX_CHECKPOINT_BYTES = 24 * 1024
"""Largest message or answer, bytes: two notes and two proofs of at most 64 hashes."""


@dataclass(frozen=True)
class CheckpointMessage:
    """What a kiosk says of both logs: `POST /checkpoint`."""

    journal: SignedCheckpoint
    """Its own journal as it stands, signed."""
    office: SignedCheckpoint | None
    """The last checkpoint of head office's log that it accepted, cosigned; None at first."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "journal": self.journal.text(),
            "office": None if self.office is None else self.office.text(),
        }

    @classmethod
    def from_json(cls, value: Any) -> CheckpointMessage:
        """Read the JSON object.

        Raises:
            MessageMalformed: the message, or a note in it, is not written as it must be.
        """
        fields = Fields(value, "checkpoint")
        journal = _note(fields, "journal")
        result = cls(journal, fields.optional("office", lambda name: _note(fields, name)))
        fields.done()
        return result


@dataclass(frozen=True)
class CheckpointReply:
    """What head office answers."""

    journal: SignedCheckpoint
    """The kiosk's checkpoint with head office's cosignature added."""
    office: SignedCheckpoint
    """Head office's own log, signed."""
    leaf_index: int
    """Where in that log the kiosk's checkpoint stands, from 0."""
    inclusion: tuple[bytes, ...]
    """The proof of that."""
    consistency: tuple[bytes, ...]
    """That the log only grew since the checkpoint that the kiosk sent."""

    def to_json(self) -> dict[str, Any]:
        """Give the JSON object."""
        return {
            "journal": self.journal.text(),
            "office": self.office.text(),
            "leaf_index": self.leaf_index,
            "inclusion": [part.hex() for part in self.inclusion],
            "consistency": [part.hex() for part in self.consistency],
        }

    @classmethod
    def from_json(cls, value: Any) -> CheckpointReply:
        """Read the JSON object; raises MessageMalformed."""
        fields = Fields(value, "checkpoint reply")
        result = cls(
            journal=_note(fields, "journal"),
            office=_note(fields, "office"),
            leaf_index=fields.whole("leaf_index", 0, MAX_SIZE),
            inclusion=_hashes(fields, "inclusion"),
            consistency=_hashes(fields, "consistency"),
        )
        fields.done()
        return result

    def check(
        self, sent: SignedCheckpoint, known: Checkpoint | None, office_key: Ed25519PublicKey
    ) -> datetime:
        """Check the answer as the kiosk must before it keeps any of it.

        Args:
            sent: the checkpoint of its own journal, as it sent it.
            known: head office's log as the kiosk knew it, None at first.
            office_key: head office's pinned key.

        Returns:
            When head office saw the kiosk's checkpoint.

        Raises:
            JournalFault: `office_log_forked` when head office's log is not the one that the kiosk
                knew, `checkpoint_not_signed`, `checkpoint_not_cosigned`, `proof_false`.
        """
        # 1. Head office cosigned this journal, not another.
        if self.journal.checkpoint != sent.checkpoint:
            raise JournalFault("checkpoint_not_cosigned", "Head office signed another journal.")
        seen = self.journal.check_witness(OFFICE_ORIGIN, office_key)
        # 2. Its own log is signed and holds the checkpoint as it was sent.
        office = self.office.check_log(OFFICE_ORIGIN, office_key)
        leaf = leaf_hash(sent.text().encode())
        check_inclusion(leaf, self.leaf_index, office.size, self.inclusion, office.root)
        # 3. That log is the one we knew, and only grew.
        if known is not None:
            try:
                check_consistency(
                    known.size, known.root, office.size, office.root, self.consistency
                )
            except JournalFault as fault:
                raise JournalFault(
                    "office_log_forked", "Head office's log is not the one this kiosk knew."
                ) from fault
        return seen


def judge_journal(
    note: SignedCheckpoint, origin: str, key: Ed25519PublicKey, size: int, root: bytes
) -> None:
    """Hold a kiosk's checkpoint against head office's copy of that journal.

    Args:
        note: what the kiosk sent.
        origin: the kiosk's.
        key: the kiosk's sync key.
        size: events at head office.
        root: their Merkle root.

    Raises:
        JournalFault: `checkpoint_not_signed`; `journal_ahead`, when events have yet to come;
            `journal_behind`, when the kiosk lost some (an old backup, or a journal cut short);
            `journal_forked`, when the events are not those that head office has.
    """
    claimed = note.check_log(origin, key)
    if claimed.size > size:
        raise JournalFault(
            "journal_ahead",
            "Head office does not have all events of this journal yet.",
            "Send the events first, then the checkpoint.",
        )
    if claimed.size < size:
        raise JournalFault("journal_behind", "The kiosk's journal lost events that it had sent.")
    if claimed.root != root:
        raise JournalFault("journal_forked", "The kiosk's journal is not the one it had sent.")


def judge_witness(
    note: SignedCheckpoint,
    witness: str,
    key: Ed25519PublicKey,
    size: int,
    root_at: Callable[[int], bytes],
) -> Checkpoint:
    """Hold what a kiosk remembers of head office's log against that log.

    Args:
        note: head office's checkpoint, cosigned by the kiosk.
        witness: the kiosk's origin.
        key: the kiosk's sync key.
        size: leaves of head office's log now.
        root_at: gives the log's Merkle root as it was with so many leaves.

    Raises:
        JournalFault: `checkpoint_not_cosigned`; `office_log_behind`, when the log was longer once
            (an old backup was restored, or it was cut); `office_log_forked`, when it was another.
    """
    note.check_witness(witness, key)
    claimed = note.checkpoint
    if claimed.origin != OFFICE_ORIGIN:
        raise JournalFault("checkpoint_not_cosigned", "This is no checkpoint of head office.")
    if claimed.size > size:
        raise JournalFault("office_log_behind", "Head office's log was longer once.")
    if root_at(claimed.size) != claimed.root:
        raise JournalFault("office_log_forked", "Head office's log was another one once.")
    return claimed


def _note(fields: Fields, name: str) -> SignedCheckpoint:
    try:
        return SignedCheckpoint.from_text(fields.text(name, MAX_NOTE_BYTES))
    except JournalFault as fault:
        raise MessageMalformed(f"checkpoint: {name} is no note.") from fault


def _hashes(fields: Fields, name: str) -> tuple[bytes, ...]:
    found = []
    for item in fields.items(name, MAX_PROOF_HASHES):
        text = Fields({"hash": item}, name).text("hash", 64, r"[0-9a-f]{64}")
        found.append(bytes.fromhex(text))
    return tuple(found)
