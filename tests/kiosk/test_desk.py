"""The desk: what it finds, what it refuses, what it keeps, and that it seals exactly once."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import kiosk.sealing as kiosk_sealing
from kiosk.application import Parts
from kiosk.errors import StoreError
from signing.ceremony.desk import DeskRefused, PictureKind
from signing.ceremony.progress import Progress, Step
from signing.completion import Sealed, complete
from sync.records import DocumentDue, EventKind
from tests.kiosk.client import (
    CITY,
    EVIDENCE,
    answers,
    arrive,
    progress_of,
    prove_identity,
    seal,
    sign,
)
from tests.kiosk.company import CLIENT, TITLE, Company
from tests.kiosk.machine import Machine
from verifier.document import verify_pdf
from verifier.verdict import Outcome


@pytest.fixture
def record(kiosk: Parts, company: Company) -> DocumentDue:
    return arrive(kiosk, company)


def refused(kiosk: Parts, record: DocumentDue) -> str:
    """The code with which the document is refused."""
    with pytest.raises(DeskRefused) as caught:
        kiosk.desk.document(record.document_id)
    assert caught.value.sentence
    assert caught.value.next_step
    return caught.value.code


def test_a_document_is_found_by_number_and_by_its_message(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    assert kiosk.desk.find_by_number(record.short_number) == record.document_id
    assert kiosk.desk.find_by_link(company.link(record)) == record.document_id


@pytest.mark.parametrize(
    "text", ["", "1000017", "https://office.example/m/", "https://x/m/" + "a" * 43, "\x00" * 900]
)
def test_other_texts_find_nothing(kiosk: Parts, record: DocumentDue, text: str) -> None:
    assert kiosk.desk.find_by_link(text) is None


def test_the_document_is_what_head_office_sent(kiosk: Parts, record: DocumentDue) -> None:
    document = kiosk.desk.document(record.document_id)
    assert (document.title, document.client_name) == (TITLE, CLIENT)
    assert document.stamp_wanted
    assert document.hash_start == record.pdf_sha256[:6]
    assert kiosk.desk.pdf(record.document_id).startswith(b"%PDF-")


def test_an_unknown_document_is_gone(kiosk: Parts) -> None:
    with pytest.raises(DeskRefused) as caught:
        kiosk.desk.document("f" * 32)
    assert caught.value.code == "gone"


def test_a_document_whose_file_has_not_come_says_so(kiosk: Parts, company: Company) -> None:
    record = company.send(5)
    company.ledger.kiosks["kiosk-1"].due_blobs.clear()
    kiosk.head_office.exchange()
    assert refused(kiosk, record) == "not_here_yet"


def test_a_document_that_overtook_the_trust_list_is_still_on_its_way(
    kiosk: Parts, company: Company
) -> None:
    company.use_service(listed=False)
    record = company.send(5)
    kiosk.head_office.exchange()
    assert refused(kiosk, record) == "not_here_yet"
    assert kiosk.desk.load(record.document_id) is None
    company.use_service(listed=True)
    kiosk.head_office.exchange()
    assert kiosk.desk.document(record.document_id).title == TITLE
    sign(kiosk, company, record)
    pdf = kiosk.desk.sealed_pdf(record.document_id)
    assert pdf is not None
    trust = kiosk.terminal.trust.current()
    assert verify_pdf(pdf, trust, kiosk.desk.now()).outcome is Outcome.GENUINE


def test_a_document_past_its_deadline_is_refused(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    record = company.send(6, deadline=company.now + timedelta(hours=1))
    kiosk.head_office.exchange()
    kiosk.desk.document(record.document_id)
    machine.passes(3601)
    assert refused(kiosk, record) == "expired"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("cancelled", "cancelled"),
        ("expired", "expired"),
        ("completed", "already_signed"),
        ("moved", "gone"),
        ("something_new", "cancelled"),
    ],
)
def test_a_withdrawn_document_is_refused_and_shredded(
    kiosk: Parts, company: Company, record: DocumentDue, reason: str, code: str
) -> None:
    kiosk.desk.save(progress_of(record, kiosk.desk.now()))
    kiosk.desk.save_picture(record.document_id, PictureKind.STAMP, b"png")
    company.withdraw(record, reason)
    kiosk.head_office.exchange()
    assert refused(kiosk, record) == code
    assert kiosk.desk.load(record.document_id) is None
    assert kiosk.desk.picture(record.document_id, PictureKind.STAMP) is None
    assert list(kiosk.terminal.settings.documents_folder.iterdir()) == []


def test_a_file_that_is_damaged_on_the_disk_is_fetched_again(
    kiosk: Parts, record: DocumentDue
) -> None:
    (file,) = kiosk.terminal.settings.documents_folder.iterdir()
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(StoreError) as caught:
        kiosk.desk.pdf(record.document_id)
    assert caught.value.code == "document_damaged"
    assert refused(kiosk, record) == "not_here_yet"
    kiosk.head_office.exchange()
    assert kiosk.desk.pdf(record.document_id).startswith(b"%PDF-")


def test_progress_and_pictures_come_back(kiosk: Parts, record: DocumentDue) -> None:
    progress = progress_of(record, kiosk.desk.now())
    kiosk.desk.save(progress)
    kiosk.desk.save_picture(record.document_id, PictureKind.MARK, b"one")
    kiosk.desk.save_picture(record.document_id, PictureKind.MARK, b"two")
    assert kiosk.desk.load(record.document_id) == progress
    assert kiosk.desk.picture(record.document_id, PictureKind.MARK) == b"two"
    assert kiosk.desk.find_by_ceremony("c" * 32) == record.document_id
    files = list(kiosk.terminal.settings.documents_folder.iterdir())
    assert len(files) == 2  # the PDF and the newer picture


def test_without_a_code_nothing_is_sealed(kiosk: Parts, record: DocumentDue) -> None:
    with pytest.raises(DeskRefused) as caught:
        kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    assert caught.value.code == "code_needed"
    assert kiosk.terminal.store.setting("certificate_sequence") == ""


def test_what_is_sealed_is_genuine_and_told_to_head_office(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    company.cable.pulled = True
    sealed = sign(kiosk, company, record)
    pdf = kiosk.desk.sealed_pdf(record.document_id)
    assert pdf is not None
    verdict = verify_pdf(pdf, kiosk.terminal.trust.current(), kiosk.desk.now())
    assert verdict.outcome is Outcome.GENUINE
    assert sealed.claims.certificate_sequence == 1
    event = kiosk.terminal.journal.waiting(100)[-1]
    assert event.kind is EventKind.CLIENT_SIGNED
    assert event.body["covered_sha256"] == sealed.covered_sha256.hex()
    company.cable.pulled = False
    kiosk.head_office.exchange()
    books = company.ledger.kiosks["kiosk-1"]
    assert list(books.blobs.values()) == [pdf]
    assert books.events[-1].kind is EventKind.CLIENT_SIGNED


def test_sealing_again_gives_the_same_certificate(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    first = sign(kiosk, company, record)
    assert kiosk.desk.seal(record.document_id, answers(), EVIDENCE) == first
    assert kiosk.terminal.device_store.queue_lengths()[0] == 1


def test_the_certificate_names_its_true_place_in_the_journal(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    event = kiosk.terminal.journal.waiting(100)[-1]
    ((sequence,),) = kiosk.terminal.store.rows("SELECT event_sequence FROM sealed")
    assert event.sequence == sequence


def test_an_event_that_comes_between_makes_the_kiosk_seal_again(
    kiosk: Parts, company: Company, record: DocumentDue, monkeypatch: pytest.MonkeyPatch
) -> None:
    positions: list[int] = []

    def disturbed(*arguments: Any, **named: Any) -> Sealed:
        positions.append(arguments[6].journal_position)
        if len(positions) == 1:
            kiosk.terminal.journal.add(EventKind.CODE_ENTRY_CLOSED)
        return complete(*arguments, **named)

    monkeypatch.setattr(kiosk_sealing, "complete", disturbed)
    sealed = sign(kiosk, company, record)
    assert positions == [positions[0], positions[0] + 1]
    assert sealed.claims.certificate_sequence == 2
    assert kiosk.terminal.journal.waiting(100)[-1].sequence == positions[1]
    assert len(list(kiosk.terminal.settings.documents_folder.iterdir())) == 1


def test_code_keys_and_the_unsigned_pdf_are_gone_after_sealing(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    assert kiosk.terminal.store.rows("SELECT * FROM code_key") == []
    assert kiosk.terminal.store.rows("SELECT kind FROM blob") == [("signed_pdf",)]
    assert list(kiosk.terminal.settings.working_folder.iterdir()) == []


def test_after_the_client_left_the_kiosk_says_already_signed_and_shows_nothing(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    assert kiosk.desk.load(record.document_id) == progress_of(record, kiosk.desk.now()).at(
        Step.DONE
    )
    kiosk.desk.finish(record.document_id)
    assert refused(kiosk, record) == "already_signed"
    assert kiosk.desk.sealed_pdf(record.document_id) is None
    assert kiosk.desk.load(record.document_id) is None


def test_wiping_a_finished_ceremony_ends_it(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    done = kiosk.desk.load(record.document_id)
    assert done is not None
    kiosk.desk.save(done.with_session(""))
    assert refused(kiosk, record) == "already_signed"


def test_a_document_is_shredded_once_head_office_has_it_and_the_client_has_left(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    kiosk.head_office.exchange()
    assert kiosk.desk.sealed_pdf(record.document_id) is not None  # the client still looks at it
    kiosk.desk.finish(record.document_id)
    assert list(kiosk.terminal.settings.documents_folder.iterdir()) == []
    assert kiosk.terminal.journal.waiting(10)[-1].kind is EventKind.DOCUMENT_ERASED


def test_a_cancellation_that_comes_after_signing_drops_no_evidence(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    company.withdraw(record)
    kiosk.head_office.exchange()
    assert len(company.ledger.kiosks["kiosk-1"].blobs) == 1
    assert kiosk.terminal.store.rows("SELECT state FROM document") == [("signed",)]


def test_certificate_numbers_are_never_used_again(kiosk: Parts, company: Company) -> None:
    sequences = []
    for number in (1, 2, 3):
        record = arrive(kiosk, company, number)
        sequences.append(sign(kiosk, company, record).claims.certificate_sequence)
        kiosk.desk.finish(record.document_id)
    assert sequences == [1, 2, 3]


def test_a_code_is_asked_for_at_head_office_when_there_is_a_link(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    asked = kiosk.desk.request_code(record.document_id)
    assert (asked.sent, asked.masked_contact) == (True, "+48 *** *** 123")
    company.cable.pulled = True
    asked = kiosk.desk.request_code(record.document_id)
    assert (asked.sent, asked.reason) == (False, "offline")


def test_nothing_personal_is_readable_in_the_data_folder(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    prove_identity(kiosk, company, record)
    code = company.code(record, kiosk.desk.now()).text
    kiosk.desk.save_picture(record.document_id, PictureKind.MARK, b"PICTURE OF A SIGNATURE")
    kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    kiosk.desk.finish(record.document_id)
    written = b"".join(
        path.read_bytes()
        for path in sorted(kiosk.terminal.settings.data_folder.rglob("*"))
        if path.is_file()
    )
    for secret in (CLIENT, TITLE, CITY, code, record.short_number, "PICTURE OF", "%PDF-1"):
        assert secret.encode() not in written
        assert secret.encode("utf-16-be") not in written


def test_saving_after_a_withdrawal_brings_nothing_back(
    kiosk: Parts, company: Company, record: DocumentDue, tmp_path: Path
) -> None:
    company.withdraw(record)
    kiosk.head_office.exchange()
    kiosk.desk.save(Progress(record.document_id, ceremony_id="d" * 32))
    kiosk.desk.save_picture(record.document_id, PictureKind.STAMP, b"png")
    assert kiosk.desk.load(record.document_id) is None
    assert list(kiosk.terminal.settings.documents_folder.iterdir()) == []


def test_another_pdf_of_a_document_starts_from_nothing(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    prove_identity(kiosk, company, record)
    kiosk.desk.save_picture(record.document_id, PictureKind.STAMP, b"png")
    newer = arrive(kiosk, company)
    assert newer.pdf_sha256 != record.pdf_sha256
    assert kiosk.desk.load(record.document_id) is None
    assert kiosk.desk.picture(record.document_id, PictureKind.STAMP) is None
    assert len(list(kiosk.terminal.settings.documents_folder.iterdir())) == 1
    with pytest.raises(DeskRefused) as caught:
        kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    assert caught.value.code == "code_needed"
    assert sign(kiosk, company, newer).claims.pages > 0


def test_a_pdf_that_comes_while_the_old_one_is_sealed_is_not_signed_unread(
    kiosk: Parts, company: Company, record: DocumentDue, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disturbed(*arguments: Any, **named: Any) -> Sealed:
        arrive(kiosk, company)
        return complete(*arguments, **named)

    monkeypatch.setattr(kiosk_sealing, "complete", disturbed)
    with pytest.raises(DeskRefused) as caught:
        sign(kiosk, company, record)
    assert caught.value.code == "code_needed"
    assert kiosk.terminal.store.rows("SELECT * FROM sealed") == []
    assert kiosk.terminal.device_store.outbox_blobs() == []
    assert len(list(kiosk.terminal.settings.documents_folder.iterdir())) == 1


def test_a_request_that_began_before_the_sealing_undoes_nothing(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    sign(kiosk, company, record)
    late = progress_of(record, kiosk.desk.now())
    kiosk.desk.save(late)
    saved = kiosk.desk.load(record.document_id)
    assert saved is not None
    assert saved.step is Step.DONE
    kiosk.desk.save(late.with_session(""))
    kiosk.desk.save(late)
    assert kiosk.desk.load(record.document_id) is None
    assert kiosk.desk.sealed_pdf(record.document_id) is None


def test_a_working_folder_that_leads_elsewhere_gets_no_document(
    kiosk: Parts, company: Company, record: DocumentDue, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    kiosk.terminal.settings.working_folder.symlink_to(trap)
    with pytest.raises(StoreError) as caught:
        sign(kiosk, company, record)
    assert caught.value.code == "folder_unusable"
    assert list(trap.iterdir()) == []
    kiosk.terminal.settings.working_folder.unlink()
    assert seal(kiosk, record).claims.pages > 0


def test_the_address_of_the_copy_is_told_as_a_hash_and_forgotten_with_the_client(
    kiosk: Parts, company: Company, record: DocumentDue
) -> None:
    assert kiosk.desk.copy_link(record.document_id) == ""
    sign(kiosk, company, record)
    place, _, token = kiosk.desk.copy_link(record.document_id).rpartition("/d/")
    assert place == kiosk.terminal.office_url
    assert len(token) == 22
    rows = kiosk.terminal.store.rows("SELECT body FROM event")
    told = [json.loads(body)["body"] for (body,) in rows]
    hashes = [body["copy_link_sha256"] for body in told if "copy_link_sha256" in body]
    assert hashes == [hashlib.sha256(token.encode()).hexdigest()]
    assert token not in str(rows)
    kiosk.desk.finish(record.document_id)
    assert kiosk.desk.copy_link(record.document_id) == ""
    assert kiosk.terminal.store.row("SELECT copy_token FROM sealed") == ("",)
