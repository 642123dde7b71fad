"""The database of head office: opening it, bringing its schema up to date, transactions.

SQLite is the embedded default (WAL, synchronous=FULL, secure_delete), PostgreSQL the way to
grow; nothing outside this module knows which one is in use. A write transaction on SQLite
starts with BEGIN IMMEDIATE, so that two writers queue instead of failing half-way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from office.errors import NotSetUp

__all__ = ["BUSY_TIMEOUT_MS", "Database", "open_database", "sqlite_url"]

BUSY_TIMEOUT_MS = 15_000
"""How long a writer waits for another one (ms); an upload is verified outside transactions."""

_MIGRATIONS = Path(__file__).with_name("migrations")


class Database:
    """Read and write transactions on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for reading; everything in it sees one consistent state."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection for one write transaction: all of it is kept, or nothing."""
        with (
            self.engine.connect().execution_options(sygnet_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def upgrade(self) -> None:
        """Bring the schema up to date, each migration and its record in one transaction."""
        with self._migrating() as connection:
            command.upgrade(_configuration(connection), "head")

    def downgrade(self, revision: str) -> None:
        """Take the schema back to an older one, for a program of that time.

        Raises:
            RuntimeError: it holds what the older schema cannot keep; nothing was changed.
        """
        with self._migrating() as connection:
            command.downgrade(_configuration(connection), revision)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        """Give a write transaction in which a table may be made anew under its old name.

        SQLite changes most things of a table only so; while it does, rows that name the table must
        not be looked at. The setting has no effect inside a transaction.
        """
        with self.engine.connect().execution_options(sygnet_write=True) as connection:
            driver: Any = connection.connection.driver_connection
            on_sqlite = self.engine.dialect.name == "sqlite"
            if on_sqlite:
                driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                        raise RuntimeError("a migration left rows that name what is not there")
            finally:
                if on_sqlite:
                    driver.execute("PRAGMA foreign_keys=ON")

    def forget_deleted(self) -> None:
        """Leave no deleted row behind in SQLite's log; PostgreSQL's operators use VACUUM."""
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                driver = connection.connection.driver_connection
                if driver is not None:
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _configuration(connection: Connection) -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    configuration.attributes["connection"] = connection
    return configuration


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy address of a SQLite file."""
    return f"sqlite+pysqlite:///{path}"


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy address and bring its schema up to date.

    Raises:
        NotSetUp: `database_unusable`, when it cannot be opened or is not ours.
    """
    engine = create_engine(url, hide_parameters=True)  # an error's text may be logged
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    database = Database(engine)
    try:
        database.upgrade()
    except (DBAPIError, OperationalError) as error:
        database.close()
        raise NotSetUp(
            "database_unusable",
            "The database of head office cannot be opened.",
            "Check the data folder and its permissions, or restore the last backup.",
        ) from error
    return database


def _prepare_sqlite(engine: Engine) -> None:
    """Make SQLite durable and let SQLAlchemy, not the driver, decide where it begins."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("sygnet_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
