"""One exchange after another over a faultless network; faults are in test_faults.py."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable
from datetime import timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.device_side import DeviceIdentity
from sync.device_store import TimeFix
from sync.errors import OfficeRefused, OfficeUnreachable, ReplyNotTrusted
from sync.records import CodeKeyRenewed, DocumentDue, DocumentWithdrawn, EventKind
from sync.sealed_box import open_code_key
from tests.sync.conftest import NOW
from tests.sync.faulty_transport import Fault
from tests.sync.pair import Pair

PDF = b"%PDF-1.7 " + bytes(range(256)) * 40


def test_a_document_and_its_pdf_come_down(pair: Pair) -> None:
    record = pair.due(1, PDF)
    report = pair.device.exchange()
    assert (report.rows, report.blobs_down, report.problems) == (1, 1, ())
    assert [row.record for row in pair.store.applied] == [record]
    assert pair.store.pdfs == {record.pdf_sha256: PDF}
    assert pair.device.exchange().rows == 0


def test_more_rows_than_one_poll_carries_come_in_order(pair: Pair) -> None:
    for number in range(1, 121):
        pair.ledger.push(pair.kiosk_id, DocumentWithdrawn(f"{number:032x}", "cancelled"))
    assert pair.device.exchange().rows == 120
    assert [row.counter for row in pair.store.applied] == list(range(1, 121))


def test_a_pdf_longer_than_one_reply_comes_down_whole(pair: Pair) -> None:
    pdf = b"%PDF-1.7 " + bytes(2_500_000)
    record = pair.due(1, pdf)
    assert pair.device.exchange().problems == ()
    assert pair.store.pdfs[record.pdf_sha256] == pdf


def test_signed_pdfs_go_up_before_the_events_that_name_them(pair: Pair) -> None:
    pair.store.sign("01" * 16, PDF, NOW)
    report = pair.device.exchange()
    assert (report.blobs_up, report.events_up, report.problems) == (1, 1, ())
    books = pair.ledger.kiosks[pair.kiosk_id]
    assert list(books.blobs.values()) == [PDF]
    assert books.events == pair.store.journal
    assert pair.store.queue_lengths() == (0, 0)
    order = [request.url.path.split("/")[3] for request in pair.network.requests]
    assert order.index("blob") < order.index("events")


def test_a_large_pdf_goes_up_in_pieces_of_64_kib(pair: Pair) -> None:
    pdf = b"%PDF-1.7 " + bytes(300 * 1024)
    pair.store.sign("01" * 16, pdf, NOW)
    pair.device.exchange()
    pieces = [len(request.content) for request in pair.network.requests if request.method == "PUT"]
    assert pieces == [65536, 65536, 65536, 65536, len(pdf) - 4 * 65536]
    assert list(pair.ledger.kiosks[pair.kiosk_id].blobs.values()) == [pdf]


def test_an_upload_goes_on_where_it_was_cut(pair: Pair) -> None:
    pdf = b"%PDF-1.7 " + bytes(300 * 1024)
    pair.store.sign("01" * 16, pdf, NOW)
    # time, poll, upload state, two pieces arrive, the third is lost
    pair.with_faults([Fault.NONE] * 5 + [Fault.LOSE_REQUEST])
    with pytest.raises(OfficeUnreachable):
        pair.device.exchange()
    before = len(pair.network.requests)
    pair.start_device().exchange()
    again = [r for r in pair.network.requests[before:] if r.method == "PUT"]
    assert [request.url.params["offset"] for request in again] == ["131072", "196608", "262144"]
    assert list(pair.ledger.kiosks[pair.kiosk_id].blobs.values()) == [pdf]


def test_more_events_than_one_message_carries_go_up_in_order(pair: Pair) -> None:
    for _ in range(250):
        pair.store.note(EventKind.VERIFIED, None, NOW, {"outcome": "genuine"})
    assert pair.device.exchange().events_up == 250
    assert pair.ledger.kiosks[pair.kiosk_id].events == pair.store.journal


def test_a_pdf_lost_at_head_office_is_sent_again_before_its_event(pair: Pair) -> None:
    pair.store.sign("01" * 16, PDF, NOW)
    pair.store.waiting_blobs.clear()
    report = pair.device.exchange()
    assert (report.blobs_up, report.events_up) == (1, 1)
    assert list(pair.ledger.kiosks[pair.kiosk_id].blobs.values()) == [PDF]


def test_a_document_head_office_cannot_find_does_not_keep_signed_ones_back(pair: Pair) -> None:
    pair.due(1, PDF)
    pair.ledger.kiosks[pair.kiosk_id].due_blobs.clear()
    pair.store.sign("02" * 16, b"%PDF-1.7 signed", NOW)
    report = pair.device.exchange()
    assert report.problems == ("blob_unknown",)
    assert report.events_up == 1
    assert pair.store.pdfs == {}


def test_a_pdf_other_than_the_one_named_is_not_stored(pair: Pair) -> None:
    record = pair.due(1, PDF)
    pair.ledger.kiosks[pair.kiosk_id].due_blobs[record.pdf_sha256] = PDF[:-1] + b"!"
    report = pair.device.exchange()
    assert report.problems == ("blob_hash_mismatch",)
    assert pair.store.pdfs == {}


def test_a_signed_pdf_damaged_on_the_kiosk_is_dropped_and_its_event_waits(pair: Pair) -> None:
    pair.store.note(EventKind.VERIFIED, None, NOW, {"outcome": "genuine"})
    pair.store.sign("02" * 16, PDF, NOW)
    sha256 = hashlib.sha256(PDF).hexdigest()
    pair.store.signed[sha256] = PDF[:-1] + b"!"
    report = pair.device.exchange()
    assert report.problems == ("blob_hash_mismatch",)
    assert report.events_up == 1
    assert pair.ledger.kiosks[pair.kiosk_id].blobs == {}
    assert pair.store.queue_lengths() == (1, 1)


def test_a_new_code_key_opens_with_the_kiosks_key_only(pair: Pair) -> None:
    record = pair.due(1, PDF)
    pair.device.exchange()
    got = pair.store.applied[0].record
    assert isinstance(got, DocumentDue)
    key = open_code_key(
        pair.keys.box, got.sealed_code_key, pair.kiosk_id, got.signer_id, got.document_id, 1
    )
    assert key == bytes(32)
    renewed = CodeKeyRenewed(record.document_id, record.signer_id, 2, record.sealed_code_key)
    pair.ledger.push(pair.kiosk_id, renewed)
    pair.device.exchange()
    assert pair.store.applied[1].record == renewed


def test_a_code_can_be_asked_for_without_an_exchange_before(pair: Pair) -> None:
    result = pair.device.request_code("01" * 16)
    assert (result.sent, result.channel, result.masked_contact) == (True, "sms", "+48 *** *** 123")
    assert pair.ledger.kiosks[pair.kiosk_id].codes_sent == ["01" * 16]


def test_time_comes_signed_and_serves_a_kiosk_whose_clock_is_wrong(pair: Pair) -> None:
    pair.clock.offset = timedelta(days=-3000)
    pair.due(1, PDF)
    assert pair.device.exchange().rows == 1
    assert pair.store.fixes[0].office_now == NOW


def test_a_clock_set_right_by_the_answer_does_not_confuse_the_signatures(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.clock.offset = timedelta(days=-3000)
    record_time = pair.store.record_time

    def set_the_clock(fix: TimeFix) -> None:
        record_time(fix)
        pair.clock.offset = timedelta()

    monkeypatch.setattr(pair.store, "record_time", set_the_clock)
    pair.due(1, PDF)
    assert pair.device.exchange().problems == ()
    assert len(pair.store.pdfs) == 1


def test_a_code_can_be_asked_for_by_a_device_that_stood_for_days(pair: Pair) -> None:
    assert pair.device.request_code("01" * 16).sent
    pair.clock.moment += timedelta(days=3)
    pair.clock.offset = timedelta(hours=-5)
    assert pair.device.request_code("01" * 16).sent


def test_a_full_disk_for_pdfs_does_not_keep_signed_ones_back(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(sha256: str, size: int, chunks: Iterable[bytes]) -> None:
        for _ in chunks:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pair.store, "put_blob", full)
    pair.due(1, PDF)
    pair.store.sign("02" * 16, PDF, NOW)
    report = pair.device.exchange()
    assert (report.problems, report.events_up) == (("blob_not_stored",), 1)


def test_a_row_the_kiosk_trips_over_does_not_keep_signed_pdfs_back(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def trip(rows: object, cursor: int) -> None:
        raise ZeroDivisionError("Jan Kowalski")

    monkeypatch.setattr(pair.store, "apply", trip)
    pair.due(1, PDF)
    pair.store.sign("02" * 16, PDF, NOW)
    report = pair.device.exchange()
    assert (report.problems, report.blobs_up, report.events_up) == (("sync_fault",), 1, 1)
    assert pair.store.cursor() == 0
    assert "ZeroDivisionError" in caplog.text
    assert "Kowalski" not in caplog.text


def test_a_signed_pdf_gone_from_the_disk_does_not_keep_others_back(pair: Pair) -> None:
    pair.store.sign("01" * 16, PDF, NOW)
    pair.store.sign("02" * 16, PDF + b"2", NOW)
    del pair.store.signed[hashlib.sha256(PDF).hexdigest()]
    report = pair.device.exchange()
    assert report.problems == ("blob_lost",)
    assert report.blobs_up == 1
    assert list(pair.ledger.kiosks[pair.kiosk_id].blobs.values()) == [PDF + b"2"]


def test_a_restored_kiosk_raises_its_counter_and_goes_on(pair: Pair) -> None:
    pair.store.note(EventKind.VERIFIED, None, NOW, {"outcome": "genuine"})
    pair.device.exchange()
    pair.store.nonce = 0
    pair.due(1, PDF)
    assert pair.start_device().exchange().rows == 1


def test_a_revoked_kiosk_is_told_so_and_gets_nothing(pair: Pair) -> None:
    pair.due(1, PDF)
    pair.ledger.revoke(pair.kiosk_id)
    before = pair.store.picture()
    with pytest.raises(OfficeRefused) as refused:
        pair.device.exchange()
    assert refused.value.code == "kiosk_revoked"
    assert pair.store.picture() == before


def test_a_head_office_with_another_key_is_not_believed(pair: Pair, tmp_path: object) -> None:
    pair.due(1, PDF)
    pair.identity = DeviceIdentity(pair.kiosk_id, pair.keys.sync, bytes(range(32)))
    before = pair.store.picture()
    with pytest.raises(ReplyNotTrusted):
        pair.start_device().exchange()
    assert pair.store.picture() == before


def test_last_contact_is_written_at_most_every_ten_minutes(pair: Pair) -> None:
    for _ in range(3):
        pair.device.exchange()
    pair.clock.moment += timedelta(minutes=11)
    pair.device.exchange()
    assert [at for _, at in pair.ledger.seen_at] == [NOW, NOW + timedelta(minutes=11)]


def test_a_poll_without_news_writes_nothing_at_head_office(pair: Pair) -> None:
    pair.device.exchange()
    before = pair.ledger.picture()
    pair.device.exchange()
    assert pair.ledger.picture() == before


def test_a_time_that_was_held_back_on_the_way_is_not_believed(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_on = pair.network.handle_request

    def held_back(request: httpx.Request) -> httpx.Response:
        answer = hand_on(request)
        pair.clock.moment += timedelta(minutes=30)
        return answer

    monkeypatch.setattr(pair.network, "handle_request", held_back)
    with pytest.raises(OfficeUnreachable):
        pair.device.exchange()
    with pytest.raises(OfficeUnreachable):
        pair.device.request_code("01" * 16)
    assert pair.store.fixes == []


def test_the_device_keeps_head_offices_box_key_and_follows_to_another(pair: Pair) -> None:
    pair.device.exchange()
    assert pair.store.box_key == pair.office_box.public_key().public_bytes_raw()
    pair.office_box = X25519PrivateKey.generate()
    pair.device.exchange()
    assert pair.store.box_key == pair.office_box.public_key().public_bytes_raw()


def test_the_device_hears_whether_drawings_are_recorded(pair: Pair) -> None:
    for wanted in (False, True, True, False):
        pair.ledger.strokes_wanted = wanted
        pair.device.exchange()
        assert pair.store.strokes_wanted is wanted
