"""The clients of a document: who signs it for the other side, one after the other.

A client's *place* is their turn, from 0. What head office sends a client (a link, codes) and what
it keeps of their signature belongs to their row; the document itself knows only how many have
signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from office import tables
from office.contacts import masked_contact
from office.errors import NotFound
from sync.turns import SignedClient

__all__ = ["Client", "clients_of", "find_by_link", "insert_client", "place_of_link", "set_client"]


@dataclass(frozen=True)
class Client:
    """One client of one document."""

    place: int  # whose turn: 0 signs first
    signer_id: str  # names the client in the derivation of code keys
    name: str  # as it will be certified; empty once destroyed
    channel: str  # "sms" or "email"
    contact: str  # empty once destroyed
    kiosk_id: str  # where this client signs
    kiosk_name: str
    link_hash: str  # SHA-256 of the token in the link of this client's message
    phone_url: str = ""  # of a desk for telephones; empty: this client goes to the kiosk
    stamp_wanted: bool = False
    layout: Mapping[str, Any] = field(default_factory=dict)  # Layout.client_part
    code_generation: int = 1
    code_secret: int = 1  # generation of the secret behind the codes of this generation
    code_locked: bool = False  # a kiosk reported too many wrong codes
    signed_at: datetime | None = None  # when they signed, as the certificate says it
    turn: SignedClient | None = None  # what their turn said; None for the one who signs last
    pdf_sha256: str = ""  # of the file as this client left it; empty for the last one
    pdf_bytes: int = 0

    @property
    def masked_contact(self) -> str:
        """The contact as screens and kiosks may show it."""
        return masked_contact(self.channel, self.contact) if self.contact else ""

    @property
    def has_signed(self) -> bool:
        """Whether head office has this client's signature."""
        return self.signed_at is not None


def clients_of(
    connection: Connection, document_ids: Iterable[str]
) -> dict[str, tuple[Client, ...]]:
    """Return the clients of documents, in their order, by the document's id."""
    clients, kiosks = tables.clients, tables.kiosks
    query = (
        select(clients, kiosks.c.name.label("kiosk_name"), kiosks.c.phone_url)
        .join(kiosks, kiosks.c.id == clients.c.kiosk_id)
        .where(clients.c.document_id.in_(list(document_ids)))
        .order_by(clients.c.document_id, clients.c.place)
    )
    found: dict[str, tuple[Client, ...]] = {}
    for row in connection.execute(query):
        found[row.document_id] = (*found.get(row.document_id, ()), _client(row))
    return found


def find_by_link(connection: Connection, link_hash: str) -> tuple[str, int]:
    """Return which document and which of its clients a message's link belongs to.

    Raises:
        NotFound: `no_such_document`.
    """
    clients = tables.clients
    query = select(clients.c.document_id, clients.c.place).where(clients.c.link_hash == link_hash)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(
            "no_such_document",
            "There is no such document.",
            "Check the link or the number, or look in the list.",
        )
    return str(row.document_id), int(row.place)


def insert_client(connection: Connection, document_id: str, client: Client) -> None:
    """Write a client of a draft; inside a transaction."""
    connection.execute(
        insert(tables.clients).values(
            document_id=document_id,
            place=client.place,
            signer_id=client.signer_id,
            name=client.name,
            channel=client.channel,
            contact=client.contact,
            kiosk_id=client.kiosk_id,
            stamp_wanted=client.stamp_wanted,
            layout=dict(client.layout),
            link_hash=client.link_hash,
            code_generation=client.code_generation,
            code_secret=client.code_secret,
            code_locked=client.code_locked,
        )
    )


def set_client(connection: Connection, document_id: str, place: int, **values: Any) -> None:
    """Change columns of one client's row; inside a transaction."""
    clients = tables.clients
    connection.execute(
        update(clients)
        .where(clients.c.document_id == document_id, clients.c.place == place)
        .values(**values)
    )


def place_of_link(document_id: str, place: int) -> str:
    """Return what a client's message link is derived from.

    The first client's is the document alone, as it was while a document had only one.
    """
    return document_id if place == 0 else f"{document_id}/{place}"


def _client(row: Row[Any]) -> Client:
    return Client(
        place=row.place,
        signer_id=row.signer_id,
        name=row.name,
        channel=row.channel,
        contact=row.contact,
        kiosk_id=row.kiosk_id,
        kiosk_name=row.kiosk_name,
        phone_url=row.phone_url,
        stamp_wanted=row.stamp_wanted,
        layout=dict(row.layout or {}),
        link_hash=row.link_hash,
        code_generation=row.code_generation,
        code_secret=row.code_secret,
        code_locked=row.code_locked,
        signed_at=row.signed_at,
        turn=None if row.turn is None else SignedClient.from_json(row.turn),
        pdf_sha256=row.pdf_sha256 or "",
        pdf_bytes=row.pdf_bytes or 0,
    )
