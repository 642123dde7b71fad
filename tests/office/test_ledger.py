"""What kiosks report, and what head office makes of it: no evidence lost, nothing doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from office import codes_desk, preparation, tables
from office.destruction import expire_documents
from office.documents import Document
from office.downloads import fetch_by_link
from office.errors import NotFound
from office.head_office import HeadOffice
from office.history import Actor, document_history
from office.keyring import link_hash
from office.lifecycle import State
from sync.errors import EnrolmentRefused, RequestRefused
from sync.records import CodeKeyRenewed, DocumentDue, EventKind, JournalEvent
from sync.sealed_box import open_code_key
from tests.office.at_kiosks import accepted_code, decisions
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    document_of,
    due_document,
    kinds,
)
from verifier.token import Proof


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    return due_document(office, people, kiosk, pdf, clock())


@pytest.fixture
def accepted(office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock) -> JournalEvent:
    """The client was sent a code, and the kiosk accepted it."""
    return accepted_code(office, kiosk, due, 0, clock)


def count(office: HeadOffice, table: object) -> int:
    with office.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_the_row_that_goes_down_carries_everything_the_kiosk_needs(
    office: HeadOffice, kiosk: TestKiosk, due: Document
) -> None:
    (row,) = kiosk.ledger.rows_after(kiosk.id, 0, 10)
    assert isinstance(row.record, DocumentDue)
    assert (row.counter, row.record.document_id) == (1, due.id)
    assert row.record.masked_contact == "+48 *** *** 200"
    assert kiosk.ledger.blob(kiosk.id, row.record.pdf_sha256) is not None
    key = open_code_key(
        kiosk.box_key, row.record.sealed_code_key, kiosk.id, due.client.signer_id, due.id, 1
    )
    assert len(key) == 32
    assert kiosk.ledger.rows_after(kiosk.id, 1, 10) == []


def test_a_signed_copy_completes_the_document(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    accepted: JournalEvent,
    letterbox: Letterbox,
    clock: Clock,
    tmp_path: Path,
) -> None:
    final = kiosk.sign(due, tmp_path)
    assert kiosk.report(accepted, kiosk.deliver(due, final)) == 2
    done = document_of(office, due.id)
    assert done.state is State.COMPLETED
    assert not done.quarantined
    assert done.keep_until == clock() + timedelta(days=14)
    assert kinds(office, due.id)[-3:] == ["code_accepted", "client_signed", "completed"]
    assert decisions(office, due.id) == ["accepted"]
    assert count(office, tables.uploads) == 0
    letterbox.run(office, clock())
    assert "http://office.example/d/" in letterbox.messages[-1].text


def test_the_address_that_the_kiosk_showed_leads_to_the_copy_for_fourteen_days(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    accepted: JournalEvent,
    clock: Clock,
    tmp_path: Path,
) -> None:
    token = "AbCdEfGhIjKlMnOpQrStUv"
    final = kiosk.sign(due, tmp_path)
    told = kiosk.deliver(due, final)
    told = replace(told, body={**told.body, "copy_link_sha256": link_hash(token)})
    with pytest.raises(NotFound):
        fetch_by_link(office, token, clock())
    kiosk.report(accepted, told)
    assert fetch_by_link(office, token, clock()) == (document_of(office, due.id), final)
    clock.forward(days=14)
    with pytest.raises(NotFound):
        fetch_by_link(office, token, clock())


@pytest.mark.parametrize("told", ["", "zz", 7, "A" * 64, "a" * 63])
def test_what_is_no_hash_makes_no_address(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    accepted: JournalEvent,
    tmp_path: Path,
    told: str | int,
) -> None:
    event = kiosk.deliver(due, kiosk.sign(due, tmp_path))
    event = replace(event, body={**event.body, "copy_link_sha256": told})
    assert kiosk.report(accepted, event) == 2
    assert document_of(office, due.id).state is State.COMPLETED
    assert count(office, tables.downloads) == 1  # that of the message


def test_duplicates_change_nothing(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    accepted: JournalEvent,
    clock: Clock,
    tmp_path: Path,
) -> None:
    events = [accepted]
    final = kiosk.sign(due, tmp_path)
    events.append(kiosk.deliver(due, final))
    kiosk.report(*events)
    before = (kinds(office, due.id), count(office, tables.jobs), count(office, tables.downloads))
    clock.forward(minutes=5)
    kiosk.ledger.store_blob(kiosk.id, events[1].body["pdf_sha256"], final)  # type: ignore[arg-type]
    assert kiosk.report(*events) == 2
    assert kiosk.report(events[1]) == 2
    after = (kinds(office, due.id), count(office, tables.jobs), count(office, tables.downloads))
    assert after == before
    assert count(office, tables.uploads) == 0


def test_an_event_without_its_file_waits_and_stops_what_follows(
    office: HeadOffice, kiosk: TestKiosk, due: Document, accepted: JournalEvent, tmp_path: Path
) -> None:
    final = kiosk.sign(due, tmp_path)
    signed = kiosk.deliver(due, final)
    kiosk.ledger.discard_chunks(kiosk.id, str(signed.body["pdf_sha256"]))
    erased = kiosk.event(EventKind.DOCUMENT_ERASED, due.id)
    assert kiosk.report(accepted, signed, erased) == 1
    assert document_of(office, due.id).state is State.DUE
    kiosk.ledger.store_blob(kiosk.id, str(signed.body["pdf_sha256"]), final)
    assert kiosk.report(signed, erased) == 3
    assert document_of(office, due.id).state is State.COMPLETED


def test_a_gap_in_the_journal_is_not_skipped(
    office: HeadOffice, kiosk: TestKiosk, due: Document
) -> None:
    first = kiosk.event(EventKind.CEREMONY_STARTED, due.id)
    second = kiosk.event(EventKind.CODE_WRONG, due.id)
    assert kiosk.report(second) == 0
    assert kiosk.report(first, second) == 2


def test_a_journal_cannot_be_rewritten(office: HeadOffice, kiosk: TestKiosk, due: Document) -> None:
    kiosk.report(kiosk.event(EventKind.CEREMONY_STARTED, due.id))
    kiosk.sequence = 0
    with pytest.raises(RequestRefused) as refusal:
        kiosk.report(kiosk.event(EventKind.DECLINED, due.id))
    assert refusal.value.code == "event_conflict"
    assert document_of(office, due.id).state is State.DUE


def test_a_second_different_copy_is_a_conflict_and_both_are_kept(
    office: HeadOffice,
    kiosk: TestKiosk,
    due: Document,
    accepted: JournalEvent,
    clock: Clock,
    tmp_path: Path,
) -> None:
    first = kiosk.sign(due, tmp_path)
    clock.forward(seconds=20)
    second = kiosk.sign(due, tmp_path)
    kiosk.report(accepted, kiosk.deliver(due, first))
    final = document_of(office, due.id).final_sha256
    kiosk.report(kiosk.deliver(due, second))
    document = document_of(office, due.id)
    assert document.state is State.CONFLICT
    assert document.final_sha256 == final  # the first one stays the accepted one
    assert decisions(office, due.id) == ["accepted", "conflict"]
    with office.database.read() as connection:
        for data in (first, second):
            digest = __import__("hashlib").sha256(data).hexdigest()
            assert office.blobs.get(connection, due.id, "final", digest) == data


def test_a_copy_signed_after_cancelling_is_kept_and_not_delivered(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    accepted: JournalEvent,
    letterbox: Letterbox,
    clock: Clock,
    tmp_path: Path,
) -> None:
    final = kiosk.sign(due, tmp_path)
    preparation.cancel_document(office, due.id, Actor(people.operator.id), clock())
    written = len(letterbox.messages)
    kiosk.report(accepted, kiosk.deliver(due, final))
    assert document_of(office, due.id).state is State.SIGNED_AFTER_CANCEL
    assert decisions(office, due.id) == ["after_cancel"]
    letterbox.run(office, clock())
    since = letterbox.messages[written:]
    assert all(one.key.startswith("decision:") for one in since)  # to those who decide alone
    assert count(office, tables.downloads) == 0


def test_a_copy_signed_before_the_deadline_and_reported_after_it_is_accepted(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
    tmp_path: Path,
) -> None:
    deadline = clock() + timedelta(hours=1)
    document = due_document(office, people, kiosk, pdf, clock(), deadline=deadline)
    codes_desk.issue_for(office, document.id, Actor(), clock(), "link")
    letterbox.run(office, clock())
    accepted = kiosk.accept_code(document, letterbox.code())
    final = kiosk.sign(document, tmp_path)
    clock.forward(days=2)
    assert expire_documents(office, clock()) == 1
    kiosk.report(accepted, kiosk.deliver(document, final))
    assert document_of(office, document.id).state is State.COMPLETED


def test_a_copy_signed_after_the_deadline_is_not_delivered(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    deadline = clock() + timedelta(hours=1)
    document = due_document(office, people, kiosk, pdf, clock(), deadline=deadline)
    clock.forward(days=2)
    expire_documents(office, clock())
    kiosk.report(kiosk.deliver(document, kiosk.sign(document, tmp_path)))
    assert document_of(office, document.id).state is State.SIGNED_AFTER_CANCEL


def test_a_code_that_nobody_issued_puts_the_document_into_quarantine(
    office: HeadOffice, kiosk: TestKiosk, due: Document, clock: Clock, tmp_path: Path
) -> None:
    forged = kiosk.event(EventKind.CODE_ACCEPTED, due.id, counter=123456789, generation=1)
    final = kiosk.sign(due, tmp_path)
    kiosk.report(forged, kiosk.deliver(due, final))
    document = document_of(office, due.id)
    assert document.quarantined
    assert document.state is State.CLIENT_SIGNED
    assert "code_not_issued" in kinds(office, due.id)
    assert decisions(office, due.id) == ["quarantined"]
    assert count(office, tables.downloads) == 0


def test_a_certificate_that_claims_a_code_without_one_is_quarantined(
    office: HeadOffice, kiosk: TestKiosk, due: Document, tmp_path: Path
) -> None:
    kiosk.report(kiosk.deliver(due, kiosk.sign(due, tmp_path)))
    assert document_of(office, due.id).quarantined


def test_a_kiosk_that_skips_the_code_and_says_that_nobody_checked_is_not_believed(
    office: HeadOffice, kiosk: TestKiosk, due: Document, tmp_path: Path
) -> None:
    kiosk.report(kiosk.deliver(due, kiosk.sign(due, tmp_path, Proof.NONE)))
    document = document_of(office, due.id)
    assert (document.state, document.quarantined) == (State.CLIENT_SIGNED, True)
    assert decisions(office, due.id) == ["quarantined"]
    assert count(office, tables.downloads) == 0


def test_a_flipped_byte_is_kept_in_quarantine_and_not_delivered(
    office: HeadOffice, kiosk: TestKiosk, due: Document, accepted: JournalEvent, tmp_path: Path
) -> None:
    final = bytearray(kiosk.sign(due, tmp_path))
    final[len(final) // 3] ^= 1
    kiosk.report(accepted, kiosk.deliver(due, bytes(final)))
    document = document_of(office, due.id)
    assert (document.state, document.quarantined) == (State.CLIENT_SIGNED, True)
    assert decisions(office, due.id) == ["quarantined"]


def test_another_documents_copy_is_not_taken_for_this_one(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    other = due_document(office, people, kiosk, pdf, clock())
    final = kiosk.sign(other, tmp_path, proved=True)
    kiosk.report(kiosk.deliver(due, final))
    assert document_of(office, due.id).quarantined
    assert document_of(office, other.id).state is State.DUE


def test_declining_withdraws_the_document(
    office: HeadOffice, kiosk: TestKiosk, due: Document
) -> None:
    kiosk.report(kiosk.event(EventKind.DECLINED, due.id, reason="data"))
    assert document_of(office, due.id).state is State.DECLINED
    with office.database.read() as connection:
        entry = next(e for e in document_history(connection, due.id) if e.kind == "declined")
    assert entry.body["reason"] == "data"
    assert kiosk.ledger.rows_after(kiosk.id, 0, 10)[-1].record.KIND == "document_withdrawn"


def test_locked_codes_are_opened_by_the_next_generation(
    office: HeadOffice, people: People, kiosk: TestKiosk, due: Document, clock: Clock
) -> None:
    from office.dispatch import renew_code_key

    kiosk.report(kiosk.event(EventKind.CODE_LOCKED, due.id, generation=1))
    assert document_of(office, due.id).code_locked
    assert renew_code_key(office, due.id, Actor(people.operator.id), clock()) == 2
    assert not document_of(office, due.id).code_locked
    record = kiosk.ledger.rows_after(kiosk.id, 0, 10)[-1].record
    assert isinstance(record, CodeKeyRenewed)
    assert record.generation == 2


def test_unknown_documents_and_events_about_none_are_taken(
    office: HeadOffice, kiosk: TestKiosk, due: Document
) -> None:
    assert kiosk.report(
        kiosk.event(EventKind.ENROLLED, None),
        kiosk.event(EventKind.VERIFIED, None, outcome="genuine"),
        kiosk.event(EventKind.CODE_WRONG, "f" * 32),
    ) == 3  # fmt: skip


def test_a_device_may_ask_again_for_its_grant_but_no_other_device(
    office: HeadOffice, clock: Clock
) -> None:
    kiosk = TestKiosk(office, clock, "Łódź, Piotrkowska 1")
    kiosk.enrol()
    version = kiosk.ledger.trust_version()
    kiosk.enrol()
    assert kiosk.ledger.trust_version() == version
    thief = TestKiosk(office, clock, "Kielce, Sienkiewicza 1")
    with pytest.raises(EnrolmentRefused) as refusal:
        kiosk.ledger.redeem_enrolment(kiosk.code.secret.code_id, thief.keys, clock())
    assert refusal.value.code == "code_used"


def test_a_nonce_only_rises(kiosk: TestKiosk) -> None:
    assert kiosk.ledger.take_nonce(kiosk.id, 5)
    assert not kiosk.ledger.take_nonce(kiosk.id, 5)
    assert not kiosk.ledger.take_nonce(kiosk.id, 4)
    assert kiosk.ledger.take_nonce(kiosk.id, 6)
    keys = kiosk.ledger.kiosk_keys(kiosk.id)
    assert keys is not None
    assert keys.last_nonce == 6
    assert kiosk.ledger.kiosk_keys("k-nobody") is None


def test_pieces_of_an_upload_are_joined_and_repetitions_ignored(kiosk: TestKiosk) -> None:
    name = "a" * 64
    kiosk.ledger.append_chunk(kiosk.id, name, 0, b"first ")
    kiosk.ledger.append_chunk(kiosk.id, name, 0, b"again ")
    kiosk.ledger.append_chunk(kiosk.id, name, 9, b"a gap ")
    assert kiosk.ledger.chunk_bytes(kiosk.id, name) == 6
    kiosk.ledger.append_chunk(kiosk.id, name, 6, b"second")
    assert kiosk.ledger.chunks(kiosk.id, name) == b"first second"
    assert not kiosk.ledger.has_blob(kiosk.id, name)
    kiosk.ledger.store_blob(kiosk.id, name, b"first second")
    assert kiosk.ledger.has_blob(kiosk.id, name)
    kiosk.ledger.store_blob(kiosk.id, name, b"something else")
    assert kiosk.ledger.chunks(kiosk.id, name) == b"first second"
    kiosk.ledger.discard_chunks(kiosk.id, name)
    assert kiosk.ledger.chunk_bytes(kiosk.id, name) == 0


def test_another_kiosks_document_does_not_exist_here(
    office: HeadOffice, due: Document, clock: Clock
) -> None:
    other = TestKiosk(office, clock, "Sopot, Monte Cassino 1")
    other.enrol()
    assert other.ledger.blob(other.id, due.pdf_sha256) is None
    with pytest.raises(RequestRefused) as refusal:
        other.ledger.request_code(other.id, due.id, clock())
    assert refusal.value.code == "no_such_document"
