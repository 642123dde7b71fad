"""Shutting a kiosk out: it was stolen, its keys may be known, or it is no longer used.

From the next contact on head office answers such a kiosk with `kiosk_revoked`, and the trust list
calls its keys revoked. What it delivered before stays genuine: the list names the receipts of
exactly those certificates (design section 6), so that a thief's backdated signature fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from office import tables, trust
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.kiosks import find_kiosk
from office.lifecycle import State

__all__ = ["RevocationReason", "Waiting", "revoke_kiosk", "waiting_at"]


class RevocationReason(StrEnum):
    """Why a kiosk is shut out, as the trust list says it."""

    STOLEN = "stolen"  # the device is gone
    KEY_COMPROMISE = "key_compromise"  # somebody else may have its keys
    RETIRED = "retired"  # no longer used


@dataclass(frozen=True)
class Waiting:
    """A document that waits for its client at a kiosk, as far as head office knows."""

    id: str
    number: str
    title: str


def waiting_at(connection: Connection, kiosk_id: str) -> list[Waiting]:
    """Return the documents that may have been signed at a kiosk since it was last in contact."""
    documents = tables.documents
    query = (
        select(documents.c.id, documents.c.number, documents.c.title)
        .where(documents.c.kiosk_id == kiosk_id, documents.c.state == State.DUE.value)
        .order_by(documents.c.number)
    )
    return [Waiting(row.id, row.number, row.title) for row in connection.execute(query)]


def revoke_kiosk(
    office: HeadOffice, kiosk_id: str, reason: RevocationReason, actor: Actor, now: datetime
) -> int:
    """Revoke the keys of a kiosk and publish the trust list that says so.

    Documents that wait for their clients there stay as they are: an operator cancels them.

    Returns:
        How many documents wait there.

    Raises:
        NotFound: `no_such_kiosk`.
        Refused: `kiosk_not_enrolled`, `already_revoked`.
    """
    keys, documents = tables.trust_keys, tables.documents
    with office.database.write() as connection:
        kiosk = find_kiosk(connection, kiosk_id)
        if kiosk.enrolled_at is None:
            raise Refused(
                "kiosk_not_enrolled",
                "No device has this kiosk's place, so there is nothing to revoke.",
                "Its one-time code dies by itself after 24 hours.",
            )
        if kiosk.revoked_at is not None:
            raise Refused("already_revoked", "This kiosk is shut out already.", "Nothing to do.")
        connection.execute(
            update(keys)
            .where(keys.c.kiosk_id == kiosk_id)
            .values(revoked_at=now.replace(microsecond=0), revocation_reason=reason.value)
        )
        record(connection, now, "kiosk_revoked", actor, kiosk=kiosk_id, reason=reason.value)
        trust.publish(office, connection, now)
        waiting = select(func.count()).where(
            documents.c.kiosk_id == kiosk_id, documents.c.state == State.DUE.value
        )
        return int(connection.execute(waiting).scalar_one())
