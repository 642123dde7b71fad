"""The PINs of the front desk: chosen behind a link, kept as argon2id hashes."""

from __future__ import annotations

import re
from datetime import datetime

from office import people
from office.errors import Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.staff import Staff, find_staff, raise_versions, set_staff, staff_by_link

__all__ = ["PIN_DIGITS", "choose_pin", "set_pin"]

PIN_DIGITS = (6, 12)
"""Fewest and most digits of a PIN."""
_ROW_OF_DIGITS = "01234567890123456789"


def choose_pin(office: HeadOffice, token: str, pin: str, again: str, now: datetime) -> Staff:
    """Keep the PIN that somebody chose; the link dies, kiosks hear of it at their next sync.

    Raises:
        NotFound: `no_such_invitation`.
        Refused: `bad_pin`, `simple_pin`, `pins_differ`.
    """
    _check_pin(pin, again)
    pin_hash = people.HASHER.hash(pin)  # takes a while, so before the transaction
    with office.database.write() as connection:
        person = staff_by_link(connection, token, now)
        set_staff(connection, person.id, pin_hash=pin_hash, link_hash=None, link_ends_at=None)
        raise_versions(connection, person.kiosk_ids)
        record(connection, now, "staff_pin_chosen", Actor(), staff=person.id)
    return person


def set_pin(office: HeadOffice, staff_id: str, pin: str, now: datetime) -> None:
    """Give somebody a PIN that whoever types the command knows: to begin with, or to try out.

    Raises:
        NotFound: `no_such_staff`.
        Refused: `bad_pin`, `simple_pin`.
    """
    _check_pin(pin, pin)
    pin_hash = people.HASHER.hash(pin)
    with office.database.write() as connection:
        person = find_staff(connection, staff_id)
        set_staff(connection, staff_id, pin_hash=pin_hash, link_hash=None, link_ends_at=None)
        raise_versions(connection, person.kiosk_ids)
        record(connection, now, "staff_pin_set", Actor(), staff=staff_id)


def _check_pin(pin: str, again: str) -> None:
    fewest, most = PIN_DIGITS
    if not re.fullmatch(rf"[0-9]{{{fewest},{most}}}", pin):
        raise Refused("bad_pin", "A PIN has 6 to 12 digits.", "Choose another one.")
    if pin in _ROW_OF_DIGITS or pin in _ROW_OF_DIGITS[::-1] or len(set(pin)) < 3:
        raise Refused(
            "simple_pin", "This PIN is too easy to guess.", "Take digits that form no pattern."
        )
    if pin != again:
        raise Refused("pins_differ", "The two PINs are not the same.", "Type both again.")
