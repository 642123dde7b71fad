"""`python -m office staff ...`: people of the front desk, without a browser."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime

from office import staff
from office.errors import NotFound
from office.head_office import open_head_office
from office.history import Actor
from office.kiosks import list_kiosks
from office.settings import Settings
from office.staff import NewStaff
from office.staff_pins import set_pin
from sync.staff import StaffRight

__all__ = ["add", "list_all"]


def add(options: argparse.Namespace, settings: Settings) -> None:
    """Add somebody; with a PIN from standard input, else invited by e-mail."""
    pin = sys.stdin.readline().rstrip("\n") if options.pin_stdin else ""
    rights = frozenset(map(StaffRight, options.may))
    now = datetime.now(UTC)
    office = open_head_office(settings)
    try:
        with office.database.read() as connection:
            known = {name: one.id for one in list_kiosks(connection) for name in (one.name, one.id)}
        for name in options.kiosk:
            if name not in known:
                raise NotFound("no_such_kiosk", "There is no such kiosk.", "See kiosk list.")
        places = frozenset(known[name] for name in options.kiosk)
        new = NewStaff(options.name, options.email, options.language, rights, places)
        person = staff.add_staff(office, new, Actor(), now)
        if pin:
            set_pin(office, person.id, pin, now)
    finally:
        office.close()
    print(person.id)


def list_all(_options: argparse.Namespace, settings: Settings) -> None:
    """List everybody as JSON lines."""
    office = open_head_office(settings)
    try:
        with office.database.read() as connection:
            for person in staff.list_staff(connection):
                facts = {
                    "id": person.id,
                    "name": person.name,
                    "email": person.email,
                    "rights": sorted(person.rights),
                    "kiosks": sorted(person.kiosk_ids),
                    "active": person.active,
                    "has_pin": person.has_pin,
                }
                print(json.dumps(facts, ensure_ascii=False))
    finally:
        office.close()
