"""The clients of a document as rows of a form: one below the other, in the order of signing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from office.clients import Client
from office.errors import ClientRefused, OfficeError
from office.kiosks import Kiosk, list_kiosks
from office.signing_order import MAX_CLIENTS, NewClient

__all__ = [
    "FIRST",
    "MAX_CLIENTS",
    "ClientRow",
    "kiosks_to_choose",
    "read_rows",
    "rows_of",
    "wanted_clients",
    "wrong_row",
]

FIRST = "1"
"""Names the first row of a form that nobody has filled in; a client's id names the others."""


@dataclass(frozen=True)
class ClientRow:
    """What stands in one row."""

    name: str  # of the row: a client's id, or a number for one who is new
    client_name: str = ""
    contact: str = ""
    kiosk_id: str = ""
    stamp_wanted: bool = False


def read_rows(form: MultiDict[str, str]) -> list[ClientRow]:
    """Return the rows of a form as they were sent; one more than can be, to be refused for it."""
    columns = [form.getlist(name) for name in ("client", "client_name", "contact", "kiosk_id")]
    stamps = set(form.getlist("stamp_wanted"))
    rows = zip(*(column[: MAX_CLIENTS + 1] for column in columns), strict=False)
    return [
        ClientRow(name[:32], client_name, contact, kiosk_id, name in stamps)
        for name, client_name, contact, kiosk_id in rows
    ]


def rows_of(clients: Iterable[Client]) -> list[ClientRow]:
    """Return the rows of a draft's clients; a new document's are `[ClientRow(FIRST)]`."""
    return [
        ClientRow(one.signer_id, one.name, one.contact, one.kiosk_id, one.stamp_wanted)
        for one in clients
    ]


def wanted_clients(rows: Sequence[ClientRow]) -> tuple[NewClient, ...]:
    """Return what the rows ask for."""
    return tuple(
        NewClient(
            name=row.client_name,
            contact=row.contact,
            kiosk_id=row.kiosk_id,
            stamp_wanted=row.stamp_wanted,
            signer_id=row.name,
        )
        for row in rows
    )


def kiosks_to_choose(connection: Connection) -> list[Kiosk]:
    """Return the kiosks that a client can be sent to."""
    return [kiosk for kiosk in list_kiosks(connection) if kiosk.revoked_at is None]


def wrong_row(error: OfficeError | None) -> int | None:
    """Return the row that an error is about, from 0."""
    return error.place if isinstance(error, ClientRefused) else None
