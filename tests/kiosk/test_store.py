"""The encrypted database: what it keeps, what it refuses, what it leaves on the disk."""

from __future__ import annotations

import ctypes
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.errors import StoreError
from kiosk.migrations import MIGRATIONS, migrate
from kiosk.store import Store

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store.db", KEY, NOW)


def test_what_is_kept_is_found_again(store: Store, tmp_path: Path) -> None:
    store.set_setting("name", "Kowalski")
    store.close()
    assert Store(tmp_path / "store.db", KEY, NOW).setting("name") == "Kowalski"


def test_nothing_is_readable_on_the_disk(store: Store, tmp_path: Path) -> None:
    store.set_setting("name", "Kowalski-Nowacki")
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Kowalski" not in written
    assert b"SQLite format" not in written


def test_another_key_opens_nothing_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    store.set_setting("name", "value")
    store.close()
    before = (tmp_path / "store.db").read_bytes()
    with pytest.raises(StoreError) as refused:
        Store(tmp_path / "store.db", bytes(32), NOW)
    assert refused.value.code == "store_locked"
    assert (tmp_path / "store.db").read_bytes() == before


def test_the_safe_settings_are_on_in_every_thread(store: Store) -> None:
    found: list[tuple[object, ...]] = []

    def look() -> None:
        names = ("journal_mode", "synchronous", "secure_delete")
        found.append(tuple(store.rows(f"PRAGMA {name}")[0][0] for name in names))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    look()
    assert [tuple(map(str, values)) for values in found] == [("wal", "2", "1")] * 2


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def write_and_fail() -> None:
        with store.transaction():
            store.set_setting("a", "1")
            with store.transaction():
                store.set_setting("b", "1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert store.rows("SELECT * FROM setting") == []


def test_numbers_never_repeat_across_threads(store: Store) -> None:
    taken: list[int] = []

    def take() -> None:
        taken.extend(store.next_number("counter") for _ in range(20))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 81))


def test_a_reader_is_not_held_up_by_an_open_write(store: Store) -> None:
    store.set_setting("a", "old")
    seen: list[str] = []
    with store.transaction():
        store.set_setting("a", "new")
        thread = threading.Thread(target=lambda: seen.append(store.setting("a")))
        thread.start()
        thread.join(5)
    assert seen == ["old"]


def test_migrations_are_applied_once_and_recorded(store: Store) -> None:
    recorded = [row[0] for row in store.rows("SELECT name FROM migration ORDER BY name")]
    assert recorded == [migration.name for migration in MIGRATIONS]
    assert migrate(store.database, NOW) == ()


def test_a_store_of_a_newer_version_is_refused(store: Store, tmp_path: Path) -> None:
    store.database.execute("INSERT INTO migration VALUES ('9999_future', '')")
    store.close()
    with pytest.raises(StoreError) as refused:
        Store(tmp_path / "store.db", KEY, NOW)
    assert refused.value.code == "store_newer"


def test_a_commit_that_fails_is_undone_and_traps_nothing_that_follows(store: Store) -> None:
    store.database.execute("CREATE TABLE parent (id INTEGER PRIMARY KEY)")
    store.database.execute(
        "CREATE TABLE child (id INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(sqlcipher.IntegrityError), store.transaction():
        store.database.execute("INSERT INTO child (id) VALUES (7)")  # refused at the commit only
    with store.transaction():
        store.set_setting("name", "value")
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(store.setting("name")))
    thread.start()
    thread.join()
    assert found == ["value"]
    assert store.rows("SELECT * FROM child") == []


def test_recovery_after_a_cut_leaves_nothing_of_the_memory_on_the_disk(
    store: Store, tmp_path: Path
) -> None:
    """SQLite rebuilds its index of the log in memory as it comes, and copies it whole to the disk.

    Where no change in the log is whole, nothing has overwritten what lay in that memory before.
    """
    store.close()  # what was made so far is in the database itself, and the log is empty
    store.set_setting("name", "value")
    cut = tmp_path / "cut"
    cut.mkdir()
    for name in ("store.db", "store.db-wal"):
        (cut / name).write_bytes((tmp_path / name).read_bytes())
    log = bytearray((cut / "store.db-wal").read_bytes())
    log[32 + 16] ^= 1  # the checksum of the first change (SQLite, file format, 4.1)
    (cut / "store.db-wal").write_bytes(log)
    litter_memory(b"a secret of the kiosk ")
    opened = Store(cut / "store.db", KEY, NOW)
    assert (cut / "store.db-shm").stat().st_size > 0
    assert b"secret" not in (cut / "store.db-shm").read_bytes()
    opened.close()


def litter_memory(words: bytes) -> None:
    """Leave words in freed memory, in pieces larger than any that recovery asks for."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = (ctypes.c_size_t,)
    libc.free.argtypes = (ctypes.c_void_p,)
    litter = words * (100_000 // len(words))
    pieces = [libc.malloc(len(litter)) for _ in range(64)]
    for piece in pieces:
        ctypes.memmove(piece, litter, len(litter))
    for piece in pieces[::2]:  # every other one, so that they stay pieces
        libc.free(piece)
