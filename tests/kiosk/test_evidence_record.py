"""What was shown goes into the journal: whole, without a name, and never too large for an event."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from kiosk.application import Parts
from kiosk.evidence_record import evidence_body
from signing.ceremony.consent import consent_digest
from signing.certificate_facts import EvidenceSummary
from sync.records import EventKind, JournalEvent
from tests.kiosk.client import EVIDENCE, answers, arrive, prove_identity
from tests.kiosk.company import Company

SHOWN = replace(
    EVIDENCE, shown_with=("large_text", "read_aloud"), input="touch", page_seconds=(30, 65)
)
SEEN = replace(SHOWN, page_hashes=("0123456789abcdef", ""), ink_rate_hz=239.8)


def test_the_event_of_the_signature_tells_what_was_shown(kiosk: Parts, company: Company) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)
    kiosk.desk.seal(record.document_id, answers(), SHOWN)
    event = kiosk.terminal.journal.waiting(100)[-1]
    assert event.kind is EventKind.CLIENT_SIGNED
    told = {key: event.body[key] for key in evidence_body(SHOWN, record.pdf_sha256)}
    assert told == {
        "shown_sha256": record.pdf_sha256,
        "pages_shown": 2,
        "pages_total": 2,
        "seconds_reading": 95,
        "page_seconds_1": "30 65",
        "language": "pl",
        "consent_version": "2026-1",
        "consent_sha256": consent_digest("pl"),
        "shown_with": "large_text read_aloud",
        "input": "touch",
    }


def test_what_the_screen_got_of_each_page_is_told_by_its_hash() -> None:
    told = evidence_body(SEEN, "a" * 64)
    assert told["page_hashes_1"] == "0123456789abcdef -"
    assert told["page_hashes_sha256"] == hashlib.sha256(b"0123456789abcdef -").hexdigest()
    assert told["ink_rate_hz"] == 240
    assert not {"page_hashes_1", "ink_rate_hz"} & set(evidence_body(SHOWN, "a" * 64))


@pytest.mark.parametrize(("pages", "seconds"), [(1, 0), (500, 12), (1000, 86_400), (5000, 86_400)])
def test_a_long_document_fits_into_an_event(pages: int, seconds: int) -> None:
    shown = EvidenceSummary(
        pages,
        pages,
        pages * seconds,
        "2026-1",
        "uk",
        page_seconds=(seconds,) * pages,
        page_hashes=("0" * 16,) * pages,
    )
    body = evidence_body(shown, "a" * 64)
    parts = [str(value) for key, value in body.items() if key.startswith("page_seconds_")]
    kept = " ".join(parts).split()
    assert set(kept) == {str(seconds)}
    assert len(kept) == pages if pages <= 500 else len(kept) >= 660
    others = {f"other_{n}": "x" * 64 for n in range(6)}
    body = {**body, **others, "pdf_sha256": "b" * 64, "covered_sha256": "c" * 64}
    JournalEvent.from_json(event_with({**body, "pdf_bytes": 1, "certificate_sequence": 1}))


def event_with(body: dict[str, object]) -> dict[str, object]:
    return {
        "kiosk_id": "k1",
        "sequence": 1,
        "kind": "client_signed",
        "document_id": "0" * 32,
        "at": "2026-11-24T09:30:12Z",
        "time_quality": 1,
        "boot_id": "00000000-0000-0000-0000-000000000000",
        "body": body,
    }


def test_a_wording_of_another_release_is_named_without_its_hash() -> None:
    body = evidence_body(replace(SHOWN, consent_version="1999-1"), "a" * 64)
    assert body["consent_version"] == "1999-1"
    assert "consent_sha256" not in body
