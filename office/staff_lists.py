"""The list of its front-desk people that a kiosk gets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from office import tables
from office.kiosks import find_kiosk
from sync.staff import StaffList, StaffMember, StaffReply, StaffRight

__all__ = ["staff_reply", "staff_version", "working_at"]


def staff_version(connection: Connection, kiosk_id: str) -> int:
    """Return the version of a kiosk's list."""
    query = select(tables.kiosks.c.staff_version).where(tables.kiosks.c.id == kiosk_id)
    return int(connection.execute(query).scalar_one())


def staff_reply(connection: Connection, kiosk_id: str) -> StaffReply:
    """Return a kiosk's list, sealed to its present key. The kiosk is enrolled: it has asked."""
    keys = find_kiosk(connection, kiosk_id).device_keys
    assert keys is not None  # noqa: S101 - only a device with keys can ask
    version = staff_version(connection, kiosk_id)
    members = tuple(
        StaffMember(row.id, row.name, row.pin_hash, frozenset(map(StaffRight, row.rights)))
        for row in connection.execute(
            working_at(kiosk_id)
            .where(tables.staff.c.pin_hash.is_not(None))
            .order_by(tables.staff.c.name)
        )
    )
    return StaffReply.seal(StaffList(members), version, kiosk_id, keys.box_public_key)


def working_at(kiosk_id: str) -> Any:
    """Return the query for everybody who works at a kiosk."""
    staff, kiosks = tables.staff, tables.staff_kiosks
    return (
        select(staff)
        .join(kiosks, kiosks.c.staff_id == staff.c.id)
        .where(kiosks.c.kiosk_id == kiosk_id, staff.c.active)
    )
