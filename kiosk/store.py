"""The kiosk's database: SQLCipher under sqlite-utils, one connection per thread.

Write-ahead log, synchronous=FULL, secure_delete on: what is committed survives a power cut and
what is deleted is overwritten. Each thread has its own connection, so a long read of the sync
thread never holds up a client; writers queue for at most ``BUSY_TIMEOUT_MS``.

What the tables mean is written in ``migrations.py``; the statements for each subject are in the
module of that subject (documents, journal, code entry, sealing, device store).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlite_utils
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.errors import StoreError
from kiosk.migrations import migrate

__all__ = ["BUSY_TIMEOUT_MS", "Store"]

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another one; our transactions take milliseconds."""


class Store:
    """The encrypted database of one data folder."""

    def __init__(self, path: Path, key: bytes, now: datetime) -> None:
        """Open the database, making or migrating it.

        Args:
            path: the database file; its folder must exist.
            key: 32 bytes; used as SQLCipher's raw key, so nothing is derived from it again.
            now: time written beside new migrations.

        Raises:
            StoreError: codes ``store_locked`` (wrong key, or not a database), ``store_newer``,
                ``store_unusable`` (disk, rights).
        """
        self.path = path
        self._key = key
        self._local = threading.local()
        self._connections: list[Any] = []
        self._list_lock = threading.Lock()
        with translated_errors():
            migrate(self.database, now)
            self._overwrite_index()
        path.chmod(0o600)

    @property
    def database(self) -> sqlite_utils.Database:
        """This thread's connection."""
        found: sqlite_utils.Database | None = getattr(self._local, "database", None)
        if found is None:
            with translated_errors():
                found = self._connect()
            self._local.database = found
        return found

    def close(self) -> None:
        """Fold the write-ahead log into the database and close every connection."""
        with self._list_lock:
            connections, self._connections = self._connections, []
        for position, connection in enumerate(connections):
            if position == len(connections) - 1:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[sqlite_utils.Database]:
        """All or nothing. The write lock is taken at once, so reads inside stay true.

        A transaction inside a transaction is part of the outer one.
        """
        database = self.database
        if database.conn.in_transaction:
            yield database
            return
        database.conn.execute("BEGIN IMMEDIATE")
        try:
            yield database
            database.commit()
        except BaseException:
            # A commit that failed leaves the transaction open: whatever came next on this thread
            # would silently become part of it.
            database.rollback()
            raise

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        return self.database.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """The first row of a query, or None."""
        found: tuple[Any, ...] | None = self.database.execute(sql, parameters).fetchone()
        return found

    def setting(self, name: str, default: str = "") -> str:
        """A small value by name."""
        found = self.row("SELECT value FROM setting WHERE name = ?", (name,))
        return default if found is None else str(found[0])

    def set_setting(self, name: str, value: str) -> None:
        """Keep a small value under its name."""
        self.database.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def next_number(self, name: str) -> int:
        """Raise a counter and return it: 1, 2, 3 ... never the same twice.

        Committed before it is returned, unless a transaction is open: then it is part of that.
        """
        with self.transaction():
            number = int(self.setting(name, "0")) + 1
            self.set_setting(name, str(number))
        return number

    def shrink_log(self) -> None:
        """Empty the write-ahead log, so that overwritten pages do not linger in it."""
        self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def healthy(self) -> bool:
        """Whether the database answers and its first pages are sound."""
        found = self.row("SELECT count(*) FROM setting")
        return found is not None

    def _overwrite_index(self) -> None:
        """Make a change of no meaning, which clears the index of the write-ahead log.

        After a power cut SQLite rebuilds that index in memory that it does not clear, and copies
        it to ``store.db-shm`` (its walIndexRecover). Where no change in the log was whole, it
        copies whatever lay in that memory before. The first change after that clears the index.
        """
        self.database.execute("PRAGMA user_version = 0")

    def _connect(self) -> sqlite_utils.Database:
        """A new connection with everything switched on that must be on."""
        # check_same_thread is off only so that close() can close all; each is used by one thread.
        connection = sqlcipher.connect(
            str(self.path),
            timeout=BUSY_TIMEOUT_MS / 1000,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON").fetchall()
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        with self._list_lock:
            self._connections.append(connection)
        return sqlite_utils.Database(connection, execute_plugins=False)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn SQLCipher's errors into ours."""
    try:
        yield
    except sqlcipher.DatabaseError as error:
        if "not a database" in str(error):
            raise StoreError(
                "store_locked",
                "The kiosk's data cannot be opened with this credential.",
                "Put the credential back that belongs to this data folder.",
            ) from error
        raise StoreError(
            "store_unusable",
            "The kiosk's data cannot be read or written.",
            "Check that the disk is not full and that the kiosk may write to its folder.",
        ) from error
