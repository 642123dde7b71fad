"""Tickets: head office lets a client's own telephone in at the desk for telephones, once.

    text = make_ticket(response_key, "k-1a2b3c4d", Ticket(document_id, 0, expires_at, ticket_id))
    ticket = read_ticket(office_public_key, "k-1a2b3c4d", text, now)

A ticket says which client may sign which document, until when, and its own name, by which the desk
remembers that it was used. It is signed with the key of head office's replies, for one desk only.
docs/sync-protocol.md, section 11, is the specification.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from sync.errors import SyncError
from sync.names import DOCUMENT_ID

__all__ = [
    "MAX_TICKET_CHARACTERS",
    "TICKET_ID_BYTES",
    "TICKET_LIFE",
    "Ticket",
    "TicketRefused",
    "make_ticket",
    "read_ticket",
]

TICKET_LIFE: Final = timedelta(minutes=30)
"""How long a ticket lets somebody in: from the page that has its button to the page it opens."""
TICKET_ID_BYTES: Final = 16
MAX_TICKET_CHARACTERS: Final = 200
"""A ticket has about 170."""
_SIGNED_AS: Final = "sygnet-ticket/v1"
_FORM: Final = re.compile(
    rf"({DOCUMENT_ID})\.([0-9]{{1,2}})\.([0-9]{{10,11}})\.([0-9a-f]{{32}})\.([A-Za-z0-9_-]{{86}})"
)


class TicketRefused(SyncError):
    """A ticket lets nobody in. Codes: `ticket_unreadable`, `ticket_forged`, `ticket_too_old`."""

    def __init__(self, code: str, sentence: str) -> None:
        """Every refused ticket has the same next step: a new one."""
        super().__init__(code, sentence, "Open the link in your message and begin there again.")


@dataclass(frozen=True)
class Ticket:
    """What a ticket says."""

    document_id: str
    """32 hex digits."""
    client_index: int
    """0-based, which client of the document."""
    expires_at: datetime
    """Whole second, aware UTC."""
    ticket_id: str
    """32 hex digits, at random; a desk takes each but once."""


def make_ticket(key: Ed25519PrivateKey, kiosk_id: str, ticket: Ticket) -> str:
    """Write and sign a ticket for one desk; ASCII that may stand in an address."""
    said = (
        f"{ticket.document_id}.{ticket.client_index}"
        f".{int(ticket.expires_at.timestamp())}.{ticket.ticket_id}"
    )
    signature = key.sign(_signed_bytes(kiosk_id, said))
    return f"{said}.{base64.urlsafe_b64encode(signature).decode('ascii').rstrip('=')}"


def read_ticket(key: Ed25519PublicKey, kiosk_id: str, text: str, now: datetime) -> Ticket:
    """Read a ticket for this desk.

    Args:
        key: Head office's pinned key.
        kiosk_id: The desk's own name.
        text: From outside.
        now: The desk's time, aware UTC.

    Raises:
        TicketRefused: It is none, not from head office, for another desk, or too old.
    """
    form = _FORM.fullmatch(text) if len(text) <= MAX_TICKET_CHARACTERS else None
    if form is None:
        raise TicketRefused("ticket_unreadable", "This address cannot be read.")
    document_id, place, expires, ticket_id, encoded = form.groups()
    try:
        signature = base64.b64decode(encoded + "==", altchars=b"-_", validate=True)
        key.verify(signature, _signed_bytes(kiosk_id, text.rpartition(".")[0]))
    except (InvalidSignature, binascii.Error) as error:
        raise TicketRefused("ticket_forged", "This address is not from head office.") from error
    expires_at = datetime.fromtimestamp(int(expires), UTC)
    if not expires_at - 2 * TICKET_LIFE < now < expires_at:
        raise TicketRefused("ticket_too_old", "This address has been open for too long.")
    return Ticket(document_id, int(place), expires_at, ticket_id)


def _signed_bytes(kiosk_id: str, said: str) -> bytes:
    return f"{_SIGNED_AS}|{kiosk_id}|{said}".encode("ascii")
