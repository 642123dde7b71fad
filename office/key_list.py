"""Which keys there are, where each is kept, until when it counts, and when to renew it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from sqlalchemy import Connection, select

from office import tables
from office.head_office import HeadOffice
from office.keyring import SIGNING_CA, KeyPlace, director, key_identifier
from verifier.trust_list import KeyRole

__all__ = ["KeyEntry", "key_name", "list_keys"]

YEAR = timedelta(days=365, hours=6)
QUARTER = timedelta(days=90)
WARN_BEFORE = {
    KeyRole.ROOT: 20 * YEAR + QUARTER,
    KeyRole.SIGNING_CA: 20 * YEAR + QUARTER,
}
"""With less left an authority issues certificates that are cut short: replace it then."""
WARN_SIGNER = 10 * YEAR + QUARTER
"""With less left what is signed no longer reads as valid for ten years (docs/keys.md, 11)."""


@dataclass(frozen=True)
class KeyEntry:
    """One key of the trust list, as people look at it."""

    identifier: str  # first 8 bytes of SHA-256 over the public key, hexadecimal
    role: KeyRole  # what it does
    holder: str  # whose it is
    kiosk_id: str | None  # the kiosk that has it
    person_id: str | None  # the director whose present key it is
    place: KeyPlace  # where its private half is
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None
    reason: str  # why it was revoked; empty
    current: bool  # whether it is what new signatures are made with
    renew: bool  # whether it should be renewed now

    @property
    def name(self) -> str:
        """The identifier in fours, for the eye."""
        return " ".join(self.identifier[at : at + 4] for at in range(0, len(self.identifier), 4))


def list_keys(office: HeadOffice, connection: Connection, now: datetime) -> list[KeyEntry]:
    """Return every key that counts or ever counted: authorities first, then by holder."""
    keys, people = tables.trust_keys, tables.people
    rows = connection.execute(select(keys).order_by(keys.c.id.desc())).all()
    query = select(people.c.certificate_der, people.c.id)
    persons = {der: person_id for der, person_id in connection.execute(query) if der is not None}
    seen: set[tuple[str, str | None]] = set()
    entries = []
    for row in rows:
        role = KeyRole(row.role)
        person_id = persons.get(row.certificate_der)
        if role is KeyRole.DIRECTOR:
            current = person_id is not None
        else:
            current = row.revoked_at is None and (row.role, row.kiosk_id) not in seen
            seen.add((row.role, row.kiosk_id))
        left = row.valid_until - now
        warn = WARN_BEFORE.get(role, WARN_SIGNER)
        certificate = x509.load_der_x509_certificate(row.certificate_der)
        entries.append(
            KeyEntry(
                identifier=key_name(certificate),
                role=role,
                holder=row.holder,
                kiosk_id=row.kiosk_id,
                person_id=person_id,
                place=_place(office, role, person_id, certificate),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
                revoked_at=row.revoked_at,
                reason=row.revocation_reason or "",
                current=current,
                renew=current and left < warn,
            )
        )
    order = list(KeyRole)
    return sorted(entries, key=lambda one: (order.index(one.role), one.holder, not one.current))


def _place(
    office: HeadOffice, role: KeyRole, person_id: str | None, certificate: x509.Certificate
) -> KeyPlace:
    if role is KeyRole.ROOT:
        return office.keyring.root_place
    if role is KeyRole.SIGNING_CA:
        return office.keyring.place_of(SIGNING_CA, certificate)
    if role is KeyRole.DIRECTOR and person_id is not None:
        return office.keyring.place_of(director(person_id), certificate)
    return KeyPlace.NOT_HERE


def key_name(certificate: x509.Certificate) -> str:
    """Return the identifier of a certificate's key, 16 hexadecimal digits."""
    return key_identifier(certificate.public_key())
