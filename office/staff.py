"""People of the front desk: who works at which kiosk, what they may do there, and their PINs.

They have no account at head office. Each gets a link by e-mail and chooses a PIN that nobody else
knows; what kiosks get is its argon2id hash, sealed to each of them. Whatever changes for a kiosk
raises that kiosk's version in the same transaction, and the kiosk fetches the list (sync.staff).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from office import tables
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.jobs import JobKind, enqueue
from office.keyring import link_hash
from office.kiosks import find_kiosk
from office.lines import writable_line
from office.people import MAX_NAME_LETTERS, checked_email
from office.settings import LANGUAGES
from office.staff_lists import working_at
from sync.staff import MAX_STAFF, StaffRight

__all__ = [
    "INVITATION_LIFE",
    "NewStaff",
    "Staff",
    "add_staff",
    "change_staff",
    "find_staff",
    "invite",
    "link_hash_of",
    "list_staff",
    "raise_versions",
    "set_staff",
    "set_staff_active",
    "staff_by_link",
    "staff_link",
]

INVITATION_LIFE = timedelta(days=7)
"""How long a link lets somebody choose a PIN."""


@dataclass(frozen=True)
class Staff:
    """Somebody at the front desk."""

    id: str  # what kiosks' journals say
    name: str
    email: str
    language: str
    rights: frozenset[StaffRight]
    active: bool
    has_pin: bool
    invitation: int  # number of the newest one
    link_ends_at: datetime | None  # None: it was used
    kiosk_ids: frozenset[str]


@dataclass(frozen=True)
class NewStaff:
    """What is asked for when somebody is added."""

    name: str
    email: str
    language: str
    rights: frozenset[StaffRight]
    kiosk_ids: frozenset[str]


def add_staff(office: HeadOffice, new: NewStaff, actor: Actor, now: datetime) -> Staff:
    """Add somebody and write to them, so that they choose a PIN.

    Raises:
        Refused: `bad_name`, `unsupported_letters`, `bad_email`, `bad_language`, `email_taken`,
            `too_many_staff`.
        NotFound: `no_such_kiosk`.
    """
    bad_name = Refused("bad_name", "A name is missing or too long.", "Write name and surname.")
    name = writable_line(new.name, MAX_NAME_LETTERS, bad_name)
    email = checked_email(new.email)
    if new.language not in LANGUAGES:
        raise Refused("bad_language", "This language is not offered.", "Choose another one.")
    staff_id = f"s-{secrets.token_hex(4)}"
    with office.database.write() as connection:
        known = select(tables.staff.c.id).where(tables.staff.c.email == email)
        if connection.execute(known).first() is not None:
            raise Refused(
                "email_taken",
                "Somebody with this e-mail address is already here.",
                "Use another address, or edit the person who has it.",
            )
        connection.execute(
            insert(tables.staff).values(
                id=staff_id,
                name=name,
                email=email,
                language=new.language,
                rights=sorted(new.rights),
                active=True,
                created_at=now,
                invitation=0,
            )
        )
        _set_kiosks(connection, staff_id, new.kiosk_ids)
        record(connection, now, "staff_added", actor, staff=staff_id)
        _invite(office, connection, staff_id, now)
        return find_staff(connection, staff_id)


def change_staff(
    office: HeadOffice,
    staff_id: str,
    rights: frozenset[StaffRight],
    kiosk_ids: frozenset[str],
    actor: Actor,
    now: datetime,
) -> None:
    """Let somebody do other things, or at other kiosks.

    Raises:
        NotFound: `no_such_staff`, `no_such_kiosk`.
        Refused: `too_many_staff`.
    """
    with office.database.write() as connection:
        before = find_staff(connection, staff_id)
        set_staff(connection, staff_id, rights=sorted(rights))
        _set_kiosks(connection, staff_id, kiosk_ids)
        raise_versions(connection, before.kiosk_ids | kiosk_ids)
        record(connection, now, "staff_changed", actor, staff=staff_id)


def set_staff_active(
    office: HeadOffice, staff_id: str, active: bool, actor: Actor, now: datetime
) -> None:
    """Keep somebody out, or let them in again with the PIN that they had.

    Raises:
        NotFound: `no_such_staff`.
        Refused: `too_many_staff`.
    """
    with office.database.write() as connection:
        kiosk_ids = find_staff(connection, staff_id).kiosk_ids
        set_staff(connection, staff_id, active=active)
        _check_room(connection, kiosk_ids)
        raise_versions(connection, kiosk_ids)
        kind = "staff_activated" if active else "staff_put_aside"
        record(connection, now, kind, actor, staff=staff_id)


def invite(office: HeadOffice, staff_id: str, actor: Actor, now: datetime) -> None:
    """Take somebody's PIN away and let them choose a new one by a new link.

    Raises:
        NotFound: `no_such_staff`.
        Refused: `put_aside`.
    """
    with office.database.write() as connection:
        person = find_staff(connection, staff_id)
        if not person.active:
            raise Refused("put_aside", "This person was put aside.", "Let them in again first.")
        set_staff(connection, staff_id, pin_hash=None)
        if person.has_pin:
            raise_versions(connection, person.kiosk_ids)
        record(connection, now, "staff_invited", actor, staff=staff_id)
        _invite(office, connection, staff_id, now)


def staff_by_link(connection: Connection, token: str, now: datetime) -> Staff:
    """Return whom a link invites to choose a PIN.

    Raises:
        NotFound: `no_such_invitation`: unknown, used, replaced or too old.
    """
    row = connection.execute(
        select(tables.staff).where(
            tables.staff.c.link_hash == link_hash(token),
            tables.staff.c.link_ends_at > now,
            tables.staff.c.active,
        )
    ).first()
    if row is None:
        raise NotFound(
            "no_such_invitation",
            "This link cannot be used (any more).",
            "Ask the administrator for a new one.",
        )
    return _staff(row, _kiosks_of(connection, row.id))


def find_staff(connection: Connection, staff_id: str) -> Staff:
    """Return somebody.

    Raises:
        NotFound: `no_such_staff`.
    """
    row = connection.execute(select(tables.staff).where(tables.staff.c.id == staff_id)).first()
    if row is None:
        raise NotFound("no_such_staff", "There is no such person.", "Check the list of people.")
    return _staff(row, _kiosks_of(connection, staff_id))


def list_staff(connection: Connection) -> list[Staff]:
    """Return everybody, by name."""
    rows = connection.execute(select(tables.staff).order_by(tables.staff.c.name)).all()
    return [_staff(row, _kiosks_of(connection, row.id)) for row in rows]


def link_hash_of(connection: Connection, staff_id: str) -> str:
    """Return what is kept of the address at which somebody chooses a PIN; empty when it is used."""
    query = select(tables.staff.c.link_hash).where(tables.staff.c.id == staff_id)
    return str(connection.execute(query).scalar() or "")


def staff_link(office: HeadOffice, staff_id: str, invitation: int, known_hash: str = "") -> str:
    """Return the secret part of the address at which somebody chooses a PIN.

    Args:
        office: the head office.
        staff_id: the person.
        invitation: its number.
        known_hash: of the link, when it was made before; empty for a new one.
    """
    return office.keyring.message_link(f"staff/{staff_id}/{invitation}", known_hash)


def _set_kiosks(connection: Connection, staff_id: str, kiosk_ids: Iterable[str]) -> None:
    places = tables.staff_kiosks
    connection.execute(delete(places).where(places.c.staff_id == staff_id))
    for kiosk_id in sorted(kiosk_ids):
        find_kiosk(connection, kiosk_id)
        connection.execute(insert(places).values(staff_id=staff_id, kiosk_id=kiosk_id))
    _check_room(connection, kiosk_ids)


def _check_room(connection: Connection, kiosk_ids: Iterable[str]) -> None:
    for kiosk_id in kiosk_ids:
        query = select(func.count()).select_from(working_at(kiosk_id).subquery())
        if connection.execute(query).scalar_one() > MAX_STAFF:
            raise Refused(
                "too_many_staff",
                f"At most {MAX_STAFF} people can work at one kiosk.",
                "Put somebody aside who does not work there any more.",
            )


def raise_versions(connection: Connection, kiosk_ids: Iterable[str]) -> None:
    """Let kiosks fetch their lists; inside the transaction that changes them."""
    kiosks = tables.kiosks
    connection.execute(
        update(kiosks)
        .where(kiosks.c.id.in_(list(kiosk_ids)))
        .values(staff_version=kiosks.c.staff_version + 1)
    )


def _invite(office: HeadOffice, connection: Connection, staff_id: str, now: datetime) -> None:
    number = find_staff(connection, staff_id).invitation + 1
    token = staff_link(office, staff_id, number)
    ends_at = now + INVITATION_LIFE
    set_staff(
        connection, staff_id, invitation=number, link_hash=link_hash(token), link_ends_at=ends_at
    )
    payload = {"staff": staff_id, "invitation": number}
    key = f"staff_invited:{staff_id}:{number}"
    enqueue(connection, JobKind.STAFF_INVITED, key, payload, now, drop_after=ends_at)


def set_staff(connection: Connection, staff_id: str, **values: Any) -> None:
    """Change columns of somebody's row; inside a transaction."""
    connection.execute(update(tables.staff).where(tables.staff.c.id == staff_id).values(**values))


def _kiosks_of(connection: Connection, staff_id: str) -> frozenset[str]:
    places = tables.staff_kiosks
    query = select(places.c.kiosk_id).where(places.c.staff_id == staff_id)
    return frozenset(connection.execute(query).scalars())


def _staff(row: Row[Any], kiosk_ids: frozenset[str]) -> Staff:
    return Staff(
        id=row.id,
        name=row.name,
        email=row.email,
        language=row.language,
        rights=frozenset(map(StaffRight, row.rights)),
        active=row.active,
        has_pin=row.pin_hash is not None,
        invitation=row.invitation,
        link_ends_at=row.link_ends_at,
        kiosk_ids=kiosk_ids,
    )
