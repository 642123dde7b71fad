"""The screen on which people see what was held back, and decide."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from office.documents import Document
from office.head_office import HeadOffice
from office.history import Actor
from office.lifecycle import State
from office.revocation import RevocationReason, revoke_kiosk
from sync.records import EventKind
from tests.office.at_kiosks import SECOND, accepted_code, send, shut_out, take_turn
from tests.office.test_screens import Browser, app, browser
from tests.office.town_hall import Clock, People, TestKiosk, document_of, due_document

__all__ = ["app", "browser"]  # fixtures of the screens
WHY = "Zadzwoniłam do klienta: był u nas."


@pytest.fixture
def due(office: HeadOffice, people: People, kiosk: TestKiosk, pdf: bytes, clock: Clock) -> Document:
    return due_document(office, people, kiosk, pdf, clock())


def name_of(data: bytes) -> str:
    return sha256(data).hexdigest()


def test_a_conflict_is_looked_at_and_decided(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    clock: Clock,
    tmp_path: Path,
) -> None:
    accepted = accepted_code(office, kiosk, due, 0, clock)
    first = kiosk.sign(due, tmp_path)
    clock.forward(seconds=20)
    second = kiosk.sign(due, tmp_path)
    kiosk.report(accepted, kiosk.deliver(due, first))
    clock.forward(seconds=20)
    kiosk.report(kiosk.deliver(due, second))
    anna = browser(people.administrator)
    page = anna.visit("/documents?state=undecided")
    assert due.number in page.words
    page = anna.visit(f"/documents/{due.id}")
    assert "Different signed copies arrived." in page.words
    address = f"/documents/{due.id}/copies"
    assert address in page.text
    page = anna.visit(address)
    for words in ("Copy 1", "Copy 2", "Counts", "Held back", "A different copy had come first."):
        assert words in page.words
    for data in (first, second):
        answer = anna.http.get(f"{address}/{name_of(data)}.pdf")
        assert answer.content == data
        assert answer.headers["Content-Type"] == "application/pdf"
    page = anna.submit(page, f"{address}/{name_of(second)}/accept", {"reason": ""})
    assert "Say in one line why" in page.words
    assert document_of(office, due.id).state is State.CONFLICT
    page = anna.submit(page, f"{address}/{name_of(second)}/accept", {"reason": WHY})
    assert WHY in page.words
    assert f"Accepted by {people.administrator.name}" in page.words
    done = document_of(office, due.id)
    assert (done.state, done.final_sha256) == (State.COMPLETED, name_of(second))
    page = anna.submit(page, f"{address}/{name_of(second)}/take-back", {"reason": "Pomyłka."})
    assert document_of(office, due.id).undecided


def test_an_operator_sees_everything_and_decides_nothing(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    tmp_path: Path,
) -> None:
    final = kiosk.sign(due, tmp_path)
    kiosk.report(kiosk.deliver(due, final))
    operator, address = browser(people.operator), f"/documents/{due.id}/copies"
    page = operator.visit(address)
    assert "It claims a confirmation code that head office never sent." in page.words
    assert "An administrator or a director decides." in page.words
    assert "/accept" not in page.text
    before = document_of(office, due.id)
    for act in ("accept", "reject", "take-back"):
        data = {"csrf_token": page.csrf_token, "reason": WHY}
        answer = operator.http.post(f"{address}/{name_of(final)}/{act}", data=data)
        assert answer.status_code == 403
    data = {"csrf_token": page.csrf_token, "reason": WHY}
    assert operator.http.post(f"/documents/{due.id}/release", data=data).status_code == 403
    assert document_of(office, due.id) == before


def test_what_the_verifier_found_is_said_in_its_words(
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    due: Document,
    tmp_path: Path,
) -> None:
    altered = bytearray(kiosk.sign(due, tmp_path))
    altered[len(altered) // 3] ^= 1
    kiosk.report(kiosk.deliver(due, bytes(altered)))
    anna, address = browser(people.administrator), f"/documents/{due.id}/copies"
    page = anna.visit(address)
    assert "The verifier says: altered." in page.words
    assert "The signed part of this file was changed." in page.words
    assert "Nobody can make this count." in page.words
    assert "/accept" not in page.text
    given = {"csrf_token": page.csrf_token, "reason": WHY}
    anna.http.post(f"{address}/{name_of(bytes(altered))}/accept", data=given)
    assert "cannot count" in anna.visit(address).words


def test_a_quarantine_without_a_copy_is_ended_with_a_reason(
    office: HeadOffice, browser: Browser, people: People, kiosk: TestKiosk, due: Document
) -> None:
    kiosk.report(kiosk.event(EventKind.CODE_ACCEPTED, due.id, counter=123456789, generation=1))
    director = browser(people.director)
    page = director.visit(f"/documents/{due.id}/copies")
    assert "never sent" in page.words
    page = director.submit(page, f"/documents/{due.id}/release", {"reason": WHY})
    assert WHY in page.words
    assert not document_of(office, due.id).undecided


def test_nothing_is_shown_of_copies_that_do_not_exist(
    browser: Browser, people: People, due: Document
) -> None:
    anna, address = browser(people.administrator), f"/documents/{due.id}/copies"
    assert "No signed copy has arrived yet." in anna.visit(address).words
    for name in ("0" * 64, "..", "a"):
        assert anna.http.get(f"{address}/{name}.pdf").status_code == 404
    assert anna.http.get(f"/documents/{'0' * 32}/copies").status_code == 404


def test_who_signs_at_a_kiosk_that_is_shut_out_is_sent_to_another_one(
    office: HeadOffice,
    browser: Browser,
    people: People,
    kiosk: TestKiosk,
    other_kiosk: TestKiosk,
    pdf: bytes,
    clock: Clock,
    tmp_path: Path,
) -> None:
    due = send(office, people, pdf, clock, kiosk, kiosk)
    take_turn(office, kiosk, due, tmp_path, clock)
    shut_out(office, kiosk, clock)
    operator = browser(people.operator)
    page = operator.visit(f"/documents/{due.id}")
    assert f"The kiosk where {SECOND} signs is shut out." in page.words
    assert "so it stays good and the next client can sign" in page.words
    page = operator.submit(
        page, f"/documents/{due.id}/move", {"client": "1", "kiosk_id": other_kiosk.id}
    )
    assert document_of(office, due.id).kiosk_id == other_kiosk.id
    assert f"The kiosk where {SECOND} signs is shut out." not in page.words


def test_without_another_kiosk_the_operator_reads_what_is_missing(
    office: HeadOffice, browser: Browser, people: People, kiosk: TestKiosk, due: Document,
    clock: Clock,
) -> None:  # fmt: skip
    revoke_kiosk(office, kiosk.id, RevocationReason.STOLEN, Actor(), clock())
    page = browser(people.operator).visit(f"/documents/{due.id}")
    assert "There is no other kiosk yet." in page.words
    assert "/move" not in page.text
