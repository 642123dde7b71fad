"""What head office refuses, with which code, and that a refused message changes nothing."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.message_views import MessageView, ReplyView
from sync.office_requests import BURST_REQUESTS
from sync.records import EventKind, JournalEvent
from sync.request_signature import sign_request, verify_reply
from sync.strict_json import canonical_bytes
from tests.sync.conftest import NOW
from tests.sync.pair import OFFICE_URL, Pair

PDF = b"%PDF-1.7 signed"
SHA = hashlib.sha256(PDF).hexdigest()


class Caller:
    """Sends requests as the kiosk, right or wrong in exactly one way."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.nonce = 100

    def make(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        query: str = "",
        *,
        nonce: int | None = None,
        age: timedelta = timedelta(),
        key: Ed25519PrivateKey | None = None,
        kiosk_id: str | None = None,
    ) -> MessageView:
        self.nonce += 1
        view = MessageView(method, f"/sync/v1{path}", query)
        sign_request(
            view,
            body,
            kiosk_id=kiosk_id or self.pair.kiosk_id,
            nonce=self.nonce if nonce is None else nonce,
            created=NOW - age,
            key=key or self.pair.keys.sync,
        )
        return view

    def send(self, view: MessageView, body: bytes = b"") -> httpx.Response:
        url = OFFICE_URL + view.path + (f"?{view.query}" if view.query else "")
        client = httpx.Client(transport=self.pair.wsgi)
        return client.request(view.method, url, headers=view.headers, content=body)

    def refused(self, view: MessageView, body: bytes = b"") -> tuple[int, str]:
        """Send and give status and code; checks the reply's form and that nothing changed."""
        before = self.books_without_counter()
        reply = self.send(view, body)
        assert self.books_without_counter() == before
        error = json.loads(reply.content)
        assert set(error) == {"code", "sentence", "next_step", "retry_after_seconds", "last_nonce"}
        assert error["sentence"].endswith(".")
        assert error["next_step"]
        return reply.status_code, error["code"]

    def books_without_counter(self) -> Any:
        books = self.pair.ledger.kiosks[self.pair.kiosk_id]
        return repr([books.rows, books.blobs, books.pieces, books.events, books.codes_sent])


@pytest.fixture
def caller(pair: Pair) -> Caller:
    return Caller(pair)


def event(pair: Pair, sequence: int, **changes: Any) -> dict[str, Any]:
    made = JournalEvent(
        kiosk_id=pair.kiosk_id,
        sequence=sequence,
        kind=EventKind.VERIFIED,
        document_id=None,
        at=NOW,
        time_quality=1,
        boot_id="b" * 32,
        body={"outcome": "genuine"},
    ).to_json()
    return {**made, **changes}


def events_body(*events: dict[str, Any]) -> bytes:
    return canonical_bytes({"events": list(events)})


def test_a_replayed_upload_is_refused(caller: Caller) -> None:
    view = caller.make("PUT", f"/blob/{SHA}", PDF, f"size={len(PDF)}&offset=0")
    assert caller.send(view, PDF).status_code == 200
    assert caller.refused(view, PDF) == (409, "nonce_not_rising")


def test_a_replayed_code_request_sends_no_second_code(caller: Caller) -> None:
    body = canonical_bytes({"document_id": "01" * 16, "signer_id": ""})
    view = caller.make("POST", "/code-requests", body)
    assert caller.send(view, body).status_code == 200
    assert caller.refused(view, body) == (409, "nonce_not_rising")


def test_reordered_requests_are_refused_and_told_the_counter(caller: Caller) -> None:
    first_body, second_body = events_body(event(caller.pair, 1)), events_body()
    first = caller.make("POST", "/events", first_body)
    second = caller.make("POST", "/events", second_body)
    assert caller.send(second, second_body).status_code == 200
    reply = caller.send(first, first_body)
    assert json.loads(reply.content)["last_nonce"] == 102
    assert caller.pair.ledger.kiosks[caller.pair.kiosk_id].events == []


def test_a_poll_with_a_counter_already_taken_is_refused(caller: Caller) -> None:
    body = events_body()
    assert caller.send(caller.make("POST", "/events", body), body).status_code == 200
    assert caller.refused(caller.make("GET", "/poll", query="cursor=0", nonce=101)) == (
        409,
        "nonce_not_rising",
    )


def test_a_cut_or_changed_body_is_refused(caller: Caller) -> None:
    body = events_body(event(caller.pair, 1))
    for wrong in (body[:-1], body.replace(b"genuine", b"altered"), b""):
        view = caller.make("POST", "/events", body)
        assert caller.refused(view, wrong) == (400, "digest_mismatch")


def test_a_request_signed_with_another_key_is_refused(caller: Caller) -> None:
    body = events_body(event(caller.pair, 1))
    view = caller.make("POST", "/events", body, key=Ed25519PrivateKey.generate())
    assert caller.refused(view, body) == (401, "signature_invalid")


def test_a_request_signed_for_another_path_query_or_method_is_refused(caller: Caller) -> None:
    view = caller.make("GET", "/poll", query="cursor=5")
    view.query = "cursor=0"
    assert caller.refused(view) == (401, "signature_invalid")
    view = caller.make("GET", f"/upload/{SHA}", query="size=5")
    view.path = f"/sync/v1/blob/{SHA}"
    assert caller.refused(view) == (401, "signature_invalid")
    view = caller.make("GET", f"/blob/{SHA}", query="size=15&offset=0")
    view.method = "PUT"
    assert caller.refused(view) == (401, "signature_invalid")


def test_an_unknown_kiosk_is_refused(caller: Caller) -> None:
    view = caller.make("GET", "/time", kiosk_id="kiosk-99")
    assert caller.refused(view) == (401, "kiosk_unknown")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Signature", None, "signature_missing"),
        ("Signature-Input", None, "signature_malformed"),
        ("Signature-Input", "sygnet=", "signature_malformed"),
        ("Signature-Input", "x" * 2000, "signature_malformed"),
        ("Signature", "sygnet=:AAAA:", "signature_invalid"),
        ("Signature", "sygnet=:not base64:", "signature_malformed"),
    ],
)
def test_malformed_signature_fields_are_refused(
    caller: Caller, name: str, value: str | None, code: str
) -> None:
    view = caller.make("GET", "/time")
    if value is None:
        del view.headers[name]
    else:
        view.headers[name] = value
    assert caller.refused(view) == (401, code)


def test_a_signature_that_covers_less_is_refused(caller: Caller) -> None:
    from http_message_signatures import HTTPMessageSigner, MappingKeyResolver, algorithms

    keys = MappingKeyResolver(
        public_keys={}, private_keys={caller.pair.kiosk_id: caller.pair.keys.sync}
    )
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    view = MessageView("GET", "/sync/v1/time", "")
    signer.sign(
        view,
        key_id=caller.pair.kiosk_id,
        created=NOW,
        nonce="200",
        label="sygnet",
        tag="sygnet-sync-v1",
        covered_component_ids=("@method", "@path"),
    )
    assert caller.refused(view) == (401, "signature_malformed")


def test_an_old_request_is_refused_but_the_time_is_told(caller: Caller) -> None:
    view = caller.make("GET", "/poll", query="cursor=0", age=timedelta(minutes=6))
    assert caller.refused(view) == (401, "clock_skew")
    view = caller.make("GET", "/poll", query="cursor=0", age=timedelta(minutes=-6))
    assert caller.refused(view) == (401, "clock_skew")
    view = caller.make("GET", "/time", age=timedelta(days=4000))
    assert caller.send(view).status_code == 200


def test_an_oversized_body_is_refused(caller: Caller) -> None:
    body = bytes(256 * 1024 + 1)
    view = caller.make("PUT", f"/blob/{SHA}", body, f"size={len(body)}&offset=0")
    assert caller.refused(view, body) == (413, "too_large")
    view = caller.make("GET", "/poll", b"x", "cursor=0")
    assert caller.refused(view, b"x") == (413, "too_large")


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("size=0&offset=0", 400, "message_malformed"),
        ("size=15", 400, "message_malformed"),
        ("size=15&offset=-1", 400, "message_malformed"),
        ("size=15&offset=1", 400, "piece_malformed"),
        ("size=14&offset=0", 400, "piece_malformed"),
        ("size=999999999&offset=0", 413, "blob_too_large"),
    ],
)
def test_a_wrong_upload_is_refused(caller: Caller, query: str, status: int, code: str) -> None:
    view = caller.make("PUT", f"/blob/{SHA}", PDF, query)
    assert caller.refused(view, PDF) == (status, code)


def test_an_upload_under_another_name_is_refused(caller: Caller) -> None:
    view = caller.make("PUT", f"/blob/{'0' * 64}", PDF, f"size={len(PDF)}&offset=0")
    assert caller.refused(view, PDF) == (422, "blob_hash_mismatch")
    view = caller.make("PUT", "/blob/nonsense", PDF, f"size={len(PDF)}&offset=0")
    assert caller.refused(view, PDF) == (400, "message_malformed")


def test_a_piece_after_a_gap_is_refused(caller: Caller) -> None:
    piece = bytes(65536)
    view = caller.make("PUT", f"/blob/{SHA}", piece, "size=300000&offset=65536")
    assert caller.refused(view, piece) == (409, "offset_gap")


def test_pieces_that_do_not_make_the_named_blob_are_dropped(caller: Caller) -> None:
    blob = bytes(300_000)
    name = hashlib.sha256(blob).hexdigest()
    for offset in range(0, len(blob), 65536):
        piece = blob[offset : offset + 65536]
        last = offset + 65536 >= len(blob)
        sent = b"!" + piece[1:] if last else piece
        view = caller.make("PUT", f"/blob/{name}", sent, f"size={len(blob)}&offset={offset}")
        reply = caller.send(view, sent)
    assert (reply.status_code, json.loads(reply.content)["code"]) == (422, "blob_hash_mismatch")
    books = caller.pair.ledger.kiosks[caller.pair.kiosk_id]
    assert (books.blobs, books.pieces) == ({}, {})


def test_a_document_of_another_kiosk_cannot_be_fetched(caller: Caller) -> None:
    view = caller.make("GET", f"/blob/{SHA}", query="offset=0")
    assert caller.refused(view) == (404, "blob_unknown")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"events":[]',
        b'{"events":[],"events":[]}',
        b'{"events":[],"more":1}',
        b'{"events":[1.5]}',
        b'{"events":["\\ud800"]}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_is_not_the_message_is_refused(caller: Caller, body: bytes) -> None:
    view = caller.make("POST", "/events", body)
    assert caller.refused(view, body) == (400, "message_malformed")


def test_wrong_events_are_refused_whole(caller: Caller) -> None:
    pair = caller.pair
    wrong: list[tuple[list[dict[str, Any]], tuple[int, str]]] = [
        ([event(pair, 1, kiosk_id="kiosk-2")], (400, "message_malformed")),
        ([event(pair, 1), event(pair, 3)], (400, "message_malformed")),
        ([event(pair, 2), event(pair, 1)], (400, "message_malformed")),
        ([event(pair, 1, kind="unheard_of")], (400, "record_unknown")),
        ([event(pair, 1, at="2026-11-24")], (400, "message_malformed")),
        ([event(pair, 1, body={"outcome": "fine"})], (400, "message_malformed")),
        ([event(pair, 1, body={"outcome": "genuine", "x": [1]})], (400, "message_malformed")),
        ([event(pair, 1, kind="client_signed", body={})], (400, "message_malformed")),
        ([event(pair, 1, extra=1)], (400, "message_malformed")),
        ([event(pair, 5)], (409, "events_gap")),
    ]
    for events, expected in wrong:
        body = events_body(*events)
        assert caller.refused(caller.make("POST", "/events", body), body) == expected


def test_two_different_events_with_one_number_are_a_conflict(caller: Caller) -> None:
    body = events_body(event(caller.pair, 1))
    assert caller.send(caller.make("POST", "/events", body), body).status_code == 200
    assert caller.send(caller.make("POST", "/events", body), body).status_code == 200
    body = events_body(event(caller.pair, 1, body={"outcome": "altered"}))
    view = caller.make("POST", "/events", body)
    assert caller.refused(view, body) == (409, "event_conflict")


def test_an_event_without_its_blob_waits_and_those_before_it_are_taken(caller: Caller) -> None:
    pair = caller.pair
    signed = event(
        pair,
        2,
        kind="client_signed",
        document_id="01" * 16,
        body={
            "pdf_sha256": SHA,
            "pdf_bytes": len(PDF),
            "covered_sha256": "c" * 64,
            "certificate_sequence": 1,
        },
    )
    body = events_body(event(pair, 1), signed, event(pair, 3))
    reply = caller.send(caller.make("POST", "/events", body), body)
    assert json.loads(reply.content) == {"acknowledged": 1, "missing_blobs": [SHA]}


def test_a_kiosk_that_comes_too_often_is_told_when_to_come_again(caller: Caller) -> None:
    for _ in range(BURST_REQUESTS):
        caller.send(caller.make("GET", "/time"))
    reply = caller.send(caller.make("GET", "/time"))
    assert reply.status_code == 429
    assert reply.headers["Retry-After"] == "1"
    assert json.loads(reply.content)["retry_after_seconds"] == 1


def test_an_address_where_nothing_is_says_so(caller: Caller) -> None:
    assert caller.refused(caller.make("GET", "/nothing")) == (404, "not_found")
    assert caller.refused(caller.make("DELETE", "/time")) == (404, "not_found")


def test_even_a_refusal_is_signed_and_bound_to_its_request(caller: Caller) -> None:
    view = caller.make("GET", "/poll", query="cursor=0", kiosk_id="kiosk-99")
    reply = caller.send(view)
    reply_view = ReplyView(reply.status_code, view, dict(reply.headers))
    verify_reply(reply_view, reply.content, caller.pair.office_key.public_key())


def test_a_fault_of_head_office_is_json_and_names_no_details(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> int:
        raise RuntimeError("Jan Kowalski, +48 600 700 800")

    monkeypatch.setattr(caller.pair.ledger, "trust_version", broken)
    assert caller.refused(caller.make("GET", "/poll", query="cursor=0")) == (503, "office_failed")
    assert "RuntimeError" in caplog.text
    assert "Kowalski" not in caplog.text
