"""Shutting a kiosk out: at its next contact, on the trust list, without harm to what it did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from office import codes_desk, tables, trust
from office.command_line import main
from office.documents import Document
from office.errors import NotFound, Refused
from office.head_office import HeadOffice
from office.history import Actor
from office.kiosks import add_kiosk
from office.lifecycle import State
from office.people import Person
from office.preparation import send_to_director
from office.revocation import RevocationReason, revoke_kiosk
from sync.errors import EnrolmentRefused
from sync.records import EventKind
from tests.office.test_ledger import count
from tests.office.town_hall import (
    Clock,
    Letterbox,
    People,
    TestKiosk,
    direct,
    document_of,
    draft,
    due_document,
)
from verifier.document import verify_pdf
from verifier.token import Proof
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    return due_document(office, people, kiosk, pdf, clock())


def shut_out(office: HeadOffice, kiosk: TestKiosk, by: Person, clock: Clock) -> int:
    return revoke_kiosk(office, kiosk.id, RevocationReason.STOLEN, Actor(by.id), clock())


def test_a_revoked_kiosk_is_refused_at_its_next_contact(
    office: HeadOffice, people: People, kiosk: TestKiosk, due: Document, clock: Clock
) -> None:
    keys = kiosk.ledger.kiosk_keys(kiosk.id)
    assert keys is not None
    assert not keys.revoked
    assert shut_out(office, kiosk, people.administrator, clock) == 1
    keys = kiosk.ledger.kiosk_keys(kiosk.id)
    assert keys is not None
    assert keys.revoked
    with pytest.raises(EnrolmentRefused):  # nor may its device take its place again
        kiosk.enrol()


def test_what_a_revoked_kiosk_delivered_stays_genuine_and_nothing_else_does(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    delivered = kiosk.sign(due, tmp_path, proved=True)
    backdated = kiosk.sign(due, tmp_path, Proof.SMS_CODE)
    kiosk.report(kiosk.deliver(due, delivered))
    clock.forward(days=1)
    version = kiosk.ledger.trust_version()
    shut_out(office, kiosk, people.administrator, clock)
    assert kiosk.ledger.trust_version() == version + 1
    with office.database.read() as connection:
        published = trust.trust_list(office, connection)
    revoked = {key.role for key in published.keys if key.revocation is not None}
    assert revoked == {KeyRole.SEAL, KeyRole.KIOSK_CA}
    assert verify_pdf(delivered, published, clock()).outcome is Outcome.GENUINE
    assert verify_pdf(backdated, published, clock()).outcome is not Outcome.GENUINE


def test_a_copy_in_quarantine_does_not_outlive_the_revocation(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    without_a_code = kiosk.sign(due, tmp_path, Proof.SMS_CODE)
    kiosk.report(kiosk.deliver(due, without_a_code))
    assert document_of(office, due.id).quarantined
    shut_out(office, kiosk, people.administrator, clock)
    with office.database.read() as connection:
        published = trust.trust_list(office, connection)
    assert verify_pdf(without_a_code, published, clock()).outcome is not Outcome.GENUINE


def test_nothing_new_goes_to_a_revoked_kiosk(
    office: HeadOffice,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    pdf: bytes,
    letterbox: Letterbox,
    clock: Clock,
) -> None:
    waiting = draft(office, people, kiosk, pdf, clock())
    send_to_director(office, waiting, Actor(people.operator.id), clock())
    shut_out(office, kiosk, people.administrator, clock)
    rows = count(office, tables.kiosk_rows)
    direct(office, people, waiting, now=clock.forward(seconds=10))
    assert document_of(office, waiting).state is State.DIRECTOR_SIGNED
    asked = codes_desk.issue_for(office, due.id, Actor(), clock(), "link")
    assert (asked.sent, asked.reason) == (False, "not_due")
    with pytest.raises(NotFound):
        draft(office, people, kiosk, pdf, clock())
    assert count(office, tables.kiosk_rows) == rows
    add_kiosk(office, kiosk.name, Actor(), clock())  # its successor may have its name


def test_a_kiosk_is_revoked_once_and_only_when_a_device_has_its_place(
    office: HeadOffice, people: People, kiosk: TestKiosk, clock: Clock
) -> None:
    shut_out(office, kiosk, people.administrator, clock)
    version = kiosk.ledger.trust_version()
    empty = TestKiosk(office, clock, "Łódź, Piotrkowska 1")
    for one, code in ((kiosk, "already_revoked"), (empty, "kiosk_not_enrolled")):
        with pytest.raises(Refused) as refusal:
            shut_out(office, one, people.administrator, clock)
        assert refusal.value.code == code
    assert kiosk.ledger.trust_version() == version


def test_the_command_revokes_by_name(
    office: HeadOffice, people: People, kiosk: TestKiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(office.settings.data_folder)]
    wanted = ["--kiosk", kiosk.name, "--reason", "stolen"]
    assert main(["kiosk", "revoke", *data, *wanted]) == 0
    assert kiosk.id in capsys.readouterr().out
    assert main(["kiosk", "revoke", *data, *wanted]) == 1
    assert "[no_such_kiosk]" in capsys.readouterr().err
    assert main(["kiosk", "list", *data]) == 0
    assert json.loads(capsys.readouterr().out)["revoked"] is True


@pytest.mark.parametrize("kind", [EventKind.DECLINED, EventKind.CODE_LOCKED])
def test_another_kiosk_cannot_move_a_document(
    office: HeadOffice, people: People, due: Document, clock: Clock, kind: EventKind
) -> None:
    other = TestKiosk(office, clock, "Sopot, Monte Cassino 1")
    other.enrol()
    body = {"generation": 1} if kind is EventKind.CODE_LOCKED else {}
    assert other.report(other.event(kind, due.id, **body)) == 1
    document = document_of(office, due.id)
    assert (document.state, document.code_locked) == (State.DUE, False)
