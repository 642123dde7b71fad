"""What head office believes of a proof of identity: codes that it sent, checks that it allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from office.errors import Refused
from office.head_office import HeadOffice
from office.lifecycle import State
from office.staff import Staff
from sync.records import EventKind
from sync.staff import IdentityWay
from tests.office.test_staff import with_pin
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
def ewa(office: HeadOffice, clock: Clock, letterbox: Letterbox, kiosk: TestKiosk) -> Staff:
    return with_pin(office, clock, letterbox, kiosk.id)


def signed_with_a_look(
    office: HeadOffice,
    kiosk: TestKiosk,
    document_id: str,
    folder: Path,
    staff_id: str | None,
    proof: Proof = Proof.ID_DOCUMENT,
) -> None:
    """Somebody looks (or nobody does), the client signs, the kiosk delivers."""
    if staff_id is not None:
        body: dict[str, str | int] = {"staff": staff_id, "paper": "passport", "client_index": 0}
        kiosk.report(kiosk.event(EventKind.IDENTITY_CHECKED, document_id, **body))
    document = document_of(office, document_id)
    kiosk.report(kiosk.deliver(document, kiosk.sign(document, folder, proof)))


@pytest.mark.parametrize("way", [IdentityWay.CODE_OR_STAFF, IdentityWay.STAFF])
def test_a_check_that_was_allowed_and_reported_completes_the_document(
    office: HeadOffice,
    people: People,
    clock: Clock,
    kiosk: TestKiosk,
    ewa: Staff,
    pdf: bytes,
    tmp_path: Path,
    way: IdentityWay,
) -> None:
    due = due_document(office, people, kiosk, pdf, clock(), identity=way)
    signed_with_a_look(office, kiosk, due.id, tmp_path, ewa.id)
    assert document_of(office, due.id).state is State.COMPLETED
    assert "identity_checked" in kinds(office, due.id)


@pytest.mark.parametrize(
    ("way", "who", "proof"),
    [
        (IdentityWay.CODE, "ewa", Proof.ID_DOCUMENT),  # never allowed for this document
        (IdentityWay.CODE_OR_STAFF, None, Proof.ID_DOCUMENT),  # nobody looked
        (IdentityWay.STAFF, "s-ffffffff", Proof.ID_DOCUMENT),  # nobody whom we know
        (IdentityWay.STAFF, "ewa", Proof.SMS_CODE),  # no code was to be asked for
    ],
)
def test_a_proof_that_does_not_add_up_is_quarantine(
    office: HeadOffice,
    people: People,
    clock: Clock,
    kiosk: TestKiosk,
    ewa: Staff,
    pdf: bytes,
    tmp_path: Path,
    way: IdentityWay,
    who: str | None,
    proof: Proof,
) -> None:
    due = due_document(office, people, kiosk, pdf, clock(), identity=way)
    staff_id = ewa.id if who == "ewa" else who
    signed_with_a_look(office, kiosk, due.id, tmp_path, staff_id, proof)
    document = document_of(office, due.id)
    assert document.quarantined
    assert document.state is State.CLIENT_SIGNED


def test_codes_that_staff_unlocked_are_open_at_head_office_too(
    office: HeadOffice, people: People, clock: Clock, kiosk: TestKiosk, ewa: Staff, pdf: bytes
) -> None:
    due = due_document(office, people, kiosk, pdf, clock())
    kiosk.report(kiosk.event(EventKind.CODE_LOCKED, due.id, generation=1, client_index=0))
    assert document_of(office, due.id).client.code_locked
    unlocked: dict[str, str | int] = {"staff": ewa.id, "generation": 1, "client_index": 0}
    kiosk.report(kiosk.event(EventKind.CODE_UNLOCKED, due.id, **unlocked))
    assert not document_of(office, due.id).client.code_locked
    assert kinds(office, due.id)[-1] == "code_unlocked"


def test_a_document_that_staff_cancelled_is_cancelled(
    office: HeadOffice, people: People, clock: Clock, kiosk: TestKiosk, ewa: Staff, pdf: bytes
) -> None:
    due = due_document(office, people, kiosk, pdf, clock())
    body: dict[str, str | int] = {"staff": ewa.id, "reason": "client_left", "client_index": 0}
    other = TestKiosk(office, clock, "Warszawa")
    other.enrol()
    other.report(other.event(EventKind.STAFF_CANCELLED, due.id, **body))
    assert document_of(office, due.id).state is State.DUE  # not that kiosk's document
    kiosk.report(kiosk.event(EventKind.STAFF_CANCELLED, due.id, **body))
    assert document_of(office, due.id).state is State.CANCELLED


def test_nobody_looks_at_identity_documents_over_the_telephone(
    office: HeadOffice, people: People, clock: Clock, pdf: bytes
) -> None:
    phones = TestKiosk(office, clock, "Telefony", "https://sign.example.com")
    phones.enrol()
    with pytest.raises(Refused, match="nobody_to_look"):
        due_document(office, people, phones, pdf, clock(), identity=IdentityWay.STAFF)
