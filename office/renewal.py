"""Asking a kiosk in use for new keys: when they run out, when somebody wants it (docs/keys.md, 10).

Asking is a row down to the kiosk; it makes the keys and comes back for certificates
(`office.renewal_answer`). There is never more than one renewal under way at a kiosk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cryptography import x509
from sqlalchemy import Connection, Row, func, insert, select

from office import authorities, dispatch, tables
from office.errors import Refused
from office.history import Actor, record
from office.kiosks import Kiosk, find_kiosk, list_kiosks
from office.tables.devices import kiosk_renewals as renewals
from sync.renewal import KeysWanted
from verifier.trust_list import KeyRole

if TYPE_CHECKING:
    from office.head_office import HeadOffice

__all__ = [
    "RENEW_BEFORE",
    "Renewal",
    "RenewalReason",
    "ask_for_new_keys",
    "ask_those_below",
    "ask_where_due",
    "open_renewal",
    "renewals_under_way",
]

RENEW_BEFORE = timedelta(days=3740)
"""Keys are renewed while what they sign still reads as valid for ten years, and a quarter more."""
WORTH_IT = timedelta(days=365)
"""A renewal must win at least this much: below an authority near its end it would win nothing."""


class RenewalReason(StrEnum):
    """Why a kiosk is asked for new keys."""

    ASKED = "asked"  # an administrator wants it
    EXPIRY = "expiry"  # the present ones run out
    SIGNING_CA_REVOKED = "signing_ca_revoked"  # who issued the present ones counts no more


@dataclass(frozen=True)
class Renewal:
    """A renewal that is under way."""

    kiosk_id: str
    generation: int
    reason: RenewalReason
    asked_at: datetime
    certified: bool  # the kiosk has its certificates, and has not used them yet


def ask_for_new_keys(
    office: HeadOffice,
    kiosk_id: str,
    actor: Actor,
    now: datetime,
    reason: RenewalReason = RenewalReason.ASKED,
) -> int:
    """Ask a kiosk for new keys; it makes them at its next contact.

    Returns:
        The generation that was asked for.

    Raises:
        NotFound: `no_such_kiosk`.
        Refused: `kiosk_not_in_service`, `renewal_under_way`.
    """
    with office.database.write() as connection:
        kiosk = find_kiosk(connection, kiosk_id)
        if not kiosk.in_service:
            raise Refused(
                "kiosk_not_in_service",
                "No device is in service in this kiosk's place.",
                "Enrol one first.",
            )
        if open_renewal(connection, kiosk_id) is not None:
            raise Refused(
                "renewal_under_way",
                "This kiosk was asked for new keys already.",
                "It makes them when it is next in contact.",
            )
        return _ask(connection, kiosk_id, actor, now, reason)


def ask_where_due(office: HeadOffice, now: datetime) -> int:
    """Ask every kiosk whose keys run out, unless a new certificate would hardly last longer.

    Returns:
        How many were asked.
    """
    with office.database.read() as connection:
        if not _due(connection, now):
            return 0
    with office.database.write() as connection:
        due = _due(connection, now)
        for kiosk in due:
            _ask(connection, kiosk.id, Actor(), now, RenewalReason.EXPIRY)
    return len(due)


def ask_those_below(
    connection: Connection, signing_ca: x509.Certificate, actor: Actor, now: datetime
) -> int:
    """Ask every kiosk in service whose keys a signing CA issued; in the caller's transaction."""
    asked = 0
    for kiosk in list_kiosks(connection):
        certificates = _certificates(connection, kiosk.id)
        below = any(one.issuer == signing_ca.subject for one in certificates)
        if kiosk.in_service and below and open_renewal(connection, kiosk.id) is None:
            _ask(connection, kiosk.id, actor, now, RenewalReason.SIGNING_CA_REVOKED)
            asked += 1
    return asked


def renewals_under_way(connection: Connection) -> dict[str, Renewal]:
    """Return the renewals that kiosks have not ended yet, by the kiosk's id."""
    rows = connection.execute(select(renewals).where(renewals.c.taken_at.is_(None)))
    return {
        row.kiosk_id: Renewal(
            row.kiosk_id,
            row.generation,
            RenewalReason(row.reason),
            row.asked_at,
            row.ca_der is not None,
        )
        for row in rows
    }


def _ask(
    connection: Connection, kiosk_id: str, actor: Actor, now: datetime, reason: RenewalReason
) -> int:
    highest = select(func.max(renewals.c.generation)).where(renewals.c.kiosk_id == kiosk_id)
    generation = int(connection.execute(highest).scalar() or 1) + 1
    connection.execute(
        insert(renewals).values(
            kiosk_id=kiosk_id,
            generation=generation,
            reason=reason.value,
            asked_at=now,
            certified=0,
        )
    )
    dispatch.tell_kiosk(connection, kiosk_id, KeysWanted(generation))
    record(
        connection, now, "kiosk_keys_wanted", actor,
        kiosk=kiosk_id, generation=generation, reason=reason.value,
    )  # fmt: skip
    return generation


def _due(connection: Connection, now: datetime) -> list[Kiosk]:
    """Kiosks in service whose seal or CA runs out, with no renewal under way."""
    issuer = authorities.newest_certificate(connection, KeyRole.SIGNING_CA)
    possible = issuer.not_valid_after_utc
    open_ones, found = renewals_under_way(connection), []
    for kiosk in list_kiosks(connection):
        if not kiosk.in_service or kiosk.id in open_ones:
            continue
        ends = min(one.not_valid_after_utc for one in _certificates(connection, kiosk.id))
        if ends - now < RENEW_BEFORE and possible - ends > WORTH_IT and now < possible:
            found.append(kiosk)
    return found


def _certificates(connection: Connection, kiosk_id: str) -> list[x509.Certificate]:
    """The present certificates of a kiosk's CA and seal."""
    kiosks = tables.kiosks
    row = connection.execute(
        select(kiosks.c.kiosk_ca_der, kiosks.c.seal_der).where(kiosks.c.id == kiosk_id)
    ).one()
    return [x509.load_der_x509_certificate(der) for der in row if der is not None]


def open_renewal(connection: Connection, kiosk_id: str) -> Row[Any] | None:
    """Return the row of a kiosk's renewal that is under way."""
    query = select(renewals).where(renewals.c.kiosk_id == kiosk_id, renewals.c.taken_at.is_(None))
    return connection.execute(query).first()
