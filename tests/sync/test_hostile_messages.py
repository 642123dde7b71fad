"""What somebody may send who recorded everything, or who holds a kiosk's key and means harm."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.device_side import Device
from sync.message_views import MessageView
from sync.records import DocumentWithdrawn, EventKind
from sync.request_signature import sign_request
from tests.sync.conftest import NOW
from tests.sync.pair import OFFICE_URL, Pair

PDF = b"%PDF-1.7 " + bytes(300_000)
PATHS = ["/time", "/poll", "/events", "/code-requests", "/enrolment", "/", "/x"]
PATHS += [f"/{name}/{sha}" for name in ("blob", "upload") for sha in ("0" * 64, "x", "0" * 65)]


@pytest.fixture(scope="module")
def lasting() -> Iterator[Pair]:
    """One pair for many messages."""
    with tempfile.TemporaryDirectory() as folder, Pair(NOW, Path(folder) / "trust") as pair:
        yield pair


def a_days_work(pair: Pair) -> None:
    pair.due(1, PDF)
    pair.ledger.push(pair.kiosk_id, DocumentWithdrawn("ee" * 16, "moved"))
    pair.store.note(EventKind.CEREMONY_STARTED, "01" * 16, NOW)
    pair.store.sign("01" * 16, PDF + b"signed", NOW)
    pair.device.exchange()
    pair.device.request_code("01" * 16)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.randoms(use_true_random=False))
def test_a_recorded_day_played_back_in_any_order_changes_nothing(chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder, Pair(NOW, Path(folder) / "trust") as pair:
        a_days_work(pair)
        recorded = list(pair.network.requests)
        before = pair.ledger.picture()
        chance.shuffle(recorded)
        for request in recorded:
            copy = httpx.Request(
                request.method, request.url, headers=request.headers, content=request.content
            )
            pair.wsgi.handle_request(copy).read()
        assert pair.ledger.picture() == before


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH"]),
    path=st.sampled_from(PATHS),
    query=st.dictionaries(
        st.sampled_from(["cursor", "offset", "size", "x"]),
        st.integers(-(2**70), 2**70).map(str) | st.text(max_size=5),
        max_size=3,
    ),
    body=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.dictionaries(
                st.sampled_from(["events", "document_id", "kind", "body", "keys", "mac"]), inner
            )
            | st.lists(inner)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)
def test_a_well_signed_message_of_nonsense_gets_a_code_and_changes_nothing(
    lasting: Pair, method: str, path: str, query: dict[str, str], body: bytes
) -> None:
    lasting.clock.moment = NOW
    address = httpx.URL(f"{OFFICE_URL}/sync/v1{path}", params=query)
    view = MessageView(method, address.path, address.query.decode())
    nonce = lasting.ledger.kiosks[lasting.kiosk_id].keys.last_nonce + 1
    sign_request(
        view, body, kiosk_id=lasting.kiosk_id, nonce=nonce, created=NOW, key=lasting.keys.sync
    )
    books = lasting.ledger.kiosks[lasting.kiosk_id]
    before = repr([books.rows, books.blobs, books.events, books.codes_sent])
    client = httpx.Client(transport=lasting.wsgi)
    reply = client.request(method, address, headers=view.headers, content=body)
    assert repr([books.rows, books.blobs, books.events, books.codes_sent]) == before
    assert reply.status_code in (200, 400, 401, 404, 409, 411, 413, 422, 429)
    if reply.status_code != 200:
        assert set(reply.json()) == {
            "code",
            "sentence",
            "next_step",
            "retry_after_seconds",
            "last_nonce",
        }


def test_a_code_request_in_the_middle_of_an_exchange_disturbs_neither(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client asks for a code while a large PDF goes up: the counters overtake each other."""
    asker = Device(
        pair.store,
        pair.identity,
        OFFICE_URL,
        httpx.Client(transport=pair.wsgi),
        pair.clock,
        pair.trust_folder,
        b"{}",
    )
    take_nonce = pair.ledger.take_nonce
    clients = iter([True, False, False, False] * 100)

    def take_after_a_client(kiosk_id: str, nonce: int) -> bool:
        if next(clients):
            assert asker.request_code("01" * 16).sent
        return take_nonce(kiosk_id, nonce)

    pair.store.sign("01" * 16, PDF, NOW)
    monkeypatch.setattr(pair.ledger, "take_nonce", take_after_a_client)
    report = pair.device.exchange()
    assert (report.blobs_up, report.events_up, report.problems) == (1, 1, ())
    assert list(pair.ledger.kiosks[pair.kiosk_id].blobs.values()) == [PDF]
