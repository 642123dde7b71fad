"""Documents at rest: encrypted, create-only, gone with their key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from office.errors import NotFound, OfficeError
from office.head_office import HeadOffice
from office.settings import Settings
from tests.office.town_hall import Clock, People, TestKiosk, draft


@pytest.fixture
def document_id(
    office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock
) -> str:
    return draft(office, people, kiosk, pdf, clock())


def objects(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_folder / "blobs").rglob("*") if path.is_file()]


def test_what_is_stored_comes_back_and_is_not_readable_on_the_disk(
    office: HeadOffice, settings: Settings, document_id: str, clock: Clock
) -> None:
    content = b"%PDF-1.7 secret words of a contract" * 50
    with office.database.write() as connection:
        digest = office.blobs.put(connection, document_id, "final", content, clock())
    with office.database.read() as connection:
        assert office.blobs.get(connection, document_id, "final", digest) == content
    assert objects(settings)
    for path in objects(settings):
        assert b"secret words" not in path.read_bytes()
        assert b"%PDF" not in path.read_bytes()


def test_the_same_content_twice_is_stored_once(
    office: HeadOffice, settings: Settings, document_id: str, clock: Clock
) -> None:
    with office.database.write() as connection:
        first = office.blobs.put(connection, document_id, "final", b"same", clock())
    count = len(objects(settings))
    with office.database.write() as connection:
        assert office.blobs.put(connection, document_id, "final", b"same", clock()) == first
    assert len(objects(settings)) == count


def test_without_its_key_a_blob_cannot_be_read(
    office: HeadOffice, document_id: str, clock: Clock
) -> None:
    with office.database.write() as connection:
        office.blobs.put(connection, document_id, "final", b"content", clock())
    with office.database.write() as connection:
        ids = office.blobs.shred(connection, document_id)
    assert len(ids) == 2  # the source and this one
    with office.database.read() as connection, pytest.raises(NotFound):
        office.blobs.get(connection, document_id, "final")


def test_a_changed_or_exchanged_object_is_refused(
    office: HeadOffice, settings: Settings, document_id: str, clock: Clock
) -> None:
    with office.database.write() as connection:
        office.blobs.put(connection, document_id, "final", b"one", clock())
    for path in objects(settings):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(bytes(data))
    with office.database.read() as connection, pytest.raises(OfficeError) as refusal:
        office.blobs.get(connection, document_id, "final")
    assert refusal.value.code == "store_failed"


def test_the_sweep_removes_only_what_no_row_names(
    office: HeadOffice, settings: Settings, document_id: str
) -> None:
    before = len(objects(settings))
    office.blobs.write_object("ab" * 16, bytes(32), b"left by a crash")
    soon, later = (datetime.now(UTC) + timedelta(hours=hours) for hours in (0, 2))
    assert office.blobs.sweep(office.database, soon) == 0  # its transaction may still be running
    assert office.blobs.sweep(office.database, later) == 1
    assert len(objects(settings)) == before
    with office.database.read() as connection:
        assert office.blobs.get(connection, document_id, "source").startswith(b"%PDF")
