"""What people of the front desk do with documents: find, hand over, take back, unlock, cancel.

What a document shows here lies in the encrypted store as long as the document is due; of one that
has ended, staff see its short number and how it ended, as every next client could.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kiosk.code_entry import CodeEntry
from kiosk.desk import KioskDesk
from kiosk.documents import DocumentState
from kiosk.refusals import refusal
from kiosk.search import find_due
from kiosk.standing import due_or_shown, has_file
from kiosk.terminal import Terminal
from sync.records import DocumentDue, EventKind

__all__ = ["MAX_SHOWN", "CancelReason", "Entry", "StaffDesk", "Standing"]

MAX_SHOWN: Final = 40
"""Documents on one screen; a search finds the others."""


class CancelReason(StrEnum):
    """Why staff cancel a document; never free words, which might say something of a person."""

    WRONG_DOCUMENT = "wrong_document"
    WRONG_PERSON = "wrong_person"
    CLIENT_LEFT = "client_left"
    OTHER = "other"


class Standing(StrEnum):
    """How a due document stands here."""

    ON_ITS_WAY = "on_its_way"
    """Its file has not come yet."""
    WAITING = "waiting"
    """Nobody has begun."""
    BEGUN = "begun"
    """Its client was here and has stopped; what was given is kept."""
    WITH_CLIENT = "with_client"
    """Its client's session is open."""
    LOCKED = "locked"
    """Too many wrong codes."""


@dataclass(frozen=True)
class Entry:
    """A document that is due, as staff see it."""

    document_id: str
    title: str
    number: str
    short_number: str
    client_name: str
    standing: Standing
    deadline: datetime | None


class StaffDesk:
    """The staff's side of one terminal."""

    def __init__(self, terminal: Terminal, desk: KioskDesk) -> None:
        self._terminal = terminal
        self._documents = terminal.documents
        self._store = terminal.store
        self._desk = desk
        self.codes = CodeEntry(terminal)

    def find(self, text: str = "") -> tuple[list[Entry], bool]:
        """The due documents of which every word of `text` begins a word (`kiosk.search`).

        Returns:
            At most `MAX_SHOWN`, those begun and then those last touched first, and whether there
            are more.
        """
        found = find_due(self._store, text, MAX_SHOWN + 1)
        return [self.entry(one) for one in found[:MAX_SHOWN]], len(found) > MAX_SHOWN

    def entry(self, document_id: str) -> Entry:
        """One document. Raises `DeskRefused`, with the words that its client would get."""
        row, record = due_or_shown(self._documents, document_id, self._desk.now())
        if row.state is not DocumentState.DUE:
            raise refusal("already_signed")
        return Entry(
            document_id=document_id,
            title=record.title,
            number=record.number,
            short_number=record.short_number,
            client_name=record.client_name,
            standing=self._standing(record),
            deadline=record.deadline,
        )

    def record(self, document_id: str) -> DocumentDue:
        """What head office sent. Raises `DeskRefused`."""
        return due_or_shown(self._documents, document_id, self._desk.now())[1]

    def hand_over(self, document_id: str, staff_id: str) -> None:
        """Write down that the client gets this document now. Raises `DeskRefused`."""
        self._desk.document(document_id)
        self._terminal.journal.add(EventKind.HANDED_OVER, document_id, {"staff": staff_id})

    def take_back(self, document_id: str, staff_id: str) -> bool:
        """End the client's session of a document; what was given stays, behind a new proof.

        Returns:
            False when nobody had it.
        """
        with self._store.transaction() as database:
            ended = database.execute(
                "UPDATE progress SET ceremony_id = '', body = json_set(body, '$.ceremony_id', '')"
                " WHERE document_id = ? AND ceremony_id != ''",
                (document_id,),
            )
            if ended.rowcount:
                self._terminal.journal.add(EventKind.TAKEN_BACK, document_id, {"staff": staff_id})
        return bool(ended.rowcount)

    def cancel(self, document_id: str, reason: CancelReason, staff_id: str) -> None:
        """End a document here, and tell head office; a file signed by an earlier client stays.

        Raises:
            DeskRefused: it is not due (any more); nothing has changed.
        """
        with self._store.transaction():
            row, record = due_or_shown(self._documents, document_id, self._desk.now())
            if row.state is not DocumentState.DUE:
                raise refusal("already_signed")
            body = {"staff": staff_id, "reason": reason.value, "client_index": record.client_index}
            self._terminal.journal.add(EventKind.STAFF_CANCELLED, document_id, body)
            files = self._documents.end(document_id, DocumentState.WITHDRAWN, "cancelled")
            erased = {"reason": "cancelled"}
            self._terminal.journal.add(EventKind.DOCUMENT_ERASED, document_id, erased)
        self._documents.files.remove(files)

    def _standing(self, record: DocumentDue) -> Standing:
        tries = self.codes.standing(record.document_id)
        if tries is not None and tries.locked:
            return Standing.LOCKED
        if not has_file(self._store, record.document_id):
            return Standing.ON_ITS_WAY
        found = self._store.row(
            "SELECT ceremony_id FROM progress WHERE document_id = ?", (record.document_id,)
        )
        if found is None:
            return Standing.WAITING
        return Standing.WITH_CLIENT if found[0] else Standing.BEGUN
