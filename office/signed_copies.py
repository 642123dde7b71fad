"""The book of every signed file that ever arrived, and what was decided about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from office import tables
from office.decision_mail import ask_for_decision

__all__ = ["Decision", "hold_back", "is_known_copy", "note_copy"]


class Decision:
    """What was decided about a signed copy, as `signed_copies.decision` keeps it."""

    ACCEPTED = "accepted"  # completed the document
    TURN = "turn"  # one client's signature; the next one signs this file
    QUARANTINED = "quarantined"  # does not add up; a person decides
    CONFLICT = "conflict"  # a different copy came first
    AFTER_CANCEL = "after_cancel"  # signed although withdrawn


def is_known_copy(connection: Connection, document_id: str, sha256: str) -> bool:
    """Tell whether this copy of a document was decided about before."""
    copies = tables.signed_copies
    query = select(copies.c.decision).where(
        copies.c.document_id == document_id, copies.c.sha256 == sha256
    )
    return connection.execute(query).first() is not None


def note_copy(
    connection: Connection,
    document_id: str,
    sha256: str,
    kiosk_id: str,
    decision: str,
    verdict: dict[str, Any],
    receipt: str | None,
    now: datetime,
) -> None:
    """Write down a copy in the caller's transaction; ask for a decision when it is held back.

    Args:
        connection: the transaction.
        document_id: the document.
        sha256: of the copy, hex.
        kiosk_id: who delivered it.
        decision: one of `Decision`.
        verdict: what the verifier said, as JSON.
        receipt: `verifier.claims_coding.receipt_hash` of its certificate, which outlives the
            kiosk's revocation. None when it does not add up.
        now: the time.
    """
    connection.execute(
        insert(tables.signed_copies).values(
            document_id=document_id,
            sha256=sha256,
            kiosk_id=kiosk_id,
            received_at=now,
            decision=decision,
            verdict=verdict,
            receipt=receipt,
        )
    )
    if decision not in {Decision.ACCEPTED, Decision.TURN}:
        ask_for_decision(connection, document_id, sha256[:16], now)


def hold_back(connection: Connection, document_id: str) -> None:
    """Put a document into quarantine: it is kept and not delivered until a person has looked."""
    connection.execute(
        update(tables.documents)
        .where(tables.documents.c.id == document_id)
        .values(quarantined=True)
    )
