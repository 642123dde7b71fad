"""Kiosks as head office sees them: adding one, its one-time enrolment code, its state."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from office import tables
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.lines import writable_line
from sync.enrolment import CODE_ENTROPY_BYTES, NewEnrolmentCode, new_enrolment_code
from sync.enrolment_messages import DeviceKeys
from sync.office_ledger import EnrolmentSecret

__all__ = [
    "Kiosk",
    "add_kiosk",
    "enrolment_secret",
    "find_kiosk",
    "list_kiosks",
    "raise_counter",
    "renew_enrolment_code",
    "set_phone_url",
]

MAX_PHONE_URL_LETTERS = 150
_HOST = r"[a-z0-9]([a-z0-9.-]{0,100}[a-z0-9])?(:[0-9]{1,5})?"
_PHONE_URL = re.compile(
    rf"(https://{_HOST}|http://(localhost|127\.0\.0\.1)(:[0-9]{{1,5}})?)(/[a-z0-9-]{{1,30}}){{0,3}}"
)
MAX_KIOSK_NAME_LETTERS = 60  # fits, with " CA", into a common name of 64 letters (X.520)

_REVOKED_AT = (
    select(func.min(tables.trust_keys.c.revoked_at))
    .where(tables.trust_keys.c.kiosk_id == tables.kiosks.c.id)
    .scalar_subquery()
)
"""Since when a kiosk's keys are revoked; a kiosk without a device has none."""


@dataclass(frozen=True)
class Kiosk:
    """One kiosk."""

    id: str  # in messages and certificates
    name: str  # for people
    phone_url: str  # where clients' own telephones reach it; empty: people go there
    created_at: datetime
    enrolled_at: datetime | None  # None: no device has this place yet
    enrolment_expires_at: datetime | None  # of the last one-time code
    device_keys: DeviceKeys | None  # public keys of the enrolled device
    revoked_at: datetime | None  # shut out since then (office.revocation)
    seen_at: datetime | None  # last heard of, to ten minutes
    nonce: int  # highest request number taken
    event_sequence: int  # highest event accepted

    @property
    def in_service(self) -> bool:
        """Whether an enrolled device is there that was not shut out."""
        return self.device_keys is not None and self.revoked_at is None


def add_kiosk(
    office: HeadOffice, name: str, actor: Actor, now: datetime, phone_url: str = ""
) -> tuple[Kiosk, NewEnrolmentCode]:
    """Make a place for a kiosk, and the one-time code with which a device takes it.

    Args:
        office: the head office.
        name: for people.
        actor: who adds it.
        now: the time.
        phone_url: address of a desk at which clients sign with their own telephones; empty for a
            terminal that people go to.

    Raises:
        Refused: `bad_name`, `unsupported_letters`, `name_taken`, `bad_phone_url`.
    """
    address = _checked_phone_url(phone_url)
    wanted = writable_line(
        name,
        MAX_KIOSK_NAME_LETTERS,
        Refused(
            "bad_name",
            f"A kiosk's name has 1 to {MAX_KIOSK_NAME_LETTERS} letters.",
            "Name the place where it stands, such as “Kraków, Rynek 5”.",
        ),
    )
    with office.database.write() as connection:
        taken = _query().where(tables.kiosks.c.name == wanted, _REVOKED_AT.is_(None))
        if connection.execute(taken).first() is not None:
            raise Refused(
                "name_taken",
                "Another kiosk has this name.",
                "Add the room or a number to tell them apart.",
            )
        kiosk_id = f"k-{secrets.token_hex(4)}"
        connection.execute(
            insert(tables.kiosks).values(
                id=kiosk_id,
                name=wanted,
                phone_url=address,
                created_at=now,
                nonce=0,
                row_counter=0,
                event_sequence=0,
            )
        )
        record(connection, now, "kiosk_added", actor, kiosk=kiosk_id)
        code = _new_code(office, connection, kiosk_id, now)
        return find_kiosk(connection, kiosk_id), code


def set_phone_url(
    office: HeadOffice, kiosk_id: str, phone_url: str, actor: Actor, now: datetime
) -> None:
    """Change the address at which telephones reach a desk that was added as one.

    Raises:
        NotFound: `no_such_kiosk`.
        Refused: `bad_phone_url`.
    """
    address = _checked_phone_url(phone_url)
    with office.database.write() as connection:
        if not address or not find_kiosk(connection, kiosk_id).phone_url:
            raise _bad_phone_url()
        connection.execute(
            update(tables.kiosks).where(tables.kiosks.c.id == kiosk_id).values(phone_url=address)
        )
        record(connection, now, "phone_url_changed", actor, kiosk=kiosk_id)


def renew_enrolment_code(
    office: HeadOffice, kiosk_id: str, actor: Actor, now: datetime
) -> NewEnrolmentCode:
    """Make a new one-time code for a kiosk that no device has taken yet; the old one dies.

    Raises:
        NotFound: `no_such_kiosk`.
        Refused: `already_enrolled`.
    """
    with office.database.write() as connection:
        kiosk = find_kiosk(connection, kiosk_id)
        if kiosk.enrolled_at is not None:
            raise Refused(
                "already_enrolled",
                "A device has this place already.",
                "Add another kiosk for another device.",
            )
        record(connection, now, "enrolment_code_renewed", actor, kiosk=kiosk_id)
        return _new_code(office, connection, kiosk_id, now)


def enrolment_secret(
    office: HeadOffice, connection: Connection, code_id: str
) -> EnrolmentSecret | None:
    """Return what is kept of a one-time code; None when there is no such code."""
    kiosks = tables.kiosks
    row = connection.execute(
        select(kiosks.c.enrolment_secret, kiosks.c.enrolment_expires_at).where(
            kiosks.c.enrolment_code_id == code_id
        )
    ).first()
    if row is None:
        return None
    mac_key = office.blobs.unwrap(row.enrolment_secret, code_id)
    return EnrolmentSecret(code_id, mac_key, row.enrolment_expires_at)


def raise_counter(
    connection: Connection, kiosk_id: str, name: str, value: int, *, again: bool = False
) -> bool:
    """Raise a kiosk's counter `name`, if it is lower than `value`; in one atomic step.

    Args:
        connection: a write transaction.
        kiosk_id: whose.
        name: the column.
        value: what it is to be.
        again: whether the counter may have this value already.

    Returns:
        Whether it is `value` by this call.
    """
    counter = tables.kiosks.c[name]
    raised = connection.execute(
        update(tables.kiosks)
        .where(tables.kiosks.c.id == kiosk_id, counter <= value if again else counter < value)
        .values({name: value})
        .returning(tables.kiosks.c.id)
    )
    return raised.first() is not None


def find_kiosk(connection: Connection, kiosk_id: str) -> Kiosk:
    """Return a kiosk.

    Raises:
        NotFound: `no_such_kiosk`.
    """
    row = connection.execute(_query().where(tables.kiosks.c.id == kiosk_id)).first()
    if row is None:
        raise NotFound("no_such_kiosk", "There is no such kiosk.", "Choose one from the list.")
    return _kiosk(row)


def list_kiosks(connection: Connection) -> list[Kiosk]:
    """Return all kiosks, by name."""
    query = _query().order_by(tables.kiosks.c.name)
    return [_kiosk(row) for row in connection.execute(query)]


def _checked_phone_url(text: str) -> str:
    """An https address, or http on this machine, without a slash at its end; or nothing."""
    address = text.strip().rstrip("/")
    if not address:
        return ""
    if len(address) > MAX_PHONE_URL_LETTERS or not _PHONE_URL.fullmatch(address):
        raise _bad_phone_url()
    return address


def _bad_phone_url() -> Refused:
    return Refused(
        "bad_phone_url",
        "This is not an address that clients' telephones can reach safely.",
        "Give one like https://sign.example.com",
    )


def _query() -> Select[Any]:
    return select(tables.kiosks, _REVOKED_AT.label("revoked_at"))


def _new_code(
    office: HeadOffice, connection: Connection, kiosk_id: str, now: datetime
) -> NewEnrolmentCode:
    code = new_enrolment_code(secrets.token_bytes(CODE_ENTROPY_BYTES), now)
    connection.execute(
        update(tables.kiosks)
        .where(tables.kiosks.c.id == kiosk_id)
        .values(
            enrolment_code_id=code.secret.code_id,
            enrolment_secret=office.blobs.wrap(code.secret.mac_key, code.secret.code_id),
            enrolment_expires_at=code.secret.expires_at,
        )
    )
    return code


def _kiosk(row: Row[Any]) -> Kiosk:
    keys = row.device_keys
    return Kiosk(
        id=row.id,
        name=row.name,
        phone_url=row.phone_url,
        created_at=row.created_at,
        enrolled_at=row.enrolled_at,
        enrolment_expires_at=row.enrolment_expires_at,
        device_keys=None if keys is None else DeviceKeys.from_json(keys),
        revoked_at=row.revoked_at,
        seen_at=row.seen_at,
        nonce=row.nonce,
        event_sequence=row.event_sequence,
    )
