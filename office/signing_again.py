"""Having a director sign a document again, because the signature below it counts no more.

A signing CA was revoked, or the director's key: kiosks refuse to seal what it signed. The prepared
file is still here, so the document goes back into its director's queue; nothing is prepared anew,
no client gives anything twice. A kiosk that has the document must have been in contact since the
revocation: it has delivered what was signed there by then, and seals nothing of it any more.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from office import dispatch, tables
from office.documents import Document, find_document
from office.errors import Refused
from office.head_office import HeadOffice, open_head_office
from office.history import Actor, move
from office.jobs import JobKind, enqueue
from office.kiosks import find_kiosk
from office.lifecycle import State, Step
from office.settings import Settings
from verifier.trust_list import KeyRole

__all__ = ["may_sign_again", "sign_again", "sign_again_now"]

_SIGNED = (State.DIRECTOR_SIGNED, State.DUE)


def sign_again_now(options: argparse.Namespace, settings: Settings) -> None:
    """Do it from the command line."""
    office = open_head_office(settings)
    try:
        sign_again(office, options.document, Actor(), datetime.now(UTC))
    finally:
        office.close()
    print("The document waits for its director again; the kiosk gets it once it is signed.")


def may_sign_again(connection: Connection, document: Document) -> bool:
    """Whether a document's director should sign it again."""
    return (
        document.state in _SIGNED
        and not any(client.has_signed for client in document.clients)
        and _revoked_since(connection, document) is not None
    )


def sign_again(office: HeadOffice, document_id: str, actor: Actor, now: datetime) -> None:
    """Put a document back into its director's queue.

    Raises:
        NotFound: `no_such_document`.
        Refused: `signature_counts`: nothing was revoked since it was signed, or it does not wait;
            `client_has_signed`: a client's signature stands on it; `kiosk_not_heard`: its kiosk may
            hold a signed copy of which nobody knows. Nothing was changed.
    """
    with office.database.write() as connection:
        document = find_document(connection, document_id)
        revoked_at = _revoked_since(connection, document)
        if document.state not in _SIGNED or revoked_at is None:
            raise Refused(
                "signature_counts",
                "The director's signature on this document does not have to be made again.",
                "Look at its state; only what waits for a client can be signed again.",
            )
        if any(client.has_signed for client in document.clients):
            raise Refused(
                "client_has_signed",
                "A client has signed this document already, over the director's signature.",
                "Cancel it and make it anew.",
            )
        seen_at = find_kiosk(connection, document.kiosk_id).seen_at
        if document.state is State.DUE and (seen_at is None or seen_at <= revoked_at):
            raise Refused(
                "kiosk_not_heard",
                "Its kiosk was not in contact since: the document may be signed there already.",
                "Wait for that, or cancel the document and make it anew.",
            )
        move(connection, now, document_id, Step.SIGN_AGAIN, actor)
        if document.state is State.DUE:
            dispatch.withdraw(connection, document, "moved")
        enqueue(
            connection,
            JobKind.MESSAGE,
            f"director_waiting:{document_id}:{now:%Y%m%dT%H%M%S}",
            {"message": "director_waiting"},
            now,
            document_id=document_id,
        )


def _revoked_since(connection: Connection, document: Document) -> datetime | None:
    """When a signing CA or a director's key was revoked last, if that was after the signature."""
    keys = tables.trust_keys
    query = select(func.max(keys.c.revoked_at)).where(
        keys.c.role.in_((KeyRole.SIGNING_CA.value, KeyRole.DIRECTOR.value))
    )
    latest: datetime | None = connection.execute(query).scalar()
    signed_at = document.director_signed_at
    return latest if latest is not None and signed_at is not None and latest >= signed_at else None
