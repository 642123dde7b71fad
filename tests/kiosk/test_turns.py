"""Two clients at one kiosk, one after the other, without a network between them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.application import Parts
from kiosk.document_files import BlobKind
from kiosk.documents import DocumentState
from signing.ceremony.desk import DeskRefused
from signing.ceremony.progress import Progress
from signing.codes import CodeOutcome, derive_code_key, issue_code
from signing.fields import ClientPlan
from signing.turns import SignedTurn
from sync.records import DocumentDue, DocumentWithdrawn, DueClient, EventKind
from sync.sealed_box import seal_code_key
from tests.kiosk.client import EVIDENCE, answers, sign
from tests.kiosk.company import CLIENT, ROOT_SECRET, Company
from verifier.document import verify_pdf
from verifier.token import Proof
from verifier.verdict import Outcome

SECOND, SECOND_SIGNER, TOKEN = "Олена Ґжицька", "signer-second", "second" * 7


def send_to_two(company: Company, monkeypatch: pytest.MonkeyPatch) -> DocumentDue:
    """Make a document due at the first kiosk for two clients in a row."""
    pushed: list[DocumentDue] = []
    plain = company.ledger.push

    def of_two(kiosk_id: str, record: object) -> None:
        assert isinstance(record, DocumentDue)
        pushed.append(record)

    one = company.__class__._signed_by_director
    monkeypatch.setattr(
        company.__class__,
        "_signed_by_director",
        lambda self, plan: one(
            self, replace(plan, clients=(*plan.clients, ClientPlan(SECOND, (), None, None)))
        ),
    )
    monkeypatch.setattr(company.ledger, "push", of_two)
    company.send()
    monkeypatch.undo()
    record = pushed[0]
    second = ClientPlan(SECOND, (), None, None).to_json()
    plan = {**record.plan, "clients": [*record.plan["clients"], second]}
    generation, document_id = 1, record.document_id
    key = _key(record)
    ((keys, _grant), *_others) = company.ledger.redeemed.values()
    box = seal_code_key(keys.box_public_key, key, "kiosk-1", SECOND_SIGNER, document_id, generation)
    following = DueClient(
        SECOND_SIGNER,
        SECOND,
        "o***@example.com",
        "email",
        hashlib.sha256(TOKEN.encode()).hexdigest(),
        generation,
        box,
    )
    record = replace(record, plan=plan, following=(following,))
    plain("kiosk-1", record)
    return record


def _key(record: DocumentDue) -> bytes:
    return derive_code_key(
        ROOT_SECRET, "kiosk-1", SECOND_SIGNER, record.document_id, record.pdf_sha256, 1
    )


def second_signs(kiosk: Parts, record: DocumentDue) -> object:
    """The second client types their own code, reads, and signs."""
    now = kiosk.desk.now()
    code = issue_code(_key(record), now).text
    assert kiosk.desk.check_code(record.document_id, code).outcome is CodeOutcome.ACCEPTED
    given = replace(answers(), values={}, stamp_png=None)
    return kiosk.desk.seal(record.document_id, given, EVIDENCE)


@pytest.fixture
def due(kiosk: Parts, company: Company, monkeypatch: pytest.MonkeyPatch) -> DocumentDue:
    """Due for both, on the disk, and the cable pulled."""
    record = send_to_two(company, monkeypatch)
    kiosk.head_office.exchange()
    company.cable.pulled = True
    return record


def first_signs(kiosk: Parts, company: Company, record: DocumentDue) -> SignedTurn:
    from tests.kiosk.client import prove_identity

    prove_identity(kiosk, company, record)
    done = kiosk.desk.seal(record.document_id, answers(), EVIDENCE)
    assert isinstance(done, SignedTurn)
    return done


def test_two_people_sign_in_one_sitting_without_a_network(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first = first_signs(kiosk, company, due)
    shown = kiosk.desk.document(due.document_id)
    assert (shown.client_name, shown.next_name, shown.next_here) == (CLIENT, SECOND, True)
    assert kiosk.desk.seal(due.document_id, answers(), EVIDENCE) is None  # a second tap
    kiosk.desk.finish(due.document_id)
    now_due = kiosk.desk.document(due.document_id)
    assert (now_due.client_name, now_due.client_index, now_due.is_last) == (SECOND, 1, True)
    assert now_due.hash_start == due.pdf_sha256[:6]
    assert now_due.pdf_sha256 == first.sha256.hex()
    assert kiosk.desk.load(due.document_id) is None
    second_signs(kiosk, due)
    final = kiosk.desk.sealed_pdf(due.document_id)
    assert final is not None
    assert hashlib.sha256(final[: first.size]).digest() == first.sha256
    verdict = verify_pdf(final, kiosk.terminal.trust.current(), kiosk.desk.now())
    assert verdict.outcome is Outcome.GENUINE
    assert verdict.claims is not None
    assert [one.name for one in verdict.claims.signers[1:]] == [CLIENT, SECOND]
    assert [one.proof for one in verdict.claims.signers[1:]] == [Proof.SMS_CODE, Proof.EMAIL_CODE]
    kiosk.desk.finish(due.document_id)
    company.cable.pulled = False
    kiosk.head_office.exchange()
    kinds = [event.kind for event in company.ledger.kiosks["kiosk-1"].events]
    assert kinds.index(EventKind.TURN_SIGNED) < kinds.index(EventKind.CLIENT_SIGNED)
    assert kiosk.terminal.documents.files.named() == []


def test_a_client_signs_again_when_head_office_does_not_let_their_turn_count(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first = first_signs(kiosk, company, due)
    kiosk.desk.finish(due.document_id)
    company.ledger.push("kiosk-1", due)  # sent again, it changes nothing
    company.cable.pulled = False
    kiosk.head_office.exchange()
    kiosk.head_office.exchange()
    assert kiosk.desk.document(due.document_id).client_name == SECOND
    company.ledger.push("kiosk-1", DocumentWithdrawn(due.document_id, "rejected"))
    company.ledger.push("kiosk-1", due)
    kiosk.head_office.exchange()
    again = kiosk.desk.document(due.document_id)
    assert (again.client_name, again.pdf_sha256) == (CLIENT, due.pdf_sha256)
    once_more = first_signs(kiosk, company, due)
    assert once_more.sha256 != first.sha256
    kiosk.desk.finish(due.document_id)
    second_signs(kiosk, due)
    final = kiosk.desk.sealed_pdf(due.document_id)
    assert final is not None
    assert hashlib.sha256(final[: once_more.size]).digest() == once_more.sha256


def test_a_client_before_the_screen_signs_again_when_their_turn_was_rejected(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first = first_signs(kiosk, company, due)
    company.cable.pulled = False
    kiosk.head_office.exchange()  # head office has the turn, and holds it
    company.ledger.push("kiosk-1", DocumentWithdrawn(due.document_id, "quarantined"))
    kiosk.head_office.exchange()
    assert kiosk.desk.document(due.document_id).client_name == CLIENT  # still shown
    company.ledger.push("kiosk-1", DocumentWithdrawn(due.document_id, "rejected"))
    company.ledger.push("kiosk-1", due)
    kiosk.head_office.exchange()
    assert kiosk.desk.load(due.document_id) is None
    again = kiosk.desk.document(due.document_id)
    assert (again.client_name, again.next_name) == (CLIENT, SECOND)
    once_more = first_signs(kiosk, company, due)
    assert once_more.sha256 != first.sha256
    kiosk.desk.finish(due.document_id)
    second_signs(kiosk, due)
    final = kiosk.desk.sealed_pdf(due.document_id)
    assert final is not None
    assert hashlib.sha256(final[: once_more.size]).digest() == once_more.sha256


def test_keys_may_be_renewed_between_two_clients(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    before = kiosk.terminal.enrolment().kiosk
    first_signs(kiosk, company, due)
    kiosk.desk.finish(due.document_id)
    company.cable.pulled = False
    company.ledger.want_keys("kiosk-1", 2)
    kiosk.head_office.exchange()
    company.cable.pulled = True
    after = kiosk.terminal.enrolment().kiosk
    assert after.ca_certificate.public_key() != before.ca_certificate.public_key()
    second_signs(kiosk, due)  # the code key was sealed to the old exchange key
    final = kiosk.desk.sealed_pdf(due.document_id)
    assert final is not None
    verdict = verify_pdf(final, kiosk.terminal.trust.current(), kiosk.desk.now())
    assert verdict.outcome is Outcome.GENUINE


def test_the_second_client_needs_a_code_of_their_own(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first_signs(kiosk, company, due)
    kiosk.desk.finish(due.document_id)
    with pytest.raises(DeskRefused) as refused:
        kiosk.desk.seal(due.document_id, replace(answers(), values={}), EVIDENCE)
    assert refused.value.code == "code_needed"
    old = company.code(due, kiosk.desk.now() + timedelta(seconds=10)).text
    assert kiosk.desk.check_code(due.document_id, old).outcome is CodeOutcome.WRONG


def test_nothing_of_the_first_client_is_left_for_the_second(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first_signs(kiosk, company, due)
    kiosk.desk.nobody_there()
    for kind in (BlobKind.STAMP, BlobKind.MARK):
        assert kiosk.terminal.documents.files.read(due.document_id, kind) is None
    assert kiosk.terminal.store.rows("SELECT * FROM progress") == []
    signers = kiosk.terminal.store.rows("SELECT signer_id FROM code_key")
    assert [row[0] for row in signers] == [SECOND_SIGNER]


def test_a_document_sent_again_does_not_undo_a_turn(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first_signs(kiosk, company, due)
    documents = kiosk.terminal.documents
    for _ in range(2):
        with kiosk.terminal.store.transaction():
            assert documents.take_due(due, kiosk.desk.now()) == []
        kiosk.desk.finish(due.document_id)
        assert kiosk.desk.document(due.document_id).client_index == 1


def test_a_withdrawal_between_two_clients_keeps_what_was_signed(
    kiosk: Parts, company: Company, due: DocumentDue
) -> None:
    first = first_signs(kiosk, company, due)
    withdrawn = DocumentWithdrawn(due.document_id, "cancelled")
    with kiosk.terminal.store.transaction():
        kiosk.terminal.documents.withdraw(withdrawn)
    kiosk.desk.finish(due.document_id)
    row = kiosk.terminal.documents.row(due.document_id)
    assert row is not None
    assert row.state is DocumentState.WITHDRAWN
    with pytest.raises(DeskRefused) as refused:
        kiosk.desk.document(due.document_id)
    assert refused.value.code == "cancelled"
    company.cable.pulled = False
    kiosk.head_office.exchange()
    assert first.sha256.hex() in company.ledger.kiosks["kiosk-1"].blobs
    assert kiosk.terminal.documents.files.named() == []


def test_the_only_client_still_seals_at_once(kiosk: Parts, company: Company) -> None:
    record = company.send(7)
    kiosk.head_office.exchange()
    assert sign(kiosk, company, record).claims.pages > 0
    assert kiosk.terminal.store.rows("SELECT * FROM turn") == []
    assert isinstance(kiosk.desk.load(record.document_id), Progress)
