"""Who signs a draft for the other side, and in which order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection, delete, update

from office import tables
from office.clients import Client, insert_client, place_of_link
from office.contacts import checked_client_name, checked_contact
from office.documents import find_document, require_draft
from office.errors import ClientRefused, NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor, record
from office.keyring import link_hash
from office.kiosks import find_kiosk
from office.layout import Layout
from signing.fields import MAX_CLIENTS

__all__ = ["MAX_CLIENTS", "NewClient", "check_kiosks", "checked_clients", "save_clients"]


@dataclass(frozen=True)
class NewClient:
    """What an operator says about a client of a document."""

    name: str
    contact: str  # e-mail address or mobile number; several clients may have the same
    kiosk_id: str
    stamp_wanted: bool = False
    layout: Layout = field(default_factory=Layout)  # its client's part
    signer_id: str = ""  # of a client whom the draft has already


def save_clients(
    office: HeadOffice,
    document_id: str,
    wanted: Sequence[NewClient],
    actor: Actor,
    now: datetime,
) -> None:
    """Say anew who signs a draft, in which order; what was placed for a client stays theirs.

    Raises:
        NotFound: `no_such_document`, `no_such_kiosk`.
        Refused: `not_a_draft`, `no_client`, `too_many_clients`, or what is wrong with a client.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        require_draft(document)
        known = {client.signer_id: document.layout_of(client.place) for client in document.clients}
        kept = []
        for one in wanted:
            layout = known.pop(one.signer_id, None)
            signer_id = "" if layout is None else one.signer_id
            kept.append(replace(one, layout=layout or Layout(), signer_id=signer_id))
        clients = checked_clients(office, document_id, kept)
        check_kiosks(connection, clients)
        mine = tables.clients.c.document_id == document_id
        connection.execute(delete(tables.clients).where(mine))
        for client in clients:
            insert_client(connection, document_id, client)
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values(kiosk_id=clients[0].kiosk_id)
        )
        record(connection, now, "clients_changed", actor, document_id, clients=len(clients))


def checked_clients(
    office: HeadOffice, document_id: str, wanted: Sequence[NewClient]
) -> tuple[Client, ...]:
    """Return the clients of a draft as they will be kept.

    Raises:
        ClientRefused: what is wrong with one of them.
        Refused: `no_client`, `too_many_clients`.
    """
    if not wanted:
        raise Refused("no_client", "Nobody signs for the other side.", "Add at least one client.")
    if len(wanted) > MAX_CLIENTS:
        raise Refused(
            "too_many_clients",
            f"At most {MAX_CLIENTS} clients can sign one document.",
            "Leave out the others, or make a second document for them.",
        )
    return tuple(_client(office, document_id, place, one) for place, one in enumerate(wanted))


def _client(office: HeadOffice, document_id: str, place: int, new: NewClient) -> Client:
    try:
        name = checked_client_name(new.name)
        channel, contact = checked_contact(new.contact)
    except Refused as error:
        raise ClientRefused(place, error) from error
    layout = new.layout.clients_part()
    if new.signer_id and not new.stamp_wanted:  # taken back after it had been placed
        layout["stamp"] = None
    link = office.keyring.message_link(place_of_link(document_id, place))
    return Client(
        place=place,
        signer_id=new.signer_id or secrets.token_hex(8),
        name=name,
        channel=channel,
        contact=contact,
        kiosk_id=new.kiosk_id,
        kiosk_name="",
        link_hash=link_hash(link),
        code_secret=office.keyring.secrets.newest(),
        stamp_wanted=new.stamp_wanted or layout["stamp"] is not None,
        layout=layout,
    )


def check_kiosks(connection: Connection, clients: Sequence[Client]) -> None:
    """Refuse kiosks that nobody can sign at.

    Raises:
        NotFound: `no_such_kiosk`.
    """
    for kiosk_id in {client.kiosk_id for client in clients}:
        if find_kiosk(connection, kiosk_id).revoked_at is not None:
            raise NotFound("no_such_kiosk", "This kiosk is shut out.", "Choose another one.")
