"""Documents at rest: AES-256-GCM files in an object store, one key for each document.

The store is create-only: a blob, once written, is never changed. The key of a document lives
wrapped in the database; destroying that row makes every copy of its blobs unreadable, also
those in backups of the store (design section 9).

A stored object is `nonce (12 bytes) || ciphertext and tag`, with the blob's id as additional
authenticated data, so that one object cannot stand in for another.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import obstore
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from obstore.exceptions import BaseError
from obstore.store import LocalStore
from sqlalchemy import Connection, delete, insert, select

from office import tables
from office.database import Database
from office.errors import NotFound, OfficeError

__all__ = ["MAX_BLOB_BYTES", "BlobStore"]

MAX_BLOB_BYTES = 200 * 1024 * 1024
"""Largest document kept (bytes): the largest input accepted, signatures included."""

SWEEP_AFTER = timedelta(hours=1)
"""No transaction takes this long."""

_NONCE_BYTES = 12
_KEY_BYTES = 32


class BlobStore:
    """Encrypted, create-only storage of documents.

    Args:
        folder: local folder of the object store.
        wrapping_keys: gives 32 bytes that wrap the documents' keys in the database, then those
            that did so before.
    """

    def __init__(self, folder: Path, wrapping_keys: Callable[[], Sequence[bytes]]) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._store = LocalStore(str(folder))
        self._wrapping_keys = wrapping_keys

    def new_key(self, connection: Connection, document_id: str) -> None:
        """Make the key of a new document."""
        wrapped = self.wrap(AESGCM.generate_key(bit_length=_KEY_BYTES * 8), document_id)
        connection.execute(
            insert(tables.document_keys).values(document_id=document_id, wrapped_key=wrapped)
        )

    def wrap(self, secret: bytes, subject: str) -> bytes:
        """Encrypt a key for the database; it can only be unwrapped for the same subject."""
        nonce = os.urandom(_NONCE_BYTES)
        newest = AESGCM(self._wrapping_keys()[0])
        return nonce + newest.encrypt(nonce, secret, subject.encode())

    def unwrap(self, wrapped: bytes, subject: str) -> bytes:
        """Decrypt what `wrap` made.

        Raises:
            OfficeError: `store_failed`, when it was not made by this head office for `subject`.
        """
        for key in self._wrapping_keys():
            with suppress(InvalidTag):
                return AESGCM(key).decrypt(
                    wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], subject.encode()
                )
        raise _store_failed()

    def wrapped_anew(self, wrapped: bytes, subject: str) -> bytes:
        """Wrap a key by the newest wrapping key.

        Raises:
            OfficeError: `store_failed`, as `unwrap`.
        """
        return self.wrap(self.unwrap(wrapped, subject), subject)

    def put(
        self,
        connection: Connection,
        document_id: str,
        kind: str,
        data: bytes,
        now: datetime,
        kiosk_id: str | None = None,
    ) -> str:
        """Store `data` and the row that names it; the same content twice is stored once.

        Returns:
            SHA-256 of the content, lower-case hex.

        Raises:
            OfficeError: `store_failed`, when the object store did not keep it.
        """
        digest = sha256(data).hexdigest()
        known = select(tables.blobs.c.id).where(
            tables.blobs.c.document_id == document_id,
            tables.blobs.c.kind == kind,
            tables.blobs.c.sha256 == digest,
        )
        if connection.execute(known).first() is not None:
            return digest
        blob_id = secrets.token_hex(16)
        self.write_object(blob_id, self._key(connection, document_id), data)
        connection.execute(
            insert(tables.blobs).values(
                id=blob_id,
                document_id=document_id,
                kind=kind,
                sha256=digest,
                bytes=len(data),
                kiosk_id=kiosk_id,
                created_at=now,
            )
        )
        return digest

    def get(self, connection: Connection, document_id: str, kind: str, digest: str = "") -> bytes:
        """Return the content of a document's blob; the newest of its kind unless named.

        Raises:
            NotFound: `no_such_file`, when there is none (any more).
            OfficeError: `store_failed`, when the store does not give it back unharmed.
        """
        query = select(tables.blobs.c.id).where(
            tables.blobs.c.document_id == document_id, tables.blobs.c.kind == kind
        )
        if digest:
            query = query.where(tables.blobs.c.sha256 == digest)
        blob_id = connection.execute(query.order_by(tables.blobs.c.created_at.desc())).scalar()
        if blob_id is None:
            raise _no_such_file()
        return self.read_object(blob_id, self._key(connection, document_id))

    def supersede(
        self, connection: Connection, document_id: str, kind: str, digest: str
    ) -> list[str]:
        """Take away a document's other blobs of a kind: the one named holds all that they held.

        Returns:
            Ids of the objects to delete with `remove` once the transaction is committed.
        """
        blobs = tables.blobs
        ids = connection.execute(
            delete(blobs)
            .where(blobs.c.document_id == document_id, blobs.c.kind == kind)
            .where(blobs.c.sha256 != digest)
            .returning(blobs.c.id)
        )
        return [str(row[0]) for row in ids]

    def discard(
        self, connection: Connection, document_id: str, kind: str, digests: Sequence[str]
    ) -> list[str]:
        """Take away a document's blobs of a kind by their names.

        Returns:
            Ids of the objects to delete with `remove` once the transaction is committed.
        """
        blobs = tables.blobs
        ids = connection.execute(
            delete(blobs)
            .where(blobs.c.document_id == document_id, blobs.c.kind == kind)
            .where(blobs.c.sha256.in_(digests))
            .returning(blobs.c.id)
        )
        return [str(row[0]) for row in ids]

    def read_object(self, object_id: str, key: bytes) -> bytes:
        """Return the content of one object.

        Raises:
            OfficeError: `store_failed`, when it is not there or was changed.
        """
        try:
            stored = bytes(obstore.get(self._store, _path(object_id)).bytes())
            return AESGCM(key).decrypt(
                stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], object_id.encode()
            )
        except (BaseError, OSError, InvalidTag, ValueError) as error:
            raise _store_failed() from error

    def shred(self, connection: Connection, document_id: str) -> list[str]:
        """Destroy a document's key and the rows of its blobs.

        Returns:
            Ids of the objects to delete with `remove` once the transaction is committed.
        """
        connection.execute(
            delete(tables.document_keys).where(tables.document_keys.c.document_id == document_id)
        )
        ids = connection.execute(
            delete(tables.blobs)
            .where(tables.blobs.c.document_id == document_id)
            .returning(tables.blobs.c.id)
        )
        return [str(row[0]) for row in ids]

    def remove(self, blob_ids: list[str]) -> None:
        """Delete objects from the store; those already gone are fine."""
        for blob_id in blob_ids:
            try:
                obstore.delete(self._store, _path(blob_id))
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise _store_failed() from error

    def sweep(self, database: Database, now: datetime) -> int:
        """Delete objects that no row names: what a crash left between object and row.

        Objects younger than `SWEEP_AFTER` may belong to a transaction that is still running.

        Returns:
            How many were deleted.
        """
        old = [
            str(entry["path"]).rpartition("/")[2]
            for batch in obstore.list(self._store)
            for entry in batch
            if now - entry["last_modified"] > SWEEP_AFTER
        ]
        with database.read() as connection:
            named = {str(row[0]) for row in connection.execute(select(tables.blobs.c.id))}
            pieces = select(tables.upload_pieces.c.object_id)
            named |= {str(row[0]) for row in connection.execute(pieces)}
        orphans = [name for name in old if name not in named]
        self.remove(orphans)
        return len(orphans) + self._sweep_unfinished(now)

    def _sweep_unfinished(self, now: datetime) -> int:
        """Delete what a crash left in the middle of a write: obstore writes `name#1`, then renames.

        Its listing never shows these, so they are looked for in the folder itself.
        """
        unfinished = [
            path
            for path in self._folder.glob("*/*#*")
            if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > SWEEP_AFTER
        ]
        for path in unfinished:
            path.unlink(missing_ok=True)
        return len(unfinished)

    def _key(self, connection: Connection, document_id: str) -> bytes:
        query = select(tables.document_keys.c.wrapped_key).where(
            tables.document_keys.c.document_id == document_id
        )
        wrapped = connection.execute(query).scalar()
        if wrapped is None:
            raise _no_such_file()
        return self.unwrap(wrapped, document_id)

    def write_object(self, object_id: str, key: bytes, data: bytes) -> None:
        """Encrypt and create one object, and force it and its folder to the disk.

        Raises:
            OfficeError: `store_failed`.
        """
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, data, object_id.encode())
        try:
            obstore.put(self._store, _path(object_id), sealed, mode="create")
            path = self._folder / _path(object_id)
            for place in (path, path.parent, self._folder):
                handle = os.open(place, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
        except (BaseError, OSError) as error:
            raise _store_failed() from error


def _path(blob_id: str) -> str:
    return f"{blob_id[:2]}/{blob_id}"


def _no_such_file() -> NotFound:
    return NotFound(
        "no_such_file",
        "This file is not kept here (any more).",
        "Files are destroyed 14 days after signing; ask the person who has a copy.",
    )


def _store_failed() -> OfficeError:
    return OfficeError(
        "store_failed",
        "The document store did not keep or return the file.",
        "Check the free disk space and the folder of head office, then try again.",
    )
