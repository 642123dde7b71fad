"""Records and strict JSON: what is written reads back the same, and nothing else is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import MessageMalformed
from sync.messages import CodeRequestResult, ErrorReply, EventsReply, PollReply, UploadReply
from sync.records import (
    CodeKeyRenewed,
    DirectorFacts,
    DocumentDue,
    DocumentWithdrawn,
    DownRow,
    DueClient,
    EventKind,
    JournalEvent,
    KeysWanted,
    SignedClient,
)
from sync.strict_json import MAX_DEPTH, MAX_INTEGER, Fields, canonical_bytes, parse_object

MANY_BYTES = 1_000_000
texts = st.text(max_size=80)
hex16 = st.binary(min_size=16, max_size=16).map(bytes.hex)
hex32 = st.binary(min_size=32, max_size=32).map(bytes.hex)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - next line
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)
one_due = st.builds(
    DocumentDue,
    document_id=hex16,
    number=texts,
    short_number=st.from_regex(r"[0-9]{7}", fullmatch=True),
    title=texts,
    language=st.sampled_from(["pl", "en", "de", "uk"]),
    plan=st.dictionaries(texts, json_values, max_size=3),
    signer_id=st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True),
    client_name=texts,
    masked_contact=texts,
    channel=st.sampled_from(["sms", "email"]),
    client_index=st.just(0),
    pdf_sha256=hex32,
    pdf_bytes=st.integers(1, 1000),
    pages=st.integers(1, 500),
    link_hash=hex32,
    deadline=st.none() | moments,
    code_generation=st.integers(1, 9),
    sealed_code_key=st.binary(max_size=100),
    director=st.builds(DirectorFacts, texts, st.integers(0, 9), moments),
    base_sha256=st.just("") | hex32,
    following=st.lists(
        st.builds(
            DueClient,
            st.just("s-2"),
            texts,
            texts,
            st.sampled_from(["sms", "email"]),
            hex32,
            st.integers(1, 9),
            st.binary(max_size=100),
        ),
        max_size=2,
    ).map(tuple),
    identity=st.sampled_from(["code", "code_or_staff", "staff"]),
)


@st.composite
def due_documents(draw: st.DrawFn) -> DocumentDue:
    """Due for its first client, or for a later one after some have signed."""
    turn = st.builds(
        SignedClient,
        method=st.integers(0, 99),
        proof=st.integers(0, 99),
        signed_at=moments,
        time_quality=st.integers(0, 1),
        kiosk_name=texts,
        pages_shown=st.integers(0, 500),
        pages_total=st.integers(1, 500),
        seconds_reading=st.integers(0, 9999),
        consent_version=st.just("2026-1"),
        language=st.sampled_from(["pl", "uk"]),
    )
    signed = tuple(draw(st.lists(turn, max_size=3)))
    return replace(draw(one_due), client_index=len(signed), signed=signed)


due = due_documents()
rows = st.builds(
    DownRow,
    counter=st.integers(1, MAX_INTEGER),
    record=due
    | st.builds(DocumentWithdrawn, hex16, st.just("cancelled"))
    | st.builds(CodeKeyRenewed, hex16, st.just("s"), st.integers(1, 9), st.binary(max_size=99))
    | st.builds(KeysWanted, st.integers(2, 9999)),
)
events = st.builds(
    JournalEvent,
    kiosk_id=st.just("kiosk-1"),
    sequence=st.integers(1, MAX_INTEGER),
    kind=st.just(EventKind.VERIFIED),
    document_id=st.none() | hex16,
    at=moments,
    time_quality=st.integers(0, 1),
    boot_id=hex16,
    body=st.dictionaries(st.just("outcome"), st.just("genuine"), min_size=1),
)


@given(row=rows)
def test_rows_survive_the_way_through_json(row: DownRow) -> None:
    data = canonical_bytes(row.to_json())
    again = DownRow.from_json(parse_object(data, MANY_BYTES))
    assert again == row
    assert canonical_bytes(again.to_json()) == data


@given(event=events)
def test_events_survive_the_way_through_json(event: JournalEvent) -> None:
    again = JournalEvent.from_json(parse_object(event.canonical(), MANY_BYTES))
    assert again == event
    assert again.canonical() == event.canonical()


@given(value=st.dictionaries(texts, json_values, max_size=4))
def test_canonical_bytes_read_back_as_the_same_value(value: dict[str, Any]) -> None:
    data = canonical_bytes(value)
    assert parse_object(data, MANY_BYTES) == value
    assert canonical_bytes(parse_object(data, MANY_BYTES)) == data


def test_canonical_bytes_have_one_form() -> None:
    value = {"ż": 1, "a": ["ł\n\u2028", True, None], "B": {}}
    assert canonical_bytes(value) == '{"B":{},"a":["ł\\n\u2028",true,null],"ż":1}'.encode()


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), MAX_INTEGER + 1, "\ud800", {1: 2}, b"bytes", {"a": 1j}],
    ids=repr,
)
def test_values_without_one_form_are_not_written(value: Any) -> None:
    with pytest.raises(MessageMalformed):
        canonical_bytes({"value": value})


def test_nesting_has_a_limit() -> None:
    value: Any = []
    for _ in range(MAX_DEPTH + 1):
        value = [value]
    with pytest.raises(MessageMalformed):
        canonical_bytes({"value": value})


def sample_event() -> dict[str, Any]:
    return {
        "kiosk_id": "kiosk-1",
        "sequence": 1,
        "kind": "client_signed",
        "document_id": "01" * 16,
        "at": "2026-11-24T09:00:00Z",
        "time_quality": 1,
        "boot_id": "b" * 32,
        "body": {
            "pdf_sha256": "a" * 64,
            "pdf_bytes": 5,
            "covered_sha256": "c" * 64,
            "certificate_sequence": 1,
        },
    }


def test_the_sample_event_is_right() -> None:
    event = JournalEvent.from_json(sample_event())
    assert event.to_json() == sample_event()
    assert event.blob == "a" * 64


@pytest.mark.parametrize("name", sorted(sample_event()))
def test_a_missing_field_is_refused(name: str) -> None:
    value = sample_event()
    del value[name]
    with pytest.raises(MessageMalformed):
        JournalEvent.from_json(value)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("kiosk_id", "Kiosk 1"),
        ("kiosk_id", "k" * 33),
        ("sequence", 0),
        ("sequence", True),
        ("sequence", "1"),
        ("sequence", MAX_INTEGER + 1),
        ("kind", "unheard_of"),
        ("document_id", "01"),
        ("document_id", "AB" * 16),
        ("document_id", None),
        ("at", "2026-11-24T09:00:00+01:00"),
        ("at", "2026-11-24T09:00:00.5Z"),
        ("at", "2026-13-24T09:00:00Z"),
        ("at", 1),
        ("time_quality", 2),
        ("boot_id", "x"),
        ("body", []),
        ("body", {"pdf_sha256": "a" * 64}),
        ("body", {f"k{n}": n for n in range(40)}),
        ("unknown", 1),
    ],
)
def test_a_wrong_field_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(MessageMalformed) as refused:
        JournalEvent.from_json({**sample_event(), name: wrong})
    assert refused.value.code in ("message_malformed", "record_unknown")


def test_a_row_of_an_unknown_kind_is_refused_with_its_own_code() -> None:
    with pytest.raises(MessageMalformed) as refused:
        DownRow.from_json({"counter": 1, "kind": "news", "record": {}})
    assert refused.value.code == "record_unknown"


@pytest.mark.parametrize("text", ["AAAA=", "AAA", "AA==\n", "AB==", "****", "AA=A", 5])
def test_only_canonical_base64_is_read(text: Any) -> None:
    with pytest.raises(MessageMalformed):
        Fields({"data": text}, "test").octets("data", 100)


def test_a_plan_larger_than_its_limit_is_refused() -> None:
    with pytest.raises(MessageMalformed):
        Fields({"items": list(range(11))}, "test").items("items", 10)


@pytest.mark.parametrize(
    "message",
    [
        UploadReply(5, False),
        EventsReply(3, ("a" * 64,)),
        PollReply((DownRow(1, DocumentWithdrawn("01" * 16, "moved")),), True, 4, 60, bytes(32)),
        CodeRequestResult(False, "email", "j***@example.com", "limit"),
        ErrorReply("too_many_requests", "Too many.", "Wait.", 3, None),
    ],
    ids=lambda message: type(message).__name__,
)
def test_messages_survive_the_way_through_json(message: Any) -> None:
    data = canonical_bytes(message.to_json())
    assert type(message).from_json(parse_object(data, MANY_BYTES)) == message
    with pytest.raises(MessageMalformed):
        type(message).from_json({**message.to_json(), "unknown": 1})


def test_as_many_must_have_signed_as_come_before() -> None:
    first = _due_now()
    with pytest.raises(MessageMalformed):
        DocumentDue.from_json({**first, "client_index": 1})
    assert DocumentDue.from_json(first).client_index == 0


def test_the_file_of_a_turn_must_be_there_before_its_event() -> None:
    body = {
        "pdf_sha256": "a" * 64,
        "pdf_bytes": 5,
        "client_index": 0,
        "method": 2,
        "proof": 1,
        "signed_at": "2026-11-24T09:00:00Z",
        "quality": 1,
        "pages_shown": 2,
        "pages_total": 2,
        "seconds_reading": 40,
        "consent_version": "2026-1",
        "language": "pl",
    }
    value = {**sample_event(), "kind": "turn_signed", "body": body}
    assert JournalEvent.from_json(value).blob == "a" * 64
    for name in body:
        short = {key: item for key, item in body.items() if key != name}
        with pytest.raises(MessageMalformed):
            JournalEvent.from_json({**value, "body": short})


def _due_now() -> dict[str, Any]:
    return DocumentDue(
        *("01" * 16, "UM/1", "1234565", "Umowa", "pl", {}, 0, "s-1", "Anna", "+48 *** *** 123"),
        *("sms", "a" * 64, 5, 2, "b" * 64, None, 1, b"key"),
        DirectorFacts("Jan", 2, datetime(2026, 11, 24, 9, tzinfo=UTC)),
    ).to_json()
