"""The desk for clients' own telephones: a kiosk without a screen, at head office's side.

It is enrolled, synced, sealed and supervised as any kiosk; only who stands before it differs. A
client comes with a ticket of head office (`sync.tickets`), which lets in once; several clients may
sign at the same time, each with their own document.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.desk import KioskDesk
from kiosk.refusals import refusal
from signing.ceremony.desk import DeskKind
from sync.tickets import Ticket, TicketRefused, read_ticket

__all__ = ["MAX_OPENED_AN_HOUR", "PhoneDesk"]

MAX_OPENED_AN_HOUR: Final = 20
"""So often may one document be opened within an hour; each time needs a new code."""


class PhoneDesk(KioskDesk):
    """Where the client stands: anywhere, with a telephone."""

    kind: DeskKind = "phone"

    def open(self, text: str) -> str:
        """Let somebody in with a ticket; the same one lets nobody in again.

        Args:
            text: the ticket, from outside.

        Returns:
            The document's id.

        Raises:
            TicketRefused: `ticket_unreadable`, `ticket_forged`, `ticket_too_old`, `ticket_used`,
                `opened_too_often`.
            DeskRefused: the document cannot be signed (any more), is not here yet, or it is
                somebody else's turn; the ticket stays good.
        """
        enrolment = self._terminal.enrolment()
        key = Ed25519PublicKey.from_public_bytes(enrolment.grant.office_public_key)
        now = self.now()
        ticket = read_ticket(key, enrolment.grant.kiosk_id, text, now)
        if self._documents.row(ticket.document_id) is None:
            raise refusal("not_here_yet")
        if self.document(ticket.document_id).client_index != ticket.client_index:
            raise refusal("not_your_turn")
        self._use(ticket, now)
        return ticket.document_id

    def nobody_there(self) -> None:
        """Nothing ends for the others when one client's telephone is at its start."""

    def _use(self, ticket: Ticket, now: datetime) -> None:
        """Remember a ticket, for as long as it could be shown again, and count it."""
        second = int(now.timestamp())
        with self._store.transaction() as database:
            database.execute("DELETE FROM ticket WHERE used_at < ?", (second - 3600,))
            known = self._store.row("SELECT 1 FROM ticket WHERE ticket_id = ?", (ticket.ticket_id,))
            if known is not None:
                raise TicketRefused("ticket_used", "This address was opened already.")
            opened = self._store.row(
                "SELECT COUNT(*) FROM ticket WHERE document_id = ?", (ticket.document_id,)
            )
            if opened is not None and opened[0] >= MAX_OPENED_AN_HOUR:
                raise TicketRefused("opened_too_often", "This document was opened very often.")
            database.execute(
                "INSERT INTO ticket (ticket_id, document_id, used_at) VALUES (?, ?, ?)",
                (ticket.ticket_id, ticket.document_id, second),
            )
