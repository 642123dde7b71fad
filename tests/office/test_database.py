"""Opening the database: schema, durability, one writer at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from office import tables
from office.database import open_database, sqlite_url
from office.errors import NotSetUp
from office.instants import Instant

AT = datetime(2026, 11, 24, 3, 0, 0, 123000, tzinfo=UTC)


def differs(_context: object, _old: object, _new: object, stored: object, used: object) -> bool:
    """Whether a column's type is not what the code expects; an Instant is a BIGINT."""
    return isinstance(used, Instant) and "BIGINT" not in str(stored)


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "a.sqlite3"))
    with database.read() as connection:

        def same_kind(
            _context: object, _old: object, _new: object, old: object, new: object
        ) -> bool:
            return isinstance(new, Instant) and "BIGINT" not in str(old)

        context = MigrationContext.configure(connection, opts={"compare_type": same_kind})
        assert compare_metadata(context, tables.metadata) == []
    database.close()


def test_opening_twice_upgrades_once_and_keeps_the_data(tmp_path: Path) -> None:
    for at_first in (True, False):
        database = open_database(sqlite_url(tmp_path / "a.sqlite3"))
        with database.write() as connection:
            if at_first:
                connection.execute(insert(tables.tries).values(subject="x", at=AT))
        with database.read() as connection:
            assert connection.execute(select(tables.tries.c.at)).scalars().all() == [AT]
        database.close()


def test_sqlite_is_durable_and_forgets_deleted_rows(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "a.sqlite3"))
    with database.read() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "secure_delete": 1,
        "foreign_keys": 1,
    }
    database.close()


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "a.sqlite3"))

    def interrupted() -> None:
        with database.write() as connection:
            connection.execute(insert(tables.tries).values(subject="x", at=AT))
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        interrupted()
    with database.read() as connection:
        assert connection.execute(select(tables.tries)).first() is None
    database.close()


def test_a_deleted_secret_is_in_no_file_of_the_database(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "a.sqlite3"))
    secret = "a-secret-that-must-vanish-" * 2
    with database.write() as connection:
        connection.execute(insert(tables.tries).values(subject=secret, at=AT))
    with database.write() as connection:
        connection.execute(tables.tries.delete())
    database.forget_deleted()
    for file in tmp_path.iterdir():
        assert secret.encode() not in file.read_bytes(), file.name
    database.close()


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(NotSetUp) as refusal:
        open_database(sqlite_url(path))
    assert refusal.value.code == "database_unusable"


def test_a_naive_time_cannot_be_stored(tmp_path: Path) -> None:
    database = open_database(sqlite_url(tmp_path / "a.sqlite3"))
    with pytest.raises(Exception, match="naive"), database.write() as connection:
        connection.execute(insert(tables.tries).values(subject="x", at=datetime(2026, 1, 1)))  # noqa: DTZ001
    database.close()
