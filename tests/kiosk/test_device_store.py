"""The kiosk's end of the sync: repeated, reordered and cut messages change nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from kiosk.application import Parts
from kiosk.device_store import KioskDeviceStore
from sync.device_store import TimeFix
from sync.records import DocumentDue, DownRow, EventKind
from tests.kiosk.client import arrive, sign
from tests.kiosk.company import Company, two_pages


@pytest.fixture
def books(kiosk: Parts) -> KioskDeviceStore:
    return kiosk.terminal.device_store


def files(kiosk: Parts) -> list[str]:
    return sorted(path.name for path in kiosk.terminal.settings.documents_folder.iterdir())


def test_rows_applied_twice_change_nothing(
    kiosk: Parts, company: Company, books: KioskDeviceStore
) -> None:
    record = arrive(kiosk, company)
    cursor = books.cursor()
    company.withdraw(record)
    kiosk.head_office.exchange()
    books.apply([DownRow(cursor, record)], cursor)
    assert books.cursor() == cursor + 1
    assert kiosk.terminal.store.rows("SELECT state FROM document") == [("withdrawn",)]


def test_rows_and_cursor_are_one_transaction(
    kiosk: Parts, company: Company, books: KioskDeviceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, cursor = company.send(), books.cursor()

    def fail(*_arguments: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(kiosk.terminal.documents, "renew_code_key", fail)
    with pytest.raises(RuntimeError):
        books.apply([DownRow(cursor + 1, record)], cursor + 1)
    assert books.cursor() == cursor
    assert kiosk.terminal.store.rows("SELECT * FROM document") == []


def test_a_signed_document_is_not_made_due_again(
    kiosk: Parts, company: Company, books: KioskDeviceStore
) -> None:
    record = arrive(kiosk, company)
    sign(kiosk, company, record)
    books.apply([DownRow(books.cursor() + 1, record)], books.cursor() + 1)
    assert kiosk.terminal.store.rows("SELECT state FROM document") == [("signed",)]
    assert list(books.missing_blobs()) == []


def test_a_pdf_that_breaks_off_leaves_nothing(
    kiosk: Parts, company: Company, books: KioskDeviceStore
) -> None:
    record = without_file(kiosk, company)

    def broken() -> Iterator[bytes]:
        yield b"%PDF-1.7"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        books.put_blob(record.pdf_sha256, record.pdf_bytes, broken())
    assert files(kiosk) == []
    assert [entry.sha256 for entry in books.missing_blobs()] == [record.pdf_sha256]


def test_a_pdf_of_another_length_leaves_nothing(
    kiosk: Parts, company: Company, books: KioskDeviceStore
) -> None:
    record = without_file(kiosk, company)
    with pytest.raises(ValueError, match="length"):
        books.put_blob(record.pdf_sha256, record.pdf_bytes, [two_pages()[:-1]])
    assert files(kiosk) == []


def test_a_pdf_that_nobody_waits_for_is_not_kept(kiosk: Parts, books: KioskDeviceStore) -> None:
    books.put_blob("0" * 64, 4, [b"%PDF"])
    assert files(kiosk) == []


def without_file(kiosk: Parts, company: Company) -> DocumentDue:
    """A document whose PDF has not come yet."""
    record = company.send()
    company.ledger.kiosks["kiosk-1"].due_blobs.clear()
    kiosk.head_office.exchange()
    return record


def test_events_are_acknowledged_once_and_never_taken_back(
    kiosk: Parts, books: KioskDeviceStore
) -> None:
    for _ in range(3):
        kiosk.terminal.journal.add(EventKind.CODE_ENTRY_CLOSED)
    first = books.outbox_events(10)[0].sequence
    books.acknowledge_events(first + 1)
    books.acknowledge_events(first)
    assert [event.sequence for event in books.outbox_events(10)] == [first + 2]


def test_event_numbers_have_no_gaps_after_a_failed_transaction(kiosk: Parts) -> None:
    journal, store = kiosk.terminal.journal, kiosk.terminal.store
    before = journal.next_sequence()

    def write_and_fail() -> None:
        with store.transaction():
            journal.add(EventKind.CODE_ENTRY_CLOSED)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert journal.add(EventKind.CODE_ENTRY_CLOSED).sequence == before


def test_each_event_has_its_time_and_boot(kiosk: Parts) -> None:
    event = kiosk.terminal.journal.add(EventKind.CODE_ENTRY_CLOSED)
    assert event.time_quality == 1
    assert event.boot_id == kiosk.terminal.clock.boot_id()


def test_a_signed_pdf_is_given_until_it_is_acknowledged(
    kiosk: Parts, company: Company, books: KioskDeviceStore
) -> None:
    record = arrive(kiosk, company)
    sign(kiosk, company, record)
    (entry,) = books.outbox_blobs()
    content = books.open_blob(entry.sha256).read()
    assert len(content) == entry.size
    books.acknowledge_blob(entry.sha256)
    books.acknowledge_blob(entry.sha256)
    assert list(books.outbox_blobs()) == []
    with pytest.raises(KeyError):
        books.open_blob("0" * 64)


def test_the_request_counter_only_rises(books: KioskDeviceStore) -> None:
    first = books.next_nonce()
    books.raise_nonce(first + 100)
    books.raise_nonce(first)
    assert books.next_nonce() == first + 101


def test_a_signed_time_makes_the_clock_sure(kiosk: Parts, books: KioskDeviceStore) -> None:
    clock = kiosk.terminal.clock
    moment = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    books.record_time(TimeFix(moment, clock.boottime(), clock.boot_id(), 0.2))
    assert clock.now() == moment
    assert clock.read().assured
