"""What kiosks upload, kept encrypted until an event says which document it belongs to.

Each upload has a key of its own. Its pieces arrive one after the other (`offset` equals what is
here), so that a broken link costs one piece and not the file.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from office import tables
from office.head_office import HeadOffice

__all__ = ["Uploads"]

_Piece = tuple[int, str]  # offset and object id


class Uploads:
    """Unfinished and finished uploads of all kiosks."""

    def __init__(self, office: HeadOffice) -> None:
        self._office = office

    def is_here(self, connection: Connection, kiosk_id: str, sha256: str) -> bool:
        """Tell whether a file came completely from this kiosk, now or earlier."""
        uploads, copies, blobs = tables.uploads, tables.signed_copies, tables.blobs
        waiting = select(uploads.c.sha256).where(
            uploads.c.kiosk_id == kiosk_id, uploads.c.sha256 == sha256, uploads.c.complete
        )
        judged = select(copies.c.sha256).where(
            copies.c.kiosk_id == kiosk_id, copies.c.sha256 == sha256
        )
        kept = select(blobs.c.sha256).where(
            blobs.c.kiosk_id == kiosk_id, blobs.c.sha256 == sha256, blobs.c.kind == "strokes"
        )
        return any(
            connection.execute(query).first() is not None for query in (waiting, judged, kept)
        )

    def received(self, connection: Connection, kiosk_id: str, sha256: str) -> int:
        """Return how many bytes of an upload are here, from the start without gaps."""
        pieces = tables.upload_pieces
        query = select(func.coalesce(func.sum(pieces.c.bytes), 0)).where(
            *self._named(pieces, kiosk_id, sha256)
        )
        return int(connection.execute(query).scalar_one())

    def append(
        self,
        connection: Connection,
        kiosk_id: str,
        sha256: str,
        offset: int,
        data: bytes,
        now: datetime,
    ) -> None:
        """Keep the next piece; one that is here already is left as it is."""
        if offset != self.received(connection, kiosk_id, sha256) or not data:
            return
        key = self._key(connection, kiosk_id, sha256, now)
        object_id = secrets.token_hex(16)
        self._office.blobs.write_object(object_id, key, data)
        connection.execute(
            insert(tables.upload_pieces).values(
                kiosk_id=kiosk_id,
                sha256=sha256,
                offset=offset,
                bytes=len(data),
                object_id=object_id,
            )
        )

    def content(self, connection: Connection, kiosk_id: str, sha256: str) -> bytes | None:
        """Return all pieces joined; None when nothing came."""
        row = self._row(connection, kiosk_id, sha256)
        if row is None:
            return None
        key = self._office.blobs.unwrap(row.wrapped_key, f"{kiosk_id}/{sha256}")
        pieces = self._pieces(connection, kiosk_id, sha256)
        return b"".join(
            self._office.blobs.read_object(object_id, key) for _offset, object_id in pieces
        )

    def finish(
        self, connection: Connection, kiosk_id: str, sha256: str, data: bytes, now: datetime
    ) -> list[str]:
        """Keep a complete file in one piece; one that is here already is left as it is.

        Returns:
            Object ids to remove once the transaction is committed.
        """
        if self.is_here(connection, kiosk_id, sha256):
            return []
        leftovers = self.discard(connection, kiosk_id, sha256)
        self.append(connection, kiosk_id, sha256, 0, data, now)
        connection.execute(
            update(tables.uploads)
            .where(*self._named(tables.uploads, kiosk_id, sha256))
            .values(complete=True)
        )
        return leftovers

    def discard(self, connection: Connection, kiosk_id: str, sha256: str) -> list[str]:
        """Forget an upload.

        Returns:
            Object ids to remove once the transaction is committed.
        """
        objects = [object_id for _offset, object_id in self._pieces(connection, kiosk_id, sha256)]
        for table in (tables.upload_pieces, tables.uploads):
            connection.execute(delete(table).where(*self._named(table, kiosk_id, sha256)))
        return objects

    def discard_abandoned(self, connection: Connection, before: datetime) -> list[str]:
        """Forget unfinished uploads that started before a moment."""
        uploads = tables.uploads
        query = select(uploads.c.kiosk_id, uploads.c.sha256).where(
            uploads.c.started_at < before, uploads.c.complete.is_(False)
        )
        objects: list[str] = []
        for kiosk_id, sha256 in connection.execute(query).all():
            objects += self.discard(connection, kiosk_id, sha256)
        return objects

    def _key(self, connection: Connection, kiosk_id: str, sha256: str, now: datetime) -> bytes:
        row = self._row(connection, kiosk_id, sha256)
        subject = f"{kiosk_id}/{sha256}"
        if row is not None:
            return self._office.blobs.unwrap(row.wrapped_key, subject)
        key = AESGCM.generate_key(bit_length=256)
        connection.execute(
            insert(tables.uploads).values(
                kiosk_id=kiosk_id,
                sha256=sha256,
                wrapped_key=self._office.blobs.wrap(key, subject),
                complete=False,
                started_at=now,
            )
        )
        return key

    def _row(self, connection: Connection, kiosk_id: str, sha256: str) -> Row[Any] | None:
        query = select(tables.uploads).where(*self._named(tables.uploads, kiosk_id, sha256))
        return connection.execute(query).first()

    def _pieces(self, connection: Connection, kiosk_id: str, sha256: str) -> list[_Piece]:
        pieces = tables.upload_pieces
        query = (
            select(pieces.c.offset, pieces.c.object_id)
            .where(*self._named(pieces, kiosk_id, sha256))
            .order_by(pieces.c.offset)
        )
        return [(int(offset), str(object_id)) for offset, object_id in connection.execute(query)]

    @staticmethod
    def _named(table: Table, kiosk_id: str, sha256: str) -> tuple[ColumnElement[bool], ...]:
        return table.c.kiosk_id == kiosk_id, table.c.sha256 == sha256
