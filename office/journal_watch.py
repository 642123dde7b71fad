"""Head office and its kiosks watch each other's journals: `POST /checkpoint` at this end.

What does not fit is written down with both notes, for the administrator and the auditor, before
the kiosk hears of it; nothing of the message is taken then.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, delete, insert, select

from office import tables
from office.head_office import HeadOffice
from office.history import Actor, record
from office.journal_trees import OFFICE_LOG, append, nodes_of, take_kiosk_events, take_own_events
from office.kiosks import find_kiosk
from sync.checkpoint import OFFICE_ORIGIN, Checkpoint, SignedCheckpoint, kiosk_origin
from sync.errors import JournalFault, RequestRefused
from sync.merkle_log import consistency_proof, inclusion_proof, root
from sync.witnessing import CheckpointMessage, CheckpointReply, judge_journal, judge_witness

__all__ = ["take_checkpoint"]

NO_EVIDENCE = frozenset({"journal_ahead", "checkpoint_not_signed", "checkpoint_not_cosigned"})
"""Faults that show nothing: events are on their way, or the signature is not this kiosk's."""


def take_checkpoint(
    office: HeadOffice,
    kiosk_id: str,
    message: CheckpointMessage,
    now: datetime,
) -> CheckpointReply:
    """Judge, cosign and answer a kiosk's checkpoint.

    Args:
        office: the head office.
        kiosk_id: who sent it.
        message: what was sent.
        now: head office's time.

    Raises:
        RequestRefused: status 409, with the code of the JournalFault.
    """
    with office.database.write() as connection:
        try:
            return _answer(office, connection, kiosk_id, message, now)
        except JournalFault as fault:
            refusal = RequestRefused(fault.code, fault.sentence, fault.next_step, 409)
            if fault.code not in NO_EVIDENCE:
                _write_down(connection, kiosk_id, fault.code, message, now)
    raise refusal


def _answer(
    office: HeadOffice,
    connection: Connection,
    kiosk_id: str,
    message: CheckpointMessage,
    now: datetime,
) -> CheckpointReply:
    keys = find_kiosk(connection, kiosk_id).device_keys
    assert keys is not None  # noqa: S101 - its request was admitted
    key = Ed25519PublicKey.from_public_bytes(keys.sync_public_key)
    # 1. The kiosk's journal is the one that head office has.
    size = take_kiosk_events(connection, kiosk_id)
    top = root(size, nodes_of(connection, kiosk_id))
    judge_journal(message.journal, kiosk_origin(kiosk_id), key, size, top)
    # 2. Head office's log is still the one that the kiosk saw.
    known, leaves = 0, take_own_events(connection)
    node = nodes_of(connection, OFFICE_LOG)
    if message.office is not None:
        origin = kiosk_origin(kiosk_id)
        seen = judge_witness(message.office, origin, key, leaves, lambda at: root(at, node))
        known = seen.size
        _keep_witness(connection, kiosk_id, known, message.office, now)
    # 3. The kiosk's checkpoint becomes a leaf, once.
    leaf = _leaf(connection, kiosk_id, message.journal)
    if leaf is None:
        leaf, text = leaves, message.journal.text()
        leaves = append(connection, OFFICE_LOG, [text.encode()])
        values = {"leaf": leaf, "kiosk_id": kiosk_id, "size": size, "note": text, "at": now}
        connection.execute(insert(tables.journal_checkpoints).values(values))
    # 4. Cosign, and prove.
    response_key = office.keyring.response_key()
    log = Checkpoint(OFFICE_ORIGIN, leaves, root(leaves, node))
    return CheckpointReply(
        journal=message.journal.cosign(OFFICE_ORIGIN, response_key, now),
        office=SignedCheckpoint.sign(log, response_key),
        leaf_index=leaf,
        inclusion=inclusion_proof(leaf, leaves, node),
        consistency=consistency_proof(known, leaves, node),
    )


def _leaf(connection: Connection, kiosk_id: str, note: SignedCheckpoint) -> int | None:
    """Where this very note stands in head office's log already."""
    checkpoints = tables.journal_checkpoints
    query = select(checkpoints.c.leaf).where(
        checkpoints.c.kiosk_id == kiosk_id,
        checkpoints.c.size == note.checkpoint.size,
        checkpoints.c.note == note.text(),
    )
    found = connection.execute(query).scalar()
    return None if found is None else int(found)


def _keep_witness(
    connection: Connection, kiosk_id: str, size: int, note: SignedCheckpoint, now: datetime
) -> None:
    witnesses = tables.journal_witnesses
    connection.execute(delete(witnesses).where(witnesses.c.kiosk_id == kiosk_id))
    values = {"kiosk_id": kiosk_id, "size": size, "note": note.text(), "at": now}
    connection.execute(insert(witnesses).values(values))


def _write_down(
    connection: Connection, kiosk_id: str, code: str, message: CheckpointMessage, now: datetime
) -> None:
    """Keep what shows the fault; the same from the same kiosk is kept once."""
    faults = tables.journal_faults
    journal = message.journal.text()
    newest = (
        select(faults.c.code, faults.c.kiosk_note)
        .where(faults.c.kiosk_id == kiosk_id)
        .order_by(faults.c.id.desc())
        .limit(1)
    )
    found = connection.execute(newest).first()
    if found is not None and (found.code, found.kiosk_note) == (code, journal):
        return
    office_note = "" if message.office is None else message.office.text()
    values = {"kiosk_id": kiosk_id, "code": code, "at": now}
    notes = {"kiosk_note": journal, "office_note": office_note}
    connection.execute(insert(faults).values(values | notes))
    record(connection, now, "journal_fault", Actor(kiosk_id=kiosk_id), None, code=code)
