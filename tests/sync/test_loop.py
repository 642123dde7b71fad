"""The background thread: its status, its waits, its end. On a real server where threads matter."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from waitress.server import create_server

from sync.device_side import make_http_client
from sync.loop import SyncLoop
from sync.records import EventKind
from tests.sync import pair as pair_module
from tests.sync.conftest import NOW
from tests.sync.faulty_transport import Fault
from tests.sync.pair import Pair

PDF = b"%PDF-1.7 " + bytes(400_000)


def loop_of(pair: Pair) -> SyncLoop:
    return SyncLoop(pair.device, pair.store, pair.clock, random.Random(1))


def test_the_status_tells_success_and_what_waits(pair: Pair) -> None:
    pair.store.sign("01" * 16, PDF, NOW)
    loop = loop_of(pair)
    assert loop.status().last_success is None
    assert (loop.status().queued_blobs, loop.status().queued_events) == (1, 1)
    assert 48 <= loop.exchange_once() <= 72
    status = loop.status()
    assert (status.last_success, status.last_error, status.failures) == (NOW, None, 0)
    assert (status.queued_blobs, status.queued_events) == (0, 0)
    assert status.running is False


def test_failures_are_counted_named_and_forgotten_after_a_success(pair: Pair) -> None:
    loop = loop_of(pair)
    pair.with_faults([Fault.LOSE_REQUEST, Fault.GATEWAY, Fault.CORRUPT_REPLY])
    assert 1 <= loop.exchange_once() <= 5
    assert (loop.status().last_error, loop.status().failures) == ("office_unreachable", 1)
    assert 1 <= loop.exchange_once() <= 10
    loop.exchange_once()
    assert (loop.status().last_error, loop.status().failures) == ("reply_not_trusted", 3)
    loop.exchange_once()
    assert (loop.status().last_error, loop.status().failures) == (None, 0)


def test_a_problem_with_one_thing_is_shown_though_the_rest_went_well(pair: Pair) -> None:
    pair.due(1, PDF)
    pair.ledger.kiosks[pair.kiosk_id].due_blobs.clear()
    loop = loop_of(pair)
    loop.exchange_once()
    assert (loop.status().last_error, loop.status().failures) == ("blob_unknown", 0)


def test_a_fault_of_our_own_does_not_end_the_loop(
    pair: Pair, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disk_full() -> int:
        raise OSError("/home/kiosk/Jan Kowalski")

    loop = loop_of(pair)
    with monkeypatch.context() as patch:
        patch.setattr(pair.store, "next_nonce", disk_full)
        loop.exchange_once()
    assert loop.status().last_error == "sync_fault"
    assert "Kowalski" not in caplog.text
    loop.exchange_once()
    assert loop.status().last_error is None


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """The pair with head office on a real waitress server on loopback."""
    with Pair(NOW, tmp_path / "trust") as pair:
        server = create_server(pair.app, host="127.0.0.1", port=0, threads=2)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.effective_port}"
        monkeypatch.setattr(pair_module, "OFFICE_URL", url)
        with make_http_client() as http:
            pair.http = http
            pair.start_device()
            yield pair
        server.close()
        thread.join(5)


def test_the_thread_carries_everything_over_a_real_server(
    served: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = served.due(1, PDF)
    served.store.sign("02" * 16, PDF + b"signed", NOW)
    arrived = threading.Event()
    acknowledge = served.store.acknowledge_events

    def note(upto: int) -> None:
        acknowledge(upto)
        arrived.set()

    monkeypatch.setattr(served.store, "acknowledge_events", note)
    loop = loop_of(served)
    loop.start()
    assert arrived.wait(20)
    arrived.clear()
    served.store.note(EventKind.VERIFIED, None, NOW, {"outcome": "genuine"})
    loop.wake()
    assert arrived.wait(20)
    loop.stop()
    assert served.store.pdfs == {record.pdf_sha256: PDF}
    books = served.ledger.kiosks[served.kiosk_id]
    assert books.events == served.store.journal
    assert list(books.blobs.values()) == [PDF + b"signed"]


def test_a_body_cut_by_a_lost_connection_changes_nothing(served: Pair) -> None:
    import socket
    from urllib.parse import urlsplit

    address = urlsplit(pair_module.OFFICE_URL)
    before = served.ledger.picture()
    with socket.create_connection((address.hostname, address.port or 80), timeout=5) as link:
        link.sendall(
            b"PUT /sync/v1/blob/" + b"0" * 64 + b"?size=10&offset=0 HTTP/1.1\r\n"
            b"Host: x\r\nContent-Length: 10\r\n\r\n%PDF"
        )
        link.shutdown(socket.SHUT_WR)
        link.recv(100)
    assert served.ledger.picture() == before


def test_the_real_server_refuses_a_body_without_length(served: Pair) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"{}"

    reply = httpx.post(f"{pair_module.OFFICE_URL}/sync/v1/events", content=pieces())
    assert reply.status_code in (401, 411)
    assert reply.json()["code"] in ("signature_missing", "length_missing")
