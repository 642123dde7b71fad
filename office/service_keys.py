"""Taking a time-stamping service's key off the list of those that count.

A service whose key is known to others, or that stated false times, proves nothing any more: its
time-stamps could have been made at any time. What was sealed before now stays genuine, since the
verifier needs no service; evidence for long keeping is made anew by another one
(`office.long_keeping`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography import x509
from sqlalchemy import Connection, func, select, update

from office import tables, trust
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import JobKind, JobState
from office.key_list import key_name
from office.lifecycle import State
from verifier.trust_list import KeyRole

__all__ = ["RevokedService", "ServiceKeyReason", "find_service_key", "revoke_service_key"]

_NOT_SEALED = (State.DIRECTOR_SIGNED, State.DUE)


class ServiceKeyReason(StrEnum):
    """Why a service's key counts no more, as the trust list says it."""

    KEY_COMPROMISE = "key_compromise"  # somebody else may have used the key
    FALSE_TIMES = "false_times"  # the service stated times that were not so


@dataclass(frozen=True)
class RevokedService:
    """What a revocation led to."""

    holder: str  # what the service is called
    evidence_anew: int  # final files here whose evidence is looked at again
    waiting_documents: int  # signed by a director and not sealed yet: some may carry its time-stamp


def find_service_key(connection: Connection, identifier: str) -> str:
    """Return what the service with this key is called; spaces do not matter.

    Raises:
        NotFound: `no_such_service_key`.
    """
    return str(_rows(connection, identifier)[0].holder)


def revoke_service_key(
    office: HeadOffice, identifier: str, reason: ServiceKeyReason, actor: Actor, now: datetime
) -> RevokedService:
    """Revoke a service's key for good, under all certificates that it has.

    Raises:
        NotFound: `no_such_service_key`.
        Refused: `service_key_revoked`.
    """
    keys = tables.trust_keys
    with office.database.write() as connection:
        rows = _rows(connection, identifier)
        open_ones = [row.id for row in rows if row.revoked_at is None]
        if not open_ones:
            raise Refused(
                "service_key_revoked",
                "This key counts no more already.",
                "Nothing is to be done.",
            )
        connection.execute(
            update(keys)
            .where(keys.c.id.in_(open_ones))
            .values(revoked_at=now.replace(microsecond=0), revocation_reason=reason.value)
        )
        record(
            connection, now, "time_service_revoked", actor,
            service=rows[0].holder, reason=reason.value,
        )  # fmt: skip
        trust.publish(office, connection, now)
        anew = _look_again(connection, now)
        documents = tables.documents
        waiting = select(func.count()).where(
            documents.c.state.in_([state.value for state in _NOT_SEALED])
        )
        count = int(connection.execute(waiting).scalar_one())
    return RevokedService(str(rows[0].holder), anew, count)


def _rows(connection: Connection, identifier: str) -> list[Any]:
    """The certificates of a service's key, which is no kiosk's."""
    wanted = "".join(identifier.split()).lower()
    keys = tables.trust_keys
    query = select(keys.c.id, keys.c.holder, keys.c.certificate_der, keys.c.revoked_at).where(
        keys.c.role == KeyRole.TIMESTAMP.value, keys.c.kiosk_id.is_(None)
    )
    rows = [
        row
        for row in connection.execute(query)
        if key_name(x509.load_der_x509_certificate(row.certificate_der)) == wanted
    ]
    if not rows:
        raise NotFound(
            "no_such_service_key",
            "There is no time-stamping service with this key.",
            "Look at: keys list.",
        )
    return rows


def _look_again(connection: Connection, now: datetime) -> int:
    """Let the keep job look at every file that has evidence, whoever made it; say how many."""
    keeping, jobs = tables.keeping, tables.jobs
    changed = connection.execute(
        update(keeping).where(keeping.c.stamps > 0).values(renew_at=None)
    ).rowcount
    connection.execute(
        update(jobs)
        .where(jobs.c.kind == JobKind.KEEP.value, jobs.c.state == JobState.WAITING.value)
        .values(run_after=now)
    )
    return int(changed)
